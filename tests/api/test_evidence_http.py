from __future__ import annotations

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.custody import EVENTS
from api.desk import Wiring
from api.settings import Settings
from storage.errors import StorageFullError
from tests.api.conftest import settle


def send(
    client: httpx.Client, file: Path, *, key: str | None = None, name: str | None = None, **fields: str
) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    with file.open("rb") as opened:
        return client.post(
            "/v1/evidence", files={"file": (name or file.name, opened)}, data=fields, headers=headers
        )


def stored(wiring: Wiring) -> list[str]:
    return list(wiring.blobs.digests())


def log_of(wiring: Wiring, stream: str) -> list[str]:
    with wiring.rows.read("default") as reading:
        return [entry.event for entry in reading.entries(stream)]


def test_a_film_is_stored_examined_and_reported(client: httpx.Client, wiring: Wiring, film: Path) -> None:
    answer = send(client, film, expect='{"order_number": "17"}')
    assert answer.status_code == 201
    item = answer.json()
    assert answer.headers["location"] == item["links"]["self"] == f"/v1/evidence/{item['id']}"
    assert item["digest"] == f"sha256:{hashlib.sha256(film.read_bytes()).hexdigest()}"
    assert (item["size"], item["state"], item["kind"]) == (film.stat().st_size, "received", "video")
    settle(wiring)
    done = client.get(item["links"]["self"]).json()
    assert done["state"] == "reported"
    report = client.get(item["links"]["report"]).json()
    assert report["verdict"] == done["verdict"]
    assert report["subject"] == {"digest": item["digest"], "bytes": item["size"], "name": "film.mp4"}
    assert report["expected"]["order_number"] == "17"
    assert log_of(wiring, f"evidence/{item['id']}") == [
        "evidence.received",
        "examination.begun",
        "examination.reported",
        "report.viewed",
    ]


def test_a_report_is_told_in_words_and_that_is_logged(
    client: httpx.Client, wiring: Wiring, film: Path
) -> None:
    item = send(client, film).json()
    settle(wiring)
    own = f"{item['links']['self']}/reading"
    told = {lang: client.get(own, headers={"Accept-Language": lang}).json() for lang in ("zh", "en")}
    assert told["en"]["verdict"] == client.get(item["links"]["self"]).json()["verdict"]
    assert told["en"]["word"] in {"Flawed", "Needs review"}
    assert told["zh"]["word"] in {"有问题", "需人工复核"}
    assert told["en"]["lead"]
    assert [set(step) for step in told["en"]["steps"]] == [{"does", "times"}] * len(told["zh"]["steps"])
    assert log_of(wiring, f"evidence/{item['id']}").count("report.viewed") == 2


def test_what_is_not_examined_yet_cannot_be_told(taker: httpx.Client, film: Path) -> None:
    item = send(taker, film).json()
    assert taker.get(f"{item['links']['self']}/reading").status_code == 409
    assert taker.get("/v1/evidence/ev_none/reading").status_code == 404


def test_what_is_downloaded_is_what_was_sent(taker: httpx.Client, idle: Wiring, film: Path) -> None:
    name = '../📦 "箱"\r\n.mp4'
    item = send(taker, film, name=name).json()
    whole = taker.get(item["links"]["original"])
    assert whole.content == film.read_bytes()
    assert whole.headers["content-disposition"].startswith("attachment; filename=")
    assert "\n" not in whole.headers["content-disposition"]
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in whole.headers["content-security-policy"]
    part = taker.get(item["links"]["original"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, film.read_bytes()[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{item['size']}"
    beyond = taker.get(item["links"]["original"], headers={"Range": f"bytes={item['size']}-"})
    assert beyond.status_code == 416
    assert log_of(idle, f"evidence/{item['id']}").count("original.exported") == 3


def test_the_stills_of_a_report_are_served_and_no_other_blob(
    client: httpx.Client, wiring: Wiring, photo: Path
) -> None:
    item = send(client, photo).json()
    settle(wiring)
    report = client.get(item["links"]["report"]).json()
    for still in report["stills"]:
        picture = client.get(f"{item['links']['self']}/stills/{still['digest']}")
        assert picture.headers["content-type"] == "image/jpeg"
        assert f"sha256:{hashlib.sha256(picture.content).hexdigest()}" == still["digest"]
    original = client.get(f"{item['links']['self']}/stills/{item['digest']}")
    assert original.status_code == 404


def test_events_lead_to_the_end_and_again_after_it(client: httpx.Client, film: Path) -> None:
    item = send(client, film).json()
    for _ in range(2):
        with client.stream("GET", item["links"]["events"]) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            lines = list(stream.iter_lines())
        names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
        data = json.loads([line for line in lines if line.startswith("data: ")][-1].removeprefix("data: "))
        assert names[-1] == "done"
        assert set(names[:-1]) <= {"progress"}
        assert data["links"]["report"] == item["links"]["report"]


def test_a_refused_film_fails_with_its_reason(
    client: httpx.Client, wiring: Wiring, film: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(film.read_bytes()[: film.stat().st_size // 2])  # its index is at the end
    item = send(client, cut).json()
    settle(wiring)
    done = client.get(item["links"]["self"]).json()
    assert done["state"] == "refused"
    assert done["refusal"]["code"] == "refused.truncated"
    report = client.get(item["links"]["report"])
    assert report.status_code == 404
    assert report.json()["detail"] == done["refusal"]["text"]
    with client.stream("GET", item["links"]["events"], headers={"Accept-Language": "zh"}) as stream:
        lines = list(stream.iter_lines())
    assert "event: failed" in lines
    problem = json.loads(next(line for line in lines if line.startswith("data: ")).removeprefix("data: "))
    assert (problem["status"], problem["code"]) == (422, "refused.truncated")
    assert client.get(item["links"]["original"]).content == cut.read_bytes()
    page = client.get(f"/evidence/{item['id']}", headers={"Accept-Language": "en"}).text
    assert done["refusal"]["text"] in unescape(page)
    assert item["digest"] in page
    custody = page[page.index('id="custody"') :]
    for event in ("evidence.received", "examination.begun", "examination.refused", "original.exported"):
        assert str(EVENTS[event]) in custody
    assert "The chain is whole" in custody


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "refused.empty"),
        (b"this is a text", "refused.truncated"),
        (b"this is a text that is long enough to be looked at\n" * 9, "refused.not_media"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n" * 4, "refused.playlist"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n" * 4, "refused.playlist"),
        (b"%PDF-1.7 " + bytes(200), "refused.not_media"),
        (b"PK\x03\x04" + bytes(200), "refused.not_media"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>" * 3, "refused.not_media"),
    ],
)
def test_what_is_no_film_is_turned_away_and_leaves_nothing(
    taker: httpx.Client, idle: Wiring, tmp_path: Path, content: bytes, code: str
) -> None:
    file = tmp_path / "film.mp4"
    file.write_bytes(content)
    answer = send(taker, file)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code
    assert problem["detail"].endswith(".")
    assert stored(idle) == []
    assert taker.get("/v1/evidence").json() == {"items": []}
    assert log_of(idle, "intake") == ["evidence.turned_away"]


def test_a_photo_with_a_film_profile_is_turned_away(taker: httpx.Client, idle: Wiring, photo: Path) -> None:
    answer = send(taker, photo, profile="unboxing")
    assert (answer.status_code, answer.json()["code"]) == (422, "refused.wrong_kind")
    assert stored(idle) == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"profile": "nonsense"}, (422, "unknown-profile")),
        ({"expect": "{"}, (422, "malformed")),
        ({"sha256": "0" * 64}, (422, "digest-mismatch")),
        ({"sha256": "zz"}, (400, "malformed-form")),
    ],
)
def test_what_cannot_be_meant_is_turned_away(
    taker: httpx.Client, idle: Wiring, film: Path, fields: dict[str, str], told: tuple[int, str]
) -> None:
    answer = send(taker, film, **fields)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == told
    assert stored(idle) == []


def test_a_declared_hash_that_is_right_is_taken(taker: httpx.Client, film: Path) -> None:
    assert send(taker, film, sha256=hashlib.sha256(film.read_bytes()).hexdigest()).status_code == 201


def test_a_file_beyond_the_limit_is_turned_away(
    taker: httpx.Client, idle: Wiring, settings: Settings
) -> None:
    def endless() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\xff\xd8\xff'
        for _ in range(settings.most_bytes // 100_000 + 1):
            yield bytes(100_000)
        yield b"\r\n--b--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    assert taker.post("/v1/evidence", content=endless(), headers=kind).status_code == 413
    body = b"".join(endless()) + bytes(2 << 20)
    answer = taker.post("/v1/evidence", content=body, headers=kind)
    assert answer.status_code == 413
    assert answer.json()["detail"] == "The file is larger than the 20,000,000 bytes that are taken in."
    assert stored(idle) == []


def test_a_full_disk_is_told_and_nothing_is_half_stored(
    taker: httpx.Client, idle: Wiring, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageFullError

    with monkeypatch.context() as patched, idle.blobs.stage() as staging:
        patched.setattr(type(staging), "commit", full)
        answer = send(taker, film)
    assert (answer.status_code, answer.json()["type"]) == (507, "urn:sixface:problem:storage-full")
    assert stored(idle) == []
    assert send(taker, film).status_code == 201


def test_sending_again_with_the_same_key_makes_nothing_new(
    taker: httpx.Client, film: Path, photo: Path
) -> None:
    first = send(taker, film, key="k1")
    again = send(taker, film, key="k1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["location"] == first.headers["location"]
    other = send(taker, photo, key="k1")
    assert (other.status_code, other.json()["type"]) == (422, "urn:sixface:problem:key-reused")
    assert send(taker, film, key="k2").json()["id"] != first.json()["id"]
    assert len(taker.get("/v1/evidence").json()["items"]) == 2


def test_a_wrong_hash_is_never_answered_with_what_was_answered_before(
    taker: httpx.Client, film: Path
) -> None:
    assert send(taker, film, key="k").status_code == 201
    assert send(taker, film, key="k", sha256="0" * 64).status_code == 422


def test_a_hundred_at_a_time_make_one(taker: httpx.Client, idle: Wiring, film: Path) -> None:
    ready = threading.Barrier(20)

    def one(number: int) -> str:
        if number < 20:
            ready.wait()
        return send(taker, film, key="same").text

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(one, range(100)))
    assert len(answers) == 1
    assert len(taker.get("/v1/evidence").json()["items"]) == 1
    assert len(stored(idle)) == 1


def test_equal_bytes_make_items_of_their_own_over_one_blob(
    taker: httpx.Client, idle: Wiring, film: Path
) -> None:
    one, two = send(taker, film).json(), send(taker, film).json()
    assert one["id"] != two["id"]
    assert stored(idle) == [one["digest"]]
    found = taker.get("/v1/evidence", params={"digest": one["digest"]}).json()["items"]
    assert {item["id"] for item in found} == {one["id"], two["id"]}


def test_lists_page_by_cursor(taker: httpx.Client, film: Path) -> None:
    made = [send(taker, film).json()["id"] for _ in range(5)]
    seen: list[str] = []
    after: str | None = None
    while True:
        page = taker.get("/v1/evidence", params={"limit": 2} | ({"after": after} if after else {})).json()
        seen += [item["id"] for item in page["items"]]
        after = page.get("next")
        if after is None:
            break
    assert seen == made[::-1]
    bad = taker.get("/v1/evidence", params={"after": "nonsense"})
    assert (bad.status_code, bad.json()["type"]) == (400, "urn:sixface:problem:cursor")
    assert taker.get("/v1/evidence", params={"limit": 0}).status_code == 422


@pytest.mark.parametrize("path", ["", "/report", "/original", "/events", "/stills/sha256:00"])
def test_what_is_not_there_is_told(taker: httpx.Client, path: str) -> None:
    answer = taker.get(f"/v1/evidence/ev_none{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_bad_key_is_told(taker: httpx.Client, film: Path) -> None:
    answer = send(taker, film, key="a b")
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:sixface:problem:malformed-key")


def test_a_check_can_be_cancelled_until_it_is_finished(taker: httpx.Client, film: Path) -> None:
    sent = send(taker, film).json()
    address = f"/v1/evidence/{sent['id']}/examination"
    answer = taker.delete(address)
    assert (answer.status_code, answer.json()["state"]) == (200, "refused")
    assert answer.json()["refusal"]["code"] == "cancelled"
    assert taker.delete(address).json() == answer.json()
    assert taker.get(f"/v1/evidence/{sent['id']}/original").content == film.read_bytes()
    assert taker.delete("/v1/evidence/ev_none/examination").status_code == 404
