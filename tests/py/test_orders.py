import dataclasses
import inspect
import json
from pathlib import Path

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
    with pytest.raises(ValueError, match="a class or a group is needed"):
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


NEURON = {"layer": "conv", "neuron": 0}

EVERY_OPTION = {
    "layers": (["conv"], "layers", ["conv"]),
    "classes": (["dog"], "classes", [1]),
    "instances": (["i0"], "instances", ["i0"]),
    "samples": ([3, {"sample": np.int64(0)}], "samples", [3, 0]),
    "kept": (
        [{"of": "cat 46 benign", "pixels": [[np.int64(0), 1, 2, 3, 4]], "prediction": "dog"}],
        "kept",
        [
            {
                "id": "kept:1",
                "name": "cat 46, changed",
                "of": "b0",
                "pixels": [[0, 1, 2, 3, 4]],
                "prediction": 1,
                "confidence": None,
                "values": {},
            }
        ],
    ),
    "groups": ([], "groups", []),
    "brush": (
        {"where": {"label": [1]}},
        "brush",
        {"where": {"label": [1]}, "against": "rest"},
    ),
    "detail": (
        {"layer": "conv", "neuron": np.int64(2), "bins": 32, "b": {"instance": "a0"}},
        "detail",
        {
            "layer": "conv",
            "neuron": 2,
            "curve": "histogram",
            "logX": False,
            "logY": False,
            "extent": "fit",
            "bins": 32,
            "pick": "most",
            "near": None,
            "a": None,
            "b": {"instance": "a0"},
            "against": None,
        },
    ),
    "findings": (
        {"contrast": nd.by.divergence("z", a="cat", b="a0"), "detector": {"layer": "conv"}},
        "findings",
        {
            "question": "most",
            "contrast": {"divergence": "z", "a": {"class": 0}, "b": {"instance": "a0"}},
            "layer": None,
            "follow": None,
            "matrix": None,
            "detector": {"score": "meanSurprisal", "against": "benign", "layer": "conv"},
        },
    ),
    "model": ("net/model.json", "model", {"path": "net/model.json"}),
    "order": (nd.by.index(), "order", {"by": "index"}),
    "descending": (True, "descending", True),
    "bins": (8, "bins", 8),
    "axis": ("neuron", "axis", "neuron"),
    "extent": ("full", "extent", "full"),
    "opacity": ("log", "opacity", "log"),
    "scale": ("layer", "scale", "layer"),
    "membership": ("correct", "membership", "correct"),
    "hidden": ("collapse", "hidden", "collapse"),
    "classes_as": ("lanes", "classesAs", "lanes"),
    "zeros": ("binned", "zeros", "binned"),
    "row_height": ("roomy", "rowHeight", "roomy"),
    "scroll": ("together", "scroll", "together"),
    "marked_only": (True, "markedOnly", True),
    "hide": ({"conv": [2, 0, 2]}, "neurons", {"conv": {"hidden": [0, 2], "marked": []}}),
    "mark": (
        {"conv": np.array([1])},
        "neurons",
        {"conv": {"hidden": [], "marked": [1]}},
    ),
}


@pytest.mark.parametrize("option", EVERY_OPTION)
def test_every_field_of_a_view_has_a_keyword(tiny, option):
    value, field, expected = EVERY_OPTION[option]
    bare = dataclasses.replace(tiny, view=None)
    view = view_state(bare, **{option: value})
    assert view.pop("shownGroups", []) == []
    assert view == {"version": 1, field: expected}


def test_the_keywords_are_named_in_the_signature():
    listed = list(inspect.signature(nd.Recording.show).parameters)
    assert listed == ["self", *EVERY_OPTION, "source", "path", "max_inline_bytes"]
    documented = inspect.getdoc(nd.Recording.show).replace("hide, mark :", "hide :\nmark :")
    assert all(f"\n{name} :" in documented for name in listed[1:])


def test_the_view_has_no_field_without_a_keyword(fixtures):
    schema = json.loads((fixtures.parents[1] / "format/recording.schema.json").read_text())
    fields = schema["$defs"]["view"]["properties"]
    assert {field for _, field, _ in EVERY_OPTION.values()} == set(fields) - {
        "version",
        "shownGroups",
    }


def test_hidden_and_marked_neurons_are_replaced_each_on_its_own(tiny):
    own = {"conv": {"hidden": [1], "marked": [2]}, "dense_1": {"hidden": [3], "marked": []}}
    recording = dataclasses.replace(tiny, view={"version": 1, "neurons": own})
    assert view_state(recording, hide={"conv": [0]})["neurons"] == {
        "conv": {"hidden": [0], "marked": [2]},
        "dense_1": {"hidden": [], "marked": []},
    }


def test_findings_are_opened_and_closed(tiny):
    opened = view_state(tiny, findings={"question": "singled", "follow": "cat 46 attacked"})
    assert (opened["findings"]["question"], opened["findings"]["follow"]) == ("singled", "a0")
    assert view_state(dataclasses.replace(tiny, view=opened), findings={})["findings"] is None
    rest = view_state(tiny, findings={"contrast": nd.by.divergence("auc", "dog"), "detector": {}})
    assert rest["findings"]["contrast"]["b"] == {"rest": True}
    assert rest["findings"]["detector"]["against"] == "benign"
    brushed = {"findings": {"contrast": nd.by.divergence("auc", nd.by.selection, nd.by.rest)}}
    with pytest.raises(ValueError, match="nothing is brushed"):
        view_state(tiny, **brushed)
    view = view_state(tiny, brush={"where": {"label": [0]}}, **brushed)
    assert view["findings"]["contrast"]["a"] == {"brush": "selection"}


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
        ({"row_height": ["roomy"]}, ValueError, "unknown row_height"),
        ({"detail": "conv"}, TypeError, "invalid detail: 'conv'; give a mapping with layer"),
        ({"detail": {"layer": "conv", "row": 1}}, TypeError, "invalid detail"),
        ({"detail": {"neuron": 0}}, ValueError, "unknown layer in detail: None; there are"),
        ({"detail": {"layer": "conv", "neuron": 99}}, ValueError, "invalid detail: 99; give"),
        ({"detail": {**NEURON, "curve": "x"}}, ValueError, "one of histogram, ecdf"),
        ({"detail": {**NEURON, "bins": 17}}, ValueError, "invalid bins in detail: 17; one of 16"),
        ({"detail": {**NEURON, "near": np.nan}}, ValueError, "invalid near: nan"),
        ({"detail": {**NEURON, "a": {"instance": "a0"}}}, ValueError, "invalid a in detail"),
        ({"detail": {**NEURON, "b": {"group": "g9"}}}, ValueError, "invalid b in detail"),
        ({"detail": {**NEURON, "against": {}}}, ValueError, "unknown layer in against"),
        ({"findings": "most"}, TypeError, "invalid findings: 'most'; give a mapping with any of"),
        ({"findings": {"a": 0}}, TypeError, "invalid findings"),
        ({"findings": {"question": "all"}}, ValueError, "unknown question .*; one of most, alike"),
        ({"findings": {"contrast": "auc"}}, TypeError, "make one with nd.by.divergence"),
        ({"findings": {"contrast": nd.by.median("cat")}}, TypeError, "invalid contrast"),
        ({"findings": {"contrast": nd.by.divergence("auc", "cow")}}, ValueError, "'cow'"),
        ({"findings": {"layer": "x"}}, ValueError, "unknown layer in findings: 'x' as layer"),
        ({"findings": {"matrix": 0}}, ValueError, "unknown layer in findings: 0 as matrix"),
        ({"findings": {"follow": "cow"}}, ValueError, "unknown instance: 'cow'"),
        ({"findings": {"detector": True}}, TypeError, "invalid detector in findings: True"),
        ({"findings": {"detector": {"score": "x"}}}, ValueError, "unknown score in findings"),
        ({"hide": [7]}, TypeError, "give a mapping of layer name to neuron indices"),
        ({"hide": {"dense": [0]}}, ValueError, "unknown layer: 'dense'; there are"),
        ({"mark": {"conv": [6]}}, ValueError, r"6 in layer 'conv', which has 6 neurons; .* 0 to 5"),
        ({"mark": {"conv": [-1]}}, ValueError, "invalid mark: -1 in layer 'conv'"),
        ({"mark": {"conv": [True]}}, ValueError, "invalid mark: True"),
        ({"mark": {"conv": ["0"]}}, ValueError, "invalid mark: '0'"),
        ({"hide": {"conv": "0"}}, TypeError, r"give a list, \['0'\]"),
        ({"marks": {}}, TypeError, "unknown option: 'marks'; one of layers, classes"),
        ({"model": "../model.json"}, ValueError, r"invalid model: '\.\./model\.json'; give a path"),
        ({"model": "a/https://b/model.json"}, ValueError, "invalid model"),
        ({"model": {"path": "/model.json"}}, ValueError, "invalid model: '/model.json'"),
        ({"model": {"path": "model.json", "mode": 1}}, TypeError, "perhaps scale, mean and std"),
        ({"model": {"path": "model.json", "std": [0]}}, ValueError, "invalid std"),
    ],
)
def test_unknown_names_and_choices_are_refused(tiny, options, error, message):
    with pytest.raises(error, match=message):
        tiny.show(**options)


def test_membership_by_prediction_needs_predictions(fixtures):
    recording = nd.load(fixtures / "tiny.f16.ndiv")
    with pytest.raises(ValueError, match="no predictions"):
        recording.show(membership="prediction")


CALLS = json.loads((Path(__file__).parents[1] / "ts" / "calls.json").read_text())


@pytest.mark.parametrize("case", CALLS)
def test_a_view_copied_as_python_is_made_again(tiny, monkeypatch, case):
    """The calls that the view copies; `src/view/python.spec.ts` holds that it does."""
    recording = dataclasses.replace(tiny, view=case["own"])
    shown = []
    monkeypatch.setattr("neuraldivergence.display.show", lambda *given, **_: shown.append(given))
    eval("\n".join(case["call"]), {"recording": recording, "nd": nd})
    ((_, view),) = shown
    marks = {
        layer: kinds for layer, kinds in view.pop("neurons", {}).items() if any(kinds.values())
    }
    told = {field: value for field, value in view.items() if value is not None}
    assert {**told, "neurons": marks} == case["view"]
