"""The live model of a recording: what it gives for pictures is what was recorded of them."""

import copy
import os
import pickle
import warnings

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")

import neuraldivergence as nd

SHAPE = (9, 7, 3)
SCALE = nd.Preprocess(scale=1 / 255, mean=[0.5, 0.4, 0.3], std=0.25)
PICTURES = np.random.default_rng(3).integers(0, 256, (24, *SHAPE)).astype(np.uint8)


def torch_model():
    """A forward pass that depends on values, which no tracer takes, with a layer called twice."""
    torch = pytest.importorskip("torch")
    nn = torch.nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.norm = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)
            self.relu, self.out = nn.ReLU(), nn.Linear(4 * 7 * 5, 5)

        def forward(self, x):
            y = self.relu(self.norm(self.conv(x)))
            if y.sum() > 1e9:
                y = y * 2
            return self.out(self.relu(y - 0.1).flatten(1))

    torch.manual_seed(0)
    return Net()


def keras_model():
    """A subclassed model, which cannot be exported."""
    keras = pytest.importorskip("keras")
    layers = keras.layers
    keras.utils.set_random_seed(0)

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.conv, self.norm = layers.Conv2D(4, 3, name="conv"), layers.BatchNormalization()
            self.relu, self.flat = layers.ReLU(name="relu"), layers.Flatten()
            self.out = layers.Dense(5, name="out")

        def call(self, x, training=False):
            y = self.relu(self.norm(self.conv(x), training=training))
            return self.out(self.flat(self.relu(y - 0.1)))

    return Net()


MODELS = {"torch": torch_model, "keras": keras_model}
LAYERS = ["conv", "relu", "out"]


@pytest.fixture(scope="module", params=MODELS)
def model(request):
    return MODELS[request.param]()


def recorded(model, **options):
    given = {"preprocess": SCALE, "layers": LAYERS, "class_names": list("abcde"), **options}
    return nd.record(model, PICTURES, images=PICTURES, progress=False, **given)


@pytest.fixture(
    scope="module",
    params=["mean", "max", "none", (2, 3), {"conv": "none", "relu": "max", "relu:1": (0, 1)}],
)
def held(request, model):
    return recorded(model, reduce=request.param).with_model(model, export=False)


def test_pictures_give_what_was_recorded_of_them(held):
    probe = held._probe
    assert probe.shape == SHAPE
    assert [match.layer for match in probe.matches] == ["conv", "relu", "relu:1", "out"]
    response = probe.run(PICTURES[:7], [3, 0, 2, 1])
    for place, values in zip([3, 0, 2, 1], response.layers, strict=True):
        expected = held.layers[place].activations[:7]
        np.testing.assert_allclose(values, expected, atol=1e-5 * np.abs(expected).max())
    np.testing.assert_array_equal(response.probabilities.argmax(axis=1), held.predictions[:7])
    np.testing.assert_allclose(response.probabilities.sum(axis=1), 1, rtol=1e-5)


def test_nothing_is_left_of_it_on_the_model(model):
    held = recorded(model).with_model(model, export=False)
    before = recorded(model)
    held._probe.run(PICTURES[:3], [0, 1])
    held._probe.gradient(PICTURES[:2].astype(np.float32), 1)
    assert recorded(model) == before
    if not hasattr(model, "built"):
        assert model.training
        assert all(parameter.grad is None for parameter in model.parameters())
        assert not model.conv._forward_hooks


def test_the_gradient_is_the_slope_of_the_cross_entropy(model):
    for scale in (SCALE, nd.Preprocess(scale=-1 / 200, mean=0.1)):
        probe = recorded(model, preprocess=scale).with_model(model, export=False)._probe
        assert probe.gradients
        picture = PICTURES[:1].astype(np.float32)
        slopes = probe.gradient(picture, 2)[0]
        rng = np.random.default_rng(1)
        same = []
        for index in map(tuple, rng.integers(0, SHAPE, (60, 3))):
            up, down = picture.copy(), picture.copy()
            up[(0, *index)] += 2
            down[(0, *index)] -= 2
            loss = [-np.log(probe.run(one).probabilities[0, 2]) for one in (up, down)]
            if abs(loss[0] - loss[1]) > 1e-4:
                same.append(np.sign(loss[0] - loss[1]) == np.sign(slopes[index]))
        # Between the two a ReLU may bend.
        assert len(same) > 15
        assert np.mean(same) > 0.9


def test_arrays_that_count_channels_last_are_given_so(model):
    unreduced = recorded(model, reduce="none", layers=["conv", "out"])
    conv = unreduced.layers[0].activations
    units = conv.reshape(len(conv), 4, -1).transpose(0, 2, 1).reshape(len(conv), -1)
    arrays = nd.Recording.from_arrays(
        {"conv": units, "out": unreduced.layers[1].activations},
        images=PICTURES,
        class_names=list("abcde"),
        labels=np.zeros(24, int),
    )
    held = arrays.with_model(model, export=False, preprocess=SCALE)
    np.testing.assert_allclose(held._probe.run(PICTURES[:2], [0]).layers[0], units[:2], atol=1e-5)


def test_what_does_not_match_is_said(model):
    recording = recorded(model)
    widths = {layer.name: layer.activations for layer in recording.layers}
    arrays = nd.Recording.from_arrays(
        {**widths, "conv": np.zeros((24, 9)), "gone": np.zeros((24, 2)), "out": widths["out"]},
        reductions={"relu": "position"},
        images=PICTURES,
        class_names=list("abcde"),
        labels=np.zeros(24, int),
    )
    with pytest.warns(UserWarning, match=r"not in the model: 'conv': 9 neurons, and 4|"):
        held = arrays.with_model(model, export=False, preprocess=SCALE)
    why = {match.recorded: match.why and match.why["kind"] for match in held._probe.matches}
    # Of what is not reduced every unit is a neuron.
    assert why == {
        "conv": "neurons", "relu": "position", "relu:1": "neurons", "out": None, "gone": "absent",
    }  # fmt: skip


def test_other_names_and_other_inputs(model):
    recording = recorded(model, layers=["out"])
    named = nd.Recording.from_arrays(
        {"logits": recording.layers[0].activations}, images=PICTURES, labels=np.arange(24) % 5
    )
    held = named.with_model(model, export=False, preprocess=SCALE, layers={"logits": "out"})
    assert held._probe.matches[0].layer == "out"
    with pytest.warns(UserWarning, match="layer 'logits' holds other values"):
        named.with_model(model, export=False, layers={"logits": "out"})
    with pytest.raises(ValueError, match="none of the recorded layers"):
        named.with_model(model, export=False, preprocess=SCALE)
    with pytest.raises(ValueError, match="unknown layer: 'x'"):
        named.with_model(model, export=False, layers={"x": "out"})


def test_a_function_may_prepare_pictures_then_there_are_no_gradients(model):
    layout = "channels_last" if hasattr(model, "built") else "channels_first"
    prepared = nd.Preprocess(SCALE.scale, SCALE.mean, SCALE.std, layout)

    def prepare(pictures):
        return prepared(pictures)

    recording = recorded(model, preprocess=prepare).with_model(model, export=False)
    assert not recording._probe.gradients
    with pytest.raises(ValueError, match=r"no gradients: preprocess is a function"):
        nd.attacks.fgsm(recording, 1)
    with pytest.raises(TypeError, match="cannot be written down"):
        recording.with_model(model)


def test_a_model_that_does_not_take_such_pictures_is_refused(model):
    recording = recorded(model)
    with pytest.raises(
        ValueError, match=r"does not run pictures of 9 × 7 × 3 values: .*preprocess="
    ):
        recording.with_model(model, export=False, preprocess=lambda pictures: pictures[:, :2, :2])
    with pytest.raises(ValueError, match="unknown size of pictures"):
        nd.record(model, PICTURES, layers=["out"], preprocess=SCALE, progress=False).with_model(
            model, export=False
        )


def test_what_cannot_be_exported_says_what_to_do(model):
    with pytest.raises(ValueError, match="With export=False the kernel alone runs the model"):
        recorded(model).with_model(model)


def test_copies_keep_the_model_and_pickles_leave_it(model):
    held = recorded(model).with_model(model, export=False)
    assert copy.deepcopy(held)._probe is held._probe
    assert held.with_group("g", [1, 2])._probe is held._probe
    assert held.with_pair(sample=1, attacked=PICTURES[2], name="x")._probe is held._probe
    again = pickle.loads(pickle.dumps(held))
    assert again == held
    assert again._probe is None
    with pytest.raises(ValueError, match="no model: give the recording one"):
        nd.attacks.pixels(again, 1)


def test_what_is_exported_also_stays():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 3), torch.nn.Flatten(), torch.nn.Linear(4 * 7 * 5, 5)
    )
    recording = nd.record(
        model, PICTURES, images=PICTURES, preprocess=SCALE, layers=["0", "2"], reduce="none",
        class_names=list("abcde"), progress=False,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        held = recording.with_model(model)
    assert held.model is not None
    for place, values in enumerate(held._probe.run(PICTURES, [0, 1]).layers):
        np.testing.assert_allclose(values, held.layers[place].activations, atol=1e-5)
    assert held.with_model(model, export=False).model is None


def test_keras_pictures_without_an_axis_of_channels():
    keras = pytest.importorskip("keras")
    model = keras.Sequential(
        [keras.Input((6, 5)), keras.layers.Flatten(), keras.layers.Dense(3, name="out")]
    )
    grey = PICTURES[:, :6, :5, 0]
    recording = nd.record(
        model, grey / np.float32(255), images=grey, labels=np.arange(24) % 3, progress=False
    )
    held = recording.with_model(model, preprocess=nd.Preprocess(scale=1 / 255))
    found = held._probe.run(held.images[:2], [0]).layers[0]
    np.testing.assert_allclose(found, held.layers[0].activations[:2], atol=1e-6)
    assert held._probe.gradients
