"""Recordings made by running a model."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import CastWarning
from .recording import Recording
from .taps import tap_of
from .taps.base import CaptureError, Floats, Reduce, Site, Tap
from .taps.batches import (
    Batch,
    batches_of,
    one,
    random_state_kept,
    sample_shape,
    shuffles,
    to_numpy,
)
from .taps.capture import Capture, Captured, requests_of

__all__ = ["CaptureError", "LayerInfo", "LayerTable", "layers", "record"]

Preprocess = Callable[[Any], Any]

_LARGEST_SHOWN = 5
_SUM_TOLERANCE = 1e-3  # rows of half-precision probabilities add up to 1 within this


@dataclass(frozen=True)
class LayerInfo:
    """A layer of a model that can be recorded.

    Attributes
    ----------
    name
        What to give as ``layers=``.
    kind
        Kind of layer, for example ``"dense"`` or ``"conv2d"``.
    neurons
        Number of neurons (channels of a conv layer), None if that is not known.
    default
        Whether it is recorded when no layers are named.
    """

    name: str
    kind: str
    neurons: int | None
    default: bool


class LayerTable(list[LayerInfo]):
    """A list of `LayerInfo` that prints as a table."""

    def __repr__(self) -> str:
        head = ("layer", "kind", "neurons", "by default")
        body = [
            (
                info.name,
                info.kind,
                "?" if info.neurons is None else str(info.neurons),
                "yes" if info.default else "no",
            )
            for info in self
        ]
        widths = [max(len(row[i]) for row in (head, *body)) for i in range(4)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in (head, *body)
        ]
        return "\n".join(lines)


def record(
    model: Any,
    x: Any,
    *,
    labels: npt.ArrayLike | None = None,
    class_names: Sequence[str] | None = None,
    layers: Sequence[str] | None = None,
    images: npt.ArrayLike | None = None,
    name: str = "recording",
    reduce: Reduce | Mapping[str, Reduce] = "mean",
    batch_size: int = 256,
    progress: bool = True,
    max_bytes: int = 10**9,
    preprocess: Preprocess | None = None,
    predictions: npt.ArrayLike | None = None,
) -> Recording:
    """Run a model on samples and record the activations of its layers.

    The model is left as it was: outputs, buffers, random state, train or eval mode of every
    submodule. It runs in eval mode, without gradients, on the device that it is on.

    Parameters
    ----------
    model
        A ``torch.nn.Module`` or a Keras 3 model on any backend.
    x
        Inputs: an array or tensor [samples, ...], a PyTorch dataset, or an iterable of batches,
        each a batch or a tuple (batch, labels). A batch may be a dict of arrays: a PyTorch model
        gets it as keyword arguments.
    labels
        Class of each sample, [samples]. Not needed when the batches bring their labels.
    class_names
        Names of the classes; a label is an index into them.
    layers
        Names of the layers, as `layers` lists them. ``relu`` means every call of ``relu``,
        ``relu:1`` its second, ``lstm[0]`` the first of its outputs. By default all layers with
        weights and all activation functions.
    images
        Pictures of the samples, uint8 [samples, height, width, 1 | 3 | 4].
    name
        Name of the recording; saved views are kept under it.
    reduce
        How the values of a channel over space, or of a feature over a sequence, become one:
        ``"mean"``, ``"max"``, a position such as ``(row, column)``, or ``"none"`` to keep every
        unit as a neuron. A dict gives it by layer, the others have ``"mean"``.
    batch_size
        Samples that the model gets at once, when ``x`` is not in batches already.
    progress
        Whether a progress bar is shown.
    max_bytes
        Refuse to keep more than this. What is kept is 4 bytes a sample and neuron.
    preprocess
        Called with each batch before the model gets it.
    predictions
        Predicted class of each sample. By default the largest entry of each row of the model's
        output, when that has one column a class.

    Returns
    -------
    Recording
        With a layer for each recorded output. Inputs can be added to it with ``with_instance``
        and ``with_pair``: it keeps the model to run them.

    Raises
    ------
    CaptureError
        The model cannot be recorded, a layer is unknown or never fires, numbers of samples
        disagree, or ``max_bytes`` is not enough. The message says what to do.

    Warns
    -----
    CastWarning
        Finite values became infinite in the cast to float32.
    """
    live = _Live(model, preprocess)
    source = batches_of(x, batch_size)
    given = {"labels": labels, "images": images, "predictions": predictions}
    for what, values in given.items():
        _check_count(what, values, source.count)
    expected = source.expected if labels is None else _rows_given("labels", labels)
    gathered = _Gathered(expected, max_bytes)
    with random_state_kept():
        first, batches = _peeked(source.batches)
        for what, values in given.items():
            if what != "labels" or first.labels is None:
                _check_order(what, values, x)
        live.make_ready(first)
        live.want(layers, reduce)
        with _bar(expected, name, progress) as bar, live.listening():
            for batch in batches:
                gathered.add(batch, *live.forward(batch.inputs, batch.size))
                bar.update(batch.size)
    _warn(live.capture.skipped, gathered.overflowed)
    for what, values in given.items():
        _check_count(what, values, gathered.count)
    recording = gathered.recording(labels, class_names, predictions, images=images, name=name)
    return replace(recording, _runner=_Runner(live, recording))


def layers(model: Any, x: Any = None, *, preprocess: Preprocess | None = None) -> LayerTable:
    """List the layers of a model that can be recorded.

    Parameters
    ----------
    model
        A ``torch.nn.Module`` or a Keras 3 model on any backend.
    x
        Inputs as `record` takes them. With them the model is run on the first sample (the first
        batch, if they come in batches), so that the list holds what really fires, with calls
        (``relu:1``) and parts (``lstm[0]``) under their names, and all numbers of neurons.
    preprocess
        Called with the batch before the model gets it.

    Returns
    -------
    LayerTable
        A list of `LayerInfo`, in the model's order; with ``x`` in the order of firing.

    Raises
    ------
    CaptureError
        The model cannot be recorded.
    """
    live = _Live(model, preprocess)
    if x is None:
        return LayerTable(
            LayerInfo(site.name, site.kind, site.neurons, site.default)
            for site in live.tap.sites(live.model)
        )
    with random_state_kept():
        first, _ = _peeked(batches_of(x, 1).batches)
        live.make_ready(first)
        live.want(None, "mean", everything=True)
        with live.listening():
            _, captured = live.forward(first.inputs, first.size)
    defaults = {site.name for site in live.tap.sites(live.model) if site.default}
    return LayerTable(
        LayerInfo(name, part.kind, part.values.shape[1], part.site in defaults)
        for name, part in captured.items()
    )


class _Live:
    """A model that can be run while its layers are read."""

    capture: Capture

    def __init__(self, model: Any, preprocess: Preprocess | None) -> None:
        self.tap: Tap = tap_of(model)
        self.model = self.tap.original(model)
        self._preprocess = preprocess

    def make_ready(self, first: Batch) -> None:
        """Learn from the first batch what a sample looks like; build a model that is not."""
        self._sample_shape = sample_shape(first.inputs)
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

    def listening(self) -> AbstractContextManager[None]:
        return self.tap.listening(self.model, self.capture.receive)

    def forward(self, inputs: Any, size: int) -> tuple[Floats | None, dict[str, Captured]]:
        """Run one batch; call it while `listening`. Returns scores [batch, columns] if any."""
        output, captured = self.capture.run(self.model, self._prepared(inputs), size)
        return self._scores(output, size), captured

    def run_one(self, value: Any) -> tuple[dict[str, Floats], Floats | None]:
        """Run a single input. Returns values [neurons] by layer, and scores [columns] if any."""
        inputs = one(value, self._sample_shape)
        if self._fed_with_tensors and not self.tap.is_tensor(inputs):
            inputs = self.tap.as_input(self.model, inputs)
        with self.listening():
            scores, captured = self.forward(inputs, 1)
        values = {name: part.values[0] for name, part in captured.items()}
        return values, None if scores is None else scores[0]

    def _prepared(self, inputs: Any) -> Any:
        if self._preprocess is not None:
            inputs = self._preprocess(inputs)
        if isinstance(inputs, dict):
            return {key: self.tap.as_input(self.model, part) for key, part in inputs.items()}
        return self.tap.as_input(self.model, inputs)

    def _scores(self, output: Any, size: int) -> Floats | None:
        if isinstance(output, Mapping):
            output = output.get("logits")
        elif isinstance(output, tuple | list) and output:
            output = output[0]
        if not self.tap.is_tensor(output) or self.tap.refusal(output) is not None:
            return None
        shape = tuple(output.shape)
        if len(shape) != 2 or shape[0] != size or shape[1] < 2:
            return None
        return self.tap.reduced(output, 1, "none").values


class _Runner:
    """Runs a recording's model on a single input; see `neuraldivergence.recording.Runner`."""

    def __init__(self, live: _Live, recording: Recording) -> None:
        self._live = live
        self._widths = {layer.name: layer.neurons for layer in recording.layers}
        self._classes = len(recording.classes)

    def __call__(self, value: Any) -> tuple[dict[str, Floats], int | None, float | None]:
        values, scores = self._live.run_one(value)
        _check_widths({name: len(row) for name, row in values.items()}, self._widths)
        if scores is None or len(scores) != self._classes:
            return values, None, None
        return values, *_decision(scores)

    def __deepcopy__(self, memo: object) -> _Runner:
        return self

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        # A pickled recording holds what was measured, not the model.
        return _no_runner, ()


def _no_runner() -> None:
    return None


class _Gathered:
    """Everything kept from the batches while they stream by."""

    def __init__(self, expected: int | None, max_bytes: int) -> None:
        self.count = 0
        self.overflowed: dict[str, int] = {}
        self._expected = expected
        self._max_bytes = max_bytes
        self._about: dict[str, Captured] = {}
        self._columns: dict[str, _Column] = {}
        self._labels: list[npt.NDArray[np.int64]] = []
        self._decisions: list[npt.NDArray[np.int64]] = []
        self._score_columns: int | None = None

    def add(self, batch: Batch, scores: Floats | None, captured: Mapping[str, Captured]) -> None:
        """Keep one batch.

        Raises
        ------
        CaptureError
            It would be too much, or other layers fired than in the batches before.
        """
        widths = {name: part.values.shape[1] for name, part in captured.items()}
        first = not self._columns
        self.count += batch.size
        self._check_size(widths)
        if first:
            capacity = max(self._expected or 0, batch.size)
            self._columns = {name: _Column(width, capacity) for name, width in widths.items()}
            self._about = {
                name: replace(part, values=part.values[:0].copy())
                for name, part in captured.items()
            }
        _check_widths(widths, {name: column.neurons for name, column in self._columns.items()})
        for name, part in captured.items():
            self._columns[name].add(part.values)
            if part.overflowed:
                self.overflowed[name] = self.overflowed.get(name, 0) + part.overflowed
        self._add_decisions(scores, first)
        if batch.labels is not None:
            self._labels.append(batch.labels)

    def recording(
        self,
        labels: npt.ArrayLike | None,
        class_names: Sequence[str] | None,
        predictions: npt.ArrayLike | None,
        *,
        images: npt.ArrayLike | None,
        name: str,
    ) -> Recording:
        """Make the recording of all batches."""
        labels = self._own_labels(labels)
        classes = _class_count(labels, class_names)
        if predictions is None and classes is not None and classes == self._score_columns:
            predictions = np.concatenate(self._decisions)
            class_names = class_names or [f"class {index}" for index in range(classes)]
        about = self._about
        return Recording.from_arrays(
            {key: column.finished() for key, column in self._columns.items()},
            labels=labels,
            class_names=class_names,
            predictions=predictions,
            images=images,
            name=name,
            kinds={key: part.kind for key, part in about.items()},
            reductions={key: part.reduction for key, part in about.items()},
            neuron_names={
                key: _unit_names(part.units) for key, part in about.items() if part.units
            },
            source_dtypes={
                key: part.dtype for key, part in about.items() if part.dtype != "float32"
            },
        )

    def _add_decisions(self, scores: Floats | None, first: bool) -> None:
        columns = None if scores is None else scores.shape[1]
        if first:
            self._score_columns = columns
        if scores is None or columns != self._score_columns:
            self._score_columns = None
            return
        decisions = scores.argmax(axis=1)
        decisions[np.isnan(scores).any(axis=1)] = -1
        self._decisions.append(decisions)

    def _own_labels(self, labels: npt.ArrayLike | None) -> npt.ArrayLike | None:
        """Return the labels that came with the batches, else those given; both must agree."""
        if not self._labels:
            return labels
        own = np.concatenate(self._labels)
        if len(own) != self.count:
            raise CaptureError(f"invalid labels: {len(own)} in the batches, {self.count} samples")
        if labels is not None and not np.array_equal(to_numpy(labels), own):
            raise CaptureError(
                "invalid labels: they differ from those that the batches bring (does the loader "
                "shuffle?); leave labels= out"
            )
        return own

    def _check_size(self, widths: Mapping[str, int]) -> None:
        samples = max(self._expected or 0, self.count)
        sizes = {name: 4 * width * samples for name, width in widths.items()}
        total = sum(sizes.values())
        if total <= self._max_bytes:
            return
        largest = sorted(sizes, key=lambda name: -sizes[name])[:_LARGEST_SHOWN]
        listed = ", ".join(
            f"{name} {_size(sizes[name])} ({widths[name]} neurons)" for name in largest
        )
        raise CaptureError(
            f"invalid size: {len(sizes)} layers on {samples} samples need {_size(total)}, "
            f"max_bytes is {_size(self._max_bytes)}. Largest: {listed}. Name fewer layers=, "
            'use reduce="mean" or "max" instead of "none", give fewer samples, or raise max_bytes='
        )


class _Column:
    """The float32 [samples, neurons] of one layer while it fills."""

    def __init__(self, neurons: int, capacity: int) -> None:
        self.neurons = neurons
        self._rows = 0
        self._values: Floats = np.empty((capacity, neurons), np.float32)

    def add(self, part: Floats) -> None:
        end = self._rows + len(part)
        if end > len(self._values):
            # In place: a list of chunks joined at the end would need the memory twice.
            capacity = max(end, len(self._values) * 5 // 4)
            self._values.resize((capacity, self.neurons), refcheck=False)
        self._values[self._rows : end] = part
        self._rows = end

    def finished(self) -> Floats:
        """Return the values, read-only so that the recording takes them without a copy."""
        self._values.resize((self._rows, self.neurons), refcheck=False)
        self._values.setflags(write=False)
        return self._values


def _peeked(batches: Iterator[Batch]) -> tuple[Batch, Iterator[Batch]]:
    filled = (batch for batch in batches if batch.size)
    first = next(filled, None)
    if first is None:
        raise CaptureError("invalid x: no samples")
    return first, itertools.chain([first], filled)


def _bar(total: int | None, name: str, progress: bool) -> Any:
    with warnings.catch_warnings():
        # Says that ipywidgets is missing; the bar in text is then what is wanted.
        warnings.simplefilter("ignore")
        from tqdm.auto import tqdm

        return tqdm(total=total, desc=f"recording {name}", unit=" samples", disable=not progress)


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


def _check_count(what: str, values: npt.ArrayLike | None, count: int | None) -> None:
    if values is None or count is None:
        return
    given = _rows_given(what, values)
    if given != count:
        raise CaptureError(f"invalid {what}: {given} rows for {count} samples")


def _rows_given(what: str, values: npt.ArrayLike) -> int:
    array = to_numpy(values)
    if array.ndim == 0:
        raise CaptureError(f"invalid {what}: {values!r}; one row a sample is expected")
    return len(array)


def _check_order(what: str, values: npt.ArrayLike | None, x: Any) -> None:
    if values is not None and shuffles(x):
        raise CaptureError(
            f"invalid {what}: the loader shuffles, so its samples come in another order; use "
            "shuffle=False"
        )


def _check_widths(found: Mapping[str, int], expected: Mapping[str, int]) -> None:
    if found == expected:
        return
    for name in (*expected, *found):
        if found.get(name) != expected.get(name):
            raise CaptureError(
                f"invalid layer: {name!r} has {found.get(name, 'no')} neurons here and "
                f"{expected.get(name, 'none')} in the first batch; inputs of different sizes need "
                'reduce="mean" or "max", and every batch must fire the same layers'
            )


def _class_count(labels: npt.ArrayLike | None, class_names: Sequence[str] | None) -> int | None:
    if class_names is not None:
        return len(class_names)
    array = None if labels is None else to_numpy(labels)
    if array is None or array.dtype.kind not in "iu" or not array.size:
        return None
    return int(array.max()) + 1


def _decision(scores: Floats) -> tuple[int | None, float | None]:
    """Return the largest score's index and its probability; softmax unless they are such."""
    exact = scores.astype(np.float64)
    if np.isnan(exact).any():
        return None, None
    prediction = int(exact.argmax())
    if exact.min() < 0 or exact.max() > 1 or abs(exact.sum() - 1) > _SUM_TOLERANCE:
        with np.errstate(invalid="ignore"):
            exact = np.exp(exact - exact.max())
        exact /= exact.sum()
    confidence = float(exact[prediction])
    return prediction, confidence if np.isfinite(confidence) else None


def _unit_names(units: tuple[int, ...]) -> list[str]:
    channels, *space = units
    places = [",".join(map(str, place)) for place in np.ndindex(*space)]
    return [f"c{channel}[{place}]" for channel in range(channels) for place in places]


def _warn(skipped: Mapping[str, str], overflowed: Mapping[str, int]) -> None:
    if skipped:
        listed = "; ".join(f"{name}: {reason}" for name, reason in skipped.items())
        warnings.warn(f"not recorded: {listed}", stacklevel=3)
    for name, lost in overflowed.items():
        warnings.warn(
            f"layer {name!r}: {lost} finite values are infinite as float32",
            CastWarning,
            stacklevel=3,
        )


def _size(size_bytes: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:.1f} {unit}"
    return f"{size_bytes} bytes"
