import json
from dataclasses import replace

import numpy as np
import pytest

import neuraldivergence as nd
from neuraldivergence import divergences
from neuraldivergence import grid as dyadic
from neuraldivergence.conditions import UnavailableError, mask_of
from neuraldivergence.order import order_json
from neuraldivergence.picture.figure import layer_figure
from neuraldivergence.picture.page import picture_of
from neuraldivergence.picture.state import Range, initial_view
from neuraldivergence.picture.words import score_format, sort_words
from neuraldivergence.summary import summarised
from neuraldivergence.view import view_state

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, -1])
PREDICTIONS = np.array([0, 1, 0, 1, 1, 0, 2, 2])
VALUES = np.random.default_rng(3).normal(size=(8, 5)).astype(np.float32)
WRONG = {"name": "cat → dog", "where": {"all": [{"label": [0]}, {"prediction": [1, 2]}]}}


@pytest.fixture
def recording():
    made = nd.Recording.from_arrays(
        {"a": VALUES},
        labels=LABELS,
        predictions=PREDICTIONS,
        class_names=["cat", "dog", "cow"],
    )
    made = made.with_group("attacked", [1, 2, 6]).with_column("split", list("aabbaabb"))
    made = made.with_column("loss", [0.5, 1, 1.5, np.nan, 0, 2, 3, 4])
    return made.with_instance({"a": [1, -1, 0, 9, 0]}, name="x")


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ({"label": [0, 2]}, [0, 1, 2, 5, 6]),
        ({"prediction": [2]}, [6, 7]),
        ({"correct": True}, [0, 2, 3, 4, 6]),
        ({"correct": False}, [1, 5]),
        ({"column": "split", "in": ["b", "z"]}, [2, 3, 6, 7]),
        ({"column": "loss", "from": 1, "to": 3}, [1, 2, 5]),
        ({"column": "loss", "from": None, "to": 1}, [0, 4]),
        ({"layer": "a", "neuron": 2, "from": 0, "to": None}, np.flatnonzero(VALUES[:, 2] >= 0)),
        ({"group": "g0"}, [1, 2, 6]),
        ({"samples": [7, 0, 7]}, [0, 7]),
        ({"all": []}, range(8)),
        ({"any": []}, []),
        ({"any": [{"label": [1]}, {"samples": [0]}]}, [0, 3, 4]),
        ({"not": {"label": [0, 1, 2]}}, [7]),
        (WRONG["where"], [1]),
    ],
)
def test_conditions_choose_samples(recording, where, rows):
    assert np.flatnonzero(mask_of(where, recording)).tolist() == list(rows)


@pytest.mark.parametrize(
    "where",
    [
        None,
        {},
        {"label": [3]},
        {"label": [-1]},
        {"label": 0},
        {"label": [0], "prediction": [0]},
        {"correct": 1},
        {"column": "split", "from": 0, "to": None},
        {"column": "loss", "in": ["a"]},
        {"column": "loss", "from": float("nan"), "to": None},
        {"column": "nowhere", "in": []},
        {"layer": "a", "neuron": 5, "from": None, "to": None},
        {"group": "g9"},
        {"samples": [8]},
        {"all": [{}]},
    ],
)
def test_what_is_no_condition_is_refused(recording, where):
    with pytest.raises(ValueError, match=r"condition"):
        mask_of(where, recording)


def test_what_a_recording_does_not_hold_is_unavailable():
    bare = nd.Recording.from_arrays({"a": VALUES})
    with pytest.raises(UnavailableError, match="no predictions"):
        mask_of({"prediction": []}, bare)
    deep = {"label": []}
    for _ in range(32):
        deep = {"not": deep}
    with pytest.raises(ValueError, match="invalid condition"):
        mask_of(deep, bare)


def test_groups_are_named_or_defined_in_the_view(recording):
    view = view_state(
        recording,
        groups=["attacked", WRONG, {**WRONG, "name": "other", "id": "w", "shown": False}],
        order=nd.by.divergence("auc", nd.by.group("cat → dog")),
    )
    first = {"id": "v0", "name": "cat → dog", "color": None, "where": WRONG["where"]}
    assert view == {
        "version": 1,
        "groups": [first, {**first, "id": "w", "name": "other"}],
        "shownGroups": ["g0", "v0"],
        "order": {
            "by": "divergence",
            "divergence": "auc",
            "a": {"group": "v0"},
            "b": {"rest": True},
            "absolute": True,
        },
    }
    json.dumps(view)


@pytest.mark.parametrize(
    ("groups", "error", "message"),
    [
        (["nobody"], ValueError, "unknown group: 'nobody'"),
        ([{"name": "x"}], TypeError, "a mapping with name and where"),
        ([{"name": "x", "where": {"label": [9]}}], ValueError, "indices below 3"),
        ([{**WRONG, "id": "g0"}], ValueError, "repeated group id: 'g0'"),
        ([{**WRONG, "color": "red"}], ValueError, "give '#rrggbb'"),
    ],
)
def test_groups_that_cannot_be_are_refused(recording, groups, error, message):
    with pytest.raises(error, match=message):
        view_state(recording, groups=groups)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (nd.by.median(nd.by.group("attacked")), {"by": "median", "group": "g0"}),
        (
            nd.by.difference("attacked", "cat", absolute=True),
            {"by": "difference", "a": {"group": "g0"}, "b": {"class": 0}, "absolute": True},
        ),
        (
            nd.by.divergence("dPrime", a="cat", b="attacked", absolute=False),
            {
                "by": "divergence",
                "divergence": "dPrime",
                "a": {"class": 0},
                "b": {"group": "g0"},
                "absolute": False,
            },
        ),
        (
            nd.by.divergence("z", 1, "x"),
            {
                "by": "divergence",
                "divergence": "z",
                "a": {"class": 1},
                "b": {"instance": "i0"},
                "absolute": True,
            },
        ),
    ],
)
def test_orders_take_groups(recording, order, expected):
    assert order_json(order, recording) == expected


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: nd.by.divergence("luck", "cat"), "unknown divergence: 'luck'; of groups: auc"),
        (lambda: nd.by.divergence("z", "cat"), "give b"),
        (lambda: nd.by.divergence("z", "cat", nd.by.cls("dog")), "an instance is needed"),
        (lambda: nd.by.divergence("auc", nd.by.instance("x")), "a class or a group is needed"),
    ],
)
def test_divergences_of_the_wrong_kind_are_refused(made, message):
    with pytest.raises(ValueError, match=message):
        made()


@pytest.mark.parametrize("name", [*divergences.OF_GROUPS, *divergences.OF_INSTANCE])
def test_the_picture_is_sorted_as_the_view(recording, name):
    is_of_groups = name in divergences.OF_GROUPS
    order = nd.by.divergence(name, "cat", "attacked" if is_of_groups else "x")
    shown = replace(recording, view=view_state(recording, order=order, descending=True))
    figure = layer_figure(shown, shown.layers[0], initial_view(shown))
    grid = dyadic.fit(VALUES, shown.layers[0].instances)
    if is_of_groups:
        expected = divergences.compare(name, VALUES[:3], VALUES[[1, 2, 6]], grid)
    else:
        expected = divergences.place(name, VALUES[:3], shown.layers[0].instances[0], grid)
    np.testing.assert_array_equal(figure.scores, expected)
    distance = np.abs(expected - divergences.NEUTRAL[name])[figure.rows]
    known = distance[~np.isnan(distance)]
    assert (np.diff(known) <= 0).all()
    assert np.isnan(distance[len(known) :]).all()
    text = score_format(figure.scores, figure.view.order)
    assert all(text(score) for score in figure.scores)


def test_groups_are_drawn_as_classes(recording):
    order = nd.by.divergence("auc", nd.by.group("attacked"))
    options = {"classes": ["cat"], "groups": ["attacked", WRONG], "order": order}
    shown = replace(recording, view=view_state(recording, **options, descending=True))
    view = initial_view(shown)
    figure = layer_figure(shown, shown.layers[0], view)
    assert [(one.index, one.name) for one in figure.classes] == [
        (0, "cat"),
        (3, "attacked"),
        (4, "cat → dog"),
    ]
    assert [one.distribution.size for one in figure.classes] == [3, 3, 1]
    rest = [0, 3, 4, 5]
    grid = dyadic.fit(VALUES, shown.layers[0].instances)
    expected = divergences.compare("auc", VALUES[[1, 2, 6]], VALUES[rest], grid)
    np.testing.assert_array_equal(figure.scores, expected)
    words = "sorted by AUC, attacked → the rest, most divergent first"
    assert sort_words(shown, view) == words
    picture = picture_of(shown)
    assert "groups attacked and cat → dog" in picture.alternative


def test_a_summary_leaves_groups_out(recording):
    order = nd.by.divergence("auc", nd.by.group("attacked"))
    view = view_state(recording, classes=["cat"], groups=["attacked"], order=order)
    summary = replace(summarised(recording), view=view)
    figure = layer_figure(summary, summary.layers[0], initial_view(summary))
    assert [one.name for one in figure.classes] == ["cat"]
    assert np.isnan(figure.scores).all()
    assert figure.rows.tolist() == list(range(5))


BRUSH = {"where": {"layer": "a", "neuron": 2, "from": 0, "to": None}}


def test_a_brush_is_shown_against_the_rest_or_over_the_classes(recording):
    mask = VALUES[:, 2] >= 0
    shown = {"classes": ["cat"], "groups": []}
    for against, names in [("rest", ["selection", "the rest"]), ("shown", ["selection", "cat"])]:
        state = view_state(recording, **shown, brush={**BRUSH, "against": against})
        assert state["brush"] == {**BRUSH, "against": against}
        made = replace(recording, view=json.loads(json.dumps(state)))
        figure = layer_figure(made, made.layers[0], initial_view(made))
        assert [one.name for one in figure.classes] == names
        others = ~mask if against == "rest" else LABELS == 0
        for one, rows in zip(figure.classes, [mask, others], strict=True):
            np.testing.assert_array_equal(
                one.distribution.median, np.median(VALUES[rows].astype(float), axis=0)
            )
        assert f"selection of {mask.sum()} samples" in picture_of(made).alternative


def test_a_brush_keeps_the_axis(recording):
    def axis(low):
        where = {**BRUSH["where"], "from": low}
        view = initial_view(replace(recording, view=view_state(recording, brush={"where": where})))
        figure = layer_figure(recording, recording.layers[0], view)
        return figure.columns_of(np.arange(5))

    assert axis(-0.5) == axis(0.25)


def test_a_brush_that_is_none_is_told_or_left_out(recording):
    assert view_state(recording, brush={})["brush"] is None
    for given in ["a", {"where": {"label": [0]}, "or": 1}]:
        with pytest.raises(TypeError, match="invalid brush"):
            view_state(recording, brush=given)
    for given in [{"against": "rest"}, {"where": {"label": [9]}}, {**BRUSH, "against": "all"}]:
        with pytest.raises(ValueError, match=r"invalid condition|unknown against"):
            view_state(recording, brush=given)
    odd = replace(recording, view={"version": 1, "brush": {"where": {"label": [9]}}})
    assert initial_view(odd).brush is None


def test_a_picture_is_sorted_by_what_is_brushed(recording):
    mask = VALUES[:, 2] >= 0
    grid = dyadic.fit(VALUES, recording.layers[0].instances)
    auc = divergences.compare("auc", VALUES[mask], VALUES[~mask], grid)
    median = np.median(VALUES[mask].astype(float), axis=0)
    for order, expected, words in [
        (nd.by.divergence("auc", nd.by.selection), auc, "selection → the rest"),
        (nd.by.divergence("auc", nd.by.selection, nd.by.rest), auc, "selection → the rest"),
        (nd.by.median(nd.by.selection), median, "median of selection"),
    ]:
        shown = replace(recording, view=view_state(recording, brush=BRUSH, order=order))
        view = initial_view(shown)
        np.testing.assert_array_equal(layer_figure(shown, shown.layers[0], view).scores, expected)
        assert words in sort_words(shown, view)
    with pytest.raises(ValueError, match="nothing is brushed"):
        view_state(recording, order=nd.by.median(nd.by.selection))
    detail = {"layer": "a", "neuron": 0, "a": {"brush": "rest"}}
    assert view_state(recording, brush=BRUSH, detail=detail)["detail"]["a"] == detail["a"]
    with pytest.raises(ValueError, match="invalid a in detail"):
        view_state(recording, detail=detail)


def test_brushed_ranges_stand_on_their_rows(recording):
    high = {**BRUSH["where"], "neuron": 4, "from": None, "to": 0.25}
    where = {"any": [{"all": [BRUSH["where"], {"not": high}]}, {"label": [0]}]}
    shown = replace(recording, view=view_state(recording, brush={"where": where}))
    figure = layer_figure(shown, shown.layers[0], initial_view(shown))
    rows = {row.neuron: row.brushed for row in figure.drawn(5) if row.brushed}
    assert rows == {2: (Range("a", 2, 0, None, False),), 4: (Range("a", 4, None, 0.25, True),)}
    bare = replace(shown, view={**shown.view, "brush": {"where": {"samples": [0, 1]}}})
    assert picture_of(shown).png != picture_of(bare).png
