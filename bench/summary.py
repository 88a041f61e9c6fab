"""Time what Python does for an output, as multiples of a plain sum of the same values.

Usage: python bench/summary.py [samples neurons classes]
"""

import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

import neuraldivergence as nd
from neuraldivergence import display, grid, measure

CASES = [(10_000, 1024, 10), (50_000, 1024, 10), (10_000, 1024, 1000)]
RUNS = 5
STAGES = {
    "gather by class": "_gather",
    "sums, mean, m2": "_measure",
    "sort": "_sort",
    "quantiles": "_read_ranks",
    "counts": "_count",
}


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


@contextmanager
def timed_stages() -> Iterator[dict[str, float]]:
    """Time the functions that a summary is made of while it is made."""
    spent = dict.fromkeys(STAGES, 0.0)
    originals = {stage: getattr(measure, name) for stage, name in STAGES.items()}

    def timed(stage: str) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            begin = time.perf_counter()
            result = originals[stage](*arguments)
            spent[stage] += time.perf_counter() - begin
            return result

        return run

    for stage, name in STAGES.items():
        setattr(measure, name, timed(stage))
    try:
        yield spent
    finally:
        for stage, name in STAGES.items():
            setattr(measure, name, originals[stage])


def run(values: Any, labels: Any, recording: nd.Recording, classes: int) -> dict[str, float]:
    fitted = grid.fit(values)
    times = {
        "sum": seconds(values.sum),
        "fit": seconds(lambda: grid.fit(values)),
        "codes": seconds(lambda: grid.codes(values, fitted)),
    }
    with timed_stages() as stages:
        whole = seconds(lambda: measure.measure(values, labels, classes, fitted))
    times |= {f"  {stage}": time for stage, time in stages.items()}
    times["summary"] = whole
    # Of a thousand classes not even the summary fits into an output.
    if classes <= 100:
        times["show"] = seconds(lambda: display.output(recording))
    return times


def bench(samples: int, neurons: int, classes: int) -> None:
    random = np.random.default_rng(0)
    values = random.standard_normal((samples, neurons), np.float32)
    values[:, 1::2] = np.maximum(values[:, 1::2], 0)
    values.setflags(write=False)
    labels = random.integers(0, classes, samples).astype(np.int32)
    names = [f"class {index}" for index in range(classes)]
    recording = nd.Recording.from_arrays({"a": values}, labels=labels, class_names=names)
    runs = [run(values, labels, recording, classes) for _ in range(RUNS)]
    print(f"\n{samples:,} samples × {neurons:,} neurons, {classes:,} classes")
    for what in runs[0]:
        milliseconds = 1000 * statistics.median(one[what] for one in runs)
        ratio = statistics.median(one[what] / one["sum"] for one in runs)
        print(f"  {what:<20}{milliseconds:9.1f} ms{ratio:8.1f} × sum")


if __name__ == "__main__":
    warnings.simplefilter("ignore", nd.SizeWarning)
    given = [int(argument) for argument in sys.argv[1:4]]
    for case in [given] if given else CASES:
        bench(*case)
