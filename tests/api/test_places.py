"""From where files are fetched is each tenant's own: what one was given is closed to another."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from api import places
from api.caller import CLI, Caller
from api.desk import Wiring
from api.errors import MalformedError
from api.fetch_errors import FetchError, NotListedError
from api.fetching import fetch
from api.identity.directory import found_tenant
from api.identity.house import ForAllError
from api.intake import opened
from api.places import Places
from api.settings import Settings
from storage.memory import MemoryBlobs, MemoryRows
from tests.api.conftest import Run, Waiting
from tests.api.origin import Origin, Page, serving

NORTH, SOUTH = Caller("north", "person:anna"), Caller("south", "person:eve")


@pytest.fixture
def origin() -> Iterator[Origin]:
    with serving() as made:
        yield made


@pytest.fixture
def wiring(tmp_path: Path) -> Wiring:
    """With a list of its own for the first tenant, and two other tenants that begin with nothing."""
    hosts, buckets = ("listed.example", "127.0.0.1"), ("films",)
    settings = Settings(data=tmp_path, fetch_hosts=hosts, fetch_buckets=buckets)
    made = Wiring(settings, MemoryBlobs(), MemoryRows(), Waiting(), tmp_path / "work")
    for name in ("north", "south"):
        found_tenant(made.rows, name, now=made.clock())
    return made


def wrong(wiring: Wiring, caller: Caller, url: str) -> str:
    """Why nothing came from there."""
    with opened(wiring) as upload, pytest.raises((FetchError, MalformedError)) as found:
        fetch(wiring.desk(caller), url, upload, until=time.monotonic() + 5)
    return str(getattr(found.value, "code", "malformed"))


def test_the_list_of_the_settings_is_the_first_tenants_alone(wiring: Wiring) -> None:
    assert wrong(wiring, CLI, "https://127.0.0.1/a") == "fetch.address"  # listed, and not public
    assert wrong(wiring, CLI, "s3://films/a") == "fetch.bucket"  # listed, and not there
    for url in ("https://127.0.0.1/a", "https://listed.example/a", "s3://films/a"):
        assert wrong(wiring, NORTH, url) == "fetch.not_listed"
    with opened(wiring) as upload, pytest.raises(NotListedError, match="sixface tenant fetch north"):
        fetch(wiring.desk(NORTH), "s3://films/a", upload, until=time.monotonic() + 5)


def test_what_one_tenant_was_given_is_closed_to_another(wiring: Wiring) -> None:
    places.give(wiring.desk(CLI), "north", Places(hosts=("127.0.0.1",), buckets=("of-north",)))
    assert wrong(wiring, NORTH, "https://127.0.0.1/a") == "fetch.address"
    assert wrong(wiring, NORTH, "s3://of-north/a") == "fetch.bucket"
    for caller in (SOUTH, CLI):
        assert wrong(wiring, caller, "s3://of-north/a") == "fetch.not_listed"
    assert wrong(wiring, SOUTH, "https://127.0.0.1/a") == "fetch.not_listed"
    places.give(wiring.desk(CLI), "north", Places())
    assert wrong(wiring, NORTH, "s3://of-north/a") == "fetch.not_listed"
    with wiring.rows.read("north") as reading:
        assert [each.event for each in reading.entries(places.STREAM)] == ["places.given"] * 2


def test_a_redirection_leads_to_no_place_of_another_tenant(
    wiring: Wiring, origin: Origin, photo: Path, tmp_path: Path
) -> None:
    inside = Wiring(
        wiring.settings.model_copy(update={"fetch_inside": True, "fetch_hosts": (origin.name,)}),
        *(wiring.blobs, wiring.rows, wiring.jobs, tmp_path / "work"),
    )
    with serving() as own:
        places.give(inside.desk(CLI), "north", Places(hosts=(own.name,)))
        own.pages["/away"] = Page(status=302, headers={"Location": origin.url("/a.jpg")})
        own.pages["/a.jpg"] = Page(photo.read_bytes())
        origin.pages["/a.jpg"] = Page(photo.read_bytes())
        assert wrong(inside, NORTH, own.url("/away")) == "fetch.not_listed"
        with opened(inside) as upload:
            fetch(inside.desk(NORTH), own.url("/a.jpg"), upload, until=time.monotonic() + 5)
        assert origin.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://2130706433/a",
        "https://0177.0.0.1/a",
        "https://[::1]/a",
        "https://[::ffff:127.0.0.1]/a",
        "https://169.254.169.254/latest",
        "https://10.0.0.1/a",
    ],
)
def test_a_place_that_was_given_is_still_to_be_public(wiring: Wiring, url: str) -> None:
    host = url.removeprefix("https://").rpartition("/")[0]
    places.give(wiring.desk(CLI), "north", Places(hosts=(host,)))
    assert wrong(wiring, NORTH, url) == "fetch.address"
    assert wrong(wiring, SOUTH, url) == "fetch.not_listed"


@pytest.mark.parametrize("host", ["*", "*.com", "https://a.example", "a.example/x", "a b", "u@a", "", "a:x"])
def test_what_is_no_host_is_not_taken(host: str) -> None:
    with pytest.raises(ValidationError):
        Places(hosts=(host,))


@pytest.mark.parametrize("bucket", ["s3://films", "films/x", "Films", "", "a", "../x", "x" * 64])
def test_what_is_no_bucket_is_not_taken(bucket: str) -> None:
    with pytest.raises(ValidationError):
        Places(buckets=(bucket,))


def test_only_who_keeps_the_house_gives_places_and_never_the_own_bucket(wiring: Wiring) -> None:
    with pytest.raises(ForAllError):
        places.give(wiring.desk(NORTH), "north", Places(hosts=("a.example",)))
    with pytest.raises(ValueError, match="no tenant"):
        places.give(wiring.desk(CLI), "west", Places())
    own = wiring.settings.model_copy(update={"s3_bucket": "own"})
    there = Wiring(own, wiring.blobs, wiring.rows, wiring.jobs, wiring.work)
    with pytest.raises(ValueError, match="originals"):
        places.give(there.desk(CLI), "north", Places(buckets=("own",)))


def test_on_the_terminal(sixface: Run) -> None:
    sixface("tenant", "new", "north")
    assert sixface("tenant", "fetch", "north").stdout == ""
    given = sixface("tenant", "fetch", "north", "--host", "*.Films.example", "--bucket", "of-north")
    assert given.stdout.split() == ["https://*.films.example", "s3://of-north"]
    assert sixface("tenant", "fetch", "north").stdout == given.stdout
    assert sixface("tenant", "fetch", "north", "--host", "*").returncode == 64
    assert sixface("tenant", "fetch", "west", "--host", "a.example").returncode == 64
    assert sixface("tenant", "fetch", "north", "--none").stdout == ""
