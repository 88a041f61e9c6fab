"""A recording as the output of a notebook cell. The only file that names MIME types."""

import base64
import sys
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any

from .carriers import carry, checked_source, warn
from .instances import with_samples
from .kept import with_kept
from .recording import Recording
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
"""A summary above this size stays out of the notebook unless asked for."""


def mime_bundle(
    recording: Recording,
    view: dict[str, Any] | None = None,
    *,
    source: str | None = "inline",
    path: str | PathLike[str] | None = None,
    max_inline_bytes: int | None = None,
) -> dict[str, Any]:
    """Return the MIME bundle of a notebook output, without its picture.

    Parameters
    ----------
    recording : Recording
    view : dict, optional
        Initial view state; the recording's own by default.
    source : {"inline", "file", "comm"} or None
        Where the values are; see `Recording.show`. With ``"inline"`` nothing is written or kept.
    path : str or path-like, optional
        Name of the file.
    max_inline_bytes : int, optional
        Most bytes of the base64 data; picture and descriptor are not counted. Above it the
        bundle carries the summary of each layer instead of its activations. By default raw
        values may take 5 MiB, a summary 20 MiB.

    Raises
    ------
    ValueError
        Even the summary is larger, and the values are nowhere else.

    Warns
    -----
    SizeWarning
        The bundle does not carry all values, and `source` did not ask for that.
    """
    return _carried(recording, view, source, path, max_inline_bytes)[0]


def output(
    recording: Recording,
    view: dict[str, Any] | None = None,
    *,
    source: str | None = "inline",
    path: str | PathLike[str] | None = None,
    max_inline_bytes: int | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the MIME bundle with a picture of the view, and the output's metadata.

    The picture is for where the extension is not: GitHub, print, other editors. Where it cannot
    be drawn, a warning says so and the bundle is without it. See `mime_bundle`.
    """
    bundle, carried = _carried(recording, view, source, path, max_inline_bytes)
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
        warn(f"no picture for places without the extension: {reason}")
        return None


def _carried(
    recording: Recording,
    view: dict[str, Any] | None,
    source: str | None,
    path: str | PathLike[str] | None,
    max_inline_bytes: int | None,
) -> tuple[dict[str, Any], Recording]:
    """Return the bundle, and the recording that a picture of it shows."""
    most = None if max_inline_bytes is None else int(max_inline_bytes)
    carried = carry(
        recording,
        checked_source(source, path),
        path,
        budget=MAX_INLINE_BYTES if most is None else most,
        ceiling=MAX_SUMMARY_BYTES if most is None else most,
    )
    descriptor, shown = carried.descriptor, carried.recording
    if view is not None:
        # Beside the data, not in it: outputs with other views carry the same data.
        descriptor = {**descriptor, "view": well_formed(view)}
        shown = replace(shown, view=view)
    descriptor = {**descriptor, **_live(descriptor, recording)}
    wanted = shown.view or {}
    pictured = with_kept(with_samples(shown, wanted.get("samples"), recording), wanted.get("kept"))
    data = {} if carried.data is None else {DATA_MIME: carried.data}
    text = _text(shown, len(carried.data or ""), carried.notice)
    return {VIEW_MIME: descriptor, **data, "text/plain": text}, pictured


def _live(descriptor: dict[str, Any], recording: Recording) -> dict[str, Any]:
    """Return the field of the descriptor that says where a live model is, if one is."""
    if recording._probe is None or not _is_in_notebook():
        return {}
    try:
        from .live import keep
    except ImportError:  # a kernel without comms
        return {}
    return {"live": keep(descriptor["id"], recording._probe)}


def show(
    recording: Recording,
    view: dict[str, Any] | None,
    *,
    source: str | None = None,
    path: str | PathLike[str] | None = None,
    max_inline_bytes: int | None = None,
) -> None:
    """Display the bundle in a notebook; elsewhere print its text, and write nothing."""
    if not _is_in_notebook():
        checked_source(source, path)
        print(mime_bundle(recording, view, max_inline_bytes=max_inline_bytes)["text/plain"])
        return
    from IPython.display import display

    bundle, metadata = output(
        recording, view, source=source, path=path, max_inline_bytes=max_inline_bytes
    )
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
