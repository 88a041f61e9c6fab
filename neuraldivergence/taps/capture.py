"""What the firings of one forward pass become: named rows of float32."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .base import CaptureError, Floats, Reduce, Site, Tap, leaves, plan

__all__ = ["Capture", "Captured", "Request", "requests_of"]

_ADDRESS = re.compile(r"(?P<site>.*?)(?::(?P<call>\d+))?(?P<path>(?:\[[^\]]*\])*)", re.DOTALL)
_NAMES_SHOWN = 40


@dataclass(frozen=True)
class Request:
    """Wanted outputs: those of a site, of one of its calls, or a part of them."""

    text: str
    site: str
    call: int | None
    path: str

    def wants(self, site: str, call: int, path: str) -> bool:
        """Tell whether a firing of a site is meant."""
        return site == self.site and self.call in (None, call) and path.startswith(self.path)


@dataclass(frozen=True)
class Captured:
    """One output of one forward pass.

    Attributes
    ----------
    values
        float32 [batch, neurons].
    reduction
        How space was reduced; None when there was no space or every unit is kept.
    units
        Sizes of the neurons' axis and of space when every unit of a space is kept, else None.
    dtype
        What the values were before the cast to float32.
    overflowed
        Finite values that became infinite in the cast.
    """

    values: Floats
    site: str
    kind: str
    reduction: str | None
    units: tuple[int, ...] | None
    dtype: str
    overflowed: int


def requests_of(names: Iterable[str], sites: Sequence[Site]) -> list[Request]:
    """Parse names such as ``dense_1``, ``relu:1`` and ``lstm[0]``.

    Raises
    ------
    CaptureError
        A name belongs to no site; close matches and all names are listed.
    """
    known = {site.name for site in sites}
    return [_request(name, known) for name in names]


def _request(name: str, known: set[str]) -> Request:
    if name in known:
        return Request(name, name, None, "")
    if not isinstance(name, str):
        raise CaptureError(f"invalid layer: {name!r}; a name is expected")
    address = _ADDRESS.fullmatch(name)
    if address is not None and address["site"] in known:
        call = None if address["call"] is None else int(address["call"])
        return Request(name, address["site"], call, address["path"])
    close = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
    raise CaptureError(f"unknown layer: {name!r}.{hint} There are: {_listed(sorted(known))}")


class Capture:
    """Collects the wanted outputs of forward passes, one pass at a time.

    Parameters
    ----------
    tap
        Framework of the model.
    sites
        All sites of the model.
    requests
        What is wanted.
    strict
        Whether a request that nothing fulfils is an error.
    reduce
        Gives the reduction for the name of an output and its site.
    """

    def __init__(
        self,
        tap: Tap,
        sites: Sequence[Site],
        requests: Sequence[Request],
        *,
        strict: bool,
        reduce: Callable[[str, str], Reduce],
    ) -> None:
        self._tap = tap
        self._kinds = {site.name: site.kind for site in sites}
        self._requests = requests
        self._strict = strict
        self._reduce = reduce
        self._failure: Exception | None = None
        self._begin(0)

    def run(self, model: Any, batch: Any, size: int) -> tuple[Any, dict[str, Captured]]:
        """Run the model, which must be listened to with ``receive``, on one batch.

        Returns
        -------
        output
            The model's output.
        captured
            The wanted outputs by name, in the order of the requests, then of firing.

        Raises
        ------
        CaptureError
            A wanted output did not occur or cannot be recorded.
        """
        self._begin(size)
        output = self._tap.call(model, batch)
        if self._failure is not None:
            raise self._failure
        if self._strict:
            for request in self._requests:
                self._check(request)
        elif not self._captured:
            raise CaptureError(f"invalid model: no layer fired. {self._what_fired()}")
        order = sorted(self._captured, key=lambda name: self._places[name])
        return output, {name: self._captured[name] for name in order}

    def receive(self, site: str, output: Any, axis: int | None) -> None:
        """Take what a site put out. Errors wait for the end of the pass (Keras rewrites them)."""
        if self._failure is None:
            try:
                self._take(site, output, axis)
            except Exception as error:
                self._failure = error

    def reduction(self, name: str) -> Reduce:
        """Return how space is reduced in an output, by its name."""
        return self._reduce(name, _request(name, set(self._kinds)).site)

    @property
    def skipped(self) -> Mapping[str, str]:
        """Wanted outputs of the last pass that cannot be recorded, with the reason."""
        return self._skipped

    def _begin(self, size: int) -> None:
        self._size = size
        self._calls: dict[str, int] = {}
        self._axes: dict[tuple[int, ...], int] = {}
        self._fired: list[str] = []
        self._skipped: dict[str, str] = {}
        self._captured: dict[str, Captured] = {}
        self._places: dict[str, int] = {}
        self._fulfilled: set[int] = set()
        self._failure = None

    def _take(self, site: str, output: Any, axis: int | None) -> None:
        call = self._calls.get(site, 0)
        self._calls[site] = call + 1
        prefix = f"{site}:{call}" if call else site
        for path, tensor in leaves(output, self._tap.is_tensor):
            name = prefix + path
            self._fired.append(name)
            refusal = self._tap.refusal(tensor)
            meant = [
                place
                for place, request in enumerate(self._requests)
                if request.wants(site, call, path)
            ]
            if refusal is not None:
                if meant:
                    self._skipped[name] = refusal
                continue
            # A site that does not tell its layout (an activation, a block) has that of the last
            # site before it with an output of this shape.
            shape = tuple(tensor.shape)
            if axis is not None:
                self._axes[shape] = axis
            if not meant:
                continue
            if not shape or shape[0] != self._size:
                self._skipped[name] = f"shape {shape} does not begin with the batch, {self._size}"
                continue
            self._places[name] = meant[0] if self._strict else 0
            self._fulfilled.update(meant)
            neurons_axis = self._axes.get(shape, self._tap.default_axis(shape))
            self._captured[name] = self._copy(name, site, tensor, neurons_axis)

    def _copy(self, name: str, site: str, tensor: Any, axis: int) -> Captured:
        reduce = self._reduce(name, site)
        shape = tuple(tensor.shape)
        if len(shape) == 1:
            shape, axis = (*shape, 1), 1
        try:
            order, _ = plan(shape, axis, reduce)
        except ValueError as error:
            raise CaptureError(f"invalid reduce for layer {name!r}: {error}") from None
        reduced = self._tap.reduced(tensor, axis, reduce)
        spatial = len(shape) > 2
        return Captured(
            values=reduced.values,
            site=site,
            kind=self._kinds[site],
            reduction=_stated(reduce) if spatial else None,
            units=tuple(shape[i] for i in order[1:]) if spatial and reduce == "none" else None,
            dtype=reduced.dtype,
            overflowed=reduced.overflowed,
        )

    def _check(self, request: Request) -> None:
        if self._requests.index(request) in self._fulfilled:
            return
        for name, reason in self._skipped.items():
            if name.startswith(request.site):
                raise CaptureError(f"invalid layer: {name!r}: {reason}")
        raise CaptureError(
            f"unknown layer: {request.text!r} never fired (its output may be fused, or its "
            f"weights used without calling it). {self._what_fired()}"
        )

    def _what_fired(self) -> str:
        return f"These did: {_listed(self._fired)}" if self._fired else "Nothing did."


def _stated(reduce: Reduce) -> str | None:
    if isinstance(reduce, str):
        return None if reduce == "none" else reduce
    return "position"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return f"{shown}, … ({more} more)" if more > 0 else shown
