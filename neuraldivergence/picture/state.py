"""What a view shows first: the recording's wishes where they are possible, a default elsewhere.

The same rules as in the browser (`src/view/state.ts`), so that a picture shows the same view.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..conditions import UnavailableError, mask_of
from ..divergences import OF_GROUPS, OF_INSTANCE
from ..instances import sample_id
from ..recording import Instance, Recording
from ..view import CHOICES

__all__ = ["Brush", "Group", "Marks", "Range", "View", "can_group", "initial_view"]

_FIELD_NAMES: Mapping[str, str] = {"classesAs": "classes_as", "rowHeight": "row_height"}


@dataclass(frozen=True)
class Marks:
    """Neurons of one layer, by index in the data."""

    hidden: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Group:
    """A group of samples; `mask` is None where the recording cannot tell which."""

    id: str
    name: str
    color: str | None
    mask: NDArray[np.bool_] | None


@dataclass(frozen=True)
class Range:
    """A brushed range of a neuron, or what is left out by one; None is an open end."""

    layer: str
    neuron: int
    low: float | None
    high: float | None
    is_left_out: bool


@dataclass(frozen=True)
class Brush:
    """The samples that are brushed, whether against the rest or what is shown, and the ranges."""

    mask: NDArray[np.bool_]
    against: str
    ranges: tuple[Range, ...]

    def side(self, name: str) -> NDArray[np.bool_]:
        """Return the samples of a side: those of the ``selection``, or the ``rest``."""
        return ~self.mask if name == "rest" else self.mask


@dataclass(frozen=True)
class View:
    """What is looked at; `docs/format.md` defines the fields."""

    layers: tuple[str, ...]
    classes: tuple[int, ...]
    instances: tuple[str, ...]
    order: Mapping[str, Any]
    descending: bool
    neurons: Mapping[str, Marks] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    """Those of the recording, then those of the view."""
    shown_groups: tuple[str, ...] = ()
    brush: Brush | None = None
    """None also where the recording cannot tell its samples."""
    bins: int = 64
    marked_only: bool = False
    axis: str = "layer"
    extent: str = "fit"
    opacity: str = "linear"
    scale: str = "row"
    membership: str = "label"
    hidden: str = "dim"
    classes_as: str = "overlay"
    zeros: str = "apart"
    row_height: str = "normal"


def initial_view(recording: Recording) -> View:
    """Return the view that the browser starts with."""
    is_view = isinstance(recording.view, dict)
    json: dict[str, Any] = (recording.view if is_view else None) or {}
    added = [sample_id(sample) for sample in _listed(json.get("samples")) if type(sample) is int]
    kept = [one.get("id") for one in _listed(json.get("kept")) if isinstance(one, dict)]
    added += [one for one in kept if isinstance(one, str)]
    own = [one for one in recording.instances if one.id not in added]
    base = _default_view(replace(recording, instances=tuple(own)))
    base = replace(base, groups=_groups(recording, None))
    if not is_view or json.get("version", 1) != 1:
        return base
    marks = json.get("neurons")
    count = len(recording.classes)
    ids = {instance.id for instance in recording.instances}
    usual = tuple(one for one in (*base.instances, *added) if one in ids)
    names = {layer.name for layer in recording.layers}
    choices = _possible_choices(json)
    if not has_membership(recording, choices.get("membership", base.membership)):
        choices.pop("membership", None)
    parsed = replace(base, **choices)
    groups = _groups(recording, json.get("groups"))
    known = {group.id for group in groups}
    brush = _brush(recording, json.get("brush"))
    return replace(
        parsed,
        bins=json["bins"] if _is_index(json.get("bins"), 257, least=1) else base.bins,
        layers=_kept(json.get("layers"), lambda name: name in names, str, base.layers),
        classes=_kept(json.get("classes"), lambda g: _is_index(g, count), int, base.classes),
        instances=_kept(json.get("instances"), lambda one: one in ids, str, usual),
        groups=groups,
        shown_groups=_kept(json.get("shownGroups"), lambda one: one in known, str, ()),
        brush=brush,
        order=_possible_order(json.get("order"), count, known, ids, is_brushed=brush is not None)
        or base.order,
        descending=_flag(json.get("descending"), base.descending),
        marked_only=_flag(json.get("markedOnly"), base.marked_only),
        neurons=_parse_marks(marks, recording) if isinstance(marks, dict) else base.neurons,
    )


def _groups(recording: Recording, json: Any) -> tuple[Group, ...]:
    found = [Group(one.id, one.name, one.color, one.mask) for one in recording.groups]
    for given in _listed(json):
        taken = {group.id for group in found}
        if isinstance(given, dict) and given.get("id") not in taken:
            group = _group(recording, given)
            found += [] if group is None else [group]
    return tuple(found)


def _group(recording: Recording, json: Mapping[str, Any]) -> Group | None:
    id, name, color = (json.get(key) for key in ("id", "name", "color"))
    if not isinstance(id, str) or not isinstance(name, str):
        return None
    try:
        mask = mask_of(json.get("where"), recording)
    except UnavailableError:
        mask = None
    except ValueError:
        return None
    is_color = isinstance(color, str) and re.fullmatch("#[0-9a-fA-F]{6}", color)
    return Group(id, name, color if is_color else None, mask)


def _brush(recording: Recording, json: Any) -> Brush | None:
    if not isinstance(json, dict):
        return None
    try:
        mask = mask_of(json.get("where"), recording)
    except (UnavailableError, ValueError):
        return None
    against = "shown" if json.get("against") == "shown" else "rest"
    return Brush(mask, against, tuple(_ranges(json["where"])))


def _ranges(where: Mapping[str, Any]) -> Iterator[Range]:
    """Give the ranges of a condition that is made of `any`, then `all`, then `not`."""
    for clause in where.get("any") or [where]:
        for term in clause.get("all") or [clause]:
            test = term.get("not", term)
            if "neuron" in test:
                ends = test["from"], test["to"]
                yield Range(test["layer"], test["neuron"], *ends, is_left_out="not" in term)


def _default_view(recording: Recording) -> View:
    instances = recording.instances
    attacked = next((one for one in instances if one.role == "attacked"), None)
    shown = instances[:1] if attacked is None else _with_twins(attacked, instances)
    first = attacked or (shown[0] if shown else None)
    classes = _default_classes(recording, first)
    return View(
        layers=_default_layers(recording),
        classes=classes,
        instances=tuple(one.id for one in shown),
        order={"by": "index"} if first is None else {"by": "value", "instance": first.id},
        descending=first is not None,
        membership="label" if has_membership(recording, "label") else "prediction",
        classes_as="lanes" if len(classes) > 2 else "overlay",
    )


def _with_twins(attacked: Instance, instances: tuple[Instance, ...]) -> tuple[Instance, ...]:
    return tuple(
        one
        for one in instances
        if one is attacked or (one.pair is not None and one.pair == attacked.pair)
    )


def _default_layers(recording: Recording) -> tuple[str, ...]:
    inner = [one for one in recording.layers if one.neurons != len(recording.classes)]
    return tuple(layer.name for layer in (inner or list(recording.layers))[-2:])


def _default_classes(recording: Recording, instance: Instance | None) -> tuple[int, ...]:
    count = len(recording.classes)
    wanted = [] if instance is None else [instance.label, instance.prediction]
    few = tuple(dict.fromkeys(g for g in wanted if g is not None and 0 <= g < count))
    return few or tuple(range(min(2, count)))


def can_group(recording: Recording, membership: str) -> bool:
    """Tell whether samples can be put into classes so."""
    return (membership == "prediction" or recording.labels is not None) and (
        membership == "label" or recording.predictions is not None
    )


def has_membership(recording: Recording, membership: str) -> bool:
    """Tell whether at least one layer can be asked by this membership."""
    is_raw = any(one.activations is not None or one.codes is not None for one in recording.layers)
    summaries = [one.summary for one in recording.layers if one.summary is not None]
    return (is_raw and can_group(recording, membership)) or any(
        summary.membership == membership for summary in summaries
    )


def _possible_choices(json: Mapping[str, Any]) -> dict[str, Any]:
    known = {one.name for one in fields(View)}
    return {
        _FIELD_NAMES.get(key, key): json[key]
        for key, allowed in CHOICES.items()
        if _FIELD_NAMES.get(key, key) in known
        and isinstance(json.get(key), str)
        and json[key] in allowed
    }


def _possible_order(
    json: Any, classes: int, groups: set[str], ids: set[str], *, is_brushed: bool
) -> dict[str, Any] | None:
    if not isinstance(json, dict):
        return None
    sides = {"selection", "rest"} if is_brushed else set[str]()

    def item(side: str) -> dict[str, Any] | None:
        return _possible_item(json.get(side), classes, groups, ids, sides)

    match json.get("by"):
        case "index":
            return {"by": "index"}
        case "median" if _is_index(json.get("class"), classes):
            return {"by": "median", "class": json["class"]}
        case "median" if _is_one_of(json.get("group"), groups):
            return {"by": "median", "group": json["group"]}
        case "median" if _is_one_of(json.get("brush"), sides):
            return {"by": "median", "brush": json["brush"]}
        case "value" if _is_one_of(json.get("instance"), ids):
            return {"by": "value", "instance": json["instance"]}
        case "difference":
            a, b = item("a"), item("b")
            if a is not None and b is not None:
                is_absolute = json.get("absolute") is True
                return {"by": "difference", "a": a, "b": b, "absolute": is_absolute}
        case "divergence":
            a, b = item("a"), item("b")
            other = json.get("b")
            if isinstance(other, dict) and other.get("rest") is True:
                b = {"rest": True}
            if a is None or b is None or "instance" in a:
                return None
            name = json.get("divergence")
            names = {*OF_INSTANCE} if "instance" in b else {*OF_GROUPS}
            if not _is_one_of(name, names):
                return None
            order = {"by": "divergence", "divergence": name, "a": a, "b": b}
            return {**order, "absolute": json.get("absolute") is not False}
    return None


def _possible_item(
    json: Any, classes: int, groups: set[str], ids: set[str], sides: set[str]
) -> dict[str, Any] | None:
    if isinstance(json, dict) and _is_one_of(json.get("brush"), sides):
        return {"brush": json["brush"]}
    if isinstance(json, dict) and _is_one_of(json.get("group"), groups):
        return {"group": json["group"]}
    if isinstance(json, dict) and _is_index(json.get("class"), classes):
        return {"class": json["class"]}
    if isinstance(json, dict) and _is_one_of(json.get("instance"), ids):
        return {"instance": json["instance"]}
    return None


def _parse_marks(json: Mapping[str, Any], recording: Recording) -> dict[str, Marks]:
    marks = {}
    for layer in recording.layers:
        entry = json.get(layer.name)
        if isinstance(entry, dict):
            hidden, marked = (
                frozenset(n for n in _listed(entry.get(kind)) if _is_index(n, layer.neurons))
                for kind in ("hidden", "marked")
            )
            marks[layer.name] = Marks(hidden, marked)
    return marks


def _kept(json: Any, is_possible: Any, kind: type, otherwise: tuple[Any, ...]) -> tuple[Any, ...]:
    if not isinstance(json, list):
        return otherwise
    return tuple(dict.fromkeys(one for one in json if type(one) is kind and is_possible(one)))


def _listed(json: Any) -> list[Any]:
    return json if isinstance(json, list) else []


def _flag(json: Any, otherwise: bool) -> bool:
    return json if isinstance(json, bool) else otherwise


def _is_index(value: Any, end: int, *, least: int = 0) -> bool:
    return type(value) is int and least <= value < end


def _is_one_of(value: Any, ids: set[str]) -> bool:
    return isinstance(value, str) and value in ids
