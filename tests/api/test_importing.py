"""Cases out of a table: by program, on a terminal, and in a browser with and without scripts."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from api import tables
from api.errors import BadTableError
from tests.api.browsing import chromium, watched
from tests.api.conftest import Run, Stage

ENGLISH = {"Accept-Language": "en"}
GOOD = (
    "平台,订单号,退货运单号,原因代码,事件,发生时间,金额\n"
    "tmall,A-1,SF1,swapped_item,退货签收,2026/11/21 10:15,¥128.5\n"
    "temu,A-1,SF1,,,,\n"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def sent(client: httpx.Client, text: str | bytes, **asked: str | int) -> httpx.Response:
    content = text.encode() if isinstance(text, str) else text
    headers = {"Content-Type": "text/csv", **ENGLISH}
    return client.post("/v1/imports", content=content, params=asked, headers=headers)


def test_each_row_becomes_a_case_once_however_often_it_is_sent(taker: httpx.Client) -> None:
    looked = sent(taker, GOOD, dry_run="true").json()
    assert [row["outcome"] for row in looked["rows"]] == ["new", "new"]
    assert taker.get("/v1/cases").json()["items"] == []
    first, again = sent(taker, GOOD).json(), sent(taker, GOOD).json()
    assert [row["outcome"] for row in first["rows"]] == ["made", "made"]
    assert [row["outcome"] for row in again["rows"]] == ["there", "there"]
    assert [row["case"] for row in first["rows"]] == [row["case"] for row in again["rows"]]
    case = taker.get(f"/v1/cases/{first['rows'][0]['case']}").json()
    assert (case["platform"], case["reason_code"]) == ("tmall", "swapped_item")
    assert case["events"][0] == {
        "kind": "return_delivered",
        "at": "2026-11-21T02:15:00Z",
        "about": "",
        "because": "",
        "note": "",
    }
    assert case["amounts"][0]["value"] == "128.5"


def test_a_ticket_of_the_platform_comes_with_its_case(taker: httpx.Client) -> None:
    text = "platform,order,ticket,ticket_at,ticket_reason\ntemu,A-1,WO1,2026-11-20 10:00,reship\n"
    (row,) = sent(taker, text).json()["rows"]
    (ticket,) = taker.get(f"/v1/cases/{row['case']}").json()["tickets"]
    assert (ticket["id"], ticket["reason"], ticket["created_at"]) == ("WO1", "reship", "2026-11-20T02:00:00Z")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("nowhere,A,,,,,", "platform"),
        ("tmall,,,,,,", "order"),
        ("tmall,A,,odd,,,", "code"),
        ("tmall,A,,,eaten,2026-11-21,", "event"),
        ("tmall,A,,,return_delivered,soon,", "at"),
        ("tmall,A,,,,,much", "value"),
        (f"tmall,{'A' * 600},,,,,", "order"),
    ],
)
def test_a_row_that_is_wrong_says_where_and_makes_nothing(taker: httpx.Client, row: str, column: str) -> None:
    text = GOOD.splitlines()[0] + "\n" + row + "\ntmall,B,,,,,\n"
    wrong, good = sent(taker, text).json()["rows"]
    assert (wrong["outcome"], list(wrong["troubles"]), wrong["row"]) == ("wrong", [column], 2)
    assert good["outcome"] == "made"
    assert len(taker.get("/v1/cases").json()["items"]) == 1


def test_the_same_numbers_twice_in_a_table_make_one_case(taker: httpx.Client) -> None:
    rows = sent(taker, "order,platform\nA,tmall\n\nA,tmall\n").json()["rows"]
    assert [(row["row"], row["outcome"]) for row in rows] == [(2, "made"), (4, "twice")]
    assert "row 2" in rows[1]["troubles"]["order"]


def test_a_long_table_is_made_part_by_part(taker: httpx.Client) -> None:
    text = "order,platform\n" + "".join(f"A-{n},tmall\n" for n in range(7))
    after: int | None = 0
    made = total = 0
    while after is not None:
        told = sent(taker, text, after=after, limit=3).json()
        made += sum(row["outcome"] == "made" for row in told["rows"])
        after, total = told.get("next"), told["total"]
    assert made == total == 7


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_are_read_as_excel_and_wps_save_them(encoding: str) -> None:
    rows = tables.rows_of(tables.decoded(GOOD.encode(encoding)))
    assert rows[0]["event"] == "退货签收"
    assert tables.rows_of(tables.decoded(GOOD.replace(",", ";").encode(encoding))) == rows


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a,b\n1,2\n",
        b"order\n",
        b"\xff\xfe\x00order",
        b"PK\x03\x04" + bytes(100),
        b"order\n" + b"A\n" * (tables.MOST_ROWS + 1),
        b"order\n" + b"A" * 200_000,
    ],
)
def test_what_is_no_table_is_refused_with_one_sentence(data: bytes) -> None:
    with pytest.raises(BadTableError):
        tables.rows_of(tables.decoded(data))


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1"])
def test_no_cell_that_goes_out_starts_a_formula(cell: str) -> None:
    (_, row) = csv.reader(io.StringIO(tables.written(["a"], [[cell]]).removeprefix(tables.BOM), newline=""))
    assert row == [f"'{cell}"]
    assert tables.safe("-12.50") == "-12.50"


def test_the_template_is_a_table_that_can_be_sent(taker: httpx.Client) -> None:
    template = taker.get("/v1/imports/template.csv")
    assert "attachment" in template.headers["Content-Disposition"]
    (row,) = sent(taker, template.content, dry_run="true").json()["rows"]
    assert row["outcome"] == "new"


def test_a_terminal_makes_them_too(sixface: Run, tmp_path: Path) -> None:
    table = tmp_path / "orders.csv"
    table.write_text(GOOD + "tmall,,,,,,1\n", "gb18030")
    looked = sixface("case", "import", table, "--dry-run")
    assert looked.returncode == 1
    assert "Row 4" in looked.stdout
    done = sixface("case", "import", table, "--json", "--out", tmp_path / "result.csv")
    assert [row["outcome"] for row in json.loads(done.stdout)] == ["made", "made", "wrong"]
    assert (tmp_path / "result.csv").read_text("utf-8-sig").count("case_") == 2
    assert sixface("case", "import", tmp_path / "result.csv").returncode in {1, 64}
    assert "order_number" in sixface("case", "import", "-").stdout


def test_without_scripts_a_table_is_looked_at_and_then_made(taker: httpx.Client) -> None:
    files = {"file": ("orders.csv", (GOOD + "tmall,,,,,,1\n").encode("gb18030"), "text/csv")}
    looked = taker.post("/cases/import", files=files, headers=ENGLISH)
    assert looked.status_code == 200
    assert "2 of 3 rows are good and new." in looked.text
    assert "Write the order number" in looked.text
    assert taker.get("/v1/cases").json()["items"] == []
    table = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", looked.text, re.DOTALL)
    assert table is not None
    carried = {"table": (None, unescape(table[1])), "ruleset": (None, "")}
    made = taker.post("/cases/import/made", files=carried, headers=ENGLISH)
    assert "3 of 3 rows are done." in made.text
    assert len(taker.get("/v1/cases").json()["items"]) == 2
    result = taker.post("/cases/import/result", files=carried, headers=ENGLISH)
    assert result.text.count("there already") == 2
    refused = taker.post("/cases/import", files={"file": ("a.csv", b"a,b\n1,2", "text/csv")}, headers=ENGLISH)
    assert refused.status_code == 422
    assert "The first row has to name the columns" in refused.text


def test_what_stands_in_a_table_is_text(taker: httpx.Client) -> None:
    table = 'order,platform\n"</textarea><script>alert(1)</script>",tmall\n'
    looked = taker.post("/cases/import", files={"file": ("a.csv", table.encode(), "text/csv")})
    assert "<script>alert" not in looked.text


def test_in_a_browser_the_rows_are_made_with_progress(
    browser: Browser, taker: httpx.Client, stage: Stage, tmp_path: Path
) -> None:
    table = tmp_path / "orders.csv"
    table.write_text("order,platform\n" + "".join(f"A-{n},tmall\n" for n in range(120)), "utf-8")
    with watched(browser.new_page(locale="en")) as page:
        page.goto(f"{stage.url}/cases/import")
        page.locator("#file").set_input_files(table)
        with page.expect_navigation():  # the button works without scripts too, and this is about those
            page.get_by_role("button", name="Look at the rows").click()
        page.get_by_role("button", name="Make 120 cases").click()
        state = page.locator("#make .state")
        expect(state).to_have_text(re.compile("^Cases made: 120; there already: 0;"), timeout=60000)
        page.get_by_role("button", name="Show the cases").click()
        expect(page.locator("td a").first).to_have_text(re.compile("^case_"))
    with taker.stream("GET", "/v1/cases?limit=200") as answer:
        answer.read()
        assert len(answer.json()["items"]) == 120
