"""Recordings in NumPy archives."""

import contextlib
import zipfile

import numpy as np
import pytest

import neuraldivergence as nd

VALUES = np.arange(12.0).reshape(4, 3)
LABELS = np.array([0, 1, -1, 1])


@pytest.fixture
def archive(tmp_path):
    def write(**arrays):
        np.savez(tmp_path / "x.npz", **arrays)
        return tmp_path / "x.npz"

    return write


def test_prefixed_keys_are_layers_in_the_order_of_the_file(archive):
    images = np.arange(4 * 2 * 2 * 3, dtype=np.uint8).reshape(4, 2, 2, 3)
    path = archive(
        **{
            "layer/b": np.asfortranarray(VALUES.astype(">f4")),
            "activations/a/1": VALUES.astype(np.int16) - 5,
            "other": VALUES,
            "name": "LeNet ✓",
            "labels": LABELS,
            "predictions": np.array([1, 1, 0, -1], np.int8),
            "class_names": np.array(["cat", "ねこ"]),
            "images": images,
        }
    )
    expected = nd.Recording.from_arrays(
        {"b": VALUES.astype(">f4"), "a/1": VALUES.astype(np.int16) - 5},
        labels=LABELS,
        predictions=[1, 1, 0, -1],
        class_names=["cat", "ねこ"],
        images=images,
        name="LeNet ✓",
    )
    assert nd.load(path) == expected
    assert [layer.name for layer in nd.load(str(path)).layers] == ["b", "a/1"]


def test_without_a_prefix_tables_with_as_many_rows_as_labels_are_layers(archive):
    few = np.ones((2, 2))
    arrays = {"w": few, "v": few, "a": VALUES, "is": VALUES > 3, "vector": np.ones(4)}
    named = nd.load(archive(**arrays, labels=LABELS))
    assert [layer.name for layer in named.layers] == ["a", "is"]
    assert named.name == "x.npz"
    assert [item.name for item in named.classes] == ["class 0", "class 1"]
    assert [layer.name for layer in nd.load(archive(**arrays)).layers] == ["w", "v"]


def test_packed_archives_are_read(tmp_path):
    np.savez_compressed(tmp_path / "x.NPZ.npz", a=VALUES)
    assert np.array_equal(nd.load(tmp_path / "x.NPZ.npz").layers[0].activations, VALUES)


OBJECTS = np.array([{"a": 1}, None], dtype=object)
REFUSED = {
    "nothing": ({}, "arrays: no layer"),
    "no table": ({"labels": LABELS, "a": LABELS}, "no layer: none is a table"),
    "no table of these rows": ({"labels": LABELS, "a": np.ones((2, 2))}, "no table has 4 rows"),
    "rows": ({"layer/a": VALUES, "layer/b": VALUES[:3]}, "3 rows, but layer 'a' has 4"),
    "no neuron": ({"layer/a": VALUES[:, :0]}, "holds no values"),
    "rank": ({"layer/a": LABELS}, r"arrays\['layer/a'\]: int64 \(4,\), expected numbers"),
    "text": ({"layer/a": np.array([["x"]])}, "expected numbers"),
    "complex": ({"layer/a": VALUES * 1j}, "expected numbers"),
    "one name twice": ({"layer/a": VALUES, "activations/a": VALUES}, "another layer has this"),
    "labels": ({"layer/a": VALUES, "labels": LABELS[:2]}, "2 labels for 4 samples"),
    "a label": ({"layer/a": VALUES, "labels": LABELS - 1}, "row 2 holds -2"),
    "float labels": ({"layer/a": VALUES, "labels": LABELS * 0.5}, r"\['labels'\]: dtype float64"),
    "class names": ({"layer/a": VALUES, "class_names": LABELS}, "expected text"),
    "images": ({"layer/a": VALUES, "images": VALUES}, r"\['images'\]: dtype float64"),
    "names": ({"layer/a": VALUES, "name": np.array(["a", "b"])}, "expected one text"),
    "objects": ({"layer/a": OBJECTS}, "Python objects are never loaded"),
    "objects as labels": ({"layer/a": VALUES, "labels": OBJECTS}, "never loaded"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_with_the_reason(archive, case):
    arrays, reason = REFUSED[case]
    with pytest.raises(nd.FormatError, match=reason):
        nd.load(archive(**arrays))


def test_objects_that_no_layer_needs_are_not_even_read(archive):
    assert nd.load(archive(**{"layer/a": VALUES, "notes": OBJECTS})).count == 4


class Evil:
    def __reduce__(self):
        return (pytest.fail, ("unpickled",))


def test_nothing_is_unpickled(archive, tmp_path):
    path = archive(**{"layer/a": np.array([[Evil()]], dtype=object)})
    with pytest.raises(nd.FormatError, match="never loaded"):
        nd.load(path)
    np.array([Evil()], dtype=object).dump(tmp_path / "y.npz")
    with pytest.raises(nd.FormatError, match=r"not a .npz archive"):
        nd.load(tmp_path / "y.npz")


@pytest.mark.parametrize("content", [b"", b"PK", b"x" * 99, b"PK\x03\x04" + b"\x00" * 50])
def test_another_file_is_refused(tmp_path, content):
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(nd.FormatError, match="archive"):
        nd.load(tmp_path / "x.npz")


def test_one_array_alone_is_refused(tmp_path):
    with open(tmp_path / "x.npz", "wb") as file:
        np.save(file, VALUES)
    with pytest.raises(nd.FormatError, match="one array alone"):
        nd.load(tmp_path / "x.npz")


def test_damaged_archives_are_refused_wherever_they_are_damaged(archive):
    path = archive(**{"layer/a": VALUES, "labels": LABELS})
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 3):
            damaged[place] = rng.integers(0, 256)
        path.write_bytes(damaged[: rng.integers(1, len(whole) + 1)])
        with contextlib.suppress(nd.FormatError):
            nd.load(path)


def test_other_members_than_arrays_are_refused_as_layers(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as file:
        file.writestr("layer/a", "text")
    with pytest.raises(nd.FormatError, match="not an array of NumPy"):
        nd.load(tmp_path / "x.npz")


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        nd.load(tmp_path / "x.npz")


def test_the_fixture_that_the_browser_reads_is_the_recording_of_its_arrays(fixtures):
    assert nd.load(fixtures / "tiny.npz") == nd.load(fixtures / "tiny.npz.ndiv")
