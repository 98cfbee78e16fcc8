"""The text files that make a folder a bag: BagIt 1.0, RFC 8493, in one strict form.

BagIt leaves freedom in spacing and order; ours is one way only, so that any change to a
manifest shows: `<64 hex digits><two spaces><path><line feed>`, sorted by path, each path
once. Paths are ASCII names of our making.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

BAGIT: Final = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
DECLARATION: Final = "bagit.txt"
INFO: Final = "bag-info.txt"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
MARKS: Final = (DECLARATION, INFO, MANIFEST, TAG_MANIFEST)
"""The files by which a bag is known; one of them may be missing from an altered one."""

PAYLOAD: Final = "data/"
OXUM: Final = "Payload-Oxum"
CUSTODY: Final = "Sixface-Custody-Head"

README: Final = "README.txt"
SCRIPT: Final = "verify.sh"
CASE: Final = "data/case.json"
ASSESSMENT: Final = "data/assessment.json"
RULESET: Final = "data/ruleset.toml"
DOSSIER: Final = "data/dossier.pdf"
"""The case on a few pages; missing where nothing could set it."""
DERIVED: Final = "data/derived.json"
"""By which command each report and still was made of which original; bundles of before have none."""
ORIGINALS: Final = "data/originals/"
REPORTS: Final = "data/reports/"
CHAINS: Final = "data/custody/"
STAMP: Final = re.compile(r"time/[0-9]{2}\.tsr", re.ASCII)
"""A time stamp over the tag manifest: it comes after the sealing, so no manifest lists it."""
LARGEST_STAMP: Final = 64 << 10
"""Bytes."""
SIGNER: Final = "signer.pem"
"""The public key of whoever sealed a signed bag; the manifest of tag files lists it."""
SIGNATURE: Final = "signature.bin"
"""Their signature over the tag manifest, which therefore cannot list it."""
SIGNED_BY: Final = "Sixface-Signer"
"""The field of `bag-info.txt` that names the key, so that a signature cannot be taken away unseen."""
COUNTERSIGNATURE: Final = re.compile(r"time/[0-9]{2}\.sig", re.ASCII)
"""Their signature over the time stamp of that number: its authority does not sign every byte of a stamp."""
ALWAYS: Final = (README, INFO, DECLARATION, MANIFEST, SCRIPT, ASSESSMENT, CASE, RULESET)
"""What every bundle holds and lists."""

_PART: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", re.ASCII)
_LINE: Final = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)", re.ASCII)
_DEEPEST: Final = 8


def is_ours(path: str) -> bool:
    """Whether `path` is one that a bag of ours can hold: relative, plain ASCII, no step up, no dot file."""
    parts = path.split("/")
    return len(parts) <= _DEEPEST and all(_PART.fullmatch(part) for part in parts)


@dataclass(frozen=True)
class Listed:
    """A manifest as read: the digests by path, and the numbers (from 1) of lines in no proper form."""

    digests: Mapping[str, str]
    """SHA-256 in 64 hexadecimal digits, by path."""
    malformed: tuple[int, ...]


def manifest(digests: Mapping[str, str]) -> str:
    """The manifest of these digests (64 hexadecimal digits) by path."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests))


def read_manifest(text: str, *, payload: bool) -> Listed:
    """The digests that a manifest lists; `payload` tells a manifest of `data/` from one of tag files.

    A line is malformed when its form is not ours, when its path is unsafe or belongs to the
    other manifest, or when it does not sort after the line before.
    """
    digests: dict[str, str] = {}
    malformed: list[int] = []
    before = ""
    lines = text.split("\n")
    for number, line in enumerate(lines[:-1], start=1):
        match = _LINE.fullmatch(line)
        path = match[2] if match else ""
        if match is None or not is_ours(path) or path.startswith(PAYLOAD) != payload or path <= before:
            malformed.append(number)
        if match is not None and path not in digests:
            digests[path] = match[1]
            before = max(before, path)
    if lines[-1]:
        malformed.append(len(lines))
    return Listed(digests, tuple(malformed))


def info(fields: Sequence[tuple[str, str]]) -> str:
    """The text of `bag-info.txt`; a label may come more than once.

    Raises:
        ValueError: a value holds a line break, which would make it another field.
    """
    for label, value in fields:
        if not value.isprintable():
            message = f"the value of {label} cannot stand on one line"
            raise ValueError(message)
    return "".join(f"{label}: {value}\n" for label, value in fields)


def read_info(text: str) -> tuple[tuple[str, str], ...]:
    """The fields of a `bag-info.txt` in our form; lines in another form are left out."""
    found = (line.partition(": ") for line in text.split("\n"))
    return tuple((label, value) for label, colon, value in found if colon)


def values(fields: Iterable[tuple[str, str]], label: str) -> tuple[str, ...]:
    """All values under one label, in their order."""
    return tuple(value for mine, value in fields if mine == label)


def stamp_name(number: int) -> str:
    """Where the stamp of that number (from 1) lies."""
    return f"time/{number:02d}.tsr"


def countersigned_name(stamp: str) -> str:
    """Where the sealer's signature over the stamp of that name lies."""
    return f"{stamp.removesuffix('.tsr')}.sig"


def is_about(stamp: bytes, tag_manifest: str) -> bool:
    """Whether a stamp holds the hash of this tag manifest (64 hexadecimal digits), as a string of 32 octets.

    Whether it is to be believed is for who can read the rest of it.
    """
    return len(stamp) <= LARGEST_STAMP and b"\x04\x20" + bytes.fromhex(tag_manifest) in stamp
