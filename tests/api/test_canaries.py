"""Secrets of the deployment are shown by nobody: not where it fails, not in logs, errors, figures or spans.

Each is a word that stands nowhere else; every way on which something is told is made to tell as much as it
can, with connections that fail.
"""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr, ValidationError

from api import logs
from api.app import create_app
from api.desk import Wiring
from api.settings import Settings
from api.wiring import bucket_of, objects_of
from storage import s3_client
from storage.disk import DiskBlobs
from storage.errors import StorageError
from storage.postgres import address
from storage.sql import SqlRows
from tests.api.conftest import Run, Stage, Waiting

DATABASE = "canary-of-the-database"
ACCESS, SECRET = "CANARYACCESSKEY00001", "canary-of-the-secret-key"
STAMPS, PASSPHRASE = "canary-of-the-authority", "canary-of-the-passphrase"
ISSUER = "canary-of-the-issuer"
CANARIES = (DATABASE, ACCESS, SECRET, STAMPS, PASSPHRASE, ISSUER)
URL = f"postgresql://owner:{DATABASE}@127.0.0.1:1/cases"
"""Nobody listens at that port."""
ENDPOINT = "http://127.0.0.1:1"


def assert_silent(*told: str) -> None:
    for each in told:
        assert [word for word in CANARIES if word in each] == [], each[:2000]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of a bucket that cannot be reached, which is asked once."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    real = s3_client.Config
    once = {"mode": "standard", "max_attempts": 1}
    monkeypatch.setattr(s3_client, "Config", lambda **told: real(**{**told, "retries": once}))  # pyright: ignore[reportUnknownLambdaType]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data=tmp_path / "data",
        database=SecretStr(URL),
        storage="s3",
        s3_bucket="films",
        s3_endpoint=ENDPOINT,
        s3_region="us-east-1",
        traces=ENDPOINT,
        oidc_issuer="https://issuer.invalid",
        oidc_client_id="sixface",
        oidc_client_secret=SecretStr(ISSUER),
    )


@pytest.fixture
def wiring(settings: Settings, tmp_path: Path) -> Iterator[Wiring]:
    """A service whose database and bucket have gone since it began."""
    engine = sa.create_engine(address(URL), hide_parameters=True, connect_args={"connect_timeout": 2})
    blobs, away = bucket_of(settings), objects_of(settings)
    yield Wiring(settings, blobs, SqlRows(engine), Waiting(), tmp_path / "work", objects=away)
    engine.dispose()


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", trace.Once())
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)
    return kept


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log of a service, as loud as it gets."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    level = root.level
    logs.configure("debug")
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(log := io.StringIO())
    yield log
    root.setLevel(level)


def test_a_service_that_lost_its_stores_tells_no_secret_of_theirs(
    wiring: Wiring,
    stage: Stage,
    photo: Path,
    spans: InMemorySpanExporter,
    logged: io.StringIO,
) -> None:
    stage.app = create_app(wiring)
    answers: list[httpx.Response] = []
    with httpx.Client(base_url=stage.url, timeout=60) as client:
        paths = ("/healthz", "/readyz", "/metrics", "/v1/cases", "/v1/evidence/ev_1", "/", "/admin")
        answers.extend(map(client.get, paths))
        answers.append(client.post("/v1/evidence", files={"file": ("a.jpg", photo.read_bytes())}))
        answers.append(client.post("/v1/cases", json={}))
    assert {each.status_code for each in answers} & {500, 503}, "nothing failed, so nothing was tried"
    assert_silent(*(f"{each.text} {each.headers}" for each in answers))
    assert "/v1/evidence 503" in logged.getvalue()
    assert_silent(logged.getvalue())
    assert_silent(*(span.to_json() for span in spans.get_finished_spans()))
    assert_silent(
        repr(wiring), repr(wiring.settings), str(wiring.settings), wiring.settings.model_dump_json()
    )


def test_a_traceback_down_to_the_driver_tells_none(wiring: Wiring) -> None:
    told: list[str] = []
    for ask in (
        lambda: wiring.rows.read("default").__enter__(),
        lambda: wiring.rows.begin("default", now=wiring.clock()).__enter__(),
        lambda: list(wiring.blobs.digests()),
        lambda: wiring.blobs.stat(f"sha256:{'0' * 64}"),
        lambda: wiring.objects("films", "a").__enter__(),
    ):
        with pytest.raises(StorageError) as found:
            ask()
        told.append("".join(traceback.format_exception(found.value)))
    assert any("OperationalError" in each for each in told)
    assert any("EndpointConnectionError" in each for each in told)
    assert_silent(*told)


@pytest.mark.parametrize("storage", ["disk", "s3"])
@pytest.mark.parametrize("command", [("doctor",), ("audit",), ("case", "list"), ("backup", "b")])
def test_no_command_tells_them_whatever_it_is_asked_to_tell(
    sixface: Run, monkeypatch: pytest.MonkeyPatch, storage: str, command: tuple[str, ...]
) -> None:
    for name, value in {
        "LOG_LEVEL": "debug",
        "DATABASE": URL,
        "STORAGE": storage,
        "S3_BUCKET": "films",
        "S3_ENDPOINT": ENDPOINT,
        "S3_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(f"SIXFACE_{name}", value)
    done = sixface(*command)
    assert done.returncode != 0
    assert_silent(done.stdout, done.stderr)


def test_the_doctor_names_an_authority_without_what_lets_in(
    sixface: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_text("none")
    monkeypatch.setenv("SIXFACE_TSA", f"https://user:{STAMPS}@tsa.example/in?key={STAMPS}")
    monkeypatch.setenv("SIXFACE_TSA_ROOTS", str(roots))
    done = sixface("doctor")
    assert_silent(done.stdout, done.stderr)


@pytest.mark.parametrize(
    "wrong",
    [
        {"storage": "s3"},
        {"database": 7, "port": "x"},
        {"certificate_passphrase": PASSPHRASE},
        {"s3_endpoint": f"http://user:{SECRET}@127.0.0.1/"},
        {"traces": f"http://user:{SECRET}@127.0.0.1/"},
        {f"nonsense_{1}": SECRET},
    ],
)
def test_settings_that_cannot_be_are_told_without_what_was_set(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as found:
        Settings.model_validate({"database": URL, "certificate_passphrase": None, **wrong})
    assert_silent(str(found.value), repr(found.value))


@pytest.mark.parametrize("url", [f"postgresql://u:{DATABASE}@[::1/x", f"mysql://u:{DATABASE}@h/x", DATABASE])
def test_an_address_that_cannot_be_read_is_not_repeated(
    sixface: Run, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SIXFACE_DATABASE", url)
    monkeypatch.setenv("SIXFACE_LOG_LEVEL", "debug")
    for command in ("doctor", "audit"):
        done = sixface(command)
        assert done.returncode != 0
        assert_silent(done.stdout, done.stderr)


def test_what_it_holds_back_is_held_back_elsewhere_too(tmp_path: Path) -> None:
    """This test would notice: a wiring on disk says where it is, and that is no secret."""
    blobs = DiskBlobs(tmp_path)
    assert_silent(repr(blobs))
    with pytest.raises(AssertionError):
        assert_silent(f"x {SECRET} x")
