"""Recordings as files hold them: sorted by label, with codes, and put back when they are read."""

import dataclasses
import json
import tracemalloc

import jsonschema
import numpy as np
import pytest
from conftest import parts_of
from hypothesis import given, settings
from hypothesis import strategies as st

import neuraldivergence as nd
from neuraldivergence import filing, grid
from neuraldivergence.filing import file_block
from neuraldivergence.layout import write_block
from neuraldivergence.recording import Codes
from neuraldivergence.wire import from_block, to_block


def bytes_of(recording, **options):
    block = file_block(recording, **options)
    return block.read(0, block.size_bytes)


@st.composite
def recordings(draw):
    count, classes = draw(st.integers(1, 12)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype = draw(st.sampled_from([np.float32, np.float16]))
    rows = {
        kind: rng.integers(-1, classes, count)
        for kind in draw(st.sets(st.sampled_from(["labels", "predictions"])))
    }
    pictures = rng.integers(0, 256, (count, 2, 2)).astype(np.uint8)
    recording = nd.Recording.from_arrays(
        {
            name: rng.standard_normal((count, neurons)).astype(dtype)
            for name, neurons in (("a", draw(st.integers(1, 5))), ("b", 3))
        },
        **rows,
        class_names=[f"class {index}" for index in range(classes)] if rows else None,
        images=pictures if draw(st.booleans()) else None,
    )
    for _ in range(draw(st.integers(0, 2))):
        recording = recording.with_instance(sample=draw(st.integers(0, count - 1)))
    if draw(st.booleans()):
        values = {layer.name: np.ones(layer.neurons) for layer in recording.layers}
        recording = recording.with_instance(values, name="other")
    return recording


@settings(deadline=None)
@given(recording=recordings(), has_codes=st.booleans())
def test_a_file_gives_back_the_recording(recording, has_codes):
    block = bytes_of(recording, **({"most_uncoded_bytes": -1} if has_codes else {}))
    again = from_block(block)
    assert again == recording
    assert not any(layer.activations.flags.writeable for layer in again.layers)


@settings(deadline=None)
@given(recording=recordings())
def test_who_ignores_the_order_sees_the_recording_with_other_sample_numbers(recording):
    descriptor, tensors = parts_of(bytes_of(recording))
    order = tensors.get(descriptor["samples"].pop("order", None), np.arange(recording.count))
    seen = from_block(write_block(tensors, descriptor)[1])
    for ours, theirs in zip(recording.layers, seen.layers, strict=True):
        assert np.array_equal(ours.activations[order], theirs.activations)
    for rows in ("labels", "predictions"):
        ours, theirs = getattr(recording, rows), getattr(seen, rows)
        assert (ours is None and theirs is None) or np.array_equal(ours[order], theirs)
    for ours, theirs in zip(recording.instances, seen.instances, strict=True):
        assert ours.sample == (None if theirs.sample is None else order[theirs.sample])
    if recording.images is not None:
        shown = seen.image_samples >= 0
        assert np.array_equal(recording.image_samples >= 0, shown)
        assert np.array_equal(order[seen.image_samples[shown]], recording.image_samples[shown])


@settings(deadline=None)
@given(recording=recordings())
def test_the_samples_of_a_label_lie_together_in_their_order_and_those_without_one_last(recording):
    descriptor, tensors = parts_of(bytes_of(recording))
    if recording.labels is None:
        assert "order" not in descriptor["samples"]
        return
    labels = tensors["labels"].tolist()
    assert labels == sorted(labels, key=lambda label: (label < 0, label))
    order = tensors.get("samples.order", np.arange(recording.count))
    for label in set(labels):
        assert (np.diff(order[tensors["labels"] == label]) > 0).all()


def test_sorted_samples_need_no_order():
    recording = nd.Recording.from_arrays({"a": np.eye(4)}, labels=[0, 0, 1, -1])
    descriptor, block = to_block(recording)
    assert bytes_of(recording) == block
    assert "order" not in descriptor["samples"]


def test_the_committed_file_is_the_tiny_recording(tiny, fixtures):
    assert nd.load(fixtures / "tiny.sorted.ndiv") == tiny


def test_large_layers_have_codes_on_a_grid_over_samples_and_instances(tiny):
    descriptor, tensors = parts_of(bytes_of(tiny, most_uncoded_bytes=120 * 8 * 4))
    assert [layer["codes"] is not None for layer in descriptor["layers"]] == [False, True, False]
    layer, names = tiny.layers[1], descriptor["layers"][1]["codes"]
    fitted = grid.fit(layer.activations, layer.instances)
    assert np.array_equal(tensors[names["grid"]], fitted)
    expected = grid.codes(layer.activations, fitted)[tensors["samples.order"]]
    assert np.array_equal(tensors[names["tensor"]], expected)


def test_above_4_mebibytes_a_layer_is_large():
    assert filing.MOST_UNCODED_BYTES == 4 * 2**20
    large = nd.Recording.from_arrays({"a": np.zeros((2**10, 2**10 + 1), np.float32)})
    (layer,) = file_block(large).descriptor["layers"]
    assert layer["codes"] == {"tensor": "layer.0.codes", "grid": "layer.0.codes.grid"}


def test_a_recording_of_codes_alone_is_sorted_and_put_back(tiny):
    layer = tiny.layers[1]
    fitted = grid.fit(layer.activations, layer.instances)
    codes = Codes(grid.codes(layer.activations, fitted), fitted)
    coded = dataclasses.replace(layer, activations=None, codes=codes)
    recording = dataclasses.replace(tiny, layers=(coded,))
    assert from_block(bytes_of(recording)) == recording


def test_files_meet_the_schema(tiny, fixtures):
    text = (fixtures.parents[1] / "format" / "recording.schema.json").read_text()
    schema = jsonschema.Draft202012Validator(json.loads(text))
    descriptor = file_block(tiny, most_uncoded_bytes=0).descriptor
    schema.validate(descriptor)
    descriptor["samples"]["order"] = 3
    assert not schema.is_valid(descriptor)


HOSTILE = {
    "twice": ([0, 1, 1, 3], "row 1 holds 1, as row 2"),
    "negative": ([0, -1, 2, 3], "row 1 holds -1, outside 0 … 3"),
    "above": ([0, 1, 2, 4], "row 3 holds 4, outside 0 … 3"),
    "largest": ([0, 1, 2, 2**31 - 1], "row 3 holds 2147483647"),
    "short": ([0, 1, 2], "expected shape [4], found [3]"),
}


@pytest.mark.parametrize(("order", "problem"), HOSTILE.values(), ids=HOSTILE)
def test_an_order_that_is_no_permutation_is_refused(order, problem):
    descriptor, block = to_block(nd.Recording.from_arrays({"a": np.eye(4)}, labels=[1, 0, 1, 0]))
    _, tensors = parts_of(block)
    descriptor["samples"]["order"] = "o"
    with pytest.raises(nd.FormatError) as caught:
        from_block(write_block({**tensors, "o": np.array(order, np.int32)}, descriptor)[1])
    assert caught.value.path == "samples.order"
    assert problem in caught.value.problem


@pytest.mark.parametrize("value", ["nope", 3, True, [], {}, "layer.0.activations"])
def test_an_order_that_is_no_tensor_of_numbers_is_refused(value):
    descriptor, block = to_block(nd.Recording.from_arrays({"a": np.eye(4)}))
    descriptor["samples"]["order"] = value
    with pytest.raises(nd.FormatError, match=r"^samples\.order: "):
        from_block(write_block(parts_of(block)[1], descriptor)[1])


def test_layers_that_share_a_tensor_are_put_back_once():
    recording = nd.Recording.from_arrays({"a": np.eye(4), "b": np.eye(4)}, labels=[1, 0, 1, 0])
    descriptor, tensors = parts_of(bytes_of(recording))
    descriptor["layers"][1]["activations"] = "layer.0.activations"
    del tensors["layer.1.activations"]
    assert from_block(write_block(tensors, descriptor)[1]) == recording


@pytest.mark.slow
def test_saving_and_loading_200_mb_take_little_more_memory(tmp_path):
    values = np.frombuffer(bytes(50_000 * 4096), np.float32).reshape(50_000, 1024)
    recording = nd.Recording.from_arrays({"a": values}, labels=np.arange(50_000) % 10)
    tracemalloc.start()
    path = recording.save(tmp_path / "x")
    _, saving_bytes = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    again = nd.load(path)
    loaded_bytes, loading_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert again.layers[0].activations.shape == values.shape
    assert saving_bytes < 64e6
    file_bytes = (tmp_path / "x.ndiv").stat().st_size
    assert loading_bytes < file_bytes + 40e6
    assert loaded_bytes < values.nbytes + 1e6
