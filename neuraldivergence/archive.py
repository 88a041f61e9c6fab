"""Recordings in NumPy archives, ``.npz``; `docs/python.md` describes the keys."""

import io
import math
import os
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from .errors import FormatError
from .recording import Recording

__all__ = ["load_archive"]

_PREFIXES = ("activations/", "layer/")
_SUFFIX = ".npy"
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError),
    OSError,  # an offset outside the file
    RuntimeError,  # encrypted
)
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_RESERVED = ("labels", "predictions", "class_names", "images", "name")
_HEADER_READERS = {
    (1, 0): npy.read_array_header_1_0,
    (2, 0): npy.read_array_header_2_0,
    (3, 0): npy.read_array_header_2_0,  # differs in names of fields, which are not read
}
_MAX_BYTES = 2**30
_MAX_HEADER_BYTES = 2**14
_MAX_TEXTS = 100_000
_MAX_CHARACTERS = 2**16
"""Of one text."""


def load_archive(path: str | os.PathLike[str]) -> Recording:
    """Read a recording from arrays that `numpy.savez` wrote. Python objects are never loaded.

    Raises
    ------
    FormatError
        The archive is damaged or too large, holds no layer, or arrays do not fit together.
    OSError
        The file cannot be read.
    """
    with open(path, "rb") as file:
        if file.read(len(npy.MAGIC_PREFIX)) == npy.MAGIC_PREFIX:
            raise FormatError("archive", "one array alone; save several with numpy.savez")
        try:
            archive = zipfile.ZipFile(file)
        except (ValueError, *_DAMAGE) as error:
            raise FormatError("archive", f"not a .npz archive ({error})") from error
        with archive:
            return _recording(_Arrays(archive), Path(path).name)


class _Arrays:
    """The arrays of an archive, read when they are asked for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        infos = archive.infolist()
        total = sum(info.file_size for info in infos)
        if total > _MAX_BYTES:
            raise FormatError(
                "archive",
                f"unpacks to {total:,} bytes, more than {_MAX_BYTES:,}; read it with numpy.load "
                "and give the arrays to Recording.from_arrays",
            )
        self._archive = archive
        self._members = {info.filename.removesuffix(_SUFFIX): info for info in infos}
        self.keys = tuple(self._members)

    def __getitem__(self, key: str) -> NDArray[Any]:
        return _parse(_place(key), self.content(key))

    def content(self, key: str) -> bytes:
        """Return the bytes of a member, which the archive has checked."""
        info = self._members[key]
        if info.compress_type not in _PACKINGS:
            raise FormatError(_place(key), "packed in an unknown way")
        try:
            with self._archive.open(info) as file:
                return file.read(info.file_size)
        except (ValueError, *_DAMAGE) as error:
            raise FormatError(_place(key), f"damaged ({error})") from error

    def optional(self, key: str, kinds: str, wanted: str) -> NDArray[Any] | None:
        """Return the array of this key, when there is one, if its dtype is of these kinds."""
        if key not in self.keys:
            return None
        array = self[key]
        if array.dtype.kind not in kinds:
            raise FormatError(_place(key), f"dtype {array.dtype}, expected {wanted}")
        return array

    def texts(self, key: str) -> list[str] | None:
        """Return the texts of this key, when there is one."""
        array = self.optional(key, "U", "text")
        if array is None:
            return None
        if array.size > _MAX_TEXTS:
            raise FormatError(_place(key), f"{array.size:,} texts, more than {_MAX_TEXTS:,}")
        try:
            return [str(text) for text in array.ravel()]
        except (ValueError, SystemError) as error:  # what Python says differs by its version
            raise FormatError(_place(key), "text is not Unicode") from error


def _parse(path: str, content: bytes) -> NDArray[Any]:
    """Return the array of a ``.npy`` file, read-only, in the memory of `content`."""
    header = io.BytesIO(content[:_MAX_HEADER_BYTES])
    try:
        version = npy.read_magic(header)
        shape, is_fortran, dtype = _HEADER_READERS[version](header)
    except Exception as error:  # any, for a header that NumPy did not write
        raise FormatError(path, f"not an array of NumPy ({str(error)[:120]})") from error
    if not all(0 <= length < 2**53 for length in shape):
        raise FormatError(path, f"invalid shape: {str(shape)[:80]}")
    if dtype.hasobject:
        raise FormatError(path, "Python objects are never loaded; save numbers or text")
    is_long = dtype.kind == "U" and dtype.itemsize > 4 * _MAX_CHARACTERS
    if dtype.itemsize == 0 or is_long:
        raise FormatError(path, f"dtype {dtype.str}, expected 1 to {_MAX_CHARACTERS:,} characters")
    needed = math.prod(shape) * dtype.itemsize
    found = len(content) - header.tell()
    if needed != found:
        raise FormatError(path, f"shape {str(shape)[:80]} needs {needed} bytes, found {found}")
    try:
        array = np.frombuffer(content, dtype, offset=header.tell())
        return array.reshape(shape, order="F" if is_fortran else "C")
    except (TypeError, ValueError) as error:  # a truth value, too many dimensions
        raise FormatError(path, f"invalid shape: {str(shape)[:80]}") from error


def _recording(arrays: _Arrays, file_name: str) -> Recording:
    labels = arrays.optional("labels", "iu", "integers")
    predictions = arrays.optional("predictions", "iu", "integers")
    class_names = arrays.texts("class_names")
    names = arrays.texts("name")
    if names is not None and len(names) != 1:
        raise FormatError(_place("name"), f"{len(names)} texts, expected one text")
    layers = _layers(arrays, labels if labels is not None else predictions)
    try:
        return Recording.from_arrays(
            layers,
            labels=labels,
            predictions=predictions,
            class_names=class_names,
            images=arrays.optional("images", "u", "uint8"),
            name=file_name if names is None else names[0],
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
        array = arrays[key]
        if not _is_table(array):
            problem = f"{array.dtype} {array.shape}, expected numbers [samples, neurons]"
            raise FormatError(_place(key), problem)
        name = key.removeprefix(prefix)
        if name in layers:
            raise FormatError(_place(key), "another layer has this name")
        layers[name] = array
    if layers:
        return layers
    tables = _tables(arrays)
    if members is not None and members.ndim == 1:
        rows = len(members)
    else:  # of ties the first
        rows = Counter(len(array) for array in tables.values()).most_common(1)[0][0]
    layers = {key: array for key, array in tables.items() if len(array) == rows}
    if not layers:
        raise FormatError("arrays", f"no layer: no table has {rows} rows")
    return layers


def _tables(arrays: _Arrays) -> dict[str, NDArray[Any]]:
    """Return all tables of numbers. What is whole yet no array that can be read is none."""
    tables: dict[str, NDArray[Any]] = {}
    foreign: FormatError | None = None
    for key in arrays.keys:
        if key in _RESERVED:
            continue
        content = arrays.content(key)
        try:
            array = _parse(_place(key), content)
        except FormatError as error:
            foreign = foreign or error
            continue
        if _is_table(array):
            tables[key] = array
    if not tables:
        problem = "no layer: none is a table of numbers, [samples, neurons]"
        raise foreign or FormatError("arrays", problem)
    return tables


def _is_table(array: NDArray[Any]) -> bool:
    return array.ndim == 2 and array.dtype.kind in "fiub"


def _place(key: str) -> str:
    return f"arrays[{key[:80]!r}]"
