"""The faults of a ruleset file in plain sentences: which line, which field, what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

Place = tuple[str | int, ...]
"""The way to a field: names of tables and positions in lists."""


@dataclass(frozen=True)
class Problem:
    """One fault; `line` counts from 1 and is 0 where the fault has no line of its own."""

    line: int
    field: str
    what: str

    def __str__(self) -> str:
        parts = [f"line {self.line}" if self.line else "", self.field]
        where = ", ".join(part for part in parts if part)
        return f"{where}: {self.what}" if where else self.what


def problems_of(text: str, table: Mapping[str, Any], error: ValidationError) -> tuple[Problem, ...]:
    """The faults that pydantic found in `table`, which was read from `text`, by line."""
    details = error.errors(include_url=False)
    found = [_problem(text, table, d) for d in details if not _follows(d, details)]
    return tuple(sorted(found, key=lambda p: (p.line, p.field)))


def _follows(detail: ErrorDetails, others: Sequence[ErrorDetails]) -> bool:
    """Whether a list is called too short only because its one item is already called wrong."""
    loc = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in others
    )


def _problem(text: str, table: Mapping[str, Any], detail: ErrorDetails) -> Problem:
    place = _real(table, detail["loc"])
    return Problem(_line(text, place), _spoken(table, place), _sentence(detail))


def _real(table: Any, loc: Sequence[str | int]) -> Place:  # noqa: ANN401 - whatever TOML held
    """`loc` without the steps that pydantic adds for the kind of a condition, which are no fields."""
    kept: list[str | int] = []
    here: Any = table
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(here, Mapping) and isinstance(step, str):
            mapping = cast("Mapping[str, Any]", here)
            if step not in mapping and not last and mapping.get("kind") == step:
                continue
            here = mapping.get(step)
        elif isinstance(here, list) and isinstance(step, int):
            items = cast("list[Any]", here)
            here = items[step] if step < len(items) else None
        else:
            here = None
        kept.append(step)
    return tuple(kept)


def _spoken(table: Mapping[str, Any], place: Place) -> str:
    words: list[str] = []
    here: Any = table
    for step in place:
        if isinstance(step, int):
            items = cast("list[Any]", here) if isinstance(here, list) else []
            here = items[step] if step < len(items) else None
            own = cast("Mapping[str, Any]", here).get("id") if isinstance(here, Mapping) else None
            words[-1] += f" {own}" if isinstance(own, str) and own else f" number {step + 1}"
        else:
            words.append(step)
            here = cast("Mapping[str, Any]", here).get(step) if isinstance(here, Mapping) else None
    return ", ".join(words)


_PLAIN: Final = {
    "missing": "this field is missing; write it",
    "extra_forbidden": "there is no field of this name; mend its spelling or take it out",
    "literal_error": "{given!r} is not known here; write one of {expected}",
    "enum": "{given!r} is not known here; write one of {expected}",
    "union_tag_invalid": "the kind {tag!r} is not known; write one of {expected_tags}",
    "union_tag_not_found": "this condition has no kind; write kind = with one of the known kinds",
    "string_pattern_mismatch": "{given!r} is not allowed here; use plain letters, digits, - and _",
    "value_error": "{error}",
    "too_short": "this list is empty; write at least one item",
    "tuple_type": "write a list here, in square brackets",
    "model_type": "write a table here: names and their values",
    "model_attributes_type": "write a table here: names and their values",
}
"""Our words for pydantic's kinds of errors; the others keep pydantic's own."""


def _sentence(detail: ErrorDetails) -> str:
    plain = _PLAIN.get(detail["type"])
    if plain is None:
        return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"
    return plain.format_map({"given": detail["input"], **detail.get("ctx", {})})


_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\s\"-]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*\"?([A-Za-z0-9_-]+)\"?\s*(?:=|\.)")


def _line(text: str, place: Place) -> int:
    """The line where the field is written, or the nearest one that leads to it; 0 for the whole file."""
    best, depth = 0, 0
    for number, path in _fields(text):
        shared = _agreement(path, place)
        if shared > depth and shared == len(path):
            best, depth = number, shared
    return best


def _agreement(path: Place, place: Place) -> int:
    count = 0
    for mine, theirs in zip(path, place, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _fields(text: str) -> Iterable[tuple[int, Place]]:
    """Line and path of every table header and every key at the start of a line."""
    counts: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            table = _opened(counts, header.group(2), listed=header.group(1) == "[[")
            yield number, table
            continue
        key = _KEY.match(line)
        if key:
            yield number, (*table, key.group(1))


def _opened(counts: dict[Place, int], name: str, *, listed: bool) -> Place:
    path: Place = ()
    parts = [part.strip().strip('"') for part in name.split(".")]
    for index, part in enumerate(parts):
        path = (*path, part)
        if index == len(parts) - 1 and listed:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
