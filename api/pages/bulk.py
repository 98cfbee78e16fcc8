"""Many cases at once: a table is looked at row by row, then its good rows are made, a part at a time.

The table stays with the browser and is sent again with each step, so nothing waits here for anybody and
nothing of it is kept. With scripts the parts follow each other by themselves, through `/v1/imports`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api import imported, importing, tables
from api.errors import BadTableError
from api.importing import Fate, Line
from api.pages.case_new import platforms
from api.pages.frame import language, page
from api.routes.asking import Serving
from api.routes.imports import MOST_AT_ONCE, table
from api.words import Words, words
from evidence.model import say

if TYPE_CHECKING:
    from api.desk import Desk

SHOWN: Final = 200
"""Rows of each kind that a page shows; the result as a table has all."""
_Act = Callable[[Request, "Desk", Mapping[str, str]], Response]
router = APIRouter(include_in_schema=False)


@router.get("/cases/import")
def first(request: Request, desk: Serving) -> Response:
    """What a table has to look like, and where to put it."""
    return _page(request, desk, {})


@router.post("/cases/import", max_body_size=tables.LARGEST + (1 << 20))
async def looked(request: Request, desk: Serving) -> Response:
    """Every row with what would become of it; nothing is made."""
    return await _answered(request, desk, _look)


@router.post("/cases/import/made", max_body_size=tables.LARGEST + (1 << 20))
async def made(request: Request, desk: Serving) -> Response:
    """Make the next good rows; what was made already is found, and not made again."""
    return await _answered(request, desk, _make)


@router.post("/cases/import/result", max_body_size=tables.LARGEST + (1 << 20))
async def result(request: Request, desk: Serving) -> Response:
    """The table as it stands now: each row with its case, or with what is wrong."""
    return await _answered(request, desk, _result)


async def _answered(request: Request, desk: Desk, act: _Act) -> Response:
    try:
        sent = await _sent(request)
        return await run_sync(partial(act, request, desk, sent))
    except BadTableError as error:
        told = words(language(request))
        return await run_sync(partial(_page, request, desk, {}, trouble=told.say(error.says), status=422))


async def _sent(request: Request) -> dict[str, str]:
    """The fields of the form, and the text of its table. Raises `BadTableError`."""
    sent: dict[str, str] = {}
    try:
        async with request.form(max_files=1, max_fields=8, max_part_size=tables.LARGEST) as form:
            for name, value in form.items():
                if isinstance(value, UploadFile):
                    sent[name] = tables.decoded(await value.read(tables.LARGEST + 1))
                else:
                    sent[name] = value
    except HTTPException as error:
        raise BadTableError(say("The form cannot be read; load the page anew and send it again.")) from error
    sent["table"] = sent.get("file") or sent.get("table", "")
    return sent


def _lines(desk: Desk, sent: Mapping[str, str]) -> list[Line]:
    return importing.looked_at(desk, tables.rows_of(sent["table"]), sent.get("ruleset", ""))


def _look(request: Request, desk: Desk, sent: Mapping[str, str]) -> Response:
    return _page(request, desk, sent, lines=importing.held_against(desk, _lines(desk, sent)))


def _make(request: Request, desk: Desk, sent: Mapping[str, str]) -> Response:
    lines = _lines(desk, sent)
    after = int(sent["after"]) if sent.get("after", "").isdecimal() else 0
    part = list(importing.made(desk, lines[after : after + MOST_AT_ONCE]))
    done = min(after + MOST_AT_ONCE, len(lines))
    return _page(request, desk, sent, lines=part, done=done, total=len(lines))


def _result(request: Request, desk: Desk, sent: Mapping[str, str]) -> Response:
    told = words(language(request))
    lines = importing.held_against(desk, _lines(desk, sent))
    return table(imported.result(lines, told), "sixface-result.csv")


def _page(
    request: Request,
    desk: Desk,
    sent: Mapping[str, str],
    *,
    lines: Sequence[Line] = (),
    done: int = 0,
    total: int = 0,
    trouble: str = "",
    status: int = 200,
) -> Response:
    told = words(language(request))
    counts = Counter(line.fate for line in lines)
    groups = [
        (tone, mark, told.say(name), counts[fate], _some(lines, fate, told))
        for fate, (tone, mark, name) in imported.FATES.items()
        if counts[fate]
    ]
    return page(
        request,
        "cases_import.html",
        status,
        platforms=[(each.id, each.title) for each in platforms(desk, told)],
        ruleset=sent.get("ruleset", ""),
        columns=[(called[0], " / ".join(called[1:])) for called in tables.COLUMNS.values()],
        table=sent.get("table", ""),
        groups=groups,
        good=counts[Fate.NEW],
        made=counts[Fate.MADE],
        rows=len(lines),
        done=done,
        total=total,
        most=tables.MOST_ROWS,
        trouble=trouble,
    )


def _some(lines: Sequence[Line], fate: Fate, told: Words) -> list[imported.Row]:
    """The first rows of that fate."""
    return [imported.shown(line, told) for line in lines if line.fate is fate][:SHOWN]
