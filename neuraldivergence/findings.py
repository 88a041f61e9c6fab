"""What a view looks for among all layers."""

from collections.abc import Mapping, Sequence
from typing import Any

from .order import Order, instance_id, order_json
from .recording import Recording

__all__ = ["AGAINST", "QUESTIONS", "SCORES", "findings_json"]

QUESTIONS = ("most", "alike", "singled")
"""What neurons are looked for; the first is the default."""

SCORES = ("meanSurprisal", "meanDeviation", "largestDeviation")
"""The scores of the detector; the first is the default."""

AGAINST = ("benign", "correct", "misclassified")
"""What the curves of the detector tell attacked images from; the first is the default."""

_FIELDS = ("question", "contrast", "layer", "follow", "matrix", "detector")
_DETECTOR_FIELDS = ("score", "against", "layer")


def findings_json(
    given: Any,
    recording: Recording,
    groups: Sequence[Mapping[str, Any]] = (),
    *,
    is_brushed: bool = False,
) -> dict[str, Any] | None:
    """Return the findings as view state holds them, None for an empty mapping.

    Parameters
    ----------
    given : mapping
        Fields of ``findings`` in ``docs/format.md``; ``contrast`` as an order by a divergence,
        ``follow`` as an instance by name or id.
    recording : Recording
    groups : sequence of mapping
        Groups that the view itself defines.
    is_brushed : bool
        Whether the view brushes something.

    Raises
    ------
    TypeError
        Not a mapping, or one with other fields.
    ValueError
        A field has a value that it cannot have in this recording.
    """
    fields = _fields("findings", given, _FIELDS)
    if not fields:
        return None
    contrast, follow = fields.get("contrast"), fields.get("follow")
    detector = fields.get("detector")
    return {
        "question": _choice("question", fields.get("question"), QUESTIONS),
        "contrast": (
            None
            if contrast is None
            else _contrast(contrast, recording, groups, is_brushed=is_brushed)
        ),
        "layer": _layer("layer", fields.get("layer"), recording),
        "follow": None if follow is None else instance_id(recording, str(follow)),
        "matrix": _layer("matrix", fields.get("matrix"), recording),
        "detector": None if detector is None else _detector(detector, recording),
    }


def _fields(name: str, given: Any, known: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(given, Mapping) or not {*given} <= {*known}:
        raise TypeError(f"invalid {name}: {given!r}; give a mapping with any of {', '.join(known)}")
    return given


def _contrast(
    given: Any, recording: Recording, groups: Sequence[Mapping[str, Any]], *, is_brushed: bool
) -> dict[str, Any]:
    if not isinstance(given, Order) or given.by != "divergence":
        raise TypeError(
            f"invalid contrast in findings: {given!r}; make one with nd.by.divergence, like "
            'nd.by.divergence("auc", a="cat", b="dog")'
        )
    order = order_json(given, recording, groups, is_brushed=is_brushed)
    return {name: order[name] for name in ("divergence", "a", "b")}


def _detector(given: Any, recording: Recording) -> dict[str, Any]:
    fields = _fields("detector in findings", given, _DETECTOR_FIELDS)
    return {
        "score": _choice("score", fields.get("score"), SCORES),
        "against": _choice("against", fields.get("against"), AGAINST),
        "layer": _layer("layer", fields.get("layer"), recording),
    }


def _choice(field: str, given: Any, choices: Sequence[str]) -> str:
    if given is None:
        return choices[0]
    if given not in choices:
        raise ValueError(f"unknown {field} in findings: {given!r}; one of {', '.join(choices)}")
    return str(given)


def _layer(field: str, given: Any, recording: Recording) -> str | None:
    names = [one.name for one in recording.layers]
    if given is not None and given not in names:
        raise ValueError(f"unknown layer in findings: {given!r} as {field}; there are {names[:20]}")
    return None if given is None else str(given)
