"""Puts a model beside a recording: exported, held against its original, its layers matched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..carriers import warn
from ..gathering import are_probabilities
from ..model import Model, Place, Scores, Weight
from ..pictures import SUSPICIOUS, Gap, Row, listed, other_values, own_images, picture_shape, row_of
from ..preprocess import Preprocess, arranged
from ..probe import Probe
from ..recording import Layer, Recording
from ..running import Live, Runner
from ..taps.batches import Batch, random_state_kept
from . import exporter_of
from .base import Exported, ExportError
from .net import Value
from .run import run

__all__ = ["MOST_DIFFERENCE", "add_model", "reduced"]

Floats = npt.NDArray[np.float32]

MOST_DIFFERENCE = 1e-4
"""Of a layer's largest magnitude. Other rounding alone stays well below."""
_RANDOM_PICTURES = 4
_AT_ONCE = 4
"""Pictures of which every unit of every recorded layer is kept."""
_SHOWN = 20


def add_model(
    recording: Recording,
    model: Any,
    *,
    preprocess: Callable[[Any], Any] | None,
    layers: Mapping[str, str] | None,
    input_shape: Sequence[int] | None,
) -> Recording:
    """Add a model; see `Recording.with_model`."""
    return _added(
        recording, Live(model, None), _checked(preprocess, recording), layers, input_shape
    )


def _added(
    recording: Recording,
    live: Live,
    preprocess: Preprocess,
    layers: Mapping[str, str] | None,
    input_shape: Sequence[int] | None,
) -> Recording:
    shape = picture_shape(recording, input_shape)
    exported = _exported(live.model, shape, preprocess)
    topology, weights = exported.net.topology([exported.output])
    there = {layer["name"] for layer in topology["config"]["layers"]}
    found, missing = _found(recording, exported, there, layers or {})
    if not found:
        has = ", ".join([*exported.sites][:_SHOWN])
        raise ExportError(
            f"invalid model: it has none of the recorded layers ({listed(missing)}). It has "
            f"{has}; layers={{recorded: its own}} says which is which"
        )
    with random_state_kept():
        checked = _Check(recording, exported, found, preprocess)
        checked.run(live, topology, dict(weights))
    for array in (weight for _, weight in weights):
        array.setflags(write=False)
    added = Model(
        topology=topology,
        weights=tuple(Weight(name, values) for name, values in weights),
        shape=shape,
        preprocess=Preprocess(
            preprocess.scale,
            preprocess.by_channel("mean", shape[2]),
            preprocess.by_channel("std", shape[2]),
        ),
        layers={one.layer.name: one.place for one in found},
        output=checked.scores,
        difference=checked.difference,
        recorded=checked.recorded,
    )
    if missing:
        warn(f"not in the model: {listed(missing)}")
    if added.recorded is not None and added.recorded > SUSPICIOUS:
        worst = max(found, key=lambda one: one.from_recording)
        warn(other_values(worst.layer.name, worst.from_recording))
    probe = Probe(
        recording,
        Live(live.model, replace(preprocess, layout=exported.layout)),
        shape,
        names=layers or {},
        input_shape=exported.input_shape,
        channels_last=[one.layer.name for one in found if not one.channels_first],
    )
    return replace(recording, model=added, _probe=probe)


def _exported(model: Any, shape: tuple[int, int, int], preprocess: Preprocess) -> Exported:
    export = exporter_of(model)
    try:
        return export(model, shape, preprocess.layout)
    except ExportError as error:
        raise ExportError(f"{error}. With export=False the kernel alone runs the model") from error


@dataclass
class _Layer:
    """A recorded layer in the model."""

    layer: Layer
    site: str
    value: Value
    is_unsure: bool
    position: tuple[int, ...] | None = None
    original: Gap = field(default_factory=Gap)
    first: Gap = field(default_factory=Gap)
    last: Gap = field(default_factory=Gap)

    @property
    def channels_first(self) -> bool:
        """Where neurons may count in either order, the one that fits what was recorded."""
        return not (self.is_unsure and self.last.relative < self.first.relative)

    @property
    def from_recording(self) -> float:
        """How far what was recorded is from what the model gives for the same pictures."""
        return (self.first if self.channels_first else self.last).relative

    @property
    def place(self) -> Place:
        """What the recording keeps."""
        return Place(self.value.layer, self.channels_first, self.original.relative, self.position)


class _Check:
    """Runs the model and its export on the same pictures.

    Raises
    ------
    ExportError
        They differ too much; the message names the layer.
    """

    def __init__(
        self,
        recording: Recording,
        exported: Exported,
        layers: Sequence[_Layer],
        preprocess: Preprocess,
    ) -> None:
        self._recording = recording
        self._exported = exported
        self._layers = layers
        self._preprocess = preprocess
        self._of_scores = Gap()
        self._are_probabilities = True
        self._has_scores = False
        self._has_recorded = False

    @property
    def difference(self) -> float:
        """Largest difference from the original."""
        gaps = [self._of_scores, *(one.original for one in self._layers)]
        return max(gap.relative for gap in gaps)

    @property
    def recorded(self) -> float | None:
        """Largest difference from what was recorded."""
        if not self._has_recorded:
            return None
        return max(one.from_recording for one in self._layers)

    @property
    def scores(self) -> Scores | None:
        """The scores of classes."""
        if not self._has_scores:
            return None
        return Scores(self._exported.output.layer, softmax=not self._are_probabilities)

    def run(self, live: Live, topology: Mapping[str, Any], weights: Mapping[str, Floats]) -> None:
        """Compare all layers."""
        shape = self._exported.net.input.shape
        wanted = {one.value.layer for one in self._layers} | {self._exported.output.layer}
        is_first = True
        for pictures, rows in _pictures(self._recording, shape):
            values = replace(self._preprocess, layout=None)(pictures)
            inputs = arranged(values, self._exported.layout)
            inputs = inputs.reshape(len(inputs), *self._exported.input_shape)
            batch = Batch(inputs, None, len(inputs))
            if is_first:
                live.make_ready(batch)
                live.want([one.site for one in self._layers], "none")
                is_first = False
            with live.listening():
                scores, captured = live.forward(inputs, len(inputs))
            found = run(topology, weights, values, wanted)
            for one in self._layers:
                own = found[one.value.layer]
                one.original.add(_units(own), captured[one.site].values)
                self._add_recorded(one, own, rows)
            self._add_scores(found[self._exported.output.layer], scores)
        for one in self._layers:
            _check_gap(f"layer {one.layer.name!r}", one.original)
        _check_gap("the output", self._of_scores)

    def _add_scores(self, found: Floats, scores: Floats | None) -> None:
        if scores is None or scores.shape != found.shape:
            return
        self._of_scores.add(found, scores)
        self._has_scores = scores.shape[1] == len(self._recording.classes)
        self._are_probabilities &= are_probabilities(scores.astype(np.float64))

    def _add_recorded(self, one: _Layer, own: Floats, rows: Sequence[Row]) -> None:
        how = one.layer.reduction
        first = reduced(own, how, channels_first=True, position=one.position)
        last = reduced(own, how, channels_first=False, position=one.position)
        for place, row in enumerate(rows):
            for expected in row.recorded(one.layer):
                self._has_recorded = True
                one.first.add(first[place], expected)
                one.last.add(last[place], expected)


def _pictures(
    recording: Recording, shape: Sequence[int]
) -> Iterator[tuple[npt.NDArray[np.uint8], list[Row]]]:
    """Yield a few pictures at a time: of instances, of samples, and random ones."""
    rng = np.random.default_rng(0)
    pictures = list(rng.integers(0, 256, (_RANDOM_PICTURES, *shape)).astype(np.uint8))
    rows = [Row()] * len(pictures)
    for image in own_images(recording):
        assert recording.images is not None
        pictures.append(recording.images[image])
        rows.append(row_of(recording, image))
    for begin in range(0, len(pictures), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        yield np.stack(pictures[part]), rows[part]


def _found(
    recording: Recording, exported: Exported, there: set[str], names: Mapping[str, str]
) -> tuple[list[_Layer], dict[str, str]]:
    """Return the recorded layers that the model has, and why it has not the others."""
    unknown = [name for name in names if name not in {layer.name for layer in recording.layers}]
    if unknown:
        raise ValueError(f"unknown layer: {unknown[0]!r}; it is not one of the recording")
    found: list[_Layer] = []
    missing: dict[str, str] = {}
    for layer in recording.layers:
        site = names.get(layer.name, layer.name)
        value = exported.sites.get(site)
        if value is None or value.layer not in there:
            missing[layer.name] = f"the model has no {site!r} on the way to its output"
            continue
        position = _position(recording, layer, value)
        problem = _misfit(layer, value, position)
        if problem:
            missing[layer.name] = problem
            continue
        is_named = layer.neuron_names is not None and layer.neuron_names[0].startswith("c0[")
        has_orders = layer.reduction is None and min(_space(value), value.shape[-1]) > 1
        is_unsure = has_orders and not is_named
        found.append(_Layer(layer, site, value, is_unsure, position))
    return found, missing


def _position(recording: Recording, layer: Layer, value: Value) -> tuple[int, ...] | None:
    """Return the position that a layer was reduced to; only who recorded it knows."""
    runner = recording._runner
    if layer.reduction != "position" or not isinstance(runner, Runner):
        return None
    how = runner.live.capture.reduction(layer.name)
    sizes = value.shape[:-1]
    if not isinstance(how, tuple) or len(how) != len(sizes):
        return None
    inside = all(-size <= at < size for at, size in zip(how, sizes, strict=True))
    return tuple(at % size for at, size in zip(how, sizes, strict=True)) if inside else None


def _misfit(layer: Layer, value: Value, position: tuple[int, ...] | None) -> str:
    if layer.reduction == "position" and position is None:
        return "at which position it was recorded is not known"
    channels = value.shape[-1]
    neurons = channels if layer.reduction else channels * _space(value)
    if neurons != layer.neurons:
        return f"{layer.neurons} neurons, and {neurons} in the model"
    return ""


def _space(value: Value) -> int:
    return int(np.prod(value.shape[:-1], dtype=np.int64))


def _units(values: Floats) -> Floats:
    """Return every unit, as taps count them: those of a channel side by side."""
    return np.moveaxis(values, -1, 1).reshape(len(values), -1)


def reduced(
    values: Floats,
    reduction: str | None,
    *,
    channels_first: bool,
    position: tuple[int, ...] | None = None,
) -> Floats:
    """Return what a layer puts out, [pictures, ..., channels], as neurons [pictures, neurons]."""
    space = tuple(range(1, values.ndim - 1))
    if position is not None:
        index: Any = (slice(None), *position)
        at: Floats = values[index]
        return at
    if reduction is None or not space:
        return _units(values) if channels_first else values.reshape(len(values), -1)
    found: Floats = values.max(space) if reduction == "max" else values.mean(space)
    return found


def _check_gap(what: str, gap: Gap) -> None:
    if not gap.relative <= MOST_DIFFERENCE:
        raise ExportError(
            f"invalid model: {what} of the exported model differs from the original by "
            f"{gap.relative:.1e} of its largest magnitude, more than {MOST_DIFFERENCE:.0e}. Models "
            "that compute in half precision, at random or in place differ so"
        )


def _checked(preprocess: Any, recording: Recording) -> Preprocess:
    runner = recording._runner
    if preprocess is None and isinstance(runner, Runner):
        preprocess = runner.live.preprocess
    if preprocess is None:
        return Preprocess()
    if not isinstance(preprocess, Preprocess):
        raise TypeError(
            f"invalid preprocess: {type(preprocess).__name__}, which cannot be written down; give "
            "nd.Preprocess(scale=1 / 255, mean=…, std=…)"
        )
    return preprocess
