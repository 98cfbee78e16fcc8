"""The command line: `sixface`. What is wrong is told in one sentence; the exit status says what kind.

0 sound · 1 flawed, altered or unmet · 2 for a person to look at · 64 wrong usage · 65 the file was
refused · 70 our fault · 130 interrupted. Commands load what they need when they run, so that
`sixface check` starts quickly.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Annotated, Final

import typer
from typer.exceptions import TyperException

USAGE: Final = 64
REFUSED: Final = 65
FAULT: Final = 70
INTERRUPTED: Final = 130

COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "check": ("check",),
    "compare": ("compare",),
    "mask": ("mask",),
    "case": ("case",),
    "deadlines": ("deadlines",),
    "bundle": ("seal", "stamp", "verify"),
    "signer": ("signer",),
    "stickers": ("stickers",),
    "slip": ("slip",),
    "server": ("serve", "worker", "demo"),
    "shops": ("shops",),
    "rulesets": ("rulesets",),
    "webhooks": ("webhooks",),
    "keeping": ("retention",),
    "backups": ("backup", "restore"),
    "people": ("owner", "tenant", "person"),
    "keys": ("key",),
    "inside": ("profiles", "doctor", "audit"),
}
"""By file in `commands/`, in the order of the help: the commands that it holds."""


def assembled(first: str | None = None) -> typer.Typer:
    """The command line; where its first word names a command, with the file of that command alone."""
    app = typer.Typer(
        name="sixface",
        help="Checks unboxing films and defect photos, keeps the originals, and seals claim bundles.",
        epilog="Example: sixface check IMG_1.MOV",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_root)
    named = [file for file, commands in COMMANDS.items() if first in commands]
    for file in named or COMMANDS:
        import_module(f"api.commands.{file}").join(app)
    return app


def _version(value: bool) -> None:  # noqa: FBT001 - how typer calls it
    if value:
        from importlib.metadata import version  # noqa: PLC0415 - nobody else needs it

        typer.echo(f"sixface {version('sixface')}")
        raise typer.Exit


def _root(
    *,
    _shown: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None: ...


def main() -> None:
    """Run the command that the arguments name, and end the process with its status."""
    # Loading modules makes many objects that stay; looking for garbage among them finds none.
    gc.set_threshold(100_000)
    # Looking for plug-ins of pydantic reads the metadata of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Without a handler Python prints warnings of our rooms on stderr, which belongs to the sentence.
    logging.getLogger().addHandler(logging.NullHandler())
    sys.exit(run())


def run(words: Sequence[str] | None = None) -> int:
    """Run the command of these words, else of the process's arguments; returns the exit status."""
    words = sys.argv[1:] if words is None else list(words)
    try:
        status = assembled(words[0] if words else None)(words, standalone_mode=False)
    except TyperException as error:
        return _tell(f"{error.format_message().rstrip('.')}. See sixface --help.", USAGE)
    except (typer.Abort, KeyboardInterrupt):
        return _tell("Interrupted.", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - the last place where anything is caught
        from api.commands.failing import explained  # noqa: PLC0415 - only when something failed

        sentence, status = explained(error)
        return _tell(sentence, status)
    if status == INTERRUPTED:  # So the library tells of an interruption.
        return _tell("Interrupted.", INTERRUPTED)
    return status if isinstance(status, int) else 0


def _tell(sentence: str, status: int) -> int:
    if "debug" in os.environ.get("SIXFACE_LOG_LEVEL", "").lower() and status == FAULT:
        import traceback  # noqa: PLC0415 - only when asked for

        traceback.print_exc()
    typer.echo(sentence, err=True)
    return status


if __name__ == "__main__":
    main()
