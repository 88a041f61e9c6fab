"""See how a neural network's neurons respond: activation distributions in JupyterLab.

>>> import neuraldivergence as nd
>>> recording = nd.record(model, images, labels=labels, layers=["fc1", "fc2"])
>>> recording
"""

from importlib import import_module

from . import attacks
from . import order as by
from .comparison import compare
from .errors import CastWarning, FormatError, SizeWarning, VersionError
from .files import load
from .model import Model
from .preprocess import Preprocess
from .record import layers, record
from .recording import Class, Column, Group, Instance, Layer, Recording, Summary

__all__ = [
    "CastWarning",
    "Class",
    "Column",
    "FormatError",
    "Group",
    "Instance",
    "Layer",
    "Model",
    "Preprocess",
    "Recording",
    "SizeWarning",
    "Summary",
    "VersionError",
    "__version__",
    "attacks",
    "by",
    "compare",
    "layers",
    "load",
    "record",
]


def _version() -> str:
    try:
        return str(import_module("._version", __name__).__version__)
    except ImportError:  # not built, for example in a checkout
        return "0.0.0"


__version__ = _version()


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "neuraldivergence"}]
