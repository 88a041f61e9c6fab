"""The dyadic grid: bins whose width is a power of two, so that counts are exact.

``docs/format.md`` defines it. A grid is int32 ``[neurons, 2]``: exponent and origin.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["FINE_BINS", "OUTSIDE", "codes", "edges", "fit", "scale", "scaled_floor", "shrink"]

FINE_BINS = 256
"""Bins of a neuron's own grid."""

OUTSIDE = "invalid grid: a value lies outside it"

_MANTISSA_BITS = 23
_MIN_EXPONENT = -149
_MOST_EXPONENT = 800
"""Scaling by more takes every float32 value out of all grids, and float64 would overflow."""
_CHUNK_VALUES = 2**17
"""Values that are worked on at a time: in float64 they stay in the processor's cache."""

Floats = NDArray[np.floating]


def fit(*values: Floats) -> NDArray[np.int32]:
    """Fit the finest grid on which all finite values of each neuron span 256 bins.

    Parameters
    ----------
    *values : array of float32 or float16, shape [samples, neurons]
        One or more blocks of rows over the same neurons. Non-finite values are ignored.

    Returns
    -------
    int32 array, shape [neurons, 2]
        Exponent and origin; ``(0, 0)`` for a neuron with no finite value or only zeros.
    """
    low, high = _finite_range(values)
    is_empty = low > high
    low, high = np.where(is_empty, 0.0, low), np.where(is_empty, 0.0, high)
    _, exponent = np.frexp(np.maximum(-low, high))
    finest = np.maximum(exponent.astype(np.int64) - 1 - _MANTISSA_BITS, _MIN_EXPONENT)
    finest[(low == 0) & (high == 0)] = 0
    exponents, origins = shrink(
        finest, scaled_floor(low, finest), scaled_floor(high, finest), FINE_BINS
    )
    return np.stack([exponents, origins], axis=1).astype(np.int32)


def shrink(
    exponents: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64], bins: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Coarsen each neuron by two until its bins ``low … high`` are at most `bins`.

    Returns
    -------
    exponents, origins : int64 arrays, shape [neurons]
    """
    exponents, low, high = exponents.copy(), low.copy(), high.copy()
    # floor(floor(y) / 2) == floor(y / 2): after the first floor, shifts are exact.
    while (wide := high - low >= bins).any():
        exponents += wide
        low >>= wide
        high >>= wide
    return exponents, low


def scaled_floor(
    values: NDArray[np.floating], exponents: NDArray[np.signedinteger]
) -> NDArray[np.int64]:
    """Return ``floor(values · 2^−exponents)``, exactly.

    Parameters
    ----------
    values : array of floats, finite
        Float32 values; in float64 no scaled value over- or underflows.
    exponents : array of int, broadcast against `values`
    """
    scaled = values.astype(np.float64) * scale(exponents)
    floors: NDArray[np.int64] = np.floor(scaled, out=scaled).astype(np.int64)
    return floors


def scale(exponents: NDArray[np.signedinteger]) -> NDArray[np.float64]:
    """Return ``2^−exponents``; a float32 value times it is exact in float64."""
    kept = np.clip(exponents, -_MOST_EXPONENT, _MOST_EXPONENT).astype(np.int32)
    factors: NDArray[np.float64] = np.ldexp(1.0, -kept)
    return factors


def codes(values: Floats, grid: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Return the bin of each value.

    Parameters
    ----------
    values : array of float32 or float16, shape [samples, neurons]
    grid : int32 array, shape [neurons, 2]
        A grid that holds all finite values, as `fit` makes it.

    Returns
    -------
    uint8 array, shape [samples, neurons]
        0 for non-finite values.

    Raises
    ------
    ValueError
        A finite value lies outside the grid.
    """
    result = np.empty(values.shape, np.uint8)
    factors, origins = scale(grid[:, 0]), grid[:, 1].astype(np.float64)
    memory = np.empty((min(len(values), _chunk_rows(values)), values.shape[1]))
    for rows in _row_chunks(values):
        part = values[rows]
        # A cast and a product are quicker than a product that casts, and memory that is at hand.
        bins = memory[: len(part)]
        bins[:] = part
        bins *= factors
        np.floor(bins, out=bins)
        bins -= origins
        if not _are_bins(bins):
            bins[~np.isfinite(part)] = 0
            if not _are_bins(bins):
                raise ValueError(OUTSIDE)
        result[rows] = bins
    return result


def _are_bins(whole: NDArray[np.float64]) -> bool:
    # With NaN both comparisons are False.
    return bool(whole.min(initial=0) >= 0 and whole.max(initial=0) < FINE_BINS)


def edges(exponent: int, origin: int, bins: int = FINE_BINS) -> NDArray[np.float64]:
    """Return the ``bins + 1`` edges of one neuron's grid, exact in float64."""
    whole = np.arange(origin, origin + bins + 1, dtype=np.float64)
    result: NDArray[np.float64] = np.ldexp(whole, exponent)
    return result


def _finite_range(values: tuple[Floats, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low = np.full(values[0].shape[1], np.inf)
    high = -low
    for block in values:
        for rows in _row_chunks(block):
            part = block[rows].astype(np.float32, copy=False)
            least, most = part.min(axis=0), part.max(axis=0)
            # An infinity or NaN among the values is an extreme too.
            if not (np.isfinite(least).all() and np.isfinite(most).all()):
                is_finite = np.isfinite(part)
                least = part.min(axis=0, where=is_finite, initial=np.inf)
                most = part.max(axis=0, where=is_finite, initial=-np.inf)
            low, high = np.minimum(low, least), np.maximum(high, most)
    return low, high


def _row_chunks(values: Floats) -> Iterator[slice]:
    height = _chunk_rows(values)
    for begin in range(0, len(values), height):
        yield slice(begin, begin + height)


def _chunk_rows(values: Floats) -> int:
    return max(1, _CHUNK_VALUES // max(int(values.shape[1]), 1))
