"""How well `label` reads waybills in films whose number is known: the table of `make bench-label`.

The films are rendered on first use and kept under `bench/label`. Each is examined three times by
this check alone: with its own number, with that of a neighbour (one character differs), and with
another one of the same kind; the last two must never pass. Processor time is that of the check's
own calls in this thread, beside that of ffmpeg decoding the film. The set `scratched` has bars
that cannot be read and is for print alone, with the extra `ocr`; no other set reads print.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from evidence.environment import ENVIRONMENT
from evidence.model import Answer, Expectation, Outcome
from tests import examining
from tests.bench import decoding, run
from tests.examining import Timed

ROOT = Path(__file__).resolve().parents[1]
SETS = ("dev", "other", "scratched")
PRINT = 8
"""Cuttings whose print is read in the set `scratched`."""


@dataclass(frozen=True)
class Result:
    """One film with one expected number."""

    outcome: Outcome
    says: str
    values: tuple[str, ...]
    """Every code that is reported."""
    looks: int
    cpu: float
    """Seconds."""
    ending: float
    """Of these, at the end of the film: where print is read."""


@dataclass
class Score:
    """All films of one kind."""

    own: list[Result] = field(default_factory=list)
    other: list[Result] = field(default_factory=list)
    wrong: int = 0
    """Values reported that no label bears."""
    decoding: list[float] = field(default_factory=list)
    """Seconds of processor time that bare decoding takes."""


def examined(path: Path, number: str, clippings: int = 0) -> Result:
    """What the check says of a film in which `number` is expected."""
    from evidence.profile import find  # noqa: PLC0415 - numeric libraries read the environment when imported

    timed = Timed(find("label").model_validate({"clippings": clippings}), time.thread_time)
    (answer,) = examining.examined(path, [timed], Expectation(tracking_number=number))
    search = timed.observer._search
    looks = search.far + search.close if search else 0
    tracking = next(f for f in answer.findings if f.code == "label.tracking")
    return Result(tracking.outcome, tracking.says, values(answer), looks, timed.cpu, timed.ending)


def values(answer: Answer) -> tuple[str, ...]:
    """The texts of the codes that an answer reports."""
    codes = (finding for finding in answer.findings if finding.code == "label.code")
    return tuple(str(m.value) for finding in codes for m in finding.measures if m.name == "value")


def neighbour(number: str) -> str:
    """The number with its last digit changed."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def stranger(number: str) -> str:
    """Another number of the same form."""
    return "".join(str((int(c) + 4) % 10) if c.isdigit() and n > 2 else c for n, c in enumerate(number))


def real_photos() -> tuple[int, int, int, int]:
    """Photographed labels read and expected, pictures without a label read and in all; zeros without them."""
    from tests.evidence import test_real_labels as real  # noqa: PLC0415 - numeric libraries, as above

    read = sum(
        real.values(real.findings(real.photo(path.with_suffix(".webp")), "photo", None))
        == {path.read_text("utf-8").strip()}
        for path in real.EXPECTED
    )
    false = sum(bool(real.values(real.findings(real.photo(path), "photo", None))) for path in real.NOTHING)
    return read, len(real.EXPECTED), false, len(real.NOTHING)


def printed(scores: dict[str, Score], photos: tuple[int, int, int, int], which: str) -> str:
    """The tables in Markdown."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    everything = list(scores.values())
    own = [result for score in everything for result in score.own]
    others = [result for score in everything for result in score.other]
    read = sum(result.outcome is Outcome.PASS for result in own) / len(own)
    passed = sum(result.outcome is Outcome.PASS for result in others)
    told = sum(result.outcome is Outcome.FAIL for result in others)
    wrong = sum(score.wrong for score in everything)
    cost = 1000 * sum(r.cpu - r.ending for r in own) / max(1, sum(r.looks for r in own))
    bare = statistics.mean(seconds for score in everything for seconds in score.decoding)
    spent = statistics.mean(result.cpu for result in own)
    least = "" if which == "scratched" else "90 %"
    lines = [f"{datetime.now(UTC):%Y-%m-%d}, {len(own)} films of the set `{which}`, {machine}", ""]
    lines += ["| what | measured | bar | met |", "|---|---|---|---|"]
    lines += [
        row("films whose waybill was read", f"{read:.1%} of {len(own)}", least, read >= 0.9),
        row("another or a neighbour's number that passed", f"{passed} of {len(others)}", "0", passed == 0),
        row("of these called another waybill", f"{told} of {len(others)}", "", met=True),
        row("wrong values reported", str(wrong), "0", wrong == 0),
        row("CPU of a picture that was looked at", f"{cost:.1f} ms", "15 ms", cost <= 15),
        row("CPU of a film of 3 s", f"{spent:.2f} s; ffmpeg decodes it in {bare:.2f} s", "", met=True),
    ]
    if photos[1]:
        lines += [
            row("photographed labels read", f"{photos[0]} of {photos[1]}", "all", photos[0] == photos[1]),
            row("photos without a label read", f"{photos[2]} of {photos[3]}", "0", photos[2] == 0),
        ]
    return "\n".join([*lines, "", *by_kind(scores)])


def by_kind(scores: dict[str, Score]) -> list[str]:
    """The table of sizes, of films that are held still enough and of those that are not."""
    lines = [
        "| scale, and whether it moves before an open shutter | read | looks | CPU of the film | decoding |"
    ]
    lines += ["|---|---|---|---|---|"]
    for name, score in sorted(scores.items()):
        count = sum(result.outcome is Outcome.PASS for result in score.own)
        looks = statistics.mean(result.looks for result in score.own)
        spent = statistics.mean(result.cpu for result in score.own)
        bare = statistics.mean(score.decoding)
        lines.append(f"| {name} | {count} of {len(score.own)} | {looks:.0f} | {spent:.2f} s | {bare:.2f} s |")
    return lines


def row(what: str, figure: str, bar: str, met: bool) -> str:  # noqa: FBT001 - the last column
    return f"| {what} | {figure} | {bar} | {('yes' if met else '**no**') if bar else ''} |"


def play(films: Sequence[Any], folder: Path, clippings: int, scores: dict[str, Score]) -> None:
    """Every film examined; `scores` are filled by size and motion."""
    for at, film in enumerate(films, 1):
        path = film.sample(folder)
        number = film.waybill.tracking_number
        own = examined(path, number, clippings)
        others = [examined(path, changed(number), clippings) for changed in (neighbour, stranger)]
        bare = run(decoding(path)).cpu
        score = scores.setdefault(f"{film.scale:.2f} {'blurred' if film.blurred else 'sharp'}", Score())
        score.own.append(own)
        score.other += others
        score.decoding.append(bare)
        score.wrong += sum(value != number for result in (own, *others) for value in result.values)
        print(f"[{at}/{len(films)}] {film.name}: {own.outcome}, {own.says}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=SETS, default="dev", dest="which")
    parser.add_argument("--only", default="*", help="names of films, as a shell pattern")
    parser.add_argument("--make", action="store_true", help="only make the films")
    parser.add_argument("--folder", type=Path, default=ROOT / "bench" / "label")
    asked = parser.parse_args()
    os.environ.update(ENVIRONMENT)
    import cv2  # noqa: PLC0415 - numeric libraries read the environment when imported

    from tests.labels import films  # noqa: PLC0415 - likewise

    cv2.setNumThreads(1)
    chosen = [film for film in getattr(films, asked.which)() if fnmatch(film.name, asked.only)]
    if not chosen:
        parser.error(f"no film of the set {asked.which} is named {asked.only}")
    if asked.make:
        for film in chosen:
            print(film.sample(asked.folder), file=sys.stderr)
        return
    alone = asked.which == "scratched"
    scores: dict[str, Score] = {}
    # Whoever has no time for all of them interrupts, and gets the table of those that were examined.
    with contextlib.suppress(KeyboardInterrupt):
        play(chosen, asked.folder, PRINT if alone else 0, scores)
    print(printed(scores, (0, 0, 0, 0) if alone else real_photos(), asked.which))


if __name__ == "__main__":
    main()
