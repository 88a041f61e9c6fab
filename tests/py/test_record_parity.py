"""The same weights and inputs give the same recording in NumPy, PyTorch and Keras."""

import importlib.util
import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")

from neuraldivergence.record import record
from neuraldivergence.recording import Recording

LAYERS = ("conv", "relu", "fc", "relu:1", "out")
KINDS = ("conv2d", "relu", "dense", "relu", "dense")
LABELS = np.arange(30) % 3
CLASSES = ["a", "b", "c"]


@pytest.fixture(scope="module")
def weights():
    random = np.random.default_rng(3)
    shapes = {
        "conv": (3, 3, 2, 4), "conv_bias": (4,), "fc": (4 * 6 * 5, 8), "fc_bias": (8,),
        "out": (8, 3), "out_bias": (3,),
    }  # fmt: skip
    return {
        name: random.normal(scale=0.3, size=shape).astype(np.float32)
        for name, shape in shapes.items()
    }


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(4).normal(size=(30, 8, 7, 2)).astype(np.float32)


def numpy_maps(weights, x):
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))
    conv = np.einsum("bhwcij,ijco->bhwo", windows, weights["conv"]) + weights["conv_bias"]
    relu = np.maximum(conv, 0)
    fc = relu.reshape(len(x), -1) @ weights["fc"] + weights["fc_bias"]
    relu_1 = np.maximum(fc, 0)
    return conv, relu, fc, relu_1, relu_1 @ weights["out"] + weights["out_bias"]


def numpy_recording(weights, x, reduce):
    maps = numpy_maps(weights, x)
    reduced = {
        "mean": lambda v: v.mean((1, 2)),
        "max": lambda v: v.max((1, 2)),
        "none": lambda v: v.transpose(0, 3, 1, 2).reshape(len(v), -1),
        (2, 3): lambda v: v[:, 2, 3],
    }[reduce]
    stated = {"none": None, (2, 3): "position"}.get(reduce, reduce)
    units = [f"c{c}[{i},{j}]" for c in range(4) for i in range(6) for j in range(5)]
    return Recording.from_arrays(
        {
            name: values if values.ndim == 2 else reduced(values)
            for name, values in zip(LAYERS, maps, strict=True)
        },
        labels=LABELS,
        class_names=CLASSES,
        predictions=maps[-1].argmax(1),
        kinds=dict(zip(LAYERS, KINDS, strict=True)),
        reductions={"conv": stated, "relu": stated},
        neuron_names={"conv": units, "relu": units} if reduce == "none" else None,
    )


def torch_model(weights):
    torch = pytest.importorskip("torch")

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = torch.nn.Conv2d(2, 4, 3)
            self.relu = torch.nn.ReLU()
            self.fc = torch.nn.Linear(4 * 6 * 5, 8)
            self.out = torch.nn.Linear(8, 3)

        def forward(self, x):
            maps = self.relu(self.conv(x)).permute(0, 2, 3, 1)
            return self.out(self.relu(self.fc(maps.flatten(1))))

    net = Net()
    with torch.no_grad():
        net.conv.weight.copy_(torch.tensor(weights["conv"].transpose(3, 2, 0, 1)))
        for name in ("fc", "out"):
            getattr(net, name).weight.copy_(torch.tensor(weights[name].T))
        for name in ("conv", "fc", "out"):
            getattr(net, name).bias.copy_(torch.tensor(weights[f"{name}_bias"]))
    return net


def keras_model(weights):
    if importlib.util.find_spec(os.environ["KERAS_BACKEND"]) is None:
        pytest.skip("the backend of Keras is missing")
    keras = pytest.importorskip("keras")
    relu = keras.layers.ReLU(name="relu")
    inputs = keras.Input((8, 7, 2))
    maps = relu(keras.layers.Conv2D(4, 3, name="conv")(inputs))
    hidden = relu(keras.layers.Dense(8, name="fc")(keras.layers.Flatten()(maps)))
    model = keras.Model(inputs, keras.layers.Dense(3, name="out")(hidden))
    for name in ("conv", "fc", "out"):
        model.get_layer(name).set_weights([weights[name], weights[f"{name}_bias"]])
    return model


FRAMEWORKS = {
    "torch": (torch_model, lambda x: np.ascontiguousarray(x.transpose(0, 3, 1, 2))),
    "keras": (keras_model, lambda x: x),
}


@pytest.mark.parametrize("reduce", ["mean", "max", "none", (2, 3)])
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_model_is_recorded_as_the_numpy_reference(framework, reduce, weights, x):
    make, layout = FRAMEWORKS[framework]
    found = record(
        make(weights), layout(x), labels=LABELS, class_names=CLASSES, reduce=reduce,
        batch_size=7, progress=False,
    )  # fmt: skip
    expected = numpy_recording(weights, x, reduce)
    np.testing.assert_array_equal(found.predictions, expected.predictions)
    np.testing.assert_array_equal(found.labels, expected.labels)
    assert found.classes == expected.classes
    assert len(found.layers) == len(expected.layers)
    for ours, reference in zip(found.layers, expected.layers, strict=True):
        np.testing.assert_allclose(
            ours.activations, reference.activations, rtol=1e-5, atol=1e-6, err_msg=ours.name
        )
        for what in ("name", "kind", "reduction", "neuron_names", "source_dtype"):
            assert getattr(ours, what) == getattr(reference, what), ours.name


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_batches_of_any_size_give_the_same_recording(framework, weights, x):
    make, layout = FRAMEWORKS[framework]
    model = make(weights)
    whole, pieces = (
        record(model, layout(x), labels=LABELS, batch_size=size, progress=False) for size in (30, 4)
    )
    for a, b in zip(whole.layers, pieces.layers, strict=True):
        np.testing.assert_allclose(a.activations, b.activations, atol=1e-6)
