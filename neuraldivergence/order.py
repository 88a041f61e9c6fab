"""What neurons are sorted by. In user code: ``nd.by``.

Names are looked up in the recording when it is shown, so an order can be made beforehand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .divergences import OF_GROUPS, OF_INSTANCE
from .recording import Recording

__all__ = [
    "Item",
    "Order",
    "cls",
    "difference",
    "divergence",
    "group",
    "index",
    "instance",
    "median",
    "rest",
    "selection",
    "value",
]

Kind = Literal["class", "group", "instance", "brush", "classOrGroup", "either"]


@dataclass(frozen=True)
class Item:
    """A class, a group or an instance, by name; a class also by label, the others also by id.

    Or a side of what the view brushes: `selection`, `rest`.
    """

    name: str | int
    kind: Kind = "either"


selection = Item("selection", "brush")
"""The samples that the view brushes, as an item."""

rest = Item("rest", "brush")
"""All samples that the view does not brush, as an item."""


@dataclass(frozen=True)
class Order:
    """A sort key and the items it is about."""

    by: Literal["index", "median", "value", "difference", "divergence"]
    items: tuple[Item, ...] = ()
    absolute: bool = False
    divergence: str = ""


def index() -> Order:
    """Sort by the place of the neuron in the data."""
    return Order("index")


def median(name: str | int | Item) -> Order:
    """Sort by the median activation of a class, given by name or label, or of a `group`."""
    kind: Kind = "classOrGroup" if isinstance(name, Item) else "class"
    return Order("median", (_item(name, kind),))


def value(name: str | Item) -> Order:
    """Sort by the activation of an instance, given by name or id."""
    return Order("value", (_item(name, "instance"),))


def difference(a: str | Item, b: str | Item, *, absolute: bool = False) -> Order:
    """Sort by ``a − b``: of a class or a group its median, of an instance its activation.

    Parameters
    ----------
    a, b : str or Item
        Names; `cls`, `group` and `instance` tell apart those of one name.
    absolute : bool
        Sort by the size of the difference.
    """
    return Order("difference", (_item(a, "either"), _item(b, "either")), bool(absolute))


def divergence(
    name: str,
    a: str | int | Item,
    b: str | int | Item | None = None,
    *,
    absolute: bool = True,
) -> Order:
    """Sort by how much ``b`` differs from ``a``; ``docs/divergence.md`` defines all divergences.

    Parameters
    ----------
    name : str
        Of two classes or groups ``auc``, ``wasserstein``, ``scaledWasserstein``,
        ``kolmogorovSmirnov``, ``jensenShannon``, ``totalVariation``, ``hellinger``, ``dPrime``
        or ``robustDPrime``; of an instance from a class or a group ``percentile``, ``tail``,
        ``z``, ``robustZ``, ``surprisal`` or ``outOfRange``.
    a : str, int or Item
        A class or a group; `cls` and `group` tell apart those of one name.
    b : str, int or Item, optional
        Another class or group, by default all samples of a class that are not in ``a``. For a
        divergence of an instance: the instance.
    absolute : bool
        Sort by the distance from the value where nothing diverges; otherwise by the value.

    Raises
    ------
    ValueError
        There is no such divergence, or it is one of an instance and ``b`` is missing.
    """
    if name not in (*OF_GROUPS, *OF_INSTANCE):
        raise ValueError(
            f"unknown divergence: {name!r}; of groups: {', '.join(OF_GROUPS)}; "
            f"of an instance: {', '.join(OF_INSTANCE)}"
        )
    first = _item(a, "classOrGroup")
    if name in OF_INSTANCE:
        if b is None:
            raise ValueError(f"missing instance: {name} is a divergence of an instance; give b")
        return Order("divergence", (first, _item(b, "instance")), bool(absolute), name)
    items = (first,) if b is None else (first, _item(b, "classOrGroup"))
    return Order("divergence", items, bool(absolute), name)


def cls(name: str | int) -> Item:
    """Return the class of this name or label, as an item."""
    return Item(name, "class")


def group(name: str) -> Item:
    """Return the group of this name or id, as an item."""
    return Item(name, "group")


def instance(name: str) -> Item:
    """Return the instance of this name or id, as an item."""
    return Item(name, "instance")


def order_json(
    order: Order,
    recording: Recording,
    groups: Sequence[Mapping[str, Any]] = (),
    *,
    is_brushed: bool = False,
) -> dict[str, Any]:
    """Return the order as view state holds it; `groups` are those that the view itself defines.

    Raises
    ------
    ValueError
        A name is unknown in the recording, or ambiguous; or a side of the brush is asked for
        and nothing is brushed.
    """
    if not isinstance(order, Order):
        raise TypeError(f"invalid order: {order!r}; make one with nd.by")
    known = [(one.id, one.name) for one in recording.groups]
    known += [(one["id"], one["name"]) for one in groups]
    if not is_brushed and any(item.kind == "brush" for item in order.items):
        raise ValueError('nothing is brushed; give brush={"where": …} as well')
    items = [_item_json(item, recording, known) for item in order.items]
    if order.by == "index":
        return {"by": "index"}
    if order.by == "difference":
        a, b = items
        return {"by": "difference", "a": a, "b": b, "absolute": order.absolute}
    if order.by == "divergence":
        a, b = [*items, {"rest": True}][:2]
        named = {"by": "divergence", "divergence": order.divergence}
        return {**named, "a": a, "b": b, "absolute": order.absolute}
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


def group_id(known: Sequence[tuple[str, str]], name: str) -> str:
    """Return the id of one of the ids and names that are known, given by name or id.

    Raises
    ------
    ValueError
        There is no such group, or several.
    """
    ids, names = [one for one, _ in known], [one for _, one in known]
    positions = _positions(name, names) or _positions(name, ids)
    return ids[_only(positions, name, "group", names, "its id")]


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


def _item(name: str | int | Item, kind: Kind) -> Item:
    if not isinstance(name, Item):
        return Item(name, kind)
    if name.kind not in _FITTING[kind]:
        raise ValueError(f"invalid item: {name}; {_NEEDED[kind]} is needed here")
    return Item(name.name, kind if name.kind == "either" else name.kind)


_FITTING: Mapping[Kind, tuple[Kind, ...]] = {
    "class": ("class", "either"),
    "group": ("group", "either"),
    "instance": ("instance", "either"),
    "brush": ("brush",),
    "classOrGroup": ("class", "group", "brush", "either"),
    "either": ("class", "group", "instance", "brush", "either"),
}
_NEEDED: Mapping[Kind, str] = {
    "class": "a class",
    "group": "a group",
    "instance": "an instance",
    "brush": "a side of the brush",
    "classOrGroup": "a class or a group",
}
_SAY = {"class": "nd.by.cls", "group": "nd.by.group", "instance": "nd.by.instance"}


def _item_json(
    item: Item, recording: Recording, groups: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    kind: str = item.kind
    if kind in ("either", "classOrGroup"):
        kind = _kind_of(item.name, recording, groups, kind)
    if kind == "brush":
        return {"brush": item.name}
    if kind == "class":
        return {"class": class_index(recording, item.name)}
    if kind == "group":
        return {"group": group_id(groups, str(item.name))}
    return {"instance": instance_id(recording, str(item.name))}


def _kind_of(
    name: str | int, recording: Recording, groups: Sequence[tuple[str, str]], wanted: str
) -> str:
    if not isinstance(name, str):
        return "class"
    known = {
        "class": [item.name for item in recording.classes],
        "group": [one for _, one in groups],
        "instance": [item.name for item in recording.instances],
    }
    ids = {"group": [one for one, _ in groups], "instance": [one.id for one in recording.instances]}
    if wanted == "classOrGroup":
        del known["instance"]
    found = [kind for kind, names in known.items() if name in names] or [
        kind for kind in known if name in ids.get(kind, [])
    ]
    if len(found) > 1:
        says = " or ".join(f"{_SAY[kind]}({name!r})" for kind in found)
        what = " and ".join(f"{'an' if kind == 'instance' else 'a'} {kind}" for kind in found)
        raise ValueError(f"ambiguous name: {name!r} is {what}; say {says}")
    if found:
        return found[0]
    shown = {kind: names for kind, names in known.items() if names or kind != "group"}
    plurals = {"class": "classes", "group": "groups", "instance": "instances"}
    listed = ", ".join(f"{plurals[kind]} are {names[:10]}" for kind, names in shown.items())
    raise ValueError(f"unknown {' or '.join(shown)}: {name!r}; {listed}")


def _positions(name: str, names: list[str]) -> list[int]:
    return [position for position, known in enumerate(names) if known == name]


def _only(positions: list[int], name: str, what: str, names: list[str], instead: str) -> int:
    if not positions:
        raise ValueError(f"unknown {what}: {name!r}; there are {names[:10]}")
    if len(positions) > 1:
        raise ValueError(f"ambiguous {what}: {len(positions)} are named {name!r}; use {instead}")
    return positions[0]
