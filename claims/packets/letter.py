"""The statement to a channel: sentences that the case bears out, whole or not at all.

Which sentences there are is data (`letters.toml`). One stands only where all its values are known and its
facts hold; one whose words call somebody something stays out; where the letter is longer than the channel
takes, the least important go, and it is said which.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from claims.case import Case
from claims.language import Lang
from claims.packets import facts
from claims.packets.counting import length
from claims.packets.facts import NameOf
from claims.packets.plan import Plan
from claims.ruleset import Ruleset
from claims.scope import classify
from claims.value import Value
from claims.vocabulary.packet import Unit
from claims.vocabulary.quoted import Key, Words
from claims.vocabulary.reason import ReasonClass
from claims.vocabulary.wording import VARIABLE
from claims.words.lexicon import lexicon
from claims.words.linter import Draft, Remark, lint, steering
from claims.words.plain import found
from evidence.model import Report, Saying, say

_HAN: Final = re.compile("[\u3400-\u9fff]")
"""Chinese characters (CJK ideographs of the basic plane)."""
STAYS: Final = 100
"""The weight of a sentence without which the letter is none."""


class Sentence(Value):
    """One sentence of a statement."""

    id: Key
    weight: Annotated[int, Field(ge=0, le=STAYS)]
    text: Words
    when: tuple[Key, ...] = ()
    """Facts that have to hold."""
    own_words: bool = False
    """Whether it is the seller's own, which may be written in another language than the statement."""

    @model_validator(mode="after")
    def _asks_for_the_same_values(self) -> Self:
        mine, theirs = (set(VARIABLE.findall(text)) for text in (self.text.zh, self.text.en))
        if mine != theirs:
            raise ValueError(f"the two languages ask for different values: {sorted(mine ^ theirs)}")
        return self


class Letter(Value):
    """One kind of statement."""

    id: Key
    title: Words
    classes: tuple[ReasonClass, ...]
    """Of the reason of the claim; the letter without any is for all others."""
    sentences: tuple[Key, ...]


class Letters(Value):
    letter: tuple[Letter, ...]
    sentence: tuple[Sentence, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        known = {sentence.id for sentence in self.sentence}
        used = {name for letter in self.letter for name in letter.sentences}
        if used != known:
            raise ValueError(f"sentences that are not used or not there: {sorted(used ^ known)}")
        return self

    def of(self, base: ReasonClass | None) -> Letter:
        """The kind for a class of reasons; the general one where there is none for it."""
        mine = (letter for letter in self.letter if base in letter.classes)
        return next(mine, next(letter for letter in self.letter if not letter.classes))


@cache
def letters() -> Letters:
    """The statements that ship with the package."""
    text = resources.files("claims").joinpath("packets", "letters.toml").read_text("utf-8")
    return Letters.model_validate(tomllib.loads(text))


class Left(Value):
    """A sentence that the case bears out and that stays out all the same."""

    id: Key
    text: str
    why: Saying


class Written(Value):
    """A statement as it would be sent."""

    id: Key
    lang: Lang
    text: str
    sentences: tuple[tuple[Key, str], ...]
    """The same, sentence by sentence, each with its id."""
    length: int
    unit: Unit
    most: int | None
    """Of the channel, in that unit; None where no source tells."""
    left: tuple[Left, ...] = ()
    remarks: tuple[Remark, ...] = ()
    """What the ruleset of the case says against these words."""

    @property
    def fits(self) -> bool:
        return self.most is None or self.length <= self.most


@dataclass(frozen=True)
class _Filled:
    sentence: Sentence
    text: str


def write(
    case: Case,
    rules: Ruleset,
    reports: Mapping[str, Report],
    planned: Plan,
    name_of: NameOf,
    *,
    now: datetime,
    lang: Lang,
) -> Written:
    """The statement for the channel of `planned`; it may still be too long, see `fits`."""
    packet = planned.packet
    kind = letters().of(classify(case, rules))
    known = facts.values(case, reports, planned, name_of, lang)
    true = {*facts.facts(case, reports, planned), *facts.proven(case, reports)}
    by_id = {sentence.id: sentence for sentence in letters().sentence}
    borne_out = [
        _Filled(s, _said(s, known, lang))
        for s in (by_id[name] for name in kind.sentences)
        if set(s.when) <= true and set(VARIABLE.findall(s.text.zh)) <= set(known)
    ]
    loaded = [each for each in borne_out if _loaded(each.text)]
    foreign = [
        each for each in borne_out if each.sentence.own_words and lang == "en" and _HAN.search(each.text)
    ]
    kept = [each for each in borne_out if each not in loaded and each not in foreign]
    limits = [most for most in (packet.characters, packet.field_characters) if most is not None]
    most = min(limits, default=None)
    short = _shortened(kept, most, packet.counts, lang)
    left = [
        _left(each, say("Its words accuse somebody or lead elsewhere; say what was found."))
        for each in loaded
    ]
    left += [
        _left(
            each, say("It is written in Chinese and the statement is not; write it in English in the case.")
        )
        for each in foreign
        if each not in loaded
    ]
    left += [
        _left(each, say("The channel takes {most}, and the others matter more.", most=most or 0))
        for each in kept
        if each not in short
    ]
    text = _joined(short, lang)
    return Written(
        id=kind.id,
        lang=lang,
        text=text,
        sentences=tuple((each.sentence.id, each.text) for each in short),
        length=length(text, packet.counts),
        unit=packet.counts,
        most=most,
        left=tuple(left),
        remarks=lint(Draft(text, case, now), rules),
    )


def _said(sentence: Sentence, known: Mapping[str, str], lang: Lang) -> str:
    return VARIABLE.sub(lambda name: known[name[1]], sentence.text.of(lang))


def _loaded(text: str) -> bool:
    words = lexicon()
    return bool(found(text, (*words.abuse, *words.accusations)) or steering(text))


def _shortened(kept: Sequence[_Filled], most: int | None, unit: Unit, lang: Lang) -> list[_Filled]:
    """Without the sentences that matter least, the later of two alike, until the rest fits."""
    left = list(kept)
    while most is not None and length(_joined(left, lang), unit) > most:
        spare = [each for each in left if each.sentence.weight < STAYS]
        if not spare:
            return left
        left.remove(min(reversed(spare), key=lambda each: each.sentence.weight))
    return left


def _joined(kept: Iterable[_Filled], lang: Lang) -> str:
    return (" " if lang == "en" else "").join(each.text for each in kept)


def _left(each: _Filled, why: Saying) -> Left:
    return Left(id=each.sentence.id, text=each.text, why=why)
