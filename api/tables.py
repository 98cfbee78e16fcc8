"""Tables that people bring and take away: CSV as Excel, WPS or a program saved it, without formulas.

A cell that begins like a formula goes out with an apostrophe before it, since a spreadsheet would run it
(OWASP, CSV injection); numbers stay as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from api.errors import BadTableError
from evidence.model import say

MOST_ROWS: Final = 5000
"""Rows of one table; a longer one is sent in parts."""
LARGEST: Final = 8 << 20
"""Bytes of a table."""
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "platform": ("platform", "ruleset", "平台"),
    "order": ("order_number", "order", "订单号", "订单编号"),
    "waybill": ("tracking_number", "waybill", "tracking", "运单号", "退货运单号", "快递单号"),
    "reason": ("reason", "原因说明", "问题描述"),
    "code": ("reason_code", "code", "原因代码", "原因"),
    "event": ("event", "happened", "事件"),
    "at": ("event_at", "at", "happened_at", "事件时间", "发生时间"),
    "value": ("value", "amount", "金额", "商品价值"),
    "currency": ("currency", "币种"),
    "zone": ("zone", "timezone", "时区"),
    "site": ("site", "站点"),
    "shop": ("shop", "shop_id", "店铺"),
    "ticket": ("ticket", "ticket_id", "工单号", "工单编号"),
    "ticket_reason": ("ticket_reason", "工单原因"),
    "ticket_at": ("ticket_at", "ticket_created_at", "工单时间", "工单创建时间"),
}
"""What a column may be called; the first name is that of the template."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""By which a spreadsheet knows a formula, also as full-width letters."""
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")
BOM: Final = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of its machine."""


def decoded(data: bytes) -> str:
    """The text of a table as Excel, WPS or a program saved it.

    Raises:
        BadTableError: it is too large, or in none of the encodings that are read.
    """
    if len(data) > LARGEST:
        raise BadTableError(say("The table is larger than {most} MB; send it in parts.", most=LARGEST >> 20))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadTableError(say("This is no text; save the table as CSV (UTF-8) and choose that file."))


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows by our names of the columns, empty ones left out.

    Raises:
        BadTableError: it has no head that we know, more rows than are taken, or cannot be read.
    """
    head = text.lstrip("\ufeff").partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    found: list[dict[str, str]] = []
    try:
        names = [_named(cell) for cell in next(reader, ())]
        if not {"order", "waybill"} & set(names):
            known = ", ".join(each[0] for each in COLUMNS.values())
            raise BadTableError(
                say("The first row has to name the columns; known are: {known}.", known=known)
            )
        for row in reader:
            if len(found) >= MOST_ROWS + 1:
                break
            cells = {name: cell.strip() for name, cell in zip(names, row, strict=False) if name}
            found.append(cells if any(cells.values()) else {})
    except csv.Error:
        raise BadTableError(say("This CSV cannot be read; save it once more as CSV (UTF-8).")) from None
    while found and not found[-1]:
        found.pop()
    if len(found) > MOST_ROWS:
        raise BadTableError(say("The table has more than {most} rows; send it in parts.", most=MOST_ROWS))
    if not found:
        raise BadTableError(say("The table has no row below its head."))
    return found


def _named(cell: str) -> str:
    wanted = cell.strip().strip('"').casefold().replace(" ", "_")
    return next((name for name, called in COLUMNS.items() if wanted in called), "")


def safe(cell: str) -> str:
    """The cell as it may go into a spreadsheet."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


def written(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as CSV that Excel and WPS open as it is."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in head])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return BOM + out.getvalue()


def template() -> str:
    """A table to begin with: the head, and one row as an example."""
    return written([called[0] for called in COLUMNS.values()], [_EXAMPLE])


_EXAMPLE: Final = (
    "tmall",
    "2026112100017",
    "SF1402938475610",
    "盒子里是三块肥皂",
    "swapped_item",
    "return_delivered",
    "2026-11-21 10:15",
    "128.50",
    "CNY",
    "Asia/Shanghai",
    "",
    "",
    "",
    "",
    "",
)
