"""Inputs of a model as batches, whatever they come as."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .base import CaptureError

__all__ = [
    "Batch",
    "Batches",
    "batches_of",
    "one",
    "random_state_kept",
    "rows",
    "sample_shape",
    "shuffles",
    "to_numpy",
]

_RANDOM_SAMPLERS = ("RandomSampler", "SubsetRandomSampler", "WeightedRandomSampler")


@dataclass(frozen=True)
class Batch:
    """Some samples: the inputs as the user gave them, and their labels if they came along."""

    inputs: Any
    labels: npt.NDArray[np.int64] | None
    size: int


@dataclass(frozen=True)
class Batches:
    """All samples in batches.

    Attributes
    ----------
    count
        Number of samples if it is certain beforehand.
    expected
        A guess of it, to plan memory with.
    """

    batches: Iterator[Batch]
    count: int | None
    expected: int | None


def batches_of(x: Any, batch_size: int) -> Batches:
    """Read inputs as batches.

    Parameters
    ----------
    x
        An array or tensor [samples, ...], a dict of such arrays, a PyTorch dataset, or an
        iterable of batches, each a batch or a tuple (batch, labels).
    batch_size
        Samples in a batch, at least 1. An iterable of batches decides for itself.

    Raises
    ------
    CaptureError
        ``x`` is none of these, or ``batch_size`` is not positive.
    """
    if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
        raise CaptureError(f"invalid batch_size: {batch_size!r}; a positive integer is expected")
    if _is_array(x) or isinstance(x, dict):
        count = rows(x)
        return Batches(_sliced(x, count, batch_size), count, count)
    data = sys.modules.get("torch.utils.data")
    if data is not None and isinstance(x, data.Dataset):
        x = data.DataLoader(x, batch_size=batch_size)
    if not isinstance(x, Iterable):
        raise CaptureError(
            f"invalid x: {type(x).__name__}; an array [samples, ...] or an iterable of batches "
            "is expected"
        )
    return Batches(_iterated(x), None, _expected(x))


def rows(inputs: Any) -> int:
    """Count the samples of an array [samples, ...] or of a dict of such arrays.

    Raises
    ------
    CaptureError
        There is no axis of samples, or the arrays of a dict disagree.
    """
    if isinstance(inputs, dict):
        counts = {key: rows(part) for key, part in inputs.items()}
        if len(set(counts.values())) != 1:
            raise CaptureError(f"invalid x: its arrays have different numbers of rows, {counts}")
        return next(iter(counts.values()))
    shape = getattr(inputs, "shape", None)
    if shape is None or len(shape) == 0:
        raise CaptureError(
            f"invalid batch: {type(inputs).__name__} has no axis of samples; an array "
            "[samples, ...] is expected"
        )
    return int(shape[0])


Shape = tuple[int, ...] | dict[Any, tuple[int, ...]]


def sample_shape(inputs: Any) -> Shape:
    """Return the shape of one sample of a batch, by key if the batch is a dict."""
    if isinstance(inputs, dict):
        return {key: tuple(part.shape[1:]) for key, part in inputs.items()}
    return tuple(inputs.shape[1:])


def one(inputs: Any, shape: Shape) -> Any:
    """Bring a single input, with or without a batch axis of one, to a batch of one.

    Parameters
    ----------
    inputs
        One input, as the batches that were recorded.
    shape
        Shape of a recorded sample; its number of axes tells the two cases apart.

    Raises
    ------
    CaptureError
        The input has another number of axes, or is more than one sample.
    """
    if isinstance(shape, dict):
        if not isinstance(inputs, dict) or set(inputs) != set(shape):
            raise CaptureError(f"invalid input: a dict with the keys {list(shape)} is expected")
        return {key: one(inputs[key], part) for key, part in shape.items()}
    if not _is_array(inputs):
        inputs = np.asarray(inputs)
    found = tuple(inputs.shape)
    if len(found) == len(shape):
        return inputs[None]
    if len(found) == len(shape) + 1 and found[0] == 1:
        return inputs
    raise CaptureError(f"invalid input: shape {found}; one sample of shape {shape} is expected")


def shuffles(x: Any) -> bool:
    """Tell whether a loader is known to give its samples in random order."""
    return type(getattr(x, "sampler", None)).__name__ in _RANDOM_SAMPLERS


@contextmanager
def random_state_kept() -> Iterator[None]:
    """Restore PyTorch's random state on leaving: a loader draws from it even unshuffled."""
    torch: Any = sys.modules.get("torch")
    state = None if torch is None else torch.get_rng_state()
    try:
        yield
    finally:
        if state is not None:
            torch.set_rng_state(state)


def to_numpy(values: Any) -> npt.NDArray[Any]:
    """Copy a tensor of any framework, or a sequence, to NumPy."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
    return np.asarray(values)


def _is_array(x: Any) -> bool:
    return hasattr(x, "shape") and hasattr(x, "__getitem__")


def _sliced(x: Any, count: int, batch_size: int) -> Iterator[Batch]:
    for start in range(0, count, batch_size):
        rows_ = slice(start, min(start + batch_size, count))
        part = {key: x[key][rows_] for key in x} if isinstance(x, dict) else x[rows_]
        yield Batch(part, None, rows_.stop - start)


def _iterated(x: Iterable[Any]) -> Iterator[Batch]:
    for index, item in enumerate(x):
        yield _batch(item, index)


def _batch(item: Any, index: int) -> Batch:
    labels = None
    if isinstance(item, tuple | list):
        if not 1 <= len(item) <= 3:
            raise CaptureError(
                f"invalid batch {index}: {len(item)} parts; a batch or (batch, labels) is expected"
            )
        labels = item[1] if len(item) > 1 else None
        item = item[0]
    if not isinstance(item, dict) and not _is_array(item):
        item = np.asarray(item)
    size = rows(item)
    return Batch(item, None if labels is None else _labels(labels, size, index), size)


def _labels(labels: Any, size: int, index: int) -> npt.NDArray[np.int64]:
    array = to_numpy(labels)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.shape != (size,):
        raise CaptureError(
            f"invalid labels of batch {index}: shape {array.shape} for {size} samples"
        )
    whole = array.astype(np.int64)
    if array.dtype.kind not in "biu" and not np.array_equal(whole, array):
        raise CaptureError(f"invalid labels of batch {index}: not integers, {array.dtype}")
    return whole


def _expected(x: Any) -> int | None:
    sampler, batch_size = getattr(x, "sampler", None), getattr(x, "batch_size", None)
    if isinstance(sampler, Sized) and isinstance(batch_size, int):
        count = len(sampler)
        return count - count % batch_size if getattr(x, "drop_last", False) else count
    return None
