"""System calls by name, for the two processors that the sandbox knows.

Python wraps neither Landlock nor seccomp, so they are called by number through libc.
Numbers: Linux 6.6 `asm/unistd_64.h` for x86_64, `asm-generic/unistd.h` for aarch64;
they never change once given out.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

NEWEST: Final = 462
"""The last number that was given out when the lists below were written; later calls are unknown here."""

_X86_64: Final = {
    "read": 0,
    "write": 1,
    "open": 2,
    "close": 3,
    "stat": 4,
    "fstat": 5,
    "lstat": 6,
    "poll": 7,
    "lseek": 8,
    "mmap": 9,
    "mprotect": 10,
    "munmap": 11,
    "brk": 12,
    "rt_sigaction": 13,
    "rt_sigprocmask": 14,
    "rt_sigreturn": 15,
    "ioctl": 16,
    "pread64": 17,
    "pwrite64": 18,
    "readv": 19,
    "writev": 20,
    "access": 21,
    "select": 23,
    "sched_yield": 24,
    "mremap": 25,
    "madvise": 28,
    "dup": 32,
    "dup2": 33,
    "nanosleep": 35,
    "getpid": 39,
    "socket": 41,
    "clone": 56,
    "execve": 59,
    "exit": 60,
    "kill": 62,
    "uname": 63,
    "fcntl": 72,
    "fsync": 74,
    "fdatasync": 75,
    "ftruncate": 77,
    "getcwd": 79,
    "rename": 82,
    "mkdir": 83,
    "rmdir": 84,
    "unlink": 87,
    "gettimeofday": 96,
    "getrlimit": 97,
    "getrusage": 98,
    "sysinfo": 99,
    "times": 100,
    "getuid": 102,
    "getgid": 104,
    "geteuid": 107,
    "getegid": 108,
    "getppid": 110,
    "capget": 125,
    "capset": 126,
    "sigaltstack": 131,
    "sched_getparam": 143,
    "sched_getscheduler": 145,
    "prctl": 157,
    "arch_prctl": 158,
    "gettid": 186,
    "time": 201,
    "futex": 202,
    "sched_getaffinity": 204,
    "getdents64": 217,
    "set_tid_address": 218,
    "restart_syscall": 219,
    "fadvise64": 221,
    "clock_gettime": 228,
    "clock_getres": 229,
    "clock_nanosleep": 230,
    "exit_group": 231,
    "tgkill": 234,
    "openat": 257,
    "mkdirat": 258,
    "newfstatat": 262,
    "unlinkat": 263,
    "renameat": 264,
    "faccessat": 269,
    "pselect6": 270,
    "ppoll": 271,
    "unshare": 272,
    "set_robust_list": 273,
    "get_robust_list": 274,
    "fallocate": 285,
    "dup3": 292,
    "preadv": 295,
    "pwritev": 296,
    "prlimit64": 302,
    "getcpu": 309,
    "renameat2": 316,
    "seccomp": 317,
    "getrandom": 318,
    "membarrier": 324,
    "statx": 332,
    "rseq": 334,
}

_AARCH64: Final = {
    "getcwd": 17,
    "dup": 23,
    "dup3": 24,
    "fcntl": 25,
    "ioctl": 29,
    "mkdirat": 34,
    "unlinkat": 35,
    "renameat": 38,
    "ftruncate": 46,
    "fallocate": 47,
    "faccessat": 48,
    "openat": 56,
    "close": 57,
    "getdents64": 61,
    "lseek": 62,
    "read": 63,
    "write": 64,
    "readv": 65,
    "writev": 66,
    "pread64": 67,
    "pwrite64": 68,
    "preadv": 69,
    "pwritev": 70,
    "pselect6": 72,
    "ppoll": 73,
    "newfstatat": 79,
    "fstat": 80,
    "fsync": 82,
    "fdatasync": 83,
    "capget": 90,
    "capset": 91,
    "exit": 93,
    "exit_group": 94,
    "set_tid_address": 96,
    "unshare": 97,
    "futex": 98,
    "set_robust_list": 99,
    "get_robust_list": 100,
    "nanosleep": 101,
    "clock_gettime": 113,
    "clock_getres": 114,
    "clock_nanosleep": 115,
    "sched_getscheduler": 120,
    "sched_getparam": 121,
    "sched_getaffinity": 123,
    "sched_yield": 124,
    "restart_syscall": 128,
    "kill": 129,
    "tgkill": 131,
    "sigaltstack": 132,
    "rt_sigaction": 134,
    "rt_sigprocmask": 135,
    "rt_sigreturn": 139,
    "times": 153,
    "uname": 160,
    "getrlimit": 163,
    "getrusage": 165,
    "prctl": 167,
    "getcpu": 168,
    "gettimeofday": 169,
    "getpid": 172,
    "getppid": 173,
    "getuid": 174,
    "geteuid": 175,
    "getgid": 176,
    "getegid": 177,
    "gettid": 178,
    "sysinfo": 179,
    "socket": 198,
    "brk": 214,
    "munmap": 215,
    "mremap": 216,
    "clone": 220,
    "execve": 221,
    "mmap": 222,
    "fadvise64": 223,
    "mprotect": 226,
    "madvise": 233,
    "prlimit64": 261,
    "renameat2": 276,
    "seccomp": 277,
    "getrandom": 278,
    "membarrier": 283,
    "statx": 291,
    "rseq": 293,
}

# Since Linux 5.1 a new call has the same number everywhere.
_EVERYWHERE: Final = {
    "clone3": 435,
    "close_range": 436,
    "faccessat2": 439,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}


@dataclass(frozen=True)
class Machine:
    """A processor: how the kernel names its calling convention, and its call numbers."""

    name: str
    audit: int
    """The `AUDIT_ARCH_*` constant of `linux/audit.h`, by which a filter knows the convention in use."""
    numbers: Mapping[str, int]


MACHINES: Final = (
    Machine("x86_64", 0xC000003E, {**_X86_64, **_EVERYWHERE}),
    Machine("aarch64", 0xC00000B7, {**_AARCH64, **_EVERYWHERE}),
)


def machine() -> Machine | None:
    """This computer's processor, or None where the sandbox does not know it."""
    if sys.maxsize < 2**32:  # a 32-bit Python calls a 64-bit kernel by other numbers
        return None
    here = os.uname().machine
    return next((known for known in MACHINES if known.name == here), None)


def call(number: int, *arguments: int) -> int:
    """The system call `number`; pointers are given as addresses.

    Raises:
        OSError: the kernel's answer was an error.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    result: int = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    if result < 0:
        reason = ctypes.get_errno()
        raise OSError(reason, os.strerror(reason))
    return result
