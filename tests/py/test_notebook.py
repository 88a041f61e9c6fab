import pytest

import neuraldivergence as nd

pytest.importorskip("ipykernel")
nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

SETUP = """
import numpy as np
import neuraldivergence as nd
recording = nd.Recording.from_arrays({"a": np.eye(4)}, labels=[0, 1, 0, 1])
"""
VIEW_MIME = "application/vnd.neuraldivergence.v1+json"


@pytest.mark.slow
def test_a_cell_that_ends_in_a_recording_or_shows_it_has_one_output(fixtures):
    cells = [SETUP, "recording", "recording.show(bins=8)", "x = 1"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    root = str(fixtures.parents[1])
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": root}}).execute()
    nbformat.validate(notebook)
    _, last, shown, silent = (cell.outputs for cell in notebook.cells)
    assert silent == []
    assert [len(last), len(shown)] == [1, 1]
    for output, bins in ((last[0], None), (shown[0], 8)):
        assert set(output.data) == {
            VIEW_MIME,
            "application/vnd.neuraldivergence.v1.data",
            "image/png",
            "text/plain",
        }
        assert output.metadata["image/png"]["alt"].startswith("NeuralDivergence: recording,")
        assert (output.data[VIEW_MIME]["view"] or {}).get("bins") == bins


LARGE = """
values = np.random.default_rng(0).random((100_000, 16))
large = nd.Recording.from_arrays({"a": values}, labels=np.arange(100_000) % 3, name="Large")
"""


@pytest.mark.slow
def test_a_large_recording_is_in_a_file_beside_the_notebook(fixtures, tmp_path, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    root = str(fixtures.parents[1])
    path = f"import sys; sys.path.insert(0, {root!r})"
    cells = [path, SETUP + LARGE, "large.show()", "large.show(bins=8)", "large"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    nbformat.validate(notebook)
    shown, _, last = (
        [output for output in cell.outputs if output.output_type != "stream"]
        for cell in notebook.cells[2:]
    )
    (name,) = [entry.name for entry in tmp_path.iterdir()]
    source = shown[0].data[VIEW_MIME]["source"]
    assert (source["kind"], source["path"], source["reduced"]) == ("file", name, "summary")
    assert nd.load(tmp_path / name).count == 100_000
    assert last[0].data[VIEW_MIME]["source"] == {"kind": "inline", "reduced": "summary"}
    (warning,) = [output for output in notebook.cells[2].outputs if output.output_type == "stream"]
    assert f"in the file {name}: whoever gets the notebook needs it too" in warning.text
    assert "neuraldivergence/" not in warning.text.split("SizeWarning")[0]
