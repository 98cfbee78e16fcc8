"""`sixface rulesets …`: what platforms ask for, and what is wrong with a file of one's own that says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.commands import editions
from api.commands.options import DataOption, JsonOption, LangOption, print_json, settings_of, told

if TYPE_CHECKING:
    from api.rulebook import Rulebook
    from api.words import Words
    from claims.ruleset import Ruleset, RulesetError
    from claims.vocabulary.quoted import Quoted

FLAWED: Final = 1
"""The exit status for a file that cannot be used."""


def join(app: typer.Typer) -> None:
    group = typer.Typer(
        help="What platforms ask for: list it, show it, put a file of your own in force.",
        epilog="Example: sixface rulesets show tmall",
        rich_markup_mode=None,
        invoke_without_command=True,
    )
    group.callback()(_root)
    group.command(name="list", epilog="Example: sixface rulesets list")(list_)
    group.command(epilog="Example: sixface rulesets show temu")(show)
    group.command(epilog="Example: sixface rulesets check mine.toml")(check)
    editions.join(group)
    app.add_typer(group, name="rulesets")


def _root(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_()


def _rulebook(data: Path | None) -> Rulebook:
    from api.rulebook import Rulebook  # noqa: PLC0415 - see cli

    return Rulebook(settings_of(data).data / "rulesets")


def list_(*, data: DataOption = None, as_json: JsonOption = False, lang: LangOption = None) -> None:
    """List them, each with the day on which its source was read."""
    from claims.ruleset import RulesetError  # noqa: PLC0415 - see cli

    words = told(lang)
    book = _rulebook(data)
    listed: list[dict[str, object]] = []
    for name in book.names():
        own = f"  [{words.text('your own')}]" if book.is_own(name) else ""
        try:
            rules = book.get(name).rules
        except RulesetError as error:
            told_problems = _problems(error, words)
            listed.append({"name": name, "problems": told_problems})
            line = f"{name}{own}  {words.text('cannot be used: {count} faults', count=len(told_problems))}"
        else:
            listed.append({"name": name, **rules.model_dump(mode="json")})
            line = f"{_head(name, rules, words)}{own}"
        if not as_json:
            typer.echo(line)
    if as_json:
        print_json(listed)


def show(
    name: Annotated[str, typer.Argument(help="One of them, in full.", metavar="NAME")],
    *,
    data: DataOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Show all that one asks for, with the source's own words."""
    from api.telling import of  # noqa: PLC0415 - see cli
    from claims.naming import BADGES  # noqa: PLC0415 - see cli

    words = told(lang)
    rules = _rulebook(data).get(name).rules
    if as_json:
        print_json({"name": name, **rules.model_dump(mode="json")})
        return
    typer.echo(_head(rules.id, rules, words))
    typer.echo(f"  {of(rules.source.trust, words)}")
    heading = ""
    for place, entry in rules.entries():
        if place[0] != heading:
            heading = str(place[0])
            typer.echo(f"[{heading}]")
        badge = f" ({words.say(BADGES[entry.badge])})" if entry.badge else ""
        typer.echo(f"  {getattr(entry, 'id', '-')}  {of(entry.title, words)}{badge}  “{entry.quote}”")
        for line in _asks(entry, words):
            typer.echo(f"      {line}")


def check(
    file: Annotated[Path, typer.Argument(help="A ruleset as a TOML file.", metavar="FILE")],
    *,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Say what is wrong with a file, line by line, or that nothing is.

    Exit status: 0 it can be used, 1 it cannot, 65 it cannot be read.
    """
    from api.errors import UnreadableFileError  # noqa: PLC0415 - see cli
    from api.rulebook import read_file  # noqa: PLC0415 - see cli
    from api.telling import of  # noqa: PLC0415 - see cli
    from claims.ruleset import RulesetError  # noqa: PLC0415 - see cli

    words = told(lang)
    try:
        found = read_file(file)
    except OSError as error:
        raise UnreadableFileError(file.name) from error
    except RulesetError as error:
        faults = _problems(error, words)
        if as_json:
            print_json(faults)
        for fault in [] if as_json else faults:
            line = words.text("line {line}", line=fault["line"]) if fault["line"] else ""
            typer.echo(": ".join(filter(None, (line, str(fault["field"]), str(fault["what"])))))
        return FLAWED
    if as_json:
        print_json([])
        return 0
    count = sum(1 for _ in found.rules.entries())
    typer.echo(words.text("{name} can be used; it has {count} entries.", name=found.rules.id, count=count))
    for requirement in found.rules.requirement:
        typer.echo(f"  {requirement.id}  {of(requirement.title, words)}")
        for line in _asks(requirement, words):
            typer.echo(f"      {line}")
    return 0


def _asks(entry: Quoted, words: Words) -> list[str]:
    """What an entry asks for and of which goods, in words, so that its writer sees how it was understood."""
    from claims.asking import asked, meant_for  # noqa: PLC0415 - see cli
    from claims.vocabulary.requirement import Requirement  # noqa: PLC0415 - see cli

    told = asked(entry) if isinstance(entry, Requirement) else meant_for(entry)
    return [words.say(each) for each in told]


def _problems(error: RulesetError, words: Words) -> list[dict[str, str | int]]:
    return [{"line": p.line, "field": p.field, "what": words.say(p.what)} for p in error.problems]


def _head(name: str, rules: Ruleset, words: Words) -> str:
    from api.telling import of  # noqa: PLC0415 - see cli

    read = words.text("read on {day}", day=rules.source.read.isoformat())
    return f"{name}  {of(rules.title, words)}  ({read})"
