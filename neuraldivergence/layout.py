"""Lays out named arrays and a descriptor as one block of bytes (safetensors), piece by piece."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from .block import DESCRIPTOR_KEY, MAX_HEADER_BYTES

__all__ = ["Block", "Rows", "Tensor", "write_block"]

PIECE_BYTES = 2**22
"""Most bytes that are laid out at a time."""

_DTYPES: Mapping[np.dtype[Any], str] = {
    np.dtype(numpy): name
    for name, numpy in {
        "BOOL": "?",
        "U8": "u1",
        "I8": "i1",
        "I16": "<i2",
        "U16": "<u2",
        "F16": "<f2",
        "I32": "<i4",
        "U32": "<u4",
        "F32": "<f4",
        "F64": "<f8",
        "I64": "<i8",
    }.items()
}
"""In the order in which safetensors lays them out, from the last: so all of them are aligned."""
_RANKS = {dtype: rank for rank, dtype in enumerate(_DTYPES)}
_NO_ID = "0" * 64


@dataclass(frozen=True)
class Rows:
    """A tensor whose rows are made when they are asked for.

    Attributes
    ----------
    dtype : dtype
    shape : tuple of int
        Rows first.
    take : callable
        ``take(begin, end)`` returns the rows ``begin … end − 1``.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    take: Callable[[int, int], NDArray[Any]]

    @property
    def nbytes(self) -> int:
        """Bytes of all rows."""
        count = 1
        for size in self.shape:
            count *= size
        return count * self.dtype.itemsize

    def bytes(self, begin: int, end: int) -> memoryview:
        """Return some of the bytes, of which there are any."""
        row_bytes = self.nbytes // self.shape[0]
        first, last = begin // row_bytes, -(-end // row_bytes)
        rows = _bytes_of(self.take(first, last))
        return rows[begin - first * row_bytes : end - first * row_bytes]


Tensor = NDArray[Any] | Rows


class Block:
    """A tensor block that never is in memory as a whole: its bytes are made piece by piece.

    Parameters
    ----------
    tensors : mapping of str to array or `Rows`
    descriptor : mapping
        JSON; the block adds the ``id`` of the tensor data.

    Raises
    ------
    ValueError
        Names and descriptor need a header that is larger than the format allows.
    """

    def __init__(self, tensors: Mapping[str, Tensor], descriptor: Mapping[str, Any]) -> None:
        ordered = sorted(tensors.items(), key=lambda item: (-_RANKS[_stored(item[1])], item[0]))
        self._descriptor = descriptor
        self._tensors = [_contiguous(tensor) for _, tensor in ordered]
        self._begins: list[int] = []
        self._entries: dict[str, Any] = {}
        self._data_bytes = 0
        for name, tensor in ordered:
            begin, self._data_bytes = self._data_bytes, self._data_bytes + tensor.nbytes
            self._begins.append(begin)
            self._entries[name] = {
                "dtype": _DTYPES[_stored(tensor)],
                "shape": list(tensor.shape),
                "data_offsets": [begin, self._data_bytes],
            }
        self._id: str | None = None
        self._head: bytes | None = None
        self._head_bytes = len(self._head_with(_NO_ID))

    @property
    def size_bytes(self) -> int:
        """Bytes of the block."""
        return self._head_bytes + self._data_bytes

    @property
    def id(self) -> str:
        """The sha256 of the tensor data, hex. Asked for the first time, all of it is made."""
        if self._id is None:
            digest = hashlib.sha256()
            for part in self._data():
                digest.update(part)
            self._id = digest.hexdigest()
        return self._id

    @property
    def descriptor(self) -> dict[str, Any]:
        """The JSON object that the header holds, with ``id``."""
        return {**self._descriptor, "id": self.id}

    @property
    def head(self) -> bytes:
        """The bytes before the tensor data."""
        if self._head is None:
            self._head = self._head_with(self.id)
        return self._head

    def read(self, begin: int, end: int) -> bytes:
        """Return the bytes ``begin … end − 1`` of the block."""
        head = self.head[begin:end] if begin < self._head_bytes else b""
        begin, end = (max(0, place - self._head_bytes) for place in (begin, end))
        return b"".join([head, *self._parts(begin, min(end, self._data_bytes))])

    def write(self, file: BinaryIO) -> None:
        """Write the block to the beginning of a file; an unknown `id` is found on the way."""
        digest = hashlib.sha256() if self._id is None else None
        file.seek(self._head_bytes)
        for part in self._data():
            file.write(part)
            if digest is not None:
                digest.update(part)
        if digest is not None:
            self._id = digest.hexdigest()
        file.seek(0)
        file.write(self.head)

    def _head_with(self, id: str) -> bytes:
        descriptor = {**self._descriptor, "id": id}
        text = json.dumps(descriptor, separators=(",", ":"), allow_nan=False)
        header = {"__metadata__": {DESCRIPTOR_KEY: text}, **self._entries}
        content = json.dumps(header, separators=(",", ":")).encode()
        content += b" " * (-len(content) % 8)
        if len(content) > MAX_HEADER_BYTES:
            raise ValueError(
                f"invalid recording: names and descriptor need {len(content):,} bytes, "
                f"more than {MAX_HEADER_BYTES:,}"
            )
        return len(content).to_bytes(8, "little") + content

    def _data(self) -> Iterator[memoryview]:
        for begin in range(0, self._data_bytes, PIECE_BYTES):
            yield from self._parts(begin, min(begin + PIECE_BYTES, self._data_bytes))

    def _parts(self, begin: int, end: int) -> Iterator[memoryview]:
        """Return bytes of the tensor data, in the order of the tensors that hold them."""
        index = bisect_right(self._begins, begin) - 1
        while begin < end:
            tensor, first = self._tensors[index], self._begins[index]
            last = min(end, first + tensor.nbytes)
            if begin < last:
                yield _some_bytes(tensor, begin - first, last - first)
            begin, index = last, index + 1


def write_block(
    tensors: Mapping[str, Tensor], descriptor: Mapping[str, Any]
) -> tuple[dict[str, Any], bytes]:
    """Lay out tensors and the descriptor, to which the ``id`` of the tensor data is added.

    Returns
    -------
    descriptor : dict
        With ``id``: the sha256 of the tensor data, hex.
    block : bytes
    """
    block = Block(tensors, descriptor)
    return block.descriptor, block.read(0, block.size_bytes)


def _stored(tensor: Tensor) -> np.dtype[Any]:
    dtype: np.dtype[Any] = tensor.dtype.newbyteorder("<")
    return dtype


def _contiguous(tensor: Tensor) -> Tensor:
    if isinstance(tensor, Rows):
        return tensor
    return np.ascontiguousarray(tensor, dtype=_stored(tensor))


def _some_bytes(tensor: Tensor, begin: int, end: int) -> memoryview:
    return tensor.bytes(begin, end) if isinstance(tensor, Rows) else _bytes_of(tensor)[begin:end]


def _bytes_of(array: NDArray[Any]) -> memoryview:
    stored = np.ascontiguousarray(array, dtype=_stored(array))
    return stored.reshape(-1).view(np.uint8).data
