"""Signing in by the word of an issuer: who gets in, and who does not."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from api.app import create_app
from api.caller import Caller
from api.identity import directory, entrance, issuer, links, pacing, people, vouching
from api.identity.scopes import Role
from api.settings import Settings
from api.wiring import embedded
from storage.memory import MemoryRows
from tests.api.conftest import Moving, Stage
from tests.api.identity.conftest import ONCE, PASSWORD, House, Opened
from tests.extras import need

need("oidc", "authlib", "joserfc")

from tests.api.identity.coming import ANNA, UNBELIEVED, UNKNOWN, come, invite, out, set_out, trusting  # noqa: E402
from tests.api.identity.vouchers import CLIENT, SECRET, Issuer  # noqa: E402


def test_who_was_invited_by_a_verified_address_gets_in_and_is_known_by_the_account(
    home: House, there: Issuer
) -> None:
    invite(home, "anna@Shop.example")
    browser = home.browser()
    assert "Continue with Example ID" in browser.get("/sign-in").text
    url = set_out(browser)
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{there.url}/authorization_endpoint?")
    assert query.keys() == {
        *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce"),
        *("code_challenge", "code_challenge_method"),
    }
    assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
    assert (query["client_id"], query["scope"]) == (CLIENT, "openid email")
    assert query["redirect_uri"] == f"{home.url}/sign-in/back"
    answer = browser.get("/sign-in/back", params=there.code(url, **ANNA))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert answer.headers["cache-control"] == "no-store"
    assert "sixface-going" not in browser.cookies
    me = browser.get("/v1/me").json()
    assert (me["tenant"], me["actor"], me["role"]) == ("default", "person:anna@shop.example", "agent")
    assert home.log()[-1] == "person.joined"
    browser.post("/sign-out")
    # The address moves on, the account stays who it is; and the address alone is nobody.
    moved = {**ANNA, "email": "a.smith@other.example", "email_verified": False}
    assert come(browser, there, moved).status_code == 303
    assert browser.get("/v1/me").json()["actor"] == "person:anna@shop.example"
    assert home.log()[-1] == "signed_in"
    out(come(home.browser(), there, {**ANNA, "sub": "somebody else"}), 403, UNKNOWN)
    page = home.as_role(Role.ADMIN).get("/admin/people").text
    assert "Example ID" in page
    assert "Their e-mail address at Example ID" in page


def test_the_account_page_asks_for_no_password_that_is_not_there(home: House, there: Issuer) -> None:
    invite(home, "anna@shop.example")
    browser = home.browser()
    come(browser, there)
    page = browser.get("/account").text
    assert "You sign in with your account at Example ID." in page
    assert "/account/password" not in page
    assert "/account/codes" not in page


UNVERIFIED: tuple[dict[str, Any], ...] = (
    {**ANNA, "email_verified": False},
    {**ANNA, "email_verified": None},
    {**ANNA, "email_verified": "true"},
    {**ANNA, "email_verified": 1},
    {**ANNA, "email": None},
    {**ANNA, "email": ["anna@shop.example"]},
    {**ANNA, "email": "anna@shop.example.evil.example"},
    {**ANNA, "email": "änna@shop.example"},
    {**ANNA, "email": "anna@shop.example\x00"},
    {**ANNA, "email": "ben@shop.example", "preferred_username": "anna@shop.example"},
)


def test_an_address_that_is_not_verified_opens_nothing(home: House, there: Issuer) -> None:
    home.person(Role.ADMIN, name="anna@shop.example", password=PASSWORD)
    invite(home, "anna@shop.example")
    for claims in UNVERIFIED:
        out(come(home.browser(), there, claims), 403, UNKNOWN)
        assert home.log()[-1] == "sign_in.failed"


def test_a_name_that_is_there_already_is_not_taken_over(home: House, there: Issuer) -> None:
    home.person(Role.ADMIN, name="anna@shop.example", password=PASSWORD)
    out(come(home.browser(), there), 403, UNKNOWN)
    invite(home, "anna@shop.example", Role.UPLOADER)
    browser = home.browser()
    assert come(browser, there).status_code == 303
    me = browser.get("/v1/me").json()
    assert (me["actor"], me["role"]) == ("person:anna@shop.example-2", "uploader")


def test_a_way_back_is_gone_once_by_the_browser_that_set_out_and_in_time(
    home: House, there: Issuer, clock: Moving
) -> None:
    invite(home, "anna@shop.example")
    anna, other = home.browser(), home.browser()
    url = set_out(anna)
    going = anna.cookies["sixface-going"]
    # Of another browser, with or without a way of its own; and nothing is used up by trying.
    out(other.get("/sign-in/back", params=there.code(url, **ANNA)), 403, UNBELIEVED)
    set_out(other)
    out(other.get("/sign-in/back", params=there.code(url, **ANNA)), 403, UNBELIEVED)
    for state in ("", "x", "ä", "\0"):
        asked = {"code": "x", "state": state}
        out(httpx.get(f"{home.url}/sign-in/back", params=asked, cookies={"sixface-going": going}), 403, "")
    sent = there.code(url, **ANNA)
    assert anna.get("/sign-in/back", params=sent).status_code == 303
    # The same again, and with a fresh code, by who has kept the cookie.
    for again in (sent, there.code(url, **ANNA)):
        kept = {"sixface-going": going}
        answer = httpx.get(f"{home.url}/sign-in/back", params=again, cookies=kept)
        assert (answer.status_code, "sixface=" in answer.headers.get("set-cookie", "")) == (403, False)
    late = home.browser()
    url = set_out(late)
    clock.ahead += vouching.SPAN
    out(late.get("/sign-in/back", params=there.code(url, **ANNA)), 403, UNBELIEVED)
    refused = home.browser()
    query = parse_qs(urlsplit(set_out(refused)).query)
    asked = {"error": "access_denied", "state": query["state"][0]}
    out(refused.get("/sign-in/back", params=asked), 403, UNBELIEVED)
    rows = home.wiring.rows
    clock.ahead += vouching.SPAN
    set_out(home.browser())
    with rows.read(directory.DIRECTORY) as reading:
        assert len(reading.find(vouching.GOING).rows) == 1, "who never came back is swept"


def test_a_session_is_new_and_a_cookie_of_somebody_else_is_worth_nothing(home: House, there: Issuer) -> None:
    invite(home, "anna@shop.example")
    browser = home.browser()
    browser.cookies.set("sixface", "chosen-by-somebody-else", domain="127.0.0.1")
    browser.cookies.set("sixface-going", "chosen-by-somebody-else", domain="127.0.0.1")
    own = issuer.Way("chosen-by-somebody-else")
    out(browser.get("/sign-in/back", params={"code": "x", "state": own.state}), 403, UNBELIEVED)
    browser = home.browser()
    browser.cookies.set("sixface", "chosen-by-somebody-else", domain="127.0.0.1")
    assert come(browser, there).status_code == 303
    assert browser.cookies["sixface"] != "chosen-by-somebody-else"
    first = browser.cookies["sixface"]
    come(browser, there)
    assert browser.cookies["sixface"] != first


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/cases?q=17", "/cases?q=17"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/sign-in/with", "/"),
    ],
)
def test_one_goes_on_to_a_place_of_ours(home: House, there: Issuer, asked: str, goes: str) -> None:
    invite(home, "anna@shop.example")
    browser = home.browser()
    url = browser.get("/sign-in/with", params={"next": asked}).headers["location"]
    answer = browser.get("/sign-in/back", params=there.code(url, **ANNA))
    assert (answer.status_code, answer.headers["location"]) == (303, goes)


def test_behind_tls_the_cookies_are_locked_and_the_way_back_is_the_public_one(
    opened: Opened, there: Issuer
) -> None:
    house = opened(**trusting(there), public_url="https://claims.example")
    house.as_role(Role.ADMIN)
    answer = house.browser().get("/sign-in/with")
    parts = set(answer.headers["set-cookie"].split("; "))
    assert answer.headers["set-cookie"].startswith("__Host-sixface-going=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax", "Max-Age=600"} <= parts
    assert "redirect_uri=https%3A%2F%2Fclaims.example%2Fsign-in%2Fback&" in answer.headers["location"]


def test_a_link_is_used_with_an_account_whatever_its_address_is(home: House, there: Issuer) -> None:
    link = invite(home, role=Role.UPLOADER)
    browser = home.browser()
    assert f'href="{link}/with"' in browser.get(link).text
    nameless = {"sub": "7", "preferred_username": "/ben: b@x\n"}
    assert come(browser, there, nameless, at=f"{link}/with").status_code == 303
    me = browser.get("/v1/me").json()
    assert (me["actor"], me["role"]) == ("person:ben-b@x", "uploader")
    assert browser.get(link).status_code == 404, "the link is used"
    out(home.browser().get(f"{link}/with"), 404, "ask for a new one")
    # Whose account is somebody's here becomes nobody else, and the link stays.
    second = invite(home, role=Role.ADMIN)
    out(come(home.browser(), there, nameless, at=f"{second}/with"), 403, UNKNOWN)
    assert home.browser().get(second).status_code == 200
    # And two who set out by one link do not both come in.
    one, two = home.browser(), home.browser()
    urls = [set_out(each, f"{second}/with") for each in (one, two)]
    sent = [there.code(url, sub=str(number)) for number, url in enumerate(urls)]
    assert one.get("/sign-in/back", params=sent[0]).status_code == 303
    out(two.get("/sign-in/back", params=sent[1]), 404, "ask for a new one")


def test_a_person_who_is_there_is_bound_by_a_link_of_theirs_alone(home: House, there: Issuer) -> None:
    ben = home.person(Role.AGENT, name="ben", password=PASSWORD)
    old = home.signed_in(ben)
    path = home.as_role(Role.ADMIN).post(f"/v1/people/{ben.id}/link").json()["url"].removeprefix(home.url)
    browser = home.browser()
    assert come(browser, there, at=f"{path}/with").status_code == 303
    assert browser.get("/v1/me").json()["actor"] == "person:ben"
    assert old.get("/v1/me").status_code == 401, "whoever sat there is out"
    assert home.log()[-1] == "person.bound"
    assert come(home.browser(), there).status_code == 303
    typed = home.browser().post("/sign-in", data={"name": "ben", "password": PASSWORD})
    assert typed.status_code == 303, "the password is good as before"
    # Another account takes the place of the first one, which then is nobody's.
    path = home.as_role(Role.ADMIN).post(f"/v1/people/{ben.id}/link").json()["url"].removeprefix(home.url)
    assert come(home.browser(), there, {"sub": "new"}, at=f"{path}/with").status_code == 303
    out(come(home.browser(), there), 403, UNKNOWN)


def test_a_password_that_is_set_anew_ends_what_let_somebody_in_before(home: House, there: Issuer) -> None:
    ben = home.person(Role.AGENT, name="ben", password=PASSWORD)
    admin = home.as_role(Role.ADMIN)
    links_of_ben = [
        admin.post(f"/v1/people/{ben.id}/link").json()["url"].removeprefix(home.url) for _ in range(2)
    ]
    browser = home.browser()
    come(browser, there, at=f"{links_of_ben[0]}/with")
    anew = {"name": "", "password": "other quiet words", "again": "other quiet words"}
    assert home.browser().post(links_of_ben[1], data=anew).status_code == 303
    assert browser.get("/v1/me").status_code == 401
    out(come(browser, there), 403, UNKNOWN)


def test_who_is_turned_off_does_not_come_back_by_any_way(home: House, there: Issuer) -> None:
    invite(home, "anna@shop.example")
    browser = home.browser()
    come(browser, there)
    admin = home.as_role(Role.ADMIN)
    anna = admin.get("/v1/people").json()["items"][0]
    assert (anna["name"], anna["account"]) == ("anna@shop.example", True)
    admin.patch(f"/v1/people/{anna['id']}", json={"active": False})
    assert browser.get("/v1/me").status_code == 401
    invite(home, "anna@shop.example")
    out(come(browser, there), 403, UNKNOWN)
    admin.patch(f"/v1/people/{anna['id']}", json={"active": True})
    assert come(browser, there).status_code == 303


def test_a_domain_lets_in_whom_the_deployment_says(opened: Opened, there: Issuer) -> None:
    domains = "shop.example=uploader,north.example=north/agent,gone.example=nowhere/agent"
    house = opened(**trusting(there, oidc_domains=domains))
    out(come(house.browser(), there), 403, UNKNOWN)
    assert not directory.is_closed(house.wiring.rows), "the door is not closed before an owner is there"
    house.as_role(Role.ADMIN)
    house.as_role(Role.ADMIN, "north")
    browser = house.browser()
    assert come(browser, there).status_code == 303
    me = browser.get("/v1/me").json()
    assert (me["tenant"], me["role"]) == ("default", "uploader")
    nora = {"sub": "n", "email": "nora@north.example", "email_verified": True}
    assert come(browser, there, nora).status_code == 303
    me = browser.get("/v1/me").json()
    assert (me["tenant"], me["role"], me["actor"]) == ("north", "agent", "person:nora@north.example")
    for number, email in enumerate(
        ("x@gone.example", "x@sub.shop.example", "x@shop.example.evil.example", "shop.example")
    ):
        claims = {"sub": f"x{number}", "email": email, "email_verified": True}
        out(come(house.browser(), there, claims), 403, UNKNOWN)


def test_an_account_is_of_one_tenant_and_sees_that_alone(home: House, there: Issuer) -> None:
    home.as_role(Role.ADMIN, "north")
    case = home.as_role(Role.ADMIN, "north").post("/v1/cases", json={}).json()["id"]
    invite(home, "anna@shop.example")
    invite(home, "anna@shop.example", tenant="north")
    out(come(home.browser(), there), 403, UNKNOWN)  # which of them is hers only a link says
    link = invite(home, tenant="north", role=Role.UPLOADER)
    north = home.browser()
    come(north, there, at=f"{link}/with")
    assert north.get("/v1/me").json()["tenant"] == "north"
    default = home.browser()
    invite(home, "ben@shop.example")
    come(default, there, {"sub": "ben", "email": "ben@shop.example", "email_verified": True})
    assert default.get("/v1/me").json()["tenant"] == "default"
    assert default.get(f"/v1/cases/{case}").status_code == 404
    assert default.get("/v1/cases").json() == {"items": []}
    # A row of the directory that lies about an account lets nobody in: what counts is the person's own.
    victim = home.person(Role.ADMIN, "north", name="victim")
    with home.wiring.rows.begin(directory.DIRECTORY, now=home.wiring.clock()) as unit:
        (first, *_) = unit.find(vouching.BOUND).rows
        unit.replace(
            vouching.BOUND, first.id, {"tenant": "north", "person": victim.id}, version=first.version
        )
    out(come(home.browser(), there, {"sub": "ben"}), 403, UNKNOWN)


def test_tries_are_counted_for_each_address(home: House, there: Issuer) -> None:
    browser = home.browser()
    for _ in range(pacing.OF_AN_ADDRESS):
        assert browser.get("/sign-in/with").status_code == 303
    answer = browser.get("/sign-in/with")
    assert (answer.status_code, answer.headers["retry-after"] > "") == (429, True)


def test_a_database_keeps_it_too(there: Issuer, stage: Stage, tmp_path: Path) -> None:
    wiring = embedded(Settings.model_validate({"data": tmp_path, **trusting(there)}), queue=False)
    stage.app = create_app(wiring)
    with ExitStack() as stack:
        stack.callback(wiring.close)
        house = House(wiring, stage.url, stack)
        house.person(Role.ADMIN)
        invite(house, "anna@shop.example")
        browser = house.browser()
        for _ in range(2):
            assert come(browser, there).status_code == 303
        assert browser.get("/v1/me").json()["actor"] == "person:anna@shop.example"
        assert house.log()[-2:] == ["person.joined", "signed_in"]
        ben = house.person(Role.AGENT, name="ben")
        link = entrance.renewal(wiring.desk(Caller("default", "cli")), ben.id, "", ONCE).body["url"]
        assert come(house.browser(), there, {"sub": "ben"}, at=f"{link}/with").status_code == 303


def test_no_secret_is_logged_or_kept(home: House, there: Issuer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    link = invite(home)
    browser = home.browser()
    url = set_out(browser, f"{link}/with")
    going = browser.cookies["sixface-going"]
    sent = there.code(url, **ANNA)
    browser.get("/sign-in/back", params=sent)
    there.claims["nonce"] = "wrong"
    come(home.browser(), there)
    rows = home.wiring.rows
    assert isinstance(rows, MemoryRows)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("api", "storage"))]
    told = "".join(ours) + repr(vars(rows))
    assert "is not believed" in told
    way = issuer.Way(going)
    for each in (SECRET, going, sent["code"], way.state, way.nonce, way.verifier, link.rpartition("/")[2]):
        assert each not in told
    assert SECRET not in repr(home.wiring.settings)


def test_an_address_is_one_that_somebody_can_be_invited_by(home: House) -> None:
    admin = home.as_role(Role.ADMIN)
    for email in ("x", "a@b", "a b@c.example", "ä@c.example", "a@ç.example"):
        answer = admin.post("/v1/people", json={"role": "agent", "email": email})
        assert answer.status_code == 422, email
    assert admin.post("/v1/people", json={"role": "agent", "email": "a+b@c.example"}).status_code == 201
    assert people.mail(" A+b@C.example ") == "a+b@c.example"
    with home.wiring.rows.read(directory.DIRECTORY) as reading:
        (row,) = reading.find(links.KIND).rows
    assert row.body["email"] == "a+b@c.example"
    assert timedelta(days=7) == links.INVITED
