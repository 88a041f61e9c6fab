"""Runs a network as TensorFlow.js does, in NumPy: to hold an exported model against its original.

It reads what the browser reads, layers and weights, and nothing of the framework that they came
from. Few pictures, no gradients, no hurry.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["run"]

Floats = npt.NDArray[np.float32]
Config = Mapping[str, Any]
Weights = Mapping[str, Floats]


def run(
    topology: Mapping[str, Any],
    weights: Mapping[str, Floats],
    inputs: Floats,
    wanted: Collection[str],
) -> dict[str, Floats]:
    """Return what layers put out.

    Parameters
    ----------
    topology
        As `neuraldivergence.export.net.Net.topology` returns it.
    weights
        By name: ``layer/kernel``.
    inputs
        Shape [pictures, height, width, channels].
    wanted
        Names of layers.

    Returns
    -------
    dict of str to float32 array
        Shape [pictures, ...], channels last.
    """
    layers = topology["config"]["layers"]
    last_use = {
        source[0]: index
        for index, layer in enumerate(layers)
        for node in layer["inbound_nodes"]
        for source in node
    }
    values: dict[str, Floats] = {}
    for index, layer in enumerate(layers):
        name, kind = layer["name"], layer["class_name"]
        if kind == "InputLayer":
            values[name] = inputs
        else:
            sources = [source[0] for source in layer["inbound_nodes"][0]]
            own = {
                key.rpartition("/")[2]: array
                for key, array in weights.items()
                if key.rpartition("/")[0] == name
            }
            with np.errstate(over="ignore"):
                found = _LAYERS[kind](layer["config"], own, *(values[one] for one in sources))
            values[name] = found.astype(np.float32, copy=False)
        for one in [*values]:
            if last_use.get(one, -1) <= index and one not in wanted and one != name:
                del values[one]
    return {name: values[name] for name in wanted}


def _conv(config: Config, weights: Weights, x: Floats) -> Any:
    kernel = weights["kernel"]
    found: Any = 0
    for (row, column), window in _windows(config, x, kernel.shape[:2]):
        # One product of two matrices, not one for each row of pixels.
        part = window.reshape(-1, kernel.shape[2]) @ kernel[row, column]
        found += part.reshape(*window.shape[:3], -1)
    return _activated(config, found + weights.get("bias", np.float32(0)))


def _depthwise(config: Config, weights: Weights, x: Floats) -> Any:
    kernel = weights["depthwise_kernel"]
    found: Any = 0
    for (row, column), window in _windows(config, x, kernel.shape[:2]):
        found += window[..., None] * kernel[row, column]
    found = found.reshape(*found.shape[:3], -1)
    return _activated(config, found + weights.get("bias", np.float32(0)))


def _dense(config: Config, weights: Weights, x: Floats) -> Any:
    return _activated(config, x @ weights["kernel"] + weights.get("bias", np.float32(0)))


def _batch_norm(config: Config, weights: Weights, x: Floats) -> Any:
    deviation = np.sqrt(weights["moving_variance"] + np.float32(config["epsilon"]))
    scaled = (x - weights["moving_mean"]) / deviation * weights.get("gamma", np.float32(1))
    return scaled + weights.get("beta", np.float32(0))


def _largest(config: Config, _: Weights, x: Floats) -> Any:
    parts = _windows(config, x, config["pool_size"], fill=-np.inf)
    return np.maximum.reduce([window for _, window in parts])


def _average(config: Config, _: Weights, x: Floats) -> Any:
    size = config["pool_size"]
    total = sum(window for _, window in _windows(config, x, size))
    # Padding does not count.
    count = sum(window for _, window in _windows(config, np.ones_like(x[:1]), size))
    return total / count


def _padded(config: Config, _: Weights, x: Floats) -> Any:
    return np.pad(x, [(0, 0), *config["padding"], (0, 0)])


def _repeated(config: Config, _: Weights, x: Floats) -> Any:
    return x.repeat(config["size"][0], axis=1).repeat(config["size"][1], axis=2)


def _leaky(config: Config, _: Weights, x: Floats) -> Any:
    return np.where(x < 0, np.float32(config["alpha"]) * x, x)


_LAYERS: Mapping[str, Callable[..., Any]] = {
    "Conv2D": _conv,
    "DepthwiseConv2D": _depthwise,
    "Dense": _dense,
    "BatchNormalization": _batch_norm,
    "Activation": lambda config, _, x: _activated(config, x),
    "ReLU": lambda config, _, x: np.clip(x, 0, config.get("max_value")),
    "LeakyReLU": _leaky,
    "MaxPooling2D": _largest,
    "AveragePooling2D": _average,
    "GlobalAveragePooling2D": lambda _, __, x: x.mean((1, 2)),
    "GlobalMaxPooling2D": lambda _, __, x: x.max((1, 2)),
    "ZeroPadding2D": _padded,
    "UpSampling2D": _repeated,
    "Flatten": lambda _, __, x: x.reshape(len(x), -1),
    "Reshape": lambda config, _, x: x.reshape(len(x), *config["target_shape"]),
    "Permute": lambda config, _, x: x.transpose(0, *config["dims"]),
    "Add": lambda _, __, *values: sum(values),
    "Multiply": lambda _, __, *values: math.prod(values),
    "Concatenate": lambda config, _, *values: np.concatenate(values, axis=config["axis"]),
}


def _activated(config: Config, x: Any) -> Any:
    name = config["activation"]
    return x if name == "linear" else _FUNCTIONS[name](x)


def _softplus(x: Floats) -> Any:
    return np.logaddexp(x, np.float32(0))


def _sigmoid(x: Floats) -> Any:
    return 0.5 * (np.tanh(0.5 * x) + 1)


def _elu(x: Floats) -> Any:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def _selu(x: Floats) -> Any:
    return 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * _elu(x))


def _gelu(x: Floats) -> Any:
    erf = np.vectorize(math.erf, otypes=[np.float64])
    return x * 0.5 * (1 + erf(x / math.sqrt(2)))


def _log_softmax(x: Floats) -> Any:
    x = x - x.max(axis=-1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))


_FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "elu": _elu,
    "selu": _selu,
    "gelu": _gelu,
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "softmax": lambda x: np.exp(_log_softmax(x)),
    "log_softmax": _log_softmax,
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "swish": lambda x: x * _sigmoid(x),
    "mish": lambda x: x * np.tanh(_softplus(x)),
}


def _windows(
    config: Config, x: Floats, size: tuple[int, int], fill: float = 0
) -> Iterator[tuple[tuple[int, int], Floats]]:
    """Yield each place of a window, and what lies there in all windows."""
    strides, dilation = config["strides"], config.get("dilation_rate", (1, 1))
    pads, counts = [], []
    for axis in (0, 1):
        length, stride = x.shape[1 + axis], strides[axis]
        reach = 1 + (size[axis] - 1) * dilation[axis]
        if config["padding"] == "same":
            counts.append(-(-length // stride))
            total = max(0, (counts[axis] - 1) * stride + reach - length)
            pads.append((total // 2, total - total // 2))
        else:
            counts.append((length - reach) // stride + 1)
            pads.append((0, 0))
    if any(sum(pad) for pad in pads):
        x = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=fill)
    for row, column in np.ndindex(*size):
        rows, columns = (
            slice(first, first + (counts[axis] - 1) * strides[axis] + 1, strides[axis])
            for axis, first in enumerate((row * dilation[0], column * dilation[1]))
        )
        yield (row, column), x[:, rows, columns]
