"""What a detector found: its scores, as a table, a plot and JSON."""

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .resampling import Estimate, curve
from .roc_plot import roc_picture
from .text import clean

__all__ = ["SCORES", "Detection", "Score", "title_of"]

Floats = NDArray[np.float64]

SCORES = ("mean surprisal", "mean |z|", "max |z|")
"""Of each layer."""
_HEADS = (
    "attacked diverges more",
    "attacked / benign",
    "attacked / correct",
    "attacked / misclassified",
    "misclassified / correct",
)
_UNKNOWN = "not known"


@dataclass(frozen=True)
class Score:
    """One number an image, and how well it tells attacked images from others.

    Estimates are None where an image of either side has no such number.

    Attributes
    ----------
    name : str
    layer : str or None
        None: of no layer, the baseline.
    diverges_more : Estimate or None
        Share of pairs in which the attacked image has the larger number.
    attacked_benign, attacked_correct : Estimate or None
    attacked_misclassified, misclassified_correct : Estimate or None
        Area under the ROC curve: how often an image of the first kind has a larger number than
        one of the second, ties as halves.
    attacked, benign : float64 arrays, shape [pairs]
        The numbers themselves, pair by pair; NaN = none.
    misclassified, correct : float64 arrays, shape [samples of this kind]
    """

    name: str
    layer: str | None
    diverges_more: Estimate | None
    attacked_benign: Estimate | None
    attacked_correct: Estimate | None
    attacked_misclassified: Estimate | None
    misclassified_correct: Estimate | None
    attacked: Floats
    benign: Floats
    misclassified: Floats
    correct: Floats

    @property
    def estimates(self) -> tuple[Estimate | None, ...]:
        """All estimates, in this order."""
        return (
            self.diverges_more,
            self.attacked_benign,
            self.attacked_correct,
            self.attacked_misclassified,
            self.misclassified_correct,
        )

    def roc(self, against: str = "benign") -> tuple[Floats, Floats]:
        """Return the ROC curve of attacked images.

        Parameters
        ----------
        against : {"benign", "misclassified", "correct"}

        Returns
        -------
        false_alarms, hits : float64 arrays, shape [points]
            Shares of the others, and of attacked images, at or above each threshold.
        """
        if against not in ("benign", "misclassified", "correct"):
            raise ValueError(
                f"unknown kind of image: {against!r}; one of benign, misclassified, correct"
            )
        return curve(self.attacked, getattr(self, against))


@dataclass(frozen=True, repr=False)
class Detection:
    """How well divergence tells attacked images from others; `docs/detector.md` explains it.

    Attributes
    ----------
    name : str
        Of the recording.
    baseline : Score
        1 − max-softmax, which any detector has to beat.
    scores : tuple of Score
        Three for each layer, and for all of them together when they are several.
    pairs, misclassified, correct : int
        Pairs of instances, and samples of each kind.
    notes : tuple of str
        What the numbers are about, and what is not known.
    """

    name: str
    baseline: Score
    scores: tuple[Score, ...]
    pairs: int
    misclassified: int
    correct: int
    notes: tuple[str, ...]
    resamples: int
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers but those of single images as JSON."""
        return {
            "name": self.name,
            "pairs": self.pairs,
            "misclassified": self.misclassified,
            "correct": self.correct,
            "scores": [_score_json(score) for score in (self.baseline, *self.scores)],
            "notes": list(self.notes),
            "resamples": self.resamples,
            "seed": self.seed,
        }

    def __repr__(self) -> str:
        rows = [("score", "layer", *_HEADS), *self._rows()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        return "\n".join([f"Detector: {self._title()}", *lines, *self.notes])

    def _repr_html_(self) -> str:
        head = "".join(
            f"<th scope='col'>{escape(text)}</th>" for text in ("score", "layer", *_HEADS)
        )
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self._rows()
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return (
            f"<table><caption>Detector: {escape(self._title())}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{self._plot()}{notes}"
        )

    def _plot(self) -> str:
        """Draw the baseline, and the scores of the last layer or of all together."""
        shown = [self.baseline, *self.scores[-len(SCORES) :]]
        curves = [
            (f"{title_of(score)}: {score.attacked_benign}", *score.roc())
            for score in shown
            if score.attacked_benign is not None
        ]
        return roc_picture(
            curves, hits="attacked images found", alarms="false alarms: benign twins"
        )

    def _title(self) -> str:
        return (
            f"{clean(self.name, 60)}: {self.pairs:,} pairs, {self.misclassified:,} misclassified "
            f"and {self.correct:,} correct samples"
        )

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (
                score.name,
                "" if score.layer is None else clean(score.layer, 60),
                *map(_text, score.estimates),
            )
            for score in (self.baseline, *self.scores)
        ]


def title_of(score: Score) -> str:
    """Name a score and its layer."""
    return score.name if score.layer is None else f"{score.name} of {clean(score.layer, 24)}"


def _text(estimate: Estimate | None) -> str:
    return _UNKNOWN if estimate is None else str(estimate)


def _score_json(score: Score) -> dict[str, Any]:
    names = (
        *("divergesMore", "attackedBenign", "attackedCorrect"),
        *("attackedMisclassified", "misclassifiedCorrect"),
    )
    return {
        "name": score.name,
        "layer": score.layer,
        **{
            name: None if estimate is None else _estimate_json(estimate)
            for name, estimate in zip(names, score.estimates, strict=True)
        },
    }


def _estimate_json(estimate: Estimate) -> dict[str, Any]:
    is_open = bool(np.isnan(estimate.low))
    return {
        "value": estimate.value,
        "interval": None if is_open else [estimate.low, estimate.high],
        "of": estimate.of,
        "against": estimate.against,
    }
