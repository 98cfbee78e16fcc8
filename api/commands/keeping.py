"""`sixface retention ...`: what would go and why, legal holds, and the purge."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.options import DataOption, JsonOption, LangOption, checked, desk_of, print_json, told

Who = Annotated[str, typer.Option("--by", help="Whose word this is.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is kept in the custody log.")]
Target = Annotated[str, typer.Argument(help="The id of a case or a file.", metavar="ID")]


def join(app: typer.Typer) -> None:
    retention = typer.Typer(no_args_is_help=True, help="What is kept how long: plan, hold, lift, purge.")
    retention.command(epilog="Example: sixface retention plan")(plan)
    retention.command(
        epilog='Example: sixface retention hold case_5b0f6d1c --by "Li Wei" --reason "court order"'
    )(hold)
    retention.command(
        epilog='Example: sixface retention lift case_5b0f6d1c --by "Li Wei" --reason "withdrawn"'
    )(lift)
    retention.command(epilog='Example: sixface retention purge --by "Li Wei" --reason "yearly purge"')(purge)
    app.add_typer(retention, name="retention")


def plan(*, as_json: JsonOption = False, data: DataOption = None, lang: LangOption = None) -> int:
    """Say what would go and what stays, each with its reason. Nothing is changed."""
    from api import retention  # noqa: PLC0415 - see cli

    words = told(lang)
    with desk_of(data) as desk:
        found = retention.planned(desk)
    if as_json:
        print_json([each.fate.model_dump(mode="json") for each in found])
        return 0
    for each in found:
        line = words.text("goes") if each.goes else words.text("stays")
        typer.echo(f"{each.id}  {line}  {words.say(each.says)}")
    typer.echo(words.text("{gone} would go, {kept} stay.", gone=sum(e.goes for e in found),
                          kept=sum(not e.goes for e in found)))  # fmt: skip
    return 0


def hold(target: Target, *, by: Who, reason: Why, data: DataOption = None, lang: LangOption = None) -> int:
    """Keep a case or a file until the hold is lifted, whatever its period says."""
    from api import retention  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        retention.hold(desk, target, checked(retention.Mandate, by=by, reason=reason))
    typer.echo(told(lang).text("{target} is held.", target=target))
    return 0


def lift(target: Target, *, by: Who, reason: Why, data: DataOption = None, lang: LangOption = None) -> int:
    """End a hold. Exit status: 0 lifted, 1 there was none."""
    from api import retention  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        there = retention.lift(desk, target, checked(retention.Mandate, by=by, reason=reason))
    words = told(lang)
    typer.echo(
        words.text("{target} is held no more.", target=target)
        if there
        else words.text("{target} was not held.", target=target)
    )
    return 0 if there else 1


def purge(*, by: Who, reason: Why, data: DataOption = None, lang: LangOption = None) -> int:
    """Remove what is due, as `plan` says it, and say what the bucket keeps longer.

    The custody logs stay, with an entry that tells what went.
    """
    from api import retention  # noqa: PLC0415 - see cli

    words = told(lang)
    with desk_of(data) as desk:
        judged = retention.purge(desk, checked(retention.Mandate, by=by, reason=reason))
    for each in judged:
        if each.goes:
            typer.echo(words.text("{target} was removed.", target=each.id))
        else:
            typer.echo(f"{each.id}  {words.text('stays')}  {words.say(each.says)}")
    typer.echo(words.text("{count} removed.", count=sum(each.goes for each in judged)))
    return 0
