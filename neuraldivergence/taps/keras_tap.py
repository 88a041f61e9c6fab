"""Keras 3 on any backend: the ``call`` of every layer object, wrapped while recording."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .base import CaptureError, Floats, Loss, Receive, Reduce, Reduced, Site, plan

__all__ = ["named_layers", "tap"]

# Untyped on purpose: the checks must give the same result whether or not keras is installed.
keras: Any = importlib.import_module("keras")

_NEURONS = ("units", "filters", "output_dim")
_FEATURES_LAST = (
    keras.layers.Dense,
    keras.layers.EinsumDense,
    keras.layers.Embedding,
    keras.layers.RNN,
    keras.layers.Bidirectional,
    keras.layers.MultiHeadAttention,
)


class KerasTap:
    """Reads the outputs of the layers of a Keras 3 model."""

    def original(self, model: Any) -> Any:
        """Return the model; refuse Keras 2 and what is not a layer."""
        if not isinstance(model, keras.layers.Layer):
            version = getattr(keras, "__version__", "unknown")
            raise CaptureError(
                f"invalid model: {type(model).__name__} is not a Keras 3 layer (keras {version})"
            )
        return model

    def sites(self, model: Any) -> list[Site]:
        """List the layers by name; the layers of a nested model are ``nested/layer``."""
        found = [
            Site(name, _kind(layer), _neurons(layer), default)
            for name, layer, default in named_layers(model)
        ]
        if any(site.default for site in found):
            return found
        return [Site(site.name, site.kind, site.neurons, True) for site in found]

    @contextmanager
    def listening(self, model: Any, receive: Receive) -> Iterator[None]:
        """Wrap ``call`` on every layer object; no gradients, all state restored."""
        with ExitStack() as undo:
            undo.callback(_restore_state, _state(model))
            undo.enter_context(_no_gradients())
            for name, layer, _ in named_layers(model):
                undo.callback(_restore_call, layer, layer.__dict__.get("call"))
                # Past __setattr__, which would track the wrapper as state of the layer.
                layer.__dict__["call"] = _wrapped(layer.call, name, _axis(layer), receive)
            yield

    def as_input(self, model: Any, batch: Any) -> Any:
        """Convert arrays, and tensors of other frameworks, to tensors of the backend."""
        if keras.ops.is_tensor(batch):
            return batch
        if hasattr(batch, "detach"):
            batch = batch.detach().cpu()
        return keras.ops.convert_to_tensor(np.array(batch))

    def call(self, model: Any, batch: Any) -> Any:
        """Run the model eagerly with ``training=False``."""
        return model(batch, training=False)

    def ready(self, model: Any, batch: Any) -> None:
        """Build a model without weights yet by running it once, before any call is wrapped."""
        if not model.built or any(not layer.built for _, layer, _ in named_layers(model)):
            with _no_gradients():
                self.call(model, batch)

    def is_tensor(self, value: Any) -> bool:
        """Tell whether a value is a tensor with values: neither symbolic nor being traced."""
        if isinstance(value, keras.KerasTensor) or not keras.ops.is_tensor(value):
            return False
        backend = keras.backend.backend()
        if backend == "jax":
            return not isinstance(value, sys.modules["jax"].core.Tracer)
        if backend == "tensorflow":
            return not hasattr(value, "graph") or bool(
                sys.modules["tensorflow"].executing_eagerly()
            )
        return str(getattr(value, "device", "")) != "meta"

    def default_axis(self, shape: tuple[int, ...]) -> int:
        """Follow the image data format that Keras is set to."""
        return 1 if self.layout() == "channels_first" and len(shape) >= 4 else -1

    def layout(self) -> Literal["channels_first", "channels_last"]:
        """Return the image data format that Keras is set to."""
        is_first = keras.config.image_data_format() == "channels_first"
        return "channels_first" if is_first else "channels_last"

    def where(self, model: Any) -> str:
        """Name the backend, and the devices of the weights."""
        found = [getattr(weight.value, "device", None) for weight in model.weights]
        devices = dict.fromkeys(str(device) for device in found if device is not None)
        listed = f" on {', '.join(devices)}" if devices else ""
        return f"Keras with {keras.backend.backend()}{listed}"

    def refusal(self, tensor: Any) -> str | None:
        """Refuse complex tensors."""
        dtype = keras.backend.standardize_dtype(tensor.dtype)
        if dtype.startswith("complex"):
            return f"{dtype} values have no order; record their magnitude instead"
        return None

    def reduced(self, tensor: Any, axis: int, reduce: Reduce) -> Reduced:
        """Copy to NumPy, then reduce there."""
        dtype = str(keras.backend.standardize_dtype(tensor.dtype))
        array = np.asarray(keras.ops.convert_to_numpy(tensor))
        if array.ndim == 1:
            array, axis = array[:, None], 1
        order, index = plan(array.shape, axis, reduce)
        array = array.transpose(order)
        if index is not None:
            array = array[index]
        if array.dtype != np.float64:
            array = array.astype(np.float32)
        if array.ndim > 2 and reduce in ("mean", "max"):
            space = tuple(range(2, array.ndim))
            array = array.max(space) if reduce == "max" else array.mean(space, dtype=np.float64)
        source = array.reshape(len(array), -1)
        with np.errstate(over="ignore"):
            values = np.array(source, dtype=np.float32, order="C")
        lost = int(np.count_nonzero(np.isinf(values) & ~np.isinf(source)))
        return Reduced(values, dtype, lost)

    def gradient(self, loss: Loss, batch: Any) -> Floats:
        """Differentiate by the input alone, with what the backend has for it."""
        batch = keras.ops.cast(batch, keras.config.floatx())
        backend = keras.backend.backend()
        if backend == "jax":
            found = sys.modules["jax"].grad(loss)(batch)
        elif backend == "tensorflow":
            with sys.modules["tensorflow"].GradientTape() as tape:
                tape.watch(batch)
                value = loss(batch)
            found = tape.gradient(value, batch)
        elif backend == "torch":
            torch = sys.modules["torch"]
            with torch.enable_grad():
                batch = batch.detach().requires_grad_(True)
                (found,) = torch.autograd.grad(loss(batch), batch)
        else:
            raise CaptureError(f"no gradients: Keras runs on {backend}")
        return np.array(keras.ops.convert_to_numpy(found), np.float32)

    def cross_entropy(self, scores: Any, label: int, are_probabilities: bool) -> Any:
        """Compute in float32."""
        ops = keras.ops
        scores = ops.cast(scores, "float32")
        if are_probabilities:
            tiny = float(np.finfo(np.float32).tiny)
            return -ops.sum(ops.log(ops.maximum(scores[:, label], tiny)))
        return ops.sum(ops.logsumexp(scores, axis=1) - scores[:, label])


tap = KerasTap()


def named_layers(model: Any) -> list[tuple[str, Any, bool]]:
    """List (name, layer, recorded by default) of every layer below a model, each object once."""
    found: list[tuple[str, Any, bool]] = []
    seen: set[int] = set()
    names: dict[str, int] = {}

    def walk(layer: Any, prefix: str, inside_builtin: bool) -> None:
        for child in _children(layer):
            if id(child) in seen or isinstance(child, keras.layers.InputLayer):
                continue
            seen.add(id(child))
            name = prefix + child.name
            names[name] = names.get(name, -1) + 1
            if names[name]:
                name = f"{name}#{names[name]}"
            whole = _is_whole(child)
            found.append((name, child, whole and not inside_builtin and _is_active(child)))
            walk(child, f"{name}/", inside_builtin or whole)

    walk(model, "", False)
    return found or [(model.name, model, True)]


def _children(layer: Any) -> list[Any]:
    return list(layer._flatten_layers(include_self=False, recursive=False))


def _is_whole(layer: Any) -> bool:
    """Tell whether the parts of a layer are its own business (attention, recurrent cells)."""
    if isinstance(layer, keras.Model):
        return False
    return type(layer).__module__.startswith("keras.") or not _children(layer)


def _is_active(layer: Any) -> bool:
    if ".layers.activations." in type(layer).__module__ or layer.weights:
        return True
    return not layer.built and type(layer).build is not keras.layers.Layer.build


def _kind(layer: Any) -> str:
    if isinstance(layer, keras.layers.Activation):
        return str(getattr(layer.activation, "__name__", "activation"))
    return type(layer).__name__.lower()


def _neurons(layer: Any) -> int | None:
    for attribute in _NEURONS:
        value = getattr(layer, attribute, None)
        if isinstance(value, int):
            return value
    return None


def _axis(layer: Any) -> int | None:
    data_format = getattr(layer, "data_format", None)
    if data_format is not None:
        return 1 if data_format == "channels_first" else -1
    if isinstance(layer, _FEATURES_LAST):
        return -1
    axis = getattr(layer, "axis", None)
    if isinstance(axis, list | tuple) and len(axis) == 1:
        axis = axis[0]
    normalizes = ".layers.normalization." in type(layer).__module__
    return axis if normalizes and isinstance(axis, int) else None


def _wrapped(call: Any, name: str, axis: int | None, receive: Receive) -> Any:
    @functools.wraps(call)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        output = call(*args, **kwargs)
        receive(name, output, axis)
        return output

    return wrapper


def _restore_call(layer: Any, own: Any) -> None:
    if own is None:
        layer.__dict__.pop("call", None)
    else:
        layer.__dict__["call"] = own


def _state(model: Any) -> list[tuple[Any, npt.NDArray[Any]]]:
    """Copy all that a forward pass could change: statistics, counters, seeds."""
    learned = {id(variable) for variable in model.trainable_variables}
    return [
        (variable, np.array(keras.ops.convert_to_numpy(variable.value)))
        for variable in model.variables
        if id(variable) not in learned
    ]


def _restore_state(state: list[tuple[Any, npt.NDArray[Any]]]) -> None:
    for variable, before in state:
        if not np.array_equal(keras.ops.convert_to_numpy(variable.value), before):
            variable.assign(before)


def _no_gradients() -> Any:
    if keras.backend.backend() == "torch":
        return sys.modules["torch"].no_grad()
    return ExitStack()
