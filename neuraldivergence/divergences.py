"""How much two groups of samples, or an instance and a class, differ in every neuron.

``docs/divergence.md`` defines all; ``src/core/divergence/`` computes the same in the browser.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import grid as dyadic

__all__ = [
    "NEUTRAL",
    "OF_GROUPS",
    "OF_INSTANCE",
    "bin_counts",
    "bins_of",
    "compare",
    "finite",
    "place",
    "strips",
]

Floats = NDArray[np.float64]

_STRIP_VALUES = 2**20
"""Values that are worked on at a time."""
_COARSER = 3
"""Definitions on bins take bins 2^3 times as wide as those of a neuron's grid."""
_BINS = (dyadic.FINE_BINS >> _COARSER) + 1
"""Grids begin at multiples of their own width, so that one bin more may be in use."""
_NORMAL_MAD = 0.6744897501960817
"""The standard normal distribution's third quartile."""


def compare(
    name: str,
    a: NDArray[np.floating],
    b: NDArray[np.floating],
    grid: NDArray[np.int32],
) -> Floats:
    """Return a divergence a → b of two groups in every neuron.

    Parameters
    ----------
    name : str
        One of `OF_GROUPS`.
    a, b : float array, shape [samples, neurons]
        Float32 or float16 values of each group; only finite ones count.
    grid : int32 array, shape [neurons, 2]
        Of the whole layer.

    Returns
    -------
    float64 array, shape [neurons]
        NaN where there is none: a group without finite values, a deviation of 0.
    """
    of = OF_GROUPS[name]
    found = np.full(len(grid), np.nan)
    for strip in strips(len(a) + len(b), len(grid)):
        given = finite(a[:, strip]), finite(b[:, strip])
        known = np.flatnonzero(_counts(given[0]).astype(bool) & _counts(given[1]).astype(bool))
        if len(known):
            first, second = (values[:, known] for values in given)
            found[strip.start + known] = of(first, second, grid[strip][known])
    return found


def place(
    name: str,
    a: NDArray[np.floating],
    x: NDArray[np.floating],
    grid: NDArray[np.int32],
) -> Floats:
    """Return where an instance's values stand in a class, in every neuron.

    Parameters
    ----------
    name : str
        One of `OF_INSTANCE`.
    a : float array, shape [samples, neurons]
        Float32 or float16 values of the class; only finite ones count.
    x : float array, shape [neurons]
        May be infinite.
    grid : int32 array, shape [neurons, 2]
        Of the whole layer.

    Returns
    -------
    float64 array, shape [neurons]
        NaN where there is none: a class without finite values, ``x`` NaN, a deviation of 0.
    """
    of = OF_INSTANCE[name]
    found = np.full(len(grid), np.nan)
    for strip in strips(len(a), len(grid)):
        values, own = finite(a[:, strip]), x[strip].astype(np.float64)
        known = np.flatnonzero((_counts(values) > 0) & ~np.isnan(own))
        if len(known):
            found[strip.start + known] = of(values[:, known], own[known], grid[strip][known])
    return found


def strips(samples: int, neurons: int) -> list[slice]:
    """Return the neurons in parts whose values fit the memory."""
    width = max(1, _STRIP_VALUES // max(samples, 1))
    return [slice(begin, min(begin + width, neurons)) for begin in range(0, neurons, width)]


def finite(values: NDArray[np.floating]) -> Floats:
    """Return values in float64, NaN for what is not finite; −0 is +0."""
    wide = values.astype(np.float64) + 0.0
    wide[~np.isfinite(wide)] = np.nan
    return wide


def _counts(values: Floats) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = np.count_nonzero(~np.isnan(values), axis=0)
    return counts


def _shares(a: Floats, b: Floats) -> tuple[Floats, Floats, Floats]:
    """Return all values in order, [entries, neurons], and how many of a and b are at or below.

    Equal values stand side by side; only the last of them has its count. Non-finite ones come last.
    """
    values = np.concatenate([a, b])
    order = np.argsort(values, axis=0, kind="stable")
    at = np.take_along_axis(values, order, axis=0)
    is_finite = ~np.isnan(at)
    of_b = order >= len(a)
    in_a = np.cumsum(~of_b & is_finite, axis=0, dtype=np.float64)
    in_b = np.cumsum(of_b & is_finite, axis=0, dtype=np.float64)
    return at, in_a, in_b


def _ends(at: Floats) -> NDArray[np.bool_]:
    """Tell which entries are the last of equal ones."""
    is_last = np.ones(at.shape, bool)
    is_last[:-1] = at[:-1] != at[1:]
    return is_last


def _auc(a: Floats, b: Floats, _: Any) -> Floats:
    at, in_a, in_b = _shares(a, b)
    is_last = _ends(at)
    # Halves of whole numbers: every sum is exact.
    below_a, below_b = (_before(counts, is_last) for counts in (in_a, in_b))
    wins = np.where(is_last, (in_b - below_b) * (in_a + below_a) / 2, 0).sum(axis=0)
    return np.asarray(wins / (_counts(a) * _counts(b)), np.float64)


def _before(counts: Floats, is_last: NDArray[np.bool_]) -> Floats:
    """Return the count below the value of each entry."""
    before = np.zeros_like(counts)
    before[1:] = np.maximum.accumulate(np.where(is_last, counts, 0), axis=0)[:-1]
    return before


def _wasserstein(a: Floats, b: Floats, _: Any) -> Floats:
    at, in_a, in_b = _shares(a, b)
    apart = np.abs(in_a / _counts(a) - in_b / _counts(b))
    return np.asarray(np.nansum(apart[:-1] * np.diff(at, axis=0), axis=0), np.float64)


def _kolmogorov_smirnov(a: Floats, b: Floats, _: Any) -> Floats:
    at, in_a, in_b = _shares(a, b)
    apart = np.abs(in_a / _counts(a) - in_b / _counts(b))
    return np.asarray(np.where(_ends(at), apart, 0).max(axis=0), np.float64)


def _scaled_wasserstein(a: Floats, b: Floats, grid: Any) -> Floats:
    return _in_units(_wasserstein(a, b, grid), _pooled(_deviation(a), _deviation(b)))


def _d_prime(a: Floats, b: Floats, _: Any) -> Floats:
    shift = np.nanmin(a, axis=0)
    difference = np.nanmean(b - shift, axis=0) - np.nanmean(a - shift, axis=0)
    return _in_units(difference, _pooled(_deviation(a), _deviation(b)))


def _robust_d_prime(a: Floats, b: Floats, _: Any) -> Floats:
    difference = np.nanmedian(b, axis=0) - np.nanmedian(a, axis=0)
    return _in_units(difference, _pooled(_robust_deviation(a), _robust_deviation(b)))


def _jensen_shannon(a: Floats, b: Floats, grid: NDArray[np.int32]) -> Floats:
    p, q = _binned(a, grid), _binned(b, grid)
    both = p + q
    apart = np.abs(p - q) / np.where(both > 0, both, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        nats = (1 + apart) * np.log1p(apart) + (1 - apart) * np.log1p(-apart)
    of_bin = np.where(apart == 1, 0.5, np.maximum(nats, 0) / (4 * np.log(2)))
    return np.asarray(np.minimum((both * of_bin).sum(axis=1), 1), np.float64)


def _total_variation(a: Floats, b: Floats, grid: NDArray[np.int32]) -> Floats:
    apart = np.abs(_binned(a, grid) - _binned(b, grid))
    return np.asarray(apart.sum(axis=1) / 2, np.float64)


def _hellinger(a: Floats, b: Floats, grid: NDArray[np.int32]) -> Floats:
    apart = np.sqrt(_binned(a, grid)) - np.sqrt(_binned(b, grid))
    return np.asarray(np.minimum(np.sqrt((apart**2).sum(axis=1) / 2), 1), np.float64)


def _percentile(a: Floats, x: Floats, _: Any) -> Floats:
    return 100 * _mid_rank(a, x)


def _tail(a: Floats, x: Floats, _: Any) -> Floats:
    share = _mid_rank(a, x)
    return 2 * np.minimum(share, 1 - share)


def _z(a: Floats, x: Floats, _: Any) -> Floats:
    with np.errstate(invalid="ignore"):
        difference = -np.nanmean(a - x, axis=0)
    return _in_units(difference, _deviation(a))


def _robust_z(a: Floats, x: Floats, _: Any) -> Floats:
    return _in_units(x - np.nanmedian(a, axis=0), _robust_deviation(a))


def _surprisal(a: Floats, x: Floats, grid: NDArray[np.int32]) -> Floats:
    counts, sizes = bin_counts(a, grid)
    bin = bins_of(x, grid)
    count = np.where(bin >= 0, counts[np.arange(len(x)), np.maximum(bin, 0)], 0)
    return np.asarray(-np.log2((count + 0.5) / (_counts(a) + sizes / 2)), np.float64)


def _out_of_range(a: Floats, x: Floats, _: Any) -> Floats:
    above, below = x > np.nanmax(a, axis=0), x < np.nanmin(a, axis=0)
    return np.asarray(above.astype(np.float64) - below, np.float64)


def _mid_rank(a: Floats, x: Floats) -> Floats:
    below, upto = (a < x).sum(axis=0), (a <= x).sum(axis=0)
    return np.asarray((below + upto) / 2 / _counts(a), np.float64)


def _deviation(values: Floats) -> Floats:
    """Return the standard deviation, dividing by n; 0 exactly when all values are equal."""
    shifted = values - np.nanmin(values, axis=0)
    return np.asarray(np.nanstd(shifted, axis=0), np.float64)


def _robust_deviation(values: Floats) -> Floats:
    distances = np.abs(values - np.nanmedian(values, axis=0))
    return np.asarray(np.nanmedian(distances, axis=0) / _NORMAL_MAD, np.float64)


def _pooled(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.hypot(a, b) / np.sqrt(2), np.float64)


def _in_units(difference: Floats, deviation: Floats) -> Floats:
    is_telling = deviation > 0
    return np.where(is_telling, difference / np.where(is_telling, deviation, 1), np.nan)


def _binned(values: Floats, grid: NDArray[np.int32]) -> Floats:
    """Return the shares of the bins, [neurons, bins]."""
    return np.asarray(bin_counts(values, grid)[0] / _counts(values)[:, None], np.float64)


def bin_counts(
    values: Floats, grid: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count values in the bins that definitions on bins take.

    Parameters
    ----------
    values : float array, shape [samples, neurons]
        Only finite ones count.
    grid : int32 array, shape [neurons, 2]

    Returns
    -------
    counts : int64 array, shape [neurons, bins]
    sizes : int64 array, shape [neurons]
        How many bins a neuron has; its row of counts ends in others.
    """
    bins = bins_of(values, grid)
    is_inside = bins >= 0
    cells = np.arange(len(grid)) * _BINS + bins
    counts = np.bincount(cells[is_inside], minlength=len(grid) * _BINS)
    return np.asarray(counts.reshape(-1, _BINS), np.int64), _span(grid)[1]


def bins_of(values: Floats, grid: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the bin of each value, [.., neurons]; −1 outside and of what is not finite."""
    first, sizes = _span(grid)
    is_finite = np.isfinite(values)
    exponents = grid[:, 0] + _COARSER
    bins = dyadic.scaled_floor(np.where(is_finite, values, 0), exponents) - first
    return np.where(is_finite & (bins >= 0) & (bins < sizes), bins, -1)


def _span(grid: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first of the bins of each neuron, and how many there are."""
    origins = grid[:, 1].astype(np.int64)
    first = origins >> _COARSER
    return first, ((origins + dyadic.FINE_BINS - 1) >> _COARSER) - first + 1


OF_GROUPS: Mapping[str, Callable[[Floats, Floats, NDArray[np.int32]], Floats]] = {
    "auc": _auc,
    "wasserstein": _wasserstein,
    "scaledWasserstein": _scaled_wasserstein,
    "kolmogorovSmirnov": _kolmogorov_smirnov,
    "jensenShannon": _jensen_shannon,
    "totalVariation": _total_variation,
    "hellinger": _hellinger,
    "dPrime": _d_prime,
    "robustDPrime": _robust_d_prime,
}
"""Every divergence of two groups, by the name that view states and files have."""

OF_INSTANCE: Mapping[str, Callable[[Floats, Floats, NDArray[np.int32]], Floats]] = {
    "percentile": _percentile,
    "tail": _tail,
    "z": _z,
    "robustZ": _robust_z,
    "surprisal": _surprisal,
    "outOfRange": _out_of_range,
}
"""Every divergence of an instance from a class."""

NEUTRAL: Mapping[str, float] = {
    **dict.fromkeys((*OF_GROUPS, *OF_INSTANCE), 0.0),
    "auc": 0.5,
    "percentile": 50.0,
    "tail": 1.0,
}
"""The value where nothing diverges; the distance from it ranks neurons."""
