"""The media of the other rooms' tests."""

from tests.api.conftest import film, folder, photo

__all__ = ["film", "folder", "photo"]
