"""Class colours and their mixture, as in the browser's light theme (`src/draw/palette.ts`)."""

import math

import numpy as np
from numpy.typing import NDArray

from ..recording import Instance

__all__ = [
    "ACCENT",
    "ATTACKED",
    "BRUSH",
    "LINE",
    "QUIET",
    "STRONG",
    "TEXT",
    "TICK",
    "WHITE",
    "Rgb",
    "blend",
    "class_color",
    "instance_color",
]

Rgb = tuple[int, int, int]

WHITE: Rgb = (255, 255, 255)
STRONG: Rgb = (0, 0, 0)
TEXT: Rgb = (33, 33, 33)
QUIET: Rgb = (97, 97, 97)
TICK: Rgb = (189, 189, 189)
LINE: Rgb = (224, 224, 224)
ACCENT: Rgb = (25, 118, 210)
ATTACKED: Rgb = (217, 38, 38)

_LIGHT = (
    *("#3456f4", "#0c877a", "#ab4804", "#df7900", "#668d64"),
    *("#7446c8", "#b88c45", "#049ce2", "#9291ac", "#ac2193"),
)
BRUSH = {"selection": "#c4007a", "the rest": "#767676"}
"""What is brushed, and all other samples."""

_TINTS = ("#1976d2", "#97226f", "#56954d", "#4913c8", "#ea1ce5", "#502e90")
"""Images that are neither attacked nor benign, one after the other."""
_FIRST_HUE, _HUES = 65, 300
"""Degrees without those near red, which belongs to attacked images."""
_HUE_STEP = _HUES * 0.381966

# CIELAB with the white of D50, as d3-color has it.
_WHITE = np.array([0.96422, 1.0, 0.82521])
_TO_XYZ = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)
_TO_RGB = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)
_T = 6 / 29


def _rgb(css: str) -> Rgb:
    """Return the colour ``#rrggbb``."""
    red, green, blue = bytes.fromhex(css[1:])
    return red, green, blue


def class_color(index: int, chosen: str | None) -> Rgb:
    """Return the colour of a class: the recording's own, else fixed by its index alone."""
    if chosen is not None:
        return _rgb(chosen)
    if index < len(_LIGHT):
        return _rgb(_LIGHT[index])
    hue = math.radians(_FIRST_HUE + index * _HUE_STEP % _HUES)
    chroma = 55 + 15 * (index % 2)
    lab = np.array([52.0, chroma * math.cos(hue), chroma * math.sin(hue)])
    red, green, blue = (int(one) for one in np.rint(_from_lab(lab)))
    return red, green, blue


def instance_color(instance: Instance, place: int = 0) -> Rgb:
    """Return red for an attacked instance, black for a benign one, else that of its place.

    The place of a plain instance is the number of plain ones before it in the recording.
    """
    roles = {"attacked": ATTACKED, "benign": STRONG}
    return roles.get(instance.role) or _rgb(_TINTS[place % len(_TINTS)])


def blend(colors: list[Rgb], opacities: NDArray[np.float64], ground: float) -> NDArray[np.uint8]:
    """Mix overlaid colours on a grey ground, the same in every drawing order.

    The mixture is the opacity-weighted mean in CIELAB, as opaque as the layers together.

    Parameters
    ----------
    colors : list of Rgb
    opacities : float array, shape [colors, columns]
    ground : float
        Grey value, 0 … 255.

    Returns
    -------
    uint8 array, shape [columns, 3]
    """
    total = opacities.sum(axis=0)
    alpha = 1 - np.prod(1 - opacities, axis=0)
    weights = opacities / np.where(total > 0, total, 1)
    mixed = _from_lab(weights.T @ _to_lab(np.array(colors, np.float64).reshape(-1, 3)))
    shown = ground + alpha[:, None] * (mixed - ground)
    shades: NDArray[np.uint8] = np.rint(shown).astype(np.uint8)
    return shades


def _to_lab(colors: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled = colors / 255
    linear = np.where(scaled <= 0.04045, scaled / 12.92, ((scaled + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _TO_XYZ.T / _WHITE
    x, y, z = np.where(ratio > _T**3, np.cbrt(ratio), ratio / (3 * _T**2) + 4 / 29).T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _from_lab(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    lightness, a, b = lab[..., 0], lab[..., 1], lab[..., 2]
    y = (lightness + 16) / 116
    xyz = np.stack([y + a / 500, y, y - b / 200], axis=-1)
    ratio = np.where(xyz > _T, xyz**3, 3 * _T**2 * (xyz - 4 / 29))
    linear = np.clip((ratio * _WHITE) @ _TO_RGB.T, 0, 1)
    scaled = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    colors: NDArray[np.float64] = np.clip(255 * scaled, 0, 255)
    return colors
