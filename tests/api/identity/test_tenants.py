"""Two tenants under one roof: whatever one asks for of the other is answered as if it had never been."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api import places, roll, tally
from api.app import create_app
from api.caller import CLI, TENANT
from api.desk import Wiring
from api.identity import entrance
from api.identity.directory import DIRECTORY, found_tenant, tenants
from api.identity.house import LINES
from api.identity.scopes import Role, Scope
from api.places import Places
from api.settings import Settings
from storage.memory import MemoryBlobs, MemoryRows
from tests.api.conftest import Stage, Waiting
from tests.api.identity.conftest import ONCE, House
from tests.api.identity.neighbours import (
    LISTS,
    MARK,
    NAMING,
    NOTHING,
    OF_ONE_TENANT,
    OF_THE_HOUSE,
    READY,
    RULESETS,
    TUS,
    WITH_PATH,
    A,
    B,
    Sent,
    Street,
    absent,
    furnished,
    meant,
    naming,
    operations,
    told,
)
from tests.api.packing.stocked import picture


@pytest.fixture
def street(tmp_path: Path, stage: Stage, film: Path) -> Iterator[Street]:
    from contextlib import ExitStack  # noqa: PLC0415 - beside its only use

    settings = Settings(data=tmp_path / "data", requests_per_minute=0, webhooks_inside=True)
    wiring = Wiring(settings, MemoryBlobs(), MemoryRows(), Waiting(), tmp_path / "work")
    for name in (A, B):
        found_tenant(wiring.rows, name, now=wiring.clock())
    with ExitStack() as stack:
        stage.app = create_app(wiring)
        house = House(wiring, stage.url, stack)
        for tenant in (A, B):
            for role in (Role.UPLOADER, Role.AGENT, Role.ADMIN):
                house.as_role(role, tenant)
        things = furnished(house, tmp_path, film)
        own = house.as_role(Role.ADMIN, B).post("/v1/cases", json={"ruleset": "tmall"}).json()["id"]
        yield Street(house, things, own)


def test_this_test_knows_every_operation(street: Street) -> None:
    asked = [each.partition("?")[0] for each in LISTS]
    listed = {f"GET {each}" for each in asked if each.startswith(("/v1", "/readyz", "/healthz", "/metrics"))}
    known = set(WITH_PATH) | listed | set(OF_THE_HOUSE) | set(OF_ONE_TENANT) | set(NAMING) | set(NOTHING)
    every = operations(street.house)
    assert every - known == set(), "say in this file how to call it"
    pages = {line for line in WITH_PATH if not line.partition(" ")[2].startswith("/v1")}
    assert known - every - pages == set()


def test_what_is_foreign_is_answered_as_what_never_was(street: Street) -> None:
    house, things, count = street.house, street.things, 0
    for line, sent in WITH_PATH.items():
        method, _, template = line.partition(" ")
        names = re.findall(r"\{(\w+)\}", template)
        mine = meant(things, names)
        pairs = [(mine, {n: absent(mine[n]) for n in names})]
        if names[0] == "case_id" and len(names) > 1:  # a part of A's behind a case of B's
            own = {"case_id": street.own_case}
            pairs.append(({**pairs[0][0], **own}, {**pairs[0][1], **own}))
        for role in (Role.ADMIN, Role.AGENT, Role.UPLOADER):
            client = house.as_role(role, B)
            for foreign, never in pairs:
                seen = [
                    told(client.request(method, template.format(**ids), **sent), [*ids.values()])
                    for ids in (foreign, never)
                ]
                assert seen[0] == seen[1], (line, role)
                assert seen[0][0] >= 400, (line, role, seen[0])
                count += 1
    lacking = {"delivery_id", "subcase", "offer"}
    for line in WITH_PATH:
        method, _, template = line.partition(" ")
        names = re.findall(r"\{(\w+)\}", template)
        if method == "GET" and not lacking & {*names}:  # after all that B tried, A finds everything there
            found = house.as_role(Role.ADMIN, A).get(template.format(**meant(things, names)), headers=TUS)
            assert found.status_code < 400 or template.endswith(READY), (line, found.text)
    print(f"{len(WITH_PATH)} addresses, {count} pairs of a foreign and an absent id: 0 differ")  # noqa: T201


def test_a_list_shows_nothing_of_others(street: Street) -> None:
    house, count = street.house, 0
    secret = {each for name, each in street.things.items() if len(each) > 8 and name != "delivery_id"}
    for path in LISTS:
        for role in (Role.ADMIN, Role.AGENT, Role.UPLOADER):
            asked = path.format(digest=street.things["original"])
            text = house.as_role(role, B).get(asked, headers={"Accept": "*/*"}).text
            for value in (street.things["original"], MARK):
                # What B typed is in the field again, and in what leads on from there.
                text = text.replace(f'value="{value}"', "").replace(f"q={value}", "")
            assert [each for each in secret if each in text] == [], (path, role)
            count += 1
    admin = house.as_role(Role.ADMIN, A)
    shown = "".join(admin.get(path.format(digest=street.things["original"])).text for path in LISTS)
    for name in ("case_id", "evidence_id", "shop_id", "hook_id", "person_id", "key_id", "session_id"):
        assert street.things[name] in shown, f"this test would not notice {name}"
    print(f"{len(LISTS)} lists, {count} answers: 0 hold anything of the other tenant")  # noqa: T201


def test_bodies_that_name_what_is_foreign_are_answered_as_if_it_never_was(street: Street) -> None:
    count = 0
    ids = [each for name in ("case_id", "photo", "shop_id") for each in _both(street.things[name])]
    for role in (Role.ADMIN, Role.AGENT, Role.UPLOADER):
        client = street.house.as_role(role, B)
        for foreign, never in zip(naming(street, str), naming(street, absent), strict=True):
            seen = [told(client.post(path, **sent), ids) for path, sent in (foreign, never)]
            assert seen[0] == seen[1], (foreign, role)
            # Of a batch each question is answered by itself.
            assert seen[0][0] >= 400 or foreign[0].endswith("/batch"), (foreign, role, seen[0])
            count += 1
    print(f"{count} pairs of bodies: 0 differ")  # noqa: T201


def _both(value: str) -> tuple[str, str]:
    return value, absent(value)


def test_a_draft_is_of_its_tenant(street: Street) -> None:
    a, b = (street.house.as_role(Role.ADMIN, each) for each in (A, B))
    text = (RULESETS / "tmall.toml").read_text()
    assert a.post("/v1/rulesets/drafts", json={"text": text}).status_code < 300
    assert a.get("/v1/rulesets/tmall/draft").status_code == 200
    for method, path in (("GET", "draft"), ("DELETE", "draft"), ("POST", "draft/trial")):
        seen = [b.request(method, f"/v1/rulesets/{name}/{path}") for name in ("tmall", "temu")]
        assert {each.status_code for each in seen} == {404}, path
    assert a.get("/v1/rulesets/tmall/draft").status_code == 200


def test_what_is_of_the_house_is_for_the_first_tenant_alone(street: Street) -> None:
    keeper, other = (street.house.as_role(Role.ADMIN, each) for each in (TENANT, B))
    sent: Sent = {"headers": {"Accept": "*/*"}, "json": {}}
    for line in sorted(LINES):
        method, _, template = line.partition(" ")
        asked = sent if method == "POST" else {}
        path = template.format(name="tmall")
        assert other.request(method, path, **asked).status_code == 403, line
        assert keeper.request(method, path, **asked).status_code != 403, line
    robot = street.house.with_key(*(set(Scope) - {Scope.PEOPLE, Scope.KEYS, Scope.METRICS}), tenant=B)
    assert robot.post("/v1/calendar", json={}).json()["type"] == "urn:sixface:problem:for-all"
    assert robot.get("/metrics").status_code == 403
    nobody = street.house.browser()
    assert nobody.get("/metrics").status_code == 200  # a program on this machine
    assert nobody.get("/admin").headers["location"].startswith("/sign-in")


def test_a_tenant_sees_how_its_own_files_fare_and_the_keeper_all(street: Street) -> None:
    for number in range(3):  # films that wait, B's
        file = {"file": (f"{number}.jpg", picture(200 + number, 64, 64))}
        street.house.as_role(Role.ADMIN, B).post("/v1/evidence", files=file).raise_for_status()
    pages = {tenant: street.house.as_role(Role.ADMIN, tenant).get("/admin").text for tenant in (TENANT, A, B)}
    machine = ("Room on the disk", "Sandbox", "Worker", "Locks of the storage", "Versions", "Database")
    for part in machine:
        assert [part in pages[each] for each in (TENANT, A, B)] == [True, False, False], part
    assert "3 files wait for their answer" in pages[B]
    assert "3 files wait for their answer" in pages[TENANT]
    assert "Nothing waits for its check." in pages[A]
    assert MARK not in pages[TENANT]


def test_the_same_file_and_the_same_key_tell_nothing(street: Street) -> None:
    a, b = (street.house.as_role(Role.ADMIN, each) for each in (A, B))
    known = a.get(f"/v1/evidence/{street.things['photo']}/original").content
    file = {"file": ("mine.jpg", known)}
    assert b.get("/v1/evidence").json() == {"items": []}
    made = b.post("/v1/evidence", files=file)
    assert made.status_code == 201
    item = made.json()
    assert item["id"] not in street.things.values()
    fresh = b.post("/v1/evidence", files={"file": ("mine.jpg", picture(99))}).json()
    assert item.keys() == fresh.keys()
    assert b.get(f"/v1/evidence?digest={item['digest']}").json()["items"] == [item]
    key = {"Idempotency-Key": "the-same"}
    first = a.post("/v1/cases", json={"reason": "of A"}, headers=key).json()
    second = b.post("/v1/cases", json={"reason": "of B"}, headers=key)
    assert (second.status_code, second.json()["reason"]) == (201, "of B")
    assert second.json()["id"] != first["id"]
    assert b.post("/v1/shops", json={"id": MARK, "name": "ours", "platform": "temu"}).status_code == 201


def test_what_a_key_of_one_tenant_makes_is_of_that_tenant(street: Street) -> None:
    robot = street.house.with_key(Scope.CASES_READ, Scope.CASES_WRITE, tenant=B)
    made = robot.post("/v1/cases", json={}).json()["id"]
    assert street.house.as_role(Role.ADMIN, B).get(f"/v1/cases/{made}").status_code == 200
    assert street.house.as_role(Role.ADMIN, A).get(f"/v1/cases/{made}").status_code == 404
    assert robot.get(f"/v1/cases/{street.things['case_id']}").status_code == 404


def test_names_of_people_are_of_their_tenant(street: Street) -> None:
    house = street.house
    link = house.as_role(Role.ADMIN, B).post("/v1/people", json={"role": "agent"}).json()["url"]
    sent = {"name": MARK, "password": "three quiet words", "again": "three quiet words"}
    browser = house.browser()
    answer = browser.post(link.removeprefix(house.url), data=sent)
    assert answer.status_code == 303, "that somebody of A is called so is nobody's business"
    assert browser.get("/v1/me").json()["tenant"] == B


def test_a_tenant_has_a_name_that_no_row_of_ours_has(street: Street) -> None:
    rows, now = street.house.wiring.rows, street.house.wiring.clock()
    assert tenants(rows) == ("default", A, B)
    for name in (DIRECTORY, "", "a/b", "A", "a" * 41, "-a", "a b", roll.SYSTEM, tally.SYSTEM):
        with pytest.raises(ValueError, match="small letters"):
            found_tenant(rows, name, now=now)
    with pytest.raises(LookupError):
        entrance.look(street.house.wiring, "none")
    assert ONCE.key is None


def test_each_tenant_has_files_fetched_from_its_own_places(house: House) -> None:
    house.as_role(Role.ADMIN, "north")
    places.give(house.wiring.desk(CLI), "north", Places(buckets=("of-north",)))
    for tenant, status in (("north", 422), ("south", 403), ("default", 403)):
        house.as_role(Role.ADMIN, tenant)
        robot = house.with_key(Scope.VALIDATE, tenant=tenant)
        assert robot.post("/v1/validate", json={"url": "s3://of-north/a.mp4"}).status_code == status, tenant
