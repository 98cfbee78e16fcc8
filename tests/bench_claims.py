"""What judging, the board and taking a file in cost: `python -m tests.bench_claims`; medians in milliseconds.

With `--database postgresql` on a server of its own, which keeps what it acknowledges; else on SQLite.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from api import board, intake
from api.caller import HTTP
from api.cases import KIND
from api.desk import Desk
from api.idempotency import Claim
from api.intake import Offer
from api.settings import Settings
from api.wiring import embedded
from claims import ruleset as rulesets
from claims.assess import assess, standing_of
from claims.case import Case
from claims.clocks.board import alarms
from tests.postgres import postgres

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SMALL = 200_000
"""Bytes."""
Row = tuple[str, float, float]
"""What, milliseconds, and at most how many; 0 where nothing is promised."""


def timed(work: Callable[[], object], runs: int = 15) -> float:
    """The median of some runs, in milliseconds."""
    work()
    spans: list[float] = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        spans.append((time.perf_counter() - begun) * 1000)
    return statistics.median(spans)


def made(number: int, platform: str = "temu", messages: int = 0) -> Case:
    """A case with a ticket and some history."""
    at = NOW - timedelta(hours=number % 40)
    told: dict[str, Any] = {
        "id": f"case_{number:06}",
        "platform": platform,
        "zone": "America/New_York",
        "site": "us",
        "order_number": f"PO-{number}",
        "tickets": [{"id": "T1", "reason": "wrong_item", "created_at": at}],
        "events": [{"kind": kind, "at": at} for kind in ("shipped", "delivered", "return_requested")],
        "messages": [
            {"id": f"M{n}", "at": at + timedelta(minutes=n), "speaker": who, "text": "x" * 80}
            for n, who in zip(range(messages), cycle(("buyer", "merchant")), strict=False)
        ],
    }
    return Case.model_validate(told)


def fill(desk: Desk, cases: int) -> None:
    """So many open cases with what the board keeps of them."""
    rules = rulesets.load("temu").rules
    with desk.begin() as unit:
        for number in range(cases):
            case = made(number)
            unit.add(KIND, case.id, {"case": case.model_dump(mode="json"), "ruleset": "temu"})
            for alarm in alarms(case, standing_of(case, rules, NOW, desk.calendars)):
                facets = {"case": case.id, board.DUE: board.rank_of(alarm)}
                unit.add(board.KIND, alarm.id, alarm.model_dump(mode="json"), facets)
        board.mark(unit, desk)


def judging() -> Iterator[Row]:
    """What one case costs under each ruleset; no database has a part in it."""
    for name in rulesets.names():
        loaded = rulesets.load(name)
        for messages in (0, 500):
            case = made(1, loaded.rules.platform, messages)
            spent = timed(lambda c=case, r=loaded.rules: assess(c, r, {}, NOW))
            yield f"assess, {name}, {messages} messages", spent, 5


def keeping(settings: Settings, cases: int) -> Iterator[Row]:
    """What the board costs, and a file that is taken in."""
    wiring = embedded(settings, clock=lambda: NOW)
    desk = wiring.desk(HTTP)
    yield f"taking in a file of {SMALL // 1000} kB, with its job", timed(lambda: taken_in(desk), 30), 0
    begun = time.perf_counter()
    fill(desk, cases)
    yield f"{cases:,} cases written in one unit", (time.perf_counter() - begun) * 1000, 0
    total = board.board(desk).counts.total
    title = f"board of {cases:,} open cases, {total:,} alarms: counts and 100 lines"
    yield title, timed(lambda: board.board(desk)), 200
    yield "the same, 1,000 lines", timed(lambda: board.board(desk, limit=1000)), 200
    yield f"all {total:,} alarms as values", timed(lambda: board.everything(desk), 5), 0
    wiring.close()


def taken_in(desk: Desk) -> None:
    """Store a photo that was never sent before, with row, log and job."""
    with intake.opened(desk.wiring) as opened:
        opened.write(b"\xff\xd8\xff\xe0" + os.urandom(SMALL))
        intake.receive(desk, opened, Offer("photo.jpg"), Claim(None, "", ""))


@contextmanager
def database(kind: str) -> Iterator[SecretStr | None]:
    """The address of an empty one; None for a file in the data folder."""
    if kind == "sqlite":
        yield None
        return
    with postgres() as server:
        server.keeps(promised=True)
        yield SecretStr(server.empty())


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--cases", type=int, default=10_000, help="on the board; limits are for 10,000")
    given = asked.parse_args()
    kind = given.database
    print(f"{kind}\n\n| what | ms | at most |\n|---|---|---|")
    if kind == "sqlite":
        told(judging())
    with tempfile.TemporaryDirectory() as folder, database(kind) as url:
        told(keeping(Settings(data=Path(folder) / "data", database=url), given.cases))


def told(rows: Iterator[Row]) -> None:
    for what, spent, most in rows:
        print(f"| {what} | {spent:.2f} | {most or '-'} |", flush=True)


if __name__ == "__main__":
    main()
