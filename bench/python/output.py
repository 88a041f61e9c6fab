"""Print how much an output adds to a notebook, as JSON: a row per case.

Usage: python bench/output.py
"""

import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import nbformat.v4 as nbformat
from activations import name_of, synthetic

import neuraldivergence as nd
from neuraldivergence.display import DATA_MIME, PICTURE_MIME, VIEW_MIME, output

PARTS = {"numbers": DATA_MIME, "picture": PICTURE_MIME, "descriptor": VIEW_MIME}
CASES = [(10_000, 1024, 10), (10_000, 4096, 10)]


def rows(samples: int, neurons: int, classes: int) -> list[dict[str, Any]]:
    """Return the bytes of outputs whose values are in a file beside the notebook, or nowhere."""
    values, labels = synthetic(samples, neurons, classes)
    names = [f"class {index}" for index in range(classes)]
    recording = nd.Recording.from_arrays({"dense": values}, labels=labels, class_names=names)
    case = name_of(samples, neurons, classes)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "all")
        beside = output(recording, source="file", path=path)
        file_bytes = Path(f"{path}.ndiv").stat().st_size
    alone = output(recording, source="inline")
    sizes = {
        **named("values in a file beside it", *beside),
        "values in a file beside it: the file": file_bytes,
        **named("a summary alone", *alone),
    }
    return [{"case": case, "what": what, "bytes": size} for what, size in sizes.items()]


def named(way: str, bundle: dict[str, Any], metadata: dict[str, Any]) -> dict[str, int]:
    """Return the bytes of each part of an output, and of all of it, as the notebook stores them."""
    sizes = {what: len(json.dumps(bundle.get(mime, ""))) for what, mime in PARTS.items()}
    whole = nbformat.new_output("display_data", bundle, metadata=metadata)  # type: ignore[no-untyped-call]
    cell = nbformat.new_code_cell(outputs=[whole])  # type: ignore[no-untyped-call]
    empty = nbformat.new_code_cell()  # type: ignore[no-untyped-call]
    added = {**sizes, "whole output": stored(cell) - stored(empty)}
    return {f"{way}: {what}": size for what, size in added.items()}


def stored(cell: Any) -> int:
    """Return the bytes of a cell in a notebook file."""
    return len(json.dumps(cell, ensure_ascii=False, indent=1).encode())


if __name__ == "__main__":
    warnings.simplefilter("ignore", nd.SizeWarning)
    print(json.dumps([row for case in CASES for row in rows(*case)]))
