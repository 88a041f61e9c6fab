"""Figures → a drawing that looks like the view in its light theme."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..recording import Recording
from ..text import clean
from .canvas import DEVICE_PIXELS, Canvas
from .extent import Columns
from .figure import LayerFigure, Row
from .fonts import font_for
from .palette import (
    ACCENT,
    ATTACKED,
    BRUSH,
    LINE,
    QUIET,
    STRONG,
    TEXT,
    TICK,
    WHITE,
    Rgb,
    blend,
    class_color,
    instance_color,
)
from .words import neuron_name, score_format, sort_heading, subtitle, tick_texts

__all__ = [
    "GRAPH_HEAD_PX",
    "GraphLayout",
    "graph_layout",
    "paint_graph",
    "row_height_px",
    "ticks_with_room",
]

Band = tuple[float, float]

GRAPH_HEAD_PX = 50
"""Title and axis above the rows."""
_TITLE_BASELINE_PX = 18
_AXIS_BASELINE_PX = 41
_PAD_PX = 10
_ZEROS_PX = 14
_ARROWS_PX = 9
_VALUE_PX = 58
_STAR_PX = 14
_HEADING_PX = 50
_TICKS_PX = 60
_TICKS_GAP_PX = 6
_LABEL_CHARACTERS = 16
_GAP_PX = 2
_ZEROS_GAP_PX = 3
_OVERLAID_HEIGHT = 0.64
_BRACKET_PX = 2
_SERIF_PX = 4
_SEPARATOR = " · "
_GROUND = 255 - 0.07 * 127

_BASE_PX = {"compact": 10, "normal": 15, "roomy": 22}
_LANE_PX = {"compact": 3, "normal": 5, "roomy": 8}


@dataclass(frozen=True)
class GraphLayout:
    """Where things stand across a graph, in CSS pixels."""

    left: float
    width: float
    label_right: float
    plot_left: float
    plot_width: float
    row_height: float

    @property
    def value_right(self) -> float:
        """Right end of the sort values."""
        return self.left + self.width - _PAD_PX

    def x(self, value: float, columns: Columns) -> float:
        """Return the place of a value on a row."""
        low, high = columns.low, columns.high
        return self.plot_left + (value - low) / (high - low) * self.plot_width


def row_height_px(density: str, classes_as: str, classes: int) -> int:
    """Return the height of a row; lanes need room of their own."""
    base = _BASE_PX[density]
    return max(base, classes * _LANE_PX[density] + 3) if classes_as == "lanes" else base


def graph_layout(
    figure: LayerFigure, rows: list[Row], left: float, width: float, row_height: float
) -> GraphLayout:
    """Divide the width of a graph."""
    size = _text_px(row_height)
    names = [neuron_name(figure, row.neuron)[:_LABEL_CHARACTERS] for row in rows]
    device_px = round(size * DEVICE_PIXELS)
    widths = [font_for(name, device_px).getlength(name) / DEVICE_PIXELS for name in names]
    longest = max(widths, default=0)
    label_right = left + max(_HEADING_PX, _STAR_PX + _PAD_PX + longest)
    plot_left = label_right + 4 + _ZEROS_PX
    return GraphLayout(
        left=left,
        width=width,
        label_right=label_right,
        plot_left=plot_left,
        plot_width=max(20, left + width - plot_left - _ARROWS_PX - _VALUE_PX),
        row_height=row_height,
    )


def paint_graph(
    canvas: Canvas,
    recording: Recording,
    figure: LayerFigure,
    rows: list[Row],
    layout: GraphLayout,
    top: float,
) -> None:
    """Draw one layer: its title, axis and rows."""
    colors = [class_color(one.index, one.color) for one in figure.classes]
    _paint_title(canvas, figure, layout, top)
    _paint_axis(canvas, figure, rows, layout, top)
    score_text = score_format(figure.scores, figure.view.order)
    bands = _bands(len(colors), figure.view.classes_as)
    for place, row in enumerate(rows):
        y = top + GRAPH_HEAD_PX + place * layout.row_height
        if row.is_hidden:
            middle = y + layout.row_height / 2
            canvas.rectangle(layout.plot_left, middle - 0.5, layout.plot_width, 1, LINE)
        else:
            _paint_bars(canvas, row, layout, y, colors, bands)
            _paint_zeros(canvas, row, layout, y, colors)
            _paint_medians(canvas, row, layout, y, colors, bands)
            _paint_overflow(canvas, row, layout, y, colors)
            _paint_brackets(canvas, row, layout, y)
        value = score_text(float(figure.scores[row.neuron]))
        _paint_text(canvas, row, layout, y, neuron_name(figure, row.neuron), value)
    for place, row in enumerate(rows):
        if not row.is_hidden:
            y = top + GRAPH_HEAD_PX + (place + 0.5) * layout.row_height
            _paint_dots(canvas, figure, row, layout, y)


def _paint_title(canvas: Canvas, figure: LayerFigure, layout: GraphLayout, top: float) -> None:
    baseline, left = top + _TITLE_BASELINE_PX, layout.left + _PAD_PX
    room = layout.width - 2 * _PAD_PX
    name = clean(figure.layer.name)
    written = canvas.text(left, baseline, name, size=14, color=STRONG, bold=True, most=room * 0.6)
    left, room = left + written + 8, room - written - 8
    parts = subtitle(figure)
    while len(parts) > 1 and canvas.text_width(_SEPARATOR.join(parts)) > room:
        parts = parts[:-1]
    canvas.text(left, baseline, _SEPARATOR.join(parts), most=room)


def _paint_axis(
    canvas: Canvas, figure: LayerFigure, rows: list[Row], layout: GraphLayout, top: float
) -> None:
    baseline, line = top + _AXIS_BASELINE_PX, top + GRAPH_HEAD_PX - 2
    heading = sort_heading(figure.view.order)
    canvas.text(layout.label_right, baseline, "neuron", most=_HEADING_PX, align="right")
    canvas.text(layout.value_right, baseline, heading, most=_VALUE_PX, align="right")
    if figure.view.axis == "neuron":
        middle = layout.plot_left + layout.plot_width / 2
        own = "activation, each neuron on its own axis"
        canvas.text(middle, baseline, own, most=layout.plot_width, align="middle")
        return
    if not rows:
        return
    columns = rows[0].columns
    canvas.rectangle(layout.plot_left, line, layout.plot_width, 1, TICK)
    for value, text in ticks_with_room(canvas, columns, layout.plot_width):
        x = layout.x(value, columns)
        canvas.rectangle(x - 0.5, line - 4, 1, 4, TICK)
        # The first number may be wide and must not run into the heading left of it.
        middle = max(x, layout.label_right + 6 + canvas.text_width(text) / 2)
        canvas.text(middle, baseline, text, most=120, align="middle")


def ticks_with_room(canvas: Canvas, columns: Columns, width_px: float) -> list[tuple[float, str]]:
    """Return as many ticks as have room for their numbers."""
    low, high = columns.low, columns.high
    wanted = max(2, int(width_px // _TICKS_PX))
    values, texts = tick_texts(low, high, wanted)
    while wanted > 1 and len(values) > 1:
        step_px = (values[1] - values[0]) / (high - low) * width_px
        if max(map(canvas.text_width, texts)) + _TICKS_GAP_PX <= step_px:
            break
        wanted -= 1
        values, texts = tick_texts(low, high, wanted)
    return list(zip(values, texts, strict=True))


def _bands(classes: int, classes_as: str) -> list[Band]:
    """Return where each class stands within a row, as shares of its height.

    Lanes divide the row. Overlaid bands are staggered: each class shows its own colour at one
    edge and the mixture in the middle, so that two dense bars stay two.
    """
    if classes == 1:
        return [(0.0, 1.0)]
    height = 1 / max(classes, 1) if classes_as == "lanes" else _OVERLAID_HEIGHT
    step = (1 - height) / (classes - 1)
    return [(k * step, k * step + height) for k in range(classes)]


def _paint_bars(
    canvas: Canvas, row: Row, layout: GraphLayout, y: float, colors: list[Rgb], bands: list[Band]
) -> None:
    inner = layout.row_height - _GAP_PX
    top = y + _GAP_PX / 2
    ground = np.full((1, 3), round(_GROUND), np.uint8)
    canvas.stripe(layout.plot_left, top, layout.plot_width, inner, ground)
    cuts = sorted({round(edge, 9) for band in bands for edge in band})
    for begin, end in pairwise(cuts):
        middle = (begin + end) / 2
        here = [k for k, (low, high) in enumerate(bands) if low < middle < high]
        shades = blend([colors[k] for k in here], row.opacities[here], _GROUND)
        from_px, to_px = top + inner * begin, top + inner * end
        canvas.stripe(layout.plot_left, from_px, layout.plot_width, to_px - from_px, shades)


def _paint_zeros(
    canvas: Canvas, row: Row, layout: GraphLayout, y: float, colors: list[Rgb]
) -> None:
    """Draw shares of exact zeros: blocks that grow leftward from the plot, one lane a class."""
    height = (layout.row_height - _GAP_PX) / max(1, len(row.zero_shares))
    for k, share in enumerate(row.zero_shares):
        width = float(share) * (_ZEROS_PX - _ZEROS_GAP_PX - 1)
        left = layout.plot_left - _ZEROS_GAP_PX - width
        canvas.rectangle(left, y + _GAP_PX / 2 + k * height, width, height, colors[k])


def _paint_medians(
    canvas: Canvas, row: Row, layout: GraphLayout, y: float, colors: list[Rgb], bands: list[Band]
) -> None:
    inner = layout.row_height - _GAP_PX
    for median, color, (begin, end) in zip(row.medians, colors, bands, strict=True):
        if not math.isnan(median):
            x = layout.x(float(median), row.columns)
            top, height = y + _GAP_PX / 2 + inner * begin, inner * (end - begin)
            canvas.rectangle(x - 1.75, top, 3.5, height, WHITE, 0.8)
            canvas.rectangle(x - 1, top, 2, height, color)


def _paint_overflow(
    canvas: Canvas, row: Row, layout: GraphLayout, y: float, colors: list[Rgb]
) -> None:
    """Draw a small arrow at an edge beyond which a class has values."""
    middle = y + layout.row_height / 2
    right = layout.plot_left + layout.plot_width + 2
    for k, color in enumerate(colors):
        if row.above[k] > 0:
            _paint_arrow(canvas, right + (2 if k > 0 else 0), middle, 4, color)
        if row.below[k] > 0:
            _paint_arrow(canvas, layout.plot_left + 5, middle, -4, color)


def _paint_brackets(canvas: Canvas, row: Row, layout: GraphLayout, y: float) -> None:
    """Draw brackets around what is brushed; turned outwards around what is left out."""
    columns, height = row.columns, layout.row_height
    color = class_color(-1, BRUSH["selection"])

    def bracket(x: float, side: int) -> None:
        left = x if side > 0 else x - _SERIF_PX
        canvas.rectangle(x - _BRACKET_PX, y, 2 * _BRACKET_PX, height, WHITE, 0.7)
        canvas.rectangle(x - _BRACKET_PX / 2, y, _BRACKET_PX, height, color)
        for top in (y, y + height - _BRACKET_PX):
            canvas.rectangle(left, top, _SERIF_PX, _BRACKET_PX, color)

    for one in row.brushed:
        inward = -1 if one.is_left_out else 1
        ends = []
        for value, side, open_px in (
            (one.low, inward, layout.plot_left),
            (one.high, -inward, layout.plot_left + layout.plot_width),
        ):
            if value is not None and columns.low <= value <= columns.high:
                ends.append(layout.x(value, columns))
                bracket(ends[-1], side)
            else:
                ends.append(open_px)
        if not one.is_left_out and ends[0] < ends[1]:
            canvas.rectangle(ends[0], y, ends[1] - ends[0], height, color, 0.12)


def _paint_arrow(canvas: Canvas, x: float, y: float, length: float, color: Rgb) -> None:
    canvas.polygon(((x, y - 3), (x + length, y), (x, y + 3)), color)


def _text_px(row_height: float) -> float:
    return min(12, row_height - 2)


def _paint_text(
    canvas: Canvas, row: Row, layout: GraphLayout, y: float, name: str, value: str
) -> None:
    size = _text_px(layout.row_height)
    middle = y + layout.row_height / 2
    baseline = middle + size * 0.36
    color = ACCENT if row.is_marked else QUIET if row.is_hidden else TEXT
    room = layout.label_right - layout.left - _STAR_PX - 2
    written = canvas.text(
        layout.label_right,
        baseline,
        name,
        size=size,
        color=color,
        bold=row.is_marked,
        align="right",
        most=room,
        cut_at="middle",  # names of neurons differ at their ends
    )
    if row.is_marked:
        canvas.polygon(_star(layout.label_right - written - 8, middle, size * 0.42), ACCENT)
    value_px = canvas.text(
        layout.value_right,
        baseline,
        value,
        size=size,
        align="right",
        most=_VALUE_PX,
    )
    if row.has_non_finite and not row.is_hidden:
        _paint_warning(canvas, layout.value_right - value_px - 10, middle)


def _star(x: float, y: float, radius: float) -> tuple[tuple[float, float], ...]:
    return tuple(
        (
            x + radius * (1 if point % 2 == 0 else 0.42) * math.sin(math.pi * point / 5),
            y - radius * (1 if point % 2 == 0 else 0.42) * math.cos(math.pi * point / 5),
        )
        for point in range(10)
    )


def _paint_warning(canvas: Canvas, x: float, y: float) -> None:
    """Draw a triangle with an exclamation mark: some values are not finite."""
    canvas.polygon(((x - 5, y + 4), (x, y - 5), (x + 5, y + 4)), ATTACKED)
    canvas.rectangle(x - 0.5, y - 2, 1, 3, WHITE)
    canvas.rectangle(x - 0.5, y + 2, 1, 1, WHITE)


def _paint_dots(
    canvas: Canvas, figure: LayerFigure, row: Row, layout: GraphLayout, y: float
) -> None:
    radius = min(4.5, layout.row_height / 2 - 2)
    for value, series in zip(row.dots, figure.instances, strict=True):
        if not math.isnan(value):
            x = layout.x(float(value), row.columns)
            canvas.dot(x, y, radius, instance_color(series.instance, series.place), rim=1.25)
