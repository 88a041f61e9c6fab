"""Where the extension is missing an output is a picture with a description."""

import nbformat
import pytest

from neuraldivergence.display import output

nbconvert = pytest.importorskip("nbconvert")


@pytest.mark.parametrize(("template", "describes"), [("lab", False), ("classic", True)])
def test_nbconvert_shows_the_picture(tiny, template, describes):
    data, metadata = output(tiny)
    cell = nbformat.v4.new_code_cell(
        outputs=[nbformat.v4.new_output("display_data", data=data, metadata=metadata)]
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    html, _ = nbconvert.HTMLExporter(template_name=template).from_notebook_node(notebook)
    assert data["image/png"].replace("\n", "") in html
    # nbconvert's own default template leaves out every picture's description.
    assert (metadata["image/png"]["alt"] in html) == describes
    assert "vnd.neuraldivergence" not in html
