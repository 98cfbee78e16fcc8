from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.desk import Wiring
from tests.api.conftest import ROOT


def test_the_description_tells_every_operation_and_its_problems(client: httpx.Client) -> None:
    described: dict[str, Any] = client.get("/openapi.json").json()
    paths = described["paths"]
    for path in (
        "/v1/validate",
        "/v1/evidence",
        "/v1/evidence/{evidence_id}/report",
        "/v1/evidence/{evidence_id}/events",
        "/v1/evidence/{evidence_id}/stills/{digest}",
        "/v1/cases/{case_id}/bundle",
        "/v1/rulesets",
        "/healthz",
        "/readyz",
        "/metrics",
    ):
        assert path in paths
    text = json.dumps(described)
    assert "HTTPValidationError" not in text
    assert "/evidence/{evidence_id}" not in paths  # pages are no part of it
    refs = {part.split('"')[0] for part in text.split('"$ref": "#/components/schemas/')[1:]}
    assert refs <= set(described["components"]["schemas"])
    for name, operations in paths.items():
        for method, operation in operations.items():
            assert operation["summary"], (name, method)
            for status, answer in operation["responses"].items():
                if int(status) >= 400 and "content" in answer:
                    assert list(answer["content"]) == ["application/problem+json"]
            if method == "post":
                assert "Idempotency-Key".lower() in json.dumps(operation["parameters"]).lower()


def test_two_applications_share_nothing(wiring: Wiring) -> None:
    one, two = create_app(wiring), create_app(wiring)
    one.state.metrics.received_bytes.inc(5)
    assert b"received_bytes_total 0.0" in two.state.metrics.text(wiring)


def test_it_says_how_it_is(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    well = dict.fromkeys(("status", "storage", "database", "sandbox", "worker"), "ok")
    assert ready.json() == {**well, "scrub": "none yet", "worm": "absent"}
    client.get("/v1/evidence/ev_none")
    figures = client.get("/metrics")
    assert figures.headers["content-type"].startswith("text/plain; version=0.0.4")
    route = 'route="/v1/evidence/{evidence_id}"'
    assert f'sixface_requests_total{{method="GET",{route},status="404"}} 1.0' in figures.text


def test_it_is_not_ready_without_a_worker(client: httpx.Client, wiring: Wiring) -> None:
    wiring.jobs.close()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (503, "missing")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/none", 404), ("PUT", "/v1/cases", 405)])
def test_other_addresses_are_problems(client: httpx.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_pages_of_other_sites_are_kept_out(client: httpx.Client, headers: dict[str, str]) -> None:
    answer = client.post("/v1/cases", json={}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:sixface:problem:other-site")
    assert client.get("/v1/cases").json() == {"items": []}


def test_our_own_pages_are_let_in(client: httpx.Client) -> None:
    own = {"Origin": str(client.base_url), "Sec-Fetch-Site": "same-origin"}
    assert client.post("/v1/cases", json={}, headers=own).status_code == 201
    assert client.get("/").status_code == 200


def test_an_error_that_nobody_expected_says_nothing_of_the_inside(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("api.cases.open_case", broken)
    answer = client.post("/v1/cases", json={})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


def test_opening_the_front_door_loads_no_pixels_and_no_storage_of_others() -> None:
    program = "import sys, api.app; print([m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ["av", "cv2", "numpy", "PIL", "boto3", "dbos"]
    done = subprocess.run(
        [sys.executable, "-c", program, *heavy], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_the_page_of_a_report_is_a_view(client: httpx.Client, wiring: Wiring, photo: Path) -> None:
    with photo.open("rb") as opened:
        answer = client.post("/v1/validate", files={"file": ("photo.jpg", opened)})
    own = answer.headers["location"].removeprefix("/v1")
    assert client.get(own).status_code == 200
    with wiring.rows.read("default") as reading:
        log = [entry.event for entry in reading.entries(own.removeprefix("/"))]
    assert log.count("report.viewed") == 2
    assert client.get("/evidence/ev_none").status_code == 404
