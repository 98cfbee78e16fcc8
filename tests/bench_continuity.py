"""How well `continuity` judges films whose truth is known, beside its peers: `make bench-continuity`.

The clips are made on first use and kept under `bench/continuity`, with what the peers measured on them. Ours
examines each film anew, authentic ones once more without the check: the difference is its cost.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import sys
import time
import zlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from evidence.environment import ENVIRONMENT
from samples.truth import Truth
from tests import examining
from tests.continuity import peers, score
from tests.continuity.peers import Judge, Watched
from tests.continuity.score import Score, Told

ROOT = Path(__file__).resolve().parents[1]
CHECK = "continuity"
SETS = ("dev", "other")


@dataclass(frozen=True)
class Seen:
    """One clip, and what was said of it."""

    group: str
    truth: Truth
    ours: Told | None = None
    watched: Watched | None = None


@dataclass(frozen=True)
class Job:
    """What one process does: the clips of one source."""

    which: str
    source: str
    names: tuple[str, ...]
    folder: Path
    ours: bool
    peers: bool


def told(path: Path, *, timed: bool) -> Told:
    """What our check says of a film, and what it costs where that is asked for."""
    from evidence.profile import find, load  # noqa: PLC0415 - numeric libraries read the environment

    check = find(CHECK).model_validate(dict(load("unboxing").checks.get(CHECK, {})))
    begun = time.process_time()
    (answer,) = examining.examined(path, [check])
    between = time.process_time()
    if not timed:
        return score.told_by(answer)
    examining.examined(path, [])
    whole, decoding = between - begun, time.process_time() - between
    return score.told_by(answer, max(0.0, whole - decoding), decoding)


def _work(job: Job) -> list[Seen]:
    from tests.continuity.clips import clips, studios  # noqa: PLC0415 - numeric libraries read the environment

    studio = studios(job.which, job.folder)[job.source]
    seen: list[Seen] = []
    for clip in clips(job.which):
        if clip.name not in job.names:
            continue
        sample = clip.sample(studio)
        if sample is None:
            continue
        ours = told(sample.path, timed=clip.group == "plain") if job.ours else None
        watched = peers.watched(sample.path) if job.peers else None
        seen.append(Seen(clip.group, sample.truth, ours, watched))
    return seen


def scored(seen: Sequence[Seen], judge: Judge) -> list[Score]:
    """The scores of a peer."""
    return [score.judged(one.group, one.truth, peers.told(judge, one.watched)) for one in seen if one.watched]


def judged(seen: Sequence[Seen]) -> dict[str, Sequence[Score]]:
    """Judge -> scores, ours first."""
    made: dict[str, Sequence[Score]] = {
        "ours": [score.judged(one.group, one.truth, one.ours) for one in seen if one.ours]
    }
    if any(one.watched for one in seen):
        for name, judge in peers.judges(lambda judge: scored(seen, judge)).items():
            made[name] = scored(seen, judge)
    return made


def printed(judges: dict[str, Sequence[Score]], which: str) -> str:
    """The table in Markdown."""
    ours = judges["ours"]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    minutes = sum(s.seconds for s in ours) / 60
    groups = ", ".join(
        f"{sum(s.group == group for s in ours)} {group}" for group in ("forged", "plain", "hard")
    )
    what = f"set `{which}`: {len(ours)} clips ({groups}), {minutes:.0f} min"
    lines = [f"{datetime.now(UTC):%Y-%m-%d}, {what}, {machine}", "", *score.table(judges)]
    if len(judges) > 1 and not peers.scenedetect():
        how = "`.venv/bin/pip install scenedetect-headless`"
        lines += ["", f"PySceneDetect is not installed, so its columns are left out; {how} brings it."]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=SETS, default="dev", dest="which")
    parser.add_argument("--only", default="*", help="names of clips, `source-kind`, as a shell pattern")
    parser.add_argument("--share", type=int, default=1, help="one clip in so many, drawn by their names")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write every clip's score there, judge by judge")
    parser.add_argument("--ours", action="store_true", help="leave the peers out")
    parser.add_argument("--make", action="store_true", help="only make the clips")
    parser.add_argument("--cost", action="store_true", help="only measure what the check costs, by size")
    parser.add_argument("--alarms", action="store_true", help="list our false alarms on honest films")
    parser.add_argument("--folder", type=Path, default=ROOT / "bench" / "continuity")
    asked = parser.parse_args()
    os.environ.update(ENVIRONMENT)
    if asked.cost:
        from tests.continuity import cost  # noqa: PLC0415 - numeric libraries read the environment

        print("\n".join(cost.table(asked.folder)))
        return
    from tests.continuity.clips import clips  # noqa: PLC0415 - numeric libraries read the environment

    chosen: dict[str, list[str]] = {}
    for clip in clips(asked.which):
        if fnmatch(clip.name, asked.only) and zlib.crc32(clip.name.encode()) % asked.share == 0:
            chosen.setdefault(clip.source.name, []).append(clip.name)
    seen: list[Seen] = []
    context: Any = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(asked.jobs, mp_context=context) as pool:
        waiting = {
            pool.submit(
                _work,
                Job(
                    asked.which,
                    source,
                    tuple(names),
                    asked.folder / asked.which,
                    ours=not asked.make,
                    peers=not asked.make and not asked.ours,
                ),
            ): source
            for source, names in chosen.items()
        }
        for count, done in enumerate(as_completed(waiting), 1):
            found = done.result()
            print(f"[{count}/{len(chosen)}] {waiting[done]}: {len(found)} clips", file=sys.stderr)
            seen += found
    if asked.make or not seen:
        return
    judges = judged(sorted(seen, key=lambda one: one.truth.name))
    if asked.json:
        data = {name: [asdict(s) for s in scores] for name, scores in judges.items()}
        asked.json.write_text(json.dumps(data, indent=1), "utf-8")
    print(printed(judges, asked.which))
    if asked.alarms:
        print("\n" + "\n".join(score.alarms(judges["ours"])))


if __name__ == "__main__":
    main()
