"""Recordings in NumPy archives, ``.npz``; `docs/python.md` describes the keys."""

import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import FormatError
from .recording import Recording

__all__ = ["load_archive"]

_PREFIXES = ("activations/", "layer/")
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, MemoryError),
    OSError,  # an offset outside the file
    RuntimeError,  # encrypted, or packed in an unknown way
)
_RESERVED = ("labels", "predictions", "class_names", "images", "name")


def load_archive(path: str | os.PathLike[str]) -> Recording:
    """Read a recording from arrays that `numpy.savez` wrote. Python objects are never loaded.

    Raises
    ------
    FormatError
        The archive is damaged, holds no layer, or arrays do not fit together.
    OSError
        The file cannot be read.
    """
    with open(path, "rb") as file:
        try:
            archive = np.load(file, allow_pickle=False)
        except (ValueError, *_DAMAGE) as error:
            raise FormatError("archive", f"not a .npz archive ({error})") from error
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise FormatError("archive", "one array alone; save several with numpy.savez")
        with archive:
            return _recording(_Arrays(archive), Path(path).name)


class _Arrays:
    """The arrays of an archive, read when they are asked for."""

    def __init__(self, archive: Mapping[str, Any]) -> None:
        self._archive = archive
        self.keys = tuple(dict.fromkeys(archive))

    def __getitem__(self, key: str) -> NDArray[Any]:
        try:
            array = self._archive[key]
        except ValueError as error:
            is_object = "allow_pickle" in str(error)
            problem = "Python objects are never loaded; save numbers or text"
            raise FormatError(_place(key), problem if is_object else str(error)) from error
        except _DAMAGE as error:
            raise FormatError(_place(key), f"damaged ({error})") from error
        if not isinstance(array, np.ndarray):
            raise FormatError(_place(key), "not an array of NumPy")
        return array

    def optional(self, key: str, kinds: str, wanted: str) -> NDArray[Any] | None:
        """Return the array of this key, when there is one, if its dtype is of these kinds."""
        if key not in self.keys:
            return None
        array = self[key]
        if array.dtype.kind not in kinds:
            raise FormatError(_place(key), f"dtype {array.dtype}, expected {wanted}")
        return array


def _recording(arrays: _Arrays, file_name: str) -> Recording:
    labels = arrays.optional("labels", "iu", "integers")
    predictions = arrays.optional("predictions", "iu", "integers")
    class_names = arrays.optional("class_names", "U", "text")
    name = arrays.optional("name", "U", "text")
    if name is not None and name.size != 1:
        raise FormatError(_place("name"), f"shape {name.shape}, expected one text")
    layers = _layers(arrays, labels if labels is not None else predictions)
    try:
        return Recording.from_arrays(
            layers,
            labels=labels,
            predictions=predictions,
            class_names=None if class_names is None else [str(one) for one in class_names.ravel()],
            images=arrays.optional("images", "u", "uint8"),
            name=file_name if name is None else str(name.item()),
        )
    except (TypeError, ValueError) as error:
        raise FormatError("arrays", str(error)) from error


def _layers(arrays: _Arrays, members: NDArray[Any] | None) -> dict[str, NDArray[Any]]:
    """Return the layers: keys with a prefix; without any, all tables with the common rows."""
    layers: dict[str, NDArray[Any]] = {}
    for key in arrays.keys:
        prefix = next((one for one in _PREFIXES if key.startswith(one)), None)
        if prefix is None:
            continue
        if not _is_table(arrays[key]):
            array = arrays[key]
            problem = f"{array.dtype} {array.shape}, expected numbers [samples, neurons]"
            raise FormatError(_place(key), problem)
        name = key.removeprefix(prefix)
        if name in layers:
            raise FormatError(_place(key), "another layer has this name")
        layers[name] = arrays[key]
    if layers:
        return layers
    others = {key: arrays[key] for key in arrays.keys if key not in _RESERVED}
    tables = {key: array for key, array in others.items() if _is_table(array)}
    if not tables:
        raise FormatError("arrays", "no layer: none is a table of numbers, [samples, neurons]")
    if members is not None and members.ndim == 1:
        rows = len(members)
    else:  # of ties the first
        rows = Counter(len(array) for array in tables.values()).most_common(1)[0][0]
    layers = {key: array for key, array in tables.items() if len(array) == rows}
    if not layers:
        raise FormatError("arrays", f"no layer: no table has {rows} rows")
    return layers


def _is_table(array: NDArray[Any]) -> bool:
    return array.ndim == 2 and array.dtype.kind in "fiub"


def _place(key: str) -> str:
    return f"arrays[{key[:80]!r}]"
