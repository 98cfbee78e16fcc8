"""Signing in by the word of an issuer: who gets in, who does not, and what it must not be talked into."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Page

from api.app import create_app
from api.caller import Caller
from api.identity import directory, entrance, issuer, links, pacing, people, sessions, vouching
from api.identity.scopes import Role
from api.settings import Settings
from api.wiring import embedded
from storage.memory import MemoryRows
from tests.api.browsing import chromium, watched
from tests.api.conftest import Moving, Stage
from tests.api.identity.conftest import ONCE, PASSWORD, House, Opened
from tests.api.test_access_browser import SMALL, serious
from tests.extras import need

need("oidc", "authlib", "joserfc")

from tests.api.identity.vouchers import CLIENT, KEY, SECRET, ECKey, Issuer, OctKey, new_key, standing  # noqa: E402

ANNA: dict[str, Any] = {"sub": "248289761001", "email": "Anna@shop.example", "email_verified": True}
UNBELIEVED = "begin it again"
UNKNOWN = "Nobody here has this account"


@pytest.fixture
def there() -> Iterator[Issuer]:
    with standing() as made:
        yield made


@pytest.fixture
def home(opened: Opened, there: Issuer) -> House:
    """A house that trusts the issuer, with an administrator."""
    made = opened(**trusting(there))
    made.as_role(Role.ADMIN)
    return made


def trusting(there: Issuer, **more: object) -> dict[str, object]:
    own = {"oidc_issuer": there.url, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    return {**own, "oidc_label": "Example ID", **more}


def invite(house: House, email: str = "", role: Role = Role.AGENT, tenant: str = "default") -> str:
    """The path of the link."""
    desk = house.wiring.desk(Caller(tenant, "cli"))
    return entrance.invite(desk, role, "", ONCE, email).body["url"]


def set_out(browser: httpx.Client, at: str = "/sign-in/with") -> str:
    answer = browser.get(at)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def come(browser: httpx.Client, there: Issuer, claims: dict[str, Any] = ANNA, **at: str) -> httpx.Response:
    """All the way out and back."""
    return browser.get("/sign-in/back", params=there.code(set_out(browser, **at), **claims))


def out(answer: httpx.Response, status: int, says: str) -> None:
    """Somebody did not get in, and is told so on a page."""
    assert (answer.status_code, says in answer.text) == (status, True), answer.text
    assert "sixface=" not in answer.headers.get("set-cookie", "").replace("sixface-going=", "")


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


def _signed(there: Issuer, header: dict[str, Any], key: Any = KEY) -> None:
    there.header, there.signs_with = header, key


def _wrong(**claims: Any) -> Callable[[Issuer], None]:
    return lambda there: there.claims.update(claims)


FORGED: dict[str, Callable[[Issuer], None]] = {
    "another nonce": _wrong(nonce="another"),
    "no nonce": _wrong(nonce=None),
    "for somebody else": _wrong(aud="another-client"),
    "for nobody": _wrong(aud=None),
    "for several, and made for another": _wrong(aud=[CLIENT, "x"], azp="x"),
    "for several, and made for nobody": _wrong(aud=[CLIENT, "x"]),
    "by another issuer": _wrong(iss="https://evil.example"),
    "by nobody": _wrong(iss=None),
    "expired": _wrong(exp=int(time.time()) - 120),
    "without an end": _wrong(exp=None),
    "of tomorrow": _wrong(iat=int(time.time()) + 86_400),
    "not yet": _wrong(nbf=int(time.time()) + 86_400),
    "of nobody": _wrong(sub=None),
    "of a blank": _wrong(sub=""),
    "of a number": _wrong(sub=17),
    "with another access token": _wrong(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "unsigned": lambda there: _signed(there, {"alg": "none"}),
    "signed with the client's secret": lambda there: _signed(
        there, {"alg": "HS256", "kid": "one"}, OctKey.import_key(SECRET.encode())
    ),
    "signed with the public key as a secret": lambda there: _signed(
        there, {"alg": "HS256", "kid": "one"}, OctKey.import_key(KEY.as_pem(private=False).hex().encode())
    ),
    "signed by a stranger under a known name": lambda there: _signed(
        there, {"alg": "RS256", "kid": "one"}, new_key("one")
    ),
    "signed by a key that is not shown": lambda there: _signed(
        there, {"alg": "RS256", "kid": "two"}, new_key("two")
    ),
    "with a key of another kind": lambda there: _signed(
        there, {"alg": "ES256", "kid": "one"}, ECKey.generate_key("P-256", {"kid": "one"})
    ),
    "with a key in its own head": lambda there: _signed(
        there, {"alg": "RS256", "kid": "two", "jwk": new_key("two").as_dict(private=False)}, new_key("two")
    ),
    "no token": lambda there: there.answers.update(
        {"/token_endpoint": (200, b'{"access_token":"x","token_type":"Bearer"}')}
    ),
    "no such code": lambda there: there.codes.clear(),
}


def test_what_is_forged_is_not_believed(home: House, there: Issuer) -> None:
    invite(home, "anna@shop.example")
    for how, forge in FORGED.items():
        browser = home.browser()
        sent = there.code(set_out(browser), **ANNA)
        forge(there)
        answer = browser.get("/sign-in/back", params=sent)
        assert (how, answer.status_code, UNBELIEVED in answer.text) == (how, 403, True)
        assert browser.get("/v1/me").status_code == 401, how
        _signed(there, {"alg": "RS256", "kid": "one"})
        for each in (there.claims, there.answers, there.codes):
            each.clear()
    assert come(home.browser(), there).status_code == 303


def test_keys_are_changed_without_anybody_being_told(home: House, there: Issuer) -> None:
    invite(home, "anna@shop.example")
    browser = home.browser()
    assert come(browser, there).status_code == 303
    fresh = ECKey.generate_key("P-256", {"kid": "three"})
    _signed(there, {"alg": "ES256", "kid": "three"}, fresh)
    out(come(home.browser(), there), 403, UNBELIEVED)
    there.keys = [KEY, fresh]
    assert come(home.browser(), there).status_code == 303
    _signed(there, {"alg": "RS256", "kid": "one"})
    there.keys = [fresh]
    out(come(home.browser(), there), 403, UNBELIEVED)


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


def test_who_sent_somebody_back_is_looked_at(home: House, there: Issuer, clock: Moving) -> None:
    invite(home, "anna@shop.example")
    for iss, status in (("https://evil.example", 403), (there.url, 303)):
        browser = home.browser()
        sent = there.code(set_out(browser), **ANNA) | {"iss": iss}
        assert browser.get("/sign-in/back", params=sent).status_code == status
    there.places["authorization_response_iss_parameter_supported"] = True
    clock.ahead += issuer.KEPT
    out(come(home.browser(), there), 403, UNBELIEVED)


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


ODD = (
    *((500, b"{}"), (200, b"not json"), (200, b"[]"), (200, b"{}"), (200, b"[" * 100_000), (302, b"{}")),
    (200, b'{"x": "' + b"x" * issuer.MOST + b'"}'),
)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token_endpoint", "/jwks_uri"])
def test_an_issuer_that_answers_oddly_is_waited_out(home: House, there: Issuer, path: str) -> None:
    invite(home, "anna@shop.example")
    for answer in ODD:
        browser = home.browser()
        url = "" if "well-known" in path else set_out(browser)
        there.answers[path] = answer
        sent = there.code(url, **ANNA) if url else {}
        odd = browser.get("/sign-in/back", params=sent) if url else browser.get("/sign-in/with")
        unsaid = answer == (200, b"{}") and bool(url)  # no token, or no key: nothing to believe
        out(odd, 403 if unsaid else 503, UNBELIEVED if unsaid else "cannot be reached")
        there.answers.clear()
    assert come(home.browser(), there).status_code == 303


def test_an_issuer_that_was_down_is_asked_again(home: House, there: Issuer) -> None:
    port = there.server_port
    there.shutdown()
    there.server_close()
    invite(home, "anna@shop.example")
    answer = home.browser().get("/sign-in/with")
    out(answer, 503, "Example ID cannot be reached")
    assert "无法" in home.browser(**{"Accept-Language": "zh"}).get("/sign-in/with").text
    with standing(port) as again:
        assert come(home.browser(), again).status_code == 303


def test_it_is_asked_at_its_own_host_alone(home: House, there: Issuer, clock: Moving) -> None:
    for name, url in (
        ("authorization_endpoint", "https://evil.example/authorize"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("issuer", "https://evil.example"),
        ("token_endpoint", "file:///etc/passwd"),
    ):
        there.places[name] = url
        if name == "token_endpoint":
            out(come(home.browser(), there), 503, "cannot be reached")
        else:
            out(home.browser().get("/sign-in/with"), 503, "cannot be reached")
        there.places.clear()
        clock.ahead += issuer.KEPT
    with standing() as elsewhere:
        there.places["jwks_uri"] = f"{elsewhere.url}/jwks_uri"
        out(come(home.browser(), there), 503, "cannot be reached")
        assert elsewhere.seen == []


def test_a_slow_issuer_does_not_take_all_threads(home: House, there: Issuer) -> None:
    made = issuer.Issuer(home.wiring.settings, home.wiring.clock)
    for _ in range(4):
        made._turns.acquire()
    begun = time.monotonic()
    with pytest.raises(issuer.NoIssuerError):
        made.look()
    assert time.monotonic() - begun < 10


def test_tries_are_counted_for_each_address(home: House, there: Issuer) -> None:
    browser = home.browser()
    for _ in range(pacing.OF_AN_ADDRESS):
        assert browser.get("/sign-in/with").status_code == 303
    answer = browser.get("/sign-in/with")
    assert (answer.status_code, answer.headers["retry-after"] > "") == (429, True)


def test_without_an_issuer_there_is_no_way_to_one(house: House) -> None:
    house.as_role(Role.ADMIN)
    browser = house.browser()
    assert "/sign-in/with" not in browser.get("/sign-in").text
    assert "Their e-mail address" not in house.as_role(Role.ADMIN).get("/admin/people").text
    out(browser.get("/sign-in/with"), 404, "not used here")
    out(browser.get("/sign-in/back?code=x&state=y"), 404, "not used here")
    link = invite(house)
    assert "/with" not in browser.get(link).text


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


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"oidc_issuer": "http://issuer.example"}, "oidc_issuer"),
        ({"oidc_issuer": "https://issuer.example/?x=1"}, "oidc_issuer"),
        ({"oidc_issuer": "https://u:p@issuer.example"}, "oidc_issuer"),
        ({"oidc_issuer": "https://issuer.example", "oidc_client_id": ""}, "go together"),
        ({"oidc_client_id": "x"}, "go together"),
        ({"host": "0.0.0.0"}, "SIXFACE_PUBLIC_URL"),  # noqa: S104 - that is the point
        ({"oidc_scopes": "email"}, "openid"),
        ({"oidc_domains": "shop.example=admin"}, "SIXFACE_OIDC_DOMAINS"),
        ({"oidc_domains": "*=agent"}, "SIXFACE_OIDC_DOMAINS"),
        ({"oidc_client_secret": "x", "oidc_client_secret_file": __file__}, "not both"),
    ],
)
def test_settings_that_do_not_fit_are_refused(tmp_path: Path, given: dict[str, str], says: str) -> None:
    well = {"oidc_issuer": "https://issuer.example", "oidc_client_id": "x", "data": str(tmp_path)}
    if given.get("oidc_client_id"):
        well.pop("oidc_issuer")
    with pytest.raises(ValueError, match=says):
        Settings.model_validate(well | given)


def test_settings_are_read_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    for name, value in {
        "ISSUER": "https://issuer.example/realms/x",
        "CLIENT_ID": "six",
        "CLIENT_SECRET_FILE": str(secret),
        "SCOPES": "openid,email,profile",
        "HOSTS": "Keys.issuer.example",
        "DOMAINS": "shop.example=north/agent",
    }.items():
        monkeypatch.setenv(f"SIXFACE_OIDC_{name}", value)
    found = Settings()
    assert (found.oidc_name, found.oidc_secret) == ("issuer.example", "from a file")
    assert found.oidc_scopes == ("openid", "email", "profile")
    assert found.oidc_hosts == ("keys.issuer.example",)
    assert found.oidc_domains == {"shop.example": "north/agent"}


def test_the_doctor_asks_the_issuer(there: Issuer, tmp_path: Path) -> None:
    from api.diagnosis import _issuer  # noqa: PLC0415 - beside its only use

    settings = Settings.model_validate({"data": tmp_path, **trusting(there)})
    assert str(_issuer(settings).says) == "People may sign in with Example ID too."
    there.answers["/.well-known/openid-configuration"] = (404, b"")
    assert not _issuer(settings).well
    assert _issuer(Settings(data=tmp_path)).well


def test_a_missing_extra_is_told_and_costs_nobody_else_anything(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuer, "find_spec", lambda _: None)
    with pytest.raises(issuer.NoOidcError, match="extra oidc"):
        issuer.check(home.wiring.settings)
    out(home.browser().get("/sign-in/with"), 501, "extra oidc")
    home.person(Role.AGENT, name="ben", password=PASSWORD)
    assert home.browser().post("/sign-in", data={"name": "ben", "password": PASSWORD}).status_code == 303


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


def easy(page: Page) -> None:
    """Nothing that a screen reader or a glove would stumble over, and nothing beside the screen."""
    assert serious(page) == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "lang"), [(390, "zh-CN"), (1440, "en")])
def test_a_browser_goes_out_to_another_site_and_comes_back(
    opened: Opened, there: Issuer, width: int, lang: str
) -> None:
    there.url = there.url.replace("127.0.0.1", "localhost")  # another site than ours, for a browser
    there.claims = ANNA
    house = opened(**trusting(there))
    house.as_role(Role.ADMIN)
    with chromium() as browser:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=lang)
        page = context.new_page()
        with watched(page):
            page.goto(f"{house.url}/cases")
            easy(page)
            page.click("main a[href^='/sign-in/with']")
            assert page.url.startswith(f"{house.url}/sign-in/back?"), "nobody has invited her yet"
            assert page.locator("[role=alert]").count() == 1
            page.goto(house.url + invite(house))
            easy(page)
            page.click("main a[href^='/welcome/']")
            page.wait_for_url(f"{house.url}/")
            page.goto(f"{house.url}/account")
            assert "Example ID" in page.inner_text("main")
            easy(page)
            own = house.person(Role.AGENT, name="own", password=PASSWORD)
            secret = sessions.begin(house.wiring, "default", own.id)
            context.add_cookies([{"name": "sixface", "value": secret, "url": house.url}])
            page.goto(f"{house.url}/account")
            assert page.locator("svg.qr").count() == 1
            easy(page)
