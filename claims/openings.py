"""Films of an opening under one waybill: a parcel is opened for the first time only once.

A film that came later than another case's film of the same waybill may have been made again after the parcel
was opened; or a number was mistyped, or one return has two claims. None of that can be told from here. So the
later film is held back until a person has looked: the earlier one and its case are named, in a notice under
every ruleset, and where a ruleset demands one film for one waybill that demand is left open. The same footage
in two cases is not a second opening; `claims.reuse` tells of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from claims.assessment import Notice
from claims.case import Exhibit
from claims.value import Id, Value
from evidence.model import Digest, Grade, Saying, Utc, rfc3339, say

CODE: Final = "duplicate.waybill"


class Opening(Value):
    """A film in another case that has the same waybill."""

    case: Id
    evidence_id: str
    digest: Digest
    added_at: Utc


def before(film: Exhibit | None, openings: Sequence[Opening]) -> tuple[Opening, ...]:
    """Those that were there before `film` and have other bytes, the first one first."""
    if film is None:
        return ()
    earlier = [each for each in openings if each.added_at < film.added_at and each.digest != film.digest]
    return tuple(sorted(earlier, key=lambda each: (each.added_at, each.case)))


def told(opening: Opening) -> Saying:
    return say(
        "Case {case} has had another film for this waybill since {when}.",
        case=opening.case,
        when=rfc3339(opening.added_at),
    )


def advised() -> Saying:
    return say(
        "Compare the two films: the first opening counts. Keep the other one as a document, "
        "or mend the waybill of the case where it is wrong."
    )


def noticed(film: Exhibit | None, openings: Sequence[Opening]) -> Iterator[Notice]:
    """One for each earlier film, beside the film of the opening."""
    if film is None:
        return
    for opening in before(film, openings):
        yield Notice(
            exhibit=film.id,
            digest=film.digest,
            code=CODE,
            grade=Grade.UNSURE,
            evidence_id=opening.evidence_id,
            cases=(opening.case,),
            sent_at=opening.added_at,
            reason=told(opening),
            advice=advised(),
        )
