from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from api.desk import Wiring
from storage import ledger
from tests.api.test_compare_cli import MARKS, made
from tests.api.test_mask_cli import placed


def sent(client: httpx.Client, photo: Path, name: str = "") -> str:
    file = (name or photo.name, photo.read_bytes(), "image/jpeg")
    answer = client.post("/v1/validate", files={"file": file})
    assert answer.status_code == 200, answer.text
    return answer.headers["location"].rsplit("/", 1)[-1]


def log_of(wiring: Wiring, item: str) -> tuple[ledger.Entry, ...]:
    with wiring.rows.read("default") as reading:
        return reading.entries(f"evidence/{item}")


@pytest.fixture
def item(client: httpx.Client, tmp_path: Path) -> str:
    return sent(client, placed(tmp_path / "IMG_1.jpg"))


def test_a_copy_is_an_object_of_its_own_and_the_original_stays(
    client: httpx.Client, wiring: Wiring, item: str, tmp_path: Path
) -> None:
    where = f"/v1/evidence/{item}"
    original = client.get(f"{where}/original").content
    asked = {"json": {"hide": [[0, 0, 0.5, 0.5]]}, "headers": {"Idempotency-Key": "one"}}
    answer = client.post(f"{where}/copies", **asked)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert answer.headers["location"] == told["links"]["self"] == f"{where}/copies/{told['id']}"
    assert client.post(f"{where}/copies", **asked).json() == told, "sent twice, made once"
    assert client.get(f"{where}/copies").json() == {"items": [told]}
    copy = client.get(told["links"]["self"])
    assert copy.headers["content-type"] == "image/jpeg"
    assert copy.headers["content-disposition"].startswith("attachment")
    assert told["digest"] == f"sha256:{hashlib.sha256(copy.content).hexdigest()}"
    with Image.open(io.BytesIO(copy.content)) as picture:
        assert not picture.getexif(), "neither camera nor place"
        assert np.asarray(picture)[:140, :190].std() < 3
    assert client.get(f"{where}/original").content == original
    events = {entry.event: entry.detail for entry in log_of(wiring, item)}
    assert events["copy.made"]["source"] == f"sha256:{hashlib.sha256(original).hexdigest()}"
    assert events["copy.made"]["digest"] == events["copy.exported"]["digest"] == told["digest"]
    assert ledger.verify(log_of(wiring, item)) == []


def test_a_copy_is_asked_for_in_the_right_way(
    client: httpx.Client, item: str, film: Path, tmp_path: Path
) -> None:
    where = f"/v1/evidence/{item}/copies"
    assert client.post(where, json={"hide": [[0, 0, 2, 2]]}).status_code == 422
    assert client.post(where, json={"hid": []}).status_code == 422
    assert client.get(f"{where}/cp_none").status_code == 404
    assert client.post("/v1/evidence/ev_none/copies", json={}).status_code == 404
    other = sent(client, placed(tmp_path / "IMG_2.jpg"))
    mine = client.post(where, json={}).json()["id"]
    assert client.get(f"/v1/evidence/{other}/copies/{mine}").status_code == 404, "of another photo"
    file = {"file": (film.name, film.read_bytes(), "video/mp4")}
    of_film = client.post("/v1/evidence", files=file).json()["id"]
    answer = client.post(f"/v1/evidence/{of_film}/copies", json={})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_two_photos_are_held_against_each_other(client: httpx.Client, wiring: Wiring, tmp_path: Path) -> None:
    one = sent(client, made(tmp_path / "one.jpg", (150, 60, 60)))
    other = sent(client, made(tmp_path / "other.jpg", (60, 150, 60)))
    pair: dict[str, Any] = {
        "listing": {"evidence_id": one, "marks": MARKS},
        "received": {"evidence_id": other, "marks": MARKS},
        "stated_mm": 600,
    }
    answer = client.post("/v1/comparisons", json=pair)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["outcome"] == "fail"
    assert [(each["code"], each["outcome"]) for each in told["findings"]] == [
        ("colour.difference", "fail"),
        ("size.difference", "fail"),
    ]
    assert log_of(wiring, one)[-1].event == log_of(wiring, other)[-1].event == "photo.compared"
    pair["listing"]["evidence_id"] = "ev_none"
    assert client.post("/v1/comparisons", json=pair).status_code == 404
    pair["received"]["marks"] = {"goods": [0.5, 0.5, 0.1, 0.1]}
    assert client.post("/v1/comparisons", json=pair).status_code == 422


def test_the_photos_as_they_were_sent_are_compared_without_marks(
    client: httpx.Client, tmp_path: Path
) -> None:
    one = sent(client, made(tmp_path / "one.jpg", (1, 2, 3)))
    told = client.post(
        "/v1/comparisons", json={"listing": {"evidence_id": one}, "received": {"evidence_id": one}}
    ).json()
    assert [each["outcome"] for each in told["findings"]] == ["skipped", "skipped"]
    assert told["outcome"] == "unsure", "nothing compared is not a pass"


def test_a_set_says_which_photos_are_missing(client: httpx.Client, photo: Path) -> None:
    known = {each["reason"] for each in client.get("/v1/photo-sets").json()["items"]}
    assert "temu.scratched" in known
    close, named = sent(client, photo, "closeup.jpg"), sent(client, photo, "IMG_2.jpg")
    wanted = {
        "reason": "temu.scratched",
        "photos": [{"evidence_id": close}, {"evidence_id": named, "shots": ["wide"]}],
    }
    answer = client.post("/v1/photo-sets", json=wanted)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    photos = {shot["shot"]: shot["photos"] for shot in told["shots"]}
    assert (photos["close_up"], photos["wide"]) == ([close], [named])
    assert told["unnamed"] == 0
    assert not told["complete"]
    missing = [shot for shot in told["shots"] if shot["needed"] and not shot["photos"]]
    assert len(missing) == told["missing_at_least"] > 0
    assert all(shot["outcome"] == "fail" and shot["how"] for shot in missing)
    chinese = client.post("/v1/photo-sets", json=wanted, headers={"Accept-Language": "zh"}).json()
    assert chinese["shots"][0]["says"] != told["shots"][0]["says"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"reason": "temu.no_such"}, 422),
        ({"reason": "temu.scratched", "photos": [{"evidence_id": "ev_none"}]}, 404),
        ({"reason": "temu.scratched", "photos": [{"evidence_id": "ev_none", "shots": ["sea"]}]}, 422),
    ],
)
def test_a_set_is_asked_for_in_the_right_way(client: httpx.Client, body: Any, status: int) -> None:
    answer = client.post("/v1/photo-sets", json=body)
    assert answer.status_code == status
    assert answer.json()["detail"].endswith(".")


def test_a_case_knows_which_photos_its_reason_asks_for(client: httpx.Client, photo: Path) -> None:
    opened = client.post("/v1/cases", json={"ruleset": "temu", "reason_code": "scratched"}).json()
    where = f"/v1/cases/{opened['id']}"
    before = client.get(f"{where}/photo-set").json()
    close = sent(client, photo, "closeup.jpg")
    client.post(f"{where}/exhibits", json={"evidence_id": close})
    after = client.get(f"{where}/photo-set").json()
    assert after["reason"] == "temu.scratched"
    assert before["missing_at_least"] == after["missing_at_least"] + 1
    other = client.post("/v1/cases", json={"ruleset": "temu"}).json()
    assert client.get(f"/v1/cases/{other['id']}/photo-set").status_code == 422
    assert client.get("/v1/cases/case_none/photo-set").status_code == 404
