"""`sixface deadlines`: the platform's clocks, what is due before somebody looks again, and a calendar."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import DataOption, JsonOption, LangOption, desk_of, print_json, told

if TYPE_CHECKING:
    from api.desk import Desk
    from api.words import Words


def join(app: typer.Typer) -> None:
    app.command(
        epilog="Example: sixface deadlines\n\nExample: sixface deadlines --digest\n\n"
        "Example: sixface deadlines --ics > deadlines.ics"
    )(deadlines)


def deadlines(
    case: Annotated[
        str | None, typer.Argument(help="A case's id; else all cases.", metavar="CASE", show_default=False)
    ] = None,
    *,
    digest: Annotated[
        bool, typer.Option("--digest", help="What is late, and what is due before the next look.")
    ] = False,
    zone: Annotated[
        str | None, typer.Option(help="Zone of the warehouse, for the digest.", show_default=False)
    ] = None,
    push: Annotated[bool, typer.Option("--push", help="Send the digest to every webhook now.")] = False,
    ics: Annotated[bool, typer.Option("--ics", help="Print a calendar (iCalendar, RFC 5545).")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Lines of the board.")] = 100,
    data: DataOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Show the clocks to act on, the soonest first; with a case, all of its clocks."""
    words = told(lang)
    _check_zone(zone)
    from api import reshipping  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        reshipping.erase_expired(desk)  # whoever looks twice a day needs no worker for it
        if push:
            return _pushed(desk, zone, words, as_json=as_json)
        if ics:
            _calendar(desk, case, words)
        elif digest:
            _digest(desk, zone, words, as_json=as_json)
        elif case:
            _clocks(desk, case, words, as_json=as_json)
        else:
            _board(desk, limit, words, as_json=as_json)
    return 0


def _pushed(desk: Desk, zone: str | None, words: Words, *, as_json: bool) -> int:
    from api import webhooks  # noqa: PLC0415 - see cli
    from api.commands.webhooks import said  # noqa: PLC0415 - see cli

    sent = webhooks.push(desk, zone=zone)
    if as_json:
        print_json([each.model_dump(mode="json") for each in sent])
    for each in [] if as_json else sent:
        typer.echo(f"{each.webhook}  {said(each, words)}")
    return 0 if all(each.delivered for each in sent) else 1


def _check_zone(zone: str | None) -> None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - see cli

    try:
        ZoneInfo(zone or "UTC")
    except (OSError, LookupError, ValueError):
        raise typer.BadParameter(f"{zone} is no time zone; write one such as Asia/Shanghai") from None


def _calendar(desk: Desk, case: str | None, words: Words) -> None:
    from api import board, cases  # noqa: PLC0415 - see cli
    from claims.clocks.feed import feed  # noqa: PLC0415 - see cli

    if case:
        with desk.read() as reading:
            cases.look_up(reading, case)
    found = board.of_case(desk, case) if case else board.everything(desk)
    typer.echo(feed(found, desk.now(), words.lang), nl=False)


def _digest(desk: Desk, zone: str | None, words: Words, *, as_json: bool) -> None:
    from api import board  # noqa: PLC0415 - see cli
    from api.telling import show_digest  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli

    found = board.digested(desk, zone=zone)
    if as_json:
        print_json(found.model_dump(mode="json", exclude_none=True))
    else:
        show_digest(found, words, console(sys.stdout))


def _clocks(desk: Desk, case: str, words: Words, *, as_json: bool) -> None:
    from api import cases  # noqa: PLC0415 - see cli
    from api.telling import show_clocks  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli

    clocks = cases.soonest_first(cases.assessed(desk, case).clocks)
    if as_json:
        print_json([{"case": case, **clock.model_dump(mode="json")} for clock in clocks])
    else:
        show_clocks(clocks, words, console(sys.stdout))


def _board(desk: Desk, limit: int, words: Words, *, as_json: bool) -> None:
    from api import board  # noqa: PLC0415 - see cli
    from api.telling import show_board  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli

    found = board.board(desk, limit=limit)
    if as_json:
        print_json(found.model_dump(mode="json", exclude_none=True))
    else:
        show_board(found, words, console(sys.stdout))
