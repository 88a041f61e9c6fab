import sys
from pathlib import Path

import pytest

import neuraldivergence as nd

FIXTURES = Path(__file__).parents[1] / "fixtures"
sys.path.insert(0, str(FIXTURES))


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture(scope="session")
def tiny() -> nd.Recording:
    from recordings import tiny

    return tiny()
