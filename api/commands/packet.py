"""`sixface case packet …`: what a channel would get of a case, and the packet itself, made to fit."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.options import (
    CaseArgument,
    DataOption,
    JsonOption,
    LangName,
    LangOption,
    checked,
    desk_of,
    print_json,
    told,
)

if TYPE_CHECKING:
    from rich.console import Console

    from api.packing.offering import Offer
    from api.words import Words


def join(group: typer.Typer) -> None:
    group.command(
        epilog="Example: sixface case packet case_5b0f6d1c --for ebay.payment_dispute --out packet.zip\n\n"
        "Without --for it lists every channel with what would go to it. Exit status: 0 made, "
        "1 it does not fit or something is lacking (every reason is named), 65 a file would not be readable."
    )(packet)


def packet(
    case: CaseArgument,
    *,
    channel: Annotated[
        str, typer.Option("--for", metavar="CHANNEL", help="ruleset.packet, or one of both.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER|ZIP", help="Else sixface-CASE-CHANNEL.zip.", show_default=False),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="EXHIBIT", help="Leave it out; repeatable.", show_default=False),
    ] = None,
    incomplete: Annotated[bool, typer.Option("--incomplete", help="Although something is lacking.")] = False,
    letter_lang: Annotated[
        LangName | None, typer.Option("--letter", help="Language of the statement.", show_default=False)
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Make what a channel takes of a case: films and photos made to fit, pages, and the statement.

    Originals are only read. Nothing is cut: a film that is too long is refused, with what to do.
    """
    from api.errors import PacketRefusedError  # noqa: PLC0415 - see cli
    from api.packing import making  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli

    words = told(lang)
    screen = console(sys.stdout)
    with desk_of(data) as desk:
        if not channel:
            return _list(desk, case, words, screen, as_json=as_json)
        target = out or Path(f"sixface-{case}-{channel}.zip")
        _require_free(target)
        wish = checked(
            making.Wish,
            channel=channel,
            without=tuple(without or ()),
            incomplete=incomplete,
            lang=letter_lang.value if letter_lang else None,
        )
        try:
            made = making.make(desk, case, wish, _progress(words))
        except PacketRefusedError as refused:
            for reason in refused.reasons:
                typer.echo(words.say(reason), err=True)
            return 1
        making.exported(desk, case, made["id"])
        _write(desk, made, target)
    if as_json:
        print_json(made["manifest"])
    else:
        _show(made["manifest"], target, words, screen)
    return 0


def _list(desk: Any, case: str, words: Words, screen: Console, *, as_json: bool) -> int:  # noqa: ANN401 - heavy
    from api.cases import gather  # noqa: PLC0415 - see cli
    from api.packing import making, offering  # noqa: PLC0415 - see cli

    if as_json:
        print_json(making.listed(desk, case)["channels"])
        return 0
    with desk.read() as reading:
        found = gather(desk, reading, case)
    for offer in offering.offers(desk, found):
        _show_offer(offer, words, screen)
    return 0


def _show_offer(offer: Offer, words: Words, screen: Console) -> None:
    named = offer.channel.packet.title.of(words.lang)
    troubles = (*offer.refusals, *offer.planned.lacking)
    sign = "✗" if offer.refusals else "…" if troubles else "✓"
    screen.print(f"{sign} {offer.channel.key}: {named}", markup=False, soft_wrap=True)
    if not troubles:
        line = words.text(
            "{files} files; {dropped} exhibits stay out; the statement has {length} characters.",
            files=len(offer.planned.pieces),
            dropped=len(offer.planned.dropped),
            length=offer.written.length,
        )
        screen.print(f"    {line}", markup=False, soft_wrap=True, style="dim")
    for reason in troubles:
        screen.print(f"    {words.say(reason)}", markup=False, soft_wrap=True)


def _require_free(target: Path) -> None:
    taken = any(target.iterdir()) if target.is_dir() else target.exists()
    if taken:
        message = f"{target} is there already; give another name with --out."
        raise typer.BadParameter(message)


def _progress(words: Words) -> Any:  # noqa: ANN401 - a function
    def tell(number: int, of: int, name: str) -> None:
        if sys.stderr.isatty():
            line = words.text("Making {name} ({number} of {of}) …", name=name, number=number, of=of)
            typer.echo(line, err=True)

    return tell


def _write(desk: Any, made: dict[str, Any], target: Path) -> None:  # noqa: ANN401 - heavy
    from api import storing  # noqa: PLC0415 - see cli

    if target.suffix.casefold() == ".zip":
        storing.copy_out(desk.blobs.local(made["digest"]), target)
        return
    target.mkdir(parents=True, exist_ok=True)
    with desk.blobs.local(made["digest"]) as packed, zipfile.ZipFile(packed) as members:
        for member in members.infolist():
            # Names are of our making, and only their last part is used.
            (target / Path(member.filename).name).write_bytes(members.read(member))


def _show(manifest: dict[str, Any], target: Path, words: Words, screen: Console) -> None:
    from evidence.model import Saying  # noqa: PLC0415 - see cli

    for file in manifest["files"]:
        shown = ", ".join(dict.fromkeys(source["exhibit"] for source in file["sources"]))
        line = words.text(
            "{name}: {bytes:,} bytes, from {exhibits}", name=file["name"], bytes=file["bytes"], exhibits=shown
        )
        screen.print(line, markup=False, soft_wrap=True)
    for each in (*manifest["dropped"], *manifest["letter"]["left_out"]):
        why = words.say(Saying.model_validate(each["why"]))
        what = each.get("exhibit") or each["text"]
        screen.print(words.text("Left out: {what}. {why}", what=what, why=why), markup=False, soft_wrap=True)
    for remark in manifest["letter"]["remarks"]:
        screen.print(f"! {words.say(Saying.model_validate(remark['says']))}", markup=False, soft_wrap=True)
    for note in manifest["notes"]:
        screen.print(f"→ {words.say(Saying.model_validate(note))}", markup=False, soft_wrap=True)
    screen.print(words.text("Written to {file}.", file=str(target)), markup=False, soft_wrap=True)
