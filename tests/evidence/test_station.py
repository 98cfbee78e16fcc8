from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from evidence.printing.qr import modules
from evidence.station import (
    ALPHABET,
    BadKeysError,
    Keys,
    Kind,
    announced,
    packed,
    parse,
    read,
    unpacked,
    written,
)
from tests.stations.films import BEGUN, Signer

OWN, OTHER = Signer(1), Signer(2)


@given(st.binary(min_size=2, max_size=64).filter(lambda b: len(b) % 2 == 0))
def test_bytes_come_back_from_their_letters(content: bytes) -> None:
    assert unpacked(packed(content)) == content


def test_the_letters_are_those_of_the_standard() -> None:
    # RFC 9285, section 4.3: "Hello!!" and "ietf!"; whole pairs of bytes only.
    assert packed(b"ietf") == "QED8WEX0"[:6]
    assert packed(b"Hello!") == "%69 VD92E"
    assert len(ALPHABET) == 45


def test_a_code_is_proven_by_its_own_key_alone() -> None:
    code = parse(OWN.code(BEGUN))
    assert code is not None
    assert (code.kind, code.name, code.at) == (Kind.STATION, "TABLE-1", BEGUN)
    assert Keys(OWN.pem).prove(code)
    assert Keys(OTHER.pem + OWN.pem).prove(code)
    assert not Keys(OTHER.pem).prove(code)


def test_whatever_is_changed_is_no_longer_proven() -> None:
    keys, text = Keys(OWN.pem), OWN.code(BEGUN)
    for place in range(len(text)):
        for letter in "0A-":
            forged = text[:place] + letter + text[place + 1 :]
            code = parse(forged)
            assert forged == text or code is None or not keys.prove(code)


def test_a_code_that_names_a_known_key_and_is_signed_by_another_proves_nothing() -> None:
    text = OTHER.code(BEGUN)
    code = parse(text[:3] + OWN.code(BEGUN)[3:7] + text[7:])
    assert code is not None
    assert not Keys(OWN.pem).prove(code)


def test_a_slip_is_no_station_and_the_other_way_round() -> None:
    keys, slip = Keys(OWN.pem), OWN.code(BEGUN, kind=Kind.SLIP)
    code = parse("S6" + slip[2:])
    assert code is not None
    assert not keys.prove(code)


def test_a_station_with_a_name_of_ten_letters_needs_37_modules() -> None:
    rows = modules(OWN.code(BEGUN, name="A" * 10))
    assert (len(rows), {len(row) for row in rows}) == (37, {37})
    assert rows[0].startswith("1111111")


@pytest.mark.parametrize("name", ["", "a", "A B", "A" * 25, "Ä"])
def test_a_name_that_no_code_can_hold_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match=r"name|encode"):
        written(Kind.STATION, "AAAA", name, BEGUN, bytes(64))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "S6:",
        "SF1390012345678",
        "S6:K7QF:T:TI5RWP:" + ":" * 96,
        "S8" + OWN.code(BEGUN)[2:],
        OWN.code(BEGUN) + "0",
    ],
)
def test_other_texts_are_no_codes(text: str) -> None:
    assert parse(text) is None


def test_what_means_to_be_a_code_is_announced() -> None:
    assert announced(OWN.code(BEGUN))
    assert announced("S7:whatever")
    assert not announced("SF1390012345678")


def test_moments_far_away_are_written_too() -> None:
    for moment in (datetime(1970, 1, 2, tzinfo=UTC), datetime(2106, 2, 7, tzinfo=UTC)):
        code = parse(OWN.code(moment))
        assert code is not None
        assert code.at == moment


def test_what_holds_no_public_keys_is_refused() -> None:
    strange = generate_private_key(SECP256R1()).public_key()
    ec = strange.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    broken = b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
    for pem in (b"", b"x", ec, OWN.pem + ec, broken, OWN.pem * 65):
        with pytest.raises(BadKeysError):
            read(pem)
    assert len(read(OWN.pem + OTHER.pem)) == 2
