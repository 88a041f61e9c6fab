"""Areas under ROC curves with bootstrap intervals."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Estimate", "area", "curve", "share_above"]

Floats = NDArray[np.float64]

_LEVEL_PERCENT = (2.5, 97.5)
_DRAWN_VALUES = 2**22
"""Draws that are worked on at a time."""


@dataclass(frozen=True)
class Estimate:
    """A number and its 95 % bootstrap interval; the interval is NaN where it cannot be told.

    Attributes
    ----------
    of, against : int
        Values on both sides.
    """

    value: float
    low: float
    high: float
    of: int
    against: int

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


def area(
    of: Floats, against: Floats, *, is_paired: bool, resamples: int, seed: int
) -> Estimate | None:
    """Return P(of > against) + ½ P(of = against): the area under the ROC curve.

    Parameters
    ----------
    of, against : float64 arrays, shape [values]
        Scores, NaN = none; of pairs side by side.
    is_paired : bool
        Draw pairs; otherwise each side by itself.
    resamples : int
    seed : int

    Returns
    -------
    Estimate, or None
        None where a side has no score.
    """
    if is_paired:
        of, against = _both_known(of, against)
    else:
        of, against = of[~np.isnan(of)], against[~np.isnan(against)]
    if len(of) == 0 or len(against) == 0:
        return None
    order = np.argsort(against)
    ranked = against[order]
    below, upto = (np.searchsorted(ranked, of, side) for side in ("left", "right"))

    def areas(times_of: NDArray[Any], times_against: NDArray[Any]) -> Floats:
        """Return the area of each draw, from how many times it has each value, [draws, values]."""
        cumulative = np.zeros((len(times_against), len(against) + 1))
        np.cumsum(times_against[:, order], axis=1, out=cumulative[:, 1:])
        wins = (times_of * (cumulative[:, below] + cumulative[:, upto])).sum(axis=1) / 2
        return np.asarray(wins / (len(of) * len(against)), np.float64)

    sizes = (len(of),) if is_paired else (len(of), len(against))
    drawn = [areas(times[0], times[-1]) for times in _draws(sizes, resamples, seed)]
    ones = [np.ones((1, len(side))) for side in (of, against)]
    return _estimate(float(areas(*ones)[0]), drawn, len(of), len(against))


def share_above(of: Floats, against: Floats, *, resamples: int, seed: int) -> Estimate | None:
    """Return the share of pairs in which the first score is larger; as `area`."""
    of, against = _both_known(of, against)
    if len(of) == 0:
        return None
    is_above = of > against
    drawn = [times[0] @ is_above / len(of) for times in _draws((len(of),), resamples, seed)]
    return _estimate(float(is_above.mean()), drawn, len(of), len(against))


def curve(of: Floats, against: Floats) -> tuple[Floats, Floats]:
    """Return the ROC curve: shares of `against`, and of `of`, at or above each threshold."""
    of, against = np.sort(of[~np.isnan(of)]), np.sort(against[~np.isnan(against)])
    thresholds = np.unique(np.concatenate([of, against]))[::-1]
    shares = [
        np.concatenate([[0.0], 1 - np.searchsorted(side, thresholds, "left") / max(len(side), 1)])
        for side in (against, of)
    ]
    return shares[0], shares[1]


def _both_known(of: Floats, against: Floats) -> tuple[Floats, Floats]:
    is_known = ~np.isnan(of) & ~np.isnan(against)
    return of[is_known], against[is_known]


def _draws(sizes: tuple[int, ...], resamples: int, seed: int) -> Iterator[list[NDArray[np.intp]]]:
    """Draw with replacement: how many times each value is drawn, [draws, values] for each size."""
    rng = np.random.default_rng(seed)
    step = max(1, _DRAWN_VALUES // max(sizes))
    for begin in range(0, resamples, step):
        count = min(step, resamples - begin)
        yield [_times(rng, count, size) for size in sizes]


def _times(rng: np.random.Generator, draws: int, size: int) -> NDArray[np.intp]:
    drawn = rng.integers(0, size, (draws, size)) + size * np.arange(draws)[:, None]
    return np.bincount(drawn.ravel(), minlength=draws * size).reshape(draws, size)


def _estimate(value: float, drawn: list[Floats], of: int, against: int) -> Estimate:
    if not drawn or min(of, against) < 2:
        return Estimate(value, np.nan, np.nan, of, against)
    low, high = np.percentile(np.concatenate(drawn), _LEVEL_PERCENT)
    return Estimate(value, float(low), float(high), of, against)
