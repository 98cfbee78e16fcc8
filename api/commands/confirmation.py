"""`sixface case faces`, `confirm` and `dispute`: a person looks at the pictures, and says what they show."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import CaseArgument, DataOption, LangOption, checked, claim, desk_of, told

if TYPE_CHECKING:
    from api.desk import Desk
    from evidence.model import Report

ExhibitOption = Annotated[
    str | None, typer.Option("--exhibit", help="The film; else the only one.", show_default=False)
]


class WordName(StrEnum):
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


def join(group: typer.Typer) -> None:
    group.command(epilog="Example: sixface case faces case_5b0f6d1c --out faces")(faces)
    group.command(epilog="Example: sixface case confirm case_5b0f6d1c confirmed --by Wang")(confirm)
    group.command(epilog='Example: sixface case dispute case_5b0f6d1c back --by Wang --note "left twice"')(
        dispute
    )


def faces(
    case: CaseArgument,
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the pictures go.")],
    exhibit: ExhibitOption = None,
    data: DataOption = None,
) -> None:
    """Write the pictures that the check proposes, one for each face, and print their digests.

    Look at them before you confirm. A face without a picture is left out.
    """
    from api import proposing, viewing  # noqa: PLC0415 - see cli
    from evidence.model import FACES  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        item, report = _film(desk, case, exhibit)
        found = proposing.proposed(report)
        out.mkdir(parents=True, exist_ok=True)
        for number, face in enumerate(FACES, start=1):
            if face in found:
                file = out / f"{number}-{face}.jpg"
                file.write_bytes(viewing.still(desk, item, found[face]))
                typer.echo(f"{face}={found[face]}  {file}")


def confirm(
    case: CaseArgument,
    answer: Annotated[WordName, typer.Argument(help="What you say after looking at the pictures.")],
    *,
    by: Annotated[str, typer.Option(help="Who says so.")],
    still: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FACE=DIGEST",
            help="The picture of one face, for each face; else those that the check proposes.",
            show_default=False,
        ),
    ] = None,
    exhibit: ExhibitOption = None,
    note: Annotated[str, typer.Option(help="Anything worth knowing.")] = "",
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Confirm or dispute that six pictures of the film show six different faces of one parcel.

    Only where the check could not tell. Look at the pictures first: sixface case faces.
    """
    from api import confirming, proposing  # noqa: PLC0415 - see cli
    from claims.confirmation import Confirmation, Word  # noqa: PLC0415 - see cli

    named: dict[str, str] = {}
    for one in still or ():
        face, _, digest = one.partition("=")
        if face in named:
            message = f"the face {face} is named twice; give one picture for each face"
            raise typer.BadParameter(message)
        named[face] = digest
    with desk_of(data) as desk:
        item, report = _film(desk, case, exhibit)
        stills = named or proposing.proposed(report)
        word = checked(Word, answer=answer.value, stills=stills, by=by, note=note)
        reply = confirming.confirm(desk, item, word, claim())
        said = checked(Confirmation, **{name: reply.body[name] for name in Confirmation.model_fields})
    words = told(lang)
    typer.echo(words.say(confirming.spoken(said, reply.body["at"])))


def dispute(
    case: CaseArgument,
    face: Annotated[str, typer.Argument(help="top, front, right, back, left or bottom.")],
    *,
    by: Annotated[str, typer.Option(help="Who says so.")],
    note: Annotated[str, typer.Option(help="Why it is not that face, or cannot be seen.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take the dispute of that face back.")] = False,
    exhibit: ExhibitOption = None,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Dispute a face that the check counted; what rests on it is open then.

    The report stays as it is. A dispute only ever takes away.
    """
    from api import confirming  # noqa: PLC0415 - see cli
    from claims.confirmation import FACE, Confirmation, Word  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        item, _ = _film(desk, case, exhibit)
        answer = "confirmed" if undo else "disputed"
        word = checked(Word, code=FACE, face=face, answer=answer, by=by, note=note)
        reply = confirming.confirm(desk, item, word, claim())
        said = checked(Confirmation, **{name: reply.body[name] for name in Confirmation.model_fields})
    typer.echo(told(lang).say(confirming.spoken(said, reply.body["at"])))


def _film(desk: Desk, case: str, exhibit: str | None) -> tuple[str, Report]:
    """The id of the film's evidence, and its report.

    Raises:
        MissingCaseError: there is no such case.
        typer.BadParameter: it is not clear which film is meant.
        NotReadyError, NoReportError: the film has no report.
    """
    from api import cases, viewing  # noqa: PLC0415 - see cli
    from claims.case import ExhibitKind  # noqa: PLC0415 - see cli
    from evidence.model import Report  # noqa: PLC0415 - see cli

    with desk.read() as reading:
        films = cases.gather(desk, reading, case).case.of_kind(ExhibitKind.FILM)
        meant = [film for film in films if exhibit in {None, film.id}]
        if len(meant) != 1:
            known = ", ".join(film.id for film in films) or "none"
            message = f"say which film of the case is meant with --exhibit; there are: {known}"
            raise typer.BadParameter(message)
        item = meant[0].evidence_id
        return item, Report.model_validate(viewing.stored_report(reading, item))
