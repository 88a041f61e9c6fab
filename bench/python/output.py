"""Print how much an output adds to a notebook, as JSON: a row per case.

Usage: python bench/output.py
"""

import json
import warnings
from typing import Any

import nbformat.v4 as nbformat
from activations import name_of, synthetic

import neuraldivergence as nd
from neuraldivergence.display import DATA_MIME, PICTURE_MIME, VIEW_MIME, output

CASES = [(10_000, 1024, 10), (10_000, 4096, 10)]


def rows(samples: int, neurons: int, classes: int) -> list[dict[str, Any]]:
    """Return the bytes of each part of an output with a summary, as the notebook stores them."""
    values, labels = synthetic(samples, neurons, classes)
    names = [f"class {index}" for index in range(classes)]
    recording = nd.Recording.from_arrays({"dense": values}, labels=labels, class_names=names)
    bundle, metadata = output(recording)
    case = name_of(samples, neurons, classes)
    parts = {"numbers": DATA_MIME, "picture": PICTURE_MIME, "descriptor": VIEW_MIME}
    sizes = {what: len(json.dumps(bundle.get(mime, ""))) for what, mime in parts.items()}
    cell = nbformat.new_code_cell(  # type: ignore[no-untyped-call]
        outputs=[nbformat.new_output("display_data", bundle, metadata=metadata)]  # type: ignore[no-untyped-call]
    )
    empty = nbformat.new_code_cell()  # type: ignore[no-untyped-call]
    whole = stored(cell) - stored(empty)
    return [
        {"case": case, "what": what, "bytes": size}
        for what, size in {**sizes, "whole output": whole}.items()
    ]


def stored(cell: Any) -> int:
    """Return the bytes of a cell in a notebook file."""
    return len(json.dumps(cell, ensure_ascii=False, indent=1).encode())


if __name__ == "__main__":
    warnings.simplefilter("ignore", nd.SizeWarning)
    print(json.dumps([row for case in CASES for row in rows(*case)]))
