"""One layer's graph in data units: which rows in which order, and what each shows."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..divergences import NEUTRAL
from ..recording import Class, Instance, Layer, Recording
from .distribution import Distribution, distribution_of, distributions
from .divergence import divergence_scores
from .extent import (
    Columns,
    columns_over,
    extent_of,
    extents_of,
    fitted,
    fitted_each,
    full,
    full_each,
    union,
)
from .palette import BRUSH
from .state import Brush, Group, Marks, Range, View

__all__ = ["ClassSeries", "InstanceSeries", "LayerFigure", "Row", "layer_figure", "order_neurons"]

_CHUNK_ROWS = 1024

_ColumnsOf = Callable[[NDArray[np.intp]], list[Columns]]
"""The columns of some neurons' rows; the same for all rows when the axis is the layer's."""


@dataclass(frozen=True)
class _Bars:
    """One class on some rows: values per column, [rows, columns], left and right of the columns."""

    density: NDArray[np.float64]
    below: NDArray[np.float64]
    above: NDArray[np.float64]


@dataclass(frozen=True)
class ClassSeries:
    """A shown class or group; groups are numbered after the classes."""

    index: int
    name: str
    color: str | None
    distribution: Distribution


@dataclass(frozen=True)
class InstanceSeries:
    """A shown instance and its value in each neuron."""

    instance: Instance
    values: NDArray[np.float32]
    place: int = 0
    """How many plain instances come before it in the recording."""


@dataclass(frozen=True)
class Row:
    """What one neuron's row shows. Arrays are per class, `dots` per instance, in data units.

    Attributes
    ----------
    opacities : float64 array, shape [classes, columns]
    medians, dots : float64 arrays
        NaN where there is none, or none on the axis.
    zero_shares : float64 array
        Shares of exact zeros when they stand apart, else empty.
    below, above : float64 arrays
        Finite values left and right of the axis.
    """

    neuron: int
    columns: Columns
    opacities: NDArray[np.float64]
    medians: NDArray[np.float64]
    zero_shares: NDArray[np.float64]
    below: NDArray[np.float64]
    above: NDArray[np.float64]
    dots: NDArray[np.float64]
    is_hidden: bool
    is_marked: bool
    has_non_finite: bool
    brushed: tuple[Range, ...]


@dataclass(frozen=True)
class LayerFigure:
    """One layer's graph.

    Attributes
    ----------
    rows : int array
        Neuron of each row, top to bottom.
    scores : float64 array, shape [neurons]
        Sort value of each neuron, NaN = none.
    """

    layer: Layer
    view: View
    rows: NDArray[np.intp]
    scores: NDArray[np.float64]
    classes: tuple[ClassSeries, ...]
    instances: tuple[InstanceSeries, ...]
    marks: Marks
    columns_of: _ColumnsOf

    @property
    def zero_share(self) -> float:
        """Share of exact zeros among the shown values."""
        shown = [one.distribution for one in self.classes]
        values = sum(one.size for one in shown) * self.layer.neurons
        return sum(int(one.zeros.sum()) for one in shown) / values if values else 0.0

    @property
    def non_finite(self) -> int:
        """Shown values that are not finite."""
        return sum(int(one.distribution.non_finite.sum()) for one in self.classes)

    def drawn(self, most: int) -> list[Row]:
        """Return the first rows, at most `most`."""
        neurons = self.rows[:most]
        columns = self.columns_of(neurons)
        bars = [self._bars(one, neurons, columns) for one in self.classes]
        peaks = self._layer_peaks() if self.view.scale == "layer" else None
        return [self._row(place, columns[place], bars, peaks) for place in range(len(neurons))]

    def _row(
        self, place: int, columns: Columns, bars: list[_Bars], peaks: NDArray[np.float64] | None
    ) -> Row:
        neuron = int(self.rows[place])
        ranges = () if self.view.brush is None else self.view.brush.ranges
        shown = [one.distribution for one in self.classes]
        density = np.array([one.density[place, : columns.count] for one in bars])
        density = density.reshape(len(bars), columns.count)
        tops = density.max(axis=1, initial=0) if peaks is None else peaks
        return Row(
            neuron=neuron,
            columns=columns,
            opacities=_opacity(density, tops[:, None], self.view.opacity),
            medians=_inside([one.median[neuron] for one in shown], columns),
            zero_shares=np.array([one.zeros[neuron] / max(one.size, 1) for one in shown])
            if self.view.zeros == "apart"
            else np.zeros(0),
            below=np.array([one.below[place] for one in bars]),
            above=np.array([one.above[place] for one in bars]),
            dots=_inside([one.values[neuron] for one in self.instances], columns),
            is_hidden=neuron in self.marks.hidden,
            is_marked=neuron in self.marks.marked,
            has_non_finite=any(one.non_finite[neuron] > 0 for one in shown),
            brushed=tuple(
                one for one in ranges if (one.layer, one.neuron) == (self.layer.name, neuron)
            ),
        )

    def _layer_peaks(self) -> NDArray[np.float64]:
        """Return the largest density of each class over all rows."""
        peaks = np.zeros(len(self.classes))
        for begin in range(0, len(self.rows), _CHUNK_ROWS):
            neurons = self.rows[begin : begin + _CHUNK_ROWS]
            columns = self.columns_of(neurons)
            for place, one in enumerate(self.classes):
                bars = self._bars(one, neurons, columns)
                peaks[place] = bars.density.max(initial=peaks[place])
        return peaks

    def _bars(self, one: ClassSeries, neurons: NDArray[np.intp], columns: list[Columns]) -> _Bars:
        return _bars_of(one.distribution, neurons, columns, self.view.zeros == "apart")


def layer_figure(recording: Recording, layer: Layer, view: View) -> LayerFigure:
    """Return the graph of one layer.

    A class or group of which the layer cannot tell the distribution is left out.
    """
    needed = [*view.classes, *_sorted_items(view.order, "class")]
    known = distributions(recording, layer, list(dict.fromkeys(needed)), view.membership)
    wanted = {*view.shown_groups, *_sorted_items(view.order, "group")}
    grouped = {
        group.id: distribution_of(layer, group.mask) for group in view.groups if group.id in wanted
    }
    sides = {
        side: distribution_of(layer, view.brush.side(side))
        for side in dict.fromkeys(_sorted_items(view.order, "brush"))
        if view.brush is not None
    }
    of_class: list[tuple[int, Class | Group, Distribution | None]] = [
        (g, recording.classes[g], known.get(g)) for g in view.classes
    ]
    of_group: list[tuple[int, Class | Group, Distribution | None]] = [
        (len(recording.classes) + place, group, grouped[group.id])
        for place, group in enumerate(view.groups)
        if group.id in view.shown_groups
    ]
    chosen = tuple(
        ClassSeries(index, one.name, one.color, found)
        for index, one, found in (*of_class, *of_group)
        if found is not None
    )
    classes = chosen if view.brush is None else _brushed(layer, view.brush, chosen)
    places = {one.id: place for place, one in enumerate(recording.instances)}
    instances = tuple(
        InstanceSeries(
            recording.instances[places[name]],
            layer.instances[places[name]],
            sum(one.role == "plain" for one in recording.instances[: places[name]]),
        )
        for name in view.instances
    )

    def values_of(item: Mapping[str, Any]) -> NDArray[np.float64]:
        if "instance" in item:
            return np.asarray(layer.instances[places[item["instance"]]], np.float64)
        found = (
            sides.get(item["brush"])
            if "brush" in item
            else grouped[item["group"]]
            if "group" in item
            else known.get(item["class"])
        )
        return np.full(layer.neurons, np.nan) if found is None else found.median

    if view.order["by"] == "divergence":
        scores = divergence_scores(recording, layer, view)
        neutral = NEUTRAL[view.order["divergence"]]
        ranked = np.abs(scores - neutral) if view.order["absolute"] else scores
    else:
        scores = ranked = _scores(view.order, values_of, layer.neurons)
    marks = view.neurons.get(layer.name, Marks())
    return LayerFigure(
        layer=layer,
        view=view,
        rows=_shown(order_neurons(ranked, view.descending), view, marks),
        scores=scores,
        classes=classes,
        instances=instances,
        marks=marks,
        columns_of=_columns(view, _on_axis(layer, view, chosen) or classes, instances),
    )


def _brushed(
    layer: Layer, brush: Brush, chosen: tuple[ClassSeries, ...]
) -> tuple[ClassSeries, ...]:
    """Return the selection and what it is against."""
    is_over = brush.against == "shown"
    masks = zip(BRUSH.items(), (brush.mask, None if is_over else ~brush.mask), strict=True)
    found = [
        ClassSeries(-1 - place, name, color, one)
        for place, ((name, color), mask) in enumerate(masks)
        if (one := distribution_of(layer, mask)) is not None
    ]
    return (*found, *(chosen if is_over else ()))


def _on_axis(layer: Layer, view: View, chosen: tuple[ClassSeries, ...]) -> tuple[ClassSeries, ...]:
    """Return what axes have room for: with a brush all samples, and what it is over."""
    if view.brush is None:
        return chosen
    everything = distribution_of(layer, np.ones_like(view.brush.mask))
    every = () if everything is None else (ClassSeries(-3, "", None, everything),)
    return (*every, *(chosen if view.brush.against == "shown" else ()))


def order_neurons(scores: NDArray[np.float64], descending: bool) -> NDArray[np.intp]:
    """Return neurons by score: ties keep the order of the data, NaN comes last both ways."""
    return np.lexsort([-scores if descending else scores, np.isnan(scores)])


def _shown(order: NDArray[np.intp], view: View, marks: Marks) -> NDArray[np.intp]:
    is_shown = np.ones(len(order), bool)
    if view.hidden == "collapse":
        is_shown &= ~np.isin(order, list(marks.hidden))
    if view.marked_only:
        is_shown &= np.isin(order, list(marks.marked))
    return order[is_shown]


def _sorted_items(order: Mapping[str, Any], kind: str) -> list[Any]:
    """Return the classes, groups or sides of the brush whose medians an order needs."""
    if order["by"] == "divergence":
        return []
    items = [order, order.get("a", {}), order.get("b", {})]
    return [item[kind] for item in items if kind in item]


def _scores(
    order: Mapping[str, Any],
    values_of: Callable[[Mapping[str, Any]], NDArray[np.float64]],
    neurons: int,
) -> NDArray[np.float64]:
    if order["by"] == "index":
        return np.arange(neurons, dtype=np.float64)
    if order["by"] != "difference":
        return values_of(order)
    with np.errstate(invalid="ignore"):
        difference = values_of(order["a"]) - values_of(order["b"])
    return np.abs(difference) if order["absolute"] else difference


def _columns(
    view: View,
    classes: tuple[ClassSeries, ...],
    instances: tuple[InstanceSeries, ...],
) -> _ColumnsOf:
    is_fitted = view.extent == "fit"
    shown = [one.distribution for one in classes]
    dots = [one.values.astype(np.float64) for one in instances]
    if view.axis == "layer":
        of_class = fitted if is_fitted else full
        extent = union([*map(of_class, shown), *map(extent_of, dots)])
        columns = columns_over(extent, view.bins, _finest(shown))
        return lambda neurons: [columns] * len(neurons)

    def of_neurons(neurons: NDArray[np.intp]) -> list[Columns]:
        of_each = fitted_each if is_fitted else full_each
        extents = [of_each(one, neurons) for one in shown]
        extents += [extents_of(values[neurons], values[neurons]) for values in dots]
        low, high = np.full(len(neurons), np.inf), np.full(len(neurons), -np.inf)
        for lows, highs in extents:
            low, high = np.minimum(low, lows), np.maximum(high, highs)
        own = zip(low.tolist(), high.tolist(), strict=True)
        if not shown:
            return [columns_over(one, view.bins, _float_exponent(one)) for one in own]
        finest = np.max([one.grid[neurons, 0] for one in shown], axis=0).tolist()
        return [columns_over(one, view.bins, e) for one, e in zip(own, finest, strict=True)]

    return of_neurons


def _finest(shown: list[Distribution]) -> int:
    """Return the finest grid among the shown neurons: finer columns would show nothing more."""
    exponents = [int(e) for one in shown for e in one.grid[one.high > one.low, 0]]
    return min(exponents, default=-8)


def _float_exponent(extent: tuple[float, float]) -> int:
    """Return a bin width for values without a distribution: 1/256 of their size."""
    size = max(abs(extent[0]), abs(extent[1]))
    return math.floor(math.log2(size)) - 8 if 0 < size < math.inf else -8


def _bars_of(
    distribution: Distribution,
    neurons: NDArray[np.intp],
    columns: list[Columns],
    zeros_apart: bool,
) -> _Bars:
    """Return the bars of a class; rows with fewer columns than others end in empty ones.

    Exact wherever columns are at least as wide as the neuron's bins; a wider bin is spread evenly.
    """
    counts = distribution.counts(neurons).astype(np.float64)
    exponents, origins = distribution.grid[neurons].T
    bins = counts.shape[1]
    if zeros_apart:
        rows = np.flatnonzero((origins <= 0) & (origins > -bins))
        counts[rows, -origins[rows]] -= distribution.zeros[neurons[rows]]
    cumulative = np.zeros((len(neurons), bins + 1))
    np.cumsum(counts, axis=1, out=cumulative[:, 1:])
    widths, firsts, sizes = (
        np.array([(c.exponent, c.first, c.count) for c in columns], np.int64).reshape(-1, 3).T
    )
    edges = firsts[:, None] + np.minimum(np.arange(sizes.max(initial=0) + 1), sizes[:, None])
    halvings = (widths - exponents).astype(np.int32)
    places = np.ldexp(edges.astype(np.float64), halvings[:, None]) - origins[:, None]
    places = np.clip(places, 0, bins)
    whole = np.minimum(places.astype(np.intp), bins - 1)
    at_edges = np.take_along_axis(cumulative, whole, axis=1)
    at_edges += (places - whole) * np.take_along_axis(counts, whole, axis=1)
    return _Bars(
        density=np.diff(at_edges),
        below=at_edges[:, 0],
        above=cumulative[:, -1] - at_edges[:, -1],
    )


def _opacity(
    density: NDArray[np.float64], peaks: NDArray[np.float64], opacity: str
) -> NDArray[np.float64]:
    """Return the opacity, 0 … 1, of each bin; 0 where there is nothing."""
    top = np.where(peaks > 0, peaks, 1.0)
    share = np.minimum(1.0, density / top)
    if opacity == "sqrt":
        share = np.sqrt(share)
    elif opacity == "log":
        share = np.minimum(1.0, np.log1p(density) / np.log1p(top))
    return np.where((density > 0) & (peaks > 0), share, 0.0)


def _inside(values: list[Any], columns: Columns) -> NDArray[np.float64]:
    array = np.array(values, np.float64)
    return np.where((array >= columns.low) & (array <= columns.high), array, np.nan)
