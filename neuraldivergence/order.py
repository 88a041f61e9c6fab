"""What neurons are sorted by. In user code: ``nd.by``.

Names are looked up in the recording when it is shown, so an order can be made beforehand.
"""

from dataclasses import dataclass
from typing import Any, Literal

from .recording import Recording

__all__ = ["Item", "Order", "cls", "difference", "index", "instance", "median", "value"]


@dataclass(frozen=True)
class Item:
    """A class or an instance, by name; a class also by label, an instance also by id."""

    name: str | int
    kind: Literal["class", "instance", "either"] = "either"


@dataclass(frozen=True)
class Order:
    """A sort key and the items it is about."""

    by: Literal["index", "median", "value", "difference"]
    items: tuple[Item, ...] = ()
    absolute: bool = False


def index() -> Order:
    """Sort by the place of the neuron in the data."""
    return Order("index")


def median(name: str | int | Item) -> Order:
    """Sort by the median activation of a class, given by name or label."""
    return Order("median", (_item(name, "class"),))


def value(name: str | Item) -> Order:
    """Sort by the activation of an instance, given by name or id."""
    return Order("value", (_item(name, "instance"),))


def difference(a: str | Item, b: str | Item, *, absolute: bool = False) -> Order:
    """Sort by ``a − b``: of a class its median, of an instance its activation.

    Parameters
    ----------
    a, b : str or Item
        Names; `cls` and `instance` tell apart a class and an instance of one name.
    absolute : bool
        Sort by the size of the difference.
    """
    return Order("difference", (_item(a, "either"), _item(b, "either")), bool(absolute))


def cls(name: str | int) -> Item:
    """Return the class of this name or label, as an item."""
    return Item(name, "class")


def instance(name: str) -> Item:
    """Return the instance of this name or id, as an item."""
    return Item(name, "instance")


def order_json(order: Order, recording: Recording) -> dict[str, Any]:
    """Return the order as view state holds it.

    Raises
    ------
    ValueError
        A name is unknown in the recording, or ambiguous.
    """
    if not isinstance(order, Order):
        raise TypeError(f"invalid order: {order!r}; make one with nd.by")
    items = [_item_json(item, recording) for item in order.items]
    if order.by == "index":
        return {"by": "index"}
    if order.by == "difference":
        a, b = items
        return {"by": "difference", "a": a, "b": b, "absolute": order.absolute}
    return {"by": order.by, **items[0]}


def class_index(recording: Recording, name: str | int) -> int:
    """Return the label of a class given by name or label.

    Raises
    ------
    ValueError
        There is no such class, or several.
    """
    names = [item.name for item in recording.classes]
    if not isinstance(name, str):
        if not 0 <= int(name) < len(names):
            raise ValueError(f"unknown class: {name!r}; there are 0 … {len(names) - 1}")
        return int(name)
    return _only(_positions(name, names), name, "class", names, "its label")


def instance_id(recording: Recording, name: str) -> str:
    """Return the id of an instance given by name or id.

    Raises
    ------
    ValueError
        There is no such instance, or several.
    """
    names = [item.name for item in recording.instances]
    positions = _positions(name, names) or _positions(name, [i.id for i in recording.instances])
    position = _only(positions, name, "instance", names, "its id")
    return recording.instances[position].id


def _item(name: str | int | Item, kind: Literal["class", "instance", "either"]) -> Item:
    if not isinstance(name, Item):
        return Item(name, kind)
    if kind != "either" and name.kind not in (kind, "either"):
        raise ValueError(f"invalid item: {name}; a {kind} is needed here")
    return Item(name.name, name.kind if kind == "either" else kind)


def _item_json(item: Item, recording: Recording) -> dict[str, Any]:
    kind = item.kind if item.kind != "either" else _kind_of(item.name, recording)
    if kind == "class":
        return {"class": class_index(recording, item.name)}
    return {"instance": instance_id(recording, str(item.name))}


def _kind_of(name: str | int, recording: Recording) -> Literal["class", "instance"]:
    classes = [item.name for item in recording.classes]
    instances = [item.name for item in recording.instances]
    if name in classes and name in instances:
        raise ValueError(
            f"ambiguous name: {name!r} is a class and an instance; "
            f"say nd.by.cls({name!r}) or nd.by.instance({name!r})"
        )
    if name in classes:
        return "class"
    if name in instances or name in [item.id for item in recording.instances]:
        return "instance"
    raise ValueError(
        f"unknown class or instance: {name!r}; classes are {classes[:10]}, "
        f"instances are {instances[:10]}"
    )


def _positions(name: str, names: list[str]) -> list[int]:
    return [position for position, known in enumerate(names) if known == name]


def _only(positions: list[int], name: str, what: str, names: list[str], instead: str) -> int:
    if not positions:
        raise ValueError(f"unknown {what}: {name!r}; there are {names[:10]}")
    if len(positions) > 1:
        raise ValueError(f"ambiguous {what}: {len(positions)} are named {name!r}; use {instead}")
    return positions[0]
