"""A drawing surface in CSS pixels, twice as fine, with smooth marks that Pillow lacks."""

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from .fonts import CutAt, fit, font_for
from .palette import QUIET, WHITE, Rgb

__all__ = ["DEVICE_PIXELS", "Canvas"]

DEVICE_PIXELS = 2
"""Canvas pixels per CSS pixel."""

_SMOOTH = 8
"""Marks are drawn this much larger and shrunk."""
_COLORS = 256
_PNG_LEVEL = 8
"""Level 9 saves 3 % more and takes twice as long."""

Point = tuple[float, float]


class Canvas:
    """All lengths are CSS pixels; colours are opaque unless `alpha` is given."""

    def __init__(self, width_px: int, height_px: int) -> None:
        size = (width_px * DEVICE_PIXELS, height_px * DEVICE_PIXELS)
        self.image = Image.new("RGB", size, WHITE)
        self._draw = ImageDraw.Draw(self.image, "RGBA")

    def rectangle(
        self, left: float, top: float, width: float, height: float, color: Rgb, alpha: float = 1
    ) -> None:
        """Fill a rectangle whose edges are moved to whole canvas pixels."""
        x0, y0, x1, y1 = (_device(v) for v in (left, top, left + width, top + height))
        if x1 > x0 and y1 > y0:
            self._draw.rectangle((x0, y0, x1 - 1, y1 - 1), fill=(*color, round(255 * alpha)))

    def frame(self, width: float, height: float, color: Rgb) -> None:
        """Draw a rounded line around the whole."""
        box = (0, 0, _device(width) - 1, _device(height) - 1)
        self._draw.rounded_rectangle(box, radius=_device(5), outline=color, width=DEVICE_PIXELS)

    def text(
        self,
        left: float,
        baseline: float,
        text: str,
        *,
        most: float,
        size: float = 11,
        color: Rgb = QUIET,
        bold: bool = False,
        align: str = "left",
        cut_at: CutAt = "end",
    ) -> float:
        """Write one line, cut to `most` pixels; `align` says where `left` is. Return its width."""
        font = font_for(text, _device(size), bold=bold)
        shown = fit(text, font, most * DEVICE_PIXELS, cut_at=cut_at)
        anchor = {"left": "ls", "right": "rs", "middle": "ms"}[align]
        place = (_device(left), _device(baseline))
        self._draw.text(place, shown, font=font, fill=color, anchor=anchor)
        return font.getlength(shown) / DEVICE_PIXELS

    def text_width(self, text: str, size: float = 11) -> float:
        """Return how wide a line would be."""
        return font_for(text, _device(size)).getlength(text) / DEVICE_PIXELS

    def dot(self, x: float, y: float, radius: float, color: Rgb, rim: float) -> None:
        """Draw a disc with a white rim, half of it outside."""
        for size, fill in ((radius + rim / 2, WHITE), (radius - rim / 2, color)):
            self._stamp(_disc(_device(4 * size)), x, y, fill)

    def polygon(self, points: tuple[Point, ...], color: Rgb) -> None:
        """Fill a small polygon with smooth edges."""
        left, top = min(x for x, _ in points), min(y for _, y in points)
        moved = tuple((round(x - left, 3), round(y - top, 3)) for x, y in points)
        mask = _polygon(moved)
        self.image.paste(color, (_device(left), _device(top)), mask)

    def stripe(
        self, left: float, top: float, width: float, height: float, colors: NDArray[np.uint8]
    ) -> None:
        """Fill a rectangle with columns of these colours, uint8 [columns, 3]."""
        x0, y0, x1, y1 = (_device(v) for v in (left, top, left + width, top + height))
        if y1 > y0:
            line = Image.fromarray(np.ascontiguousarray(colors[None]))
            wide = line.resize((x1 - x0, y1 - y0), Image.Resampling.NEAREST)
            self.image.paste(wide, (x0, y0))

    def thumbnail(self, left: float, top: float, size: float, pixels: NDArray[np.uint8]) -> float:
        """Draw a picture into a square, small ones in whole multiples. Return its width."""
        room = _device(size)
        pictured = _as_image(pixels)
        longest = max(pictured.size)
        factor = room // longest if longest <= room else room / longest
        fitted = (max(1, int(pictured.width * factor)), max(1, int(pictured.height * factor)))
        smooth = Image.Resampling.NEAREST if factor >= 1 else Image.Resampling.LANCZOS
        drawn = pictured.resize(fitted, smooth)
        self.image.paste(drawn, (_device(left), _device(top) + (room - drawn.height) // 2))
        return drawn.width / DEVICE_PIXELS

    def png(self) -> bytes:
        """Return the picture as PNG with a palette."""
        file = io.BytesIO()
        _with_palette(self.image).save(file, "PNG", compress_level=_PNG_LEVEL)
        return file.getvalue()

    def _stamp(self, mask: Image.Image, x: float, y: float, color: Rgb) -> None:
        left = round(x * DEVICE_PIXELS - mask.width / 2)
        top = round(y * DEVICE_PIXELS - mask.height / 2)
        self.image.paste(color, (left, top), mask)


def _with_palette(image: Image.Image) -> Image.Image:
    """Reduce to 256 colours: the next is always where most squared error would be left."""
    counted = sorted(image.getcolors(image.width * image.height) or [], reverse=True)
    counts = np.array([count for count, _ in counted], np.int64)
    colors = np.array([color for _, color in counted], np.int64)
    palette = colors[:1]
    nearest = np.zeros(len(colors), np.uint8)
    distance = _distance(colors, colors[0])
    while len(palette) < _COLORS and distance.any():
        added = colors[(distance * counts).argmax()]
        to_added = _distance(colors, added)
        nearest[to_added < distance] = len(palette)
        distance = np.minimum(distance, to_added)
        palette = np.vstack([palette, added])
    place = np.zeros(2**24, np.uint8)
    place[_code(colors)] = nearest
    pixels = np.asarray(image.convert("RGBX")).view("<u4")[..., 0]
    reduced = Image.fromarray(place[pixels & 0xFFFFFF])
    reduced.putpalette(palette.astype(np.uint8).tobytes())
    return reduced


def _distance(colors: NDArray[np.int64], color: NDArray[np.int64]) -> NDArray[np.int64]:
    difference: NDArray[np.int64] = ((colors - color) ** 2).sum(axis=1)
    return difference


def _code(colors: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each colour as Pillow keeps it in memory, without the fourth byte."""
    return colors[..., 0] | (colors[..., 1] << 8) | (colors[..., 2] << 16)


def _device(px: float) -> int:
    return round(px * DEVICE_PIXELS)


@lru_cache(maxsize=32)
def _disc(diameter: int) -> Image.Image:
    """Return the mask of a disc; `diameter` in half canvas pixels."""
    side = diameter // 2 + 2
    mask = Image.new("L", (side * _SMOOTH, side * _SMOOTH))
    margin = (side - diameter / 2) * _SMOOTH / 2
    end = side * _SMOOTH - margin - 1
    ImageDraw.Draw(mask).ellipse((margin, margin, end, end), fill=255)
    return mask.resize((side, side), Image.Resampling.BOX)


@lru_cache(maxsize=64)
def _polygon(points: tuple[Point, ...]) -> Image.Image:
    scale = DEVICE_PIXELS * _SMOOTH
    side = [_device(max(point[axis] for point in points)) + 1 for axis in (0, 1)]
    mask = Image.new("L", (side[0] * _SMOOTH, side[1] * _SMOOTH))
    ImageDraw.Draw(mask).polygon([(x * scale, y * scale) for x, y in points], fill=255)
    return mask.resize((side[0], side[1]), Image.Resampling.BOX)


def _as_image(pixels: NDArray[np.uint8]) -> Image.Image:
    if pixels.shape[2] == 1:
        return Image.fromarray(np.ascontiguousarray(pixels[..., 0])).convert("RGB")
    pictured = Image.fromarray(np.ascontiguousarray(pixels))
    if pixels.shape[2] == 3:
        return pictured
    ground = Image.new("RGBA", pictured.size, WHITE)
    return Image.alpha_composite(ground, pictured).convert("RGB")
