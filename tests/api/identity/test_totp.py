from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pyotp
import pytest
import zxingcpp
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


def seen(page: str) -> list[str]:
    """What a phone reads that is held before the page."""
    side = int(page.split('viewBox="-4 -4 ')[1].split(maxsplit=1)[0])
    picture = np.full((side, side), 255, np.uint8)
    (path,) = re.findall(r'<path d="(M[^"]+)" fill="#000"/>', page)
    for across, down, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
        picture[int(down) + 4, int(across) + 4 : int(across) + 4 + int(length)] = 0
    large = picture.repeat(4, axis=0).repeat(4, axis=1)
    return [each.text for each in zxingcpp.read_barcodes(large)]


@pytest.mark.parametrize("name", ["ben", "安" * 64])
def test_a_phone_reads_the_secret_off_the_page(house: House, name: str) -> None:
    browser = house.signed_in(house.person(Role.AGENT, name=name, password=PASSWORD))
    answer = browser.get("/account")
    secret = answer.text.split('name="secret" value="')[1].split('"')[0]
    (read,) = seen(answer.text)
    told = pyotp.parse_uri(read)
    assert isinstance(told, TOTP)
    assert (told.secret, told.name, told.issuer) == (secret, name, "Sixface")
    assert answer.headers["cache-control"] == "no-store"
    assert "script" not in answer.text


@pytest.mark.parametrize("secret", ["", "x", "not base32", "A" * 15_000])
def test_a_secret_that_is_not_ours_gives_way_to_a_new_one(house: House, secret: str) -> None:
    browser = house.signed_in(house.person(Role.AGENT, name="ben", password=PASSWORD))
    answer = browser.post("/account/codes", data={"secret": secret, "code": "000000"})
    assert answer.status_code == 422
    given = answer.text.split('name="secret" value="')[1].split('"')[0]
    assert given != secret
    assert [pyotp.parse_uri(each).secret for each in seen(answer.text)] == [given]


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
