"""`sixface backup` and `sixface restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import DataOption, LangOption, desk_of, settings_of, told

Folder = Annotated[Path, typer.Argument(help="The folder of the backup.", metavar="DIR", file_okay=False)]


def join(app: typer.Typer) -> None:
    app.command(epilog="Example: sixface backup /media/disk/sixface")(backup)
    app.command(epilog="Example: sixface restore /media/disk/sixface --data /srv/sixface")(restore)


def backup(
    folder: Folder,
    *,
    objects: Annotated[
        bool | None,
        typer.Option("--objects/--no-objects", help="Copy the files too; else only where they are on disk."),
    ] = None,
    data: DataOption = None,
    lang: LangOption = None,
) -> int:
    """Copy database, files and custody logs into a folder, with a list of SHA-256; others go on working.

    Into the folder of an earlier backup only what is new is copied. Exit status: 0 whole, 1 stored files are
    missing or damaged and are not in it.
    """
    from api.backup import back_up  # noqa: PLC0415 - see cli

    words = told(lang)
    with desk_of(data) as desk:
        kept = back_up(desk, folder, copy=objects)
    for digest in kept.wrong:
        typer.echo(words.text("{digest} is missing or damaged, and is not in the backup.", digest=digest))
    typer.echo(
        words.text(
            "{objects} files ({size:.1f} MB), {copied} of them copied now, {listed} only listed.",
            objects=kept.objects,
            size=kept.size / 1_000_000,
            copied=kept.copied,
            listed=kept.listed,
        )
    )
    typer.echo(words.text("It holds keys and everybody's files: keep it as safe as the originals."))
    return 1 if kept.wrong else 0


def restore(
    folder: Folder,
    *,
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild", help="Without its database: only files and custody logs; files are checked anew."
        ),
    ] = False,
    data: DataOption = None,
    lang: LangOption = None,
) -> int:
    """Put a backup into an empty data folder, check all of it, and say what was found.

    Exit status: 0 all is as it was, 1 something is not, 65 it is no whole backup or the place is taken.
    """
    from api import restoring  # noqa: PLC0415 - see cli

    words, settings = told(lang), settings_of(data)
    if rebuild:
        made = restoring.rebuild(folder, settings)
        for stream in made.broken:
            typer.echo(words.text("The custody log {stream} is not whole and was left out.", stream=stream))
        for name in made.missing:
            typer.echo(words.text("The file of {name} is not in the backup.", name=name))
        typer.echo(
            words.text(
                "{items} files and {logs} custody logs came back. Cases, statements and names did not; "
                "sealed bundles hold theirs.",
                items=made.items,
                logs=made.logs,
            )
        )
        return 1 if made.broken or made.missing else 0
    found = restoring.restore(folder, settings)
    for line in found.told:
        typer.echo(words.say(line))
    return 1 if found.faults else 0
