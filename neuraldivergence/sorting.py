"""Samples in the order of their labels, as files hold them, and back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .recording import Instance, Layer, Recording

__all__ = ["label_order", "rearranged", "unsorted"]

_STRIP_BYTES = 2**25
"""Bytes that are moved at a time."""


def label_order(labels: NDArray[np.int32] | None) -> NDArray[np.int32] | None:
    """Return the sample of each row when rows are sorted by label, those without one last.

    Samples of a label keep their order. None when nothing would move.
    """
    if labels is None:
        return None
    # As unsigned numbers −1 is the largest.
    keys = labels.view(np.uint32)
    if bool((keys[1:] >= keys[:-1]).all()):
        return None
    return np.argsort(keys, kind="stable").astype(np.int32)


def rearranged(recording: Recording, rows: NDArray[np.int32]) -> Recording:
    """Return the recording with sample ``rows[i]`` in row i, all but activations and codes."""
    places = _inverse(rows)
    return replace(
        recording,
        labels=_taken(recording.labels, rows),
        predictions=_taken(recording.predictions, rows),
        columns=tuple(
            replace(column, values=_taken(column.values, rows)) for column in recording.columns
        ),
        groups=tuple(replace(group, mask=_taken(group.mask, rows)) for group in recording.groups),
        instances=tuple(_renumbered(instance, places) for instance in recording.instances),
        image_samples=_looked_up(recording.image_samples, places),
    )


def unsorted(recording: Recording, order: NDArray[np.int32]) -> Recording:
    """Put the samples of a recording back: row i is sample ``order[i]``.

    Activations and codes, which may take much memory, are changed in place.
    """
    places = _inverse(order)
    tables = {id(table): table for layer in recording.layers for table in _tables(layer)}
    for table in tables.values():
        _move_rows(table, places)
    return rearranged(recording, places)


def _inverse(order: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the row of each sample from the sample of each row, or the other way round."""
    places = np.empty_like(order)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def _tables(layer: Layer) -> Iterator[NDArray[Any]]:
    if layer.activations is not None:
        yield layer.activations
    if layer.codes is not None:
        yield layer.codes.values


def _move_rows(table: NDArray[Any], rows: NDArray[np.int32]) -> None:
    width = max(1, _STRIP_BYTES // max(len(table) * table.itemsize, 1))
    table.setflags(write=True)
    for begin in range(0, table.shape[1], width):
        strip = slice(begin, begin + width)
        table[:, strip] = table[rows, strip]
    table.setflags(write=False)


def _renumbered(instance: Instance, places: NDArray[np.int32]) -> Instance:
    sample = instance.sample
    return instance if sample is None else replace(instance, sample=int(places[sample]))


def _looked_up(
    samples: NDArray[np.int32] | None, places: NDArray[np.int32]
) -> NDArray[np.int32] | None:
    if samples is None:
        return None
    found = np.where(samples >= 0, places[samples], np.int32(-1))
    found.setflags(write=False)
    return found


def _taken(values: Any, rows: NDArray[np.int32]) -> Any:
    if values is None:
        return None
    taken = values[rows]
    taken.setflags(write=False)
    return taken
