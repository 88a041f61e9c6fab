"""The kernel hands the values of shown recordings to the page."""

import gc
import os
import sys
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import neuraldivergence as nd
from neuraldivergence.filing import file_block

pytest.importorskip("comm")
jupyter_client = pytest.importorskip("jupyter_client")

from neuraldivergence import comm as kernel_side  # noqa: E402

MEBIBYTE = 2**20


class FakeComm:
    """A comm that keeps what the kernel sends."""

    def __init__(self, **data):
        self.sent, self.is_closed, self.callback = [], False, None
        kernel_side._open(self, {"content": {"data": data}})

    def send(self, data=None, *, buffers=None):
        self.sent.append((data, buffers))

    def close(self):
        self.is_closed = True

    def on_msg(self, callback):
        self.callback = callback

    def ask(self, question):
        self.callback({"content": {"data": question}})
        return self.sent.pop()


@pytest.fixture
def kept(monkeypatch):
    kept = kernel_side.Kept(10 * MEBIBYTE)
    monkeypatch.setattr(kernel_side, "_kept", kept)
    return kept


def whole(block):
    return block.read(0, block.size_bytes)


def test_a_page_reads_the_bytes_that_a_file_would_have(tiny, kept, tmp_path):
    source, block = kernel_side.keep(tiny)
    assert source == {"kind": "comm", "target": "neuraldivergence", "id": block.id}
    comm = FakeComm(version=1, id=source["id"])
    ((opened, _),) = comm.sent
    assert opened == {"sizeBytes": block.size_bytes}
    content = b""
    for begin in range(0, block.size_bytes, 1000):
        end = min(begin + 1000, block.size_bytes)
        answer, (part,) = comm.ask({"request": begin, "begin": begin, "end": end})
        assert answer == {"request": begin}
        assert len(part) == end - begin
        content += part
    with open(tiny.save(tmp_path / "x"), "rb") as file:
        assert content == file.read()


def test_any_part_can_be_asked_for_again_by_another_comm(tiny, kept):
    _, block = kernel_side.keep(tiny)
    expected = whole(block)
    for _ in range(2):
        comm = FakeComm(version=1, id=block.id)
        for begin, end in ((500, 900), (0, 8), (7, 7), (block.size_bytes - 1, block.size_bytes)):
            _, (part,) = comm.ask({"request": 0, "begin": begin, "end": end})
            assert part == expected[begin:end]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"version": 1, "id": "0" * 64}, "gone"),
        ({"version": 1, "id": ["0"]}, "gone"),
        ({"version": 1}, "gone"),
        ({"version": 2, "id": "x"}, "version"),
        ({}, "version"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_comm_closed(tiny, kept, data, error):
    kernel_side.keep(tiny)
    comm = FakeComm(**data)
    assert comm.sent == [({"error": error}, None)]
    assert comm.is_closed
    assert comm.callback is None


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ({}, "malformed"),
        (None, "malformed"),
        ("read", "malformed"),
        ({"request": 1, "begin": 0}, "malformed"),
        ({"request": 1, "begin": "0", "end": 8}, "malformed"),
        ({"request": 1, "begin": 0.5, "end": 8}, "malformed"),
        ({"request": 1, "begin": False, "end": True}, "malformed"),
        ({"request": [1], "begin": 0, "end": 8}, "malformed"),
        ({"request": 1, "begin": -8, "end": 8}, "malformed"),
        ({"request": 1, "begin": 9, "end": 8}, "range"),
        ({"request": 1, "begin": 0, "end": 2**60}, "range"),
        ({"request": 1, "begin": 0, "end": MEBIBYTE + 1}, "range"),
    ],
)
def test_a_malformed_question_has_one_answer_and_the_next_is_answered(kept, question, error):
    large = nd.Recording.from_arrays({"a": np.zeros((1000, 1000), np.float32)})
    _, block = kernel_side.keep(large)
    comm = FakeComm(version=1, id=block.id)
    request = question.get("request") if isinstance(question, dict) else None
    answer = {"request": 1 if request == 1 else None, "error": error}
    assert comm.ask(question) == (answer, None)
    answer, (part,) = comm.ask({"request": 2, "begin": 0, "end": MEBIBYTE})
    assert answer == {"request": 2}
    assert len(part) == MEBIBYTE


def recording_of(kibibytes, value):
    rows = np.full((kibibytes, 256), value, np.float32)
    return nd.Recording.from_arrays({"a": rows})


def test_the_newest_are_kept_up_to_a_limit_and_what_goes_takes_no_memory(kept):
    blocks = []
    for value in range(3):
        recording = recording_of(4096, value)
        _, block = kernel_side.keep(recording)
        blocks.append((block.id, weakref.ref(block), FakeComm(version=1, id=block.id)))
        array = weakref.ref(recording.layers[0].activations)
        if value == 0:
            first_array = array
    del recording, block
    gc.collect()
    (first_id, first, comm), *others = blocks
    assert kept.get(first_id) is None
    assert first() is None
    assert first_array() is None
    assert comm.ask({"request": 5, "begin": 0, "end": 8}) == ({"request": 5, "error": "gone"}, None)
    assert all(kept.get(id) is block() is not None for id, block, _ in others)


def test_the_newest_is_kept_whatever_its_size(kept):
    for value, kibibytes in enumerate((100, 20_000)):
        _, block = kernel_side.keep(recording_of(kibibytes, value))
        assert kept.get(block.id) is block


def test_what_is_shown_again_is_the_newest(kept):
    ids = []
    for value in (0, 1, 0, 2):
        _, block = kernel_side.keep(recording_of(4096, value))
        ids.append(block.id)
    assert [kept.get(id) is not None for id in ids] == [True, False, True, True]


SETUP = f"""
import sys
sys.path.insert(0, {os.path.dirname(os.path.dirname(nd.__file__))!r})
import numpy as np, neuraldivergence as nd
rows = np.random.default_rng(0).standard_normal((2000, 300)).astype(np.float32)
recording = nd.Recording.from_arrays({{"a": rows}}, labels=np.arange(2000) % 7, name="In a kernel")
recording.save("saved.ndiv")
recording.show(source="comm")
"""
VIEW_MIME = "application/vnd.neuraldivergence.v1+json"


class Kernel:
    """A kernel and the page's end of its comms."""

    def __init__(self, client):
        self.client = client

    def run(self, code):
        outputs = []

        def keep(message):
            outputs.append((message["msg_type"], message["content"]))

        reply = self.client.execute_interactive(code, timeout=120, output_hook=keep)
        assert reply["content"]["status"] == "ok", reply["content"]
        return [content for kind, content in outputs if kind == "display_data"]

    def send(self, kind, content, subshell=None):
        message = self.client.session.msg(kind, content)
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)

    def receive(self, comm_id):
        """Return data and buffers of the next message of a comm, None when it is closed."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            message = self.client.get_iopub_msg(timeout=60)
            if message["content"].get("comm_id") == comm_id:
                is_closed = message["msg_type"] == "comm_close"
                return None if is_closed else (message["content"]["data"], message["buffers"])
        raise TimeoutError

    def open(self, comm_id, data, subshell=None):
        content = {"comm_id": comm_id, "target_name": "neuraldivergence", "data": data}
        self.send("comm_open", content, subshell)
        return self.receive(comm_id)

    def read(self, comm_id, size_bytes, subshell=None):
        """Read all bytes, four questions at a time."""
        begins = list(range(0, size_bytes, MEBIBYTE))
        parts = {}
        for place, begin in enumerate(begins):
            data = {"request": place, "begin": begin, "end": min(begin + MEBIBYTE, size_bytes)}
            self.send("comm_msg", {"comm_id": comm_id, "data": data}, subshell)
            if place % 4 == 3 or begin == begins[-1]:
                while len(parts) <= place:
                    answer, (part,) = self.receive(comm_id)
                    parts[answer["request"]] = bytes(part)
        return b"".join(parts[place] for place in range(len(begins)))


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    pytest.importorskip("ipykernel")
    folder = tmp_path_factory.mktemp("kernel")
    manager = jupyter_client.KernelManager()
    manager.kernel_spec.argv[0] = sys.executable
    manager.start_kernel(cwd=str(folder), env={**os.environ, "JPY_SESSION_NAME": ""})
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    kernel = Kernel(client)
    (shown,) = kernel.run(SETUP)
    kernel.source = shown["data"][VIEW_MIME]["source"]
    kernel.saved = (folder / "saved.ndiv").read_bytes()
    yield kernel
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.mark.slow
def test_a_real_kernel_hands_out_the_saved_file(kernel):
    assert kernel.source["kind"] == "comm"
    answer, _ = kernel.open("a", {"version": 1, "id": kernel.source["id"]})
    assert answer == {"sizeBytes": len(kernel.saved)}
    assert kernel.read("a", len(kernel.saved)) == kernel.saved


@pytest.mark.slow
def test_a_real_kernel_says_what_is_gone_and_closes(kernel):
    assert kernel.open("b", {"version": 1, "id": "0" * 64}) == ({"error": "gone"}, [])
    assert kernel.receive("b") is None


@pytest.mark.slow
def test_a_real_kernel_answers_while_a_cell_runs(kernel):
    kernel.client.control_channel.send(kernel.client.session.msg("create_subshell_request"))
    reply = kernel.client.get_control_msg(timeout=60)
    if reply["content"].get("status") != "ok":
        pytest.skip("this kernel has no subshells")
    subshell = reply["content"]["subshell_id"]
    running = "import time\nwhile not globals().get('stop'): time.sleep(0.01)"
    request = kernel.client.execute(running)
    answer, _ = kernel.open("c", {"version": 1, "id": kernel.source["id"]}, subshell)
    assert answer == {"sizeBytes": len(kernel.saved)}
    assert kernel.read("c", len(kernel.saved), subshell) == kernel.saved
    content = {"code": "stop = True", "silent": True}
    kernel.send("execute_request", content, subshell)
    while (reply := kernel.client.get_shell_msg(timeout=60))["parent_header"]["msg_id"] != request:
        pass
    assert reply["content"]["status"] == "ok"


def test_a_block_is_read_by_several_threads_at_once(tiny):
    block = file_block(tiny, most_uncoded_bytes=0)
    expected = whole(block)
    places = range(0, block.size_bytes, 100)
    with ThreadPoolExecutor(8) as pool:
        parts = pool.map(lambda begin: block.read(begin, begin + 100), places)
    assert b"".join(parts) == expected
