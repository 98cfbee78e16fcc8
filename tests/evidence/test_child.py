from __future__ import annotations

import ctypes
import hashlib
import io
import json
import os
import shlex
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from evidence import profile
from evidence.check import RefusedError
from evidence.fault import FaultError
from evidence.model import Expectation, Report
from evidence.spawn import Child, Progress, examine_file

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
FRAMES = 12

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is one of Linux")


def film_bytes(frames: int = FRAMES) -> bytes:
    picture = np.random.default_rng(1).integers(0, 255, (120, 160, 3), np.uint8)
    stored = io.BytesIO()
    with av.open(stored, "w", "mp4") as made:
        stream = made.add_stream("libx264", 30)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for shift in range(frames):
            made.mux(stream.encode(av.VideoFrame.from_ndarray(np.roll(picture, shift, 1), "rgb24")))
        made.mux(stream.encode(None))
    return stored.getvalue()


def photo_bytes() -> bytes:
    stored = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(stored, "JPEG")
    return stored.getvalue()


@pytest.fixture(scope="module")
def film() -> bytes:
    return film_bytes()


@pytest.fixture
def place(tmp_path: Path) -> Callable[[str, bytes], Path]:
    folder = tmp_path / "in"
    folder.mkdir()

    def placed(name: str, content: bytes) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return placed


Place = Callable[[str, bytes], Path]


def command(file: str | Path, out: Path, *more: str, name: str = "unboxing") -> list[str]:
    return [sys.executable, "-m", "evidence", str(file), "--profile", name, "--out", str(out), *more]


def run(*arguments: str, cwd: Path = ROOT) -> tuple[int, list[dict[str, object]], str]:
    done = subprocess.run(list(arguments), cwd=cwd, capture_output=True, text=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_a_film_becomes_a_report(place: Place, film: bytes, tmp_path: Path) -> None:
    expected = Expectation(tracking_number="SF1")
    file = place("film.mp4", film)
    heard: list[Progress] = []
    made = examine_file(
        file, profile="unboxing", out=tmp_path / "out", now=NOW, expected=expected, progress=heard.append
    )
    assert made.subject.digest == "sha256:" + hashlib.sha256(film).hexdigest()
    assert (made.subject.bytes, made.subject.name) == (len(film), "film.mp4")
    assert (made.media.kind, made.media.container, made.media.frames) == ("video", "mp4", FRAMES)
    assert (made.media.width, made.media.height) == (160, 120)
    assert made.examined_at == NOW
    assert made.expected == expected
    assert made.engine.startswith("sixface ")
    assert [answer.check for answer in made.answers] == list(profile.load("unboxing").checks)
    assert heard
    assert all(p.share is None or 0 <= p.share <= 1 for p in heard)
    assert Report.model_validate_json((tmp_path / "out" / "report.json").read_bytes()) == made


@pytest.mark.parametrize("name", ["defect_photo", "label_photo"])
def test_a_photo_becomes_a_report(place: Place, tmp_path: Path, name: str) -> None:
    made = examine_file(place("a.png", photo_bytes()), profile=name, out=tmp_path / "out", now=NOW)
    assert (made.media.kind, made.media.container, made.media.width) == ("photo", "jpeg", 320)


def test_the_command_line_is_the_protocol(place: Place, film: bytes, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    status, lines, _ = run(*command(place("film.mp4", film), out, "--now", "2026-11-21T16:00:00+08:00"))
    assert status == 0
    assert lines[-1]["report"] == "report.json"
    # What each check took is told beside the report, which holds none of it.
    written = json.loads((out / "report.json").read_text())
    assert [answer["check"] for answer in written["answers"]] == list(lines[-1]["seconds"])
    assert all(0 <= took < 60 for took in lines[-1]["seconds"].values())
    assert all(set(line) == {"progress", "at"} for line in lines[:-1])
    assert written["examined_at"] == "2026-11-21T08:00:00Z"
    assert written["verdict"] in {"sound", "flawed", "review"}
    assert not list(out.glob("*.part"))


def test_it_is_found_from_anywhere(place: Place, film: bytes, tmp_path: Path) -> None:
    """The parent's folder, path and variables do not decide where the child's code comes from."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from datetime import UTC, datetime; from pathlib import Path\n"
        "from evidence.spawn import examine_file\n"
        "file, out = map(Path, sys.argv[1:])\n"
        "print(examine_file(file, profile='unboxing', out=out, now=datetime.now(UTC)).engine)"
    )
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "__init__.py").write_text("raise SystemExit('not this one')")
    arguments = [sys.executable, "-P", "-c", program, str(place("f.mp4", film)), str(tmp_path / "out")]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("sixface "), done.stderr


def refusal(file: Path, out: Path, name: str = "unboxing") -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        examine_file(file, profile=name, out=out, now=NOW)
    assert str(caught.value).endswith(".")
    assert not out.exists() or not list(out.iterdir())
    return caught.value


def test_what_is_no_file_is_refused(place: Place, tmp_path: Path) -> None:
    folder = place("x", b"").parent
    os.mkfifo(folder / "pipe")
    out = tmp_path / "out"
    assert refusal(folder, out).code == "refused.not_a_file"
    assert refusal(folder / "pipe", out).code == "refused.not_a_file"
    assert refusal(Path("/dev/zero"), out).code == "refused.not_a_file"
    assert refusal(folder / "absent", out).code == "refused.missing"
    assert refusal(folder / ("x" * 300), out).code == "refused.missing"
    assert refusal(folder / "x" / "y", out).code == "refused.missing"
    assert refusal(folder / "x", out).code == "refused.empty"


def test_a_file_that_may_not_be_read_is_refused(place: Place) -> None:
    file = place("closed.mp4", b"any")
    file.chmod(0)
    program = (
        "import os, sys; from pathlib import Path; from evidence import child\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "child._opened(Path(sys.argv[1]), 'closed.mp4', 99)"
    )
    for folder in file.parents:
        if folder.stat().st_uid == os.geteuid() and str(folder).startswith(("/tmp/", "/var/")):  # noqa: S108
            folder.chmod(0o755)
    _, _, errors = run(sys.executable, "-c", program, str(file))
    assert "RefusedError: closed.mp4 may not be read; give this account the right to read it." in errors


def test_too_large_a_file_is_refused_unread(place: Place, tmp_path: Path) -> None:
    file = place("huge.mp4", b"")
    os.truncate(file, 5 * 10**9)
    refused = refusal(file, tmp_path / "out")
    assert refused.code == "refused.too_large"
    assert str(refused).startswith("The file has 5000.0 MB, and at most 4295.0 MB are examined")


def test_the_wrong_kind_is_told_the_right_profile(place: Place, film: bytes, tmp_path: Path) -> None:
    photo = refusal(place("p.mp4", photo_bytes()), tmp_path / "out")
    assert photo.code == "refused.wrong_kind"
    assert "defect_photo, label_photo" in str(photo)
    moving = refusal(place("f.jpg", film), tmp_path / "out", "label_photo")
    assert moving.code == "refused.wrong_kind"
    assert "unboxing" in str(moving)


NAMES = ["--out=x", "📦 开箱\n%d%s{x}{0} '\"$(id)\N{RIGHT-TO-LEFT OVERRIDE}gpj.mp4"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_data(place: Place, film: bytes, tmp_path: Path, name: str) -> None:
    made = examine_file(place(name, film), profile="unboxing", out=tmp_path / "out", now=NOW)
    assert made.subject.name == name
    assert name in str(refusal(tmp_path / name, tmp_path / "none"))


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("", ""),
        ("-../../etc/passwd", "-../../etc/passwd"),
        ("nul\0 latin\udce9" + "x" * 4096, "nul\N{REPLACEMENT CHARACTER} latin?" + "x" * 1013),
    ],
)
def test_what_the_user_called_it_is_data(
    place: Place, film: bytes, tmp_path: Path, shown: str, kept: str
) -> None:
    made = examine_file(place("f", film), profile="unboxing", out=tmp_path / "out", now=NOW, name=shown)
    assert made.subject.name == kept


def test_a_file_name_in_another_encoding_is_read(film: bytes, tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp4"))
    file.write_bytes(film)
    assert examine_file(file, profile="unboxing", out=tmp_path / "out", now=NOW).subject.name == "caf?.mp4"


class Watch:
    """Whether somebody opened a file, by the kernel's word."""

    def __init__(self, *files: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._events = libc.inotify_init1(os.O_NONBLOCK)
        on_open = 0x20
        for file in files:
            assert libc.inotify_add_watch(self._events, os.fsencode(file), on_open) > 0

    def opened(self) -> bool:
        try:
            return len(os.read(self._events, 4096)) >= struct.calcsize("iIII")
        except BlockingIOError:
            return False
        finally:
            os.close(self._events)


@linux
def test_the_watch_sees_an_opening(place: Place) -> None:
    file = place("seen", b"x")
    watch = Watch(file)
    file.read_bytes()
    assert watch.opened()


LISTS = {
    "HLS": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{canary}\n#EXTINF:1,\n{url}\n#EXT-X-ENDLIST\n",
    "ffconcat": "ffconcat version 1.0\nfile '{canary}'\nfile '{url}'\n",
    "DASH": '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" '
    'bandwidth="1"><BaseURL>{canary}</BaseURL></Representation></AdaptationSet></Period></MPD>\n',
    "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n",
    "SVG": '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    '<image xlink:href="{canary}"/><image xlink:href="{url}"/></svg>\n',
    "EPS": "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n({canary}) (r) file\n",
    "text": "This is only text, {canary}.\n",
}


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@linux
@pytest.mark.parametrize("kind", LISTS)
def test_a_list_of_media_is_no_media(place: Place, tmp_path: Path, server: socket.socket, kind: str) -> None:
    canary = place("canary.mp4", film_bytes())
    port = server.getsockname()[1]
    text = LISTS[kind].format(canary=canary, url=f"http://127.0.0.1:{port}/x.ts", port=port)
    listed = place("list.mp4", text.encode())
    watch = Watch(canary)
    assert refusal(listed, tmp_path / "out").code in {"refused.playlist", "refused.not_media"}
    assert not watch.opened()
    with pytest.raises(BlockingIOError):
        server.accept()


def test_wrong_usage_has_its_own_status(tmp_path: Path, place: Place) -> None:
    facts = place("facts.json", b'{"order_number": 5}')
    for more in (["--now", "2026-11-21"], ["--expect", str(facts)], ["--trust", str(facts)]):
        status, lines, errors = run(*command("x.mp4", tmp_path, *more))
        assert (status, lines) == (64, [])
        assert errors.startswith("python -m evidence: ")
        assert len(errors.splitlines()) == 1
    assert run(*command("x.mp4", tmp_path, name="none"))[0] == 64


def test_a_disk_without_room_is_a_fault(place: Place, film: bytes, tmp_path: Path) -> None:
    """A limit on file sizes stands in for a full disk; a report of more than one block does not fit."""
    limited = "ulimit -f 0; exec " + shlex.join(command(place("f.mp4", film), tmp_path / "out"))
    status, lines, _ = run("sh", "-c", limited)
    assert status == 70
    assert lines[-1]["fault"]["code"] == "fault.full"  # type: ignore[index]
    assert not (tmp_path / "out" / "report.json").exists()


def test_a_file_that_changes_meanwhile_is_a_fault(place: Place, film: bytes, tmp_path: Path) -> None:
    file = place("f.mp4", film)
    program = (
        "import sys; from evidence import command, gate\n"
        "growing, sniff = open(sys.argv[1], 'ab', 0), gate.sniff\n"
        "gate.sniff = lambda file: (growing.write(b'more'), sniff(file))[1]\n"
        "sys.exit(command.main(sys.argv[1:]))"
    )
    status, lines, _ = run(sys.executable, "-c", program, *command(file, tmp_path / "out")[3:])
    assert status == 70
    assert lines[-1]["fault"]["code"] == "fault.changed"  # type: ignore[index]


BREAKING = {
    "MemoryError()": ("fault.memory", "needs more memory"),
    "KeyError('secret')": ("fault.broke", "(KeyError)"),
    "OSError(28, 'x')": ("fault.full", "no room"),
}


@pytest.mark.parametrize("raised", BREAKING)
def test_what_breaks_says_so_in_one_sentence(place: Place, tmp_path: Path, raised: str) -> None:
    code, sentence = BREAKING[raised]
    program = (
        "import sys; from evidence import command, gate\n"
        "def sniff(_):\n print('a library prints')\n raise " + raised + "\n"
        "gate.sniff = sniff\nsys.exit(command.main(sys.argv[1:]))"
    )
    status, lines, errors = run(
        sys.executable, "-c", program, *command(place("f.mp4", b"any"), tmp_path / "out")[3:]
    )
    assert status == 70
    fault = lines[-1]["fault"]
    assert fault["code"] == code  # type: ignore[index]
    assert sentence in fault["text"].format_map(fault["values"])  # type: ignore[index]
    assert "secret" not in json.dumps(lines)
    assert "a library prints" in errors


def test_a_film_that_outruns_its_claim_has_no_share() -> None:
    from evidence.child import _credible  # noqa: PLC0415 - private, and only here

    limits = profile.load("unboxing").limits
    assert _credible(None, limits) is None
    assert _credible(timedelta(0), limits) is None
    assert _credible(timedelta(seconds=-1), limits) is None
    assert _credible(limits.duration + timedelta(seconds=1), limits) is None
    assert _credible(timedelta(seconds=40), limits) == timedelta(seconds=40)


def sparse(place: Place) -> Path:
    """A file that takes seconds to hash."""
    file = place("slow.mp4", b"")
    os.truncate(file, 4 * 2**30)
    return file


def alive(process: int) -> bool:
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


def test_kill_ends_it_and_leaves_nothing(place: Place, tmp_path: Path) -> None:
    child = Child(sparse(place), profile="unboxing", out=tmp_path / "out", now=NOW)
    timer = threading.Timer(0.5, child.kill)
    timer.start()
    with pytest.raises(FaultError) as caught:
        child.wait()
    timer.join()
    assert caught.value.code == "fault.stopped"
    assert list((tmp_path / "out").iterdir()) == []


@linux
@pytest.mark.parametrize("end", ["os._exit(0)", "sys.exit(0)"], ids=["its process", "its thread"])
def test_it_dies_with_whoever_waits_for_it(place: Place, tmp_path: Path, end: str) -> None:
    """Of the process that waits, or of its waiting thread, here both: no examination is left running."""
    program = f"""
import os, sys, threading, time
from datetime import UTC, datetime
from pathlib import Path
from evidence.spawn import Child
child = Child(Path(sys.argv[1]), profile="unboxing", out=Path(sys.argv[2]), now=datetime.now(UTC))
threading.Thread(target=child.wait, daemon=True).start()
while child._process is None:
    time.sleep(0.01)
time.sleep(0.6)
print(child._process.pid, flush=True)
{end}
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(sparse(place)), str(tmp_path / "out")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    process = int(done.stdout)
    eventually(lambda: not alive(process))


@linux
def test_a_photo_of_108_megapixels_takes_little_memory(tmp_path: Path) -> None:
    stored = tmp_path / "large.jpg"
    Image.new("RGB", (12_000, 9_000), (90, 120, 60)).save(stored, quality=30)
    # A process starts with the peak of the one that started it, which here has just drawn the picture.
    between = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    words = command(stored, tmp_path / "out", name="defect_photo")
    done = subprocess.run(
        [sys.executable, "-c", between, *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 400 * 1024  # KiB; measured 142 MiB, a child alone has 60


@linux
def test_a_child_whose_parent_has_ended_makes_no_folder(place: Place, film: bytes, tmp_path: Path) -> None:
    """It lay in that folder, which whoever came after the parent has swept."""
    file, out = place("film.mp4", film), tmp_path / "swept" / "out"
    status, _, _ = run(*command(file, out, "--parent", "1"))
    assert status != 0
    assert not out.parent.exists()
