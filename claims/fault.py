"""The faults of a ruleset file in plain sentences: which line, which field, what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from claims.vocabulary.agreement import Fault
from evidence.model import Saying, say

Place = tuple[str | int, ...]
"""The way to a field: names of tables and positions in lists."""


class MisruleError(ValueError):
    """Entries of a ruleset do not agree; `faults` has each with its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(str(says) for _, says in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Problem:
    """One fault; `line` counts from 1 and is 0 where the fault has no line of its own."""

    line: int
    field: str
    what: Saying

    def __str__(self) -> str:
        parts = [f"line {self.line}" if self.line else "", self.field]
        where = ", ".join(part for part in parts if part)
        return f"{where}: {self.what}" if where else str(self.what)


def problems_of(text: str, table: Mapping[str, Any], error: ValidationError) -> tuple[Problem, ...]:
    """The faults that pydantic found in `table`, which was read from `text`, by line."""
    details = error.errors(include_url=False)
    found = [p for d in details if not _follows(d, details) for p in _problems(text, table, d)]
    return tuple(sorted(found, key=lambda p: (p.line, p.field)))


def _follows(detail: ErrorDetails, others: Sequence[ErrorDetails]) -> bool:
    """Whether a list is called too short only because its one item is already called wrong."""
    loc = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in others
    )


def _problems(text: str, table: Mapping[str, Any], detail: ErrorDetails) -> Iterable[Problem]:
    raised = detail.get("ctx", {}).get("error")
    told: Sequence[Fault] = (
        raised.faults if isinstance(raised, MisruleError) else ((detail["loc"], sentence(detail)),)
    )
    for loc, says in told:
        place = _real(table, loc)
        yield Problem(_line(text, place), _spoken(table, place), says)


def _real(table: Any, loc: Sequence[str | int]) -> Place:  # noqa: ANN401 - whatever TOML held
    """`loc` without the steps that pydantic adds for the kind of a condition, which are no fields."""
    kept: list[str | int] = []
    here: Any = table
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(here, Mapping) and isinstance(step, str):
            mapping = cast("Mapping[str, Any]", here)
            # the field `event` of a condition of kind `event` holds a list, so a number follows it
            tag = not last and (step not in mapping or isinstance(loc[index + 1], str))
            if tag and mapping.get("kind") == step:
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


def sentence(detail: ErrorDetails) -> Saying:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of error
    """Our words for what pydantic found; what we have no words for keeps pydantic's own."""
    told: Mapping[str, Any] = detail.get("ctx", {})
    given = repr(detail["input"])[:200]
    match detail["type"]:
        case "missing":
            return say("this field is missing; write it")
        case "extra_forbidden":
            return say("there is no field of this name; mend its spelling or take it out")
        case "literal_error" | "enum":
            expected = str(told.get("expected", ""))
            return say("{given} is not known here; write one of {expected}", given=given, expected=expected)
        case "union_tag_invalid":
            tags = str(told.get("expected_tags", ""))
            tag = repr(told.get("tag"))
            return say("the kind {tag} is not known; write one of {expected}", tag=tag, expected=tags)
        case "union_tag_not_found":
            return say("this condition has no kind; write kind = with one of the known kinds")
        case "string_pattern_mismatch":
            return say("{given} is not allowed here; use plain letters, digits, - and _", given=given)
        case "too_short":
            return say("this list is empty; write at least one item")
        case "too_long":
            return say("this list is too long; take something out")
        case "tuple_type":
            return say("write a list here, in square brackets")
        case "model_type" | "model_attributes_type":
            return say("write a table here: names and their values")
        case "string_type":
            return say('write a text here, between "quotation marks"')
        case "string_too_short":
            return say("this text is empty; write something")
        case "bool_type" | "bool_parsing":
            return say("write true or false here")
        case "int_type" | "int_parsing" | "int_from_float":
            return say("input should be a valid integer: a whole number without quotation marks")
        case "greater_than":
            return say("input should be greater than {limit}", limit=str(told.get("gt")))
        case "greater_than_equal":
            return say("input should be {limit} or more", limit=str(told.get("ge")))
        case "less_than" | "less_than_equal":
            return say("input should be {limit} at most", limit=str(told.get("lt", told.get("le"))))
        case "date_type" | "date_parsing" | "date_from_datetime_parsing" | "date_from_datetime_inexact":
            return say("write a date here, without quotation marks, e.g. 2026-11-21")
        case _:
            return Saying(text="{what}", values={"what": _own_words(detail)})


def _own_words(detail: ErrorDetails) -> str:
    raised = detail.get("ctx", {}).get("error")
    return str(raised) if raised else f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"


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
