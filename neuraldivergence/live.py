"""Runs the live model of shown recordings for the page, over a comm, while the kernel lives.

``docs/format.md`` states the protocol. Only a kernel imports this.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeGuard
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt
from comm import get_comm_manager

from .attacks.base import Outcome, Pictures, Progress, Steps
from .attacks.order import steps_of
from .comm import Comm
from .probe import Probe
from .text import clean

__all__ = ["MOST_PICTURES", "TARGET", "VERSION", "keep"]

TARGET = "neuraldivergence.model"
VERSION = 1
MOST_PICTURES = 1024
"""Most pictures that a page may have run at a time."""
_ANSWER_S = 0.15
"""Steps of an attack that take less together have one answer."""
_MOST_TEXT = 500

_kept: WeakValueDictionary[str, Probe] = WeakValueDictionary()
"""Models of recordings that Python still holds, by the id of the output that shows them."""
_newest: list[Probe] = []
"""The one that was shown last is kept though nothing else may hold it."""


def keep(id: str, probe: Probe) -> dict[str, Any]:
    """Keep a model for the page, and return where it is, for the descriptor `id`."""
    _kept[id] = probe
    _newest[:] = [probe]
    get_comm_manager().register_target(TARGET, _open)
    return {"target": TARGET}


def _open(comm: Comm, message: Any) -> None:
    question = _data_of(message)
    try:
        _check_shell(message)
        if question.get("version") != VERSION:
            raise _RefusedError("version")
        id = question.get("id")
        talk = _Talk(id if isinstance(id, str) else "")
        found = _found(talk.probe)
    except (_RefusedError, KeyboardInterrupt) as refused:
        comm.send({"error": getattr(refused, "code", "interrupted")})
        comm.close()
        return
    comm.on_msg(lambda later: _answer(comm, talk, later))
    comm.on_close(lambda _: talk.forget())
    comm.send({"found": found})


def _answer(comm: Comm, talk: _Talk, message: Any) -> None:
    question = _data_of(message)
    request = question.get("request")
    about = {"request": request if _is_whole(request) else None}
    buffers: list[bytes] = []
    try:
        _check_shell(message)
        answer, buffers = talk.answer(question, message.get("buffers") or [])
    except _RefusedError as refused:
        talk.forget()
        answer = {"error": refused.code, "text": str(refused)}
    except KeyboardInterrupt:
        talk.forget()
        answer = {"error": "interrupted", "text": "the kernel was interrupted"}
    # Whatever a model does: memory that runs out, shapes that it does not take, its own errors.
    except Exception as error:
        talk.forget()
        answer = {"error": "failed", "text": _words(error)}
    comm.send({**about, **answer}, buffers=buffers)


class _RefusedError(Exception):
    """Why there is no answer: in the words of the protocol, and for people."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(text)
        self.code = code


class _Talk:
    """What one page asks. It holds the model only while an attack goes on."""

    def __init__(self, id: str) -> None:
        self._id = id
        self._steps: Steps | None = None

    @property
    def probe(self) -> Probe:
        """The model, if it is still there."""
        found = _kept.get(self._id)
        if found is None:
            raise _RefusedError("gone")
        return found

    def forget(self) -> None:
        """End the attack that goes on."""
        self._steps = None

    def answer(
        self, question: Mapping[str, Any], buffers: list[Any]
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Return an answer and its buffers."""
        if not _is_whole(question.get("request")):
            raise _malformed("request is no whole number")
        if isinstance(question.get("run"), dict):
            return self._run(question["run"], buffers)
        if isinstance(question.get("attack"), dict):
            (picture,) = _pictures(self.probe, 1, buffers)
            try:
                self._steps = steps_of(self.probe, picture, question["attack"])
            except ValueError as error:
                raise _malformed(str(error)) from error
            return self._step(None)
        if isinstance(question.get("stop"), bool):
            return self._step(question["stop"] or None)
        raise _malformed("it asks for nothing")

    def _run(
        self, asked: Mapping[str, Any], buffers: list[Any]
    ) -> tuple[dict[str, Any], list[bytes]]:
        probe = self.probe
        count, layers = asked.get("count"), asked.get("layers")
        if not _is_whole(count) or not 1 <= count <= MOST_PICTURES:
            raise _malformed(f"count is not 1 … {MOST_PICTURES}")
        there = {place for place, match in enumerate(probe.matches) if match.layer is not None}
        if not isinstance(layers, list) or len(layers) > len(there):
            raise _malformed("layers is no list of as many as there are")
        if not all(_is_whole(place) and place in there for place in layers):
            raise _malformed("layers has one that is not in the model")
        found = probe.run(_pictures(probe, count, buffers), layers)
        arrays = [*([] if found.probabilities is None else [found.probabilities]), *found.layers]
        return {"probabilities": found.probabilities is not None}, [*map(_bytes, arrays)]

    def _step(self, stop: bool | None) -> tuple[dict[str, Any], list[bytes]]:
        """Go on with the attack for a moment."""
        if self._steps is None:
            raise _malformed("no attack goes on")
        began = time.monotonic()
        found: list[Progress] = []
        try:
            while True:
                is_first = not found
                found.append(self._steps.send(stop) if stop and is_first else next(self._steps))
                if time.monotonic() - began > _ANSWER_S:
                    return _told(found)
        except StopIteration as ended:
            self.forget()
            return _ended(ended.value)
        except ValueError as error:
            raise _malformed(str(error)) from error


def _told(found: list[Progress]) -> tuple[dict[str, Any], list[bytes]]:
    last = found[-1]
    told = {
        "step": last.step,
        "of": last.of,
        "evaluations": last.evaluations,
        "confidence": last.confidence if math.isfinite(last.confidence) else None,
    }
    pixels = np.concatenate([one.tried_pixels for one in found])
    confidences = np.concatenate([one.tried_confidences for one in found])
    return {"progress": told}, [_bytes(last.picture), _bytes(pixels), _bytes(confidences)]


def _ended(outcome: Outcome) -> tuple[dict[str, Any], list[bytes]]:
    told = {
        "success": outcome.success.tolist(),
        "evaluations": outcome.evaluations,
        "ended": outcome.ended,
        "certificate": outcome.certificate,
    }
    return {"outcome": told}, [_bytes(outcome.pictures), _bytes(outcome.probabilities)]


def _found(probe: Probe) -> dict[str, Any]:
    return {
        "shape": list(probe.shape),
        "classes": probe.classes,
        "matches": [asdict(match) for match in probe.matches],
        "backend": probe.backend,
        "gradients": probe.gradients,
    }


def _pictures(probe: Probe, count: int, buffers: list[Any]) -> Pictures:
    shape = (count, *probe.shape)
    needed = math.prod(shape)
    found = [memoryview(buffer).nbytes for buffer in buffers]
    if found != [needed]:
        raise _malformed(f"pictures {list(shape)} need {needed} bytes, found {found}")
    return np.frombuffer(buffers[0], np.uint8).reshape(shape)


def _bytes(array: npt.NDArray[Any]) -> bytes:
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def _data_of(message: Any) -> dict[str, Any]:
    data = message["content"].get("data")
    return data if isinstance(data, dict) else {}


def _check_shell(message: Any) -> None:
    """Refuse what came by a subshell: a cell may be training this very model meanwhile."""
    if message.get("header", {}).get("subshell_id") is not None:
        raise _RefusedError("busy", "the model is run between cells alone")


def _malformed(text: str) -> _RefusedError:
    return _RefusedError("malformed", f"malformed question: {clean(text, _MOST_TEXT)}")


def _words(error: Exception) -> str:
    return clean(f"{type(error).__name__}: {error}", _MOST_TEXT)


def _is_whole(value: Any) -> TypeGuard[int]:
    return type(value) is int and value >= 0
