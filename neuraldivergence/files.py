"""Recordings as files ``NAME.ndiv``."""

import os
import tempfile
from pathlib import Path

from .recording import Recording
from .wire import from_block, to_block

__all__ = ["SUFFIX", "load", "save"]

SUFFIX = ".ndiv"


def save(recording: Recording, path: str | os.PathLike[str]) -> str:
    """Write a recording to a file.

    The file is written beside its place and then moved there: when the disk is full, a file
    that was there stays as it was.

    Parameters
    ----------
    recording : Recording
    path : str or path-like
        ``.ndiv`` is added when it is missing.

    Returns
    -------
    str
        The path of the file.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    target = Path(path)
    if target.suffix != SUFFIX:
        target = target.with_name(target.name + SUFFIX)
    _, block = to_block(recording)
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(block)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode_of(target))
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
    return str(target)


def load(path: str | os.PathLike[str]) -> Recording:
    """Read a recording from a file.

    Raises
    ------
    FormatError
        The file is not a recording, or is damaged; the message says where.
    VersionError
        A newer package wrote it.
    OSError
        The file cannot be read.
    """
    return from_block(Path(path).read_bytes())


def _mode_of(target: Path) -> int:
    """Return the mode that the file has, or that an ordinary new file would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
