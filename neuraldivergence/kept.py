"""Changed pictures that a view keeps as attacked instances, beside their originals."""

import base64
import binascii
import math
import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import as_activations, as_name, frozen
from .order import class_index, instance_id
from .recording import Instance, Layer, Recording

__all__ = ["KEPT_AT_MOST", "kept_json", "with_kept"]

KEPT_AT_MOST = 16
"""A view keeps no more."""
_NAME_CHARACTERS = 200
_VALUE_BYTES_AT_MOST = 2**16
_KEYS = ("id", "name", "of", "pixels", "prediction", "confidence", "values", "shown")


def kept_json(recording: Recording, given: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the pictures as the view state has them, held against the recording.

    Parameters
    ----------
    recording : Recording
        With the samples of the view as instances.
    given : sequence of mapping
        What the caller said of each; see `Recording.show`.

    Raises
    ------
    ValueError
        An unknown original, pixels outside its picture, values of another size, or too many.
    TypeError
        An entry of another kind.
    """
    if len(given) > KEPT_AT_MOST:
        raise ValueError(f"invalid kept: {len(given)} of them; at most {KEPT_AT_MOST}")
    taken = {instance.id for instance in recording.instances}
    kept: list[dict[str, Any]] = []
    for one in given:
        kept.append(_one(recording, one, taken))
        taken.add(kept[-1]["id"])
    return kept


def with_kept(recording: Recording, kept: object) -> Recording:
    """Return the recording with those pictures of a view as instances that can be.

    Parameters
    ----------
    recording : Recording
        With the samples of the view as instances.
    kept : object
        As the view has them: any JSON.
    """
    originals = {instance.id: instance for instance in recording.instances}
    for entry in kept if isinstance(kept, list) else ():
        is_full = len(recording.instances) - len(originals) >= KEPT_AT_MOST
        taken = {instance.id for instance in recording.instances}
        try:
            known = _one(recording, entry, taken, originals)
        except (TypeError, ValueError):
            continue
        if not is_full:
            recording = _with_one(recording, known, originals[known["of"]])
    return recording


def _one(
    recording: Recording,
    given: Any,
    taken: set[str],
    originals: Mapping[str, Instance] | None = None,
) -> dict[str, Any]:
    """Return one as the view state has it; with `originals` as it is read, else as it is given."""
    is_read = originals is not None
    if not isinstance(given, Mapping) or not (
        {"of", "pixels"} <= {*given} and (is_read or {*given} <= {*_KEYS})
    ):
        raise TypeError(
            f"invalid kept: {_short(given)}; give a mapping with of and pixels, perhaps "
            "name, prediction, confidence and values"
        )
    if originals is None:
        of = instance_id(recording, given["of"])
    else:
        of = given["of"]
        if of not in originals:
            raise ValueError(f"unknown instance: {of!r}")
    (original,) = (one for one in recording.instances if one.id == of)
    id = given.get("id") or _free_id(taken)
    if not isinstance(id, str) or not re.fullmatch(r"kept:[0-9]+", id):
        raise ValueError(f"invalid id: {id!r}; give 'kept:1' or another number, or none")
    if id in taken:
        raise ValueError(f"repeated id: {id!r}")
    prediction, confidence = given.get("prediction"), given.get("confidence")
    if confidence is not None and not 0 <= float(confidence) <= 1:
        raise ValueError(f"invalid confidence: {confidence!r}; give a number from 0 to 1")
    return {
        "id": id,
        "name": as_name(given.get("name", f"{_subject(original)}, changed"), "name")[
            :_NAME_CHARACTERS
        ],
        "of": of,
        "pixels": _pixels(given["pixels"], recording, original),
        "prediction": None if prediction is None else class_index(recording, prediction),
        "confidence": None if confidence is None else float(confidence),
        "values": _values(given.get("values", {}), recording),
    }


def _subject(instance: Instance) -> str:
    """Return what it is a picture of: `with_pair` puts the role behind the name."""
    return instance.name.removesuffix(" benign") if instance.role == "benign" else instance.name


def _free_id(taken: set[str]) -> str:
    return next(f"kept:{n}" for n in range(1, len(taken) + 2) if f"kept:{n}" not in taken)


def _pixels(given: Any, recording: Recording, original: Instance) -> str | list[list[int]]:
    if recording.images is None or original.image is None:
        shape = None
    else:
        shape = recording.images.shape[1:]
    if isinstance(given, str):
        count = len(_decoded(given, "pixels"))
        if shape is not None and count != math.prod(shape):
            raise ValueError(
                f"invalid pixels: base64 of {count} bytes; the picture of {original.name!r} has "
                f"{math.prod(shape)}"
            )
        return given
    try:
        pixels = [[operator.index(value) for value in pixel] for pixel in given]
    except TypeError:
        raise TypeError(
            f"invalid pixels: {_short(given)}; give [[row, column, value a channel], …], or base64 "
            "of the whole picture"
        ) from None
    for pixel in pixels:
        if len(pixel) < 3 or min(pixel) < 0 or max(pixel[2:]) > 255:
            raise ValueError(
                f"invalid pixel: {pixel}; give row, column and a value from 0 to 255 a channel"
            )
        if shape is not None and (
            pixel[0] >= shape[0] or pixel[1] >= shape[1] or len(pixel) - 2 != _channels(shape)
        ):
            raise ValueError(
                f"invalid pixel: {pixel}; the picture of {original.name!r} has {shape[0]} rows, "
                f"{shape[1]} columns and {_channels(shape)} channels"
            )
    return pixels


def _channels(shape: tuple[int, ...]) -> int:
    return shape[2] if len(shape) > 2 else 1


def _values(given: Any, recording: Recording) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise TypeError(f"invalid values: {_short(given)}; give a mapping of layer name to values")
    layers = {layer.name: layer for layer in recording.layers}
    values: dict[str, str] = {}
    for name, row in given.items():
        if name not in layers:
            raise ValueError(f"unknown layer: {name!r}; there are {list(layers)[:20]}")
        values[name] = base64.b64encode(_row(row, layers[name]).tobytes()).decode("ascii")
    count = sum(4 * layers[name].neurons for name in values)
    if count > _VALUE_BYTES_AT_MOST:
        raise ValueError(
            f"invalid values: {count} bytes; at most {_VALUE_BYTES_AT_MOST}. "
            "recording.with_pair(benign, attacked) takes more"
        )
    return values


def _row(given: Any, layer: Layer) -> NDArray[np.float32]:
    if isinstance(given, str):
        content = _decoded(given, f"values of layer {layer.name!r}")
        row = np.frombuffer(content[: len(content) // 4 * 4], "<f4")
    else:
        row, _ = as_activations(given, f"values of layer {layer.name!r}")
        row = row.astype("<f4")
    if row.shape != (layer.neurons,):
        raise ValueError(
            f"invalid values of layer {layer.name!r}: shape {row.shape}; give [{layer.neurons}]"
        )
    return row


def _decoded(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError(f"invalid {what}: no base64, {_short(text)}") from None


def _short(given: object) -> str:
    text = repr(given)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _with_one(recording: Recording, known: Mapping[str, Any], original: Instance) -> Recording:
    picture = _picture(recording, known["pixels"], original)
    images, shown = recording.images, recording.image_samples
    if images is not None and picture is not None:
        if shown is not None:
            shown = np.concatenate([shown, np.full_like(shown[:1], -1)])
        recording = replace(
            recording,
            images=frozen(np.concatenate([images, picture[None]])),
            image_samples=None if shown is None else frozen(shown),
        )
    instance = Instance(
        id=known["id"],
        name=known["name"],
        role="attacked",
        label=original.label,
        prediction=known["prediction"],
        confidence=known["confidence"],
        image=None if images is None or picture is None else len(images),
    )
    layers = []
    for layer in recording.layers:
        text = known["values"].get(layer.name)
        row = np.full(layer.neurons, np.nan, np.float32) if text is None else _row(text, layer)
        rows = np.concatenate([layer.instances, row[None]])
        layers.append(replace(layer, instances=frozen(rows)))
    return replace(recording, layers=tuple(layers), instances=(*recording.instances, instance))


def _picture(
    recording: Recording, pixels: str | list[list[int]], original: Instance
) -> NDArray[np.uint8] | None:
    """Return the changed picture; None where that of the original is not here."""
    if recording.images is None or original.image is None:
        return None
    own: NDArray[np.uint8] = recording.images[original.image]
    if isinstance(pixels, str):
        return np.frombuffer(_decoded(pixels, "pixels"), np.uint8).reshape(own.shape)
    picture: NDArray[np.uint8] = own.reshape(*own.shape[:2], -1).copy()
    for row, column, *values in pixels:
        picture[row, column] = values
    return picture.reshape(own.shape)
