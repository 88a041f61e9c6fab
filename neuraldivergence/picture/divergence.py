"""The divergence that a view is sorted by."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..divergences import OF_GROUPS, compare, place
from ..recording import Layer, Recording
from .distribution import members, values_of
from .state import View

__all__ = ["divergence_scores"]


def divergence_scores(recording: Recording, layer: Layer, view: View) -> NDArray[np.float64]:
    """Return the divergence of each neuron, NaN where there is none or only a summary is here.

    With codes alone it is that of the centres of bins.
    """
    none = np.full(layer.neurons, np.nan)
    found = values_of(layer)
    of_a = _mask(recording, view, view.order["a"])
    if found is None or of_a is None:
        return none
    values, grid = found
    name, b = view.order["divergence"], view.order["b"]
    if name not in OF_GROUPS:
        ids = [one.id for one in recording.instances]
        return place(name, values[of_a], layer.instances[ids.index(b["instance"])], grid)
    of_b = _others(recording, view, of_a) if "rest" in b else _mask(recording, view, b)
    return none if of_b is None else compare(name, values[of_a], values[of_b], grid)


def _others(recording: Recording, view: View, of_a: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """Return what has a class and is not in a; of a side of the brush, its other side."""
    if "brush" in view.order["a"]:
        return ~of_a
    everyone = members(recording, view.membership, list(range(len(recording.classes))))
    return None if everyone is None else everyone & ~of_a


def _mask(recording: Recording, view: View, item: Mapping[str, Any]) -> NDArray[np.bool_] | None:
    """Return the samples of a population; None where the recording cannot tell them."""
    if "brush" in item and view.brush is not None:
        return view.brush.side(item["brush"])
    if "class" in item:
        return members(recording, view.membership, [item["class"]])
    return next(group.mask for group in view.groups if group.id == item["group"])
