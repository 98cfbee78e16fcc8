"""Every route has its line, and every operation answers each role as the line says."""

from __future__ import annotations

from functools import cache

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.identity import permits
from api.identity.doors import doors, walked
from api.identity.permits import OPEN, OWN, TABLE, needed
from api.identity.scopes import ALLOWED, EVERYTHING, FOR_KEYS, Role, Scope
from tests.api.identity.conftest import House

PEOPLE = (Role.UPLOADER, Role.AGENT, Role.ADMIN)


def lines(house: House) -> list[str]:
    app = create_app(house.wiring)
    return [f"{m} {at}" for at, route in walked(app.routes) for m in sorted(route.methods or ())]


def test_every_route_has_a_line_and_every_line_a_route(house: House) -> None:
    found = {each for each in lines(house) if not (each.startswith("HEAD ") and each not in TABLE)}
    assert found - set(TABLE) == set()
    assert set(TABLE) - found == set(), "lines of routes that are not there any more"


def test_no_address_is_answered_in_two_places(house: House) -> None:
    """Only the first would ever be asked."""
    found = lines(house)
    assert sorted(each for each in set(found) if found.count(each) > 1) == []


def test_an_application_with_a_route_without_a_line_does_not_start() -> None:
    app = FastAPI(openapi_url=None)
    app.add_api_route("/v1/forgotten", lambda: None)
    with pytest.raises(LookupError, match="GET /v1/forgotten has no line"):
        doors([each for each in app.routes if getattr(each, "path", "") == "/v1/forgotten"])


def test_the_doorkeeper_finds_the_door_that_the_application_opens(house: House) -> None:
    made = doors(create_app(house.wiring).routes)
    for door in made.every:
        path = door.template.replace("{", "").replace("}", "")
        for method in door.methods:
            found = made.find(method, path)
            assert found is not None
            assert found.template == door.template, "another line would decide about this route"


def call(client: httpx.Client, line: str) -> int:
    """Send something to an address that names nothing; who is let in gets as far as a 404 or a 422."""
    method, _, template = line.partition(" ")
    path = template.replace("{", "none_").replace("}", "")
    headers = {"X-Forwarded-For": "203.0.113.7", "Accept": "application/json"}
    return client.request(method, path, headers=headers).status_code


def test_every_operation_answers_each_role_as_its_line_says(house: House) -> None:
    everything = lines(house)
    people = {role: house.person(role) for role in PEOPLE}
    for line in everything:
        method, _, template = line.partition(" ")
        need = needed(method, template)
        anonymous = call(house.browser(), line)
        outside = 303 if template[1:3] != "v1" and need is not OPEN else 401
        if need is OPEN:
            assert anonymous not in {303, 403}, line
        elif template in {"/openapi.json", "/metrics"}:
            assert anonymous in {401, 303}, line
        else:
            assert anonymous == outside, line
        for role in PEOPLE:
            allowed = not need or bool(need & ALLOWED[role])
            ends = "sessions" in line or "sign-out" in line
            status = call(house.signed_in(people[role]) if ends else house.as_role(role), line)
            assert (status != 403) == allowed, (line, role, status)
            assert status != 401 or need is OPEN, (line, role)
            assert status < 500, (line, role, status)
    print(f"{len(everything)} routes x {len(PEOPLE) + 1} callers")  # noqa: T201 - the figure of this test


def test_every_operation_answers_keys_as_its_line_says(house: House) -> None:
    house.person(Role.ADMIN)

    @cache
    def with_scopes(scopes: frozenset[Scope]) -> httpx.Client:
        return house.with_key(*scopes)

    for line in lines(house):
        method, _, template = line.partition(" ")
        need = needed(method, template)
        if not need or not need & FOR_KEYS:
            continue
        # What a key may look at where it sent it itself is absent where there is no such thing.
        assert call(with_scopes(FOR_KEYS - need), line) == (404 if line in OWN else 403), line
        if line in OWN:
            assert call(with_scopes(FOR_KEYS - need - {OWN[line]}), line) == 403, line
        for scope in need & FOR_KEYS:
            assert call(with_scopes(frozenset({scope})), line) not in {401, 403}, (line, scope)


def test_the_packing_table_finds_a_case_by_its_waybill_and_lists_none(house: House) -> None:
    agent, table = house.as_role(Role.AGENT), house.as_role(Role.UPLOADER)
    case = agent.post("/v1/cases", json={"tracking_number": "SF1"}).json()["id"]
    for query in ({}, {"tracking_number": ""}, {"tracking_number": " "}, {"order_number": "1"}):
        assert table.get("/v1/cases", params=query).status_code == 403
    found = table.get("/v1/cases", params={"tracking_number": "SF1", "limit": 1}).json()["items"]
    assert [each["id"] for each in found] == [case]
    assert table.get("/v1/cases", params={"tracking_number": "SF2"}).json() == {"items": []}


def test_roles_hold_one_another_and_no_key_makes_keys() -> None:
    assert ALLOWED[Role.UPLOADER] < ALLOWED[Role.AGENT] < ALLOWED[Role.ADMIN] == EVERYTHING
    assert not FOR_KEYS & {Scope.PEOPLE, Scope.KEYS}
    assert permits.SIGNED is not permits.OPEN
