"""scikit-learn's multilayer perceptrons: their layers computed from their fitted weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..preprocess import Layout
from .base import CaptureError, Floats, Loss, Receive, Reduce, Reduced, Site

__all__ = ["Dense", "named_layers", "tap"]

Array = npt.NDArray[Any]

_MODELS = ("MLPClassifier", "MLPRegressor")


class Dense(NamedTuple):
    """A layer: ``function(x @ kernel + bias)``, the function by scikit-learn's name."""

    name: str
    kernel: Array
    bias: Array
    function: str


def _softmax(x: Array) -> Array:
    exponentials = np.exp(x - x.max(axis=1, keepdims=True))
    found: Array = exponentials / exponentials.sum(axis=1, keepdims=True)
    return found


_FUNCTIONS: Mapping[str, Callable[[Array], Array]] = {
    "identity": lambda x: x,
    "logistic": lambda x: 0.5 * (np.tanh(0.5 * x) + 1),
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "softmax": _softmax,
    "exp": np.exp,
}


class SklearnTap:
    """Computes what an MLPClassifier or MLPRegressor computes, layer by layer."""

    def __init__(self) -> None:
        self._receivers: dict[int, Receive] = {}

    def original(self, model: Any) -> Any:
        """Return the model; refuse other estimators and what is not fitted."""
        kinds = {cls.__name__ for cls in type(model).__mro__}
        if kinds.isdisjoint(_MODELS):
            raise CaptureError(
                f"invalid model: {type(model).__name__} has no layers; of scikit-learn's models "
                f"{' and '.join(_MODELS)} have"
            )
        if not hasattr(model, "coefs_"):
            raise CaptureError(f"invalid model: {type(model).__name__} is not fitted")
        return model

    def sites(self, model: Any) -> list[Site]:
        """List the hidden layers, ``dense_1`` and so on, and ``output``."""
        return [
            Site(layer.name, "dense", layer.kernel.shape[1], True) for layer in named_layers(model)
        ]

    @contextmanager
    def listening(self, model: Any, receive: Receive) -> Iterator[None]:
        """Have `call` report what each layer puts out."""
        before = self._receivers.get(id(model))
        self._receivers[id(model)] = receive
        try:
            yield
        finally:
            if before is None:
                del self._receivers[id(model)]
            else:
                self._receivers[id(model)] = before

    def as_input(self, model: Any, batch: Any) -> Any:
        """Convert to floating-point numbers, and flatten each sample."""
        if hasattr(batch, "detach"):
            batch = batch.detach().cpu()
        array = np.asarray(batch)
        if array.dtype.kind not in "fiub":
            raise CaptureError(f"invalid x: {array.dtype}; numbers are expected")
        rows = array.reshape(len(array), -1)
        if rows.shape[1] != model.n_features_in_:
            raise CaptureError(
                f"invalid x: {rows.shape[1]} numbers a sample; the model takes "
                f"{model.n_features_in_}"
            )
        return rows if rows.dtype.kind == "f" else rows.astype(np.float64)

    def call(self, model: Any, batch: Any) -> Any:
        """Return probabilities [batch, classes]; of what does not choose one class, nothing."""
        receive = self._receivers.get(id(model))
        values = batch
        for name, kernel, bias, function in named_layers(model):
            values = _FUNCTIONS[function](values @ kernel + bias)
            if receive is not None:
                receive(name, values, 1)
        if model.out_activation_ == "softmax":
            return values
        if is_binary(model):
            return np.concatenate([1 - values, values], axis=1)
        return None

    def ready(self, model: Any, batch: Any) -> None:
        """Do nothing: a fitted model lacks nothing."""

    def is_tensor(self, value: Any) -> bool:
        """Tell whether a value is an array of numbers."""
        return isinstance(value, np.ndarray) and value.dtype.kind == "f"

    def default_axis(self, shape: tuple[int, ...]) -> int:
        """Return the only axis beside that of the batch."""
        return 1

    def layout(self) -> Layout:
        """Pictures are rows of numbers."""
        return "flat"

    def where(self, model: Any) -> str:
        """Name the library."""
        return "scikit-learn"

    def refusal(self, tensor: Any) -> str | None:
        """Refuse nothing."""
        return None

    def reduced(self, tensor: Any, axis: int, reduce: Reduce) -> Reduced:
        """Copy: there is no space."""
        with np.errstate(over="ignore"):
            values = np.array(tensor, dtype=np.float32, order="C")
        lost = int(np.count_nonzero(np.isinf(values) & ~np.isinf(tensor)))
        return Reduced(values, str(tensor.dtype), lost)

    def gradient(self, loss: Loss, batch: Any) -> Floats:
        """Refuse."""
        raise CaptureError("no gradients: scikit-learn has none of a model's input")

    def cross_entropy(self, scores: Any, label: int, are_probabilities: bool) -> Any:
        """Refuse."""
        raise CaptureError("no gradients: scikit-learn has none of a model's input")


tap = SklearnTap()


def named_layers(model: Any) -> list[Dense]:
    """Return the layers of a fitted model, in their order."""
    hidden = len(model.coefs_) - 1
    names = [*(f"dense_{number + 1}" for number in range(hidden)), "output"]
    functions = [*[model.activation] * hidden, model.out_activation_]
    return [
        Dense(*parts)
        for parts in zip(names, model.coefs_, model.intercepts_, functions, strict=True)
    ]


def is_binary(model: Any) -> bool:
    """Tell whether one number says which of two classes it is."""
    classes = getattr(model, "classes_", ())
    return model.out_activation_ == "logistic" and model.n_outputs_ == 1 and len(classes) == 2
