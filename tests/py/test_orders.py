import json

import numpy as np
import pytest

import neuraldivergence as nd
from neuraldivergence.order import order_json
from neuraldivergence.view import view_state


@pytest.fixture
def ambiguous():
    recording = nd.Recording.from_arrays(
        {"a": np.ones((3, 2))}, labels=[0, 1, 2], class_names=["cat", "dog", "dog"]
    )
    for name in ("cat", "twin", "twin", "only"):
        recording = recording.with_instance({"a": [1, 2]}, name=name)
    return recording


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (nd.by.index(), {"by": "index"}),
        (nd.by.median("cat"), {"by": "median", "class": 0}),
        (nd.by.median(2), {"by": "median", "class": 2}),
        (nd.by.median(nd.by.cls("cat")), {"by": "median", "class": 0}),
        (nd.by.value("cat"), {"by": "value", "instance": "i0"}),
        (nd.by.value("i1"), {"by": "value", "instance": "i1"}),
        (
            nd.by.difference("only", nd.by.cls("cat")),
            {"by": "difference", "a": {"instance": "i3"}, "b": {"class": 0}, "absolute": False},
        ),
        (
            nd.by.difference(nd.by.cls(1), nd.by.instance("cat"), absolute=True),
            {"by": "difference", "a": {"class": 1}, "b": {"instance": "i0"}, "absolute": True},
        ),
    ],
)
def test_names_are_looked_up_when_shown(ambiguous, order, expected):
    assert order_json(order, ambiguous) == expected


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (nd.by.median("cow"), "unknown class: 'cow'"),
        (nd.by.median(3), "unknown class: 3"),
        (nd.by.median("dog"), "ambiguous class: 2 are named 'dog'; use its label"),
        (nd.by.value("cow"), "unknown instance: 'cow'"),
        (nd.by.value("twin"), "ambiguous instance: 2 are named 'twin'; use its id"),
        (nd.by.difference("cat", "only"), r"say nd.by.cls\('cat'\) or nd.by.instance\('cat'\)"),
        (nd.by.difference("only", "cow"), "unknown class or instance: 'cow'"),
    ],
)
def test_names_that_fit_none_or_several_are_refused(ambiguous, order, message):
    with pytest.raises(ValueError, match=message):
        order_json(order, ambiguous)


def test_an_item_of_the_wrong_kind_is_refused():
    with pytest.raises(ValueError, match="a class is needed"):
        nd.by.median(nd.by.instance("x"))


def test_every_order_of_the_fixture_is_one_that_can_be_made(tiny, fixtures):
    layers = json.loads((fixtures / "tiny.reference.json").read_text())["layers"]
    seen = [entry["order"] for entry in layers["conv"]["orders"]]
    names = [nd.by.cls(g) for g in range(4)] + [nd.by.instance(i.id) for i in tiny.instances]
    made = [
        order_json(nd.by.difference(a, b, absolute=absolute), tiny)
        for a in names
        for b in names
        if a != b
        for absolute in (False, True)
    ]
    assert all(order in seen for order in made)
    assert len(made) == sum(order["by"] == "difference" for order in seen) // 2


def test_view_state_holds_what_was_asked_for(tiny):
    view = view_state(
        tiny,
        layers=["conv", "dense_2"],
        classes=["cat", 1],
        instances=["cat 46 attacked", "i0"],
        order=nd.by.difference("cat 46 attacked", "dog"),
        descending=False,
        bins=32,
        classes_as="lanes",
        membership="correct",
    )
    assert view == {
        "version": 1,
        "layers": ["conv", "dense_2"],
        "classes": [0, 1],
        "instances": ["a0", "i0"],
        "order": {
            "by": "difference",
            "a": {"instance": "a0"},
            "b": {"class": 1},
            "absolute": False,
        },
        "descending": False,
        "bins": 32,
        "classesAs": "lanes",
        "membership": "correct",
    }


def test_without_options_the_view_is_the_recordings_own(tiny):
    assert view_state(tiny) == tiny.view
    assert view_state(tiny, bins=8) == {**tiny.view, "bins": 8}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"layers": ["dense"]}, ValueError, "unknown layer: 'dense'; there are"),
        ({"layers": "conv"}, TypeError, r"give a list, \['conv'\]"),
        ({"classes": ["cow"]}, ValueError, "unknown class: 'cow'"),
        ({"instances": ["cow"]}, ValueError, "unknown instance: 'cow'"),
        ({"order": "median"}, TypeError, "make one with nd.by"),
        ({"bins": 0}, ValueError, "invalid bins: 0"),
        ({"bins": 257}, ValueError, "from 1 to 256"),
        ({"axis": "both"}, ValueError, "unknown axis: 'both'; one of layer, neuron"),
        ({"classes_as": "x"}, ValueError, "unknown classes_as"),
    ],
)
def test_unknown_names_and_choices_are_refused(tiny, options, error, message):
    with pytest.raises(error, match=message):
        tiny.show(**options)


def test_membership_by_prediction_needs_predictions(fixtures):
    recording = nd.load(fixtures / "tiny.f16.ndiv")
    with pytest.raises(ValueError, match="no predictions"):
        recording.show(membership="prediction")
