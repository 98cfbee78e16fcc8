"""Is this bundle as it was sealed: offline, without our software's word for anything in it.

All mismatches are collected, from cheap to dear:

1. names: nothing unsafe, nothing added, nothing missing;
2. the tag manifest: its form, and the SHA-256 of every tag file;
3. the payload's number and sum of bytes against `bag-info.txt`;
4. the custody chains: every line hangs on the one before, and the heads are those noted;
5. the payload's manifest: the SHA-256 of every file;
6. the records: the case's exhibits are the originals, each report and still is about what it says;
7. the time stamps, if any: each holds the hash of this tag manifest;
8. the signatures, if it is signed: over the tag manifest and each stamp, by the key that it names.

Not verified: that what was sealed is true, and when it was sealed; whether a time stamp is to be believed
is for who can read it (`stamps` hands them out). Whoever rewrites every file and both manifests, and
signs with a key of their own or not at all, makes another bundle that agrees with itself; against
that helps only something from elsewhere: the sealer's public key (`keys`), or the SHA-256 of the zip.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from claims import bag, chain, signature
from claims.mismatch import Mismatch, NotABundleError, Wrong, mismatch
from claims.tree import FolderTree, Tree, UnreadableError
from claims.zipped import DamagedError, ZipTree
from evidence.model import say

LARGEST_TEXT: Final = 64 << 20
"""Bytes of a text file that is read as a whole."""

Progress = Callable[[int, int], None]
"""Told the payload bytes read so far and the bytes to read."""


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def verify(
    path: Path, progress: Progress = _silent, *, keys: Collection[str] | None = None
) -> tuple[Mismatch, ...]:
    """Everything that is wrong with the bundle at `path`, a zip or a folder; empty if it is intact.

    Reads with flat memory, writes nothing, runs nothing. Where `keys` are given (see `claims.signature`),
    one of them has to have signed it.

    Raises:
        NotABundleError: there is no bundle at `path`.
    """
    try:
        if path.is_dir():
            return _Examination(FolderTree(path), progress).run(keys)
        if not path.is_file():
            raise NotABundleError(say("There is no such file or folder."))
        with path.open("rb") as file:
            return _Examination(ZipTree(file), progress).run(keys)
    except DamagedError:
        return (mismatch(Wrong.ARCHIVE, "", "a zip that can be read", "a damaged or cut one"),)
    except OSError as error:
        raise NotABundleError(
            say("This cannot be read: {reason}.", reason=error.strerror or type(error).__name__)
        ) from None


@dataclass(frozen=True)
class Stamps:
    """What time stamps of a bundle are about, and they themselves."""

    content: bytes
    """The tag manifest."""
    by_name: Mapping[str, bytes]
    signer: str | None = None
    """The key that signed the tag manifest; None where it is not signed."""


def stamps(path: Path) -> Stamps:
    """The time stamps of the bundle at `path`, as they lie there, and who signed it.

    Raises:
        NotABundleError, DamagedError, OSError: as `verify` meets them; ask that first.
    """
    if path.is_dir():
        return _Examination(FolderTree(path), _silent).stamps()
    with path.open("rb") as file:
        return _Examination(ZipTree(file), _silent).stamps()


class _Examination:
    """One look at one tree; the mismatches gather in the order of the steps."""

    def __init__(self, tree: Tree, progress: Progress) -> None:
        self._tree = tree
        self._sizes = tree.sizes
        self._progress = progress
        self._found: list[Mismatch] = list(tree.faults)
        self._hashes: dict[str, str] = {}
        """Of every file that was read to its end."""
        self._refused = {fault.path for fault in tree.faults}

    def run(self, keys: Collection[str] | None) -> tuple[Mismatch, ...]:
        tags = self._manifest(bag.TAG_MANIFEST, payload=False)
        payload = self._manifest(bag.MANIFEST, payload=True)
        info = self._info()
        self._names({**tags, **payload}, signed=self._key(info) is not None)
        for path, digest in tags.items():
            self._content(path, digest)
        self._sum(info)
        self._chains(info)
        self._payload(payload)
        self._records()
        self._stamps()
        self._signatures(info, keys)
        return tuple(dict.fromkeys(self._found))

    def _tell(
        self, wrong: Wrong, path: str, expected: str = "", found: str = "", line: int | None = None
    ) -> None:
        self._found.append(mismatch(wrong, path, expected, found, line))

    # 1. names

    def _names(self, listed: Mapping[str, str], *, signed: bool) -> None:
        needed = {*listed, *bag.ALWAYS, bag.TAG_MANIFEST}
        for path in sorted(needed - self._sizes.keys() - self._refused):
            self._tell(Wrong.MISSING, path, "a file", "nothing")
        for path in sorted(self._sizes.keys() - listed.keys() - {bag.TAG_MANIFEST}):
            if not (bag.STAMP.fullmatch(path) or (signed and self._may_be_signed(path))):
                self._tell(Wrong.ADDED, path, "nothing", "a file")

    def _may_be_signed(self, path: str) -> bool:
        stamp = f"{path.removesuffix('.sig')}.tsr"
        counter = bag.COUNTERSIGNATURE.fullmatch(path) is not None and stamp in self._sizes
        return path == bag.SIGNATURE or counter

    # 2. and 5. manifests

    def _manifest(self, path: str, *, payload: bool) -> Mapping[str, str]:
        text = self._text(path)
        if text is None:
            return {}
        listed = bag.read_manifest(text, payload=payload)
        for number in listed.malformed:
            expected = "a digest, two spaces and a path, in order"
            self._tell(Wrong.FORM, path, expected, "something else", number)
        if not listed.digests:
            self._tell(Wrong.FORM, path, "a list of files", "none")
        return listed.digests

    def _payload(self, payload: Mapping[str, str]) -> None:
        total = sum(self._sizes.get(path, 0) for path in payload)
        done = 0
        for path, digest in payload.items():
            for count in self._hashing(path, digest):
                done += count
                self._progress(done, total)

    def _content(self, path: str, digest: str) -> None:
        for _ in self._hashing(path, digest):
            pass

    def _hashing(self, path: str, digest: str) -> Iterator[int]:
        """Hold a file against its digest; yields the number of bytes of each piece read."""
        if path not in self._sizes:
            return
        found = hashlib.sha256()
        trouble = ""
        try:
            for chunk in self._tree.chunks(path):
                found.update(chunk)
                yield len(chunk)
        except UnreadableError as error:
            trouble = f" ({error})"
        self._hashes[path] = found.hexdigest()
        if trouble or found.hexdigest() != digest:
            self._tell(Wrong.ALTERED, path, f"sha256:{digest}", f"sha256:{found.hexdigest()}{trouble}")

    # 3. the sum

    def _info(self) -> tuple[tuple[str, str], ...]:
        declaration = self._text(bag.DECLARATION)
        if declaration not in {None, bag.BAGIT}:
            self._tell(Wrong.FORM, bag.DECLARATION, "the declaration of a BagIt 1.0 bag", "something else")
        return bag.read_info(self._text(bag.INFO) or "")

    def _sum(self, info: tuple[tuple[str, str], ...]) -> None:
        if bag.INFO not in self._sizes:
            return
        sizes = [size for path, size in self._sizes.items() if path.startswith(bag.PAYLOAD)]
        noted = bag.values(info, bag.OXUM)
        actual = f"{sum(sizes)}.{len(sizes)}"
        if noted != (actual,):
            self._tell(Wrong.SUM, bag.INFO, ", ".join(noted) or "nothing", actual)

    # 4. custody

    def _chains(self, info: tuple[tuple[str, str], ...]) -> None:
        if bag.INFO not in self._sizes:
            return
        parts = (value.partition(" ") for value in bag.values(info, bag.CUSTODY))
        noted = {path: head for path, _, head in parts}
        there = sorted(path for path in self._sizes if path.startswith(bag.CHAINS))
        for path in there:
            content = self._bytes(path)
            head, breaks = chain.follow(io.BytesIO(content or b""))
            for one in breaks:
                self._tell(Wrong.CHAIN, path, one.expected, one.found, one.line)
            if noted.get(path) != str(head):
                expected = noted.get(path, "no such chain")
                self._tell(Wrong.CHAIN, path, f"length and head {expected}", str(head))
        for path in sorted(noted.keys() - set(there)):
            self._tell(Wrong.MISSING, path, "a custody chain", "nothing")

    # 6. records

    def _records(self) -> None:
        case = self._json(bag.CASE)
        if case is None:
            return
        claimed = {str(e.get("digest")) for e in _tables(case.get("exhibits"))}
        originals = {
            path: f"sha256:{digest}"
            for path, digest in self._hashes.items()
            if path.startswith(bag.ORIGINALS)
        }
        for digest in sorted(claimed - set(originals.values())):
            self._tell(Wrong.RECORD, bag.CASE, f"an original with {digest}", "none")
        for path, digest in sorted(originals.items()):
            if digest not in claimed:
                self._tell(Wrong.RECORD, path, "an exhibit of the case", "none with these bytes")
            stem = path.removeprefix(bag.ORIGINALS).partition(".")[0]
            self._report(f"{bag.REPORTS}{stem}/", digest)

    def _report(self, folder: str, digest: str) -> None:
        path = f"{folder}report.json"
        report = self._json(path) if path in self._sizes else None
        if report is None:
            return
        subjects = [subject.get("digest") for subject in _tables([report.get("subject")])]
        if subjects != [digest]:
            found = f"one on {', '.join(map(str, subjects)) or 'nothing'}"
            self._tell(Wrong.RECORD, path, f"a report on {digest}", found)
        for still in _tables(report.get("stills")):
            name = f"{folder}{still.get('path')}"
            there = self._hashes.get(name)
            if there is not None and f"sha256:{there}" != still.get("digest"):
                self._tell(Wrong.RECORD, name, str(still.get("digest")), f"sha256:{there}")

    # 7. time

    def stamps(self) -> Stamps:
        """The tag manifest and the stamps over it."""
        names = sorted(filter(bag.STAMP.fullmatch, self._sizes))
        found = {name: content for name in names if (content := self._bytes(name, bag.LARGEST_STAMP))}
        key = self._key(bag.read_info(self._text(bag.INFO) or ""))
        return Stamps(self._bytes(bag.TAG_MANIFEST) or b"", found, key)

    def _stamps(self) -> None:
        found = self.stamps()
        digest = hashlib.sha256(found.content).hexdigest()
        for name in filter(bag.STAMP.fullmatch, self._sizes):
            if not bag.is_about(found.by_name.get(name, b""), digest):
                self._tell(Wrong.RECORD, name, f"a time stamp over sha256:{digest}", "something else")

    # 8. signatures

    def _key(self, info: tuple[tuple[str, str], ...]) -> str | None:
        return ", ".join(bag.values(info, bag.SIGNED_BY)) or None

    def _signatures(self, info: tuple[tuple[str, str], ...], keys: Collection[str] | None) -> None:
        found = self.stamps()
        wanted = {bag.SIGNATURE, *map(bag.countersigned_name, found.by_name)} & self._sizes.keys()
        files = {path: self._bytes(path, signature.BYTES) or b"" for path in wanted} | dict(found.by_name)
        files[bag.TAG_MANIFEST] = found.content
        files[bag.SIGNER] = self._bytes(bag.SIGNER) or b""
        self._found += signature.wrongs(self._key(info), files, found.by_name, keys)

    # reading

    def _json(self, path: str) -> dict[str, Any] | None:
        content = self._bytes(path)
        if content is None:
            return None
        try:
            return next(_tables([json.loads(content)]))
        except (ValueError, RecursionError, StopIteration):
            self._tell(Wrong.FORM, path, "a JSON object", "something else")
            return None

    def _text(self, path: str) -> str | None:
        content = self._bytes(path)
        return None if content is None else content.decode("utf-8", "backslashreplace")

    def _bytes(self, path: str, most: int = LARGEST_TEXT) -> bytes | None:
        """A whole small file; None where it is missing or cannot be read, which another step tells."""
        size = self._sizes.get(path)
        if size is None:
            return None
        if size > most:
            self._tell(Wrong.UNSAFE, path, "a short text", f"{size} bytes")
            return None
        content = bytearray()
        try:
            for chunk in self._tree.chunks(path):
                content += chunk
        except UnreadableError as error:
            self._tell(Wrong.ALTERED, path, "a file that can be read", str(error))
        return bytes(content[:most])


def _tables(value: object) -> Iterator[dict[str, Any]]:
    """The JSON objects of a list; nothing where it is something else."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    yield from (cast("dict[str, Any]", item) for item in items if isinstance(item, dict))
