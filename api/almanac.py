"""The days off of this deployment: `calendar.toml` in the data folder, read anew whenever it has changed.

The days that ship come first, and what stands in that file goes over them. The file is written whole, as this
program writes it, so comments that somebody put into it by hand are not kept; its markets are.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from claims.clocks.calendar import CalendarError, Calendars, Table, read, shipped
from storage.errors import ReadOnlyError

log = logging.getLogger(__name__)


class Almanac:
    """What is known about days off now; `file` may not exist, and None means that there never is one."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._held = shipped()

    def now(self) -> Calendars:
        """With the file as it stands; one that was spoilt since leaves what was known before.

        Raises:
            CalendarError: it cannot be used, and nothing was known before.
        """
        if self._file is None:
            return self._held
        try:
            stat = self._file.stat()
        except FileNotFoundError:
            self._seen, self._held = None, shipped()
            return self._held
        seen = (stat.st_mtime_ns, stat.st_size)
        if seen != self._seen:
            try:
                self._held = Calendars(shipped().table, read(self._file.read_text("utf-8", "replace")))
            except CalendarError:
                if self._seen is None:
                    raise
                log.exception("the calendar was spoilt; what was known before is used")
            self._seen = seen
        return self._held

    def put(self, table: Table) -> None:
        """Keep that table in place of what stood in the file, whole or not at all.

        Raises:
            StorageError: it cannot be written.
        """
        from storage import snapshot, staging  # noqa: PLC0415 - brings the database, which reading needs not

        if self._file is None:
            raise ReadOnlyError
        part = self._file.with_name(f".{self._file.name}.part")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(written(table), "utf-8")
            snapshot.place(part, self._file)
        except OSError as error:
            raise staging.translated(error) from error


def written(table: Table) -> str:
    """The table as a file of TOML that `read` reads back."""
    lines = ["# The days off that this deployment knows better; written by Sixface."]
    for market in table.market:
        lines += ["", "[[market]]", f"id = {_quoted(market.id)}", f"country = {_quoted(market.country)}"]
        lines.append(f"zone = {_quoted(market.zone)}")
        if market.known_through is not None:
            lines.append(f"known_through = {market.known_through}")
        lines.append(f"also = [{', '.join(map(_quoted, market.also))}]")
    for each in table.override:
        lines += ["", "[[override]]", f"market = {_quoted(each.market)}", f"day = {each.day.isoformat()}"]
        lines += [f"works = {str(each.works).lower()}", f"source = {_quoted(each.source)}"]
        if each.read is not None:
            lines.append(f"read = {each.read.isoformat()}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's, with the one character more that TOML wants written out."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
