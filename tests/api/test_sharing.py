"""Links to a sealed bundle: what they open, who can tell that they did, and how they end."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import purging, sharing
from api.caller import HTTP
from api.desk import Wiring
from api.retention import Mandate
from api.settings import Settings
from api.wiring import memory
from claims.verify import verify
from tests.api.conftest import Moving, Run, settle


@pytest.fixture
def wiring(settings: Settings, tmp_path: Path, clock: Moving) -> Any:
    made = memory(settings, tmp_path / "work", clock)
    yield made
    made.close()


@pytest.fixture
def case(client: httpx.Client) -> str:
    made = client.post(
        "/v1/cases", json={"ruleset": "tmall_unboxing", "reason": "<b>secret story</b>"}
    ).json()
    client.post(made["links"]["bundle"], json={"incomplete": True})
    return made["id"]


def share(client: httpx.Client, case: str, **offer: Any) -> dict[str, Any]:
    answer = client.post(f"/v1/cases/{case}/shares", json=offer)
    assert answer.status_code == 201, answer.text
    return answer.json()


def log_of(wiring: Wiring, case: str) -> list[Any]:
    with wiring.desk(HTTP).read() as reading:
        return [e for e in reading.entries(f"case/{case}") if e.event.startswith("share.")]


def test_a_link_shows_the_bundle_and_hands_it_out_and_each_look_is_logged(
    client: httpx.Client, wiring: Wiring, case: str, tmp_path: Path
) -> None:
    made = share(client, case, note="the platform's clerk")
    page = client.get(
        made["url"], headers={"Accept-Language": "en", "User-Agent": "Mozilla/5.0 (X; Android 14) Chrome/142"}
    )
    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "Sealed evidence" in page.text
    assert "secret story" not in page.text
    assert "clerk" not in page.text
    assert "已封存的证据" in client.get(made["url"], headers={"Accept-Language": "zh"}).text
    file = tmp_path / "bundle.zip"
    handed = client.get(f"{made['url']}/bundle.zip", headers={"User-Agent": "curl/8"})
    file.write_bytes(handed.content)
    assert verify(file) == ()
    assert f"sha256:{hashlib.sha256(handed.content).hexdigest()}" in page.text
    assert handed.headers["referrer-policy"] == "no-referrer"
    part = client.get(f"{made['url']}/bundle.zip", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"PK\x03\x04")
    log = log_of(wiring, case)
    assert [e.event for e in log] == ["share.made", *["share.viewed"] * 4]
    assert {e.actor for e in log[1:]} == {"link"}
    assert [e.detail["what"] for e in log[1:]] == ["page", "page", "bundle", "bundle"]
    assert log[1].detail["agent"] == "chrome on android"
    assert "clerk" not in json.dumps([e.detail for e in log])
    (listed,) = client.get(f"/v1/cases/{case}/shares").json()["items"]
    assert (listed["looks"], listed["state"], listed["note"]) == (4, "active", "the platform's clerk")
    assert listed["url"] is None


def test_the_database_holds_no_secret_and_no_log_shows_one(
    client: httpx.Client, wiring: Wiring, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = client.post(f"/v1/cases/{case}/shares", json={}, headers={"Idempotency-Key": "k1"})
    secret = answer.json()["url"].rsplit("/", 1)[1]
    assert len(secret) == 32
    client.get(f"/s/{secret}")
    again = client.post(f"/v1/cases/{case}/shares", json={}, headers={"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()["id"], again.json().get("url")) == (
        201,
        answer.json()["id"],
        None,
    )
    with wiring.desk(HTTP).read() as reading:
        held = [row.body for kind in (sharing.KIND, "idempotency") for row in reading.find(kind).rows]
        held += [entry.detail for entry in reading.entries(f"case/{case}")]
    assert secret not in json.dumps(held)
    ours = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("api."))
    assert "/s/…" in ours
    assert secret not in ours


def test_expired_revoked_used_up_and_unknown_links_are_answered_alike(
    client: httpx.Client, wiring: Wiring, clock: Moving, case: str
) -> None:
    def asked(url: str) -> tuple[int, str, dict[str, str]]:
        answer = client.get(url, headers={"Accept-Language": "en"})
        own = {"date", "content-length", "x-request-id"}
        told = {name: value for name, value in answer.headers.items() if name not in own}
        return answer.status_code, answer.text.replace(url.rpartition("/s/")[2], ""), told

    unknown = asked("/s/" + "x" * 32)
    assert unknown[0] == 404
    assert "ask whoever sent it" in unknown[1]
    assert asked("/s/" + "~" * 500) == unknown
    revoked, expiring, used = (share(client, case, looks=most) for most in (9, 9, 1))
    gone = client.delete(f"/v1/cases/{case}/shares/{revoked['id']}")
    assert (gone.status_code, gone.json()["state"]) == (200, "revoked")
    assert client.delete(f"/v1/cases/{case}/shares/{revoked['id']}").json()["state"] == "revoked"
    assert asked(revoked["url"]) == unknown
    assert asked(used["url"])[0] == 200
    assert asked(used["url"]) == unknown
    clock.ahead = timedelta(days=15)
    assert asked(expiring["url"]) == unknown
    assert [e.event for e in log_of(wiring, case)].count("share.refused") == 3
    looks = [client.get(f"/v1/cases/{case}/shares/{each['id']}/looks") for each in (used, expiring)]
    told = [[(e["what"], e["refused"]) for e in each.json()["items"]] for each in looks]
    assert told == [[("page", True), ("page", False)], [("page", True)]]
    assert client.get(f"/v1/cases/{case}/shares/share_0/looks").status_code == 404
    states = [each["state"] for each in client.get(f"/v1/cases/{case}/shares").json()["items"]]
    assert states == ["expired", "expired", "revoked"]
    for _ in range(30):
        asked(expiring["url"])
    assert [e.event for e in log_of(wiring, case)].count("share.refused") <= 2 + sharing.MOST_REFUSED


def test_a_link_opens_what_it_is_for_and_nothing_else(client: httpx.Client, case: str) -> None:
    made = share(client, case, scope=["reports"])
    page = client.get(made["url"]).text
    assert "bundle.zip" not in page
    for path in ("bundle.zip", "dossier.pdf", "reports/01-film", "reports/..%2f..%2fcase"):
        assert client.get(f"{made['url']}/{path}").status_code in {404, 422}, path
    other = client.post("/v1/cases", json={}).json()["id"]
    assert client.delete(f"/v1/cases/{other}/shares/{made['id']}").status_code == 404
    assert client.post(f"/v1/cases/{other}/shares", json={}).status_code == 404, "nothing is sealed there"
    assert client.get("/v1/cases/case_none/shares").status_code == 404


def test_a_report_is_shown_as_it_was_sealed(client: httpx.Client, wiring: Wiring, photo: Path) -> None:
    case = client.post("/v1/cases", json={}).json()
    form: dict[str, Any] = {"files": {"file": photo.read_bytes()}, "data": {"profile": "defect_photo"}}
    sent = client.post("/v1/evidence", **form).json()
    settle(wiring)
    client.post(f"/v1/cases/{case['id']}/exhibits", json={"evidence_id": sent["id"]})
    client.post(case["links"]["bundle"], json={"incomplete": True})
    made = share(client, case["id"])
    assert "/reports/01-photo" in client.get(made["url"]).text
    report = client.get(f"{made['url']}/reports/01-photo")
    assert report.status_code == 200
    assert report.headers["content-security-policy"].startswith("default-src 'none'")
    assert report.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("expires", ["2020-01-01T00:00:00Z", "2199-01-01T00:00:00Z"])
def test_an_end_that_cannot_be_is_refused(client: httpx.Client, case: str, expires: str) -> None:
    answer = client.post(f"/v1/cases/{case}/shares", json={"expires_at": expires})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:sixface:problem:malformed")


def test_links_go_with_their_case(wiring: Wiring, client: httpx.Client, case: str) -> None:
    made = share(client, case)
    desk, word = wiring.desk(HTTP), Mandate(by="Li Wei", reason="it is over")
    with desk.begin() as unit:
        purging.drop_case(desk, unit, case, word)
        assert unit.find(sharing.KIND).rows == ()
    assert client.get(made["url"]).status_code == 404


def test_the_commands_share_list_and_take_back(sixface: Run) -> None:
    case = sixface("case", "new").stdout.split()[0]
    assert sixface("case", "share", case).returncode == 64, "nothing is sealed yet"
    sixface("seal", case, "--incomplete")
    made = sixface("case", "share", case, "--only", "bundle", "--days", "3", "--for", "Li")
    assert made.stdout.startswith("http://127.0.0.1:8000/s/")
    assert "SIXFACE_PUBLIC_URL" in made.stdout
    listed = sixface("case", "shares", case).stdout
    assert listed.split()[1] == "active"
    assert listed.rstrip().endswith("bundle  0  Li")
    assert sixface("case", "unshare", case, listed.split()[0]).returncode == 0
    assert json.loads(sixface("case", "shares", case, "--json").stdout)[0]["state"] == "revoked"
    assert sixface("case", "unshare", case, "share_none").returncode == 64


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "safari on iphone",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/142 MicroMessenger/8.0", "micromessenger on android"),
        ("", "unknown"),
        ("x" * 100_000, "unknown"),
    ],
)
def test_a_log_knows_only_the_kind_of_program(agent: str, told: str) -> None:
    assert sharing.coarse(agent) == told
