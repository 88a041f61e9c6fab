import json
from functools import cache

import numpy as np
import pytest

from neuraldivergence import divergences
from neuraldivergence import grid as dyadic

NAMES = [*divergences.OF_GROUPS, *divergences.OF_INSTANCE]


@cache
def cases(fixtures):
    """Return every tenth case that TypeScript is tested against, and its numbers by SciPy."""
    info = json.loads((fixtures / "divergences.json").read_text())
    bytes_ = (fixtures / "divergences.bin").read_bytes()
    count, columns = len(info["sizes"]), info["columns"]
    expected = np.frombuffer(bytes_, "<f8", count * len(columns)).reshape(count, -1)
    values = np.frombuffer(bytes_, "<f4", offset=expected.nbytes)
    found, begin = [], 0
    for sizes in info["sizes"]:
        a, b, x = np.split(values[begin : begin + sum(sizes) + 1], np.cumsum(sizes))
        found.append((a[:, None], b[:, None], x))
        begin += sum(sizes) + 1
    return found[::10], {name: expected[::10, k] for k, name in enumerate(columns)}


@pytest.mark.parametrize("name", NAMES)
def test_every_divergence_equals_that_of_scipy_and_numpy(fixtures, name):
    given, expected = cases(fixtures)
    found = np.array([one(name, *case) for case in given])
    assert np.isfinite(expected[name]).sum() > 300
    np.testing.assert_allclose(found, expected[name], rtol=1e-9, atol=1e-12)


def one(name, a, b, x):
    grid = dyadic.fit(a, b, x[None])
    if name in divergences.OF_GROUPS:
        return divergences.compare(name, a, b, grid)[0]
    return divergences.place(name, a, x, grid)[0]


@pytest.mark.parametrize("name", NAMES)
def test_neurons_are_computed_side_by_side_as_one_by_one(name, monkeypatch):
    monkeypatch.setattr(divergences, "_STRIP_VALUES", 200)
    rng = np.random.default_rng(0)
    a = np.maximum(rng.normal(size=(40, 23)), 0).astype(np.float32)
    b = np.round(rng.normal(1, 2, size=(31, 23)), 1).astype(np.float32)
    a[rng.random(a.shape) < 0.1] = np.nan
    a[:, 4], b[:, 7], a[:, 9] = np.inf, np.nan, 1
    x = b[3].copy()
    x[5:8] = np.nan, np.inf, -np.inf
    grid = dyadic.fit(a, b, x[None])
    if name in divergences.OF_GROUPS:
        found = divergences.compare(name, a, b, grid)
    else:
        found = divergences.place(name, a, x, grid)
    alone = [one_neuron(name, a, b, x, grid, j) for j in range(23)]
    np.testing.assert_allclose(found, alone, rtol=1e-12)
    assert np.isnan(found[4])


def one_neuron(name, a, b, x, grid, j):
    part = slice(j, j + 1)
    if name in divergences.OF_GROUPS:
        return divergences.compare(name, a[:, part], b[:, part], grid[part])[0]
    return divergences.place(name, a[:, part], x[part], grid[part])[0]
