"""Keys: made, used, rotated, revoked; and what of it is written down."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import item
from api.caller import Caller
from api.identity import keys
from api.identity.scopes import Role, Scope
from tests.api.conftest import Moving, settle
from tests.api.identity.conftest import ONCE, House


def make(admin: httpx.Client, **more: Any) -> dict[str, Any]:
    answer = admin.post("/v1/keys", json={"name": "robot", "scopes": ["evidence.read"], **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def use(house: House, text: str, path: str = "/v1/evidence") -> int:
    return house.browser(Authorization=f"Bearer {text}").get(path).status_code


def test_a_key_does_what_it_says_and_no_more(house: House) -> None:
    admin = house.as_role(Role.ADMIN)
    made = make(admin)
    text = made["key"]
    assert keys.parse(text) is not None
    robot = house.browser(Authorization=f"Bearer {text}")
    me = robot.get("/v1/me").json()
    assert me == {
        "tenant": "default",
        "actor": f"key:{made['id']} (robot)",
        "role": "system",
        "scopes": ["evidence.read"],
        "signed_in": False,
    }
    assert robot.get("/v1/evidence").status_code == 200
    refused = robot.get("/v1/cases")
    assert (refused.status_code, refused.json()["needs"]) == (403, ["cases.read"])
    assert text[19:] not in admin.get("/v1/keys").text
    for wrong in (text[:-1] + "x", text[:20] + ("a" if text[20] != "a" else "b") + text[21:], "none"):
        assert use(house, wrong) == 401
    assert house.browser(Authorization=f"Basic {text}").get("/v1/evidence").status_code == 401
    assert house.browser().get("/v1/evidence", params={"key": text, "access_token": text}).status_code == 401
    bare = httpx.Client(base_url=house.url, headers={"Authorization": f"Bearer {text}"})
    assert bare.get("/v1/evidence").status_code == 200, "a key needs no origin"
    bare.close()


def test_a_key_is_told_once(house: House) -> None:
    admin = house.as_role(Role.ADMIN)
    wish, once = {"name": "robot", "scopes": ["validate", "evidence.read"]}, {"Idempotency-Key": "k"}
    first, second = (admin.post("/v1/keys", json=wish, headers=once).json() for _ in range(2))
    assert first.pop("key").startswith(f"sixface_{first['id']}_")
    assert second == first
    assert [each["id"] for each in admin.get("/v1/keys").json()["items"]] == [first["id"]]


@pytest.mark.parametrize(
    "wish",
    [
        {"scopes": ["people"]},
        {"scopes": ["keys"]},
        {"scopes": ["nonsense"]},
        {"scopes": []},
        {"name": "a (b)"},
        {"name": ""},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2099-01-01T00:00:00Z"},
        {"tenant": "other"},
    ],
)
def test_what_no_key_can_be(house: House, wish: dict[str, Any]) -> None:
    sent = {"name": "robot", "scopes": ["evidence.read"], **wish}
    assert house.as_role(Role.ADMIN).post("/v1/keys", json=sent).status_code == 422


def test_figures_of_all_are_not_for_keys_of_one(house: House) -> None:
    sent = {"name": "robot", "scopes": ["metrics"]}
    assert house.as_role(Role.ADMIN).post("/v1/keys", json=sent).status_code == 201
    assert house.as_role(Role.ADMIN, "north").post("/v1/keys", json=sent).status_code == 422


def test_an_old_key_lives_a_little_beside_the_new_one(house: House, clock: Moving) -> None:
    admin = house.as_role(Role.ADMIN)
    old = make(admin)
    new = admin.post(f"/v1/keys/{old['id']}/rotate", json={"overlap_hours": 2}).json()
    assert (new["name"], new["scopes"]) == (old["name"], old["scopes"])
    assert use(house, old["key"]) == use(house, new["key"]) == 200
    assert admin.post(f"/v1/keys/{old['id']}/rotate").status_code == 404
    clock.ahead += timedelta(hours=3)
    assert (use(house, old["key"]), use(house, new["key"])) == (401, 200)
    assert use(house, old["key"]) == 401
    assert house.log()[-3:] == ["key.made", "key.rotated", "key.refused"], "told once in an hour"
    assert admin.delete(f"/v1/keys/{new['id']}").json()["revoked_at"]
    assert admin.delete(f"/v1/keys/{new['id']}").status_code == 200
    assert use(house, new["key"]) == 401
    assert house.log()[-2:] == ["key.revoked", "key.refused"]


def test_the_last_use_is_written_once_a_minute(house: House, clock: Moving) -> None:
    desk = house.wiring.desk(Caller("default", "cli"))
    wish = keys.NewKey(name="robot", scopes=frozenset({Scope.EVIDENCE_READ}))
    made = keys.make(desk, wish, ONCE).body

    def version() -> int:
        keys.look(house.wiring, made["key"])
        with desk.read() as reading:
            row = reading.get(keys.KIND, made["id"])
        assert row is not None
        return row.version

    assert [version() for _ in range(3)] == [2, 2, 2]
    clock.ahead += timedelta(seconds=61)
    assert [version() for _ in range(3)] == [3, 3, 3]


PARTS = ("", "/report", "/reading", "/events")


def test_a_key_that_only_has_files_checked_sees_its_own_alone(house: House, film: Path, photo: Path) -> None:
    admin = house.as_role(Role.ADMIN)
    only, other = (make(admin, scopes=["validate"]) for _ in range(2))
    mine, strange = (house.browser(Authorization=f"Bearer {each['key']}") for each in (only, other))
    begun = mine.post("/v1/validate", files={"file": ("IMG_1.MOV", film.read_bytes())})
    assert begun.status_code == 202
    own = begun.headers["location"]
    settle(house.wiring)
    assert mine.get(own).json()["state"] == "reported"
    report = mine.get(f"{own}/report").json()
    assert report["subject"]["name"] == "IMG_1.MOV"
    still = f"/stills/{report['stills'][0]['digest']}"
    for part in (*PARTS, still):
        assert mine.get(own + part).status_code == 200, part
    assert mine.post("/v1/validate", json={"evidence_id": begun.json()["id"]}).json() == report
    # What it did not send is answered as what never was, by whichever door.
    theirs = admin.post("/v1/evidence", files={"file": ("theirs.jpg", photo.read_bytes())}).json()["id"]
    settle(house.wiring)
    for robot, foreign in ((mine, theirs), (strange, begun.json()["id"])):
        never = item.new_id("ev")
        for part in (*PARTS, still):
            seen = [robot.get(f"/v1/evidence/{each}{part}") for each in (foreign, never)]
            told = [each.text.replace(foreign, "ID").replace(never, "ID") for each in seen]
            assert ([each.status_code for each in seen], told[0]) == ([404, 404], told[1]), part
        for body in ({}, {"profile": "label_photo"}, {"expect": {"order_number": "1"}}):
            seen = [robot.post("/v1/validate", json={"evidence_id": i, **body}) for i in (foreign, never)]
            told = [each.text.replace(foreign, "ID").replace(never, "ID") for each in seen]
            assert ([each.status_code for each in seen], told[0]) == ([404, 404], told[1]), body
        batch = robot.post("/v1/validate/batch", json=[{"evidence_id": foreign}]).json()["items"]
        assert [each["status"] for each in batch] == [404]
    for path in ("/v1/evidence", f"{own}/original", f"{own}/content", f"{own}/confirmations", "/v1/cases"):
        assert mine.get(path).status_code == 403, path
    # Neither cases nor other files are told with it, and its follower goes on where it stopped.
    case = admin.post("/v1/cases", json={"order_number": "SECRET-1"}).json()["id"]
    admin.post(f"/v1/cases/{case}/exhibits", json={"evidence_id": begun.json()["id"]}).raise_for_status()
    admin.post("/v1/evidence", files={"file": ("again.MOV", film.read_bytes())}).raise_for_status()
    assert (mine.get(own).json()["cases"], "SECRET-1" in mine.get(own).text) == ([], False)
    assert admin.get(own).json()["cases"][0]["order_number"] == "SECRET-1"
    assert "sent_by" not in admin.get(own).text
    for _ in range(2):
        only = admin.post(f"/v1/keys/{only['id']}/rotate", json={"overlap_hours": 0}).json()
        assert mine.get(own).status_code == 401
        mine = house.browser(Authorization=f"Bearer {only['key']}")
        assert mine.get(own).status_code == 200
    reader = house.browser(Authorization=f"Bearer {make(admin)['key']}")
    assert reader.get(own).status_code == 200, "who may read reads all of the tenant's"
    assert reader.get(f"/v1/evidence/{theirs}").status_code == 200
