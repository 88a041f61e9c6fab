"""Changed pictures that a view keeps as attacked instances."""

import base64
import dataclasses
import json

import jsonschema
import numpy as np
import pytest

import neuraldivergence as nd
from neuraldivergence.display import PICTURE_MIME, VIEW_MIME, output
from neuraldivergence.instances import with_samples
from neuraldivergence.kept import with_kept
from neuraldivergence.picture.page import shown_figures
from neuraldivergence.picture.state import initial_view
from neuraldivergence.view import view_state

ONE = {"name": "one", "of": "cat 46 benign", "pixels": [[0, 1, 2, 3, 4]]}


@pytest.fixture
def bare(tiny):
    return dataclasses.replace(tiny, view=None)


def row(count, start=0.0):
    return np.arange(start, start + count, dtype=np.float32)


def test_one_is_named_and_sorted_by_like_an_instance(bare, fixtures):
    values = {"conv": row(6), "dense_2": row(8).tolist()}
    given = {**ONE, "prediction": "dog", "confidence": 0.75, "values": values}
    view = view_state(bare, kept=[given], order=nd.by.value("one"))
    (kept,) = view["kept"]
    assert view["order"] == {"by": "value", "instance": "kept:1"}
    assert (kept["of"], kept["prediction"]) == ("b0", 1)
    for layer, text in kept["values"].items():
        np.testing.assert_array_equal(np.frombuffer(base64.b64decode(text), "<f4"), values[layer])
    schema = json.loads((fixtures.parents[1] / "format/recording.schema.json").read_text())
    state = {"$ref": "#/$defs/view", "$defs": schema["$defs"]}
    jsonschema.Draft202012Validator(state).validate(json.loads(json.dumps(view)))
    # What a view says is taken as it is.
    assert view_state(bare, kept=view["kept"])["kept"] == view["kept"]


def test_one_may_be_of_a_sample_and_not_shown(bare):
    of_sample = {**ONE, "of": "sample 9", "shown": False}
    view = view_state(bare, samples=[9], kept=[of_sample, ONE])
    assert [one["id"] for one in view["kept"]] == ["kept:1", "kept:2"]
    assert view["instances"] == ["b0", "a0", "sample:9", "kept:2"]
    with pytest.raises(ValueError, match="unknown instance: 'sample 9'"):
        view_state(bare, kept=[of_sample])


def test_others_take_the_place_of_the_own_ones(bare):
    own = view_state(bare, samples=[9], kept=[{**ONE, "of": "sample 9"}, ONE])
    recording = dataclasses.replace(bare, view=own)
    assert view_state(recording, order=nd.by.value("kept:1"))["kept"] == own["kept"]
    assert "kept" not in view_state(recording, kept=[])
    (kept,) = view_state(recording, kept=[{**ONE, "name": "two"}])["kept"]
    assert kept["name"] == "two"


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"of": "z9"}, ValueError, "unknown instance: 'z9'"),
        ({"colour": 3}, TypeError, "invalid kept: .*; give a mapping with of and pixels"),
        ({"id": "a9"}, ValueError, "invalid id: 'a9'; give 'kept:1'"),
        ({"name": 7}, TypeError, "invalid name: 7"),
        ({"pixels": [[8, 0, 1, 2, 3]]}, ValueError, "has 8 rows, 8 columns and 3 channels"),
        ({"pixels": [[0, 0, 1]]}, ValueError, "and 3 channels"),
        ({"pixels": [[0, 0, 1, 2, 256]]}, ValueError, "a value from 0 to 255 a channel"),
        ({"pixels": [[0.5, 0, 1, 2, 3]]}, TypeError, r"give \[\[row, column, value a channel\]"),
        ({"pixels": "AAAA"}, ValueError, "base64 of 3 bytes; the picture .* has 192"),
        ({"pixels": "*"}, ValueError, "invalid pixels: no base64"),
        ({"prediction": "cow"}, ValueError, "unknown class: 'cow'"),
        ({"confidence": 1.5}, ValueError, "invalid confidence: 1.5"),
        ({"values": [1]}, TypeError, "give a mapping of layer name to values"),
        ({"values": {"z": [1]}}, ValueError, "unknown layer: 'z'"),
        ({"values": {"conv": [1, 2]}}, ValueError, r"shape \(2,\); give \[6\]"),
        ({"values": {"conv": "AAAA"}}, ValueError, r"give \[6\]"),
    ],
)
def test_what_cannot_be_is_refused(bare, change, error, message):
    with pytest.raises(error, match=message):
        view_state(bare, kept=[{**ONE, **change}])


def test_at_most_sixteen_and_no_id_twice(bare):
    with pytest.raises(ValueError, match="17 of them; at most 16"):
        view_state(bare, kept=[ONE] * 17)
    with pytest.raises(ValueError, match="repeated id: 'kept:3'"):
        view_state(bare, kept=[{**ONE, "id": "kept:3"}] * 2)
    with pytest.raises(TypeError, match="give a list"):
        view_state(bare, kept="all")


def test_values_of_more_than_64_kib_are_refused():
    wide = nd.Recording.from_arrays(
        {"a": np.zeros((2, 2**14 + 1), np.float32)}, labels=[0, 1], class_names=["x", "y"]
    ).with_instance({"a": row(2**14 + 1)}, name="one")
    given = {"of": "one", "pixels": [[0, 0, 1]], "values": {"a": row(2**14 + 1)}}
    with pytest.raises(ValueError, match="65540 bytes; at most 65536"):
        view_state(wide, kept=[given])


def test_the_picture_has_their_dots(bare):
    given = {**ONE, "values": {"conv": row(6, 0.25)}}
    view = view_state(bare, layers=["conv", "dense_2"], samples=[46], kept=[given])
    recording = dataclasses.replace(bare, view=view)
    pictured = with_kept(with_samples(recording, view["samples"]), view["kept"])
    first, second = shown_figures(pictured, initial_view(pictured))
    kept = {one.instance.id: one for one in first.instances}["kept:1"]
    np.testing.assert_array_equal(kept.values, row(6, 0.25))
    assert (kept.instance.role, kept.instance.label) == ("attacked", 0)
    assert np.isnan(second.instances[-1].values).all()
    changed = pictured.images[kept.instance.image] != bare.images[120]
    assert np.argwhere(changed.any(axis=-1)).tolist() == [[0, 1]]
    bundle, metadata = output(bare, view)
    assert bundle[VIEW_MIME]["view"] == view
    assert "one" in metadata[PICTURE_MIME]["alt"]


@pytest.mark.parametrize("entry", [3, None, {}, {**ONE, "of": "z9"}, {**ONE, "pixels": 3}])
def test_of_a_view_what_cannot_be_is_left_out(bare, entry):
    good = {**ONE, "of": "b0", "id": "kept:2", "more": True}
    found = with_kept(bare, [entry, good])
    assert [one.id for one in found.instances[3:]] == ["kept:2"]
    assert with_kept(bare, entry) is bare


def test_a_whole_picture(bare):
    whole = np.arange(192, dtype=np.uint8).reshape(8, 8, 3)
    given = {**ONE, "pixels": base64.b64encode(whole.tobytes()).decode()}
    pictured = with_kept(bare, view_state(bare, kept=[given])["kept"])
    np.testing.assert_array_equal(pictured.images[-1], whole)
