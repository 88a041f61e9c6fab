"""What streams by in batches becomes a recording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .recording import Recording
from .taps.base import CaptureError, Floats
from .taps.batches import Batch, to_numpy
from .taps.capture import Captured

__all__ = ["Gathered", "are_probabilities", "as_probabilities", "check_widths", "decision"]


_LARGEST_SHOWN = 5
_SUM_TOLERANCE = 1e-3  # rows of half-precision probabilities add up to 1 within this


class Gathered:
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
        check_widths(widths, {name: column.neurons for name, column in self._columns.items()})
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


def check_widths(found: Mapping[str, int], expected: Mapping[str, int]) -> None:
    """Raise a CaptureError unless the same layers fired with the same numbers of neurons."""
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


def _unit_names(units: tuple[int, ...]) -> list[str]:
    channels, *space = units
    places = [",".join(map(str, place)) for place in np.ndindex(*space)]
    return [f"c{channel}[{place}]" for channel in range(channels) for place in places]


def _size(size_bytes: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:.1f} {unit}"
    return f"{size_bytes} bytes"


def are_probabilities(scores: npt.NDArray[np.floating[Any]]) -> bool:
    """Tell whether scores [..., columns] are probabilities already."""
    is_inside = scores.min() >= 0 and scores.max() <= 1
    return bool(is_inside and np.abs(scores.sum(axis=-1) - 1).max() <= _SUM_TOLERANCE)


def as_probabilities(scores: Floats, are_such: bool) -> Floats:
    """Return probabilities [rows, classes] of scores, by softmax unless they are such already."""
    if are_such:
        return scores
    exact = scores.astype(np.float64)
    with np.errstate(invalid="ignore"):
        exact = np.exp(exact - exact.max(axis=1, keepdims=True))
        exact /= exact.sum(axis=1, keepdims=True)
    found: Floats = exact.astype(np.float32)
    return found


def decision(scores: Floats) -> tuple[int | None, float | None]:
    """Return the largest score's index and its probability; softmax unless they are such."""
    exact = scores.astype(np.float64)
    if np.isnan(exact).any():
        return None, None
    prediction = int(exact.argmax())
    if not are_probabilities(exact):
        with np.errstate(invalid="ignore"):
            exact = np.exp(exact - exact.max())
        exact /= exact.sum()
    confidence = float(exact[prediction])
    return prediction, confidence if np.isfinite(confidence) else None
