"""What a form of a page sent: fields by name, and the claim by which pressing twice does once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from fastapi import Request

from api.idempotency import Claim, checked, fingerprint

MOST_SENT: Final = 64 * 1024
"""Bytes of a form: the longest text of a case, four bytes a letter, fits."""
MOST_FIELDS: Final = 300
"""Fields of a form: one for each exhibit of a large case, and some more."""


@dataclass(frozen=True)
class Form:
    """Fields as they were sent, each perhaps several times."""

    fields: dict[str, list[str]]

    def one(self, name: str) -> str:
        """The field without space around it; empty where it was not sent."""
        return self.fields.get(name, [""])[0].strip()

    def every(self, name: str) -> tuple[str, ...]:
        return tuple(self.fields.get(name, ()))

    def moment(self, name: str, zone: str, otherwise: datetime) -> datetime:
        """A day and time as a browser sends them, by the clock of `zone`; `otherwise` where none was said.

        Raises:
            ValueError: it is none.
        """
        told = self.one(name)
        if not told:
            return otherwise
        return datetime.fromisoformat(told).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    def claim(self, request: Request) -> Claim:
        """By the `key` that the form carried, for just these fields. Raises `BadKeyError`."""
        key = checked(self.one("key") or None)
        asked = {name: values for name, values in self.fields.items() if name != "key"}
        return Claim(key, f"POST {request.url.path}", fingerprint(**asked))


def read(body: bytes) -> Form:
    """The form of that body.

    Raises:
        ValueError: it is none, or larger than any that we send out.
    """
    return Form(parse_qs(body.decode(), keep_blank_values=False, max_num_fields=MOST_FIELDS))
