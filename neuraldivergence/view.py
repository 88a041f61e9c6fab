"""The keywords of ``show`` → view state, with names checked against the recording."""

from collections.abc import Mapping, Sequence
from typing import Any

from .order import Order, class_index, instance_id, order_json
from .recording import Recording

__all__ = ["view_state"]

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "axis": ("layer", "neuron"),
    "extent": ("fit", "full"),
    "opacity": ("linear", "sqrt", "log"),
    "scale": ("row", "layer"),
    "membership": ("label", "prediction", "correct"),
    "hidden": ("dim", "collapse"),
    "classes_as": ("overlay", "lanes"),
    "zeros": ("apart", "binned"),
}
_JSON_NAMES: Mapping[str, str] = {"classes_as": "classesAs"}


def view_state(
    recording: Recording,
    *,
    layers: Sequence[str] | None = None,
    classes: Sequence[str | int] | None = None,
    instances: Sequence[str] | None = None,
    order: Order | None = None,
    descending: bool | None = None,
    bins: int | None = None,
    **choices: str | None,
) -> dict[str, Any] | None:
    """Return the view state; see `Recording.show`. Without any option: the recording's own.

    Raises
    ------
    ValueError
        An unknown or ambiguous name, an unknown choice, or too many or too few bins.
    """
    view: dict[str, Any] = {}
    if layers is not None:
        view["layers"] = [_layer_name(recording, name) for name in _listed(layers, "layers")]
    if classes is not None:
        view["classes"] = [class_index(recording, name) for name in _listed(classes, "classes")]
    if instances is not None:
        names = _listed(instances, "instances")
        view["instances"] = [instance_id(recording, name) for name in names]
    if order is not None:
        view["order"] = order_json(order, recording)
    if descending is not None:
        view["descending"] = bool(descending)
    if bins is not None:
        view["bins"] = _bins(bins)
    for option, choice in choices.items():
        if choice is not None:
            view[_JSON_NAMES.get(option, option)] = _chosen(recording, option, choice)
    if not view:
        return recording.view
    return {"version": 1, **(recording.view or {}), **view}


def _listed(names: Sequence[Any], option: str) -> list[Any]:
    if isinstance(names, (str, bytes)):
        raise TypeError(f"invalid {option}: {names!r}; give a list, [{names!r}]")
    return list(names)


def _layer_name(recording: Recording, name: str) -> str:
    names = [layer.name for layer in recording.layers]
    if name not in names:
        raise ValueError(f"unknown layer: {name!r}; there are {names[:20]}")
    return name


def _bins(bins: int) -> int:
    if isinstance(bins, bool) or int(bins) != bins or not 1 <= bins <= 256:
        raise ValueError(f"invalid bins: {bins!r}; give a whole number from 1 to 256")
    return int(bins)


def _chosen(recording: Recording, option: str, choice: str) -> str:
    choices = _CHOICES[option]
    if choice not in choices:
        raise ValueError(f"unknown {option}: {choice!r}; one of {', '.join(choices)}")
    if option == "membership" and choice != "label" and recording.predictions is None:
        raise ValueError(f"unavailable membership: {choice!r}; the recording has no predictions")
    return choice
