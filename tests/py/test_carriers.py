"""Where the values of an output are: inline, in a file beside the notebook, in the kernel."""

import base64
import dataclasses
import gzip
import json
import os
import warnings

import jsonschema
import numpy as np
import pytest
from conftest import FIXTURES, parts_of
from hypothesis import given
from hypothesis import strategies as st

import neuraldivergence as nd
from neuraldivergence import beside, carriers
from neuraldivergence.beside import slug
from neuraldivergence.display import DATA_MIME, PICTURE_MIME, VIEW_MIME, mime_bundle, output
from neuraldivergence.picture import picture_of
from neuraldivergence.summary import BRIEF_BINS
from neuraldivergence.wire import from_block


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of the notebook, which is not where the process is."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "notebooks" / "a.ipynb"))
    return tmp_path / "notebooks"


@pytest.fixture(scope="module")
def noisy():
    rng = np.random.default_rng(0)
    return nd.Recording.from_arrays(
        {"a": rng.random((2000, 20))}, labels=np.arange(2000) % 2, name="Noisy, Ünlucky/net"
    )


@pytest.fixture(scope="module")
def schema():
    text = (FIXTURES.parents[1] / "format" / "recording.schema.json").read_text()
    return jsonschema.Draft202012Validator(json.loads(text))


def summary_in(bundle):
    data = base64.b64decode(bundle[DATA_MIME])
    return from_block(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


@pytest.fixture(autouse=True)
def unexpected_warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_a_file_beside_the_notebook_holds_all_values_and_the_output_a_summary(
    noisy, folder, schema
):
    bundle, metadata = output(noisy, source="file")
    (name,) = names(folder)
    assert nd.load(folder / name) == noisy
    descriptor, _ = parts_of((folder / name).read_bytes())
    assert descriptor["source"] == {"kind": "inline"}
    assert bundle[VIEW_MIME]["source"] == {
        "kind": "file",
        "path": name,
        "id": descriptor["id"],
        "reduced": "summary",
    }
    schema.validate(bundle[VIEW_MIME])
    summary = summary_in(bundle).layers[0].summary
    assert summary.bins == BRIEF_BINS
    assert (summary.exact, summary.bound) == (False, 1 / 8)
    assert f"in the file {name}: whoever gets the notebook needs it too" in bundle["text/plain"]
    assert base64.b64decode(bundle[PICTURE_MIME]) == picture_of(noisy).png
    assert metadata[PICTURE_MIME]["alt"]


def test_the_file_is_named_by_recording_and_content_and_written_once(noisy, folder):
    mime_bundle(noisy, source="file")
    (name,) = names(folder)
    stem, digits, suffix = name.split(".")
    assert (stem, len(digits), suffix) == ("Noisy-Ünlucky-net", 8, "ndiv")
    os.utime(folder / name, (1, 1))
    mime_bundle(noisy, {"version": 1, "bins": 8}, source="file")
    assert names(folder) == [name]
    assert (folder / name).stat().st_mtime == 1


def test_another_content_gets_another_file(noisy, folder):
    mime_bundle(noisy, source="file")
    mime_bundle(dataclasses.replace(noisy, classes=(nd.Class("x"), nd.Class("y"))), source="file")
    assert len(names(folder)) == 2


@pytest.mark.parametrize("damage", [b"", b"\0" * 99, None])
def test_a_damaged_file_is_written_again(noisy, folder, damage):
    mime_bundle(noisy, source="file")
    (name,) = names(folder)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:-1] if damage is None else damage)
    mime_bundle(noisy, source="file")
    assert (folder / name).read_bytes() == content


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("run 1", "run 1.ndiv"),
        ("data/x.ndiv", "data/x.ndiv"),
        ("../elsewhere/x.safetensors", "../elsewhere/x.safetensors"),
        ("./data/../y", "y.ndiv"),
    ],
)
def test_a_path_counts_from_the_notebook(noisy, folder, path, expected):
    (folder / "data").mkdir()
    bundle = mime_bundle(noisy, source="file", path=path)
    assert bundle[VIEW_MIME]["source"]["path"] == expected
    assert nd.load(folder / expected) == noisy


def test_an_absolute_path_becomes_a_relative_one(noisy, folder, tmp_path):
    bundle = mime_bundle(noisy, source="file", path=tmp_path / "x")
    assert bundle[VIEW_MIME]["source"]["path"] == "../x.ndiv"
    assert nd.load(tmp_path / "x.ndiv") == noisy


def test_a_path_alone_asks_for_a_file_and_replaces_it(tiny, noisy, folder):
    tiny.save(folder / "x.ndiv")
    mime_bundle(noisy, source=None, path="x")
    assert nd.load(folder / "x.ndiv") == noisy
    assert names(folder) == ["x.ndiv"]


@pytest.mark.parametrize("session", [None, "a.ipynb", "/no/such/folder/a.ipynb", ""])
def test_without_a_known_notebook_files_are_where_the_kernel_is(
    noisy, folder, tmp_path, monkeypatch, session
):
    monkeypatch.delenv("JPY_SESSION_NAME")
    if session is not None:
        monkeypatch.setenv("JPY_SESSION_NAME", session)
    bundle = mime_bundle(noisy, source="file")
    assert names(tmp_path / "elsewhere") == [bundle[VIEW_MIME]["source"]["path"]]


def test_by_default_small_recordings_are_inline_and_large_ones_in_a_file(noisy, folder):
    size = len(mime_bundle(noisy)[DATA_MIME])
    assert mime_bundle(noisy, source=None, max_inline_bytes=size) == mime_bundle(noisy)
    assert names(folder) == []
    with pytest.warns(nd.SizeWarning) as caught:
        bundle = mime_bundle(noisy, source=None, max_inline_bytes=size - 1)
    (name,) = names(folder)
    assert bundle[VIEW_MIME]["source"]["path"] == name
    for text in (bundle["text/plain"], str(caught[0].message)):
        for word in ("more than the", "that an output may add", name, "needs it too"):
            assert word in text


def test_a_recording_as_the_last_line_of_a_cell_writes_no_file(folder):
    large = nd.Recording.from_arrays({"a": np.random.default_rng(0).random((100_000, 16))})
    with pytest.warns(nd.SizeWarning, match=r'let it write a file: show\(source="file"\)'):
        bundle, _ = large._repr_mimebundle_()
    assert bundle[VIEW_MIME]["source"] == {"kind": "inline", "reduced": "summary"}
    assert names(folder) == []


def test_a_recording_of_summaries_has_nothing_for_a_file(noisy, folder):
    with pytest.warns(nd.SizeWarning):
        summary = summary_in(mime_bundle(noisy, max_inline_bytes=200_000))
    with pytest.raises(ValueError, match="even their summary"):
        mime_bundle(summary, source=None, max_inline_bytes=1000)
    assert names(folder) == []


@pytest.mark.parametrize("most", ["ceiling", "unpacked"])
def test_a_summary_that_is_too_large_stays_out_and_the_picture_is_of_the_values(
    noisy, folder, schema, monkeypatch, most
):
    if most == "unpacked":
        monkeypatch.setattr(carriers, "_MAX_UNPACKED_BYTES", 1000)
        monkeypatch.setattr(carriers, "summarised", None)
    options = {"max_inline_bytes": 1000} if most == "ceiling" else {}
    view = {"version": 1, "bins": 8}
    bundle, metadata = output(noisy, view, source="file", **options)
    assert set(bundle) == {VIEW_MIME, PICTURE_MIME, "text/plain"}
    (name,) = names(folder)
    descriptor, _ = parts_of((folder / name).read_bytes())
    source = {"kind": "file", "path": name, "id": descriptor["id"]}
    assert bundle[VIEW_MIME] == {**descriptor, "source": source, "view": view}
    schema.validate(bundle[VIEW_MIME])
    expected = picture_of(dataclasses.replace(noisy, view=view))
    assert base64.b64decode(bundle[PICTURE_MIME]) == expected.png
    assert metadata[PICTURE_MIME]["alt"] == expected.alternative


@pytest.mark.parametrize("source", [None, "file"])
@pytest.mark.parametrize("step", ["mkstemp", "write", "replace"])
def test_where_no_file_can_be_written_the_output_is_complete_and_says_why(
    noisy, folder, monkeypatch, source, step
):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    place = {"mkstemp": "tempfile.mkstemp", "write": "os.fdopen", "replace": "os.replace"}[step]
    (folder / "x.ndiv").write_text("old")
    monkeypatch.setattr(f"neuraldivergence.files.{place}", full)
    with pytest.warns(nd.SizeWarning, match="not be written to a file: .*No space left") as caught:
        bundle, _ = output(noisy, source=source, max_inline_bytes=20_000)
    with pytest.warns(nd.SizeWarning, match="No space left"):
        output(noisy, source=source, path="x")
    monkeypatch.undo()
    assert bundle[VIEW_MIME]["source"] == {"kind": "inline", "reduced": "summary"}
    assert set(bundle) == {VIEW_MIME, DATA_MIME, PICTURE_MIME, "text/plain"}
    assert "No space left" in bundle["text/plain"]
    assert len(caught) == 1
    assert names(folder) == ["x.ndiv"]
    assert (folder / "x.ndiv").read_text() == "old"


def test_a_missing_folder_is_said_and_made_by_nobody(noisy, folder):
    with pytest.warns(nd.SizeWarning, match="No such file or directory"):
        mime_bundle(noisy, source="file", path="missing/x")
    assert names(folder) == []


def test_without_file_and_summary_there_is_an_error_that_says_both(noisy, folder):
    problem = "could not be written .* even their summary needs .* a path where a file can"
    with pytest.raises(ValueError, match=problem):
        mime_bundle(noisy, source="file", path="missing/x", max_inline_bytes=1000)


def test_a_path_on_another_drive_is_refused_before_anything_is_written(noisy, folder, monkeypatch):
    def no_way(*_):
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    monkeypatch.setattr(beside.os.path, "relpath", no_way)
    with pytest.raises(ValueError, match="another drive than the notebook"):
        mime_bundle(noisy, source="file", path="x")
    assert names(folder) == []


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"source": "disk"}, "unknown source: 'disk'; one of inline, file, comm"),
        ({"source": "inline", "path": "x"}, "invalid path: 'x' is of a file"),
        ({"source": "comm", "path": "x"}, "invalid path: 'x' is of a file"),
    ],
)
def test_what_does_not_fit_together_is_refused(tiny, folder, options, problem):
    for use in (tiny.show, lambda **options: mime_bundle(tiny, **options)):
        with pytest.raises(ValueError, match=problem):
            use(**options)


def test_outside_a_notebook_show_writes_nothing(noisy, folder, tmp_path, capsys):
    noisy.show(source="file", path="x")
    assert "NeuralDivergence recording" in capsys.readouterr().out
    assert names(folder) == names(tmp_path / "elsewhere") == []


def test_warnings_point_at_the_users_line(noisy, folder):
    with pytest.warns(nd.SizeWarning) as caught:
        mime_bundle(noisy, source=None, max_inline_bytes=20_000)
    assert caught[0].filename == __file__


@given(name=st.text())
def test_names_of_files_are_safe_everywhere(name):
    text = slug(name)
    assert 0 < len(text) <= 70
    assert len(f"{text}.12345678.ndiv".encode()) <= 255
    assert all(character.isalnum() or character in "-_" for character in text)
    assert not text.startswith("-")
    assert slug(text) == text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LeNet on CIFAR-10", "LeNet-on-CIFAR-10"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "recording-CON"),
        ("lpt1", "recording-lpt1"),
        ("<img src=x onerror=__pwn()>", "img-src-x-onerror-__pwn"),
        ("\u202e\ud800\0", "recording"),
        ("", "recording"),
        ("ねこ", "ねこ"),
        ("x" * 10**6, "x" * 60),
    ],
)
def test_names_of_recordings_become_names_of_files(name, expected):
    assert slug(name) == expected
