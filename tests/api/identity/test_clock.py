"""The clock is set ahead or back by hours: who was let out stays out, who may come in does."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from api.identity import pacing
from api.identity.pacing import Pacing
from api.identity.refusals import TooManyTriesError
from api.identity.scopes import Role
from tests.api.conftest import Moving
from tests.api.identity.conftest import PASSWORD, House

HOURS = timedelta(hours=5)
STEPS = pytest.mark.parametrize("step", [HOURS, -HOURS], ids=["ahead", "back"])


@STEPS
@pytest.mark.parametrize("how", ["everywhere", "password", "turned off and on"])
def test_a_session_that_was_ended_stays_ended_and_a_new_one_begins(
    house: House, clock: Moving, step: timedelta, how: str
) -> None:
    person = house.person(Role.AGENT, password=PASSWORD)
    stolen, own = house.signed_in(person), house.signed_in(person)
    assert stolen.get("/v1/me").status_code == 200
    clock.ahead = step
    if how == "everywhere":
        assert own.delete("/v1/sessions").status_code < 300
    elif how == "password":
        new = "four other quiet words"
        sent = {"old": PASSWORD, "password": new, "again": new}
        assert own.post("/account/password", data=sent).status_code < 400
    else:
        admin = house.as_role(Role.ADMIN)
        for active in (False, True):
            changed = admin.patch(f"/v1/people/{person.id}", json={"active": active})
            assert changed.status_code == 200
    assert stolen.get("/v1/me").status_code == 401
    clock.ahead = timedelta(0)
    assert stolen.get("/v1/me").status_code == 401
    assert house.signed_in(person).get("/v1/me").status_code == 200, "nobody is locked out by a step"


def test_sessions_links_and_shares_never_last_longer_than_the_clock_was_wrong(
    house: House, clock: Moving
) -> None:
    person = house.person(Role.AGENT)
    client = house.signed_in(person)
    clock.ahead = timedelta(hours=13)
    assert client.get("/v1/me").status_code == 401  # unused for 12 hours, as far as anybody can tell
    clock.ahead = -HOURS
    assert client.get("/v1/me").status_code == 200
    link = house.as_role(Role.ADMIN).post("/v1/people", json={"role": "agent"}).json()["url"]
    for ahead, status in ((timedelta(days=8), 404), (timedelta(0), 200)):
        clock.ahead = ahead
        assert house.browser().get(link.removeprefix(house.url)).status_code == status


@STEPS
def test_limits_are_those_of_a_minute_whatever_the_clock_does(
    step: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    counted = Pacing(3)
    for _ in range(3):
        counted.asked("default/anna")
    with pytest.raises(TooManyTriesError):
        counted.asked("default/anna")
    monkeypatch.setattr(time, "time", lambda: real() + step.total_seconds())
    for _ in range(3):
        counted.asked("default/anna")
    with pytest.raises(TooManyTriesError) as found:
        counted.asked("default/anna")
    assert 1 <= int(found.value.headers["Retry-After"]) <= 60
    for _ in range(pacing.OF_A_NAME):
        counted.tried("anna", "")
    with pytest.raises(TooManyTriesError):
        counted.tried("anna", "")
