"""Which samples a group has: a test that each sample passes or fails.

``docs/format.md`` defines conditions; ``src/core/conditions.ts`` is the same in the browser.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .recording import Layer, Recording

__all__ = ["UnavailableError", "mask_of"]

_DEPTH = 32


class UnavailableError(LookupError):
    """The recording does not hold what a test looks at."""


def mask_of(where: Any, recording: Recording, depth: int = _DEPTH) -> NDArray[np.bool_]:
    """Return which samples pass.

    Parameters
    ----------
    where : dict
        A condition, as JSON has it.
    recording : Recording
    depth : int
        How deep conditions may be inside one another.

    Returns
    -------
    bool array, shape [samples]

    Raises
    ------
    ValueError
        It is no condition, or names what the recording does not have.
    UnavailableError
        The recording does not hold what it takes: labels, predictions or single activations.
    """
    if not isinstance(where, Mapping) or depth == 0:
        raise ValueError(f"invalid condition: {where!r}; docs/format.md lists conditions")
    match {**where}:
        case {"label": labels, **rest} if not rest:
            return np.isin(_labels(recording), _indices(labels, len(recording.classes)))
        case {"prediction": labels, **rest} if not rest:
            return np.isin(_predictions(recording), _indices(labels, len(recording.classes)))
        case {"correct": bool(wanted), **rest} if not rest:
            labels, predictions = _labels(recording), _predictions(recording)
            is_known = (labels >= 0) & (predictions >= 0)
            return np.asarray(is_known & ((labels == predictions) == wanted), bool)
        case {"column": str(name), "in": texts, **rest} if not rest:
            return _in_column(recording, name, texts)
        case {"column": str(name), **rest} if {*rest} <= {"from", "to"}:
            return _within(_numbers(recording, name), rest)
        case {"layer": str(name), "neuron": neuron, **rest} if {*rest} <= {"from", "to"}:
            return _within(_activations(recording, name, neuron), rest)
        case {"group": str(name), **rest} if not rest:
            found = [one.mask for one in recording.groups if one.id == name]
            if not found:
                raise ValueError(f"unknown group in a condition: {name!r}")
            return np.asarray(found[0], bool)
        case {"samples": rows, **rest} if not rest:
            mask = np.zeros(recording.count, bool)
            mask[_indices(rows, recording.count)] = True
            return mask
        case {"all": [*parts], **rest} if not rest:
            masks = _masks(parts, recording, depth)
            return np.asarray(np.all([np.ones(recording.count, bool), *masks], axis=0), bool)
        case {"any": [*parts], **rest} if not rest:
            masks = _masks(parts, recording, depth)
            return np.asarray(np.any([np.zeros(recording.count, bool), *masks], axis=0), bool)
        case {"not": part, **rest} if not rest:
            return ~mask_of(part, recording, depth - 1)
    raise ValueError(f"invalid condition: {where!r}; docs/format.md lists conditions")


def _masks(parts: Sequence[Any], recording: Recording, depth: int) -> list[NDArray[np.bool_]]:
    return [mask_of(part, recording, depth - 1) for part in parts]


def _labels(recording: Recording) -> NDArray[np.int32]:
    if recording.labels is None:
        raise UnavailableError("the recording has no labels")
    return recording.labels


def _predictions(recording: Recording) -> NDArray[np.int32]:
    if recording.predictions is None:
        raise UnavailableError("the recording has no predictions")
    return recording.predictions


def _indices(given: Any, end: int) -> list[int]:
    is_list = isinstance(given, Sequence) and not isinstance(given, str)
    if not is_list or any(type(one) is not int or not 0 <= one < end for one in given):
        raise ValueError(f"invalid condition: {given!r}; give a list of indices below {end}")
    return list(given)


def _in_column(recording: Recording, name: str, texts: Any) -> NDArray[np.bool_]:
    categories, values = _column(recording, name)
    if categories is None or not isinstance(texts, Sequence):
        raise ValueError(f"invalid condition: column {name!r} has numbers; give from and to")
    return np.isin(values, [place for place, text in enumerate(categories) if text in texts])


def _numbers(recording: Recording, name: str) -> NDArray[np.floating]:
    categories, values = _column(recording, name)
    if categories is not None:
        raise ValueError(f"invalid condition: column {name!r} has texts; give in")
    return values


def _column(recording: Recording, name: str) -> tuple[tuple[str, ...] | None, NDArray[Any]]:
    for column in recording.columns:
        if column.name == name:
            return column.categories, column.values
    names = [column.name for column in recording.columns]
    raise ValueError(f"unknown column in a condition: {name!r}; there are {names[:10]}")


def _activations(recording: Recording, name: str, neuron: Any) -> NDArray[np.floating]:
    layer = next((one for one in recording.layers if one.name == name), None)
    if layer is None or type(neuron) is not int or not 0 <= neuron < layer.neurons:
        raise ValueError(f"unknown neuron in a condition: {neuron!r} of layer {name!r}")
    return _of_neuron(layer, neuron)


def _of_neuron(layer: Layer, neuron: int) -> NDArray[np.floating]:
    if layer.activations is not None:
        return np.asarray(layer.activations[:, neuron])
    if layer.codes is None:
        raise UnavailableError(f"layer {layer.name!r} holds only a summary")
    exponent, origin = layer.codes.grid[neuron].tolist()
    centres = layer.codes.values[:, neuron] + (origin + 0.5)
    return np.asarray(np.ldexp(centres, exponent), np.float64)


def _within(values: NDArray[np.floating], bounds: Mapping[str, Any]) -> NDArray[np.bool_]:
    low, high = bounds.get("from"), bounds.get("to")
    for bound in (low, high):
        is_number = isinstance(bound, (int, float)) and not isinstance(bound, bool)
        if bound is not None and not (is_number and math.isfinite(bound)):
            raise ValueError(f"invalid condition: bound {bound!r}; give a finite number or None")
    is_inside = ~np.isnan(values)
    if low is not None:
        is_inside &= values >= low
    if high is not None:
        is_inside &= values < high
    return np.asarray(is_inside, bool)
