import io
import json
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors import safe_open
from safetensors.numpy import save

from neuraldivergence import layout
from neuraldivergence.layout import Block, Rows

DTYPES = ["?", "u1", "i1", "<i2", "<u2", "<f2", "<i4", "<u4", "<f4", "<f8", "<i8"]
tensors = st.dictionaries(
    st.text("abé0.", min_size=1, max_size=3),
    st.sampled_from(DTYPES).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(max_dims=4, min_side=0, max_side=5))
    ),
    max_size=6,
)


def whole(block):
    return block.read(0, block.size_bytes)


def lazily(array):
    return Rows(array.dtype, array.shape, lambda begin, end: array[begin:end])


def written(block):
    file = io.BytesIO()
    block.write(file)
    return file.getvalue()


@given(tensors=tensors)
def test_tensors_lie_as_safetensors_lays_them_out(tensors):
    ours, theirs = whole(Block(tensors, {"id": ""})), save(tensors)
    headers, data = [], []
    for block in (ours, theirs):
        length = int.from_bytes(block[:8], "little")
        headers.append(json.loads(block[8 : 8 + length]))
        data.append(block[8 + length :])
    headers[0].pop("__metadata__")
    assert headers[0] == headers[1]
    assert list(headers[0]) == list(headers[1])
    assert data[0] == data[1]


@settings(deadline=None)
@given(tensors=tensors, places=st.lists(st.integers(0, 900)), piece_bytes=st.integers(1, 99))
def test_however_a_block_is_made_its_bytes_are_the_same(tensors, places, piece_bytes):
    lazy = {name: lazily(array) if array.ndim else array for name, array in tensors.items()}
    expected = whole(Block(tensors, {"id": "", "name": "x"}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "PIECE_BYTES", piece_bytes)
        for block in (
            Block(lazy, {"id": "", "name": "x"}),
            Block(tensors, {"id": "", "name": "x"}),
        ):
            assert block.size_bytes == len(expected)
            assert written(block) == expected
            bounds = sorted({0, len(expected), *(place % (len(expected) + 1) for place in places)})
            parts = [block.read(begin, end) for begin, end in pairwise(bounds)]
            assert b"".join(parts) == expected
    for begin in places:
        assert block.read(begin, begin + 7) == expected[begin : begin + 7]


def test_the_id_is_the_same_found_before_writing_or_on_the_way():
    tensors = {"a": np.arange(12.0).reshape(3, 4)}
    asked, unasked = Block(tensors, {"id": ""}), Block(tensors, {"id": ""})
    id = asked.id
    assert written(asked) == written(unasked)
    assert unasked.id == id
    assert unasked.descriptor == {"id": id}


def test_safetensors_opens_a_block_with_rows_that_are_made_late(tmp_path):
    rows = np.arange(12, dtype=np.float32).reshape(4, 3)
    block = Block({"rows": lazily(rows), "bytes": np.ones((2, 1), np.uint8)}, {"id": ""})
    path = tmp_path / "x.safetensors"
    path.write_bytes(whole(block))
    with safe_open(path, "numpy") as file:
        assert json.loads(file.metadata()["neuraldivergence"]) == block.descriptor
        assert np.array_equal(file.get_tensor("rows"), rows)
        assert file.get_tensor("bytes").tolist() == [[1], [1]]


def test_arrays_in_any_memory_layout_are_laid_out_row_by_row():
    array = np.arange(12.0).reshape(3, 4)
    tensors = ({"a": array}, {"a": np.asfortranarray(array)}, {"a": array.astype(">f8")})
    assert len({whole(Block(one, {"id": ""})) for one in tensors}) == 1


def test_a_header_above_the_limit_is_refused():
    with pytest.raises(ValueError, match="names and descriptor need"):
        Block({}, {"id": "", "name": "x" * 2**24})


def test_a_large_block_is_never_in_memory_as_a_whole(tmp_path):
    rows = np.zeros((2**15, 2**10), np.float32)
    block = Block({"a": rows, "b": lazily(rows)}, {"id": ""})
    tracemalloc.start()
    with open(tmp_path / "x", "wb") as file:
        block.write(file)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert block.size_bytes > 2**28
    assert peak_bytes < 2**24
