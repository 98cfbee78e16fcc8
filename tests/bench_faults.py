"""What deaths and failing disks leave behind: the table of `make bench-faults`.

Every step of every flow is the last of one process, then there is a restart, and everything is read back; the
same with a disk that is full from a step on, and with one that fails. `--most` draws so many at random.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tests.faults import steps
from tests.faults.places import Place, place_of
from tests.faults.scenes import scenes
from tests.faults.trials import FAULTS, Theatre, Trial, among, film_and_photo

WRONG = ("lost", "half-visible", "orphan", "chain", "doubled")


def tried(asked: argparse.Namespace, folder: Path, place: Place) -> Iterator[Trial]:
    chance = random.Random(asked.seed)
    steps.install()
    theatre = Theatre(folder, place, film_and_photo(folder / "media"))
    for scene in scenes():
        if asked.scene and scene.name not in asked.scene:
            continue
        ready = theatre.rehearse(scene)
        for fault in asked.fault or FAULTS:
            wanted = list(among(ready, fault))
            print(f"{scene.name}, {fault}: {len(wanted)} steps ...", file=sys.stderr)
            if asked.most is not None:
                wanted = chance.sample(wanted, min(len(wanted), max(1, asked.most // scene.weight)))
            for step in wanted:
                yield theatre.tried(ready, step, fault)


def table(trials: Sequence[Trial]) -> Iterator[str]:
    """One row for each flow and fault, and one for all."""
    counted = [t for t in trials if t.reached]
    kinds = list(dict.fromkeys(steps.KINDS.values()))
    yield f"| flow | fault | steps | {' | '.join(kinds)} | {' | '.join(WRONG)} | other | slowest restart |"
    yield "|---" * (6 + len(kinds) + len(WRONG)) + "|"
    groups = dict.fromkeys((t.scene, t.fault) for t in counted)
    for scene, fault in groups:
        yield _row(scene, fault, kinds, [t for t in counted if (t.scene, t.fault) == (scene, fault)])
    yield _row("all", "", kinds, counted)
    for t in trials:
        for wrong in t.wrong:
            yield f"\n{t.scene}, {t.fault} at {t.step}: {wrong.kind}: {wrong.says}"


def _row(scene: str, fault: str, kinds: Sequence[str], trials: Sequence[Trial]) -> str:
    of = Counter(t.step.kind for t in trials)
    wrong = Counter(kind for t in trials for kind in {w.kind for w in t.wrong})
    other = sum(wrong.values()) - sum(wrong[kind] for kind in WRONG)
    cells = [
        scene,
        fault,
        len(trials),
        *(of[kind] for kind in kinds),
        *(wrong[kind] for kind in WRONG),
        other,
    ]
    slowest = max((t.seconds for t in trials), default=0.0)
    return f"| {' | '.join(map(str, cells))} | {slowest:.1f} s |"


def main() -> None:
    """Run what is asked for and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, help="steps of each flow and fault, drawn at random; else all")
    parser.add_argument("--seed", type=int, default=20261127)
    parser.add_argument("--scene", action="append", help="only these")
    parser.add_argument("--fault", action="append", choices=FAULTS, help="only these")
    parser.add_argument(
        "--database", default="sqlite", help="a URL of SQLAlchemy; `postgresql` alone starts a server"
    )
    parser.add_argument("--folder", type=Path, help="where trials take place; else a temporary folder")
    parser.add_argument("--json", action="store_true", help="print a line for each trial, and no table")
    parser.add_argument(
        "--of", type=Path, nargs="+", help="draw the table of lines that were printed earlier"
    )
    asked = parser.parse_args()
    if asked.of:
        lines = [line for file in asked.of for line in file.read_text().splitlines()]
        print("\n".join(table([Trial.read(line) for line in lines])))
        return
    with tempfile.TemporaryDirectory() as made, place_of(asked.database) as place:
        trials: list[Trial] = []
        for trial in tried(asked, asked.folder or Path(made), place):
            trials.append(trial)
            if asked.json:
                print(json.dumps(asdict(trial)), flush=True)
        if not asked.json:
            day = datetime.now(UTC).date()
            print(f"{day}, {asked.database}, {platform.system()}, {os.cpu_count()} cores\n")
            print("\n".join(table(trials)))
    sys.exit(any(trial.wrong for trial in trials))


if __name__ == "__main__":
    main()
