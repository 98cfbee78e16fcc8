"""Following an examination over HTTP: waiting a moment for its end, and events as it goes on.

Both ask the rows now and then, so they work whatever process does the work, survive its
restart, and hold no thread meanwhile.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator
from typing import Any, Final

from anyio import sleep
from anyio.to_thread import run_sync
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from api.desk import Desk
from api.errors import UnverifiableError
from api.item import Item, Progress, State, find, links
from api.problems import problem_of
from api.viewing import answered
from api.words import Words
from evidence.check import RefusedError

MOST_WAIT: Final = 120.0
"""Seconds that `Prefer: wait` may ask for."""
FIRST_PAUSE: Final = 0.05
PAUSE: Final = 0.4
"""Seconds between two looks."""
KEEP_ALIVE: Final = 15.0
"""Seconds of silence after which a comment is sent, so that proxies keep the line."""
RECONNECT: Final = 2000
"""Milliseconds after which a browser tries again."""

_WAIT: Final = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?:$|[,;])", re.ASCII | re.IGNORECASE)


def preferred_wait(prefer: str | None) -> float | None:
    """Seconds of the `wait` in a `Prefer` header (RFC 7240), bounded; None where it has none."""
    match = _WAIT.search(prefer or "")
    return min(float(match[1]), MOST_WAIT) if match else None


async def finished(desk: Desk, item_id: str, wait: float) -> Item:
    """The item once it is final, or as it is after `wait` seconds."""
    deadline = time.monotonic() + wait
    pause = FIRST_PAUSE
    while True:
        found, _ = await run_sync(_look, desk, item_id)
        left = deadline - time.monotonic()
        if found.state.final or left <= 0:
            return found
        await sleep(min(pause, left))
        pause = min(2 * pause, PAUSE)


async def events(desk: Desk, item_id: str, told: Words) -> AsyncIterator[bytes]:
    """Server-sent events: `progress` with `share` and `at`, at last `done` or `failed`.

    Begins with the state as it is, so whoever reconnects misses nothing. `done` carries the
    links and the verdict, `failed` a problem.
    """
    last: str | None = None
    heard = time.monotonic()
    pause = FIRST_PAUSE
    yield format_sse_event(retry=RECONNECT)
    while True:
        found, progress = await run_sync(_look, desk, item_id)
        if found.state.final:
            name, data = _ending(found, told)
            yield format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
            return
        data = progress.model_dump(mode="json") if progress else {"share": None, "at": 0.0}
        text = json.dumps({"state": found.state.value, **data})
        if text != last:
            yield format_sse_event(event="progress", data_str=text)
            last, heard = text, time.monotonic()
        elif time.monotonic() - heard > KEEP_ALIVE:
            yield KEEPALIVE_COMMENT
            heard = time.monotonic()
        await sleep(pause)
        pause = min(2 * pause, PAUSE)


def _ending(found: Item, told: Words) -> tuple[str, dict[str, Any]]:
    try:
        answered(found)
    except (RefusedError, UnverifiableError) as error:
        return "failed", problem_of(error, told).model_dump(mode="json", exclude_none=True)
    verdict = found.verdict.value if found.verdict else None
    return "done", {"id": found.id, "state": found.state.value, "verdict": verdict, "links": links(found.id)}


def _look(desk: Desk, item_id: str) -> tuple[Item, Progress | None]:
    with desk.read() as reading:
        found, _ = find(reading, item_id)
        row = reading.get("progress", item_id) if found.state is State.EXAMINING else None
        return found, Progress.model_validate(row.body) if row else None
