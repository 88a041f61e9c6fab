"""The neuron that a view shows in detail."""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .recording import Recording

__all__ = ["CHOICES", "detail_json"]

CHOICES: Mapping[str, tuple[str, ...]] = {
    "curve": ("histogram", "ecdf"),
    "extent": ("fit", "full"),
    "pick": ("most", "least", "near"),
}
"""Allowed values of each choice; the first is the default."""

_START: Mapping[str, Any] = {
    **{name: choices[0] for name, choices in CHOICES.items()},
    **dict.fromkeys(("logX", "logY"), False),
    **dict.fromkeys(("bins", "near", "a", "b", "against")),
}
_BINS = (16, 32, 64, 128, 256)


@dataclass(frozen=True)
class _Known:
    recording: Recording
    groups: set[str]
    sides: set[str]


def detail_json(
    given: Any,
    recording: Recording,
    groups: Sequence[Mapping[str, Any]] = (),
    *,
    extent: str = "fit",
    is_brushed: bool = False,
) -> dict[str, Any] | None:
    """Return the detail as view state holds it, None for an empty mapping.

    Parameters
    ----------
    given : mapping
        ``layer`` and ``neuron``, and any other field of ``detail`` in ``docs/format.md``.
    recording : Recording
    groups : sequence of mapping
        Groups that the view itself defines.
    extent : {"fit", "full"}
        That of the view, with which a detail begins.
    is_brushed : bool
        Whether the view brushes something.

    Raises
    ------
    TypeError
        Not a mapping, or one with other fields.
    ValueError
        A field has a value that it cannot have in this recording.
    """
    if not isinstance(given, Mapping) or not {*given} <= {"layer", "neuron", *_READERS}:
        raise TypeError(
            f"invalid detail: {given!r}; give a mapping with layer, neuron and, perhaps, "
            f"{', '.join(_READERS)}"
        )
    if not given:
        return None
    ids = {one["id"] for one in groups} | {one.id for one in recording.groups}
    sides = {"selection", "rest"} if is_brushed else set[str]()
    known = _Known(recording, ids, sides)
    read = {
        name: reader(name, given[name], known)
        for name, reader in _READERS.items()
        if given.get(name) is not None
    }
    start = {**_START, "extent": extent}
    return {**_place("detail", given, known), **start, **read}


def _place(field: str, given: Any, known: _Known) -> dict[str, Any]:
    """Return a neuron by the name of its layer and its index."""
    place = given if isinstance(given, Mapping) else {}
    layer = next((one for one in known.recording.layers if one.name == place.get("layer")), None)
    if layer is None:
        names = [one.name for one in known.recording.layers]
        raise ValueError(
            f"unknown layer in {field}: {place.get('layer')!r}; there are {names[:20]}"
        )
    neuron = _index(field, place.get("neuron"), layer.neurons)
    return {"layer": layer.name, "neuron": neuron}


def _index(field: str, given: Any, end: int) -> int:
    try:
        index = operator.index(given)
    except TypeError:
        index = -1
    if isinstance(given, bool) or not 0 <= index < end:
        raise ValueError(f"invalid {field}: {given!r}; give an index from 0 to {end - 1}")
    return index


def _choice(field: str, given: Any, known: _Known) -> str:
    if not isinstance(given, str) or given not in CHOICES[field]:
        raise ValueError(f"unknown {field}: {given!r}; one of {', '.join(CHOICES[field])}")
    return given


def _flag(field: str, given: Any, known: _Known) -> bool:
    return bool(given)


def _bins(field: str, given: Any, known: _Known) -> int:
    if given not in _BINS:
        raise ValueError(f"invalid bins in detail: {given!r}; one of {', '.join(map(str, _BINS))}")
    return int(given)


def _number(field: str, given: Any, known: _Known) -> float:
    if isinstance(given, (bool, str)) or not math.isfinite(float(given)):
        raise ValueError(f"invalid {field}: {given!r}; give a finite number")
    return float(given)


def _item(field: str, given: Any, known: _Known) -> dict[str, Any]:
    kinds = ("class", "group", "brush", "rest") + (("instance",) if field == "b" else ())
    possible: Mapping[str, Callable[[Any], bool]] = {
        "class": lambda one: one in range(len(known.recording.classes)),
        "group": lambda one: one in known.groups,
        "brush": lambda one: one in known.sides,
        "rest": lambda one: one is True,
        "instance": lambda one: one in {instance.id for instance in known.recording.instances},
    }
    found = [*given.items()] if isinstance(given, Mapping) else []
    if len(found) != 1 or found[0][0] not in kinds or not possible[found[0][0]](found[0][1]):
        raise ValueError(
            f"invalid {field} in detail: {given!r}; give one of {', '.join(kinds)} that is there, "
            'like {"class": 0}'
        )
    return dict(found)


_READERS: Mapping[str, Callable[[str, Any, _Known], Any]] = {
    **dict.fromkeys(CHOICES, _choice),
    "logX": _flag,
    "logY": _flag,
    "bins": _bins,
    "near": _number,
    "a": _item,
    "b": _item,
    "against": _place,
}
