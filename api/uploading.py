"""Intake in parts, for long films on bad lines: an upload is announced, grows, and becomes an item.

The bytes arrive in the spool, whose offset is the length of the file. That an upload is whole is
told only when its item is stored: until then its offset is not said. The item is made under a
claim that bears the upload's id, so a crash between any two steps makes neither two items nor none.

Whose an upload is, its row says; to anybody else there is no such upload.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from api import idempotency, slips
from api.errors import (
    BadUploadError,
    HeldError,
    MissingUploadError,
    OffsetError,
    TooLargeError,
    TooManyError,
)
from api.glance import HEAD, chosen
from api.idempotency import Claim, Reply
from api.identity import quota
from api.intake import Offer, adopted, receive
from api.item import Refusal, links, new_id
from api.withholding import erase
from evidence.check import RefusedError
from evidence.model import Digest, Expectation, Utc, say
from storage.blobs import Buffer
from storage.errors import BusyError, DigestMismatchError, StorageError, StorageFullError
from storage.spool import WAIT, Spooled

if TYPE_CHECKING:
    from api.desk import Desk
    from storage.rows import Reading, Row, Unit

KIND: Final = "upload"
_GLIMPSE: Final = 0.05
"""Seconds that somebody who looks waits for a file before asking again who holds it."""
PROTOCOL: Final = "1.0.0"
"""The version of tus that is spoken."""
MISMATCH: Final = "refused.digest_mismatch"
"""The code of an upload whose bytes are not those that were declared."""


class Arrival(BaseModel):
    """The body of a row of kind `upload`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    actor: str
    """Who announced it; nobody else finds it."""
    length: int
    """Bytes that it will have."""
    name: str
    profile: str | None = None
    expected: Expectation = Expectation()
    digest: Digest | None = None
    """What its bytes hash to, says the sender."""
    expires_at: Utc
    state: Literal["open", "received", "refused"] = "open"
    evidence_id: str | None = None
    refusal: Refusal | None = None

    @property
    def offer(self) -> Offer:
        return Offer(self.name, self.profile, self.expected, self.digest)

    @property
    def stream(self) -> str:
        """Its ledger stream."""
        return f"upload/{self.id}"

    def body(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


@dataclass(frozen=True)
class Standing:
    """How far an upload has come."""

    arrival: Arrival
    offset: int
    """Bytes that are safe; all of them only once there is an item."""


def announce(desk: Desk, offer: Offer, length: int, claim: Claim) -> Reply:
    """Make room for a file of `length` bytes.

    Raises:
        TooLargeError: it is larger than is taken in.
        TooManyError: it is one too many, or together they would be too large.
        StorageFullError: there is no space for it.
        UnknownProfileError: there is no profile of that name.
        BadUploadError: it has no bytes.
        FullQuotaError: the tenant has stored what it may.
        MissingCaseError: there is no case of the name that is given.
    """
    settings = desk.wiring.settings
    if length < 1:
        raise BadUploadError(say("An upload has at least one byte; name its size in Upload-Length."))
    if length > settings.most_bytes:
        raise TooLargeError(settings.most_bytes)
    if offer.profile is not None:
        _known(offer.profile)
    if length > desk.wiring.space(settings.data):
        raise StorageFullError
    quota.check(desk, length)
    expected = slips.held_against(desk, offer.case_id, offer.expected)
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        pending = [arrival_of(row).length for row in _open(unit)]
        if len(pending) >= settings.most_uploads or sum(pending) + length > settings.most_pending:
            raise TooManyError
        made = Arrival(
            id=new_id("up"),
            actor=desk.caller.actor,
            length=length,
            name=offer.name,
            profile=offer.profile,
            expected=expected,
            digest=offer.digest,
            expires_at=desk.now() + timedelta(hours=settings.upload_hours),
        )
        unit.add(KIND, made.id, made.body(), facets={"state": made.state})
        desk.note(unit, made.stream, "upload.announced", {"length": length, "name": made.name})
        return idempotency.remember(unit, claim, Reply(201, shown(made, 0), {"Location": address(made.id)}))


def look(desk: Desk, upload_id: str, *, finish: bool = False) -> Standing:
    """How far it is. Who sends to it is not disturbed.

    With `finish`, one whose bytes are all there, and that nobody holds, is made an item first.

    Raises:
        MissingUploadError: there is none, or it is somebody else's.
        RefusedError, DigestMismatchError: the file was turned away.
        HeldError: it is whole and not stored yet, or cannot be looked at now. Clients take other
            errors as a reason to begin anew, and would send all of it again.
    """
    until = monotonic() + WAIT
    try:
        while True:
            find(desk, upload_id)
            offset = desk.wiring.spool.safe(upload_id)
            if offset is not None:
                return _unless_whole(find(desk, upload_id), offset)
            try:
                with _held(desk, upload_id, wait=_GLIMPSE) as sending:
                    return sending.settled() if finish else _unless_whole(sending.arrival, sending.offset)
            except BusyError as error:
                if monotonic() > until:
                    raise HeldError from error
    except DigestMismatchError:
        raise
    except StorageError as error:
        raise HeldError from error


def _unless_whole(arrival: Arrival, offset: int) -> Standing:
    """Whole is told only of what is stored."""
    if arrival.state == "refused":
        raise _refusal(arrival)
    if arrival.state == "open" and offset >= arrival.length:
        raise HeldError
    return Standing(arrival, offset if arrival.state == "open" else arrival.length)


@contextmanager
def continuing(desk: Desk, upload_id: str) -> Generator[Sending]:
    """The upload, held for one sender.

    Raises:
        MissingUploadError: there is none, or it is somebody else's.
        HeldError: another sender does not let go of it.
        StorageError: the spool cannot be used.
    """
    find(desk, upload_id)
    with ExitStack() as stack:
        try:
            sending = stack.enter_context(_held(desk, upload_id, wait=WAIT))
        except BusyError as error:
            raise HeldError from error
        yield sending


@contextmanager
def _held(desk: Desk, upload_id: str, *, wait: float) -> Generator[Sending]:
    """As `continuing`, but raises `BusyError` where the file is held all the time."""
    with desk.wiring.spool.held(upload_id, wait=wait) as file:
        # What was read before the file was ours may have changed since.
        arrival = find(desk, upload_id)
        if arrival.state != "open":
            desk.wiring.spool.remove(upload_id)
        yield Sending(desk, arrival, file)


class Sending:
    """An upload that grows."""

    def __init__(self, desk: Desk, arrival: Arrival, file: Spooled) -> None:
        self.arrival = arrival
        self._desk = desk
        self._file = file
        self._begun = file.size

    @property
    def offset(self) -> int:
        return self._file.size if self.arrival.state == "open" else self.arrival.length

    def expect(self, offset: int) -> None:
        """Raise `OffsetError` where the sender believes it to be elsewhere."""
        if offset != self.offset:
            raise OffsetError(self.offset)

    def provisionally(self) -> None:
        """What is written from here on may be undone, so it is told to nobody."""
        self._file.floor = self._begun

    def write(self, data: Buffer) -> None:
        """Take the next bytes.

        Raises:
            BadUploadError: they are more than were announced; what was announced is kept.
            StorageError: they could not be written; those that were, count.
        """
        room = self.arrival.length - self.offset
        if room:
            self._file.write(memoryview(data)[:room])
        if len(data) > room:
            raise BadUploadError(say("More bytes came than were announced in Upload-Length."))

    def undo(self) -> None:
        """Forget what this sender wrote."""
        self._file.cut(self._begun)

    def settled(self) -> Standing:
        """Flushed, and made an item where it is whole. Raises as `look`."""
        self._file.flush()
        if self.arrival.state == "refused":
            raise _refusal(self.arrival)
        if self.arrival.state == "open":
            try:
                self._judge()
            except (RefusedError, DigestMismatchError) as refused:
                self._conclude(state="refused", refusal=_reason(refused))
                raise
        return Standing(self.arrival, self.offset)

    def abandon(self) -> None:
        """Forget the upload; an item that was made of it stays."""
        with self._desk.begin() as unit:
            if unit.get(KIND, self.arrival.id) is not None:
                unit.remove(KIND, self.arrival.id)
                self._desk.note(unit, self.arrival.stream, "upload.abandoned", {"offset": self.offset})
                erase(unit, self.arrival.stream)
        self._desk.wiring.spool.remove(self.arrival.id)

    def _judge(self) -> None:
        """Store what is whole; turn away early what cannot be a film or photo."""
        arrival = self.arrival
        if self._file.size < arrival.length:
            if self._begun < HEAD <= self._file.size:
                chosen(self._file.head(HEAD), arrival.profile, whole=False)
            return
        claim = Claim(arrival.id, "upload", arrival.id)
        with adopted(self._desk.wiring, self._file) as upload:
            receipt = receive(self._desk, upload, arrival.offer, claim)
        self._conclude(state="received", evidence_id=receipt.item.id)

    def _conclude(self, **found: Any) -> None:  # noqa: ANN401 - fields of an arrival
        self.arrival = self.arrival.model_copy(update=found)
        with self._desk.begin() as unit:
            row = unit.get(KIND, self.arrival.id)
            if row is not None:  # else it was given up meanwhile
                body, facets = self.arrival.body(), {"state": self.arrival.state}
                unit.replace(KIND, row.id, body, version=row.version, facets=facets)
                detail = {"evidence": self.arrival.evidence_id, "code": _code(self.arrival)}
                self._desk.note(unit, self.arrival.stream, f"upload.{self.arrival.state}", detail)
                erase(unit, self.arrival.stream)  # the item's own log has the name
        self._desk.wiring.spool.remove(self.arrival.id)


def find(desk: Desk, upload_id: str) -> Arrival:
    """The upload of that id, if it is the caller's and its time is not over. Raises `MissingUploadError`."""
    with desk.read() as reading:
        row = reading.get(KIND, upload_id)
    if row is None or (found := arrival_of(row)).actor != desk.caller.actor or found.expires_at <= desk.now():
        raise MissingUploadError(upload_id)
    return found


def address(upload_id: str) -> str:
    return f"/v1/uploads/{upload_id}"


def shown(arrival: Arrival, offset: int) -> dict[str, Any]:
    """The upload as the outside sees it."""
    body = arrival.model_dump(mode="json", include={"id", "length", "name", "expires_at", "state"})
    body |= {"offset": offset, "links": {"self": address(arrival.id)}}
    if arrival.evidence_id is not None:
        body["evidence"] = arrival.evidence_id
        body["links"]["evidence"] = links(arrival.evidence_id)["self"]
    return body


def _known(profile: str) -> None:
    from api.errors import UnknownProfileError  # noqa: PLC0415 - beside its only use
    from evidence.profile import names  # noqa: PLC0415 - beside its only use

    if profile not in names():
        raise UnknownProfileError(profile, names())


def _open(unit: Unit | Reading) -> Iterator[Row]:
    yield from unit.find(KIND, {"state": "open"}, limit=1000).rows


def arrival_of(row: Row) -> Arrival:
    return Arrival.model_validate(row.body)


def _reason(refused: RefusedError | DigestMismatchError) -> Refusal:
    if isinstance(refused, RefusedError):
        return Refusal(code=refused.code, says=refused.says)
    return Refusal(
        code=MISMATCH, says=say("These are other bytes than declared ({found}).", found=refused.found)
    )


def _refusal(arrival: Arrival) -> Exception:
    """What the upload was turned away with, once more."""
    refusal = arrival.refusal
    if refusal is None or refusal.code == MISMATCH:
        return DigestMismatchError(arrival.digest or "", "")
    return RefusedError(refusal.code, refusal.says)


def _code(arrival: Arrival) -> str | None:
    return arrival.refusal.code if arrival.refusal else None
