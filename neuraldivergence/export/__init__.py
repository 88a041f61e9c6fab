"""Exporters: a model as TensorFlow.js runs it, one file a framework.

An exporter is looked up like a tap: by the modules that the classes of a model come from.
"""

from __future__ import annotations

import importlib
from typing import Any

from ..framework import of_framework, unknown_model
from .base import Exported, Exporter, ExportError

__all__ = ["ExportError", "Exported", "Exporter", "exporter_of"]

# root package of a framework -> file in this folder
_EXPORTERS = {"keras": "keras_layers", "sklearn": "sklearn_mlp", "torch": "torch_graph"}


def exporter_of(model: Any) -> Exporter:
    """Find the exporter for a model.

    Raises
    ------
    ExportError
        The model belongs to no known framework.
    """
    name = of_framework(model, _EXPORTERS)
    if name is None:
        raise ExportError(unknown_model(model))
    exporter: Exporter = importlib.import_module(f"{__name__}.{name}").export
    return exporter
