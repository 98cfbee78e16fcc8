"""Random changes of a bag's files, seeded: each kind that somebody could try, with and without skill.

Some change bytes, names and logs and leave the rest; others write the manifests, sums and heads of the chains
anew, as somebody who knows the format would. `rewritten` goes all the way: it also signs anew, or takes
the signature away. Such a bag agrees with itself; only a key from elsewhere tells it from the real one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from claims import bag, chain
from claims.signature import pem

Files = dict[str, bytes]
Mutation = Callable[[Files, random.Random], None]

NAMES: Final = ("evil.sh", ".hidden", "空.txt", "a\nb", "a b", "-rf", "x.jsonl", "\u202egpj.exe", "02.sig")
FOLDERS: Final = (
    "",
    "data/",
    "data/custody/",
    "data/originals/",
    "new/",
    "data/reports/01-film/stills/",
    "time/",
)


@dataclass(frozen=True)
class TestSigner:
    """Somebody who seals, whose key follows from a number."""

    __test__ = False
    number: int = 1

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(str(self.number).encode()).digest())

    @property
    def key(self) -> str:
        public = self._private.public_key()
        return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()

    def sign(self, content: bytes, /) -> bytes:
        return self._private.sign(content)


def resealed(files: Files) -> None:
    """Write both manifests anew, as a forger would."""

    def manifest(paths: list[str]) -> bytes:
        return bag.manifest({p: hashlib.sha256(files[p]).hexdigest() for p in paths}).encode()

    files[bag.MANIFEST] = manifest([p for p in files if p.startswith(bag.PAYLOAD)])
    beside = {bag.TAG_MANIFEST, bag.SIGNATURE}
    tags = [p for p in files if not p.startswith((bag.PAYLOAD, "time/")) and p not in beside]
    files[bag.TAG_MANIFEST] = manifest(tags)


def noted(files: Files) -> None:
    """Write the sum of the payload and the heads of the chains anew."""
    payload = [p for p in files if p.startswith(bag.PAYLOAD)]
    fields = [
        (name, value)
        for name, value in bag.read_info(files[bag.INFO].decode())
        if name not in {bag.OXUM, bag.CUSTODY}
    ]
    for path in sorted(p for p in payload if p.startswith(bag.CHAINS)):
        head, _ = chain.follow(files[path].splitlines(keepends=True))
        fields.append((bag.CUSTODY, f"{path} {head}"))
    fields.append((bag.OXUM, f"{sum(len(files[p]) for p in payload)}.{len(payload)}"))
    files[bag.INFO] = bag.info(fields).encode()


def rehung(text: bytes) -> bytes:
    """A chain whose links are computed anew after a change."""
    lines: list[bytes] = []
    previous = chain.GENESIS
    for number, line in enumerate(text.splitlines(), start=1):
        entry = json.loads(line) | {"previous": previous, "seq": number}
        made = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        previous = f"sha256:{hashlib.sha256(made).hexdigest()}"
        lines.append(made)
    return b"".join(lines)


def is_signed(files: Files) -> bool:
    return bag.SIGNATURE in files


def stamps_of(files: Files) -> list[str]:
    return [path for path in files if bag.STAMP.fullmatch(path)]


# without skill


def flip(files: Files, rng: random.Random) -> None:
    path = rng.choice([p for p in files if files[p]])
    at = rng.randrange(len(files[path]))
    changed = files[path][at] ^ (1 << rng.randrange(8))
    files[path] = files[path][:at] + bytes([changed]) + files[path][at + 1 :]


def insert(files: Files, rng: random.Random) -> None:
    path = rng.choice(list(files))
    at = rng.randrange(len(files[path]) + 1)
    piece = rng.choice([b"\0", b"\n", b" ", b"\r", b"x", rng.randbytes(5)])
    files[path] = files[path][:at] + piece + files[path][at:]


def delete(files: Files, rng: random.Random) -> None:
    path = rng.choice([p for p in files if files[p]])
    at = rng.randrange(len(files[path]))
    files[path] = files[path][:at] + files[path][at + rng.choice([1, 2, 50, 10**9]) :]


def remove(files: Files, rng: random.Random) -> None:
    """A file; all time stamps together may go, and the bag then claims no time, so they are left alone."""
    del files[rng.choice([path for path in files if not bag.STAMP.fullmatch(path)])]


def swap(files: Files, rng: random.Random) -> None:
    one, other = rng.sample(list(files), 2)
    files[one], files[other] = files[other], files[one]


def rename(files: Files, rng: random.Random) -> None:
    path = rng.choice(list(files))
    names = [path + "x", path + " ", f"data/{rng.randrange(99)}", path.upper() + "2"]
    files[rng.choice(names)] = files.pop(path)


def add(files: Files, rng: random.Random) -> None:
    files[rng.choice(FOLDERS) + rng.choice(NAMES)] = rng.randbytes(rng.randrange(3))


def _logs(files: Files) -> list[str]:
    return [p for p in files if p.startswith(bag.CHAINS) and p.endswith(".jsonl")]


def _lines(files: Files, rng: random.Random, change: Callable[[list[bytes]], None]) -> None:
    texts = [p for p in files if p.endswith((".jsonl", ".txt")) and files[p].count(b"\n") > 1]
    path = rng.choice(texts)
    lines = files[path].splitlines(keepends=True)
    change(lines)
    files[path] = b"".join(lines)


def drop_line(files: Files, rng: random.Random) -> None:
    _lines(files, rng, lambda lines: lines.__delitem__(rng.randrange(len(lines))))


def double_line(files: Files, rng: random.Random) -> None:
    _lines(files, rng, lambda lines: lines.insert(0, rng.choice(lines)))


def turn_lines(files: Files, rng: random.Random) -> None:
    _lines(files, rng, lambda lines: lines.reverse())


def edit_log(files: Files, rng: random.Random) -> None:
    path = rng.choice(_logs(files))
    files[path] = re.sub(rb'"actor":"[^"]*"', b'"actor":"xi@warehouse"', files[path], count=1)


def cut_log(files: Files, rng: random.Random) -> None:
    path = rng.choice(_logs(files))
    lines = files[path].splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    files[path] = b"".join(lines)


# with skill


def edit_log_reseal(files: Files, rng: random.Random) -> None:
    """The log is changed, and both manifests are written anew."""
    rng.choice([edit_log, cut_log])(files, rng)
    resealed(files)


def replace_original_reseal(files: Files, rng: random.Random) -> None:
    """An original is replaced by one of the same length, and both manifests are written anew."""
    path = rng.choice([p for p in files if p.startswith(bag.ORIGINALS)])
    files[path] = rng.randbytes(len(files[path]))
    resealed(files)


# with skill, where there is a signature or a stamp


def rewrite_unsigned(files: Files, rng: random.Random) -> None:
    """Everything is made to agree; the old signature stays, since the key is not at hand."""
    _rewritten(files, rng)


def swap_signature(files: Files, rng: random.Random) -> None:
    """The signature of another bag by the same signer."""
    files[bag.SIGNATURE] = TestSigner().sign(rng.randbytes(200))


def foreign_signature(files: Files, rng: random.Random) -> None:
    """Signed by somebody else, and the key stays."""
    files[bag.SIGNATURE] = TestSigner(2 + rng.randrange(50)).sign(files[bag.TAG_MANIFEST])


def swap_key(files: Files, rng: random.Random) -> None:
    """The key of somebody else, and the manifests written anew."""
    files[bag.SIGNER] = pem(TestSigner(2 + rng.randrange(50)).key).encode()
    resealed(files)


def flip_token(files: Files, rng: random.Random) -> None:
    path = rng.choice(stamps_of(files))
    at = rng.randrange(len(files[path]))
    files[path] = (
        files[path][:at] + bytes([files[path][at] ^ (1 << rng.randrange(8))]) + files[path][at + 1 :]
    )


def swap_token(files: Files, rng: random.Random) -> None:
    """The stamp of another bag, which holds the hash of another tag manifest."""
    path = rng.choice(stamps_of(files))
    own = hashlib.sha256(files[bag.TAG_MANIFEST]).digest()
    files[path] = files[path].replace(own, rng.randbytes(32))


def drop_countersignature(files: Files, rng: random.Random) -> None:
    del files[bag.countersigned_name(rng.choice(stamps_of(files)))]


PLAIN: Final[tuple[Mutation, ...]] = (
    flip,
    insert,
    delete,
    remove,
    swap,
    rename,
    add,
    drop_line,
    double_line,
    turn_lines,
    edit_log,
    cut_log,
    edit_log_reseal,
)
RECORDS: Final[tuple[Mutation, ...]] = (replace_original_reseal,)
"""Where nothing is signed, only who reads the reports sees these: `verify.sh` knows no JSON."""
SIGNED: Final[tuple[Mutation, ...]] = (
    rewrite_unsigned,
    swap_signature,
    foreign_signature,
    swap_key,
)
STAMPED: Final[tuple[Mutation, ...]] = (swap_token,)
COUNTERSIGNED: Final[tuple[Mutation, ...]] = (flip_token, drop_countersignature)


def kinds_for(files: Files) -> tuple[Mutation, ...]:
    """The kinds that both verifiers promise to catch in such a bag, without a key from elsewhere."""
    kinds = PLAIN
    if stamps_of(files):
        kinds += STAMPED
    if is_signed(files):
        kinds += RECORDS + SIGNED
    if is_signed(files) and stamps_of(files):
        kinds += COUNTERSIGNED
    return kinds


def _rewritten(files: Files, rng: random.Random) -> None:
    """A case, a log or the README that tells another story, and all sums made to fit."""
    what = rng.choice(("case", "log", "readme"))
    if what == "case":
        case = json.loads(files[bag.CASE])
        case["reason"] = f"another story {rng.randrange(1000)}"
        files[bag.CASE] = (json.dumps(case, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
    elif what == "log":
        edit_log(files, rng)
        for path in _logs(files):
            files[path] = rehung(files[path])
    else:
        files[bag.README] += b"another story\n"
    noted(files)
    resealed(files)


def rewritten(files: Files, rng: random.Random) -> Files:
    """All of it again, as a sealer of one's own: signed with another key, or no longer signed."""
    made = {path: data for path, data in files.items() if not path.startswith("time/")}
    signer = TestSigner(2 + rng.randrange(50))
    info = [field for field in bag.read_info(made[bag.INFO].decode()) if field[0] != bag.SIGNED_BY]
    made.pop(bag.SIGNATURE, None)
    made.pop(bag.SIGNER, None)
    anew = rng.random() < 0.5
    if anew:
        info.append((bag.SIGNED_BY, signer.key))
        made[bag.SIGNER] = pem(signer.key).encode()
    made[bag.INFO] = bag.info(info).encode()
    _rewritten(made, rng)
    if anew:
        made[bag.SIGNATURE] = signer.sign(made[bag.TAG_MANIFEST])
    return made


def mutate(files: Files, seed: int, kinds: tuple[Mutation, ...] | None = None) -> tuple[str, Files]:
    """The name of a kind, and the files after one change of it; the same seed makes the same change."""
    rng = random.Random(seed)
    chosen = kinds or kinds_for(files)
    while True:
        changed = dict(files)
        mutation = rng.choice(chosen)
        mutation(changed, rng)
        if changed != files:
            return mutation.__name__, changed
