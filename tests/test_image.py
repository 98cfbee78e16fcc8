"""The image and the composition, as far as they can be judged without running them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SECRET = re.compile(r"password|secret|token|access.?key", re.IGNORECASE)
PINNED = re.compile(r"[\w./-]+:v?\d+(\.\d+)+[\w.-]*")


@pytest.fixture(scope="module")
def composition() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def services(composition: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return composition["services"]


@pytest.fixture(scope="module")
def stages() -> list[list[str]]:
    """The instructions of the Dockerfile, by stage, each on one line."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    starts = [n for n, line in enumerate(lines) if line.startswith("FROM ")]
    return [lines[a:b] for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]


def test_the_linter_of_images_has_nothing_to_say() -> None:
    program = shutil.which("hadolint", path=Path(sys.executable).parent) or "hadolint"
    done = subprocess.run([program, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_is_made_in_stages_and_its_tools_stay_behind(stages: list[list[str]]) -> None:
    assert len(stages) > 1
    final = "\n".join(stages[-1])
    assert not re.search(r"\b(pip|uv|apt-get|gcc|build-essential)\b", final)
    assert all(PINNED.search(stage[0]) for stage in stages)


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is(stages: list[list[str]]) -> None:
    said = [line.split(maxsplit=1) for line in stages[-1]]
    users = [value for word, value in said if word == "USER"]
    assert users
    assert not users[-1].startswith(("root", "0"))
    assert any(word == "HEALTHCHECK" and "/healthz" in value for word, value in said)


def test_what_the_image_is_made_of_is_let_in(stages: list[list[str]]) -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    copied = {name for line in stages[0] if line.startswith("COPY ") for name in line.split()[1:-1]}
    assert copied == allowed
    assert all((ROOT / name).exists() for name in allowed)


def test_everything_that_a_deployment_needs_is_there(services: dict[str, Any]) -> None:
    assert {"api", "worker", "postgres", "s3", "proxy"} <= set(services)
    assert services["api"]["command"] == ["serve"]
    assert services["worker"]["command"] == ["worker"]


def test_every_service_is_hardened_and_its_image_pinned(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["user"] == "10001:10001", name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert PINNED.fullmatch(service["image"]), name
        assert "privileged" not in service, name


def test_no_secret_stands_in_the_file(composition: dict[str, Any], services: dict[str, Any]) -> None:
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            assert not SECRET.search(name) or value.startswith("/run/secrets/"), name
        assert set(service.get("secrets", [])) <= set(composition["secrets"])
    assert all(set(secret) == {"file"} for secret in composition["secrets"].values())
    assert not re.search(r"://[^/\s:]+:(?!THE_PASSWORD)[^@\s]+@", (ROOT / "compose.yaml").read_text())


def test_only_the_proxy_is_reached_from_outside_and_only_from_this_machine(services: dict[str, Any]) -> None:
    open_to = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert set(open_to) == {"proxy"}
    assert all(port.startswith("127.0.0.1:") for port in open_to["proxy"])
