"""ROC curves as a small picture, in a grey that is legible on white and on black."""

import base64
from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

__all__ = ["roc_picture"]

Curve = tuple[str, NDArray[np.float64], NDArray[np.float64]]

_COLOR = "#767676"
"""4.5:1 on white, 4.2:1 on JupyterLab's dark background."""
_SIZE_PX = 220
_LEFT_PX, _TOP_PX = 44, 8
_LEGEND_PX = 360
_MOST_POINTS = 150
_DASHES = ("", "7 3", "2 2", "9 3 2 3")
"""The first curve is solid and bold; lines are told apart without colour."""


def roc_picture(curves: Sequence[Curve], *, hits: str, alarms: str) -> str:
    """Draw curves of false alarms and hits, both 0 … 1, each with its words for the legend.

    Returns HTML: an image that holds its SVG, because notebooks that are not trusted have
    elements of SVG taken out.

    Parameters
    ----------
    curves : sequence of (str, array, array), at most four
    hits, alarms : str
        Titles of the axes.
    """
    bottom, right = _TOP_PX + _SIZE_PX, _LEFT_PX + _SIZE_PX
    parts = [
        f'<rect x="{_LEFT_PX}" y="{_TOP_PX}" width="{_SIZE_PX}" height="{_SIZE_PX}" '
        f'fill="none" stroke="{_COLOR}" opacity="0.6"/>',
        f'<path d="M{_LEFT_PX} {bottom}L{right} {_TOP_PX}" stroke="{_COLOR}" opacity="0.6"/>',
        _text(_LEFT_PX, bottom + 14, "0", "middle"),
        _text(right, bottom + 14, "1", "middle"),
        _text(_LEFT_PX - 5, bottom + 4, "0", "end"),
        _text(_LEFT_PX - 5, _TOP_PX + 4, "1", "end"),
        _text((_LEFT_PX + right) / 2, bottom + 28, alarms, "middle"),
        _text(-(_TOP_PX + bottom) / 2, 14, hits, "middle", ' transform="rotate(-90)"'),
    ]
    for place, (words, x, y) in enumerate(curves):
        style = f'fill="none" stroke="{_COLOR}" stroke-width="{1.5 if place else 2.5}"'
        style += f' stroke-dasharray="{_DASHES[place]}"' if place else ""
        line, at = right + 16, _TOP_PX + 12 + 22 * place
        parts += [
            f'<path d="{_path(x, y)}" {style}/>',
            f'<path d="M{line} {at}H{line + 34}" {style}/>',
            _text(line + 42, at + 4, words, "start"),
        ]
    described = escape(f"ROC curves: {'; '.join(words for words, _, _ in curves)}", quote=True)
    width, height = right + _LEGEND_PX, bottom + 36
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="12" fill="{_COLOR}">{"".join(parts)}</svg>'
    )
    content = base64.b64encode(svg.encode()).decode("ascii")
    return (
        f'<img alt="{described}" width="{width}" height="{height}" '
        f'src="data:image/svg+xml;base64,{content}">'
    )


def _path(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    kept = np.unique(np.linspace(0, len(x) - 1, _MOST_POINTS).astype(np.intp))
    points = (
        f"{_LEFT_PX + _SIZE_PX * a:.1f} {_TOP_PX + _SIZE_PX * (1 - b):.1f}"
        for a, b in zip(x[kept].tolist(), y[kept].tolist(), strict=True)
    )
    return f"M{'L'.join(points)}"


def _text(x: float, y: float, words: str, anchor: str, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{more}>{escape(words)}</text>'
