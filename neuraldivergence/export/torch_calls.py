"""What PyTorch's modules, functions and methods are as layers of a network.

Parameters have the names and the order that they have in PyTorch.
"""

from __future__ import annotations

import importlib
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any

import numpy as np
import numpy.typing as npt

from .net import Net, Pair, Unsupported, Value

__all__ = ["BATCH", "FUNCTIONS", "METHODS", "MODULES", "stored", "torch_shape"]

# Untyped on purpose, as in the tap.
torch: Any = importlib.import_module("torch")
F: Any = torch.nn.functional

Call = Callable[..., Any]


class _Batch:
    """The number of pictures, which a network does not know."""

    def __repr__(self) -> str:
        return "the number of pictures"


BATCH = _Batch()


def torch_shape(x: Value) -> tuple[int, ...]:
    """Return the shape that the tensor has in PyTorch, without the batch."""
    shape = x.shape
    return (shape[2], shape[0], shape[1]) if len(shape) == 3 else shape


def stored(net: Net, name: str, x: Value) -> Value:
    """Return a tensor in PyTorch's order as the network keeps it: of three axes the first last."""
    return net.permuted(f"{name}/last", x, (2, 3, 1)) if len(x.shape) == 3 else x


def _features(net: Net, name: str, x: Value) -> Value:
    """Return what has its features last in PyTorch, as the network keeps it."""
    return replace(stored(net, name, x), unturned=x) if len(x.shape) == 3 else x


def _plain(net: Net, name: str, x: Value) -> Value:
    """Return a tensor of the network in PyTorch's order."""
    return net.permuted(f"{name}/first", x, (3, 1, 2)) if len(x.shape) == 3 else x


def _conv2d(
    net: Net,
    name: str,
    input: Value,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Value:
    kernel = _array(weight).transpose(2, 3, 1, 0)
    dilations = _pair(dilation)
    if padding == "same":
        totals = [dilations[axis] * (kernel.shape[axis] - 1) for axis in (0, 1)]
        rows, columns = ((total // 2, total - total // 2) for total in totals)
    elif padding == "valid":
        rows = columns = (0, 0)
    else:
        rows, columns = ((pad, pad) for pad in _pair(padding))
    return net.conv(
        name,
        input,
        kernel,
        None if bias is None else _array(bias),
        strides=_pair(stride),
        dilation=dilations,
        pads=(rows, columns),
        groups=groups,
    )


def _linear(net: Net, name: str, input: Value, weight: Any, bias: Any = None) -> Value:
    x = _plain(net, name, input)
    x = net.dense(name, x, _array(weight).T, None if bias is None else _array(bias))
    return _features(net, name, x)


def _batch_norm(
    net: Net,
    name: str,
    input: Value,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Value:
    if running_mean is None or training:
        raise Unsupported("it normalises with the statistics of the batch")
    if len(input.shape) == 2:
        raise Unsupported(f"it gets {input.shape}, neither features nor a picture")
    return net.normalized(
        name,
        input,
        mean=_array(running_mean),
        variance=_array(running_var),
        gamma=None if weight is None else _array(weight),
        beta=None if bias is None else _array(bias),
        epsilon=eps,
    )


def _each(call: Call) -> Call:
    """Return the call of what does the same with each entry: of features in their own order."""

    @wraps(call)
    def in_order(net: Net, name: str, input: Value, *args: Any, **kwargs: Any) -> Value:
        value: Value = call(net, name, input.unturned or input, *args, **kwargs)
        return value if input.unturned is None else _features(net, name, value)

    return in_order


def _function(function: str) -> Call:
    @_each
    def call(net: Net, name: str, input: Value, inplace: bool = False) -> Value:
        return net.activation(name, input, function)

    return call


def _hard(is_gate: bool) -> Call:
    @_each
    def call(net: Net, name: str, input: Value, inplace: bool = False) -> Value:
        return net.hard_sigmoid(name, input) if is_gate else net.hard_swish(name, input)

    return call


@_each
def _leaky(
    net: Net, name: str, input: Value, negative_slope: float = 0.01, inplace: bool = False
) -> Value:
    return net.leaky(name, input, negative_slope)


@_each
def _elu(net: Net, name: str, input: Value, alpha: float = 1.0, inplace: bool = False) -> Value:
    if alpha != 1:
        raise Unsupported(f"alpha {alpha}, not 1")
    return net.activation(name, input, "elu")


@_each
def _gelu(net: Net, name: str, input: Value, approximate: str = "none") -> Value:
    if approximate != "none":
        raise Unsupported(f"approximate={approximate!r}, not the exact function")
    return net.activation(name, input, "gelu")


@_each
def _softplus(net: Net, name: str, input: Value, beta: float = 1, threshold: float = 20) -> Value:
    if beta != 1:
        raise Unsupported(f"beta {beta}, not 1")
    return net.activation(name, input, "softplus")


def _softmax(function: str) -> Call:
    def call(
        net: Net, name: str, input: Value, dim: int | None = None, *_: Any, **__: Any
    ) -> Value:
        rank = len(input.shape) + 1
        axis = (1 if rank in (2, 4) else 0) if dim is None else dim % rank
        # The axis that lies last in the network.
        if axis != (1 if rank == 4 else rank - 1):
            raise Unsupported(f"dim {dim} of {rank}")
        return net.activation(name, input, function)

    return call


def _max_pool2d(
    net: Net,
    name: str,
    input: Value,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Value:
    if _pair(dilation) != (1, 1) or return_indices:
        raise Unsupported("it dilates, or returns indices")
    size, strides = _pair(kernel_size), _pair(stride or kernel_size)
    pads = _pool_pads(input, size, strides, _pair(padding), ceil_mode)
    return net.largest(name, input, size, strides, pads)


def _avg_pool2d(
    net: Net,
    name: str,
    input: Value,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Value:
    if divisor_override is not None:
        raise Unsupported("it divides by another number")
    size, strides, around = _pair(kernel_size), _pair(stride or kernel_size), _pair(padding)
    pads = _pool_pads(input, size, strides, around, ceil_mode)
    is_beyond = any(after > before for before, after in pads)
    if is_beyond and around != (0, 0):
        raise Unsupported("it pads, and ceil_mode takes windows beyond")
    # Windows that ceil_mode takes in are means of what is there.
    counts_zeros = count_include_pad and not is_beyond
    return net.average(name, input, size, strides, pads, counts_zeros=counts_zeros)


def _pool_pads(
    x: Value, size: Pair, strides: Pair, around: Pair, ceil_mode: bool
) -> tuple[Pair, Pair]:
    """Return the padding, after the last row and column as much as windows of `ceil_mode` need."""
    if len(x.shape) != 3:
        raise Unsupported(f"it gets {x.shape}, no picture")
    pads = []
    for axis, pad in enumerate(around):
        length, stride = x.shape[axis], strides[axis]
        room = length + 2 * pad - size[axis]
        count = -(-room // stride) if ceil_mode else room // stride
        if ceil_mode and count * stride >= length + pad:
            count -= 1  # a window that begins behind the end
        pads.append((pad, max(pad, count * stride + size[axis] - length - pad)))
    return pads[0], pads[1]


def _adaptive(is_largest: bool) -> Call:
    def call(
        net: Net, name: str, input: Value, output_size: Any, return_indices: bool = False
    ) -> Value:
        if len(input.shape) != 3 or return_indices:
            raise Unsupported(f"it gets {input.shape}, or returns indices")
        wanted = (output_size, output_size) if _is_number(output_size) else output_size
        counts = [
            input.shape[axis] if wanted[axis] is None else int(wanted[axis]) for axis in (0, 1)
        ]
        if any(input.shape[axis] % counts[axis] for axis in (0, 1)):
            raise Unsupported(
                f"{counts[0]} × {counts[1]} do not divide {input.shape[0]} × {input.shape[1]}"
            )
        size = (input.shape[0] // counts[0], input.shape[1] // counts[1])
        pooled = net.largest if is_largest else net.average
        return pooled(name, input, size, size)

    return call


def _mean(
    net: Net, name: str, input: Value, dim: Any = None, keepdim: bool = False, **_: Any
) -> Value:
    axes = {axis % 4 for axis in ((dim,) if isinstance(dim, int) else dim or ())}
    if len(input.shape) != 3 or axes != {2, 3}:
        raise Unsupported(f"a mean over {dim} of {_with_batch(input)}, not over space")
    if keepdim:
        size = (input.shape[0], input.shape[1])
        return net.average(name, input, size, size)
    return net.over_space(name, input, "Average")


def _flatten(net: Net, name: str, input: Value, start_dim: int = 0, end_dim: int = -1) -> Value:
    shape = torch_shape(input)
    rank = len(shape) + 1
    start, end = start_dim % rank - 1, end_dim % rank
    if start < 0:
        raise Unsupported("it takes pictures together")
    return _shaped(net, name, input, (*shape[:start], math.prod(shape[start:end]), *shape[end:]))


def _reshape(net: Net, name: str, input: Value, *shape: Any) -> Value:
    sizes = list(shape[0] if len(shape) == 1 and not _is_number(shape[0]) else shape)
    whole = math.prod(input.shape)
    first, rest = sizes[0], [int(size) for size in sizes[1:]]
    known = math.prod(size for size in rest if size != -1)
    if -1 in rest and rest.count(-1) == 1 and first is BATCH and whole % max(known, 1) == 0:
        rest[rest.index(-1)] = whole // max(known, 1)
    if (first is not BATCH and first != -1) or math.prod(rest) != whole or min(rest) < 1:
        raise Unsupported(f"shape {sizes} of {_with_batch(input)}")
    return _shaped(net, name, input, tuple(rest))


def _unflatten(net: Net, name: str, input: Value, dim: int, sizes: Sequence[int]) -> Value:
    shape = torch_shape(input)
    axis = dim % (len(shape) + 1) - 1
    parts = np.empty(shape[axis], np.bool_).reshape(sizes).shape
    return _shaped(net, name, input, (*shape[:axis], *parts, *shape[axis + 1 :]))


def _squeeze(net: Net, name: str, input: Value, dim: int | None = None) -> Value:
    shape = torch_shape(input)
    rank = len(shape) + 1
    places = range(1, rank) if dim is None else (dim % rank,)
    kept = [size for axis, size in enumerate(shape, 1) if size != 1 or axis not in places]
    return _shaped(net, name, input, tuple(kept))


def _unsqueeze(net: Net, name: str, input: Value, dim: int) -> Value:
    shape = torch_shape(input)
    axis = dim % (len(shape) + 2) - 1
    if axis < 0:
        raise Unsupported("a new axis before the pictures")
    return _shaped(net, name, input, (*shape[:axis], 1, *shape[axis:]))


def _shaped(net: Net, name: str, x: Value, shape: tuple[int, ...]) -> Value:
    """Return the entries, in PyTorch's order, in another shape."""
    if shape == torch_shape(x):
        return x
    if not 1 <= len(shape) <= 3:
        raise Unsupported(f"{len(shape)} axes beside that of pictures")
    return stored(net, name, net.reshaped(name, _plain(net, name, x), shape))


def _permute(net: Net, name: str, input: Value, *dims: Any) -> Value:
    axes = list(dims[0] if len(dims) == 1 and not _is_number(dims[0]) else dims)
    axes = [axis % len(axes) for axis in axes]
    if axes[0] != 0:
        raise Unsupported("it moves the axis of pictures")
    return stored(net, name, net.permuted(name, _plain(net, name, input), axes[1:]))


def _transpose(net: Net, name: str, input: Value, dim0: int, dim1: int) -> Value:
    axes = list(range(len(input.shape) + 1))
    axes[dim0], axes[dim1] = axes[dim1], axes[dim0]
    return _permute(net, name, input, axes)


def _cat(net: Net, name: str, tensors: Sequence[Value], dim: int = 0, **_: Any) -> Value:
    rank = len(tensors[0].shape) + 1
    axis = dim % rank
    if axis == 0:
        raise Unsupported("it puts pictures together")
    if rank == 4:
        axis = {1: 3, 2: 1, 3: 2}[axis]
    return net.joined(name, tensors, axis)


def _interpolate(
    net: Net,
    name: str,
    input: Value,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    *_: Any,
    **__: Any,
) -> Value:
    if mode not in ("nearest", "nearest-exact") or len(input.shape) != 3:
        raise Unsupported(f"mode {mode}, not nearest, of a picture")
    if size is not None:
        factors = [wanted / input.shape[axis] for axis, wanted in enumerate(_two(size))]
    else:
        factors = list(_two(scale_factor))
    if any(factor != int(factor) or factor < 1 for factor in factors):
        raise Unsupported(f"factors {factors}, not whole numbers")
    return net.repeated(name, input, (int(factors[0]), int(factors[1])))


def _pad(
    net: Net,
    name: str,
    input: Value,
    pad: Any,
    mode: str = "constant",
    value: float | None = None,
) -> Value:
    sides = list(pad)
    if mode != "constant" or value or len(sides) > 4:
        raise Unsupported(f"mode {mode} with {value}, not zeros around a picture")
    left, right, top, bottom = (*sides, 0, 0)[:4]
    return net.padded(name, input, ((top, bottom), (left, right)))


def _add(net: Net, name: str, input: Any, other: Any, *, alpha: float = 1) -> Value:
    if isinstance(input, Value) and isinstance(other, Value):
        scaled = other if alpha == 1 else net.scaled(f"{name}/other", other, alpha)
        return net.merged(name, (input, scaled), "Add")
    if isinstance(input, Value):
        return net.scaled(name, input, 1, alpha * _constant(input, other))
    return net.scaled(name, other, alpha, _constant(other, input))


def _sub(net: Net, name: str, input: Any, other: Any, *, alpha: float = 1) -> Value:
    return _add(net, name, input, other, alpha=-alpha)


def _mul(net: Net, name: str, input: Any, other: Any) -> Value:
    if isinstance(input, Value) and isinstance(other, Value):
        return net.merged(name, (input, other), "Multiply")
    x, factor = (input, other) if isinstance(input, Value) else (other, input)
    return net.scaled(name, x, _constant(x, factor))


def _div(net: Net, name: str, input: Any, other: Any) -> Value:
    if not isinstance(input, Value) or isinstance(other, Value):
        raise Unsupported("it divides by a tensor that it computes")
    return net.scaled(name, input, 1 / _constant(input, other))


def _constant(x: Value, other: Any) -> npt.NDArray[np.float64]:
    """Return a number, or one a channel of `x`."""
    numbers = _array(other).astype(np.float64) if hasattr(other, "detach") else np.float64(other)
    if numbers.size == 1:
        return np.array(numbers, np.float64).reshape(())
    whole = (1, *torch_shape(x))
    wanted = [1] * len(whole)
    axis = 1 if len(whole) == 4 else len(whole) - 1
    wanted[axis] = whole[axis]
    shape = [1] * (len(whole) - numbers.ndim) + list(numbers.shape)
    if shape != wanted:
        raise Unsupported(
            f"a constant of shape {numbers.shape}, neither a number nor one a channel"
        )
    return np.array(numbers, np.float64).reshape(-1)


def _size(net: Net, name: str, input: Value, dim: int | None = None) -> Any:
    sizes = _with_batch(input)
    return sizes if dim is None else sizes[dim]


def _getattr(net: Net, name: str, input: Value, attribute: str) -> Any:
    if attribute == "shape":
        return _with_batch(input)
    if attribute == "ndim":
        return len(input.shape) + 1
    raise Unsupported(f"attribute {attribute}")


def _getitem(net: Net, name: str, input: Any, index: Any) -> Any:
    if isinstance(input, Value):
        raise Unsupported("a part of a tensor")
    return input[index]


def _same(net: Net, name: str, input: Value, *_: Any, **__: Any) -> Value:
    return input


def _dropout(
    net: Net,
    name: str,
    input: Value,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
) -> Value:
    if training and p > 0:
        raise Unsupported("it is active outside training; give it training=self.training")
    return input


def _with_batch(x: Value) -> tuple[Any, ...]:
    return (BATCH, *torch_shape(x))


def _array(tensor: Any) -> npt.NDArray[np.float32]:
    array: npt.NDArray[np.float32] = tensor.detach().cpu().float().numpy()
    return array


def _is_number(value: Any) -> bool:
    return isinstance(value, int) or value is BATCH


def _pair(sizes: Any) -> Pair:
    first, second = _two(sizes)
    return int(first), int(second)


def _two(sizes: Any) -> Any:
    return (sizes, sizes) if isinstance(sizes, int | float) else tuple(sizes)


def _conv_module(net: Net, name: str, module: Any, x: Value) -> Value:
    if module.padding_mode != "zeros":
        raise Unsupported(f"padding_mode {module.padding_mode!r}, not zeros")
    return _conv2d(
        *(net, name, x, module.weight, module.bias),
        *(module.stride, module.padding, module.dilation, module.groups),
    )


def _norm_module(net: Net, name: str, module: Any, x: Value) -> Value:
    return _batch_norm(
        *(net, name, x, module.running_mean, module.running_var, module.weight, module.bias),
        eps=module.eps,
    )


def _by(call: Call, *attributes: str) -> Call:
    """Return the call of a module by the call of its function, and what that gets of the module."""

    def of_module(net: Net, name: str, module: Any, x: Value) -> Any:
        return call(net, name, x, **{key: getattr(module, key) for key in attributes})

    return of_module


def _hardtanh(net: Net, name: str, module: Any, x: Value) -> Value:
    if module.min_val != 0:
        raise Unsupported(f"limits {module.min_val} … {module.max_val}")
    return net.clipped(name, x, module.max_val)


def _pad_module(net: Net, name: str, module: Any, x: Value) -> Value:
    return _pad(net, name, x, _four(module.padding))


def _four(padding: Any) -> Any:
    return [padding] * 4 if isinstance(padding, int) else padding


_POOL = ("kernel_size", "stride", "padding", "ceil_mode")
MODULES: Mapping[str, Call] = {
    "Conv2d": _conv_module,
    "Linear": _by(_linear, "weight", "bias"),
    "BatchNorm1d": _norm_module,
    "BatchNorm2d": _norm_module,
    "ReLU": _by(_function("relu")),
    "ReLU6": _by(_function("relu6")),
    "LeakyReLU": _by(_leaky, "negative_slope"),
    "ELU": _by(_elu, "alpha"),
    "SELU": _by(_function("selu")),
    "GELU": _by(_gelu, "approximate"),
    "SiLU": _by(_function("swish")),
    "Mish": _by(_function("mish")),
    "Hardsigmoid": _by(_hard(is_gate=True)),
    "Hardswish": _by(_hard(is_gate=False)),
    "Hardtanh": _hardtanh,
    "Sigmoid": _by(_function("sigmoid")),
    "Tanh": _by(_function("tanh")),
    "Softplus": _by(_softplus, "beta"),
    "Softsign": _by(_function("softsign")),
    "Softmax": _by(_softmax("softmax"), "dim"),
    "LogSoftmax": _by(_softmax("log_softmax"), "dim"),
    "MaxPool2d": _by(_max_pool2d, *_POOL, "dilation", "return_indices"),
    "AvgPool2d": _by(_avg_pool2d, *_POOL, "count_include_pad", "divisor_override"),
    "AdaptiveAvgPool2d": _by(_adaptive(is_largest=False), "output_size"),
    "AdaptiveMaxPool2d": _by(_adaptive(is_largest=True), "output_size", "return_indices"),
    "Flatten": _by(_flatten, "start_dim", "end_dim"),
    "Unflatten": lambda net, name, module, x: _unflatten(
        net, name, x, module.dim, module.unflattened_size
    ),
    "ZeroPad2d": _pad_module,
    "Upsample": _by(_interpolate, "size", "scale_factor", "mode"),
    **dict.fromkeys(
        ("Identity", "Dropout", "Dropout1d", "Dropout2d", "AlphaDropout", "FeatureAlphaDropout"),
        _by(_same),
    ),
}
METHODS: Mapping[str, Call] = {
    "relu": _function("relu"),
    "sigmoid": _function("sigmoid"),
    "tanh": _function("tanh"),
    "softmax": _softmax("softmax"),
    "log_softmax": _softmax("log_softmax"),
    "flatten": _flatten,
    "view": _reshape,
    "reshape": _reshape,
    "unflatten": _unflatten,
    "squeeze": _squeeze,
    "unsqueeze": _unsqueeze,
    "permute": _permute,
    "transpose": _transpose,
    "mean": _mean,
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "size": _size,
    "dim": lambda net, name, input: len(input.shape) + 1,
    **dict.fromkeys(("contiguous", "float", "to", "clone", "detach"), _same),
}
FUNCTIONS: Mapping[Any, Call] = {
    **{
        getattr(torch, name): call
        for name, call in METHODS.items()
        if callable(getattr(torch, name, None))
    },
    F.conv2d: _conv2d,
    F.linear: _linear,
    F.batch_norm: _batch_norm,
    F.relu: _function("relu"),
    F.relu6: _function("relu6"),
    F.leaky_relu: _leaky,
    F.elu: _elu,
    F.selu: _function("selu"),
    F.gelu: _gelu,
    F.silu: _function("swish"),
    F.mish: _function("mish"),
    F.hardsigmoid: _hard(is_gate=True),
    F.hardswish: _hard(is_gate=False),
    F.sigmoid: _function("sigmoid"),
    F.tanh: _function("tanh"),
    F.softplus: _softplus,
    F.softsign: _function("softsign"),
    F.softmax: _softmax("softmax"),
    F.log_softmax: _softmax("log_softmax"),
    F.max_pool2d: _max_pool2d,
    F.avg_pool2d: _avg_pool2d,
    F.adaptive_avg_pool2d: _adaptive(is_largest=False),
    F.adaptive_max_pool2d: _adaptive(is_largest=True),
    F.interpolate: _interpolate,
    F.pad: _pad,
    torch.cat: _cat,
    torch.concat: _cat,
    operator.add: _add,
    operator.iadd: _add,
    operator.sub: _sub,
    operator.isub: _sub,
    operator.mul: _mul,
    operator.imul: _mul,
    operator.truediv: _div,
    operator.itruediv: _div,
    operator.getitem: _getitem,
    getattr: _getattr,
    **dict.fromkeys((F.dropout, F.dropout1d, F.dropout2d, F.alpha_dropout), _dropout),
}
