"""What was examined, counted: verdicts, refusals, and the seconds that checks took, over all workers.

Workers are other processes, often on other machines, so what they count is kept in rows, a few for all of
them, and added up when somebody asks. Counting is a courtesy: where it fails, the examination has its
answer all the same, and one is missing in the figures.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, Field

from api.item import Item
from storage.errors import StorageError

if TYPE_CHECKING:
    from api.desk import Desk
    from storage.rows import Rows

log = logging.getLogger(__name__)

KIND: Final = "tally"
SYSTEM: Final = "system"
"""The tenant of what belongs to no tenant."""
SHARDS: Final = 16
"""Rows, so that those who count at the same time seldom meet."""
_TRIES: Final = 3


class Tally(BaseModel):
    """Sums since the database was made; they only grow."""

    verdicts: dict[str, dict[str, int]] = Field(default_factory=dict[str, dict[str, int]])
    """How many files ended so, by profile and verdict; `refused` and `unverifiable` count among them."""
    looks: dict[str, int] = Field(default_factory=dict[str, int])
    """How often a check has looked, by its name."""
    seconds: dict[str, float] = Field(default_factory=dict[str, float])
    """What these looks took together."""
    examinations: int = 0
    spent: float = 0.0
    """Seconds from the first start of an examination to its end, together."""

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        verdicts = {
            profile: dict(Counter(self.verdicts.get(profile, {})) + Counter(other.verdicts.get(profile, {})))
            for profile in self.verdicts.keys() | other.verdicts.keys()
        }
        return Tally(
            verdicts=verdicts,
            looks=dict(Counter(self.looks) + Counter(other.looks)),
            seconds={
                name: self.seconds.get(name, 0.0) + other.seconds.get(name, 0.0)
                for name in self.seconds.keys() | other.seconds.keys()
            },
            examinations=self.examinations + other.examinations,
            spent=self.spent + other.spent,
        )


def count(desk: Desk, item: Item, spent: float, seconds: Mapping[str, float]) -> None:
    """Count one examination that has ended; never raises for what the store cannot do."""
    verdict = item.verdict.value if item.verdict else item.state.value
    one = Tally(
        verdicts={item.profile: {verdict: 1}},
        looks=dict.fromkeys(seconds, 1),
        seconds=dict(seconds),
        examinations=1,
        spent=spent,
    )
    shard = str(threading.get_native_id() % SHARDS)
    for _ in range(_TRIES):
        try:
            _add(desk, shard, one)
        except StorageError as error:
            log.debug("an examination was not counted: %s", error)
        else:
            return
    log.info("an examination is missing in the figures")


def totals(rows: Rows) -> Tally:
    """All of them together."""
    with rows.read(SYSTEM) as reading:
        found = reading.find(KIND, limit=SHARDS).rows
    told = Tally()
    for row in found:
        told = told.plus(Tally.model_validate(row.body))
    return told


def _add(desk: Desk, shard: str, one: Tally) -> None:
    with desk.wiring.rows.begin(SYSTEM, now=desk.now()) as unit:
        row = unit.get(KIND, shard)
        if row is None:
            unit.add(KIND, shard, _body(one))
        else:
            unit.replace(KIND, shard, _body(Tally.model_validate(row.body).plus(one)), version=row.version)


def _body(tally: Tally) -> dict[str, Any]:
    return tally.model_dump(mode="json")
