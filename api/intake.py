"""The first flow: bytes that arrive become an item and a job.

The bytes go to staging while they are hashed; nothing of a file that is refused, too large,
cut off or other than declared stays. The order that survives a power cut: blob first, then
item, ledger entry, job and idempotency key in one transaction, then the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from api import idempotency, slips
from api.errors import TooLargeError
from api.glance import HEAD, Kind, chosen, fitting
from api.holding import hold
from api.idempotency import Claim, Reply
from api.identity import quota
from api.item import KIND, Item, find, links, new_id, shown
from api.jobs import Job
from evidence.check import RefusedError
from evidence.model import Expectation
from evidence.timeline import ZERO
from storage.blobs import Staging
from storage.errors import DigestMismatchError
from storage.rows import Reading
from storage.spool import Spooled

if TYPE_CHECKING:
    from api.desk import Desk, Wiring

INLINE_GRACE: Final = timedelta(seconds=60)
"""How long the worker leaves an item alone that the front door examines itself."""


@dataclass(frozen=True)
class Offer:
    """What somebody says about the file that they send."""

    name: str
    profile: str | None = None
    expected: Expectation = field(default_factory=Expectation)
    digest: str | None = None
    """What its bytes hash to, says the sender."""
    batch: bool = False
    """Whether nobody waits for the answer."""
    case_id: str | None = None
    """The case that it is for: its slip, where one was printed, is then expected in it."""
    origin: tuple[str, ...] = ()
    """The addresses that led to it, where it was fetched."""


class Upload:
    """Bytes on their way in."""

    def __init__(self, staging: Staging, most: int) -> None:
        self.staging = staging
        self.head = b""
        self._most = most

    def announce(self, size: int) -> None:
        """Say beforehand how many bytes will come. Raises `TooLargeError`."""
        if size > self._most:
            raise TooLargeError(self._most)

    def write(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            TooLargeError: that is more than is taken in.
            StorageFullError: the disk is full.
        """
        if self.staging.size + len(data) > self._most:
            raise TooLargeError(self._most)
        self.head += data[: max(0, HEAD - len(self.head))]
        self.staging.write(data)


@contextmanager
def opened(wiring: Wiring) -> Generator[Upload]:
    """A place for the bytes of one file; left without `receive`, nothing of it stays."""
    with wiring.blobs.stage() as staging:
        yield Upload(staging, wiring.settings.most_bytes)


@contextmanager
def adopted(wiring: Wiring, file: Spooled) -> Generator[Upload]:
    """A whole file of ours as an upload; the file stays, whatever becomes of it."""
    head = file.head(HEAD)
    with wiring.blobs.adopt(file.path, file.heard) as staging:
        upload = Upload(staging, wiring.settings.most_bytes)
        upload.head = head
        yield upload


@dataclass(frozen=True)
class Receipt:
    """What became of an upload."""

    item: Item
    reply: Reply
    replayed: bool
    """Whether this is the answer to an earlier request with the same key."""


def receive(
    desk: Desk, upload: Upload, offer: Offer, claim: Claim, *, inline: Collection[Kind] = ()
) -> Receipt:
    """Make an item of the uploaded bytes, and the job to examine it.

    What is of a kind in `inline` the caller examines itself right away; the job then only
    waits in case it does not come to that. Every upload makes an item of its own, even of bytes that
    are stored already: custody is per item.

    Raises:
        RefusedError: it is no film and no photo, or the profile is for the other kind.
        UnknownProfileError: there is no profile of that name.
        DigestMismatchError: these are not the bytes that were declared.
        MissingCaseError: there is no case of that name.
        KeyReusedError: the idempotency key was used for something else.
        FullQuotaError: the tenant has stored what it may.
        StorageError: it could not be stored; nothing of it is.
    """
    kind, profile = _admitted(desk, upload, offer)
    with desk.read() as reading:
        if reply := idempotency.recall(reading, claim):  # Spares a second copy of the blob.
            return _replayed(reading, reply)
    quota.check(desk, upload.staging.size)
    blob = upload.staging.commit(offer.digest)
    item = Item(
        id=new_id("ev"),
        digest=blob.digest,
        size=blob.size,
        name=offer.name,
        kind=kind,
        profile=profile,
        expected=slips.held_against(desk, offer.case_id, offer.expected),
        received_at=desk.now(),
        sent_by=desk.caller.sender,
    )
    job = Job(desk.caller.tenant, item.id, batch=offer.batch)
    fetched = {"origin": " -> ".join(offer.origin)} if offer.origin else {}
    return _noted(desk, item, job, claim, after=INLINE_GRACE if kind in inline else ZERO, fetched=fetched)


def receive_again(
    desk: Desk, source: Item, offer: Offer, claim: Claim, *, inline: Collection[Kind] = ()
) -> Receipt:
    """Make another item of bytes that are here already, to be held against something else.

    Raises:
        RefusedError, UnknownProfileError, MissingCaseError, KeyReusedError: as `receive`.
        MissingItemError: the source was removed meanwhile.
    """
    item = Item(
        id=new_id("ev"),
        digest=source.digest,
        size=source.size,
        name=source.name,
        kind=source.kind,
        profile=fitting(source.kind, offer.profile),
        expected=slips.held_against(desk, offer.case_id, offer.expected),
        received_at=desk.now(),
        sent_by=desk.caller.sender,
    )
    job = Job(desk.caller.tenant, item.id, batch=offer.batch)
    after = INLINE_GRACE if item.kind in inline else ZERO
    return _noted(desk, item, job, claim, after=after, source=source)


def _admitted(desk: Desk, upload: Upload, offer: Offer) -> tuple[Kind, str]:
    """Kind and profile; a file that is turned away leaves a note of the attempt."""
    found = upload.staging.digest
    if offer.digest not in {None, found}:
        _turned_away(desk, upload, "digest_mismatch")
        raise DigestMismatchError(offer.digest or "", found)
    try:
        return chosen(upload.head, offer.profile, whole=upload.staging.size <= HEAD)
    except RefusedError as refused:
        _turned_away(desk, upload, refused.code)
        raise


def _noted(
    desk: Desk,
    item: Item,
    job: Job,
    claim: Claim,
    *,
    after: timedelta,
    fetched: Mapping[str, str] = {},
    source: Item | None = None,
) -> Receipt:
    """Item, hold on its blob, ledger entries, job and answer, all at once."""
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return _replayed(unit, reply)
        if source is not None:
            desk.note(unit, find(unit, source.id)[0].stream, "evidence.reused", {"item": item.id})
        hold(desk.blobs, unit, item.digest)
        unit.add(KIND, item.id, item.body(), facets=item.facets)
        detail = {"digest": item.digest, "size": item.size, "name": item.name, "profile": item.profile}
        desk.note(unit, item.stream, "evidence.received", detail | ({"source": source.id} if source else {}))
        if fetched:
            desk.note(unit, item.stream, "evidence.fetched", fetched)
        desk.wiring.jobs.enqueue(unit, job, after=after)
        reply = Reply(201, shown(item), {"Location": links(item.id)["self"]})
        return Receipt(item, idempotency.remember(unit, claim, reply), replayed=False)


def _replayed(reading: Reading, reply: Reply) -> Receipt:
    item, _ = find(reading, reply.body["id"])
    return Receipt(item, reply, replayed=True)


def _turned_away(desk: Desk, upload: Upload, code: str) -> None:
    """Note the attempt; the bytes are gone, their hash stays."""
    detail = {"code": code, "digest": upload.staging.digest, "size": upload.staging.size}
    with desk.begin() as unit:
        desk.note(unit, "intake", "evidence.turned_away", detail)
