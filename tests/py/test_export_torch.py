"""PyTorch models as TensorFlow.js runs them: every layer that can, and what is said of others."""

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

import neuraldivergence as nd  # noqa: E402

SHAPE = (12, 12, 3)
SCALE = nd.Preprocess(scale=1 / 255, mean=0.5, std=0.25)


class Lambda(nn.Module):
    def __init__(self, function, **children):
        super().__init__()
        self.function = function
        for name, child in children.items():
            self.add_module(name, child)

    def forward(self, x):
        return self.function(self, x)


def pictures(count=6, shape=SHAPE):
    return np.random.default_rng(3).integers(0, 256, (count, *shape)).astype(np.uint8)


def unsettled(model):
    """Give every norm statistics and every bias values of their own."""
    generator = torch.Generator().manual_seed(5)
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point() and tensor.ndim == 1:
            near = 1 if name.endswith(("running_var",)) else 0.3
            tensor.copy_(near + 0.3 * torch.rand(tensor.shape, generator=generator))
    return model


def recorded(model, images=None, preprocess=SCALE, **options):
    images = pictures() if images is None else images
    return nd.record(model, images, images=images, preprocess=preprocess, progress=False, **options)


def exported(model, images=None, preprocess=SCALE, layers=None, **options):
    """Record every module, add the model, and return the recording."""
    torch.manual_seed(1)
    unsettled(model)
    with torch.no_grad():
        images = pictures() if images is None else images
        names = [info.name for info in nd.layers(model, images[:1], preprocess=preprocess)]
        recording = recorded(model, images, preprocess, layers=layers or names, **options)
        return recording.with_model(model)


def classes_of(recording):
    return {layer["class_name"] for layer in recording.model.topology["config"]["layers"]}


def conv(*args, **kwargs):
    torch.manual_seed(0)
    return nn.Conv2d(*args, **kwargs)


MODULES = [
    conv(3, 4, 3),
    conv(3, 4, 3, stride=2, padding=1, bias=False),
    conv(3, 6, (1, 3), stride=(1, 2), padding=(0, 1)),
    conv(3, 4, 3, padding="same", dilation=2),
    conv(3, 4, (2, 4), padding="same"),
    conv(3, 4, 3, padding="valid", dilation=(1, 3)),
    conv(3, 4, 3, stride=2, padding=2, dilation=2),
    conv(3, 6, 3, padding=1, groups=3),
    conv(3, 3, 3, stride=2, groups=3, dilation=2),
    nn.Sequential(conv(3, 8, 1), conv(8, 12, 3, padding=2, groups=4)),
    nn.BatchNorm2d(3, eps=0.1),
    nn.BatchNorm2d(3, affine=False),
    nn.ReLU(),
    nn.ReLU6(),
    nn.LeakyReLU(0.3),
    nn.ELU(),
    nn.SELU(),
    nn.GELU(),
    nn.SiLU(),
    nn.Mish(),
    nn.Sigmoid(),
    nn.Tanh(),
    nn.Softplus(),
    nn.Softsign(),
    nn.Softmax(1),
    nn.LogSoftmax(1),
    nn.Hardtanh(0, 2),
    nn.Hardsigmoid(),
    nn.Hardswish(),
    nn.utils.parametrizations.weight_norm(conv(3, 4, 3)),
    nn.MaxPool2d(2),
    nn.MaxPool2d(3, 2, 1),
    nn.MaxPool2d(5, 1, 2),
    nn.MaxPool2d(3, 2, ceil_mode=True),
    nn.Sequential(nn.ReLU(), nn.MaxPool2d((2, 4), (2, 1), (1, 2))),
    nn.Sequential(nn.ReLU(), nn.MaxPool2d(3, 2, 1, ceil_mode=True)),
    nn.AvgPool2d(2),
    nn.AvgPool2d(3, 2, 1),
    nn.AvgPool2d(3, 1, 1, count_include_pad=False),
    nn.AvgPool2d(3, 2, ceil_mode=True),
    nn.AdaptiveAvgPool2d(1),
    nn.AdaptiveAvgPool2d((4, None)),
    nn.AdaptiveMaxPool2d((2, 3)),
    nn.Flatten(),
    nn.Flatten(2),
    nn.Dropout(0.5),
    nn.Dropout2d(0.5),
    nn.Identity(),
    nn.ZeroPad2d((1, 2, 0, 3)),
    nn.Upsample(scale_factor=2),
    nn.Upsample(size=(24, 36)),
    nn.Sequential(nn.Flatten(), nn.Linear(432, 5)),
    nn.Sequential(nn.Flatten(), nn.Linear(432, 5, bias=False), nn.BatchNorm1d(5)),
    nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 4), nn.Softmax(dim=-1)),
    nn.Sequential(nn.Flatten(), nn.Unflatten(1, (3, 12, 12)), conv(3, 2, 3)),
    nn.Sequential(conv(3, 4, 3, padding=1), nn.Sequential(nn.ReLU(inplace=True), nn.Tanh())),
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: repr(module).replace("\n", ""))
def test_every_layer_does_the_same(module):
    """Alone, then between a layer of mixed signs and the flattened end."""
    recording = exported(module)
    assert recording.model.difference < 1e-5
    assert recording.model.recorded < 1e-5
    model = nn.Sequential(conv(3, 3, 1), module, nn.Flatten(), nn.Tanh())
    assert exported(model, reduce="none").model.difference < 1e-5


def unpacked(x):
    batch, channels, height, width = x.shape
    return x.view(batch, channels * height, width).view(batch, -1)


FUNCTIONS = {
    "relu": lambda m, x: F.relu(m.part(x)),
    "relu_": lambda m, x: m.part(x).relu_(),
    "leaky_relu": lambda m, x: F.leaky_relu(m.part(x), 0.2),
    "gelu": lambda m, x: F.gelu(m.part(x)),
    "sigmoid": lambda m, x: torch.sigmoid(m.part(x)) + F.sigmoid(x),
    "tanh": lambda m, x: m.part(x).tanh(),
    "softmax": lambda m, x: F.softmax(m.part(x).flatten(1), dim=-1),
    "log_softmax": lambda m, x: m.part(x).flatten(1).log_softmax(1),
    "pools": lambda m, x: F.avg_pool2d(F.max_pool2d(m.part(x), 3, 2, padding=1), 2),
    "adaptive": lambda m, x: F.adaptive_avg_pool2d(m.part(x), (1, 1)).squeeze(-1).squeeze(-1),
    "mean": lambda m, x: m.part(x).mean([2, 3]),
    "mean kept": lambda m, x: m.part(x).mean((-1, -2), keepdim=True),
    "view by size": lambda m, x: m.part(x).view(x.size(0), -1),
    "view by shape": lambda m, x: m.part(x).view(x.shape[0], x.shape[1] * x.shape[2], 12),
    "view with a guess": lambda m, x: m.part(x).view(-1, 3 * 12 * 12),
    "reshape": lambda m, x: m.part(x).reshape((x.shape[0], 36, -1)),
    "flatten": lambda m, x: torch.flatten(m.part(x), 1),
    "there and back": lambda m, x: m.part(torch.flatten(x, 1).reshape(-1, 3, 12, 12)),
    "permute": lambda m, x: m.part(x).permute(0, 2, 3, 1).flatten(1),
    "transpose": lambda m, x: m.part(x).transpose(2, 3).contiguous(),
    "add": lambda m, x: m.part(x) + x,
    "iadd": lambda m, x: torch.add(m.part(x), x, alpha=2),
    "sub": lambda m, x: m.part(x) - x,
    "mul": lambda m, x: m.part(x) * torch.sigmoid(x.mean((2, 3), keepdim=True)),
    "numbers": lambda m, x: (1 - m.part(x) * 3) / 2 + 0.25,
    "constants": lambda m, x: (m.part(x) - torch.tensor([0.1, 0.2, 0.3]).view(1, 3, 1, 1)) / 0.3,
    "cat": lambda m, x: torch.cat([m.part(x), x], 1),
    "cat of rows": lambda m, x: torch.cat((m.part(x), x), dim=-2),
    "cat of features": lambda m, x: torch.cat([m.part(x).flatten(1), x.flatten(1)], dim=1),
    "dropout": lambda m, x: F.dropout(m.part(x), 0.5, m.training),
    "interpolate": lambda m, x: F.interpolate(m.part(x), scale_factor=3),
    "pad": lambda m, x: F.pad(m.part(x), (1, 0, 2, 1)),
    "tuple": lambda m, x: (m.part(x), x),
    "logits": lambda m, x: {"aux": x, "logits": m.part(x)},
    "functional": lambda m, x: F.conv2d(x, m.part.weight, m.part.bias, padding=1) + m.part(x),
    "unpacked": lambda m, x: unpacked(m.part(x)),
    "gated twice": lambda m, x: m.part(m.part(x)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore:nn.functional.sigmoid")
def test_functions_and_methods_do_the_same(name):
    torch.manual_seed(2)
    model = Lambda(FUNCTIONS[name], part=nn.Conv2d(3, 3, 3, padding=1))
    recording = exported(Lambda(lambda m, x: m.whole(x), whole=model), layers=["whole.part"])
    assert recording.model.difference < 1e-5
    scores = recording.model.topology["config"]["output_layers"]
    assert len(scores) == 1


class Block(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample = (
            nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))
            if stride > 1
            else None
        )

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += identity
        return self.relu(out)


def resnet():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 7, 2, 3, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2, 1),
        Block(8, 8, 1),
        Block(8, 16, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, 4),
    )


def test_a_residual_network_is_recorded_with_its_calls_and_blocks():
    images = pictures(20, (32, 32, 3))
    recording = exported(resnet(), images, labels=np.arange(20) % 4)
    assert not {layer.name for layer in recording.layers} - set(recording.model.layers)
    assert {"4.relu", "4.relu:1", "5", "5.downsample"} <= set(recording.model.layers)
    assert recording.model.output == nd.model.Scores("8", softmax=True)
    assert recording.model.difference < 1e-5
    assert recording.model.recorded < 1e-5


class Branch(nn.Module):
    """Two ways that meet: added, side by side, or one opening and closing the other."""

    def __init__(self, channels, kind):
        super().__init__()
        self.kind = kind
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        if self.kind == "gate":
            return x * torch.sigmoid(self.conv(F.adaptive_avg_pool2d(x, 1)))
        return torch.cat([x, self.conv(x)], 1) if self.kind == "cat" else x + F.relu(self.conv(x))


def layer():
    return st.sampled_from(
        [
            lambda c: (nn.Conv2d(c, 4, 3, padding=1), 4),
            lambda c: (nn.Conv2d(c, 6, 3, stride=2, padding=1), 6),
            lambda c: (nn.Conv2d(c, 2 * c, 3, padding=2, dilation=2, groups=c), 2 * c),
            lambda c: (nn.Conv2d(c, 3 * c, (2, 3), padding="same", groups=c), 3 * c),
            lambda c: (nn.BatchNorm2d(c), c),
            lambda c: (nn.ReLU(), c),
            lambda c: (nn.LeakyReLU(), c),
            lambda c: (nn.GELU(), c),
            lambda c: (nn.MaxPool2d(3, 2, 1), c),
            lambda c: (nn.AvgPool2d(3, 1, 1), c),
            lambda c: (nn.Upsample(scale_factor=2), c),
            lambda c: (nn.Dropout(), c),
            lambda c: (nn.Softmax(1), c),
            lambda c: (Branch(c, "add"), c),
            lambda c: (Branch(c, "cat"), 2 * c),
            lambda c: (Branch(c, "gate"), c),
        ]
    )


@settings(max_examples=40, deadline=None)
@given(
    makers=st.lists(layer(), max_size=5),
    shape=st.tuples(st.integers(5, 9), st.integers(5, 9), st.sampled_from([1, 3])),
    seed=st.integers(0, 2**16),
)
def test_any_stack_of_layers_does_the_same(makers, shape, seed):
    torch.manual_seed(seed)
    channels, parts = shape[2], []
    for make in makers:
        if channels < 40:
            part, channels = make(channels)
            parts.append(part)
    model = nn.Sequential(*parts, nn.Flatten(), nn.LazyLinear(3))
    model.eval()(torch.zeros(2, shape[2], *shape[:2]))
    recording = exported(model, pictures(3, shape), reduce="none")
    assert recording.model.difference <= 1e-4
    assert set(recording.model.layers) == {layer.name for layer in recording.layers}


@pytest.mark.parametrize(
    ("model", "problem"),
    [
        (
            nn.Sequential(nn.ConvTranspose2d(3, 3, 3)),
            r"'0' \(ConvTranspose2d\) .* its kind is not known",
        ),
        (nn.Sequential(nn.Conv2d(3, 3, 3, padding=1, padding_mode="reflect")), "padding_mode"),
        (nn.Sequential(nn.BatchNorm2d(3, track_running_stats=False)), "statistics of the batch"),
        (nn.Sequential(nn.AdaptiveAvgPool2d(5)), "5 × 5 do not divide 12 × 12"),
        (nn.Sequential(nn.GELU("tanh")), "approximate='tanh'"),
        (nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear")), "mode bilinear"),
        (nn.Sequential(nn.MaxPool2d(2, padding=1)), "values that may be negative"),
        (nn.Sequential(nn.Softmax(2)), "dim 2 of 4"),
        (Lambda(lambda m, x: torch.exp(x)), r"'exp' \(function exp\)"),
        (Lambda(lambda m, x: x.cumsum(1), n=nn.ReLU()), r"'cumsum' \(method cumsum\)"),
        (Lambda(lambda m, x: x if x.sum() > 0 else -x), "torch.fx cannot trace Lambda"),
        (Lambda(lambda m, x: F.dropout(x, 0.5)), "training=self.training"),
        (Lambda(lambda m, x: None), "does not return a tensor"),
    ],
)
def test_what_cannot_be_exported_is_named(model, problem):
    recording = nd.Recording.from_arrays({"0": np.zeros((6, 3))}, images=pictures())
    with pytest.raises(ValueError, match=problem):
        recording.with_model(model)


def test_parts_of_what_a_module_returns_have_the_names_that_are_recorded():
    pair = Lambda(lambda m, x: (m.part(x), {"half": x * 0.5}), part=conv(3, 3, 3, padding=1))
    end = Lambda(lambda m, x: x[0] * x[1]["half"])
    model = Lambda(lambda m, x: m.end(m.pair(x)), pair=pair, end=end)
    names = ["pair[0]", "pair[1]['half']", "pair.part", "end"]
    held = recorded(model, layers=names).with_model(model).model
    assert sorted(held.layers) == sorted(names)
    assert held.layers["pair[0]"] == held.layers["pair.part"]


def test_a_model_that_differs_is_refused_with_the_layer():
    class Noisy(nn.Module):
        def forward(self, x):
            return F.relu(x) + 0.01 * torch.rand(())

    noisy = nn.Sequential(nn.Identity(), Noisy())
    recording = recorded(noisy, layers=["0", "1"])
    with pytest.raises(ValueError, match=r"layer '1' of the exported model differs .* by \d"):
        recording.with_model(noisy)


def test_another_preprocess_is_noticed():
    model = unsettled(nn.Sequential(conv(3, 4, 3), nn.ReLU()))
    recording = recorded(model)
    with pytest.warns(UserWarning, match="holds other values for the same pictures"):
        held = recording.with_model(model, preprocess=nd.Preprocess(scale=1 / 255))
    assert held.model.recorded > 0.01
    assert held.model.difference < 1e-5
    with pytest.raises(TypeError, match="invalid preprocess: function, which cannot be written"):
        recording.with_model(model, preprocess=lambda x: x)
    by_function = recorded(model, preprocess=lambda x: SCALE(x).transpose(0, 3, 1, 2))
    with pytest.raises(TypeError, match="invalid preprocess"):
        by_function.with_model(model)


def test_layers_of_other_names_are_given_and_missing_ones_listed():
    model = unsettled(nn.Sequential(conv(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(400, 5)))
    own = recorded(model, layers=["0", "1", "3"], reduce={"1": "max"})
    values = {layer.name: layer.activations for layer in own.layers}
    recording = nd.Recording.from_arrays(
        {"conv": values["0"], "relu": values["1"], "fc": values["3"], "other": np.zeros((6, 2))},
        images=pictures(),
        reductions={"conv": "mean", "relu": "max"},
    )
    names = {"conv": "0", "relu": "1", "fc": "3"}
    with pytest.warns(UserWarning, match="not in the model: 'other': the model has no 'other'"):
        held = recording.with_model(model, preprocess=SCALE, layers=names)
    assert {name: place.layer for name, place in held.model.layers.items()} == names
    assert held.model.recorded < 1e-5
    assert held.model.output is None  # of one class
    with pytest.raises(ValueError, match=r"none of the recorded layers .* It has 0, 1, 2, 3"):
        recording.with_model(model, preprocess=SCALE)
    with pytest.raises(ValueError, match="unknown layer: 'convolution'"):
        recording.with_model(model, layers={"convolution": "0"})
    few = nd.Recording.from_arrays({"0": np.zeros((6, 3)), "3": np.zeros((6, 5))})
    with pytest.raises(ValueError, match="the recording has none; give input_shape"):
        few.with_model(model)
    with pytest.warns(UserWarning, match="'0': 3 neurons, and 400 in the model"):
        held = few.with_model(model, input_shape=SHAPE)
    assert (list(held.model.layers), held.model.recorded) == (["3"], None)
    with pytest.raises(ValueError, match=r"invalid input_shape: \(8, 8, 3\), but the pictures"):
        recording.with_model(model, input_shape=(8, 8, 3))
    with pytest.raises(ValueError, match="give height, width and channels"):
        few.with_model(model, input_shape=(8, 8))


@pytest.mark.parametrize("is_first", [True, False])
def test_the_order_of_unreduced_neurons_is_found(is_first):
    model = nn.Sequential(conv(3, 4, 3))
    maps = recorded(model, reduce="none").layers[0].activations.reshape(6, 4, 10, 10)
    values = maps if is_first else maps.transpose(0, 2, 3, 1)
    recording = nd.Recording.from_arrays({"0": values.reshape(6, -1)}, images=pictures())
    held = recording.with_model(model, preprocess=SCALE)
    assert held.model.layers["0"].channels_first == is_first
    assert held.model.recorded < 1e-5


@pytest.mark.parametrize("channels", [4, 6])
@pytest.mark.parametrize("reduce", ["mean", "max", "none"])
def test_a_linear_layer_on_four_axes_has_its_features_last(channels, reduce):
    model = nn.Sequential(
        *(conv(3, channels, 3), nn.Linear(10, 6), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(channels * 10 * 6, 5)),
    )
    held = exported(model, reduce=reduce).model
    assert list(held.layers) == ["0", "1", "2", "3", "4"]
    assert held.recorded < 1e-5


def test_a_linear_layer_on_four_axes_is_mapped_at_a_position():
    model = unsettled(
        nn.Sequential(conv(3, 4, 3), nn.Linear(10, 6), nn.Flatten(), nn.Linear(240, 5))
    )
    held = recorded(model, layers=["1"], reduce={"1": (3, -2)}).with_model(model).model
    assert held.layers["1"].position == (3, 8)
    assert held.recorded < 1e-5


def test_a_layer_that_was_reduced_to_a_position_is_mapped_by_who_recorded_it(tmp_path):
    model = unsettled(nn.Sequential(conv(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(400, 5)))
    own = recorded(model, layers=["0", "1"], reduce={"0": (2, -1), "1": "mean"})
    held = own.with_model(model)
    places = held.model.layers
    assert (places["0"].position, places["1"].position) == ((2, 9), None)
    assert held.model.recorded < 1e-5
    held.save(tmp_path / "held.ndiv")
    loaded = nd.load(tmp_path / "held.ndiv")
    assert loaded.model == held.model
    with pytest.warns(UserWarning, match="'0': at which position it was recorded is not known"):
        again = loaded.with_model(model, preprocess=SCALE)
    assert list(again.model.layers) == ["1"]


@pytest.mark.parametrize("layout", ["channels_last", "flat"])
def test_models_that_take_pictures_in_another_layout(layout):
    torch.manual_seed(0)
    if layout == "flat":
        model = nn.Sequential(nn.Linear(432, 5), nn.Tanh())
    else:
        inner = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
        model = Lambda(lambda m, x: m.inner(x.permute(0, 3, 1, 2)), inner=inner)
    recording = exported(model, preprocess=dataclasses.replace(SCALE, layout=layout))
    assert recording.model.recorded < 1e-5


def test_the_model_is_left_as_it_was():
    model = resnet().train()
    model[1].eval()
    modes = [module.training for module in model.modules()]
    state = torch.get_rng_state()
    weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    recorded(model, pictures(4, (32, 32, 3)), layers=["8"]).with_model(model)
    assert [module.training for module in model.modules()] == modes
    assert torch.equal(torch.get_rng_state(), state)
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, weights[name]), name
    assert not [module for module in model.modules() if module._forward_hooks]


def test_the_committed_recording_is_reproduced(fixtures):
    from models import torch_recording

    again, committed = torch_recording(), nd.load(fixtures / "model.torch.ndiv")
    assert again.model.topology == committed.model.topology
    for ours, theirs in zip(again.model.weights, committed.model.weights, strict=True):
        np.testing.assert_array_equal(ours.values, theirs.values, err_msg=ours.name)
    for ours, theirs in zip(again.layers, committed.layers, strict=True):
        np.testing.assert_allclose(ours.activations, theirs.activations, atol=1e-5)
