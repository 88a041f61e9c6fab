"""Counts and statistics of a layer's values per class and neuron, in strips of neurons."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import grid as dyadic

__all__ = ["PROBABILITIES", "measure"]

PROBABILITIES = (0.25, 0.5, 0.75)

_STRIP_VALUES = 2**24
"""Values that are gathered at a time."""
_BLOCK_VALUES = 2**18
"""Values that are measured at a time: in float64 they stay in the processor's cache."""
_SEGMENT_VALUES = 2**12
"""Values of a class that are worth a call; blocks of small classes are larger."""
_ROWS = 64
_PAD = 16

Floats = NDArray[np.float32] | NDArray[np.float16]


def measure(
    values: Floats, groups: NDArray[np.int32], group_count: int, grid: NDArray[np.int32]
) -> dict[str, NDArray[Any]]:
    """Count and measure the values of each group and neuron.

    Parameters
    ----------
    values : float32 or float16 array, shape [samples, neurons]
    groups : int32 array, shape [samples]
        Group of each sample, −1 = none.
    group_count : int
    grid : int32 array, shape [neurons, 2]

    Returns
    -------
    dict
        The arrays of a summary, by name.

    Raises
    ------
    ValueError
        A finite value lies outside the grid.
    """
    order = np.argsort(groups, kind="stable")
    bounds = np.searchsorted(groups[order], np.arange(group_count + 1))
    rows = order[bounds[0] : bounds[-1]]
    bounds -= bounds[0]
    spans = [slice(begin, end) for begin, end in pairwise(bounds)]
    fields = _empty_fields(np.diff(bounds), values.shape[1])
    width = min(values.shape[1], max(1, _STRIP_VALUES // max(len(rows), 1)))
    memory = np.empty((width, len(rows)), np.float32)
    for strip in _slices(values.shape[1], width):
        gathered = memory[: strip.stop - strip.start]
        _gather(values[:, strip], rows, gathered)
        into = {name: array[:, strip] for name, array in fields.items()}
        blocks = list(_slices(len(gathered), _block_width(len(rows), group_count)))
        parts = [{name: array[:, block] for name, array in into.items()} for block in blocks]
        for block, part in zip(blocks, parts, strict=True):
            _measure(gathered[block], spans, part)
            _sort(gathered[block], spans, _is_whole(part))
        _read_ranks(gathered, bounds[:-1], into)
        _check_extremes(into, grid[strip])
        for block, part in zip(blocks, parts, strict=True):
            first = strip.start + block.start
            fitted = grid[strip][block]
            _count(gathered[block], bounds, fitted, _is_whole(part), fields["counts"], first)
    return fields


def _empty_fields(sizes: NDArray[np.intp], neurons: int) -> dict[str, NDArray[Any]]:
    shape = (len(sizes), neurons)
    narrow = np.uint16 if sizes.max(initial=0) <= np.iinfo(np.uint16).max else np.uint32
    wholes = {
        name: np.zeros(shape, np.uint32) for name in ("n", "zeros", "nan", "posinf", "neginf")
    }
    wholes["n"][:] = sizes[:, None]
    return {
        "counts": np.zeros((*shape, dyadic.FINE_BINS), narrow),
        **wholes,
        **{name: np.empty(shape) for name in ("min", "max", "mean", "m2")},
        "quantiles": np.empty((*shape, len(PROBABILITIES))),
    }


def _slices(length: int, width: int) -> Iterator[slice]:
    for begin in range(0, length, max(width, 1)):
        yield slice(begin, min(begin + width, length))


def _block_width(samples: int, group_count: int) -> int:
    wanted = max(_BLOCK_VALUES, _SEGMENT_VALUES * group_count)
    return max(1, wanted // max(samples, 1))


def _gather(values: Floats, rows: NDArray[np.intp], into: NDArray[np.float32]) -> None:
    """Copy some rows into the columns of `into`."""
    neurons = values.shape[1]
    # The pad keeps a column's values from falling into the same places of the cache.
    buffer = np.empty((_ROWS, neurons + _PAD), np.float32)[:, :neurons]
    for part in _slices(len(rows), _ROWS):
        taken = buffer[: part.stop - part.start]
        taken[:] = values[rows[part]]
        into[:, part] = taken.T


def _measure(
    values: NDArray[np.float32], spans: list[slice], into: dict[str, NDArray[Any]]
) -> None:
    """Measure all but ranks and counts of [neurons, samples], samples in order of groups."""
    is_finite = np.isfinite(values)
    is_whole = bool(is_finite.all())
    into["zeros"][:] = _sums(values == 0, spans)
    if not is_whole:
        into["nan"][:] = _sums(np.isnan(values), spans)
        into["posinf"][:] = _sums(values == np.inf, spans)
        into["neginf"][:] = _sums(values == -np.inf, spans)
    wide = values.astype(np.float64)
    if not is_whole:
        wide[~is_finite] = 0
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.divide(_sums(wide, spans), _finite_count(into), out=into["mean"])
    for group, span in enumerate(spans):
        wide[:, span] -= mean[group][:, None]
    if not is_whole:
        wide[~is_finite] = 0
    into["m2"][:] = _sums(np.square(wide, out=wide), spans)


def _sort(values: NDArray[np.float32], spans: list[slice], is_whole: bool) -> None:
    """Sort the values of each group and neuron in place, non-finite ones as +∞ and −0 as +0."""
    if not is_whole:
        values[~np.isfinite(values)] = np.inf
    values += np.float32(0)
    for span in spans:
        values[:, span].sort(axis=1)


def _is_whole(fields: dict[str, NDArray[Any]]) -> bool:
    return not any(fields[name].any() for name in ("nan", "posinf", "neginf"))


def _finite_count(fields: dict[str, NDArray[Any]]) -> NDArray[np.int64]:
    count: NDArray[np.int64] = fields["n"].astype(np.int64)
    for name in ("nan", "posinf", "neginf"):
        count -= fields[name]
    return count


def _sums(values: NDArray[Any], spans: list[slice]) -> NDArray[Any]:
    """Sum each group's values: [neurons, samples] → [groups, neurons].

    Rounding does not depend on how many neurons come together.
    """
    dtype = np.float64 if values.dtype == np.float64 else np.intp
    sums = np.empty((len(spans), len(values)), dtype)
    for group, span in enumerate(spans):
        values[:, span].sum(axis=1, out=sums[group])
    return sums


def _read_ranks(
    ranked: NDArray[np.float32], starts: NDArray[np.intp], into: dict[str, NDArray[Any]]
) -> None:
    """Read extremes and quantiles off the sorted values of each group and neuron."""
    neurons, samples = ranked.shape
    count = _finite_count(into)
    first = np.arange(neurons) * samples + starts[:, None]
    flat = ranked.reshape(-1)

    def at(rank: NDArray[np.integer]) -> NDArray[np.float64]:
        if samples == 0:
            return np.full(rank.shape, np.nan)
        found = flat.take(first + rank, mode="clip").astype(np.float64)
        return np.where(count > 0, found, np.nan)

    into["min"][:] = at(np.zeros_like(count))
    into["max"][:] = at(count - 1)
    for place, probability in enumerate(PROBABILITIES):
        into["quantiles"][..., place] = _quantile(at, count, probability)


def _quantile(
    at: Callable[[NDArray[np.integer]], NDArray[np.float64]],
    count: NDArray[np.int64],
    probability: float,
) -> NDArray[np.float64]:
    """Return the type 7 quantile of `count` values, of which `at` returns those of a rank.

    The operations are those of ``numpy.quantile``, and of ``numpy.median`` at 0.5, in their
    order, so that results agree to the last bit.
    """
    place = np.maximum(count - 1, 0) * probability
    below = np.floor(place).astype(np.intp)
    fraction = place - below
    low, high = at(below), at(np.minimum(below + 1, count - 1))
    if probability == 0.5:
        median: NDArray[np.float64] = np.where(fraction == 0, low, (low + high) / 2)
        return median
    step = high - low
    quantile: NDArray[np.float64] = np.where(
        fraction >= 0.5, high - step * (1 - fraction), low + step * fraction
    )
    return quantile


def _count(
    ranked: NDArray[np.float32],
    bounds: NDArray[np.intp],
    grid: NDArray[np.int32],
    is_whole: bool,
    counts: NDArray[np.unsignedinteger[Any]],
    first: int,
) -> None:
    """Count values, as `_sort` leaves them, of the neurons from `first` on."""
    groups, neurons, size = counts.shape
    bins = np.multiply(ranked, dyadic.scale(grid[:, :1]), dtype=np.float64)
    np.floor(bins, out=bins)
    # Now places in `counts`: whole numbers up to 2^53 are exact in float64.
    bins += size * np.arange(first, first + len(ranked))[:, None] - grid[:, 1:].astype(np.float64)
    bins += np.repeat(size * neurons * np.arange(groups), np.diff(bounds)).astype(np.float64)
    places = (bins if is_whole else bins[np.isfinite(ranked)]).astype(np.intp)
    np.add.at(counts.reshape(-1), places.ravel(), counts.dtype.type(1))


def _check_extremes(into: dict[str, NDArray[Any]], grid: NDArray[np.int32]) -> None:
    for extreme in (into["min"], into["max"]):
        bins = np.floor(extreme * dyadic.scale(grid[:, 0])) - grid[:, 1]
        if ((bins < 0) | (bins >= dyadic.FINE_BINS)).any():
            raise ValueError(dyadic.OUTSIDE)
