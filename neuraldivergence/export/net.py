"""A network as TensorFlow.js's layers API reads it: made layer by layer, channels last."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..preprocess import Layout

__all__ = ["ACTIVATIONS", "Net", "Pads", "Pair", "Unsupported", "Value"]

Pair = tuple[int, int]
Pads = tuple[Pair, Pair] | Literal["same", "valid"]
"""Rows above and below, columns left and right; or as TensorFlow has it."""
Array = npt.NDArray[Any]

ACTIVATIONS = (
    *("relu", "relu6", "elu", "selu", "gelu", "sigmoid", "tanh", "softmax", "log_softmax"),
    *("softplus", "softsign", "swish", "mish"),
)
"""Functions that TensorFlow.js has by these names. Its GELU is the exact one."""
_NOT_NEGATIVE = ("relu", "relu6", "sigmoid", "softmax", "softplus")
_NOT_IN_NAMES = re.compile(r"[^-A-Za-z0-9._/]+")
_NONE: Pads = ((0, 0), (0, 0))


class Unsupported(ValueError):
    """What a layer does cannot be written for TensorFlow.js; the text says what that is."""


@dataclass(frozen=True)
class Value:
    """What a layer puts out.

    Attributes
    ----------
    layer
        Name of the layer.
    shape
        Without the batch; of pictures [height, width, channels].
    not_negative
        Whether it is known that no entry is below 0.
    unturned
        The same with its axes as the framework has them, where the network has them in another
        order; None: as they are, or not known.
    """

    layer: str
    shape: tuple[int, ...]
    not_negative: bool = False
    unturned: Value | None = None


class Net:
    """A network that grows; each method adds layers and returns what the last puts out.

    Parameters
    ----------
    shape
        Of the picture that the network takes: [height, width, channels].

    Raises
    ------
    Unsupported
        TensorFlow.js has nothing that computes the same.
    """

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self._layers: dict[str, dict[str, Any]] = {}
        self._weights: dict[str, dict[str, npt.NDArray[np.float32]]] = {}
        config = {"batch_input_shape": [None, *shape], "dtype": "float32"}
        self.input = self._add("InputLayer", "input", config, (), shape)

    def topology(
        self, outputs: Sequence[Value]
    ) -> tuple[dict[str, Any], list[tuple[str, npt.NDArray[np.float32]]]]:
        """Return the layers that these values need, as JSON, and their weights by name."""
        needed: set[str] = set()
        waiting = [self.input.layer, *(value.layer for value in outputs)]
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed.add(name)
                waiting += _sources(self._layers[name])
        kept = {name: layer for name, layer in self._layers.items() if name in needed}
        config = {
            "name": "model",
            "layers": list(kept.values()),
            "input_layers": [[self.input.layer, 0, 0]],
            "output_layers": [[value.layer, 0, 0] for value in outputs],
        }
        weights = [
            (f"{name}/{key}", array)
            for name in kept
            for key, array in self._weights.get(name, {}).items()
        ]
        return {"class_name": "Functional", "config": config}, weights

    def arranged(self, layout: Layout) -> Value:
        """Return the picture as a model takes it."""
        if layout == "flat":
            return self.reshaped("input/layout", self.input, (math.prod(self.input.shape),))
        axes = (3, 1, 2) if layout == "channels_first" else (1, 2, 3)
        return self.permuted("input/layout", self.input, axes)

    def conv(
        self,
        name: str,
        x: Value,
        kernel: Array,
        bias: Array | None,
        *,
        strides: Pair = (1, 1),
        dilation: Pair = (1, 1),
        pads: Pads = "valid",
        groups: int = 1,
        activation: str | None = None,
    ) -> Value:
        """Convolve with a kernel [height, width, channels of a group, filters]."""
        channels = _picture(x)[2]
        if kernel.shape[2] * groups != channels:
            raise Unsupported(f"its kernel takes {kernel.shape[2] * groups} channels of {channels}")
        is_depthwise = groups == channels and groups > 1
        if max(dilation) > 1 and (is_depthwise or max(strides) > 1):
            # There TensorFlow.js cannot dilate: the holes become zeros of the kernel.
            kernel, dilation = _stuffed(kernel, dilation), (1, 1)
        filters = kernel.shape[3]
        size = (kernel.shape[0], kernel.shape[1])
        x, padding, space = self._padded(name, x, size, strides, dilation, pads)
        config: dict[str, Any] = {
            "kernel_size": list(size),
            "strides": list(strides),
            "padding": padding,
            "data_format": "channels_last",
            "dilation_rate": list(dilation),
            "activation": activation or "linear",
            "use_bias": bias is not None,
        }
        weights = {} if bias is None else {"bias": bias}
        if is_depthwise:
            kernel = kernel.reshape(*size, channels, filters // channels)
            config["depth_multiplier"] = filters // channels
            weights = {"depthwise_kernel": kernel, **weights}
        else:
            config["filters"] = filters
            weights = {"kernel": _ungrouped(kernel, groups), **weights}
        kind = "DepthwiseConv2D" if is_depthwise else "Conv2D"
        return self._add(
            kind,
            name,
            config,
            (x,),
            (*space, filters),
            weights,
            not_negative=activation in _NOT_NEGATIVE,
        )

    def dense(
        self,
        name: str,
        x: Value,
        kernel: Array,
        bias: Array | None,
        activation: str | None = None,
    ) -> Value:
        """Multiply the last axis with a kernel [entries, units]."""
        if x.shape[-1:] != kernel.shape[:1]:
            raise Unsupported(f"its kernel takes {kernel.shape[0]} entries, and gets {x.shape}")
        config = {
            "units": kernel.shape[1],
            "activation": activation or "linear",
            "use_bias": bias is not None,
        }
        weights = {"kernel": kernel} if bias is None else {"kernel": kernel, "bias": bias}
        shape = (*x.shape[:-1], kernel.shape[1])
        is_positive = activation in _NOT_NEGATIVE
        return self._add("Dense", name, config, (x,), shape, weights, not_negative=is_positive)

    def normalized(
        self,
        name: str,
        x: Value,
        *,
        mean: Array,
        variance: Array,
        gamma: Array | None = None,
        beta: Array | None = None,
        epsilon: float = 0.0,
    ) -> Value:
        """Normalise the channels, which are the last axis."""
        if x.shape[-1:] != mean.shape or len(x.shape) > 3:
            raise Unsupported(f"it normalises {mean.shape[0]} channels, and gets {x.shape}")
        config = {
            "axis": -1,
            "epsilon": float(epsilon),
            "center": beta is not None,
            "scale": gamma is not None,
        }
        given = {"gamma": gamma, "beta": beta, "moving_mean": mean, "moving_variance": variance}
        weights = {key: array for key, array in given.items() if array is not None}
        return self._add("BatchNormalization", name, config, (x,), x.shape, weights)

    def scaled(self, name: str, x: Value, scale: Any, offset: Any = 0.0) -> Value:
        """Return ``x · scale + offset``, each a number or one a channel."""
        channels = x.shape[-1]
        gamma, beta = (
            np.broadcast_to(np.asarray(part, np.float64), channels) for part in (scale, offset)
        )
        zeros, ones = np.zeros(channels), np.ones(channels)
        return self.normalized(name, x, mean=zeros, variance=ones, gamma=gamma, beta=beta)

    def activation(self, name: str, x: Value, function: str) -> Value:
        """Apply one of `ACTIVATIONS`."""
        if function not in ACTIVATIONS:
            raise Unsupported(f"the function {function} is not known here")
        config = {"activation": function}
        is_positive = function in _NOT_NEGATIVE
        return self._add("Activation", name, config, (x,), x.shape, not_negative=is_positive)

    def leaky(self, name: str, x: Value, slope: float) -> Value:
        """Multiply what is negative with a slope."""
        return self._add("LeakyReLU", name, {"alpha": float(slope)}, (x,), x.shape)

    def clipped(self, name: str, x: Value, most: float | None) -> Value:
        """Return ReLU, at most `most`."""
        config = {} if most is None else {"max_value": float(most)}
        return self._add("ReLU", name, config, (x,), x.shape, not_negative=True)

    def hard_sigmoid(self, name: str, x: Value) -> Value:
        """Return ``relu6(x + 3) / 6``; what TensorFlow.js calls so is another function."""
        x = self.scaled(f"{name}/shifted", x, 1, 3)
        return self.scaled(name, self.clipped(f"{name}/clipped", x, 6), 1 / 6)

    def hard_swish(self, name: str, x: Value) -> Value:
        """Return ``x · relu6(x + 3) / 6``."""
        return self.merged(name, (x, self.hard_sigmoid(f"{name}/gate", x)), "Multiply")

    def largest(
        self, name: str, x: Value, size: Pair, strides: Pair, pads: Pads = "valid"
    ) -> Value:
        """Return the largest entry of each window; padding is never the largest."""
        _picture(x)
        is_plain = isinstance(pads, str) or pads == _NONE or _same(x, size, strides, (1, 1), pads)
        if is_plain or x.not_negative:
            return self._pooled("MaxPooling2D", name, x, size, strides, pads)
        centred = tuple(((length - 1) // 2, (length - 1) // 2) for length in size)
        if pads == centred and all(length % 2 for length in size):
            # Every window in the middle of its place, then each `strides`-th.
            x = self._pooled("MaxPooling2D", f"{name}/windows", x, size, (1, 1), "same")
            return self._pooled("MaxPooling2D", name, x, (1, 1), strides, "valid")
        raise Unsupported(f"windows of {size} with padding {pads}, of values that may be negative")

    def average(
        self,
        name: str,
        x: Value,
        size: Pair,
        strides: Pair,
        pads: Pads = "valid",
        *,
        counts_zeros: bool = True,
    ) -> Value:
        """Return the mean of each window; those of explicit pads count, or not."""
        _picture(x)
        if not isinstance(pads, str) and pads != _NONE:
            if counts_zeros:
                x, pads = self.padded(f"{name}/pad", x, pads), "valid"
            elif not _same(x, size, strides, (1, 1), pads):
                raise Unsupported(f"windows of {size} with padding {pads} that does not count")
        return self._pooled("AveragePooling2D", name, x, size, strides, pads)

    def over_space(self, name: str, x: Value, kind: Literal["Average", "Max"]) -> Value:
        """Return the mean or the largest entry of each channel."""
        shape = (_picture(x)[2],)
        return self._add(
            f"Global{kind}Pooling2D", name, {}, (x,), shape, not_negative=x.not_negative
        )

    def padded(self, name: str, x: Value, pads: tuple[Pair, Pair]) -> Value:
        """Put zeros around."""
        height, width, channels = _picture(x)
        if min(*pads[0], *pads[1]) < 0:
            raise Unsupported(f"padding {pads}")
        config = {"padding": [list(pads[0]), list(pads[1])], "data_format": "channels_last"}
        shape = (height + sum(pads[0]), width + sum(pads[1]), channels)
        return self._add("ZeroPadding2D", name, config, (x,), shape, not_negative=x.not_negative)

    def reshaped(self, name: str, x: Value, shape: tuple[int, ...]) -> Value:
        """Return the same entries in another shape."""
        if math.prod(shape) != math.prod(x.shape):
            raise Unsupported(f"{x.shape} does not fit into {shape}")
        if shape == x.shape:
            return x
        if len(shape) == 1:
            kind, config = "Flatten", {}
        else:
            kind, config = "Reshape", {"target_shape": list(shape)}
        return self._add(kind, name, config, (x,), shape, not_negative=x.not_negative)

    def permuted(self, name: str, x: Value, axes: Sequence[int]) -> Value:
        """Return the axes in another order; 1 is the first after the batch."""
        shape = tuple(x.shape[axis - 1] for axis in axes)
        if list(axes) == list(range(1, len(axes) + 1)):
            return x
        moved = [axis for axis in axes if x.shape[axis - 1] > 1]
        if moved == sorted(moved):
            return self._add(
                *("Reshape", name, {"target_shape": list(shape)}, (x,), shape),
                not_negative=x.not_negative,
            )
        config = {"dims": list(axes)}
        return self._add("Permute", name, config, (x,), shape, not_negative=x.not_negative)

    def repeated(self, name: str, x: Value, times: Pair) -> Value:
        """Repeat rows and columns."""
        height, width, channels = _picture(x)
        config = {
            "size": list(times),
            "data_format": "channels_last",
            "interpolation": "nearest",
        }
        shape = (height * times[0], width * times[1], channels)
        return self._add("UpSampling2D", name, config, (x,), shape, not_negative=x.not_negative)

    def merged(self, name: str, values: Sequence[Value], kind: Literal["Add", "Multiply"]) -> Value:
        """Add or multiply entry by entry; an axis of 1 is repeated."""
        if len(values) == 1:
            return values[0]
        try:
            shape = np.broadcast_shapes(*(value.shape for value in values))
        except ValueError:
            shape = ()
        if any(len(value.shape) != len(shape) for value in values):
            shapes = " and ".join(str(value.shape) for value in values)
            raise Unsupported(f"shapes {shapes} differ")
        is_positive = all(value.not_negative for value in values)
        return self._add(kind, name, {}, tuple(values), shape, not_negative=is_positive)

    def joined(self, name: str, values: Sequence[Value], axis: int) -> Value:
        """Concatenate along an axis; 1 is the first after the batch."""
        if len(values) == 1:
            return values[0]
        shapes = {value.shape[: axis - 1] + value.shape[axis:] for value in values}
        if len(shapes) > 1:
            raise Unsupported(f"shapes {' and '.join(str(v.shape) for v in values)} do not fit")
        first = values[0].shape
        length = sum(value.shape[axis - 1] for value in values)
        shape = (*first[: axis - 1], length, *first[axis:])
        is_positive = all(value.not_negative for value in values)
        return self._add(
            "Concatenate", name, {"axis": axis}, tuple(values), shape, not_negative=is_positive
        )

    def _pooled(
        self,
        kind: str,
        name: str,
        x: Value,
        size: Pair,
        strides: Pair,
        pads: Pads,
    ) -> Value:
        channels = x.shape[2]
        x, padding, space = self._padded(name, x, size, strides, (1, 1), pads)
        config = {
            "pool_size": list(size),
            "strides": list(strides),
            "padding": padding,
            "data_format": "channels_last",
        }
        return self._add(kind, name, config, (x,), (*space, channels), not_negative=x.not_negative)

    def _padded(
        self,
        name: str,
        x: Value,
        size: Pair,
        strides: Pair,
        dilation: Pair,
        pads: Pads,
    ) -> tuple[Value, str, Pair]:
        """Return what the windows slide over, the padding they need, and how many there are."""
        reach = (1 + (size[0] - 1) * dilation[0], 1 + (size[1] - 1) * dilation[1])
        padding = pads if isinstance(pads, str) else "valid"
        if not isinstance(pads, str) and pads != _NONE:
            if _same(x, size, strides, dilation, pads):
                padding = "same"
            else:
                x = self.padded(f"{name}/pad", x, pads)
        if padding == "same":
            counts = [-(-x.shape[axis] // strides[axis]) for axis in (0, 1)]
        else:
            counts = [(x.shape[axis] - reach[axis]) // strides[axis] + 1 for axis in (0, 1)]
        if min(counts) < 1:
            raise Unsupported(f"windows of {reach} do not fit into {x.shape}")
        return x, padding, (counts[0], counts[1])

    def _add(
        self,
        kind: str,
        name: str,
        config: Mapping[str, Any],
        inputs: tuple[Value, ...],
        shape: tuple[int, ...],
        weights: Mapping[str, Array] | None = None,
        *,
        not_negative: bool = False,
    ) -> Value:
        name = self._free(name)
        self._layers[name] = {
            "class_name": kind,
            "name": name,
            "config": {"name": name, **config},
            "inbound_nodes": [[[value.layer, 0, 0, {}] for value in inputs]] if inputs else [],
        }
        self._weights[name] = {
            key: np.ascontiguousarray(array, np.float32) for key, array in (weights or {}).items()
        }
        return Value(name, tuple(int(length) for length in shape), not_negative)

    def _free(self, name: str) -> str:
        """Return the name as TensorFlow.js takes it, and no other layer has it."""
        name = _NOT_IN_NAMES.sub("_", name).lstrip("-._/") or "layer"
        free, number = name, 1
        while free in self._layers:
            free, number = f"{name}_{number}", number + 1
        return free


def _sources(layer: Mapping[str, Any]) -> list[str]:
    return [source[0] for node in layer["inbound_nodes"] for source in node]


def _picture(x: Value) -> tuple[int, int, int]:
    if len(x.shape) != 3:
        raise Unsupported(f"it gets {x.shape}, no picture")
    return x.shape[0], x.shape[1], x.shape[2]


def _same(x: Value, size: Pair, strides: Pair, dilation: Pair, pads: tuple[Pair, Pair]) -> bool:
    """Tell whether TensorFlow's ``same`` pads as much."""
    for axis in (0, 1):
        reach = 1 + (size[axis] - 1) * dilation[axis]
        length, stride = x.shape[axis], strides[axis]
        before, after = pads[axis]
        total = max(0, (-(-length // stride) - 1) * stride + reach - length)
        if (before, after) != (total // 2, total - total // 2):
            return False
    return True


def _stuffed(kernel: Array, dilation: Pair) -> Array:
    """Return a dilated kernel: zeros between its entries."""
    height, width = (1 + (kernel.shape[axis] - 1) * dilation[axis] for axis in (0, 1))
    stuffed = np.zeros((height, width, *kernel.shape[2:]), kernel.dtype)
    stuffed[:: dilation[0], :: dilation[1]] = kernel
    return stuffed


def _ungrouped(kernel: Array, groups: int) -> Array:
    """Return a kernel of all channels: zeros where a filter does not look."""
    if groups == 1:
        return kernel
    height, width, channels, filters = kernel.shape
    whole = np.zeros((height, width, channels * groups, filters), kernel.dtype)
    share = filters // groups
    for group in range(groups):
        rows = slice(group * channels, (group + 1) * channels)
        columns = slice(group * share, (group + 1) * share)
        whole[:, :, rows, columns] = kernel[:, :, :, columns]
    return whole
