"""What divergence is worth as a detector of one-pixel attacks, on a folder of real activations.

    python bench/python/detector.py FOLDER   # with cifar10-lenet.npz

The archive holds ``layer/NAME`` [samples, neurons], ``labels``, ``predictions``, ``class_names``
and ``probabilities`` of samples, and of attacks ``attacked/NAME``, ``attacked_source`` (the row of
the benign twin), ``attacked_predictions`` and ``attacked_probabilities``.
"""

import sys
import time
from pathlib import Path

import numpy as np

import neuraldivergence as nd


def recorded(path: Path) -> nd.Recording:
    with np.load(path) as archive:
        arrays = dict(archive)
    layers = {key[6:]: values for key, values in arrays.items() if key.startswith("layer/")}
    recording = nd.Recording.from_arrays(
        layers,
        labels=arrays["labels"],
        predictions=arrays["predictions"],
        class_names=[str(name) for name in arrays["class_names"]],
        name=path.stem,
    ).with_column("confidence", arrays["probabilities"].max(axis=1))
    for index, source in enumerate(arrays["attacked_source"]):
        confidences = (
            arrays["probabilities"][source].max(),
            arrays["attacked_probabilities"][index].max(),
        )
        recording = recording.with_pair(
            sample=int(source),
            attacked={name: arrays[f"attacked/{name}"][index] for name in layers},
            name=f"attack {index}",
            predictions=(None, int(arrays["attacked_predictions"][index])),
            confidences=tuple(map(float, confidences)),
        )
    return recording


if __name__ == "__main__":
    (path,) = (Path(argument) for argument in sys.argv[1:])
    path = path / "cifar10-lenet.npz" if path.is_dir() else path
    recording = recorded(path)
    start = time.perf_counter()
    print(recording.detector())
    print(f"{time.perf_counter() - start:.1f} s")
