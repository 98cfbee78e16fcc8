"""What a case looks like before somebody acts: pre-flight, ways to settle, a text that may be sent."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from api import cases
from api.cases import Dossier
from api.errors import UnknownTemplateError
from claims.case import Case
from claims.language import Lang
from claims.outcomes import Outcomes, outcomes
from claims.preflight import Course, Intent, Preflight, preflight, view_of
from claims.preflight.lookers import look
from claims.preflight.looking import View
from claims.ruleset import RulesetError
from claims.settling import Settlement, settlement
from claims.settling.ladder import Place
from claims.tally import Coverable, Tally, Week, coverable, tally, weekly
from claims.vocabulary.freight import Leg
from claims.vocabulary.quoted import Words as Pair
from claims.vocabulary.wording import Template
from claims.words.linter import Draft, Remark, lint
from claims.words.template import fill, known
from evidence.model import Saying, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from api.desk import Desk

COURSES: Final[Mapping[Course, Saying]] = {
    Course.SETTLE: say("Settle: this cannot be won, so give the buyer what is due."),
    Course.STOP: say("Do not send it: like this it loses."),
    Course.MEND: say("Mend what speaks against it first."),
    Course.ASK: say("Nothing speaks against it yet, and not everything is answered."),
    Course.GO: say("Nothing that is known here speaks against it."),
}
"""What to do, in words."""
PLACES: Final[Mapping[Place, Saying]] = {
    Place.ACCEPTED: say("accepted"),
    Place.DECLINED: say("declined"),
    Place.OFFERED: say("offered"),
    Place.NEXT: say("offer now"),
    Place.LATER: say("after that"),
    Place.SHUT: say("not here"),
    Place.UNSURE: say("only if"),
}
"""Where a step of a ladder stands, in words."""
LEGS: Final[Mapping[Leg, Saying]] = {"out": say("to the buyer"), "return": say("back")}


def flown(desk: Desk, case_id: str, intent: Intent | None = None) -> Preflight:
    """Why what the seller is about to do would fail. Raises as `cases.gather`."""
    return preflight(_view(desk, _gathered(desk, case_id), intent))


def settled(desk: Desk, case_id: str) -> Settlement:
    """What can be offered, who pays, and on which grounds it can be refused. Raises as `cases.gather`."""
    found = _gathered(desk, case_id)
    return settlement(found.case, found.ruleset.rules, desk.now(), desk.calendars)


class Writing(BaseModel):
    """A text to the buyer: one's own, or a template with its values."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(default="", max_length=16_384)
    template: str = Field(default="", max_length=64)
    values: dict[str, str] = Field(default_factory=dict[str, str], max_length=50)
    lang: Lang = "zh"
    """Of the template."""
    proactive: bool = False
    """Whether the buyer did not ask."""
    templated: bool = False
    """Whether its reason and topic are chosen from the platform's list."""


class Warned(BaseModel):
    """Why a template may turn against its sender in this case."""

    says: Pair
    reasons: tuple[Saying, ...]


class Checked(BaseModel):
    """A text, and whether it may be sent."""

    text: str
    may_be_sent: bool
    missing: tuple[str, ...] = ()
    """Values of the template that nobody has given."""
    remarks: tuple[Remark, ...] = ()
    warnings: tuple[Warned, ...] = ()
    solution: bool = False
    """Whether the template holds a solution."""


def checked(desk: Desk, case_id: str, writing: Writing) -> Checked:
    """What is wrong with a text before it is sent.

    Raises:
        UnknownTemplateError: the ruleset has none of that name.
    """
    found = _gathered(desk, case_id)
    rules = found.ruleset.rules
    text, missing = writing.text, ()
    template: Template | None = None
    warnings: tuple[Warned, ...] = ()
    if writing.template:
        template = next((t for t in rules.template if t.id == writing.template), None)
        if template is None:
            raise UnknownTemplateError(writing.template, [t.id for t in rules.template])
        filled = fill(template, known(found.case) | writing.values, writing.lang)
        text, missing = filled.text, filled.missing
        warnings = tuple(_warnings(template, _view(desk, found, None)))
    draft = Draft(text, found.case, desk.now(), writing.proactive, writing.templated)
    remarks = lint(draft, rules)
    blocked = bool(missing) or any(r.blocks for r in remarks) or not text.strip()
    return Checked(
        text=text,
        may_be_sent=not blocked,
        missing=missing,
        remarks=remarks,
        warnings=warnings,
        solution=template.solution if template else False,
    )


def _warnings(template: Template, view: View) -> Iterator[Warned]:
    for caution in template.caution:
        seen = look(caution.look, view)
        if seen.applies:
            yield Warned(says=caution.says, reasons=seen.reasons)


class Counted(BaseModel):
    """What all cases have in common."""

    tally: Tally
    weeks: tuple[Week, ...]
    coverable: Coverable | None = None


def counted(
    desk: Desk, *, zone: str = "Asia/Shanghai", below: Decimal | None = None, currency: str = "CNY"
) -> Counted:
    """All cases, counted; with `below`, how many refunds by hand such a ceiling would have spared."""
    every = _everything(desk)
    return Counted(
        tally=tally(every),
        weeks=weekly(every, desk.now(), zone),
        coverable=None if below is None else coverable(every, below, currency),
    )


def learnt(desk: Desk, *, platform: str = "") -> Outcomes:
    """What became of refusals and appeals, and which warnings had stood; of one platform, or of all."""
    titles: dict[tuple[str, str], Pair] = {}
    for name in desk.rulebook.names():
        with suppress(RulesetError):  # one's own file that is wrong says so elsewhere
            rules = desk.rulebook.get(name).rules
            titles |= {(rules.platform, question.id): question.title for question in rules.question}
    found = (case for case in _everything(desk) if platform in {"", case.platform})
    return outcomes(found, titles)


def reasons(desk: Desk) -> dict[tuple[str, str], Pair]:
    """What the codes of the platforms' lists mean, by platform and code."""
    found: dict[tuple[str, str], Pair] = {}
    for name in desk.rulebook.names():
        with suppress(RulesetError):  # one's own file that is wrong says so elsewhere
            rules = desk.rulebook.get(name).rules
            found |= {(rules.platform, reason.id): reason.title for reason in rules.reason}
    return found


def _everything(desk: Desk) -> list[Case]:
    found: list[Case] = []
    after: str | None = None
    with desk.read() as reading:
        while True:
            page = reading.find(cases.KIND, after=after, limit=1000)
            found += [Case.model_validate(row.body["case"]) for row in page.rows]
            if (after := page.next) is None:
                return found


def _gathered(desk: Desk, case_id: str) -> Dossier:
    with desk.read() as reading:
        return cases.gather(desk, reading, case_id)


def _view(desk: Desk, found: Dossier, intent: Intent | None) -> View:
    now = desk.now()
    assessment = cases.judged(desk, found, now)
    return view_of(found.case, found.ruleset.rules, assessment, found.reports, now, intent=intent)


def templates(desk: Desk, case_id: str) -> list[Mapping[str, Any]]:
    """The templates of the ruleset, with the values that the case itself knows."""
    found = _gathered(desk, case_id)
    own = known(found.case)
    return [
        {
            **template.model_dump(mode="json"),
            "variables": template.variables,
            "known": {name: own[name] for name in template.variables if name in own},
        }
        for template in found.ruleset.rules.template
    ]
