"""Attacks that change single pixels, and need no gradients."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from .base import Classify, Goal, Pictures, Seeker, Steps, colors_of

Vectors = npt.NDArray[np.float64]

__all__ = ["MOST_TRIED", "differential_evolution", "exhaustive"]

MOST_TRIED = 10**8
"""Pictures of an exhaustive search."""
_AT_ONCE = 2048
_LEAST_POPULATION = 5


def differential_evolution(
    classify: Classify,
    picture: Pictures,
    goal: Goal,
    *,
    count: int,
    population: int,
    generations: int,
    seed: int,
) -> Steps:
    """Change up to `count` pixels as Su, Vargas and Sakurai (2019) do.

    A candidate is row, column and colour of each pixel; places begin uniform, colours normal
    around 128 with deviation 127. SciPy evolves them, one generation a step: best/1/bin with
    recombination 1 and F ~ U(0.5, 1). The first picture that reaches the goal ends it.
    """
    from scipy import optimize

    if population < _LEAST_POPULATION:
        raise ValueError(f"invalid population: {population}; give {_LEAST_POPULATION} or more")
    rng = np.random.default_rng(seed)
    height, width, _ = picture.shape
    colors = colors_of(picture)
    bounds = [(0, height), (0, width), *[(0, 255)] * colors] * count
    seeker = Seeker(classify, picture, goal)

    def tried(vectors: Vectors) -> tuple[Vectors, tuple[object, object]]:
        changed, pixels = _changed(picture, vectors, count)
        found = seeker.look(changed)
        confidence = goal.confidence(found)
        return goal.cost(found), (pixels.reshape(-1), np.repeat(confidence, count))

    if seeker.is_there:
        return seeker.outcome(False)
    members = _first_members(rng, picture, population, count)
    costs, places = tried(members)
    is_stopped = yield seeker.progress(0, generations, *places)
    for generation in range(1, generations + 1):
        if is_stopped or seeker.is_there:
            break
        # The first question is about the members, whose costs are known.
        known = iter([costs])

        def cost(vectors: Vectors, known: Iterator[Vectors] = known) -> Vectors:
            nonlocal places
            found = next(known, None)
            if found is None:
                found, places = tried(vectors.T)
            return found

        evolved = optimize.differential_evolution(
            cost,
            bounds,
            strategy="best1bin",
            maxiter=1,
            init=members,
            mutation=(0.5, 1),
            recombination=1,
            tol=0,
            polish=False,
            updating="deferred",
            vectorized=True,
            rng=rng,
        )
        members, costs = evolved.population, evolved.population_energies
        is_stopped = yield seeker.progress(generation, generations, *places)
    return seeker.outcome(is_stopped)


def _first_members(
    rng: np.random.Generator, picture: Pictures, population: int, count: int
) -> Vectors:
    """Return candidates [population, parameters]: places uniform, colours normal."""
    places = rng.uniform(0, picture.shape[:2], (population, count, 2))
    colors = rng.normal(128, 127, (population, count, colors_of(picture))).clip(0, 255)
    return np.concatenate([places, colors], axis=2).reshape(population, -1)


def exhaustive(classify: Classify, picture: Pictures, goal: Goal, *, levels: int) -> Steps:
    """Try every pixel alone, with `levels` values a channel evenly from 0 to 255.

    With 256 of a grey picture there are no others, so that without success none exists.
    """
    if not 2 <= levels <= 256:
        raise ValueError(f"invalid levels: {levels}; give 2 … 256")
    height, width, _ = picture.shape
    colors = colors_of(picture)
    count = height * width
    if count * levels**colors > MOST_TRIED:
        raise ValueError(
            f"invalid levels: {levels} for {colors} channels of {count} pixels are "
            f"{count * levels**colors:.1e} pictures, more than {MOST_TRIED:.0e}"
        )
    values = np.rint(np.linspace(0, 255, levels)).astype(np.uint8)
    choices = np.stack(np.meshgrid(*[values] * colors, indexing="ij"), -1).reshape(-1, colors)
    seeker = Seeker(classify, picture, goal)
    is_stopped: bool | None = False
    total = count * len(choices)
    for begin in range(0, total, _AT_ONCE):
        if is_stopped or seeker.is_there:
            break
        end = min(begin + _AT_ONCE, total)
        places, chosen = np.divmod(np.arange(begin, end), len(choices))
        own = picture.reshape(count, -1)[places, :colors]
        is_other = (choices[chosen] != own).any(axis=1)
        places, chosen = places[is_other], chosen[is_other]
        if len(places):
            changed = np.repeat(picture[None], len(places), axis=0)
            one_each = changed.reshape(len(places), count, -1)
            one_each[np.arange(len(places)), places, :colors] = choices[chosen]
            confidence = goal.confidence(seeker.look(changed))
            is_stopped = yield seeker.progress(
                end // len(choices), count, places.astype(np.uint32), confidence
            )
    return seeker.outcome(is_stopped, certificate=levels)


def _changed(
    picture: Pictures, vectors: Vectors, count: int
) -> tuple[Pictures, npt.NDArray[np.uint32]]:
    """Return pictures of candidates [candidates, parameters], and their pixels."""
    height, width, _ = picture.shape
    colors = colors_of(picture)
    parts = vectors.reshape(len(vectors), count, 2 + colors)
    rows = np.minimum(parts[..., 0].astype(np.int64), height - 1)
    columns = np.minimum(parts[..., 1].astype(np.int64), width - 1)
    changed = np.repeat(picture[None], len(vectors), axis=0)
    candidates = np.arange(len(vectors))
    for pixel in range(count):
        changed[candidates, rows[:, pixel], columns[:, pixel], :colors] = np.rint(
            parts[:, pixel, 2:]
        )
    return changed, (rows * width + columns).astype(np.uint32)
