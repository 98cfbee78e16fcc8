"""From where files are fetched for a tenant: hosts and buckets of its own, never another one's.

What the settings list is the first tenant's; every other tenant begins with nothing, and whoever keeps the
house gives it places. Buckets are read with the credentials of the service, so a bucket that stands in two
lists is read by both tenants, and one that stands in none by nobody.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.caller import TENANT
from api.examination import put
from api.identity.house import keeper_alone

if TYPE_CHECKING:
    from api.desk import Desk

KIND: Final = "places"
STREAM: Final = "places"
"""Of the ledger of the tenant whose places they are."""
MOST: Final = 100
"""Hosts, and buckets, of one tenant."""
_HOST: Final = re.compile(
    r"(\*\.[a-z0-9-]+(?=\.))?[a-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9a-f:.]{2,45}\](:[0-9]{1,5})?"
)
"""A name, `*.` before at least two labels, or an address of IPv6 in brackets; a port if it is not usual."""
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""As S3 names them."""


class Places(BaseModel):
    """What is listed for one tenant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hosts: tuple[str, ...] = Field(default=(), max_length=MOST)
    buckets: tuple[str, ...] = Field(default=(), max_length=MOST)

    @field_validator("hosts")
    @classmethod
    def _are_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        lower = tuple(dict.fromkeys(each.strip().lower() for each in value))
        if wrong := [each for each in lower if _HOST.fullmatch(each) is None]:
            message = f"no host: {wrong[0][:60]!r}; write name, name:port or *.name.tld"
            raise ValueError(message)
        return lower

    @field_validator("buckets")
    @classmethod
    def _are_buckets(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [each for each in value if _BUCKET.fullmatch(each) is None]:
            message = f"no bucket: {wrong[0][:60]!r}; write its name alone"
            raise ValueError(message)
        return tuple(dict.fromkeys(value))


def of(desk: Desk) -> Places:
    """The places of the caller's tenant."""
    with desk.read() as reading:
        row = reading.get(KIND, KIND)
    given = Places.model_validate(row.body) if row else Places()
    if desk.caller.tenant != TENANT:
        return given
    settings = desk.wiring.settings
    # As they were set: what whoever runs the machine has written is not judged anew.
    return Places.model_construct(
        hosts=(*settings.fetch_hosts, *given.hosts), buckets=(*settings.fetch_buckets, *given.buckets)
    )


def give(desk: Desk, tenant: str, places: Places) -> None:
    """Have files fetched for that tenant from these places, in place of those it was given before.

    Raises:
        ForAllError: the caller is not of the tenant that keeps the house.
        ValueError: one is the bucket in which originals are kept, or there is no such tenant.
    """
    from api.identity.directory import DIRECTORY, is_tenant  # noqa: PLC0415 - beside its only use

    keeper_alone(desk.caller)
    wiring = desk.wiring
    if wiring.settings.s3_bucket and wiring.settings.s3_bucket in places.buckets:
        message = "this is the bucket in which originals are kept; everybody could read what others have sent"
        raise ValueError(message)
    with wiring.rows.read(DIRECTORY) as reading:
        if not is_tenant(reading, tenant):
            message = f"there is no tenant {tenant}"
            raise ValueError(message)
    told = places.model_dump(mode="json")
    theirs = wiring.desk(replace(desk.caller, tenant=tenant))
    with theirs.begin() as unit:
        put(unit, KIND, KIND, told)
        theirs.note(unit, STREAM, "places.given", told)
