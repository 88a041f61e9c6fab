"""A recording as text: its descriptor, and its tensor block in base64, packed where that pays."""

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .layout import write_block
from .recording import Recording
from .wire import to_tensors

__all__ = ["encode"]

_MIN_GZIP_SAVING = 0.2
_GZIP_WINDOW_BITS = 31
"""A gzip header, with modification time 0: equal recordings make equal texts."""
_LEVEL = 5
"""Level 6 saves 1 % more of a summary and takes half as long again."""
_SAMPLED_BYTES = 2**20
"""Data above this size is tried out on pieces first."""
_PIECE_BYTES = 2**13
_PIECES = 32
_HOPELESS = 0.9
"""When the pieces keep this share of their bytes, the whole is not packed."""
_MARGIN = 1.25
"""What the pieces promise may be wrong by this factor before a recording is called too large."""
_TENSOR_ENTRY_BYTES = 256
_MAX_IMAGE_BYTES = 2**18
"""Images of samples that take more stay out of an output."""


def encode(recording: Recording, most_bytes: int) -> tuple[dict[str, Any], str | None, int]:
    """Return the descriptor, the data as base64 (None above `most_bytes`), and its bytes.

    Beside values the images of samples are kept where they take at most 256 KiB and all is within
    `most_bytes`; otherwise those of instances alone. Of data that is clearly too large the bytes
    are those that are needed at most, and the descriptor has no ``id``.
    """
    if _has_small_images(recording):
        encoded = _encode(recording, most_bytes, all_images=True)
        if encoded[1] is not None:
            return encoded
    return _encode(recording, most_bytes, all_images=False)


def _has_small_images(recording: Recording) -> bool:
    """Tell whether there are images of samples beside their values, which pack well enough."""
    images, shown = recording.images, recording.image_samples
    if images is None or shown is None or not (shown >= 0).any():
        return False
    layers = recording.layers
    if all(layer.activations is None and layer.codes is None for layer in layers):
        return False
    packed_bytes = 0
    compressor = zlib.compressobj(_LEVEL)
    content = np.ascontiguousarray(images).reshape(-1).data
    for begin in range(0, len(content), _MAX_IMAGE_BYTES):
        packed_bytes += len(compressor.compress(content[begin : begin + _MAX_IMAGE_BYTES]))
        if packed_bytes > _MAX_IMAGE_BYTES:
            return False
    return packed_bytes + len(compressor.flush()) <= _MAX_IMAGE_BYTES


def _encode(
    recording: Recording, most_bytes: int, *, all_images: bool
) -> tuple[dict[str, Any], str | None, int]:
    descriptor, tensors = to_tensors(
        recording, for_notebook=True, in_planes=True, all_images=all_images
    )
    byte_count = sum(tensor.nbytes for tensor in tensors.values())
    share = _packed_share(tensors) if byte_count > _SAMPLED_BYTES else 0.0
    is_hopeless = share > _HOPELESS
    if is_hopeless and all_images and tensors["images"].nbytes > _MAX_IMAGE_BYTES:
        # They would be packed with the rest or not at all.
        return descriptor, None, 0
    expected_bytes = byte_count if is_hopeless else int(byte_count * share / _MARGIN)
    if _base64_bytes(expected_bytes) > most_bytes:
        at_most_bytes = byte_count + _header_bytes(descriptor, tensors)
        return descriptor, None, _base64_bytes(at_most_bytes)
    descriptor, block = write_block(tensors, descriptor)
    content = block if is_hopeless else _packed(block)
    needed_bytes = _base64_bytes(len(content))
    if needed_bytes > most_bytes:
        return descriptor, None, needed_bytes
    return descriptor, base64.b64encode(content).decode("ascii"), needed_bytes


def _packed(block: bytes) -> bytes:
    """Return the block gzip'd, or as it is when that saves too little."""
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_WINDOW_BITS)
    packed = compressor.compress(block) + compressor.flush()
    return packed if len(packed) <= (1 - _MIN_GZIP_SAVING) * len(block) else block


def _packed_share(tensors: Mapping[str, NDArray[Any]]) -> float:
    """Return which share of their bytes tensors keep when packed, judged by evenly spaced pieces.

    Packing looks back 32 KiB only, so that pieces tell much about the whole.
    """
    whole = sum(tensor.nbytes for tensor in tensors.values())
    step = max(_PIECE_BYTES, whole // _PIECES)
    kept = 0.0
    for tensor in tensors.values():
        content = np.ascontiguousarray(tensor).reshape(-1).view(np.uint8).data
        pieces = [content[begin : begin + _PIECE_BYTES] for begin in range(0, len(content), step)]
        packed = sum(len(zlib.compress(piece, _LEVEL)) for piece in pieces)
        kept += tensor.nbytes * packed / max(sum(len(piece) for piece in pieces), 1)
    return kept / whole


def _header_bytes(descriptor: Mapping[str, Any], tensors: Mapping[str, Any]) -> int:
    """Return more bytes than the header of a block takes."""
    # In the header the descriptor is a string, and its id is 64 digits.
    text = json.dumps(json.dumps(descriptor))
    names = sum(len(json.dumps(name)) for name in tensors)
    return len(text) + names + _TENSOR_ENTRY_BYTES * (len(tensors) + 1)


def _base64_bytes(byte_count: int) -> int:
    return 4 * -(-byte_count // 3)
