from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evidence.walls import landlock, sandbox
from evidence.walls.syscalls import MACHINES

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is a sandbox on Linux only")

# Each line is tried inside the sandbox: an expression, and what it must come to.
ATTEMPTS = {
    "read /etc/passwd": "open('/etc/passwd').read()",
    "read the environment of the first process": "open('/proc/1/environ').read()",
    "read its own environment": "open('/proc/self/environ').read()",
    "list the root": "os.listdir('/')",
    "list the home": "os.listdir(os.path.expanduser('~'))",
    "list the temporary folder": "os.listdir('/tmp')",
    "read a neighbour of the original": "open(neighbour).read()",
    "list the original's folder": "os.listdir(os.path.dirname(original))",
    "open the original again": "open(original).read()",
    "reach the original through its descriptor": "open('/proc/self/fd/%d' % handed.fileno()).read()",
    "read beside the modules of a source checkout": "open(os.path.join(root, 'pyproject.toml')).read()",
    "write the original": "open(original, 'a')",
    "write outside": "open(os.path.join(os.path.dirname(out), 'outside'), 'w')",
    "write into the package": "open(os.path.join(root, 'evidence', '__init__.py'), 'a')",
    "plant a check": "open(os.path.join(root, 'evidence', 'checks', 'planted.py'), 'w')",
    "link to a secret": "os.symlink(neighbour, os.path.join(out, 'link'))",
    "link hard to a secret": "os.link(neighbour, os.path.join(out, 'hard'))",
    "rename a secret into the folder": "os.rename(neighbour, os.path.join(out, 'mine'))",
    "remove the original": "os.unlink(original)",
    "change a mode": "os.chmod(neighbour, 0o777)",
    "change a time": "os.utime(neighbour)",
    "truncate by path": "os.truncate(neighbour, 0)",
    "make a pipe": "os.mkfifo(os.path.join(out, 'pipe'))",
    "make a device": "os.mknod(os.path.join(out, 'null'), 0o20666, os.makedev(1, 3))",
    "go elsewhere": "os.chdir('/')",
    "connect by TCP": "socket.create_connection(('127.0.0.1', port), 2)",
    "send by UDP": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', port))",
    "listen": "socket.socket().bind(('127.0.0.1', 0))",
    "open a local socket": "socket.socket(socket.AF_UNIX)",
    "open a pair of sockets": "socket.socketpair()",
    "start a process by fork": "os.fork() or os._exit(0)",
    "start a program": "os.execv('/bin/true', ['true'])",
    "start a program in a process": "subprocess.run(['/bin/true'], check=True)",
    "signal its parent": "os.kill(os.getppid(), 0)",
    "signal everyone": "os.kill(-1, 0)",
    "trace another": "call('ptrace', 16, os.getppid(), 0, 0)",
    "read another's memory": "call('process_vm_readv', os.getppid(), 0, 0, 0, 0, 0)",
    "leave the namespaces": "call('unshare', 0x10000000)",
    "join a namespace": "call('setns', 0, 0)",
    "mount": "call('mount', 0, 0, 0, 0, 0)",
    "change the root": "call('chroot', 0)",
    "load BPF": "call('bpf', 0, 0, 0)",
    "watch performance": "call('perf_event_open', 0, 0, 0, 0, 0)",
    "handle page faults": "call('userfaultfd', 0)",
    "use kernel keys": "call('keyctl', 0, 0, 0, 0, 0)",
    "use io_uring": "call('io_uring_setup', 1, 0)",
    "make a file without a name": "os.memfd_create('x')",
    "open by handle": "call('open_by_handle_at', 0, 0, 0)",
    "lift its limits": "call('prlimit64', 0, 7, 1, 0)",
    "slip the leash": "call('prctl', 1, 0, 0, 0, 0)",
    "be looked into": "call('prctl', 4, 1, 0, 0, 0)",
    "filter again": "call('seccomp', 1, 0, 0)",
    "type on the terminal": "fcntl.ioctl(0, 0x5412, b'x')",
    "run what it has written": "mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)",
}

# By the numbers of x86_64, aarch64; where the sandbox's own table does not need them.
NUMBERS = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "setns": (308, 268),
    "mount": (165, 40),
    "chroot": (161, 51),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "io_uring_setup": (425, 425),
    "open_by_handle_at": (304, 265),
}

OPENING = """
import fcntl, json, mmap, os, resource, socket, subprocess, sys, threading, time
from datetime import timedelta
from pathlib import Path
from evidence.walls import landlock, sandbox, seccomp, syscalls
from evidence.environment import ENVIRONMENT
given = json.loads(sys.argv[1])
original, neighbour, out, port, root = (given[k] for k in ("original", "neighbour", "out", "port", "root"))
numbers = {**given["numbers"], **syscalls.machine().numbers}
def call(name, *arguments):
    return syscalls.call(numbers[name], *arguments)
os.environ.update(ENVIRONMENT)
handed = open(original, "rb")
"""

ENTERING = """
before = time.process_time(), time.perf_counter()
walls = sandbox.confine(write=Path(out), cpu=timedelta(seconds=given["cpu"]), memory=3 << 30)
cost = time.process_time() - before[0], time.perf_counter() - before[1]
"""

TRIALS = """
found = {}
for name, attempt in given["attempts"].items():
    try:
        eval(attempt)
        found[name] = "done"
    except OSError as error:
        found[name] = error.errno
print(json.dumps({"found": found, "walls": walls.walls, "cost": cost, "handed": handed.read().decode()}))
"""


def machine_column() -> int:
    return [m.name for m in MACHINES].index(os.uname().machine)


class Room:
    """A folder with an original, a neighbour, and a place to write; and a listener beside it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.original = folder / "store" / "film.mp4"
        self.neighbour = folder / "store" / "secret.txt"
        self.out = folder / "out"
        self.port = port
        self.original.parent.mkdir()
        self.out.mkdir()
        self.original.write_text("the original")
        self.neighbour.write_text("a canary")

    def command(self, body: str, *, first: str = "", walls: bool = True, **more: object) -> list[str]:
        """Python that runs `first` outside the sandbox, enters it unless told otherwise, and runs `body`."""
        given = {
            "original": str(self.original),
            "neighbour": str(self.neighbour),
            "out": str(self.out),
            "port": self.port,
            "root": str(ROOT),
            "numbers": {name: pair[machine_column()] for name, pair in NUMBERS.items()},
            "cpu": 60,
            **more,
        }
        entering = ENTERING if walls else "walls, cost = sandbox.Confinement(()), 0\n"
        program = OPENING + textwrap.dedent(first) + entering + textwrap.dedent(body)
        return [sys.executable, "-c", program, json.dumps(given)]

    def run(self, body: str, **more: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(body, **more),  # type: ignore[arg-type]
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def room(tmp_path: Path, listener: socket.socket) -> Room:
    return Room(tmp_path, listener.getsockname()[1])


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory, listener: socket.socket) -> dict[str, object]:
    room = Room(tmp_path_factory.mktemp("tried"), listener.getsockname()[1])
    done = room.run(TRIALS, attempts=ATTEMPTS)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_what_it_may_not_do_is_refused(tried: dict[str, dict[str, object]], attempt: str) -> None:
    # EPERM by the filter, EACCES by Landlock, EXDEV for a rename across its border.
    assert tried["found"][attempt] in {1, 13, 18}


def test_the_file_that_was_handed_in_stays_readable(tried: dict[str, object]) -> None:
    assert tried["handed"] == "the original"
    assert len(tried["walls"]) == 3  # type: ignore[arg-type]


def test_entering_costs_little(tried: dict[str, list[float]]) -> None:
    # About 1 ms of processor time when measured alone; the machine of the tests is shared.
    assert tried["cost"][0] < 0.05


def test_each_attempt_would_work_without_walls(room: Room) -> None:
    """The trials above prove something: a sample of them succeeds where no sandbox was entered."""
    harmless = [
        *("read /etc/passwd", "read a neighbour of the original", "connect by TCP", "send by UDP"),
        *("start a process by fork", "start a program in a process", "change a time", "make a pipe"),
        *("link to a secret", "make a file without a name", "run what it has written", "go elsewhere"),
    ]
    done = room.run(TRIALS, walls=False, attempts={name: ATTEMPTS[name] for name in harmless})
    assert json.loads(done.stdout)["found"] == dict.fromkeys(harmless, "done"), done.stderr


@pytest.mark.parametrize("interface", range(1, 9))
def test_older_and_newer_kernels_are_spoken_to_in_their_own_way(room: Room, interface: int) -> None:
    if interface > landlock.version():
        pytest.skip(f"this kernel's Landlock is of version {landlock.version()}")
    done = room.run(
        "print(walls.walls[0])",
        first=f"landlock.version = lambda: {interface}",
    )
    assert done.stdout.strip() == f"Landlock (version {interface})", done.stderr


def test_what_a_version_can_withhold() -> None:
    assert landlock.handled(1) == (0x1FFF, 0, 0)
    assert landlock.handled(2) == (0x3FFF, 0, 0)
    assert landlock.handled(3) == (0x7FFF, 0, 0)
    assert landlock.handled(4) == (0x7FFF, 3, 0)
    assert landlock.handled(5) == (0xFFFF, 3, 0)
    assert landlock.handled(6) == landlock.handled(7) == landlock.handled(99) == (0xFFFF, 3, 3)


# A filter of the kind that a container brings: one call is answered as if it were not there, or forbidden.
CONTAINER = """
import ctypes
blocked = syscalls.machine().numbers[{blocked!r}]
steps = seccomp._packed([
    seccomp.Step(0x20, 0),
    seccomp.Step(0x15, blocked, 0, 1),
    seccomp.Step(0x06, 0x00050000 | {answer}),
    seccomp.Step(0x06, seccomp.ALLOW),
])
syscalls.call(syscalls.machine().numbers["prctl"], 38, 1, 0, 0, 0)
filled = seccomp._Program(len(steps), steps)
seccomp._seccomp(1, 0, ctypes.addressof(filled))
said = sandbox.available()
print(bool(said), said)
"""


@pytest.mark.parametrize(
    ("blocked", "answer", "reason"),
    [
        ("landlock_create_ruleset", 38, "this kernel has no Landlock"),
        ("landlock_create_ruleset", 95, "Landlock is switched off"),
        ("landlock_create_ruleset", 1, "a container, forbids Landlock"),
        ("seccomp", 38, "the kernel's system call filter"),
        ("landlock_restrict_self", 1, ""),
    ],
)
def test_a_wall_that_cannot_be_built_or_is_not_as_it_should_be_stops_everything(
    room: Room, blocked: str, answer: int, reason: str
) -> None:
    done = room.run("print('inside')", first=CONTAINER.format(blocked=blocked, answer=answer))
    assert done.returncode == 1
    assert "inside" not in done.stdout
    message = done.stderr.strip().splitlines()[-1]
    assert message.startswith(
        "evidence.walls.sandbox.SandboxUnavailableError: No file is examined without a sandbox: "
    )
    assert reason in message


def test_what_is_missing_is_known_before_any_work(room: Room) -> None:
    container = CONTAINER.format(blocked="landlock_create_ruleset", answer=38)
    done = room.run("", first=container, walls=False)
    assert done.stdout.startswith("False No file is examined without a sandbox: this kernel has no Landlock")


def test_what_is_there_is_said_in_a_sentence() -> None:
    assert re.fullmatch(
        r"Media is examined behind Landlock \(version \d+\), a system call filter, resource limits\.",
        str(sandbox.available()),
    )
    assert sandbox.available()


def test_it_is_not_entered_once_threads_run(room: Room) -> None:
    done = room.run("", first="threading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
    assert "before any thread is started" in done.stderr


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("sandbox.libraries = lambda: (Path('/'),)", "it does not hold, as / can be opened"),
        ("sandbox.libraries = lambda: (Path('/etc'),)", "it does not hold, as /etc/passwd can be opened"),
        ("seccomp.install = lambda **_: None", "it does not hold, as socket is answered"),
        ("landlock.restrict = lambda **_: 7", "it does not hold, as / can be opened"),
    ],
)
def test_a_wall_that_does_not_hold_is_noticed(room: Room, fault: str, reason: str) -> None:
    assert reason in room.run("", first=fault).stderr


def test_a_parent_that_has_ended_is_noticed(room: Room) -> None:
    body = "sandbox.confine(write=Path(out), cpu=timedelta(seconds=9), memory=1 << 30, parent=1)"
    done = room.run(body, walls=False)
    assert "the process that asked for the examination has ended" in done.stderr


def test_the_folder_is_its_own(room: Room) -> None:
    done = room.run(
        """
        os.mkdir(os.path.join(out, "stills"))
        part = os.path.join(out, "part")
        open(part, "w").write("x")
        os.replace(part, os.path.join(out, "stills", "one.jpg"))
        open(os.path.join(out, "scrap"), "w").close()
        os.unlink(os.path.join(out, "scrap"))
        """
    )
    assert done.returncode == 0, done.stderr
    assert [str(p.relative_to(room.out)) for p in room.out.rglob("*")] == ["stills", "stills/one.jpg"]


def test_a_loop_ends_with_the_processor_time(room: Room) -> None:
    assert room.run("while True: pass", cpu=1).returncode == -24  # SIGXCPU


def test_memory_has_an_end(room: Room) -> None:
    assert "MemoryError" in room.run("bytearray(4 << 30)").stderr


def test_a_file_has_an_end(room: Room) -> None:
    done = room.run("f = open(os.path.join(out, 'big'), 'wb')\nwhile True: f.write(bytes(1 << 20))")
    assert "File too large" in done.stderr
    assert (room.out / "big").stat().st_size <= sandbox.FILE_BYTES


def test_open_files_have_an_end(room: Room) -> None:
    done = room.run("kept = [os.dup(handed.fileno()) for _ in range(sandbox.OPEN_FILES)]")
    assert "Too many open files" in done.stderr


def test_it_dies_with_its_parent(room: Room) -> None:
    command = room.command("print(os.getpid(), flush=True)\ntime.sleep(120)")
    starter = "import subprocess, sys, json; subprocess.run(json.loads(sys.argv[1]))"
    parent = subprocess.Popen(
        [sys.executable, "-c", starter, json.dumps(command)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    eventually(lambda: not alive(child))


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


def test_decoders_and_their_threads_work_inside(room: Room) -> None:
    done = room.run(
        """
        import io
        import av, cv2, numpy as np, pillow_heif
        from PIL import Image
        pillow_heif.register_heif_opener()

        picture = np.random.default_rng(2).integers(0, 255, (480, 640, 3), np.uint8)
        film = io.BytesIO()
        with av.open(film, "w", "mp4") as made:
            stream = made.add_stream("libx264", 30)
            stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
            for shift in range(20):
                frame = av.VideoFrame.from_ndarray(np.roll(picture, shift, 1), "rgb24")
                made.mux(stream.encode(frame))
            made.mux(stream.encode(None))
        film.seek(0)
        with av.open(film) as opened:
            opened.streams.video[0].thread_type = "AUTO"
            opened.streams.video[0].thread_count = 4
            frames = [f.to_ndarray(format="gray") for f in opened.decode(video=0)]
            threads = len(frames) and opened.streams.video[0].codec_context.thread_count
        cv2.setNumThreads(4)
        blurred = cv2.GaussianBlur(cv2.resize(picture, (2000, 1500)), (0, 0), 3)
        for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
            stored = io.BytesIO()
            Image.fromarray(picture).save(stored, kind)
            with Image.open(io.BytesIO(stored.getvalue())) as read:
                assert np.asarray(read).shape == picture.shape
        with open(os.path.join(out, "still.jpg"), "wb") as still:
            Image.fromarray(blurred).save(still, "JPEG")
        print(len(frames), threads, blurred.shape)
        """
    )
    assert done.stdout.split("\n")[0] == "20 4 (1500, 2000, 3)", done.stderr
