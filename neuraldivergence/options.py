"""The keywords that say what a view shows first, listed once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict, TypeVar

if TYPE_CHECKING:
    from .order import Order

__all__ = ["ViewOptions", "lists_view_options"]


class ViewOptions(TypedDict, total=False):
    """What can be said about a view; `Recording.show` documents each keyword."""

    layers: Sequence[str] | None
    classes: Sequence[str | int] | None
    instances: Sequence[str] | None
    samples: Sequence[int | Mapping[str, object]] | None
    kept: Sequence[Mapping[str, object]] | None
    groups: Sequence[str | Mapping[str, object]] | None
    brush: Mapping[str, object] | None
    detail: Mapping[str, object] | None
    findings: Mapping[str, object] | None
    model: str | Mapping[str, object] | None
    order: Order | None
    descending: bool | None
    bins: int | None
    axis: str | None
    extent: str | None
    opacity: str | None
    scale: str | None
    membership: str | None
    hidden: str | None
    classes_as: str | None
    zeros: str | None
    row_height: str | None
    scroll: str | None
    marked_only: bool | None
    hide: Mapping[str, Sequence[int]] | None
    mark: Mapping[str, Sequence[int]] | None


_Function = TypeVar("_Function", bound=Callable[..., object])


def lists_view_options(function: _Function) -> _Function:
    """Name the keywords in the signature that help and completion read, in place of ``**view``."""
    signature = inspect.signature(function)
    own = list(signature.parameters.values())
    listed = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=getattr(hint, "__forward_arg__", hint),
        )
        for name, hint in ViewOptions.__annotations__.items()
    ]
    positional = [p for p in own if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    keywords = [p for p in own if p.kind is inspect.Parameter.KEYWORD_ONLY]
    vars(function)["__signature__"] = signature.replace(
        parameters=[*positional, *listed, *keywords]
    )
    return function
