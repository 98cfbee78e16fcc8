"""`sixface case …`: sub-cases that end, what the platform shows, the chat as it stands, templates."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from api.commands.dealing import done, moment
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

AtOption = Annotated[str | None, typer.Option(help="When, as RFC 3339; else now.", show_default=False)]


def join(group: typer.Typer) -> None:
    group.command(epilog="Example: sixface case leave case_5b0f6d1c S1")(leave)
    group.command(
        epilog="Example: sixface case shown case_5b0f6d1c work_order 2026-11-21T12:00:00+08:00 --about WO1"
    )(shown)
    group.command(epilog="Example: sixface case messages case_5b0f6d1c")(messages)
    group.command(epilog="Example: sixface case templates case_5b0f6d1c")(templates)


def leave(
    case: CaseArgument,
    subcase: Annotated[str, typer.Argument(help="E.g. S1.", metavar="SUBCASE")],
    *,
    at: AtOption = None,
    note: Annotated[str, typer.Option(help="Anything worth knowing.")] = "",
    data: DataOption = None,
) -> None:
    """Close a sub-case; the address that was taken down for it is erased."""
    from api import dealing  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        done(dealing.leave(desk, case, subcase, moment(at), claim(), note=note))


def shown(
    case: CaseArgument,
    clock: Annotated[str, typer.Argument(help="The clock, as sixface deadlines --json names it.")],
    due: Annotated[str, typer.Argument(help="The end that the platform shows, as RFC 3339.")],
    *,
    about: Annotated[str, typer.Option(help="The ticket, parcel or sub-case that it is about.")] = "",
    data: DataOption = None,
) -> None:
    """Note what the platform's own countdown shows, which wins over any figure of a ruleset."""
    from api import dealing  # noqa: PLC0415 - see cli
    from claims.case import Shown  # noqa: PLC0415 - see cli

    made = checked(Shown, clock=clock, about=about, due_at=due, seen_at=datetime.now(UTC))
    with desk_of(data) as desk:
        done(dealing.show(desk, case, made, claim()))


def messages(
    case: CaseArgument, *, data: DataOption = None, as_json: JsonOption = False, lang: LangOption = None
) -> None:
    """Print the chat of a case, and what of ours may be a promise that nobody has written down."""
    from api import cases, dealing  # noqa: PLC0415 - see cli
    from api.words import legible  # noqa: PLC0415 - see cli
    from claims.naming import SPEAKERS  # noqa: PLC0415 - see cli

    words = told(lang)
    with desk_of(data) as desk, desk.begin() as unit:
        found = cases.gather(desk, unit, case).case
        desk.note(unit, cases.stream_of(case), "chat.viewed")
    proposals = dealing.proposed(found)
    if as_json:
        items = [each.model_dump(mode="json") for each in found.messages]
        print_json({"items": items, "proposals": [each.model_dump(mode="json") for each in proposals]})
        return
    for each in found.messages:
        said = legible(each.text, 2000)
        typer.echo(f"{each.id}  {words.moment(each.at)}  {words.say(SPEAKERS[each.speaker])}: {said}")
    for each in proposals:
        typer.echo(
            words.text("{message} may promise something: {text}", message=each.message, text=each.text)
        )


def templates(
    case: CaseArgument, *, data: DataOption = None, as_json: JsonOption = False, lang: LangOption = None
) -> None:
    """List the platform's templates, with the values that each still needs."""
    from api import outlook  # noqa: PLC0415 - see cli
    from claims.vocabulary.quoted import Words as Pair  # noqa: PLC0415 - see cli

    words = told(lang)
    with desk_of(data) as desk:
        found = outlook.templates(desk, case)
    if as_json:
        print_json(found)
        return
    for each in found:
        needed = ", ".join(name for name in each["variables"] if name not in each["known"]) or "-"
        title = Pair.model_validate(each["title"]).of(words.lang)
        sys.stdout.write(f"{each['id']}  {title}  ({needed})\n")
