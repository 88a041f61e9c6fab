"""A recording as text: its descriptor, and its tensor block in base64, packed where that pays."""

import base64
import zlib
from typing import Any

from .recording import Recording
from .wire import to_block

__all__ = ["encode"]

_MIN_GZIP_SAVING = 0.2
_PIECE_BYTES = 2**20
_TRIED_BYTES = 2**24
_HOPELESS = 0.9
_GZIP_WINDOW_BITS = 31
"""A gzip header, with modification time 0: equal recordings make equal texts."""


def encode(recording: Recording, most_bytes: int) -> tuple[dict[str, Any], str | None, int]:
    """Return the descriptor, the data as base64 (None above `most_bytes`), and its bytes.

    Of the images only those of instances are kept.
    """
    descriptor, block = to_block(recording, for_notebook=True)
    packed = _packed(block, most_bytes=int((1 - _MIN_GZIP_SAVING) * len(block)))
    content = block if packed is None else packed
    needed_bytes = 4 * -(-len(content) // 3)
    if needed_bytes > most_bytes:
        return descriptor, None, needed_bytes
    return descriptor, base64.b64encode(content).decode("ascii"), needed_bytes


def _packed(block: bytes, most_bytes: int) -> bytes | None:
    """Return the block gzip'd, or None when that takes more than `most_bytes`."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, _GZIP_WINDOW_BITS)
    packed = bytearray()
    for begin in range(0, len(block), _PIECE_BYTES):
        packed += compressor.compress(block[begin : begin + _PIECE_BYTES])
        # Large blocks that do not pack show it at once.
        is_hopeless = begin >= _TRIED_BYTES and len(packed) > _HOPELESS * begin
        if is_hopeless or len(packed) > most_bytes:
            return None
    packed += compressor.flush()
    return bytes(packed) if len(packed) <= most_bytes else None
