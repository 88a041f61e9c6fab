"""Exporters: a model as TensorFlow.js runs it, one file a framework.

An exporter is looked up like a tap: by the modules that the classes of a model come from.
"""

from __future__ import annotations

import importlib
from typing import Any

from .base import Exported, Exporter, ExportError

__all__ = ["ExportError", "Exported", "Exporter", "exporter_of"]

# root package of a class in the model's MRO -> file in this folder
_EXPORTERS = {"keras": "keras_layers", "torch": "torch_graph"}


def exporter_of(model: Any) -> Exporter:
    """Find the exporter for a model.

    Raises
    ------
    ExportError
        The model belongs to no known framework.
    """
    for cls in type(model).__mro__:
        name = _EXPORTERS.get(cls.__module__.partition(".")[0])
        if name is not None:
            module = importlib.import_module(f"{__name__}.{name}")
            exporter: Exporter = module.export
            return exporter
    raise ExportError(
        f"unknown model: {type(model).__module__}.{type(model).__qualname__}; a PyTorch module or "
        "a Keras 3 model is expected"
    )
