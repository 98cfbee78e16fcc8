"""Counters for operators, in the text format of Prometheus; one registry per app, none global."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api import scrubbing
from api.item import KIND, State
from storage.rows import Reading

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_MOST = 1000


class Metrics:
    """What is counted."""

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
        self.received_bytes = Counter(
            "sixface_received_bytes_total", "Bytes of files taken in.", registry=self._registry
        )
        self._waiting = Gauge(
            "sixface_evidence_waiting",
            f"Items without an answer yet, at most {_MOST} of each state.",
            ["state"],
            registry=self._registry,
        )

        self._faults = Gauge(
            "sixface_scrub_faults",
            "Files and custody logs that were not as they were kept, when everything was last read back.",
            registry=self._registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, reading: Reading) -> bytes:
        """All figures, with those that are counted when asked for."""
        for state in (State.RECEIVED, State.EXAMINING):
            found = reading.find(KIND, {"state": state.value}, limit=_MOST)
            self._waiting.labels(state.value).set(len(found.rows))
        scrub = scrubbing.standing(reading)
        self._faults.set(scrub.faults if scrub else 0)
        return generate_latest(self._registry)
