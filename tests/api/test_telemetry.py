"""Spans, as a collector on this machine receives them."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider

from api import telemetry
from api.app import create_app
from api.settings import Settings
from api.wiring import memory
from tests.api.conftest import Stage

Received = list[tuple[str, ExportTraceServiceRequest]]


@pytest.fixture
def collector() -> Iterator[tuple[str, Received]]:
    received: Received = []

    class Collecting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                sent = gzip.decompress(sent)
            received.append((self.path, ExportTraceServiceRequest.FromString(sent)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Collecting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider of spans is set once in a process; for a test it is set back."""
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", trace.Once())


@pytest.mark.usefixtures("fresh")
def test_requests_and_examinations_arrive_and_secrets_do_not(
    collector: tuple[str, Received], tmp_path: Path, stage: Stage
) -> None:
    url, received = collector
    settings = Settings(data=tmp_path, traces=url)
    telemetry.begin(settings, "sixface")
    wiring = memory(settings, tmp_path / "work")
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url) as client:
        assert client.get("/v1/evidence/ev_none").status_code == 404
        assert client.get("/s/a-secret-of-a-link").status_code == 404
    with telemetry.span("examination", evidence_id="ev_1", size=7):
        pass
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.shutdown()
    wiring.close()
    assert {path for path, _ in received} == {"/v1/traces"}
    spans = {
        span.name: {each.key: each.value for each in span.attributes}
        for _, sent in received
        for resource in sent.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    }
    assert set(spans) == {"GET /v1/evidence/{evidence_id}", "examination"}
    assert spans["examination"]["sixface.evidence_id"].string_value == "ev_1"
    assert "a-secret-of-a-link" not in str(received)


def test_without_a_collector_nothing_is_begun(tmp_path: Path) -> None:
    before = trace.get_tracer_provider()
    telemetry.begin(Settings(data=tmp_path), "sixface")
    assert trace.get_tracer_provider() is before
    assert not telemetry.of_app(Settings(data=tmp_path))["tracing"]


def test_a_missing_extra_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(telemetry.NoTelemetryError, match="extra telemetry"):
        telemetry.begin(Settings(data=tmp_path, traces="http://127.0.0.1:1"), "sixface")


@pytest.mark.parametrize("url", ["collector:4318", "ftp://a/", "http://a b/", "http://a/?key=secret"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="traces"):
        Settings(traces=url)
