"""Which framework a model belongs to, told without importing one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def of_framework(model: Any, known: Mapping[str, str]) -> str | None:
    """Return what `known` has for the first class in the model's MRO that is a framework's.

    Parameters
    ----------
    model
        A ``torch.nn.Module``, a Keras 3 model on any backend, an estimator of scikit-learn, or
        anything else.
    known
        By the root package of a framework.

    Returns
    -------
    str or None
        None: the model belongs to none of these.
    """
    roots = (cls.__module__.partition(".")[0] for cls in type(model).__mro__)
    return next((known[root] for root in roots if root in known), None)


def unknown_model(model: Any) -> str:
    """Say that a model belongs to no known framework."""
    return (
        f"unknown model: {type(model).__module__}.{type(model).__qualname__}; a PyTorch "
        "module, a Keras 3 model or scikit-learn's MLPClassifier is expected"
    )
