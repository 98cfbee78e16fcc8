from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest
import typer

from api import cli
from tests.api.conftest import ROOT, Run
from tests.buckets import Server, fresh_bucket
from tests.postgres import Postgres

VERDICTS = {"sound": 0, "flawed": 1, "review": 2}
COMMANDS = (
    "check", "serve", "worker", "demo", "seal", "verify", "rulesets", "rulesets list", "rulesets show",
    "rulesets check", "profiles", "doctor", "audit", "deadlines",
    "case new", "case add", "case list", "case show", "case assess", "case event", "case state", "case faces",
    "case confirm",
)  # fmt: skip


def one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.rstrip().endswith(".") and "Traceback" not in text


def test_a_film_is_checked_and_the_status_is_its_verdict(film: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "api.cli", "check", film, "--json"]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    report = json.loads(done.stdout)
    assert done.returncode == VERDICTS[report["verdict"]]
    assert (report["schema_version"], report["profile"]) == (1, "unboxing")
    assert report["subject"]["name"] == "film.mp4"
    assert done.stderr == ""


def test_a_photo_is_checked_as_one(sixface: Run, photo: Path) -> None:
    assert json.loads(sixface("check", photo, "--json").stdout)["profile"] == "defect_photo"
    asked = sixface("check", photo, "--json", "--profile", "label_photo")
    assert json.loads(asked.stdout)["profile"] == "label_photo"


def test_people_read_a_report_in_their_language(
    sixface: Run, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = sixface("check", film).stdout
    assert "film.mp4" in english
    assert "What to do next" in english
    assert "film.mp4" in sixface("check", film, "--lang", "zh").stdout
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    chinese = sixface("check", film).stdout
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)


def test_a_report_is_written_whole(sixface: Run, film: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = sixface("check", film, "--out", out, "--json")
    report = json.loads(done.stdout)
    assert json.loads((out / "report.json").read_text()) == report
    assert "<html" in (out / "report.html").read_text()
    assert {path.name for path in out.iterdir()} <= {"report.json", "report.html", "stills"}
    for still in report["stills"]:
        assert (out / still["path"]).is_file()
    (out / "stills").mkdir(exist_ok=True)
    (out / "stills" / "old-1.jpg").write_bytes(b"of an earlier report")
    sixface("check", film, "--out", out)
    assert not (out / "stills" / "old-1.jpg").exists()


def test_several_files_are_an_array_and_the_worst_status(
    sixface: Run, film: Path, photo: Path, text: Path, tmp_path: Path
) -> None:
    done = sixface("check", film, photo, text, "--json", "--out", tmp_path / "out")
    reports = json.loads(done.stdout)
    assert [report["subject"]["name"] for report in reports] == ["film.mp4", "photo.jpg"]
    assert done.returncode == 65
    assert (tmp_path / "out" / "01" / "report.html").exists()
    assert (tmp_path / "out" / "02" / "report.json").exists()
    assert not (tmp_path / "out" / "03").exists()
    assert "text.mp4: " in done.stderr


def test_what_the_order_says_is_compared(sixface: Run, film: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text('{"order_number": "17", "not_before": "2026-11-20T00:00:00Z"}')
    report = json.loads(sixface("check", film, "--json", "--expect", facts).stdout)
    assert report["expected"]["order_number"] == "17"


def bad(tmp_path: Path, film: Path) -> dict[str, Path]:
    files = {
        "empty.mp4": b"",
        "text.mp4": b"only a text that was given another name\n" * 9,
        "playlist.mp4": b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\nfile:///etc/passwd\n",
        "cut.mp4": film.read_bytes()[: film.stat().st_size // 2],
        "../📦 箱.mp4": b"not a film, and oddly named, and so on and so forth",
    }
    made: dict[str, Path] = {}
    for name, content in files.items():
        path = tmp_path / name.replace("../", "..%2f")
        path.write_bytes(content)
        made[name] = path
    made["folder"] = tmp_path / "folder.mp4"
    made["folder"].mkdir()
    made["missing"] = tmp_path / "missing.mp4"
    os.mkfifo(tmp_path / "pipe.mp4")
    made["pipe"] = tmp_path / "pipe.mp4"
    return made


@pytest.mark.parametrize(
    "name", ["empty.mp4", "text.mp4", "playlist.mp4", "cut.mp4", "../📦 箱.mp4", "folder", "missing", "pipe"]
)
@pytest.mark.parametrize("how", [[], ["--json"]])
def test_bad_input_is_refused_in_one_sentence(
    sixface: Run, film: Path, tmp_path: Path, name: str, how: list[str]
) -> None:
    file = bad(tmp_path, film)[name]
    done = sixface("check", file, *how, "--out", tmp_path / "out")
    assert done.returncode == 65
    assert done.stdout == ""
    assert one_sentence(done.stderr), done.stderr
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_told(sixface: Run, film: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed.mp4"
    closed.write_bytes(film.read_bytes())
    closed.chmod(0)
    done = sixface("check", closed)
    closed.chmod(stat.S_IRUSR)
    assert done.returncode == 65
    assert one_sentence(done.stderr)


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["check", "x.mp4", "--profile", "nonsense"],
        ["check", "x.mp4", "--expect", "missing.json"],
        ["check", "x.mp4", "--nonsense"],
        ["check", "x.mp4", "--lang", "fr"],
        ["nonsense"],
        ["seal"],
        ["seal", "case_none"],
        ["case", "show", "case_none"],
        ["case", "new", "--ruleset", "none"],
        ["case", "new", "--zone", "Mars/Olympus"],
        ["case", "event", "case_none", "nonsense"],
        ["rulesets", "show", "none"],
        ["rulesets", "nonsense"],
        ["profiles", "none"],
        ["serve", "--port", "99999"],
    ],
)
def test_wrong_usage_is_told_in_one_sentence(sixface: Run, words: list[str]) -> None:
    done = sixface(*words)
    assert done.returncode == 64
    assert done.stdout == ""
    assert one_sentence(done.stderr), done.stderr


def test_a_setting_that_cannot_be_is_told(sixface: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIXFACE_PORT", "many")
    done = sixface("serve")
    assert done.returncode == 64
    assert "SIXFACE_PORT" in done.stderr
    assert one_sentence(done.stderr)


def test_facts_that_are_none_are_told(sixface: Run, film: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    for text in ("{", "[]", '{"tracking": 1}', '{"delivered_at": "2026-11-20"}'):
        facts.write_text(text)
        done = sixface("check", film, "--expect", facts)
        assert done.returncode == 64
        assert one_sentence(done.stderr), done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(sixface: Run, command: str) -> None:
    done = sixface(*command.split(), "--help")
    assert done.returncode == 0
    assert f"Example: sixface {command}" in " ".join(done.stdout.split())


def test_the_version_is_told(sixface: Run) -> None:
    done = sixface("--version")
    assert (done.returncode, done.stdout.split()[0]) == (0, "sixface")


def test_a_case_is_made_sealed_and_verified_without_a_server(
    sixface: Run, film: Path, photo: Path, tmp_path: Path
) -> None:
    case = sixface("case", "new", "--order", "17", "--reason", "Soap {x} [bold]").stdout.strip()
    added = sixface("case", "add", case, film, photo)
    assert added.returncode == 0, added.stderr
    assert [line.split()[-1] for line in added.stdout.splitlines()] == ["film.mp4", "photo.jpg"]
    assert case in sixface("case", "list").stdout
    sixface("case", "event", case, "return_delivered", "--at", "2026-11-20T10:42:00+08:00")
    stated = sixface(
        "case", "state", case, "V-04", "yes", "--by", "Wang", "--exhibit", "E1", "--from", "0", "--to", "1"
    )
    assert stated.returncode == 0, stated.stderr
    shown = sixface("case", "show", case).stdout
    assert all(word in shown for word in ("film.mp4", "Wang", "return delivered", "Soap {x} [bold]"))
    assessed = sixface("case", "assess", case, "--json")
    assert assessed.returncode in {1, 2}
    assert json.loads(assessed.stdout)["case_id"] == case
    assert "V-04" in sixface("case", "assess", case).stdout
    assert sixface("deadlines").returncode == 0
    unmet = sixface("seal", case, "--out", tmp_path / "claim.zip")
    assert (unmet.returncode, one_sentence(unmet.stderr)) == (1, True)
    assert not (tmp_path / "claim.zip").exists()
    sealed = sixface("seal", case, "--out", tmp_path / "claim.zip", "--incomplete")
    assert sealed.returncode == 0, sealed.stderr
    assert sixface("verify", tmp_path / "claim.zip").returncode == 0
    altered = bytearray((tmp_path / "claim.zip").read_bytes())
    altered[len(altered) // 2] ^= 1
    (tmp_path / "claim.zip").write_bytes(altered)
    wrong = sixface("verify", tmp_path / "claim.zip", "--json")
    assert wrong.returncode == 1
    assert json.loads(wrong.stdout)["mismatches"]


def test_what_is_no_bundle_is_told(sixface: Run, film: Path, tmp_path: Path) -> None:
    for path in (film, tmp_path / "none.zip", tmp_path):
        done = sixface("verify", path)
        assert done.returncode == 65
        assert one_sentence(done.stderr)


def test_the_doctor_looks_at_everything(sixface: Run) -> None:
    done = sixface("doctor")
    assert done.returncode == 0, done.stdout
    assert all(word in done.stdout for word in ("Python", "Sandbox", "av", "Data folder"))


@pytest.mark.parametrize("kind", ["moto", "ceph"])
def test_the_doctor_says_of_a_bucket_what_it_keeps_and_what_is_wrong(
    sixface: Run, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, kind: str
) -> None:
    server: Server = request.getfixturevalue(kind)
    for lockable, says in (
        (False, "no Object Lock"),
        (True, "proven" if kind == "ceph" else "wrong_checksum"),
    ):
        for name, value in server.settings(fresh_bucket(server, lockable=lockable)).items():
            monkeypatch.setenv(name, value)
        done = sixface("doctor")
        assert (done.returncode, says in done.stdout) == (0, True), done.stdout
    monkeypatch.setenv("SIXFACE_S3_BUCKET", "nobody-made-this")
    done = sixface("doctor")
    assert done.returncode == 70
    assert "SIXFACE_S3_BUCKET" in done.stdout
    monkeypatch.setenv("SIXFACE_S3_BUCKET", fresh_bucket(server))
    monkeypatch.setenv("SIXFACE_S3_LOCK_DAYS", "30")
    assert sixface("doctor").returncode == 70  # asked for, and not to be had


def test_the_doctor_says_of_a_database_how_it_is(
    sixface: Run, monkeypatch: pytest.MonkeyPatch, server: Postgres
) -> None:
    monkeypatch.setenv("SIXFACE_DATABASE", server.empty())
    done = sixface("doctor")
    assert done.returncode == 70
    assert "turn fsync and full_page_writes on" in done.stdout  # the tests' own server has them off
    assert "choose S3" in done.stdout
    server.keeps(True)
    done = sixface("doctor")
    server.keeps(False)
    assert (done.returncode, "tables at version" in done.stdout) == (0, True), done.stdout
    monkeypatch.setenv("SIXFACE_DATABASE", f"postgresql://six:s3cret@/absent?host={server.folder}")
    done = sixface("doctor")
    assert done.returncode == 70
    assert "cannot be reached" in done.stdout
    assert "s3cret" not in done.stdout + done.stderr
    assert one_sentence(sixface("case", "list").stderr)


def test_what_there_is_is_listed(sixface: Run) -> None:
    assert "tmall" in sixface("rulesets").stdout
    assert "V-01" in sixface("rulesets", "show", "tmall_unboxing").stdout
    assert "unboxing" in sixface("profiles").stdout
    assert json.loads(sixface("profiles", "unboxing", "--json").stdout)[0]["kind"] == "video"


def test_an_interruption_ends_cleanly(long_film: Path, tmp_path: Path) -> None:
    # What a shell puts into the background ignores the signal, and so does whatever it starts.
    heeding = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.SIG_DFL)\n"
        "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    )
    command = [sys.executable, "-c", heeding, "-m", "api.cli", "check", str(long_film)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANG": "en_US.UTF-8", "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    )
    deadline = time.monotonic() + 20
    while not list(tmp_path.glob("sixface-*/.examining-*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert (stdout, stderr) == ("", "Interrupted.\n")
    assert list(tmp_path.glob("sixface-*")) == []


def test_a_check_starts_without_what_it_does_not_need(photo: Path) -> None:
    program = (
        "import sys; sys.argv = ['sixface', 'check', sys.argv[1], '--json']\n"
        "from api import cli\n"
        "try:\n    cli.main()\n"
        "except SystemExit:\n"
        "    heavy = ('fastapi', 'sqlalchemy', 'dbos', 'boto3', 'av', 'cv2', 'numpy', 'PIL')\n"
        "    print(*[m for m in heavy if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, photo], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stderr.strip() == ""


def test_each_file_of_commands_holds_those_that_are_said_of_it() -> None:
    for file, commands in cli.COMMANDS.items():
        alone = typer.Typer()
        import_module(f"api.commands.{file}").join(alone)
        own = {each.name or each.callback.__name__ for each in alone.registered_commands if each.callback}
        assert own | {each.name for each in alone.registered_groups} == set(commands), file
