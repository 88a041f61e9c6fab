"""Recordings in NumPy archives."""

import contextlib
import tracemalloc
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
    "objects alone": ({"a": OBJECTS}, "never loaded"),
    "classes": ({"layer/a": VALUES, "labels": LABELS + 2 * 10**9}, "2,000,000,002 classes"),
    "objects as labels": ({"layer/a": VALUES, "labels": OBJECTS}, "never loaded"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_with_the_reason(archive, case):
    arrays, reason = REFUSED[case]
    with pytest.raises(nd.FormatError, match=reason):
        nd.load(archive(**arrays))


def test_objects_that_no_layer_needs_are_not_even_read(archive):
    assert nd.load(archive(**{"layer/a": VALUES, "notes": OBJECTS})).count == 4


@pytest.mark.parametrize("foreign", [OBJECTS, np.zeros(3, "f4,i4"), np.ndarray(3, "<U0")])
def test_what_is_no_array_of_numbers_or_text_is_no_layer(archive, foreign):
    recording = nd.load(archive(notes=foreign, a=VALUES, labels=LABELS))
    assert [layer.name for layer in recording.layers] == ["a"]


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


def test_a_damaged_array_is_never_left_out(archive):
    path = archive(a=VALUES, damaged=VALUES + 12)
    whole = path.read_bytes()
    for content in (whole.replace(b"<f8", b"<q8"), whole.replace(np.float64(13), b"x" * 8)):
        assert content != whole
        path.write_bytes(content)
        with pytest.raises(nd.FormatError, match=r"damaged \("):
            nd.load(path)


def npy(descr, shape, data=b"", version=b"\x01\x00"):
    header = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}}}\n".encode()
    length = len(header).to_bytes(2 if version[0] == 1 else 4, "little")
    return b"\x93NUMPY" + version + length + header + data


HOSTILE = {
    "endless texts of no length": (npy("<U0", (2**40,)), "dtype <U0"),
    "a long text": (npy("<U70000", (1,), bytes(280_000)), "dtype <U70000"),
    "many texts": (npy("<U1", (100_001,), bytes(400_004)), "100,001 texts, more than 100,000"),
    "no Unicode": (npy("<U1", (1,), b"\xff" * 4), "not Unicode"),
    "a terabyte": (npy("<U1", (2**38,), bytes(4)), "needs 1099511627776 bytes, found 4"),
    "negative lengths": (npy("<U1", (-1, -1), bytes(4)), "invalid shape"),
    "truths": (npy("<U1", (True, 1), bytes(4)), "invalid shape"),
    "long lengths": (npy("<U1", (10**4000, 10**4000)), "invalid shape"),
    "another version": (npy("<U1", (1,), bytes(4), b"\x09\x00"), "not an array of NumPy"),
    "a long header": (npy("<U1", (1,) * 9000), "not an array of NumPy"),
    "no dict": (b"\x93NUMPY\x01\x00\x05\x00[1]\n\n", "not an array of NumPy"),
    "keys of all kinds": (npy("<U1", "(), 1: 2"), "not an array of NumPy"),
}


@pytest.mark.parametrize("key", ["class_names", "name"])
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_texts_are_refused_before_memory_is_taken(archive, key, case):
    path = archive(**{"layer/a": VALUES, "labels": LABELS})
    member, reason = HOSTILE[case]
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{key}.npy", member)
    tracemalloc.start()
    try:
        with pytest.raises(nd.FormatError, match=reason):
            nd.load(path)
        assert tracemalloc.get_traced_memory()[1] < 4e6
    finally:
        tracemalloc.stop()


def declare(path, size):
    """Let the last member of an archive say that it has this size."""
    content = bytearray(path.read_bytes())
    place = content.rindex(b"PK\x01\x02") + 24
    content[place : place + 4] = size.to_bytes(4, "little")
    path.write_bytes(content)


def test_an_archive_that_unpacks_to_more_than_a_gibibyte_is_refused(archive):
    path = archive(a=VALUES, b=VALUES)
    declare(path, 2**30)
    with pytest.raises(nd.FormatError, match=r"archive: unpacks to 1,073,\d{3},\d{3} bytes"):
        nd.load(path)


def test_no_member_unpacks_to_more_than_it_declares(tmp_path):
    path = tmp_path / "x.npz"
    np.savez_compressed(path, a=np.zeros((1000, 2000)))
    declare(path, 1000)
    tracemalloc.start()
    try:
        with pytest.raises(nd.FormatError, match="damaged"):
            nd.load(path)
        assert tracemalloc.get_traced_memory()[1] < 4e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_numpy_packs_is_unpacked(archive, packing):
    path = archive(labels=LABELS)
    with zipfile.ZipFile(path, "a", packing) as file:
        file.writestr("layer/a.npy", npy("<f4", (1, 1), bytes(4)))
    with pytest.raises(nd.FormatError, match="packed in an unknown way"):
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
