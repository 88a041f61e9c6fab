"""Keras 3 models as TensorFlow.js runs them, on the backend that is set, PyTorch by default."""

import importlib.util
import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")
if importlib.util.find_spec(os.environ["KERAS_BACKEND"]) is None:
    pytest.skip("the backend of Keras is missing", allow_module_level=True)
keras = pytest.importorskip("keras")

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

import neuraldivergence as nd  # noqa: E402

KL = keras.layers
SHAPE = (12, 12, 3)
SCALE = nd.Preprocess(scale=1 / 255, mean=0.5, std=0.25)


def pictures(count=6, shape=SHAPE):
    return np.random.default_rng(3).integers(0, 256, (count, *shape)).astype(np.uint8)


def unsettled(model):
    """Give every weight a value of its own; variances stay positive."""
    rng = np.random.default_rng(5)
    for weight in model.weights:
        shape = tuple(weight.shape)
        if len(shape) == 1:
            near = 1 if "variance" in weight.path else 0.3
            weight.assign((near + 0.3 * rng.random(shape)).astype(np.float32))
    return model


def exported(model, images=None, preprocess=SCALE, layers=None, **options):
    """Record every layer, add the model, and return the recording."""
    unsettled(model)
    images = pictures() if images is None else images
    names = [info.name for info in nd.layers(model, images[:1], preprocess=preprocess)]
    return nd.record(
        model,
        images,
        images=images,
        preprocess=preprocess,
        layers=layers or names,
        progress=False,
        **options,
    ).with_model(model)


LAYERS = [
    KL.Conv2D(4, 3),
    KL.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
    KL.Conv2D(4, (1, 3), strides=(1, 2), use_bias=False, activation="silu"),
    KL.Conv2D(4, 3, dilation_rate=2, padding="same", activation="gelu"),
    KL.Conv2D(6, 3, groups=3, activation="leaky_relu"),
    KL.Conv2D(3, 3, groups=3, dilation_rate=2, padding="same"),
    KL.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="selu"),
    KL.DepthwiseConv2D(3, strides=2, activation="softplus"),
    KL.Dense(5, activation="softmax"),
    KL.Dense(5, activation="log_softmax"),
    KL.Dense(5, activation="mish", use_bias=False),
    KL.BatchNormalization(epsilon=0.1),
    KL.BatchNormalization(center=False, scale=False),
    KL.Activation("elu"),
    KL.Activation("softsign"),
    KL.Activation("hard_sigmoid"),
    KL.Conv2D(4, 3, activation="hard_silu"),
    KL.Activation("linear"),
    KL.Activation("leaky_relu"),
    KL.ReLU(),
    KL.ReLU(max_value=1.5),
    KL.ReLU(negative_slope=0.3),
    KL.LeakyReLU(0.1),
    KL.ELU(),
    KL.Softmax(),
    KL.Rescaling(1 / 3, offset=-0.25),
    KL.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0]),
    KL.Normalization(mean=0.25, variance=4.0),
    KL.MaxPooling2D(),
    KL.MaxPooling2D(3, strides=2, padding="same"),
    KL.AveragePooling2D((2, 3), strides=1),
    KL.AveragePooling2D(3, strides=1, padding="same"),
    KL.GlobalAveragePooling2D(),
    KL.GlobalAveragePooling2D(keepdims=True),
    KL.GlobalMaxPooling2D(),
    KL.GlobalMaxPooling2D(keepdims=True),
    KL.Flatten(),
    KL.Reshape((36, -1)),
    KL.Reshape((6, 24, 3)),
    KL.Permute((3, 1, 2)),
    KL.Dropout(0.5),
    KL.SpatialDropout2D(0.5),
    KL.GaussianNoise(0.5),
    KL.RandomFlip(),
    KL.ZeroPadding2D(((1, 2), (0, 3))),
    KL.UpSampling2D((2, 3)),
]


@pytest.mark.parametrize(
    "layer", LAYERS, ids=lambda layer: f"{type(layer).__name__}-{LAYERS.index(layer)}"
)
def test_every_layer_does_the_same(layer):
    """Alone, then between a layer of mixed signs and a flattened end."""
    config = layer.get_config()
    first, second = (
        type(layer).from_config({**config, "name": name}) for name in ("alone", "between")
    )
    recording = exported(keras.Sequential([keras.Input(SHAPE), first]))
    assert recording.model.difference < 1e-5
    assert recording.model.recorded < 1e-5
    model = keras.Sequential(
        [keras.Input(SHAPE), KL.Conv2D(3, 1), second, KL.Reshape((-1,)), KL.Activation("tanh")]
    )
    recording = exported(model, reduce="none")
    assert recording.model.difference < 1e-5
    assert set(recording.model.layers) == {one.name for one in recording.layers}


def test_a_graph_with_nested_models_and_shared_layers_does_the_same():
    inner = keras.Sequential(
        [keras.Input((12, 12, 4)), KL.Conv2D(4, 3, padding="same", name="conv"), KL.ReLU()],
        name="inner",
    )
    shared = KL.Activation("tanh", name="shared")
    inputs = keras.Input(SHAPE)
    x = KL.Conv2D(4, 3, padding="same", name="first")(inputs)
    x = KL.Add(name="sum")([shared(x), inner(x), inner(shared(x))])
    x = KL.Multiply(name="product")([x, KL.GlobalAveragePooling2D(keepdims=True)(x)])
    x = KL.Concatenate(name="rows", axis=1)([x, shared(x)])
    outputs = KL.Dense(3, name="scores")(KL.Flatten()(x))
    model = keras.Model(inputs, outputs)
    recording = exported(model, labels=[0, 1, 2, 0, 1, 2])
    model = recording.model
    assert {"inner/conv", "inner/conv:1", "inner:1", "shared:2", "rows"} <= set(model.layers)
    assert set(model.layers) == {layer.name for layer in recording.layers}
    assert model.difference < 1e-5
    assert model.recorded < 1e-5
    assert model.output == nd.model.Scores("scores", softmax=True)


def test_a_softmax_at_the_end_needs_no_other():
    layers = [keras.Input(SHAPE), KL.Flatten(), KL.Dense(3, activation="softmax", name="scores")]
    recording = exported(keras.Sequential(layers), labels=[0, 1, 2, 0, 1, 2])
    assert recording.model.output == nd.model.Scores("scores", softmax=False)


@pytest.mark.parametrize("shape", [(144,), (12, 12), (12, 12, 1)])
def test_grey_pictures_become_what_the_model_takes(shape):
    layers = [keras.Input(shape), KL.Flatten(), KL.Dense(3, activation="tanh", name="scores")]
    model = unsettled(keras.Sequential(layers))
    images = pictures(shape=(12, 12, 1))
    inputs = SCALE(images).reshape(len(images), *shape)
    recording = nd.record(model, inputs, images=images, layers=["scores"], progress=False)
    held = recording.with_model(model, preprocess=SCALE)
    assert held.model.recorded < 1e-5


def layer():
    same = {"padding": "same"}
    return st.sampled_from(
        [
            lambda: KL.Conv2D(4, 3, **same),
            lambda: KL.Conv2D(6, 3, strides=2, activation="relu", **same),
            lambda: KL.DepthwiseConv2D(3, dilation_rate=2, **same),
            lambda: KL.DepthwiseConv2D((2, 3), strides=2, depth_multiplier=2, **same),
            lambda: KL.BatchNormalization(),
            lambda: KL.ReLU(),
            lambda: KL.LeakyReLU(),
            lambda: KL.Activation("gelu"),
            lambda: KL.MaxPooling2D(3, strides=2, **same),
            lambda: KL.AveragePooling2D(3, strides=1, **same),
            lambda: KL.UpSampling2D(2),
            lambda: KL.ZeroPadding2D(1),
            lambda: KL.Softmax(),
        ]
    )


@settings(max_examples=30, deadline=None)
@given(
    makers=st.lists(layer(), max_size=5),
    shape=st.tuples(st.integers(5, 9), st.integers(5, 9), st.sampled_from([1, 3])),
    seed=st.integers(0, 2**16),
)
def test_any_stack_of_layers_does_the_same(makers, shape, seed):
    keras.utils.set_random_seed(seed)
    parts = [make() for make in makers]
    model = keras.Sequential([keras.Input(shape), *parts, KL.Flatten(), KL.Dense(3)])
    recording = exported(model, pictures(3, shape), reduce="none")
    assert recording.model.difference <= 1e-4
    assert set(recording.model.layers) == {one.name for one in recording.layers}


class Own(KL.Layer):
    def call(self, x):
        return x


def first_channels():
    inputs = keras.Input(SHAPE)
    return keras.Model(inputs, KL.BatchNormalization(axis=1, name="0")(inputs))


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (
            lambda: [KL.Conv2DTranspose(3, 3, name="up")],
            r"'up' \(Conv2DTranspose\) .* its kind is not known",
        ),
        (lambda: [Own(name="own")], r"'own' \(Own\) .* a class of its own"),
        (lambda: [KL.Activation("hard_tanh", name="a")], "the function hard_tanh is not known"),
        (lambda: [KL.Activation(lambda x: x, name="a")], "not one of Keras"),
        (lambda: [KL.ReLU(threshold=1.0, name="a")], "threshold 1.0"),
        (lambda: [KL.BatchNormalization(axis=1, name="a")], "axis 1, which is not the last"),
        (lambda: [KL.UpSampling2D(interpolation="bilinear", name="a")], "bilinear, not nearest"),
        (
            lambda: [keras.Sequential([KL.Softmax(axis=1, name="s")], name="in")],
            r"'in/s' \(Softmax\) .* axis 1",
        ),
    ],
)
def test_what_cannot_be_exported_is_named(make, problem):
    recording = nd.Recording.from_arrays({"0": np.zeros((6, 3))}, images=pictures())
    model = keras.Sequential([keras.Input(SHAPE), *make()])
    with pytest.raises(ValueError, match=problem):
        recording.with_model(model)


def test_other_models_and_pictures_are_refused():
    class Subclassed(keras.Model):
        def call(self, x):
            return x

    recording = nd.Recording.from_arrays({"0": np.zeros((6, 3))}, images=pictures())
    with pytest.raises(ValueError, match="is no Sequential or functional model with one input"):
        recording.with_model(Subclassed())
    two = [keras.Input((4,)), keras.Input((4,))]
    with pytest.raises(ValueError, match="with one input"):
        recording.with_model(keras.Model(two, KL.Add()(two)))
    other = keras.Sequential([keras.Input((8, 8, 3)), KL.Flatten(name="0")])
    with pytest.raises(ValueError, match=r"it takes \[8, 8, 3\], and pictures are \[12, 12, 3\]"):
        recording.with_model(other)
    with pytest.raises(ValueError, match=r"unknown model: builtins\.dict"):
        recording.with_model({})


def test_the_model_is_left_as_it_was():
    layers = [keras.Input(SHAPE), KL.Conv2D(4, 3, name="c"), KL.BatchNormalization()]
    model = unsettled(keras.Sequential(layers))
    before = [np.array(weight) for weight in model.get_weights()]
    nd.record(model, SCALE(pictures()), images=pictures(), progress=False).with_model(
        model, preprocess=SCALE
    )
    for weight, kept in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, kept)
    assert not [layer for layer in model._flatten_layers() if "call" in layer.__dict__]


def test_the_committed_recording_is_reproduced(fixtures):
    from models import keras_recording

    again, committed = keras_recording(), nd.load(fixtures / "model.keras.ndiv")
    assert again.model.topology == committed.model.topology
    for ours, theirs in zip(again.model.weights, committed.model.weights, strict=True):
        np.testing.assert_array_equal(ours.values, theirs.values, err_msg=ours.name)
    for ours, theirs in zip(again.layers, committed.layers, strict=True):
        np.testing.assert_allclose(ours.activations, theirs.activations, atol=1e-5)
