"""Ways of people to an issuer and back, and what they are told here."""

from __future__ import annotations

from typing import Any

import httpx

from api.caller import Caller
from api.identity import entrance
from api.identity.scopes import Role
from tests.api.identity.conftest import ONCE, House
from tests.api.identity.vouchers import CLIENT, SECRET, Issuer

ANNA: dict[str, Any] = {"sub": "248289761001", "email": "Anna@shop.example", "email_verified": True}
UNBELIEVED = "begin it again"
UNKNOWN = "Nobody here has this account"


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
