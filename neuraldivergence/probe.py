"""The live model of a recording: it runs pictures, and gives what a recording holds of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .carriers import warn
from .gathering import are_probabilities, as_probabilities
from .pictures import SUSPICIOUS, Gap, Row, listed, other_values, own_images, picture_shape, row_of
from .preprocess import Preprocess
from .recording import Layer, Recording
from .running import Live, Runner
from .taps.base import CaptureError, Floats, Reduce
from .taps.batches import Batch, random_state_kept
from .taps.capture import Capture, Request, requests_of
from .text import clean

__all__ = ["Match", "Pictures", "Probe", "Response", "add_live"]

Pictures = npt.NDArray[np.uint8]
"""Shape [pictures, height, width, channels]."""

_MOST_VALUES = 2**24
"""Of the pictures that the model gets at once."""
_MOST_AT_ONCE = 256
_RANDOM_PICTURES = 4


@dataclass(frozen=True)
class Match:
    """A recorded layer in the live model: its name there, or why it is not there.

    Attributes
    ----------
    recorded : str
    layer : str or None
    why : dict or None
        ``kind`` and what belongs to it, as `docs/format.md` has it.
    """

    recorded: str
    layer: str | None
    why: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Response:
    """What pictures do to a model.

    Attributes
    ----------
    probabilities : float32 array, shape [pictures, classes], or None
        None where the model has not one output a class.
    layers : list of float32 array, shape [pictures, neurons]
        As they were recorded, of the layers that were asked for.
    """

    probabilities: Floats | None
    layers: list[Floats]


class Probe:
    """A model that is there, for pictures of a recording.

    Attributes
    ----------
    shape : tuple of int
        Of a picture: height, width, channels.
    classes : int
        As many as the recording has.
    matches : tuple of Match
        In the order of the recorded layers.
    have_channels_last : collection of str
        Layers, not reduced, whose neurons were recorded in the order [height, width, channels].
    """

    def __init__(
        self,
        recording: Recording,
        live: Live,
        shape: tuple[int, int, int],
        *,
        names: Mapping[str, str],
        input_shape: tuple[int, ...] | None = None,
        channels_last: Collection[str] = (),
    ) -> None:
        self.shape = shape
        self.classes = len(recording.classes)
        self._live = live
        self._preprocess = live.preprocess
        if input_shape is not None:
            live.preprocess = _shaped(live.preprocess, input_shape)
        self._layers = recording.layers
        self.have_channels_last = channels_last
        self._own = {layer.name: names.get(layer.name, layer.name) for layer in recording.layers}
        self._reductions = {
            self._own[layer.name]: _reduction(recording, layer) for layer in recording.layers
        }
        self._has_gradients: bool | None = None
        self._begin()

    @property
    def backend(self) -> str:
        """What computes, in words."""
        return self._live.tap.where(self._live.model)

    @property
    def gradients(self) -> bool:
        """Whether it can be attacked along its gradient."""
        if self._has_gradients is None:
            try:
                grey = np.full((1, *self.shape), 100, np.float32)
                self._has_gradients = bool(np.isfinite(self.gradient(grey, 0)).all())
            # Whatever a model does that cannot be differentiated.
            except Exception:
                self._has_gradients = False
        return self._has_gradients

    def run(self, pictures: Pictures, layers: Sequence[int] = ()) -> Response:
        """Run pictures.

        Parameters
        ----------
        pictures : uint8 array, shape [pictures, height, width, channels]
        layers : sequence of int
            Recorded layers by their place, of those that match.
        """
        live = self._live
        if layers:
            live.capture = self._capture([self._layers[place] for place in layers])
        else:
            live.want_nothing()
        scores: list[Floats | None] = []
        rows: list[list[Floats]] = [[] for _ in layers]
        with random_state_kept(), live.listening():
            for part in self._parts(pictures):
                found, captured = live.forward(part, len(part))
                scores.append(found)
                for row, place in zip(rows, layers, strict=True):
                    row.append(captured[self._own[self._layers[place].name]].values)
        values = [np.concatenate(row) for row in rows]
        for index, place in enumerate(layers):
            if self._layers[place].name in self.have_channels_last:
                values[index] = self.channels_last(self._layers[place], values[index])
        return Response(self._probabilities(scores), values)

    def probabilities(self, pictures: Pictures) -> Floats:
        """Return the probabilities of classes, [pictures, classes].

        Raises
        ------
        ValueError
            The model has not one output a class.
        """
        found = self.run(pictures).probabilities
        if found is None:
            raise ValueError(
                f"invalid model: it has not one output for each of the {self.classes} classes"
            )
        return found

    def gradient(self, pictures: npt.NDArray[np.float32], label: int) -> Floats:
        """Return how the cross-entropy of a class changes with every value of pictures.

        Up to a positive factor of each channel.

        Parameters
        ----------
        pictures : float32 array, shape [pictures, height, width, channels]
            From 0 to 255.
        label : int

        Raises
        ------
        ValueError
            What becomes of a picture first is a function of the user's, which has no gradient.
        """
        preprocess = self._preprocess
        if not isinstance(preprocess, Preprocess):
            raise ValueError(
                "no gradients: preprocess is a function; give with_model() an nd.Preprocess"
            )
        height, width, channels = self.shape
        found = []
        with random_state_kept(), self._live.listening():
            for part in self._parts(pictures):
                slopes = self._live.gradient(part, label, self._are_probabilities)
                if preprocess.layout == "channels_first":
                    slopes = slopes.reshape(-1, channels, height, width).transpose(0, 2, 3, 1)
                found.append(slopes.reshape(-1, height, width, channels))
        slopes = np.concatenate(found)
        return slopes if preprocess.scale > 0 else -slopes

    def __deepcopy__(self, memo: object) -> Probe:
        return self

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        # A pickled recording holds what was measured, not the model.
        return _nothing, ()

    def _begin(self) -> None:
        """Run a few pictures: which layers fire, and whether the output is probabilities."""
        live = self._live
        rng = np.random.default_rng(0)
        pictures = rng.integers(0, 256, (_RANDOM_PICTURES, *self.shape)).astype(np.uint8)
        with random_state_kept():
            live.make_ready(Batch(pictures, None, len(pictures)))
            live.capture = self._capture(self._layers)
            with live.listening():
                scores, captured = live.forward(pictures, len(pictures))
        self._is_classifier = scores is not None and scores.shape[1] == self.classes
        self._are_probabilities = scores is not None and are_probabilities(scores)
        widths = {name: part.values.shape[1] for name, part in captured.items()}
        self.units = {name: part.units for name, part in captured.items() if part.units}
        self.matches = tuple(self._match(layer, widths) for layer in self._layers)

    def _match(self, layer: Layer, widths: Mapping[str, int]) -> Match:
        own = self._own[layer.name]
        found = widths.get(own)
        if self._reductions[own] is None:
            return Match(layer.name, None, {"kind": "position"})
        if found is None:
            return Match(layer.name, None, {"kind": "absent", "layer": own})
        if found != layer.neurons:
            why = {"kind": "neurons", "found": found, "recorded": layer.neurons}
            return Match(layer.name, None, why)
        return Match(layer.name, own)

    def _capture(self, layers: Sequence[Layer]) -> Capture:
        live = self._live
        sites = live.tap.sites(live.model)
        requests: list[Request] = []
        for layer in layers:
            # What the model does not have `_match` tells.
            with suppress(CaptureError):
                requests += requests_of([self._own[layer.name]], sites)
        return Capture(
            live.tap,
            sites,
            requests,
            strict=not requests,
            reduce=lambda name, _site: self._reductions.get(name) or "mean",
        )

    def _parts(self, pictures: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
        size = max(1, min(_MOST_AT_ONCE, _MOST_VALUES // int(np.prod(self.shape))))
        return [pictures[begin : begin + size] for begin in range(0, len(pictures), size)]

    def channels_last(self, layer: Layer, values: Floats) -> Floats:
        """Return neurons [pictures, neurons] that count channels first as others do: last."""
        units = self.units.get(self._own[layer.name])
        if units is None or layer.reduction is not None:
            return values
        by_channel = values.reshape(len(values), units[0], -1)
        found: Floats = by_channel.transpose(0, 2, 1).reshape(len(values), -1)
        return found

    def _probabilities(self, scores: Sequence[Floats | None]) -> Floats | None:
        found = [part for part in scores if part is not None]
        if not self._is_classifier or len(found) < len(scores):
            return None
        return as_probabilities(np.concatenate(found), self._are_probabilities)


def add_live(
    recording: Recording,
    model: Any,
    *,
    preprocess: Callable[[Any], Any] | None,
    layers: Mapping[str, str] | None,
    input_shape: Sequence[int] | None,
) -> Recording:
    """Keep a model for the kernel to run; see `Recording.with_model`."""
    shape = picture_shape(recording, input_shape)
    runner = recording._runner
    if preprocess is None and isinstance(runner, Runner):
        preprocess = runner.live.preprocess
    live = Live(model, Preprocess() if preprocess is None else preprocess)
    names = dict(layers or {})
    unknown = [name for name in names if name not in {layer.name for layer in recording.layers}]
    if unknown:
        raise ValueError(f"unknown layer: {unknown[0]!r}; it is not one of the recording")
    try:
        probe = Probe(recording, live, shape, names=names)
    # Whatever the model and the user's function do with pictures.
    except Exception as error:
        raise ValueError(
            f"invalid model: it does not run pictures of {' × '.join(map(str, shape))} values: "
            f"{type(error).__name__}: {clean(str(error), 300)}. preprocess= turns pictures, uint8 "
            "[pictures, height, width, channels], into its inputs"
        ) from error
    missing = {match.recorded: _words(match.why) for match in probe.matches if match.why}
    if len(missing) == len(recording.layers):
        raise ValueError(
            f"invalid model: it has none of the recorded layers ({listed(missing)}); "
            "layers={recorded: its own} says which is which"
        )
    if missing:
        warn(f"not in the model: {listed(missing)}")
    probe.have_channels_last = _held_against(recording, probe)
    return replace(recording, model=None, _probe=probe)


def _held_against(recording: Recording, probe: Probe) -> list[str]:
    """Compare with what was recorded, and return the layers whose neurons count channels last."""
    images = own_images(recording)
    if not images or recording.images is None:
        return []
    rows = [row_of(recording, image) for image in images]
    places = [place for place, match in enumerate(probe.matches) if match.layer is not None]
    layers = [recording.layers[place] for place in places]
    last: list[str] = []
    apart: dict[str, float] = {}
    for layer, values in zip(
        layers, probe.run(recording.images[images], places).layers, strict=True
    ):
        found = [_apart(layer, rows, values)]
        if recording._runner is None:
            found.append(_apart(layer, rows, probe.channels_last(layer, values)))
        apart[layer.name] = min(found)
        if min(found) < found[0]:
            last.append(layer.name)
    worst = max(apart, key=lambda name: apart[name])
    if apart[worst] > SUSPICIOUS:
        warn(other_values(worst, apart[worst]))
    return last


def _apart(layer: Layer, rows: Sequence[Row], values: Floats) -> float:
    gap = Gap()
    for row, found in zip(rows, values, strict=True):
        for expected in row.recorded(layer):
            gap.add(found, expected)
    return gap.relative


def _reduction(recording: Recording, layer: Layer) -> Reduce | None:
    """Return how space was reduced; None for a position that is not known."""
    runner = recording._runner
    if isinstance(runner, Runner):
        return runner.live.capture.reduction(layer.name)
    return _REDUCTIONS.get(layer.reduction)


def _shaped(
    preprocess: Callable[[Any], Any] | None, shape: Sequence[int]
) -> Callable[[Any], npt.NDArray[Any]]:
    def shaped(pictures: Any) -> npt.NDArray[Any]:
        inputs = pictures if preprocess is None else preprocess(pictures)
        return np.reshape(inputs, (len(pictures), *shape))

    return shaped


def _words(why: Mapping[str, Any]) -> str:
    if why["kind"] == "neurons":
        return f"{why['recorded']} neurons, and {why['found']} in the model"
    if why["kind"] == "position":
        return "at which position it was recorded is not known"
    return f"the model has no {why['layer']!r}"


def _nothing() -> None:
    return None


_REDUCTIONS: Mapping[str | None, Reduce] = {None: "none", "mean": "mean", "max": "max"}
