"""What every exporter provides, and how it says what it cannot do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from ..preprocess import Layout
from .net import Net, Unsupported, Value

__all__ = ["ExportError", "Exported", "Exporter", "named"]


class ExportError(ValueError):
    """A model cannot be exported; the message names the layer."""


@dataclass(frozen=True)
class Exported:
    """A model as a network.

    Attributes
    ----------
    net
    input_shape
        What the model takes, without the batch: pictures in their layout, in this shape.
    layout
    output
        What the model returns; of several the first, or ``"logits"``.
    sites
        What its layers put out, by the names under which they are recorded.
    """

    net: Net
    input_shape: tuple[int, ...]
    layout: Layout
    output: Value
    sites: Mapping[str, Value]


class Exporter(Protocol):
    """A way out of one framework."""

    def __call__(self, model: Any, shape: tuple[int, int, int], layout: Layout | None) -> Exported:
        """Export a model that takes pictures [height, width, channels] in a layout.

        Without a layout the framework's own.

        Raises
        ------
        ExportError
            A layer has nothing in TensorFlow.js that computes the same.
        """
        ...


@contextmanager
def named(name: str, kind: str) -> Iterator[None]:
    """Name the layer, and its kind, that is unsupported in here."""
    try:
        yield
    except Unsupported as error:
        raise ExportError(
            f"invalid model: layer {name!r} ({kind}) cannot be exported: {error}; "
            "docs/python.md lists the layers that can"
        ) from None
