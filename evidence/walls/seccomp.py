"""The system call filter: what the examining process may still ask of the kernel.

A list of what is allowed, not of what is forbidden: decoding needs memory, threads,
locks, clocks and the files that Landlock lets it open. Everything else is answered
"not permitted": sockets, new processes and programs, other processes, mounts,
namespaces, kernel keys, BPF, io_uring, changes of owner and mode. Calls that ask for
several things by an argument are allowed for the harmless arguments only. Where the process is to
become one other program, `execve` is let through, and Landlock says which program that can be.

The program is classic BPF; source: the kernel's `Documentation/userspace-api/seccomp_filter.rst`.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from evidence.walls.syscalls import NEWEST, Machine, call, machine

ALLOW: Final = 0x7FFF0000
KILL: Final = 0x80000000
REFUSE: Final = 0x00050000 | errno.EPERM
UNKNOWN: Final = 0x00050000 | errno.ENOSYS

_ALLOWED: Final = (
    # files that are open, and those that Landlock lets be opened
    *("read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "lseek"),
    *("open", "openat", "close", "close_range", "dup", "dup2", "dup3", "getdents64", "getcwd"),
    *("stat", "fstat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2"),
    *("fsync", "fdatasync", "ftruncate", "fallocate", "fadvise64"),
    *("mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2"),
    # memory (with `mmap` and `mprotect` below)
    *("munmap", "mremap", "madvise", "brk"),
    # threads and locks (with `clone` below)
    *("futex", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "membarrier"),
    *("sched_yield", "sched_getaffinity", "sched_getparam", "sched_getscheduler", "getcpu"),
    *("exit", "exit_group", "restart_syscall"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack"),
    # waiting, and time
    *("poll", "ppoll", "select", "pselect6", "nanosleep", "clock_nanosleep"),
    *("clock_gettime", "clock_getres", "gettimeofday", "time", "times"),
    # about itself and the machine
    *("getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid"),
    *("getrandom", "uname", "sysinfo", "getrusage", "getrlimit"),
)

_TO_BECOME_A_PROGRAM: Final = ("execve",)

_CLONE_THREAD: Final = 0x00010000
_CLONE_NAMESPACES: Final = 0x7E020000
_PR_SET_NAME: Final = 15
_PR_GET_NAME: Final = 16
_PR_SET_VMA: Final = 0x53564D41  # glibc names its memory areas
_PROT_WRITE: Final = 2
_PROT_EXEC: Final = 4
# F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC; not F_SETOWN, which sends signals.
_FCNTL: Final = (0, 1, 2, 3, 4, 1030)
# ARCH_SET_FS, by which a program that starts on x86_64 finds its thread's data.
_ARCH_PRCTL: Final = (0x1002,)
# TCGETS, TIOCGWINSZ (is it a terminal, how wide), FIONCLEX, FIOCLEX; not TIOCSTI, which types on it.
_IOCTL: Final = (0x5401, 0x5413, 0x5450, 0x5451)


@dataclass(frozen=True)
class Condition:
    """Allowed when `argument & mask` is one of `values`; only the low 32 bits are looked at unless `wide`."""

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF
    wide: bool = False
    """The high 32 bits must be zero as well, as for a pointer that must be null."""


def _conditions(own: int) -> dict[str, tuple[Condition, ...]]:
    """Calls allowed by their arguments, all conditions of a call together; `own` is this process's id."""
    return {
        # A thread of this process, never a process and never a namespace.
        "clone": (Condition(0, (_CLONE_THREAD,), _CLONE_THREAD | _CLONE_NAMESPACES),),
        "kill": (Condition(0, (own,)),),
        "tgkill": (Condition(0, (own,)),),
        "prctl": (Condition(0, (_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA)),),
        "fcntl": (Condition(1, _FCNTL),),
        "ioctl": (Condition(1, _IOCTL),),
        # Its own limits, to read.
        "prlimit64": (Condition(0, (0, own)), Condition(2, (0,), wide=True)),
        # Libraries are mapped to be run, but nothing that was written is.
        "mmap": (Condition(2, (0, _PROT_WRITE, _PROT_EXEC), _PROT_WRITE | _PROT_EXEC),),
        "mprotect": (Condition(2, (0,), _PROT_EXEC),),
    }


@dataclass(frozen=True)
class Step:
    """One instruction of classic BPF."""

    code: int
    value: int
    then: int = 0
    otherwise: int = 0


_LOAD: Final = 0x20
_AND: Final = 0x54
_IF_EQUAL: Final = 0x15
_IF_ABOVE: Final = 0x25
_RETURN: Final = 0x06

_AT_NUMBER: Final = 0
_AT_CONVENTION: Final = 4
_AT_ARGUMENTS: Final = 16


def program(here: Machine, *, own: int, programs: bool = False) -> tuple[Step, ...]:
    """The filter for a processor and the process with the id `own`; with `programs` it may become another."""
    steps = [
        # Another calling convention (32-bit calls on a 64-bit kernel) has other numbers.
        Step(_LOAD, _AT_CONVENTION),
        Step(_IF_EQUAL, here.audit, 1, 0),
        Step(_RETURN, KILL),
        Step(_LOAD, _AT_NUMBER),
    ]
    for name in (*_ALLOWED, *(_TO_BECOME_A_PROGRAM if programs else ())):
        if (number := here.numbers.get(name)) is not None:
            steps += [Step(_IF_EQUAL, number, 0, 1), Step(_RETURN, ALLOW)]
    conditional = _conditions(own)
    if programs and "arch_prctl" in here.numbers:
        conditional["arch_prctl"] = (Condition(0, _ARCH_PRCTL),)
    for name, conditions in conditional.items():
        block = [*(step for c in conditions for step in _tested(c)), Step(_RETURN, ALLOW)]
        steps += [Step(_IF_EQUAL, here.numbers[name], 0, len(block)), *block]
    steps += [
        # Its arguments are behind a pointer, so a filter cannot read them; libc falls back to `clone`.
        Step(_IF_EQUAL, here.numbers["clone3"], 0, 1),
        Step(_RETURN, UNKNOWN),
        # What is newer than these lists "does not exist", as libraries expect of an older kernel.
        Step(_IF_ABOVE, NEWEST, 0, 1),
        Step(_RETURN, UNKNOWN),
        Step(_RETURN, REFUSE),
    ]
    return tuple(steps)


def _tested(condition: Condition) -> Iterator[Step]:
    """Steps that go on where the condition holds, and refuse where it does not."""
    place = _AT_ARGUMENTS + 8 * condition.argument
    if condition.wide:
        yield from (Step(_LOAD, place + 4), Step(_IF_EQUAL, 0, 1, 0), Step(_RETURN, REFUSE))
    yield Step(_LOAD, place)
    yield Step(_AND, condition.mask)
    for left, value in zip(range(len(condition.values), 0, -1), condition.values, strict=True):
        yield Step(_IF_EQUAL, value, left, 0)
    yield Step(_RETURN, REFUSE)


class SeccompMissingError(Exception):
    """This kernel offers no system call filter; the message is the reason, to follow "because"."""


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("then", ctypes.c_uint8),
        ("otherwise", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Instruction)))


_SET_FILTER: Final = 1
_IS_ACTION_KNOWN: Final = 2
_ALL_THREADS: Final = 1


def probe() -> None:
    """Nothing, where the kernel can filter system calls; changes nothing.

    Raises:
        SeccompMissingError: it cannot.
    """
    action = ctypes.c_uint32(KILL)
    _seccomp(_IS_ACTION_KNOWN, 0, ctypes.addressof(action))


def install(*, programs: bool = False) -> None:
    """Filter this process's system calls from now on, in all its threads; needs `no_new_privs`.

    With `programs` it may become another program; which, is for Landlock to say.

    Raises:
        SeccompMissingError: the kernel cannot.
    """
    here = machine()
    if here is None:
        raise SeccompMissingError(f"the processor {os.uname().machine} is unknown to it")
    steps = _packed(program(here, own=os.getpid(), programs=programs))
    filled = _Program(len(steps), steps)
    _seccomp(_SET_FILTER, _ALL_THREADS, ctypes.addressof(filled))


def _packed(steps: Iterable[Step]) -> ctypes.Array[_Instruction]:
    packed = [_Instruction(s.code, s.then, s.otherwise, s.value & 0xFFFFFFFF) for s in steps]
    return (_Instruction * len(packed))(*packed)


def _seccomp(operation: int, flags: int, argument: int) -> None:
    here = machine()
    if here is None:
        raise SeccompMissingError(f"the processor {os.uname().machine} is unknown to it")
    try:
        result = call(here.numbers["seccomp"], operation, flags, argument)
    except OSError as error:
        raise SeccompMissingError(f"the kernel's system call filter answered: {error}") from None
    if result:  # the id of a thread that could not be included
        raise SeccompMissingError(f"thread {result} could not be included in the system call filter")
