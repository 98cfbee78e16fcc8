"""`sixface rulesets diff|try|enforce|withdraw`: a ruleset of one's own, from its file to force and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import (
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
    from claims.ruleset import Loaded

File = Annotated[Path, typer.Argument(help="A ruleset as a TOML file.", metavar="FILE")]
Who = Annotated[str, typer.Option("--by", help="Whose word this is.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is kept in the custody log.")]


def join(group: typer.Typer) -> None:
    group.command(epilog="Example: sixface rulesets diff mine.toml")(diff)
    group.command(name="try", epilog="Example: sixface rulesets try mine.toml")(try_)
    group.command(epilog='Example: sixface rulesets enforce mine.toml --by "Li Wei" --reason "rules of May"')(
        enforce
    )
    group.command(epilog='Example: sixface rulesets withdraw tmall --by "Li Wei" --reason "wrong figure"')(
        withdraw
    )


def diff(file: File, *, data: DataOption = None, as_json: JsonOption = False, lang: LangOption = None) -> int:
    """Say what moves against the edition in force. Exit status: 0 nothing, 1 something moves."""
    from api import editions  # noqa: PLC0415 - see cli
    from api.telling import of  # noqa: PLC0415 - see cli
    from claims.revision import MOVES  # noqa: PLC0415 - see cli

    words = told(lang)
    loaded = _read(file)
    with desk_of(data) as desk:
        moved = editions.compared(desk, loaded)
    if as_json:
        print_json(
            None
            if moved is None
            else [
                {"part": e.part, "id": e.id, "move": e.move.value, "says": [words.say(s) for s in e.says]}
                for e in moved
            ]
        )
        return int(moved is None or bool(moved))
    if moved is None:
        typer.echo(
            words.text("Nothing of the name {name} is in force; all of it is new.", name=loaded.rules.id)
        )
        return 1
    if not moved:
        typer.echo(words.text("Nothing moves."))
    for each in moved:
        title = of(each.title, words) if each.title else ""
        typer.echo(f"{words.say(MOVES[each.move])}  [{each.part}] {each.id}  {title}")
        for line in each.says:
            typer.echo(f"      {words.say(line)}")
    return int(bool(moved))


def try_(file: File, *, data: DataOption = None, as_json: JsonOption = False, lang: LangOption = None) -> int:
    """Say which open cases would not be what they are. Exit status: 0 none, 1 some. Nothing is changed."""
    from api import editions  # noqa: PLC0415 - see cli
    from api.telling import of  # noqa: PLC0415 - see cli
    from claims.naming import READINESS  # noqa: PLC0415 - see cli

    words = told(lang)
    loaded = _read(file)
    with desk_of(data) as desk:
        found = editions.tried(desk, loaded)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return int(bool(found.affected))
    for case in found.affected:
        typer.echo(
            f"{case.case_id}  {words.say(READINESS[case.before])} → {words.say(READINESS[case.after])}"
        )
        for one in case.requirements:
            typer.echo(f"      {one.requirement}  {one.before or '-'} → {one.after or '-'}")
        for clock in case.clocks:
            ends = " → ".join(words.moment(at) if at else "-" for at in (clock.before, clock.after))
            typer.echo(f"      {of(clock.title, words)}  {ends}")
    typer.echo(
        words.text(
            "{looked} open cases were tried; {affected} would change, {left} were left out.",
            looked=found.looked,
            affected=len(found.affected),
            left=found.left,
        )
    )
    return int(bool(found.affected))


def enforce(file: File, *, by: Who, reason: Why, data: DataOption = None, lang: LangOption = None) -> int:
    """Put a file in force for all cases that are opened from now on; open ones keep theirs."""
    from api import editions, retention  # noqa: PLC0415 - see cli

    loaded = _read(file)
    word = checked(retention.Mandate, by=by, reason=reason)
    with desk_of(data) as desk:
        made = editions.draft(desk, loaded.text, file.name)
        editions.enforce(desk, made.name, made.digest, word, claim())
    typer.echo(told(lang).text("{name} is in force.", name=made.name))
    return 0


def withdraw(
    name: Annotated[str, typer.Argument(help="Its name.", metavar="NAME")],
    *,
    by: Who,
    reason: Why,
    data: DataOption = None,
    lang: LangOption = None,
) -> int:
    """Take your own edition back: the one before comes into force again, else the one that ships."""
    from api import editions, retention  # noqa: PLC0415 - see cli

    word = checked(retention.Mandate, by=by, reason=reason)
    with desk_of(data) as desk:
        reply = editions.withdraw(desk, name, word, claim())
    words = told(lang)
    if reply.body["digest"]:
        typer.echo(words.text("{name}: the edition before is in force again.", name=name))
    else:
        typer.echo(words.text("{name}: no edition of your own is in force any more.", name=name))
    return 0


def _read(file: Path) -> Loaded:
    """The ruleset in that file. Raises `UnreadableFileError`, `BadRulesetError`."""
    from api.editions import read  # noqa: PLC0415 - see cli
    from api.errors import UnreadableFileError  # noqa: PLC0415 - see cli
    from claims.ruleset import LARGEST  # noqa: PLC0415 - see cli

    try:
        with file.open("rb") as opened:
            text = opened.read(LARGEST + 1).decode("utf-8", "replace")
    except OSError as error:
        raise UnreadableFileError(file.name) from error
    return read(text, file.name)
