"""Keras 3 on any backend: the layers of Sequential and functional models."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..preprocess import Layout
from ..taps.keras_tap import named_layers
from .base import Exported, ExportError, named
from .net import ACTIVATIONS, Net, Unsupported, Value

__all__ = ["export"]

# Untyped on purpose, as in the tap.
keras: Any = importlib.import_module("keras")

_ACTIVATIONS = {"silu": "swish"}
_LEAKY_SLOPE = 0.2
"""Of ``activation="leaky_relu"``."""
_INACTIVE = (
    *("Dropout", "SpatialDropout2D", "GaussianDropout", "GaussianNoise", "AlphaDropout"),
    *("ActivityRegularization", "Identity", "RandomFlip", "RandomRotation", "RandomZoom"),
    *("RandomTranslation", "RandomContrast", "RandomBrightness"),
)
"""Layers that do nothing outside training."""


def export(model: Any, shape: tuple[int, int, int], layout: Layout | None) -> Exported:
    """Export a Sequential or functional model; see `neuraldivergence.export.base.Exporter`."""
    if len(getattr(model, "inputs", None) or ()) != 1:
        raise ExportError(
            f"invalid model: {type(model).__name__} {model.name!r} is no Sequential or functional "
            "model with one input, built"
        )
    layout = layout or "channels_last"
    net = Net(shape)
    x = net.arranged(layout)
    given = tuple(model.inputs[0].shape[1:])
    if len(given) != len(x.shape) and None not in given:
        # Pictures of one channel without an axis for it, or all of it in one axis.
        with named("input", "InputLayer"):
            x = net.reshaped("input/shape", x, given)
    if len(given) != len(x.shape) or any(
        wanted not in (None, found) for wanted, found in zip(given, x.shape, strict=True)
    ):
        raise ExportError(
            f"invalid model: it takes {list(given)}, and pictures are {list(x.shape)} "
            f"({layout}); give pictures of that size, or another layout"
        )
    walk = _Walk(net, {id(layer): name for name, layer, _ in named_layers(model)})
    with named(model.name, type(model).__name__):
        output = walk.model(model, [x])[0]
    return Exported(net, x.shape, layout, output, walk.sites)


class _Walk:
    """Goes through a model in the order in which its layers are called."""

    def __init__(self, net: Net, names: Mapping[int, str]) -> None:
        self.sites: dict[str, Value] = {}
        self._net = net
        self._names = names
        self._calls: dict[str, int] = {}

    def model(self, model: Any, inputs: Sequence[Value]) -> list[Value]:
        """Add the layers of a model; return its outputs."""
        # A Sequential model keeps its graph in a functional one.
        graph = getattr(model, "_functional", None) or model
        if not hasattr(graph, "_nodes_by_depth"):
            raise Unsupported("a subclassed model has no graph; make it functional or Sequential")
        values = dict(zip(map(id, graph.inputs), inputs, strict=True))
        for depth in sorted(graph._nodes_by_depth, reverse=True):
            for node in graph._nodes_by_depth[depth]:
                if node.is_input:
                    continue
                sources = [values[id(tensor)] for tensor in node.input_tensors]
                found = self._called(node.operation, sources)
                values |= zip(map(id, node.outputs), found, strict=True)
        return [values[id(tensor)] for tensor in graph.outputs]

    def _called(self, layer: Any, inputs: Sequence[Value]) -> list[Value]:
        name = self._names.get(id(layer), layer.name)
        with named(name, type(layer).__name__):
            if isinstance(layer, keras.Model):
                found = self.model(layer, inputs)
            else:
                found = [_layer(self._net, name, layer, inputs)]
        call = self._calls.get(name, 0)
        self._calls[name] = call + 1
        for part, value in enumerate(found):
            path = f"[{part}]" if len(found) > 1 else ""
            self.sites[(f"{name}:{call}" if call else name) + path] = value
        return found


def _layer(net: Net, name: str, layer: Any, inputs: Sequence[Value]) -> Value:
    kind = type(layer).__name__
    if not type(layer).__module__.startswith("keras."):
        raise Unsupported("it is a class of its own")
    if kind in _MERGES:
        return _MERGES[kind](net, name, layer, inputs)
    if len(inputs) != 1:
        raise Unsupported(f"it gets {len(inputs)} tensors")
    if kind in _INACTIVE:
        return inputs[0]
    if kind not in _LAYERS:
        raise Unsupported("its kind is not known here")
    if getattr(layer, "data_format", None) == "channels_first":
        raise Unsupported("it has its channels first; make it with channels_last")
    return _LAYERS[kind](net, name, layer, inputs[0])


def _conv(net: Net, name: str, layer: Any, x: Value) -> Value:
    return _with_activation(
        layer.activation,
        name,
        lambda own, function: net.conv(
            own,
            x,
            _array(layer.kernel),
            _bias(layer),
            strides=_pair(layer.strides),
            dilation=_pair(layer.dilation_rate),
            pads=layer.padding,
            groups=layer.groups,
            activation=function,
        ),
        net,
    )


def _depthwise(net: Net, name: str, layer: Any, x: Value) -> Value:
    kernel = _array(layer.kernel)
    height, width, channels, multiplier = kernel.shape
    return _with_activation(
        layer.activation,
        name,
        lambda own, function: net.conv(
            own,
            x,
            kernel.reshape(height, width, 1, channels * multiplier),
            _bias(layer),
            strides=_pair(layer.strides),
            dilation=_pair(layer.dilation_rate),
            pads=layer.padding,
            groups=channels,
            activation=function,
        ),
        net,
    )


def _dense(net: Net, name: str, layer: Any, x: Value) -> Value:
    return _with_activation(
        layer.activation,
        name,
        lambda own, function: net.dense(own, x, _array(layer.kernel), _bias(layer), function),
        net,
    )


def _batch_norm(net: Net, name: str, layer: Any, x: Value) -> Value:
    axis = layer.axis[0] if isinstance(layer.axis, list | tuple) else layer.axis
    if axis not in (-1, len(x.shape)):
        raise Unsupported(f"it normalises axis {axis}, which is not the last")
    return net.normalized(
        name,
        x,
        mean=_array(layer.moving_mean),
        variance=_array(layer.moving_variance),
        gamma=_array(layer.gamma) if layer.scale else None,
        beta=_array(layer.beta) if layer.center else None,
        epsilon=layer.epsilon,
    )


def _normalization(net: Net, name: str, layer: Any, x: Value) -> Value:
    mean, variance = (_array(part).reshape(-1) for part in (layer.mean, layer.variance))
    if layer.invert or len(mean) not in (1, x.shape[-1]):
        raise Unsupported("it normalises another axis than the last")
    scale = 1 / np.maximum(np.sqrt(variance), keras.config.epsilon())
    return net.scaled(name, x, scale, -mean * scale)


def _relu(net: Net, name: str, layer: Any, x: Value) -> Value:
    if layer.threshold:
        raise Unsupported(f"threshold {layer.threshold}")
    if layer.negative_slope and layer.max_value is not None:
        raise Unsupported("a slope and a largest value at once")
    if layer.negative_slope:
        return net.leaky(name, x, layer.negative_slope)
    return net.clipped(name, x, layer.max_value)


def _elu(net: Net, name: str, layer: Any, x: Value) -> Value:
    if layer.alpha != 1:
        raise Unsupported(f"alpha {layer.alpha}, not 1")
    return net.activation(name, x, "elu")


def _softmax(net: Net, name: str, layer: Any, x: Value) -> Value:
    if layer.axis not in (-1, len(x.shape)):
        raise Unsupported(f"axis {layer.axis}, which is not the last")
    return net.activation(name, x, "softmax")


def _over_space(net: Net, name: str, layer: Any, x: Value) -> Value:
    is_largest = "Max" in type(layer).__name__
    if layer.keepdims:
        size = _pair(x.shape[:2])
        pooled = net.largest if is_largest else net.average
        return pooled(name, x, size, size)
    return net.over_space(name, x, "Max" if is_largest else "Average")


def _padded(net: Net, name: str, layer: Any, x: Value) -> Value:
    rows, columns = layer.padding
    return net.padded(name, x, (_pair(rows), _pair(columns)))


def _repeated(net: Net, name: str, layer: Any, x: Value) -> Value:
    if layer.interpolation != "nearest":
        raise Unsupported(f"interpolation {layer.interpolation}, not nearest")
    return net.repeated(name, x, _pair(layer.size))


def _flattened(net: Net, name: str, _: Any, x: Value) -> Value:
    return net.reshaped(name, x, (math.prod(x.shape),))


def _reshaped(net: Net, name: str, layer: Any, x: Value) -> Value:
    return net.reshaped(name, x, np.empty(x.shape, np.bool_).reshape(layer.target_shape).shape)


def _joined(net: Net, name: str, layer: Any, inputs: Sequence[Value]) -> Value:
    rank = len(inputs[0].shape) + 1
    return net.joined(name, inputs, layer.axis % rank)


def _pool(net: Net, name: str, layer: Any, x: Value) -> Value:
    pooled = net.largest if "Max" in type(layer).__name__ else net.average
    return pooled(name, x, _pair(layer.pool_size), _pair(layer.strides), layer.padding)


_LAYERS: Mapping[str, Callable[[Net, str, Any, Value], Value]] = {
    "Conv2D": _conv,
    "DepthwiseConv2D": _depthwise,
    "Dense": _dense,
    "BatchNormalization": _batch_norm,
    "Normalization": _normalization,
    "Rescaling": lambda net, name, layer, x: net.scaled(name, x, layer.scale, layer.offset),
    "Activation": lambda net, name, layer, x: _activation(net, name, layer.activation, x),
    "ReLU": _relu,
    "LeakyReLU": lambda net, name, layer, x: net.leaky(name, x, layer.negative_slope),
    "ELU": _elu,
    "Softmax": _softmax,
    "MaxPooling2D": _pool,
    "AveragePooling2D": _pool,
    "GlobalMaxPooling2D": _over_space,
    "GlobalAveragePooling2D": _over_space,
    "Flatten": _flattened,
    "Reshape": _reshaped,
    "Permute": lambda net, name, layer, x: net.permuted(name, x, layer.dims),
    "ZeroPadding2D": _padded,
    "UpSampling2D": _repeated,
}
_MERGES: Mapping[str, Callable[[Net, str, Any, Sequence[Value]], Value]] = {
    "Add": lambda net, name, _, inputs: net.merged(name, inputs, "Add"),
    "Multiply": lambda net, name, _, inputs: net.merged(name, inputs, "Multiply"),
    "Concatenate": _joined,
}


def _with_activation(
    function: Any, name: str, add: Callable[[str, str | None], Value], net: Net
) -> Value:
    """Add a layer with its function, or the function as a layer of its own."""
    known = _function_name(function)
    if known in ACTIVATIONS or known is None:
        return add(name, known)
    return _activation(net, name, function, add(f"{name}/linear", None))


def _activation(net: Net, name: str, function: Any, x: Value) -> Value:
    known = _function_name(function)
    if known is None:
        return x
    if known == "leaky_relu":
        return net.leaky(name, x, _LEAKY_SLOPE)
    if known == "hard_sigmoid":
        return net.hard_sigmoid(name, x)
    if known == "hard_silu":
        return net.hard_swish(name, x)
    return net.activation(name, x, known)


def _function_name(function: Any) -> str | None:
    """Return the name that TensorFlow.js has for a function; None does nothing."""
    if function is None:
        return None
    name = str(getattr(function, "__name__", type(function).__name__))
    if not getattr(function, "__module__", "").startswith("keras."):
        raise Unsupported(f"the function {name} is not one of Keras")
    return None if name == "linear" else _ACTIVATIONS.get(name, name)


def _bias(layer: Any) -> Any:
    return _array(layer.bias) if layer.use_bias else None


def _array(variable: Any) -> Any:
    return np.array(keras.ops.convert_to_numpy(variable))


def _pair(sizes: Any) -> tuple[int, int]:
    first, second = (sizes, sizes) if isinstance(sizes, int) else sizes
    return int(first), int(second)
