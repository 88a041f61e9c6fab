"""Reads the tensor block: named arrays and a descriptor in one block of bytes (safetensors)."""

import hashlib
import json
from collections.abc import Mapping
from os import SEEK_END
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from .errors import FormatError

__all__ = ["DESCRIPTOR_KEY", "MAX_HEADER_BYTES", "read_block"]

DESCRIPTOR_KEY = "neuraldivergence"
MAX_HEADER_BYTES = 16 * 2**20
_MAX_RANK = 4
_DTYPES: Mapping[str, np.dtype[Any]] = {
    "F16": np.dtype("<f2"),
    "BF16": np.dtype("<u2"),
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
    "U8": np.dtype("u1"),
    "I8": np.dtype("i1"),
    "U16": np.dtype("<u2"),
    "I16": np.dtype("<i2"),
    "U32": np.dtype("<u4"),
    "I32": np.dtype("<i4"),
    "I64": np.dtype("<i8"),
    "BOOL": np.dtype("?"),
}


def read_block(file: BinaryIO) -> tuple[Any, dict[str, NDArray[Any]], str]:
    """Check the block that a file holds and return its descriptor, still unchecked, and tensors.

    Returns
    -------
    descriptor : object
        The JSON value that the header holds.
    tensors : dict of arrays
        Read-only, each with memory of its own. BF16 is widened to float32.
    id : str
        The sha256 of the tensor data, hex.

    Raises
    ------
    FormatError
        The block breaks a rule of the layout.
    """
    size_bytes = file.seek(0, SEEK_END)
    file.seek(0)
    header = _header_of(file, size_bytes)
    data_bytes = size_bytes - file.tell()
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not isinstance(metadata.get(DESCRIPTOR_KEY), str):
        raise FormatError("header", f"no descriptor in __metadata__.{DESCRIPTOR_KEY}")
    descriptor = _parse(metadata[DESCRIPTOR_KEY], "header.__metadata__.neuraldivergence")
    spans = {name: _span_of(name, entry) for name, entry in header.items()}
    _check_contiguous(spans, data_bytes)
    digest = hashlib.sha256()
    tensors = {}
    for name in sorted(spans, key=spans.__getitem__):
        array = _empty(header[name]["dtype"], header[name]["shape"])
        content = array.reshape(-1).view(np.uint8).data
        if file.readinto(content) != len(content):  # type: ignore[attr-defined]
            raise FormatError(f"tensors[{name[:80]!r}]", "the file became shorter")
        digest.update(content)
        tensors[name] = _widened(array) if header[name]["dtype"] == "BF16" else array
        tensors[name].setflags(write=False)
    return descriptor, tensors, digest.hexdigest()


def _header_of(file: BinaryIO, size_bytes: int) -> dict[str, Any]:
    if size_bytes < 8:
        raise FormatError("header", f"needs 8 bytes, found {size_bytes}")
    length = int.from_bytes(file.read(8), "little")
    if length > MAX_HEADER_BYTES:
        raise FormatError("header", f"{length} bytes is more than {MAX_HEADER_BYTES}")
    if length > size_bytes - 8:
        raise FormatError("header", f"{length} bytes is more than the block holds")
    try:
        text = file.read(length).decode()
    except UnicodeDecodeError as error:
        raise FormatError("header", "not UTF-8") from error
    header = _parse(text, "header")
    if not isinstance(header, dict):
        raise FormatError("header", "not an object")
    return header


def _parse(text: str, path: str) -> Any:
    def refuse(constant: str) -> None:
        raise ValueError(f"invalid JSON number: {constant}")

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise FormatError(path, f"not JSON ({str(error)[:120]})") from error


def _span_of(name: str, entry: Any) -> tuple[int, int]:
    path = f"tensors[{name[:80]!r}]"
    if not isinstance(entry, dict):
        raise FormatError(path, "not an object")
    dtype, shape, offsets = (entry.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not isinstance(dtype, str) or dtype not in _DTYPES:
        raise FormatError(path, f"unknown dtype: {str(dtype)[:40]}")
    if not _are_sizes(shape):
        raise FormatError(path, f"invalid shape: {str(shape)[:80]}")
    if len(cast(list[int], shape)) > _MAX_RANK:
        raise FormatError(path, f"rank {len(cast(list[int], shape))} is more than {_MAX_RANK}")
    if not _are_sizes(offsets) or len(cast(list[int], offsets)) != 2:
        raise FormatError(path, f"invalid data_offsets: {str(offsets)[:80]}")
    begin, end = cast(list[int], offsets)
    needed = _DTYPES[dtype].itemsize
    for size in cast(list[int], shape):
        needed *= size
    if needed != end - begin:
        raise FormatError(path, f"shape {shape} needs {needed} bytes, found {end - begin}")
    return begin, end


def _are_sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(size) is int and size >= 0 for size in value)


def _check_contiguous(spans: Mapping[str, tuple[int, int]], data_bytes: int) -> None:
    place = 0
    for name, (begin, end) in sorted(spans.items(), key=lambda span: span[1]):
        if begin != place:
            problem = "overlaps another tensor" if begin < place else "leaves a gap before it"
            raise FormatError(f"tensors[{name[:80]!r}]", f"{problem} at byte {begin}")
        place = end
    if place != data_bytes:
        raise FormatError("tensors", f"need {place} bytes, found {data_bytes}")


def _empty(dtype: str, shape: list[int]) -> NDArray[Any]:
    try:
        return np.empty(shape, _DTYPES[dtype])
    except ValueError as error:  # dimensions too large to index, beside one that is 0
        raise FormatError("tensors", f"invalid shape: {str(shape)[:80]}") from error


def _widened(brain_floats: NDArray[np.uint16]) -> NDArray[np.float32]:
    widened: NDArray[np.float32] = (brain_floats.astype(np.uint32) << 16).view(np.float32)
    return widened
