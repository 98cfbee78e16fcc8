"""Whoever is signed in is named by the session in all that they give their word for, whatever is sent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.identity.scopes import Role, Scope
from evidence.model import Outcome
from tests.api import made_faces as faces
from tests.api.identity.conftest import House

OTHER = "Somebody Else"
AT = "2026-11-20T08:00:00Z"


@pytest.fixture
def anna(house: House) -> httpx.Client:
    return house.signed_in(house.person(Role.ADMIN, name="anna"))


def opened(client: httpx.Client, ruleset: str = "tmall") -> str:
    made = client.post("/v1/cases", json={"ruleset": ruleset, "order_number": "111-222"})
    return str(made.raise_for_status().json()["id"])


def sent(client: httpx.Client, address: str, **fields: Any) -> None:
    answer = client.post(address, data={"key": "k" * 32, "by": OTHER, **fields})
    assert answer.status_code == 303, re.findall(
        r"alert[^<]*<b>([^<]*)|class=.wrong.[^>]*>([^<]*)", answer.text
    )


def told(client: httpx.Client, case: str) -> dict[str, Any]:
    return client.get(f"/v1/cases/{case}").json()


def test_forms_of_a_case_name_who_is_signed_in(anna: httpx.Client) -> None:
    case = opened(anna)
    sent(anna, f"/cases/{case}/answers", form="x", requirement="V-04", answer="no", note="it was open")
    sent(anna, f"/cases/{case}/inspected", form="y", found="soap")
    sent(anna, f"/cases/{case}/offered", form="z", step="", option="money")
    sent(anna, f"/cases/{case}/decisions", kind="agree", explanation="it is right")
    found = told(anna, case)
    for part in ("statements", "inspections", "offers", "decisions"):
        assert [each["by"] for each in found[part]] == ["anna"], part


def test_they_are_not_asked_for_their_name(anna: httpx.Client) -> None:
    case = opened(anna)
    for address in (f"/cases/{case}", f"/cases/{case}/outlook", "/admin/retention"):
        page = anna.get(address).text
        assert 'name="by"' not in page, address
        assert re.search(r'class="(field )?signed"><span>Your name</span><b><bdi>anna</bdi></b>', page), (
            address
        )


def test_where_nobody_has_to_sign_in_the_name_is_written(taker: httpx.Client) -> None:
    case = opened(taker)
    for address in (f"/cases/{case}", f"/cases/{case}/outlook", "/admin/retention"):
        page = taker.get(address, headers={"Accept-Language": "en"}).text
        assert 'name="by"' in page, address
        assert 'signed"' not in page, address
    sent(taker, f"/cases/{case}/decisions", kind="agree", explanation="it is right")
    assert [each["by"] for each in told(taker, case)["decisions"]] == [OTHER]


def test_what_is_said_of_pictures_names_who_is_signed_in(
    house: House, anna: httpx.Client, film: Path
) -> None:
    item = faces.place(house.wiring, film, faces.report(Outcome.UNSURE)).id
    page = anna.get(f"/evidence/{item}").text
    assert "<bdi>anna</bdi></b>" in page
    assert 'name="by"' not in page
    for address, body in (
        (f"/evidence/{item}/confirmations", {"data": {"answer": "disputed", "by": OTHER, "key": "k" * 32}}),
        (f"/v1/evidence/{item}/confirmations", {"json": {"answer": "disputed", "by": OTHER}}),
    ):
        assert anna.post(address, **body).status_code in {201, 303}
    said = anna.get(f"/v1/evidence/{item}/confirmations").json()["items"]
    assert [each["by"] for each in said] == ["anna", "anna"]


def test_holds_and_purges_name_who_is_signed_in(anna: httpx.Client) -> None:
    case = opened(anna)
    sent(anna, "/admin/retention/hold", target=case, reason="court order 17")
    fates = {each["id"]: each["text"] for each in anna.get("/v1/retention").json()["items"]}
    assert fates[case] == "Held by anna: court order 17"
    sent(anna, "/admin/retention/lift", target=case, reason="it is over")
    word = {"by": OTHER, "reason": "court order 18"}
    anna.post(f"/v1/retention/holds/{case}", json=word).raise_for_status()
    fates = {each["id"]: each["text"] for each in anna.get("/v1/retention").json()["items"]}
    assert fates[case] == "Held by anna: court order 18"


def test_the_interface_names_who_is_signed_in_and_a_program_says_for_whom_it_speaks(
    house: House, anna: httpx.Client
) -> None:
    case = opened(anna)
    robot = house.with_key(Scope.DECIDE, Scope.CASES_READ, Scope.CASES_WRITE)
    statement = {"requirement": "V-04", "answer": "no", "by": OTHER, "at": AT}
    decision = {"kind": "agree", "at": AT, "by": OTHER}
    for client in (anna, robot):
        client.post(f"/v1/cases/{case}/statements", json=statement).raise_for_status()
        client.post(f"/v1/cases/{case}/decisions", json=decision).raise_for_status()
    found = told(anna, case)
    assert [each["by"] for each in found["statements"]] == ["anna", OTHER]
    assert [each["by"] for each in found["decisions"]] == ["anna", OTHER]
