import io
import sys
from pathlib import Path

import numpy as np
import pytest

import neuraldivergence as nd

FIXTURES = Path(__file__).parents[1] / "fixtures"
sys.path.insert(0, str(FIXTURES))


def parts_of(block: bytes):
    """Return the descriptor and the tensors of a block."""
    from neuraldivergence.block import read_block

    descriptor, tensors, _ = read_block(io.BytesIO(block))
    return descriptor, tensors


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture(scope="session")
def tiny() -> nd.Recording:
    from recordings import tiny

    return tiny()


@pytest.fixture(scope="session")
def relu() -> nd.Recording:
    """Two layers, three classes, a pair and exact zeros, on grids of different widths."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 400)
    layers = {
        name: np.maximum(
            rng.normal(labels[:, None] - 0.5, 1, (400, n)) * rng.gamma(2, 1, n), 0
        ).astype(np.float32)
        for name, n in (("a", 40), ("b", 9), ("logits", 3))
    }
    recording = nd.Recording.from_arrays(
        layers, labels=labels, predictions=(labels + 1) % 3, name="Net"
    )
    pair = [{name: values[row] for name, values in layers.items()} for row in (5, 6)]
    return recording.with_pair(
        benign=pair[0], attacked=pair[1], name="x", label=0, predictions=(0, 2)
    )
