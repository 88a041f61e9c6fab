"""Capture from Keras 3 models. Runs on the backend that is set, PyTorch by default."""

import importlib.util
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")
if importlib.util.find_spec(os.environ["KERAS_BACKEND"]) is None:
    pytest.skip("the backend of Keras is missing", allow_module_level=True)
keras = pytest.importorskip("keras")

from neuraldivergence.record import CaptureError, layers, record  # noqa: E402

KL = keras.layers


def recorded(model, x, **options):
    return record(model, x, progress=False, **options)


def values_of(recording, name):
    return next(layer.activations for layer in recording.layers if layer.name == name)


def names_of(recording):
    return [layer.name for layer in recording.layers]


def run(model, x):
    return keras.ops.convert_to_numpy(keras.ops.stop_gradient(model(x, training=False)))


def wrapped(model):
    return [layer for layer in model._flatten_layers() if "call" in layer.__dict__]


def sequential():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            KL.Conv2D(4, 3, name="conv"),
            KL.BatchNormalization(name="norm"),
            KL.Activation("relu", name="act"),
            KL.MaxPooling2D(),
            KL.Flatten(),
            KL.Dropout(0.5),
            KL.Dense(5, name="dense_1"),
            KL.Dense(3, activation="softmax", name="dense_2"),
        ]
    )


def functional():
    inner = keras.Sequential([keras.Input((4,)), KL.Dense(6, name="fc")], name="inner")
    relu = KL.ReLU(name="relu")
    inputs = keras.Input((4,))
    outputs = KL.Dense(3, name="out")(relu(inner(relu(inputs))))
    return keras.Model(inputs, outputs)


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = KL.Dense(4, name="first")
        self.blocks = [KL.LSTM(5, return_sequences=True, return_state=True, name="lstm")]
        self.unused = KL.Dense(2, name="unused")
        self.unused.build((None, 4))
        self.head = KL.Dense(3, name="head")

    def call(self, x):
        values, *_ = self.blocks[0](self.first(x))
        return {"logits": self.head(values[:, -1]), "none": None}


def noise(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def test_p13_a_sequential_model_is_recorded_with_its_predictions():
    model, x = sequential(), noise(50, 8, 8, 1)
    recording = recorded(model, x, labels=np.arange(50) % 3, batch_size=16)
    assert names_of(recording) == ["conv", "norm", "act", "dense_1", "dense_2"]
    assert [layer.kind for layer in recording.layers] == [
        "conv2d", "batchnormalization", "relu", "dense", "dense",
    ]  # fmt: skip
    assert [layer.reduction for layer in recording.layers] == ["mean"] * 3 + [None] * 2
    np.testing.assert_allclose(values_of(recording, "dense_2"), run(model, x), atol=1e-5)
    np.testing.assert_array_equal(recording.predictions, run(model, x).argmax(1))


def test_p13_a_layer_used_twice_and_a_nested_model_have_their_own_names():
    model, x = functional(), noise(20, 4)
    recording = recorded(model, x)
    assert names_of(recording) == ["relu", "inner/fc", "relu:1", "out"]
    np.testing.assert_array_equal(values_of(recording, "relu"), np.maximum(x, 0))
    np.testing.assert_array_equal(
        values_of(recording, "relu:1"), np.maximum(values_of(recording, "inner/fc"), 0)
    )
    assert names_of(recorded(model, x, layers=["relu:1"])) == ["relu:1"]
    with pytest.raises(CaptureError, match=r"unknown layer: 'iner/fc'\. Did you mean 'inner/fc'"):
        recorded(model, x, layers=["iner/fc"])


def test_p13_a_subclassed_model_is_built_by_the_first_batch_and_recorded():
    model, x = Subclassed(), noise(20, 6, 2)
    recording = recorded(model, x, labels=np.arange(20) % 3, batch_size=8)
    assert names_of(recording) == ["first", "lstm[0]", "lstm[1]", "lstm[2]", "head"]
    logits = keras.ops.convert_to_numpy(keras.ops.stop_gradient(model(x)["logits"]))
    np.testing.assert_allclose(values_of(recording, "head"), logits, atol=1e-5)
    np.testing.assert_array_equal(recording.predictions, logits.argmax(1))
    with pytest.raises(CaptureError, match=r"'unused' never fired.*These did: first, .*lstm\[0\]"):
        recorded(model, x, layers=["unused"])


def test_p13_an_unbuilt_sequential_model_is_built_by_the_first_batch():
    model, x = keras.Sequential([KL.Dense(4, name="a"), KL.Dense(3, name="b")]), noise(20, 2)
    assert [info.neurons for info in layers(model)] == [4, 3]
    recording = recorded(model, x)
    np.testing.assert_allclose(values_of(recording, "b"), run(model, x), atol=1e-6)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_p3_an_exception_leaves_no_wrapper_behind(error):
    class Failing(KL.Layer):
        fails = False

        def call(self, x):
            if self.fails:
                raise error
            return x

    failing = Failing()
    model = keras.Sequential([keras.Input((4,)), KL.Dense(3), failing])
    failing.fails = True
    with pytest.raises(error):
        recorded(model, noise(20, 4))
    assert not wrapped(model)


def test_p4_recording_does_not_change_the_model():
    model, x = sequential(), noise(50, 8, 8, 1)
    before, weights = run(model, x), [np.array(w) for w in model.get_weights()]
    recorded(model, x)
    layers(model, x)
    assert not wrapped(model)
    np.testing.assert_array_equal(run(model, x), before)
    for weight, kept in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(weight, kept)


def test_p4_a_call_of_the_users_own_on_a_layer_stays():
    model, x = functional(), noise(20, 4)
    layer = model.get_layer("out")
    own = layer.call
    layer.__dict__["call"] = own
    recorded(model, x)
    assert layer.__dict__["call"] is own


@pytest.mark.parametrize(
    ("reduce", "stated", "expected"),
    [
        ("mean", "mean", lambda v: v.mean((1, 2))),
        ("max", "max", lambda v: v.max((1, 2))),
        ((1, -1), "position", lambda v: v[:, 1, -1]),
        ("none", None, lambda v: v.transpose(0, 3, 1, 2).reshape(len(v), -1)),
    ],
)
def test_channels_are_last_unless_the_layer_says_otherwise(reduce, stated, expected):
    model, x = sequential(), noise(6, 8, 8, 1)
    layer = recorded(model, x, layers=["conv"], reduce=reduce).layers[0]
    maps = run(model.get_layer("conv"), x)
    np.testing.assert_allclose(layer.activations, expected(maps), atol=1e-6)
    assert layer.reduction == stated
    if reduce == "none":
        assert layer.neuron_names[:2] == ("c0[0,0]", "c0[0,1]")


def test_p8_half_precision_becomes_float32_and_is_noted():
    model = keras.Sequential([keras.Input((4,)), KL.Dense(3, dtype="float16", name="half")])
    layer = recorded(model, noise(20, 4)).layers[0]
    assert (layer.source_dtype, layer.activations.dtype) == ("float16", np.float32)


def test_inputs_added_later_run_through_the_model():
    model, x = sequential(), noise(50, 8, 8, 1)
    recording = recorded(model, x, labels=np.arange(50) % 3)
    added = recording.with_pair(benign=x[3], attacked=x[4:5], name="three")
    for layer in added.layers:
        np.testing.assert_allclose(layer.instances, layer.activations[3:5], atol=1e-5)
    sure = run(model, x[3:5]).max(1)
    assert [i.confidence for i in added.instances] == pytest.approx(list(sure), abs=1e-5)


def test_batches_with_labels_and_a_data_set_of_pairs_are_read():
    model, x, y = sequential(), noise(50, 8, 8, 1), np.arange(50) % 3
    pairs = [(x[start : start + 16], y[start : start + 16]) for start in range(0, 50, 16)]
    once = recorded(model, x, labels=y, batch_size=16)
    assert recorded(model, pairs) == once
    assert recorded(model, iter(pairs)) == once


@pytest.mark.slow
@pytest.mark.skipif("PYTEST_BACKEND_RUN" in os.environ, reason="is such a run itself")
@pytest.mark.parametrize("backend", ["jax", "tensorflow"])
def test_p13_every_backend_passes_these_tests(backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is missing")
    environment = os.environ | {"KERAS_BACKEND": backend, "PYTEST_BACKEND_RUN": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__],
        env=environment,
        cwd=pathlib.Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
