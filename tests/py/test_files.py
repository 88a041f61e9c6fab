import os

import numpy as np
import pytest

import neuraldivergence as nd


def test_a_recording_survives_a_file(tiny, tmp_path):
    path = tiny.save(tmp_path / "tiny.ndiv")
    assert path == str(tmp_path / "tiny.ndiv")
    assert nd.load(path) == tiny


def test_the_suffix_is_added(tiny, tmp_path):
    assert tiny.save(tmp_path / "tiny") == str(tmp_path / "tiny.ndiv")
    assert tiny.save(str(tmp_path / "v1.5")) == str(tmp_path / "v1.5.ndiv")


def test_saving_replaces_and_leaves_nothing_else(tiny, tmp_path):
    path = tmp_path / "x.ndiv"
    path.write_text("old")
    path.chmod(0o600)
    tiny.save(path)
    assert nd.load(path) == tiny
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.ndiv"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_loses_nothing(tiny, tmp_path, monkeypatch, step):
    path = tmp_path / "x.ndiv"
    path.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left"):
        tiny.save(path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.ndiv"]


def test_a_missing_folder_is_an_error(tiny, tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        tiny.save(tmp_path / "no" / "x.ndiv")
    assert caught.value.filename == str(tmp_path / "no" / "x.ndiv")


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "x.ndiv"
    path.write_bytes(b"\x80\x04cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(nd.FormatError, match="header"):
        nd.load(path)


def test_safetensors_is_the_same_layout_by_another_name(tiny, tmp_path):
    path = tiny.save(tmp_path / "x.safetensors")
    assert path == str(tmp_path / "x.safetensors")
    assert nd.load(path) == tiny
    with open(tiny.save(tmp_path / "x"), "rb") as one, open(path, "rb") as other:
        assert one.read() == other.read()


def test_safetensors_without_a_descriptor_is_refused(tmp_path):
    from safetensors.numpy import save_file

    save_file({"a": np.eye(2)}, tmp_path / "x.safetensors")
    with pytest.raises(nd.FormatError, match="no descriptor"):
        nd.load(tmp_path / "x.safetensors")
