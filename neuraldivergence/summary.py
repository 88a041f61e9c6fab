"""Summaries of layers: counts and statistics per class and neuron, which merge."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import grid as dyadic
from .recording import Activations, Recording, Summary

__all__ = ["PROBABILITIES", "merge", "summarise", "summarise_layer", "summarised"]

PROBABILITIES = (0.25, 0.5, 0.75)

_CHUNK_VALUES = 2**22


def summarise_layer(recording: Recording, index: int) -> Summary:
    """Summarise one layer of a recording by label.

    The grid spans samples and instances, so that every dot has a bin.

    Raises
    ------
    ValueError
        The layer has no activations.
    """
    layer = recording.layers[index]
    if layer.activations is None:
        raise ValueError(f"unavailable: layer {layer.name!r} holds no activations to summarise")
    labels = recording.labels
    return summarise(
        layer.activations,
        np.full(recording.count, -1, np.int32) if labels is None else labels,
        len(recording.classes),
        grid=dyadic.fit(layer.activations, layer.instances),
    )


def summarised(recording: Recording) -> Recording:
    """Return the recording with a summary of each layer in place of raw values."""
    is_raw = any(layer.activations is not None for layer in recording.layers)
    layers = tuple(
        replace(
            layer,
            activations=None,
            codes=None,
            summary=layer.summary or summarise_layer(recording, index),
        )
        for index, layer in enumerate(recording.layers)
    )
    return replace(recording, layers=layers, reduced=recording.reduced or is_raw)


def summarise(
    values: Activations,
    groups: NDArray[np.int32],
    group_count: int,
    *,
    grid: NDArray[np.int32] | None = None,
    membership: str = "label",
) -> Summary:
    """Count and measure the values of each group and neuron.

    Parameters
    ----------
    values : float32 or float16 array, shape [samples, neurons]
    groups : int32 array, shape [samples]
        Group of each sample, −1 = none.
    group_count : int
    grid : int32 array, shape [neurons, 2], optional
        Fitted to `values` by default.
    membership : {"label", "prediction", "correct"}
        What `groups` are.

    Returns
    -------
    Summary
        With exact quantiles.
    """
    grid = dyadic.fit(values) if grid is None else grid
    order = np.argsort(groups, kind="stable")
    bounds = np.searchsorted(groups[order], np.arange(group_count + 1))
    rows = [order[begin:end] for begin, end in pairwise(bounds)]
    parts = [
        _summarise_chunk(values[:, chunk], groups, rows, grid[chunk])
        for chunk in _chunks(values, group_count)
    ]
    fields = {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}
    return _summary(grid=grid, membership=membership, **fields)


def merge(a: Summary, b: Summary) -> Summary:
    """Merge the summaries of two sets of samples over the same classes and neurons.

    Counts and extremes are exact on the finest grid that holds both; mean and m2 are those of
    one pass up to rounding; quantiles are read from the counts, within half a bin.

    Raises
    ------
    ValueError
        The summaries differ in classes, neurons, bins or membership.
    """
    if a.counts.shape != b.counts.shape or a.membership != b.membership:
        raise ValueError(
            f"invalid merge: {a.membership} {a.counts.shape} with {b.membership} {b.counts.shape}"
        )
    grid = _common_grid(a, b)
    counts = _rebinned(a, grid) + _rebinned(b, grid)
    mean, m2 = _merged_moments(a, b)
    low, high = np.fmin(a.min, b.min), np.fmax(a.max, b.max)
    shared = tuple(p for p in a.probabilities if p in b.probabilities)
    return _summary(
        grid=grid,
        membership=a.membership,
        counts=counts,
        **{
            name: getattr(a, name) + getattr(b, name)
            for name in ("n", "zeros", "nan", "posinf", "neginf")
        },
        min=low,
        max=high,
        mean=mean,
        m2=m2,
        quantiles=_quantiles_of_counts(counts, grid, low, high, shared),
        probabilities=shared,
        exact=False,
        bound=0.5,
    )


def _summary(*, counts: NDArray[Any], **fields: Any) -> Summary:
    narrow = np.uint16 if counts.max(initial=0) <= np.iinfo(np.uint16).max else np.uint32
    arrays = {"counts": counts.astype(narrow), **fields}
    for name in ("n", "zeros", "nan", "posinf", "neginf"):
        arrays[name] = arrays[name].astype(np.uint32)
    for array in arrays.values():
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
    return Summary(**arrays)


def _chunks(values: Activations, group_count: int) -> Iterator[slice]:
    """Split the neurons so that neither values nor counts of a chunk take much memory."""
    samples, neurons = values.shape
    each = max(samples, group_count * dyadic.FINE_BINS, 1)
    width = max(1, _CHUNK_VALUES // each)
    for begin in range(0, max(neurons, 1), width):
        yield slice(begin, begin + width)


def _summarise_chunk(
    values: Activations,
    groups: NDArray[np.int32],
    rows: list[NDArray[np.intp]],
    grid: NDArray[np.int32],
) -> dict[str, NDArray[Any]]:
    measured = [_measure(values[group].astype(np.float64)) for group in rows]
    fields = {name: np.stack([one[name] for one in measured]) for name in measured[0]}
    return {"counts": _count(values, groups, len(rows), grid), **fields}


def _count(
    values: Activations, groups: NDArray[np.int32], group_count: int, grid: NDArray[np.int32]
) -> NDArray[np.int64]:
    neurons = values.shape[1]
    cell = groups[:, None].astype(np.int64) * neurons + np.arange(neurons)
    place = cell * dyadic.FINE_BINS + dyadic.codes(values, grid)
    is_counted = np.isfinite(values) & (groups >= 0)[:, None]
    size = group_count * neurons * dyadic.FINE_BINS
    counts = np.bincount(place[is_counted], minlength=size)
    return counts.reshape(group_count, neurons, dyadic.FINE_BINS)


def _measure(values: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """Measure one group: float64 [samples, neurons] → arrays [neurons]."""
    is_finite = np.isfinite(values)
    finite_count = is_finite.sum(axis=0)
    finite = np.where(is_finite, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = _sums(finite) / finite_count
    deviations = np.where(is_finite, finite - mean, 0.0)
    # Sorted with non-finite values last; + 0.0 turns −0 into +0.
    ranked = np.sort(np.where(is_finite, values, np.inf) + 0.0, axis=0)
    return {
        "n": np.full(values.shape[1], len(values)),
        "zeros": (values == 0).sum(axis=0),
        "nan": np.isnan(values).sum(axis=0),
        "posinf": (values == np.inf).sum(axis=0),
        "neginf": (values == -np.inf).sum(axis=0),
        "min": _at(ranked, np.zeros_like(finite_count), finite_count),
        "max": _at(ranked, finite_count - 1, finite_count),
        "mean": mean,
        "m2": _sums(deviations**2),
        "quantiles": np.stack([_quantile(ranked, finite_count, p) for p in PROBABILITIES], axis=-1),
    }


def _sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum each column. Rounding does not depend on how many columns come together."""
    sums: NDArray[np.float64] = np.ascontiguousarray(values.T).sum(axis=1)
    return sums


def _at(
    ranked: NDArray[np.float64], rank: NDArray[np.integer], count: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Return the value of each neuron at its rank; NaN where `count` is 0."""
    if len(ranked) == 0:
        return np.full(ranked.shape[1], np.nan)
    found = np.take_along_axis(ranked, np.clip(rank, 0, len(ranked) - 1)[None], axis=0)[0]
    return np.where(count > 0, found, np.nan)


def _quantile(
    ranked: NDArray[np.float64], count: NDArray[np.integer], probability: float
) -> NDArray[np.float64]:
    """Return the type 7 quantile of the first `count` values of each column.

    The operations are those of ``numpy.quantile``, and of ``numpy.median`` at 0.5, in their
    order, so that results agree to the last bit.
    """
    place = np.maximum(count - 1, 0) * probability
    below = np.floor(place).astype(np.intp)
    fraction = place - below
    low = _at(ranked, below, count)
    high = _at(ranked, np.minimum(below + 1, count - 1), count)
    if probability == 0.5:
        median: NDArray[np.float64] = np.where(fraction == 0, low, (low + high) / 2)
        return median
    step = high - low
    quantile: NDArray[np.float64] = np.where(
        fraction >= 0.5, high - step * (1 - fraction), low + step * fraction
    )
    return quantile


def _common_grid(a: Summary, b: Summary) -> NDArray[np.int32]:
    """Return the finest grid on which the occupied bins of both fit."""
    occupied = [_occupied(one) for one in (a, b)]
    exponents = np.maximum(*(exponent for exponent, _, _, _ in occupied))
    low = np.full(exponents.shape, np.iinfo(np.int64).max)
    high = -low
    for exponent, first, last, is_empty in occupied:
        shift = np.clip(exponents - exponent, 0, 63)
        low = np.where(is_empty, low, np.minimum(low, first >> shift))
        high = np.where(is_empty, high, np.maximum(high, last >> shift))
    is_free = exponents == _FREE
    exponents = np.where(is_free, 0, exponents)
    low, high = (np.where(low > high, 0, side) for side in (low, high))
    exponents, origins = dyadic.shrink(exponents, low, high, a.bins)
    return np.stack([exponents, origins], axis=1).astype(np.int32)


_FREE = -(2**31)
"""Exponent of a neuron without values or with zeros only: these fit any grid."""


def _occupied(
    summary: Summary,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return exponent, first and last occupied bin, and whether there is none, per neuron."""
    has_any = np.asarray(summary.counts.any(axis=0))
    first = has_any.argmax(axis=1)
    last = summary.bins - 1 - has_any[:, ::-1].argmax(axis=1)
    exponents, origins = summary.grid.astype(np.int64).T
    return (
        np.where(_is_free(summary), _FREE, exponents),
        np.where(_is_free(summary), 0, origins + first),
        np.where(_is_free(summary), 0, origins + last),
        ~np.asarray(has_any.any(axis=1)),
    )


def _is_free(summary: Summary) -> NDArray[np.bool_]:
    counted: NDArray[np.int64] = summary.counts.sum(axis=(0, 2), dtype=np.int64)
    zeros: NDArray[np.int64] = summary.zeros.sum(axis=0, dtype=np.int64)
    return np.asarray(counted == zeros)


def _rebinned(summary: Summary, grid: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the counts on a coarser grid."""
    exponents, origins = summary.grid.astype(np.int64).T
    shift = np.clip(grid[:, 0] - exponents, 0, 63)
    whole = (origins[:, None] + np.arange(summary.bins)) >> shift[:, None]
    whole = np.where(_is_free(summary)[:, None], 0, whole)
    place = np.clip(whole - grid[:, 1:], 0, summary.bins - 1)
    cell = np.arange(summary.counts.shape[0] * len(grid)).reshape(-1, len(grid), 1)
    flat = (cell * summary.bins + place).ravel()
    counts = np.zeros(summary.counts.size, np.int64)
    np.add.at(counts, flat, summary.counts.ravel())
    return counts.reshape(summary.counts.shape)


def _merged_moments(a: Summary, b: Summary) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Merge mean and m2 (Chan, Golub, LeVeque 1979)."""
    of_a, of_b = _finite_count(a), _finite_count(b)
    total = np.maximum(of_a + of_b, 1)
    mean_a, mean_b = np.where(of_a > 0, a.mean, 0), np.where(of_b > 0, b.mean, 0)
    difference = np.where((of_a > 0) & (of_b > 0), mean_b - mean_a, 0)
    mean = (mean_a * of_a + mean_b * of_b) / total
    m2 = a.m2 + b.m2 + difference**2 * of_a * of_b / total
    return np.where(of_a + of_b > 0, mean, np.nan), m2


def _finite_count(summary: Summary) -> NDArray[np.float64]:
    counted: NDArray[np.float64] = summary.counts.sum(axis=2, dtype=np.float64)
    return counted


def _quantiles_of_counts(
    counts: NDArray[np.int64],
    grid: NDArray[np.int32],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    probabilities: tuple[float, ...],
) -> NDArray[np.float64]:
    """Read quantiles from counts: each ranked value is taken at the middle of its bin."""
    cumulative = counts.cumsum(axis=2)
    total = cumulative[..., -1]
    middles = np.ldexp(grid[:, 1:] + np.arange(counts.shape[2]) + 0.5, grid[:, :1])

    def at(rank: NDArray[np.integer]) -> NDArray[np.float64]:
        bins = np.minimum((cumulative <= rank[..., None]).sum(axis=2), counts.shape[2] - 1)
        middle = middles[np.arange(len(grid))[None], bins]
        return np.where(total > 0, np.clip(middle, low, high), np.nan)

    quantiles = []
    for probability in probabilities:
        place = np.maximum(total - 1, 0) * probability
        below = np.floor(place).astype(np.int64)
        fraction = place - below
        above = at(np.minimum(below + 1, np.maximum(total - 1, 0)))
        quantiles.append(at(below) * (1 - fraction) + above * fraction)
    return np.stack(quantiles, axis=-1)
