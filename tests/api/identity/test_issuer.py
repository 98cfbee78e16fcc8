"""What an issuer says is proven before it is believed, and it is asked where it stands alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.identity import issuer
from api.identity.scopes import Role
from api.settings import Settings
from tests.api.conftest import Moving
from tests.api.identity.conftest import PASSWORD, House
from tests.extras import need

need("oidc", "authlib", "joserfc")

from tests.api.identity.coming import ANNA, UNBELIEVED, come, invite, out, set_out, trusting  # noqa: E402
from tests.api.identity.vouchers import CLIENT, KEY, SECRET, ECKey, Issuer, OctKey, new_key, standing  # noqa: E402


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


def test_who_sent_somebody_back_is_looked_at(home: House, there: Issuer, clock: Moving) -> None:
    invite(home, "anna@shop.example")
    for iss, status in (("https://evil.example", 403), (there.url, 303)):
        browser = home.browser()
        sent = there.code(set_out(browser), **ANNA) | {"iss": iss}
        assert browser.get("/sign-in/back", params=sent).status_code == status
    there.places["authorization_response_iss_parameter_supported"] = True
    clock.ahead += issuer.KEPT
    out(come(home.browser(), there), 403, UNBELIEVED)


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


def test_without_an_issuer_there_is_no_way_to_one(house: House) -> None:
    house.as_role(Role.ADMIN)
    browser = house.browser()
    assert "/sign-in/with" not in browser.get("/sign-in").text
    assert "Their e-mail address" not in house.as_role(Role.ADMIN).get("/admin/people").text
    out(browser.get("/sign-in/with"), 404, "not used here")
    out(browser.get("/sign-in/back?code=x&state=y"), 404, "not used here")
    link = invite(house)
    assert "/with" not in browser.get(link).text


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
