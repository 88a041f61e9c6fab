"""Two recordings of the same samples, by two models or checkpoints, as one."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from .arrays import as_name, frozen
from .instances import unused
from .recording import Activations, Column, Group, Instance, Layer, Recording

__all__ = ["compare"]

_MODEL = "model"


def compare(a: Recording, b: Recording, *, names: Sequence[str] = ("before", "after")) -> Recording:
    """Put two models, or two checkpoints of one, side by side over the same samples.

    Parameters
    ----------
    a, b : Recording
        Of the same samples in the same order.
    names : pair of str
        What the models are called.

    Returns
    -------
    Recording
        The samples of `a` followed by the same samples of `b`, in layers that both have: those
        of one name, number of neurons and reduction. A group and a category of the column
        ``model`` are named for each model. Labels, which must agree, columns and groups are put
        together by name; predictions are each model's own; instances say in their names which
        model saw them. The view begins with both groups, sorted by how much neurons differ.

    Raises
    ------
    ValueError
        Samples, classes or labels differ, no layer is in both, or a name is taken.
    TypeError
        `a` or `b` is no recording.

    Warns
    -----
    UserWarning
        Layers are left out; one warning says which, and why.
    """
    of_a, of_b = _checked_names(names)
    for name, one in ((of_a, a), (of_b, b)):
        if not isinstance(one, Recording):
            raise TypeError(f"invalid recording {name!r}: {type(one).__name__}; give a Recording")
    _check_samples(a, b)
    layers, left_out = _common_layers(a, b)
    if not layers:
        raise ValueError(f"no layer is in both recordings: {'; '.join(left_out)}")
    if left_out:
        warnings.warn(f"not compared: {'; '.join(left_out)}", UserWarning, stacklevel=2)
    groups = _groups(a, b, of_a, of_b)
    images, image_samples, place_of = _images(a, b)
    return Recording(
        name=f"{a.name} ({of_a} → {of_b})" if a.name == b.name else f"{a.name} → {b.name}",
        count=2 * a.count,
        layers=layers,
        classes=tuple(
            replace(mine, color=mine.color or other.color)
            for mine, other in zip(a.classes, b.classes, strict=True)
        ),
        labels=_labels(a, b),
        predictions=_predictions(a, b),
        columns=(_model_column(a.count, of_a, of_b), *_columns(a, b)),
        groups=groups,
        instances=_instances(a, b, of_a, of_b, place_of),
        images=images,
        image_samples=image_samples,
        view=_view(groups),
    )


def _checked_names(names: Sequence[str]) -> tuple[str, str]:
    if isinstance(names, str) or len(names) != 2:
        raise ValueError(f"invalid names: {names!r}; give two, for example ('before', 'after')")
    first, second = (as_name(name, "name") for name in names)
    if first == second:
        raise ValueError(f"invalid names: both are {first!r}")
    return first, second


def _check_samples(a: Recording, b: Recording) -> None:
    if a.count != b.count:
        raise ValueError(f"different samples: {a.count} and {b.count}; record the same ones")
    classes = [[one.name for one in recording.classes] for recording in (a, b)]
    if classes[0] != classes[1]:
        raise ValueError(
            f"different classes: {classes[0][:10]} and {classes[1][:10]}; give both recordings the "
            "same class_names"
        )
    if a.labels is None or b.labels is None:
        return
    differs = a.labels != b.labels
    if differs.any():
        row = int(differs.argmax())
        raise ValueError(
            f"different labels: {int(differs.sum())} of {a.count}, the first of sample {row}, "
            f"{a.labels[row]} and {b.labels[row]}; record the same samples in the same order"
        )


def _common_layers(a: Recording, b: Recording) -> tuple[tuple[Layer, ...], list[str]]:
    """Return the layers that both have, and why others are left out."""
    others = {layer.name: layer for layer in b.layers}
    common, left_out = [], []
    for layer in a.layers:
        other = others.pop(layer.name, None)
        problem = _mismatch(layer, other)
        if other is None or problem:
            left_out.append(f"layer {layer.name!r}: {problem}")
        else:
            common.append(_joined(layer, other))
    left_out += [f"layer {name!r}: in the second recording alone" for name in others]
    return tuple(common), left_out


def _mismatch(layer: Layer, other: Layer | None) -> str:
    if other is None:
        return "in the first recording alone"
    if layer.neurons != other.neurons:
        return f"{layer.neurons} and {other.neurons} neurons"
    if layer.reduction != other.reduction:
        return f"reduced by {layer.reduction} and {other.reduction}"
    if layer.neuron_names and other.neuron_names and layer.neuron_names != other.neuron_names:
        return "neurons have other names"
    if layer.activations is None or other.activations is None:
        return "no activations of single samples"
    return ""


def _joined(layer: Layer, other: Layer) -> Layer:
    values = (cast(Activations, one.activations) for one in (layer, other))
    return Layer(
        name=layer.name,
        activations=frozen(np.concatenate(list(values))),
        instances=frozen(np.concatenate([layer.instances, other.instances])),
        kind=layer.kind,
        reduction=layer.reduction,
        neuron_names=layer.neuron_names or other.neuron_names,
        source_dtype=layer.source_dtype if layer.source_dtype == other.source_dtype else None,
    )


def _labels(a: Recording, b: Recording) -> NDArray[np.int32] | None:
    labels = b.labels if a.labels is None else a.labels
    return None if labels is None else frozen(np.tile(labels, 2))


def _predictions(a: Recording, b: Recording) -> NDArray[np.int32] | None:
    if a.predictions is None and b.predictions is None:
        return None
    none = np.full(a.count, -1, np.int32)
    rows = [none if one.predictions is None else one.predictions for one in (a, b)]
    return frozen(np.concatenate(rows))


def _model_column(count: int, of_a: str, of_b: str) -> Column:
    return Column(_MODEL, frozen(np.repeat(np.arange(2, dtype=np.int32), count)), (of_a, of_b))


def _columns(a: Recording, b: Recording) -> list[Column]:
    halves = [{column.name: column for column in one.columns} for one in (a, b)]
    names = dict.fromkeys([*halves[0], *halves[1]])
    if _MODEL in names:
        raise ValueError(f"repeated column: {_MODEL!r} says which model; name yours otherwise")
    return [_column(name, [half.get(name) for half in halves], a.count) for name in names]


def _column(name: str, halves: list[Column | None], count: int) -> Column:
    known = [half for half in halves if half is not None]
    if len({half.categories is None for half in known}) > 1:
        raise ValueError(f"different columns: {name!r} holds texts, and numbers")
    if known[0].categories is None:
        numbers = [np.full(count, np.nan, np.float32) if h is None else h.values for h in halves]
        return Column(name, frozen(np.concatenate(numbers)))
    texts = tuple(dict.fromkeys(text for half in known for text in half.categories or ()))
    values = [
        np.full(count, -1, np.int32) if half is None else _recoded(half, texts) for half in halves
    ]
    return Column(name, frozen(np.concatenate(values)), texts)


def _recoded(column: Column, texts: tuple[str, ...]) -> NDArray[np.int32]:
    """Return the values of a column of texts as indices into others."""
    place = {text: index for index, text in enumerate(texts)}
    # −1 takes the last one.
    places = np.array([*(place[text] for text in column.categories or ()), -1], np.int32)
    return places[column.values]


def _groups(a: Recording, b: Recording, of_a: str, of_b: str) -> tuple[Group, ...]:
    is_of_a = np.repeat([True, False], a.count)
    masks = {of_a: is_of_a, of_b: ~is_of_a}
    colors: dict[str, str | None] = {}
    for place, one in enumerate((a, b)):
        half = slice(place * a.count, (place + 1) * a.count)
        for group in one.groups:
            if group.name in (of_a, of_b):
                raise ValueError(
                    f"repeated group: {group.name!r} is a model and a group; give other names"
                )
            mask = masks.setdefault(group.name, np.zeros(2 * a.count, bool))
            mask[half] |= group.mask
            colors[group.name] = colors.get(group.name) or group.color
    return tuple(
        Group(f"g{index}", name, frozen(mask), colors.get(name))
        for index, (name, mask) in enumerate(masks.items())
    )


def _images(
    a: Recording, b: Recording
) -> tuple[NDArray[np.uint8] | None, NDArray[np.int32] | None, list[NDArray[np.intp]]]:
    """Return the images of both, and the place of each; those that both have are shared."""
    shapes = {one.images.shape[1:] for one in (a, b) if one.images is not None}
    if len(shapes) > 1:
        raise ValueError(f"different images: {' and '.join(map(str, sorted(shapes)))}")
    images: list[NDArray[np.uint8]] = []
    samples: list[list[int]] = []
    seen: dict[tuple[bytes, ...], int] = {}
    places = []
    for offset, one in ((0, a), (a.count, b)):
        found = []
        for image, shown in _shown(one):
            # Of the same sample, or of none.
            place = seen.setdefault((shown.tobytes(), image.tobytes()), len(images))
            if place == len(images):
                images.append(image)
                samples.append([])
            samples[place] += [sample + offset for sample in shown.tolist()]
            found.append(place)
        places.append(np.array(found, np.intp))
    if not shapes:
        return None, None, places
    all_images = frozen(np.array(images).reshape(-1, *shapes.pop()))
    width = max(map(len, samples), default=0)
    if width == 0:
        # Of single instances alone.
        return all_images, None, places
    table = np.full((len(samples), width), -1, np.int32)
    for row, shows in zip(table, samples, strict=True):
        row[: len(shows)] = shows
    return all_images, frozen(table.reshape(-1) if width == 1 else table), places


def _shown(recording: Recording) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int32]]]:
    """Give each image and the samples that it shows."""
    images, samples = recording.images, recording.image_samples
    for index, image in enumerate(() if images is None else images):
        shown = np.zeros(0, np.int32) if samples is None else np.atleast_1d(samples[index])
        yield image, shown[shown >= 0]


def _instances(
    a: Recording, b: Recording, of_a: str, of_b: str, places: list[NDArray[np.intp]]
) -> tuple[Instance, ...]:
    instances: list[Instance] = []
    ids: set[str] = set()
    pairs: dict[tuple[int, str], str] = {}
    for model, (one, name) in enumerate(((a, of_a), (b, of_b))):
        for instance in one.instances:
            pair, sample, image = instance.pair, instance.sample, instance.image
            id = instance.id if instance.id not in ids else unused(f"{instance.id}.", ids)
            ids.add(id)
            instances.append(
                replace(
                    instance,
                    id=id,
                    name=f"{instance.name} ({name})",
                    pair=None
                    if pair is None
                    else pairs.setdefault((model, pair), f"p{len(pairs)}"),
                    sample=None if sample is None else sample + model * a.count,
                    image=None if image is None else int(places[model][image]),
                )
            )
    return tuple(instances)


def _view(groups: tuple[Group, ...]) -> dict[str, Any]:
    first, second = ({"group": group.id} for group in groups[:2])
    return {
        "version": 1,
        "classes": [],
        "instances": [],
        "shownGroups": [group.id for group in groups[:2]],
        "order": {
            "by": "divergence",
            "divergence": "auc",
            "a": first,
            "b": second,
            "absolute": True,
        },
        "descending": True,
    }
