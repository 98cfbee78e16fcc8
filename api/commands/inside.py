"""`sixface profiles`, `doctor` and `audit`: how files are examined, whether all works and is as it was."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.commands.options import DataOption, JsonOption, LangOption, desk_of, print_json, settings_of, told

NameArgument = Annotated[
    str | None, typer.Argument(help="One of them, in full.", metavar="NAME", show_default=False)
]


def join(app: typer.Typer) -> None:
    app.command(epilog="Example: sixface profiles unboxing")(profiles)
    app.command(epilog="Example: sixface doctor")(doctor)
    app.command(epilog="Example: sixface audit --data /srv/sixface")(audit)


def profiles(name: NameArgument = None, *, as_json: JsonOption = False) -> None:
    """List how files can be examined; with a name, its checks, settings and limits."""
    from api.errors import UnknownProfileError  # noqa: PLC0415 - see cli
    from evidence import profile  # noqa: PLC0415 - see cli

    if name is not None and name not in profile.names():
        raise UnknownProfileError(name, profile.names())
    found = [profile.load(each) for each in ([name] if name else profile.names())]
    if as_json:
        print_json([each.model_dump(mode="json") for each in found])
        return
    for each in found:
        typer.echo(f"{each.name}  {each.kind}  {', '.join(each.checks)}")
        if name:
            for limit, value in each.limits.model_dump(mode="json").items():
                typer.echo(f"  {limit}: {value}")


def doctor(data: DataOption = None, lang: LangOption = None) -> int:
    """Look whether everything that is needed is here and works.

    Exit status: 0 all is well, 70 something is not.
    """
    from api.diagnosis import diagnose  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli

    words = told(lang)
    out = console(sys.stdout)
    well = True
    for point in diagnose(settings_of(data)):
        well = well and point.well
        mark, colour = ("✓", "green") if point.well else ("✗", "bold red")
        out.print(f"{mark} {words.say(point.says)}", style=colour, soft_wrap=True)
    return 0 if well else 70


def audit(data: DataOption = None, lang: LangOption = None, *, as_json: JsonOption = False) -> int:
    """Read every stored file back and walk every custody log.

    Exit status: 0 all is as it was, 1 something is not; each fault is named.
    """
    from dataclasses import asdict  # noqa: PLC0415 - see cli

    from api import auditing  # noqa: PLC0415 - see cli

    words = told(lang)
    with desk_of(data) as desk:
        found = auditing.audit_all(desk)
    if as_json:
        faults = [{"code": f.code, "where": f.where, "text": words.say(f.says)} for f in found.faults]
        print_json({**asdict(found), "faults": faults})
        return 1 if found.faults else 0
    for line in found.told:
        typer.echo(words.say(line))
    return 1 if found.faults else 0
