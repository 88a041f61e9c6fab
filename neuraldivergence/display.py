"""A recording as the output of a notebook cell. The only file that names MIME types."""

import base64
import sys
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .encode import encode
from .errors import SizeWarning
from .recording import Recording
from .summary import summarised
from .text import clean, well_formed
from .text import size_text as size

if TYPE_CHECKING:
    from .picture import Picture

__all__ = [
    "DATA_MIME",
    "MAX_INLINE_BYTES",
    "PICTURE_MIME",
    "VIEW_MIME",
    "mime_bundle",
    "output",
    "show",
]

VIEW_MIME = "application/vnd.neuraldivergence.v1+json"
DATA_MIME = "application/vnd.neuraldivergence.v1.data"
PICTURE_MIME = "image/png"
MAX_INLINE_BYTES = 5 * 2**20
"""Raw values above this size stay out of the notebook unless asked for."""
MAX_SUMMARY_BYTES = 20 * 2**20
"""A summary above this size is refused unless asked for."""


def mime_bundle(
    recording: Recording,
    view: dict[str, Any] | None = None,
    *,
    max_inline_bytes: int | None = None,
) -> dict[str, Any]:
    """Return the MIME bundle of a notebook output, without its picture.

    Parameters
    ----------
    recording : Recording
    view : dict, optional
        Initial view state; the recording's own by default.
    max_inline_bytes : int, optional
        Most bytes of the base64 data; picture and descriptor are not counted. Above it the
        bundle carries the summary of each layer instead of its activations. By default raw
        values may take 5 MiB, a summary 20 MiB.

    Raises
    ------
    ValueError
        Even the summary is larger.

    Warns
    -----
    SizeWarning
        The bundle carries the summary only.
    """
    return _carried(recording, view, max_inline_bytes)[0]


def output(
    recording: Recording,
    view: dict[str, Any] | None = None,
    *,
    max_inline_bytes: int | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the MIME bundle with a picture of the view, and the output's metadata.

    The picture is for where the extension is not: GitHub, print, other editors. Where it cannot
    be drawn, a warning says so and the bundle is without it. See `mime_bundle`.
    """
    bundle, carried = _carried(recording, view, max_inline_bytes)
    picture = _picture_of(carried)
    if picture is None:
        return bundle, {}
    bundle[PICTURE_MIME] = base64.b64encode(picture.png).decode("ascii")
    size = {"width": picture.width_px, "height": picture.height_px}
    return bundle, {PICTURE_MIME: {"alt": picture.alternative, **size}}


def _picture_of(recording: Recording) -> "Picture | None":
    try:
        from .picture import picture_of

        return picture_of(recording)
    # No Pillow, one without FreeType or zlib, or a mistake of ours: the view itself is not lost.
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        warnings.warn(f"no picture for places without the extension: {reason}", stacklevel=4)
        return None


def _carried(
    recording: Recording, view: dict[str, Any] | None, max_inline_bytes: int | None
) -> tuple[dict[str, Any], Recording]:
    """Return the bundle, and the recording as the bundle carries it."""
    budget, ceiling = (
        (MAX_INLINE_BYTES, MAX_SUMMARY_BYTES)
        if max_inline_bytes is None
        else (int(max_inline_bytes), int(max_inline_bytes))
    )
    notice = ""
    descriptor, data, full_bytes = encode(recording, budget)
    if data is None:
        recording = summarised(recording)
        descriptor, data, needed_bytes = encode(recording, ceiling)
        if data is None:
            raise ValueError(
                f"invalid size: all values need up to {size(full_bytes)} and even their summary "
                f"needs {size(needed_bytes)}, but an output may add {size(ceiling)} to the "
                f"notebook; {_advice(needed_bytes)}"
            )
        notice = (
            f"All values need up to {size(full_bytes)}, more than the {size(budget)} that an "
            f"output may add to the notebook: this output carries a summary of {size(len(data))}. "
            f"To keep all values, {_advice(full_bytes)}"
        )
        warnings.warn(notice, SizeWarning, stacklevel=4)
    if view is not None:
        # Beside the data, not in it: outputs with other views carry the same data.
        descriptor = {**descriptor, "view": well_formed(view)}
        recording = replace(recording, view=view)
    bundle = {
        VIEW_MIME: descriptor,
        DATA_MIME: data,
        "text/plain": _text(recording, len(data), notice),
    }
    return bundle, recording


def show(
    recording: Recording, view: dict[str, Any] | None, *, max_inline_bytes: int | None = None
) -> None:
    """Display the bundle in a notebook; elsewhere print its text."""
    if not _is_in_notebook():
        print(mime_bundle(recording, view, max_inline_bytes=max_inline_bytes)["text/plain"])
        return
    from IPython.display import display

    bundle, metadata = output(recording, view, max_inline_bytes=max_inline_bytes)
    display(bundle, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]


def _is_in_notebook() -> bool:
    # IPython is imported in every process that has a notebook frontend.
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell is not None and hasattr(shell, "kernel")


def _text(recording: Recording, data_bytes: int, notice: str) -> str:
    shown = recording.layers[:8]
    layers = ", ".join(f"{clean(layer.name, 60)} ({layer.neurons})" for layer in shown)
    more = "" if len(recording.layers) <= 8 else f" and {len(recording.layers) - 8} more"
    return " ".join(
        part
        for part in (
            f"NeuralDivergence recording '{clean(recording.name, 60)}': {recording.count} samples, "
            f"{len(recording.classes)} classes, {len(recording.instances)} instances; "
            f"layers (neurons): {layers}{more}; {size(data_bytes)} in this output.",
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
