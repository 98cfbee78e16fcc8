"""An item of evidence as it is stored: what was sent, what is asked of it, how far it has come."""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from api.errors import MissingItemError
from api.search_words import words_of
from evidence.model import Digest, Expectation, Saying, Utc, Verdict
from evidence.timeline import Instant
from storage.rows import Reading, Row

if TYPE_CHECKING:
    from api.caller import Caller

KIND = "evidence"
WORD = "word:"
"""Facets of that beginning say by which words an item is found; a facet has one value, so each is its own."""


_OURS = {"starts", "faults", "refusal", "codes", "container", "sent_by"}
"""What is not told, or told otherwise."""


class State(StrEnum):
    """How far an item has come; the last three are final."""

    RECEIVED = "received"
    EXAMINING = "examining"
    REPORTED = "reported"
    REFUSED = "refused"
    """The file cannot be examined; why is said."""
    UNVERIFIABLE = "unverifiable"
    """The examination broke each time; we cannot tell."""

    @property
    def final(self) -> bool:
        return self in {State.REPORTED, State.REFUSED, State.UNVERIFIABLE}


class Refusal(BaseModel):
    """Why no report can be given."""

    model_config = ConfigDict(frozen=True)

    code: str
    says: Saying


class Standing(StrEnum):
    """What people look for: how far the check has come, or what it said."""

    CHECKING = "checking"
    STOPPED = "stopped"
    """Refused, or examined in vain: there is no report."""
    SOUND = "sound"
    FLAWED = "flawed"
    REVIEW = "review"


class CaseRef(BaseModel):
    """A case of which an item is an exhibit, by what it is found by."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    order_number: str = ""
    tracking_number: str = ""
    skus: tuple[str, ...] = ()


class Item(BaseModel):
    """The body of a row of kind `evidence`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    digest: Digest
    size: int
    """Bytes."""
    name: str
    """What the sender called the file: data, never a path."""
    kind: Literal["video", "photo"]
    profile: str
    expected: Expectation = Expectation()
    received_at: Utc
    state: State = State.RECEIVED
    verdict: Verdict | None = None
    finished_at: Utc | None = None
    refusal: Refusal | None = None
    starts: int = 0
    """How often an examination was begun."""
    faults: int = 0
    """How often it broke."""
    cases: tuple[CaseRef, ...] = ()
    """Where it is an exhibit, in the order of its coming there."""
    codes: tuple[str, ...] = ()
    """What was read from labels in it."""
    sent_by: str = ""
    """Whose it is, see `Caller.sender`; empty where that was not noted."""
    container: str = ""
    """The format of the file, as the check found it; empty where it has not looked."""
    still: str = ""
    """Digest of the picture that stands for it in a list; empty where there is none."""

    @property
    def stream(self) -> str:
        """Its ledger stream."""
        return stream_of(self.id)

    @property
    def facets(self) -> dict[str, str]:
        found = {f"{WORD}{word}": "" for word in self._words}
        return {
            "digest": self.digest,
            "state": self.state.value,
            "standing": self.standing.value,
            **found,
        }

    @property
    def standing(self) -> Standing:
        if not self.state.final:
            return Standing.CHECKING
        return Standing(self.verdict.value) if self.verdict else Standing.STOPPED

    @property
    def _words(self) -> tuple[str, ...]:
        """By what it is found: its own numbers and those of its cases, codes in it, names."""
        own = (self.expected.order_number or "", self.expected.tracking_number or "", self.id)
        of_cases = (n for case in self.cases for n in (case.order_number, case.tracking_number, case.id))
        skus = (sku for case in self.cases for sku in case.skus)
        return words_of((self.name,), (*own, *of_cases, *self.codes, *skus))

    def body(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


class Progress(BaseModel):
    """The body of a row of kind `progress`: how far a running examination is."""

    model_config = ConfigDict(frozen=True)

    share: float | None = None
    """From 0 to 1; None where the file does not say how long it is."""
    at: Instant = timedelta(0)
    """Presentation time of the last frame seen."""


def stream_of(item_id: str) -> str:
    return f"evidence/{item_id}"


def new_id(prefix: str) -> str:
    """A name that nobody can guess, e.g. `ev_9f2c…`."""
    return f"{prefix}_{secrets.token_hex(10)}"


def item_of(row: Row) -> Item:
    return Item.model_validate(row.body)


def find(reading: Reading, item_id: str) -> tuple[Item, Row]:
    """The item of that id and its row.

    Raises:
        MissingItemError: there is none.
    """
    row = reading.get(KIND, item_id)
    if row is None:
        raise MissingItemError(item_id)
    return item_of(row), row


def of_caller(reading: Reading, item_id: str, caller: Caller) -> Item:
    """The item, if that caller may know of it. Raises `MissingItemError`."""
    found, _ = find(reading, item_id)
    if caller.sees_own_only and found.sent_by != caller.sender:
        raise MissingItemError(item_id)
    return found


def links(item_id: str) -> dict[str, str]:
    """Where the item is found."""
    own = f"/v1/evidence/{item_id}"
    return {
        "self": own,
        "report": f"{own}/report",
        "original": f"{own}/original",
        "events": f"{own}/events",
        "confirmations": f"{own}/confirmations",
    }


def shown(item: Item, *, own_only: bool = False) -> dict[str, Any]:
    """The item as the outside sees it; `own_only` leaves out the cases, which are not the sender's."""
    body = item.model_dump(mode="json", exclude=_OURS, exclude_none=True)
    if item.refusal is not None:
        body["refusal"] = {"code": item.refusal.code, "text": str(item.refusal.says)}
    return {**body, **({"cases": []} if own_only else {}), "links": links(item.id)}
