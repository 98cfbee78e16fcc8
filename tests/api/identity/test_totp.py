from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pyotp.totp import TOTP

from api.identity import totp
from api.identity.people import Totp
from api.identity.refusals import BadPersonError
from api.identity.scopes import Role
from tests.api.conftest import Moving
from tests.api.identity.conftest import PASSWORD, House

NOW = datetime(2026, 11, 27, 12, 0, 5, tzinfo=UTC)


def code(secret: str, moment: datetime) -> str:
    return TOTP(secret).at(int(moment.timestamp()))


def test_a_code_is_taken_once_and_around_its_time() -> None:
    secret = totp.new_secret()
    kept = Totp(secret=secret)
    for seconds, fits in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        found = totp.taken(kept, code(secret, NOW + timedelta(seconds=seconds)), NOW)
        assert (found is not None) == fits, seconds
    once = totp.taken(kept, code(secret, NOW), NOW)
    assert once is not None
    assert totp.taken(once, code(secret, NOW), NOW) is None
    assert totp.taken(once, code(secret, NOW - timedelta(seconds=30)), NOW) is None, "nor one before it"
    assert totp.taken(once, code(secret, NOW + timedelta(seconds=30)), NOW) is not None
    for nothing in ("", "12345", "1234567", "héllo!", "000000" if code(secret, NOW) != "000000" else "1"):
        assert totp.taken(kept, nothing, NOW) is None


def test_a_code_for_when_the_phone_is_lost_goes_when_it_is_used() -> None:
    secret = totp.new_secret()
    kept, codes = totp.turned_on(secret, code(secret, NOW), NOW)
    assert len(set(codes)) == 8
    assert codes[0] not in str(kept)
    left = totp.taken(kept, f" {codes[0].upper()} ", NOW)
    assert left is not None
    assert totp.taken(left, codes[0], NOW) is None
    assert totp.taken(left, codes[1], NOW) is not None


@pytest.mark.parametrize("secret", ["", "JBSWY3DPEHPK3PXP", "not base32 at all!", "1" * 32])
def test_an_app_has_to_show_that_it_has_the_secret(secret: str) -> None:
    with pytest.raises(BadPersonError):
        totp.turned_on(secret, "000000x", NOW)


def test_somebody_turns_codes_on_and_off(house: House, clock: Moving) -> None:
    ben = house.person(Role.AGENT, name="ben", password=PASSWORD)
    browser = house.signed_in(ben)
    page = browser.get("/account").text
    secret = page.split('name="secret" value="')[1].split('"')[0]
    assert browser.post("/account/codes", data={"secret": secret, "code": "x"}).status_code == 422
    done = browser.post("/account/codes", data={"secret": secret, "code": code(secret, clock())})
    assert done.status_code == 200
    lost = done.text.split('<li class="mono">')[1].split("<")[0]
    assert secret not in browser.get("/account").text

    def sign_in(**more: str) -> int:
        sent = {"name": "ben", "password": PASSWORD, **more}
        return house.browser().post("/v1/sessions", json=sent).status_code

    assert sign_in() == 401
    assert sign_in(code="000000") == 401
    clock.ahead += timedelta(seconds=60)
    shown = code(secret, clock())
    assert [sign_in(code=shown) for _ in range(2)] == [204, 401]
    assert [sign_in(code=lost) for _ in range(2)] == [204, 401]
    assert browser.post("/account/codes/off", data={"old": "wrong"}).status_code == 422
    assert browser.post("/account/codes/off", data={"old": PASSWORD}).status_code == 303
    assert sign_in() == 204
    assert [each for each in house.log() if each.startswith("codes")] == ["codes.on", "codes.off"]
