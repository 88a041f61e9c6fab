"""A model that runs while its layers are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import numpy as np

from .gathering import check_widths, decision
from .preprocess import Preprocess as Pictures
from .recording import Recording
from .taps import tap_of
from .taps.base import CaptureError, Floats, Reduce, Site, Tap
from .taps.batches import Batch, one, sample_shape
from .taps.capture import Capture, Captured, requests_of

__all__ = ["Live", "Preprocess", "Runner"]


Preprocess = Callable[[Any], Any]


class Live:
    """A model that can be run while its layers are read."""

    capture: Capture

    def __init__(self, model: Any, preprocess: Preprocess | None) -> None:
        self.tap: Tap = tap_of(model)
        self.model = self.tap.original(model)
        if isinstance(preprocess, Pictures) and preprocess.layout is None:
            preprocess = replace(preprocess, layout=self.tap.layout())
        self.preprocess = preprocess

    def make_ready(self, first: Batch) -> None:
        """Learn from the first batch what a sample looks like; build a model that is not."""
        self.sample_shape = sample_shape(first.inputs)
        self._fed_with_tensors = self.tap.is_tensor(first.inputs)
        self.tap.ready(self.model, self._prepared(first.inputs))

    def want(
        self,
        layers: Sequence[str] | None,
        reduce: Reduce | Mapping[str, Reduce],
        *,
        everything: bool = False,
    ) -> None:
        """Choose what `forward` returns."""
        sites = self.tap.sites(self.model)
        chosen = [site.name for site in sites if site.default or everything]
        if layers is not None:
            chosen = [layers] if isinstance(layers, str) else list(dict.fromkeys(layers))
        if not chosen:
            raise CaptureError("invalid layers: none; name at least one")
        self.capture = Capture(
            self.tap,
            sites,
            requests_of(chosen, sites),
            strict=layers is not None,
            reduce=_reductions(reduce, sites),
        )

    def want_nothing(self) -> None:
        """Let `forward` return scores alone."""
        self.capture = Capture(self.tap, [], [], strict=True, reduce=_reductions("mean", []))

    def listening(self) -> AbstractContextManager[None]:
        """Read the layers while this is open; leaves no trace on the model."""
        return self.tap.listening(self.model, self.capture.receive)

    def forward(self, inputs: Any, size: int) -> tuple[Floats | None, dict[str, Captured]]:
        """Run one batch; call it while `listening`. Returns scores [batch, columns] if any."""
        output, captured = self.capture.run(self.model, self._prepared(inputs), size)
        return self._scores(output, size), captured

    def run_one(self, value: Any) -> tuple[dict[str, Floats], Floats | None]:
        """Run a single input. Returns values [neurons] by layer, and scores [columns] if any."""
        inputs = one(value, self.sample_shape)
        if self._fed_with_tensors and not self.tap.is_tensor(inputs):
            inputs = self.tap.as_input(self.model, inputs)
        with self.listening():
            scores, captured = self.forward(inputs, 1)
        values = {name: part.values[0] for name, part in captured.items()}
        return values, None if scores is None else scores[0]

    def _prepared(self, inputs: Any) -> Any:
        if self.preprocess is not None:
            inputs = self.preprocess(inputs)
        if isinstance(inputs, dict):
            return {key: self.tap.as_input(self.model, part) for key, part in inputs.items()}
        return self.tap.as_input(self.model, inputs)

    def gradient(self, inputs: Any, label: int, are_probabilities: bool) -> Floats:
        """Return the gradient of the cross-entropy of a class in what the model takes."""

        def loss(batch: Any) -> Any:
            scores = _first(self.tap.call(self.model, batch))
            return self.tap.cross_entropy(scores, label, are_probabilities)

        return self.tap.gradient(loss, self._prepared(inputs))

    def _scores(self, output: Any, size: int) -> Floats | None:
        output = _first(output)
        if not self.tap.is_tensor(output) or self.tap.refusal(output) is not None:
            return None
        shape = tuple(output.shape)
        if len(shape) != 2 or shape[0] != size or shape[1] < 2:
            return None
        return self.tap.reduced(output, 1, "none").values


def _first(output: Any) -> Any:
    """Return what scores are in, of all that a model returns."""
    if isinstance(output, Mapping):
        return output.get("logits")
    return output[0] if isinstance(output, tuple | list) and output else output


class Runner:
    """Runs a recording's model on a single input; see `neuraldivergence.recording.Runner`."""

    def __init__(self, live: Live, recording: Recording) -> None:
        self.live = live
        self._widths = {layer.name: layer.neurons for layer in recording.layers}
        self._classes = len(recording.classes)

    def __call__(self, value: Any) -> tuple[dict[str, Floats], int | None, float | None]:
        """Return values [neurons] by layer, prediction and confidence of one input."""
        values, scores = self.live.run_one(value)
        check_widths({name: len(row) for name, row in values.items()}, self._widths)
        if scores is None or len(scores) != self._classes:
            return values, None, None
        return values, *decision(scores)

    def __deepcopy__(self, memo: object) -> Runner:
        return self

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        # A pickled recording holds what was measured, not the model.
        return _no_runner, ()


def _no_runner() -> None:
    return None


def _reductions(
    reduce: Reduce | Mapping[str, Reduce], sites: Sequence[Site]
) -> Callable[[str, str], Reduce]:
    if not isinstance(reduce, Mapping):
        same = _reduction(reduce)
        return lambda _name, _site: same
    requests_of(reduce, sites)
    by_layer = {name: _reduction(value) for name, value in reduce.items()}
    return lambda name, site: by_layer.get(name, by_layer.get(site, "mean"))


def _reduction(value: Any) -> Reduce:
    if value in ("mean", "max", "none"):
        known: Reduce = value
        return known
    if isinstance(value, tuple | list) and value and all(_is_index(at) for at in value):
        return tuple(int(at) for at in value)
    raise CaptureError(
        f"invalid reduce: {value!r}; 'mean', 'max', 'none' or a position such as (row, column) "
        "is expected, or a dict of these by layer"
    )


def _is_index(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
