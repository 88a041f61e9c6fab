"""Summaries of layers: counts and statistics per class and neuron, which merge."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import grid as dyadic
from .measure import PROBABILITIES, measure
from .recording import Activations, Layer, Recording, Summary

__all__ = [
    "BRIEF_BINS",
    "PROBABILITIES",
    "brief",
    "merge",
    "summarise",
    "summarise_layer",
    "summarised",
    "summary_bytes",
]

BRIEF_BINS = 64
"""Bins of a summary beside which all values are at hand."""
_MOST_SAMPLE_BYTES = 2**18
"""Columns and groups that take more come with the values."""
_BRIEF_STEP_EXPONENT = -3
"""Its statistics are multiples of a bin of its grid by 2 to this."""
_BRIEF_M2_BITS = 8


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


def summary_bytes(recording: Recording) -> int:
    """Return the bytes of the counts that the summaries of all layers need at least."""
    neurons = sum(layer.neurons for layer in recording.layers if layer.summary is None)
    made: int = neurons * len(recording.classes) * dyadic.FINE_BINS * np.dtype(np.uint16).itemsize
    return made + sum(
        layer.summary.counts.nbytes for layer in recording.layers if layer.summary is not None
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


def brief(recording: Recording) -> Recording:
    """Return a summarised recording in a third of the bytes, for a first picture.

    Counts are exact on a grid of 64 bins, and so are medians. Other quantiles, means and extremes
    are rounded down to an eighth of a bin, so that all bins and the order of these numbers stay;
    m2 has 8 bits. Columns and groups are left out where they are large. All else stays.
    """
    if _sample_bytes(recording) > _MOST_SAMPLE_BYTES:
        recording = replace(recording, columns=(), groups=())
    layers = tuple(
        layer if layer.summary is None else replace(layer, summary=_brief(layer, layer.summary))
        for layer in recording.layers
    )
    return replace(recording, layers=layers)


def _sample_bytes(recording: Recording) -> int:
    """Return about the bytes of columns, with their texts, and groups."""
    columns, groups = recording.columns, recording.groups
    texts = sum(len(text) for column in columns for text in column.categories or ())
    bits = recording.count * len(groups)
    return texts + sum(column.values.nbytes for column in columns) + bits // 8


def _brief(layer: Layer, summary: Summary) -> Summary:
    if summary.bins <= BRIEF_BINS:
        return summary
    grid = _coarse_grid(layer, summary)
    counts = _rebinned(summary, grid, BRIEF_BINS)
    rounded = _rounded(summary, grid[:, 0] + _BRIEF_STEP_EXPONENT)
    error = 0 if summary.exact else summary.bound
    bound = None if error is None else error + 2.0**_BRIEF_STEP_EXPONENT
    fields = {"grid": grid, "counts": counts, **rounded, "exact": False, "bound": bound}
    return _summary(**{**vars(summary), **fields})


def _rounded(summary: Summary, exponents: NDArray[np.int32]) -> dict[str, NDArray[np.float64]]:
    """Round statistics down to multiples of a power of two per neuron: zeros at the end pack well.

    Medians stay, and what is not below or above them is not so afterwards.
    """

    def floor(values: NDArray[np.float64]) -> NDArray[np.float64]:
        floored: NDArray[np.float64] = np.ldexp(np.floor(np.ldexp(values, -exponents)), exponents)
        return floored

    probabilities = summary.probabilities
    median = summary.quantiles[..., probabilities.index(0.5)]
    sides = {p: np.fmin if p < 0.5 else np.fmax for p in probabilities}
    quantiles = [
        median if p == 0.5 else sides[p](floor(summary.quantiles[..., k]), median)
        for k, p in enumerate(probabilities)
    ]
    mantissa, exponent = np.frexp(summary.m2)
    m2 = np.ldexp(np.round(np.ldexp(mantissa, _BRIEF_M2_BITS)), exponent - _BRIEF_M2_BITS)
    return {
        "min": floor(summary.min),
        "max": np.fmax.reduce([floor(summary.max), *quantiles]),
        "mean": floor(summary.mean),
        "m2": m2,
        "quantiles": np.stack(quantiles, axis=-1),
    }


def _coarse_grid(layer: Layer, summary: Summary) -> NDArray[np.int32]:
    """Return the finest grid of 64 bins that holds all samples and instances."""
    has_any = np.asarray(summary.counts.any(axis=0))
    exponents, origins = summary.grid.astype(np.int64).T
    if layer.instances is not None:
        is_finite = np.isfinite(layer.instances)
        bins = dyadic.scaled_floor(np.where(is_finite, layer.instances, 0), exponents) - origins
        neurons = np.broadcast_to(np.arange(layer.neurons), bins.shape)
        has_any[neurons[is_finite], bins[is_finite].clip(0, summary.bins - 1)] = True
    first = has_any.argmax(axis=1)
    last = np.where(has_any.any(axis=1), summary.bins - 1 - has_any[:, ::-1].argmax(axis=1), first)
    coarse = dyadic.shrink(exponents, origins + first, origins + last, BRIEF_BINS)
    return np.stack(coarse, axis=1).astype(np.int32)


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
    fields = measure(values, groups, group_count, grid)
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
    counts = _rebinned(a, grid, a.bins) + _rebinned(b, grid, a.bins)
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
    if counts.dtype != np.uint16:
        is_narrow = counts.max(initial=0) <= np.iinfo(np.uint16).max
        counts = counts.astype(np.uint16 if is_narrow else np.uint32)
    arrays = {"counts": counts, **fields}
    for name in ("n", "zeros", "nan", "posinf", "neginf"):
        arrays[name] = arrays[name].astype(np.uint32, copy=False)
    for array in arrays.values():
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
    return Summary(**arrays)


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


def _rebinned(summary: Summary, grid: NDArray[np.int32], bins: int) -> NDArray[np.int64]:
    """Return the counts on a coarser grid of so many bins."""
    exponents, origins = summary.grid.astype(np.int64).T
    shift = np.clip(grid[:, 0] - exponents, 0, 63)
    whole = (origins[:, None] + np.arange(summary.bins)) >> shift[:, None]
    whole = np.where(_is_free(summary)[:, None], 0, whole)
    place = np.clip(whole - grid[:, 1:], 0, bins - 1)
    cells = (np.arange(len(grid))[:, None] * bins + place).ravel()
    # Float64 weights are exact below 2^53.
    counts = [
        np.bincount(cells, of_class.ravel(), len(grid) * bins).reshape(-1, bins)
        for of_class in summary.counts
    ]
    return np.array(counts, np.int64).reshape(-1, len(grid), bins)


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
