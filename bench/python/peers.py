"""Time NumPy from values to the counts of every neuron and class, as multiples of a plain sum.

Prints JSON, a row per case and way.

Usage: python bench/python/peers.py SAMPLESxNEURONSxCLASSES …
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from activations import name_of, synthetic

BINS = 64
RUNS = 5

Histograms = Callable[[Any, Any, int], Any]


def one_bincount(values: Any, labels: Any, classes: int) -> Any:
    """Count with one call: every value knows its place in the table of all counts."""
    neurons = values.shape[1]
    low = values.min(0)
    codes = ((values - low) * (BINS / (values.max(0) - low))).astype(np.int32)
    np.minimum(codes, BINS - 1, out=codes)
    codes += BINS * np.arange(neurons, dtype=np.int32)
    codes += (BINS * neurons) * labels[:, None]
    return np.bincount(codes.ravel(), minlength=classes * neurons * BINS)


def bincount_per_neuron(values: Any, labels: Any, classes: int) -> list[Any]:
    """Count neuron by neuron, which stays in the caches; faster than one call."""
    places = (BINS * labels).astype(np.intp)
    counts = []
    for column in np.ascontiguousarray(values.T):
        low = column.min()
        codes = ((column - low) * (BINS / (column.max() - low))).astype(np.intp)
        np.minimum(codes, BINS - 1, out=codes)
        codes += places
        counts.append(np.bincount(codes, minlength=classes * BINS))
    return counts


def histogram_loop(values: Any, labels: Any, classes: int) -> list[Any]:
    """Count as one writes it first: np.histogram of every neuron and class."""
    return [
        np.histogram(column, BINS)[0]
        for group in (values[labels == index] for index in range(classes))
        for column in group.T
    ]


WAYS: dict[str, Histograms] = {
    "NumPy, one bincount, 64 bins": one_bincount,
    "NumPy, a bincount per neuron, 64 bins": bincount_per_neuron,
    "np.histogram per neuron and class, 64 bins": histogram_loop,
}


def times(work: Callable[[], object]) -> list[float]:
    """Return milliseconds of each run."""
    work()
    all_ms = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        work()
        all_ms.append(1000 * (time.perf_counter() - begin))
    return all_ms


def rows(samples: int, neurons: int, classes: int) -> list[dict[str, Any]]:
    """Return a row per way: median milliseconds, best time over the best of the sum."""
    values, labels = synthetic(samples, neurons, classes)
    ways: dict[str, Callable[[], object]] = {
        name: lambda way=way: way(values, labels, classes) for name, way in WAYS.items()
    }
    measured = {"NumPy's sum": times(values.sum)} | {name: times(w) for name, w in ways.items()}
    best = min(measured["NumPy's sum"])
    case = name_of(samples, neurons, classes)
    return [
        {
            "case": case,
            "what": what,
            "ms": statistics.median(ms),
            "bestMs": min(ms),
            "sums": min(ms) / best,
        }
        for what, ms in measured.items()
    ]


if __name__ == "__main__":
    cases = [tuple(map(int, argument.split("x"))) for argument in sys.argv[1:]]
    print(json.dumps([row for case in cases for row in rows(*case)]))
