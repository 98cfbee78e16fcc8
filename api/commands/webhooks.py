"""`sixface webhooks …`: where the digest is sent to, when, and what became of it."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import DataOption, JsonOption, LangOption, checked, claim, desk_of, print_json, told

if TYPE_CHECKING:
    from api.deliveries import Delivery
    from api.words import Words

HookArgument = Annotated[str, typer.Argument(help="The webhook's id.", metavar="WEBHOOK")]


def join(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Have the digest of the clocks sent to your own tools, in the morning and in the evening.",
        epilog="Example: sixface webhooks add https://example.com/sixface",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(epilog="Example: sixface webhooks add https://example.com/sixface --at 08:30 --at 17:00")(
        add
    )
    group.command(name="list", epilog="Example: sixface webhooks list")(list_)
    group.command(name="test", epilog="Example: sixface webhooks test hook_5b0f6d1c")(try_)
    group.command(epilog="Example: sixface webhooks log hook_5b0f6d1c")(log)
    group.command(epilog="Example: sixface webhooks again hook_5b0f6d1c msg_0c1d")(again)
    group.command(epilog="Example: sixface webhooks drop hook_5b0f6d1c")(drop)
    app.add_typer(group, name="webhooks")


def add(
    url: Annotated[str, typer.Argument(help="An https address of the public internet.", metavar="URL")],
    *,
    at: Annotated[
        list[str] | None,
        typer.Option(
            help="Time of day, e.g. 08:30; may be repeated; else 09:00 and 18:00.", show_default=False
        ),
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="Zone of these times; else that of each case.", show_default=False)
    ] = None,
    asked_only: Annotated[bool, typer.Option("--asked-only", help="Send only when asked for.")] = False,
    note: Annotated[str, typer.Option(help="Anything worth knowing.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have the digest sent there; prints the id and the secret that signs, which is shown this once."""
    from api import webhooks  # noqa: PLC0415 - see cli

    times = [] if asked_only else at or list(webhooks.MORNING_AND_EVENING)
    wish = checked(webhooks.NewHook, url=url, times=times, zone=zone, note=note)
    with desk_of(data) as desk:
        made = webhooks.make(desk, wish, claim()).body
    if as_json:
        print_json(made)
    else:
        typer.echo(f"{made['id']}  {made['secret']}")


def list_(*, data: DataOption = None, as_json: JsonOption = False, lang: LangOption = None) -> None:
    """List them, with what became of the last sending."""
    from api import webhooks  # noqa: PLC0415 - see cli

    words = told(lang)
    with desk_of(data) as desk, desk.read() as reading:
        found = webhooks.listed(reading)
    if as_json:
        print_json([hook.model_dump(mode="json") for hook in found])
        return
    for hook in found:
        when = _when(hook.times, hook.zone, words)
        last = (
            "-"
            if hook.last_sent_at is None
            else f"{words.moment(hook.last_sent_at)} {hook.last_status or '-'}"
        )
        off = f"  {words.text('off: the receiver is gone')}" if hook.off_at else ""
        typer.echo(f"{hook.id}  {hook.url}  {when}  {last}{off}")


def _when(times: tuple[time, ...], zone: str | None, words: Words) -> str:
    if not times:
        return words.text("when asked for")
    return f"{', '.join(f'{each:%H:%M}' for each in times)} ({zone or words.text('zone of the case')})"


def try_(hook: HookArgument, *, data: DataOption = None, lang: LangOption = None) -> int:
    """Send something harmless, once. Exit status: 0 it arrived, 1 it did not."""
    from api import webhooks  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        return _told(webhooks.try_out(desk, hook), told(lang))


def again(
    hook: HookArgument,
    message: Annotated[str, typer.Argument(help="The message's id.", metavar="MESSAGE")],
    *,
    data: DataOption = None,
    lang: LangOption = None,
) -> int:
    """Send a message once more that did not arrive. Exit status: 0 it arrived, 1 it did not."""
    from api import deliveries  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        return _told(deliveries.again(desk, hook, message), told(lang))


def log(
    hook: HookArgument, *, data: DataOption = None, as_json: JsonOption = False, lang: LangOption = None
) -> None:
    """Show what was sent there, the newest first, with every try."""
    from api import deliveries, hooks  # noqa: PLC0415 - see cli

    words = told(lang)
    with desk_of(data) as desk, desk.read() as reading:
        hooks.row_of(reading, hook)
        found = [deliveries.delivery_of(row) for row in deliveries.log_of(reading, hook, limit=100).rows]
    if as_json:
        print_json([each.model_dump(mode="json") for each in found])
        return
    for each in found:
        tries = ", ".join(f"{words.moment(one.at)} {one.status or '-'}" for one in each.tries)
        typer.echo(f"{each.id}  {each.type}  {said(each, words)}  {tries}")


def drop(hook: HookArgument, *, data: DataOption = None) -> None:
    """Send there no more."""
    from api import webhooks  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        webhooks.drop(desk, hook)


def said(made: Delivery, words: Words) -> str:
    """What became of a message."""
    if made.delivered:
        return words.text("sent")
    if made.next_at is None:
        return words.text("not sent")
    return words.text("not sent yet; tried again on {moment}", moment=words.moment(made.next_at))


def _told(made: Delivery, words: Words) -> int:
    typer.echo(f"{made.webhook}  {said(made, words)}")
    return 0 if made.delivered else 1
