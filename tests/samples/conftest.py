"""One folder of samples for all tests of this room: each is made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import samples
from samples import Sample


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples")


@pytest.fixture(scope="session")
def make(folder: Path) -> Callable[[str], Sample]:
    return lambda name: samples.make(name, folder)
