"""Trusted time for sealed bundles: asked for afterwards, so that no authority can hold up a seal.

A bundle that is sealed where authorities are set is `pending`. The worker asks them (all of them, each time),
believes only what leads to the roots that were set, and stores the bundle once more with the stamps in it.
What could not be had is asked for again, at longer and longer intervals, and stays pending meanwhile.
"""

from __future__ import annotations

import hashlib
import http.client
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from api import signing
from api.caller import WORKER, Caller
from api.cases import stream_of
from api.errors import BadAddressError
from api.holding import hold
from api.identity.directory import tenants
from api.reaching import bare, exchange, looked_at
from api.sealing import KIND, PENDING
from claims import stamped
from evidence.model import rfc3339
from storage import notary
from storage.errors import ConflictError, StampError, StorageError
from storage.notary import Stamp
from storage.rows import LIMIT, Row

if TYPE_CHECKING:
    from api.desk import Desk, Wiring

log = logging.getLogger(__name__)

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=6)
"""Between two times of asking; it doubles in between."""

Post = Callable[[str, bytes], bytes]
"""Sends a request to an authority and returns its answer; raises `OSError` where there is none."""


@dataclass(frozen=True)
class Token:
    """A stamp that was checked, as it came."""

    answer: bytes
    stamp: Stamp
    url: str


def put_right(wiring: Wiring, post: Post | None = None, *, patient: bool = True) -> int:
    """Ask for the stamps that are pending; returns how many bundles were given theirs.

    With `patient`, those that failed are asked for only when their pause is over.
    """
    done = 0
    if not wiring.settings.tsa:
        return 0
    for tenant in tenants(wiring.rows):
        desk = wiring.desk(Caller(tenant, WORKER.actor))
        with desk.read() as reading:
            rows = reading.find(KIND, {"time": PENDING}, newest_first=False, limit=LIMIT).rows
        for row in rows:
            # Later than the longest pause: put off by a clock that was set back since.
            latest = rfc3339(desk.now() + LONGEST_PAUSE)
            if patient and rfc3339(desk.now()) < row.body.get("ask_at", "") <= latest:
                continue
            try:
                done += _stamp(desk, row, post or sent)
            except ConflictError:
                log.info("%s was stamped by somebody else", row.id)
            except StorageError:
                log.exception("%s could not be stamped", row.id)
        signing.tidy(wiring.settings, waiting(desk))
    return done


def waiting(desk: Desk) -> frozenset[str]:
    """The keys of bundles that wait for their stamps, which have to sign those too."""
    with desk.read() as reading:
        rows = reading.find(KIND, {"time": PENDING}, limit=LIMIT).rows
    return frozenset(row.body["signer"] for row in rows if row.body.get("signer"))


def sent(url: str, body: bytes) -> bytes:
    """Ask an authority over HTTP. Raises `OSError` where it gives no stamp."""
    try:
        # Whoever runs the service has set the address, so it may be of their own network.
        target = looked_at(url, inside=True)
        status, answer = exchange(target, body, {"Content-Type": notary.CONTENT}, most=notary.MOST + 1)
    except (BadAddressError, http.client.HTTPException) as error:
        raise OSError(type(error).__name__) from None  # its words may repeat the address
    if status != http.client.OK:
        message = f"answered {status}"
        raise OSError(message)
    return answer


def _stamp(desk: Desk, row: Row, post: Post) -> bool:
    key = row.body.get("signer")
    signer = signing.of(desk.wiring.settings, key) if key else None
    if key and signer is None:
        log.warning("the key that signed %s is not here, so it cannot be stamped; seal again", row.id)
        return False
    with desk.blobs.local(row.body["digest"]) as path, path.open("rb") as sealed:
        seal = stamped.seal_of(sealed)
        tokens = list(_tokens(desk, row.id, seal, post))
        if not tokens:
            _later(desk, row)
            return False
        with desk.blobs.stage() as staging:
            digest = stamped.write(sealed, [token.answer for token in tokens], staging, signer)
            size = staging.commit(digest).size
    _noted(desk, row, tokens, digest, size)
    return True


def _tokens(desk: Desk, bundle: str, seal: bytes, post: Post) -> Iterator[Token]:
    """What each authority said, as far as it is to be believed."""
    settings = desk.wiring.settings
    roots = settings.tsa_roots.read_bytes() if settings.tsa_roots else b""
    for url in settings.tsa:
        try:
            asked = notary.ask(seal)
            answer = post(url, asked.body)
            yield Token(answer, notary.read(answer, seal, roots=roots, nonce=asked.nonce), url)
        except StampError as error:
            log.warning("the stamp of %s for %s is not believed: %s", bare(url), bundle, error.why)
        except OSError as error:
            log.warning("%s gave no stamp for %s: %s", bare(url), bundle, error)


def _later(desk: Desk, row: Row) -> None:
    tries = int(row.body.get("tries", 0)) + 1
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 20), LONGEST_PAUSE)
    body = {**row.body, "tries": tries, "ask_at": rfc3339(desk.now() + pause)}
    with desk.begin() as unit:
        unit.replace(KIND, row.id, body, version=row.version)
        if tries == 1:  # once; the pauses after it are in the worker's log
            desk.note(unit, stream_of(row.body["case"]), "bundle.stamp_failed", {"bundle": row.id})


def _noted(desk: Desk, row: Row, tokens: list[Token], digest: str, size: int) -> None:
    told = [_told(token) for token in tokens]
    body = {name: value for name, value in row.body.items() if name not in {"tries", "ask_at"}}
    body |= {"time": "stamped", "stamps": told, "stamped": {"digest": digest, "size": size}}
    with desk.begin() as unit:
        hold(desk.blobs, unit, digest)
        facets = {"case": row.body["case"], "time": "stamped"}
        unit.replace(KIND, row.id, body, version=row.version, facets=facets)
        detail = {"bundle": row.id, "sealed": row.body["digest"], "stamped": digest, "stamps": told}
        desk.note(unit, stream_of(row.body["case"]), "bundle.stamped", detail)


def _told(token: Token) -> dict[str, Any]:
    return {
        "at": rfc3339(token.stamp.at),
        "by": token.stamp.by,
        "serial": token.stamp.serial,
        "url": bare(token.url),
        "digest": f"sha256:{hashlib.sha256(token.answer).hexdigest()}",
    }
