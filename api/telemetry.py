"""Traces for whoever collects them (OpenTelemetry): requests and examinations as spans, sent over OTLP.

Off unless `SIXFACE_TRACES` names a collector; the extra `telemetry` brings what sends. Addresses that hold
a secret are left out, and neither bodies nor headers are sent.
"""

from __future__ import annotations

from collections.abc import Generator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from api.errors import UnsupportedError
from evidence.model import say

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig

    from api.settings import Settings

_OFF: Final[TelemetryConfig] = {
    "auto_configure": False,
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
}


class NoTelemetryError(UnsupportedError):
    """A collector is named, and nothing is installed that could send to it."""

    def __init__(self) -> None:
        super().__init__(
            say("Traces need the extra telemetry; install it with: pip install 'sixface[telemetry]'")
        )


def begin(settings: Settings, name: str) -> None:
    """Have the spans of this process sent, under that name; nothing where no collector is named.

    Raises:
        NoTelemetryError: a collector is named, and the extra is not installed.
    """
    if not settings.traces:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise NoTelemetryError from error
    from opentelemetry import trace  # noqa: PLC0415 - see cli

    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    exporter = OTLPSpanExporter(endpoint=f"{settings.traces.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


def of_app(settings: Settings) -> TelemetryConfig:
    """What the framework is told: spans of requests, if any are wanted, and of nothing inside them."""
    return {**_OFF, "tracing": True, "exclude": _is_secret} if settings.traces else _OFF


@contextmanager
def span(name: str, **about: str | int) -> Generator[None]:
    """What happens inside is one span; without a collector it is nothing at all."""
    from opentelemetry import trace  # noqa: PLC0415 - see cli

    attributes = {f"sixface.{key}": value for key, value in about.items()}
    with trace.get_tracer("sixface").start_as_current_span(name, attributes=attributes):
        yield


def _is_secret(scope: MutableMapping[str, Any]) -> bool:
    from api.problems import shown_path  # noqa: PLC0415 - it knows which addresses hold one

    path = str(scope.get("path", ""))
    return shown_path(path) != path or path == "/sign-in/back"
