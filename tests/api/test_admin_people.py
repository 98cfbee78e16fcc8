"""People and keys on `/admin`: invited, given roles, switched off; made, rotated, revoked."""

from __future__ import annotations

import re

import httpx
import pytest

from api.desk import Wiring
from api.identity import people
from api.identity.scopes import Role
from tests.api.rooms import HOSTILE, html, sent


def test_somebody_is_invited_by_a_link_that_is_shown_once(client: httpx.Client) -> None:
    page = sent(client, "/admin/people", 200, role="agent", key="a" * 32).text
    (link,) = re.findall(r'value="(http[^"]+/welcome/[^"]+)"', page)
    again = sent(client, "/admin/people", 200, role="agent", key="a" * 32).text
    assert "/welcome/" not in again
    assert "That was shown already" in again
    assert "/welcome/" not in html(client, "/admin/people")
    assert client.get(link).status_code == 200
    assert "Choose what they are here for." in sent(client, "/admin/people", 422, role="system").text


def test_a_person_is_given_another_role_and_switched_off(client: httpx.Client, wiring: Wiring) -> None:
    with wiring.rows.begin("default", now=wiring.clock()) as unit:
        people.added(unit, "boss", Role.ADMIN, None, wiring.clock())
        anna = people.added(unit, "anna", Role.UPLOADER, None, wiring.clock())
    page = html(client, "/admin/people")
    assert "anna" in page
    assert "boss" in page
    sent(client, f"/admin/people/{anna.id}", role="agent")
    sent(client, f"/admin/people/{anna.id}", active="no")
    told = client.get(f"/v1/people/{anna.id}").json()
    assert (told["role"], told["active"]) == ("agent", False)
    assert "switched off" in html(client, "/admin/people")
    sent(client, f"/admin/people/{anna.id}", active="yes")
    assert "/welcome/" in sent(client, f"/admin/people/{anna.id}/link", 200, key="b" * 32).text
    sent(client, "/admin/people/none", 404, active="no")
    boss = next(each for each in client.get("/v1/people").json()["items"] if each["name"] == "boss")
    page = sent(client, f"/admin/people/{boss['id']}", 409, active="no").text
    assert 'role="alert"' in page


def test_a_key_is_made_shown_once_rotated_and_revoked(client: httpx.Client) -> None:
    wish = {"name": "warehouse", "days": "365", "scope": ["evidence.read", "film"], "key": "a" * 32}
    answer = client.post("/admin/keys", data=wish, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.text
    assert re.search(r'value="sixface_[^"]+"', answer.text)
    assert "sixface_" not in html(client, "/admin/keys")
    (made_key,) = client.get("/v1/keys").json()["items"]
    assert made_key["scopes"] == ["evidence.read", "film"]
    address = f"/admin/keys/{made_key['id']}"
    assert re.search(r'value="sixface_[^"]+"', sent(client, f"{address}/rotate", 200, key="b" * 32).text)
    sent(client, f"{address}/rotate", 404, key="c" * 32)
    done = sent(client, f"{address}/revoke")
    page = html(client, done.headers["Location"])
    assert "good for nothing any more" in page
    assert "revoked at" in page


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": HOSTILE + "()"}, {"scope": "people"}, {"scope": "x"}, {"scope": ""}]
)
def test_a_key_that_may_not_be_is_told_so(client: httpx.Client, wrong: dict[str, str]) -> None:
    page = sent(client, "/admin/keys", 422, **({"name": "a", "scope": "film", "days": "30"} | wrong)).text
    assert 'role="alert"' in page
    assert "<script>alert" not in page
    assert client.get("/v1/keys").json()["items"] == []
