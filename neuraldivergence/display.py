"""A recording as the output of a notebook cell. The only file that names MIME types."""

import base64
import sys
import warnings
import zlib
from dataclasses import replace
from typing import Any, Literal

from .errors import SizeWarning
from .recording import Recording
from .wire import to_block

__all__ = ["DATA_MIME", "MAX_INLINE_BYTES", "VIEW_MIME", "mime_bundle", "show"]

VIEW_MIME = "application/vnd.neuraldivergence.v1+json"
DATA_MIME = "application/vnd.neuraldivergence.v1.data"
MAX_INLINE_BYTES = 5 * 2**20
"""Raw values above this size stay out of the notebook unless asked for."""
MAX_SUMMARY_BYTES = 20 * 2**20
"""A summary above this size is refused unless asked for."""

_MIN_GZIP_SAVING = 0.2
_PIECE_BYTES = 2**20
_TRIED_BYTES = 2**24
_HOPELESS = 0.9
_GZIP_WINDOW_BITS = 31
"""A gzip header, with modification time 0: equal recordings make equal outputs."""


def mime_bundle(
    recording: Recording,
    view: dict[str, Any] | None = None,
    *,
    max_inline_bytes: int | None = None,
) -> dict[str, Any]:
    """Return the MIME bundle of a notebook output.

    Parameters
    ----------
    recording : Recording
    view : dict, optional
        Initial view state; the recording's own by default.
    max_inline_bytes : int, optional
        Most bytes of the base64 data. Above it the bundle carries the summary of each layer
        instead of its activations. By default raw values may take 5 MiB, a summary 20 MiB.

    Raises
    ------
    ValueError
        Even the summary is larger.

    Warns
    -----
    SizeWarning
        The bundle carries the summary only.
    """
    budget, ceiling = (
        (MAX_INLINE_BYTES, MAX_SUMMARY_BYTES)
        if max_inline_bytes is None
        else (int(max_inline_bytes), int(max_inline_bytes))
    )
    if view is not None:
        recording = replace(recording, view=view)
    notice = ""
    descriptor, data, full_bytes = _encoded(recording, "full", budget)
    if data is None:
        descriptor, data, needed_bytes = _encoded(recording, "summary", ceiling)
        if data is None:
            raise ValueError(
                f"invalid size: all values need {_size(full_bytes)} and even their summary needs "
                f"{_size(needed_bytes)}, but an output may add {_size(ceiling)} to the notebook; "
                f"{_advice(needed_bytes)}"
            )
        notice = (
            f"All values need {_size(full_bytes)}, more than the {_size(budget)} that an output "
            f"may add to the notebook: this output carries a summary of {_size(len(data))}. "
            f"To keep all values, {_advice(full_bytes)}"
        )
        warnings.warn(notice, SizeWarning, stacklevel=3)
    return {
        VIEW_MIME: descriptor,
        DATA_MIME: data,
        "text/plain": _text(recording, len(data), notice),
    }


def show(
    recording: Recording, view: dict[str, Any] | None, *, max_inline_bytes: int | None = None
) -> None:
    """Display the bundle in a notebook; elsewhere print its text."""
    bundle = mime_bundle(recording, view, max_inline_bytes=max_inline_bytes)
    if not _is_in_notebook():
        print(bundle["text/plain"])
        return
    from IPython.display import display

    display(bundle, raw=True)  # type: ignore[no-untyped-call]


def _is_in_notebook() -> bool:
    # IPython is imported in every process that has a notebook frontend.
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell is not None and hasattr(shell, "kernel")


def _encoded(
    recording: Recording, detail: Literal["full", "summary"], budget: int
) -> tuple[dict[str, Any], str | None, int]:
    """Return descriptor, base64 data (None when above `budget`) and the bytes it needs."""
    descriptor, block = to_block(recording, detail=detail, for_notebook=True)
    packed = _packed(block, most_bytes=int((1 - _MIN_GZIP_SAVING) * len(block)))
    content = block if packed is None else packed
    needed_bytes = 4 * -(-len(content) // 3)
    if needed_bytes > budget:
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


def _text(recording: Recording, data_bytes: int, notice: str) -> str:
    layers = ", ".join(f"{layer.name} ({layer.neurons})" for layer in recording.layers[:8])
    more = "" if len(recording.layers) <= 8 else f" and {len(recording.layers) - 8} more"
    return " ".join(
        part
        for part in (
            f"NeuralDivergence recording {recording.name!r}: {recording.count} samples, "
            f"{len(recording.classes)} classes, {len(recording.instances)} instances; "
            f"layers (neurons): {layers}{more}; {_size(data_bytes)} in this output.",
            notice,
            "To see it, install neuraldivergence where JupyterLab runs: "
            "pip install neuraldivergence",
        )
        if part
    )


def _advice(needed_bytes: int) -> str:
    return (
        f"show fewer layers, pass max_inline_bytes={needed_bytes} to show(), or write a file "
        "with save() and open it from the file browser."
    )


def _size(byte_count: int) -> str:
    if byte_count < 1000:
        return f"{byte_count} bytes"
    if byte_count < 1_000_000:
        return f"{byte_count / 1000:.0f} kB"
    return f"{byte_count / 1_000_000:.1f} MB"
