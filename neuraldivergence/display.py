"""A recording as the output of a notebook cell. The only file that names MIME types."""

import base64
import sys
import warnings
import zlib
from dataclasses import replace
from typing import Any

from .errors import SizeWarning
from .recording import Recording
from .wire import to_block

__all__ = ["DATA_MIME", "MAX_INLINE_BYTES", "VIEW_MIME", "mime_bundle", "show"]

VIEW_MIME = "application/vnd.neuraldivergence.v1+json"
DATA_MIME = "application/vnd.neuraldivergence.v1.data"
MAX_INLINE_BYTES = 5 * 2**20

_MIN_GZIP_SAVING = 0.2
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
        Most bytes of the base64 data; 5 MiB by default. Above it the bundle carries the
        summary of each layer instead of its activations.

    Raises
    ------
    ValueError
        Even the summary is larger.

    Warns
    -----
    SizeWarning
        The bundle carries the summary only.
    """
    budget = MAX_INLINE_BYTES if max_inline_bytes is None else int(max_inline_bytes)
    if view is not None:
        recording = replace(recording, view=view)
    descriptor, data = _encoded(recording, "full")
    notice = ""
    if len(data) > budget:
        full_bytes = len(data)
        descriptor, data = _encoded(recording, "summary")
        if len(data) > budget:
            raise ValueError(
                f"invalid size: all values need {_size(full_bytes)} and even their summary needs "
                f"{_size(len(data))}, but an output may add {_size(budget)} to the notebook; "
                f"{_advice(len(data))}"
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


def _encoded(recording: Recording, detail: Any) -> tuple[dict[str, Any], str]:
    descriptor, block = to_block(recording, detail=detail, for_notebook=True)
    compressor = zlib.compressobj(6, zlib.DEFLATED, _GZIP_WINDOW_BITS)
    packed = compressor.compress(block) + compressor.flush()
    is_worth_it = len(packed) <= (1 - _MIN_GZIP_SAVING) * len(block)
    return descriptor, base64.b64encode(packed if is_worth_it else block).decode("ascii")


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
