"""How well clocks drawn into films are read, which cuts they tell, at what cost: `make bench-clock`.

Films of 14 s, 720p and 1080p, encoded; each is read whole, and with a stretch of 2, 3, 5 or 10 s removed.
A jump is found where it fails at its place; any other, unsure ones too, is a false one. A picture counts as
read where the reading is within one second of what was drawn. Films that show no clock are those of
`../shared/data/video`, where that folder exists. Processor time means something only with one thread each, as
behind the walls: the make target sets OPENBLAS_NUM_THREADS.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from evidence import decode, gate, profile
from evidence.model import Expectation, Finding
from evidence.unsteady import Overlay, left_course
from evidence.vision.ticker import Ticker
from tests.evidence.fakes import FakeAlbum
from tests.overlays.films import RATE, SECONDS, OverlayFilm, dev, encoded, other, whole
from tests.stations.films import cut

REMOVED = (2.0, 3.0, 5.0, 10.0)
MOST_CPU = 15
"""Milliseconds that a picture that is looked at may cost, as for waybills."""
NEAR = 1.5
"""Seconds within which a jump is the cut that was made."""
REAL = Path(__file__).parents[2] / "shared" / "data" / "video"


@dataclass
class Seen:
    """What one film came to."""

    clocks: tuple[Overlay, ...]
    sampled: int
    own: float
    decoding: float


def watched(path: Path) -> Seen:
    data = path.read_bytes()
    source = decode.open_film(
        io.BytesIO(data),
        gate.sniff(io.BytesIO(data)),
        limits=profile.load("unboxing").limits,
        expected=Expectation(),
        now=datetime(2026, 12, 1).astimezone(),
    )
    ticker = Ticker(FakeAlbum())
    own, begun = 0.0, time.process_time()
    for frame in source.frames():
        start = time.thread_time()
        ticker.see(frame)
        own += time.thread_time() - start
    decoding = time.process_time() - begun - own
    start = time.thread_time()
    clocks = ticker.overlays()
    return Seen(clocks, ticker.sampled, own + time.thread_time() - start, decoding)


@dataclass
class Table:
    """Sums over films."""

    sampled: int = 0
    read: int = 0
    wrong: int = 0
    films: int = 0
    found: int = 0
    dated: int = 0
    false: int = 0
    jumps: dict[float, list[bool]] = field(default_factory=dict)
    own: float = 0.0
    decoding: float = 0.0
    pictures: int = 0


def read_rate(film: OverlayFilm, moments: Sequence[float], seen: Seen) -> tuple[int, int, bool]:
    """Pictures read within a second, read otherwise, and whether the day was."""
    overlay = film.overlays[0]
    if not seen.clocks:
        return 0, 0, False
    clock = seen.clocks[0]
    right = wrong = 0
    for told in clock.told:
        shown = overlay.digits(moments[min(len(moments) - 1, round(told.at * RATE))])
        truth = shown.hour * 3600 + shown.minute * 60 + shown.second
        off = abs((told.shown - truth + 43_200) % 86_400 - 43_200)
        right, wrong = right + (off <= 1), wrong + (off > 1)
    return right, wrong, overlay.digits(0).date() in clock.days


def measured(films: Sequence[OverlayFilm], folder: Path, *, verbose: bool) -> Table:
    table = Table()
    for n, film in enumerate(films):
        removed = REMOVED[n % len(REMOVED)]
        start = float(np.random.default_rng(n).uniform(3, SECONDS - 3))
        longer = replace(film, seconds=SECONDS + removed)
        for name, made, moments in (
            ("whole", film, whole(film)),
            ("cut", longer, cut(whole(longer), start, removed)),
        ):
            seen = watched(encoded(made, moments, folder / f"{name}.mp4"))
            right, wrong, dated = read_rate(made, moments, seen)
            jumps = [jump for clock in seen.clocks[:1] for jump in left_course(clock)]
            found = any(jump.outcome == "fail" and abs(_end(jump) - start) < NEAR for jump in jumps)
            table.films += 1
            table.found += bool(seen.clocks)
            table.dated += dated
            table.sampled, table.read, table.wrong = (
                table.sampled + seen.sampled,
                table.read + right,
                table.wrong + wrong,
            )
            table.own, table.decoding = table.own + seen.own, table.decoding + seen.decoding
            if name == "cut":
                table.jumps.setdefault(removed, []).append(found)
            table.false += len(jumps) - (found and name == "cut")
            if verbose:
                drawn = film.overlays[0]
                print(
                    f"{n} {name} {drawn.font} {drawn.size:.0f} {drawn.form} {drawn.edge} {drawn.ink}:",
                    f"read {right}, otherwise {wrong}, of {seen.sampled}; day {dated}; cut {start:.1f};",
                    *(f"{jump.outcome} at {_end(jump):.1f}" for jump in jumps),
                    f"own {seen.own:.2f} s, decoding {seen.decoding:.2f} s",
                    flush=True,
                )
    return table


def _end(jump: Finding) -> float:
    return jump.when.spans[0].end.total_seconds()


HEAD = (
    "films",
    "clock found",
    "read within 1 s",
    "otherwise",
    "day read",
    "removed 2, 3, 5, 10 s found",
    "false jumps",
    "CPU a sampled picture",
    "CPU by decoding",
)
BARS = ("bar", "", "90 %", "0", "", "all", "0", f"{MOST_CPU} ms", "")


def row(name: str, table: Table) -> tuple[str, ...]:
    jumps = ", ".join(f"{sum(found)} of {len(found)}" for _, found in sorted(table.jumps.items()))
    return (
        name,
        f"{table.found} of {table.films}",
        f"{100 * table.read / max(1, table.sampled):.1f} % of {table.sampled}",
        f"{table.wrong}",
        f"{table.dated}",
        jumps,
        f"{table.false}",
        *_cost(table.own, table.sampled, table.decoding),
    )


def _cost(own: float, sampled: int, decoding: float) -> tuple[str, str]:
    return f"{1000 * own / max(1, sampled):.1f} ms", f"{own / max(1e-9, decoding):.2f}"


def line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=("dev", "other", "real", "all"), default="all")
    parser.add_argument("--films", type=int, default=99, help="of each set at most")
    parser.add_argument("--verbose", action="store_true")
    asked = parser.parse_args()
    print(line(HEAD), line(["---"] * len(HEAD)), line(BARS), sep="\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, films in (("dev", dev), ("other", other)):
            if asked.set in (name, "all"):
                table = measured(films()[: asked.films], Path(folder), verbose=asked.verbose)
                print(line(row(name, table)), flush=True)
    if asked.set in ("real", "all"):
        for path in sorted(REAL.glob("*.m*")):
            seen = watched(path)
            cost = _cost(seen.own, seen.sampled, seen.decoding)
            print(line((path.name, f"{len(seen.clocks)}", "", "", "", "", "", *cost)), flush=True)


if __name__ == "__main__":
    main()
