"""Synthetic activations, as in pages/: Gaussian, every second neuron through a ReLU."""

import numpy as np
import numpy.typing as npt


def synthetic(
    samples: int, neurons: int, classes: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """Return values of shape (samples, neurons) and labels at random, the same in every run."""
    random = np.random.default_rng(0)
    values = random.standard_normal((samples, neurons), np.float32)
    values[:, 1::2] = np.maximum(values[:, 1::2], 0)
    values.setflags(write=False)
    return values, random.integers(0, classes, samples).astype(np.int32)


def name_of(samples: int, neurons: int, classes: int) -> str:
    """Name a case as the tables do."""
    return f"{samples:,} × {neurons:,}, {classes:,} classes"
