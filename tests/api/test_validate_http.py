from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from api.desk import Wiring
from tests.api.conftest import settle


def ask(client: httpx.Client, file: Path, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with file.open("rb") as opened:
        return client.post("/v1/validate", files={"file": (file.name, opened)}, headers=named)


def test_a_photo_is_answered_at_once(client: httpx.Client, wiring: Wiring, photo: Path) -> None:
    answer = ask(client, photo)
    assert answer.status_code == 200
    report = answer.json()
    assert report["schema_version"] == 1
    assert report["profile"] == "defect_photo"
    assert report["verdict"] in {"sound", "flawed", "review"}
    item = client.get(answer.headers["location"]).json()
    assert item["state"] == "reported"


def test_a_film_is_answered_when_it_is_done_in_time(client: httpx.Client, film: Path) -> None:
    answer = ask(client, film, Prefer="respond-async, wait=30")
    assert answer.status_code == 200
    assert answer.headers["preference-applied"] == "wait=30"
    assert answer.json()["profile"] == "unboxing"


def test_a_film_is_promised_otherwise(client: httpx.Client, wiring: Wiring, film: Path) -> None:
    answer = ask(client, film)
    assert answer.status_code == 202
    assert answer.headers["location"] == answer.json()["links"]["self"]
    assert answer.json()["state"] == "received"
    settle(wiring)
    later = client.post("/v1/validate", json={"evidence_id": answer.json()["id"]})
    assert later.status_code == 200
    assert later.json()["subject"]["name"] == "film.mp4"


def test_asking_twice_with_one_key_is_answered_the_same(
    client: httpx.Client, film: Path, photo: Path
) -> None:
    assert ask(client, film, Idempotency_Key="f").json() == ask(client, film, Idempotency_Key="f").json()
    one, two = ask(client, photo, Idempotency_Key="p"), ask(client, photo, Idempotency_Key="p")
    assert (one.status_code, one.json()) == (two.status_code, two.json())
    assert len(client.get("/v1/evidence").json()["items"]) == 2


def test_a_refused_photo_is_told_at_once(client: httpx.Client, photo: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photo.read_bytes()[:3] + bytes(2000))
    answer = ask(client, broken)
    assert answer.status_code == 422
    assert answer.json()["code"].startswith("refused.")
    assert answer.json()["detail"].endswith(".")


def test_a_text_is_refused_at_once(client: httpx.Client, wiring: Wiring, text: Path) -> None:
    answer = ask(client, text)
    assert (answer.status_code, answer.json()["code"]) == (422, "refused.not_media")
    assert list(wiring.blobs.digests()) == []


@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        ({"evidence_id": "ev_none"}, 404, "absent"),
        ({"url": "s3://bucket/key"}, 403, "not-listed"),
        ({}, 422, "malformed"),
        ({"evidence": "x"}, 422, "malformed"),
        ([], 422, "malformed"),
    ],
)
def test_other_questions_are_told(client: httpx.Client, body: object, status: int, name: str) -> None:
    answer = client.post("/v1/validate", json=body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:sixface:problem:{name}")


def test_another_content_type_is_told(client: httpx.Client) -> None:
    answer = client.post("/v1/validate", content=b"x", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 400
    assert answer.json()["detail"] == "Send the file as multipart/form-data, in a part called file."


def test_problems_speak_chinese_where_asked(client: httpx.Client, text: Path) -> None:
    told = ask(client, text, Accept_Language="zh-CN").json()["detail"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told)
