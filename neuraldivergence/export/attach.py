"""Puts a model beside a recording: exported, held against its original, its layers matched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..carriers import warn
from ..gathering import are_probabilities
from ..model import Model, Place, Scores, Weight
from ..preprocess import Preprocess, arranged
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
_SUSPICIOUS = 1e-2
"""A recording that differs more was made from other inputs."""
_OWN_PICTURES = 12
_RANDOM_PICTURES = 4
_AT_ONCE = 4
"""Pictures of which every unit of every recorded layer is kept."""
_SHOWN = 20
_TINY = 1e-30


def add_model(
    recording: Recording,
    model: Any,
    *,
    preprocess: Preprocess | None,
    layers: Mapping[str, str] | None,
    input_shape: Sequence[int] | None,
) -> Recording:
    """Add a model; see `Recording.with_model`."""
    live = Live(model, None)
    preprocess = _checked(preprocess, recording)
    shape = _picture_shape(recording, input_shape)
    exported = exporter_of(live.model)(live.model, shape, preprocess.layout)
    topology, weights = exported.net.topology([exported.output])
    there = {layer["name"] for layer in topology["config"]["layers"]}
    found, missing = _found(recording, exported, there, layers or {})
    if not found:
        has = ", ".join([*exported.sites][:_SHOWN])
        raise ExportError(
            f"invalid model: it has none of the recorded layers ({_listed(missing)}). It has "
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
        warn(f"not in the model: {_listed(missing)}")
    if added.recorded is not None and added.recorded > _SUSPICIOUS:
        worst = max(found, key=lambda one: one.from_recording)
        warn(
            f"layer {worst.layer.name!r} holds other values for the same pictures, by "
            f"{worst.from_recording:.0%} of its largest: was the recording made with another "
            "preprocess, other weights or other pictures?"
        )
    return replace(recording, model=added)


@dataclass
class _Gap:
    """Largest difference, relative to the largest magnitude that is expected."""

    apart: float = 0.0
    magnitude: float = 0.0

    def add(self, found: Floats, expected: Floats) -> None:
        """Compare two arrays of one shape; what is not finite must be the same."""
        are_same = (found == expected) | (np.isnan(found) & np.isnan(expected))
        with np.errstate(invalid="ignore"):
            apart = np.where(are_same, 0, np.abs(found - expected))
        finite = np.abs(expected[np.isfinite(expected)])
        self.apart = max(self.apart, float(np.where(np.isnan(apart), np.inf, apart).max()))
        self.magnitude = max(self.magnitude, float(finite.max(initial=0)))

    @property
    def relative(self) -> float:
        """The number, which is finite."""
        return 0.0 if self.apart == 0 else min(self.apart / (self.magnitude or _TINY), 1 / _TINY)


@dataclass
class _Layer:
    """A recorded layer in the model."""

    layer: Layer
    site: str
    value: Value
    is_unsure: bool
    position: tuple[int, ...] | None = None
    original: _Gap = field(default_factory=_Gap)
    first: _Gap = field(default_factory=_Gap)
    last: _Gap = field(default_factory=_Gap)

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
        self._of_scores = _Gap()
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

    def _add_recorded(self, one: _Layer, own: Floats, rows: Sequence[_Row]) -> None:
        how = one.layer.reduction
        first = reduced(own, how, channels_first=True, position=one.position)
        last = reduced(own, how, channels_first=False, position=one.position)
        for place, row in enumerate(rows):
            for expected in row.recorded(one.layer):
                self._has_recorded = True
                one.first.add(first[place], expected)
                one.last.add(last[place], expected)


@dataclass(frozen=True)
class _Row:
    """The instances and the samples that a picture shows, by their rows."""

    instances: tuple[int, ...] = ()
    samples: tuple[int, ...] = ()

    def recorded(self, layer: Layer) -> Iterator[Floats]:
        """Yield what was recorded of them."""
        yield from (layer.instances[row] for row in self.instances)
        if layer.activations is not None:
            yield from (layer.activations[row].astype(np.float32) for row in self.samples)


def _pictures(
    recording: Recording, shape: Sequence[int]
) -> Iterator[tuple[npt.NDArray[np.uint8], list[_Row]]]:
    """Yield a few pictures at a time: of instances, of samples, and random ones."""
    rng = np.random.default_rng(0)
    pictures = list(rng.integers(0, 256, (_RANDOM_PICTURES, *shape)).astype(np.uint8))
    rows = [_Row()] * len(pictures)
    for image in _own_images(recording):
        assert recording.images is not None
        pictures.append(recording.images[image])
        rows.append(_row_of(recording, image))
    for begin in range(0, len(pictures), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        yield np.stack(pictures[part]), rows[part]


def _own_images(recording: Recording) -> list[int]:
    """Return images of instances first, then others from all over the recording."""
    if recording.images is None:
        return []
    shown = {item.image: None for item in recording.instances if item.image is not None}
    others = [image for image in range(len(recording.images)) if image not in shown]
    step = max(1, len(others) // _OWN_PICTURES)
    return [*shown, *others[::step]][:_OWN_PICTURES]


def _row_of(recording: Recording, image: int) -> _Row:
    instances = [row for row, item in enumerate(recording.instances) if item.image == image]
    shown = recording.image_samples
    samples = [] if shown is None else [int(row) for row in shown[image].reshape(-1) if row >= 0]
    return _Row(tuple(instances), tuple(samples))


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


def _check_gap(what: str, gap: _Gap) -> None:
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


def _picture_shape(recording: Recording, given: Sequence[int] | None) -> tuple[int, int, int]:
    """Return height, width and channels of a picture."""
    own = None if recording.images is None else recording.images.shape[1:]
    shape = own if given is None else tuple(given)
    if shape is None:
        raise ValueError(
            "unknown size of pictures: the recording has none; give input_shape=(height, width, "
            "channels)"
        )
    is_size = all(isinstance(size, int | np.integer) and size > 0 for size in shape)
    if len(shape) != 3 or not is_size:
        raise ValueError(f"invalid input_shape: {given!r}; give height, width and channels")
    if own is not None and tuple(shape) != tuple(own):
        raise ValueError(f"invalid input_shape: {given!r}, but the pictures are {list(own)}")
    height, width, channels = map(int, shape)
    return height, width, channels


def _listed(missing: Mapping[str, str]) -> str:
    listed = [f"{name!r}: {reason}" for name, reason in missing.items()]
    more = f"; … {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return "; ".join(listed[:_SHOWN]) + more
