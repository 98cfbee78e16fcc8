"""Figures for operators, in the text format of Prometheus; one registry per app, none global.

What this process answers is counted here. What all processes do together (the queue, what was examined,
the clocks) is read from the rows when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from api import board, scrubbing, tally
from api.caller import WORKER, Caller
from api.identity.directory import tenants
from api.item import KIND, State

if TYPE_CHECKING:
    from api.desk import Wiring
    from storage.rows import Reading

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_WAITING: Final = (State.RECEIVED, State.EXAMINING)


class Metrics:
    """What one process counts."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "sixface_requests_total",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "sixface_request_seconds",
            "Time to the first byte of the answer.",
            ["route"],
            registry=self._registry,
        )
        self._faults = Counter(
            "sixface_problems_total",
            "Requests that met a fault of ours or of the store, by the name of the problem.",
            ["problem"],
            registry=self._registry,
        )
        self.received_bytes = Counter(
            "sixface_received_bytes_total", "Bytes of files taken in.", registry=self._registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def failed(self, problem: str) -> None:
        """A request could not be served, and not for a fault of the sender's."""
        self._faults.labels(problem).inc()

    def text(self, wiring: Wiring) -> bytes:
        """All figures, with those that are read when asked for.

        Raises:
            StorageError: the rows cannot be read.
        """
        asked = CollectorRegistry()
        asked.register(_Shared(wiring))
        return generate_latest(self._registry) + generate_latest(asked)


class _Shared(Collector):
    """What all processes do together, over all tenants."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def collect(self) -> Iterator[Metric]:
        yield from self._queue()
        yield from self._examined()
        yield from self._clocks()
        yield GaugeMetricFamily(
            "sixface_worker_alive",
            "Whether some worker was heard of lately.",
            value=float(self._wiring.jobs.alive(self._wiring.clock())),
        )

    def _queue(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily(
            "sixface_evidence_waiting", "Items without an answer yet.", labels=["state"]
        )
        count = dict.fromkeys(_WAITING, 0)
        oldest, faults = 0.0, 0
        for tenant in tenants(self._wiring.rows):
            with self._wiring.rows.read(tenant) as reading:
                for state in _WAITING:
                    count[state] += _count_of(reading, state)
                    oldest = max(oldest, self._age(reading, state))
                scrub = scrubbing.standing(reading)
                faults += scrub.faults if scrub else 0
        for state, there in count.items():
            waiting.add_metric([state.value], there)
        yield waiting
        yield GaugeMetricFamily(
            "sixface_evidence_waiting_seconds",
            "How long the item that came first of those without an answer has waited.",
            value=oldest,
        )
        yield GaugeMetricFamily(
            "sixface_scrub_faults",
            "Files and custody logs that were not as they were kept, when everything was last read back.",
            value=faults,
        )

    def _age(self, reading: Reading, state: State) -> float:
        rows = reading.find(KIND, {"state": state.value}, limit=1, newest_first=False).rows
        return max(0.0, (self._wiring.clock() - rows[0].created_at).total_seconds()) if rows else 0.0

    def _examined(self) -> Iterator[Metric]:
        told = tally.totals(self._wiring.rows)
        verdicts = CounterMetricFamily(
            "sixface_verdicts", "Files that were examined, by what came of it.", labels=["profile", "verdict"]
        )
        for profile, found in sorted(told.verdicts.items()):
            for verdict, times in sorted(found.items()):
                verdicts.add_metric([profile, verdict], times)
        yield verdicts
        checks = SummaryMetricFamily(
            "sixface_check_seconds", "What a check took in an examination.", labels=["check"]
        )
        for name, times in sorted(told.looks.items()):
            checks.add_metric([name], times, told.seconds[name])
        yield checks
        yield SummaryMetricFamily(
            "sixface_examination_seconds",
            "What examinations took, from start to answer.",
            count_value=told.examinations,
            sum_value=told.spent,
        )

    def _clocks(self) -> Iterator[Metric]:
        clocks = GaugeMetricFamily("sixface_clocks", "Clocks of cases, by how urgent.", labels=["urgency"])
        sums = dict.fromkeys(("late", "now", "later", "unknown"), 0)
        for tenant in tenants(self._wiring.rows):
            counts = board.counted(self._wiring.desk(Caller(tenant, WORKER.actor)))
            for name in sums:
                sums[name] += getattr(counts, name)
        for name, there in sums.items():
            clocks.add_metric([name], there)
        yield clocks


def _count_of(reading: Reading, state: State) -> int:
    """How many items are in that state, counted in the index: no other state begins with its name."""
    return reading.count(KIND, "state", f"{state.value}~") - reading.count(KIND, "state", state.value)
