import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import neuraldivergence as nd
from neuraldivergence import grid, measure
from neuraldivergence.summary import brief, merge, summarise, summarise_layer, summarised

FLOAT32 = np.float32


def of_one_class(values):
    return summarise(values, np.zeros(len(values), np.int32), 1)


def assert_quantiles_are_numpys(columns):
    """Check many columns at once: [samples, neurons], NaN where a column is shorter."""
    found = of_one_class(columns).quantiles[0]
    for j, column in enumerate(columns.T):
        finite = column[np.isfinite(column)].astype(np.float64)
        expected = [np.quantile(finite, 0.25), np.median(finite), np.quantile(finite, 0.75)]
        assert found[j].tolist() == expected


@pytest.mark.parametrize("seed", range(20))
def test_quantiles_equal_numpy_to_the_last_bit(seed):
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(60, 1000)) * 10.0 ** rng.integers(-40, 38, 1000)
    columns = columns.astype(FLOAT32)
    columns[:, ::3] = np.round(columns[:, ::3])
    columns[:, ::7] = np.maximum(columns[:, ::7], 0)
    columns[np.arange(60)[:, None] >= rng.integers(1, 61, 1000)] = np.nan
    assert_quantiles_are_numpys(columns)


@settings(max_examples=300, deadline=None)
@given(
    hnp.arrays(
        FLOAT32,
        st.integers(1, 40),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    )
)
def test_quantiles_equal_numpy_for_any_floats(values):
    assert_quantiles_are_numpys(values[:, None])


def test_quantiles_equal_the_golden_ones(fixtures):
    lengths = json.loads((fixtures / "quantiles.json").read_text())["lengths"]
    content = (fixtures / "quantiles.bin").read_bytes()
    expected = np.frombuffer(content, "<f8", 3 * len(lengths)).reshape(-1, 3)
    values = np.frombuffer(content, "<f4", offset=expected.nbytes)
    columns = np.full((max(lengths), len(lengths)), np.nan, FLOAT32)
    columns[np.arange(max(lengths))[:, None] < lengths] = np.nan
    offset = 0
    for j, length in enumerate(lengths):
        columns[:length, j] = values[offset : offset + length]
        offset += length
    assert np.array_equal(of_one_class(columns).quantiles[0], expected)


def test_statistics_equal_the_reference(tiny, fixtures):
    reference = json.loads((fixtures / "tiny.reference.json").read_text())["layers"]
    for index, layer in enumerate(tiny.layers):
        made = summarise_layer(tiny, index)
        for g, expected in enumerate(reference[layer.name]["statistics"]["label"]):
            assert (made.n[g] == expected["n"]).all()
            for name in ("zeros", "nan", "posinf", "neginf", "min", "max"):
                assert getattr(made, name)[g].tolist() == expected[name]
            for p, name in enumerate(("q25", "median", "q75")):
                assert made.quantiles[g, :, p].tolist() == expected[name]
            np.testing.assert_allclose(made.mean[g], expected["mean"], rtol=1e-12)


def test_counts_sum_to_the_finite_values(tiny):
    for index in range(len(tiny.layers)):
        made = summarise_layer(tiny, index)
        finite = made.n - made.nan - made.posinf - made.neginf
        assert np.array_equal(made.counts.sum(axis=2), finite)


def test_empty_classes_and_all_nan_neurons_have_no_value():
    values = FLOAT32([[1, np.nan], [2, np.nan]])
    made = summarise(values, np.int32([1, -1]), 3)
    assert made.n[:, 0].tolist() == [0, 1, 0]
    assert np.isnan(made.quantiles[0]).all()
    assert np.isnan(made.mean[1, 1])
    assert np.isnan(made.min[1, 1])
    assert made.m2[1, 1] == 0
    assert made.nan[1, 1] == 1


def test_chunks_do_not_change_the_summary(tiny, monkeypatch):
    whole = summarise_layer(tiny, 1)
    monkeypatch.setattr(measure, "_STRIP_VALUES", 3 * tiny.count)
    monkeypatch.setattr(measure, "_BLOCK_VALUES", 1)
    monkeypatch.setattr(measure, "_SEGMENT_VALUES", 0)
    assert summarise_layer(tiny, 1) == whole


def test_counts_are_wide_where_they_must_be():
    values = np.zeros((70_000, 1), FLOAT32)
    assert of_one_class(values).counts.dtype == np.uint32
    assert of_one_class(values[:60_000]).counts.dtype == np.uint16


def assert_merged_is_one_pass(values, groups, cut):
    parts = [summarise(values[rows], groups[rows], 2) for rows in (slice(cut), slice(cut, None))]
    merged, once = merge(*parts), summarise(values, groups, 2)
    for name in ("grid", "counts", "n", "zeros", "nan", "posinf", "neginf", "min", "max"):
        assert np.array_equal(
            getattr(merged, name), getattr(once, name), equal_nan=name in ("min", "max")
        ), name
    with np.errstate(invalid="ignore"):
        scale = np.maximum(np.fmax(np.abs(once.min), np.abs(once.max)), 0)
    mean_error = np.abs(merged.mean - once.mean) / np.where(scale > 0, scale, 1)
    assert np.nanmax(mean_error, initial=0) <= 1e-12
    np.testing.assert_allclose(merged.m2, once.m2, rtol=1e-12, atol=1e-300)
    width = np.ldexp(1.0, merged.grid[:, 0])[:, None]
    error = np.abs(merged.quantiles - once.quantiles) / width
    assert np.nanmax(error, initial=0) <= merged.bound
    assert not merged.exact


@pytest.mark.parametrize("seed", range(30))
def test_merged_summaries_equal_one_pass(seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(200, 30)) * 10.0 ** rng.integers(-10, 10, 30)
    values = values.astype(FLOAT32)
    values[:, 0] = 0
    values[:, 1] = np.nan
    values[:100, 2] = 0
    values[:100, 3] = np.nan
    values[100:, 4] *= FLOAT32(1000)
    values[5, 5] = np.inf
    assert_merged_is_one_pass(values, rng.integers(0, 2, 200).astype(np.int32), 100)


def test_merging_with_nothing_changes_no_count():
    values = np.random.default_rng(0).normal(size=(50, 4)).astype(FLOAT32)
    groups = np.zeros(50, np.int32)
    assert_merged_is_one_pass(values, groups, 0)
    assert_merged_is_one_pass(values, groups, 50)


def test_different_summaries_do_not_merge():
    values = np.ones((2, 3), FLOAT32)
    with pytest.raises(ValueError, match="invalid merge"):
        merge(of_one_class(values), of_one_class(values[:, :2]))


def test_a_layer_without_activations_cannot_be_summarised(fixtures):
    recording = nd.load(fixtures / "tiny.summary.ndiv")
    with pytest.raises(ValueError, match="no activations"):
        summarise_layer(recording, 0)


def test_instances_have_a_bin(tiny):
    layer = tiny.layers[0]
    made = summarise_layer(tiny, 0)
    grid.codes(layer.instances, made.grid)


ANY_FLOATS = st.floats(width=32, allow_nan=True, allow_infinity=True)


@settings(max_examples=200, deadline=None)
@given(
    hnp.arrays(FLOAT32, st.tuples(st.integers(1, 60), st.just(3)), elements=ANY_FLOATS),
    hnp.arrays(FLOAT32, (3,), elements=ANY_FLOATS),
)
def test_a_brief_summary_counts_as_numpy_does_on_64_bins_that_hold_every_dot(values, dot):
    labels = np.arange(len(values), dtype=np.int32) % 2
    recording = nd.Recording.from_arrays({"a": values}, labels=labels, class_names=["x", "y"])
    whole = summarised(recording.with_instance({"a": dot}, name="dot"))
    fine, short = (one.layers[0].summary for one in (whole, brief(whole)))
    assert short.bins == 64
    for neuron, (exponent, origin) in enumerate(short.grid.tolist()):
        edges = grid.edges(exponent, origin, 64)
        for label in (0, 1):
            column = values[labels == label, neuron].astype(np.float64)
            expected, _ = np.histogram(column[np.isfinite(column)], edges)
            assert short.counts[label, neuron].tolist() == expected.tolist()
        assert not np.isfinite(dot[neuron]) or edges[0] <= dot[neuron] < edges[-1]
    for name in ("n", "zeros", "nan", "posinf", "neginf"):
        assert np.array_equal(getattr(short, name), getattr(fine, name))
    assert_rounded_within_bins(short, fine)


def assert_rounded_within_bins(short, fine):
    """A rounded statistic lies in the bin of the exact one, near it, and in the same order."""
    bin_width = np.ldexp(1.0, short.grid[:, 0])
    for name in ("min", "mean", "max"):
        rounded, exact = getattr(short, name), getattr(fine, name)
        gone = (exact - rounded) / bin_width
        assert ((gone >= 0) & (gone <= 1 / 8) | np.isnan(exact)).all(), name
        bins = [np.floor(side / bin_width) for side in (rounded, exact)]
        assert np.array_equal(*bins, equal_nan=True), name
    assert not short.exact
    assert short.bound == 1 / 8
    error = np.abs(short.quantiles - fine.quantiles) / bin_width[:, None]
    assert np.nanmax(error, initial=0) <= short.bound
    median = fine.quantiles[..., 1]
    assert np.array_equal(short.quantiles[..., 1], median, equal_nan=True)
    in_order = np.concatenate([short.min[..., None], short.quantiles, short.max[..., None]], axis=2)
    assert ((np.diff(in_order) >= 0) | np.isnan(in_order[..., 1:])).all()
    np.testing.assert_allclose(short.m2, fine.m2, rtol=2**-8)


def test_a_summary_that_is_coarse_already_is_brief():
    recording = nd.Recording.from_arrays({"a": np.arange(8.0)[:, None]}, labels=np.arange(8) % 2)
    short = brief(summarised(recording))
    assert brief(short) == short
