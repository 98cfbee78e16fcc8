"""How well `six_faces` judges films whose truth is known: the table of `make bench-faces`.

The films are rendered on first use and kept under `bench/faces`. Each is examined in a process
of its own set, by this check alone, and its processor time is that of the check's own calls.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any

from evidence.environment import ENVIRONMENT
from evidence.model import Answer
from samples.truth import Sample
from tests import examining
from tests.examining import Timed
from tests.faces import score
from tests.faces.score import Score

ROOT = Path(__file__).resolve().parents[1]
CHECK = "six_faces"
SETS = ("dev", "other")


def examined(path: Path, check: Any) -> tuple[Answer, Timed]:
    """The answer of one check on one film, and what it cost."""
    timed = Timed(check)
    (answer,) = examining.examined(path, [timed])
    return answer, timed


def scored(name: str, sample: Sample, check: Any) -> Score:
    """One film examined and judged."""
    answer, timed = examined(sample.path, check)
    count = next((f for f in answer.findings if f.code == f"{CHECK}.count"), None)
    looked = score.measure(count, "looks") or timed.seen
    return replace(score.judged(name, sample.truth, answer), cpu=timed.cpu, looked=int(looked))


def _play(which: str, name: str, folder: Path, stickers: bool, pictures: Path | None = None) -> Score:  # noqa: FBT001 - mapped over
    from evidence.profile import find, load  # noqa: PLC0415 - see `examined`

    settings = load("unboxing").checks.get(CHECK, {})
    check = find(CHECK).model_validate(dict(settings))
    sample = _film(which, name, stickers=stickers).sample(folder)
    score = scored(name, sample, check)
    if pictures and not score.well:
        from tests.faces.pictures import sheet  # noqa: PLC0415 - see `examined`

        sheet(sample.path, score, pictures)
    return score


def _film(which: str, name: str, *, stickers: bool) -> Any:
    return next(film for film in _films(which, stickers=stickers) if film.name == name)


def _films(which: str, *, stickers: bool) -> Iterable[Any]:
    from tests.faces import films  # noqa: PLC0415 - see `examined`

    made = getattr(films, which)()
    return films.stickered(made) if stickers else made


def _make(which: str, name: str, folder: Path, stickers: bool) -> None:  # noqa: FBT001 - mapped over
    _film(which, name, stickers=stickers).sample(folder)


def printed(scores: list[Score], which: str, *, stickers: bool) -> str:
    """The tables in Markdown."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    kind = "with six stickers" if stickers else "without help"
    lines = [f"{datetime.now(UTC):%Y-%m-%d}, {len(scores)} films of the set `{which}`, {kind}, {machine}", ""]
    lines += ["| what | measured | bar | met |", "|---|---|---|---|"]
    for what, figure, bar, met in score.totals(scores, stickers=stickers):
        lines.append(f"| {what} | {figure} | {bar} | {('yes' if met else '**no**') if bar else ''} |")
    for by in ("motion", "appearance", "light"):
        lines += ["", *score.table(scores, by)]
    return "\n".join([*lines, "", *score.doubts(scores)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=SETS, default="dev", dest="which")
    parser.add_argument("--only", default="*", help="names of films, as a shell pattern")
    parser.add_argument(
        "--stickers", action="store_true", help="the same films with six stickers on each box"
    )
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write every film's score there")
    parser.add_argument("--make", action="store_true", help="only make the films")
    parser.add_argument(
        "--pictures", type=Path, help="draw the six-face films that did not pass, and what was judged wrong"
    )
    parser.add_argument(
        "--network", action="store_true", help="only the network, on glimpses and the six-face films"
    )
    parser.add_argument("--folder", type=Path, default=ROOT / "bench" / "faces")
    asked = parser.parse_args()
    os.environ.update(ENVIRONMENT)
    if asked.network:
        from tests.faces import network  # noqa: PLC0415 - numeric libraries read the environment

        print("\n".join(network.table()))
        some = (film for film in _films(asked.which, stickers=False) if film.name.startswith("six_"))
        print("\n".join(network.films(film.sample(asked.folder / asked.which) for film in some)))
        return
    folder = asked.folder / asked.which
    names = [f.name for f in _films(asked.which, stickers=asked.stickers) if fnmatch(f.name, asked.only)]
    scores: list[Score] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(asked.jobs, mp_context=context) as pool:
        act = _make if asked.make else partial(_play, pictures=asked.pictures)
        waiting = {name: pool.submit(act, asked.which, name, folder, asked.stickers) for name in names}
        for at, (name, told) in enumerate(waiting.items(), 1):
            found = told.result()
            note = (
                "made" if found is None else f"{found.outcome}, {found.said} of {found.shown}: {found.says}"
            )
            print(f"[{at}/{len(names)}] {name}: {note}", file=sys.stderr)
            if found is not None:
                scores.append(found)
    if asked.json and scores:
        asked.json.write_text(json.dumps([asdict(s) for s in scores], indent=1), "utf-8")
    if scores:
        print(printed(scores, asked.which, stickers=asked.stickers))


if __name__ == "__main__":
    main()
