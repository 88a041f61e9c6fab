"""How far many images stand from the classes that the model says they are, in one layer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .divergences import bin_counts, bins_of, finite, strips

__all__ = ["Standings", "standings"]

Floats = NDArray[np.float64]

_DOUBTFUL = 1e-6
"""A sum of squares that falls by more than this is computed anew, not by a difference."""


@dataclass(frozen=True)
class Standings:
    """Sums over the neurons of a layer, one a value of an image; shape [images].

    Attributes
    ----------
    surprisal, deviation : float64 arrays
        Sums of surprisals in bits, and of absolute z.
    surprisals, deviations : int64 arrays
        Neurons in these sums: those in which there is such a value.
    largest : float64 array
        Largest absolute z, −∞ where there is none.
    """

    surprisal: Floats
    surprisals: NDArray[np.int64]
    deviation: Floats
    deviations: NDArray[np.int64]
    largest: Floats


def standings(
    images: NDArray[np.floating],
    classes: NDArray[np.int32],
    rows: NDArray[np.int64],
    values: NDArray[np.floating],
    labels: NDArray[np.int32],
    grid: NDArray[np.int32],
) -> Standings:
    """Tell how far each image is from a class.

    Parameters
    ----------
    images : float array, shape [images, neurons]
    classes : int32 array, shape [images]
        The class that each is compared with, −1 = none: then there are no values.
    rows : int64 array, shape [images]
        The sample that each image is, −1 = none. It is left out of its own class.
    values : float array, shape [samples, neurons]
        Activations of all samples; the finite ones count.
    labels : int32 array, shape [samples]
        The true class of each sample.
    grid : int32 array, shape [neurons, 2]
        Of the whole layer, images included.
    """
    count = len(images)
    found = Standings(
        *(np.zeros(count), np.zeros(count, np.int64)),
        *(np.zeros(count), np.zeros(count, np.int64)),
        np.full(count, -np.inf),
    )
    for label in np.unique(classes[classes >= 0]):
        members = np.flatnonzero(labels == label)
        asked = np.flatnonzero(classes == label)
        is_member = (rows[asked] >= 0) & (labels[rows[asked]] == label)
        for strip in strips(max(len(members), len(asked)), len(grid)):
            of_class = finite(values[members, strip])
            x = images[asked, strip].astype(np.float64)
            own = np.where(is_member[:, None], finite(values[rows[asked], strip]), np.nan)
            surprisals = _surprisals(x, own, of_class, grid[strip])
            deviations = np.abs(_z(x, own, of_class))
            found.surprisal[asked] += np.nansum(surprisals, axis=1)
            found.surprisals[asked] += np.count_nonzero(~np.isnan(surprisals), axis=1)
            found.deviation[asked] += np.nansum(deviations, axis=1)
            found.deviations[asked] += np.count_nonzero(~np.isnan(deviations), axis=1)
            largest = np.fmax.reduce(deviations, axis=1, initial=-np.inf)
            found.largest[asked] = np.maximum(found.largest[asked], largest)
    return found


def _surprisals(x: Floats, own: Floats, of_class: Floats, grid: NDArray[np.int32]) -> Floats:
    """Return −log2 of the share of the class in the bin of x, +½ in every bin; NaN: none."""
    counts, sizes = bin_counts(of_class, grid)
    bin, own_bin = bins_of(x, grid), bins_of(own, grid)
    in_bin = counts[np.arange(len(grid)), np.maximum(bin, 0)]
    count = np.where(bin >= 0, in_bin - (bin == own_bin), 0)
    total = np.count_nonzero(~np.isnan(of_class), axis=0) - ~np.isnan(own)
    surprisals = -np.log2((count + 0.5) / (total + sizes / 2))
    return np.where((total > 0) & ~np.isnan(x), surprisals, np.nan)


def _z(x: Floats, own: Floats, of_class: Floats) -> Floats:
    """Return (x − mean) / standard deviation of the class without `own`; NaN: none."""
    n = np.count_nonzero(~np.isnan(of_class), axis=0)
    # Differences from a value of the class lose no digits where all values are close.
    shift = np.where(n > 0, np.fmin.reduce(of_class, axis=0, initial=np.inf), 0)
    shifted = of_class - shift
    mean = np.nansum(shifted, axis=0) / np.maximum(n, 1)
    squares = np.nansum((shifted - mean) ** 2, axis=0)
    has_own = ~np.isnan(own)
    rest = n - has_own
    off = np.where(has_own, own - shift - mean, 0)
    rest_mean = mean - off / np.maximum(rest, 1)
    rest_squares = squares - off**2 * n / np.maximum(rest, 1)
    is_doubtful = has_own & (rest > 0) & (squares > 0) & (rest_squares <= _DOUBTFUL * squares)
    for image, neuron in zip(*np.nonzero(is_doubtful), strict=True):
        others = shifted[:, neuron]
        others = others[~np.isnan(others)]
        others = np.delete(others, np.argmax(others == own[image, neuron] - shift[neuron]))
        is_flat = bool((others == others[0]).all())
        rest_mean[image, neuron] = others[0] if is_flat else others.mean()
        rest_squares[image, neuron] = 0 if is_flat else ((others - others.mean()) ** 2).sum()
    deviation = np.sqrt(rest_squares / np.maximum(rest, 1))
    has_value = (rest > 0) & (deviation > 0)
    with np.errstate(invalid="ignore"):
        z = (x - shift - rest_mean) / np.where(has_value, deviation, 1)
    return np.where(has_value, z, np.nan)
