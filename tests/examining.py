"""One film examined in this process, for benches: no child, no limits of the system."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evidence.model import Answer


def examined(path: Path, checks: Iterable[Any]) -> tuple[Answer, ...]:
    """The answers of checks on one film."""
    from evidence import gate  # noqa: PLC0415 - numeric libraries read the environment when they are imported
    from evidence.album import Stills  # noqa: PLC0415
    from evidence.decode import open_film  # noqa: PLC0415
    from evidence.examination import examine  # noqa: PLC0415
    from evidence.model import Expectation  # noqa: PLC0415
    from evidence.profile import load  # noqa: PLC0415

    with path.open("rb") as file, tempfile.TemporaryDirectory() as folder:
        source = open_film(
            file,
            gate.sniff(file),
            limits=load("unboxing").limits,
            expected=Expectation(),
            now=datetime.now(UTC),
        )
        return examine(source, checks, Stills(Path(folder)))
