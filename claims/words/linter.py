"""What is wrong with a text before it is sent: which rules of the ruleset it breaks, and by which words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Final

from claims.case import Case, Message, Speaker, Tag
from claims.chronicle import Chronicle
from claims.record.decision import DecisionKind
from claims.record.event import EventKind
from claims.ruleset import Ruleset
from claims.value import Value
from claims.vocabulary.quoted import Words
from claims.vocabulary.wording import Lint, LintRule, Quota
from claims.words.lexicon import lexicon
from claims.words.plain import found, letters, pieces, plain
from claims.words.promising import proposals
from claims.words.template import blanks
from evidence.model import Saying, say

SAME: Final = 0.9
"""Share of equal letters from which on two texts say the same."""
_RECENT: Final = timedelta(days=7)
"""How far back a repetition is looked for."""
_SHORT: Final = 4
"""Letters that a text needs to say anything."""
_COMPARED: Final = 40
"""Earlier messages that a text is compared with."""


class Remark(Value):
    """One rule that a text breaks."""

    id: str
    rule: LintRule
    title: Words
    quote: str
    blocks: bool
    says: Saying
    advice: Saying
    words: tuple[str, ...] = ()
    """The words of the text that break it."""


@dataclass(frozen=True)
class Draft:
    """A text to the buyer, with what it has to be seen beside."""

    text: str
    case: Case
    now: datetime
    proactive: bool = False
    """Whether the buyer did not ask."""
    templated: bool = False
    """Whether its reason and topic are chosen from the platform's list."""


@dataclass(frozen=True)
class _Broken:
    says: Saying
    advice: Saying
    words: tuple[str, ...] = ()


def lint(draft: Draft, ruleset: Ruleset) -> tuple[Remark, ...]:
    """What the text breaks, in the order of the ruleset; empty where nothing is wrong."""
    remarks: list[Remark] = []
    for rule in ruleset.lint:
        broken = _RULES[rule.rule](draft, rule, ruleset)
        if broken:
            remarks.append(
                Remark(
                    id=rule.id,
                    rule=rule.rule,
                    title=rule.title,
                    quote=rule.quote,
                    blocks=rule.blocks,
                    says=broken.says,
                    advice=broken.advice,
                    words=broken.words,
                )
            )
    return tuple(remarks)


# leading the buyer elsewhere

_REACH: Final = (
    re.compile(r"(?<!\d)1[3-9](?:[ -]?\d){9}(?!\d)"),
    re.compile(r"(?<![\d.])\+\d(?:[ -]?\d){7,13}(?!\d)"),
    re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}"),
    re.compile(r"(?:https?://|www\.)[^\s,，。]{1,200}"),
    re.compile(r"(?<![a-z0-9])(?:vx|wx|v信|微\W?信|薇\W?信|扣扣|q\W?q)\W{0,3}[a-z0-9_-]{5,20}"),
)
"""Telephone, e-mail, address of a page, number of a messenger."""


def steering(text: str, more: Sequence[str] = ()) -> tuple[str, ...]:
    """What in a text leads elsewhere: words, numbers, addresses."""
    told = plain(text)
    told_words = found(text, (*lexicon().elsewhere, *more))
    reached = (match[0] for pattern in _REACH for match in pattern.finditer(told))
    return tuple(dict.fromkeys((*told_words, *reached)))


def _third_party(draft: Draft, rule: Lint, _: Ruleset) -> _Broken | None:
    words = steering(draft.text, rule.phrases)
    if not words:
        return None
    return _Broken(
        say("This leads the buyer away from the platform: {words}.", words=", ".join(words[:5])),
        say("Take it out; the platform punishes it."),
        words,
    )


def _abuse(draft: Draft, rule: Lint, _: Ruleset) -> _Broken | None:
    words = found(draft.text, (*lexicon().abuse, *rule.phrases))
    if not words:
        return None
    return _Broken(
        say("This is abusive: {words}.", words=", ".join(words[:5])),
        say("Take it out; an appeal with it in the chat is lost."),
        words,
    )


# saying nothing, or the same again


def says_nothing(text: str) -> bool:
    """Whether a text is nothing but a greeting."""
    greetings = sorted((letters(word) for word in lexicon().greetings), key=len, reverse=True)
    left = [letters(piece) for piece in pieces(text)]
    rest = "".join(piece for piece in left if piece not in greetings)
    for greeting in greetings:
        if len(rest) <= _SHORT:
            break
        rest = rest.removeprefix(greeting).removesuffix(greeting)
    return len(rest) < _SHORT


def _empty(draft: Draft, rule: Lint, _: Ruleset) -> _Broken | None:
    del rule
    if not says_nothing(draft.text):
        return None
    return _Broken(
        say("This says nothing but a greeting."), say("Say what will be done, by when, and what it needs.")
    )


def repeated(text: str, earlier: Sequence[Message]) -> Message | None:
    """An earlier message of the merchant that says the same; None where none does."""
    mine = letters(text)
    if len(mine) < _SHORT:
        return None
    for message in reversed(earlier[-_COMPARED:]):
        theirs = letters(message.text)
        longest = max(len(mine), len(theirs), 1)
        if min(len(mine), len(theirs)) / longest < SAME:
            continue
        matcher = SequenceMatcher(None, mine[:2000], theirs[:2000], autojunk=False)
        if mine == theirs or (matcher.quick_ratio() >= SAME and matcher.ratio() >= SAME):
            return message
    return None


def _repeat(draft: Draft, rule: Lint, _: Ruleset) -> _Broken | None:
    del rule
    earlier = [
        m
        for m in draft.case.messages
        if m.speaker is Speaker.MERCHANT and draft.now - _RECENT <= m.at <= draft.now
    ]
    same = repeated(draft.text, earlier)
    if same is None:
        return None
    return _Broken(
        say("The same was said before, in message {message}.", message=same.id),
        say("Answer what the buyer asked since then."),
    )


def _no_answer(draft: Draft, rule: Lint, _: Ruleset) -> _Broken | None:
    words = found(draft.text, (*lexicon().evasions, *rule.phrases))
    if not words:
        return None
    return _Broken(
        say("This passes the matter on: {words}.", words=", ".join(words[:5])),
        say("Offer something that you can do."),
        words,
    )


# fault and promises

_FIGHTING: Final = (EventKind.REFUSED, EventKind.APPEALED, EventKind.EVIDENCE_REQUESTED, EventKind.FILED)
_OVER: Final = (EventKind.DECIDED, EventKind.SETTLED, EventKind.REFUNDED, EventKind.REFUND_WITHDRAWN)


def appealing(case: Case, now: datetime) -> bool:
    """Whether the seller is refusing or appealing, and nothing has ended it yet."""
    happened = Chronicle(case)
    begun = [e.at for kind in _FIGHTING for e in happened.all(kind) if e.at <= now]
    begun += [d.at for d in case.decisions if d.kind in {DecisionKind.REFUSE, DecisionKind.APPEAL}]
    ended = [e.at for kind in _OVER for e in happened.all(kind) if e.at <= now]
    return bool(begun) and max(begun) >= max(ended, default=min(begun))


def _concession(draft: Draft, rule: Lint, _: Ruleset) -> _Broken | None:
    words = found(draft.text, (*lexicon().concessions, *rule.phrases))
    if not words or not appealing(draft.case, draft.now):
        return None
    return _Broken(
        say("This concedes fault while an appeal is open: {words}.", words=", ".join(words[:5])),
        say("Be sorry for the trouble, and leave out whose fault it is."),
        words,
    )


def _promise(draft: Draft, rule: Lint, _: Ruleset) -> _Broken | None:
    del rule
    made = proposals(draft.text, draft.now, draft.case.zone)
    if not made:
        return None
    words = tuple(each.text for each in made)
    return _Broken(
        say("This promises something: {words}.", words="; ".join(words[:3])),
        say("Write the promise into the case when it is sent, so that it gets a clock; or say less."),
        words,
    )


def _forbidden(draft: Draft, rule: Lint, _: Ruleset) -> _Broken | None:
    words = found(draft.text, rule.phrases)
    if not words:
        return None
    return _Broken(
        say("This may not be promised: {words}.", words=", ".join(words[:5])),
        say("Say only what you can do yourself."),
        words,
    )


def _unfilled(draft: Draft, rule: Lint, _: Ruleset) -> _Broken | None:
    words = blanks(draft.text, rule.phrases)
    if not words:
        return None
    return _Broken(
        say("Something was not filled in: {words}.", words=", ".join(words[:5])),
        say("Fill it in, or take it out."),
        words,
    )


# writing first


def _not_our_order(draft: Draft, rule: Lint, _: Ruleset) -> _Broken | None:
    del rule
    if not draft.proactive or draft.case.order_number.strip():
        return None
    return _Broken(
        say("The case names no order, and only buyers of one's own orders may be written to."),
        say("Write the order number into the case first."),
    )


def left(case: Case, quota: Quota) -> tuple[int, int]:
    """How many messages may still be sent unasked: from the list, and in one's own words.

    A buyer who answers begins a talk, and the count begins anew.
    """
    asked = max((m.at for m in case.messages if m.speaker is Speaker.BUYER), default=None)
    sent = [
        m
        for m in case.messages
        if m.speaker is Speaker.MERCHANT and Tag.PROACTIVE in m.tags and (asked is None or m.at > asked)
    ]
    templated = sum(Tag.TEMPLATED in m.tags for m in sent)
    return quota.templated - templated, quota.custom - (len(sent) - templated)


def _over_quota(draft: Draft, rule: Lint, ruleset: Ruleset) -> _Broken | None:
    del rule
    quota = next(iter(ruleset.quota), None)
    if quota is None or not draft.proactive:
        return None
    listed, own = left(draft.case, quota)
    if draft.templated:
        return None if listed > 0 else _used_up(quota)
    if listed == quota.templated and quota.templated:
        return _Broken(
            say("The first message to a buyer who did not ask needs a reason and a topic from the list."),
            say("Choose them on the platform, and send that message first."),
        )
    return None if own > 0 else _used_up(quota)


def _used_up(quota: Quota) -> _Broken:
    return _Broken(
        say(
            "Unasked one may send {templated} from the list and {custom} in one's own words; they are sent.",
            templated=quota.templated,
            custom=quota.custom,
        ),
        say("Wait until the buyer answers."),
    )


_Rule = Callable[[Draft, Lint, Ruleset], _Broken | None]
_RULES: Final[Mapping[LintRule, _Rule]] = {
    "third_party": _third_party,
    "abuse": _abuse,
    "repeat": _repeat,
    "empty": _empty,
    "no_answer": _no_answer,
    "concession": _concession,
    "promise": _promise,
    "forbidden_promise": _forbidden,
    "unfilled": _unfilled,
    "not_our_order": _not_our_order,
    "over_quota": _over_quota,
}
