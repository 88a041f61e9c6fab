"""The whole picture: a heading, graphs side by side, a legend."""

from dataclasses import dataclass, replace

from ..recording import Recording
from ..text import clean
from .canvas import Canvas
from .figure import LayerFigure, Row, layer_figure
from .legend import legend_of
from .paint import GRAPH_HEAD_PX, graph_layout, paint_graph, row_height_px
from .palette import LINE, STRONG
from .state import View, initial_view
from .words import alternative, sort_words

__all__ = ["Picture", "picture_of", "shown_figures"]

_WIDTHS_PX = {1: 640, 2: 900, 3: 1200, 4: 1400}
_MOST_GRAPHS = max(_WIDTHS_PX)
_MOST_CLASSES = 40
_MOST_GROUPS = 10
_MOST_INSTANCES = 100
_PAD_PX = 10
_HEADING_PX = 36
_ROWS_PX = 450
_MOST_ROWS = 30
_SPARED_ROWS = 2
_MORE_PX = 20


@dataclass(frozen=True)
class Picture:
    """A PNG, the width and height in which it is meant to be shown, and words in its place."""

    png: bytes
    width_px: int
    height_px: int
    alternative: str


def picture_of(recording: Recording) -> Picture:
    """Draw the view that the recording shows first, in the light theme.

    Raises
    ------
    ImportError, OSError
        Pillow is missing or cannot write text or PNG here.
    """
    view = initial_view(recording)
    figures = shown_figures(recording, view)
    drawn = [(figure, _drawn_rows(figure)) for figure in figures]
    width = _WIDTHS_PX[max(1, len(figures))]
    body = max((_graph_height(figure, rows) for figure, rows in drawn), default=_MORE_PX)
    legend = legend_of(recording, view, figures, width - 2 * _PAD_PX)
    height = round(_HEADING_PX + body + legend.height_px)
    canvas = Canvas(width, height)
    _paint_heading(canvas, recording, view, width)
    _paint_graphs(canvas, recording, drawn, width, body)
    canvas.rectangle(0, _HEADING_PX + body, width, 1, LINE)
    legend.paint(canvas, _PAD_PX, _HEADING_PX + body)
    canvas.frame(width, height, LINE)
    return Picture(canvas.png(), width, height, alternative(recording, view))


def shown_figures(recording: Recording, view: View) -> list[LayerFigure]:
    """Return graphs of what is shown, at most as much as has room, layers as in the recording."""
    layers = [layer for layer in recording.layers if layer.name in view.layers]
    drawn = replace(
        view,
        classes=view.classes[:_MOST_CLASSES],
        shown_groups=view.shown_groups[:_MOST_GROUPS],
        instances=view.instances[:_MOST_INSTANCES],
    )
    return [layer_figure(recording, layer, drawn) for layer in layers[:_MOST_GRAPHS]]


def _row_height(figure: LayerFigure) -> int:
    return row_height_px(figure.view.row_height, figure.view.classes_as, len(figure.classes))


def _drawn_rows(figure: LayerFigure) -> list[Row]:
    most = max(6, min(_MOST_ROWS, _ROWS_PX // _row_height(figure)))
    is_little_more = len(figure.rows) <= most + _SPARED_ROWS
    return figure.drawn(len(figure.rows) if is_little_more else most)


def _graph_height(figure: LayerFigure, rows: list[Row]) -> float:
    more = _MORE_PX if len(rows) < len(figure.rows) or not rows else 6
    return GRAPH_HEAD_PX + len(rows) * _row_height(figure) + more


def _paint_heading(canvas: Canvas, recording: Recording, view: View, width: int) -> None:
    name = clean(recording.name)
    room = width - 2 * _PAD_PX
    written = canvas.text(_PAD_PX, 24, name, size=15, color=STRONG, bold=True, most=room * 0.5)
    parts = [
        f"{recording.count:,} sample{'' if recording.count == 1 else 's'}",
        sort_words(recording, view),
        _left_out(len(view.layers), _MOST_GRAPHS, "layers"),
        _left_out(len(view.classes), _MOST_CLASSES, "classes"),
        _left_out(len(view.shown_groups), _MOST_GROUPS, "groups"),
        _left_out(len(view.instances), _MOST_INSTANCES, "instances"),
    ]
    facts = " · ".join(part for part in parts if part)
    canvas.text(_PAD_PX + written + 10, 24, facts, size=12, most=room - written - 10)
    canvas.rectangle(0, _HEADING_PX - 1, width, 1, LINE)


def _left_out(shown: int, most: int, what: str) -> str:
    return f"{most} of {shown:,} {what}" if shown > most else ""


def _paint_graphs(
    canvas: Canvas,
    recording: Recording,
    drawn: list[tuple[LayerFigure, list[Row]]],
    width: int,
    body: float,
) -> None:
    if not drawn:
        canvas.text(_PAD_PX, _HEADING_PX + 15, "no layer is shown", most=width)
    graph_width = width / max(1, len(drawn))
    for place, (figure, rows) in enumerate(drawn):
        left = place * graph_width
        if place > 0:
            canvas.rectangle(left, _HEADING_PX, 1, body, LINE)
        row_height = _row_height(figure)
        layout = graph_layout(figure, rows, left, graph_width, row_height)
        paint_graph(canvas, recording, figure, rows, layout, _HEADING_PX)
        more = len(figure.rows) - len(rows)
        if more > 0 or not rows:
            text = f"… {more:,} more neurons" if more > 0 else "no neuron is shown"
            bottom = _HEADING_PX + GRAPH_HEAD_PX + len(rows) * row_height
            canvas.text(layout.plot_left, bottom + 14, text, most=layout.plot_width)
