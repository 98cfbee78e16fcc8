"""The rows that are of no tenant: which tenants there are, and to whose rows a secret leads.

They lie in the same store under a name that no tenant can have. A row here gives nobody anything: it
says where to look, and what counts is the row that is found there. It may lead nowhere.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Final

from api.caller import TENANT
from storage.errors import ExistsError
from storage.rows import LIMIT, Reading, Rows, Unit

DIRECTORY: Final = "@directory"
"""Begins with a sign that the name of a tenant cannot hold."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""What a tenant may be called: it stands before the names of its people, with a slash between."""
_OURS: Final = frozenset({"system"})
"""Where the roll of workers and their figures lie."""
KIND: Final = "tenant"
_CLOSED: Final = ("state", "closed")
"""The row that says that there are people, so that nobody is let in unasked."""


def tenants(rows: Rows) -> tuple[str, ...]:
    """All tenants of this deployment; the first is there from the start."""
    found = [TENANT]
    after: str | None = None
    with rows.read(DIRECTORY) as reading:
        while True:
            page = reading.find(KIND, after=after, limit=LIMIT, newest_first=False)
            found += [row.id for row in page.rows]
            if (after := page.next) is None:
                return tuple(found)


def found_tenant(rows: Rows, name: str, *, now: datetime) -> None:
    """Add a tenant.

    Raises:
        ValueError: it cannot be called so.
        ExistsError: there is one of that name.
    """
    if NAME.fullmatch(name) is None or name in _OURS:
        message = "a tenant is called by 1 to 40 small letters, digits and hyphens, and not system"
        raise ValueError(message)
    if name == TENANT:
        raise ExistsError(KIND, name)
    with rows.begin(DIRECTORY, now=now) as unit:
        unit.add(KIND, name, {})


def is_tenant(reading: Reading, name: str) -> bool:
    """Whether there is a tenant of that name; `reading` is of the directory."""
    return name == TENANT or (NAME.fullmatch(name) is not None and reading.get(KIND, name) is not None)


def is_closed(rows: Rows) -> bool:
    """Whether there are people who can sign in; once there are, there always are."""
    with rows.read(DIRECTORY) as reading:
        return reading.get(*_CLOSED) is not None


def close(unit: Unit) -> None:
    """From now on nobody is let in unasked; `unit` is of the directory."""
    if unit.get(*_CLOSED) is None:
        unit.add(*_CLOSED, {})


def digest(secret: str) -> str:
    """How a secret of at least 192 random bits is kept: its SHA-256, so the rows give nobody in."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
