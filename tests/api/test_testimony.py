"""Somebody who can write the database edits rows: each edit is found by the custody log, none is made up."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.auditing import audit, audit_all
from api.caller import CLI, WORKER, Caller
from api.desk import Wiring
from api.examination import examine
from api.identity.directory import found_tenant
from api.packing import making
from api.restoring import rebuild
from api.settings import Settings
from tests.api.conftest import Stage
from tests.api.packing.stocked import stock
from tests.api.wired import wired

AT = "2026-11-20T08:00:00Z"


@pytest.fixture
def wiring(tmp_path: Path) -> Iterator[Wiring]:
    made = wired(Settings(data=tmp_path / "data"))
    yield made
    made.close()


@pytest.fixture
def case(wiring: Wiring, tmp_path: Path, film: Path) -> str:
    """A case with a film and a photo that were examined, with a person's word and a sealed bundle."""
    return stock(wiring.desk(CLI), tmp_path, film=film, roles=("defect_photo",))


@pytest.fixture
def client(wiring: Wiring, stage: Stage) -> Iterator[httpx.Client]:
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url, timeout=30) as made:
        yield made


def found(wiring: Wiring) -> set[tuple[str, str]]:
    return {(each.code, each.where) for each in audit(wiring.desk(CLI)).faults}


def edit(wiring: Wiring, kind: str, change: Callable[[dict[str, Any]], object]) -> str:
    """Change the newest row of a kind as somebody with SQL would, and return its id."""
    with closing(sqlite3.connect(wiring.settings.database_file)) as database:
        name, text = database.execute(
            "SELECT id, body FROM documents WHERE kind = ? ORDER BY created_at DESC, id DESC LIMIT 1", (kind,)
        ).fetchone()
        body = json.loads(text)
        change(body)
        database.execute(
            "UPDATE documents SET body = ? WHERE kind = ? AND id = ?", (json.dumps(body), kind, name)
        )
        database.commit()
    return name


def run(wiring: Wiring, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(wiring.settings.database_file)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        database.execute(statement, values)
        database.commit()


def test_what_nobody_touched_is_as_the_log_says(wiring: Wiring, case: str, client: httpx.Client) -> None:
    own = f"/v1/cases/{case}"
    assert client.patch(own, json={"order_number": "TB-1"}).status_code == 200
    assert client.post(f"{own}/events", json={"kind": "delivered", "at": AT}).status_code < 300
    assert client.post(f"{own}/bundle", json={"incomplete": True}).status_code == 201
    assert client.get(own).status_code == 200
    assert found(wiring) == set()


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "sound"},
        {"state": "refused", "verdict": None},
        {"digest": f"sha256:{'1' * 64}"},
        {"size": 1},
        {"profile": "label_photo"},
    ],
)
def test_an_edited_item_is_found(wiring: Wiring, case: str, change: dict[str, Any]) -> None:
    del case
    name = edit(wiring, "evidence", lambda body: body.update(change))
    assert ("row_edited", f"evidence/{name}") in found(wiring)


def test_an_edited_report_is_found_whatever_it_says(wiring: Wiring, case: str) -> None:
    del case

    def kinder(body: dict[str, Any]) -> None:
        body["media"]["width"] += 1

    name = edit(wiring, "report", kinder)
    assert found(wiring) == {("row_edited", f"evidence/{name}")}


def test_an_edited_case_is_found_also_after_an_honest_change(
    wiring: Wiring, case: str, client: httpx.Client
) -> None:
    edit(wiring, "case", lambda body: body["case"].update(tracking_number="SF-FORGED"))
    told = {("row_edited", f"case/{case}")}
    assert found(wiring) == told
    changed = client.patch(f"/v1/cases/{case}", json={"order_number": "TB-2"})
    assert changed.status_code == 200
    assert found(wiring) == told, "an honest change after it must not make it true"


def test_nothing_is_sealed_of_what_was_edited(wiring: Wiring, case: str, client: httpx.Client) -> None:
    edit(wiring, "report", lambda body: body.update(engine="sixface 9.9.9"))
    refused = client.post(f"/v1/cases/{case}/bundle", json={"incomplete": True})
    assert (refused.status_code, refused.json()["type"]) == (500, "urn:sixface:problem:not-sealed")
    assert "sixface audit" in refused.json()["detail"]
    with wiring.rows.read("default") as reading:
        assert reading.entries(f"case/{case}")[-1].event == "bundle.refused"


def test_no_packet_is_made_of_what_was_edited(wiring: Wiring, case: str, client: httpx.Client) -> None:
    asked = {"for": "ebay.payment_dispute", "incomplete": True}
    waits = client.post(f"/v1/cases/{case}/packets", json=asked)
    assert waits.status_code == 202
    edit(wiring, "report", lambda body: body.update(engine="sixface 9.9.9"))
    making.go_on(wiring)
    ended = client.get(waits.headers["Location"]).json()
    assert ended["state"] == "refused"
    refused = client.post(f"/v1/cases/{case}/packets", json=asked)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:sixface:problem:packet-refused")
    for told in (json.dumps(ended["reasons"]), refused.json()["detail"]):
        assert "sixface audit" in told


def test_a_swapped_bundle_is_found(wiring: Wiring, case: str, client: httpx.Client) -> None:
    client.post(f"/v1/cases/{case}/bundle", json={"incomplete": True}).raise_for_status()
    edit(wiring, "bundle", lambda body: body.update(digest=f"sha256:{'2' * 64}"))
    assert ("row_edited", f"case/{case}") in found(wiring)


def test_rows_that_vanish_or_appear_are_found(wiring: Wiring, case: str) -> None:
    with wiring.rows.read("default") as reading:
        one, other = (row.id for row in reading.find("evidence", limit=2).rows)
    run(wiring, "DELETE FROM documents WHERE kind = 'report' AND id = ?", one)
    run(wiring, "DELETE FROM documents WHERE kind = 'evidence' AND id = ?", other)
    run(wiring, "DELETE FROM documents WHERE kind = 'case' AND id = ?", case)
    run(
        wiring,
        "INSERT INTO documents SELECT tenant, kind, 'ev_forged', version, body, created_at, updated_at "
        "FROM documents WHERE kind = 'evidence' AND id = ?",
        one,
    )
    told = found(wiring)
    assert {("row_missing", f"evidence/{each}") for each in (one, other)} <= told
    assert {("row_missing", f"case/{case}"), ("row_unlogged", "evidence/ev_forged")} <= told


def test_a_word_that_nobody_gave_is_found(wiring: Wiring, case: str) -> None:
    del case
    with wiring.rows.read("default") as reading:
        name = reading.find("evidence", limit=1).rows[0].id
    forged = {"items": [{"id": "conf_1", "answer": "confirmed", "by": "Li Wei"}]}
    with wiring.rows.begin("default", now=wiring.clock()) as unit:
        unit.add("confirmations", name, forged)
    assert found(wiring) == {("row_unlogged", f"evidence/{name}")}


def test_the_worker_finds_it_too_and_says_so(wiring: Wiring, case: str) -> None:
    from api import scrubbing  # noqa: PLC0415 - beside its only use

    edit(wiring, "case", lambda body: body["case"].update(order_number="FORGED"))
    scrubbing.hasten(wiring.desk(CLI))
    while scrubbing.go_on(wiring):
        pass
    with wiring.rows.read("default") as reading:
        held = scrubbing.standing(reading)
    assert held is not None
    assert held.last is not None
    assert ("row_edited", f"case/{case}") in held.last.told


def test_what_is_rebuilt_from_logs_is_of_its_tenant_and_no_fault(
    wiring: Wiring, tmp_path: Path, film: Path
) -> None:
    from api.backup import back_up  # noqa: PLC0415 - beside its only use

    found_tenant(wiring.rows, "south", now=wiring.clock())
    other = stock(wiring.desk(Caller("south", "cli")), tmp_path, film=film, roles=())
    back_up(wiring.desk(CLI), tmp_path / "backup")
    for name in ("sixface.db", "manifest.json", "SHA256SUMS"):
        (tmp_path / "backup" / name).unlink()
    settings = Settings(data=tmp_path / "new")
    assert rebuild(tmp_path / "backup", settings).items == 1
    back = wired(settings)
    with back.rows.read("default") as reading:
        assert reading.find("evidence").rows == ()
    with back.rows.read("south") as reading:
        (row,) = reading.find("evidence").rows
        assert reading.entries(f"case/{other}")[-1].event == "case.lost"
    examine(back.desk(Caller("south", WORKER.actor)), row.id)
    assert audit_all(back.desk(CLI)).faults == ()
    back.close()
