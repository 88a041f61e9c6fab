"""Recordings as files."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from .filing import file_block
from .recording import Recording
from .wire import from_file

__all__ = ["SUFFIX", "load", "save", "with_suffix", "write_atomically"]

SUFFIX = ".ndiv"
_SUFFIXES = (SUFFIX, ".safetensors")
"""The same layout by two names."""


def save(recording: Recording, path: str | os.PathLike[str]) -> str:
    """Write a recording to a file.

    The file is written beside its place and then moved there: when the disk is full, a file
    that was there stays as it was. The recording is not copied in memory.

    Parameters
    ----------
    recording : Recording
    path : str or path-like
        ``.ndiv`` is added unless the name ends in it or in ``.safetensors``, which is the same
        layout.

    Returns
    -------
    str
        The path of the file.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    target = with_suffix(path)
    write_atomically(target, file_block(recording).write)
    return str(target)


def load(path: str | os.PathLike[str]) -> Recording:
    """Read a recording from a file.

    Parameters
    ----------
    path : str or path-like
        A ``.ndiv`` or ``.safetensors`` file that `save` wrote, or a ``.npz`` archive of arrays
        with the keys that `docs/python.md` describes.

    Raises
    ------
    FormatError
        The file is not a recording, or is damaged; the message says where.
    VersionError
        A newer package wrote it.
    OSError
        The file cannot be read.
    """
    if Path(path).suffix.lower() == ".npz":
        from .archive import load_archive

        return load_archive(path)
    with open(path, "rb") as file:
        return from_file(file)


def with_suffix(path: str | os.PathLike[str]) -> Path:
    """Return the path, with ``.ndiv`` unless it ends in that or in ``.safetensors``."""
    target = Path(path)
    return target if target.suffix in _SUFFIXES else target.with_name(target.name + SUFFIX)


def write_atomically(
    target: Path, write: Callable[[BinaryIO], object], *, survives_power_cut: bool = True
) -> None:
    """Write a file beside its place and move it there, so that it is there whole or not at all.

    Parameters
    ----------
    target : Path
    write : callable
        Writes the content to an empty file.
    survives_power_cut : bool
        Wait until the disk has it, which takes long. A file that can be made again need not.

    Raises
    ------
    OSError
        The file cannot be written; what was there stays as it was.
    """
    try:
        _write_beside_and_move(target, write, survives_power_cut)
    except OSError as error:
        if error.errno is None:
            raise
        # Who reads it knows the file, not the one that was to take its place.
        raise OSError(error.errno, error.strerror, str(target)) from error


def _write_beside_and_move(
    target: Path, write: Callable[[BinaryIO], object], survives_power_cut: bool
) -> None:
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            if survives_power_cut:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(temporary, _mode_of(target))
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _mode_of(target: Path) -> int:
    """Return the mode that the file has, or that an ordinary new file would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
