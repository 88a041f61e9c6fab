"""Columns of equal dyadic bins, and the axes that hold what is shown.

The same rules as in the browser (`src/view/extent.ts`).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .distribution import Distribution

__all__ = [
    "Columns",
    "Extent",
    "Extents",
    "columns_over",
    "extent_of",
    "extents_of",
    "fitted",
    "fitted_each",
    "full",
    "full_each",
    "union",
]

Extent = tuple[float, float]
"""Smallest and largest value; min > max says that there is none."""
Extents = tuple[NDArray[np.float64], NDArray[np.float64]]
"""The same of some neurons."""

_NONE: Extent = (math.inf, -math.inf)
_TAIL = 0.001
"""Share of the mass left out at each end by a fitted axis."""
_POOLED_HALVINGS = 16


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

    An extent with values on both sides of zero needs two at least. Without a finite extent: one
    column around zero.
    """
    low, high = extent
    if not low <= high:
        return Columns(0, 0, 1)
    most = max(bins, 2) if low < 0 <= high else bins
    exponent = finest
    if high > low:
        exponent = max(finest, math.floor(math.log2((high - low) / most)) - 1)
    columns = _columns_at(low, high, exponent)
    while columns.count > most:
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


def full(distribution: Distribution) -> Extent:
    """Return the extent of all finite values of the layer."""
    return union([extent_of(distribution.low), extent_of(distribution.high)])


def fitted(distribution: Distribution) -> Extent:
    """Return the extent that leaves out 0.1 % of the values of the layer at each end.

    Each end is too wide by at most one bin of the widest grid or 2⁻¹⁶ of the full extent, and
    never beyond the full extent.
    """
    low, high = full(distribution)
    if not low <= high:
        return _NONE
    widest = int(distribution.grid[np.isfinite(distribution.high), 0].max())
    if high > low:
        # Of a single sample each grid is as fine as its value, the extent that of all neurons.
        widest = max(widest, math.floor(math.log2(high - low)) - _POOLED_HALVINGS)
    columns = _columns_at(low, high, widest)
    counts = distribution.pooled(widest, columns.first, columns.count)
    grid = np.array([[widest, columns.first]])
    lows, highs = _tailless(counts[None], grid, (np.array([low]), np.array([high])))
    return float(lows[0]), float(highs[0])


def full_each(distribution: Distribution, neurons: NDArray[np.intp]) -> Extents:
    """Return the extents of all finite values of some neurons."""
    return extents_of(distribution.low[neurons], distribution.high[neurons])


def fitted_each(distribution: Distribution, neurons: NDArray[np.intp]) -> Extents:
    """As `fitted`, for each of some neurons by itself: within one bin of its grid."""
    whole = full_each(distribution, neurons)
    return _tailless(distribution.counts(neurons), distribution.grid[neurons], whole)


def extents_of(low: NDArray[np.floating], high: NDArray[np.floating]) -> Extents:
    """Return the extents between these values, none where they are not finite."""
    is_finite = np.isfinite(low) & np.isfinite(high)
    return np.where(is_finite, low, math.inf), np.where(is_finite, high, -math.inf)


def _tailless(
    counts: NDArray[np.int64], grid: NDArray[np.signedinteger], whole: Extents
) -> Extents:
    """Return the extents without the tails of the counts [rows, bins]; no extent stays none."""
    most = counts.sum(axis=1, keepdims=True) * _TAIL
    first = (counts.cumsum(axis=1) <= most).sum(axis=1)
    last = counts.shape[1] - 1 - (counts[:, ::-1].cumsum(axis=1) <= most).sum(axis=1)
    exponents, origins = grid.T
    # Just inside the last bin kept, so that no empty column follows it.
    inside = np.ldexp(origins + np.maximum(first, last) + 0.999, exponents)
    return np.maximum(whole[0], np.ldexp(origins + first + 0.0, exponents)), np.minimum(
        whole[1], inside
    )
