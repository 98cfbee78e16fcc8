"""`sixface case …`: claims, their exhibits, and what is missing."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands import address, confirmation, counting, dealing, entering, importing, packet, sharing
from api.commands.check import ProfileName
from api.commands.options import (
    CaseArgument,
    DataOption,
    JsonOption,
    LangOption,
    checked,
    claim,
    desk_of,
    print_json,
    told,
)

if TYPE_CHECKING:
    from api.desk import Desk
    from claims.case import Case


class KindName(StrEnum):
    FILM = "film"
    PHOTO = "photo"
    DOCUMENT = "document"


class AnswerName(StrEnum):
    YES = "yes"
    NO = "no"


def join(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Open cases, add evidence, and see what is missing.",
        epilog="Example: sixface case new --order 2026112100017",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(epilog="Example: sixface case new --order 2026112100017 --reason 'Other shoes'")(new)
    group.command(epilog="Example: sixface case add case_5b0f6d1c IMG_1.MOV defect.jpg")(add)
    group.command(
        epilog="Example: sixface case event case_5b0f6d1c return_delivered --at 2026-11-21T10:15:00+08:00"
    )(event)
    group.command(
        name="state",
        epilog="Example: sixface case state case_5b0f6d1c V-04 yes --by Wang --exhibit E1 --from 3 --to 9",
    )(state_)
    group.command(name="list", epilog="Example: sixface case list")(list_)
    group.command(epilog="Example: sixface case show case_5b0f6d1c")(show)
    group.command(epilog="Example: sixface case assess case_5b0f6d1c")(assess)
    group.command(epilog="Example: sixface case dossier case_5b0f6d1c --out claim.pdf")(dossier)
    confirmation.join(group)
    dealing.join(group)
    address.join(group)
    entering.join(group)
    importing.join(group)
    counting.join(group)
    sharing.join(group)
    packet.join(group)
    app.add_typer(group, name="case")


def new(
    *,
    order: Annotated[str, typer.Option(help="Order number.")] = "",
    tracking: Annotated[str, typer.Option(help="Waybill number of the return.")] = "",
    reason: Annotated[str, typer.Option(help="What is wrong with the return, in your words.")] = "",
    ruleset: Annotated[str, typer.Option(help="What the platform asks for.")] = "tmall",
    zone: Annotated[str, typer.Option(help="Time zone by which the platform counts days.")] = "Asia/Shanghai",
    site: Annotated[str, typer.Option(help="The market, e.g. us; it names the days off.")] = "",
    shop: Annotated[str, typer.Option(help="The shop's id, where its hours and limits are kept.")] = "",
    procedure: Annotated[str, typer.Option(help="Which of the platform's procedures this is.")] = "",
    code: Annotated[str, typer.Option(help="The reason as the platform's list names it.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a case, and print its id."""
    from api import cases, drafting  # noqa: PLC0415 - see cli

    draft = checked(
        drafting.Draft,
        ruleset=ruleset,
        zone=zone,
        site=site,
        shop_id=shop,
        procedure=procedure,
        reason_code=code,
        order_number=order,
        tracking_number=tracking,
        reason=reason,
    )
    with desk_of(data) as desk:
        reply = cases.open_case(desk, draft, claim())
    if as_json:
        print_json(reply.body)
    else:
        typer.echo(reply.body["id"])


def add(
    case: CaseArgument,
    files: Annotated[list[Path], typer.Argument(help="Films and photos.", metavar="FILE")],
    *,
    profile: Annotated[
        ProfileName | None, typer.Option(help="How to examine; else by the kind of file.", show_default=False)
    ] = None,
    kind: Annotated[
        KindName | None, typer.Option(help="What it is to the claim.", show_default=False)
    ] = None,
    role: Annotated[
        str | None, typer.Option(help="What it proves, e.g. defect_photo.", show_default=False)
    ] = None,
    brought_by: Annotated[str, typer.Option("--from", help="merchant, buyer or platform.")] = "merchant",
    fact: Annotated[
        list[str] | None,
        typer.Option(
            help="NAME=VALUE: captured_at, captured_by, url, batch, reason_code, severity, shot; repeatable.",
            show_default=False,
        ),
    ] = None,
    data: DataOption = None,
    lang: LangOption = None,
) -> int:
    """Store films and photos, examine them, and add them to a case."""
    from api import cases, storing  # noqa: PLC0415 - see cli
    from api.drafting import Facts  # noqa: PLC0415 - see cli
    from claims.case import ExhibitKind  # noqa: PLC0415 - see cli

    words = told(lang)
    more = dict(pair.split("=", 1) for pair in fact or () if "=" in pair)
    facts = checked(Facts, **{**more, "role": role, "brought_by": brought_by})
    chosen = ExhibitKind(kind.value) if kind else None
    with desk_of(data, queue=True) as desk:
        with desk.read() as reading:
            cases.look_up(reading, case)
        for file in files:
            item = storing.store(
                desk, file, profile=profile.value if profile else None, words=words, case_id=case
            )
            cases.attach(desk, case, item.id, claim(), kind=chosen, facts=facts)
            verdict = item.verdict.value if item.verdict else item.state.value
            typer.echo(f"{item.id}  {verdict}  {storing.shown_name(file)}")
    return 0


def event(
    case: CaseArgument,
    kind: Annotated[str, typer.Argument(help="What happened, e.g. return_delivered.", metavar="KIND")],
    *,
    at: Annotated[str | None, typer.Option(help="When, as RFC 3339; else now.", show_default=False)] = None,
    about: Annotated[str, typer.Option(help="The ticket, parcel or sub-case that it is about.")] = "",
    because: Annotated[str, typer.Option(help="The reason that was given, in few words.")] = "",
    note: Annotated[str, typer.Option(help="Anything worth knowing.")] = "",
    data: DataOption = None,
) -> None:
    """Record that something happened, or is due."""
    from api import cases  # noqa: PLC0415 - see cli
    from claims.case import Event  # noqa: PLC0415 - see cli

    made = checked(Event, kind=kind, at=at or datetime.now(UTC), about=about, because=because, note=note)
    with desk_of(data) as desk:
        cases.record(desk, case, made, claim())


def state_(
    case: CaseArgument,
    requirement: Annotated[str, typer.Argument(help="E.g. V-04.", metavar="REQUIREMENT")],
    answer: Annotated[AnswerName, typer.Argument(help="Your answer.")],
    *,
    by: Annotated[str, typer.Option(help="Who says so.")],
    exhibit: Annotated[
        str | None, typer.Option(help="The exhibit that shows it, e.g. E1.", show_default=False)
    ] = None,
    begin: Annotated[
        float | None, typer.Option("--from", help="Second of the film.", show_default=False)
    ] = None,
    end: Annotated[float | None, typer.Option("--to", help="Second of the film.", show_default=False)] = None,
    about: Annotated[str, typer.Option(help="The sub-case whose requirement it is.")] = "",
    note: Annotated[str, typer.Option(help="Anything worth knowing.")] = "",
    data: DataOption = None,
) -> None:
    """Answer, as a person, a requirement that the checks left open."""
    from api import cases  # noqa: PLC0415 - see cli
    from claims.case import Statement  # noqa: PLC0415 - see cli

    made = checked(
        Statement,
        requirement=requirement,
        answer=answer.value,
        by=by,
        at=datetime.now(UTC),
        about=about,
        exhibit=exhibit,
        when=None if begin is None else [begin, begin if end is None else end],
        note=note,
    )
    with desk_of(data) as desk:
        cases.state(desk, case, made, claim())


def list_(*, data: DataOption = None, as_json: JsonOption = False, lang: LangOption = None) -> None:
    """List the cases, the newest first."""
    from api.telling import show_cases  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        found = _all(desk)
    if as_json:
        print_json([case.model_dump(mode="json") for case in found])
    else:
        show_cases(found, told(lang), console(sys.stdout))


def show(
    case: CaseArgument, *, data: DataOption = None, as_json: JsonOption = False, lang: LangOption = None
) -> None:
    """Show what a case holds."""
    from api import cases  # noqa: PLC0415 - see cli
    from api.telling import show_case  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli

    with desk_of(data) as desk, desk.begin() as unit:
        found = cases.gather(desk, unit, case).case
        desk.note(unit, cases.stream_of(case), "case.viewed")
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        show_case(found, told(lang), console(sys.stdout))


def assess(
    case: CaseArgument, *, data: DataOption = None, as_json: JsonOption = False, lang: LangOption = None
) -> int:
    """Say whether a case has what the platform demands, and what to do next.

    Exit status: 0 ready, 1 something is not met, 2 something is open.
    """
    from api import cases  # noqa: PLC0415 - see cli
    from api.telling import show_assessment  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        found = cases.assessed(desk, case)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        show_assessment(found, told(lang), console(sys.stdout))
    return {"ready": 0, "unmet": 1, "open": 2}[found.readiness.value]


def dossier(
    case: CaseArgument,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.pdf", help="The PDF; else sixface-CASE.pdf.", show_default=False),
    ] = None,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Write a case as a PDF of a few pages, in the language of the case unless --lang says another."""
    from api import issuing  # noqa: PLC0415 - see cli

    target = out or Path(f"sixface-{case}.pdf")
    with desk_of(data) as desk:
        pdf = issuing.issue(desk, case, lang.value if lang else None)
    target.write_bytes(pdf)
    typer.echo(told(lang).text("The dossier is {file}.", file=str(target)))


def _all(desk: Desk) -> list[Case]:
    from api import cases  # noqa: PLC0415 - see cli
    from claims.case import Case  # noqa: PLC0415 - see cli

    found: list[Case] = []
    after: str | None = None
    with desk.read() as reading:
        while True:
            page = reading.find(cases.KIND, after=after, limit=200)
            found += [Case.model_validate(row.body["case"]) for row in page.rows]
            if (after := page.next) is None:
                return found
