"""The model of a recording: how it is kept, and what is said of it. Needs no framework."""

import copy
import dataclasses
import json

import jsonschema
import numpy as np
import pytest
from conftest import FIXTURES, parts_of

import neuraldivergence as nd
from neuraldivergence.display import VIEW_MIME, mime_bundle
from neuraldivergence.export.attach import reduced
from neuraldivergence.export.run import run
from neuraldivergence.layout import write_block
from neuraldivergence.wire import from_block, to_block, to_tensors

NAMES = ["model.keras.ndiv", "model.torch.ndiv"]


@pytest.fixture(scope="module", params=NAMES)
def held(request):
    return nd.load(FIXTURES / request.param)


def computed(recording, pictures):
    """Return what the model of a recording gives: values by recorded layer, and scores."""
    model = recording.model
    weights = {weight.name: weight.values for weight in model.weights}
    wanted = {place.layer for place in model.layers.values()} | {model.output.layer}
    found = run(model.topology, weights, model.preprocess(pictures), wanted)
    values = {
        layer.name: reduced(
            found[model.layers[layer.name].layer],
            layer.reduction,
            channels_first=model.layers[layer.name].channels_first,
        )
        for layer in recording.layers
    }
    return values, found[model.output.layer]


def test_the_kept_model_gives_what_the_framework_gave(held):
    values, scores = computed(held, held.images)
    assert set(values) == set(held.model.layers) == {layer.name for layer in held.layers}
    for layer in held.layers:
        top = np.abs(layer.activations).max()
        samples = held.count
        np.testing.assert_allclose(
            values[layer.name][:samples], layer.activations, atol=1e-5 * top, err_msg=layer.name
        )
        rows = [instance.image for instance in held.instances]
        np.testing.assert_allclose(
            values[layer.name][rows], layer.instances, atol=1e-5 * top, err_msg=layer.name
        )
    np.testing.assert_array_equal(scores[: held.count].argmax(axis=1), held.predictions)
    odds = (
        np.exp(scores - scores.max(axis=1, keepdims=True)) if held.model.output.softmax else scores
    )
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    for instance in held.instances:
        found = probabilities[instance.image][instance.prediction]
        assert found == pytest.approx(instance.confidence, abs=1e-5)


def test_a_model_survives_the_block_and_the_schema(held):
    schema = json.loads((FIXTURES.parents[1] / "format" / "recording.schema.json").read_text())
    descriptor, block = to_block(held)
    jsonschema.validate(descriptor, schema)
    again = from_block(block)
    assert again == held
    assert again.model == held.model
    assert to_block(again) == (descriptor, block)
    assert not again.model.weights[0].values.flags.writeable
    assert descriptor["model"]["layers"].keys() == held.model.layers.keys()


def test_a_recording_without_a_model_says_nothing_of_one(tiny):
    assert "model" not in to_block(tiny)[0]
    assert "model" not in repr(tiny)


def test_the_repr_says_how_much_the_model_differs(held):
    assert f"differs from the original by at most {held.model.difference:.1e}" in repr(held)
    for name, place in held.model.layers.items():
        assert f"{name} = {place.layer}: {place.difference:.1e}" in repr(held.model)


def test_a_model_of_an_unknown_format_is_none(held):
    descriptor, tensors = to_tensors(held)
    descriptor["model"] = {"format": "onnx", "file": "x"}
    schema = json.loads((FIXTURES.parents[1] / "format" / "recording.schema.json").read_text())
    jsonschema.validate({**descriptor, "id": "0" * 64}, schema)
    assert from_block(write_block(tensors, descriptor)[1]).model is None


def _set(path, value):
    def change(model):
        *above, last = path
        for key in above:
            model = model[key]
        if value is None:
            del model[last]
        else:
            model[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "path", "problem"),
    [
        (_set(["format"], 3), "model.format", "expected a string"),
        (_set(["topology"], []), "model.topology", "expected an object"),
        (_set(["weights"], None), "model.weights", "expected a list"),
        (_set(["weights", 0, "tensor"], "nowhere"), "model.weights[0].tensor", "unknown tensor"),
        (_set(["weights", 0, "tensor"], "images"), "model.weights[0].tensor", "expected dtype"),
        (_set(["weights", 1, "name"], "stem/conv/kernel"), "model.weights[1].name", "repeats"),
        (_set(["input", "shape"], [12, 12]), "model.input.shape", "expected 3 items, found 2"),
        (_set(["input", "shape", 0], 1.5), "model.input.shape[0]", "expected a whole number"),
        (_set(["input", "scale"], 0), "model.input", "invalid scale"),
        (_set(["input", "mean"], [1, 2]), "model.input.mean", "expected 3 items, found 2"),
        (_set(["input", "std"], [1, 2, 0]), "model.input", "give positive numbers"),
        (_set(["layers", "elsewhere"], {}), "model.layers", "unknown layer: 'elsewhere'"),
        (
            _set(["layers", "flat", "channelsFirst"], 1),
            "model.layers.flat.channelsFirst",
            "expected true or false",
        ),
        (_set(["output", "layer"], None), "model.output.layer", "expected a string"),
        (_set(["difference"], "small"), "model.difference", "expected a number"),
    ],
)
def test_wrong_models_are_refused(change, path, problem):
    descriptor, tensors = to_tensors(nd.load(FIXTURES / NAMES[0]))
    descriptor = copy.deepcopy(descriptor)
    change(descriptor["model"])
    with pytest.raises(nd.FormatError, match=problem) as caught:
        from_block(write_block(tensors, descriptor)[1])
    assert caught.value.path == path


def test_an_output_carries_the_model(held):
    bundle = mime_bundle(held)
    assert bundle[VIEW_MIME]["model"]["layers"].keys() == held.model.layers.keys()


def test_the_committed_recordings_have_models_of_their_own():
    for name in NAMES:
        descriptor, tensors = parts_of((FIXTURES / name).read_bytes())
        named = {weight["tensor"] for weight in descriptor["model"]["weights"]}
        assert named == {name for name in tensors if name.startswith("model.weights.")}
        assert (FIXTURES / name).stat().st_size < 120_000


@pytest.mark.parametrize(
    ("options", "error", "problem"),
    [
        ({"scale": 0}, ValueError, "invalid scale: 0"),
        ({"scale": [1, 2]}, ValueError, "invalid scale"),
        ({"scale": "big"}, TypeError, "invalid scale: 'big'; give a number"),
        ({"mean": float("nan")}, ValueError, "invalid mean: nan; give finite numbers"),
        ({"mean": []}, ValueError, "invalid mean"),
        ({"std": [1, 0, 1]}, ValueError, "invalid std"),
        ({"std": {"r": 1}}, TypeError, "invalid std"),
        ({"layout": "nchw"}, ValueError, "unknown layout: 'nchw'; one of channels_first"),
    ],
)
def test_a_wrong_preprocess_is_refused(options, error, problem):
    with pytest.raises(error, match=problem):
        nd.Preprocess(**options)


def test_preprocess_gives_what_it_says():
    pictures = np.random.default_rng(0).integers(0, 256, (3, 4, 5, 2)).astype(np.uint8)
    preprocess = nd.Preprocess(scale=1 / 255, mean=(0.25, 0.5), std=2)
    expected = (pictures / 255 - [0.25, 0.5]) / 2
    found = preprocess(pictures)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-7)
    first = nd.Preprocess(scale=1 / 255, mean=(0.25, 0.5), std=2, layout="channels_first")
    np.testing.assert_array_equal(first(pictures), found.transpose(0, 3, 1, 2))
    flat = nd.Preprocess(layout="flat")
    np.testing.assert_array_equal(flat(pictures), pictures.reshape(3, -1))
    grey = nd.Preprocess(layout="channels_first")
    np.testing.assert_array_equal(grey(pictures[..., 0]), pictures[:, None, :, :, 0])
    with pytest.raises(ValueError, match="invalid mean: 2 numbers for 3 channels"):
        preprocess(np.zeros((1, 2, 2, 3), np.uint8))
    with pytest.raises(ValueError, match="invalid pictures: uint8"):
        preprocess(np.zeros((2, 2), np.uint8))


@pytest.fixture
def heavy(tmp_path, monkeypatch):
    """A recording of 18 kB whose model takes 400 kB, in a folder for files."""
    monkeypatch.chdir(tmp_path)
    held = nd.load(FIXTURES / NAMES[0])
    noise = np.random.default_rng(0).normal(size=100_000).astype(np.float32)
    weights = (*held.model.weights, nd.model.Weight("more/kernel", noise))
    return dataclasses.replace(held, model=dataclasses.replace(held.model, weights=weights))


def test_a_model_that_is_too_large_stays_out_of_an_output_without_a_file(heavy):
    with pytest.warns(nd.SizeWarning, match=r"The model \(428 kB\) stays out of this output"):
        bundle = mime_bundle(heavy, source="inline", max_inline_bytes=250_000)
    assert "model" not in bundle[VIEW_MIME]
    assert bundle[VIEW_MIME]["source"] == {"kind": "inline"}
    assert 'show(source="file")' in bundle["text/plain"]


def test_a_model_that_is_too_large_is_in_the_file_beside_the_notebook(heavy, tmp_path):
    with pytest.warns(nd.SizeWarning, match="All values and the model need up to"):
        bundle = mime_bundle(heavy, source=None, max_inline_bytes=250_000)
    descriptor = bundle[VIEW_MIME]
    assert (descriptor["source"]["kind"], descriptor["source"]["reduced"]) == ("file", "summary")
    assert "model" not in descriptor
    assert nd.load(tmp_path / descriptor["source"]["path"]) == heavy


def test_beside_a_summary_the_model_is_in_the_output_where_it_fits(heavy, tmp_path):
    bundle = mime_bundle(heavy, source="file")
    assert len(bundle[VIEW_MIME]["model"]["weights"]) == len(heavy.model.weights)
    assert "All values and the model" in bundle["text/plain"]


def test_a_summary_alone_says_that_the_model_is_missing(heavy):
    rng = np.random.default_rng(0)
    recording = nd.Recording.from_arrays({"dense_1": rng.random((9000, 24), np.float32)})
    recording = dataclasses.replace(recording, model=heavy.model)
    with pytest.warns(nd.SizeWarning, match="The model") as warned:
        bundle = mime_bundle(recording, source="inline", max_inline_bytes=100_000)
    assert len(warned) == 1
    assert bundle[VIEW_MIME]["source"] == {"kind": "inline", "reduced": "summary"}
    assert "model" not in bundle[VIEW_MIME]
