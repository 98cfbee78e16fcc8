"""Keys for programs: `sixface_`, a public id, a secret and a checksum; the whole is shown once.

The row holds the SHA-256 of the secret (256 random bits need no slow hash). The checksum lets scanners for
leaked secrets, and us, tell a key from a typing error without asking anybody.
"""

from __future__ import annotations

import hmac
import re
import secrets
import string
import zlib
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from api import idempotency
from api.idempotency import Claim, Reply
from api.identity.directory import DIRECTORY, digest
from api.identity.people import STREAM
from api.identity.refusals import BadKeyWishError, MissingKeyError
from api.identity.scopes import FOR_KEYS, Scope
from claims.value import Moment
from evidence.model import Utc, say
from storage.errors import BusyError, ConflictError, MissingRowError
from storage.rows import Reading, Row, Unit

if TYPE_CHECKING:
    from api.caller import Caller
    from api.desk import Desk, Wiring

KIND: Final = "key"
OVERLAP: Final = timedelta(hours=24)
"""How long the old key is good for once there is a new one, unless told otherwise."""
LONGEST: Final = timedelta(days=366)
"""How long a key may be valid; it can be rotated before."""
_WRITE: Final = timedelta(minutes=1)
"""How exactly it is known when a key was last used."""
_TELL: Final = timedelta(hours=1)
"""Between two entries in the log that an expired key was used."""
_LETTERS: Final = string.ascii_lowercase + string.digits
_FORM: Final = re.compile(r"sixface_([a-z0-9]{10})_([A-Za-z0-9]{43})([0-9a-f]{8})")
MOST: Final = 200
"""Keys of one tenant that are not revoked."""


class NewKey(BaseModel):
    """What a key is to be for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[^\s()](?:[^\n\r()]{0,62}[^\s()])?$")]
    """What uses it; stands in custody logs."""
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    expires_at: Moment | None = None
    """Within a year; a year from now unless told."""


class Key(BaseModel):
    """A key, without its secret."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    scopes: tuple[Scope, ...]
    made_by: str
    created_at: Utc
    expires_at: Utc
    last_used_at: Utc | None = None
    """To the minute."""
    revoked_at: Utc | None = None
    replaced_by: str | None = None
    first: str | None = None
    """The first of the keys that it took the place of: what they sent is its own too."""


def make(desk: Desk, wish: NewKey, claim: Claim) -> Reply:
    """A new key and, as `key`, its text, which is told this once: not where a request is repeated.

    Raises:
        BadKeyWishError: it would do more than its maker may, or end too late, or is one too many.
    """
    _check(desk.caller, wish, desk.now())
    public = _register(desk)
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        if len(unit.find(KIND, {"state": "on"}, limit=MOST).rows) >= MOST:
            raise BadKeyWishError(say("There are {most} keys already; revoke what is not used.", most=MOST))
        key, text = _built(desk, public, wish)
        _put(desk, unit, key, text)
        return _told(unit, key, text, claim)


def rotate(desk: Desk, key_id: str, claim: Claim, overlap: timedelta = OVERLAP) -> Reply:
    """A new key in the place of an old one, which is good for a little longer; answered as `make` is.

    Raises:
        MissingKeyError: there is no such key, or it is over.
    """
    public = _register(desk)
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        old, row = _read(unit, key_id)
        if old.revoked_at is not None or old.expires_at <= desk.now() or old.replaced_by is not None:
            raise MissingKeyError(key_id)
        span = min(LONGEST, max(old.expires_at - old.created_at, timedelta(days=1)))
        wish = NewKey(name=old.name, scopes=frozenset(old.scopes), expires_at=desk.now() + span)
        key, text = _built(desk, public, wish)
        key = key.model_copy(update={"first": old.first or old.id})
        _put(desk, unit, key, text, replaces=old.id)
        ends = min(old.expires_at, desk.now() + overlap)
        _save(unit, old.model_copy(update={"expires_at": ends, "replaced_by": key.id}), row)
        return _told(unit, key, text, claim)


def revoke(desk: Desk, key_id: str) -> Key:
    """End a key, at once; doing so again changes nothing. Raises `MissingKeyError`."""
    with desk.begin() as unit:
        key, row = _read(unit, key_id)
        if key.revoked_at is None:
            key = key.model_copy(update={"revoked_at": desk.now()})
            _save(unit, key, row, state="off")
            desk.note(unit, STREAM, "key.revoked", {"key": key.id, "name": key.name})
        return key


def listed(reading: Reading, after: str | None, limit: int) -> tuple[list[Key], str | None]:
    """The keys of a tenant, the newest first, and where to go on."""
    page = reading.find(KIND, after=after, limit=limit)
    return [Key.model_validate(row.body["key"]) for row in page.rows], page.next


def parse(text: str) -> tuple[str, str] | None:
    """Public id and secret of a key; None where the text is none."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    public, secret, check = found.groups()
    return (public, secret) if check == _checksum(public, secret) else None


def look(wiring: Wiring, text: str) -> tuple[str, Key] | None:
    """Tenant and row of a key that is valid now; the use of one that has expired is noted."""
    parsed = parse(text)
    if parsed is None:
        return None
    public, secret = parsed
    with wiring.rows.read(DIRECTORY) as reading:
        led = reading.get(KIND, public)
    if led is None:
        return None
    tenant = str(led.body["tenant"])
    with wiring.rows.read(tenant) as reading:
        row = reading.get(KIND, public)
    if row is None or not hmac.compare_digest(str(row.body["hash"]), digest(secret)):
        return None
    key = Key.model_validate(row.body["key"])
    now = wiring.clock()
    if key.revoked_at is not None or key.expires_at <= now:
        _tell(wiring, tenant, key, now)
        return None
    if key.last_used_at is None or now - key.last_used_at >= _WRITE:
        _touch(wiring, tenant, key.id, now)
    return tenant, key


def _check(caller: Caller, wish: NewKey, now: datetime) -> None:
    scopes = wish.scopes
    foreign = scopes - FOR_KEYS
    # A key of another tenant must not read figures that count everybody's requests.
    if Scope.METRICS in scopes and caller.tenant != "default":
        foreign |= {Scope.METRICS}
    # The command line is on the machine of the data and asks nobody.
    if caller.role is not None:
        foreign |= scopes - caller.scopes
    if foreign:
        told = ", ".join(sorted(foreign))
        raise BadKeyWishError(say("A key made here cannot have: {scopes}.", scopes=told))
    if wish.expires_at is not None and not now < wish.expires_at <= now + LONGEST:
        raise BadKeyWishError(say("A key ends within a year from now; choose another time."))


def _register(desk: Desk) -> str:
    """A public id that leads to the caller's tenant."""
    public = "".join(secrets.choice(_LETTERS) for _ in range(10))
    with desk.wiring.rows.begin(DIRECTORY, now=desk.now()) as unit:
        unit.add(KIND, public, {"tenant": desk.caller.tenant})
    return public


def _built(desk: Desk, public: str, wish: NewKey) -> tuple[Key, str]:
    secret = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(43))
    key = Key(
        id=public,
        name=wish.name,
        scopes=tuple(sorted(wish.scopes)),
        made_by=desk.caller.actor,
        created_at=desk.now(),
        expires_at=wish.expires_at or desk.now() + timedelta(days=365),
    )
    return key, f"sixface_{public}_{secret}{_checksum(public, secret)}"


def _put(desk: Desk, unit: Unit, key: Key, text: str, replaces: str = "") -> None:
    parsed = parse(text)
    body = {"key": key.model_dump(mode="json"), "hash": digest(parsed[1] if parsed else "")}
    unit.add(KIND, key.id, body, {"state": "on"})
    detail = {"key": key.id, "name": key.name, "scopes": list(key.scopes)}
    event = "key.rotated" if replaces else "key.made"
    desk.note(unit, STREAM, event, {**detail, "replaces": replaces} if replaces else detail)


def _told(unit: Unit, key: Key, text: str, claim: Claim) -> Reply:
    body = key.model_dump(mode="json")
    idempotency.remember(unit, claim, Reply(201, body))
    return Reply(201, {**body, "key": text})


def _read(reading: Reading, key_id: str) -> tuple[Key, Row]:
    row = reading.get(KIND, key_id)
    if row is None:
        raise MissingKeyError(key_id)
    return Key.model_validate(row.body["key"]), row


def _save(unit: Unit, key: Key, row: Row, *, state: str = "on", told_at: datetime | None = None) -> None:
    body = {**row.body, "key": key.model_dump(mode="json")}
    if told_at is not None:
        body["told_at"] = told_at.isoformat()
    unit.replace(KIND, key.id, body, version=row.version, facets={"state": state})


def _touch(wiring: Wiring, tenant: str, key_id: str, now: datetime) -> None:
    with suppress(BusyError, ConflictError, MissingRowError), wiring.rows.begin(tenant, now=now) as unit:
        key, row = _read(unit, key_id)
        if key.revoked_at is None:
            _save(unit, key.model_copy(update={"last_used_at": now}), row)


def _tell(wiring: Wiring, tenant: str, key: Key, now: datetime) -> None:
    """Note that a key was used that is over, now and then."""
    with suppress(BusyError, ConflictError, MissingKeyError), wiring.rows.begin(tenant, now=now) as unit:
        key, row = _read(unit, key.id)
        told = row.body.get("told_at")
        if told is None or now - datetime.fromisoformat(told) >= _TELL:
            state = "off" if key.revoked_at else "on"
            _save(unit, key, row, state=state, told_at=now)
            unit.append(STREAM, "key.refused", actor=actor_of(key), detail={"key": key.id})


def actor_of(key: Key) -> str:
    """How a key stands in custody logs."""
    return f"key:{key.id} ({key.name})"


def _checksum(public: str, secret: str) -> str:
    return f"{zlib.crc32(f'{public}{secret}'.encode()):08x}"
