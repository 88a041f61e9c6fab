"""Columns of equal dyadic bins, and the axes that hold what is shown.

The same rules as in the browser (`src/view/extent.ts`).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .distribution import Distribution

__all__ = ["Columns", "Extent", "columns_over", "extent_of", "fitted", "full", "union"]

Extent = tuple[float, float]
"""Smallest and largest value; min > max says that there is none."""

_NONE: Extent = (math.inf, -math.inf)
_TAIL = 0.001
"""Share of the mass left out at each end by a fitted axis."""


@dataclass(frozen=True)
class Columns:
    """Column c covers ``[(first + c)·2^exponent, (first + c + 1)·2^exponent)``."""

    exponent: int
    first: int
    count: int

    @property
    def low(self) -> float:
        """Left edge of the first column."""
        return math.ldexp(self.first, self.exponent)

    @property
    def high(self) -> float:
        """Right edge of the last column."""
        return math.ldexp(self.first + self.count, self.exponent)


def columns_over(extent: Extent, bins: int, finest: int) -> Columns:
    """Return the finest columns, at most `bins` and none below 2^finest, that hold the extent.

    Without a finite extent: one column around zero.
    """
    low, high = extent
    if not low <= high:
        return Columns(0, 0, 1)
    exponent = finest
    if high > low:
        exponent = max(finest, math.floor(math.log2((high - low) / bins)) - 1)
    columns = _columns_at(low, high, exponent)
    while columns.count > bins:
        exponent += 1
        columns = _columns_at(low, high, exponent)
    return columns


def _columns_at(low: float, high: float, exponent: int) -> Columns:
    first = math.floor(math.ldexp(low, -exponent))
    return Columns(exponent, first, math.floor(math.ldexp(high, -exponent)) - first + 1)


def union(extents: Iterable[Extent]) -> Extent:
    """Return the extent that holds all of these."""
    low, high = _NONE
    for one in extents:
        low, high = min(low, one[0]), max(high, one[1])
    return low, high


def extent_of(values: ArrayLike) -> Extent:
    """Return the extent of the finite values."""
    array = np.asarray(values, np.float64)
    finite = array[np.isfinite(array)]
    return (float(finite.min()), float(finite.max())) if finite.size else _NONE


def full(distribution: Distribution, neuron: int | None = None) -> Extent:
    """Return the extent of all finite values of the layer, or of one neuron."""
    if neuron is None:
        return union([extent_of(distribution.low), extent_of(distribution.high)])
    return extent_of([distribution.low[neuron], distribution.high[neuron]])


def fitted(distribution: Distribution, neuron: int | None = None) -> Extent:
    """Return the extent that leaves out 0.1 % of the values at each end.

    Each end is too wide by at most one bin of the widest grid, and never beyond the full extent.
    """
    whole = full(distribution, neuron)
    if not whole[0] <= whole[1]:
        return _NONE
    if neuron is not None:
        exponent, origin = (int(one) for one in distribution.grid[neuron])
        counts = distribution.counts(neuron)
        return _tailless(counts, Columns(exponent, origin, len(counts)), whole)
    widest = int(distribution.grid[np.isfinite(distribution.high), 0].max())
    columns = _columns_at(*whole, widest)
    counts = distribution.pooled(widest, columns.first, columns.count)
    return _tailless(counts, columns, whole)


def _tailless(counts: NDArray[np.int64], columns: Columns, whole: Extent) -> Extent:
    most = counts.sum() * _TAIL
    first = int((counts.cumsum() <= most).sum())
    last = len(counts) - 1 - int((counts[::-1].cumsum() <= most).sum())
    last = max(first, last)
    return (
        max(whole[0], math.ldexp(columns.first + first, columns.exponent)),
        # Just inside the last bin kept, so that no empty column follows it.
        min(whole[1], math.ldexp(columns.first + last + 0.999, columns.exponent)),
    )
