"""The model of a recording: what a browser needs to run it, and how well it does the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .preprocess import Preprocess
from .recording import ByValue

__all__ = ["Model", "Place", "Scores", "Weight"]


@dataclass(frozen=True, eq=False)
class Weight(ByValue):
    """A weight: its name, ``layer/kernel``, and its float32 values."""

    name: str
    values: NDArray[np.float32]


@dataclass(frozen=True)
class Place:
    """Where a recorded layer is in the model.

    Attributes
    ----------
    layer : str
        Name of the model's layer.
    channels_first : bool
        The recorded neurons count the last axis of what the layer puts out first, as PyTorch
        does: [channels, height, width].
    difference : float
        Largest difference from the original model, relative to the layer's largest magnitude.
    position : tuple of int, or None
        Of a layer that was reduced to one position: its indices from 0 on the axes of space.
    """

    layer: str
    channels_first: bool
    difference: float
    position: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Scores:
    """The layer that puts out one score a class, and whether softmax makes them probabilities."""

    layer: str
    softmax: bool


@dataclass(frozen=True, eq=False, repr=False)
class Model(ByValue):
    """A model in the form that TensorFlow.js runs; `Recording.with_model` makes it.

    Attributes
    ----------
    topology : dict
        Layers and how they are connected, as ``model.json`` has them.
    weights : tuple of Weight
    shape : tuple of int
        Of a picture: height, width, channels.
    preprocess : Preprocess
        What is done with a picture first.
    layers : dict of str to Place
        By the name of the recorded layer; those that are not here cannot be computed.
    output : Scores or None
    difference : float
        Largest of all layers and scores, as measured when the model was exported.
    recorded : float or None
        Largest difference from what the recording holds for the same pictures, relative to the
        layer's largest magnitude; None without such pictures.
    """

    topology: dict[str, Any]
    weights: tuple[Weight, ...]
    shape: tuple[int, int, int]
    preprocess: Preprocess
    layers: dict[str, Place]
    output: Scores | None
    difference: float
    recorded: float | None = None

    @property
    def size_bytes(self) -> int:
        """Bytes of the weights."""
        return sum(weight.values.nbytes for weight in self.weights)

    @property
    def summary(self) -> str:
        """A few words: how large it is, and how well it does the same."""
        count = sum(weight.values.size for weight in self.weights)
        recorded = "" if self.recorded is None else f", from the recording by {self.recorded:.1e}"
        return (
            f"with {count:,} weights, differs from the original by at most "
            f"{self.difference:.1e}{recorded}"
        )

    def __repr__(self) -> str:
        rows = [
            f"  {name} = {place.layer}: {place.difference:.1e}"
            for name, place in self.layers.items()
        ]
        return "\n".join([f"<Model {self.summary}; layers", *rows]) + ">"
