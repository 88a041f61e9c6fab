"""What an output carries of a recording, and where the rest is: in a file or in the kernel."""

import sys
import warnings
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any

from .encode import encode
from .errors import SizeWarning
from .layout import Block
from .recording import Recording
from .summary import brief, summarised, summary_bytes
from .text import clean
from .text import size_text as size

__all__ = ["Carried", "carry", "checked_source", "warn"]

_SOURCES = ("inline", "file", "comm")
_MAX_UNPACKED_BYTES = 2**30
"""Browsers unpack no more; a larger summary is not even made."""


@dataclass(frozen=True)
class Carried:
    """A recording in an output.

    Attributes
    ----------
    recording : Recording
        What a picture of the output shows.
    descriptor : dict
    data : str or None
        Base64; None when the output carries neither values nor a summary.
    notice : str
        Says where the values are, or why they are nowhere.
    """

    recording: Recording
    descriptor: dict[str, Any]
    data: str | None
    notice: str = ""


def checked_source(source: str | None, path: str | PathLike[str] | None) -> str | None:
    """Return where values go; a path asks for a file.

    Raises
    ------
    ValueError
        There is no such source, or it has no path.
    """
    if source is not None and source not in _SOURCES:
        raise ValueError(f"unknown source: {source!r}; one of {', '.join(_SOURCES)}")
    if path is None:
        return source
    if source not in (None, "file"):
        raise ValueError(f"invalid path: {str(path)!r} is of a file, but source is {source!r}")
    return "file"


def carry(
    recording: Recording,
    source: str | None,
    path: str | PathLike[str] | None,
    *,
    budget: int,
    ceiling: int,
) -> Carried:
    """Put all values inline, or a summary, and the values to where `source` says.

    Parameters
    ----------
    recording : Recording
    source : {"inline", "file", "comm"} or None
        None: inline while the values need no more than `budget`, otherwise a file.
    path : str or path-like, optional
        Name of the file.
    budget, ceiling : int
        Most bytes of all values, and of a summary, in base64. The model is carried by what needs
        no more than `budget` with it.

    Raises
    ------
    ValueError
        Even the summary is too large, and the values are nowhere else.
    """
    problem = ""
    if source is None or source == "inline":
        # A file keeps the model; where there is none, values count for more.
        if source == "inline":
            shown, descriptor, data, needed_bytes = _encoded(recording, budget, budget)
        else:
            shown, (descriptor, data, needed_bytes) = recording, encode(recording, budget)
        if data is not None:
            notice = _about_model(recording, shown, budget)
            if notice:
                warn(notice, SizeWarning)
            return Carried(shown, descriptor, data, notice)
        problem = (
            f"{_all(shown)} need up to {size(needed_bytes)}, more than the {size(budget)} that "
            "an output may add to the notebook"
        )
        if source == "inline" or not _has_values(recording):
            return _summary_alone(recording, problem, _advice(needed_bytes), budget, ceiling)
    try:
        where, block = _put(recording, source, path)
    except (OSError, ImportError) as error:
        place = "kept in the kernel" if source == "comm" else "written to a file"
        problem = f"the values could not be {place}: {clean(str(error))}"
        return _summary_alone(recording, problem, _FILE_ADVICE, budget, ceiling)
    carried = _beside_summary(recording, where, block, budget, ceiling)
    if problem:
        carried = replace(carried, notice=f"{_sentence(problem)} {carried.notice}")
        warn(carried.notice, SizeWarning)
    return carried


def warn(text: str, category: type[Warning] = UserWarning) -> None:
    """Warn where the user's code called the package."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__package__")):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, category, stacklevel=level)


def _is_ours(package: str | None) -> bool:
    return (package or "").partition(".")[0] == __package__


def _put(
    recording: Recording, source: str | None, path: str | PathLike[str] | None
) -> tuple[dict[str, Any], Block]:
    if source == "comm":
        from .comm import keep

        return keep(recording)
    from .beside import write_beside

    return write_beside(recording, path)


def _beside_summary(
    recording: Recording, where: dict[str, Any], block: Block, budget: int, ceiling: int
) -> Carried:
    reduced, descriptor, data, _ = _summary(recording, budget, ceiling, is_brief=True)
    values = f"{_sentence(_all(recording), end='')} ({size(block.size_bytes)})"
    if where["kind"] == "file":
        notice = (
            f"{values} are in the file {clean(where['path'])}: "
            "whoever gets the notebook needs it too, at the same place."
        )
    else:
        notice = f"{values} are in the kernel, and gone when it ends."
    if data is None:
        return Carried(recording, {**block.descriptor, "source": where}, None, notice)
    return Carried(reduced, {**descriptor, "source": {**where, "reduced": "summary"}}, data, notice)


def _summary_alone(
    recording: Recording, problem: str, advice: str, budget: int, ceiling: int
) -> Carried:
    reduced, descriptor, data, needed_bytes = _summary(recording, budget, ceiling)
    if data is None:
        raise ValueError(
            f"invalid size: {problem}, and even their summary needs {size(needed_bytes)}, more "
            f"than {size(ceiling)}; {advice}"
        )
    notice = (
        f"{_sentence(problem)} This output carries a summary of {size(len(data))}. "
        f"To keep all values, {advice}"
    )
    notice = f"{notice} {_about_model(recording, reduced, budget)}".strip()
    warn(notice, SizeWarning)
    return Carried(reduced, descriptor, data, notice)


def _summary(
    recording: Recording, budget: int, ceiling: int, *, is_brief: bool = False
) -> tuple[Recording, dict[str, Any], str | None, int]:
    needed_bytes = summary_bytes(recording)
    if needed_bytes > _MAX_UNPACKED_BYTES:
        return recording, {}, None, needed_bytes
    reduced = summarised(recording)
    encoded = _encoded(brief(reduced) if is_brief else reduced, budget, ceiling)
    # A picture shows what is exact.
    return (replace(reduced, model=encoded[0].model), *encoded[1:])


def _encoded(
    recording: Recording, budget: int, most_bytes: int
) -> tuple[Recording, dict[str, Any], str | None, int]:
    """Encode with the model where all needs no more than `budget`, else without."""
    if recording.model is not None:
        descriptor, data, needed_bytes = encode(recording, min(budget, most_bytes))
        if data is not None:
            return recording, descriptor, data, needed_bytes
        recording = replace(recording, model=None)
    return recording, *encode(recording, most_bytes)


def _about_model(recording: Recording, shown: Recording, most_bytes: int) -> str:
    """Say that the model was left out, if it was."""
    if recording.model is None or shown.model is not None:
        return ""
    return (
        f"The model ({size(recording.model.size_bytes)}) stays out of this output, which may add "
        f"{size(most_bytes)} to the notebook. To keep it, let show() write a file: "
        'show(source="file").'
    )


def _all(recording: Recording) -> str:
    return "all values" if recording.model is None else "all values and the model"


def _has_values(recording: Recording) -> bool:
    return any(
        layer.activations is not None or layer.codes is not None for layer in recording.layers
    )


def _sentence(text: str, end: str = ".") -> str:
    return f"{text[0].upper()}{text[1:]}{end}"


_FILE_ADVICE = "give show() a path where a file can be written."


def _advice(needed_bytes: int) -> str:
    return (
        f"show fewer layers, pass max_inline_bytes={needed_bytes} to show(), or let it write a "
        'file: show(source="file").'
    )
