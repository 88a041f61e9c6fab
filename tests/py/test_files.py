import os

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
    with pytest.raises(FileNotFoundError):
        tiny.save(tmp_path / "no" / "x.ndiv")


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "x.ndiv"
    path.write_bytes(b"\x80\x04cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(nd.FormatError, match="header"):
        nd.load(path)
