"""Arrays as users have them → a recording: casts, checks, and errors that say where."""

import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import CastWarning
from .recording import Activations, Class, Layer, Recording

__all__ = [
    "as_activations",
    "as_color",
    "as_images",
    "as_name",
    "frozen",
    "recording_from_arrays",
]

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_REDUCTIONS = (None, "mean", "max", "position")
_MAX_UNNAMED = 10_000
"""Each class takes memory; without names a label could ask for any number of them."""


def recording_from_arrays(
    layers: Mapping[str, ArrayLike],
    *,
    labels: ArrayLike | None,
    class_names: Sequence[str] | None,
    predictions: ArrayLike | None,
    images: ArrayLike | None,
    name: str,
    kinds: Mapping[str, str] | None,
    reductions: Mapping[str, str | None] | None,
    neuron_names: Mapping[str, Sequence[str]] | None,
    source_dtypes: Mapping[str, str | None] | None,
    colors: Mapping[str, str] | Sequence[str | None] | None,
) -> Recording:
    """Make a recording; see `Recording.from_arrays`."""
    if not isinstance(layers, Mapping):
        raise TypeError(
            f"invalid layers: {type(layers).__name__}; give a mapping of layer name to array "
            "[samples, neurons]"
        )
    if not layers:
        raise ValueError("invalid layers: empty; give at least one layer")
    options = {
        "kinds": kinds or {},
        "reductions": reductions or {},
        "neuron_names": neuron_names or {},
        "source_dtypes": source_dtypes or {},
    }
    for option, by_layer in options.items():
        _check_known(by_layer, layers, option)
    made = tuple(
        _layer(
            as_name(layer, "layer name"),
            values,
            kind=options["kinds"].get(layer, "dense"),
            reduction=options["reductions"].get(layer),
            neuron_names=options["neuron_names"].get(layer),
            source_dtype=options["source_dtypes"].get(layer),
        )
        for layer, values in layers.items()
    )
    count = _common_count(made)
    names, rows = _classes(labels, predictions, class_names, count)
    pictures = None if images is None else as_images(images, "images")
    if pictures is not None and len(pictures) != count:
        raise ValueError(f"invalid images: {len(pictures)} images for {count} samples")
    return Recording(
        name=as_name(name, "name"),
        count=count,
        layers=made,
        classes=_with_colors(names, colors),
        labels=rows[0],
        predictions=rows[1],
        images=pictures,
        image_samples=None if pictures is None else frozen(np.arange(count, dtype=np.int32)),
    )


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return `array` itself when nothing can write to it, otherwise a read-only copy."""
    base: object = array
    while isinstance(base, np.ndarray) and not base.flags.writeable:
        base = base.base
    is_writeable = isinstance(base, np.ndarray)
    result = np.array(array, order="C") if is_writeable else np.ascontiguousarray(array)
    result.setflags(write=False)
    return result


def as_activations(values: ArrayLike, path: str) -> tuple[Activations, str | None]:
    """Cast to float32 or keep float16, read-only.

    Returns
    -------
    activations : float32 or float16 array
    source_dtype : str or None
        The dtype before a cast.
    """
    array, dtype = _as_numpy(values, path)
    if array.dtype in (np.float32, np.float16):
        return frozen(array), None if dtype == array.dtype.name else dtype
    with np.errstate(over="ignore", invalid="ignore"):
        cast_array = np.asarray(array, dtype=np.float32)
    if array.dtype.kind in "fiu":
        overflowed = int(np.count_nonzero(np.isinf(cast_array) & np.isfinite(array)))
        if overflowed:
            warnings.warn(
                f"{path}: {overflowed} finite {dtype} values are infinite as float32",
                CastWarning,
                stacklevel=2,
            )
    cast_array.setflags(write=False)
    return cast_array, dtype


def as_images(images: ArrayLike, path: str) -> NDArray[np.uint8]:
    """Check pictures and return them as read-only uint8 ``[n, height, width, 1 | 3 | 4]``."""
    array, _ = _as_numpy(images, path)
    if array.dtype.kind == "f":
        raise TypeError(
            f"invalid {path}: dtype {array.dtype}; give uint8, for values in 0 … 1: "
            "(x * 255).round().astype(np.uint8)"
        )
    if array.dtype != np.uint8:
        raise TypeError(f"invalid {path}: dtype {array.dtype}; give uint8")
    if array.ndim == 3:
        array = array[..., None]
    if array.ndim != 4 or array.shape[3] not in (1, 3, 4) or 0 in array.shape[1:]:
        raise ValueError(
            f"invalid {path}: shape {array.shape}; give [n, height, width] or "
            "[n, height, width, channels] with 1, 3 or 4 channels"
        )
    return frozen(array)


def as_name(name: Any, what: str) -> str:
    """Return a name that is a text."""
    if not isinstance(name, str):
        raise TypeError(f"invalid {what}: {name!r}; give a str")
    return name


def as_color(color: Any) -> str:
    """Return a colour that is ``#rrggbb``."""
    if not isinstance(color, str) or not _COLOR.fullmatch(color):
        raise ValueError(f"invalid color: {color!r}; give '#rrggbb'")
    return color


def _layer(
    name: str,
    values: ArrayLike,
    *,
    kind: Any,
    reduction: Any,
    neuron_names: Any,
    source_dtype: Any,
) -> Layer:
    path = f"layer {name!r}"
    activations, cast_from = as_activations(values, path)
    if activations.ndim != 2:
        raise ValueError(_shape_problem(path, activations.shape))
    if 0 in activations.shape:
        raise ValueError(f"invalid {path}: shape {activations.shape} holds no values")
    if reduction not in _REDUCTIONS:
        raise ValueError(f"unknown reduction: {reduction!r}; one of {_REDUCTIONS}")
    neurons = activations.shape[1]
    if neuron_names is not None and len(neuron_names) != neurons:
        raise ValueError(
            f"invalid neuron_names of {path}: {len(neuron_names)} names for {neurons} neurons"
        )
    instances = np.zeros((0, neurons), np.float32)
    return Layer(
        name=name,
        activations=activations,
        instances=frozen(instances),
        kind=str(kind),
        reduction=reduction,
        neuron_names=None if neuron_names is None else tuple(str(n) for n in neuron_names),
        source_dtype=source_dtype or cast_from,
    )


def _shape_problem(path: str, shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        hint = "for one neuron: A[:, None]"
    elif len(shape) > 2:
        axes = ", ".join(str(axis) for axis in range(1, len(shape) - 1))
        hint = (
            f"reduce it to one value a channel, for example A.mean(axis=({axes},)) when channels "
            "come last, or keep every unit with A.reshape(len(A), -1)"
        )
    else:
        hint = "one row a sample"
    return f"invalid {path}: shape {shape}; give [samples, neurons] ({hint})"


def _as_numpy(values: ArrayLike, path: str) -> tuple[NDArray[Any], str]:
    """Return real numbers as a NumPy array, and the name of the dtype they had."""
    foreign = cast(Any, values)
    dtype = None
    if hasattr(foreign, "detach") and hasattr(foreign, "cpu"):  # a torch tensor
        dtype = str(foreign.dtype).removeprefix("torch.")
        foreign = foreign.detach().cpu()
        if dtype.startswith(("bfloat16", "float8")):
            foreign = foreign.float()
        foreign = foreign.resolve_conj().resolve_neg().numpy()
    try:
        array = np.asarray(foreign)
    except ValueError as error:
        raise ValueError(f"invalid {path}: {error}") from error
    dtype = dtype or array.dtype.name
    if array.dtype.name.startswith(("bfloat16", "float8_", "float6_", "float4_", "int4", "uint4")):
        array = array.astype(np.float32)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"invalid {path}: dtype {dtype}; give real numbers")
    return array.astype(array.dtype.newbyteorder("="), copy=False), dtype


def _common_count(layers: tuple[Layer, ...]) -> int:
    counts = {layer.name: len(cast(Activations, layer.activations)) for layer in layers}
    first = layers[0].name
    for name, count in counts.items():
        if count != counts[first]:
            raise ValueError(
                f"invalid layer {name!r}: {count} rows, but layer {first!r} has {counts[first]}"
            )
    return counts[first]


def _classes(
    labels: ArrayLike | None,
    predictions: ArrayLike | None,
    class_names: Sequence[str] | None,
    count: int,
) -> tuple[list[str], list[NDArray[np.int32] | None]]:
    """Return the names of the classes, and labels and predictions as their indices."""
    if labels is None and predictions is None:
        if class_names is not None:
            raise ValueError("invalid class_names: given without labels or predictions")
        return ["all"], [frozen(np.zeros(count, np.int32)), None]
    given = {"labels": labels, "predictions": predictions}
    arrays = {path: _as_rows(rows, path, count) for path, rows in given.items()}
    names = _class_names(class_names, [rows for rows in arrays.values() if rows is not None])
    return names, [
        None if rows is None else _as_indices(rows, names, path) for path, rows in arrays.items()
    ]


def _as_rows(rows: ArrayLike | None, path: str, count: int) -> NDArray[Any] | None:
    if rows is None:
        return None
    foreign = cast(Any, rows)
    if hasattr(foreign, "detach") and hasattr(foreign, "cpu"):
        foreign = foreign.detach().cpu()
    array = np.asarray(foreign)
    if array.ndim != 1:
        raise ValueError(f"invalid {path}: shape {array.shape}; give one class a sample")
    if len(array) != count:
        raise ValueError(f"invalid {path}: {len(array)} {path} for {count} samples")
    if array.dtype.kind == "O" and all(isinstance(row, str) for row in array):
        array = array.astype(str)
    if array.dtype.kind not in "iuU":
        raise TypeError(f"invalid {path}: dtype {array.dtype}; give integers or class names")
    return array


def _class_names(given: Sequence[str] | None, arrays: list[NDArray[Any]]) -> list[str]:
    if given is not None:
        if isinstance(given, str) or not len(given):
            raise ValueError(f"invalid class_names: {given!r}; give at least one name")
        return [as_name(str(name), "class name") for name in given]
    texts = [array for array in arrays if array.dtype.kind == "U"]
    if texts:
        return sorted({str(text) for array in texts for text in np.unique(array)})
    highest = max(int(array.max(initial=-1)) for array in arrays)
    if highest < 0:
        raise ValueError("invalid labels: no sample has a class; give class_names")
    if highest >= _MAX_UNNAMED:
        raise ValueError(
            f"invalid labels: {highest + 1:,} classes, without names at most {_MAX_UNNAMED:,}; "
            "give class_names"
        )
    return [f"class {index}" for index in range(highest + 1)]


def _as_indices(rows: NDArray[Any], names: list[str], path: str) -> NDArray[np.int32]:
    indices = _looked_up(rows, names, path) if rows.dtype.kind == "U" else rows
    is_outside = (indices < -1) | (indices >= len(names))
    if is_outside.any():
        row = int(is_outside.argmax())
        raise ValueError(
            f"invalid {path}: row {row} holds {rows[row]!s}, but classes are "
            f"0 … {len(names) - 1} (-1 = none): {names[:10]}"
        )
    return frozen(indices.astype(np.int32))


def _looked_up(rows: NDArray[Any], names: list[str], path: str) -> NDArray[np.int64]:
    if len(set(names)) != len(names):
        raise ValueError(f"ambiguous {path}: class names repeat; give integers")
    index_of = {name: index for index, name in enumerate(names)}
    return np.array([index_of.get(str(row), len(names)) for row in rows], dtype=np.int64)


def _with_colors(
    names: list[str], colors: Mapping[str, str] | Sequence[str | None] | None
) -> tuple[Class, ...]:
    if colors is None:
        return tuple(Class(name) for name in names)
    if isinstance(colors, Mapping):
        _check_known(colors, names, "colors")
        colors = [colors.get(name) for name in names]
    if len(colors) != len(names):
        raise ValueError(f"invalid colors: {len(colors)} colors for {len(names)} classes")
    checked = [None if color is None else as_color(color) for color in colors]
    return tuple(Class(name, color) for name, color in zip(names, checked, strict=True))


def _check_known(given: Mapping[str, Any], known: Any, option: str) -> None:
    for name in given:
        if name not in known:
            raise ValueError(f"unknown name in {option}: {name!r}; there are {list(known)[:10]}")
