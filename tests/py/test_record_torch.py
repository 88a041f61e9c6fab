"""Capture from PyTorch models; the numbers are those of the acceptance criteria."""

import copy
import gc
import pickle
import subprocess
import sys
import tracemalloc
import types
import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from sklearn.datasets import load_digits  # noqa: E402
from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from neuraldivergence.errors import CastWarning  # noqa: E402
from neuraldivergence.record import CaptureError, layers, record  # noqa: E402


def recorded(model, x, **options):
    return record(model, x, progress=False, **options)


def values_of(recording, name):
    return next(layer.activations for layer in recording.layers if layer.name == name)


def names_of(recording):
    return [layer.name for layer in recording.layers]


def hooks_of(model):
    return [module for module in model.modules() if module._forward_hooks]


class Lambda(nn.Module):
    def __init__(self, function, **children):
        super().__init__()
        self.function = function
        for name, child in children.items():
            self.add_module(name, child)

    def forward(self, x):
        return self.function(self, x)


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    x = torch.tensor(data.images[:, None] / 16, dtype=torch.float32)
    y = torch.tensor(data.target)
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3),
        nn.BatchNorm2d(8),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(72, 32),
        nn.ReLU(),
        nn.Linear(32, 10),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(60):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[:1000]), y[:1000]).backward()
        optimizer.step()
    return model, x, y


def test_a_trained_net_is_recorded_with_its_predictions(digits):
    model, x, y = digits
    recording = recorded(model, x, labels=y, class_names=[str(i) for i in range(10)])
    assert names_of(recording) == ["0", "1", "2", "6", "7", "8"]
    assert [layer.kind for layer in recording.layers][:3] == ["conv2d", "batchnorm2d", "relu"]
    assert [layer.reduction for layer in recording.layers] == ["mean"] * 3 + [None] * 3
    assert (recording.predictions == recording.labels).mean() > 0.9
    with torch.no_grad():
        logits = copy.deepcopy(model).eval()(x)
    np.testing.assert_allclose(values_of(recording, "8"), logits, atol=1e-5)
    np.testing.assert_array_equal(recording.predictions, values_of(recording, "8").argmax(1))


def test_p1_an_inplace_op_after_the_hook_does_not_change_what_was_recorded(digits):
    model, x, _ = digits
    recording = recorded(model, x[:50], reduce="none", layers=["1", "2"])
    before, after = values_of(recording, "1"), values_of(recording, "2")
    assert before.min() < 0
    np.testing.assert_array_equal(np.maximum(before, 0), after)


def test_p2_every_call_of_a_module_has_its_own_name():
    net = Lambda(lambda m, x: m.relu(m.fc(m.relu(x))), relu=nn.ReLU(), fc=nn.Linear(3, 3))
    x = torch.randn(20, 3)
    recording = recorded(net, x)
    assert names_of(recording) == ["relu", "fc", "relu:1"]
    np.testing.assert_array_equal(values_of(recording, "relu"), x.clamp(min=0))
    np.testing.assert_array_equal(
        values_of(recording, "relu:1"), np.maximum(values_of(recording, "fc"), 0)
    )
    assert names_of(recorded(net, x, layers=["relu:1"])) == ["relu:1"]
    assert names_of(recorded(net, x, layers=["relu"])) == ["relu", "relu:1"]
    assert names_of(recorded(net, x, layers=["fc", "relu:0"])) == ["fc", "relu"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, MemoryError])
def test_p3_an_exception_leaves_no_hook_and_restores_modes(error):
    calls = []

    def forward(module, x):
        calls.append(1)
        if len(calls) == 2:
            raise error
        return module.fc(x)

    net = Lambda(forward, fc=nn.Linear(3, 3), off=nn.Dropout())
    net.train()
    net.off.eval()
    with pytest.raises(error):
        recorded(net, torch.randn(20, 3), batch_size=10)
    assert len(calls) == 2
    assert not hooks_of(net)
    assert (net.training, net.fc.training, net.off.training) == (True, True, False)
    assert torch.is_grad_enabled()


def test_p4_recording_does_not_change_the_model(digits):
    model = copy.deepcopy(digits[0]).train()
    model[1].eval()
    modes = [module.training for module in model.modules()]
    x = digits[1][:100]
    before = copy.deepcopy(model.state_dict())
    random_state = torch.get_rng_state()
    twin = copy.deepcopy(model)
    recorded(model, DataLoader(TensorDataset(x, digits[2][:100]), batch_size=32, shuffle=True))
    assert torch.equal(torch.get_rng_state(), random_state)
    assert [module.training for module in model.modules()] == modes
    assert not hooks_of(model)
    for key, value in model.state_dict().items():
        assert torch.equal(value, before[key]), key
    outputs = []
    for candidate in (model, twin):
        torch.manual_seed(1)
        outputs.append(candidate(x))
    assert torch.equal(*outputs)


def test_p4_what_a_forward_pass_writes_into_buffers_is_undone():
    def forward(module, x):
        module.seen += len(x)
        module.replaced = module.replaced + 1
        return module.fc(x) + torch.rand(1)

    net = Lambda(forward, fc=nn.Linear(3, 3))
    net.register_buffer("seen", torch.zeros(()))
    net.register_buffer("replaced", torch.zeros(()))
    x = torch.randn(20, 3)
    random_state = torch.get_rng_state()
    recorded(net, x)
    assert (net.seen, net.replaced) == (0, 0)
    assert torch.equal(torch.get_rng_state(), random_state)


def test_p4_a_tensor_cached_while_recording_can_be_trained_with():
    def forward(module, x):
        if not hasattr(module, "cache"):
            module.cache = torch.ones(3) * 2
        return module.fc(x) * module.cache

    net = Lambda(forward, fc=nn.Linear(3, 3))
    recorded(net, torch.randn(20, 3))
    net(torch.randn(2, 3)).sum().backward()
    assert net.fc.weight.grad is not None


def test_p5_a_compiled_model_is_recorded_uncompiled_and_said_so():
    inner = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    x = torch.randn(20, 3)
    expected = values_of(recorded(inner, x), "1")
    with pytest.warns(UserWarning, match="uncompiled"):
        wrapped = recorded(torch.compile(inner, backend="eager"), x)
    np.testing.assert_array_equal(values_of(wrapped, "1"), expected)
    inner.compile(backend="eager")
    compiled_call = inner._compiled_call_impl
    with pytest.warns(UserWarning, match="uncompiled"):
        in_place = recorded(inner, x)
    np.testing.assert_array_equal(values_of(in_place, "1"), expected)
    assert inner._compiled_call_impl is compiled_call
    outer = nn.Sequential(torch.compile(nn.Linear(3, 4), backend="eager"), nn.ReLU())
    outer(x)
    assert names_of(recorded(outer, x)) == ["0", "1"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_p5_scripted_and_exported_models_are_refused_with_the_way_out():
    net, x = nn.Sequential(nn.Linear(3, 4)), torch.randn(20, 3)
    with pytest.raises(CaptureError, match="TorchScript"):
        recorded(torch.jit.script(net), x)
    with pytest.raises(CaptureError, match="ExportedProgram"):
        recorded(torch.export.export(net, (x,)), x)


def test_p6_a_layer_that_never_fires_lists_those_that_did():
    def forward(module, x):
        return nn.functional.linear(module.first(x), module.second.weight)

    net = Lambda(forward, first=nn.Linear(3, 3), second=nn.Linear(3, 3))
    with pytest.raises(CaptureError, match=r"'second' never fired.*These did: first"):
        recorded(net, torch.randn(20, 3), layers=["second"])
    attention = Lambda(lambda m, x: m.mha(x, x, x)[0], mha=nn.MultiheadAttention(4, 2, True))
    with pytest.raises(CaptureError, match=r"'mha.out_proj' never fired.*mha\[0\]"):
        recorded(attention, torch.randn(20, 5, 4), layers=["mha.out_proj"])


def test_p6_an_unknown_layer_names_close_matches_and_all_layers():
    net = nn.ModuleDict({"classifier": nn.Linear(3, 3)})
    net.forward = net["classifier"].forward
    with pytest.raises(CaptureError, match=r"unknown layer: 'clasifier'\. Did you mean 'classif"):
        recorded(net, torch.randn(20, 3), layers=["clasifier"])


def test_p7_parts_of_tuples_and_dicts_have_paths_and_none_is_skipped():
    def forward(module, x):
        return module.block(module.lstm(x)[0])

    block = Lambda(lambda m, x: {"x": x[:, 0], "none": None, "more": [x.sum(1), None]})
    net = Lambda(forward, lstm=nn.LSTM(3, 4, num_layers=2, batch_first=True), block=block)
    x = torch.randn(20, 5, 3)
    recording = recorded(net, x, layers=["lstm", "block"])
    names = ["lstm[0]", "lstm[1][0]", "lstm[1][1]", "block['x']", "block['more'][0]"]
    assert names_of(recording) == names
    with torch.no_grad():
        values, (hidden, _) = net.lstm(x)
    np.testing.assert_allclose(values_of(recording, "lstm[0]"), values.mean(1), atol=1e-6)
    np.testing.assert_allclose(values_of(recording, "lstm[1][0]"), hidden.mean(0), atol=1e-6)
    assert names_of(recorded(net, x, layers=["lstm[1][0]"])) == ["lstm[1][0]"]


def test_p7_a_sequence_first_model_is_recorded_by_sample():
    net = Lambda(
        lambda m, x: m.head(m.rnn(x.transpose(0, 1))[1][-1]), rnn=nn.GRU(3, 4), head=nn.Linear(4, 2)
    )
    x = torch.randn(6, 5, 3)
    recording = recorded(net, x, layers=["rnn[0]", "rnn[1]"])
    with torch.no_grad():
        values, hidden = net.rnn(x.transpose(0, 1))
    np.testing.assert_allclose(values_of(recording, "rnn[0]"), values.mean(0), atol=1e-6)
    np.testing.assert_allclose(values_of(recording, "rnn[1]"), hidden[0], atol=1e-6)


@pytest.mark.parametrize("samples", [5, 6])
def test_p7_inside_a_sequence_first_transformer_rows_are_samples_too(samples):
    coder = nn.TransformerEncoderLayer(8, 2, 16, batch_first=False, norm_first=True)
    net = Lambda(lambda m, x: m.coder(x.transpose(0, 1)), coder=coder)
    x = torch.randn(samples, 5, 8)
    recording = recorded(net, x, layers=["coder.norm1", "coder.linear1", "coder"])
    with torch.no_grad():
        normed = coder.norm1(x).mean(1)
        out = coder.eval()(x.transpose(0, 1)).mean(0)
    np.testing.assert_allclose(values_of(recording, "coder.norm1"), normed, atol=1e-5)
    np.testing.assert_allclose(values_of(recording, "coder"), out, atol=1e-5)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float8_e4m3fn", "float64", "int32"])
def test_p8_other_dtypes_become_float32_and_are_noted(dtype):
    torch_dtype = getattr(torch, dtype)
    net = Lambda(lambda m, x: m.cast(x), cast=Lambda(lambda m, x: x.to(torch_dtype)))
    x = torch.randn(20, 3) * 4
    recording = recorded(net, x)
    assert recording.layers[0].source_dtype == dtype
    expected = x.to(torch_dtype).float().numpy()
    np.testing.assert_array_equal(values_of(recording, "cast"), expected)


def test_p8_half_precision_channels_are_averaged_in_float32():
    net = Lambda(lambda m, x: m.cast(x), cast=Lambda(lambda m, x: x.half()))
    x = torch.full((4, 2, 40, 40), 100.0)
    np.testing.assert_array_equal(recorded(net, x).layers[0].activations, np.full((4, 2), 100))


def test_p8_sparse_is_densified_complex_is_refused_and_overflow_is_counted():
    sparse = Lambda(lambda m, x: m.part(x), part=Lambda(lambda m, x: x.to_sparse()))
    x = torch.eye(4)
    np.testing.assert_array_equal(recorded(sparse, x).layers[0].activations, x)
    with pytest.raises(CaptureError, match=r"'part': complex64 values have no order"):
        recorded(
            Lambda(lambda m, x: m.part(x), part=Lambda(lambda m, x: x * 1j)), x, layers=["part"]
        )
    large = Lambda(lambda m, x: m.part(x), part=Lambda(lambda m, x: x.double() * 1e300))
    with pytest.warns(CastWarning, match="4 finite values"):
        assert np.isinf(recorded(large, x).layers[0].activations).sum() == 4


def test_p9_memory_formats_do_not_change_the_order_of_values():
    x = torch.randn(6, 3, 4, 5)
    forms = {
        "plain": lambda v: v,
        "last": lambda v: v.contiguous(memory_format=torch.channels_last),
        "transposed": lambda v: v.transpose(2, 3).contiguous().transpose(2, 3),
        "negated": lambda v: torch.complex(v, -v).conj().imag,
    }
    for name, form in forms.items():
        net = Lambda(lambda m, x: m.form(x), form=Lambda(lambda m, x, form=form: form(x)))
        values = recorded(net, x, reduce="none").layers[0].activations
        np.testing.assert_array_equal(values, x.reshape(6, -1), err_msg=name)
    expanded = Lambda(
        lambda m, x: m.form(x), form=Lambda(lambda m, x: x[:, :, :1, :1].expand(-1, -1, 4, 5))
    )
    np.testing.assert_allclose(
        recorded(expanded, x).layers[0].activations, x[:, :, 0, 0], rtol=1e-6
    )


@pytest.mark.parametrize("known", [True, False])
def test_p10_peak_memory_is_what_is_kept_and_one_batch(known):
    net = nn.Sequential(nn.Linear(4, 2048), nn.ReLU())
    x = torch.randn(4096, 4)
    given = x if known else (x[start : start + 64] for start in range(0, 4096, 64))
    recorded(net, x[:8])
    gc.collect()
    tracemalloc.start()
    recording = recorded(net, given, batch_size=64, labels=np.zeros(4096, int))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    kept = sum(layer.activations.nbytes for layer in recording.layers)
    batch = kept // (4096 // 64)
    assert kept == 2 * 4096 * 2048 * 4
    assert peak <= 1.1 * kept + batch


def test_p10_more_than_max_bytes_is_refused_before_it_is_allocated():
    net = nn.Sequential(nn.Conv2d(1, 64, 3, padding=1))
    x = np.broadcast_to(np.float32(1), (10_000, 1, 32, 32))
    gc.collect()
    tracemalloc.start()
    with pytest.raises(CaptureError, match=r"need 2\.6 GB.*Largest: 0 2\.6 GB \(65536 neurons\)"):
        recorded(net, x, reduce="none", batch_size=8)
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()
    assert not hooks_of(net)
    endless = (torch.ones(10, 1, 32, 32) for _ in range(10_000))
    with pytest.raises(CaptureError, match=r"max_bytes is 10\.0 MB"):
        recorded(net, endless, reduce="none", max_bytes=10**7)


def test_p11_labels_and_rows_must_match(digits):
    model, x, y = digits
    for what in ("labels", "predictions"):
        with pytest.raises(CaptureError, match=f"invalid {what}: 9 rows for 10 samples"):
            recorded(model, x[:10], **{what: y[:9]})
        with pytest.raises(CaptureError, match=f"invalid {what}: 9 rows for 10 samples"):
            recorded(model, iter([x[:6], x[6:10]]), **{what: y[:9]})
    with pytest.raises(CaptureError, match="invalid labels of batch 0"):
        recorded(model, [(x[:5], y[:4])])


def test_p11_a_shuffling_loader_gives_its_own_labels(digits):
    model, x, y = digits
    loader = DataLoader(TensorDataset(x[:300], y[:300]), batch_size=64, shuffle=True)
    recording = recorded(model, loader)
    assert (recording.labels == recording.predictions).mean() > 0.9
    assert not np.array_equal(recording.labels, y[:300])
    with pytest.raises(CaptureError, match="leave labels= out"):
        recorded(model, loader, labels=y[:300])
    with pytest.raises(CaptureError, match="invalid images: the loader shuffles"):
        recorded(model, loader, images=np.zeros((300, 8, 8), np.uint8))
    unlabelled = DataLoader(TensorDataset(x[:300]), batch_size=64, shuffle=True)
    with pytest.raises(CaptureError, match="invalid labels: the loader shuffles"):
        recorded(model, unlabelled, labels=y[:300])
    calm = DataLoader(TensorDataset(x[:300], y[:300]), batch_size=64)
    assert recorded(model, calm, labels=y[:300]) == recorded(model, x[:300], labels=y[:300])
    assert recorded(model, calm.dataset) == recorded(model, x[:300], labels=y[:300])


def test_p12_data_parallel_is_unwrapped_and_fsdp_refused():
    inner, x = nn.Sequential(nn.Linear(3, 4)), torch.randn(20, 3)
    assert recorded(nn.DataParallel(inner), x) == recorded(inner, x)

    class FullyShardedDataParallel(nn.Sequential):
        pass

    with pytest.raises(CaptureError, match="sharded"):
        recorded(FullyShardedDataParallel(inner), x)
    offloaded = nn.Sequential(nn.Linear(3, 4))
    offloaded[0]._hf_hook = types.SimpleNamespace(offload=True)
    with pytest.raises(CaptureError, match="module '0' is offloaded"):
        recorded(offloaded, x)
    with pytest.raises(CaptureError, match="meta device"):
        recorded(nn.Linear(3, 4, device="meta"), x)
    with pytest.raises(CaptureError, match="lazy"):
        recorded(nn.Sequential(nn.LazyLinear(4)), x)


@pytest.mark.parametrize(
    ("reduce", "stated", "expected"),
    [
        ("mean", "mean", lambda v: v.mean((2, 3))),
        ("max", "max", lambda v: v.amax((2, 3))),
        ((1, -1), "position", lambda v: v[:, :, 1, -1]),
        ("none", None, lambda v: v.flatten(1)),
        ({"0": "max"}, "max", lambda v: v.amax((2, 3))),
        ({"1": "max"}, "mean", lambda v: v.mean((2, 3))),
    ],
)
def test_space_is_reduced_as_asked_and_the_recording_says_how(reduce, stated, expected):
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU())
    x = torch.randn(6, 1, 5, 6)
    layer = recorded(net, x, reduce=reduce).layers[0]
    with torch.no_grad():
        np.testing.assert_allclose(layer.activations, expected(net[0](x)), atol=1e-6)
    assert layer.reduction == stated
    if reduce == "none":
        assert layer.neuron_names[:5] == ("c0[0,0]", "c0[0,1]", "c0[0,2]", "c0[0,3]", "c0[1,0]")


@pytest.mark.parametrize("reduce", ["sum", (9, 9), (0,), {"zero": "max"}, None, (True, 0)])
def test_an_impossible_reduction_is_refused(reduce):
    with pytest.raises(CaptureError, match=r"invalid reduce|unknown layer: 'zero'"):
        recorded(nn.Sequential(nn.Conv2d(1, 4, 3)), torch.randn(6, 1, 5, 6), reduce=reduce)


def test_an_activation_has_the_layout_of_the_layer_before_it():
    net = Lambda(
        lambda m, x: m.act(m.fc(m.act(m.conv(x)).transpose(1, 2))),
        conv=nn.Conv1d(2, 3, 3),
        act=nn.GELU(),
        fc=nn.Linear(3, 7),
    )
    recording = recorded(net, torch.randn(6, 2, 12))
    sizes = {layer.name: layer.neurons for layer in recording.layers}
    assert sizes == {"conv": 3, "act": 3, "fc": 7, "act:1": 7}


def test_preprocess_sees_each_batch_as_given_and_inputs_that_are_added_later(digits):
    model, x, y = digits
    raw = (x[:40].numpy() * 16).astype(np.uint8)
    seen = []

    def scaled(batch):
        seen.append((type(batch), batch.dtype))
        return batch / np.float32(16)

    recording = recorded(model, raw, labels=y[:40], preprocess=scaled)
    assert recording == recorded(model, x[:40], labels=y[:40])
    added = recording.with_instance(raw[3], name="three")
    np.testing.assert_allclose(
        added.layers[-1].instances[0], recording.layers[-1].activations[3], atol=1e-5
    )
    assert set(seen) == {(np.ndarray, np.dtype(np.uint8))}


def test_inputs_added_later_run_through_the_model(digits):
    model, x, y = digits
    recording = recorded(model, x[:200], labels=y[:200], class_names=[f"d{i}" for i in range(10)])
    added = recording.with_pair(benign=x[7], attacked=x[8:9].numpy(), name="seven")
    for layer in added.layers:
        np.testing.assert_allclose(layer.instances, layer.activations[7:9], atol=1e-5)
    with torch.no_grad():
        sure = copy.deepcopy(model).eval()(x[7:9]).softmax(1).amax(1)
    for instance, confidence in zip(added.instances, sure, strict=True):
        assert instance.confidence == pytest.approx(float(confidence), abs=1e-5)
    assert added.instances[0].prediction == recording.predictions[7]
    with pytest.raises(CaptureError, match="one sample of shape"):
        recording.with_instance(x[:2], name="two")
    assert not hooks_of(model)


def test_a_pickled_recording_leaves_the_model_behind(digits):
    model, x, y = digits
    recording = recorded(model, x[:20], labels=y[:20])
    assert pickle.loads(pickle.dumps(recording)) == recording
    assert pickle.loads(pickle.dumps(recording))._runner is None
    assert copy.deepcopy(recording)._runner is recording._runner


def test_a_model_with_keyword_inputs_is_fed_with_dicts():
    class Pair(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(3, 2)

        def forward(self, a, b):
            return {"logits": self.fc(a + b)}

    batch = {"a": np.ones((20, 3)), "b": np.zeros((20, 3))}
    recording = recorded(Pair(), batch, labels=np.arange(20) % 2, batch_size=8)
    assert recording.count == 20
    assert recording.predictions is not None
    one = {"a": np.ones(3), "b": np.zeros(3)}
    values, prediction, _ = recording._runner(one)
    np.testing.assert_allclose(values["fc"], recording.layers[0].activations[0], atol=1e-6)
    assert prediction == recording.predictions[0]


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (3, "invalid x: int"),
        (np.float32(1), "no axis of samples"),
        (np.zeros((0, 3), np.float32), "no samples"),
        ([], "no samples"),
        (np.array([["a", "b", "c"]]), "dtype <U1"),
    ],
)
def test_inputs_that_are_none_are_refused(x, message):
    with pytest.raises(CaptureError, match=message):
        recorded(nn.Sequential(nn.Linear(3, 2)), x)


def test_layers_are_listed_as_a_table(digits):
    model, x, _ = digits
    table = layers(model)
    assert [info.name for info in table if info.default] == ["0", "1", "2", "6", "7", "8"]
    assert table[6].neurons == 32
    assert "batchnorm2d" in repr(table)
    assert len(repr(table).splitlines()) == len(table) + 1
    assert {info.name: info.neurons for info in layers(model, x)}["2"] == 8
    assert layers(nn.Linear(3, 2))[0].name == "Linear"


def test_record_stays_a_function_after_layers_was_called():
    code = "import neuraldivergence as nd; nd.layers; assert nd.record.__name__ == 'record', nd"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_no_threads_and_no_warnings_come_with_recording(digits):
    model, x, y = digits
    threads = torch.get_num_threads()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        recorded(model, x[:50], labels=y[:50])
    assert torch.get_num_threads() == threads


def test_a_progress_bar_counts_samples_unless_switched_off(digits, capsys):
    model, x, _ = digits
    record(model, x[:50], name="digits")
    assert "50/50" in capsys.readouterr().err
    recorded(model, x[:50])
    assert capsys.readouterr().err == ""


def test_an_unknown_model_is_refused_with_the_way_out():
    with pytest.raises(CaptureError, match=r"unknown model: builtins.dict.*from_arrays"):
        recorded({}, np.zeros((3, 3)))
