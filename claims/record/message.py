"""One message of a chat, by whoever spoke: buyer, bot, merchant or platform."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from claims.value import Id, Line, Moment, Text, Value

MOST_MESSAGES: Final = 5000
"""Messages in one case: longer than any chat about one order, short enough to keep beside the case."""


class Speaker(StrEnum):
    BUYER = "buyer"
    BOT = "bot"
    """The merchant's or platform's machine: its words are no answer of a person."""
    MERCHANT = "merchant"
    PLATFORM = "platform"


class Tag(StrEnum):
    """What a message is, where a person or the import said so."""

    SOLUTION = "solution"
    """It holds a reasonable solution, not only a greeting."""
    PROACTIVE = "proactive"
    """The merchant began, without being asked."""
    TEMPLATED = "templated"
    """With a reason and a topic chosen from the platform's list."""
    REFUND_NOTE = "refund_note"
    """Written into the refund itself."""
    COMPLAINT = "complaint"


class Message(Value):
    """What one side said; `channel` is where: the platform's chat, mail, a messenger."""

    id: Id
    at: Moment
    speaker: Speaker
    text: Text
    channel: Line = ""
    tags: tuple[Tag, ...] = ()
