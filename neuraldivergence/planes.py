"""Arrays as planes of their bytes: what is alike stands side by side, and packs better."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["from_planes", "to_planes"]


def to_planes(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the bytes of an array as uint8 [bytes of an element, …shape reversed].

    The lowest byte comes first. Float64 becomes float32 where that loses nothing.
    """
    if array.dtype == np.float64:
        with np.errstate(over="ignore"):
            narrow = array.astype(np.float32)
        array = narrow if np.array_equal(narrow, array, equal_nan=True) else array
    stored = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return np.ascontiguousarray(stored[..., None].view(np.uint8).T)


def from_planes(planes: NDArray[np.uint8], dtype: DTypeLike) -> NDArray[Any]:
    """Return the array whose planes these are; the inverse of `to_planes`."""
    stored = np.ascontiguousarray(planes.T).view(np.dtype(dtype).newbyteorder("<"))
    array: NDArray[Any] = stored[..., 0].astype(dtype, copy=False)
    return array
