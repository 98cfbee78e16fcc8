"""The signed dossier as strangers read it: pyHanko's validator, and pypdf for what PDF/A asks for."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding
from pypdf import PdfReader
from pypdf.generic import ArrayObject

from api.certificate import Certificate
from tests.api.paper.test_press import gathered, pressed
from tests.certificates import MAKERS, issued
from tests.extras import need

need("paper-signature", "pyhanko")

from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: E402 - an extra
from pyhanko.sign.validation import validate_pdf_signature  # noqa: E402 - likewise
from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: E402 - likewise
from pyhanko_certvalidator import ValidationContext  # noqa: E402 - likewise

from api.paper.signature import signed  # noqa: E402 - likewise

NOW = datetime.now(UTC).replace(microsecond=0)


def certificate(kind: str) -> Certificate:
    made = issued(kind)
    return Certificate(made.key, made.leaf, (made.root,))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return pressed(gathered())


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_it_is_signed_as_a_whole_and_believed_with_our_root(pdf: bytes, kind: str) -> None:
    (found,) = PdfFileReader(io.BytesIO(signed(pdf, certificate(kind), NOW))).embedded_signatures
    root = asn1.Certificate.load(issued(kind).root.public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    status = validate_pdf_signature(found, context)
    assert (status.intact, status.valid, status.trusted, status.bottom_line) == (True,) * 4
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert found.self_reported_timestamp == NOW
    stranger = validate_pdf_signature(found, ValidationContext(trust_roots=[], allow_fetching=False))
    assert (stranger.intact, stranger.trusted) == (True, False)


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_the_same_pages_at_the_same_moment_are_the_same_bytes(pdf: bytes, kind: str) -> None:
    one = signed(pdf, certificate(kind), NOW)
    assert one == signed(pdf, certificate(kind), NOW)
    assert one != signed(pdf, certificate(kind), NOW + timedelta(seconds=1))
    assert one.startswith(pdf)


def test_every_changed_byte_of_the_pages_is_noticed(pdf: bytes) -> None:
    whole = signed(pdf, certificate("rsa"), NOW)
    for place in range(1000, len(pdf) - 2000, len(pdf) // 9):
        spoiled = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        (found,) = PdfFileReader(io.BytesIO(spoiled), strict=False).embedded_signatures
        found.compute_digest()
        assert not validate_pdf_signature(found, ValidationContext(trust_roots=[])).intact


def test_what_pdf_a_asks_for_is_as_it_was(pdf: bytes) -> None:
    before, after = read(pdf), read(signed(pdf, certificate("rsa"), NOW))
    assert after.metadata == before.metadata
    assert after.trailer["/Root"]["/Metadata"].get_data() == before.trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfaid:part>3</pdfaid:part>" in after.trailer["/Root"]["/Metadata"].get_data()
    intents = [[i.get_object() for i in each.trailer["/Root"]["/OutputIntents"]] for each in (before, after)]
    assert [each["/S"] for each in intents[0]] == [each["/S"] for each in intents[1]] == ["/GTS_PDFA1"]
    assert after.trailer["/ID"][0] == before.trailer["/ID"][0] != after.trailer["/ID"][1]
    assert after.attachments == before.attachments
    assert [page.extract_text() for page in after.pages] == [page.extract_text() for page in before.pages]
    # ISO 19005-3, 6.3.2 and 6.4: a field's widget is printed and never hidden, and has an appearance or no
    # size; no appearance is left to the viewer; permissions are DocMDP alone, without digests (6.1.12).
    root = after.trailer["/Root"]
    assert "/NeedAppearances" not in root["/AcroForm"]
    assert root["/AcroForm"]["/SigFlags"] == 3
    (field,) = (each.get_object() for each in root["/AcroForm"]["/Fields"])
    assert field["/F"] & 0b100111 == 0b100
    assert "/AP" in field or field["/Rect"] == ArrayObject([0, 0, 0, 0])
    assert list(root["/Perms"]) == ["/DocMDP"]
    (reference,) = field["/V"]["/Reference"]
    assert not {"/DigestMethod", "/DigestValue", "/DigestLocation"} & set(reference)
