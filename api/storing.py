"""Taking in a file of this machine and examining it at once: what the command line does for a case."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from api.desk import Desk
from api.examination import Watch, examine
from api.form import plain_name
from api.idempotency import Claim
from api.intake import Offer, opened, receive
from api.item import Item
from api.terminal import watching
from api.viewing import answered
from api.words import Words
from evidence.check import RefusedError
from evidence.model import Expectation, say

PIECE: Final = 1 << 20
"""Bytes read at a time."""


def store(
    desk: Desk,
    file: Path,
    *,
    words: Words,
    profile: str | None = None,
    expected: Expectation | None = None,
    case_id: str | None = None,
) -> Item:
    """The item made of `file`, with its report; progress is shown where there is a terminal.

    Raises:
        RefusedError: no answer can be given on this file; where it was stored before that showed,
            it stays stored, as refused.
        UnverifiableError: its examination broke each time.
        StorageError: it could not be stored.
    """
    name = shown_name(file)
    offer = Offer(name, profile, expected or Expectation(), case_id=case_id)
    with opened(desk.wiring) as upload:
        try:
            with file.open("rb") as source:
                while piece := source.read(PIECE):
                    upload.write(piece)
        except OSError as error:
            says = say("{name} cannot be read ({reason}).", name=name, reason=error.strerror or "?")
            raise RefusedError("refused.no_permission", says) from error
        item = receive(desk, upload, offer, Claim(None, "", ""), inline=("video", "photo")).item
    with watching(name, words, sys.stderr) as progress:
        return answered(examine(desk, item.id, Watch(progress)))


def shown_name(file: Path) -> str:
    """What the file is called, as text."""
    return plain_name(os.fsencode(file.name).decode("utf-8", "replace"))


def copy_out(local: AbstractContextManager[Path], target: Path) -> None:
    """Copy a blob to where it was asked for; it appears there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with local as source, tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
        try:
            with source.open("rb") as file:
                shutil.copyfileobj(file, part, 1 << 20)
            Path(part.name).chmod(0o644)
            Path(part.name).replace(target)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
