"""The page of codes, drawn from the checks: `python -m evidence.codes > evidence/CODES.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from evidence.profile import checks, find


def page() -> str:
    """All codes of all checks as a table in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from ("# Codes", "", "Drawn from the checks by `make codes`. A code is never renamed.", "")
    for name in checks():
        check = find(name)
        yield from (f"## {name} (version {check.version})", "", "| code | what it is about |", "|---|---|")
        yield from (f"| `{code}` | {about} |" for code, about in check.codes.items())
        yield from (f"| `{name}.broken` | The check broke while looking; its question is open. |", "")


if __name__ == "__main__":
    sys.stdout.write(page())
