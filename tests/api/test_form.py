from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest

from api.errors import BadExpectationError, FormError, TooLargeError
from api.form import MOST_FIELD, MOST_NAME, MOST_PARTS, Form, plain_name
from api.intake import Offer, Upload
from storage.errors import DigestMismatchError
from storage.memory import MemoryBlobs

KIND = "multipart/form-data; boundary=xyz"
DATA = b"\xff\xd8\xff" + bytes(range(256)) * 40 + b"\r\n--xy\r\n--xyzz"
DIGEST = f"sha256:{hashlib.sha256(DATA).hexdigest()}"


def part(name: str, value: bytes, filename: str | None = None, **headers: str) -> bytes:
    more = f'; filename="{filename}"' if filename is not None else ""
    lines = [f'Content-Disposition: form-data; name="{name}"{more}'.encode()]
    lines += [f"{key.replace('_', '-')}: {text}".encode() for key, text in headers.items()]
    return b"--xyz\r\n" + b"\r\n".join(lines) + b"\r\n\r\n" + value + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--xyz--\r\n"


def read(
    raw: bytes, *, step: int = 1000, header: str | None = None, most: int = 10**6
) -> tuple[Offer, bytes]:
    with MemoryBlobs().stage() as staging:
        upload = Upload(staging, most)
        form = Form(KIND, upload, header)
        for start in range(0, len(raw), step):
            form.feed(raw[start : start + step])
        offer = form.finish()
        assert staging.size == len(DATA)
        return offer, upload.head


@pytest.mark.parametrize("step", [1, 7, 64, 1 << 20])
def test_a_file_arrives_whole_however_it_is_cut(step: int) -> None:
    offer, head = read(
        body(part("profile", b"unboxing"), part("file", DATA, "a.mp4"), part("sha256", DIGEST.encode())),
        step=step,
    )
    assert offer.name == "a.mp4"
    assert offer.profile == "unboxing"
    assert offer.digest == DIGEST
    assert head == DATA[:4096]


def test_the_name_is_data() -> None:
    name = "../../📦 箱\\..%2f.mp4"
    offer, _ = read(body(part("file", DATA, name)))
    assert offer.name == name
    assert plain_name("a\0b") == "a\ufffdb"
    assert len(plain_name("x" * 5000)) == MOST_NAME
    assert plain_name("") == "unnamed"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        body(part("file", DATA, "a"))[:-20],
        part("file", DATA, "a"),
        body(part("profile", b"x")),
        body(part("file", DATA, "a"), part("file", DATA, "b")),
        body(*[part(f"f{n}", b"x") for n in range(MOST_PARTS + 1)]),
        body(part("profile", b"x" * (MOST_FIELD + 1)), part("file", DATA, "a")),
        body(part("file", DATA, "a"), part("sha256", b"nonsense")),
        body(part("file", DATA, "a", Content_Digest="sha-256=:AAAA:")),
    ],
)
def test_a_form_that_is_not_one_is_refused(raw: bytes) -> None:
    with pytest.raises(FormError):
        read(raw)


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "multipart/form-data", f"multipart/form-data; boundary={'x' * 300}"]
)
def test_another_content_type_is_refused(kind: str) -> None:
    with MemoryBlobs().stage() as staging, pytest.raises(FormError):
        Form(kind, Upload(staging, 1))


def test_a_file_beyond_the_limit_is_refused_as_it_comes() -> None:
    with pytest.raises(TooLargeError):
        read(body(part("file", DATA, "a")), most=len(DATA) - 1)


def header(data: bytes) -> str:
    return f"sha-256=:{b64encode(hashlib.sha256(data).digest()).decode()}:"


def test_declared_digests_have_to_agree_with_the_bytes() -> None:
    raw = body(part("file", DATA, "a"))
    for good in (header(raw), header(DATA), f"sha-512=:AAAA:, {header(DATA)}"):
        read(raw, header=good)
    with pytest.raises(DigestMismatchError):
        read(raw, header=header(b"other"))
    offer, _ = read(body(part("file", DATA, "a", Content_Digest=header(b"other"))))
    assert offer.digest == f"sha256:{hashlib.sha256(b'other').hexdigest()}"
    offer, _ = read(
        body(part("file", DATA, "a"), part("sha256", hashlib.sha256(DATA).hexdigest().upper().encode()))
    )
    assert offer.digest == DIGEST


def test_what_the_order_says_is_read() -> None:
    offer, _ = read(body(part("file", DATA, "a"), part("expect", b'{"tracking_number": "SF1"}')))
    assert offer.expected.tracking_number == "SF1"
    for bad in (b"{", b'{"trackng_number": "SF1"}', b'{"delivered_at": "yesterday"}', b"[]"):
        with pytest.raises(BadExpectationError):
            read(body(part("file", DATA, "a"), part("expect", bad)))
