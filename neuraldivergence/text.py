"""Names as one line of text, and sizes in words."""

import json
import re
import unicodedata
from typing import Any

__all__ = ["clean", "size_text", "well_formed"]

_MOST_CHARACTERS = 200
_HALF = re.compile("[\ud800-\udfff]")


def clean(text: str, most: int = _MOST_CHARACTERS) -> str:
    """Return one line that can be shown: no control, direction or unpaired characters."""
    kept = []
    for character in text[: 4 * most]:
        category = unicodedata.category(character)
        if category in ("Cc", "Zl", "Zp"):
            kept.append(" " if character.isspace() else "\ufffd")
        elif category == "Cs":
            kept.append("\ufffd")
        elif category != "Cf":
            kept.append(character)
    line = " ".join("".join(kept).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def well_formed(value: Any) -> Any:
    """Return JSON whose names UTF-8 can hold: U+FFFD in place of unpaired surrogates.

    They come from file names, and neither a kernel's message nor a notebook can carry them.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return json.loads(_HALF.sub("\ufffd", text)) if _HALF.search(text) else value


def size_text(byte_count: int) -> str:
    """Return a number of bytes in words."""
    if byte_count < 1000:
        return f"{byte_count} bytes"
    if byte_count < 1_000_000:
        return f"{byte_count / 1000:.0f} kB"
    return f"{byte_count / 1_000_000:.1f} MB"
