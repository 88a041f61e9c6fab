"""What can go wrong, as types that callers can tell apart."""

__all__ = ["CastWarning", "FormatError", "SizeWarning", "VersionError"]


class FormatError(ValueError):
    """The bytes or the descriptor break the format.

    Attributes
    ----------
    path : str
        Place of the problem, for example ``layers[2].activations``.
    problem : str
        What is wrong there.
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.path = path
        self.problem = problem


class VersionError(FormatError):
    """The recording was written by a newer version of the format."""

    def __init__(self, found: object, supported: int) -> None:
        super().__init__(
            "version",
            f"unknown version: {str(found)[:40]} (this package reads version {supported}; "
            "a newer neuraldivergence may read it)",
        )
        self.found = found
        self.supported = supported


class SizeWarning(UserWarning):
    """A notebook output carries less than the recording holds."""


class CastWarning(UserWarning):
    """Values changed when they were cast to float32."""
