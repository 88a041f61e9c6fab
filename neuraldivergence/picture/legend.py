"""What colours, opacity and dots mean, below the graphs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..recording import Recording
from ..text import clean
from .canvas import DEVICE_PIXELS, Canvas
from .figure import ClassSeries, InstanceSeries, LayerFigure
from .fonts import fit, font_for
from .palette import TEXT, blend, class_color, instance_color
from .state import View
from .words import NAME_CHARACTERS, what_instance

__all__ = ["Legend", "legend_of"]

_SIZE_PX = 11
_GAP_PX = 18
_RAMP_PX = 42
_LINE_PX = 22
_CARD_PX = 48
_PICTURE_PX = 36
_PAD_PX = 6
_MOST_CLASSES = 12
_MOST_INSTANCES = 6
_MOST_NAME_PX = 220
_MOST_NAME_CHARACTERS = 20
"""Of each of the two classes in one line."""
_HOW = "Interactive with: pip install neuraldivergence"


@dataclass(frozen=True)
class _Entry:
    width_px: float
    paint: Callable[[Canvas, float, float], None]
    """At this left end and around this middle."""


@dataclass(frozen=True)
class Legend:
    """Entries in lines, each line with its height."""

    lines: tuple[tuple[int, tuple[_Entry, ...]], ...]
    width_px: float

    @property
    def height_px(self) -> int:
        """Height of all lines."""
        return sum(height for height, _ in self.lines) + 2 * _PAD_PX

    def paint(self, canvas: Canvas, left: float, top: float) -> None:
        """Draw the entries, and in the last line how to see more."""
        y = top + _PAD_PX
        for height, entries in self.lines:
            x = left
            for entry in entries:
                entry.paint(canvas, x, y + height / 2)
                x += entry.width_px + _GAP_PX
            y += height
        middle = y - self.lines[-1][0] / 2
        right = left + self.width_px
        canvas.text(right, middle + 4, _HOW, most=self.width_px, align="right")


def legend_of(
    recording: Recording, view: View, figures: list[LayerFigure], width_px: float
) -> Legend:
    """Return the legend of all that is shown."""
    series = {one.index: one for figure in figures for one in figure.classes}
    shown = list(series.values())
    entries = [_class_entry(one) for one in shown[:_MOST_CLASSES]]
    if len(shown) > _MOST_CLASSES:
        entries.append(_words(f"+ {len(shown) - _MOST_CLASSES} more"))
    if shown:
        entries.append(_words(_scale_text(view)))
    lines = [(_LINE_PX, line) for line in _wrapped(entries, width_px)]
    instances = figures[0].instances if figures else ()
    cards = [_card(recording, one) for one in instances[:_MOST_INSTANCES]]
    if len(instances) > _MOST_INSTANCES:
        cards.append(_words(f"+ {len(instances) - _MOST_INSTANCES} more"))
    lines += [(_CARD_PX, line) for line in _wrapped(cards, width_px)]
    last = lines[-1][1] if lines else ()
    if not lines or _width(last) + _GAP_PX + _text_px(_HOW) > width_px:
        lines.append((_LINE_PX, ()))
    return Legend(tuple(lines), width_px)


def _wrapped(entries: list[_Entry], width_px: float) -> list[tuple[_Entry, ...]]:
    lines: list[tuple[_Entry, ...]] = []
    for entry in entries:
        if lines and _width((*lines[-1], entry)) <= width_px:
            lines[-1] = (*lines[-1], entry)
        else:
            lines.append((entry,))
    return lines


def _width(entries: tuple[_Entry, ...]) -> float:
    return sum(entry.width_px for entry in entries) + _GAP_PX * max(0, len(entries) - 1)


def _text_px(text: str, *, bold: bool = False) -> float:
    font = font_for(text, _SIZE_PX * DEVICE_PIXELS, bold=bold)
    return font.getlength(text) / DEVICE_PIXELS


def _cut(text: str) -> str:
    return fit(text, font_for(text, _SIZE_PX * DEVICE_PIXELS), _MOST_NAME_PX * DEVICE_PIXELS)


def _words(text: str) -> _Entry:
    def paint(canvas: Canvas, left: float, middle: float) -> None:
        canvas.text(left, middle + 4, text, size=_SIZE_PX, most=2000)

    return _Entry(_text_px(text), paint)


def _class_entry(series: ClassSeries) -> _Entry:
    name = _cut(clean(series.name, NAME_CHARACTERS))
    color = class_color(series.index, series.color)

    def paint(canvas: Canvas, left: float, middle: float) -> None:
        ramp = blend([color], np.linspace(0, 1, 21)[None], 255)
        canvas.stripe(left, middle - 5, _RAMP_PX, 10, ramp)
        canvas.text(left + _RAMP_PX + 6, middle + 4, name, size=_SIZE_PX, color=TEXT, most=2000)

    return _Entry(_RAMP_PX + 6 + _text_px(name), paint)


def _scale_text(view: View) -> str:
    name = {"linear": "linear", "sqrt": "square root", "log": "logarithmic"}[view.opacity]
    return f"clear → opaque: 0 → the {view.scale}'s fullest bin, {name}"


def _card(recording: Recording, series: InstanceSeries) -> _Entry:
    """Return the picture of an instance, its dot, its name, and what the model takes it for."""
    instance = series.instance
    name = _cut(clean(instance.name))
    what = what_instance(recording, instance, _MOST_NAME_CHARACTERS)
    color = instance_color(instance, series.place)
    pixels = None
    if recording.images is not None and instance.image is not None:
        pixels = recording.images[instance.image]
    picture_px = 0 if pixels is None else _PICTURE_PX + 8

    def paint(canvas: Canvas, left: float, middle: float) -> None:
        if pixels is not None:
            canvas.thumbnail(left, middle - _PICTURE_PX / 2, _PICTURE_PX, pixels)
        x = left + picture_px
        first = middle - 4 if what else middle + 4
        canvas.dot(x + 5, first - 4, 4.5, color, rim=1.25)
        canvas.text(x + 16, first, name, size=_SIZE_PX, color=TEXT, most=2000)
        canvas.text(x + 16, middle + 12, what, size=_SIZE_PX, most=2000)

    return _Entry(picture_px + 16 + max(_text_px(name), _text_px(what)), paint)
