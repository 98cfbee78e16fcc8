"""Every answer of every route goes out with the same shield, errors as well as pages and files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.datastructures import MutableHeaders

from api.app import create_app
from api.desk import Wiring
from api.shielding import CLOSED, HSTS, shield
from tests.api.conftest import Stage

FILLED = {"sheet": "1", "lang": "en"}


def routes(found: list[Any]) -> Iterator[tuple[str, str]]:
    """Method and path of all of them, with something in the place of each parameter."""
    for route in found:
        if inner := getattr(route, "original_router", None):
            yield from routes(inner.routes)
            continue
        path = re.sub(r"\{(\w+)[^}]*\}", lambda part: FILLED.get(part[1], "none"), route.path)
        yield from ((method, path) for method in sorted(route.methods))


def assert_shielded(answer: httpx.Response) -> None:
    told = answer.headers
    where = f"{answer.request.method} {answer.request.url.path} {answer.status_code}"
    assert told["x-content-type-options"] == "nosniff", where
    assert told["x-frame-options"] == "DENY", where
    assert told["referrer-policy"] in {"no-referrer", "same-origin"}, where
    assert told["cross-origin-opener-policy"] == "same-origin", where
    assert told["cross-origin-resource-policy"] == "same-origin", where
    assert "geolocation=()" in told["permissions-policy"], where
    policy = told["content-security-policy"]
    assert "frame-ancestors 'none'" in policy, where
    assert "default-src 'none'" in policy, where
    assert "unsafe-eval" not in policy, where
    assert "script-src" not in policy or "script-src 'self'" in policy, where
    assert "strict-transport-security" not in told, where
    assert told["cache-control"] in {"no-store", "no-cache"}, where
    assert told["x-request-id"], where


def test_every_route_answers_with_the_shield(client: httpx.Client, wiring: Wiring) -> None:
    every = list(routes(list(create_app(wiring).routes)))
    assert len(every) > 100
    assert {"/healthz", "/v1/evidence", "/", "/film", "/cases"} <= {path for _, path in every}
    for method, path in every:
        with client.stream(method, path) as answer:
            assert_shielded(answer)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/nothing/here", {}, 404),
        ("DELETE", "/healthz", {}, 405),
        ("GET", "/v1/evidence?limit=9999", {}, 422),
        ("POST", "/v1/cases", {"Host": "evil.example"}, 403),
        ("POST", "/v1/cases", {"Content-Type": "application/json"}, 413),
        ("POST", "/v1/evidence", {"Content-Type": "multipart/form-data"}, 400),
    ],
)
def test_every_refusal_answers_with_it_too(
    client: httpx.Client, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    body = b" " * 1_100_000 if status == 413 else b""
    with client.stream(method, path, headers=headers, content=body) as answer:
        assert answer.status_code == status
        assert_shielded(answer)


def test_an_error_that_nobody_expected_has_a_name_a_figure_and_the_shield(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("api.cases.open_case", broken)
    answer = client.post("/v1/cases", json={})
    assert answer.status_code == 500
    assert_shielded(answer)
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    figures = client.get("/metrics").text
    assert 'sixface_requests_total{method="POST",route="/v1/cases",status="500"} 1.0' in figures


@pytest.mark.parametrize(
    "lie", ["nosniff", "gnp.\u202eexe.mp4", "../../etc/passwd", 'a"b\r\nX: y', "拆箱 😀.mp4"]
)
def test_an_original_is_handed_out_and_never_shown(taker: httpx.Client, film: Path, lie: str) -> None:
    sent = taker.post("/v1/evidence", files={"file": (lie, film.read_bytes())})
    answer = taker.get(f"/v1/evidence/{sent.json()['id']}/original")
    assert_shielded(answer)
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-type"] == "application/octet-stream"
    told = answer.headers["content-disposition"]
    assert told.startswith('attachment; filename="')
    for unsafe in ("..", "/", "\\", "%2F", "%E2%80%AE", "\r", "\n", "\u202e"):
        assert unsafe not in told


def test_tls_is_asked_for_only_where_the_request_came_by_it(stage: Stage, wiring: Wiring) -> None:
    plain, sealed = MutableHeaders(), MutableHeaders()
    shield(plain, "http")
    shield(sealed, "https")
    assert "strict-transport-security" not in plain
    assert sealed["strict-transport-security"] == HSTS


def test_what_a_route_says_of_itself_stays() -> None:
    own = MutableHeaders({"Content-Security-Policy": "default-src 'self';", "Referrer-Policy": "same-origin"})
    shield(own, "http")
    assert own["content-security-policy"] == "default-src 'self'; frame-ancestors 'none'"
    assert own["referrer-policy"] == "same-origin"
    assert "sandbox" not in CLOSED
