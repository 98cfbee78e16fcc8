"""`sixface seal` and `sixface verify`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import CaseArgument, DataOption, JsonOption, LangOption, desk_of, print_json, told


def join(app: typer.Typer) -> None:
    app.command(epilog="Example: sixface seal case_5b0f6d1c --out claim.zip")(seal)
    app.command(epilog="Example: sixface stamp case_5b0f6d1c --out claim.zip")(stamp)
    app.command(epilog="Example: sixface verify claim.zip")(verify)


def seal(
    case: Annotated[str, typer.Argument(help="The case's id.", metavar="CASE")],
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the zip goes.", show_default=False)
    ] = None,
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="Seal although not everything demanded is met.")
    ] = False,
    data: DataOption = None,
    lang: LangOption = None,
) -> int:
    """Seal a case into a bundle that anyone can verify offline.

    Exit status: 0 sealed, 1 the case is not complete, 64 there is no such case.
    """
    from api import sealing, storing  # noqa: PLC0415 - see cli
    from api.idempotency import Claim  # noqa: PLC0415 - see cli

    words = told(lang)
    wish = sealing.Wish(incomplete=incomplete, lang="zh" if lang is None else lang.value)
    target = out or Path(f"sixface-{case}.zip")
    with desk_of(data) as desk:
        reply = sealing.seal(desk, case, wish, Claim(None, "seal", ""))
        storing.copy_out(desk.blobs.local(reply.body["digest"]), target)
    typer.echo(words.text("Sealed into {file}.", file=str(target)))
    if reply.body["incomplete"]:
        unmet = ", ".join(reply.body["incomplete"])
        typer.echo(words.text("It is incomplete, and says so: {unmet} not met or still open.", unmet=unmet))
    if reply.body["time"] == sealing.PENDING:
        typer.echo(
            words.text("Its time stamp is pending: the worker asks for it, or sixface stamp does now.")
        )
    if not reply.body["dossier"]:
        typer.echo(
            words.text("The bundle has no PDF: that needs the extra dossier, pip install 'sixface[dossier]'.")
        )
    typer.echo(reply.body["digest"])
    return 0


def stamp(
    case: CaseArgument,
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the zip goes.", show_default=False)
    ] = None,
    data: DataOption = None,
    lang: LangOption = None,
) -> int:
    """Ask the time-stamping authorities now for what is pending, and write the case's bundle with its stamps.

    Exit status: 0 stamped, 1 there is no stamp on it (yet), 64 there is no bundle.
    """
    from api import sealing, stamping, storing  # noqa: PLC0415 - see cli

    words = told(lang)
    target = out or Path(f"sixface-{case}.zip")
    with desk_of(data) as desk:
        stamping.put_right(desk.wiring, patient=False)
        with desk.begin() as unit:
            found = sealing.latest(unit, case)
            digest = sealing.edition(found)
            desk.note(unit, sealing.stream_of(case), "bundle.exported", {"digest": digest})
        storing.copy_out(desk.blobs.local(digest), target)
    typer.echo(words.text("Written to {file}.", file=str(target)))
    if "stamped" not in found:
        typer.echo(
            words.text("It has no time stamp; set SIXFACE_TSA, or try again when the authority answers.")
        )
        return 1
    for each in found["stamps"]:
        typer.echo(words.text("{by} says that it existed by {at}.", by=each["by"], at=each["at"]))
    return 0


def verify(
    bundle: Annotated[Path, typer.Argument(help="A zip or an unpacked bundle.", metavar="BUNDLE")],
    *,
    roots: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar="SIXFACE_TSA_ROOTS",
            exists=True,
            dir_okay=False,
            help="Certificates (PEM) of the time-stamping authority, to check who signed the time.",
            show_default=False,
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar="SIXFACE_SIGNERS",
            exists=True,
            dir_okay=False,
            help="Public keys (PEM) of whoever has to have sealed it, e.g. from /v1/signers.pem.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Verify a bundle, offline: is every byte as it was sealed, by whom, and what time was signed?

    Without --key, whoever rewrites the whole bundle can make another one that passes.

    Exit status: 0 intact, 1 altered (every mismatch is named), 65 not a bundle.
    """
    from api import verifying  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli
    from claims.signature import keys_in  # noqa: PLC0415 - see cli

    words = told(lang)
    keys = None if key is None else keys_in(key.read_text("utf-8", "replace"))
    if keys == ():
        raise typer.BadParameter(f"{key} holds no Ed25519 public key in PEM; take it from /v1/signers.pem")
    found = verifying.examine(bundle, roots=roots.read_bytes() if roots else None, keys=keys)
    if as_json:
        print_json(found.plain)
        return 1 if found.altered else 0
    out = console(sys.stdout)
    for mismatch in found.mismatches:
        out.print(words.say(mismatch.says), soft_wrap=True)
    if found.mismatches:
        out.print(words.text("Altered: {count} mismatches.", count=len(found.mismatches)), style="bold red")
        return 1
    out.print(words.text("Intact: every file is as it was sealed."), style="green")
    for time in found.times:
        out.print(words.say(time.says), style="bold red" if time.wrong else "", soft_wrap=True)
    for says in found.notes:
        out.print(words.say(says), style="dim", soft_wrap=True)
    return 1 if found.altered else 0
