import pytest

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
