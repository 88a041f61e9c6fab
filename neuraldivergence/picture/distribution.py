"""How the activations of one class are distributed in one layer: a view's share of a recording."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import grid as dyadic
from ..recording import Codes, Layer, Recording, Summary
from .state import can_group

__all__ = ["Distribution", "distribution_of", "distributions", "members", "values_of"]

_CHUNK_VALUES = 2**21


@dataclass(frozen=True, kw_only=True)
class Distribution(ABC):
    """Arrays are per neuron.

    Attributes
    ----------
    size : int
        Samples of the class.
    grid : int32 array, shape [neurons, 2]
    zeros, non_finite : int arrays
    low, high, median : float64 arrays
        Over finite values; NaN where there is none.
    """

    size: int
    grid: NDArray[np.int32]
    zeros: NDArray[np.int64]
    non_finite: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    median: NDArray[np.float64]

    @abstractmethod
    def counts(self, neurons: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the finite values of some neurons per bin of their grids, [neurons, bins]."""

    @abstractmethod
    def pooled(self, exponent: int, first: int, columns: int) -> NDArray[np.int64]:
        """Count the finite values of all neurons on the bins ``first …`` of one coarser grid."""


def distributions(
    recording: Recording, layer: Layer, classes: list[int], membership: str
) -> dict[int, Distribution]:
    """Return the distribution of each class, as far as the layer can tell it.

    Activations are preferred; a summary of the same membership knows more than codes.
    """
    is_grouped = can_group(recording, membership)
    if layer.activations is not None and is_grouped:
        grid = dyadic.fit(layer.activations, layer.instances)
        rows = _rows(recording, membership)
        return {g: _of_values(layer.activations[rows == g], grid) for g in classes}
    summary = layer.summary
    if summary is not None and summary.membership == membership:
        return {g: _of_summary(summary, g) for g in classes}
    if layer.codes is not None and is_grouped:
        rows = _rows(recording, membership)
        return {g: _of_codes(layer.codes, rows == g) for g in classes}
    return {}


def distribution_of(layer: Layer, mask: NDArray[np.bool_] | None) -> Distribution | None:
    """Return the distribution of some samples; None where the layer cannot tell it."""
    if mask is None:
        return None
    if layer.activations is not None:
        grid = dyadic.fit(layer.activations, layer.instances)
        return _of_values(layer.activations[mask], grid)
    return None if layer.codes is None else _of_codes(layer.codes, mask)


def members(recording: Recording, membership: str, classes: list[int]) -> NDArray[np.bool_] | None:
    """Return which samples are in one of some classes; None where samples have none."""
    if not can_group(recording, membership):
        return None
    return np.isin(_rows(recording, membership), classes)


def values_of(layer: Layer) -> tuple[NDArray[np.floating], NDArray[np.int32]] | None:
    """Return the activations of a layer, else the centres of their bins, and the grid."""
    if layer.activations is not None:
        return layer.activations, dyadic.fit(layer.activations, layer.instances)
    if layer.codes is None:
        return None
    exponents, origins = layer.codes.grid.T
    return np.ldexp(layer.codes.values + (origins + 0.5), exponents), layer.codes.grid


def _rows(recording: Recording, membership: str) -> NDArray[np.int32]:
    """Return the class of each sample, −1 = none."""
    labels, predictions = recording.labels, recording.predictions
    if membership == "prediction" and predictions is not None:
        return predictions
    if membership == "label" and labels is not None:
        return labels
    assert labels is not None
    assert predictions is not None
    return np.where(labels == predictions, labels, np.int32(-1))


@dataclass(frozen=True, kw_only=True)
class _OfValues(Distribution):
    values: NDArray[np.float32]
    """[neurons, samples]"""

    def counts(self, neurons: NDArray[np.intp]) -> NDArray[np.int64]:
        counts = np.zeros((len(neurons), dyadic.FINE_BINS), np.int64)
        for chunk in _chunks(len(neurons) * self.values.shape[1], len(neurons)):
            values = self.values[neurons[chunk]]
            exponents, origins = self.grid[neurons[chunk]].T
            rows, samples = np.nonzero(np.isfinite(values))
            place = dyadic.scaled_floor(values[rows, samples], exponents[rows]) - origins[rows]
            cells = np.bincount(rows * dyadic.FINE_BINS + place, minlength=counts[chunk].size)
            counts[chunk] = cells.reshape(-1, dyadic.FINE_BINS)
        return counts

    def pooled(self, exponent: int, first: int, columns: int) -> NDArray[np.int64]:
        pooled = np.zeros(columns, np.int64)
        for chunk in _chunks(self.values.size, len(self.values)):
            pooled += _binned(self.values[chunk], exponent, first, columns)
        return pooled


@dataclass(frozen=True, kw_only=True)
class _OfCounts(Distribution):
    binned: NDArray[np.integer]
    """[neurons, bins]"""

    def counts(self, neurons: NDArray[np.intp]) -> NDArray[np.int64]:
        counts: NDArray[np.int64] = self.binned[neurons].astype(np.int64)
        return counts

    def pooled(self, exponent: int, first: int, columns: int) -> NDArray[np.int64]:
        pooled = np.zeros(columns, np.int64)
        for chunk in _chunks(self.binned.size, len(self.binned)):
            neurons, bins = np.nonzero(self.binned[chunk])
            exponents, origins = self.grid[chunk][neurons].T.astype(np.int64)
            place = ((origins + bins) >> np.maximum(exponent - exponents, 0)) - first
            counts = self.binned[chunk][neurons, bins]
            pooled += np.bincount(place, counts, minlength=columns).astype(np.int64)
        return pooled


def _binned(values: NDArray[np.float32], exponent: int, first: int, bins: int) -> NDArray[np.int64]:
    """Count the finite values on the bins ``first …`` of one grid; scaling is exact in float64."""
    finite = values[np.isfinite(values)].astype(np.float64)
    place = np.floor(finite * 2.0**-exponent).astype(np.int64) - first
    return np.bincount(place, minlength=bins)


def _chunks(size: int, neurons: int) -> Iterator[slice]:
    width = max(1, _CHUNK_VALUES * neurons // max(size, 1))
    for begin in range(0, neurons, width):
        yield slice(begin, begin + width)


def _of_values(rows: NDArray[np.floating], grid: NDArray[np.int32]) -> Distribution:
    values = np.ascontiguousarray(rows.T, dtype=np.float32)
    is_finite = np.isfinite(values)
    finite = is_finite.sum(axis=1)
    # Non-finite values last; + 0.0 turns −0 into +0.
    ranked = np.sort(np.where(is_finite, values, np.float32(np.inf)) + np.float32(0), axis=1)

    def at(rank: NDArray[np.integer]) -> NDArray[np.float64]:
        if values.shape[1] == 0:
            return np.full(len(values), np.nan)
        found = np.take_along_axis(ranked, np.maximum(rank, 0)[:, None], axis=1)[:, 0]
        return np.where(finite > 0, found.astype(np.float64), np.nan)

    return _OfValues(
        size=len(rows),
        grid=grid,
        zeros=(values == 0).sum(axis=1),
        non_finite=values.shape[1] - finite,
        low=at(np.zeros_like(finite)),
        high=at(finite - 1),
        median=(at((finite - 1) // 2) + at(finite // 2 - (finite == 0))) / 2,
        values=values,
    )


def _of_summary(summary: Summary, group: int) -> Distribution:
    middle = summary.probabilities.index(0.5)
    non_finite = sum(getattr(summary, kind)[group] for kind in ("nan", "posinf", "neginf"))
    return _OfCounts(
        size=int(summary.n[group].max(initial=0)),
        grid=summary.grid,
        zeros=summary.zeros[group].astype(np.int64),
        non_finite=np.asarray(non_finite).astype(np.int64),
        low=summary.min[group],
        high=summary.max[group],
        median=summary.quantiles[group, :, middle],
        binned=summary.counts[group],
    )


def _of_codes(codes: Codes, is_member: NDArray[np.bool_]) -> Distribution:
    """Measure codes alone: the extent is that of the bins, medians are within one bin."""
    rows = codes.values[is_member]
    neurons = len(codes.grid)
    cell = np.arange(neurons) * dyadic.FINE_BINS + rows
    size = neurons * dyadic.FINE_BINS
    counts = np.bincount(cell.ravel(), minlength=size).reshape(neurons, dyadic.FINE_BINS)
    cumulative = counts.cumsum(axis=1)
    rank = np.full(neurons, (len(rows) - 1) / 2)
    bins = np.minimum((cumulative <= rank[:, None]).sum(axis=1), dyadic.FINE_BINS - 1)
    in_bin = np.take_along_axis(counts, bins[:, None], axis=1)[:, 0]
    below = np.take_along_axis(cumulative, bins[:, None], axis=1)[:, 0] - in_bin
    within = np.minimum((rank - below + 0.5) / np.maximum(in_bin, 1), 1)
    occupied = counts > 0
    last = dyadic.FINE_BINS - occupied[:, ::-1].argmax(axis=1)

    def edge(bin: NDArray[np.floating | np.integer]) -> NDArray[np.float64]:
        edges = np.ldexp((codes.grid[:, 1] + bin).astype(np.float64), codes.grid[:, 0])
        return np.where(len(rows) > 0, edges, np.nan)

    none = np.zeros(neurons, np.int64)
    return _OfCounts(
        size=len(rows),
        grid=codes.grid,
        zeros=none,
        non_finite=none,
        low=edge(occupied.argmax(axis=1)),
        high=edge(last),
        median=edge(bins + within),
        binned=counts,
    )
