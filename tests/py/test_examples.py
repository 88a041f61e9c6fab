"""The example notebooks: what is committed, and that they run from top to bottom."""

import base64
import gzip
import hashlib
import io
import os
import re
import sys
import tarfile
import urllib.error
from pathlib import Path

import nbformat
import numpy as np
import pytest

from neuraldivergence.display import DATA_MIME, VIEW_MIME
from neuraldivergence.wire import from_block

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
sys.path.insert(0, str(EXAMPLES))

import datasets  # noqa: E402
import run as runner  # noqa: E402

QUICKSTART = EXAMPLES / "01_quickstart.ipynb"
ONE_PIXEL = EXAMPLES / "02_one_pixel_attack.ipynb"
FIND = EXAMPLES / "03_find_the_divergence.ipynb"
NOTEBOOKS = [QUICKSTART, ONE_PIXEL, FIND]
MOST_BYTES = 3_000_000
# Activations of a network that has hardly learned take more once they are compressed.
MOST_BYTES_OF_A_RUN = 3_500_000
SMALL_BUDGET = {
    "ND_EXAMPLE_DATASET": "fashion-mnist",
    "ND_EXAMPLE_EPOCHS": "1",
    "ND_EXAMPLE_TRAIN": "4000",
    "ND_EXAMPLE_CANDIDATES": "5",
    "ND_EXAMPLE_GENERATIONS": "10",
}

by_name = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs_of(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def views_of(notebook):
    """Return (descriptor, recording) of each of our outputs, decoded by the reader."""
    bundles = [
        output.data for output in outputs_of(notebook) if VIEW_MIME in output.get("data", {})
    ]
    views = []
    for bundle in bundles:
        data = base64.b64decode(bundle[DATA_MIME], validate=True)
        block = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        views.append((bundle[VIEW_MIME], from_block(block)))
    return views


def check_views(notebook, expected_orders):
    views = views_of(notebook)
    assert [descriptor["view"]["order"]["by"] for descriptor, _ in views] == expected_orders
    for descriptor, recording in views:
        assert [layer.name for layer in recording.layers] == ["dense_1", "dense_2"]
        assert not recording.reduced
        assert all(layer.activations is not None for layer in recording.layers)
        if recording.instances:
            check_pair(descriptor["view"], recording)
        else:
            assert [group.name for group in recording.groups] == ["ten passes", "trained"]


def check_pair(view, recording):
    benign, attacked = recording.instances
    assert (benign.role, attacked.role) == ("benign", "attacked")
    assert benign.pair == attacked.pair is not None
    assert benign.prediction == benign.label != attacked.prediction
    assert set(view["classes"]) <= {benign.prediction, attacked.prediction}
    before, after = recording.images[[benign.image, attacked.image]]
    assert (before != after).any(axis=-1).sum() == 1


ORDERS = {
    QUICKSTART: ["value", "difference", "difference"],
    ONE_PIXEL: ["index", "value", "value", "difference"],
    FIND: ["divergence"] * 4,
}


@by_name
def test_a_committed_notebook_is_complete_and_small(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert path.stat().st_size < MOST_BYTES
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(cell.source.strip() for cell in cells)
    assert all(output.output_type != "error" for output in outputs_of(notebook))
    assert not [output.text for output in outputs_of(notebook) if output.get("name") == "stderr"]


@by_name
def test_committed_views_are_read_by_this_version(path):
    check_views(nbformat.read(path, as_version=4), ORDERS[path])


@by_name
def test_committed_views_carry_both_keys_a_picture_and_a_text(path):
    for output in outputs_of(nbformat.read(path, as_version=4)):
        keys = set(output.get("data", {}))
        assert keys <= {"text/plain", "text/html"} or keys == {
            VIEW_MIME,
            DATA_MIME,
            "image/png",
            "text/plain",
        }


@by_name
def test_a_committed_notebook_says_nothing_about_the_machine(path):
    notebook = nbformat.read(path, as_version=4)
    assert notebook.metadata == {
        "kernelspec": runner.KERNEL,
        "language_info": {"name": "python"},
    }
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    texts = [output.get("text", "") for output in outputs_of(notebook)]
    texts += [output.get("data", {}).get("text/plain", "") for output in outputs_of(notebook)]
    assert not [text for text in texts if re.search(r"(^|[\s'\"(])(/[a-z]|[A-Z]:\\)", text)]


def test_the_parameters_of_the_attack_are_tagged():
    notebook = nbformat.read(ONE_PIXEL, as_version=4)
    tagged = [
        cell for cell in code_cells(notebook) if "parameters" in cell.metadata.get("tags", [])
    ]
    assert len(tagged) == 1
    assert all(name in tagged[0].source for name in SMALL_BUDGET)


@pytest.fixture
def kernel(monkeypatch):
    """Kernels import the package of this checkout, like the tests."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    return monkeypatch


def check_run(path):
    before = path.read_bytes()
    notebook = runner.run(path)
    assert path.read_bytes() == before
    check_views(notebook, ORDERS[path])
    assert len(nbformat.writes(notebook).encode()) < MOST_BYTES_OF_A_RUN
    assert not [output.text for output in outputs_of(notebook) if output.get("name") == "stderr"]
    return notebook


@pytest.mark.slow
def test_the_quickstart_runs(kernel):
    pytest.importorskip("sklearn")
    check_run(QUICKSTART)


@pytest.mark.slow
def test_the_search_for_the_divergence_runs(kernel):
    pytest.importorskip("sklearn")
    notebook = check_run(FIND)
    (table,) = [output for output in outputs_of(notebook) if "text/html" in output.get("data", {})]
    assert "1 − max softmax" in table.data["text/plain"]


@pytest.mark.slow
def test_the_one_pixel_attack_runs_with_a_small_budget(kernel):
    pytest.importorskip("torch")
    try:
        datasets.load("fashion-mnist")
    except OSError as failure:
        pytest.skip(
            f"Fashion-MNIST is missing (Debian: apt install dataset-fashion-mnist): {failure}"
        )
    for name, value in SMALL_BUDGET.items():
        kernel.setenv(name, value)
    check_run(ONE_PIXEL)


# ------------------------------------------------------------------------------ datasets


@pytest.fixture
def no_folders(monkeypatch, tmp_path):
    """No data on this machine; downloads are answered by what the test puts into `web`."""
    web = {}

    def urlopen(url, timeout):
        if url not in web:
            raise urllib.error.URLError("no such page")
        return io.BytesIO(web[url])

    monkeypatch.delenv("ND_EXAMPLE_DATA", raising=False)
    monkeypatch.setattr(datasets, "DOWNLOADS", tmp_path / "data")
    monkeypatch.setattr(datasets, "FOLDERS", (tmp_path / "data",))
    monkeypatch.setattr(datasets.urllib.request, "urlopen", urlopen)
    return web


def idx_file(values):
    sizes = np.array(values.shape, ">i4").tobytes()
    return bytes([0, 0, 8, values.ndim]) + sizes + values.astype(np.uint8).tobytes()


@pytest.fixture
def fashion(monkeypatch):
    """Tiny files in the place of Fashion-MNIST, by name."""
    rng = np.random.default_rng(0)
    files = {}
    for part, count in (("train", 7), ("t10k", 3)):
        files[f"{part}-images-idx3-ubyte"] = idx_file(rng.integers(0, 256, (count, 28, 28)))
        files[f"{part}-labels-idx1-ubyte"] = idx_file(np.arange(count))
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    monkeypatch.setattr(datasets, "FASHION_SHA256", sums)
    return files


def test_fashion_mnist_is_downloaded_once_checked_and_kept(no_folders, fashion):
    first, second = datasets.FASHION_URLS
    for name, content in fashion.items():
        no_folders[f"{first}{name}.gz"] = b"<html>sign in</html>"
        no_folders[f"{second}{name}.gz"] = gzip.compress(content)
    loaded = datasets.load("fashion-mnist")
    assert loaded.train.x.shape == (7, 28, 28, 1)
    assert loaded.test.y.tolist() == [0, 1, 2]
    images = fashion["t10k-images-idx3-ubyte"]
    assert loaded.test.x.tobytes() == images[16:]
    no_folders.clear()
    again = datasets.load("fashion-mnist")
    assert np.array_equal(again.train.x, loaded.train.x)


def test_wrong_files_are_refused(no_folders, fashion, tmp_path, monkeypatch):
    with pytest.raises(OSError, match=r"could not be downloaded .* ND_EXAMPLE_DATA"):
        datasets.load("fashion-mnist")
    assert not (tmp_path / "data").exists()
    monkeypatch.setenv("ND_EXAMPLE_DATA", str(tmp_path))
    for name, content in fashion.items():
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content[:-1] + b"\x63"))
    with pytest.raises(ValueError, match=r"train-images.* not the file that was expected"):
        datasets.load("fashion-mnist")
    with pytest.raises(ValueError, match="unknown dataset"):
        datasets.load("mnist")


def test_cifar_10_is_read_from_its_binary_archive(no_folders, monkeypatch):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (6, 2, 32, 32, 3), dtype=np.uint8)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for batch, part in enumerate(pictures):
            rows = [bytes([batch]) + picture.transpose(2, 0, 1).tobytes() for picture in part]
            name = "test_batch" if batch == 5 else f"data_batch_{batch + 1}"
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            member.size = sum(map(len, rows))
            archive.addfile(member, io.BytesIO(b"".join(rows)))
    content = packed.getvalue()
    monkeypatch.setattr(datasets, "CIFAR_SHA256", hashlib.sha256(content).hexdigest())
    no_folders[datasets.CIFAR_URLS[0] + datasets.CIFAR_FILE] = content
    loaded = datasets.load("cifar10")
    assert np.array_equal(loaded.train.x, pictures[:5].reshape(10, 32, 32, 3))
    assert np.array_equal(loaded.test.x, pictures[5])
    assert loaded.train.y.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert loaded.class_names[3] == "cat"
