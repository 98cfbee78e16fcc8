"""The custody log of an item in plain words: who did what to it and when, and whether the chain is whole.

The log itself is the ledger's. Nothing is left out here; looks of one kind by one person that stand next to
each other are told as one line with their number. The chain is walked each time it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from urllib.parse import quote

from api import item, withholding
from api.words import Words, legible
from evidence.model import Saying, say
from storage import ledger
from storage.ledger import Entry
from storage.rows import Reading

MOST: Final = 200
"""Lines that are shown, the latest; all of them are in the bundle of a case."""

EVENTS: Final[Mapping[str, Saying]] = {
    "address.captured": say("A reship address was taken down"),
    "address.erased": say("A reship address was erased"),
    "address.viewed": say("A reship address was looked at"),
    "assessment.viewed": say("The assessment was looked at"),
    "audit.made": say("Everything stored was read back and compared"),
    "bundle.asked": say("Sealing was asked for"),
    "bundle.exported": say("The sealed bundle was handed out"),
    "bundle.refused": say("Sealing was refused"),
    "bundle.sealed": say("The bundle was sealed"),
    "bundle.stamp_failed": say("No time stamp could be had for the bundle"),
    "bundle.stamped": say("The bundle was stamped with the time"),
    "calendar.changed": say("Days off were changed"),
    "case.amended": say("The case was changed"),
    "case.closed": say("The case was closed"),
    "case.lost": say("The case could not be rebuilt without its database; its log is left"),
    "case.opened": say("The case was opened"),
    "case.purged": say("The case was removed after its retention"),
    "case.viewed": say("The case was looked at"),
    "chat.imported": say("A chat was taken in"),
    "chat.viewed": say("The chat was looked at"),
    "codes.off": say("One-time codes were switched off"),
    "codes.on": say("One-time codes were switched on"),
    "confirmations.viewed": say("What people said of the pictures was looked at"),
    "copy.exported": say("A covered copy was handed out"),
    "copy.made": say("A copy with private parts covered was made"),
    "countdown.shown": say("A platform's own countdown was noted"),
    "deadlines.exported": say("The deadlines were handed out"),
    "dossier.exported": say("The case was handed out as a PDF"),
    "event.recorded": say("It was noted what happened"),
    "evidence.attached": say("Made an exhibit of a case"),
    "evidence.confirmed": say("A person confirmed what the pictures show"),
    "evidence.disputed": say("A person disputed what the check says of the faces"),
    "evidence.fetched": say("The file was fetched from an address"),
    "evidence.purged": say("The file was removed after its retention"),
    "evidence.rebuilt": say("The item was rebuilt from the stored file and this log"),
    "evidence.received": say("The file arrived, was hashed and stored"),
    "evidence.recognised": say("An earlier file was found that shows the same"),
    "evidence.reused": say("The stored file was asked about again"),
    "evidence.turned_away": say("A file was turned away"),
    "examination.begun": say("The check began"),
    "examination.broke": say("The check broke off; it is tried again"),
    "examination.refused": say("The check ended: the file cannot be checked"),
    "examination.reported": say("The check ended with a report"),
    "examination.unverifiable": say("The check ended without an answer"),
    "example.asked": say("An example to look around in was asked for"),
    "example.removed": say("The example was removed"),
    "exhibit.added": say("A file was added to the case"),
    "exhibit.described": say("It was said otherwise what a file is to the case"),
    "exhibits.viewed": say("The files of the case were looked at"),
    "hold.fastened": say("The store was told to hold the file"),
    "hold.lifted": say("A legal hold was lifted"),
    "hold.loosened": say("The store's hold on the file was lifted"),
    "hold.set": say("A legal hold was set"),
    "key.revoked": say("A key was revoked"),
    "offer.answered": say("An offer was answered"),
    "original.exported": say("The original was handed out"),
    "original.played": say("The original was played"),
    "owner.invited": say("A link for the first account was made"),
    "packet.asked": say("A packet was asked for"),
    "packet.broken": say("A packet could not be made"),
    "packet.exported": say("A packet was handed out"),
    "packet.made": say("Shown in a packet"),
    "packet.refused": say("A packet did not fit"),
    "packet.viewed": say("A packet was looked at"),
    "packets.viewed": say("The packets were looked at"),
    "password.changed": say("A password was changed"),
    "person.bound": say("An account of another service was bound to a person"),
    "person.invited": say("Somebody was invited"),
    "person.joined": say("Somebody new came in"),
    "person.recovered": say("A lost password was set anew"),
    "person.renewal": say("A link to set a password anew was made"),
    "person.role": say("Somebody was given another role"),
    "photo.compared": say("The photo was held against another one"),
    "places.given": say("From where files are fetched was changed"),
    "preflight.viewed": say("The pre-flight was looked at"),
    "promise.kept": say("A promise was marked as kept"),
    "report.viewed": say("The report was looked at"),
    "retention.purged": say("What was over its retention was removed"),
    "ruleset.discarded": say("A draft of a ruleset was thrown away"),
    "ruleset.drafted": say("A draft of a ruleset was brought"),
    "ruleset.enforced": say("A ruleset was put in force"),
    "ruleset.withdrawn": say("A ruleset was taken back"),
    "scrub.fault": say("Reading back found a fault"),
    "scrub.hastened": say("Reading everything back was asked for"),
    "scrub.made": say("A pass of reading everything back ended"),
    "settlement.viewed": say("Ways to settle were looked at"),
    "share.made": say("A link for somebody outside was made"),
    "share.refused": say("A link was refused"),
    "share.revoked": say("A link was taken back"),
    "share.viewed": say("Somebody outside opened a link"),
    "shop.added": say("A shop was added"),
    "shop.changed": say("A shop was changed"),
    "sign_in.failed": say("A sign-in failed"),
    "signed_out.everywhere": say("Somebody signed out everywhere"),
    "slip.issued": say("A slip was issued"),
    "statement.made": say("A person answered a requirement"),
    "still.viewed": say("A picture was looked at"),
    "subcase.closed": say("A sub-case was closed"),
    "subcase.entered": say("A sub-case was entered"),
    "upload.abandoned": say("An upload was given up"),
    "upload.announced": say("An upload was announced"),
    "upload.received": say("An upload was complete"),
    "upload.refused": say("An upload was refused"),
    "webhook.changed": say("It was changed what a webhook is sent"),
    "webhook.dropped": say("A webhook was removed"),
    "webhook.made": say("A webhook was made"),
    "webhook.sent": say("A webhook was sent"),
}
"""Every event of the house, whatever log it stands in; a test finds one that lacks its sentence."""
_PUT: Final = say("A part of the case was entered or changed")
"""For `ticket.put` and its like: one for each kind of part."""

ACTORS: Final[Mapping[str, Saying]] = {
    "http": say("over the web"),
    "cli": say("on the command line"),
    "worker": say("by the service itself"),
}


@dataclass(frozen=True)
class Line:
    """What was done, once or several times in a row."""

    says: str
    who: str
    at: str
    until: str
    """When it was done last; empty where it was done once."""
    times: int
    by: str
    """The person who said or asked it, where the log names one that was not erased."""
    note: str
    case: str
    """The case that it is about; empty where it is about none."""
    address: str
    """Where that case is."""


@dataclass(frozen=True)
class Custody:
    """A log as it is shown."""

    lines: tuple[Line, ...]
    """The latest first."""
    origin: str
    """By which way the item came."""
    entries: int
    more: int
    """Lines that are not shown."""
    trouble: str
    """What is wrong with the chain; empty where it is whole."""


def custody(reading: Reading, evidence_id: str, words: Words) -> Custody:
    """The item's log in words, walked from its first entry on."""
    entries = reading.entries(item.stream_of(evidence_id))
    faults = ledger.verify(entries)
    trouble = (
        words.text(
            "The chain of this log is broken at entry {number} ({fault}); tell the person who runs Sixface.",
            number=faults[0].seq,
            fault=faults[0].wrong.value,
        )
        if faults
        else ""
    )
    runs = [list(run) for _, run in groupby(entries, key=_kind)][::-1]
    lines = tuple(_line(reading, run, words) for run in runs[:MOST])
    return Custody(
        lines, who(entries[0], words) if entries else "", len(entries), len(runs) - len(lines), trouble
    )


def sentence(event: str) -> Saying | None:
    """What an event is in words; None for one that this version does not know."""
    return _PUT if event.endswith(".put") else EVENTS.get(event)


def _kind(entry: Entry) -> tuple[object, ...]:
    """What stands together: looks of one kind by one person; everything else stands alone."""
    looks = entry.event.endswith((".viewed", ".played"))
    return (entry.event, entry.actor) if looks else (entry.seq, entry.digest)


def _line(reading: Reading, run: list[Entry], words: Words) -> Line:
    first, last = run[0], run[-1]
    known = sentence(last.event)
    detail = withholding.revealed(reading, last.detail)
    case = str(detail.get("case", ""))
    return Line(
        says=words.say(known) if known else legible(last.event, 60),
        who=who(last, words),
        at=words.moment(first.at),
        until=words.moment(last.at) if len(run) > 1 else "",
        times=len(run),
        by=_text(detail.get("by"), 80),
        note=_text(detail.get("reason") or detail.get("note"), 300),
        case=legible(case, 60),
        address=f"/cases/{quote(case, safe='')}" if case and reading.get("case", case) else "",
    )


def who(entry: Entry, words: Words) -> str:
    """Who or what did it."""
    known = ACTORS.get(entry.actor)
    return words.say(known) if known else legible(entry.actor, 80)


def _text(value: object, most: int) -> str:
    """A text of the log; what was erased or is no text is not shown."""
    return legible(value, most) if isinstance(value, str) else ""
