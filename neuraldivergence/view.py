"""The keywords of ``show`` → view state, with names checked against the recording."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .arrays import as_color, as_name
from .conditions import UnavailableError, mask_of
from .detail import detail_json
from .findings import findings_json
from .instances import SAMPLES_AT_MOST, sample_id, unused, with_samples
from .kept import kept_json, with_kept
from .options import ViewOptions
from .order import class_index, group_id, instance_id, order_json
from .preprocess import Preprocess
from .recording import Layer, Recording

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["AGAINST", "CHOICES", "view_state"]

CHOICES: Mapping[str, tuple[str, ...]] = {
    "axis": ("layer", "neuron"),
    "extent": ("fit", "full"),
    "opacity": ("linear", "sqrt", "log"),
    "scale": ("row", "layer"),
    "membership": ("label", "prediction", "correct"),
    "hidden": ("dim", "collapse"),
    "classesAs": ("overlay", "lanes"),
    "zeros": ("apart", "binned"),
    "rowHeight": ("normal", "compact", "roomy"),
    "scroll": ("own", "together"),
}
"""Allowed values of each choice of a view state; the first is the default."""

AGAINST = ("rest", "shown")
"""What a brush may be against."""

_JSON_NAMES: Mapping[str, str] = {
    "classes_as": "classesAs",
    "row_height": "rowHeight",
    "marked_only": "markedOnly",
}
_ADDED = ("samples", "kept")
"""Fields that are left out where they are empty."""
_OF_MODEL_FILES = {"path", "scale", "mean", "std"}
_DOWNWARDS = re.compile(r"[^/\\:?#%]+(/[^/\\:?#%]+)*")
_UPWARDS = {".", ".."}
_MARKS: Mapping[str, str] = {"hide": "hidden", "mark": "marked"}


def view_state(recording: Recording, **options: "Unpack[ViewOptions]") -> dict[str, Any] | None:
    """Return the view state; see `Recording.show`. Without any option: the recording's own.

    Raises
    ------
    ValueError
        An unknown or ambiguous name, an unknown choice, too many or too few bins, or a neuron
        that a layer does not have.
    TypeError
        An unknown option, or a value of the wrong kind.
    """
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    for name in options:
        if name not in ViewOptions.__annotations__:
            raise TypeError(f"unknown option: {name!r}; one of {', '.join(_names())}")
    if not given:
        return recording.view
    own = recording.view or {}
    groups = given.pop("groups", None)
    shown = {} if groups is None else _groups(recording, groups)
    order, detail = given.pop("order", None), given.pop("detail", None)
    findings = given.pop("findings", None)
    named, added = _added(recording, own, given.pop("samples", None), given.pop("kept", None))
    view = {
        _JSON_NAMES.get(name, name): _read(named, name, value)
        for name, value in given.items()
        if name not in _MARKS
    }
    view.update(_shown_added(named, recording, {**own, **view}, added))
    view.update(shown)
    known = {**own, **shown}.get("groups", [])
    is_brushed = {**own, **view}.get("brush") is not None
    if order is not None:
        view["order"] = order_json(order, named, known, is_brushed=is_brushed)
    if detail is not None:
        extent = {"extent": "fit", **own, **view}["extent"]
        view["detail"] = detail_json(detail, named, known, extent=extent, is_brushed=is_brushed)
    if findings is not None:
        view["findings"] = findings_json(findings, named, known, is_brushed=is_brushed)
    marks = {name: value for name, value in given.items() if name in _MARKS}
    if marks:
        view["neurons"] = _neurons(recording, own.get("neurons"), marks)
    state = {"version": 1, **own, **view}
    return {key: value for key, value in state.items() if key not in _ADDED or value}


def _names() -> list[str]:
    return list(ViewOptions.__annotations__)


def _read(recording: Recording, option: str, value: Any) -> Any:
    reader = _READERS.get(option)
    return _chosen(recording, option, value) if reader is None else reader(recording, value)


def _read_layers(recording: Recording, names: Any) -> list[str]:
    return [_layer(recording, name).name for name in _listed(names, "layers")]


def _read_classes(recording: Recording, names: Any) -> list[int]:
    return [class_index(recording, name) for name in _listed(names, "classes")]


def _read_instances(recording: Recording, names: Any) -> list[str]:
    return [instance_id(recording, name) for name in _listed(names, "instances")]


def _read_bins(recording: Recording, bins: Any) -> int:
    if isinstance(bins, bool) or int(bins) != bins or not 1 <= bins <= 256:
        raise ValueError(f"invalid bins: {bins!r}; give a whole number from 1 to 256")
    return int(bins)


_READERS: Mapping[str, Callable[[Recording, Any], Any]] = {
    "layers": _read_layers,
    "classes": _read_classes,
    "instances": _read_instances,
    "brush": lambda recording, given: _brush(recording, given),
    "model": lambda recording, given: _model_file(given),
    "descending": lambda recording, value: bool(value),
    "bins": _read_bins,
    "marked_only": lambda recording, value: bool(value),
}


def _listed(names: Sequence[Any], option: str) -> list[Any]:
    if isinstance(names, (str, bytes)):
        raise TypeError(f"invalid {option}: {names!r}; give a list, [{names!r}]")
    return list(names)


def _layer(recording: Recording, name: str) -> Layer:
    for layer in recording.layers:
        if layer.name == name:
            return layer
    names = [layer.name for layer in recording.layers]
    raise ValueError(f"unknown layer: {name!r}; there are {names[:20]}")


def _chosen(recording: Recording, option: str, choice: Any) -> str:
    choices = CHOICES[_JSON_NAMES.get(option, option)]
    if not isinstance(choice, str) or choice not in choices:
        raise ValueError(f"unknown {option}: {choice!r}; one of {', '.join(choices)}")
    if option == "membership" and choice != "label" and recording.predictions is None:
        raise ValueError(f"unavailable membership: {choice!r}; the recording has no predictions")
    return choice


def _groups(recording: Recording, given: Any) -> dict[str, Any]:
    """Return the groups that are defined, and the ids of those that are shown."""
    defined: list[dict[str, Any]] = []
    shown = []
    known = [(one.id, one.name) for one in recording.groups]
    for one in _listed(given, "groups"):
        if isinstance(one, str):
            shown.append(group_id(known, one))
            continue
        taken = {*(group.id for group in recording.groups), *(group["id"] for group in defined)}
        group = _group(recording, one, taken)
        defined.append(group)
        if one.get("shown", True):
            shown.append(group["id"])
    order = [*(one for one, _ in known), *(group["id"] for group in defined)]
    return {"groups": defined, "shownGroups": [one for one in order if one in shown]}


def _group(recording: Recording, given: Any, taken: set[str]) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not {"name", "where"} <= {*given}:
        raise TypeError(f"invalid group: {given!r}; give a name, or a mapping with name and where")
    name = as_name(given["name"], "group name")
    id = given.get("id") or unused("v", taken)
    if id in taken:
        raise ValueError(f"repeated group id: {id!r}")
    with suppress(UnavailableError):
        mask_of(given["where"], recording)
    color = given.get("color")
    return {
        "id": str(id),
        "name": name,
        "color": None if color is None else as_color(color),
        "where": given["where"],
    }


def _samples(recording: Recording, given: Any) -> dict[int, bool]:
    """Return which samples are instances, and whether they are shown."""
    samples: dict[int, bool] = {}
    taken = {instance.id for instance in recording.instances}
    for one in _listed(given, "samples"):
        is_mapping = isinstance(one, Mapping)
        number = one.get("sample") if is_mapping else one
        try:
            sample = -1 if isinstance(number, bool) else operator.index(number)
        except TypeError:
            sample = -1
        if not 0 <= sample < recording.count or sample_id(sample) in taken:
            raise ValueError(
                f"invalid sample: {number!r}; give rows of the recording, from 0 to "
                f"{recording.count - 1}"
            )
        samples[sample] = bool(one.get("shown", True)) if is_mapping else True
    if len(samples) > SAMPLES_AT_MOST:
        raise ValueError(f"invalid samples: {len(samples)} of them; at most {SAMPLES_AT_MOST}")
    return samples


def _added(
    recording: Recording, own: Mapping[str, Any], samples: Any, kept: Any
) -> tuple[Recording, dict[str, dict[str, Any]]]:
    """Return the recording with the instances that the view adds, and those that are given.

    Of each option the field of the view state, and by id whether the instances are shown.
    """
    added: dict[str, dict[str, Any]] = {}
    if samples is not None:
        chosen = _samples(recording, samples)
        shown = {sample_id(sample): is_shown for sample, is_shown in chosen.items()}
        added["samples"] = {"field": list(chosen), "shown": shown}
    named = with_samples(recording, added["samples"]["field"] if added else own.get("samples"))
    if kept is not None:
        listed = _listed(kept, "kept")
        images = kept_json(named, listed)
        shown = {
            image["id"]: bool(one.get("shown", True))
            for image, one in zip(images, listed, strict=True)
        }
        added["kept"] = {"field": images, "shown": shown}
    field = added["kept"]["field"] if "kept" in added else own.get("kept")
    return with_kept(named, field), added


def _shown_added(
    named: Recording,
    recording: Recording,
    view: Mapping[str, Any],
    added: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Return what the view adds, and the instances that are shown where that is to be said."""
    fields = {name: one["field"] for name, one in added.items()}
    known = {id: is_shown for one in added.values() for id, is_shown in one["shown"].items()}
    wanted = view.get("instances")
    if not added or (wanted is None and all(known.values())):
        return fields
    if wanted is None:
        from .picture.state import initial_view

        wanted = initial_view(recording).instances
    ids = {instance.id for instance in named.instances}
    shown = [id for id, is_shown in known.items() if is_shown]
    listed = dict.fromkeys(one for one in (*wanted, *shown) if one in ids)
    return {**fields, "instances": list(listed)}


def _brush(recording: Recording, given: Any) -> dict[str, Any] | None:
    if not isinstance(given, Mapping) or not {*given} <= {"where", "against"}:
        raise TypeError(f"invalid brush: {given!r}; give a mapping with where, perhaps against")
    if not given:
        return None
    against = given.get("against", "rest")
    if against not in AGAINST:
        raise ValueError(f"unknown against: {against!r}; one of {', '.join(AGAINST)}")
    with suppress(UnavailableError):
        mask_of(given.get("where"), recording)
    return {"where": given["where"], "against": against}


def _model_file(given: Any) -> dict[str, Any] | None:
    if isinstance(given, Mapping) and not given:
        return None
    file: Any = {"path": given} if isinstance(given, str) else given
    if not isinstance(file, Mapping) or not {"path"} <= {*file} <= _OF_MODEL_FILES:
        raise TypeError(
            f"invalid model: {given!r}; give the path of a model.json, or a mapping with path, "
            "perhaps scale, mean and std"
        )
    path = file["path"]
    if not isinstance(path, str) or not _DOWNWARDS.fullmatch(path) or _UPWARDS & {*path.split("/")}:
        raise ValueError(
            f"invalid model: {path!r}; give a path with / that begins at the notebook's folder "
            "and stays below it, without \\ : ? # %"
        )
    numbers = Preprocess(file.get("scale") or 1, file.get("mean"), file.get("std"))
    read = {"scale": numbers.scale, "mean": numbers.mean, "std": numbers.std}
    return {
        "path": path,
        **{
            what: list(value) if isinstance(value, tuple) else value
            for what, value in read.items()
            if file.get(what) is not None
        },
    }


def _neurons(
    recording: Recording, own: Any, marks: Mapping[str, Any]
) -> dict[str, dict[str, list[int]]]:
    """Return hidden and marked neurons of each layer: those given, else the recording's own."""
    neurons: dict[str, dict[str, list[int]]] = {}
    for layer, kinds in own.items() if isinstance(own, dict) else ():
        if isinstance(kinds, dict):
            replaced = [_MARKS[option] for option in marks]
            neurons[layer] = {kind: n for kind, n in kinds.items() if kind not in replaced}
    for option, by_layer in marks.items():
        if not isinstance(by_layer, Mapping):
            raise TypeError(
                f"invalid {option}: {by_layer!r}; give a mapping of layer name to neuron indices"
            )
        for name, indices in by_layer.items():
            found = _indices(_layer(recording, name), indices, option)
            neurons.setdefault(name, {})[_MARKS[option]] = found
    return {
        layer: {"hidden": kinds.get("hidden", []), "marked": kinds.get("marked", [])}
        for layer, kinds in neurons.items()
    }


def _indices(layer: Layer, indices: Any, option: str) -> list[int]:
    found = set()
    for given in _listed(indices, option):
        try:
            index = operator.index(given)
        except TypeError:
            index = -1
        if isinstance(given, bool) or not 0 <= index < layer.neurons:
            raise ValueError(
                f"invalid {option}: {given!r} in layer {layer.name!r}, which has "
                f"{layer.neurons} neurons; give indices from 0 to {layer.neurons - 1}"
            )
        found.add(index)
    return sorted(found)
