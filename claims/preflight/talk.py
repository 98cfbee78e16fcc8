"""What the chat, the promises and the listing can say against us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from claims.case import Message, Promise, Speaker, Tag
from claims.preflight.looking import Looked, View, bad, clear, unseen
from claims.record.exhibit import Role
from claims.record.promise import Where
from claims.words.lexicon import lexicon
from claims.words.linter import repeated, says_nothing, steering
from claims.words.plain import found
from claims.words.promising import proposals
from evidence.model import Saying, say

_NO_CHAT: Final = say("The case holds no chat.")
_IMPORT: Final = say("Import the chat record: JSON, CSV, or copied text.")
_AGAIN: Final = timedelta(days=7)
"""How close together two equal answers look like a machine's."""


def abusive_words(view: View) -> Looked:
    """Whether any of our messages abuses the buyer."""
    if not view.case.messages:
        return unseen(_NO_CHAT, _IMPORT)
    for message in view.said_by_us():
        words = found(message.text, lexicon().abuse)
        if words:
            return bad(
                say("Message {message} says “{words}”.", message=message.id, words=", ".join(words[:3])),
                say("Apologise for it to the buyer; it cannot be taken back."),
                evidence=[message.id],
            )
    return clear(say("No message of ours holds a word of abuse that is known here."))


def words_steer_away(view: View) -> Looked:
    """Whether any of our messages leads the buyer elsewhere."""
    if not view.case.messages:
        return unseen(_NO_CHAT, _IMPORT)
    for message in view.said_by_us():
        words = steering(message.text)
        if words:
            return bad(
                say(
                    "Message {message} leads the buyer away from the platform: {words}.",
                    message=message.id,
                    words=", ".join(words[:3]),
                ),
                evidence=[message.id],
            )
    return clear(say("No message of ours leads the buyer away from the platform."))


def repeated_replies(view: View) -> Looked:
    """Whether the same answer was sent again and again."""
    ours = view.said_by_us()
    if not view.case.messages:
        return unseen(_NO_CHAT, _IMPORT)
    for n, message in enumerate(ours):
        earlier = [m for m in ours[:n] if message.at - m.at <= _AGAIN]
        same = repeated(message.text, earlier)
        if same:
            return bad(
                say("Messages {one} and {other} say the same.", one=same.id, other=message.id),
                say("Answer what the buyer asked since then."),
                evidence=[same.id, message.id],
            )
    return clear(say("No answer of ours was sent twice."))


def no_solution(view: View) -> Looked:
    """Whether the buyer asked and got no solution."""
    ours = view.said_by_us()
    if not view.case.messages:
        return unseen(_NO_CHAT, _IMPORT)
    if any(Tag.SOLUTION in m.tags for m in ours):
        given = next(m for m in ours if Tag.SOLUTION in m.tags)
        return clear(say("Message {message} holds a solution.", message=given.id), evidence=[given.id])
    if not any(m.speaker is Speaker.BUYER for m in view.case.messages):
        return clear(say("The buyer wrote nothing that waits for an answer."))
    if all(says_nothing(m.text) for m in ours):
        return bad(
            say("The buyer wrote, and no message of ours says more than a greeting."),
            say("Give a solution before you go on."),
        )
    return unseen(
        say("No message of ours is marked as a solution."),
        say("Mark the message that holds the solution, or give one."),
    )


def chat_missing(view: View) -> Looked:
    """Whether there is no record of what was said."""
    exports = view.case.in_role([Role.CHAT_EXPORT])
    if view.case.messages or exports:
        return clear(say("The chat is in the case."), evidence=[e.id for e in exports])
    return bad(_NO_CHAT, _IMPORT)


# promises


def promise_broken_chat(view: View) -> Looked:
    """A promise of the chat that was not kept."""
    broken = _broken(view, Where.CHAT)
    loose = next(_unwritten(view), None)
    if broken.applies is not False or loose is None:
        return broken
    return unseen(
        say("Message {message} may promise something that nobody has written down.", message=loose.id),
        say("Write the promise into the case, or say that it is none."),
        evidence=[loose.id],
    )


def promise_broken_listing(view: View) -> Looked:
    """A promise of the listing that was not kept."""
    return _broken(view, Where.LISTING)


def promise_broken_refund_note(view: View) -> Looked:
    """A promise of a refund note that was not kept."""
    return _broken(view, Where.REFUND_NOTE)


_PLACES: Final[Mapping[Where, Saying]] = {
    Where.CHAT: say("the chat"),
    Where.LISTING: say("the listing"),
    Where.REFUND_NOTE: say("a refund note"),
}


def _broken(view: View, where: Where) -> Looked:
    for promise in view.case.promises:
        if promise.where is where and _is_broken(promise, view):
            return bad(
                say(
                    "Promise {promise} of {place} was not kept in time: {what}",
                    promise=promise.id,
                    place=_PLACES[where],
                    what=promise.what[:200],
                ),
                say("Keep it and record that, before anything is sent."),
                evidence=[promise.id],
            )
    undated = [p for p in view.case.promises if p.where is where and p.kept_at is None and p.due_at is None]
    if undated:
        return unseen(
            say("Promise {promise} has no date and is not recorded as kept.", promise=undated[0].id),
            say("Keep it, and record that it was kept."),
            evidence=[undated[0].id],
        )
    return clear(say("No promise of {place} that the case holds was broken.", place=_PLACES[where]))


def _is_broken(promise: Promise, view: View) -> bool:
    if promise.due_at is None:
        return False
    return (promise.kept_at or view.now) > promise.due_at


def _unwritten(view: View) -> Iterator[Message]:
    """Messages of ours that may promise something, and that no promise of the case names."""
    written = {promise.message for promise in view.case.promises}
    for message in view.said_by_us():
        if message.id not in written and proposals(message.text, message.at, view.case.zone):
            yield message


def listing_superlatives(view: View) -> Looked:
    """Whether the listing uses words that the law on advertising bars."""
    text = view.case.terms.listing
    if not text.strip():
        return unseen(
            say("The case does not hold the words of the listing."),
            say("Copy the listing into the case, as it was when the order was placed."),
        )
    words = found(text, lexicon().superlatives)
    if words:
        return bad(say("The listing says “{words}”.", words=", ".join(words[:3])))
    return clear(say("The listing holds none of the superlatives that are known here."))
