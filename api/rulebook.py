"""Which rulesets there are: those that ship, and those that somebody put into the data folder.

A file of one's own with the name of a shipped ruleset stands in for it, so that a figure can be
filled in without touching the program. A case is judged by the text that it was opened with, which
is kept, whatever becomes of the files.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.errors import UnknownRulesetError
from claims import ruleset as rulesets
from claims.ruleset import LARGEST, Loaded, RulesetError
from storage.errors import ReadOnlyError
from storage.rows import Reading, Unit

KIND: Final = "ruleset"
"""Rows of texts by which cases are judged, under their digest."""


@dataclass(frozen=True)
class Rulebook:
    """The rulesets of one deployment; `folder` may not exist."""

    folder: Path | None = None

    @property
    def _own(self) -> dict[str, Path]:
        if self.folder is None or not self.folder.is_dir():
            return {}
        return {path.stem: path for path in sorted(self.folder.glob("*.toml"))}

    def names(self) -> tuple[str, ...]:
        """All of them, sorted."""
        return tuple(sorted({*rulesets.names(), *self._own}))

    def is_own(self, name: str) -> bool:
        """Whether it is a file of the data folder."""
        return name in self._own

    def read_all(self) -> None:
        """Read those that ship, which are kept once read, so that nobody waits for them later."""
        for name in rulesets.names():
            rulesets.load(name)

    def get(self, name: str) -> Loaded:
        """The ruleset of that name, or of that former name.

        Raises:
            UnknownRulesetError: there is none.
            RulesetError: it is a file of the data folder that cannot be used.
        """
        if name in self._own:
            return read_file(self._own[name])
        try:
            return rulesets.load(name)
        except LookupError:
            raise UnknownRulesetError(name, self.names()) from None

    def put(self, name: str, text: str) -> None:
        """Lay a ruleset of one's own under that name, whole or not at all.

        Raises:
            StorageError: it cannot be written.
        """
        from storage import snapshot, staging  # noqa: PLC0415 - brings the database, which reading needs not

        folder = self._writable()
        part = folder / f".{name}.toml.part"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.write_text(text, "utf-8")
            part.chmod(0o600)
            snapshot.place(part, folder / f"{name}.toml")
        except OSError as error:
            raise staging.translated(error) from error

    def remove(self, name: str) -> None:
        """Take one's own ruleset of that name away; its file stays beside, as `NAME.toml.withdrawn`.

        Raises:
            StorageError: it cannot be moved.
        """
        from storage import staging  # noqa: PLC0415 - a moment that reading needs not

        path = self._writable() / f"{name}.toml"
        try:
            path.replace(path.with_name(f"{name}.toml.withdrawn"))
        except OSError as error:
            raise staging.translated(error) from error

    def _writable(self) -> Path:
        if self.folder is None:
            raise ReadOnlyError
        return self.folder


def read_file(path: Path) -> Loaded:
    """The ruleset in that file.

    Raises:
        RulesetError: it cannot be used; every fault is named with its line.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        text = file.read(LARGEST + 1).decode("utf-8", "replace")
    return rulesets.parse(text, path.name)


def keep(unit: Unit, loaded: Loaded) -> str:
    """Keep the text, if it is not there yet; returns its digest."""
    body: dict[str, Any] = {"id": loaded.rules.id, "version": loaded.rules.version, "text": loaded.text}
    if unit.get(KIND, loaded.digest) is None:
        unit.add(KIND, loaded.digest, body)
    return loaded.digest


def kept(reading: Reading, digest: str) -> Loaded | None:
    """The ruleset of that text; None where it was not kept, or cannot be read any more."""
    row = reading.get(KIND, digest)
    if row is None:
        return None
    try:
        return rulesets.parsed(row.body["text"], row.body["id"])
    except RulesetError:
        return None
