"""A recording's initial view as a picture, for places without the extension: GitHub, print."""

from .page import Picture, picture_of

__all__ = ["Picture", "picture_of"]
