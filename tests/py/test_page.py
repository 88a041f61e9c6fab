"""The page: one HTML file with the recording in it."""

import base64
import dataclasses
import gzip
import html.parser
import json
import re
from pathlib import Path

import numpy as np
import pytest

import neuraldivergence as nd
from neuraldivergence import page
from neuraldivergence.summary import summarised
from neuraldivergence.text import clean
from neuraldivergence.wire import from_block, to_block

MARKER = "<!--neuraldivergence:recording-->"
PROBE = "<!--neuraldivergence:model--><script>1</script><!--/neuraldivergence:model-->"
TEMPLATE = f"""<!doctype html><html><head><meta charset="utf-8">
<title>NeuralDivergence</title></head><body>{MARKER}{PROBE}<script>0</script></body></html>
"""
FIXTURES = Path(__file__).parents[1] / "fixtures"
BUILT = Path(page.__file__).with_name("page.html")


@pytest.fixture
def template(monkeypatch, tmp_path):
    def use(text):
        (tmp_path / "template").mkdir(exist_ok=True)
        if text is not None:
            (tmp_path / "template" / "page.html").write_text(text, "utf-8")
        monkeypatch.setattr(page, "files", lambda package: tmp_path / "template")

    use(TEMPLATE)
    return use


class Reader(html.parser.HTMLParser):
    """Collects the tags, the title and the recording of a page, as a browser reads them."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.title, self.json, self._into = [], "", "", None
        self.feed(Path(path).read_text("utf-8"))
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        is_recording = dict(attributes).get("id") == "neuraldivergence-recording"
        if is_recording:
            assert dict(attributes)["type"] == "application/json"
        self._into = "title" if tag == "title" else "json" if is_recording else None

    def handle_endtag(self, tag):
        self._into = None

    def handle_data(self, data):
        if self._into is not None:
            setattr(self, self._into, getattr(self, self._into) + data)


def recording_of(path):
    content = json.loads(Reader(path).json)
    assert set(content) == {"descriptor", "data", "saved"}
    assert content["saved"] == []
    data = base64.b64decode(content["data"], validate=True)
    recording = from_block(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    return content["descriptor"], recording


def test_a_page_holds_all_values_and_the_view(template, tiny, tmp_path):
    path = tiny.to_html(tmp_path / "tiny", bins=8, mark={"conv": [1]})
    assert path == str(tmp_path / "tiny.html")
    descriptor, recording = recording_of(path)
    shown = dataclasses.replace(tiny, view=recording.view)
    expected, block = to_block(shown)
    assert (descriptor, recording) == (expected, from_block(block))
    assert recording.view["bins"] == 8
    assert recording.view["neurons"] == {"conv": {"hidden": [], "marked": [1]}}
    assert len(recording.images) == 122


def test_the_notebook_budget_does_not_hold_for_a_page(template, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("neuraldivergence.display.MAX_INLINE_BYTES", 1)
    _, recording = recording_of(tiny.to_html(tmp_path / "x.html"))
    assert not recording.reduced
    assert all(layer.activations is not None for layer in recording.layers)


def test_the_rest_of_the_template_stays_as_it_is(template, tiny, tmp_path):
    text = Path(tiny.to_html(tmp_path / "x.htm")).read_text("utf-8")
    named = TEMPLATE.replace("NeuralDivergence</title>", "Tiny network</title>")
    before, after = named.replace(PROBE, "").split(MARKER)
    assert text.startswith(before)
    assert text.endswith(after)
    assert MARKER not in text


def test_only_the_page_of_a_recording_with_a_model_has_what_runs_it(template, tiny, tmp_path):
    text = Path(tiny.to_html(tmp_path / "x.html")).read_text("utf-8")
    assert "<script>1</script>" not in text
    for whole in (
        nd.load(FIXTURES / "model.torch.ndiv"),
        summarised(nd.load(FIXTURES / "model.keras.ndiv")),
    ):
        path = whole.to_html(tmp_path / "with.html")
        text = Path(path).read_text("utf-8")
        assert "<script>1</script>" in text
        assert recording_of(path)[1].model == whole.model


CANARIES = [
    "</script><script>__pwn()</script>",
    "<!--<script>",
    "</title><img src=x onerror=__pwn()>",
    f"{MARKER}<title>NeuralDivergence</title>",
    "a\u2028b\u2029c \ud800 \x00 \u202e &lt; \\u003c",
]


@pytest.mark.parametrize("canary", CANARIES)
def test_hostile_names_stay_text(template, tmp_path, canary):
    recording = nd.Recording.from_arrays(
        {canary: np.eye(3)},
        labels=[0, 0, 0],
        class_names=[canary],
        name=canary,
        kinds={canary: canary},
        neuron_names={canary: [canary] * 3},
    ).with_instance(sample=0, name=canary)
    path = recording.to_html(tmp_path / "x", title=canary)
    read = Reader(path)
    assert read.tags == ["html", "head", "meta", "title", "body", "script", "script"]
    assert recording_of(path)[1].layers[0].name == canary.replace("\ud800", "\ufffd")
    assert not set("<>&\u2028\u2029") & set(read.json)
    assert read.title == clean(canary)


def test_the_title_is_the_name_unless_it_is_given(template, tiny, tmp_path):
    assert Reader(tiny.to_html(tmp_path / "a")).title == "Tiny network"
    assert Reader(tiny.to_html(tmp_path / "a", title="<b> & co")).title == "<b> & co"
    assert Reader(tiny.to_html(tmp_path / "a", title="")).title == "NeuralDivergence"


def test_above_the_limit_nothing_is_written(template, tiny, tmp_path):
    path = tmp_path / "x.html"
    path.write_text("old")
    with pytest.raises(ValueError, match=r"more than the 100 bytes .* max_bytes=\d+ to to_html"):
        tiny.to_html(path, max_bytes=100)
    assert path.read_text() == "old"


def test_a_full_disk_loses_nothing(template, tiny, tmp_path, monkeypatch):
    path = tmp_path / "x.html"
    path.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        tiny.to_html(path)
    assert path.read_text() == "old"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["template", "x.html"]


def test_wrong_keywords_are_refused_as_in_show(template, tiny, tmp_path):
    with pytest.raises(ValueError, match="unknown layer"):
        tiny.to_html(tmp_path / "x", layers=["no"])
    assert not (tmp_path / "x.html").exists()


def test_without_the_built_page_an_error_says_how_to_build_it(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(page, "files", lambda package: tmp_path)
    with pytest.raises(RuntimeError, match=r"python dev.py build"):
        tiny.to_html(tmp_path / "x")


@pytest.mark.parametrize(
    "damaged",
    [
        TEMPLATE.replace(MARKER, ""),
        TEMPLATE + MARKER,
        TEMPLATE.replace("<!--/neuraldivergence:model-->", ""),
    ],
)
def test_a_damaged_template_is_refused(template, tiny, tmp_path, damaged):
    template(damaged)
    with pytest.raises(RuntimeError, match="damaged"):
        tiny.to_html(tmp_path / "x")


@pytest.mark.skipif(not BUILT.exists(), reason="the page is not built")
def test_the_built_page_takes_the_recording(tiny, tmp_path):
    path = tiny.to_html(tmp_path / "x", title="Tiny & co")
    assert recording_of(path)[1].layers == tiny.layers
    assert Reader(path).title == "Tiny & co"
    assert 'id="neuraldivergence-probe"' not in Path(path).read_text("utf-8")


@pytest.mark.skipif(not BUILT.exists(), reason="the page is not built")
def test_the_built_page_has_the_licences_of_what_it_holds(tiny, tmp_path):
    with_model = nd.load(FIXTURES / "model.torch.ndiv")
    plain, probed = (
        Path(recording.to_html(tmp_path / name)).read_text("utf-8")
        for name, recording in (("plain", tiny), ("probed", with_model))
    )
    for page_text in (plain, probed):
        assert re.search(r"d3-scale [\d.]+ \(ISC\)", page_text)
        assert "Mike Bostock" in page_text
        assert re.search(r"@lumino/widgets [\d.]+ \(BSD-3-Clause\)", page_text)
    tensorflow = re.compile(r"@tensorflow/tfjs-core [\d.]+ \(Apache-2\.0\)")
    assert tensorflow.search(probed)
    assert not tensorflow.search(plain)
    assert "Version 2.0, January 2004" in probed
