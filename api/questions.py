"""What `/v1/validate` is asked as JSON: about a file that is here already, or one that is to be fetched."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from api import fetching, idempotency, item, slips
from api.errors import MalformedError
from api.form import hex_digest, plain_name
from api.glance import Kind
from api.idempotency import Claim, Reply, fingerprint
from api.intake import Offer, Receipt, opened, receive, receive_again
from api.item import Item
from evidence.model import Expectation, say

if TYPE_CHECKING:
    from api.desk import Desk

MOST: Final = 100
"""Questions of one batch."""


class Question(BaseModel):
    """Which file, and what it is held against."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence_id: str | None = Field(
        default=None,
        max_length=64,
        description="A file that was sent before. With another `profile` or `expect` than it was examined "
        "with, another item is made of its bytes.",
        examples=["ev_3f9c2a7b1d5e8f604c21"],
    )
    url: str | None = Field(
        default=None,
        max_length=fetching.MOST_URL,
        description="`https://…` on a host, or `s3://bucket/key` in a bucket, listed for your tenant.",
        examples=["s3://films/2026/11/PO-17.mp4"],
    )
    profile: str | None = Field(default=None, max_length=64, examples=["unboxing"])
    expect: Expectation | None = None
    case_id: str | None = Field(default=None, max_length=64, description="As in the form.")
    sha256: str | None = Field(
        default=None,
        max_length=71,
        description="What a fetched file hashes to; other bytes are not taken in.",
    )

    @model_validator(mode="after")
    def _names_one_file(self) -> Question:
        if (self.evidence_id is None) == (self.url is None):
            message = "name one file, by evidence_id or by url"
            raise ValueError(message)
        return self

    def claim(self, key: str | None, operation: str) -> Claim:
        """Its claim to be answered once; of an address that holds no more than a hash."""
        return Claim(key, operation, fingerprint(**self.model_dump(mode="json", exclude_none=True)))


_ONE: Final = TypeAdapter(Question)
_SEVERAL: Final = TypeAdapter(Annotated[list[Question], Field(min_length=1, max_length=MOST)])


def question(text: bytes) -> Question:
    """The question in a JSON body. Raises `MalformedError`."""
    try:
        return _ONE.validate_json(text)
    except ValidationError as error:
        raise _unread(error) from None


def several(text: bytes) -> list[Question]:
    """The questions of a batch, in a JSON body. Raises `MalformedError`."""
    try:
        return _SEVERAL.validate_json(text)
    except ValidationError as error:
        raise _unread(error) from None


def bind(desk: Desk, claim: Claim) -> None:
    """Bind the key to what was asked, where the answer is not the same each time.

    Raises:
        KeyReusedError: it was used for something else.
    """
    if claim.key is None:
        return
    with desk.begin() as unit:
        if idempotency.recall(unit, claim) is None:
            idempotency.remember(unit, claim, Reply(202, {}))


def take(
    desk: Desk,
    asked: Question,
    claim: Claim,
    *,
    until: float | None = None,
    inline: Collection[Kind] = (),
    batch: bool = False,
) -> Receipt | Item:
    """The item that is asked about, or the receipt of one that was made for the question.

    What is fetched has to be here by `until` on the monotonic clock, or in the time that the settings allow.

    Raises:
        MissingItemError, MissingCaseError, UnknownProfileError: there is none of that name.
        KeyReusedError: the idempotency key was used for something else.
        MalformedError, FetchError, TooLargeError: as `fetching.fetch`.
        RefusedError, DigestMismatchError, StorageError: as `intake.receive`.
    """
    if asked.url is None:
        return _here(desk, asked, claim, inline=inline, batch=batch)
    with desk.read() as reading:
        if reply := idempotency.recall(reading, claim):  # Spares fetching it again.
            return Receipt(item.find(reading, reply.body["id"])[0], reply, replayed=True)
    declared = hex_digest(asked.sha256) if asked.sha256 else None
    latest = time.monotonic() + desk.wiring.settings.fetch_seconds
    with opened(desk.wiring) as upload:
        origin = fetching.fetch(desk, asked.url, upload, until=until or latest)
        offer = Offer(
            name=plain_name(fetching.name_in(asked.url)),
            profile=asked.profile,
            expected=asked.expect or Expectation(),
            digest=declared,
            batch=batch,
            case_id=asked.case_id,
            origin=origin,
        )
        return receive(desk, upload, offer, claim, inline=inline)


def _here(
    desk: Desk, asked: Question, claim: Claim, *, inline: Collection[Kind], batch: bool
) -> Receipt | Item:
    with desk.read() as reading:
        found = item.of_caller(reading, asked.evidence_id or "", desk.caller)
        if reply := idempotency.recall(reading, claim):
            made = reply.body.get("id")
            return Receipt(item.find(reading, made)[0], reply, replayed=True) if made else found
    said = asked.expect
    wanted = slips.held_against(desk, asked.case_id, found.expected if said is None else said)
    if asked.profile in {None, found.profile} and wanted == found.expected:
        bind(desk, claim)
        return found
    offer = Offer(
        name=found.name,
        profile=asked.profile or found.profile,
        expected=wanted,
        case_id=asked.case_id,
        batch=batch,
    )
    return receive_again(desk, found, offer, claim, inline=inline)


def _unread(error: ValidationError) -> MalformedError:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    what = first["msg"].removeprefix("Value error, ")
    return MalformedError(
        say(
            "The question cannot be read ({what}); send a JSON object with evidence_id or url, "
            "or the file itself as a form.",
            what=(f"{where}: {what}" if where else what)[:300],
        )
    )
