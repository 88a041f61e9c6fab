"""Arrays of an archive as raw files, and as a recording with one attack, for ``bench/probe.mjs``.

    python bench/python/probe.py ARCHIVE FOLDER

Prints the shapes and dtypes of the arrays by key; the recording is in ``recording.ndiv``.
"""

import json
import sys
from pathlib import Path

import numpy as np

import neuraldivergence as nd


def recording_of(loaded):
    layers = {
        key.removeprefix("layer/"): loaded[key] for key in loaded.files if key.startswith("layer/")
    }
    recording = nd.Recording.from_arrays(
        layers,
        labels=loaded["labels"],
        class_names=[str(name) for name in loaded["class_names"]],
        predictions=loaded["predictions"],
        images=loaded["images"],
        reductions={name: "mean" for name in layers if name.startswith("conv")},
    )
    return recording.with_pair(
        sample=int(loaded["attacked_source"][0]),
        attacked={name: loaded[f"attacked/{name}"][0] for name in layers},
        name="first",
        images=(None, loaded["attacked_images"][0]),
    )


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
        recording_of(loaded).save(folder / "recording.ndiv")
    print(json.dumps(arrays))
