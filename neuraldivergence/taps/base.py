"""What every tap provides, and the words they share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from ..preprocess import Layout

__all__ = [
    "CaptureError",
    "Floats",
    "Loss",
    "Receive",
    "Reduce",
    "Reduced",
    "Site",
    "Tap",
    "leaves",
    "plan",
]


class CaptureError(ValueError):
    """A model, its inputs or the wanted layers cannot be recorded."""


Floats = npt.NDArray[np.float32]

Reduce = Literal["mean", "max", "none"] | tuple[int, ...]
"""How the values of one neuron over space become one value; a tuple is a position in space."""

Loss = Callable[[Any], Any]
"""A number, a tensor of the framework, of a converted batch."""

Receive = Callable[[str, Any, int | None], None]
"""Called once a firing: name of the site, its output (any nesting), axis of its neurons if known.

The batch is axis 0. The receiver keeps no reference to the output.
"""


@dataclass(frozen=True)
class Site:
    """A place in a model that can be recorded: a module or a layer.

    Attributes
    ----------
    name
        Name of the site in its model.
    kind
        Kind of layer, for example ``"dense"`` or ``"conv2d"``.
    neurons
        Number of neurons when the site alone tells it.
    default
        Whether it is recorded when no layers are named.
    """

    name: str
    kind: str
    neurons: int | None
    default: bool


@dataclass(frozen=True)
class Reduced:
    """The values of one firing: float32 [batch, neurons], and what the cast to float32 lost."""

    values: Floats
    dtype: str
    overflowed: int


class Tap(Protocol):
    """A way into one framework."""

    def original(self, model: Any) -> Any:
        """Return the model without wrappers, or raise CaptureError if it cannot be recorded."""
        ...

    def sites(self, model: Any) -> list[Site]:
        """List every site of the model, in its own order."""
        ...

    def listening(self, model: Any, receive: Receive) -> AbstractContextManager[None]:
        """Report every firing while inside, in inference mode; on leaving all is as before."""
        ...

    def as_input(self, model: Any, batch: Any) -> Any:
        """Convert one array of a batch to what the model takes, on the model's device."""
        ...

    def call(self, model: Any, batch: Any) -> Any:
        """Run the model on a converted batch and return its output."""
        ...

    def ready(self, model: Any, batch: Any) -> None:
        """Give the model the state that it lacks before its first call, if any."""
        ...

    def is_tensor(self, value: Any) -> bool:
        """Tell whether a value is a tensor of this framework that holds numbers."""
        ...

    def default_axis(self, shape: tuple[int, ...]) -> int:
        """Return the axis of the neurons of an output whose site does not tell."""
        ...

    def layout(self) -> Layout:
        """Return how the framework takes a picture."""
        ...

    def where(self, model: Any) -> str:
        """Return what computes, in words."""
        ...

    def refusal(self, tensor: Any) -> str | None:
        """Return why a tensor cannot be recorded, or None."""
        ...

    def reduced(self, tensor: Any, axis: int, reduce: Reduce) -> Reduced:
        """Copy a tensor [batch, ...] to float32 [batch, neurons]. The neurons lie on ``axis``."""
        ...

    def gradient(self, loss: Loss, batch: Any) -> Floats:
        """Return the gradient of a loss in a converted batch, float32 of its shape."""
        ...

    def cross_entropy(self, scores: Any, label: int, are_probabilities: bool) -> Any:
        """Return the sum over the rows of scores [batch, classes] of −log p of one class."""
        ...


def leaves(value: Any, is_tensor: Callable[[Any], bool]) -> Iterator[tuple[str, Any]]:
    """Yield every tensor in nested tuples, lists and mappings with its path, like ``[0]['x']``.

    Whatever else is in there, None included, is skipped.
    """
    if is_tensor(value):
        yield "", value
    elif isinstance(value, Mapping):
        yield from _below(value.items(), is_tensor)
    elif isinstance(value, list | tuple):
        yield from _below(enumerate(value), is_tensor)


def _below(items: Any, is_tensor: Callable[[Any], bool]) -> Iterator[tuple[str, Any]]:
    key: Hashable
    for key, value in items:
        for path, tensor in leaves(value, is_tensor):
            yield f"[{key!r}]{path}", tensor


def plan(
    shape: tuple[int, ...], axis: int, reduce: Reduce
) -> tuple[tuple[int, ...], tuple[int | slice, ...] | None]:
    """Say how to bring an output [batch, ...] to [batch, neurons].

    Returns
    -------
    order
        Permutation that puts the batch first, the neurons second and space behind.
    index
        For a position, what to index the permuted output with; else None.

    Raises
    ------
    ValueError
        The position does not lie in the space of the output.
    """
    axis %= len(shape)
    space = tuple(i for i in range(1, len(shape)) if i != axis)
    order = (0, axis, *space)
    if not space or isinstance(reduce, str):
        return order, None
    sizes = tuple(shape[i] for i in space)
    inside = len(reduce) == len(sizes) and all(
        -size <= at < size for at, size in zip(reduce, sizes, strict=False)
    )
    if not inside:
        raise ValueError(f"position {reduce} does not lie in space of size {sizes}")
    return order, (slice(None), slice(None), *reduce)
