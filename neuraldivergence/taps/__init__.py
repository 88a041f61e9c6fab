"""Taps: how activations are read out of a model, one file a framework.

A tap is looked up by the modules that the classes of a model come from, so a framework is only
ever imported by someone who already holds a model of it.
"""

from __future__ import annotations

import importlib
from typing import Any

from .base import CaptureError, Tap

__all__ = ["tap_of"]

# root package of a class in the model's MRO -> file in this folder
_TAPS = {"keras": "keras_tap", "torch": "torch_tap"}


def tap_of(model: Any) -> Tap:
    """Find the tap for a model.

    Parameters
    ----------
    model
        A ``torch.nn.Module`` or a Keras 3 model, on any backend.

    Returns
    -------
    Tap
        The tap of the first class in the model's MRO that belongs to a known framework.

    Raises
    ------
    CaptureError
        The model belongs to no known framework.
    """
    for cls in type(model).__mro__:
        name = _TAPS.get(cls.__module__.partition(".")[0])
        if name is not None:
            module = importlib.import_module(f"{__name__}.{name}")
            tap: Tap = module.tap
            return tap
    raise CaptureError(
        f"unknown model: {type(model).__module__}.{type(model).__qualname__}; a PyTorch module or "
        "a Keras 3 model is expected. For any other framework collect the activations as arrays "
        "and call Recording.from_arrays"
    )
