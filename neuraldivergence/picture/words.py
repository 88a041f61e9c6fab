"""Numbers and names as text, as the view writes them; the sentence that stands for a picture."""

import math
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..recording import Instance, Recording
from ..text import clean
from .figure import LayerFigure
from .state import View

__all__ = [
    "NAME_CHARACTERS",
    "alternative",
    "class_name",
    "fixed_format",
    "neuron_name",
    "score_format",
    "sort_heading",
    "sort_words",
    "subtitle",
    "tick_texts",
    "what_instance",
]

_MINUS = "−"
NAME_CHARACTERS = 60
_MOST_LISTED = 12


_DIVERGENCES: Mapping[str, tuple[str, str]] = {
    "auc": ("AUC", "AUC"),
    "wasserstein": ("Wasserstein-1", "W₁"),
    "scaledWasserstein": ("Wasserstein-1 / σ", "W₁ / σ"),
    "kolmogorovSmirnov": ("Kolmogorov–Smirnov", "KS"),
    "jensenShannon": ("Jensen–Shannon", "JS, bits"),
    "totalVariation": ("total variation", "TV"),
    "hellinger": ("Hellinger", "Hellinger"),
    "dPrime": ("d′", "d′"),
    "robustDPrime": ("robust d′", "robust d′"),
    "percentile": ("percentile", "percentile"),
    "tail": ("two-sided tail", "tail"),
    "z": ("z", "z"),
    "robustZ": ("robust z", "robust z"),
    "surprisal": ("surprisal", "bits"),
    "outOfRange": ("out of range", "outside"),
}
"""A divergence in a sentence, and above a narrow column."""
_SIGNED = ("dPrime", "robustDPrime", "z", "robustZ")


def score_format(scores: NDArray[np.float64], order: Mapping[str, Any]) -> Callable[[float], str]:
    """Return the format of the sort values of a layer."""
    if order["by"] != "divergence":
        return fixed_format(scores, str(order["by"]))
    name = order["divergence"]
    text = _TEXTS.get(name)
    if text is None:
        return fixed_format(scores, "difference" if name in _SIGNED else "value")
    return lambda score: "–" if math.isnan(score) else text(score)


def _share_text(share: float) -> str:
    return _decimals(share, 2)


def _auc_text(share: float) -> str:
    return ("↓ " if share < 0.5 else "↑ " if share > 0.5 else "") + _decimals(share, 2)


def _percent_text(percent: float) -> str:
    return f"{_decimals(percent, 1)} %"


def _side_text(side: float) -> str:
    return f"{_MINUS}1" if side < 0 else "+1" if side > 0 else "0"


_TEXTS: Mapping[str, Callable[[float], str]] = {
    "auc": _auc_text,
    "kolmogorovSmirnov": _share_text,
    "totalVariation": _share_text,
    "hellinger": _share_text,
    "percentile": _percent_text,
    "tail": _share_text,
    "outOfRange": _side_text,
}


def fixed_format(scores: NDArray[np.float64], by: str) -> Callable[[float], str]:
    """Return the format of a column of sort values: the same decimals in the whole layer."""
    if by == "index":
        return lambda score: ""
    finite = np.abs(scores[np.isfinite(scores)])
    largest = float(finite.max(initial=0))
    magnitude = math.floor(math.log10(largest)) if largest > 0 else 0
    if magnitude > 5 or magnitude < -4:
        return _value
    decimals = max(0, 3 - magnitude) if magnitude > 1 else 2 - min(magnitude, 0)
    plus = "+" if by == "difference" else ""
    return lambda score: (
        (_MINUS if score < 0 else plus) + _decimals(abs(score), decimals)
        if math.isfinite(score)
        else _value(score)
    )


def _value(value: float) -> str:
    """Return a value with three significant digits; "–" for no value."""
    if math.isnan(value):
        return "–"
    size = abs(value)
    if size == 0 or 0.01 <= size < 1e5:
        digits = _decimals(size, 2 if size < 10 else 1 if size < 100 else 0)
    elif math.isinf(size):
        digits = "∞"
    else:
        digits = _scientific(size, 1)
    return (_MINUS if value < 0 else "") + digits


def _decimals(size: float, decimals: int) -> str:
    # As JavaScript's toFixed, ties go up.
    return str(Decimal(size).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def tick_texts(low: float, high: float, wanted: int) -> tuple[list[float], list[str]]:
    """Return round values between `low` and `high`, about `wanted` of them, and their texts."""
    rough = (high - low) / max(wanted, 1)
    if not rough > 0 or math.isinf(rough):
        return [], []
    power = math.floor(math.log10(rough))
    error = rough / 10.0**power
    factor = 10 if error >= 50**0.5 else 5 if error >= 10**0.5 else 2 if error >= 2**0.5 else 1
    # Whole numbers of steps, so that ticks are as exact as their decimals.
    step = Decimal(factor).scaleb(power)
    first, last = math.ceil(Decimal(low) / step), math.floor(Decimal(high) / step)
    decimals = max(0, -(power + (factor == 10)))
    ticks = [step * k for k in range(first, last + 1)]
    largest = max(abs(low), abs(high))
    digits = max(0, math.floor(math.log10(largest)) - power - (factor == 10))
    if decimals > 6 or (largest >= 1e6 and digits <= 2):
        texts = [_scientific(float(tick), digits) for tick in ticks]
    else:
        texts = [f"{tick:,.{decimals}f}".replace("-", _MINUS) for tick in ticks]
    return [float(tick) for tick in ticks], texts


def _scientific(value: float, decimals: int) -> str:
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{decimals}e}".split("e")
    sign = "+" if int(exponent) >= 0 else "-"
    return f"{mantissa}e{sign}{abs(int(exponent))}".replace("-", _MINUS)


def neuron_name(figure: LayerFigure, neuron: int) -> str:
    """Return the name of a neuron, its index by default."""
    names = figure.layer.neuron_names
    return str(neuron) if names is None else clean(names[neuron])


def class_name(recording: Recording, index: int, most: int = NAME_CHARACTERS) -> str:
    """Return the name of a class, at most `most` characters."""
    return clean(recording.classes[index].name, most)


def what_instance(recording: Recording, instance: Instance, most: int = NAME_CHARACTERS) -> str:
    """Return what an instance is and what the model takes it for; names have `most` characters."""
    label, prediction = (
        None if index is None else class_name(recording, index, most)
        for index in (instance.label, instance.prediction)
    )
    sure = "" if instance.confidence is None else f" · {_share(instance.confidence)}"
    if prediction is not None:
        return f"{'' if label is None else label + ' '}→ {prediction}{sure}"
    return label or ""


def subtitle(figure: LayerFigure) -> list[str]:
    """Return what a layer is, and what of it is shown, the most important first."""
    layer, shown = figure.layer, len(figure.rows)
    parts = [
        f"{layer.neurons:,} neuron{'' if layer.neurons == 1 else 's'}",
        clean(layer.kind),
        f"{layer.reduction} over space" if layer.reduction else "",
        f"{_share(figure.zero_share)} exact zeros" if figure.zero_share > 0 else "",
        f"{figure.non_finite:,} non-finite" if figure.non_finite else "",
        f"{shown:,} shown" if shown < layer.neurons else "",
    ]
    return [part for part in parts if part]


def _share(share: float) -> str:
    percent = share * 100
    return "< 1 %" if 0 < percent < 1 else f"{_decimals(percent, 0)} %"


def sort_heading(order: Mapping[str, Any]) -> str:
    """Return the short heading above the sort values."""
    if order["by"] == "difference":
        return "|a − b|" if order["absolute"] else "a − b"
    if order["by"] == "divergence":
        return _DIVERGENCES[order["divergence"]][1]
    return {"index": "", "median": "median", "value": "value"}[str(order["by"])]


def sort_words(recording: Recording, view: View) -> str:
    """Return what neurons are sorted by, and in which direction."""
    order = view.order
    if order["by"] == "index":
        return "in the order of the data" + (", last first" if view.descending else "")
    if order["by"] == "divergence":
        a, b = (_item_name(recording, view, order[side]) for side in ("a", "b"))
        key = f"{_DIVERGENCES[order['divergence']][0]}, {a} → {b}"
        if order["absolute"]:
            return f"sorted by {key}, {'most' if view.descending else 'least'} divergent first"
    elif order["by"] == "difference":
        a, b = (_item_words(recording, view, order[side]) for side in ("a", "b"))
        key = f"|{a} − {b}|" if order["absolute"] else f"{a} − {b}"
    else:
        key = _item_words(recording, view, order)
    return f"sorted by {key}, {'largest' if view.descending else 'smallest'} first"


def _item_words(recording: Recording, view: View, item: Mapping[str, Any]) -> str:
    name = _item_name(recording, view, item)
    return name if "instance" in item else f"median of {name}"


def _item_name(recording: Recording, view: View, item: Mapping[str, Any]) -> str:
    if "rest" in item or item.get("brush") == "rest":
        return "the rest"
    if "brush" in item:
        return "selection"
    if "class" in item:
        return _short(recording.classes[item["class"]].name)
    known = view.groups if "group" in item else recording.instances
    id = item["group"] if "group" in item else item["instance"]
    return next(_short(one.name) for one in known if one.id == id)


def alternative(recording: Recording, view: View) -> str:
    """Return one or two sentences that stand for the picture."""
    counted = f"{recording.count:,} sample{'' if recording.count == 1 else 's'}"
    shown_layers = [layer.name for layer in recording.layers if layer.name in view.layers]
    layers = _list("layer", "layers", [_short(name) for name in shown_layers])
    names = [_short(recording.classes[index].name) for index in view.classes]
    classes = _list("class", "classes", names)
    grouped = [_short(group.name) for group in view.groups if group.id in view.shown_groups]
    groups = _list("group", "groups", grouped)
    shown = [one for one in recording.instances if one.id in view.instances]
    described = []
    for one in shown:
        what = what_instance(recording, one)
        described.append(f"{_short(one.name)} ({what})" if what else _short(one.name))
    instances = _list("instance", "instances", described)
    if view.brush is not None:
        samples = f"a selection of {int(view.brush.mask.sum()):,} samples"
        is_over = view.brush.against == "shown"
        layers = f"{layers}, {samples}" if is_over else f"{layers}, {samples} and the rest"
        classes, groups = (classes, groups) if is_over else ("", "")
    parts = [part for part in (layers, classes, groups, sort_words(recording, view)) if part]
    sentence = ", ".join(parts)
    text = f"NeuralDivergence: {_short(recording.name)}, {counted}. {_begun(sentence)}."
    return f"{text} {_begun(instances)}." if instances else text


def _short(name: str) -> str:
    return clean(name, NAME_CHARACTERS)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _list(one: str, several: str, names: list[str]) -> str:
    if len(names) > _MOST_LISTED:
        names = [*names[:_MOST_LISTED], f"{len(names) - _MOST_LISTED} more"]
    if not names:
        return ""
    joined = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{one if len(names) == 1 else several} {joined}"
