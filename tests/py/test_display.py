import base64
import gzip
import json
import warnings

import numpy as np
import pytest

import neuraldivergence as nd
from neuraldivergence import display, encode
from neuraldivergence.display import DATA_MIME, VIEW_MIME, mime_bundle, output
from neuraldivergence.layout import write_block
from neuraldivergence.view import view_state
from neuraldivergence.wire import from_block, to_block


def block_of(bundle):
    data = base64.b64decode(bundle[DATA_MIME], validate=True)
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


@pytest.fixture(scope="module")
def noisy():
    rng = np.random.default_rng(0)
    return nd.Recording.from_arrays({"a": rng.random((2000, 20))}, labels=np.arange(2000) % 2)


def test_a_bundle_holds_descriptor_data_and_text(tiny):
    bundle, metadata = tiny._repr_mimebundle_()
    assert set(bundle) == {VIEW_MIME, DATA_MIME, "image/png", "text/plain"}
    assert set(metadata) == {"image/png"}
    descriptor, block = to_block(tiny)
    assert bundle[VIEW_MIME] == descriptor
    assert block_of(bundle) == block
    assert json.loads(json.dumps(bundle)) == bundle
    for word in ("Tiny network", "120 samples", "dense_2 (8)", "pip install neuraldivergence"):
        assert word in bundle["text/plain"]


def test_equal_recordings_make_equal_bundles(tiny):
    from recordings import tiny as again

    assert mime_bundle(tiny) == mime_bundle(again())


def pictured(values, images):
    made = nd.Recording.from_arrays({"a": values}, images=images)
    return made.with_pair(sample=1, attacked={"a": values[0]}, name="x")


def images_in(recording, **options):
    """How many images an output carries, and whether it carries the values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nd.SizeWarning)
        found = from_block(block_of(mime_bundle(recording, **options)))
    return 0 if found.images is None else len(found.images), not found.reduced


def test_images_of_samples_are_carried_where_they_take_little():
    rng = np.random.default_rng(0)
    zeros = np.zeros((300, 4), np.float32)
    noise = rng.integers(0, 256, (300, 32, 32)).astype(np.uint8)
    assert images_in(pictured(zeros[:200], noise[:200])) == (200, True)
    # 307 kB that do not pack; what packs well may be larger.
    assert images_in(pictured(zeros, noise)) == (1, True)
    assert images_in(pictured(zeros, noise // 128)) == (300, True)
    # What is not packed beside values that do not pack takes its own size.
    bits = rng.integers(0, 2**31 - 2**24, (300, 4000), dtype=np.uint32).view(np.float32)
    assert images_in(pictured(bits, noise // 128), max_inline_bytes=8_000_000) == (1, True)


def test_values_come_before_images_of_samples():
    rng = np.random.default_rng(0)
    values = rng.random((300, 50)).astype(np.float32)
    noise = rng.integers(0, 256, (300, 16, 16)).astype(np.uint8)
    recording = pictured(values, noise)
    whole, bare = (len(mime_bundle(one)[DATA_MIME]) for one in (recording, pictured(values, None)))
    assert images_in(recording, max_inline_bytes=whole) == (300, True)
    assert images_in(recording, max_inline_bytes=whole - 1) == (1, True)
    assert images_in(recording, max_inline_bytes=bare - 1) == (1, False)


def test_data_is_packed_only_where_that_saves_a_fifth(tiny):
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 2**31 - 2**24, (500, 40), dtype=np.uint32).view(np.float32)
    random = nd.Recording.from_arrays({"a": bits})
    assert base64.b64decode(mime_bundle(tiny)[DATA_MIME])[:2] == b"\x1f\x8b"
    assert base64.b64decode(mime_bundle(random)[DATA_MIME])[:2] != b"\x1f\x8b"


def test_the_view_travels_beside_the_data(tiny):
    bundle = mime_bundle(tiny, {"version": 1, "bins": 8})
    assert bundle[VIEW_MIME]["view"] == {"version": 1, "bins": 8}
    assert bundle[DATA_MIME] == mime_bundle(tiny)[DATA_MIME]
    assert from_block(block_of(bundle)).view == tiny.view


def test_above_the_budget_the_summary_travels_and_says_so(noisy):
    size = len(mime_bundle(noisy)[DATA_MIME])
    with pytest.warns(nd.SizeWarning, match="carries a summary") as caught:
        bundle = mime_bundle(noisy, max_inline_bytes=size - 1)
    assert bundle[VIEW_MIME]["source"] == {"kind": "inline", "reduced": "summary"}
    assert len(bundle[DATA_MIME]) < size
    for text in (bundle["text/plain"], str(caught[0].message)):
        for word in ("fewer layers", f"max_inline_bytes={size}", "source="):
            assert word in text
    assert from_block(block_of(bundle)).layers[0].summary.exact


def test_the_budget_is_inclusive(noisy):
    size = len(mime_bundle(noisy)[DATA_MIME])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bundle = mime_bundle(noisy, max_inline_bytes=size)
    assert "reduced" not in bundle[VIEW_MIME]["source"]


def test_above_the_budget_even_as_summary_is_refused(noisy):
    with pytest.raises(ValueError, match=r"even their summary needs .* fewer layers"):
        mime_bundle(noisy, max_inline_bytes=1000)


def test_by_default_a_summary_may_be_larger_than_the_values(noisy, monkeypatch):
    size = len(mime_bundle(noisy)[DATA_MIME])
    monkeypatch.setattr("neuraldivergence.display.MAX_INLINE_BYTES", 1000)
    with pytest.warns(nd.SizeWarning):
        assert 1000 < len(mime_bundle(noisy)[DATA_MIME]) < size
    monkeypatch.setattr("neuraldivergence.display.MAX_SUMMARY_BYTES", 1000)
    with pytest.raises(ValueError, match="even their summary"):
        mime_bundle(noisy)


def test_by_default_the_budget_is_five_mebibytes():
    rng = np.random.default_rng(0)
    large = nd.Recording.from_arrays({"a": rng.random((100_000, 16))})
    with pytest.warns(nd.SizeWarning, match=r"more than the 5.2 MB"):
        large._repr_mimebundle_()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mime_bundle(large, max_inline_bytes=2**30)


ODD_NAMES = {
    "half a character": "\ud800",
    "a file name": "caf\udce9",
    "an escape sequence": "\x1b[31mred\x07",
    "lines and directions": "a\u202eb\r\nc",
    "a mebibyte": "x" * 2**20,
}


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES)
def test_odd_names_reach_the_notebook_and_leave_the_terminal_alone(name):
    session = pytest.importorskip("jupyter_client.session")
    values = {name: np.eye(3), "other": np.eye(3)}
    recording = nd.Recording.from_arrays(
        values,
        labels=[name, "x", name],
        name=name,
        kinds={name: name},
        neuron_names={name: [name] * 3},
    ).with_instance(sample=0, name=name)
    options = {"layers": [name], "classes": [name], "mark": {name: [1]}}
    bundle, metadata = output(recording, view_state(recording, **options))
    content = {"data": bundle, "metadata": metadata}
    assert session.json_unpacker(session.json_packer(content)) == content
    (layer,) = bundle[VIEW_MIME]["view"]["layers"]
    assert layer in bundle[VIEW_MIME]["view"]["neurons"]
    assert layer == bundle[VIEW_MIME]["layers"][0]["name"]
    assert layer == from_block(block_of(bundle)).layers[0].name
    for text in (bundle["text/plain"], repr(recording)):
        assert text.isprintable()
        assert len(text.encode()) < 1000


def test_outside_a_notebook_show_prints(tiny, capsys):
    tiny.show(classes=["cat"])
    assert "NeuralDivergence recording 'Tiny network'" in capsys.readouterr().out


def large_recording(kind):
    rng = np.random.default_rng(0)
    values = rng.standard_normal((3000, 1000), np.float32)
    if kind == "packs":
        values = np.maximum(values - 2.5, 0)
    if kind == "packs in part":
        values[:, 200:] = 0
    return nd.Recording.from_arrays({"a": values}, labels=np.arange(3000) % 3)


@pytest.mark.parametrize(("kind", "carries_all"), [("packs", True), ("does not", False)])
def test_large_values_are_carried_where_they_pack_small(kind, carries_all):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bundle = mime_bundle(large_recording(kind))
    assert ("reduced" not in bundle[VIEW_MIME]["source"]) == carries_all
    assert len(bundle[DATA_MIME]) <= display.MAX_INLINE_BYTES


def test_what_clearly_is_too_large_is_neither_laid_out_nor_packed(monkeypatch):
    laid_out = []

    def write(tensors, descriptor):
        laid_out.append(set(tensors))
        return write_block(tensors, descriptor)

    monkeypatch.setattr(encode, "write_block", write)
    with pytest.warns(nd.SizeWarning):
        mime_bundle(large_recording("does not"))
    (summary,) = laid_out
    assert "layer.0.counts" in summary
    assert "layer.0.activations" not in summary


@pytest.mark.parametrize("kind", ["packs", "packs in part", "does not"])
def test_the_advised_size_is_enough(kind):
    recording = large_recording(kind)
    _, data, advised = encode.encode(recording, 100_000)
    assert data is None
    _, data, needed = encode.encode(recording, advised)
    assert data is not None
    assert needed <= advised
