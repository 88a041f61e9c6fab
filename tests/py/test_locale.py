"""German, where JupyterLab's server looks for it."""

import json
import re
import sys
from pathlib import Path

import pytest

import neuraldivergence

ROOT = Path(__file__).parents[2]
FOLDER = Path(neuraldivergence.__file__).parent / "locale" / "de_DE" / "LC_MESSAGES"
LANGUAGES = ROOT / "ui-tests" / "languages"


def test_the_file_is_named_as_the_entry_point_and_the_domain():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    found = re.search(r'entry-points."jupyterlab.locale"\]\n(\w+) = "(\w+)"', text)
    assert found is not None
    name, module = found.groups()
    catalogue = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    assert module == "neuraldivergence"
    assert catalogue[""]["domain"] == name
    assert catalogue[""]["language"] == "de-DE"  # as the browser looks it up
    assert catalogue[""]["plural_forms"] == "nplurals=2; plural=(n != 1);"


def test_a_server_with_the_german_language_pack_serves_it(tmp_path, monkeypatch):
    utils = pytest.importorskip("jupyterlab_server.translation_utils")
    installed = tmp_path / "neuraldivergence-0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: neuraldivergence\n")
    (installed / "entry_points.txt").write_text(
        "[jupyterlab.locale]\nneuraldivergence = neuraldivergence\n"
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(LANGUAGES), *sys.path])
    served, message = utils.get_language_pack("de_DE")
    assert message == ""
    assert served["neuraldivergence"]["Layers"] == ["Schichten"]
