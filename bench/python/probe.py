"""Arrays of an archive as raw files, for ``bench/probe.mjs``.

    python bench/python/probe.py ARCHIVE FOLDER

Prints their shapes and dtypes by key.
"""

import json
import sys
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    archive, folder = (Path(argument) for argument in sys.argv[1:])
    arrays = {}
    with np.load(archive) as loaded:
        for key in loaded.files:
            values = loaded[key]
            if values.dtype.kind in "iuf":
                file = f"{key.replace('/', '.')}.bin"
                (folder / file).write_bytes(np.ascontiguousarray(values).tobytes())
                arrays[key] = {"file": file, "shape": values.shape, "dtype": values.dtype.name}
    print(json.dumps(arrays))
