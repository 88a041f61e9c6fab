"""Divergence as a detector of attacked images, beside what it must be compared with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import grid as dyadic
from .detection import SCORES, Detection, Score, title_of
from .recording import Activations, Layer, Recording
from .resampling import area, share_above
from .standing import Standings, standings
from .text import clean

__all__ = ["detect"]

Floats = NDArray[np.float64]
Rows = NDArray[np.int32]

SOFTMAX = "1 − max softmax"
_ALL_LAYERS = "all together"
_SUM_ERROR = 1e-3
"""Rows of a softmax layer add up to 1 within this."""


@dataclass(frozen=True)
class _Images:
    """Places of pairs among the instances, and rows of samples."""

    attacked: NDArray[np.intp]
    benign: NDArray[np.intp]
    misclassified: NDArray[np.intp]
    correct: NDArray[np.intp]

    def split(self, of_instances: Floats, of_samples: Floats) -> list[Floats]:
        """Return the numbers of each kind, attacked first."""
        places = (self.attacked, self.benign), (self.misclassified, self.correct)
        return [
            numbers[place]
            for numbers, kinds in zip((of_instances, of_samples), places, strict=True)
            for place in kinds
        ]


def detect(
    recording: Recording,
    layer: str | Sequence[str] | None,
    *,
    confidence: str | ArrayLike | None,
    resamples: int,
    seed: int,
) -> Detection:
    """Tell how well divergence finds attacked images; see `Recording.detector`."""
    layers = _layers(recording, layer)
    if recording.labels is None:
        raise ValueError("unavailable detector: the recording has no labels, so no classes")
    images, left_out = _images(recording)
    options = {"resamples": int(resamples), "seed": int(seed)}
    certain, sources = _confidences(recording, confidence)
    doubts = images.split(*(1 - part for part in certain))
    baseline = _score(SOFTMAX, None, doubts, **options)
    found = [_standings(recording, one) for one in layers]
    named = list(zip((one.name for one in layers), found, strict=True))
    if len(found) > 1:
        named.append((_ALL_LAYERS, [_together(parts) for parts in zip(*found, strict=True)]))
    scores = tuple(
        _score(name, of_layer, images.split(*numbers), **options)
        for of_layer, parts in named
        for name, numbers in zip(SCORES, zip(*map(_numbers, parts), strict=True), strict=True)
    )
    return Detection(
        name=recording.name,
        baseline=baseline,
        scores=scores,
        pairs=len(images.attacked),
        misclassified=len(images.misclassified),
        correct=len(images.correct),
        notes=(
            *_conclusions(baseline, scores),
            "Areas under the ROC curve and shares, with 95 % intervals from "
            f"{options['resamples']:,} bootstrap draws; pairs are drawn as pairs.",
            "An image is compared with the samples whose true class is the one predicted for it, "
            "itself left out; surprisal in 32 bins of a neuron, each with ½ added.",
            *left_out,
            *sources,
            *_gaps(doubts, "confidence"),
            *_gaps(images.split(*next(zip(*map(_numbers, found[0]), strict=True))), "comparison"),
        ),
        **options,
    )


def _layers(recording: Recording, given: str | Sequence[str] | None) -> list[Layer]:
    by_name = {layer.name: layer for layer in recording.layers}
    names = list(by_name) if given is None else [given] if isinstance(given, str) else list(given)
    if not names:
        raise ValueError("invalid layer: an empty list; give at least one")
    for name in names:
        if name not in by_name:
            raise ValueError(f"unknown layer: {name!r}; there are {list(by_name)[:20]}")
        if by_name[name].activations is None:
            raise ValueError(
                f"unavailable layer {name!r}: the activations of single samples are not here"
            )
    return [by_name[name] for name in dict.fromkeys(names)]


def _images(recording: Recording) -> tuple[_Images, list[str]]:
    """Return which images are compared, and what is said of others."""
    notes = []
    roles: dict[str, dict[str, int]] = {}
    for place, instance in enumerate(recording.instances):
        if instance.pair is not None:
            roles.setdefault(instance.pair, {})[instance.role] = place
    pairs = [(pair["attacked"], pair["benign"]) for pair in roles.values() if len(pair) == 2]
    known = [
        pair
        for pair in pairs
        if all(recording.instances[place].prediction is not None for place in pair)
    ]
    if not known:
        raise ValueError(
            f"no pair to look at: {len(pairs)} pairs, {len(known)} of them with both predictions; "
            "give with_pair(…, predictions=(of benign, of attacked))"
        )
    if len(known) < len(pairs):
        missing = len(pairs) - len(known)
        notes.append(
            f"{missing:,} of {len(pairs):,} pairs are left out: a prediction is not known."
        )
    attacked, benign = np.array(known, np.intp).T
    labels, predictions = recording.labels, recording.predictions
    if labels is None or predictions is None:
        notes.append("Misclassified samples are not known: the recording has no predictions.")
        none = np.zeros(0, np.intp)
        return _Images(attacked, benign, none, none), notes
    is_natural = (labels >= 0) & (predictions >= 0)
    for instance in recording.instances:
        if instance.role == "attacked" and instance.sample is not None:
            is_natural[instance.sample] = False
    is_right = labels == predictions
    misclassified, correct = (
        np.flatnonzero(is_natural & ~is_right),
        np.flatnonzero(is_natural & is_right),
    )
    return _Images(attacked, benign, misclassified, correct), notes


def _standings(recording: Recording, layer: Layer) -> list[Standings]:
    """Return how far instances, and samples, are from the classes predicted for them."""
    values, labels = cast(Activations, layer.activations), cast(Rows, recording.labels)
    grid = dyadic.fit(values, layer.instances)
    instances = recording.instances
    classes = [-1 if one.prediction is None else one.prediction for one in instances]
    rows = [-1 if one.sample is None else one.sample for one in instances]
    none = np.full(recording.count, -1, np.int32)
    predictions = none if recording.predictions is None else recording.predictions
    return [
        standings(
            layer.instances, np.array(classes, np.int32), np.array(rows), values, labels, grid
        ),
        standings(values, predictions, np.arange(recording.count), values, labels, grid),
    ]


def _together(parts: Iterable[Standings]) -> Standings:
    first, *others = parts
    for part in others:
        first = Standings(
            first.surprisal + part.surprisal,
            first.surprisals + part.surprisals,
            first.deviation + part.deviation,
            first.deviations + part.deviations,
            np.maximum(first.largest, part.largest),
        )
    return first


def _numbers(found: Standings) -> list[Floats]:
    """Return the numbers of `SCORES`, NaN where there is none."""

    def mean(sums: Floats, counts: NDArray[np.int64]) -> Floats:
        return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)

    return [
        mean(found.surprisal, found.surprisals),
        mean(found.deviation, found.deviations),
        np.where(found.deviations > 0, found.largest, np.nan),
    ]


def _confidences(
    recording: Recording, given: str | ArrayLike | None
) -> tuple[list[Floats], list[str]]:
    """Return the probability of the predicted class of instances and samples, and their source."""
    instances = np.array(
        [np.nan if one.confidence is None else one.confidence for one in recording.instances]
    )
    _check_probabilities(instances, "confidences of instances")
    softmax = _softmax_layer(recording, given)
    samples = np.full(recording.count, np.nan)
    source = "not known; give a column 'confidence', record the softmax layer, or pass confidence="
    column = _confidence_column(recording, given)
    if column is not None:
        samples, source = column
        _check_probabilities(samples, source)
    elif softmax is not None and softmax.activations is not None:
        samples = softmax.activations.max(axis=1).astype(np.float64)
        source = f"layer {clean(softmax.name, 60)!r}"
    notes = [f"Confidences of samples: {source}."]
    if softmax is not None and np.isnan(instances).any():
        largest = softmax.instances.max(axis=1).astype(np.float64)
        instances = np.where(np.isnan(instances), largest, instances)
        notes.append(
            f"Confidences of instances: layer {clean(softmax.name, 60)!r} where not given."
        )
    for place, one in enumerate(recording.instances):
        if np.isnan(instances[place]) and one.sample is not None:
            instances[place] = samples[one.sample]
    return [instances, samples], notes


def _confidence_column(
    recording: Recording, given: str | ArrayLike | None
) -> tuple[Floats, str] | None:
    if given is not None and not isinstance(given, str):
        values = np.asarray(given, np.float64)
        if values.shape != (recording.count,):
            raise ValueError(f"invalid confidence: shape {values.shape}; give [{recording.count}]")
        return values, "as given"
    name = "confidence" if given is None else given
    for column in recording.columns:
        if column.name == name and column.categories is None:
            return column.values.astype(np.float64), f"column {clean(name, 60)!r}"
    if given is not None and given not in [layer.name for layer in recording.layers]:
        raise ValueError(
            f"unknown confidence: {given!r}; no column of numbers or layer has the name"
        )
    return None


def _softmax_layer(recording: Recording, given: str | ArrayLike | None) -> Layer | None:
    """Return the layer whose values are the probabilities of the classes."""
    for layer in recording.layers:
        if isinstance(given, str) and layer.name == given and not _is_softmax(recording, layer):
            raise ValueError(
                f"invalid confidence: layer {given!r} does not hold the probabilities of the "
                f"{len(recording.classes)} classes"
            )
        if (not isinstance(given, str) or layer.name == given) and _is_softmax(recording, layer):
            return layer
    return None


def _is_softmax(recording: Recording, layer: Layer) -> bool:
    if layer.activations is None or layer.neurons != len(recording.classes) or layer.neurons < 2:
        return False
    return all(
        bool((rows >= 0).all() and (np.abs(rows.sum(axis=1) - 1) <= _SUM_ERROR).all())
        for rows in (layer.activations.astype(np.float32, copy=False), layer.instances)
    )


def _check_probabilities(values: Floats, what: str) -> None:
    is_wrong = (values < 0) | (values > 1 + _SUM_ERROR)
    if is_wrong.any():
        raise ValueError(f"invalid {what}: {values[is_wrong][0]} is no probability")


def _score(
    name: str, layer: str | None, numbers: list[Floats], *, resamples: int, seed: int
) -> Score:
    attacked, benign, misclassified, correct = numbers
    drawn = {"resamples": resamples, "seed": seed}
    return Score(
        name=name,
        layer=layer,
        diverges_more=share_above(attacked, benign, **drawn),
        attacked_benign=area(attacked, benign, is_paired=True, **drawn),
        attacked_correct=area(attacked, correct, is_paired=False, **drawn),
        attacked_misclassified=area(attacked, misclassified, is_paired=False, **drawn),
        misclassified_correct=area(misclassified, correct, is_paired=False, **drawn),
        attacked=attacked,
        benign=benign,
        misclassified=misclassified,
        correct=correct,
    )


def _gaps(numbers: list[Floats], what: str) -> list[str]:
    """Say how many images have no number."""
    kinds = ("attacked", "benign", "misclassified", "correct")
    missing = [
        f"{int(np.isnan(part).sum()):,} of {len(part):,} {kind}"
        for kind, part in zip(kinds, numbers, strict=True)
        if np.isnan(part).any()
    ]
    return [f"No {what}, and left out of it: {', '.join(missing)} images."] if missing else []


def _conclusions(baseline: Score, scores: tuple[Score, ...]) -> list[str]:
    best = _best(scores, "attacked_benign")
    if best is None or best.attacked_benign is None:
        return []
    named = title_of(best)
    lines = []
    if baseline.attacked_benign is None:
        lines.append(f"{SOFTMAX} is not known here: nothing says whether divergence adds to it.")
    elif baseline.attacked_benign.value >= best.attacked_benign.value:
        lines.append(
            f"{SOFTMAX} tells attacked from benign images at least as well "
            f"({baseline.attacked_benign.value:.2f}) as the best divergence ({named}, "
            f"{best.attacked_benign.value:.2f})."
        )
    else:
        lines.append(
            f"The best divergence ({named}, {best.attacked_benign.value:.2f}) tells attacked from "
            f"benign images better than {SOFTMAX} ({baseline.attacked_benign.value:.2f}); it is "
            f"the best of {len(scores)}."
        )
    against = best.attacked_misclassified
    if against is not None:
        lines.append(
            f"The same divergence tells attacked from naturally misclassified images: {against} "
            "(0.5 is chance)."
        )
    return lines


def _best(scores: tuple[Score, ...], what: str) -> Score | None:
    known = [score for score in scores if getattr(score, what) is not None]
    return max(known, key=lambda score: getattr(score, what).value, default=None)
