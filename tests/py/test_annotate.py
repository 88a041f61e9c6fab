"""Groups and columns of samples: what may be given, what is kept, and how it is stored."""

import dataclasses

import numpy as np
import pytest
from conftest import parts_of
from hypothesis import given, settings
from hypothesis import strategies as st

import neuraldivergence as nd
from neuraldivergence.filing import file_block
from neuraldivergence.layout import write_block
from neuraldivergence.summary import brief, summarised
from neuraldivergence.wire import from_block, to_block


@pytest.fixture
def four():
    """Four samples of three classes, not in the order of their labels."""
    return nd.Recording.from_arrays({"a": np.eye(4)}, labels=[2, 0, 1, 0], name="Four")


MASK = [True, False, False, True]
SAMPLES = {
    "mask": MASK,
    "array of booleans": np.array(MASK),
    "rows": [0, 3],
    "rows in another order": np.array([3, 0], np.uint8),
    "rows of big-endian": np.array([0, 3], ">i8"),
}


@pytest.mark.parametrize("samples", SAMPLES.values(), ids=SAMPLES)
def test_a_group_is_given_by_a_mask_or_by_rows(four, samples):
    recording = four.with_group("ends", samples, color="#123456")
    (group,) = recording.groups
    assert (group.id, group.name, group.color, group.size) == ("g0", "ends", "#123456", 2)
    assert group.mask.tolist() == MASK
    assert not group.mask.flags.writeable
    assert four.groups == ()


def test_a_group_may_be_empty_and_ids_do_not_repeat(four):
    recording = four.with_group("none", []).with_group("no one", [False] * 4).with_group("two", [1])
    assert [group.size for group in recording.groups] == [0, 0, 1]
    assert [group.id for group in recording.groups] == ["g0", "g1", "g2"]


BAD_GROUPS = {
    "short mask": ("x", [True, False], None, ValueError, "a mask of 2 for 4 samples"),
    "row above": ("x", [0, 4], None, ValueError, "unknown sample in group 'x': 4; .* 0 … 3"),
    "row below": ("x", [-1], None, ValueError, "unknown sample in group 'x': -1"),
    "mask of numbers": ("x", [0, 1, 1, 0], None, ValueError, "sample 0 is there 2 times"),
    "floats": ("x", [0.0, 1.0], None, TypeError, "dtype float64; give a mask"),
    "texts": ("x", ["a"], None, TypeError, "give a mask of booleans"),
    "table": ("x", [[True]], None, ValueError, r"shape \(1, 1\); give one axis"),
    "one number": ("x", 3, None, ValueError, r"shape \(\)"),
    "color": ("x", [0], "red", ValueError, "invalid color: 'red'"),
    "name": (3, [0], None, TypeError, "invalid group name: 3"),
    "name twice": ("first", [0], None, ValueError, "repeated group: 'first' is there already"),
}


@pytest.mark.parametrize(
    ("name", "samples", "color", "error", "message"), BAD_GROUPS.values(), ids=BAD_GROUPS
)
def test_what_is_no_group_is_refused(four, name, samples, color, error, message):
    with pytest.raises(error, match=message):
        four.with_group("first", [0]).with_group(name, samples, color=color)


class Categorical:
    """What is used of pandas' categorical."""

    categories = ("low", "high", "never")
    codes = np.array([1, 0, -1, 1], np.int8)


class Series:
    cat = Categorical()


NaN = float("nan")
COLUMNS = {
    "texts": (["b", "a", "b", "c"], np.int32, [1, 0, 1, 2], ("a", "b", "c")),
    "texts of NumPy": (np.array(["b", "a", "b", "b"]), np.int32, [1, 0, 1, 1], ("a", "b")),
    "texts, one not known": (["b", None, "b", NaN], np.int32, [0, -1, 0, -1], ("b",)),
    "a categorical": (Categorical(), np.int32, [1, 0, -1, 1], ("low", "high", "never")),
    "a series of it": (Series(), np.int32, [1, 0, -1, 1], ("low", "high", "never")),
    "booleans": ([True, False, True, True], np.int32, [1, 0, 1, 1], ("false", "true")),
    "booleans, one not known": ([True, None, 0 > 1, True], np.int32, [1, -1, 0, 1], None),
    "float32": (np.array([1, 2, NaN, 4], np.float32), np.float32, [1, 2, NaN, 4], None),
    "float16": (np.array([1, 2, 3, 4], np.float16), np.float32, [1, 2, 3, 4], None),
    "float64": ([0.1, 2, 3, 4], np.float64, [0.1, 2, 3, 4], None),
    "whole numbers": ([1, 2, 3, 2**53], np.float64, [1, 2, 3, 2**53], None),
    "numbers, one not known": ([1, None, 2.5, 4], np.float64, [1, NaN, 2.5, 4], None),
    "nothing known": ([None] * 4, np.float64, [NaN] * 4, None),
    "infinities": ([np.inf, -np.inf, 0, 1], np.float64, [np.inf, -np.inf, 0, 1], None),
}
COLUMNS["booleans, one not known"] = (*COLUMNS["booleans, one not known"][:3], ("false", "true"))


@pytest.mark.parametrize(
    ("values", "dtype", "expected", "categories"), COLUMNS.values(), ids=COLUMNS
)
def test_a_column_holds_texts_or_numbers(four, values, dtype, expected, categories):
    recording = four.with_column("x", values)
    (column,) = recording.columns
    assert (column.name, column.categories) == ("x", categories)
    assert column.values.dtype == dtype
    np.testing.assert_array_equal(column.values, expected)
    assert not column.values.flags.writeable
    assert from_block(to_block(recording)[1]) == recording
    assert four.columns == ()


BAD_COLUMNS = {
    "short": ([1, 2], ValueError, "invalid column 'x': 2 values for 4 samples"),
    "table": (np.eye(4), ValueError, r"shape \(4, 4\); give one axis"),
    "ragged": ([[1], [2, 3], 1, 2], ValueError, "invalid column 'x'"),
    "mixed": (["a", 1, 2, 3], TypeError, "holds number and text"),
    "mixed objects": (["a", 1, None, True], TypeError, "holds number and text and truth value"),
    "bytes": ([b"a"] * 4, TypeError, "give texts, numbers or booleans"),
    "complex": ([1j] * 4, TypeError, "dtype complex128"),
    "objects": ([object()] * 4, TypeError, "holds object"),
    "dates": (np.arange(4).astype("datetime64[D]"), TypeError, "dtype datetime64"),
    "beyond 2^53": ([1, 2, 3, 2**53 + 2], ValueError, "beyond 2\\^53 are not exact; give texts"),
    "beyond 2^64": ([1, 2, 3, 2**70], ValueError, "beyond 2\\^53"),
}


@pytest.mark.parametrize(("values", "error", "message"), BAD_COLUMNS.values(), ids=BAD_COLUMNS)
def test_what_is_no_column_is_refused(four, values, error, message):
    with pytest.raises(error, match=message):
        four.with_column("x", values)


def test_a_column_has_a_name_of_its_own_and_not_too_many_texts(four):
    with pytest.raises(ValueError, match="repeated column: 'x' is there already"):
        four.with_column("x", [1, 2, 3, 4]).with_column("x", [1, 2, 3, 4])
    with pytest.raises(TypeError, match="invalid column name: None"):
        four.with_column(None, [1, 2, 3, 4])
    many = nd.Recording.from_arrays({"a": np.zeros((10_001, 1))})
    with pytest.raises(ValueError, match="10,001 different texts, at most 10,000"):
        many.with_column("x", [str(row) for row in range(10_001)])


def test_instances_and_summaries_keep_them(four):
    recording = four.with_column("x", [1, 2, 3, 4]).with_group("ends", MASK)
    changed = summarised(recording.with_instance(sample=1))
    assert changed.columns == recording.columns
    assert changed.groups == recording.groups
    assert from_block(to_block(changed)[1]) == changed


def test_the_descriptor_names_them_only_where_there_are_some(four):
    descriptor, _ = to_block(four)
    assert "groups" not in descriptor
    assert "columns" not in descriptor["samples"]


@st.composite
def recordings(draw):
    count = draw(st.integers(1, 20))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    recording = nd.Recording.from_arrays(
        {"a": rng.standard_normal((count, 2)).astype(np.float32)},
        labels=rng.integers(-1, 3, count),
        class_names=["a", "b", "c"],
    )
    for index in range(draw(st.integers(0, 3))):
        recording = recording.with_group(f"group {index}", rng.random(count) < 0.5)
        texts = rng.choice(np.array(["x", "y", None], object), count)
        numbers = rng.choice([0.5, np.nan], count).astype(rng.choice([np.float32, np.float64]))
        recording = recording.with_column(f"texts {index}", texts)
        recording = recording.with_column(f"numbers {index}", numbers)
    return recording


@settings(deadline=None)
@given(recording=recordings())
def test_files_have_them_in_the_order_of_their_rows(recording):
    block = file_block(recording)
    content = block.read(0, block.size_bytes)
    assert from_block(content) == recording
    descriptor, tensors = parts_of(content)
    order = tensors.get("samples.order", np.arange(recording.count))
    for column, named in zip(
        recording.columns, descriptor["samples"].get("columns", []), strict=True
    ):
        np.testing.assert_array_equal(tensors[named["tensor"]], column.values[order])
    for group, named in zip(recording.groups, descriptor.get("groups", []), strict=True):
        packed = tensors[named["tensor"]]
        bits = [packed[row // 8] >> row % 8 & 1 for row in range(recording.count)]
        assert bits == group.mask[order].tolist()


def test_who_knows_only_columns_and_groups_in_rows_reads_a_sorted_file(four):
    recording = four.with_column("x", [1, 2, 3, 4]).with_group("ends", MASK)
    block = file_block(recording)
    descriptor, tensors = parts_of(block.read(0, block.size_bytes))
    descriptor["samples"].pop("order")
    seen = from_block(write_block(tensors, descriptor)[1])
    assert seen.labels.tolist() == [0, 0, 1, 2]
    assert seen.columns[0].values.tolist() == [2, 4, 3, 1]
    assert seen.groups[0].mask.tolist() == [False, True, False, True]


def test_the_committed_file_is_the_tiny_recording_with_groups(fixtures):
    from recordings import tiny_groups

    recording = nd.load(fixtures / "tiny.groups.ndiv")
    assert recording == tiny_groups()
    assert recording.columns[2].values.tolist() == list(range(120))


def test_beside_values_elsewhere_large_ones_are_left_out(four):
    rows = 40_000
    large = nd.Recording.from_arrays({"a": np.zeros((rows, 1), np.float32)})
    numbers = large.with_column("small", np.zeros(rows, np.float32)).with_group("g", [1])
    assert brief(summarised(numbers)).columns == numbers.columns
    more = numbers.with_column("x", np.zeros(rows, np.float32))
    assert len(summarised(more).columns) == 2
    reduced = brief(summarised(more))
    assert (reduced.columns, reduced.groups) == ((), ())
    texts = four.with_column("x", ["a" * 2**18, "b", "c", "d"])
    assert brief(summarised(texts)).columns == ()


def test_equality_looks_at_them(four):
    recording = four.with_column("x", [1, 2, 3, 4]).with_group("ends", MASK)
    again = four.with_column("x", [1, 2, 3, 4]).with_group("ends", [0, 3])
    assert recording == again
    assert recording != four.with_column("x", [1, 2, 3, 5]).with_group("ends", MASK)
    assert recording != dataclasses.replace(recording, groups=())
