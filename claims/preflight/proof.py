"""Whether the evidence can carry the refusal: the film, the photos, the proof of delivery, its time."""

from __future__ import annotations

from claims.assessment import Met, Ticking
from claims.case import Case, Exhibit, ExhibitKind, Statement
from claims.naming import ROLES
from claims.preflight.looking import Looked, View, bad, clear, unseen
from claims.record.event import EventKind
from claims.record.exhibit import Role
from claims.record.parcel import Direction
from claims.vocabulary.requirement import Findings, Only, ReadyBefore, Requirement, Stated
from evidence.model import Outcome, Saying, Verdict, say


def film_unproven(view: View) -> Looked:
    """Whether the film of the opening does not meet all that the platform asks of one."""
    asked = [r.id for r in view.ruleset.requirement if _is_about_film(r)]
    found = view.judgements(asked)
    if not found:
        return unseen(say("This procedure asks nothing of a film."))
    failed = [j for j in found if j.answer is Met.NO]
    if failed:
        return bad(
            say("The film does not meet {requirement}.", requirement=failed[0].id),
            *failed[0].reasons[:1],
            evidence=[j.id for j in failed],
        )
    unsure = [j for j in found if j.answer is Met.UNSURE]
    if unsure:
        return unseen(
            say("Whether the film meets {requirement} is open.", requirement=unsure[0].id),
            *unsure[0].advice[:1],
            evidence=[j.id for j in unsure],
        )
    return clear(say("The film meets all that is asked of it."), evidence=asked)


def _is_about_film(requirement: Requirement) -> bool:
    for each in requirement.single():
        match each:
            case Findings() | Only() | ReadyBefore():
                if each.exhibit is ExhibitKind.FILM:
                    return True
            case Stated():
                if ExhibitKind.FILM in each.exhibits:
                    return True
            case _:
                pass
    return False


def film_flawed(view: View) -> Looked:
    """Whether the check of the film found it flawed."""
    films = view.case.of_kind(ExhibitKind.FILM)
    film = view.case.exhibit(view.assessment.film) if view.assessment.film else None
    if film is None:
        return unseen(say("There is no film in this case.") if not films else _SEVERAL)
    report = view.reports.get(film.digest)
    if report is None:
        return unseen(
            say("The file has not been examined yet."),
            say("Examine it; that takes about as long as the film."),
            evidence=[film.id],
        )
    if report.verdict is Verdict.FLAWED:
        return bad(say("The check of {exhibit} found it flawed.", exhibit=film.id), evidence=[film.id])
    if report.verdict is Verdict.SOUND:
        return clear(say("The check of {exhibit} found it sound.", exhibit=film.id), evidence=[film.id])
    return unseen(
        say("The check of {exhibit} left something open.", exhibit=film.id),
        say("Look at its report, and answer what it leaves to a person."),
        evidence=[film.id],
    )


_SEVERAL = say("This case has several films, and nobody has said which one shows the opening.")


def defect_unproven(view: View) -> Looked:
    """Whether nothing shows what is wrong, or only blurred photos do."""
    photos = view.case.in_role([Role.DEFECT_PHOTO, Role.COMPARISON, Role.INSPECTION_PHOTO])
    marked = [s for s in view.case.statements if s.answer == "yes" and _points(s, view.case)]
    if not photos and not marked:
        return bad(
            say("Nothing in the case shows what is wrong."),
            say("Point at the part of the film that shows it, or add a photo of the fault."),
        )
    sharp = [e for e in photos if not _blurred(e, view)]
    if photos and not sharp and not marked:
        return bad(
            say("All photos of the fault are blurred."),
            say("Take a sharp one from near."),
            evidence=[e.id for e in photos],
        )
    return clear(
        say("The case shows what is wrong."),
        evidence=[*(e.id for e in sharp), *(s.exhibit for s in marked if s.exhibit)],
    )


def _points(said: Statement, case: Case) -> bool:
    """Whether a statement points at a photo, or at a moment of a film."""
    shown = case.exhibit(said.exhibit) if said.exhibit else None
    if shown is None:
        return False
    return shown.kind is ExhibitKind.PHOTO or (shown.kind is ExhibitKind.FILM and said.when is not None)


def _blurred(exhibit: Exhibit, view: View) -> bool:
    report = view.reports.get(exhibit.digest)
    if report is None:
        return False
    found = [f.outcome for a in report.answers if a.check == "sharpness" for f in a.findings]
    return Outcome.FAIL in found


def defect_shown(view: View) -> Looked:
    """Whether the case itself holds pictures of a fault."""
    photos = view.case.in_role([Role.DEFECT_PHOTO])
    if photos:
        return bad(
            say("The case holds a photo of a fault: {exhibit}.", exhibit=photos[0].id),
            evidence=[e.id for e in photos],
        )
    return clear(say("The case holds no photo of a fault."))


def no_delivery_proof(view: View) -> Looked:
    """Whether there is no proof of delivery, or it came after the evidence period."""
    proofs = view.case.in_role([Role.DELIVERY_PROOF])
    if not proofs:
        return bad(
            say("The case holds no proof of delivery."),
            say("Ask the carrier who signed and when, and add the proof."),
        )
    due = view.happened.last(EventKind.EVIDENCE_DUE)
    if due and all((e.captured_at or e.added_at) > due.at for e in proofs):
        return bad(
            say("The proof of delivery is of a time after the evidence period."),
            evidence=[e.id for e in proofs],
        )
    parcel = view.case.parcel(Direction.OUTBOUND)
    if parcel is None or not (parcel.signed_by.strip() and parcel.signed_at):
        return unseen(
            say("The case does not say who signed for the parcel, and when."),
            say("Write both into the case, as the proof shows them."),
            evidence=[e.id for e in proofs],
        )
    return clear(
        say("{name} signed for it, and the proof is in the case.", name=parcel.signed_by),
        evidence=[e.id for e in proofs],
    )


def no_exhibit(view: View) -> Looked:
    """Whether none of the named kinds of evidence is there."""
    shown = view.case.in_role(view.roles)
    if shown:
        return clear(
            say("It is in the case: {exhibit}.", exhibit=shown[0].id), evidence=[e.id for e in shown]
        )
    wanted = ROLES[view.roles[0]] if view.roles else say("evidence")
    return bad(
        say("The case holds no such evidence: {what}.", what=wanted),
        say("Add it to the case in this role: {what}.", what=wanted),
    )


def no_pack_film(view: View) -> Looked:
    """Whether nothing shows how it was packed; that proves nothing against us, and nothing for us."""
    shown = view.case.in_role([Role.PACK_FILM, Role.WEIGHT_PHOTO])
    if shown:
        return clear(
            say("It is in the case: {exhibit}.", exhibit=shown[0].id), evidence=[e.id for e in shown]
        )
    return unseen(
        say("Nothing in the case shows how it was packed."),
        say("Add the film of the packing, or the photo on the scale, if there is one."),
    )


# time


def evidence_late(view: View) -> Looked:
    """Whether the period for handing in evidence is over."""
    return _late(view, waiting=say("The platform has not asked for evidence, as far as the case knows."))


def reply_late(view: View) -> Looked:
    """Whether we answered too late."""
    return _late(view, waiting=say("No such period has started, as far as the case knows."))


def _late(view: View, *, waiting: Saying) -> Looked:
    clocks = view.countdowns()
    late = next((c for c in clocks if c.state is Ticking.LATE), None)
    if late:
        return bad(late.reason, *filter(None, [late.advice]), evidence=[late.name])
    unknown = next((c for c in clocks if c.state is Ticking.UNKNOWN), None)
    if unknown:
        return unseen(unknown.reason, *filter(None, [unknown.advice]), evidence=[unknown.name])
    running = [c for c in clocks if c.state in {Ticking.RUNNING, Ticking.MET, Ticking.PAUSED}]
    if running:
        return clear(running[0].reason, evidence=[c.name for c in running])
    return clear(waiting)
