"""Reads the tensor block: named arrays and a descriptor in one block of bytes (safetensors)."""

import json
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from .errors import FormatError

__all__ = ["DESCRIPTOR_KEY", "MAX_HEADER_BYTES", "data_of", "read_block"]

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


def read_block(block: bytes | bytearray) -> tuple[Any, dict[str, NDArray[Any]]]:
    """Check a block and return its descriptor, still unchecked, and its tensors.

    Returns
    -------
    descriptor : object
        The JSON value that the header holds.
    tensors : dict of arrays
        Read-only; they share the memory of `block`. BF16 is widened to float32.

    Raises
    ------
    FormatError
        The block breaks a rule of the layout.
    """
    header = _header_of(block)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not isinstance(metadata.get(DESCRIPTOR_KEY), str):
        raise FormatError("header", f"no descriptor in __metadata__.{DESCRIPTOR_KEY}")
    descriptor = _parse(metadata[DESCRIPTOR_KEY], "header.__metadata__.neuraldivergence")
    return descriptor, _tensors_of(header, data_of(block))


def data_of(block: bytes | bytearray) -> memoryview:
    """Return the tensor data: the bytes after the header."""
    return memoryview(block)[8 + int.from_bytes(block[:8], "little") :]


def _header_of(block: bytes | bytearray) -> dict[str, Any]:
    if len(block) < 8:
        raise FormatError("header", f"needs 8 bytes, found {len(block)}")
    length = int.from_bytes(block[:8], "little")
    if length > MAX_HEADER_BYTES:
        raise FormatError("header", f"{length} bytes is more than {MAX_HEADER_BYTES}")
    if length > len(block) - 8:
        raise FormatError("header", f"{length} bytes is more than the block holds")
    try:
        text = bytes(block[8 : 8 + length]).decode()
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


def _tensors_of(header: Mapping[str, Any], data: memoryview) -> dict[str, NDArray[Any]]:
    spans = {name: _span_of(name, entry) for name, entry in header.items()}
    _check_contiguous(spans, len(data))
    return {
        name: _array(data[begin:end], header[name]["dtype"], header[name]["shape"])
        for name, (begin, end) in spans.items()
    }


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


def _array(data: memoryview, dtype: str, shape: list[int]) -> NDArray[Any]:
    try:
        array = np.frombuffer(data, dtype=_DTYPES[dtype]).reshape(shape)
    except ValueError as error:  # dimensions too large to index, beside one that is 0
        raise FormatError("tensors", f"invalid shape: {str(shape)[:80]}") from error
    if dtype == "BF16":
        array = (array.astype(np.uint32) << 16).view(np.float32)
    array.setflags(write=False)
    return array
