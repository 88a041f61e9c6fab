"""The dyadic grid: bins whose width is a power of two, so that counts are exact.

``docs/format.md`` defines it. A grid is int32 ``[neurons, 2]``: exponent and origin.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["FINE_BINS", "codes", "edges", "fit", "scaled_floor", "shrink"]

FINE_BINS = 256
"""Bins of a neuron's own grid."""

_MANTISSA_BITS = 23
_MIN_EXPONENT = -149

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
    scaled = np.ldexp(values.astype(np.float64), -exponents.astype(np.int32))
    floors: NDArray[np.int64] = np.floor(scaled).astype(np.int64)
    return floors


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
    is_finite = np.isfinite(values)
    floors = scaled_floor(np.where(is_finite, values, 0), grid[:, 0])
    bins = np.where(is_finite, floors - grid[:, 1], 0)
    if bins.size and (bins.min() < 0 or bins.max() >= FINE_BINS):
        raise ValueError("invalid grid: a value lies outside it")
    return bins.astype(np.uint8)


def edges(exponent: int, origin: int, bins: int = FINE_BINS) -> NDArray[np.float64]:
    """Return the ``bins + 1`` edges of one neuron's grid, exact in float64."""
    whole = np.arange(origin, origin + bins + 1, dtype=np.float64)
    result: NDArray[np.float64] = np.ldexp(whole, exponent)
    return result


def _finite_range(values: tuple[Floats, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low = np.full(values[0].shape[1], np.inf)
    high = -low
    for block in values:
        is_finite = np.isfinite(block)
        low = np.minimum(low, block.min(axis=0, where=is_finite, initial=np.inf))
        high = np.maximum(high, block.max(axis=0, where=is_finite, initial=-np.inf))
    return low, high
