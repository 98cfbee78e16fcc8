"""Files fetched from an address that somebody wrote down: from listed hosts and buckets only, within limits.

What a link opens is a secret as long as it is valid, so of its address only scheme, host and path are told,
logged or kept. Each step:

1. the host is on the tenant's list (`places`; nothing is asked of a name server before),
2. its name is resolved once, every address of it is looked at, and the connection goes to that very one,
3. a redirection is looked at from step 1 again, three at most,
4. the bytes go to staging as they come, counted against the size and the time that they may take,
5. an answer that does not say how long it is, or is packed, is refused, since nobody could tell whether it
   came whole.

What the answer says about itself is believed in nothing else; the first bytes decide what the file is.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, unquote, urldefrag, urljoin, urlsplit

from api import places
from api.errors import BadAddressError, MalformedError
from api.fetch_errors import FetchError, NotListedError
from api.identity.house import keeps
from api.reaching import got, looked_at
from evidence.model import say
from storage.errors import UnreadObjectError

if TYPE_CHECKING:
    from api.desk import Desk, Stream, Wiring
    from api.intake import Upload
    from api.places import Places

MOST_HOPS: Final = 3
"""Redirections that are followed."""
PIECE: Final = 1 << 18
"""Bytes read at a time."""
MOST_URL: Final = 4096
"""Characters of an address; signed links of AWS have up to 2,000 or so."""
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_WELL: Final = 200


def shown(url: str) -> str:
    """Scheme, host and path of an address: what of it may be told and kept."""
    parts = _parted(url)
    return f"{parts.scheme}://{_named(parts)}{parts.path}"


def name_in(url: str) -> str:
    """What the file is called at its address; empty where the path ends without a name."""
    return unquote(_parted(url).path.rpartition("/")[2])


def fetch(desk: Desk, url: str, upload: Upload, *, until: float) -> tuple[str, ...]:
    """Take the bytes at `url` in; returns where they were found, each address on the way as `shown`.

    `until` is on the monotonic clock.

    Raises:
        MalformedError: it is no address.
        NotListedError: nothing is fetched from there.
        FetchError: it did not come, not whole, or not in time.
        TooLargeError: it is more than is taken in.
        StorageError: it cannot be stored.
    """
    listed = places.of(desk)
    if _parted(url).scheme == "s3":
        return _from_bucket(desk, listed, url, upload, until)
    way: list[str] = []
    onward: str | None = url
    while onward is not None:
        if len(way) > MOST_HOPS:
            raise FetchError(
                "redirects", say("{origin} leads from address to address; name the last one.", origin=way[0])
            )
        url = onward
        way.append(shown(url))
        _check_listed(desk, listed, url)
        onward = _hop(desk.wiring, url, upload, until)
    return tuple(way)


def _hop(wiring: Wiring, url: str, upload: Upload, until: float) -> str | None:
    """Read what is at that address; where it only says that the file is elsewhere, returns where."""
    origin = shown(url)
    try:
        target = looked_at(url, inside=wiring.settings.fetch_inside)
    except BadAddressError:
        says = say("{origin} leads to no address of the public internet; name another one.", origin=origin)
        raise FetchError("address", says) from None
    try:
        with got(target, whole=_left(origin, until)) as answer:
            where = answer.headers.get("Location")
            if answer.status in _MOVED and where:
                return urldefrag(urljoin(url, where)).url
            _check(answer, origin)
            _take(answer, upload, origin, until)
            if answer.length:
                raise _cut(origin, until)
    except (OSError, http.client.HTTPException):
        raise _cut(origin, until) from None
    return None


def _from_bucket(desk: Desk, listed: Places, url: str, upload: Upload, until: float) -> tuple[str, ...]:
    parts = _parted(url)
    bucket, key, origin = parts.netloc, unquote(parts.path.removeprefix("/")), shown(url)
    if bucket not in listed.buckets:
        raise NotListedError(f"s3://{bucket}", _setting(desk, "SIXFACE_FETCH_BUCKETS"))
    if not key or parts.query or parts.fragment:
        raise _malformed()
    try:
        with desk.wiring.objects(bucket, key) as found:
            _take(found, upload, origin, until)
    except UnreadObjectError as error:
        says = say(
            "{origin} cannot be read from its bucket; look whether it is there and this service may read it.",
            origin=origin,
        )
        raise FetchError("bucket", says) from error
    return (origin,)


def _take(stream: Stream, upload: Upload, origin: str, until: float) -> None:
    upload.announce(stream.length or 0)
    while piece := stream.read(PIECE):
        upload.write(piece)
        _left(origin, until)


def _check(answer: http.client.HTTPResponse, origin: str) -> None:
    if answer.status != _WELL:
        says = say(
            "{origin} answered {status}; look whether the file is there and may be read.",
            origin=origin,
            status=answer.status,
        )
        raise FetchError("status", says)
    if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise FetchError("packed", say("{origin} was sent packed; have it sent as it is.", origin=origin))
    if answer.length is None and not answer.chunked:
        raise FetchError(
            "length", say("{origin} does not say how long it is; have its server tell.", origin=origin)
        )


def _check_listed(desk: Desk, listed: Places, url: str) -> None:
    parts = _parted(url)
    inside = desk.wiring.settings.fetch_inside
    if parts.scheme not in ({"https", "http"} if inside else {"https"}) or not parts.hostname:
        raise _malformed()
    name = _named(parts)
    if not _listed(listed.hosts, name):
        raise NotListedError(name, _setting(desk, "SIXFACE_FETCH_HOSTS"))


def _setting(desk: Desk, name: str) -> str:
    """Where that would be listed for the caller's tenant."""
    return name if keeps(desk.caller) else f"sixface tenant fetch {desk.caller.tenant}"


def _listed(hosts: Collection[str], name: str) -> bool:
    return any(name == host or (host.startswith("*.") and name.endswith(host[1:])) for host in hosts)


def _named(parts: SplitResult) -> str:
    """Host in lower case, with the port where it is not the usual one; never user or password."""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return host if parts.port in {None, usual} else f"{host}:{parts.port}"


def _parted(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise _malformed() from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= MOST_URL
    if not plain or not parts.scheme or not parts.netloc or "@" in parts.netloc:
        raise _malformed()
    return parts


def _malformed() -> MalformedError:
    return MalformedError(
        say("Name the file as https://HOST/PATH, without a password, or as s3://BUCKET/KEY.")
    )


def _left(origin: str, until: float) -> float:
    """Seconds that are left. Raises `FetchError` where there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise _cut(origin, until)
    return left


def _cut(origin: str, until: float) -> FetchError:
    if time.monotonic() >= until:
        return FetchError("late", say("{origin} did not come in time; send the file itself.", origin=origin))
    return FetchError("cut", say("{origin} did not come, or not whole; ask again.", origin=origin))
