"""A recording as one HTML file that shows it in any browser, without Jupyter."""

import html
import json
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any

from .encode import encode
from .files import write_atomically
from .recording import Recording
from .text import clean, size_text

__all__ = ["MAX_BYTES", "to_html"]

MAX_BYTES = 200_000_000
"""Data above this size is refused unless asked for: browsers open larger pages slowly or not."""

_TEMPLATE = "page.html"
_DATA_PLACE = "<!--neuraldivergence:recording-->"
_MODEL_PLACE = "<!--neuraldivergence:model-->", "<!--/neuraldivergence:model-->"
"""Around what only the page of a recording that holds its model has."""
_TITLE_PLACE = "<title>NeuralDivergence</title>"
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}


def to_html(
    recording: Recording,
    path: str | PathLike[str],
    view: dict[str, Any] | None = None,
    *,
    title: str | None = None,
    max_bytes: int | None = None,
) -> str:
    """Write the page and return its path; see `Recording.to_html`."""
    template = _template()
    ceiling = MAX_BYTES if max_bytes is None else int(max_bytes)
    if view is not None:
        recording = replace(recording, view=view)
    descriptor, data, needed_bytes = encode(recording, ceiling)
    if data is None:
        raise ValueError(
            f"invalid size: the data need up to {size_text(needed_bytes)}, more than the "
            f"{size_text(ceiling)} that a page may hold; record fewer layers or samples, pass "
            f"max_bytes={needed_bytes} to to_html(), or write a file with save() and open it in "
            "JupyterLab"
        )
    name = clean(recording.name if title is None else title)
    page = _filled(
        template if "model" in descriptor else _without_model(template),
        {
            _TITLE_PLACE: f"<title>{html.escape(name or 'NeuralDivergence')}</title>",
            _DATA_PLACE: _script(descriptor, data),
        },
    )
    target = Path(path)
    if target.suffix.lower() not in (".html", ".htm"):
        target = target.with_name(target.name + ".html")
    write_atomically(target, lambda file: file.write(page.encode()))
    return str(target)


def _template() -> str:
    place = files(__package__) / _TEMPLATE
    if not place.is_file():
        raise RuntimeError(
            f"{_TEMPLATE} is not built; in a checkout run: python dev.py build; otherwise install "
            "neuraldivergence anew"
        )
    return place.read_text("utf-8")


def _without_model(template: str) -> str:
    """Return the template without what runs models: hundreds of kilobytes."""
    begin, end = _MODEL_PLACE
    before, found, rest = template.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise RuntimeError(f"{_TEMPLATE} is damaged: no place for what runs models")
    return before + after


def _filled(template: str, parts: Mapping[str, str]) -> str:
    """Put each part into its place. Places are found in the template alone."""
    for place in parts:
        if template.count(place) != 1:
            raise RuntimeError(f"{_TEMPLATE} is damaged: {template.count(place)} times {place}")
    pieces, rest = [], template
    for place in sorted(parts, key=template.index):
        before, rest = rest.split(place)
        pieces += [before, parts[place]]
    return "".join([*pieces, rest])


def _script(descriptor: Mapping[str, Any], data: str) -> str:
    """Return the recording as a script element that holds JSON and runs nothing."""
    text = json.dumps(descriptor, separators=(",", ":"), allow_nan=False).translate(_ESCAPES)
    # Base64 needs no escapes, so the data is not copied through JSON.
    content = f'{{"descriptor":{text},"data":"{data}","saved":[]}}'
    return f'<script type="application/json" id="neuraldivergence-recording">{content}</script>'
