"""Coming by a link, signing in and out; what a session is worth, and when it ends."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import httpx
import pytest

from api.identity import directory, entrance, links, pacing, people
from api.identity.scopes import Role
from storage.memory import MemoryRows
from tests.api.conftest import Moving
from tests.api.identity.conftest import PASSWORD, House, Opened


def sign_in(browser: httpx.Client, name: str, password: str, **more: str) -> httpx.Response:
    return browser.post("/sign-in", data={"name": name, "password": password, **more})


def owner(house: House, name: str = "anna") -> httpx.Client:
    browser = house.browser()
    secret, _ = entrance.owner_link(house.wiring)
    sent = {"name": name, "password": PASSWORD, "again": PASSWORD}
    answer = browser.post(links.shown(secret), data=sent)
    assert answer.status_code == 303, answer.text
    return browser


def test_as_long_as_there_is_nobody_this_machine_is_let_in(house: House) -> None:
    browser = house.browser()
    me = browser.get("/v1/me").json()
    assert (me["tenant"], me["actor"], me["role"], me["signed_in"]) == ("default", "http", "admin", False)
    assert browser.get("/cases").status_code == 200
    owner(house)
    answer = house.browser().get("/v1/cases")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="sixface"'
    assert answer.json()["type"] == "urn:sixface:problem:not-signed-in"


@pytest.mark.parametrize("settings", [{"host": "0.0.0.0"}, {"sign_in": "required"}])  # noqa: S104 - that is the point
def test_what_is_open_to_others_lets_nobody_in_unasked(opened: Opened, settings: dict[str, str]) -> None:
    browser = opened(**settings).browser()
    for path in ("/healthz", "/readyz", "/sign-in", "/static/page.css", "/verify", "/v1/signers.pem"):
        assert browser.get(path).status_code == 200, path
    assert browser.get("/s/none").status_code == 404
    assert browser.get("/v1/none").status_code == 404
    for path in ("/v1/cases", "/v1/evidence", "/openapi.json", "/v1/me", "/v1/profiles"):
        assert browser.get(path).status_code == 401, path
    answer = browser.get("/cases?q=17")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/cases%3Fq%3D17")
    assert browser.get("/").headers["location"] == "/sign-in"


def test_the_owner_comes_by_a_link_once(house: House) -> None:
    secret, _ = entrance.owner_link(house.wiring)
    browser = house.browser()
    page = browser.get(links.shown(secret))
    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "same-origin"  # with none, browsers hide the Origin
    assert "script" not in page.text
    for sent, says in (
        ({"name": "a b", "password": PASSWORD, "again": PASSWORD}, "no spaces"),
        ({"name": "anna", "password": PASSWORD, "again": "other words here"}, "not the same"),
        ({"name": "anna", "password": "short", "again": "short"}, "10 to 200"),
    ):
        answer = browser.post(links.shown(secret), data=sent)
        assert answer.status_code == 422
        assert says in answer.text
    assert not directory.is_closed(house.wiring.rows)
    sent = {"name": "Änna", "password": PASSWORD, "again": PASSWORD}
    answer = browser.post(links.shown(secret), data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    me = browser.get("/v1/me").json()
    assert (me["actor"], me["role"], me["signed_in"]) == ("person:Änna", "admin", True)
    assert house.browser().get(links.shown(secret)).status_code == 404
    assert house.browser().post(links.shown(secret), data=sent).status_code == 404
    assert house.log() == ["owner.invited", "person.joined"]


def test_the_cookie_is_locked_to_this_host_behind_tls(opened: Opened) -> None:
    plain = owner(opened())
    cookie = plain.post("/v1/sessions", json={"name": "anna", "password": PASSWORD}).headers["set-cookie"]
    assert re.match(r"sixface=[\w-]{43}; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax$", cookie)
    house = opened(public_url="https://claims.example")
    house.person(Role.AGENT, name="ben", password=PASSWORD)
    cookie = sign_in(house.browser(), "ben", PASSWORD).headers["set-cookie"]
    assert cookie.startswith("__Host-sixface=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_who_is_wrong_is_told_one_thing(house: House) -> None:
    house.person(Role.AGENT, name="ben", password=PASSWORD)
    gone = house.person(Role.AGENT, name="gone", password=PASSWORD)
    people.alter(house.wiring.desk(entrance.Caller("default", "cli")), gone.id, active=False)
    house.person(Role.AGENT, name="outside")  # without a password
    house.person(Role.AGENT, "north", name="nora", password=PASSWORD)
    tries = [
        ("ben", "wrong words here"),
        ("ben", ""),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("outside", ""),
        ("nora", PASSWORD),
        ("south/nora", PASSWORD),
        ("default/../ben", PASSWORD),
        ("\0", PASSWORD),
        ("@directory/x", PASSWORD),
        ("", PASSWORD),
    ]
    bodies: set[tuple[int, str, bool]] = set()
    for name, password in tries:
        answer = house.browser().post("/v1/sessions", json={"name": name, "password": password})
        bodies.add((answer.status_code, answer.text, "set-cookie" in answer.headers))
    assert len(bodies) == 1
    assert bodies.pop()[0] == 401
    assert sign_in(house.browser(), "BEN", PASSWORD).status_code == 303
    browser = house.browser()
    assert sign_in(browser, "north/nora", PASSWORD).status_code == 303
    assert browser.get("/v1/me").json()["tenant"] == "north"
    assert house.log("north")[-1] == "signed_in"


def test_tries_are_counted_for_names_that_are_there_and_not(house: House) -> None:
    house.person(Role.AGENT, name="ben", password=PASSWORD)
    answers: dict[str, httpx.Response] = {}
    for name in ("ben", "nobody"):
        for number in range(pacing.OF_A_NAME + 1):
            answers[name] = house.browser().post(
                "/v1/sessions", json={"name": name, "password": f"x{number}"}
            )
            assert (answers[name].status_code == 429) == (number == pacing.OF_A_NAME)
        assert 0 < int(answers[name].headers["retry-after"]) <= 15 * 60
    assert answers["ben"].json()["type"] == answers["nobody"].json()["type"]
    page = sign_in(house.browser(), "ben", PASSWORD)
    assert (page.status_code, page.headers["retry-after"] > "") == (429, True)


def test_forms_of_other_pages_sign_nobody_in_or_out(house: House) -> None:
    house.person(Role.ADMIN, name="ben", password=PASSWORD)
    bare = httpx.Client(base_url=house.url)
    strange = [{}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
    for headers in strange:
        for path in ("/sign-in", "/welcome/none", "/v1/sessions"):
            assert bare.post(path, headers=headers).status_code == 403, (path, headers)
    browser = house.as_role(Role.ADMIN)
    bare.cookies = browser.cookies
    for headers in strange:
        assert bare.post("/v1/cases", json={}, headers=headers).status_code == 403
        assert bare.post("/sign-out", headers=headers).status_code == 403
    assert bare.get("/v1/cases").json() == {"items": []}
    assert bare.post("/v1/cases", json={}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 201
    bare.close()


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/cases/case_1?q=2", "/cases/case_1?q=2"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/x\\..\\y", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/sign-in?next=/sign-in", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_goes_on_to_a_place_of_ours(house: House, asked: str, goes: str) -> None:
    house.person(Role.AGENT, name="ben", password=PASSWORD)
    answer = sign_in(house.browser(), "ben", PASSWORD, next=asked)
    assert (answer.status_code, answer.headers["location"]) == (303, goes)


def test_a_session_is_new_at_each_sign_in_and_ends(house: House, clock: Moving) -> None:
    house.person(Role.AGENT, name="ben", password=PASSWORD)
    browser = house.browser()
    browser.cookies.set("sixface", "chosen-by-somebody-else", domain="127.0.0.1")
    sign_in(browser, "ben", PASSWORD)
    first = browser.cookies["sixface"]
    assert first != "chosen-by-somebody-else"
    second = house.browser()
    sign_in(second, "ben", PASSWORD)
    assert second.cookies["sixface"] != first
    mine = second.get("/v1/sessions").json()["items"]
    assert [each["own"] for each in mine] == [True, False]
    assert second.delete(f"/v1/sessions/{mine[1]['id']}").status_code == 204
    assert browser.get("/v1/me").status_code == 401
    assert second.post("/sign-out").headers["location"] == "/sign-in"
    assert second.get("/v1/me").status_code == 401
    for hours in (11, 22):
        third = house.browser()
        sign_in(third, "ben", PASSWORD)
        kept = dict(third.cookies)
        clock.ahead += timedelta(hours=hours)
        again = house.browser()
        again.cookies.update(kept)
        assert again.get("/v1/me").status_code == (200 if hours < 12 else 401)


def test_thirty_days_are_the_longest(house: House, clock: Moving) -> None:
    browser = house.as_role(Role.AGENT)
    for _ in range(65):
        assert browser.get("/v1/me").status_code == 200
        clock.ahead += timedelta(hours=11)
    clock.ahead += timedelta(hours=6)
    assert browser.get("/v1/me").status_code == 401


def test_what_changes_with_a_person_counts_at_once(house: House) -> None:
    admin = house.as_role(Role.ADMIN)
    ben = house.person(Role.AGENT, name="ben", password=PASSWORD)
    browser, other = house.browser(), house.browser()
    for each in (browser, other):
        sign_in(each, "ben", PASSWORD)
    new = "other quiet words"
    assert (
        browser.post("/account/password", data={"old": "x", "password": new, "again": new}).status_code == 422
    )
    done = browser.post("/account/password", data={"old": PASSWORD, "password": new, "again": new})
    assert (done.status_code, browser.get("/v1/me").status_code) == (303, 200)
    assert other.get("/v1/me").status_code == 401
    assert browser.get("/v1/people").status_code == 403
    admin.patch(f"/v1/people/{ben.id}", json={"role": "admin"})
    assert browser.get("/v1/people").status_code == 200
    assert admin.patch(f"/v1/people/{ben.id}", json={"active": False}).json()["active"] is False
    assert browser.get("/v1/me").status_code == 401
    assert sign_in(house.browser(), "ben", new).status_code == 401
    admin.patch(f"/v1/people/{ben.id}", json={"active": True})
    assert browser.get("/v1/me").status_code == 401  # the sessions of before stay ended
    assert sign_in(browser, "ben", new).status_code == 303
    browser.delete("/v1/sessions")
    assert browser.get("/v1/me").status_code == 401
    assert house.log()[-6:] == [
        "person.role",
        "person.off",
        "sign_in.failed",
        "person.on",
        "signed_in",
        "signed_out.everywhere",
    ]


def test_somebody_stays_who_can_let_others_in(house: House) -> None:
    admin = house.as_role(Role.ADMIN)
    own = admin.get("/v1/people").json()["items"][0]["id"]
    for change in ({"role": "agent"}, {"active": False}):
        assert (
            admin.patch(f"/v1/people/{own}", json=change).json()["type"] == "urn:sixface:problem:last-admin"
        )
    assert admin.patch(f"/v1/people/{own}", json={"role": "system"}).status_code == 422
    house.person(Role.ADMIN, name="second")
    assert admin.patch(f"/v1/people/{own}", json={"role": "agent"}).json()["role"] == "agent"


def test_somebody_is_invited_and_chooses_a_name(house: House) -> None:
    admin = house.as_role(Role.ADMIN, "north")
    once = {"Idempotency-Key": "k"}
    invited = admin.post("/v1/people", json={"role": "uploader"}, headers=once).json()
    again = admin.post("/v1/people", json={"role": "uploader"}, headers=once).json()
    assert "url" not in again
    path = invited["url"].removeprefix(house.url)
    browser = house.browser()
    assert "north/" in browser.get(path).text
    sent = {"name": "admin0", "password": PASSWORD, "again": PASSWORD}
    assert "choose another name" in browser.post(path, data=sent).text
    assert browser.post(path, data={**sent, "name": "otto"}).status_code == 303
    me = browser.get("/v1/me").json()
    assert (me["tenant"], me["actor"], me["role"]) == ("north", "person:otto", "uploader")
    everybody = admin.get("/v1/people").json()["items"]
    assert [each["name"] for each in everybody] == ["otto", "admin0"]
    assert "password" not in admin.get("/v1/people").text


def test_a_lost_password_is_set_anew(house: House, clock: Moving) -> None:
    admin = house.as_role(Role.ADMIN)
    ben = house.person(Role.UPLOADER, name="ben", password=PASSWORD)
    old = house.signed_in(ben)
    new = "other quiet words"
    link = admin.post(f"/v1/people/{ben.id}/link").json()["url"].removeprefix(house.url)
    clock.ahead += timedelta(days=8)
    sent = {"name": "chosen", "password": new, "again": new}
    assert house.browser().post(link, data=sent).status_code == 404
    clock.ahead -= timedelta(days=8)
    assert house.browser().post(link, data=sent).status_code == 303
    assert old.get("/v1/me").status_code == 401
    browser = house.browser()
    assert sign_in(browser, "ben", new).status_code == 303
    assert browser.get("/v1/me").json()["role"] == "uploader"
    secret, _ = entrance.owner_link(house.wiring)
    sent = {"name": "ben", "password": PASSWORD, "again": PASSWORD}
    assert browser.post(links.shown(secret), data=sent).status_code == 303
    assert browser.get("/v1/me").json()["role"] == "admin"


def test_no_secret_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret, _ = entrance.owner_link(house.wiring)
    browser = house.browser()
    browser.get(links.shown(secret))
    browser.post(links.shown(secret), data={"name": "anna", "password": PASSWORD, "again": PASSWORD})
    session = browser.cookies["sixface"]
    wish = {"name": "robot", "scopes": ["evidence.read"]}
    key = browser.post("/v1/keys", json=wish, headers={"Idempotency-Key": "once"}).json()["key"]
    robot = httpx.Client(base_url=house.url, headers={"Authorization": f"Bearer {key}"})
    assert robot.get("/v1/evidence").status_code == 200
    assert robot.get("/v1/cases").status_code == 403
    robot.close()
    house.browser().post("/v1/sessions", json={"name": "anna", "password": "a wrong secret"})
    rows = house.wiring.rows
    assert isinstance(rows, MemoryRows)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("api", "storage"))]
    told = "".join(ours) + repr(vars(rows))
    assert "/welcome/…" in told
    for each in (secret, session, key, key[19:62], PASSWORD, "a wrong secret"):
        assert each not in told


def test_figures_are_for_this_machine_and_for_keys_of_the_first_tenant(house: House) -> None:
    house.person(Role.ADMIN)
    from api.identity.scopes import Scope  # noqa: PLC0415

    assert house.browser().get("/metrics").status_code == 200
    assert house.browser(**{"X-Forwarded-For": "203.0.113.7"}).get("/metrics").status_code == 401
    robot = house.with_key(Scope.METRICS)
    robot.headers["X-Forwarded-For"] = "203.0.113.7"
    assert robot.get("/metrics").status_code == 200
    assert house.as_role(Role.ADMIN, "north").get("/metrics").status_code == 403


def test_requests_are_counted_for_each_caller(opened: Opened) -> None:
    house = opened(requests_per_minute=3)
    assert [house.browser().get("/v1/me").status_code for _ in range(5)] == [200] * 5, "nobody signs in"
    one, two = (house.signed_in(house.person(Role.AGENT)) for _ in range(2))
    assert [one.get("/v1/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    told = one.get("/v1/me")
    assert 0 < int(told.headers["retry-after"]) <= 60
    assert told.json()["type"] == "urn:sixface:problem:too-often"
    assert two.get("/v1/me").status_code == 200
    asked = [house.browser().post("/v1/verifications", json={"files": {}}).status_code for _ in range(4)]
    assert asked[-1] == 429
    assert 401 not in asked
