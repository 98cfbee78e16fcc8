from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from evidence import decode, gate, profile
from evidence.model import Expectation


@pytest.fixture
def real_film():
    """Opens a film of a path with the decoder: `with real_film(path) as (media, frames)`."""

    @contextmanager
    def opened(path):
        with path.open("rb") as file:
            source = decode.open_film(
                file,
                gate.sniff(file),
                limits=profile.load("unboxing").limits,
                expected=Expectation(),
                now=datetime(2026, 11, 21, tzinfo=UTC),
            )
            yield source.media, source.frames()

    return opened
