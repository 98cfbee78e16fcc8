"""`sixface case share`, `shares` and `unshare`: links to a sealed bundle."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer

from api.commands.options import (
    CaseArgument,
    DataOption,
    JsonOption,
    LangOption,
    claim,
    desk_of,
    print_json,
    told,
)


class ScopeName(StrEnum):
    BUNDLE = "bundle"
    DOSSIER = "dossier"
    REPORTS = "reports"


def join(group: typer.Typer) -> None:
    group.command(epilog="Example: sixface case share case_5b0f6d1c --only dossier --days 7")(share)
    group.command(epilog="Example: sixface case shares case_5b0f6d1c")(shares)
    group.command(epilog="Example: sixface case unshare case_5b0f6d1c share_9f2c41d07a5e4b1c8d20")(unshare)


def share(
    case: CaseArgument,
    *,
    only: Annotated[
        list[ScopeName] | None,
        typer.Option(help="What it opens; else all three; may be repeated.", show_default=False),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="Days until it ends.")] = 14,
    note: Annotated[str, typer.Option("--for", help="For whom it is; only you see that.")] = "",
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Make a link to the bundle that was sealed last, for somebody outside; it is shown once."""
    from api import sharing  # noqa: PLC0415 - see cli

    words = told(lang)
    with desk_of(data) as desk:
        scope = tuple(sharing.Scope(each.value) for each in only or ScopeName)
        offer = sharing.Offer(scope=scope, expires_at=desk.now() + timedelta(days=days), note=note)
        settings = desk.wiring.settings
        home = settings.public_url or f"http://{settings.host}:{settings.port}"
        made = sharing.share(desk, case, offer, home, claim()).body
    typer.echo(made["url"])
    end = words.text(
        "It ends at {at}; take it back with: sixface case unshare {case} {share}",
        at=made["expires_at"],
        case=case,
        share=made["id"],
    )
    typer.echo(end)
    if not settings.public_url:
        typer.echo(words.text("Set SIXFACE_PUBLIC_URL to the address by which others reach this service."))


def shares(case: CaseArgument, *, data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the links of a case, the newest first, with how often each was opened."""
    from api import sharing  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        found = sharing.listed(desk, case)
    if as_json:
        print_json(found)
        return
    for each in found:
        line = (each["id"], each["state"], each["expires_at"], ",".join(each["scope"]), str(each["looks"]))
        typer.echo("  ".join((*line, each["note"])).rstrip())


def unshare(
    case: CaseArgument,
    share: Annotated[str, typer.Argument(help="The link's id.", metavar="SHARE")],
    *,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Take a link back; what was fetched through it before cannot be taken back."""
    from api import sharing  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        sharing.revoke(desk, case, share)
    typer.echo(told(lang).text("The link opens nothing any more."))
