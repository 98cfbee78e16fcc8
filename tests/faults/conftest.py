"""The media and the address of the tests of the front door."""

from tests.api.conftest import film, folder, photo, stage

__all__ = ["film", "folder", "photo", "stage"]
