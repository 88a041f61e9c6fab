"""Reads untrusted JSON and the tensors it names, with the path of every problem."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import FormatError
from .planes import from_planes

__all__ = ["Node", "Tensors"]

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


class Node:
    """A JSON value and its place. A missing field reads as null."""

    def __init__(self, value: Any, path: str) -> None:
        self.value = value
        self.path = path

    def __getitem__(self, key: str) -> "Node":
        if not isinstance(self.value, dict):
            self.refuse("an object")
        return Node(self.value.get(key), f"{self.path}.{key}" if self.path else key)

    def refuse(self, wanted: str) -> None:
        """Raise the error that says what was wanted and what was found."""
        found = "nothing" if self.value is None else repr(self.value)[:80]
        raise FormatError(self.path or "descriptor", f"expected {wanted}, found {found}")

    def items(self, *, least: int = 1, exactly: int | None = None) -> list["Node"]:
        """Return the items of a list."""
        if not isinstance(self.value, list):
            self.refuse("a list")
        count = len(self.value)
        if exactly is not None and count != exactly:
            raise FormatError(self.path, f"expected {exactly} items, found {count}")
        if count < least and exactly is None:
            raise FormatError(self.path, f"expected at least {least} items, found {count}")
        return [Node(item, f"{self.path}[{index}]") for index, item in enumerate(self.value)]

    def text(self) -> str:
        """Return a string."""
        if not isinstance(self.value, str):
            self.refuse("a string")
        return str(self.value)

    def text_or_none(self) -> str | None:
        """Return a string or None."""
        return None if self.value is None else self.text()

    def one_of(self, choices: tuple[str, ...]) -> str:
        """Return one of a few strings."""
        if not isinstance(self.value, str) or self.value not in choices:
            self.refuse(f"one of {', '.join(choices)}")
        return str(self.value)

    def color_or_none(self) -> str | None:
        """Return a colour ``#rrggbb`` or None."""
        if self.value is not None and not (
            isinstance(self.value, str) and _COLOR.fullmatch(self.value)
        ):
            self.refuse("a color #rrggbb")
        return self.value  # type: ignore[no-any-return]

    def whole(self, least: int = 0) -> int:
        """Return a whole number from 0, or more."""
        if type(self.value) is not int or not least <= self.value < 2**53:
            self.refuse("a whole number")
        return int(self.value)

    def index_or_none(self, limit: int) -> int | None:
        """Return a whole number below `limit`, or None."""
        if self.value is None:
            return None
        index = self.whole()
        if index >= limit:
            raise FormatError(self.path, f"{index} is outside 0 … {limit - 1}")
        return index

    def number(self) -> float:
        """Return a finite number."""
        if type(self.value) not in (int, float) or not math.isfinite(self.value):
            self.refuse("a number")
        return float(self.value)

    def number_or_none(self) -> float | None:
        """Return a finite number or None."""
        return None if self.value is None else self.number()

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            self.refuse("true or false")
        return bool(self.value)

    def record(self) -> dict[str, Any]:
        """Return an object as it is."""
        if not isinstance(self.value, dict):
            self.refuse("an object")
        return self.value  # type: ignore[no-any-return]

    def record_or_none(self) -> dict[str, Any] | None:
        """Return an object as it is, or None."""
        return None if self.value is None else self.record()

    def check_unique(self, values: Iterable[str], field: str | None = None) -> None:
        """Refuse a list in which two items share a field, or are the same."""
        seen: set[str] = set()
        for index, value in enumerate(values):
            if value in seen:
                place = f"{self.path}[{index}]" + (f".{field}" if field else "")
                raise FormatError(place, f"repeats {value[:80]!r}")
            seen.add(value)


class Tensors:
    """The tensors of a block, asked for by the descriptor's fields."""

    def __init__(self, by_name: Mapping[str, NDArray[Any]]) -> None:
        self._by_name = by_name

    def get(
        self, node: Node, dtypes: tuple[str, ...], shape: tuple[int | None, ...]
    ) -> NDArray[Any]:
        """Return the tensor that `node` names; None in `shape` fits any size."""
        name = node.text()
        tensor = self._by_name.get(name)
        if tensor is None:
            raise FormatError(node.path, f"unknown tensor: {name[:80]!r}")
        if tensor.dtype.name not in dtypes:
            raise FormatError(
                node.path, f"expected dtype {' or '.join(dtypes)}, found {tensor.dtype.name}"
            )
        fits = len(shape) == tensor.ndim and all(
            wanted is None or wanted == found
            for wanted, found in zip(shape, tensor.shape, strict=True)
        )
        if not fits:
            expected = ["any" if wanted is None else wanted for wanted in shape]
            raise FormatError(node.path, f"expected shape {expected}, found {list(tensor.shape)}")
        return tensor

    def of_any_shape(self, node: Node, dtypes: tuple[str, ...]) -> NDArray[Any]:
        """Return the tensor that `node` names."""
        return self.get(node, dtypes, (None,) * self.rank(node))

    def rank(self, node: Node) -> int:
        """Return the number of axes of the tensor that `node` names; 0 when there is none."""
        tensor = self._by_name.get(node.text())
        return 0 if tensor is None else tensor.ndim

    def packed(self, node: Node, dtypes: tuple[str, ...], shape: tuple[int, ...]) -> NDArray[Any]:
        """Return the tensor that `node` names, also when it is stored as byte planes."""
        stored = self._by_name.get(node.text())
        if stored is None or stored.dtype != np.uint8:
            return self.get(node, dtypes, shape)
        planes = self.get(node, ("uint8",), (None, *reversed(shape)))
        by_bytes = {np.dtype(dtype).itemsize: dtype for dtype in dtypes}
        if len(planes) not in by_bytes:
            expected = " or ".join(map(str, by_bytes))
            raise FormatError(node.path, f"expected {expected} byte planes, found {len(planes)}")
        array = from_planes(planes, by_bytes[len(planes)])
        array.setflags(write=False)
        return array

    def doubles(self, node: Node, shape: tuple[int, ...]) -> NDArray[Any]:
        """Return a tensor of float64 or float32, also in byte planes, as float64."""
        array = self.packed(node, ("float64", "float32"), shape).astype(np.float64, copy=False)
        array.setflags(write=False)
        return array

    def optional(
        self, node: Node, dtypes: tuple[str, ...], shape: tuple[int | None, ...]
    ) -> NDArray[Any] | None:
        """Return the tensor that `node` names, or None when it names none."""
        return None if node.value is None else self.get(node, dtypes, shape)
