"""How the service is, at a glance: each part with a word, a tone, and what to do where it is not well.

For a person who looks once a day; programs ask `/readyz` and `/metrics`. What cannot be looked at is told as
such and hides nothing else. `fail` is for what stops work or loses something, `unsure` for what somebody
should look at soon, `skipped` for what was not chosen or not done yet.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from api import auditing, hooks, item, readiness, scrubbing, sealing
from api.diagnosis import ROOM
from api.identity.directory import tenants
from api.identity.house import keeps
from api.item import State
from evidence.model import Saying, rfc3339, say

if TYPE_CHECKING:
    from api.desk import Desk
    from storage.ledger import Entry
    from storage.rows import Reading

Tone = Literal["pass", "unsure", "fail", "skipped"]

LATELY: Final = 100
"""Files whose outcome is counted, the newest."""
OF_THE_HOUSE: Final = frozenset({"storage", "database", "sandbox", "worker", "disk", "locks", "versions"})
"""What is shown to the tenant that keeps the house alone."""
SLOW: Final = timedelta(minutes=30)
"""A film of half an hour is examined in less, so whatever waits longer waits for something else."""
STUCK: Final = timedelta(hours=4)
"""Half a working day: somebody at a packing table has been waiting for an answer since the morning."""
TIGHT: Final = 5 * ROOM
"""Bytes free below which films of a week or two would fill the disk."""


@dataclass(frozen=True)
class Vital:
    """One part of the service."""

    name: str
    title: Saying
    tone: Tone
    says: Saying
    does: Saying | None = None
    """What to do about it; None where there is nothing to do."""
    door: str = ""
    """The address of the page where it is done or seen."""


def vitals(desk: Desk) -> tuple[Vital, ...]:
    """All parts that concern the caller, in the order of `_LOOKS`."""
    looks = {n: each for n, each in _LOOKS.items() if keeps(desk.caller) or n not in OF_THE_HOUSE}
    return tuple(_looked(name, title, look, desk) for name, (title, look) in looks.items())


def worst(found: tuple[Vital, ...]) -> Tone:
    """The gravest tone among them."""
    tones = {each.tone for each in found}
    return "fail" if "fail" in tones else "unsure" if "unsure" in tones else "pass"


@dataclass(frozen=True)
class _Found:
    tone: Tone
    says: Saying
    does: Saying | None = None
    door: str = ""


def _looked(name: str, title: Saying, look: Callable[[Desk], _Found], desk: Desk) -> Vital:
    try:
        found = look(desk)
    except Exception as error:  # noqa: BLE001 - one part that cannot be looked at hides no other
        says = say("It could not be looked at ({fault}).", fault=type(error).__name__)
        found = _Found("fail", says, say("Look into the log of the service, then run: sixface doctor"))
    return Vital(name, title, found.tone, found.says, found.does, found.door)


def _part(name: str, well: Saying, ill: Saying, does: Saying) -> Callable[[Desk], _Found]:
    def look(desk: Desk) -> _Found:
        told = readiness.tried(name, desk)
        return _Found("pass", well) if told == readiness.OK else _Found("fail", ill, does)

    return look


def _looked_after(desk: Desk) -> Iterator[Reading]:
    """What the caller's tenant has; of who keeps the house what each tenant has."""
    rows = desk.wiring.rows
    for tenant in tenants(rows) if keeps(desk.caller) else (desk.caller.tenant,):
        with rows.read(tenant) as reading:
            yield reading


def _queue(desk: Desk) -> _Found:
    waiting, oldest = 0, timedelta(0)
    for reading in _looked_after(desk):
        for state in (State.RECEIVED, State.EXAMINING):
            # Counted in the index: no other state begins with its name.
            waiting += reading.count(item.KIND, "state", f"{state.value}~")
            waiting -= reading.count(item.KIND, "state", state.value)
            rows = reading.find(item.KIND, {"state": state.value}, limit=1, newest_first=False).rows
            oldest = max(oldest, *(desk.now() - row.created_at for row in rows)) if rows else oldest
    if not waiting:
        return _Found("pass", say("Nothing waits for its check."))
    minutes = round(oldest.total_seconds() / 60)
    says = say(
        "{count} files wait for their answer; the first for {minutes} min.", count=waiting, minutes=minutes
    )
    if oldest < SLOW:
        return _Found("pass", says)
    does = say(
        "See that a worker runs (sixface worker); where one does, add a second or raise SIXFACE_WORKERS."
    )
    return _Found("fail" if oldest >= STUCK else "unsure", says, does)


def _verdicts(desk: Desk) -> _Found:
    with desk.read() as reading:
        found = [item.item_of(row) for row in reading.find(item.KIND, limit=LATELY).rows]
    told = Counter(
        each.verdict.value if each.verdict else each.state.value for each in found if each.state.final
    )
    ended = told.total()
    if not ended:
        return _Found(
            "skipped", say("No file was checked yet."), say("Film a parcel or check a file."), "/film"
        )
    says = say(
        "Of the last {count} files {sound} were sound, {flawed} flawed, {review} left to a person, "
        "{other} refused or broken.",
        count=ended,
        sound=told["sound"],
        flawed=told["flawed"],
        review=told["review"],
        other=told[State.REFUSED.value] + told[State.UNVERIFIABLE.value],
    )
    if told[State.UNVERIFIABLE.value]:
        does = say(
            "A check broke in {count} of them; look into the worker's log.", count=told["unverifiable"]
        )
        return _Found("unsure", says, does)
    if 2 * told["sound"] < ended:
        does = say("Less than half were sound; see what the reports advise, and show it to those who film.")
        return _Found("unsure", says, does, "/cases")
    return _Found("pass", says)


def _scrub(desk: Desk) -> _Found:
    with desk.read() as reading:
        held = scrubbing.standing(reading)
    faults = sum(each.faults for reading in _looked_after(desk) if (each := scrubbing.standing(reading)))
    if faults:
        says = say("{count} faults were found on reading everything back.", count=faults)
        if held is None or not held.faults:
            return _Found("fail", says, say("They are another tenant's; what is wrong tells: sixface audit"))
        return _Found("fail", says, say("Read what is wrong below, and restore those files from a backup."))
    if held is not None and held.hurried:
        says = say("Everything is being read back now: {files} files so far.", files=held.current.files)
        return _Found("pass", says)
    if held is not None and held.last is not None and held.last.ended_at is not None:
        says = say(
            "All {files} files and {logs} custody logs were as they were kept ({when}).",
            files=held.last.files,
            logs=held.last.logs,
            when=rfc3339(held.last.ended_at),
        )
        return _Found("pass", says)
    if not desk.wiring.settings.scrub_days:
        does = say("Set SIXFACE_SCRUB_DAYS, or read everything back from here now and then.")
        return _Found("unsure", say("Nothing is read back by itself."), does)
    return _Found("skipped", say("The first pass has not come to its end yet."))


def _audit(desk: Desk) -> _Found:
    with desk.read() as reading:
        made = [each for each in reading.entries(auditing.STREAM) if each.event == "audit.made"]
    if not made:
        return _Found(
            "skipped", say("Nobody has asked for an audit yet."), say("At a terminal: sixface audit")
        )
    last: Entry = made[-1]
    faults = int(last.detail.get("faults", 0))
    if faults:
        says = say("The audit of {when} found {count} faults.", when=rfc3339(last.at), count=faults)
        return _Found("fail", says, say("Restore what it named from a backup, then run: sixface audit"))
    return _Found("pass", say("The audit of {when} found no fault.", when=rfc3339(last.at)))


def _locks(desk: Desk) -> _Found:
    if desk.blobs.worm() == "proven":
        return _Found("pass", say("Object Lock is proven: what was locked could not be deleted or changed."))
    if desk.wiring.settings.s3_lock_days:
        does = say("Choose a bucket with Object Lock, then run: sixface doctor")
        return _Found("fail", say("Locks were asked for, and the bucket does not keep them."), does)
    says = say("What is stored is not locked: whoever has the keys of the storage can delete files.")
    return _Found("skipped", says)


def _disk(desk: Desk) -> _Found:
    space = desk.wiring.space(desk.wiring.settings.data)
    says = say("{free:.1f} GB are free where the data lies.", free=space / 1_000_000_000)
    does = say("Make room, or move the data to a larger disk; a full disk takes nothing more in.")
    if space >= TIGHT:
        return _Found("pass", says)
    return _Found("fail" if space <= ROOM else "unsure", says, does)


def _stamps(desk: Desk) -> _Found:
    pending = sum(
        len(reading.find(sealing.KIND, {"time": sealing.PENDING}, limit=1000).rows)
        for reading in _looked_after(desk)
    )
    if pending:
        says = say("{count} sealed bundles wait for their time stamp.", count=pending)
        return _Found(
            "unsure", says, say("It is asked for again by itself; see that the authority can be reached.")
        )
    if not desk.wiring.settings.tsa:
        return _Found("skipped", say("No time-stamping authority is set (SIXFACE_TSA)."))
    return _Found("pass", say("Every sealed bundle has its time stamp."))


def _webhooks(desk: Desk) -> _Found:
    with desk.read() as reading:
        found = [hooks.hook_of(row) for row in reading.find(hooks.KIND, limit=hooks.MOST).rows]
    door = "/admin/webhooks"
    if not found:
        return _Found("skipped", say("No webhook is set up."), None, door)
    failing = [
        each for each in found if each.off_at or (each.last_sent_at and not hooks.arrived(each.last_status))
    ]
    if failing:
        says = say(
            "{count} of {all} webhooks did not arrive the last time.", count=len(failing), all=len(found)
        )
        return _Found("unsure", says, say("Open it, read what the receiver answered, and try it out."), door)
    return _Found("pass", say("{count} webhooks, none failing.", count=len(found)), None, door)


def _versions(_: Desk) -> _Found:
    from storage.tables import HEAD  # noqa: PLC0415 - a moment that other pages do not need

    return _Found(
        "pass",
        say(
            "Sixface {version}, Python {python}, tables at version {tables}.",
            version=sealing.version(),
            python=platform.python_version(),
            tables=HEAD,
        ),
    )


_LOOKS: Final[dict[str, tuple[Saying, Callable[[Desk], _Found]]]] = {
    "storage": (
        say("Storage"),
        _part(
            "storage",
            say("Files can be stored."),
            say("Files cannot be stored."),
            say("See that disk or bucket can be reached and has room, then run: sixface doctor"),
        ),
    ),
    "database": (
        say("Database"),
        _part(
            "database",
            say("The database answers."),
            say("The database does not answer."),
            say("See that it runs and can be reached, then run: sixface doctor"),
        ),
    ),
    "sandbox": (
        say("Sandbox"),
        _part(
            "sandbox",
            say("Files of strangers are opened behind walls."),
            say("Files cannot be opened safely on this machine."),
            say("The kernel or the container forbids it; what to allow is told by: sixface doctor"),
        ),
    ),
    "worker": (
        say("Worker"),
        _part(
            "worker",
            say("A worker is at work."),
            say("No worker was heard of lately, so nothing is examined."),
            say("Start one: sixface worker"),
        ),
    ),
    "queue": (say("Queue"), _queue),
    "verdicts": (say("Checks of lately"), _verdicts),
    "disk": (say("Room on the disk"), _disk),
    "scrub": (say("Reading back"), _scrub),
    "audit": (say("Last audit"), _audit),
    "locks": (say("Locks of the storage"), _locks),
    "stamps": (say("Time stamps"), _stamps),
    "webhooks": (say("Webhooks"), _webhooks),
    "versions": (say("Versions"), _versions),
}
"""Whatever stops work comes first."""


def faults(desk: Desk) -> Iterator[tuple[str, str]]:
    """Code and place of what was found on reading back, the pass under way first."""
    with desk.read() as reading:
        held = scrubbing.standing(reading)
    if held is not None:
        yield from held.current.told
        yield from (held.last.told if held.last else ())
