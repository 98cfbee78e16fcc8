"""Landlock: this process may open only what it names here, and nothing else, for good.

It needs no privilege and no configuration, works in a default container, and cannot
be undone. It does not cover looking at names, sizes and times (`stat`) nor changing
owners and modes; the system call filter beside it takes care of the latter.
Source: the kernel's `Documentation/userspace-api/landlock.rst` and `linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from evidence.walls.syscalls import call, machine

_EXECUTE: Final = 1 << 0
_WRITE_FILE: Final = 1 << 1
_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3
_REMOVE_DIR: Final = 1 << 4
_REMOVE_FILE: Final = 1 << 5
_MAKE_DIR: Final = 1 << 7
_MAKE_REG: Final = 1 << 8
_REFER: Final = 1 << 13
_TRUNCATE: Final = 1 << 14

_READ: Final = _READ_FILE | _READ_DIR
# No links, sockets, pipes or devices: what is left behind is plain files and folders.
_WRITE: Final = _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
_OF_FILES: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

# How many rights the kernel of each interface version knows, as the first unused bit.
_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NETWORK_SINCE: Final = 4
_SCOPES_SINCE: Final = 6
_BIND_AND_CONNECT_TCP: Final = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS: Final = 0b11

_VERSION: Final = 1
_PATH_BENEATH: Final = 1


class LandlockMissingError(Exception):
    """This kernel offers no Landlock; the message is the reason, to follow "because"."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The interface version of this kernel's Landlock, 1 or more.

    Raises:
        LandlockMissingError: there is none.
    """
    here = machine()
    if here is None:
        raise LandlockMissingError(f"the processor {os.uname().machine} is unknown to it")
    try:
        return call(here.numbers["landlock_create_ruleset"], 0, 0, _VERSION)
    except OSError as error:
        reasons = {
            errno.ENOSYS: "this kernel has no Landlock (Linux 5.13 or newer brings it)",
            errno.EOPNOTSUPP: "Landlock is switched off in this kernel (boot with lsm=landlock,...)",
            errno.EPERM: "something around this process, such as a container, forbids Landlock",
        }
        raise LandlockMissingError(reasons.get(error.errno or 0, f"Landlock answered: {error}")) from None


def handled(version: int) -> tuple[int, int, int]:
    """All rights on files, on the network and across the wall that a kernel of this version can withhold."""
    files = (1 << _RIGHTS.get(version, _RIGHTS[max(_RIGHTS)])) - 1
    network = _BIND_AND_CONNECT_TCP if version >= _NETWORK_SINCE else 0
    scopes = _ABSTRACT_SOCKETS_AND_SIGNALS if version >= _SCOPES_SINCE else 0
    return files, network, scopes


def restrict(*, read: Iterable[Path], write: Iterable[Path], execute: Iterable[Path] = ()) -> int:
    """Leave this thread, and every thread it starts, only these folders and files; returns the version.

    Paths in `read` and `execute` that are not there are passed over, as no system has all library
    folders. Needs `no_new_privs`. Nothing may be executed but the files of `execute`.

    Raises:
        LandlockMissingError: there is no Landlock.
        OSError: a path of `write` does not exist, or the kernel refused.
    """
    interface = version()
    files, network, scopes = handled(interface)
    here = machine()
    assert here is not None  # noqa: S101 - `version` has seen to it
    attributes = _Ruleset(files, network, scopes)
    # An older kernel refuses the fields that it does not know.
    size = 8 * (1 + bool(network) + bool(scopes))
    ruleset = call(here.numbers["landlock_create_ruleset"], ctypes.addressof(attributes), size, 0)
    try:
        for path in read:
            with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                _allow(here.numbers["landlock_add_rule"], ruleset, path, _READ & files)
        for path in execute:
            with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                rights = (_READ_FILE | _EXECUTE) & files
                _allow(here.numbers["landlock_add_rule"], ruleset, path, rights)
        for path in write:
            _allow(here.numbers["landlock_add_rule"], ruleset, path, _WRITE & files)
        call(here.numbers["landlock_restrict_self"], ruleset, 0)
    finally:
        os.close(ruleset)
    return interface


def _allow(add_rule: int, ruleset: int, path: Path, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_FILES
        rule = _Beneath(rights, place)
        call(add_rule, ruleset, _PATH_BENEATH, ctypes.addressof(rule), 0)
    finally:
        os.close(place)
