"""What all attacks share: what they are after, how far they are, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "Classify",
    "Ended",
    "Floats",
    "Goal",
    "Outcome",
    "Pictures",
    "Progress",
    "Seeker",
    "Steps",
    "colors_of",
]

Floats = npt.NDArray[np.float32]
Pictures = npt.NDArray[np.uint8]
"""Shape [pictures, height, width, channels]."""

Ended = Literal["goal", "all", "aborted"]
"""The goal was reached, nothing is left to try, or the attack was withdrawn."""

Classify = Callable[[Pictures], Floats]
"""Probabilities [pictures, classes]."""


@dataclass(frozen=True)
class Goal:
    """The class to leave, and the one to reach; None: any other."""

    label: int
    target: int | None = None

    def confidence(self, probabilities: Floats) -> Floats:
        """Return what the model gives for the target, else for the class to leave."""
        found: Floats = probabilities[:, self.label if self.target is None else self.target]
        return found

    def cost(self, probabilities: Floats) -> npt.NDArray[np.float64]:
        """Return numbers [pictures] of which the least is the best."""
        confidence = self.confidence(probabilities).astype(np.float64)
        cost = confidence if self.target is None else -confidence
        return np.where(np.isnan(cost), np.inf, cost)

    def reached(self, probabilities: Floats) -> npt.NDArray[np.bool_]:
        """Tell of each picture whether the model calls it what it should."""
        found = probabilities.argmax(axis=1)
        is_there = found != self.label if self.target is None else found == self.target
        return np.asarray(is_there & ~np.isnan(probabilities).any(axis=1))


@dataclass(frozen=True)
class Progress:
    """How far an attack is.

    Attributes
    ----------
    step, of : int
        Generations, pixels or steps that are done, of how many at most.
    evaluations : int
        Pictures that the model has seen.
    picture : uint8 array, shape [height, width, channels]
        The best one so far.
    confidence : float
        What the model gives it for the target, else for the class to leave.
    tried_pixels : uint32 array, shape [tried]
        Row · width + column of each pixel that was changed since the last time.
    tried_confidences : float32 array, shape [tried]
        The confidence with it.
    """

    step: int
    of: int
    evaluations: int
    picture: Pictures
    confidence: float
    tried_pixels: npt.NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, np.uint32))
    tried_confidences: Floats = field(default_factory=lambda: np.zeros(0, np.float32))


@dataclass(frozen=True)
class Outcome:
    """What came of an attack.

    Attributes
    ----------
    pictures : uint8 array, shape [pictures, height, width, channels]
        The best one, or one for each strength.
    probabilities : float32 array, shape [pictures, classes]
    success : bool array, shape [pictures]
    evaluations : int
    ended : {"goal", "all", "aborted"}
    certificate : int or None
        No picture with one changed pixel reaches the goal, with so many levels a channel.
    """

    pictures: Pictures
    probabilities: Floats
    success: npt.NDArray[np.bool_]
    evaluations: int
    ended: Ended
    certificate: int | None = None


Steps: TypeAlias = Generator[Progress, "bool | None", Outcome]
"""An attack, step by step; it ends with what it has when it is sent True."""


class Seeker:
    """Looks at changed pictures and keeps the best one."""

    def __init__(self, classify: Classify, picture: Pictures, goal: Goal) -> None:
        self._classify = classify
        self._goal = goal
        self.evaluations = 0
        self.best = picture
        self._rank: tuple[bool, float] | None = None
        self.look(picture[None])

    @property
    def is_there(self) -> bool:
        """Whether the best picture reaches the goal."""
        return bool(self._goal.reached(self.probabilities)[0])

    @property
    def confidence(self) -> float:
        """What the model gives the best picture."""
        return float(self._goal.confidence(self.probabilities)[0])

    def look(self, pictures: Pictures) -> Floats:
        """Return the probabilities of pictures; one that reaches the goal is better than others."""
        found = self._classify(pictures)
        self.evaluations += len(pictures)
        cost = self._goal.cost(found)
        reached = self._goal.reached(found)
        best = int(np.lexsort((cost, ~reached))[0])
        rank = (not reached[best], float(cost[best]))
        if self._rank is None or rank < self._rank:
            self.best, self._rank = pictures[best].copy(), rank
            self.probabilities = found[best : best + 1]
        return found

    def progress(self, step: int, of: int, *tried: Any) -> Progress:
        """Return how far it is; `tried` are pixels and confidences."""
        return Progress(step, of, self.evaluations, self.best, self.confidence, *tried)

    def outcome(self, is_aborted: bool | None, certificate: int | None = None) -> Outcome:
        """Return what came of it."""
        ended: Ended = "goal" if self.is_there else "aborted" if is_aborted else "all"
        return Outcome(
            pictures=self.best[None],
            probabilities=self.probabilities,
            success=np.array([self.is_there]),
            evaluations=self.evaluations,
            ended=ended,
            certificate=certificate if ended == "all" else None,
        )


def colors_of(picture: Pictures) -> int:
    """Return how many channels of a picture are not opacity, which no attack changes."""
    return min(int(picture.shape[-1]), 3)
