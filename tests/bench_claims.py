"""What judging and the board cost: `python -m tests.bench_claims`. Medians, on one core, in milliseconds."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from api import board
from api.caller import HTTP
from api.cases import KIND
from api.desk import Desk
from api.settings import Settings
from api.wiring import embedded
from claims import ruleset as rulesets
from claims.assess import assess, standing_of
from claims.case import Case
from claims.clocks.board import alarms

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
CASES = 10_000


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


def fill(desk: Desk) -> None:
    """Ten thousand open cases with what the board keeps of them."""
    rules = rulesets.load("temu").rules
    with desk.begin() as unit:
        for number in range(CASES):
            case = made(number)
            unit.add(KIND, case.id, {"case": case.model_dump(mode="json"), "ruleset": "temu"})
            for alarm in alarms(case, standing_of(case, rules, NOW, desk.calendars)):
                facets = {"case": case.id, board.DUE: board.rank_of(alarm)}
                unit.add(board.KIND, alarm.id, alarm.model_dump(mode="json"), facets)
        board.mark(unit, desk)


def main() -> None:
    rows: list[tuple[str, float, float]] = []
    for name in rulesets.names():
        loaded = rulesets.load(name)
        for messages in (0, 500):
            case = made(1, loaded.rules.platform, messages)
            spent = timed(lambda c=case, r=loaded.rules: assess(c, r, {}, NOW))
            rows.append((f"assess, {name}, {messages} messages", spent, 5))
    with tempfile.TemporaryDirectory() as folder:
        wiring = embedded(Settings(data=Path(folder)), queue=False, clock=lambda: NOW)
        desk = wiring.desk(HTTP)
        fill(desk)
        total = board.board(desk).counts.total
        title = f"board of {CASES:,} open cases, {total:,} alarms: counts and 100 lines"
        rows.append((title, timed(lambda: board.board(desk)), 200))
        rows.append(("the same, 1,000 lines", timed(lambda: board.board(desk, limit=1000)), 200))
        rows.append((f"all {total:,} alarms as values", timed(lambda: board.everything(desk), 5), 0))
        wiring.close()
    print("| what | ms | at most |\n|---|---|---|")
    for what, spent, most in rows:
        print(f"| {what} | {spent:.2f} | {most or '-'} |")


if __name__ == "__main__":
    main()
