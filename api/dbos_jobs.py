"""The durable queue: DBOS workflows in the same database as the rows.

The front door only puts jobs on the queue, inside the transaction that writes the item
(a transactional outbox). The worker process runs them. What matters about DBOS here:

- `application_version` is ours and explicit: by default it is a hash of the code, and jobs of
  another version are neither taken nor recovered.
- The executor id is stable and nobody else's on any machine: whoever starts under the same id
  takes up what it left. What others left is put back for all by `adopt`.
- Each run of a job bears a token; who has lost a job to another run cannot record its outcome.
- The queue has a part for each tenant, and a worker that is free picks one of those that wait at
  random, so nobody waits for the thousand jobs of somebody else. Within a part, what somebody
  waits for goes before what can wait.
- The serializer is JSON: by default it is pickle.
- The step is async and preemptible: a sync step runs on after a cancel or a timeout.
- No Conductor, no telemetry: without a key DBOS calls nobody, and variables that could turn
  on its cloud mode are removed first.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions

from api.errors import StoppedError
from api.examination import Watch
from api.jobs import Job
from api.roll import Roll
from evidence.timeline import ZERO
from evidence.walls.sandbox import SandboxUnavailableError
from storage.errors import StorageFullError
from storage.rows import Rows, Unit
from storage.sql import SqlReading

log = logging.getLogger(__name__)

APPLICATION: Final = "sixface"
VERSION: Final = "2"
"""Moves when jobs that wait could not be run by the new code: they are queued again by `put_right`."""
QUEUE: Final = "examinations"
WORKFLOW: Final = "examine"
MOST_SECONDS: Final = 5 * 3600.0
"""The longest that one examination may take; the child's own budget ends long before."""
POLL: Final = 0.5
"""Seconds between two looks at the queue."""
POOL: Final = 10
"""The most connections that the queue of one worker holds, besides those of its rows."""
_SOON, _LATER = 1, 2
"""Priorities; the smaller goes first."""
FULL: Final = 15.0
"""Seconds until a job that found no space is tried again."""

Run = Callable[[Job, Watch], object]
GiveUp = Callable[[Job], object]


class DbosJobs:
    """The side of the queue that the front door sees; it runs nothing."""

    def __init__(self, url: str, rows: Rows) -> None:
        """Open the queue in the database at that SQLAlchemy `url`, making its tables if need be."""
        DBOS.migrate(url)
        self._rows = rows
        self._client = DBOSClient(
            system_database_url=url,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
        )

    def enqueue(self, unit: Unit, job: Job, *, after: timedelta = ZERO) -> None:
        if not isinstance(unit, SqlReading):
            message = f"jobs are queued in the database of the rows, and this is a {type(unit).__name__}"
            raise TypeError(message)
        options = EnqueueOptions(
            workflow_name=WORKFLOW,
            queue_name=QUEUE,
            workflow_id=f"{job.evidence_id}-{secrets.token_hex(4)}",
            app_version=VERSION,
            queue_partition_key=job.tenant,
            priority=_LATER if job.batch else _SOON,
        )
        if after:
            options["delay_seconds"] = after.total_seconds()
        self._client.enqueue_in_transaction(unit.connection, options, job.tenant, job.evidence_id)

    def waits(self, job: Job) -> bool:
        """Whether the queue knows of the job, waiting or under way."""
        found = self._client.list_workflows(
            workflow_id_prefix=f"{job.evidence_id}-",
            status=["ENQUEUED", "DELAYED", "PENDING"],
            app_version=VERSION,
            load_input=False,
            load_output=False,
            limit=1,
        )
        return bool(found)

    def alive(self, now: datetime) -> bool:
        return Roll(self._rows).alive(now)

    def close(self) -> None:
        self._client.destroy()


@contextmanager
def working(url: str, name: str, run: Run, give_up: GiveUp, *, at_once: int) -> Generator[None]:
    """Take jobs from the queue while the block lasts, `at_once` at a time.

    Jobs that a process of the same `name` had begun are begun again. `run` is called in a
    thread; when it fails three times `give_up` is called. Leaving the block stops what runs;
    its jobs stay on the queue.
    """
    for variable in [each for each in os.environ if each.startswith("DBOS")]:
        del os.environ[variable]
    config = DBOSConfig(
        name=APPLICATION,
        system_database_url=url,
        application_version=VERSION,
        executor_id=name,
        serializer=DBOSPortableJSONSerializer(),
        sys_db_pool_size=POOL,
        log_level="WARNING",
        enable_otlp=False,
    )
    DBOS(config=config)
    watches: set[Watch] = set()
    _register(run, give_up, watches)
    DBOS.listen_queues([QUEUE])
    DBOS.launch()
    DBOS.register_queue(
        QUEUE,
        worker_concurrency=at_once,
        partition_worker_concurrency=at_once,  # no limit of its own, but what makes it have parts
        polling_interval_sec=POLL,
        on_conflict="always_update",
    )
    try:
        yield
    finally:
        for watch in tuple(watches):
            watch.stop()
        DBOS.destroy()


def busy() -> frozenset[str]:
    """The names of the workers, dead or alive, that have begun jobs and not ended them."""
    found = DBOS.list_workflows(status="PENDING", app_version=VERSION, load_input=False, load_output=False)
    return frozenset(workflow.executor_id for workflow in found if workflow.executor_id)


def adopt(names: Sequence[str]) -> None:
    """Put the jobs back on the queue that workers of these names had begun; they should be dead.

    Of several who adopt at once one succeeds, job by job. A worker that was only frozen loses its jobs.
    """
    if names:
        # Private, but the one way that asks in the same statement whether the job is still theirs;
        # the public `resume_workflows` would also take it from whoever adopted it a moment ago.
        DBOS._recover_pending_workflows(list(names))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def _tried(run: Run, job: Job, watch: Watch) -> bool:
    """Whether it could be run at all; a full disk and missing walls are waited out, being no fault of its."""
    try:
        run(job, watch)
    except (StorageFullError, SandboxUnavailableError) as error:
        log.warning("%s cannot be examined now and waits: %s", job.evidence_id, error)
        return False
    return True


def _register(run: Run, give_up: GiveUp, watches: set[Watch]) -> None:
    @DBOS.step(
        name="look",
        retries_allowed=True,
        max_attempts=3,
        interval_seconds=1,
        backoff_rate=4,
        preemptible=True,
        timeout_seconds=MOST_SECONDS,
    )
    async def look(tenant: str, evidence_id: str) -> None:
        watch = Watch()
        watches.add(watch)
        try:
            while not await asyncio.to_thread(_tried, run, Job(tenant, evidence_id), watch):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(FULL)
        except StoppedError:
            # Neither done nor failed: the process is about to end, and the next one begins anew.
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            watch.stop()
            raise
        finally:
            watches.discard(watch)

    @DBOS.step(name="give_up", retries_allowed=True, max_attempts=5, interval_seconds=1, backoff_rate=3)
    async def let_go(tenant: str, evidence_id: str) -> None:
        await asyncio.to_thread(give_up, Job(tenant, evidence_id))

    @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=1000)
    async def examine(tenant: str, evidence_id: str) -> None:
        try:
            await look(tenant, evidence_id)
        except Exception:
            log.exception("the examination of %s failed each time", evidence_id)
            await let_go(tenant, evidence_id)
