"""Reads the signed record of origin (C2PA manifest) of a file, inside the child, without any network.

1. Whether there is one is told by our own walk over the headers; absence needs no library.
2. Its boxes are held against bounds before a library sees them (`evidence.container.jumbf`).
3. `c2pa-python`, where it is installed (the extra `provenance`), checks hashes and signature.
   It is told to fetch nothing; behind the walls it could not.
4. What it says is taken as if the file had said it: bounded, printable, never believed to have a shape.

The library reads through C functions given to it by address. Python's own callbacks need
memory that is written and then run, which the walls forbid.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import json
import logging
import os
from collections.abc import Iterator
from importlib import util
from typing import Any, BinaryIO, Final, cast

from evidence.container import jumbf
from evidence.gate import Sniffed
from evidence.metadata import printable
from evidence.provenance import Provenance, Seal

MAX_JSON: Final = 8 * 1024 * 1024
"""Characters that the library may say of one record; a record of ten ingredients takes about 100,000."""
MAX_TOLD: Final = 32
"""Actions, or mismatches, taken of one record."""
MAX_TEXT: Final = 120
_MEGABYTES: Final = 16
"""To which a packed record may unfold."""

_FORMATS: Final = {
    "mp4": "video/mp4",
    "3gp": "video/mp4",
    "mov": "video/quicktime",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
}
_SEALS: Final = {"Trusted": Seal.TRUSTED, "Valid": Seal.VALID, "Invalid": Seal.INVALID}
_UNKNOWN_SIGNER: Final = "signingCredential.untrusted"

log = logging.getLogger(__name__)


def read(file: BinaryIO, sniffed: Sniffed, trust: bytes = b"") -> Provenance:
    """What the record in `file` comes to; leaves the file's position at 0.

    Args:
        file: a real file, open for reading.
        sniffed: what the gate said of it: that there is a record, and where.
        trust: certificates of the signers to be trusted, in PEM; empty for none.
    """
    if util.find_spec("c2pa") is None:
        return Provenance(Seal.UNREAD)
    try:
        if not jumbf.sound(file, sniffed.structure.manifest):
            return Provenance(Seal.BROKEN)
        said = json.loads(_said(file, _FORMATS[sniffed.container], trust))
    except Exception as error:  # noqa: BLE001 - whatever a stranger's record makes the library raise
        log.warning("the record of origin cannot be read: %s", printable(str(error), 200))
        return Provenance(Seal.BROKEN)
    finally:
        file.seek(0)
    return _told(said, trust)


def _said(file: BinaryIO, kind: str, trust: bytes) -> str:
    """What the library says of the record, as JSON.

    Raises:
        Exception: as the library likes.
    """
    binding = importlib.import_module("c2pa.c2pa")
    before = os.lseek(file.fileno(), 0, os.SEEK_CUR)
    try:
        with binding.Context.from_dict(_settings(trust)) as context:
            text = _read_by_address(binding, context, file.fileno(), kind)
    finally:
        # Python's file keeps its own account of where it is.
        os.lseek(file.fileno(), before, os.SEEK_SET)
    if len(text) > MAX_JSON:
        raise ValueError(f"the library says {len(text)} characters of it")
    return text


def _settings(trust: bytes) -> dict[str, Any]:
    return {
        "verify": {
            "verify_after_reading": True,
            "verify_trust": True,
            "remote_manifest_fetch": False,
            "ocsp_fetch": False,
        },
        "core": {
            "allowed_network_hosts": [],
            "decode_identity_assertions": False,
            "max_decompressed_manifest_size_in_mb": _MEGABYTES,
        },
        **({"trust": {"trust_anchors": trust.decode("ascii", "replace")}} if trust else {}),
    }


def _read_by_address(binding: Any, context: Any, handle: int, kind: str) -> str:  # noqa: ANN401 - it has no types
    """Have the library read the open file `handle` through the C library's own functions."""
    library, libc = binding._lib, ctypes.CDLL(None)  # noqa: SLF001 - its C interface, which is public
    stream = library.c2pa_create_stream(
        # What is handed back to each function as its first argument, which they take for the handle.
        ctypes.cast(handle, ctypes.POINTER(cast("type[ctypes.Structure]", binding.StreamContext))),
        binding.ReadCallback(_address(libc.read)),
        binding.SeekCallback(_address(libc.lseek)),
        binding.WriteCallback(_address(libc.write)),
        binding.FlushCallback(_address(libc.fsync)),
    )
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        reader = library.c2pa_reader_from_context(context.execution_context)
        reader = library.c2pa_reader_with_stream(reader, kind.encode(), stream) if reader else None
        said = library.c2pa_reader_json(reader) if reader else None
        if not said:
            raise ValueError(_string(library.c2pa_error()))
        text = _string(said)
        library.c2pa_free(said)
        library.c2pa_free(reader)
        return text
    finally:
        library.c2pa_release_stream(stream)


def _string(pointer: int | None) -> str:
    return ctypes.string_at(pointer).decode("utf-8", "replace") if pointer else "no reason is given"


def _address(function: Any) -> int:  # noqa: ANN401 - a foreign function
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _told(said: object, trust: bytes) -> Provenance:
    """What the library's JSON comes to."""
    active = _in(_in(said, "manifests"), _text(_in(said, "active_manifest")))
    failures = tuple(_codes(_in(said, "validation_status")))
    signature = _in(active, "signature_info")
    stamped = any(code == "timeStamp.validated" for code in _successes(said))
    return Provenance(
        _SEALS.get(_text(_in(said, "validation_state")), Seal.BROKEN),
        signer=_text(_in(signature, "common_name")) or _text(_in(signature, "issuer")),
        generator=_generator(active),
        signed_at=_text(_in(signature, "time")) if stamped else "",
        actions=tuple(_text(_in(action, "action")) for action in _actions(active)),
        sources=tuple(dict.fromkeys(_sources(active))),
        mismatches=tuple(dict.fromkeys(code for code in failures if code != _UNKNOWN_SIGNER))[:MAX_TOLD],
        trust=f"sha256:{hashlib.sha256(trust).hexdigest()}" if trust else "",
    )


def _generator(active: object) -> str:
    info = next(iter(_list(_in(active, "claim_generator_info"))), None)
    named = f"{_text(_in(info, 'name'))} {_text(_in(info, 'version'))}".strip()
    return named or _text(_in(active, "claim_generator"))


def _actions(active: object) -> Iterator[object]:
    for assertion in _list(_in(active, "assertions")):
        if _text(_in(assertion, "label")).startswith("c2pa.actions"):
            yield from _list(_in(_in(assertion, "data"), "actions"))[:MAX_TOLD]


def _sources(active: object) -> Iterator[str]:
    for action in _actions(active):
        source = _text(_in(action, "digitalSourceType")).rstrip("/").rpartition("/")[2]
        if source:
            yield source


def _successes(said: object) -> Iterator[str]:
    yield from _codes(_in(_in(_in(said, "validation_results"), "activeManifest"), "success"))


def _codes(statuses: object) -> Iterator[str]:
    for status in _list(statuses)[:1024]:
        yield _text(_in(status, "code"))


def _in(value: object, name: str) -> object:
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _text(value: object) -> str:
    return printable(value, MAX_TEXT) if isinstance(value, str) else ""
