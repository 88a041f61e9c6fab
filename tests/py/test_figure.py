"""What a picture shows, before it is drawn: the view and its figures against NumPy."""

import dataclasses
import json
import tracemalloc

import numpy as np
import pytest

import neuraldivergence as nd
from neuraldivergence.picture.distribution import distributions
from neuraldivergence.picture.extent import Columns, columns_over
from neuraldivergence.picture.figure import layer_figure, order_neurons
from neuraldivergence.picture.state import Marks, initial_view
from neuraldivergence.summary import summarised
from neuraldivergence.view import view_state


def shown(recording, **options):
    return dataclasses.replace(recording, view=view_state(recording, **options))


def figure_of(recording, index=0, **options):
    viewed = shown(recording, **options)
    return layer_figure(viewed, viewed.layers[index], initial_view(viewed))


def columns_of(figure, neuron=0):
    return figure.columns_of(np.array([neuron]))[0]


# ------------------------------------------------------------------------------ the view


def test_the_default_is_the_first_pair_in_the_last_two_hidden_layers(relu):
    view = initial_view(relu)
    assert view.layers == ("a", "b")
    assert view.classes == (0, 2)
    assert view.instances == ("b0", "a0")
    assert view.order == {"by": "value", "instance": "a0"}
    assert view.descending
    assert view.classes_as == "overlay"


def test_without_instances_the_default_is_two_classes_in_the_order_of_the_data():
    recording = nd.Recording.from_arrays({"a": np.eye(4)}, predictions=[0, 1, 2, 3])
    view = initial_view(recording)
    assert (view.layers, view.classes, view.instances) == (("a",), (0, 1), ())
    assert (view.order, view.descending, view.membership) == ({"by": "index"}, False, "prediction")


def test_every_keyword_reaches_the_view(relu):
    view = initial_view(
        shown(
            relu,
            layers=["b"],
            classes=[1],
            instances=["x benign"],
            order=nd.by.difference("x benign", "class 1", absolute=True),
            descending=False,
            bins=7,
            axis="neuron",
            extent="full",
            opacity="log",
            scale="layer",
            membership="correct",
            hidden="collapse",
            classes_as="lanes",
            zeros="binned",
            row_height="roomy",
            marked_only=True,
            hide={"b": [1]},
            mark={"b": [2, 3]},
        )
    )
    assert (view.layers, view.classes, view.instances) == (("b",), (1,), ("b0",))
    assert view.order == {
        "by": "difference",
        "a": {"instance": "b0"},
        "b": {"class": 1},
        "absolute": True,
    }
    assert view.neurons == {"b": Marks(frozenset({1}), frozenset({2, 3}))}
    assert (view.descending, view.bins, view.marked_only) == (False, 7, True)
    assert (view.axis, view.extent, view.opacity, view.scale) == ("neuron", "full", "log", "layer")
    assert (view.membership, view.hidden, view.classes_as) == ("correct", "collapse", "lanes")
    assert (view.zeros, view.row_height) == ("binned", "roomy")


IMPOSSIBLE = [
    {"layers": ["no", 3, "b", "b"], "classes": [9, -1, True, "0", 1], "instances": ["no", "a0"]},
    {"bins": 0, "axis": "both", "order": {"by": "median", "class": 7}, "descending": 1},
    {"order": {"by": "difference", "a": {"class": 0}}, "neurons": [1], "markedOnly": "yes"},
    {"neurons": {"b": {"hidden": [99, "x", None], "marked": 3}, "no": 1}, "order": 5},
    {"classesAs": ["lanes"], "opacity": None, "layers": "b"},
    {"version": 2, "layers": []},
]


@pytest.mark.parametrize("json", IMPOSSIBLE)
def test_impossible_parts_of_a_view_are_dropped_one_by_one(relu, json):
    view = initial_view(dataclasses.replace(relu, view=json))
    default = initial_view(relu)
    expected = {"layers": ("b",), "classes": (1,), "instances": ("a0",)}
    for field in dataclasses.fields(view):
        wanted = getattr(default, field.name)
        if json is IMPOSSIBLE[0] and field.name in expected:
            wanted = expected[field.name]
        if field.name == "neurons":
            wanted = {"b": Marks()} if "b" in json.get("neurons", ()) else {}
        assert getattr(view, field.name) == wanted, field.name


# ------------------------------------------------------------------------------ the figure


def test_rows_stand_in_the_order_of_the_reference(tiny, fixtures):
    reference = json.loads((fixtures / "tiny.reference.json").read_text())["layers"]
    for layer in tiny.layers:
        for entry in reference[layer.name]["orders"]:
            view = {"version": 1, "order": entry["order"], "descending": entry["descending"]}
            recording = dataclasses.replace(tiny, view=view)
            figure = layer_figure(recording, layer, initial_view(recording))
            assert figure.rows.tolist() == entry["neurons"], entry["order"]


def test_ties_keep_the_order_of_the_data_and_no_value_comes_last():
    scores = np.array([1, np.nan, -0.0, 0.0, 1, np.inf])
    assert order_neurons(scores, True).tolist() == [5, 0, 4, 2, 3, 1]
    assert order_neurons(scores, False).tolist() == [2, 3, 0, 4, 5, 1]


def histogram(values, columns):
    edges = np.ldexp(
        np.arange(columns.first, columns.first + columns.count + 1.0), columns.exponent
    )
    # NumPy's last bin is closed.
    return np.histogram(values[values < edges[-1]].astype(np.float64), bins=edges)[0]


@pytest.mark.parametrize("axis", ["layer", "neuron"])
@pytest.mark.parametrize("zeros", ["apart", "binned"])
@pytest.mark.parametrize("extent", ["fit", "full"])
def test_bars_are_numpys_histograms(relu, axis, zeros, extent):
    figure = figure_of(relu, axis=axis, zeros=zeros, extent=extent, classes=[0, 1, 2])
    values = relu.layers[0].activations
    rows = figure.drawn(40)
    assert [row.neuron for row in rows] == figure.rows.tolist()
    for row in rows:
        assert 32 <= row.columns.count <= 64
        for k in range(3):
            mine = values[relu.labels == k, row.neuron]
            counted = mine[mine != 0] if zeros == "apart" else mine
            counts = histogram(counted, row.columns)
            assert np.allclose(row.opacities[k], counts / max(counts.max(), 1), atol=1e-12)
            assert row.below[k] == (counted < row.columns.low).sum()
            assert row.above[k] == (counted >= row.columns.high).sum()
            assert row.medians[k] == np.median(mine.astype(np.float64))
        if zeros == "apart":
            share = [(values[relu.labels == k, row.neuron] == 0).mean() for k in range(3)]
            assert row.zero_shares.tolist() == share
        else:
            assert row.zero_shares.size == 0


def test_dots_are_the_values_of_the_instances(relu):
    figure = figure_of(relu)
    for row in figure.drawn(40):
        assert row.dots.tolist() == relu.layers[0].instances[:, row.neuron].tolist()


@pytest.mark.parametrize(
    ("opacity", "curve"),
    [
        ("linear", lambda n, top: n / top),
        ("sqrt", lambda n, top: np.sqrt(n / top)),
        ("log", lambda n, top: np.log1p(n) / np.log1p(top)),
    ],
)
@pytest.mark.parametrize("axis", ["layer", "neuron"])
@pytest.mark.parametrize("rows_at_once", [7, 1024])
def test_opacity_is_a_curve_of_the_share_of_the_layers_fullest_bin(
    relu, monkeypatch, opacity, curve, axis, rows_at_once
):
    monkeypatch.setattr("neuraldivergence.picture.figure._CHUNK_ROWS", rows_at_once)
    figure = figure_of(relu, opacity=opacity, scale="layer", zeros="binned", axis=axis)
    values = relu.layers[0].activations[relu.labels == 0]
    counts = [histogram(values[:, neuron], columns_of(figure, neuron)) for neuron in range(40)]
    top = max(count.max() for count in counts)
    for row in figure.drawn(9):
        assert np.allclose(row.opacities[0], curve(counts[row.neuron], top))


def test_a_fitted_axis_leaves_out_a_thousandth_at_each_end_and_no_dot(relu):
    figure = figure_of(relu, classes=[2], instances=[], bins=256)
    values = relu.layers[0].activations[relu.labels == 2]
    columns = columns_of(figure)
    widest = 2.0 ** distributions(relu, relu.layers[0], [2], "label")[2].grid[:, 0].max()
    low, high = np.quantile(values, [0.001, 0.999])
    assert low - widest <= columns.low <= low
    assert high <= columns.high <= high + 2 * widest
    assert columns.high < values.max()
    far = relu.with_instance(
        {layer.name: np.full(layer.neurons, 1e3) for layer in relu.layers}, name="far"
    )
    assert columns_of(figure_of(far, instances=["far"])).high >= 1e3


def test_columns_are_the_finest_powers_of_two_that_fit():
    assert columns_over((0.0, 1.0), 64, -8) == Columns(-5, 0, 33)
    assert columns_over((0.0, 0.999), 64, -8) == Columns(-6, 0, 64)
    assert columns_over((-3.0, 5.0), 8, -8) == Columns(1, -2, 5)
    assert columns_over((2.0, 2.0), 64, -3) == Columns(-3, 16, 1)
    assert columns_over((np.inf, -np.inf), 64, -3) == Columns(0, 0, 1)


def test_one_bin_is_two_where_values_have_both_signs():
    assert columns_over((0.0, 5.0), 1, -8) == Columns(3, 0, 1)
    assert columns_over((-5.0, -0.1), 1, -8) == Columns(3, -1, 1)
    assert columns_over((-3.0, 5.0), 1, -8) == Columns(3, -1, 2)
    assert columns_over((-3.0, 0.0), 1, -8) == Columns(2, -1, 2)


def test_one_sample_takes_little_memory():
    values = np.random.default_rng(0).normal(size=(1, 100)) * 100
    recording = nd.Recording.from_arrays({"a": values})
    tracemalloc.start()
    columns = columns_of(figure_of(recording))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert columns.low <= values.min()
    assert values.max() <= columns.high
    assert peak < 20e6


def test_a_summary_gives_the_same_figure(relu):
    for index in range(2):
        one, other = (figure_of(each, index, scale="layer") for each in (relu, summarised(relu)))
        assert one.rows.tolist() == other.rows.tolist()
        for row, same in zip(one.drawn(20), other.drawn(20), strict=True):
            for field in dataclasses.fields(row):
                mine, its = getattr(row, field.name), getattr(same, field.name)
                assert np.array_equal(mine, its, equal_nan=field.name in ("medians", "dots"))


def test_hidden_neurons_collapse_and_marked_ones_stay_alone(relu):
    assert 3 not in figure_of(relu, hide={"a": [3]}, hidden="collapse").rows
    dimmed = figure_of(relu, hide={"a": [3]})
    assert [row.neuron for row in dimmed.drawn(40) if row.is_hidden] == [3]
    marked = figure_of(relu, mark={"a": [7, 3]}, marked_only=True, order=nd.by.index())
    assert sorted(marked.rows.tolist()) == [3, 7]
