import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neuraldivergence.planes import from_planes, to_planes

ARRAYS = hnp.arrays(
    st.sampled_from(["uint16", "uint32", "float32", "float64"]),
    hnp.array_shapes(min_dims=2, max_dims=3, min_side=0, max_side=6),
)


@given(ARRAYS)
def test_an_array_survives_its_planes(array):
    planes = to_planes(array)
    assert planes.dtype == np.uint8
    assert planes.shape[1:] == array.shape[::-1]
    dtype = "float32" if len(planes) == 4 and array.dtype == "float64" else array.dtype
    again = from_planes(planes, dtype)
    assert again.dtype == dtype
    assert np.array_equal(again.astype(array.dtype), array, equal_nan=array.dtype.kind == "f")


def test_the_lowest_bytes_come_first_and_the_dimensions_last_to_first():
    planes = to_planes(np.uint16([[1, 2, 3], [256, 512, 1]]))
    assert planes.tolist() == [[[1, 0], [2, 0], [3, 1]], [[0, 1], [0, 2], [0, 0]]]


def test_float64_becomes_float32_where_that_loses_nothing():
    assert len(to_planes(np.array([0.5, np.nan, -(2.0**127)]))) == 4
    assert len(to_planes(np.array([0.1]))) == 8
    assert len(to_planes(np.array([1e300]))) == 8
