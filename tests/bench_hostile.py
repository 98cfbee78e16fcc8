"""What hostile media comes to: the table of `make bench-hostile`.

More than 5,000 files, each examined behind the walls; a share of them by the product's own child process, and
`--http` so many through the front door of a service of its own, whose answers to others are timed meanwhile.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from tests.hostile import door
from tests.hostile.corpus import KINDS, corpus, sample
from tests.hostile.trying import Trap, Trial, Tried, truly

ORDER = [kind.name for kind in KINDS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=0, help="so many drawn at random, instead of all")
    parser.add_argument("--truly", type=int, default=200, help="so many by the product's own child")
    parser.add_argument("--http", type=int, default=1000, help="so many through the front door")
    parser.add_argument("--log", type=Path, help="keeps what came of each file, and goes on from there")
    asked = parser.parse_args()
    begun = time.monotonic()
    print(f"Hostile media, {datetime.now(UTC):%Y-%m-%d %H:%M}", flush=True)
    bad = 0
    with tempfile.TemporaryDirectory(prefix="hostile-") as place, Trap(Path(place, "bait")) as trap:
        folder = Path(place)
        files = sample(trap.bait, asked.most) if asked.most else list(corpus(trap.bait))
        Random(0).shuffle(files)  # so that a run that is cut short has seen every kind
        tried = sorted(
            Trial(folder / "tried", log=asked.log).run(files), key=lambda each: ORDER.index(each.kind)
        )
        print(table(tried), flush=True)
        own = [truly(file, folder / "truly") for file in sample(trap.bait, asked.truly, seed=1)]
        print(f"\nBy the product's own child process:\n{table(own)}", flush=True)
        bad = sum(bool(each.wrong) for each in (*tried, *own))
        if asked.http:
            came = door.knock(sample(trap.bait, asked.http, seed=2), folder / "served", trap)
            print(f"\nThrough the front door:\n{came}", flush=True)
            bad += len(came.wrong)
        sprung = trap.sprung()
        print(f"\nThe bait: {'; '.join(sprung) or 'never called, never changed'}")
    print(f"{(time.monotonic() - begun) / 60:.0f} minutes, {bad + len(sprung)} wrong")
    sys.exit(bool(bad or sprung))


def table(tried: list[Tried]) -> str:
    """One line a kind, and one for each file of which something must not be."""
    lines = [
        "| kind | files | reports | refused | longest, s | most memory, MiB | wrong |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind in (*dict.fromkeys(each.kind for each in tried), ""):
        of = [each for each in tried if kind in {each.kind, ""}]
        answers = Counter(each.answer.split(".")[0] for each in of)
        cells = (
            *(kind or "all", len(of), answers["report"], answers["refused"]),
            *(f"{max(each.seconds for each in of):.1f}", max(each.memory for each in of) >> 20),
            sum(bool(each.wrong) for each in of),
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
    wrong = [each for each in tried if each.wrong]
    return "\n".join([*lines, *(f"wrong: {w.kind} {w.number}: {'; '.join(w.wrong)}" for w in wrong)])


if __name__ == "__main__":
    main()
