import tracemalloc

import numpy as np
import pytest

from neuraldivergence import grid, measure

FLOAT32 = np.float32
MAX = np.finfo(FLOAT32).max


def reference(values, groups, group_count, fitted):
    """One class and neuron at a time, in the words of the format."""
    shape = (group_count, values.shape[1])
    fields = {
        name: np.zeros(shape, np.uint32) for name in ("n", "zeros", "nan", "posinf", "neginf")
    }
    fields |= {name: np.full(shape, np.nan) for name in ("min", "max", "mean", "m2")}
    fields["quantiles"] = np.full((*shape, 3), np.nan)
    fields["counts"] = np.zeros((*shape, 256), np.uint16)
    for place in np.ndindex(*shape):
        group, neuron = place
        column = values[groups == group, neuron].astype(np.float64)
        is_finite = np.isfinite(column)
        finite = column[is_finite]
        fields["n"][place] = len(column)
        fields["zeros"][place] = (column == 0).sum()
        fields["nan"][place] = np.isnan(column).sum()
        fields["posinf"][place] = (column == np.inf).sum()
        fields["neginf"][place] = (column == -np.inf).sum()
        edges = grid.edges(*fitted[neuron].tolist())
        fields["counts"][place] = np.histogram(finite, bins=edges)[0]
        fields["m2"][place] = 0
        with np.errstate(invalid="ignore"):
            mean = np.where(is_finite, column, 0).sum() / np.int64(len(finite))
        fields["mean"][place] = mean
        if len(finite):
            positive = finite + 0.0
            fields["m2"][place] = (np.where(is_finite, column - mean, 0) ** 2).sum()
            fields["min"][place], fields["max"][place] = positive.min(), positive.max()
            fields["quantiles"][place] = (
                np.quantile(positive, 0.25),
                np.median(positive),
                np.quantile(positive, 0.75),
            )
    return fields


def assert_is_the_reference(values, groups, group_count):
    fitted = grid.fit(values)
    with np.errstate(invalid="ignore"):
        expected = reference(values, groups, group_count, fitted)
    found = measure.measure(values, groups, group_count, fitted)
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert found[name].dtype == array.dtype, name
        is_known = array == array
        signs, expected_signs = (np.signbit(each[is_known]) for each in (found[name], array))
        assert np.array_equal(signs, expected_signs), name
        assert np.array_equal(found[name], array, equal_nan=array.dtype.kind == "f"), name


def wholes(rng, n):
    return np.ldexp(rng.integers(-256, 257, n).astype(float), rng.integers(-100, 100))


COLUMNS = {
    "of any size": lambda rng, n: rng.normal(size=n) * 10.0 ** rng.integers(-44, 38),
    "ReLU": lambda rng, n: np.maximum(rng.normal(size=n), 0),
    "constant": lambda rng, n: np.full(n, rng.normal()),
    "zeros of both signs": lambda rng, n: rng.choice([0.0, -0.0], n),
    "negative zeros": lambda rng, n: np.full(n, -0.0),
    "subnormal": lambda rng, n: 1e-45 * rng.integers(-300, 300, n),
    "edges": lambda rng, n: wholes(rng, n),
    "above edges": lambda rng, n: np.nextafter(wholes(rng, n).astype(FLOAT32), FLOAT32(np.inf)),
    "below edges": lambda rng, n: np.nextafter(wholes(rng, n).astype(FLOAT32), FLOAT32(-np.inf)),
    "largest and smallest": lambda rng, n: rng.choice([MAX, -MAX, 1e-45, -1e-45, 0], n),
    "some NaN": lambda rng, n: rng.choice([np.nan, 1, 2, 3.5], n),
    "some infinite": lambda rng, n: rng.choice([np.inf, -np.inf, -1, 0.25], n),
    "nothing finite": lambda rng, n: rng.choice([np.nan, np.inf, -np.inf], n),
    "all NaN": lambda rng, n: np.full(n, np.nan),
}


@pytest.mark.parametrize("classes", [1, 3, 60])
@pytest.mark.parametrize("samples", [1, 2, 7, 100, 900])
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_hostile_values_are_measured_as_one_by_one(samples, classes, dtype):
    rng = np.random.default_rng(samples * classes)
    with np.errstate(over="ignore", under="ignore"):
        columns = [make(rng, samples) for make in COLUMNS.values()]
        values = np.stack(columns, axis=1).astype(dtype)
    # Some samples have no class and, of 60, some classes have no samples.
    groups = rng.integers(-1, classes, samples).astype(np.int32)
    groups[groups == 1] = 0
    assert_is_the_reference(values, groups, classes)


@pytest.mark.parametrize("make", COLUMNS.values(), ids=COLUMNS)
def test_codes_and_counts_are_numpys(make):
    rng = np.random.default_rng(0)
    with np.errstate(over="ignore", under="ignore"):
        values = make(rng, 500).astype(FLOAT32)[:, None]
    fitted = grid.fit(values)
    finite = values[np.isfinite(values)].astype(np.float64)
    edges = grid.edges(*fitted[0].tolist())
    codes = grid.codes(values, fitted)
    assert (codes[~np.isfinite(values)] == 0).all()
    expected = np.histogram(finite, bins=edges)[0]
    assert np.bincount(codes[np.isfinite(values)], minlength=256).tolist() == expected.tolist()


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_order_in_memory_does_not_matter(order):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(300, 70)).astype(FLOAT32, order=order)
    assert_is_the_reference(values, rng.integers(-1, 4, 300).astype(np.int32), 4)
    assert_is_the_reference(values[::3, ::-2], rng.integers(0, 4, 100).astype(np.int32), 4)


def test_no_samples_and_no_neurons_are_measured():
    groups = np.full(5, -1, np.int32)
    assert_is_the_reference(np.ones((5, 3), FLOAT32), groups, 2)
    assert_is_the_reference(np.ones((0, 3), FLOAT32), groups[:0], 2)
    assert_is_the_reference(np.ones((5, 0), FLOAT32), groups, 2)


def test_values_are_left_alone():
    values = FLOAT32([[3, -0.0], [np.nan, 2], [1, np.inf]])
    before = values.tobytes()
    measure.measure(values, np.zeros(3, np.int32), 1, grid.fit(values))
    assert values.tobytes() == before


@pytest.mark.parametrize("value", [-1, 256, MAX, -MAX])
def test_a_value_outside_the_grid_is_refused(value):
    values = FLOAT32([[0, 0], [0, value]])
    with pytest.raises(ValueError, match="outside"):
        measure.measure(values, np.zeros(2, np.int32), 1, np.zeros((2, 2), np.int32))


def test_memory_beyond_the_result_is_that_of_a_strip(monkeypatch):
    values = np.random.default_rng(0).random((1000, 2000), FLOAT32)
    groups = np.zeros(1000, np.int32)
    fitted = grid.fit(values)
    monkeypatch.setattr(measure, "_STRIP_VALUES", 2**16)
    monkeypatch.setattr(measure, "_BLOCK_VALUES", 2**14)
    tracemalloc.start()
    try:
        result = measure.measure(values, groups, 1, fitted)
        grid.codes(values[:10], grid.fit(values))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    kept = sum(array.nbytes for array in result.values())
    assert peak - kept < values.nbytes / 2
