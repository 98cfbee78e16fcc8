"""The same footage in another case: what is told of it, and that it decides nothing.

A file may back two claims by mistake, with good reason, or to deceive; which of these it is, no
comparison can tell. So it is a notice beside the requirements: it names the other file and its
cases, says how sure that is, and what to do next. No requirement and no readiness hang on it. Two
uploads of a film into one case are nothing to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict

from claims.assessment import Notice
from claims.case import Case, Exhibit
from evidence.model import Grade, Saying, Utc, rfc3339, say
from evidence.timeline import Span

CODES: Final = {
    Grade.CERTAIN: "duplicate.exact",
    Grade.STRONG: "duplicate.footage",
    Grade.UNSURE: "duplicate.likeness",
}


class Reuse(BaseModel):
    """A file that was sent earlier and shows what an exhibit shows, or seems to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence_id: str
    """Of the earlier file."""
    sent_at: Utc
    cases: tuple[str, ...]
    """The ids of the cases that have it, in the order in which it came into them."""
    grade: Grade
    pictures: int = 0
    """Key pictures that look alike; 0 where the bytes are the same."""
    here: Span | None = None
    there: Span | None = None
    """From the first to the last of them, in the time of the exhibit and of the earlier file."""

    @property
    def code(self) -> str:
        return CODES[self.grade]


def notices(case: Case, reuses: Mapping[str, Sequence[Reuse]]) -> Iterator[Notice]:
    """What is told of the exhibits whose footage is in another case as well; `reuses` by their digests."""
    for exhibit in case.exhibits:
        for reuse in reuses.get(exhibit.digest, ()):
            others = tuple(other for other in reuse.cases if other != case.id)
            if others:
                yield _notice(exhibit, reuse, others)


def told(reuse: Reuse, cases: Sequence[str]) -> Saying:
    """How sure it is that the footage was sent before, when, and into which `cases`; neutral."""
    values = {"when": rfc3339(reuse.sent_at), "cases": ", ".join(cases), "count": reuse.pictures}
    match reuse.grade, bool(cases):
        case Grade.CERTAIN, True:
            return say("The same file, byte for byte, was sent at {when} and is in case {cases}.", **values)
        case Grade.CERTAIN, False:
            return say(
                "The same file, byte for byte, was also sent at {when}; no other case has it.", **values
            )
        case Grade.STRONG, True:
            return say(
                "{count} key pictures of this film come in the same order in a film that was sent at {when} "
                "and is in case {cases}.",
                **values,
            )
        case Grade.STRONG, False:
            return say(
                "{count} key pictures of this film come in the same order in a film that was sent at {when}; "
                "no other case has it.",
                **values,
            )
        case _, True:
            return say("This looks like a file that was sent at {when} and is in case {cases}.", **values)
        case _, False:
            return say(
                "This looks like a file that was sent at {when}; no other case has that one.", **values
            )


def advised(reuse: Reuse, cases: Sequence[str]) -> Saying:
    """What to do next."""
    if not cases:
        return say("Nothing has to be done about this.")
    if reuse.grade is Grade.UNSURE:
        return say(
            "Compare the two: different parcels on one table can look alike, and then nothing has to be done."
        )
    return say(
        "See whether this is the right file for this return; if it belongs to both cases, say so in the case."
    )


def _notice(exhibit: Exhibit, reuse: Reuse, others: tuple[str, ...]) -> Notice:
    return Notice(
        exhibit=exhibit.id,
        digest=exhibit.digest,
        code=reuse.code,
        grade=reuse.grade,
        evidence_id=reuse.evidence_id,
        cases=others,
        sent_at=reuse.sent_at,
        here=reuse.here,
        there=reuse.there,
        reason=told(reuse, others),
        advice=advised(reuse, others),
    )
