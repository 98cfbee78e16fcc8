"""A plain form that a browser sent: its fields, its own key, who sent it, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from fastapi import Request
from pydantic import ValidationError

from api.caller import Caller
from api.errors import ApiError
from api.idempotency import Claim, checked, fingerprint
from api.misfits import BadFormError
from api.words import Words
from claims.change import UnfitError
from claims.chat import ChatError
from claims.chat.moments import moment_of
from evidence.model import Saying, say

MOST_SENT: Final = 65_536
"""Bytes of a form: the longest text of a case, four bytes a letter, fits."""
MOST_FIELDS: Final = 300
"""Fields of a form: one for each exhibit of a large case, and some more."""
BY: Final = "by"
"""The field for the name of whoever gives their word; nobody who is signed in is asked for it."""
_UNREADABLE: Final = say("Write the time as 2026-11-20 10:03.")
_TOO_LONG: Final = say("This is too long; write less.")
_ODD: Final = say("This is not as it should be; look at it again.")


@dataclass(frozen=True)
class Form(Mapping[str, str]):
    """Fields by name, without the blanks around them; of one that came several times the last."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def __getitem__(self, name: str) -> str:
        return self.fields[name][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def one(self, name: str) -> str:
        """The field; empty where it was not sent."""
        return self.get(name, "")

    def every(self, name: str) -> tuple[str, ...]:
        """What was chosen or written in the fields of that name."""
        return tuple(each for each in self.fields.get(name, ()) if each)

    def moment(self, name: str, zone: str, otherwise: datetime | None = None) -> datetime:
        """The moment in that field, on the clocks of `zone` where it names no other.

        `otherwise` where nothing was written.

        Raises:
            WrongError: it cannot be read.
        """
        written = self.one(name)
        if not written and otherwise is not None:
            return otherwise
        found = moment_of(written, zone)
        if found is None:
            raise WrongError({name: _UNREADABLE})
        return found

    def claim(self, request: Request, **more: str) -> Claim:
        """Its claim to be done once, however often it is pressed. Raises `BadKeyError`."""
        asked = {name: values for name, values in self.fields.items() if name != "key"} | more
        return Claim(checked(self.one("key") or None), f"POST {request.url.path}", fingerprint(**asked))


NO_FORM: Final = Form()
"""Nothing was sent, or nothing that can be read."""


def read(body: bytes, caller: Caller) -> Form:
    """The form of that body; who is signed in is named by the session, whatever stands in the form.

    Raises:
        BadFormError: it is none, or has more fields than any of ours.
    """
    try:
        sent = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise BadFormError from error
    fields = {name: tuple(map(_tidied, values)) for name, values in sent.items()}
    return Form(fields | {BY: (caller.shown,)} if caller.shown else fields)


def _tidied(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


@dataclass(frozen=True)
class Retry:
    """A form that could not be taken: what was sent in it, and beside which field something is wrong."""

    form: str = ""
    """Which form of the page; empty where none was sent."""
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    troubles: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sentences by field; that of the form as a whole has an empty name."""

    def value(self, form: str, name: str, otherwise: str = "") -> str:
        """What was written in that field, so that nobody writes it twice."""
        return self.values.get(name, "") if form == self.form else otherwise

    def trouble(self, form: str, name: str = "") -> str:
        return self.troubles.get(name, "") if form == self.form else ""


NOTHING: Final = Retry()
"""Nothing was sent before."""


class WrongError(ValueError):
    """Fields that cannot be taken as they are, with why; `""` speaks of the form as a whole."""

    def __init__(self, troubles: Mapping[str, Saying]) -> None:
        super().__init__(", ".join(troubles))
        self.troubles = troubles

    def told(self, words: Words) -> dict[str, str]:
        return {name: words.say(says) for name, says in self.troubles.items()}


def wrong_of(error: ValidationError, names: Mapping[str, str] | None = None) -> WrongError:
    """The same, beside the fields; `names` says which field a part of the value came from."""
    found: dict[str, Saying] = {}
    for each in error.errors(include_url=False, include_input=False):
        part = str(each["loc"][0]) if each["loc"] else ""
        long = each["type"] == "string_too_long"
        found.setdefault((names or {}).get(part, part), _TOO_LONG if long else _ODD)
    return WrongError(found)


def troubles_of(error: Exception, told: Words, names: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """What is wrong, by field, for one of `TROUBLES`; `names` as for `wrong_of`."""
    match error:
        case ValidationError():
            return wrong_of(error, names).told(told)
        case WrongError():
            return error.told(told)
        case ChatError():
            return {"text": told.say(error.says)}
        case UnfitError() | ApiError():
            return {"": told.say(error.says)}
        case _:
            raise error


TROUBLES: Final = (ValidationError, WrongError, ChatError, UnfitError, ApiError)
"""What can be wrong with a form: its page comes back with it, and all that was written stays."""


def local(at: datetime, zone: str) -> str:
    """A moment as a field for date and time wants it."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
