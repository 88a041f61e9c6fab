"""Attacks on the model of a recording: a picture that is changed until it is called otherwise.

>>> recording = nd.record(model, pictures, images=pictures, preprocess=scaled).with_model(model)
>>> attack = nd.attacks.pixels(recording, 46)
>>> recording = attack.add_to(recording)

Pictures are those that the recording has, from 0 to 255; what becomes of them before the model
gets them is the model's matter. A channel of opacity is never changed. The model is that of
`Recording.with_model`: it runs where it is, on a CPU or a GPU.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..order import class_index
from ..probe import Probe
from ..recording import ByValue, Recording
from .base import Goal, Outcome, Pictures, Steps
from .gradient import along_gradient
from .order import steps_of
from .search import differential_evolution
from .search import exhaustive as _exhaustive

__all__ = ["Attack", "exhaustive", "fgsm", "pgd", "pixels", "steps_of"]


@dataclass(frozen=True, eq=False, repr=False)
class Attack(ByValue):
    """A picture and its attacked twin.

    Attributes
    ----------
    benign, attacked : uint8 array, shape [height, width, channels]
        The attacked one is the best that was found, whether it succeeded or not.
    success : bool
        The model calls it another class, or the target.
    label, prediction : int
        Class of the benign and of the attacked picture, as the model sees them.
    confidences : pair of float
        Probability of `label` in the benign, and of `prediction` in the attacked picture.
    evaluations : int
        Pictures that the model has seen.
    ended : {"goal", "all"}
    certificate : int or None
        With so many levels a channel no single changed pixel succeeds: all were tried.
    sample : int or None
        Row of the recording that the benign picture is.
    """

    benign: Pictures
    attacked: Pictures
    success: bool
    label: int
    prediction: int
    confidences: tuple[float, float]
    evaluations: int
    ended: str
    certificate: int | None = None
    sample: int | None = None

    @property
    def changed(self) -> npt.NDArray[np.int64]:
        """Row and column of each changed pixel, shape [changed, 2]."""
        return np.argwhere((self.benign != self.attacked).any(axis=-1))

    @property
    def strength(self) -> int:
        """Largest change of a value, in grey levels."""
        return int(np.abs(self.attacked.astype(int) - self.benign.astype(int)).max(initial=0))

    def add_to(
        self, recording: Recording, name: str | None = None, *, label: int | str | None = None
    ) -> Recording:
        """Add the two pictures as a benign instance and its attacked twin.

        Parameters
        ----------
        recording : Recording
            With the same model.
        name : str, optional
            The instances are named ``"<name> benign"`` and ``"<name> attacked"``; by default the
            class and the sample: ``"cat 46"``.
        label : int or str, optional
            True class of both; that of the sample by default.
        """
        probe = _probe_of(recording)
        places = [place for place, match in enumerate(probe.matches) if match.layer is not None]
        found = probe.run(np.stack([self.benign, self.attacked]), places).layers
        missing = [match.recorded for match in probe.matches if match.layer is None]
        if missing:
            raise ValueError(f"missing layer: {missing[0]!r} is not in the model")
        benign, attacked = (
            {
                recording.layers[place].name: values[row]
                for place, values in zip(places, found, strict=True)
            }
            for row in (0, 1)
        )
        if name is None:
            number = "" if self.sample is None else f" {self.sample}"
            name = f"{recording.classes[self.label].name}{number}"
        return recording.with_pair(
            benign=benign,
            attacked=attacked,
            sample=self.sample,
            name=name,
            label=label,
            predictions=(self.label, self.prediction),
            confidences=self.confidences,
            images=(None if self.sample is not None else self.benign, self.attacked),
        )

    def __repr__(self) -> str:
        found = "succeeded" if self.success else "failed"
        proven = "" if self.certificate is None else "; no single changed pixel would succeed"
        return (
            f"<Attack {found}: class {self.label} ({self.confidences[0]:.2f}) → {self.prediction} "
            f"({self.confidences[1]:.2f}), {len(self.changed)} pixels changed by up to "
            f"{self.strength}, {self.evaluations:,} pictures tried{proven}>"
        )


def pixels(
    recording: Recording,
    picture: int | npt.ArrayLike,
    *,
    count: int = 1,
    target: int | str | None = None,
    population: int = 400,
    generations: int = 75,
    seed: int = 0,
    progress: bool = True,
) -> Attack:
    """Change one pixel, or up to `count`, by differential evolution (Su et al. 2019).

    The defaults are the paper's, and SciPy, which this needs, evolves the candidates: best/1/bin
    with recombination 1 and F ~ U(0.5, 1), until the first picture that succeeds.

    Parameters
    ----------
    recording : Recording
        With a model, by `Recording.with_model`.
    picture : int, or uint8 array, shape [height, width(, channels)]
        A sample of the recording that has an image, or any picture of that size.
    count : int
    target : int or str, optional
        The class to reach; by default any other than the model's own.
    population, generations : int
    seed : int
        The same seed gives the same attack.
    progress : bool
        Whether a progress bar is shown.

    Returns
    -------
    Attack

    Raises
    ------
    ValueError
        The recording has no live model, or it has not one output a class; the picture has
        another size, or is of the target already.
    """
    asked = _Asked(recording, picture, target, progress)
    settings = {"count": count, "population": population, "generations": generations}
    whole = {name: _whole(name, value) for name, value in settings.items()}
    classify = asked.probe.probabilities
    return asked.done(
        differential_evolution(classify, asked.picture, asked.goal, seed=seed, **whole),
        "generations",
    )


def exhaustive(
    recording: Recording,
    picture: int | npt.ArrayLike,
    *,
    levels: int = 256,
    target: int | str | None = None,
    progress: bool = True,
) -> Attack:
    """Try every pixel alone with every value, so that failing proves that there is none.

    For small grey pictures: of 28 × 28 pixels there are 199,920. Of colours `levels` chooses
    how many values a channel takes, and the proof is about these.

    Parameters
    ----------
    recording, picture, target, progress
        As in `pixels`.
    levels : int
        Values of a channel, evenly from 0 to 255.

    Returns
    -------
    Attack
        Its `certificate` is `levels` where no pixel succeeds.

    Raises
    ------
    ValueError
        As `pixels`, or more than 10⁸ pictures.
    """
    asked = _Asked(recording, picture, target, progress)
    steps = _exhaustive(
        asked.probe.probabilities, asked.picture, asked.goal, levels=_whole("levels", levels)
    )
    return asked.done(steps, "pixels")


def fgsm(
    recording: Recording,
    picture: int | npt.ArrayLike,
    *,
    strength: float = 8,
    target: int | str | None = None,
) -> Attack:
    """Move every value by `strength` along the sign of the gradient (Goodfellow et al. 2015).

    Parameters
    ----------
    recording, picture, target
        As in `pixels`. The model's `preprocess` is an `nd.Preprocess`, and it has gradients.
    strength : float
        Most grey levels, 0 to 255, that a value changes (maximum norm).

    Returns
    -------
    Attack

    Raises
    ------
    ValueError
        As `pixels`, or there are no gradients.
    """
    asked = _Asked(recording, picture, target, False)
    return asked.done(asked.along(strengths=[strength]), "steps")


def pgd(
    recording: Recording,
    picture: int | npt.ArrayLike,
    *,
    strength: float = 8,
    steps: int = 20,
    step_size: float = 0.125,
    target: int | str | None = None,
    seed: int = 0,
    progress: bool = True,
) -> Attack:
    """Go `steps` times along the sign of the gradient within `strength` (Madry et al. 2018).

    Parameters
    ----------
    recording, picture, strength, target
        As in `fgsm`.
    steps : int
    step_size : float
        Of a step, as a share of the strength.
    seed : int
        Of the random start within the bound.
    progress : bool
        Whether a progress bar is shown.

    Returns
    -------
    Attack

    Raises
    ------
    ValueError
        As `fgsm`.
    """
    asked = _Asked(recording, picture, target, progress)
    settings = {"steps": _whole("steps", steps), "step_size": step_size, "seed": seed}
    return asked.done(asked.along(strengths=[strength], **settings), "steps")


class _Asked:
    """A picture that is to be attacked."""

    def __init__(
        self, recording: Recording, picture: Any, target: int | str | None, progress: bool
    ) -> None:
        self.probe = _probe_of(recording)
        self.sample, self.picture = _picture_of(recording, picture, self.probe.shape)
        self._progress = progress
        self._before = self.probe.probabilities(self.picture[None])[0]
        label = int(self._before.argmax())
        self.goal = Goal(label, None if target is None else class_index(recording, target))
        if self.goal.target == label:
            raise ValueError(f"invalid target: {target!r} is what the model says already")

    def along(self, **settings: Any) -> Steps:
        """Return an attack along the gradient."""
        probe = self.probe
        if not probe.gradients:
            # It says why.
            probe.gradient(self.picture[None].astype(np.float32), self.goal.label)
            raise ValueError("no gradients: they are not finite")
        return along_gradient(
            probe.probabilities, probe.gradient, self.picture, self.goal, **settings
        )

    def done(self, steps: Steps, unit: str) -> Attack:
        """Go through an attack, and return it."""
        outcome = _finished(steps, unit, self._progress)
        after = outcome.probabilities[0]
        prediction = int(after.argmax())
        label = self.goal.label
        return Attack(
            benign=self.picture,
            attacked=outcome.pictures[0],
            success=bool(outcome.success[0]),
            label=label,
            prediction=prediction,
            confidences=(float(self._before[label]), float(after[prediction])),
            evaluations=outcome.evaluations,
            ended=outcome.ended,
            certificate=outcome.certificate,
            sample=self.sample,
        )


def _finished(steps: Steps, unit: str, progress: bool) -> Outcome:
    from ..record import progress_bar

    with progress_bar(None, "attack", unit, progress) as bar:
        while True:
            try:
                found = next(steps)
            except StopIteration as stopped:
                outcome: Outcome = stopped.value
                return outcome
            bar.total = found.of
            bar.set_postfix(confidence=f"{found.confidence:.3f}", refresh=False)
            bar.update(found.step - bar.n)


def _probe_of(recording: Recording) -> Probe:
    if recording._probe is None:
        raise ValueError(
            "no model: give the recording one that runs, recording.with_model(model); files and "
            "pickles do not keep it"
        )
    return recording._probe


def _picture_of(
    recording: Recording, given: Any, shape: tuple[int, ...]
) -> tuple[int | None, Pictures]:
    array = np.asarray(given)
    if array.ndim == 0 and array.dtype.kind in "iu":
        return int(array), _image_of(recording, int(array))
    picture = array[..., None] if array.ndim == 2 else array
    if picture.dtype != np.uint8 or picture.shape != shape:
        raise ValueError(
            f"invalid picture: {array.dtype} {array.shape}; give a sample, or uint8 {shape}"
        )
    return None, np.ascontiguousarray(picture)


def _image_of(recording: Recording, sample: int) -> Pictures:
    if not 0 <= sample < recording.count:
        raise ValueError(f"unknown sample: {sample}; there are 0 … {recording.count - 1}")
    shown = recording.image_samples
    images = recording.images
    if images is not None and shown is not None:
        found = np.flatnonzero((shown.reshape(len(shown), -1) == sample).any(axis=1))
        if len(found):
            image: Pictures = images[found[0]]
            return image
    raise ValueError(f"no image: sample {sample} has none; give the picture itself")


def _whole(what: str, value: Any) -> int:
    try:
        whole = operator.index(value)
    except TypeError:
        whole = 0
    if isinstance(value, bool) or whole < 1:
        raise ValueError(f"invalid {what}: {value!r}; give a whole number from 1")
    return whole
