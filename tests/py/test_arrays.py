import ml_dtypes
import numpy as np
import pytest

import neuraldivergence as nd

A = np.arange(12, dtype=np.float32).reshape(4, 3)
LABELS = [0, 1, 0, 1]


def made(layers=None, **options):
    return nd.Recording.from_arrays({"a": A} if layers is None else layers, **options)


REFUSED = {
    "no layers": (lambda: made({}), ValueError, "at least one layer"),
    "a list of layers": (lambda: made([A]), TypeError, "mapping of layer name"),
    "a layer name that is a number": (lambda: made({1: A}), TypeError, "invalid layer name: 1"),
    "one axis": (lambda: made({"a": A[0]}), ValueError, r"shape \(3,\).*A\[:, None\]"),
    "a conv layer": (
        lambda: made({"c": np.zeros((4, 5, 5, 2))}),
        ValueError,
        r"layer 'c': shape \(4, 5, 5, 2\).*A\.mean\(axis=\(1, 2,\)\)",
    ),
    "no rows": (lambda: made({"a": A[:0]}), ValueError, "holds no values"),
    "no neurons": (lambda: made({"a": A[:, :0]}), ValueError, "holds no values"),
    "rows that differ": (
        lambda: made({"a": A, "b": A[:3]}),
        ValueError,
        "layer 'b': 3 rows, but layer 'a' has 4",
    ),
    "complex values": (lambda: made({"a": A + 1j}), TypeError, "dtype complex64"),
    "text values": (lambda: made({"a": np.array([["x"]])}), TypeError, "give real numbers"),
    "objects": (lambda: made({"a": np.array([[object()]])}), TypeError, "dtype object"),
    "ragged rows": (lambda: made({"a": [[1], [1, 2]]}), ValueError, "layer 'a'"),
    "too few labels": (lambda: made(labels=[0, 1]), ValueError, "2 labels for 4 samples"),
    "labels with axes": (
        lambda: made(labels=np.eye(4, dtype=int)),
        ValueError,
        "one class a sample",
    ),
    "float labels": (lambda: made(labels=[0.0] * 4), TypeError, "dtype float64"),
    "a label above": (
        lambda: made(labels=[0, 1, 2, 0], class_names=["x", "y"]),
        ValueError,
        r"labels: row 2 holds 2, but classes are 0 … 1",
    ),
    "a label below -1": (lambda: made(labels=[0, -2, 0, 0]), ValueError, "row 1 holds -2"),
    "a prediction above": (
        lambda: made(labels=LABELS, predictions=[0, 1, 0, 5], class_names=["x", "y"]),
        ValueError,
        "predictions: row 3 holds 5",
    ),
    "an unknown text label": (
        lambda: made(labels=["x", "y", "z", "x"], class_names=["x", "y"]),
        ValueError,
        "row 2 holds z",
    ),
    "text labels and repeated names": (
        lambda: made(labels=["x"] * 4, class_names=["x", "x"]),
        ValueError,
        "class names repeat",
    ),
    "no class names": (lambda: made(labels=LABELS, class_names=[]), ValueError, "at least one"),
    "one text as class names": (lambda: made(labels=LABELS, class_names="xy"), ValueError, "'xy'"),
    "class names without labels": (lambda: made(class_names=["x"]), ValueError, "without labels"),
    "no label at all": (lambda: made(labels=[-1] * 4), ValueError, "give class_names"),
    "float pictures": (
        lambda: made(images=np.zeros((4, 2, 2))),
        TypeError,
        r"\(x \* 255\)\.round\(\)\.astype\(np\.uint8\)",
    ),
    "int pictures": (lambda: made(images=np.zeros((4, 2, 2), int)), TypeError, "give uint8"),
    "two channels": (
        lambda: made(images=np.zeros((4, 2, 2, 2), np.uint8)),
        ValueError,
        "1, 3 or 4 channels",
    ),
    "too few pictures": (
        lambda: made(images=np.zeros((3, 2, 2), np.uint8)),
        ValueError,
        "3 images for 4 samples",
    ),
    "a kind of no layer": (lambda: made(kinds={"b": "conv"}), ValueError, "unknown name in kinds"),
    "an unknown reduction": (lambda: made(reductions={"a": "sum"}), ValueError, "'sum'"),
    "too few neuron names": (
        lambda: made(neuron_names={"a": ["x"]}),
        ValueError,
        "1 names for 3 neurons",
    ),
    "a colour by name": (lambda: made(labels=LABELS, colors=["red", None]), ValueError, "'red'"),
    "too few colours": (lambda: made(labels=LABELS, colors=[None]), ValueError, "1 colors for 2"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_with_the_reason(case):
    make, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("values", "dtype", "source"),
    [
        (A, np.float32, None),
        (A.astype(">f4"), np.float32, None),
        (A.astype(np.float16), np.float16, None),
        (A.astype(np.float64), np.float32, "float64"),
        (A.astype(int), np.float32, "int64"),
        (A > 3, np.float32, "bool"),
        (A.astype(ml_dtypes.bfloat16), np.float32, "bfloat16"),
        (A.tolist(), np.float32, "float64"),
    ],
    ids=lambda value: str(getattr(value, "dtype", value))[:20],
)
def test_casts_to_float32_and_notes_the_dtype(values, dtype, source):
    layer = made({"a": values}).layers[0]
    assert layer.activations.dtype == dtype
    assert layer.source_dtype == source
    assert np.array_equal(layer.activations, np.asarray(values).astype(np.float32))


def test_takes_torch_tensors():
    torch = pytest.importorskip("torch")
    values = torch.tensor(A, dtype=torch.bfloat16, requires_grad=True)
    recording = made({"a": values}, labels=torch.tensor(LABELS))
    assert recording.layers[0].source_dtype == "bfloat16"
    assert np.array_equal(recording.layers[0].activations, A)


def test_warns_when_values_overflow_float32():
    with pytest.warns(nd.CastWarning, match="layer 'a': 2 finite float64 values"):
        recording = made({"a": np.array([[1e300, 1.0], [-1e300, np.inf]])})
    assert np.isinf(recording.layers[0].activations).sum() == 3


def test_derives_classes_from_labels():
    assert [c.name for c in made(labels=[0, 2, -1, 0]).classes] == ["class 0", "class 1", "class 2"]
    texts = made(labels=["dog", "cat", "dog", "cat"])
    assert [c.name for c in texts.classes] == ["cat", "dog"]
    assert texts.labels.tolist() == [1, 0, 1, 0]
    assert [c.name for c in made().classes] == ["all"]
    predicted = made(predictions=[0, 1, 1, 1])
    assert predicted.labels is None
    assert len(predicted.classes) == 2


def test_colours_go_to_classes_by_name_or_position():
    by_name = made(labels=LABELS, class_names=["x", "y"], colors={"y": "#00ff00"})
    assert [c.color for c in by_name.classes] == [None, "#00ff00"]
    assert by_name == made(labels=LABELS, class_names=["x", "y"], colors=[None, "#00ff00"])


def test_nothing_can_change_a_recording(tiny):
    source = A.copy()
    recording = made({"a": source}, labels=LABELS)
    source[:] = 7
    assert recording.layers[0].activations[0, 0] == 0
    arrays = [tiny.labels, tiny.predictions, tiny.images, tiny.image_samples]
    arrays += [array for layer in tiny.layers for array in (layer.activations, layer.instances)]
    assert not any(array.flags.writeable for array in arrays)
    with pytest.raises(AttributeError):
        tiny.name = "other"


def test_read_only_arrays_are_not_copied():
    source = A.copy()
    source.setflags(write=False)
    assert np.shares_memory(made({"a": source}).layers[0].activations, source)
    view = A.copy()
    behind = view[:]
    behind.setflags(write=False)
    assert not np.shares_memory(made({"a": behind}).layers[0].activations, view)


def test_recordings_are_equal_by_value(tiny):
    from recordings import tiny as again

    assert tiny == again()
    assert tiny != made()
    assert made({"a": A * np.nan}) == made({"a": A * np.nan})
    assert made({"a": A}) != made({"a": A.astype(np.float16)})


def test_says_what_it_is(tiny):
    assert repr(tiny) == (
        "<Recording 'Tiny network': 120 samples, 4 classes, 3 instances; "
        "layers conv (6), dense_1 (12), dense_2 (8)>"
    )
