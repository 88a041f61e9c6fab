"""The kernel runs the live model of shown recordings for the page."""

import gc
import os
import sys
import time

import numpy as np
import pytest

import neuraldivergence as nd
from neuraldivergence.display import VIEW_MIME, mime_bundle

pytest.importorskip("comm")
pytest.importorskip("scipy", minversion="1.15")
torch = pytest.importorskip("torch")
jupyter_client = pytest.importorskip("jupyter_client")

from test_comm import Kernel  # noqa: E402

from neuraldivergence import live  # noqa: E402

SHAPE = (8, 6, 3)
SCALE = nd.Preprocess(scale=1 / 255)
PICTURES = np.random.default_rng(5).integers(0, 256, (12, *SHAPE)).astype(np.uint8)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.conv, self.out = torch.nn.Conv2d(3, 4, 3), torch.nn.Linear(4 * 6 * 4, 4)
        self.wrong = None

    def forward(self, x):
        if self.wrong is not None:
            raise self.wrong
        return self.out(torch.relu(self.conv(x)).flatten(1))


@pytest.fixture
def net():
    return Net()


@pytest.fixture
def held(net):
    return nd.record(
        net, PICTURES, images=PICTURES, preprocess=SCALE, labels=np.arange(12) % 4,
        layers=["conv", "out"], progress=False,
    ).with_model(net, export=False)  # fmt: skip


class FakeComm:
    """A comm that keeps what the kernel sends."""

    def __init__(self, header=None, **data):
        self.sent, self.is_closed, self.callback, self.closing = [], False, None, None
        live._open(self, {"header": header or {}, "content": {"data": data}})

    def send(self, data=None, *, buffers=None):
        self.sent.append((data, buffers))

    def close(self):
        self.is_closed = True

    def on_msg(self, callback):
        self.callback = callback

    def on_close(self, callback):
        self.closing = callback

    def ask(self, question, *buffers, header=None):
        message = {"header": header or {}, "content": {"data": question}, "buffers": list(buffers)}
        self.callback(message)
        (answer,) = self.sent
        self.sent.clear()
        return answer


@pytest.fixture
def comm(held):
    live.keep("id", held._probe)
    comm = FakeComm(version=1, id="id")
    ((comm.opened, _),) = comm.sent
    comm.sent.clear()
    comm.held = held
    return comm


RUN = {"request": 7, "run": {"count": 2, "layers": [1, 0]}}


def test_the_page_is_told_what_there_is(comm):
    assert comm.opened == {
        "found": {
            "shape": [8, 6, 3],
            "classes": 4,
            "matches": [
                {"recorded": "conv", "layer": "conv", "why": None},
                {"recorded": "out", "layer": "out", "why": None},
            ],
            "backend": "PyTorch on cpu",
            "gradients": True,
        }
    }


def test_pictures_are_run_as_they_were_recorded(comm):
    answer, buffers = comm.ask(RUN, PICTURES[:2].tobytes())
    assert answer == {"request": 7, "probabilities": True}
    probabilities, out, conv = (np.frombuffer(part, "<f4").reshape(2, -1) for part in buffers)
    for values, layer in zip((conv, out), comm.held.layers, strict=True):
        np.testing.assert_allclose(values, layer.activations[:2], atol=1e-5)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    # As kernels have them.
    again, _ = comm.ask(RUN, memoryview(PICTURES[:2].tobytes()))
    assert again == answer


ORDER = {
    "kind": "pixels", "label": 0, "target": None, "count": 1, "population": 20,
    "generations": 4, "seed": 0,
}  # fmt: skip


def attacked(comm, order, picture, stop_at=None):
    answer, buffers = comm.ask({"request": 0, "attack": order}, picture.tobytes())
    told = []
    while "progress" in answer:
        assert [len(part) for part in buffers[:1]] == [picture.size]
        assert len(buffers[1]) == len(buffers[2])
        told.append(answer["progress"])
        stop = len(told) == stop_at
        answer, buffers = comm.ask({"request": len(told), "stop": stop})
    assert "outcome" in answer, answer
    return told, answer["outcome"], buffers


def test_an_attack_is_that_of_python(comm, monkeypatch):
    monkeypatch.setattr(live, "_ANSWER_S", -1)
    label = int(comm.held.predictions[3])
    told, outcome, (picture, probabilities) = attacked(comm, {**ORDER, "label": label}, PICTURES[3])
    expected = nd.attacks.pixels(comm.held, 3, population=20, generations=4, seed=0, progress=False)
    np.testing.assert_array_equal(np.frombuffer(picture, np.uint8), expected.attacked.reshape(-1))
    assert outcome == {
        "success": [expected.success],
        "evaluations": expected.evaluations,
        "ended": expected.ended,
        "certificate": None,
    }
    assert np.frombuffer(probabilities, "<f4").argmax() == expected.prediction
    assert [one["step"] for one in told] == list(range(len(told)))
    assert all(one["of"] == 4 for one in told)


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "exhaustive", "label": 0, "target": None, "levels": 2},
        {"kind": "fgsm", "label": 0, "target": 1, "strengths": [1, 2.5, 8]},
        {
            "kind": "pgd", "label": 0, "target": None, "strengths": [4, 8], "steps": 3,
            "stepSize": 0.5, "seed": 1,
        },
    ],
)  # fmt: skip
def test_every_kind_of_attack_has_an_outcome(comm, order):
    _, outcome, (pictures, probabilities) = attacked(comm, order, PICTURES[0])
    count = len(outcome["success"])
    assert count == len(order.get("strengths", [1]))
    assert len(pictures) == count * PICTURES[0].size
    assert len(probabilities) == count * 4 * 4


def test_pictures_are_run_while_an_attack_goes_on_and_it_can_be_stopped(comm, monkeypatch):
    monkeypatch.setattr(live, "_ANSWER_S", -1)
    hard = {**ORDER, "target": 3, "generations": 1000, "label": 0, "population": 5}
    answer, _ = comm.ask({"request": 0, "attack": hard}, np.zeros(SHAPE, np.uint8).tobytes())
    if "outcome" not in answer:
        assert "probabilities" in comm.ask(RUN, PICTURES[:2].tobytes())[0]
        answer, _ = comm.ask({"request": 1, "stop": True})
    assert answer["outcome"]["ended"] in ("aborted", "goal")
    assert comm.ask({"request": 2, "stop": True})[0]["error"] == "malformed"


@pytest.mark.parametrize(
    ("question", "buffers"),
    [
        (None, []),
        ("run", []),
        ({}, []),
        ({"request": 1}, []),
        ({"request": -1, "run": {"count": 1, "layers": []}}, [PICTURES[:1].tobytes()]),
        ({"request": 1, "run": 3}, []),
        ({"request": 1, "run": {}}, [PICTURES[:1].tobytes()]),
        ({"request": 1, "run": {"count": 0, "layers": []}}, [b""]),
        ({"request": 1, "run": {"count": 2**60, "layers": []}}, [b""]),
        ({"request": 1, "run": {"count": 1.0, "layers": []}}, [PICTURES[:1].tobytes()]),
        ({"request": 1, "run": {"count": True, "layers": []}}, [PICTURES[:1].tobytes()]),
        ({"request": 1, "run": {"count": 1, "layers": []}}, []),
        ({"request": 1, "run": {"count": 1, "layers": []}}, [b"", b""]),
        ({"request": 1, "run": {"count": 1, "layers": []}}, [PICTURES[:2].tobytes()]),
        ({"request": 1, "run": {"count": 1, "layers": [2]}}, [PICTURES[:1].tobytes()]),
        ({"request": 1, "run": {"count": 1, "layers": [-1]}}, [PICTURES[:1].tobytes()]),
        ({"request": 1, "run": {"count": 1, "layers": ["conv"]}}, [PICTURES[:1].tobytes()]),
        ({"request": 1, "run": {"count": 1, "layers": [0] * 9}}, [PICTURES[:1].tobytes()]),
        ({"request": 1, "run": {"count": 1, "layers": None}}, [PICTURES[:1].tobytes()]),
        ({"request": 1, "stop": False}, []),
        ({"request": 1, "stop": 0}, []),
        ({"request": 1, "attack": ORDER}, []),
        ({"request": 1, "attack": {}}, [PICTURES[:1].tobytes()]),
        ({"request": 1, "attack": {**ORDER, "kind": "\u202e<img>"}}, [PICTURES[:1].tobytes()]),
        ({"request": 1, "attack": {**ORDER, "population": 10**12}}, [PICTURES[:1].tobytes()]),
        ({"request": 1, "attack": {"kind": "exhaustive", "label": 0, "levels": 256}},
         [PICTURES[:1].tobytes()]),
    ],
)  # fmt: skip
def test_a_malformed_question_has_one_clear_answer_and_the_next_is_answered(
    comm, question, buffers
):
    answer, sent = comm.ask(question, *buffers)
    assert answer["error"] == "malformed"
    assert answer["text"].startswith("malformed question: ")
    assert len(answer["text"]) < 600
    assert "\u202e" not in answer["text"]
    assert not sent
    request = question.get("request") if isinstance(question, dict) else None
    assert answer["request"] == (1 if request == 1 else None)
    assert "error" not in comm.ask(RUN, PICTURES[:2].tobytes())[0]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"version": 1, "id": "other"}, "gone"),
        ({"version": 1, "id": ["id"]}, "gone"),
        ({"version": 2, "id": "id"}, "version"),
        ({}, "version"),
    ],
)
def test_what_is_not_there_is_said_and_the_comm_closed(held, data, error):
    live.keep("id", held._probe)
    comm = FakeComm(**data)
    assert comm.sent == [({"error": error}, None)]
    assert comm.is_closed
    assert comm.callback is None


def test_a_model_that_fails_has_one_clear_answer(comm, net):
    net.wrong = RuntimeError("CUDA out of memory.\nTried to allocate \u202e" + "x" * 5000)
    answer, _ = comm.ask(RUN, PICTURES[:2].tobytes())
    assert answer["error"] == "failed"
    assert answer["text"].startswith("RuntimeError: CUDA out of memory. Tried to allocate xxx")
    assert len(answer["text"]) <= 500
    net.wrong = KeyboardInterrupt()
    answer, _ = comm.ask(RUN, PICTURES[:2].tobytes())
    assert (answer["error"], answer["text"]) == ("interrupted", "the kernel was interrupted")
    net.wrong = None
    assert "error" not in comm.ask(RUN, PICTURES[:2].tobytes())[0]
    assert not net.conv._forward_hooks
    assert net.training


def test_a_model_that_a_cell_may_be_training_is_not_run(comm, held):
    answer, _ = comm.ask(RUN, PICTURES[:2].tobytes(), header={"subshell_id": "x"})
    assert answer["error"] == "busy"
    closed = FakeComm(header={"subshell_id": "x"}, version=1, id="id")
    assert closed.sent == [({"error": "busy"}, None)]


def test_the_newest_is_kept_and_others_as_long_as_python_holds_them():
    def made():
        net = Net()
        return nd.record(
            net, PICTURES, images=PICTURES, preprocess=SCALE, layers=["out"], progress=False
        ).with_model(net, export=False)

    first, second = made(), made()
    live.keep("first", first._probe)
    live.keep("second", second._probe)
    comm = FakeComm(version=1, id="first")
    del second
    gc.collect()
    assert "found" in FakeComm(version=1, id="second").sent[0][0]
    assert "found" in FakeComm(version=1, id="first").sent[0][0]
    comm.sent.clear()
    del first
    gc.collect()
    question = {"request": 1, "run": {"count": 1, "layers": []}}
    assert comm.ask(question, PICTURES[:1].tobytes())[0]["error"] == "gone"


def test_outputs_outside_of_notebooks_name_no_live_model(held):
    assert "live" not in mime_bundle(held)[VIEW_MIME]


SETUP = f"""
import sys
sys.path.insert(0, {os.path.dirname(os.path.dirname(nd.__file__))!r})
import numpy as np, torch, neuraldivergence as nd
pictures = np.random.default_rng(5).integers(0, 256, (12, 8, 6, 3)).astype(np.uint8)
class Net(torch.nn.Module):
    slow = False
    def __init__(self):
        super().__init__()
        self.out = torch.nn.Linear(8 * 6 * 3, 4)
    def forward(self, x):
        while self.slow: pass
        return self.out(x.flatten(1))
net = Net()
scaled = nd.Preprocess(scale=1 / 255)
recording = nd.record(net, pictures, images=pictures, preprocess=scaled, layers=["out"],
                      labels=np.arange(12) % 4, progress=False, name="Live")
recording = recording.with_model(net, export=False)
recording.show()
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    pytest.importorskip("ipykernel")
    manager = jupyter_client.KernelManager()
    manager.kernel_spec.argv[0] = sys.executable
    manager.start_kernel(
        cwd=str(tmp_path_factory.mktemp("live")), env={**os.environ, "JPY_SESSION_NAME": ""}
    )
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    kernel = Kernel(client)
    kernel.manager = manager
    (shown,) = kernel.run(SETUP)
    kernel.descriptor = shown["data"][VIEW_MIME]
    yield kernel
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def ask(kernel, question, *buffers):
    session = kernel.client.session
    message = session.msg("comm_msg", {"comm_id": "live", "data": question})
    session.send(kernel.client.shell_channel.socket, message, buffers=list(buffers))
    return kernel.receive("live")


def opened(kernel):
    data = {"version": 1, "id": kernel.descriptor["id"]}
    content = {"comm_id": "live", "target_name": kernel.descriptor["live"]["target"], "data": data}
    kernel.send("comm_open", content)
    return kernel.receive("live")


@pytest.mark.slow
def test_a_real_kernel_runs_the_model_and_can_be_interrupted(kernel):
    assert kernel.descriptor["live"] == {"target": "neuraldivergence.model"}
    answer, _ = opened(kernel)
    assert answer["found"]["backend"] == "PyTorch on cpu"
    picture = PICTURES[:1].tobytes()
    question = {"request": 1, "run": {"count": 1, "layers": [0]}}
    answer, buffers = ask(kernel, question, picture)
    assert answer == {"request": 1, "probabilities": True}
    assert [len(part) for part in buffers] == [16, 16]
    kernel.run("net.slow = True")
    session = kernel.client.session
    message = session.msg("comm_msg", {"comm_id": "live", "data": {**question, "request": 2}})
    session.send(kernel.client.shell_channel.socket, message, buffers=[picture])
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    answer, _ = kernel.receive("live")
    assert (answer["request"], answer["error"]) == (2, "interrupted")
    kernel.run("net.slow = False")
    answer, _ = ask(kernel, {**question, "request": 3}, picture)
    assert answer == {"request": 3, "probabilities": True}
