"""Attacks as a page orders them: `docs/format.md` has the fields."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..probe import Probe
from .base import Goal, Pictures, Steps
from .gradient import along_gradient
from .search import differential_evolution, exhaustive

__all__ = ["steps_of"]

_MOST = 2**31 - 1
_MOST_PIXELS = 1000
_MOST_PICTURES = 100_000
_MOST_STRENGTHS = 256


def steps_of(probe: Probe, picture: Pictures, order: Mapping[str, Any]) -> Steps:
    """Return the steps of an attack.

    Parameters
    ----------
    probe : Probe
    picture : uint8 array, shape [height, width, channels]
    order : mapping
        JSON of any kind.

    Raises
    ------
    ValueError
        It is no order; the message says why.
    """
    read = _Fields(order)
    last = probe.classes - 1
    target = None if order.get("target") is None else read.whole("target", 0, last)
    goal = Goal(read.whole("label", 0, last), target)
    kind = order.get("kind")
    if kind == "pixels":
        return differential_evolution(
            probe.probabilities,
            picture,
            goal,
            count=read.whole("count", 1, _MOST_PIXELS),
            population=read.whole("population", 5, _MOST_PICTURES),
            generations=read.whole("generations", 0, _MOST_PICTURES),
            seed=read.whole("seed", 0),
        )
    if kind == "exhaustive":
        levels = read.whole("levels", 2, 256)
        return exhaustive(probe.probabilities, picture, goal, levels=levels)
    if kind not in ("fgsm", "pgd"):
        raise ValueError(f"unknown attack: {kind!r:.40}")
    if not probe.gradients:
        raise ValueError("this model has no gradients here")
    settings: dict[str, Any] = {}
    if kind == "pgd":
        settings = {
            "steps": read.whole("steps", 1, _MOST_PICTURES),
            "step_size": read.number("stepSize"),
            "seed": read.whole("seed", 0),
        }
    strengths = order.get("strengths")
    if not isinstance(strengths, list) or len(strengths) > _MOST_STRENGTHS:
        raise ValueError(f"invalid strengths: give a list of at most {_MOST_STRENGTHS}")
    return along_gradient(
        probe.probabilities,
        probe.gradient,
        picture,
        goal,
        strengths=[_number("strengths", one) for one in strengths],
        **settings,
    )


class _Fields:
    """Fields of any JSON object, checked."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def whole(self, name: str, least: int, most: int = _MOST) -> int:
        value = self._fields.get(name)
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"invalid {name}: {value!r:.40}; expected {least} … {most}")
        return value

    def number(self, name: str) -> float:
        return _number(name, self._fields.get(name))


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"invalid {name}: {value!r:.40}; expected a number")
    return float(value)
