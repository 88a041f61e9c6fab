"""scikit-learn's multilayer perceptrons."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..preprocess import Layout
from ..taps.sklearn_tap import is_binary, named_layers
from .base import Exported, ExportError, named
from .net import Net, Unsupported, Value

__all__ = ["export"]

_ACTIVATIONS = {
    "identity": None,
    "logistic": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "softmax": "softmax",
}


def export(model: Any, shape: tuple[int, int, int], layout: Layout | None) -> Exported:
    """Export a fitted perceptron; see `neuraldivergence.export.base.Exporter`."""
    layout = layout or "flat"
    net = Net(shape)
    arranged = net.arranged(layout)
    if math.prod(shape) != model.n_features_in_:
        raise ExportError(
            f"invalid model: it takes {model.n_features_in_} numbers, and pictures are "
            f"{list(shape)}; give pictures of that size"
        )
    x = net.reshaped("input/flat", arranged, (math.prod(shape),))
    sites: dict[str, Value] = {}
    for name, kernel, bias, function in named_layers(model):
        with named(name, "dense"):
            if function not in _ACTIVATIONS:
                raise Unsupported(f"the function {function} is not known here")
            x = net.dense(name, x, kernel, bias, _ACTIVATIONS[function])
        sites[name] = x
    if is_binary(model):
        x = net.dense("classes", x, np.array([[-1.0, 1.0]]), np.array([1.0, 0.0]))
    return Exported(net, arranged.shape, layout, x, sites)
