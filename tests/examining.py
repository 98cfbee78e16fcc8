"""One film examined in this process, for benches, without child or limits; and what a check costs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evidence.model import Answer, Expectation


class Timed:
    """A check whose calls are timed; it stands in for the check in an examination.

    The first call loads libraries: that is in the sum. `clock` counts seconds: `time.process_time` with all
    threads, `time.thread_time` without those of the decoder, which run on meanwhile.
    """

    def __init__(self, check: Any, clock: Callable[[], float] = time.process_time) -> None:
        self.check, self.clock = check, clock
        self.cpu = self.ending = 0.0
        """Seconds in all, and of these at the end of the film."""
        self.seen = 0
        """Pictures."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.check, name)

    def start(self, *given: Any) -> Timed:
        self.observer = self._clocked(self.check.start, *given)
        return self

    def see(self, frame: Any, /) -> None:
        self.seen += 1
        self._clocked(self.observer.see, frame)

    def conclude(self, ending: Any, /) -> Any:
        before = self.cpu
        findings = self._clocked(lambda: list(self.observer.conclude(ending)))
        self.ending = self.cpu - before
        return findings

    def _clocked(self, act: Callable[..., Any], *given: Any) -> Any:
        begun = self.clock()
        try:
            return act(*given)
        finally:
            self.cpu += self.clock() - begun


def examined(path: Path, checks: Iterable[Any], expected: Expectation | None = None) -> tuple[Answer, ...]:
    """The answers of checks on one film."""
    from evidence import gate  # noqa: PLC0415 - numeric libraries read the environment when they are imported
    from evidence.album import Stills  # noqa: PLC0415
    from evidence.decode import open_film  # noqa: PLC0415
    from evidence.examination import examine  # noqa: PLC0415
    from evidence.profile import load  # noqa: PLC0415

    with path.open("rb") as file, tempfile.TemporaryDirectory() as folder:
        source = open_film(
            file,
            gate.sniff(file),
            limits=load("unboxing").limits,
            expected=expected or Expectation(),
            now=datetime.now(UTC),
        )
        return examine(source, checks, Stills(Path(folder)))
