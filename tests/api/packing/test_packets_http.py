from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import httpx
import pytest

from api import purging
from api.caller import HTTP
from api.desk import Wiring
from api.packing import making
from api.retention import Mandate
from tests.api.packing.stocked import stock


@pytest.fixture
def case(idle: Wiring, tmp_path: Path) -> str:
    return stock(idle.desk(HTTP), tmp_path, seconds=1.0, roles=("defect_photo", "label_photo"))


def test_a_packet_is_asked_for_made_by_the_worker_and_downloaded(
    taker: httpx.Client, idle: Wiring, case: str
) -> None:
    asked = {"for": "ebay.payment_dispute"}
    key = {"Idempotency-Key": "k1"}
    first = taker.post(f"/v1/cases/{case}/packets", json=asked, headers=key)
    assert first.status_code == 202
    assert taker.post(f"/v1/cases/{case}/packets", json=asked, headers=key).json() == first.json()
    place = first.headers["Location"]
    assert taker.get(place).json()["state"] == "waiting"
    early = taker.get(first.json()["links"]["content"])
    assert early.status_code == 409
    assert early.json()["type"] == "urn:sixface:problem:packet-not-made"
    assert making.go_on(idle) == 1
    done = taker.get(place).json()
    assert done["state"] == "made"
    assert {f["form"] for f in done["manifest"]["files"]} == {"photo"}
    packed = taker.get(done["links"]["content"])
    assert packed.status_code == 200
    assert len(packed.content) == done["size"]
    with zipfile.ZipFile(io.BytesIO(packed.content)) as members:
        names = {Path(name).name for name in members.namelist()}
        manifest = json.loads(members.read("ebay.payment_dispute/manifest.json"))
    assert {f["name"] for f in manifest["files"]} | {"letter.txt", "manifest.json"} == names
    listed = taker.get(f"/v1/cases/{case}/packets").json()
    assert [each["id"] for each in listed["items"]] == [done["id"]]
    assert {"ebay.payment_dispute", "ups.seven_photos"} <= {each["for"] for each in listed["channels"]}


def test_what_does_not_fit_is_409_with_every_reason(taker: httpx.Client, case: str) -> None:
    told = taker.post(
        f"/v1/cases/{case}/packets", json={"for": "taobao_report"}, headers={"Accept-Language": "zh"}
    )
    assert told.status_code == 409
    assert told.json()["type"] == "urn:sixface:problem:packet-refused"
    assert len(told.json()["reasons"]) >= 2
    assert "订单" in " ".join(told.json()["reasons"])


@pytest.mark.parametrize(
    ("body", "status"),
    [({"for": "nobody"}, 422), ({}, 422), ({"for": "ebay", "colour": "red"}, 422)],
)
def test_a_channel_that_there_is_not(
    taker: httpx.Client, case: str, body: dict[str, str], status: int
) -> None:
    assert taker.post(f"/v1/cases/{case}/packets", json=body).status_code == status


def test_foreign_and_absent_packets_are_answered_alike(taker: httpx.Client, case: str) -> None:
    for path in (f"/v1/cases/{case}/packets/pk_0", f"/v1/cases/{case}/packets/pk_0/content"):
        assert taker.get(path).status_code == 404
    assert taker.get("/v1/cases/case_0/packets").status_code == 404
    assert taker.post("/v1/cases/case_0/packets", json={"for": "ebay"}).status_code == 404


def test_a_purge_of_the_case_takes_its_packets_along(taker: httpx.Client, idle: Wiring, case: str) -> None:
    row = making.make(idle.desk(HTTP), case, making.Wish.model_validate({"for": "ebay"}))
    desk = idle.desk(HTTP)
    with desk.begin() as unit:
        assert row["digest"] in purging.needed(unit)
        gone = purging.drop_case(desk, unit, case, Mandate(by="Wang", reason="over"))
        assert row["digest"] in gone
    assert taker.get(f"/v1/cases/{case}/packets/{row['id']}").status_code == 404
