"""The one contract of all row stores."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from storage.ledger import GENESIS, verify
from storage.rows import (
    BusyError,
    ConflictError,
    Cursor,
    ExistsError,
    MissingRowError,
    Page,
    Row,
    Rows,
    Unit,
)

BODY: dict[str, Any] = {
    "name": "拆箱 📦.mov",
    "size": 2**53 + 1,
    "ratio": 0.1,
    "none": None,
    "yes": True,
    "list": [1, [2, {"deep": ""}]],
    "odd": "a\0b\udcff'; DROP TABLE documents; --",
}


def add(
    rows: Rows, now: datetime, *ids: str, kind: str = "evidence", tenant: str = "one", **facets: str
) -> None:
    for id_ in ids:
        with rows.begin(tenant, now=now) as unit:
            unit.add(kind, id_, {"id": id_}, facets)


def ids_of(page: Page) -> list[str]:
    return [row.id for row in page.rows]


def walk(rows: Rows, limit: int, *, newest_first: bool = True, **facets: str) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        with rows.read("one") as reading:
            page = reading.find("evidence", facets, after=after, limit=limit, newest_first=newest_first)
        assert len(page.rows) <= limit
        found += ids_of(page)
        after = page.next
        if after is None:
            return found


def test_what_is_read_is_what_was_added(rows: Rows, now: datetime) -> None:
    with rows.begin("one", now=now) as unit:
        added = unit.add("evidence", "e1", BODY)
        assert unit.get("evidence", "e1") == added
    with rows.read("one") as reading:
        assert reading.get("evidence", "e1") == added
        assert reading.get("evidence", "e2") is None
        assert reading.get("case", "e1") is None
    assert added == Row("evidence", "e1", 1, BODY, now, now)
    assert added.created_at.utcoffset() == timedelta(0)


def test_a_body_comes_back_as_json_says_it(rows: Rows, now: datetime) -> None:
    with rows.begin("one", now=now) as unit:
        added = unit.add("evidence", "e1", {"pair": (1, 2), "keys": {3: 4}})
        assert added.body == {"pair": [1, 2], "keys": {"3": 4}}
        assert unit.get("evidence", "e1") == added


@pytest.mark.parametrize("body", [{"x": object()}, {"x": {1}}, {"x": b"bytes"}, {"x": float("nan")}])
def test_a_body_that_is_not_json_is_refused(rows: Rows, now: datetime, body: dict[str, Any]) -> None:
    with rows.begin("one", now=now) as unit:
        unit.add("evidence", "good", {})
        with pytest.raises((TypeError, ValueError)):
            unit.add("evidence", "e1", body)
        with pytest.raises((TypeError, ValueError)):
            unit.replace("evidence", "good", body, version=1)
    with rows.read("one") as reading:
        assert ids_of(reading.find("evidence")) == ["good"]


def test_changing_a_body_in_hand_changes_nothing_kept(rows: Rows, now: datetime) -> None:
    body: dict[str, Any] = {"list": [1]}
    with rows.begin("one", now=now) as unit:
        added = unit.add("evidence", "e1", body)
        body["list"].append(2)
        added.body["list"].append(3)
    with rows.read("one") as reading:
        row = reading.get("evidence", "e1")
        assert row
        row.body["list"].append(4)
        again = reading.get("evidence", "e1")
        assert again
        assert again.body == {"list": [1]}


def test_a_wall_time_is_utc_whatever_zone_it_came_in(rows: Rows, now: datetime) -> None:
    add(rows, now.astimezone(timezone(timedelta(hours=8))), "e1")
    with rows.read("one") as reading:
        row = reading.get("evidence", "e1")
    assert row
    assert (row.created_at, row.created_at.utcoffset()) == (now, timedelta(0))
    with pytest.raises(ValueError, match="zone"), rows.begin("one", now=now.replace(tzinfo=None)):
        pass


def test_a_key_is_taken_once_and_the_unit_goes_on(rows: Rows, now: datetime) -> None:
    add(rows, now, "e1", colour="red")
    with rows.begin("one", now=now) as unit:
        with pytest.raises(ExistsError) as caught:
            unit.add("evidence", "e1", {"other": 1}, {"colour": "blue"})
        assert (caught.value.kind, caught.value.row) == ("evidence", "e1")
        unit.add("evidence", "e2", {})
        unit.add("case", "e1", {})
    with rows.read("one") as reading:
        assert ids_of(reading.find("evidence", newest_first=False)) == ["e1", "e2"]
        assert ids_of(reading.find("evidence", {"colour": "blue"})) == []
        row = reading.get("evidence", "e1")
        assert row
        assert row.body == {"id": "e1"}


def test_a_replacement_needs_the_version_that_was_read(rows: Rows, now: datetime) -> None:
    later = now + timedelta(minutes=1)
    add(rows, now, "e1")
    with rows.begin("one", now=later) as unit:
        assert unit.replace("evidence", "e1", {"n": 2}, version=1) == Row(
            "evidence", "e1", 2, {"n": 2}, now, later
        )
        for stale in (0, 1, 3):
            with pytest.raises(ConflictError):
                unit.replace("evidence", "e1", {"n": 3}, version=stale)
        assert unit.replace("evidence", "e1", {"n": 3}, version=2).version == 3
        with pytest.raises(MissingRowError):
            unit.replace("evidence", "absent", {}, version=1)
    with rows.read("one") as reading:
        row = reading.get("evidence", "e1")
        assert row
        assert (row.version, row.body) == (3, {"n": 3})


def test_a_removed_row_is_gone_with_its_facets(rows: Rows, now: datetime) -> None:
    add(rows, now, "e1", "e2", colour="red")
    with rows.begin("one", now=now) as unit:
        unit.remove("evidence", "e1")
        assert unit.get("evidence", "e1") is None
        with pytest.raises(MissingRowError):
            unit.remove("evidence", "e1")
    with rows.begin("one", now=now) as unit:
        assert unit.add("evidence", "e1", {}).version == 1
        assert ids_of(unit.find("evidence", {"colour": "red"})) == ["e2"]


def test_an_exception_undoes_all_of_the_unit(rows: Rows, now: datetime) -> None:
    add(rows, now, "e1", colour="red")

    def spoil(unit: Unit) -> None:
        unit.add("evidence", "e2", {}, {"colour": "red"})
        unit.replace("evidence", "e1", {"n": 2}, version=1, facets={})
        unit.append("e1", "changed", actor="x", detail={})
        unit.remove("evidence", "e1")
        raise KeyError

    with suppress(KeyError), rows.begin("one", now=now) as unit:
        spoil(unit)
    with rows.read("one") as reading:
        assert ids_of(reading.find("evidence", {"colour": "red"})) == ["e1"]
        assert reading.entries("e1") == ()
        row = reading.get("evidence", "e1")
        assert row
        assert row.version == 1
    add(rows, now, "e3")


def test_nothing_is_seen_before_the_unit_ends_and_then_all_of_it(rows: Rows, now: datetime) -> None:
    with rows.begin("one", now=now) as unit:
        unit.add("evidence", "e1", {})
        unit.append("e1", "added", actor="x", detail={})
        with rows.read("one") as reading:
            assert reading.get("evidence", "e1") is None
            assert reading.entries("e1") == ()
    with rows.read("one") as reading:
        assert reading.get("evidence", "e1")
        assert len(reading.entries("e1")) == 1


def test_a_view_does_not_change_while_it_is_used(rows: Rows, now: datetime) -> None:
    add(rows, now, "e1")
    with rows.read("one") as reading:
        assert reading.get("evidence", "e1")
        with rows.begin("one", now=now) as unit:
            unit.replace("evidence", "e1", {"n": 2}, version=1)
            unit.add("evidence", "e2", {})
            unit.append("e1", "changed", actor="x", detail={})
        row = reading.get("evidence", "e1")
        assert row
        assert row.version == 1
        assert ids_of(reading.find("evidence")) == ["e1"]
        assert reading.entries("e1") == ()


@pytest.mark.parametrize("name", ["", "x" * 201, "a\0b", "\udcff"])
def test_names_are_what_every_database_can_hold(rows: Rows, now: datetime, name: str) -> None:
    for bad in (lambda: rows.begin(name, now=now), lambda: rows.read(name)):
        with pytest.raises(ValueError, match=r"tenant|surrogates"), bad():
            pass
    with rows.begin("one", now=now) as unit:
        for act in (
            lambda: unit.add(name, "e1", {}),
            lambda: unit.add("evidence", name, {}),
            lambda: unit.add("evidence", "e1", {}, {name: ""}),
            lambda: unit.append(name, "e", actor="x", detail={}),
        ):
            with pytest.raises(ValueError, match=r"characters|surrogates"):
                act()
    with rows.begin("one", now=now) as unit, pytest.raises(ValueError, match=r"characters|surrogates"):
        unit.add("evidence", "e1", {}, {"name": (name or "\0") * 10})


def test_a_facet_fits_into_the_index_of_every_database(rows: Rows, now: datetime) -> None:
    longest = {"n" * 200: "v" * 1000, "王" * 200: "王" * 300}
    tenant = "\U0001f4e6" * 200
    with rows.begin(tenant, now=now) as unit:
        unit.add("k" * 50, "i" * 200, {}, longest)
        with pytest.raises(ValueError, match="bytes"):
            unit.add("k", "i", {}, {"n": "王" * 1000})
        with pytest.raises(ValueError, match="bytes"):
            unit.replace("k" * 50, "i" * 200, {}, version=1, facets={"n": "王" * 600})
        assert ids_of(unit.find("k" * 50, longest)) == ["i" * 200]


def test_the_ledger_goes_with_the_rows(rows: Rows, now: datetime) -> None:
    with rows.begin("one", now=now) as unit:
        first = unit.append("case/1", "opened", actor="王芳", detail={"n": 1, "odd": "\udcff\0"})
        second = unit.append("case/1", "seen", actor="x", detail={})
        unit.append("case/2", "opened", actor="x", detail={})
        assert unit.entries("case/1") == (first, second)
    with rows.begin("one", now=now + timedelta(seconds=1)) as unit:
        third = unit.append("case/1", "sealed", actor="x", detail={})
    with rows.read("one") as reading:
        entries = reading.entries("case/1")
        assert entries == (first, second, third)
        assert reading.entries("case/1", after=1) == (second, third)
        assert reading.entries("case/1", after=3) == reading.entries("case/9") == ()
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert (first.previous, first.at, third.at) == (GENESIS, now, now + timedelta(seconds=1))
    assert verify(entries) == []


def test_a_ledger_refuses_floats_and_keeps_its_chain(rows: Rows, now: datetime) -> None:
    with rows.begin("one", now=now) as unit:
        unit.append("s", "e", actor="x", detail={})
        with pytest.raises(TypeError, match="floats"):
            unit.append("s", "e", actor="x", detail={"seconds": 0.5})
        unit.append("s", "e", actor="x", detail={})
    with rows.read("one") as reading:
        assert verify(reading.entries("s")) == []
        assert len(reading.entries("s")) == 2


def test_a_tenant_sees_nothing_of_another(rows: Rows, now: datetime) -> None:
    add(rows, now, "mine", tenant="one", colour="red")
    add(rows, now, "theirs", tenant="two", colour="red")
    with rows.begin("one", now=now) as unit:
        unit.append("stream", "mine", actor="x", detail={})
    with rows.begin("two", now=now) as unit:
        assert ids_of(unit.find("evidence")) == ["theirs"]
        assert ids_of(unit.find("evidence", {"colour": "red"})) == ["theirs"]
        assert unit.get("evidence", "mine") is None
        assert unit.entries("stream") == ()
        with pytest.raises(MissingRowError):
            unit.replace("evidence", "mine", {"stolen": 1}, version=1)
        with pytest.raises(MissingRowError):
            unit.remove("evidence", "mine")
        assert unit.add("evidence", "mine", {"two": 1}, {"colour": "red"}).version == 1
        assert unit.append("stream", "theirs", actor="x", detail={}).seq == 1
        unit.replace("evidence", "mine", {"two": 2}, version=1, facets={})
        unit.remove("evidence", "mine")
    with rows.read("one") as reading:
        row = reading.get("evidence", "mine")
        assert row
        assert (row.version, row.body) == (1, {"id": "mine"})
        assert ids_of(reading.find("evidence", {"colour": "red"})) == ["mine"]
        assert [entry.event for entry in reading.entries("stream")] == ["mine"]
        page = reading.find("evidence", limit=1)
    with rows.read("two") as reading:  # a position is no permission
        assert ids_of(reading.find("evidence", after=str(Cursor.of(page.rows[0])), newest_first=False)) == [
            "theirs"
        ]


def test_no_increment_is_lost_among_eight_threads(rows: Rows, now: datetime) -> None:
    add(rows, now, "counter")
    conflicts: list[int] = []

    def increment(_: int) -> None:
        for _ in range(50):
            while True:
                with rows.read("one") as reading:
                    row = reading.get("evidence", "counter")
                assert row
                try:
                    with rows.begin("one", now=now) as unit:
                        body = {"n": row.body.get("n", 0) + 1}
                        unit.replace("evidence", "counter", body, version=row.version)
                        unit.append("counter", "incremented", actor="x", detail=body)
                except ConflictError:
                    conflicts.append(1)
                    continue
                break

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(increment, range(8)))
    with rows.read("one") as reading:
        row = reading.get("evidence", "counter")
        entries = reading.entries("counter")
    assert row
    assert (row.body, row.version) == ({"n": 400}, 401)
    assert [entry.detail["n"] for entry in entries] == list(range(1, 401))
    assert verify(entries) == []


def test_a_writer_waits_its_turn_and_says_when_it_does_not_come(hasty_rows: Rows, now: datetime) -> None:
    rows = hasty_rows
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with rows.begin("one", now=now) as unit:
            unit.add("evidence", "held", {})
            inside.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert inside.wait(10)
        with pytest.raises(BusyError, match="try again"), rows.begin("two", now=now):
            pass
        with rows.read("one") as reading:  # a reader waits for nobody
            assert reading.get("evidence", "held") is None
    finally:
        leave.set()
        holder.join()
    add(rows, now, "after")


def test_every_stream_of_a_tenant_is_named_and_no_other(rows: Rows, now: datetime) -> None:
    for tenant, streams in (("one", ("b", "a", "b")), ("two", ("c",))):
        with rows.begin(tenant, now=now) as unit:
            for stream in streams:
                unit.append(stream, "seen", actor="x", detail={})
    for tenant, names in (("one", ("a", "b")), ("two", ("c",)), ("three", ())):
        with rows.read(tenant) as reading:
            assert reading.streams() == names
