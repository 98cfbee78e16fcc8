from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import intake
from api.caller import HTTP
from api.desk import Wiring
from api.idempotency import Claim
from api.intake import Offer
from api.settings import Settings
from api.wiring import memory
from api.words import LANGS
from claims.verify import verify
from tests.api.conftest import settle

DRAFT = {
    "order_number": "17",
    "tracking_number": "SF1",
    "reason": "Soap instead of headphones {x} <b>",
    "events": [{"kind": "return_delivered", "at": "2026-11-20T02:42:00Z"}],
}


@pytest.fixture
def case(client: httpx.Client) -> dict[str, Any]:
    answer = client.post("/v1/cases", json=DRAFT)
    assert answer.status_code == 201
    return answer.json()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, film: Path) -> Iterator[tuple[Wiring, str]]:
    """A wiring in which one film is examined already, and its id."""
    folder = tmp_path_factory.mktemp("shelf")
    made = memory(Settings(data=folder / "data"), folder / "work")
    with intake.opened(made) as upload:
        upload.write(film.read_bytes())
        item = intake.receive(made.desk(HTTP), upload, Offer("film.mp4"), Claim(None, "", "")).item
    settle(made)
    yield made, item.id
    made.close()


@pytest.fixture
def wiring(shelf: tuple[Wiring, str]) -> Wiring:
    return shelf[0]


@pytest.fixture
def item(client: httpx.Client, shelf: tuple[Wiring, str]) -> dict[str, Any]:
    return client.get(f"/v1/evidence/{shelf[1]}").json()


def test_a_case_is_opened_found_and_listed(client: httpx.Client, case: dict[str, Any]) -> None:
    assert case["platform"] == "tmall"
    assert client.get(case["links"]["self"]).json() == case
    for query in ({}, {"order_number": "17"}, {"tracking_number": "SF1"}):
        assert client.get("/v1/cases", params=query).json()["items"][0] == case
    assert client.get("/v1/cases", params={"order_number": "18"}).json() == {"items": []}


@pytest.mark.parametrize(
    "body",
    [
        {"ruleset": "nonsense"},
        {"zone": "Mars/Olympus"},
        {"reasn": "x"},
        {"events": [{"kind": "delivered", "at": "2026-11-20T02:42:00"}]},
        {"reason": "x" * 20_000},
        [],
    ],
)
def test_what_is_no_case_is_told(client: httpx.Client, body: object) -> None:
    answer = client.post("/v1/cases", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_long_body_is_not_read(client: httpx.Client) -> None:
    answer = client.post("/v1/cases", json={"reason": "x" * 2_000_000})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_exhibit_is_in_a_case_once(
    client: httpx.Client, case: dict[str, Any], item: dict[str, Any]
) -> None:
    answer = client.post(case["links"]["exhibits"], json={"evidence_id": item["id"]})
    assert answer.status_code == 201
    (exhibit,) = answer.json()["exhibits"]
    assert (exhibit["id"], exhibit["kind"], exhibit["digest"]) == ("E1", "film", item["digest"])
    assert client.get(case["links"]["exhibits"]).json() == {"items": [exhibit]}
    again = client.post(case["links"]["exhibits"], json={"evidence_id": item["id"]})
    assert (again.status_code, again.json()["type"]) == (422, "urn:sixface:problem:malformed")
    for where, what in ((case["links"]["exhibits"], "ev_none"), ("/v1/cases/case_none/exhibits", item["id"])):
        assert client.post(where, json={"evidence_id": what}).status_code == 404


def test_people_speak_for_a_case(client: httpx.Client, case: dict[str, Any], item: dict[str, Any]) -> None:
    own = case["links"]["self"]
    client.post(case["links"]["exhibits"], json={"evidence_id": item["id"]})
    said = {
        "requirement": "V-04",
        "answer": "yes",
        "by": "Wang",
        "at": "2026-11-20T09:00:00Z",
        "exhibit": "E1",
        "when": [0, 1],
    }
    assert client.post(f"{own}/statements", json=said).status_code == 201
    assert client.post(f"{own}/statements", json={**said, "exhibit": "E9"}).status_code == 422
    happened = {"kind": "evidence_due", "at": "2026-11-30T09:00:00Z"}
    assert client.post(f"{own}/events", json=happened).status_code == 201
    found = client.get(own).json()
    assert found["statements"][0]["by"] == "Wang"
    assert found["events"][-1]["kind"] == "evidence_due"
    assessment = client.get(case["links"]["assessment"]).json()
    answers = {one["id"]: one["answer"] for one in assessment["requirements"]}
    assert set(answers) == {f"V-0{n}" for n in range(1, 8)}
    assert assessment["readiness"] in {"open", "unmet"}
    clocks = client.get(case["links"]["deadlines"]).json()["clocks"]
    assert "2026-11-30T09:00:00Z" in {clock["due_at"] for clock in clocks}


def test_a_case_that_lacks_something_is_sealed_only_as_incomplete(
    client: httpx.Client, wiring: Wiring, case: dict[str, Any], item: dict[str, Any], tmp_path: Path
) -> None:
    client.post(case["links"]["exhibits"], json={"evidence_id": item["id"]})
    assert client.get(case["links"]["bundle"]).status_code == 404
    refused = client.post(case["links"]["bundle"])
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:sixface:problem:unmet")
    assert "V-04" in refused.json()["unmet"]
    sealed = client.post(case["links"]["bundle"], json={"incomplete": True}, headers={"Idempotency-Key": "s"})
    assert sealed.status_code == 201
    again = client.post(case["links"]["bundle"], json={"incomplete": True}, headers={"Idempotency-Key": "s"})
    assert again.json() == sealed.json()
    bundle = client.get(case["links"]["bundle"])
    assert bundle.headers["content-type"] == "application/zip"
    assert len(bundle.content) == sealed.json()["size"]
    file = tmp_path / "bundle.zip"
    file.write_bytes(bundle.content)
    assert verify(file) == ()
    names = zipfile.ZipFile(io.BytesIO(bundle.content)).namelist()
    assert f"sixface-{case['id']}/data/originals/01-film.mp4" in names
    with wiring.rows.read("default") as reading:
        log = [entry.event for entry in reading.entries(f"case/{case['id']}")]
    assert log == ["case.opened", "exhibit.added", "bundle.refused", "bundle.sealed", "bundle.exported"]


def test_every_post_can_be_sent_twice(
    client: httpx.Client, case: dict[str, Any], item: dict[str, Any]
) -> None:
    own = case["links"]["self"]
    for path, body in (
        ("/v1/cases", DRAFT),
        (f"{own}/exhibits", {"evidence_id": item["id"]}),
        (f"{own}/events", {"kind": "refused", "at": "2026-11-21T00:00:00Z"}),
        (
            f"{own}/statements",
            {"requirement": "V-05", "answer": "no", "by": "W", "at": "2026-11-21T00:00:00Z"},
        ),
    ):
        headers = {"Idempotency-Key": "one"}
        first, second = (client.post(path, json=body, headers=headers) for _ in range(2))
        assert (first.status_code, first.json()) == (second.status_code, second.json())
        assert first.status_code == 201
        other = client.post(path, json={**body, "note": "x"} if "events" in path else {}, headers=headers)
        assert other.status_code == 422
    found = client.get(own).json()
    assert [len(found[name]) for name in ("exhibits", "events", "statements")] == [1, 2, 1]


def test_what_there_is_is_listed(client: httpx.Client) -> None:
    rulesets = client.get("/v1/rulesets").json()["items"]
    assert "tmall" in {each["name"] for each in rulesets}
    assert client.get("/v1/rulesets/tmall_unboxing").json()["requirement"]
    brief = client.get("/v1/rulesets", params={"brief": True}).json()["items"]
    assert [each["name"] for each in brief] == [each["name"] for each in rulesets]
    assert {name for each in brief for name in each} == {"name", "own", "title", "packet"}
    assert {lang for each in brief for lang in each["title"]} == set(LANGS)
    profiles = client.get("/v1/profiles").json()["items"]
    assert {each["name"] for each in profiles} == {"unboxing", "defect_photo", "label_photo", "copy"}
    assert client.get("/v1/profiles/unboxing").json()["kind"] == "video"
    for path in ("/v1/rulesets/none", "/v1/profiles/none"):
        assert client.get(path).status_code == 422


def test_what_is_null_in_a_change_stays_and_what_cannot_be_is_told(taker: httpx.Client) -> None:
    made = taker.post("/v1/cases", json={"order_number": "A-1", "priority": 3}).json()
    own = made["links"]["self"]
    nothing = {"order_number": None, "priority": None, "locale": None, "amounts": None, "parties": None}
    told = taker.patch(own, json=nothing).json()
    assert (told["order_number"], told["priority"], told["amounts"]) == ("A-1", 3, [])
    assert taker.patch(own, json={"shop": None}).json()["shop"] is None
    for number in ("a\0b", "😀" * 500):
        assert taker.patch(own, json={"order_number": number}).status_code == 422
