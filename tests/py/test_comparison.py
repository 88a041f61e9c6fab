"""Two recordings of the same samples as one."""

import dataclasses
import json
import warnings

import jsonschema
import numpy as np
import pytest
from conftest import FIXTURES

import neuraldivergence as nd
from neuraldivergence.summary import summarised
from neuraldivergence.wire import from_block, to_block

NAMES = ["cat", "dog"]


def one(seed, **options):
    """A recording of twelve samples, of which all but the model are the same."""
    rng = np.random.default_rng(seed)
    given = {
        "layers": {name: rng.normal(size=(12, n)).astype("f4") for name, n in (("a", 3), ("b", 2))},
        "labels": np.arange(12) % 2,
        "predictions": rng.integers(0, 2, 12),
        "class_names": NAMES,
        "name": "Net",
        **options,
    }
    return nd.Recording.from_arrays(given.pop("layers"), **given)


def test_samples_stand_below_each_other_in_groups_that_are_named():
    a, b = one(1), one(2)
    both = nd.compare(a, b)
    assert (both.count, both.name) == (24, "Net (before → after)")
    for mine, first, second in zip(both.layers, a.layers, b.layers, strict=True):
        assert np.array_equal(mine.activations[:12], first.activations)
        assert np.array_equal(mine.activations[12:], second.activations)
        assert not mine.activations.flags.writeable
    for rows in ("labels", "predictions"):
        expected = np.concatenate([getattr(a, rows), getattr(b, rows)])
        assert np.array_equal(getattr(both, rows), expected)
    is_of_a = [True] * 12 + [False] * 12
    assert [(group.id, group.name) for group in both.groups] == [("g0", "before"), ("g1", "after")]
    assert [group.mask.tolist() for group in both.groups] == [is_of_a, np.invert(is_of_a).tolist()]
    (model,) = both.columns
    assert (model.name, model.categories) == ("model", ("before", "after"))
    assert model.values.tolist() == [0] * 12 + [1] * 12
    assert from_block(to_block(both)[1]) == both


def test_the_models_have_the_names_that_are_given():
    both = nd.compare(one(1), one(2, name="Other"), names=("epoch 1", "epoch 9"))
    assert [group.name for group in both.groups] == ["epoch 1", "epoch 9"]
    assert both.columns[0].categories == ("epoch 1", "epoch 9")
    assert both.name == "Net → Other"


def test_the_view_begins_with_both_groups_sorted_by_what_changed_most():
    view = nd.compare(one(1), one(2)).view
    assert (view["classes"], view["instances"]) == ([], [])
    assert view["shownGroups"] == ["g0", "g1"]
    assert view["order"] == {
        "by": "divergence",
        "divergence": "auc",
        "a": {"group": "g0"},
        "b": {"group": "g1"},
        "absolute": True,
    }


def with_pair(recording, shift, picture):
    return recording.with_pair(
        sample=3,
        attacked={layer.name: layer.activations[3] + shift for layer in recording.layers},
        name="cat 3",
        predictions=(None, "dog"),
        images=(picture, picture // 2),
    )


def test_instances_of_both_are_told_apart_and_share_their_pictures():
    picture = np.full((2, 2), 200, np.uint8)
    a = with_pair(one(1), 1, picture)
    b = with_pair(one(2), 2, picture).with_instance(sample=5, name="five")
    both = nd.compare(a, b)
    assert [(i.id, i.name, i.pair, i.sample) for i in both.instances] == [
        ("b0", "cat 3 benign (before)", "p0", 3),
        ("a0", "cat 3 attacked (before)", "p0", None),
        ("b0.0", "cat 3 benign (after)", "p1", 15),
        ("a0.0", "cat 3 attacked (after)", "p1", None),
        ("i0", "five (after)", None, 17),
    ]
    assert [i.image for i in both.instances] == [0, 1, 0, 1, None]
    assert len(both.images) == 2
    for layer, first, second in zip(both.layers, a.layers, b.layers, strict=True):
        assert np.array_equal(layer.instances, np.vstack([first.instances, second.instances]))
    assert both.detector(resamples=5).pairs == 2


def test_pictures_of_no_sample_are_kept_in_an_output():
    picture = np.full((2, 2), 200, np.uint8)
    values = {layer.name: layer.activations[3] for layer in one(1).layers}
    a = one(1).with_pair(benign=values, attacked=values, name="cat", images=(picture, picture // 2))
    both = nd.compare(a, one(2))
    assert both.image_samples is None
    assert [i.image for i in both.instances] == [0, 1]
    bundle, _ = both._repr_mimebundle_()
    assert "image/png" in bundle


def test_samples_of_both_share_their_pictures(tmp_path):
    pictures = np.arange(12 * 4, dtype=np.uint8).reshape(12, 2, 2)
    pictures[5] = pictures[4]
    both = nd.compare(one(1, images=pictures), one(2, images=pictures))
    assert np.array_equal(both.images[..., 0], pictures)
    assert both.image_samples.tolist() == [[sample, sample + 12] for sample in range(12)]
    for sample in (4, 17):
        instance = both.with_instance(sample=sample).instances[0]
        assert instance.image == sample % 12
    values = {layer.name: np.zeros(layer.neurons) for layer in both.layers}
    more = both.with_instance(values, name="x", image=pictures[0])
    assert more.image_samples[-1].tolist() == [-1, -1]
    assert nd.load(more.save(tmp_path / "both")) == more


def test_every_sample_keeps_its_picture():
    pictures = np.arange(12 * 4, dtype=np.uint8).reshape(12, 2, 2)
    both = nd.compare(
        one(1, images=pictures).with_instance(sample=4), one(2, images=pictures + 100)
    )
    shown = dict(zip(both.image_samples.tolist(), both.images[..., 0], strict=True))
    for sample in range(12):
        assert np.array_equal(shown[sample], pictures[sample])
        assert np.array_equal(shown[sample + 12], pictures[sample] + 100)
    assert both.instances[0].image == 4


def test_columns_and_groups_come_together_by_name():
    a = (
        one(1)
        .with_column("split", ["train", "test"] * 6)
        .with_column("loss", np.arange(12, dtype="f4"))
        .with_group("odd", [1, 3])
        .with_group("first", [0], color="#111111")
    )
    b = (
        one(2)
        .with_column("split", ["val", "train"] * 6)
        .with_column("source", ["x"] * 12)
        .with_group("odd", [5], color="#222222")
    )
    both = nd.compare(a, b)
    by_name = {column.name: column for column in both.columns}
    assert list(by_name) == ["model", "split", "loss", "source"]
    split = by_name["split"]
    texts = [split.categories[index] for index in split.values]
    assert texts == ["train", "test"] * 6 + ["val", "train"] * 6
    np.testing.assert_array_equal(by_name["loss"].values, [*range(12), *[np.nan] * 12])
    assert by_name["loss"].values.dtype == np.float32
    assert by_name["source"].values.tolist() == [-1] * 12 + [0] * 12
    groups = {group.name: group for group in both.groups}
    assert list(groups) == ["before", "after", "odd", "first"]
    assert np.flatnonzero(groups["odd"].mask).tolist() == [1, 3, 17]
    assert np.flatnonzero(groups["first"].mask).tolist() == [0]
    assert (groups["odd"].color, groups["first"].color) == ("#222222", "#111111")
    assert from_block(to_block(both)[1]) == both


def test_what_does_not_match_is_said_once():
    values = np.zeros((12, 2), "f4")
    a = one(
        1, layers={"both": values, "a": values, "size": values, "mean": values, "names": values}
    )
    b = one(
        2,
        layers={"size": np.zeros((12, 3)), "mean": values, "names": values, "b": values}
        | {"both": values},
        reductions={"mean": "mean"},
        neuron_names={"names": ["x", "y"]},
    )
    a = dataclasses.replace(
        a,
        layers=tuple(
            dataclasses.replace(layer, neuron_names=("y", "x")) if layer.name == "names" else layer
            for layer in a.layers
        ),
    )
    with pytest.warns(UserWarning, match="not compared") as caught:
        both = nd.compare(a, b)
    (warning,) = caught
    assert str(warning.message) == (
        "not compared: layer 'a': in the first recording alone; layer 'size': 2 and 3 neurons; "
        "layer 'mean': reduced by None and mean; layer 'names': neurons have other names; "
        "layer 'b': in the second recording alone"
    )
    assert warning.filename == __file__
    assert [layer.name for layer in both.layers] == ["both"]


def test_half_floats_stay_where_both_are():
    halves = {"a": np.ones((12, 2), np.float16)}
    both = nd.compare(one(1, layers=halves), one(2, layers=halves))
    assert both.layers[0].activations.dtype == np.float16
    mixed = nd.compare(one(1, layers=halves), one(2, layers={"a": np.ones((12, 2), np.float32)}))
    assert mixed.layers[0].activations.dtype == np.float32


def test_what_one_of_them_does_not_know_is_not_made_up():
    both = nd.compare(one(1, predictions=None), one(2))
    assert both.predictions[:12].tolist() == [-1] * 12
    assert nd.compare(one(1, predictions=None), one(2, predictions=None)).predictions is None
    blind = dataclasses.replace(one(2), labels=None)
    assert nd.compare(one(1), blind).labels.tolist() == [0, 1] * 12
    assert nd.compare(blind, one(1)).labels.tolist() == [0, 1] * 12
    assert nd.compare(blind, blind).labels is None


def swapped(labels):
    return [labels[0], labels[1], 0, 0, *labels[4:]]


PICTURES = np.zeros((12, 2, 2), np.uint8)
BAD = {
    "count": (
        lambda: one(2, layers={"a": np.ones((9, 3))}, labels=[0] * 9, predictions=None),
        "different samples: 12 and 9",
    ),
    "labels": (
        lambda: one(2, labels=swapped([0, 1] * 6)),
        "different labels: 1 of 12, the first of sample 3, 1 and 0",
    ),
    "classes": (
        lambda: one(2, class_names=["cat", "ship"]),
        "different classes: .*'cat', 'dog'.* and .*'cat', 'ship'",
    ),
    "layers": (
        lambda: one(2, layers={"c": np.ones((12, 3))}),
        "no layer is in both recordings: layer 'a': in the first recording alone",
    ),
    "summary": (lambda: summarised(one(2)), "layer 'a': no activations of single samples"),
    "column": (lambda: one(2).with_column("x", ["a"] * 12), "'x' holds texts, and numbers"),
    "model": (lambda: one(2).with_column("model", [1] * 12), "repeated column: 'model'"),
    "group": (lambda: one(2).with_group("after", [1]), "repeated group: 'after' is a model and"),
    "images": (lambda: one(2, images=np.zeros((12, 3, 3), np.uint8)), "different images: "),
}


@pytest.mark.parametrize(("other", "message"), BAD.values(), ids=BAD)
def test_what_is_not_of_the_same_samples_is_refused(other, message):
    with pytest.raises(ValueError, match=message):
        nd.compare(one(1, images=PICTURES).with_column("x", [1] * 12), other())


def test_names_are_two_different_texts():
    for names, error in (
        ("ab", ValueError),
        (("a",), ValueError),
        (("a", "a"), ValueError),
        (("a", 3), TypeError),
    ):
        with pytest.raises(error, match="invalid name"):
            nd.compare(one(1), one(2), names=names)
    with pytest.raises(TypeError, match="invalid recording 'after': dict; give a Recording"):
        nd.compare(one(1), {})


def test_comparisons_survive_files_and_meet_the_schema(tiny, tmp_path):
    shifted = dataclasses.replace(
        tiny,
        layers=tuple(
            dataclasses.replace(layer, activations=layer.activations + np.float32(1))
            for layer in tiny.layers
        ),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        both = nd.compare(tiny, shifted)
    assert nd.load(both.save(tmp_path / "both")) == both
    text = (FIXTURES.parents[1] / "format" / "recording.schema.json").read_text()
    schema = jsonschema.Draft202012Validator(json.loads(text))
    schema.validate(to_block(both)[0])
