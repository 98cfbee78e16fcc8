from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence.check import RefusedError
from evidence.fault import FaultError
from evidence.handover import REPORT_BYTES
from evidence.model import (
    Answer,
    Element,
    Expectation,
    Finding,
    MediaFacts,
    Outcome,
    Report,
    Still,
    Subject,
    say,
)
from evidence.spawn import LINE_BYTES, Child, Progress

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
JPEG = b"\xff\xd8 a still \xff\xd9"
DIGEST = "sha256:" + hashlib.sha256(JPEG).hexdigest()

# A child says this when all went well; the report lies in its folder.
DONE = """print('{"report": "report.json"}')"""


def report(**changed: object) -> Report:
    finding = Finding.of("clock.order", Outcome.PASS, say("{n} of 3 clocks agree.", n=3), stills=[DIGEST])
    made = Report(
        engine="sixface 0.1.0",
        profile="unboxing",
        examined_at=NOW,
        subject=Subject(digest=DIGEST, bytes=len(JPEG), name="a.mp4"),
        media=MediaFacts(kind="video", container="mp4", width=2, height=2),
        asks={Element.TIMELINESS: ("clock",)},
        answers=(Answer(check="clock", version=1, findings=(finding,)),),
        stills=(Still(digest=DIGEST, path="stills/one.jpg", at=timedelta(0), what="clock"),),
    )
    return made.model_copy(update=changed)


class Stand(Child):
    """A child that runs a Python program of the test in place of an examination."""

    program = ""
    given: object = None

    def _command(self, work: Path) -> list[str]:
        command = super()._command(work)
        opening = "import json, os, signal, sys, time; given = json.loads(sys.argv[1])\n"
        return [*command[:2], "-c", opening + textwrap.dedent(self.program), json.dumps(self.given)]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


Starting = Callable[..., Child]


@pytest.fixture
def child(tmp_path: Path, out: Path) -> Starting:
    """Starts a program that may use `given`; its folder is the working directory."""

    def made(program: str, given: object = None, **more: object) -> Child:
        file = tmp_path / "film.mp4"
        file.write_bytes(b"any")
        stand = Stand(file, profile="unboxing", out=out, now=NOW, **more)  # type: ignore[arg-type]
        stand.program, stand.given = program, given
        return stand

    return made


WRITES = """
os.mkdir("stills")
open("stills/one.jpg", "wb").write(bytes.fromhex(given["jpeg"]))
open("stills/scrap.jpg", "wb").write(b"not named by the report")
open("report.json", "w").write(given["report"])
print('{"report": "report.json"}')
"""


def written(made: Report | str) -> dict[str, str]:
    text = made if isinstance(made, str) else made.model_dump_json()
    return {"report": text, "jpeg": JPEG.hex()}


def left(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def faulted(child: Child) -> str:
    with pytest.raises(FaultError) as caught:
        child.wait()
    assert str(caught.value).endswith(".")
    return caught.value.code


def test_the_report_and_its_stills_are_delivered_and_nothing_else(child: Starting, out: Path) -> None:
    assert child(WRITES, written(report())).wait() == report()
    assert left(out) == ["report.json", "stills", "stills/one.jpg"]
    assert Report.model_validate_json((out / "report.json").read_bytes()) == report()


def test_progress_is_told_as_it_comes(child: Starting) -> None:
    heard: list[Progress] = []
    lines = """
    for share, at in ((0.25, 1.5), (None, 2)):
        print(json.dumps({"progress": share, "at": at}), flush=True)
    """
    child(textwrap.dedent(lines) + WRITES, written(report())).wait(heard.append)
    assert heard == [Progress(0.25, timedelta(seconds=1.5)), Progress(None, timedelta(seconds=2))]


def test_a_listener_that_breaks_ends_the_child(child: Starting, out: Path) -> None:
    def broken(_: Progress) -> None:
        raise InterruptedError

    started = time.monotonic()
    with pytest.raises(InterruptedError):
        child('print(\'{"progress": 0, "at": 0}\', flush=True); time.sleep(60)').wait(broken)
    assert time.monotonic() - started < 30
    assert left(out) == []


def test_a_refusal_is_raised_with_its_sentence(child: Starting, out: Path) -> None:
    line = {"refused": {"code": "refused.empty", "text": "{name} is empty.", "values": {"name": "开箱"}}}
    with pytest.raises(RefusedError, match=r"^开箱 is empty\.$") as caught:
        child("print(json.dumps(given)); sys.exit(65)", line).wait()
    assert caught.value.code == "refused.empty"
    assert left(out) == []


def test_a_fault_is_raised_with_its_sentence(child: Starting) -> None:
    line = {"fault": {"code": "fault.memory", "text": "Too much."}}
    assert faulted(child("print(json.dumps(given)); sys.exit(70)", line)) == "fault.memory"


def words(text: str, values: dict[str, object] | None = None, code: str = "refused.empty") -> object:
    return {"refused": {"code": code, "text": text, "values": values or {}}}


@pytest.mark.parametrize(
    "line",
    [
        words("{name.__class__.__mro__}", {"name": "x"}),
        words("{name[0]}", {"name": "x"}),
        words("{name!r}", {"name": "x"}),
        words("{name:>999999999}", {"name": "x"}),
        words("{number:.999999999f}", {"number": 1.5}),
        words("{number:d}", {"number": "x"}),
        words("{absent}"),
        words("{}", {"": "x"}),
        words("{name", {"name": "x"}),
        words("x" * 5000),
        words("A sentence.", code="../../etc"),
        {"refused": {"code": "refused.empty"}},
        {"refused": "a text"},
        {"progress": 2, "at": 1},
        {"progress": 0.5, "at": -1},
        {"progress": 0.5, "at": float("nan")},
        {"progress": 0.5, "at": float("inf")},
        {"progress": 0.5, "at": 1e300},
        {"unknown": 1},
        ["report"],
    ],
)
def test_a_line_that_is_no_line_of_the_protocol_is_not_believed(child: Starting, line: object) -> None:
    assert faulted(child("print(json.dumps(given)); sys.exit(65)", line)) == "fault.broke"


@pytest.mark.parametrize(
    "program",
    [
        "",
        "sys.exit(65)",
        "sys.exit(70)",
        "sys.exit(64)",
        DONE + "; sys.exit(65)",
        DONE,  # and there is none
        "print('no JSON'); sys.exit(0)",
        'sys.stdout.buffer.write(b"\\xff\\xfe\\n")',
        'print("[" * 60000)',
        f'print("x" * {LINE_BYTES + 1}); time.sleep(60)',
        'while True: print(\'{"progress": 0.5, "at": 1}\')',
        "while True: print('x' * 1000, file=sys.stderr)",
        f'open("report.json", "w").write(" " * {REPORT_BYTES + 1}); {DONE}',
        f'os.mkfifo("report.json"); {DONE}',
        f'os.mkdir("report.json"); {DONE}',
        f'os.symlink("/etc/passwd", "report.json"); {DONE}',
        f'open("report.json", "w").write("{{}}"); {DONE}',
    ],
)
def test_an_ending_without_a_usable_answer_is_a_fault(child: Starting, program: str, out: Path) -> None:
    assert faulted(child(program)) == "fault.broke"
    assert left(out) == []


def still(path: str, digest: str = DIGEST) -> dict[str, object]:
    return {"stills": (Still(digest=digest, path=path, at=timedelta(0), what="clock"),)}


def wording(text: str) -> dict[str, object]:
    made = report().model_dump(mode="json")
    made["answers"][0]["findings"][0]["wording"]["says"]["text"] = text
    return made


@pytest.mark.parametrize(
    "made",
    [
        report(profile="defect_photo"),
        report(**still("../film.mp4")),
        report(**still("/etc/passwd")),
        report(**still("stills/../report.json")),
        report(**still("stills/.hidden.jpg")),
        report(**still("stills/two.jpg")),
        report(**still("stills/one.jpg", "sha256:" + "0" * 64)),
        json.dumps(wording("{n.__class__}")),
        json.dumps(wording("{n:9999999}")),
        json.dumps({**report().model_dump(mode="json"), "answers": [{}]}),
        report().model_dump_json()[:-9],
    ],
)
def test_a_report_that_is_not_sound_is_not_delivered(child: Starting, made: Report | str, out: Path) -> None:
    assert faulted(child(WRITES, written(made))) == "fault.broke"
    assert left(out) == []


def test_a_still_that_is_a_link_is_not_followed(child: Starting, tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(JPEG)
    linking = WRITES + "os.unlink('stills/one.jpg'); os.symlink(given['secret'], 'stills/one.jpg')"
    given = {**written(report()), "secret": str(tmp_path / "secret.jpg")}
    assert faulted(child(linking, given)) == "fault.broke"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGKILL, "fault.killed"),
        (signal.SIGXCPU, "fault.cpu"),
        (signal.SIGSEGV, "fault.crashed"),
        (signal.SIGTERM, "fault.crashed"),
    ],
)
def test_a_death_by_signal_has_its_sentence(child: Starting, number: int, code: str) -> None:
    assert faulted(child(f"{DONE}; sys.stdout.flush(); os.kill(os.getpid(), {number:d})")) == code


@pytest.mark.parametrize(
    "program",
    [
        "time.sleep(60)",
        'while True: print(\'{"progress": 0.5, "at": 1}\', flush=True); time.sleep(0.01)',
        "os.close(1); os.close(2); time.sleep(60)",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
    ],
)
def test_time_ends(child: Starting, program: str) -> None:
    started = time.monotonic()
    assert faulted(child(program, wall=timedelta(seconds=0.5))) == "fault.time"
    assert time.monotonic() - started < 20


def alive(process: int) -> bool:
    if not Path("/proc").exists():
        pytest.skip("there is no /proc here to see processes in")
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


GROUP = """
import subprocess
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(json.dumps({"progress": None, "at": os.getpid()}), flush=True)
print(json.dumps({"progress": None, "at": inner.pid}), flush=True)
time.sleep(60)
"""


def test_kill_ends_the_whole_group(child: Starting, out: Path) -> None:
    heard: list[int] = []
    stand = child(GROUP)

    def note(progress: Progress) -> None:
        heard.append(round(progress.at.total_seconds()))
        if len(heard) == 2:
            threading.Thread(target=stand.kill).start()

    with pytest.raises(FaultError) as caught:
        stand.wait(note)
    assert caught.value.code == "fault.stopped"
    eventually(lambda: not any(map(alive, heard)))
    assert left(out) == []
    stand.kill()  # once more does nothing


def test_kill_may_come_first(child: Starting) -> None:
    stand = child("print('started')")
    stand.kill()
    stand.kill()
    assert faulted(stand) == "fault.stopped"


def test_kill_after_the_end_touches_nothing(child: Starting) -> None:
    stand = child(WRITES, written(report()))
    made = stand.wait()
    stand.kill()
    assert made == report()
    with pytest.raises(RuntimeError, match="runs once"):
        stand.wait()


TELLS = """
def tell(text):
    print(json.dumps({"fault": {"code": "fault.broke", "text": "{e}", "values": {"e": text}}}))
    sys.exit(70)

"""


def test_the_parents_environment_stays_with_the_parent(
    child: Starting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIXFACE_SECRET_KEY", "a secret")
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    telling = TELLS + "tell(json.dumps(dict(os.environ)))"
    with pytest.raises(FaultError) as caught:
        child(telling).wait()
    told = json.loads(str(caught.value))
    told.pop("LC_CTYPE", None)  # Python's own coercion
    assert set(told) <= {
        *("LANG", "PYTHONUTF8", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYDANTIC_DISABLE_PLUGINS"),
        *("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"),
        *("MALLOC_ARENA_MAX", "GLIBC_TUNABLES"),
    }
    assert "a secret" not in str(caught.value)


def test_the_parents_files_stay_with_the_parent(child: Starting, tmp_path: Path) -> None:
    with (tmp_path / "kept").open("w") as kept:
        os.set_inheritable(kept.fileno(), True)
        looking = f"tell(str(os.path.exists('/dev/fd/{kept.fileno()}')))"
        with pytest.raises(FaultError, match="False"):
            child(TELLS + looking).wait()


def test_the_order_is_told_on_stdin(child: Starting) -> None:
    expected = Expectation(tracking_number="SF123 {x} %d", received_at=NOW)
    telling = TELLS + "tell(sys.stdin.read())"
    with pytest.raises(FaultError) as caught:
        child(telling, expected=expected).wait()
    assert Expectation.model_validate_json(str(caught.value)) == expected


def test_waiting_costs_the_parent_no_time(child: Starting) -> None:
    before = time.process_time()
    child("time.sleep(1.5)\n" + WRITES, written(report())).wait()
    assert time.process_time() - before < 0.5


def test_what_is_written_to_stderr_is_for_the_log_and_bounded(
    child: Starting, caplog: pytest.LogCaptureFixture
) -> None:
    program = "print('first ' + 'x' * 100000 + '\\nforged line\\x1b[31m last', file=sys.stderr); sys.exit(3)"
    with pytest.raises(FaultError) as caught:
        child(program).wait()
    assert "last" not in str(caught.value)
    assert "last" in caplog.text
    assert "first" not in caplog.text
    assert "\x1b" not in caplog.text
    assert len(caplog.text.splitlines()) == 1


def test_an_unknown_profile_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="there is no profile 'sealing'"):
        Child(tmp_path / "x", profile="sealing", out=tmp_path, now=NOW)


def test_a_missing_interpreter_is_a_fault(child: Starting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert faulted(child("")) == "fault.broke"
