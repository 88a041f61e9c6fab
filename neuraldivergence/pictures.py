"""The pictures of a recording, and what was recorded for them: what a model is held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .recording import Layer, Recording

__all__ = [
    "SUSPICIOUS",
    "Gap",
    "Row",
    "listed",
    "other_values",
    "own_images",
    "picture_shape",
    "row_of",
]

Floats = npt.NDArray[np.float32]

SUSPICIOUS = 1e-2
"""A recording that differs more was made from other inputs."""
_OWN_PICTURES = 12
_SHOWN = 20
_TINY = 1e-30


@dataclass
class Gap:
    """Largest difference, relative to the largest magnitude that is expected."""

    apart: float = 0.0
    magnitude: float = 0.0

    def add(self, found: Floats, expected: Floats) -> None:
        """Compare two arrays of one shape; what is not finite must be the same."""
        are_same = (found == expected) | (np.isnan(found) & np.isnan(expected))
        with np.errstate(invalid="ignore"):
            apart = np.where(are_same, 0, np.abs(found - expected))
        finite = np.abs(expected[np.isfinite(expected)])
        self.apart = max(self.apart, float(np.where(np.isnan(apart), np.inf, apart).max()))
        self.magnitude = max(self.magnitude, float(finite.max(initial=0)))

    @property
    def relative(self) -> float:
        """The number, which is finite."""
        return 0.0 if self.apart == 0 else min(self.apart / (self.magnitude or _TINY), 1 / _TINY)


@dataclass(frozen=True)
class Row:
    """The instances and the samples that a picture shows, by their rows."""

    instances: tuple[int, ...] = ()
    samples: tuple[int, ...] = ()

    def recorded(self, layer: Layer) -> Iterator[Floats]:
        """Yield what was recorded of them."""
        yield from (layer.instances[row] for row in self.instances)
        if layer.activations is not None:
            yield from (layer.activations[row].astype(np.float32) for row in self.samples)


def own_images(recording: Recording) -> list[int]:
    """Return images of instances first, then others from all over the recording."""
    if recording.images is None:
        return []
    shown = {item.image: None for item in recording.instances if item.image is not None}
    others = [image for image in range(len(recording.images)) if image not in shown]
    step = max(1, len(others) // _OWN_PICTURES)
    return [*shown, *others[::step]][:_OWN_PICTURES]


def row_of(recording: Recording, image: int) -> Row:
    """Return what an image shows."""
    instances = [row for row, item in enumerate(recording.instances) if item.image == image]
    shown = recording.image_samples
    samples = [] if shown is None else [int(row) for row in shown[image].reshape(-1) if row >= 0]
    return Row(tuple(instances), tuple(samples))


def picture_shape(recording: Recording, given: Sequence[int] | None) -> tuple[int, int, int]:
    """Return height, width and channels of a picture."""
    own = None if recording.images is None else recording.images.shape[1:]
    shape = own if given is None else tuple(given)
    if shape is None:
        raise ValueError(
            "unknown size of pictures: the recording has none; give input_shape=(height, width, "
            "channels)"
        )
    is_size = all(isinstance(size, int | np.integer) and size > 0 for size in shape)
    if len(shape) != 3 or not is_size:
        raise ValueError(f"invalid input_shape: {given!r}; give height, width and channels")
    if own is not None and tuple(shape) != tuple(own):
        raise ValueError(f"invalid input_shape: {given!r}, but the pictures are {list(own)}")
    height, width, channels = map(int, shape)
    return height, width, channels


def listed(missing: Mapping[str, str]) -> str:
    """Say in one line which layers are missing, and why."""
    listed = [f"{name!r}: {reason}" for name, reason in missing.items()]
    more = f"; … {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return "; ".join(listed[:_SHOWN]) + more


def other_values(layer: str, apart: float) -> str:
    """Warn that what was recorded is not what the model gives."""
    return (
        f"layer {layer!r} holds other values for the same pictures, by {apart:.0%} of its "
        "largest: was the recording made with another preprocess, other weights or other pictures?"
    )
