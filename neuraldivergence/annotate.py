"""Adding what is known of samples beside their classes: groups and columns."""

from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import as_color, as_name, frozen
from .instances import unused
from .recording import Column, Group, Recording

__all__ = ["add_column", "add_group"]

_MAX_CATEGORIES = 10_000
"""A header names them all, and a menu lists them."""
_TRUTH = ("false", "true")


def add_group(
    recording: Recording, name: str, mask_or_indices: ArrayLike, *, color: str | None
) -> Recording:
    """Add a group of samples; see `Recording.with_group`."""
    _check_free(as_name(name, "group name"), "group", [group.name for group in recording.groups])
    group = Group(
        id=unused("g", {group.id for group in recording.groups}),
        name=name,
        mask=_mask(mask_or_indices, f"group {name!r}", recording.count),
        color=None if color is None else as_color(color),
    )
    return replace(recording, groups=(*recording.groups, group))


def add_column(recording: Recording, name: str, values: ArrayLike) -> Recording:
    """Add a column; see `Recording.with_column`."""
    as_name(name, "column name")
    _check_free(name, "column", [column.name for column in recording.columns])
    found, categories = _column(values, f"column {name!r}", recording.count)
    column = Column(name=name, values=frozen(found), categories=categories)
    return replace(recording, columns=(*recording.columns, column))


def _check_free(name: str, what: str, taken: list[str]) -> None:
    if name in taken:
        raise ValueError(f"repeated {what}: {name!r} is there already; {what}s are {taken[:10]}")


def _mask(given: ArrayLike, path: str, count: int) -> NDArray[np.bool_]:
    array = _as_list(given, path)
    if array.dtype.kind == "b":
        if len(array) != count:
            raise ValueError(f"invalid {path}: a mask of {len(array)} for {count} samples")
        return frozen(array)
    if len(array) and array.dtype.kind not in "iu":
        raise TypeError(
            f"invalid {path}: dtype {array.dtype}; give a mask of booleans, or rows of samples"
        )
    is_outside = (array < 0) | (array >= count)
    if is_outside.any():
        found = array[is_outside.argmax()]
        raise ValueError(f"unknown sample in {path}: {found!s}; there are 0 … {count - 1}")
    rows = array.astype(np.intp)
    times = np.bincount(rows, minlength=count)
    if times.max(initial=0) > 1:
        raise ValueError(
            f"invalid {path}: sample {times.argmax()} is there {times.max()} times; give each row "
            "once, or a mask of booleans"
        )
    return frozen(times > 0)


def _column(given: ArrayLike, path: str, count: int) -> tuple[NDArray[Any], tuple[str, ...] | None]:
    """Return values and categories as a `Column` has them."""
    # A categorical of pandas has them itself, a series of it at ``cat``.
    categorical = cast(Any, getattr(given, "cat", given))
    if hasattr(categorical, "categories") and hasattr(categorical, "codes"):
        codes = _checked_count(_as_list(categorical.codes, path), path, count)
        texts = [str(text) for text in categorical.categories]
        return codes.astype(np.int32), _categories(texts, path)
    array = _checked_count(_as_list(given, path), path, count)
    if array.dtype.kind == "O":
        return _from_objects(array, path)
    if array.dtype.kind == "b":
        return array.astype(np.int32), _TRUTH
    if array.dtype.kind == "U":
        return _from_texts(array, path)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"invalid {path}: dtype {array.dtype}; give texts, numbers or booleans")
    return _as_floats(array, path), None


def _from_objects(array: NDArray[Any], path: str) -> tuple[NDArray[Any], tuple[str, ...] | None]:
    """Return the column of values some of which may be None, NaN or pandas' NA."""
    is_none = np.array([_is_none(value) for value in array], bool)
    kinds = {_kind(value) for value in array[~is_none]}
    if len(kinds) > 1 or not kinds <= {"text", "number", "truth value"}:
        raise TypeError(
            f"invalid {path}: holds {' and '.join(sorted(kinds))}; give texts, numbers or booleans"
        )
    if kinds == {"text"}:
        codes, categories = _from_texts(array[~is_none].astype(str), path)
    elif kinds == {"truth value"}:
        codes, categories = array[~is_none].astype(np.int32), _TRUTH
    else:
        numbers = np.full(len(array), np.nan)
        numbers[~is_none] = _as_floats(np.array(list(array[~is_none]), ndmin=1), path)
        return numbers, None
    values = np.full(len(array), -1, np.int32)
    values[~is_none] = codes
    return values, categories


def _is_none(value: Any) -> bool:
    is_nan = isinstance(value, (float, np.floating)) and bool(np.isnan(value))
    return value is None or is_nan or type(value).__name__ == "NAType"


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "text"
    if isinstance(value, (bool, np.bool_)):
        return "truth value"
    is_number = isinstance(value, (int, float, np.integer, np.floating))
    return "number" if is_number else type(value).__name__


def _from_texts(array: NDArray[Any], path: str) -> tuple[NDArray[Any], tuple[str, ...]]:
    texts, codes = np.unique(array, return_inverse=True)
    return codes.astype(np.int32), _categories([str(text) for text in texts], path)


def _categories(texts: list[str], path: str) -> tuple[str, ...]:
    if len(texts) > _MAX_CATEGORIES:
        raise ValueError(
            f"invalid {path}: {len(texts):,} different texts, at most {_MAX_CATEGORIES:,}; "
            "give fewer, or numbers"
        )
    if len(set(texts)) < len(texts):
        raise ValueError(f"invalid {path}: categories repeat: {texts[:10]}")
    return tuple(texts)


def _as_floats(array: NDArray[Any], path: str) -> NDArray[Any]:
    floats = array.astype(np.float32 if array.dtype in (np.float16, np.float32) else np.float64)
    # Python's larger whole numbers come as objects.
    if array.dtype.kind in "iuO" and (np.abs(floats) > 2.0**53).any():
        raise ValueError(f"invalid {path}: whole numbers beyond 2^53 are not exact; give texts")
    return floats


def _as_list(values: ArrayLike, path: str) -> NDArray[Any]:
    """Return a NumPy array of one axis."""
    foreign = cast(Any, values)
    if hasattr(foreign, "detach") and hasattr(foreign, "cpu"):  # a torch tensor
        foreign = foreign.detach().cpu().numpy()
    try:
        array = np.asarray(foreign)
    except ValueError as error:
        raise ValueError(f"invalid {path}: {error}") from error
    if array.ndim != 1:
        raise ValueError(f"invalid {path}: shape {array.shape}; give one axis")
    if array.dtype.kind == "U" and isinstance(foreign, (list, tuple)):
        # NumPy makes texts of numbers beside texts.
        mixed = np.empty(len(foreign), object)
        mixed[:] = foreign
        return mixed
    is_native = array.dtype.kind in "OU" or array.dtype.isnative
    return array if is_native else array.astype(array.dtype.newbyteorder("="))


def _checked_count(array: NDArray[Any], path: str, count: int) -> NDArray[Any]:
    if len(array) != count:
        raise ValueError(f"invalid {path}: {len(array)} values for {count} samples")
    return array
