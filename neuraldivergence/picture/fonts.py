"""Fonts that are on the machine, and text that fits."""

from functools import lru_cache
from typing import Literal

from PIL import ImageFont

__all__ = ["CutAt", "Font", "fit", "font_for"]

Font = ImageFont.FreeTypeFont
CutAt = Literal["end", "middle"]

_REGULAR = (
    *("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf"),
    *("Arial.ttf", "arial.ttf", "Helvetica.ttc", "segoeui.ttf"),
)
_BOLD = (
    *("DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf", "NotoSans-Bold.ttf"),
    *("Arial Bold.ttf", "arialbd.ttf", "segoeuib.ttf"),
)
_WIDER = (
    *("NotoSansCJK-Regular.ttc", "Arial Unicode.ttf", "PingFang.ttc", "msyh.ttc", "malgun.ttf"),
    *("NotoSans-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "unifont.otf"),
)
"""For characters that the others lack."""

_UNASSIGNED = "\uffff"


def font_for(text: str, size: int, *, bold: bool = False) -> Font:
    """Return the first font that has a glyph for each character, else the ordinary one.

    Raises
    ------
    ImportError
        Pillow has no FreeType.
    """
    first = _first(_BOLD if bold else _REGULAR, size)
    missing = {one for one in text if ord(one) > 0x7E and not _has(first, one)}
    if missing:
        for name in _WIDER:
            wider = _load(name, size)
            if wider is not None and all(_has(wider, one) for one in text):
                return wider
    return first


def fit(text: str, font: Font, width_px: float, *, cut_at: CutAt = "end") -> str:
    """Cut the text so that it is at most `width_px` wide, with "…" where it was cut."""
    if font.getlength(text) <= width_px:
        return text
    least, most = 0, len(text)
    while least < most:
        kept = (least + most + 1) // 2
        is_narrow = font.getlength(_cut(text, kept, cut_at)) <= width_px
        least, most = (kept, most) if is_narrow else (least, kept - 1)
    return _cut(text, least, cut_at) if least else ""


def _cut(text: str, kept: int, cut_at: CutAt) -> str:
    tail = kept // 2 if cut_at == "middle" else 0
    return f"{text[: kept - tail].rstrip()}…{text[len(text) - tail :]}"


def _first(names: tuple[str, ...], size: int) -> Font:
    for name in names:
        font = _load(name, size)
        if font is not None:
            return font
    return _built_in(size)


@lru_cache(maxsize=64)
def _built_in(size: int) -> Font:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise ImportError("Pillow has no FreeType")
    return font


@lru_cache(maxsize=128)
def _load(name: str, size: int) -> Font | None:
    try:
        return ImageFont.truetype(name, size, layout_engine=ImageFont.Layout.BASIC)
    except OSError:  # not on this machine
        return None


@lru_cache(maxsize=4096)
def _has(font: Font, character: str) -> bool:
    return character.isspace() or bytes(font.getmask(character)) != bytes(font.getmask(_UNASSIGNED))
