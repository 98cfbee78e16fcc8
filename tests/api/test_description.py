"""Every operation of the description is asked what it says it takes, and more; every answer is as described.

Requests are drawn from the OpenAPI file itself. `SIXFACE_DRAWS` sets how many for each operation
(`make test-description` draws many).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as draws
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.settings import Settings
from tests.api.conftest import Stage

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

DRAWS: Final = int(os.environ.get("SIXFACE_DRAWS", "3"))
"""Of each operation; twenty seconds on an idle machine, minutes on a busy one."""


CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@dataclass(frozen=True)
class Described:
    """The application, what it says of itself, and what is stored in it."""

    client: httpx.Client
    schema: Any
    evidence: str
    still: str

    def known(self, label: str) -> dict[str, str]:
        """Names of things that are there, those that the operation asks for made for this moment."""
        names = {"evidence_id": self.evidence, "digest": self.still, "name": "tmall", "shop_id": "shop"}
        if "{case_id}" in label or "{target}" in label:
            case = self._made("/v1/cases", json={"tracking_number": "SF1"}).json()["id"]
            self._made(f"/v1/cases/{case}/exhibits", json={"evidence_id": self.evidence})
            names |= {"case_id": case, "target": case}
        if "{hook_id}" in label:
            names["hook_id"] = self._made("/v1/webhooks", json={"url": "http://127.0.0.1:9/"}).json()["id"]
        if "{upload_id}" in label:
            film = {"Upload-Length": "9", "Upload-Metadata": "filename YQ==", "Tus-Resumable": "1.0.0"}
            names["upload_id"] = (
                self._made("/v1/uploads", headers=film).headers["location"].rpartition("/")[2]
            )
        return names

    def _made(self, path: str, **told: Any) -> httpx.Response:
        answer = self.client.post(path, **told)
        assert answer.status_code == 201, answer.text
        return answer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Webhooks go to the loopback, where nobody listens, instead of waiting for the world."""
    return Settings(data=tmp_path / "data", webhooks_inside=True, allowed_hosts=("*",))


@pytest.fixture
def described(client: httpx.Client, stage: Stage, photo: Path) -> Described:
    with photo.open("rb") as opened:
        answer = client.post("/v1/validate", files={"file": ("photo.jpg", opened)})
    assert answer.status_code == 200
    return Described(
        client,
        schemathesis.openapi.from_asgi("/openapi.json", stage.app),
        answer.headers["location"].rpartition("/")[2],
        answer.json()["stills"][0]["digest"] if answer.json()["stills"] else "sha256:none",
    )


@pytest.mark.timeout(3600)
def test_answers_are_as_described(described: Described) -> None:
    wrong: dict[str, str] = {}
    for found in described.schema.get_all_operations():
        operation = found.ok()
        try:
            ask(operation, described.known(operation.label))
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - all operations are told at once
            wrong[operation.label] = f"{type(error).__name__}: {error}"
    assert wrong == {}, "\n\n".join(f"== {name}\n{what}" for name, what in wrong.items())


def ask(operation: Any, known: dict[str, str]) -> None:
    """Ask with whatever is drawn, then the same of things that are there."""

    @draws(
        max_examples=DRAWS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def drawn(case: Case) -> None:
        case.call_and_validate(checks=CHECKS)
        there = {name: known[name] for name in case.path_parameters or {} if name in known}
        if there:
            case.path_parameters.update(there)
            case.call_and_validate(checks=CHECKS)

    drawn()
