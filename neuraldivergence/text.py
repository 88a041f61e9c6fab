"""Names as one line of text, and sizes in words."""

import unicodedata

__all__ = ["clean", "size_text"]

_MOST_CHARACTERS = 200


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


def size_text(byte_count: int) -> str:
    """Return a number of bytes in words."""
    if byte_count < 1000:
        return f"{byte_count} bytes"
    if byte_count < 1_000_000:
        return f"{byte_count / 1000:.0f} kB"
    return f"{byte_count / 1_000_000:.1f} MB"
