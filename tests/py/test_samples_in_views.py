"""Samples that a view takes for instances."""

import dataclasses
import inspect
import json
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

import neuraldivergence as nd
from neuraldivergence.display import PICTURE_MIME, VIEW_MIME, output
from neuraldivergence.instances import with_samples
from neuraldivergence.picture import palette, picture_of
from neuraldivergence.picture.page import shown_figures
from neuraldivergence.picture.palette import instance_color
from neuraldivergence.picture.state import initial_view
from neuraldivergence.summary import summarised
from neuraldivergence.view import view_state


@pytest.fixture
def bare(tiny):
    return dataclasses.replace(tiny, view=None)


def figures(recording):
    """What the picture shows, with its samples."""
    view = recording.view
    pictured = with_samples(recording, view["samples"])
    return shown_figures(pictured, initial_view(pictured))


def test_a_sample_is_named_and_sorted_by_like_an_instance(bare):
    view = view_state(bare, samples=[3], order=nd.by.difference("sample 3", "cat"))
    assert view == {
        "version": 1,
        "samples": [3],
        "order": {
            "by": "difference",
            "a": {"instance": "sample:3"},
            "b": {"class": 0},
            "absolute": False,
        },
    }
    json.dumps(view)


@pytest.mark.parametrize(
    ("options", "instances"),
    [
        ({"samples": [3], "instances": []}, ["sample:3"]),
        ({"samples": [3, 4], "instances": ["sample 4", "i0"]}, ["sample:4", "i0", "sample:3"]),
        ({"samples": [{"sample": 3, "shown": False}], "instances": ["i0"]}, ["i0"]),
        ({"samples": [{"sample": 3, "shown": False}, 4]}, ["b0", "a0", "sample:4"]),
    ],
)
def test_samples_are_shown_unless_they_are_not_to_be(bare, options, instances):
    assert view_state(bare, **options)["instances"] == instances


def test_other_samples_take_the_place_of_the_own_ones(bare):
    own = {"version": 1, "samples": [5, 6], "instances": ["i0", "sample:5"]}
    recording = dataclasses.replace(bare, view=own)
    view = view_state(recording, samples=[6, 7])
    assert (view["samples"], view["instances"]) == ([6, 7], ["i0", "sample:6", "sample:7"])
    by_own = view_state(recording, order=nd.by.value("sample 5"))
    assert by_own["order"] == {"by": "value", "instance": "sample:5"}


@pytest.mark.parametrize(
    ("samples", "error", "message"),
    [
        ([120], ValueError, r"invalid sample: 120; give rows of the recording, from 0 to 119"),
        ([-1], ValueError, "invalid sample: -1"),
        ([1.5], ValueError, "invalid sample: 1.5"),
        ([True], ValueError, "invalid sample: True"),
        ([{"shown": False}], ValueError, "invalid sample: None"),
        ("12", TypeError, "invalid samples: '12'; give a list"),
        (range(101), ValueError, "101 of them; at most 100"),
    ],
)
def test_samples_that_cannot_be_are_refused(bare, samples, error, message):
    with pytest.raises(error, match=message):
        view_state(bare, samples=samples)


def test_an_instance_keeps_its_id(bare):
    first = dataclasses.replace(bare.instances[0], id="sample:3")
    recording = dataclasses.replace(bare, instances=(first, *bare.instances[1:]))
    with pytest.raises(ValueError, match="invalid sample: 3"):
        view_state(recording, samples=[3])
    assert with_samples(recording, [3, "4", -1, 1000, None, True]) is recording


def test_the_picture_has_their_dots(bare):
    view = view_state(bare, layers=["conv", "dense_2"], samples=[46, 9])
    recording = dataclasses.replace(bare, view=view)
    for figure in figures(recording):
        by_id = {one.instance.id: one for one in figure.instances}
        rows = bare.layers[[layer.name for layer in bare.layers].index(figure.layer.name)]
        for sample in (46, 9):
            np.testing.assert_array_equal(
                by_id[f"sample:{sample}"].values, rows.activations[sample]
            )
        assert by_id["sample:46"].instance.label == bare.labels[46]
        assert by_id["sample:46"].instance.prediction == bare.predictions[46]


def test_each_has_a_colour_of_its_own(bare):
    view = view_state(bare, instances=["a0", "b0"], samples=[46, 9, 3])
    figure, *_ = figures(dataclasses.replace(bare, view=view))
    plain = [one.role for one in bare.instances].count("plain")
    assert [one.place for one in figure.instances[2:]] == [plain, plain + 1, plain + 2]
    colors = {instance_color(one.instance, one.place) for one in figure.instances}
    assert len(colors) == 5
    assert {(217, 38, 38), (0, 0, 0)} < colors
    tints = re.findall(r"#[0-9a-f]{6}", inspect.getsource(palette).split("_TINTS =")[1])[1:6]
    source = Path(__file__).parents[2] / "src/draw/palette.ts"
    assert tints == re.findall(r"\['(#\w+)', '#\w+'\],?\n", source.read_text())[-5:]


def test_an_output_shows_them_also_where_its_values_are_elsewhere(bare, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    view = view_state(bare, samples=[47], order=nd.by.value("sample 47"))
    inline, metadata = output(bare, view)
    assert inline[VIEW_MIME]["view"] == view
    assert "sample 47" in metadata[PICTURE_MIME]["alt"]
    beside, _ = output(bare, view, source="file", path="a")
    assert beside[PICTURE_MIME] == inline[PICTURE_MIME]
    other, _ = output(bare, view_state(bare, instances=["b0", "a0"]))
    assert other[PICTURE_MIME] != inline[PICTURE_MIME]


def test_a_summary_has_no_dots_of_samples(bare):
    recording = dataclasses.replace(summarised(bare), view=view_state(bare, samples=[46]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (*_, figure) = figures(recording)
        assert picture_of(recording).png
    assert np.isnan(figure.instances[-1].values).all()


@pytest.mark.parametrize("instances", [None, 3, [], ["nobody"]])
def test_the_usual_instances_are_those_of_the_recording(bare, instances):
    recording = dataclasses.replace(bare, view={"version": 1, "instances": instances})
    expected = () if isinstance(instances, list) else ("b0", "a0")
    assert initial_view(recording).instances == expected
