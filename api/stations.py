"""The key that signs the codes of station clocks and slips, and the codes themselves.

The private key is made when it is first needed, lies in the data folder, and may be read by its
owner alone. Whoever holds it can make codes for any time, so it never leaves the service; the public
keys beside it (`stations.pem`) are given to everybody. That file may hold further keys, of
other services or of a time before: codes of all of them are believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.desk import Desk
from api.keypair import stations
from api.settings import Settings
from evidence.model import Outcome
from evidence.printing.qr import modules
from evidence.station import BadKeysError, Kind, key_name, read, seconds, signed_part, written
from storage.rows import Reading

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NAME: Final = r"^[A-Z0-9-]{1,16}$"
"""What a station may be called."""
MOST_LOOKED: Final = 200
"""Reports that are looked through for stations, the newest; a page waits for it."""


@dataclass(frozen=True)
class Code:
    """One code of a station clock, ready to be drawn."""

    text: str
    name: str
    at: datetime
    """The second in which it was issued."""
    age: timedelta
    """How long that second has run."""
    rows: tuple[str, ...]
    """Its modules row by row, 1 for dark, without the quiet zone."""


@dataclass(frozen=True)
class Slip:
    """A code that is printed once for a case."""

    text: str
    name: str
    at: datetime


def show(desk: Desk, name: str) -> Code:
    """The code of that station for this second, and for no other."""
    now = desk.now()
    at = seconds(now)
    text = _signed(desk.wiring.settings, Kind.STATION, name, at)
    return Code(text, name, at, now - at, modules(text))


def slip(desk: Desk, name: str) -> Slip:
    """A fresh slip of that name, which nobody has noted yet."""
    at = seconds(desk.now())
    return Slip(_signed(desk.wiring.settings, Kind.SLIP, name, at), name, at)


@dataclass(frozen=True)
class Seen:
    """A station as a film has shown it."""

    name: str
    at: datetime
    """Of the first code that was read: the film is not older."""
    evidence_id: str
    proven: bool
    """Whether the codes counted for the film."""


def seen(reading: Reading) -> list[Seen]:
    """The stations of the newest `MOST_LOOKED` reports, each as the newest of them shows it."""
    found: dict[str, Seen] = {}
    for row in reading.find("report", limit=MOST_LOOKED).rows:
        for answer in row.body["answers"]:
            for finding in answer["findings"]:
                if finding["code"] != "clock.station":
                    continue
                told = {each["name"]: each["value"] for each in finding.get("measures", ())}
                name, at = str(told.get("station", "")), str(told.get("not_earlier_than", ""))
                if re.fullmatch(NAME, name) and at:
                    proven = finding["outcome"] == Outcome.PASS
                    one = Seen(name, datetime.fromisoformat(at), row.id, proven)
                    found.setdefault(name, one)
    return sorted(found.values(), key=lambda each: each.name)


def named(keys: Path) -> list[str]:
    """What the keys in that file are called in the codes, in their order; none where it cannot be read."""
    try:
        return [key_name(key.public_bytes_raw()) for key in read(keys.read_bytes())]
    except (OSError, BadKeysError):
        return []


def public_keys(settings: Settings) -> bytes:
    """The public keys in PEM, our own first made where there is none."""
    _key(settings)
    return settings.station_keys.read_bytes()


def believed(settings: Settings) -> Path | None:
    """The file of public keys whose codes are believed; None where no station was ever used."""
    return settings.station_keys if settings.station_keys.exists() else None


def _signed(settings: Settings, kind: Kind, name: str, at: datetime) -> str:
    key = _key(settings)
    known = key_name(key.public_key().public_bytes_raw())
    return written(kind, known, name, at, key.sign(signed_part(kind, known, name, at)))


def _key(settings: Settings) -> Ed25519PrivateKey:
    return stations(settings).load()
