from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from api.app import create_app
from api.caller import Caller
from api.desk import Wiring
from api.idempotency import Claim
from api.identity import directory, entrance, keys, people, sessions
from api.identity.people import Person
from api.identity.scopes import Role, Scope
from api.settings import Settings
from api.wiring import memory
from tests.api.conftest import Moving, Stage

if TYPE_CHECKING:
    from tests.api.identity.vouchers import Issuer

ONCE = Claim(None, "", "")
PASSWORD = "three quiet words"


@dataclass
class House:
    """An application with people, on a real socket."""

    wiring: Wiring
    url: str
    _stack: ExitStack
    _clients: dict[tuple[str, str], httpx.Client] = field(default_factory=dict)

    def browser(self, **headers: str) -> httpx.Client:
        """Somebody's browser, with a page of ours open."""
        own = {"Origin": self.url, "Accept-Language": "en", **headers}
        made = httpx.Client(base_url=self.url, timeout=30, headers=own)
        return self._stack.enter_context(made)

    def person(self, role: Role, tenant: str = "default", name: str = "", password: str = "") -> Person:
        """Somebody new, without the pages that make one."""
        now = self.wiring.clock()
        if tenant not in directory.tenants(self.wiring.rows):
            directory.found_tenant(self.wiring.rows, tenant, now=now)
        with self.wiring.rows.begin(directory.DIRECTORY, now=now) as unit:
            directory.close(unit)
        kept = entrance.passwords.hashed(password) if password else None
        with self.wiring.rows.begin(tenant, now=now) as unit:
            count = len(unit.find(people.KIND, limit=1000).rows)
            return people.added(unit, name or f"{role}{count}", role, kept, now)

    def signed_in(self, person: Person, tenant: str = "default") -> httpx.Client:
        made = self.browser()
        made.cookies.set("sixface", sessions.begin(self.wiring, tenant, person.id))
        return made

    def as_role(self, role: Role, tenant: str = "default") -> httpx.Client:
        """A browser of somebody of that role, always the same one."""
        if (tenant, role) not in self._clients:
            self._clients[tenant, role] = self.signed_in(self.person(role, tenant), tenant)
        return self._clients[tenant, role]

    def with_key(self, *scopes: Scope, tenant: str = "default") -> httpx.Client:
        desk = self.wiring.desk(Caller(tenant, "cli"))
        wish = keys.NewKey(name="robot", scopes=frozenset(scopes))
        text = keys.make(desk, wish, ONCE).body["key"]
        made = httpx.Client(base_url=self.url, timeout=30, headers={"Authorization": f"Bearer {text}"})
        return self._stack.enter_context(made)

    def log(self, tenant: str = "default") -> list[str]:
        with self.wiring.rows.read(tenant) as reading:
            return [entry.event for entry in reading.entries(people.STREAM)]


Opened = Callable[..., House]


@pytest.fixture
def opened(tmp_path: Path, stage: Stage, clock: Moving) -> Iterator[Opened]:
    """Opens a house with these settings."""
    with ExitStack() as stack:

        def make(**settings: object) -> House:
            given = {"data": tmp_path / "data", "requests_per_minute": 0, **settings}
            made = memory(Settings.model_validate(given), tmp_path / "work", clock)
            stack.callback(made.close)
            stage.app = create_app(made)
            return House(made, stage.url, stack)

        yield make


@pytest.fixture
def house(opened: Opened) -> House:
    return opened()


@pytest.fixture
def there() -> Iterator[Issuer]:
    """An issuer of accounts."""
    from tests.api.identity.vouchers import standing  # noqa: PLC0415 - wants the extra oidc

    with standing() as made:
        yield made


@pytest.fixture
def home(opened: Opened, there: Issuer) -> House:
    """A house that trusts the issuer, with an administrator."""
    from tests.api.identity.coming import trusting  # noqa: PLC0415 - likewise

    made = opened(**trusting(there))
    made.as_role(Role.ADMIN)
    return made
