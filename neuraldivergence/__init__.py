"""See how a neural network's neurons respond: activation distributions in JupyterLab.

>>> import neuraldivergence as nd
>>> recording = nd.record(model, images, labels=labels, layers=["fc1", "fc2"])
>>> recording
"""

from typing import TYPE_CHECKING, Any

from . import order as by
from .errors import CastWarning, FormatError, SizeWarning, VersionError
from .files import load
from .recording import Class, Instance, Layer, Recording, Summary

if TYPE_CHECKING:
    from .record import layers, record

__all__ = [
    "CastWarning",
    "Class",
    "FormatError",
    "Instance",
    "Layer",
    "Recording",
    "SizeWarning",
    "Summary",
    "VersionError",
    "__version__",
    "by",
    "layers",
    "load",
    "record",
]


def _version() -> str:
    try:
        from ._version import __version__ as built
    except ImportError:
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("neuraldivergence")
        except PackageNotFoundError:
            return "0.0.0"
    return str(built)


__version__ = _version()


def __getattr__(name: str) -> Any:
    if name == "layers":
        from .record import layers

        return layers
    if name == "record":
        from .record import record

        # The submodule of the same name would otherwise stay in its place.
        globals()["record"] = record
        return record
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "neuraldivergence"}]
