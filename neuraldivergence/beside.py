"""The file beside a notebook that holds the values of an output."""

import hashlib
import os
import re
import unicodedata
from pathlib import Path
from typing import Any

from .files import SUFFIX, with_suffix, write_atomically
from .filing import file_block
from .layout import Block
from .recording import Recording

__all__ = ["notebook_folder", "slug", "write_beside"]

_MOST_CHARACTERS = 60
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
"""What Windows takes for a device, whatever its suffix."""


def write_beside(
    recording: Recording, path: str | os.PathLike[str] | None = None
) -> tuple[dict[str, Any], Block]:
    """Write the file of an output, unless it is there already.

    Parameters
    ----------
    recording : Recording
    path : str or path-like, optional
        As in `Recording.show`. By default the file is named by its content, so that it never
        replaces one with another content.

    Returns
    -------
    source : dict
        Of the descriptor: kind, path relative to the notebook's folder, and id.
    block : Block
        What the file holds.

    Raises
    ------
    OSError
        The file cannot be written; what was there stays as it was.
    ValueError
        No relative path leads from the notebook to the file.
    """
    folder = notebook_folder()
    block = file_block(recording, for_notebook=True)
    target = folder / (with_suffix(path) if path is not None else _name(recording.name, block))
    try:
        relative = os.path.relpath(target, folder).replace(os.sep, "/")
    except ValueError as error:
        raise ValueError(
            f"invalid path: {str(path)!r} is on another drive than the notebook; give a path "
            "below the notebook's folder"
        ) from error
    if not _holds(target, block):
        # It can be made again, and showing should not wait for the disk.
        write_atomically(target, block.write, survives_power_cut=False)
    return {"kind": "file", "path": relative, "id": block.id}, block


def notebook_folder() -> Path:
    """Return the folder of the notebook as far as the kernel knows it."""
    folder = os.path.dirname(os.environ.get("JPY_SESSION_NAME", ""))
    return Path(folder).absolute() if folder and os.path.isdir(folder) else Path.cwd()


def slug(name: str) -> str:
    """Return a part of a file name that every system takes: letters, digits, ``-`` and ``_``."""
    text = _NOT_IN_NAMES.sub("-", unicodedata.normalize("NFC", name[: 4 * _MOST_CHARACTERS]))
    text = text.strip("-")[:_MOST_CHARACTERS].rstrip("-") or "recording"
    return f"recording-{text}" if _RESERVED.fullmatch(text) else text


def _name(recording_name: str, block: Block) -> str:
    # Other names of classes or layers beside the same tensor data are another content, too.
    content = hashlib.sha256(block.head).hexdigest()
    return f"{slug(recording_name)}.{content[:8]}{SUFFIX}"


def _holds(target: Path, block: Block) -> bool:
    """Whether a file is there with the size and head, which holds the hash, of the block."""
    try:
        with open(target, "rb") as file:
            is_as_large = os.fstat(file.fileno()).st_size == block.size_bytes
            return is_as_large and file.read(len(block.head)) == block.head
    except OSError:
        return False
