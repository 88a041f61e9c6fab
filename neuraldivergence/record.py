"""Recordings made by running a model."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy.typing as npt

from .errors import CastWarning
from .gathering import Gathered
from .recording import Recording
from .running import Live, Preprocess, Runner
from .taps.base import CaptureError, Reduce
from .taps.batches import Batch, batches_of, random_state_kept, shuffles, to_numpy

__all__ = ["CaptureError", "LayerInfo", "LayerTable", "layers", "progress_bar", "record"]


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
    live = Live(model, preprocess)
    source = batches_of(x, batch_size)
    given = {"labels": labels, "images": images, "predictions": predictions}
    for what, values in given.items():
        _check_count(what, values, source.count)
    expected = source.expected if labels is None else _rows_given("labels", labels)
    gathered = Gathered(expected, max_bytes)
    with random_state_kept():
        first, batches = _peeked(source.batches)
        for what, values in given.items():
            if what != "labels" or first.labels is None:
                _check_order(what, values, x)
        live.make_ready(first)
        live.want(layers, reduce)
        with (
            progress_bar(expected, f"recording {name}", "samples", progress) as bar,
            live.listening(),
        ):
            for batch in batches:
                gathered.add(batch, *live.forward(batch.inputs, batch.size))
                bar.update(batch.size)
    _warn(live.capture.skipped, gathered.overflowed)
    for what, values in given.items():
        _check_count(what, values, gathered.count)
    recording = gathered.recording(labels, class_names, predictions, images=images, name=name)
    return replace(recording, _runner=Runner(live, recording))


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
    live = Live(model, preprocess)
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


def _peeked(batches: Iterator[Batch]) -> tuple[Batch, Iterator[Batch]]:
    filled = (batch for batch in batches if batch.size)
    first = next(filled, None)
    if first is None:
        raise CaptureError("invalid x: no samples")
    return first, itertools.chain([first], filled)


def progress_bar(total: int | None, name: str, unit: str, progress: bool) -> Any:
    """Return a bar; where not wanted, one that is not shown."""
    with warnings.catch_warnings():
        # Says that ipywidgets is missing; the bar in text is then what is wanted.
        warnings.simplefilter("ignore")
        from tqdm.auto import tqdm

        return tqdm(total=total, desc=name, unit=f" {unit}", disable=not progress)


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
