"""What a filter says to a call, without a kernel: so that both processors are tried on either."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from evidence.walls.seccomp import ALLOW, KILL, REFUSE, UNKNOWN, Step, program
from evidence.walls.syscalls import MACHINES, Machine
from tests.evidence.walls.test_sandbox import NUMBERS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is a sandbox on Linux only")


def answer(steps: tuple[Step, ...], number: int, arguments: tuple[int, ...] = (), audit: int = 0) -> int:
    padded = (*arguments, *([0] * (6 - len(arguments))))
    words = {0: number, 4: audit}
    for place, argument in enumerate(padded):
        words[16 + 8 * place] = argument & 0xFFFFFFFF
        words[20 + 8 * place] = argument >> 32 & 0xFFFFFFFF
    accumulator, at = 0, 0
    while True:
        step = steps[at]
        at += 1
        match step.code:
            case 0x20:
                accumulator = words[step.value]
            case 0x54:
                accumulator &= step.value
            case 0x15:
                at += step.then if accumulator == step.value else step.otherwise
            case 0x25:
                at += step.then if accumulator > step.value else step.otherwise
            case _:
                assert step.code == 0x06
                return step.value


THREAD = 0x3D0F00  # what glibc asks of `clone` for a thread

CASES = [
    ("read", (), ALLOW),
    ("openat", (), ALLOW),
    ("futex", (), ALLOW),
    ("clone", (THREAD,), ALLOW),
    ("clone", (THREAD | 0x10000000,), REFUSE),
    ("clone", (17,), REFUSE),
    ("clone", (0x4111,), REFUSE),
    ("clone3", (), UNKNOWN),
    ("kill", (77, 9), ALLOW),
    ("kill", (78, 9), REFUSE),
    ("kill", (2**32 - 1, 9), REFUSE),
    ("tgkill", (77, 78, 6), ALLOW),
    ("tgkill", (1, 1, 9), REFUSE),
    ("prctl", (15,), ALLOW),
    ("prctl", (1,), REFUSE),
    ("prctl", (22,), REFUSE),
    ("fcntl", (3, 1030), ALLOW),
    ("fcntl", (3, 8), REFUSE),
    ("ioctl", (0, 0x5401), ALLOW),
    ("ioctl", (0, 0x5412), REFUSE),
    ("prlimit64", (0, 7, 0, 123456), ALLOW),
    ("prlimit64", (77, 7, 0, 123456), ALLOW),
    ("prlimit64", (78, 7, 0, 123456), REFUSE),
    ("prlimit64", (0, 7, 1 << 40, 0), REFUSE),
    ("prlimit64", (0, 7, 8, 0), REFUSE),
    ("mmap", (0, 4096, 3), ALLOW),
    ("mmap", (0, 4096, 5), ALLOW),
    ("mmap", (0, 4096, 7), REFUSE),
    ("mprotect", (0, 4096, 1), ALLOW),
    ("mprotect", (0, 4096, 5), REFUSE),
    ("socket", (2, 1), REFUSE),
    ("unshare", (0,), REFUSE),
    ("seccomp", (), REFUSE),
    ("landlock_restrict_self", (), REFUSE),
]


@pytest.mark.parametrize("here", MACHINES, ids=lambda m: m.name)
@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_the_filter_looks_at_arguments(
    here: Machine, name: str, arguments: tuple[int, ...], expected: int
) -> None:
    steps = program(here, own=77)
    assert answer(steps, here.numbers[name], arguments, here.audit) == expected


@pytest.mark.parametrize("here", MACHINES, ids=lambda m: m.name)
def test_the_filter_allows_what_is_listed_and_nothing_else(here: Machine) -> None:
    steps = program(here, own=77)
    allowed = {n for n in range(600) if answer(steps, n, (), here.audit) == ALLOW}
    assert allowed <= set(here.numbers.values())
    column = [m.name for m in MACHINES].index(here.name)
    assert {answer(steps, pair[column], (), here.audit) for pair in NUMBERS.values()} == {REFUSE}
    assert answer(steps, 463, (), here.audit) == UNKNOWN


@pytest.mark.parametrize("here", MACHINES, ids=lambda m: m.name)
def test_another_calling_convention_ends_the_process(here: Machine) -> None:
    i386 = 0x40000003
    assert answer(program(here, own=77), here.numbers["read"], (), i386) == KILL
    assert answer(program(here, own=77), 0x40000000, (), here.audit) in {KILL, UNKNOWN}


HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}


@pytest.mark.parametrize("here", MACHINES, ids=lambda m: m.name)
def test_the_numbers_are_those_of_the_kernel(here: Machine) -> None:
    header = Path(HEADERS[here.name])
    if not header.exists():
        pytest.skip(f"no kernel headers: {header} is not there")
    given = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text()))
    aliases = {"newfstatat": "fstatat"} if here.name == "aarch64" else {}
    wrong = {
        name: number
        for name, number in here.numbers.items()
        if given.get(aliases.get(name, name)) != str(number)
    }
    assert wrong == {}
