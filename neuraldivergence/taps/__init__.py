"""Taps: how activations are read out of a model, one file a framework.

A tap is looked up by the modules that the classes of a model come from, so a framework is only
ever imported by someone who already holds a model of it.
"""

from __future__ import annotations

import importlib
from typing import Any

from ..framework import of_framework, unknown_model
from .base import CaptureError, Tap

__all__ = ["tap_of"]

# root package of a framework -> file in this folder
_TAPS = {"keras": "keras_tap", "sklearn": "sklearn_tap", "torch": "torch_tap"}


def tap_of(model: Any) -> Tap:
    """Find the tap for a model.

    Parameters
    ----------
    model
        A ``torch.nn.Module``, a Keras 3 model, on any backend, or scikit-learn's perceptron.

    Returns
    -------
    Tap
        The tap of the first class in the model's MRO that belongs to a known framework.

    Raises
    ------
    CaptureError
        The model belongs to no known framework.
    """
    name = of_framework(model, _TAPS)
    if name is None:
        raise CaptureError(
            f"{unknown_model(model)}. For any other framework collect the activations as arrays "
            "and call Recording.from_arrays"
        )
    tap: Tap = importlib.import_module(f"{__name__}.{name}").tap
    return tap
