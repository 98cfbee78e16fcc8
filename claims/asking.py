"""What a requirement asks for, in words: for whoever writes a ruleset, and for whoever has to meet it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from claims.naming import EVENTS, FIELDS, GOODS, INSPECTED, KINDS, ROLES, SPEAKERS, TAGS
from claims.vocabulary.quoted import Quoted
from claims.vocabulary.requirement import (
    AnyOf,
    Chatted,
    Condition,
    Findings,
    Happened,
    Inspected,
    Only,
    ReadyBefore,
    Requirement,
    Says,
    Shows,
    Stated,
)
from evidence.model import Saying, say


def asked(requirement: Requirement) -> tuple[Saying, ...]:
    """One sentence for whom it is meant, where not for all, and one for each condition; all have to hold."""
    return (*meant_for(requirement), *(_words(each) for each in requirement.met_by))


def meant_for(entry: Quoted) -> Iterator[Saying]:
    """Which goods it is about; nothing where it is about all."""
    if entry.goods:
        yield say("Only for these goods: {goods}.", goods=either([GOODS[each] for each in entry.goods]))
    if entry.worth:
        over = f"{entry.worth.over} {entry.worth.currency}"
        yield say("Only for goods that cost more than {sum} a piece.", sum=over)


def either(parts: Sequence[Saying]) -> Saying:
    """These, with "or" between them."""
    told = parts[-1]
    for part in reversed(parts[:-1]):
        told = say("{one}, or {other}", one=part, other=told)
    return told


def _all(parts: Sequence[Saying]) -> Saying:
    told = parts[-1]
    for part in reversed(parts[:-1]):
        told = say("{one}, and {other}", one=part, other=told)
    return told


def _words(condition: Condition) -> Saying:  # noqa: C901, PLR0911 - one for each kind
    match condition:
        case Findings():
            asks = ", ".join([*condition.checks, *condition.codes, *(e.value for e in condition.elements)])
            return say("the check of the {file} passes in {asks}", file=KINDS[condition.exhibit], asks=asks)
        case Stated():
            return _stated(condition)
        case ReadyBefore():
            file, event = KINDS[condition.exhibit], EVENTS[condition.event]
            return say("the {file} is there before this: {event}", file=file, event=event)
        case Happened():
            return _happened(condition)
        case Only():
            return say("there is one {file} and no other", file=KINDS[condition.exhibit])
        case Shows():
            return _shows(condition)
        case Says():
            return say("the case says: {what}", what=_all([FIELDS[each] for each in condition.fields]))
        case Inspected():
            return _inspected(condition)
        case Chatted():
            return _chatted(condition)
        case AnyOf():
            return say("one of these is enough: {choices}", choices=either([_words(e) for e in condition.of]))
        case _:
            assert_never(condition)


def _stated(condition: Stated) -> Saying:
    if not condition.exhibits:
        return say("a person confirms it")
    files = either([KINDS[each] for each in condition.exhibits])
    return say("a person confirms it and points at what shows it ({file})", file=files)


def _happened(condition: Happened) -> Saying:
    what = either([EVENTS[each] for each in condition.event])
    if condition.after is None:
        return say("this is recorded: {event}", event=what)
    return say(
        "this is recorded: {event}; not before this: {first}", event=what, first=EVENTS[condition.after]
    )


def _shows(condition: Shows) -> Saying:
    what = either([ROLES[each] for each in condition.roles])
    if condition.at_least > 1:
        what = say("at least {count} files: {what}", count=condition.at_least, what=what)
    if condition.brought_by:
        what = say("{what}, from {who}", what=what, who=SPEAKERS[condition.brought_by])
    if condition.dated:
        what = say("{what}, with the time when it was taken", what=what)
    if condition.graded:
        what = say("{what}, with how bad the fault is", what=what)
    return say("it is in the case: {what}", what=what)


def _inspected(condition: Inspected) -> Saying:
    if not condition.answers:
        return say("somebody inspected what came back")
    what = _all([INSPECTED[each] for each in condition.answers])
    return say("somebody inspected what came back and answered: {what}", what=what)


def _chatted(condition: Chatted) -> Saying:
    told = say("the chat is in the case")
    if condition.speaker:
        told = say("the chat holds a message from {who}", who=SPEAKERS[condition.speaker])
    if condition.tag:
        told = say("{what}, marked as {tag}", what=told, tag=TAGS[condition.tag])
    return told
