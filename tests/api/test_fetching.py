"""Files that are fetched for `/v1/validate`: what is let in, what is refused, what is kept of an address."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from api.app import create_app
from api.caller import CLI
from api.desk import Wiring
from api.errors import MalformedError
from api.fetch_errors import FetchError, NotListedError
from api.fetching import fetch, name_in, shown
from api.intake import opened
from api.reaching import public
from api.settings import Settings
from api.wiring import memory
from tests.api.conftest import Stage, settle
from tests.api.origin import Origin, Page, certificate, serving
from tests.buckets import Server

SECRET = "X-Amz-Signature=5ec4e7"
Make = Callable[..., Wiring]


@pytest.fixture
def origin() -> Iterator[Origin]:
    with serving() as made:
        yield made


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Make]:
    made: list[Wiring] = []

    def make(**settings: Any) -> Wiring:
        whole = Settings(data=tmp_path / "data", **{"most_bytes": 20_000_000, **settings})
        made.append(memory(whole, tmp_path / "work"))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def client(wired: Make, origin: Origin, stage: Stage) -> Iterator[httpx.Client]:
    """Of a service that fetches from `origin`, plainly."""
    stage.app = create_app(wired(fetch_hosts=(origin.name,), fetch_inside=True))
    with httpx.Client(base_url=stage.url, timeout=30) as made:
        yield made


def ask(client: httpx.Client, url: str, **told: Any) -> httpx.Response:
    return client.post("/v1/validate", json={"url": url, **told})


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_photo_is_fetched_and_answered_at_once(client: httpx.Client, origin: Origin, photo: Path) -> None:
    origin.pages["/in/%E7%AE%B1.jpg"] = Page(photo.read_bytes())
    digest = hashlib.sha256(photo.read_bytes()).hexdigest()
    answer = ask(client, origin.url(f"/in/%E7%AE%B1.jpg?{SECRET}"), profile="label_photo", sha256=digest)
    assert answer.status_code == 200, answer.text
    assert answer.json()["subject"] == {
        "digest": f"sha256:{digest}",
        "bytes": photo.stat().st_size,
        "name": "箱.jpg",
    }
    assert answer.json()["profile"] == "label_photo"
    (path, headers) = origin.asked[0]
    assert path.endswith(SECRET)
    assert (headers["host"], headers["accept-encoding"]) == (origin.name, "identity")


def test_a_film_is_fetched_and_promised_and_its_facts_are_kept(
    client: httpx.Client, origin: Origin, film: Path
) -> None:
    origin.pages["/film.mp4"] = Page(film.read_bytes())
    facts = {"tracking_number": "SF1"}
    answer = ask(client, origin.url("/film.mp4"), expect=facts)
    assert (answer.status_code, answer.headers["retry-after"]) == (202, "1")
    assert answer.json()["expected"]["tracking_number"] == "SF1"
    waited = client.post(
        "/v1/validate", json={"evidence_id": answer.json()["id"]}, headers={"Prefer": "wait=30"}
    )
    assert waited.status_code == 200


def test_the_secret_of_an_address_is_neither_told_nor_logged_nor_kept(
    wired: Make, origin: Origin, stage: Stage, photo: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wiring = wired(fetch_hosts=(origin.name,), fetch_inside=True)
    stage.app = create_app(wiring)
    origin.pages["/a.jpg"] = Page(photo.read_bytes())
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        headers = {"Idempotency-Key": "one"}
        body = {"url": origin.url(f"/a.jpg?{SECRET}")}
        made = client.post("/v1/validate", json=body, headers=headers)
        gone = client.post("/v1/validate", json={"url": origin.url(f"/gone.jpg?{SECRET}")})
        again = client.post("/v1/validate", json=body, headers=headers)
        other = client.post("/v1/validate", json={"url": origin.url("/a.jpg?other=1")}, headers=headers)
    assert code(gone) == (422, "fetch.status")
    assert "/gone.jpg answered 404" in gone.json()["detail"]
    assert again.json()["subject"] == made.json()["subject"]
    assert other.json()["type"] == "urn:sixface:problem:key-reused"
    assert len(origin.asked) == 2  # what is asked again is not fetched again
    told = [gone.text, caplog.text]
    with wiring.rows.read("default") as reading:
        stream = made.headers["location"].removeprefix("/v1/")
        entries = list(reading.entries(stream))
        told += [str(entry) for entry in entries]
        for kind in ("evidence", "idempotency", "withheld", "report", "delivery"):
            told += [str(row.body) for row in reading.find(kind).rows]
    assert [entry.event for entry in entries][:2] == ["evidence.received", "evidence.fetched"]
    assert origin.url("/a.jpg") in "".join(told)
    assert "5ec4e7" not in "".join(told)
    # Where a file lay may name a person: it can be erased.
    assert list(entries[1].detail["origin"]) == ["withheld"]


def test_redirections_are_looked_at_one_by_one(
    client: httpx.Client, origin: Origin, photo: Path, wired: Make
) -> None:
    origin.pages["/0"] = Page(status=302, headers={"Location": "/1?x=1"})
    origin.pages["/1"] = Page(status=307, headers={"Location": origin.url("/2#part")})
    origin.pages["/2"] = Page(status=301, headers={"Location": "3.jpg"})
    origin.pages["/3.jpg"] = Page(photo.read_bytes())
    assert ask(client, origin.url("/0")).status_code == 200
    assert [path for path, _ in origin.asked] == ["/0", "/1?x=1", "/2", "/3.jpg"]
    origin.pages["/more"] = Page(status=302, headers={"Location": "/0"})
    assert code(ask(client, origin.url("/more"))) == (422, "fetch.redirects")
    origin.pages["/away"] = Page(status=302, headers={"Location": "http://169.254.169.254/latest"})
    assert code(ask(client, origin.url("/away"))) == (403, "fetch.not_listed")
    origin.pages["/file"] = Page(status=302, headers={"Location": "file:///etc/passwd"})
    assert ask(client, origin.url("/file")).status_code == 422
    origin.pages["/nowhere"] = Page(status=302)
    assert code(ask(client, origin.url("/nowhere"))) == (422, "fetch.status")


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (Page(b"x" * 100, length=200), (422, "fetch.cut")),
        (Page(b"x" * 100, length=None), (422, "fetch.length")),
        (Page(b"x" * 100, headers={"Content-Encoding": "gzip"}), (422, "fetch.packed")),
        (Page(b"x" * 100, status=206), (422, "fetch.status")),
        (Page(b"x" * 100, status=503), (422, "fetch.status")),
        (Page(b"<svg/>" * 100, headers={"Content-Type": "image/jpeg"}), (422, "refused.not_media")),
        (
            Page(b"#EXTM3U\nhttp://127.0.0.1/x", headers={"Content-Type": "video/mp4"}),
            (422, "refused.playlist"),
        ),
        (Page(b""), (422, "refused.empty")),
    ],
)
def test_what_does_not_come_as_a_whole_film_or_photo_is_refused(
    client: httpx.Client, origin: Origin, page: Page, found: tuple[int, str]
) -> None:
    origin.pages["/x"] = page
    assert code(ask(client, origin.url("/x"))) == found
    assert client.get("/v1/evidence").json()["items"] == []


def test_other_bytes_than_declared_are_not_taken_in(
    client: httpx.Client, origin: Origin, photo: Path
) -> None:
    origin.pages["/a.jpg"] = Page(photo.read_bytes())
    answer = ask(client, origin.url("/a.jpg"), sha256="0" * 64)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:sixface:problem:digest-mismatch")


def test_too_much_is_refused_whether_it_is_said_or_not(client: httpx.Client, origin: Origin) -> None:
    origin.pages["/said"] = Page(b"x", length=20_000_001)
    assert ask(client, origin.url("/said")).status_code == 413
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    origin.pages["/unsaid"] = Page(
        chunk * 21, length=None, headers={"Transfer-Encoding": "chunked"}, piece=1 << 20
    )
    assert ask(client, origin.url("/unsaid")).status_code == 413


def test_who_sends_a_byte_at_a_time_is_cut_off(origin: Origin, wired: Make) -> None:
    wiring = wired(fetch_hosts=(origin.name,), fetch_inside=True)
    origin.pages["/slow"] = Page(b"x" * 100, pause=0.1, piece=1)
    begun = time.monotonic()
    with opened(wiring) as upload, pytest.raises(FetchError) as found:
        fetch(wiring.desk(CLI), origin.url("/slow"), upload, until=begun + 1)
    assert found.value.code == "fetch.late"
    assert time.monotonic() - begun < 4


def test_a_secured_host_is_read_and_its_certificate_counts(
    wired: Make, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = certificate(tmp_path / "origin.pem")
    with serving(kept) as origin:
        origin.pages["/a.jpg"] = Page(photo.read_bytes())
        origin.pages["/slow"] = Page(b"x" * 100, pause=0.1, piece=1)
        wiring = wired(fetch_hosts=(origin.name,), fetch_inside=True)
        with opened(wiring) as upload, pytest.raises(FetchError) as found:
            fetch(wiring.desk(CLI), origin.url("/a.jpg"), upload, until=time.monotonic() + 20)
        assert found.value.code == "fetch.cut"
        monkeypatch.setenv("SSL_CERT_FILE", str(kept))
        with opened(wiring) as upload:
            fetch(wiring.desk(CLI), origin.url("/a.jpg"), upload, until=time.monotonic() + 20)
            assert upload.staging.size == photo.stat().st_size
        begun = time.monotonic()
        with opened(wiring) as upload, pytest.raises(FetchError) as found:
            fetch(wiring.desk(CLI), origin.url("/slow"), upload, until=begun + 1)
        assert found.value.code == "fetch.late"
        assert time.monotonic() - begun < 4


@pytest.mark.parametrize(
    ("url", "error", "name"),
    [
        ("https://example.com/a.jpg", NotListedError, "fetch.not_listed"),
        ("https://listed.example.evil.com/a", NotListedError, "fetch.not_listed"),
        ("https://listed.example:444/a", NotListedError, "fetch.not_listed"),
        ("https://listed.example./a", NotListedError, "fetch.not_listed"),
        ("https://evilsub.example/a", NotListedError, "fetch.not_listed"),
        ("http://127.0.0.1/a", MalformedError, None),
        ("https://127.0.0.1/a", FetchError, "fetch.address"),
        ("https://LOCALHOST/a", FetchError, "fetch.address"),
        ("https://2130706433/a", FetchError, "fetch.address"),
        ("https://0177.0.0.1/a", FetchError, "fetch.address"),
        ("https://[::1]/a", FetchError, "fetch.address"),
        ("https://[::ffff:127.0.0.1]/a", FetchError, "fetch.address"),
        ("https://[64:ff9b::7f00:1]/a", FetchError, "fetch.address"),
        ("https://169.254.169.254/a", FetchError, "fetch.address"),
        ("https://10.0.0.1/a", FetchError, "fetch.address"),
        ("https://user:pass@listed.example/a", MalformedError, None),
        ("https://listed.example\\@evil.example/a", MalformedError, None),
        ("https://listed.example/a b", MalformedError, None),
        ("https://listed.example/\r\nHost: x", MalformedError, None),
        ("https://listed.example:99999/", MalformedError, None),
        ("https://[::1/", MalformedError, None),
        ("file:///etc/passwd", MalformedError, None),
        ("ftp://listed.example/a", MalformedError, None),
        ("//listed.example/a", MalformedError, None),
        ("s3://films/key", NotListedError, "fetch.not_listed"),
        ("nonsense", MalformedError, None),
    ],
)
def test_nothing_is_reached_that_is_not_listed_and_public(
    wired: Make, url: str, error: type[Exception], name: str | None
) -> None:
    hosts = "listed.example,*.sub.example,127.0.0.1,localhost,2130706433,0177.0.0.1,169.254.169.254,10.0.0.1"
    wrapped = "[::1],[::ffff:127.0.0.1],[64:ff9b::7f00:1]"
    wiring = wired(fetch_hosts=f"{hosts},{wrapped}")
    with opened(wiring) as upload, pytest.raises(error) as found:
        fetch(wiring.desk(CLI), url, upload, until=time.monotonic() + 5)
    assert getattr(found.value, "code", None) == name


def test_without_a_list_nothing_is_fetched_and_the_setting_is_named(wired: Make, stage: Stage) -> None:
    stage.app = create_app(wired())
    with httpx.Client(base_url=stage.url) as client:
        answer = ask(client, "https://films.example/a.mp4")
        assert code(answer) == (403, "fetch.not_listed")
        assert "SIXFACE_FETCH_HOSTS" in answer.json()["detail"]
        answer = ask(client, "s3://films/a.mp4")
        assert "SIXFACE_FETCH_BUCKETS" in answer.json()["detail"]


def test_addresses_inside_others_are_what_they_hold() -> None:
    for inside in ("::127.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::10.0.0.1", "fec0::1"):
        assert not public(inside), inside
    assert public("64:ff9b::8.8.8.8")


def test_of_an_address_only_its_way_is_shown() -> None:
    assert shown("https://A.example:443/x/y.mp4?secret#part") == "https://a.example/x/y.mp4"
    assert shown("https://a.example:8443/") == "https://a.example:8443/"
    assert name_in("https://a.example/x/%2e%2e%2fy.mp4?n=z") == "../y.mp4"
    assert name_in("https://a.example/") == ""


@pytest.fixture
def films(moto: Server, bucket: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket of somebody else's that the service's own credentials open."""
    for name, value in moto.settings(bucket).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    return bucket


def test_an_object_of_a_listed_bucket_is_read(
    wired: Make, stage: Stage, moto: Server, films: str, photo: Path
) -> None:
    s3_client, bucket = moto.client(), films
    s3_client.put_object(Bucket=bucket, Key="in/箱 1.jpg", Body=photo.read_bytes())
    s3_client.put_object(Bucket=bucket, Key="large", Body=bytes(1000))
    wiring = wired(fetch_buckets=bucket, s3_endpoint=moto.endpoint, s3_region="us-east-1")
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        answer = ask(client, f"s3://{bucket}/in/%E7%AE%B1%201.jpg")
        assert answer.status_code == 200, answer.text
        assert answer.json()["subject"]["name"] == "箱 1.jpg"
        assert code(ask(client, f"s3://{bucket}/none")) == (422, "fetch.bucket")
        assert ask(client, f"s3://{bucket}/").status_code == 422
        assert ask(client, f"s3://{bucket}/large?versionId=1").status_code == 422
        assert code(ask(client, "s3://other/large")) == (403, "fetch.not_listed")
    settle(wiring)


def test_the_own_bucket_cannot_be_listed() -> None:
    with pytest.raises(ValidationError, match="originals are kept"):
        Settings(storage="s3", s3_bucket="own", fetch_buckets="films,own")
