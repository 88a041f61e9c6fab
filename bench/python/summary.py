"""Time what Python does for an output, as multiples of a plain sum of the same values.

Prints JSON, a row per case and step.

Usage: python bench/python/summary.py [SAMPLESxNEURONSxCLASSES …]
"""

import json
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from activations import name_of, synthetic

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
    times |= {f"of that: {stage}": time for stage, time in stages.items()}
    times["summary"] = whole
    # Of a thousand classes not even the summary fits into an output.
    if classes <= 100:
        times["show"] = seconds(lambda: display.output(recording))
    return times


def rows(samples: int, neurons: int, classes: int) -> list[dict[str, Any]]:
    values, labels = synthetic(samples, neurons, classes)
    names = [f"class {index}" for index in range(classes)]
    recording = nd.Recording.from_arrays({"a": values}, labels=labels, class_names=names)
    runs = [run(values, labels, recording, classes) for _ in range(RUNS)]
    case = name_of(samples, neurons, classes)
    return [
        {
            "case": case,
            "what": what,
            "ms": 1000 * statistics.median(one[what] for one in runs),
            "sums": statistics.median(one[what] / one["sum"] for one in runs),
        }
        for what in runs[0]
    ]


if __name__ == "__main__":
    warnings.simplefilter("ignore", nd.SizeWarning)
    given = [tuple(map(int, argument.split("x"))) for argument in sys.argv[1:]]
    print(json.dumps([row for case in given or CASES for row in rows(*case)]))
