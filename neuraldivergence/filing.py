"""A recording as a file holds it: samples sorted by label, codes beside large activations."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import grid as dyadic
from .layout import Block, Rows, Tensor
from .recording import Recording
from .sorting import label_order, rearranged
from .text import well_formed
from .wire import to_tensors

__all__ = ["file_block"]

MOST_UNCODED_BYTES = 4 * 2**20
"""Activations that take more bytes have codes beside them."""


def file_block(
    recording: Recording,
    *,
    for_notebook: bool = False,
    most_uncoded_bytes: int = MOST_UNCODED_BYTES,
) -> Block:
    """Lay out a recording as files hold it; `wire.from_file` reads it.

    Samples are sorted by label, so that a reader finds those of a class side by side;
    ``samples.order`` says which they are. Large layers have codes too, a quarter of the bytes.

    Parameters
    ----------
    recording : Recording
    for_notebook : bool
        With names that a kernel's message can hold.
    most_uncoded_bytes : int
        Activations that take more have codes.
    """
    order = label_order(recording.labels)
    descriptor, tensors = _sorted_tensors(recording, order)
    for index, layer in enumerate(recording.layers):
        activations = layer.activations
        if activations is None or layer.codes is not None:
            continue
        if activations.nbytes <= most_uncoded_bytes:
            continue
        names = {"tensor": f"layer.{index}.codes", "grid": f"layer.{index}.codes.grid"}
        grid = dyadic.fit(activations, layer.instances)
        tensors[names["tensor"]] = _coded(activations, order, grid)
        tensors[names["grid"]] = grid
        descriptor["layers"][index]["codes"] = names
    return Block(tensors, well_formed(descriptor) if for_notebook else descriptor)


def _sorted_tensors(
    recording: Recording, order: NDArray[np.int32] | None
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    if order is None:
        descriptor, arrays = to_tensors(recording)
        return descriptor, {**arrays}
    descriptor, arrays = to_tensors(rearranged(recording, order))
    samples = descriptor["samples"]
    tables = set()
    for layer in descriptor["layers"]:
        tables |= {layer["activations"], layer["codes"] and layer["codes"]["tensor"]}
    samples["order"] = "samples.order"
    tensors = {
        name: _taken(array, order) if name in tables else array for name, array in arrays.items()
    }
    return descriptor, {**tensors, samples["order"]: order}


def _taken(array: NDArray[Any], order: NDArray[np.int32] | None) -> Rows:
    """Return the rows of an array in an order; None: as they are."""

    def take(begin: int, end: int) -> NDArray[Any]:
        rows: NDArray[Any] = array[begin:end] if order is None else array[order[begin:end]]
        return rows

    return Rows(array.dtype, array.shape, take)


def _coded(
    activations: NDArray[Any], order: NDArray[np.int32] | None, grid: NDArray[np.int32]
) -> Rows:
    rows = _taken(activations, order)

    def take(begin: int, end: int) -> NDArray[np.uint8]:
        return dyadic.codes(rows.take(begin, end), grid)

    return Rows(np.dtype(np.uint8), activations.shape, take)
