import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neuraldivergence import grid

FLOAT32 = np.float32


def assert_equals_numpy(values):
    """Counts on the grid are numpy.histogram's on its edges, and the grid is the finest."""
    fitted = grid.fit(values[:, None])
    exponent, origin = (int(number) for number in fitted[0])
    finite = values[np.isfinite(values)].astype(np.float64)
    edges = grid.edges(exponent, origin)
    codes = grid.codes(values[:, None], fitted)[np.isfinite(values), 0]
    assert np.array_equal(np.bincount(codes, minlength=256), np.histogram(finite, bins=edges)[0])
    if len(finite) and np.abs(finite).max() > 0:
        largest = np.abs(finite).max()
        assert np.abs(np.floor(np.ldexp(finite, -exponent))).max() <= 2**24
        finest = max(int(np.frexp(largest)[1]) - 24, -149)
        spread = np.floor(np.ldexp(finite.max(), 1 - exponent)) - np.floor(
            np.ldexp(finite.min(), 1 - exponent)
        )
        assert exponent == finest or (exponent > finest and spread > 255)
        assert origin == np.floor(np.ldexp(finite.min(), -exponent))
    else:
        assert (exponent, origin) == (0, 0)


@settings(max_examples=2000, deadline=None)
@given(hnp.arrays(FLOAT32, st.integers(1, 300), elements=st.floats(width=32)))
def test_counts_equal_numpy_for_any_floats(values):
    assert_equals_numpy(values)


@settings(max_examples=1000, deadline=None)
@given(
    hnp.arrays(np.int64, st.integers(1, 300), elements=st.integers(-256, 256)),
    st.integers(-149, 119),
    st.sampled_from([-1, 0, 1]),
)
def test_counts_equal_numpy_at_edges_and_one_ulp_beside(wholes, exponent, step):
    values = np.ldexp(wholes.astype(np.float64), exponent).astype(FLOAT32)
    beside = np.nextafter(values, FLOAT32(step) * FLOAT32(np.inf)) if step else values
    assert_equals_numpy(beside)


def test_counts_equal_the_golden_histograms(fixtures):
    golden = json.loads((fixtures / "grid.json").read_text())
    values = np.frombuffer((fixtures / "grid.bin").read_bytes(), "<f4")
    assert len(golden["cases"]) >= 1000
    for offset, length, exponent, origin, first, sparse in golden["cases"]:
        sample = values[offset : offset + length]
        fitted = grid.fit(sample[:, None])
        assert fitted.tolist() == [[exponent, origin]]
        codes = grid.codes(sample[:, None], fitted)[np.isfinite(sample), 0]
        counts = np.zeros(256, int)
        counts[first : first + len(sparse)] = sparse
        assert np.array_equal(np.bincount(codes, minlength=256), counts)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, -0.0], (0, 0)),
        ([np.nan, np.inf], (0, 0)),
        ([1.0], (-23, 2**23)),
        ([-1.0], (-23, -(2**23))),
        ([0.0, 1.0], (-7, 0)),
        ([0.0, 255.0], (0, 0)),
        ([0.0, 256.0], (1, 0)),
        ([-128.0, 127.0], (0, -128)),
        ([1e-45], (-149, 1)),
        ([np.finfo(FLOAT32).max], (104, 2**24 - 1)),
    ],
)
def test_fits_the_finest_grid(values, expected):
    assert tuple(grid.fit(FLOAT32(values)[:, None])[0]) == expected


def test_many_neurons_are_fitted_as_one_by_one():
    rng = np.random.default_rng(0)
    values = (rng.normal(size=(50, 40)) * 10.0 ** rng.integers(-30, 30, 40)).astype(FLOAT32)
    together = grid.fit(values)
    assert together.tolist() == [grid.fit(values[:, j : j + 1])[0].tolist() for j in range(40)]


def test_the_grid_spans_all_blocks_of_rows():
    a, b = FLOAT32([[0]]), FLOAT32([[1000]])
    assert grid.fit(a, b).tolist() == grid.fit(np.vstack([a, b])).tolist()
    assert grid.fit(a[:0], b).tolist() == grid.fit(b).tolist()


def test_a_value_outside_the_grid_is_refused():
    with pytest.raises(ValueError, match="outside"):
        grid.codes(FLOAT32([[256]]), np.int32([[0, 0]]))
