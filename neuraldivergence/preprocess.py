"""How a picture becomes what a model takes, in numbers that can be written down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

__all__ = ["LAYOUTS", "Layout", "Preprocess", "arranged"]

Layout = Literal["channels_first", "channels_last", "flat"]
"""[channels, height, width], [height, width, channels], or the latter in one axis."""

LAYOUTS: tuple[Layout, ...] = ("channels_first", "channels_last", "flat")


@dataclass(frozen=True)
class Preprocess:
    """How a picture becomes a model's input: ``(x · scale − mean) / std`` in each channel.

    Called with pictures it returns the inputs: `neuraldivergence.record` takes it as
    ``preprocess``, and `Recording.with_model` writes it down.

    Attributes
    ----------
    scale : float
        ``1 / 255`` for inputs from 0 to 1.
    mean, std : float, sequence of float, or None
        One number, or one a channel, in units of ``x · scale``. None: 0 and 1.
    layout : {"channels_first", "channels_last", "flat"} or None
        How the model takes a picture; flat is row after row, the channels of a pixel side by
        side. None: as the framework has it, first in PyTorch, last in Keras, flat
        in scikit-learn.

    Raises
    ------
    ValueError
        A number is not finite, ``scale`` is 0, a ``std`` is not positive, or the layout is
        unknown.
    TypeError
        Something is not a number.
    """

    scale: float = 1.0
    mean: float | Sequence[float] | None = None
    std: float | Sequence[float] | None = None
    layout: Layout | None = None

    def __post_init__(self) -> None:
        scale = _numbers("scale", self.scale)
        if len(scale) != 1 or scale[0] == 0:
            raise ValueError(f"invalid scale: {self.scale!r}; give one number that is not 0")
        object.__setattr__(self, "scale", scale[0])
        for what in ("mean", "std"):
            given = getattr(self, what)
            object.__setattr__(self, what, None if given is None else _numbers(what, given))
        if self.std is not None and min(self.std) <= 0:  # type: ignore[arg-type]
            raise ValueError(f"invalid std: {self.std!r}; give positive numbers")
        if self.layout is not None and self.layout not in LAYOUTS:
            raise ValueError(f"unknown layout: {self.layout!r}; one of {', '.join(LAYOUTS)}")

    def __call__(self, pictures: Any) -> npt.NDArray[np.float32]:
        """Return inputs of pictures, float32 in the layout; last without one.

        Parameters
        ----------
        pictures : array, shape [pictures, height, width(, channels)]
        """
        if hasattr(pictures, "detach"):  # a torch tensor
            pictures = pictures.detach().cpu()
        array = np.asarray(pictures)
        if array.ndim == 3:
            array = array[..., None]
        if array.ndim != 4 or array.dtype.kind not in "uif":
            raise ValueError(
                f"invalid pictures: {array.dtype} {array.shape}; give numbers "
                "[pictures, height, width(, channels)]"
            )
        channels = array.shape[3]
        values = array.astype(np.float32) * np.float32(self.scale)
        values -= np.array(self.by_channel("mean", channels) or 0, np.float32)
        values /= np.array(self.by_channel("std", channels) or 1, np.float32)
        return arranged(values, self.layout or "channels_last")

    def by_channel(self, what: Literal["mean", "std"], channels: int) -> tuple[float, ...] | None:
        """Return the number of each channel; None when there is none.

        Raises
        ------
        ValueError
            There are as many as of other pictures.
        """
        numbers: tuple[float, ...] | None = getattr(self, what)
        if numbers is None:
            return None
        if len(numbers) not in (1, channels):
            raise ValueError(f"invalid {what}: {len(numbers)} numbers for {channels} channels")
        return numbers if len(numbers) == channels else numbers * channels


def arranged(values: npt.NDArray[np.float32], layout: Layout) -> npt.NDArray[np.float32]:
    """Return pictures [pictures, height, width, channels] in a layout."""
    if layout == "channels_first":
        return np.ascontiguousarray(values.transpose(0, 3, 1, 2))
    return values.reshape(len(values), -1) if layout == "flat" else values


def _numbers(what: str, given: Any) -> tuple[float, ...]:
    try:
        numbers = tuple(float(number) for number in np.atleast_1d(given).reshape(-1))
    except (TypeError, ValueError) as error:
        raise TypeError(f"invalid {what}: {given!r}; give a number, or one a channel") from error
    if not numbers or not all(map(math.isfinite, numbers)):
        raise ValueError(f"invalid {what}: {given!r}; give finite numbers")
    return numbers
