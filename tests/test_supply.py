"""The audit that cannot pass by auditing nothing, and the bill of materials."""

from __future__ import annotations

import json
import re
import sys

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests import audit, sbom

LOCK = """\
# a comment
aaa==1.2 ; sys_platform == 'linux' or sys_platform == 'darwin' \\
    --hash=sha256:00
    # via b
B_b==2.0 \\
    --hash=sha256:01
win==3 ; sys_platform == 'win32' \\
    --hash=sha256:02
"""
A, B = {"name": "aaa", "version": "1.2", "vulns": []}, {"name": "b-b", "version": "2.0", "vulns": []}


def test_a_lock_that_was_audited_whole_passes() -> None:
    assert audit.judge({"dependencies": [A, B]}, LOCK) == []


@pytest.mark.parametrize(
    "found",
    [
        [],
        [A],
        [A, {**B, "version": "1.0"}],
        [A, {"name": "b-b", "skip_reason": "not found"}],
    ],
)
def test_one_that_was_not_does_not(found: list[object]) -> None:
    assert "not audited: b-b 2.0" in audit.judge({"dependencies": found}, LOCK)


def test_a_lock_that_names_nothing_was_not_audited() -> None:
    for lock in ("", "# nothing\n", "win==3 ; sys_platform == 'win32' \\\n    --hash=sha256:02\n"):
        assert audit.judge({"dependencies": [A, B]}, lock) == ["not audited: the lock names no package"]


@pytest.mark.parametrize(
    ("program", "status", "told"),
    [
        ("import sys; sys.exit('no such service')", 2, "not audited: no such service"),
        ("pass", 2, "not audited: no answer"),
        ("print('[]')", 2, "not audited: no answer"),
        ("print('<html>')", 2, "not audited"),
        ("print('{}')", 1, "not audited: pydantic"),
        ("""print('{"dependencies": []}')""", 1, "not audited: pydantic"),
        (
            """print('{"dependencies": [{"name": "pydantic", "skip_reason": "x"}]}')""",
            1,
            "not audited: pydantic",
        ),
    ],
)
def test_a_service_that_tells_nothing_is_no_audit(
    program: str,
    status: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(audit, "COMMAND", (sys.executable, "-c", program))
    assert audit.main() == status
    assert told in "".join(capsys.readouterr())


def test_an_audit_that_ends_badly_passes_for_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    every = [{"name": name, "version": n, "vulns": []} for name, n in audit.locked(audit.LOCK.read_text())]
    for status, found in ((0, 0), (3, 1)):
        program = f"import sys; print({json.dumps({'dependencies': every})!r}); sys.exit({status})"
        monkeypatch.setattr(audit, "COMMAND", (sys.executable, "-c", program))
        assert audit.main() == found
    assert "ended with 3" in capsys.readouterr().out


def test_the_true_program_without_its_service_audits_nothing_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert audit.main() != 0
    assert "not audited" in "".join(capsys.readouterr())


def test_a_weakness_is_named_with_what_mends_it() -> None:
    flaw = {"id": "PYSEC-1", "fix_versions": ["1.3"]}
    assert audit.judge({"dependencies": [{**A, "vulns": [flaw]}, B]}, LOCK) == [
        "weak: aaa 1.2: PYSEC-1, mended in 1.3"
    ]


def test_the_bill_of_materials_is_valid_and_names_the_lock_and_what_its_wheels_carry() -> None:
    made = sbom.made()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(made)) is None
    named = {
        (each["name"].lower().replace("_", "-").replace(".", "-"), each.get("version"))
        for each in made["components"]
    }
    assert set(audit.locked(audit.LOCK.read_text())) <= named
    own = [each for each in made["components"] if "properties" not in each]
    lines = re.findall(r"^[A-Za-z0-9]\S*==\S+", audit.LOCK.read_text(), re.MULTILINE)
    assert len(own) == len(lines) == len(set(lines)) > 100, "each package of the lock once, on any system"
    carried = {each["name"] for each in made["components"] if "properties" in each}
    assert {"ffmpeg", "libavcodec", "libheif", "libde265"} <= carried
    assert all(version[0].isdigit() or version.startswith("n") for version in sbom.bundled().values())


def test_the_decoders_are_past_the_weakness_that_was_known() -> None:
    """FFmpeg 8.1.2 mends CVE-2026-8461; its libavcodec is 62.28.102."""
    found = sbom.bundled()
    numbers = {key: tuple(map(int, value.split("."))) for key, value in found.items() if value[0].isdigit()}
    assert numbers["ffmpeg", "av"] >= (8, 1, 2)
    assert numbers["libavcodec", "opencv-python-headless"] >= (62, 28, 102)
