"""Adding single instances and pairs to a recording."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import as_activations, as_images, frozen
from .order import class_index
from .recording import Activations, Instance, Layer, Recording, Role

__all__ = [
    "SAMPLES_AT_MOST",
    "add_instance",
    "add_pair",
    "sample_id",
    "unused",
    "with_samples",
]

SAMPLES_AT_MOST = 100
"""A view has no more samples as instances."""


@dataclass(frozen=True)
class _Found:
    """What is known about an instance before the caller's own words about it."""

    values: Mapping[str, Any]
    label: int | None = None
    prediction: int | None = None
    confidence: float | None = None
    picture: NDArray[np.uint8] | None = None
    image: int | None = None


def add_pair(
    recording: Recording,
    benign: Any,
    attacked: Any,
    *,
    sample: int | None,
    name: str,
    label: int | str | None,
    predictions: tuple[int | str | None, int | str | None],
    confidences: tuple[float | None, float | None],
    images: tuple[ArrayLike | None, ArrayLike | None],
) -> Recording:
    """Add a benign instance and its attacked twin; see `Recording.with_pair`."""
    if not isinstance(name, str):
        raise TypeError(f"invalid name: {name!r}; give a str")
    for what, pair in (("predictions", predictions), ("confidences", confidences)):
        if len(pair) != 2:
            raise ValueError(f"invalid {what}: {pair!r}; give (of benign, of attacked)")
    if len(images) != 2:
        raise ValueError(f"invalid images: {len(images)} of them; give (benign, attacked)")
    if attacked is None:
        raise TypeError("nothing to add: give attacked values or a model input")
    if label is None and sample is not None:
        label = _known(recording.labels, _sample_index(recording, sample))
    pair_id = unused("p", {item.pair for item in recording.instances})
    inputs: tuple[tuple[Role, Any], ...] = (("benign", benign), ("attacked", attacked))
    for index, (role, value) in enumerate(inputs):
        recording = add_instance(
            recording,
            value,
            name=f"{name} {role}",
            role=role,
            pair=pair_id,
            label=label,
            prediction=predictions[index],
            confidence=confidences[index],
            image=images[index],
            sample=sample if role == "benign" else None,
        )
    return recording


def add_instance(
    recording: Recording,
    value: Any,
    *,
    name: str | None,
    role: Role = "plain",
    pair: str | None = None,
    label: int | str | None = None,
    prediction: int | str | None = None,
    confidence: float | None = None,
    image: ArrayLike | None = None,
    sample: int | None = None,
) -> Recording:
    """Add one instance; see `Recording.with_instance`."""
    if role not in ("benign", "attacked", "plain"):
        raise ValueError(f"unknown role: {role!r}; one of benign, attacked, plain")
    if confidence is not None and not math.isfinite(confidence):
        raise ValueError(f"invalid confidence: {confidence!r}")
    sample = None if sample is None else _sample_index(recording, sample)
    found = _find(recording, value, sample)
    if image is not None:
        found = replace(found, picture=_as_picture(image), image=None)
    recording, place = _with_picture(recording, found)
    instance = Instance(
        id=unused(role[0] if role != "plain" else "i", {i.id for i in recording.instances}),
        name=f"sample {sample}" if name is None and sample is not None else _checked_name(name),
        role=role,
        pair=pair,
        label=found.label if label is None else class_index(recording, label),
        prediction=found.prediction if prediction is None else class_index(recording, prediction),
        confidence=found.confidence if confidence is None else float(confidence),
        sample=sample,
        image=place,
    )
    return replace(
        recording,
        layers=tuple(_with_row(layer, found.values) for layer in recording.layers),
        instances=(*recording.instances, instance),
    )


def sample_id(sample: int) -> str:
    """Return the id of the instance that a sample is in a view."""
    return f"sample:{sample}"


def with_samples(
    recording: Recording, samples: object, values: Recording | None = None
) -> Recording:
    """Return the recording with those samples of a view as instances that can be.

    Parameters
    ----------
    recording : Recording
    samples : object
        As the view has them: any JSON.
    values : Recording, optional
        The same recording with its activations, where `recording` may be a summary. Layers that
        have none have NaN.
    """
    found = samples if isinstance(samples, list) else []
    taken = {instance.id for instance in recording.instances}
    possible = [one for one in found if type(one) is int and 0 <= one < recording.count]
    possible = [one for one in dict.fromkeys(possible) if sample_id(one) not in taken]
    possible = possible[:SAMPLES_AT_MOST]
    if not possible:
        return recording
    known = [_with_sample(recording, sample, _Found({})) for sample in possible]
    instances = [
        Instance(
            id=sample_id(sample),
            name=f"sample {sample}",
            label=one.label,
            prediction=one.prediction,
            sample=sample,
            image=one.image,
        )
        for sample, one in zip(possible, known, strict=True)
    ]
    sources = (recording if values is None else values).layers
    layers = [
        replace(layer, instances=frozen(np.concatenate([layer.instances, _rows(source, possible)])))
        for layer, source in zip(recording.layers, sources, strict=True)
    ]
    return replace(recording, layers=tuple(layers), instances=(*recording.instances, *instances))


def _rows(layer: Layer, samples: list[int]) -> NDArray[np.float32]:
    if layer.activations is None:
        return np.full((len(samples), layer.neurons), np.nan, np.float32)
    return np.asarray(layer.activations[samples], np.float32).reshape(-1, layer.neurons)


def _find(recording: Recording, value: Any, sample: int | None) -> _Found:
    if isinstance(value, Mapping):
        found = _Found(value)
    elif value is not None:
        found = _run(recording, value)
    elif sample is not None:
        found = _Found(_row(recording, sample))
    else:
        raise TypeError("nothing to add: give values, a model input, or sample=")
    return found if sample is None else _with_sample(recording, sample, found)


def _row(recording: Recording, sample: int) -> dict[str, Activations]:
    values: dict[str, Activations] = {}
    for layer in recording.layers:
        if layer.activations is None:
            raise ValueError(f"unavailable: layer {layer.name!r} holds a summary only")
        values[layer.name] = layer.activations[sample]
    return values


def _with_sample(recording: Recording, sample: int, found: _Found) -> _Found:
    """Add what the recording knows of the sample."""
    shown = recording.image_samples
    is_shown = np.zeros((0, 1)) if shown is None else shown.reshape(len(shown), -1) == sample
    images = np.flatnonzero(is_shown.any(axis=1))
    prediction = found.prediction
    return replace(
        found,
        label=_known(recording.labels, sample),
        prediction=_known(recording.predictions, sample) if prediction is None else prediction,
        image=int(images[0]) if len(images) else None,
        picture=None if len(images) else found.picture,
    )


def _known(rows: NDArray[np.int32] | None, sample: int) -> int | None:
    return None if rows is None or rows[sample] < 0 else int(rows[sample])


def _run(recording: Recording, value: Any) -> _Found:
    if recording._runner is None:
        raise TypeError(
            f"invalid instance: {type(value).__name__}; this recording has no model to run it "
            "through, give a mapping of layer name to values [neurons]"
        )
    values, prediction, confidence = recording._runner(value)
    is_known = prediction is not None and 0 <= prediction < len(recording.classes)
    return _Found(
        values,
        prediction=prediction if is_known else None,
        confidence=confidence,
        picture=_picture_of(value),
    )


def _picture_of(value: object) -> NDArray[np.uint8] | None:
    """Return a model input itself when it is a picture."""
    if not isinstance(value, np.ndarray) or value.dtype != np.uint8:
        return None
    picture: NDArray[Any] = value[0] if value.ndim == 4 and len(value) == 1 else value
    is_picture = picture.ndim == 2 or (picture.ndim == 3 and picture.shape[-1] in (1, 3, 4))
    return _as_picture(picture) if is_picture else None


def _as_picture(image: ArrayLike) -> NDArray[np.uint8]:
    picture = as_images(np.asarray(image)[None], "image")
    return frozen(picture[0])


def _with_picture(recording: Recording, found: _Found) -> tuple[Recording, int | None]:
    """Add the instance's picture; return the recording and the picture's place."""
    picture = found.picture
    if picture is None:
        return recording, found.image
    images, shown = recording.images, recording.image_samples
    if images is None:
        images = np.zeros((0, *picture.shape), np.uint8)
    if images.shape[1:] != picture.shape:
        raise ValueError(
            f"invalid image: shape {picture.shape}, but the recording's are {images.shape[1:]}"
        )
    if shown is None:
        shown = np.full(len(images), -1, np.int32)
    return (
        replace(
            recording,
            images=frozen(np.concatenate([images, picture[None]])),
            image_samples=frozen(
                np.concatenate([shown, np.full_like(shown, -1, shape=(1, *shown.shape[1:]))])
            ),
        ),
        len(images),
    )


def _with_row(layer: Layer, values: Mapping[str, Any]) -> Layer:
    if layer.name not in values:
        raise ValueError(f"missing layer: {layer.name!r}; values are given for {list(values)[:10]}")
    row, _ = as_activations(values[layer.name], f"layer {layer.name!r} of the instance")
    if row.shape not in ((layer.neurons,), (1, layer.neurons)):
        raise ValueError(
            f"invalid layer {layer.name!r} of the instance: shape {row.shape}; "
            f"give [{layer.neurons}]"
        )
    rows = np.concatenate([layer.instances, row.reshape(1, -1).astype(np.float32)])
    return replace(layer, instances=frozen(rows))


def _sample_index(recording: Recording, sample: int) -> int:
    index = int(sample)
    if not 0 <= index < recording.count:
        raise ValueError(f"unknown sample: {sample!r}; there are 0 … {recording.count - 1}")
    return index


def _checked_name(name: str | None) -> str:
    if not isinstance(name, str):
        raise TypeError(f"invalid name: {name!r}; give a str")
    return name


def unused(prefix: str, taken: set[str | None] | set[str]) -> str:
    """Return the prefix with the first number that is not taken."""
    number = 0
    while f"{prefix}{number}" in taken:
        number += 1
    return f"{prefix}{number}"
