"""Hands the values of shown recordings to the page, over a comm, while the kernel lives.

``docs/format.md`` states the protocol. Only a kernel imports this.
"""

from threading import Lock
from typing import Any, Protocol, TypeGuard

from comm import get_comm_manager

from .filing import file_block
from .layout import Block
from .recording import Recording

__all__ = ["MOST_READ_BYTES", "TARGET", "VERSION", "Kept", "keep"]

TARGET = "neuraldivergence"
VERSION = 1
MOST_READ_BYTES = 2**20
"""Most bytes that a page may ask for at a time."""
_MOST_KEPT_BYTES = 2**30


class Comm(Protocol):
    """What is used of a comm."""

    def send(self, data: Any = None, *, buffers: list[bytes] | None = None) -> None:
        """Send a message to the page."""

    def close(self) -> None:
        """Close the comm at both ends."""

    def on_msg(self, callback: Any) -> None:
        """Call back for every message from the page."""

    def on_close(self, callback: Any) -> None:
        """Call back when the page closes the comm."""


class Kept:
    """Blocks by id: the newest up to a number of bytes, and always the newest one."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._blocks: dict[str, Block] = {}
        # Kernels answer pages in threads of their own while a cell runs.
        self._lock = Lock()

    def add(self, block: Block) -> None:
        """Keep a block as the newest."""
        with self._lock:
            self._blocks.pop(block.id, None)
            self._blocks[block.id] = block
            size_bytes = sum(kept.size_bytes for kept in self._blocks.values())
            for id in list(self._blocks)[:-1]:
                if size_bytes <= self._most_bytes:
                    break
                size_bytes -= self._blocks.pop(id).size_bytes

    def get(self, id: str) -> Block | None:
        """Return a block, None when it is kept no longer."""
        return self._blocks.get(id)


_kept = Kept(_MOST_KEPT_BYTES)


def keep(recording: Recording) -> tuple[dict[str, Any], Block]:
    """Keep a recording for the page.

    Returns
    -------
    source : dict
        Of the descriptor: kind, target and id.
    block : Block
        What the page can read.
    """
    block = file_block(recording, for_notebook=True)
    _kept.add(block)
    get_comm_manager().register_target(TARGET, _open)
    return {"kind": "comm", "target": TARGET, "id": block.id}, block


def _open(comm: Comm, message: Any) -> None:
    try:
        block = _asked_for(_data_of(message))
    except _RefusedError as refused:
        comm.send({"error": str(refused)})
        comm.close()
        return
    # The comm knows the id alone: a block that is kept no longer takes no memory.
    id = block.id
    comm.on_msg(lambda later: _answer(comm, id, _data_of(later)))
    comm.send({"sizeBytes": block.size_bytes})


def _answer(comm: Comm, id: str, question: dict[str, Any]) -> None:
    request = question.get("request")
    answer = {"request": request if _is_whole(request) else None}
    try:
        part = _part(id, question)
    except _RefusedError as refused:
        comm.send({**answer, "error": str(refused)})
    else:
        comm.send(answer, buffers=[part])


class _RefusedError(Exception):
    """Why there is no answer, in the words of the protocol."""


def _asked_for(question: dict[str, Any]) -> Block:
    if question.get("version") != VERSION:
        raise _RefusedError("version")
    return _kept_block(question.get("id"))


def _kept_block(id: Any) -> Block:
    block = _kept.get(id) if isinstance(id, str) else None
    if block is None:
        raise _RefusedError("gone")
    return block


def _part(id: str, question: dict[str, Any]) -> bytes:
    block = _kept_block(id)
    request, begin, end = (question.get(key) for key in ("request", "begin", "end"))
    if not (_is_whole(request) and _is_whole(begin) and _is_whole(end)):
        raise _RefusedError("malformed")
    if not begin <= end <= block.size_bytes or end - begin > MOST_READ_BYTES:
        raise _RefusedError("range")
    return block.read(begin, end)


def _is_whole(value: Any) -> TypeGuard[int]:
    return type(value) is int and value >= 0


def _data_of(message: Any) -> dict[str, Any]:
    data = message["content"].get("data")
    return data if isinstance(data, dict) else {}
