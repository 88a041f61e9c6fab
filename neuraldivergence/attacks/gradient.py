"""Attacks along the gradient, within a maximum norm."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .base import Classify, Floats, Goal, Outcome, Pictures, Progress, Steps, colors_of

__all__ = ["Gradient", "along_gradient"]

Gradient = Callable[[Floats, int], Floats]
"""Of the cross-entropy of a class in pictures, float32 [pictures, height, width, channels]."""


def along_gradient(
    classify: Classify,
    gradient: Gradient,
    picture: Pictures,
    goal: Goal,
    *,
    strengths: Sequence[float],
    steps: int = 1,
    step_size: float = 1.0,
    seed: int | None = None,
) -> Steps:
    """Move all values along the signs of the gradient, at most `strengths` grey levels.

    One step of full size is FGSM (Goodfellow et al. 2015); several from a random start, which
    takes a `seed`, are PGD (Madry et al. 2018), where `step_size` is a share of the strength.
    Each strength gives a picture, rounded to 8 bits within its bound and then looked at again.
    """
    bounds = np.asarray(strengths, np.float32).reshape(-1, 1, 1, 1)
    if not len(bounds) or not np.isfinite(bounds).all() or bounds.min() < 0 or bounds.max() > 255:
        raise ValueError(f"invalid strength: {list(strengths)!r}; give grey levels, 0 … 255")
    if steps < 1 or not 0 < step_size <= 1:
        raise ValueError(f"invalid steps: {steps} of {step_size}; give 1 or more, up to 1 each")
    start = np.repeat(picture[None].astype(np.float32), len(bounds), axis=0)
    colors = colors_of(picture)
    low, high = (start - bounds).clip(0, 255), (start + bounds).clip(0, 255)
    low[..., colors:] = high[..., colors:] = start[..., colors:]
    moved = start
    if seed is not None:
        moved = np.random.default_rng(seed).uniform(low, high).astype(np.float32)
    # Towards the target its cross-entropy falls; away from the label its own rises.
    label, way = (goal.label, 1) if goal.target is None else (goal.target, -1)
    evaluations = 0
    is_stopped: bool | None = False
    for step in range(1, steps + 1):
        slopes = gradient(moved, label)
        moved = (moved + way * step_size * bounds * np.sign(np.nan_to_num(slopes))).clip(low, high)
        changed = np.rint(moved).clip(np.ceil(low), np.floor(high)).astype(np.uint8)
        found = classify(changed)
        evaluations += 2 * len(changed)
        best = int(goal.cost(found).argmin())
        confidence = float(goal.confidence(found)[best])
        is_stopped = yield Progress(step, steps, evaluations, changed[best], confidence)
        if is_stopped:
            break
    success = goal.reached(found)
    ended = "goal" if success.any() else "aborted" if is_stopped else "all"
    return Outcome(changed, found, success, evaluations, ended)  # type: ignore[arg-type]
