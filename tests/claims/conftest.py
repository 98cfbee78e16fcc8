"""A case with its reports and chains, made of small random bytes; sealed once for many tests."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from claims.assess import assess
from claims.assessment import Assessment
from claims.bundle import SealedBundle, plan, write
from claims.case import Case, Event, EventKind, Exhibit, ExhibitKind, Statement
from claims.chain import GENESIS
from claims.confirmation import Confirmation
from claims.ruleset import Loaded, load
from claims.signature import Signer
from evidence.model import (
    Answer,
    Element,
    Expectation,
    Finding,
    MediaFacts,
    Outcome,
    Report,
    Still,
    Subject,
    say,
)
from tests.claims.mutations import TestSigner

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
ASKS = {
    Element.CONSISTENCY: ("label",),
    Element.COMPLETENESS: ("six_faces", "continuity", "phases"),
    Element.VALIDITY: ("readable", "sharpness"),
    Element.TIMELINESS: ("clock",),
}
SOUND = {
    "label": {"label.tracking": Outcome.PASS},
    "six_faces": {"six_faces.count": Outcome.PASS},
    "continuity": {"continuity.take": Outcome.PASS},
    "phases": {"phases.sealed": Outcome.PASS, "phases.opening": Outcome.PASS},
    "readable": {"readable.complete": Outcome.PASS},
    "sharpness": {"sharpness.blur": Outcome.PASS},
    "clock": {"clock.window": Outcome.PASS},
}


def sha(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def report_on(
    data: bytes,
    said: Mapping[str, Mapping[str, Outcome]] = SOUND,
    *,
    container: str = "mp4",
    stills: tuple[Still, ...] = (),
    expected: Expectation | None = None,
    name: str = "IMG_1.MOV",
) -> Report:
    """A report on `data` in which the checks say just this."""
    kind = "photo" if container in {"jpeg", "png"} else "video"
    return Report(
        engine="sixface 0.1.0",
        profile="unboxing",
        examined_at=NOW,
        subject=Subject(digest=sha(data), bytes=len(data), name=name),
        media=MediaFacts(
            kind=kind, container=container, width=1920, height=1080, duration=timedelta(seconds=41.2)
        ),
        expected=expected or Expectation(),
        asks=ASKS,
        answers=tuple(
            Answer(
                check=check,
                version=1,
                findings=tuple(
                    Finding.of(code, outcome, say("{code} said so.", code=code))
                    for code, outcome in codes.items()
                ),
            )
            for check, codes in said.items()
        ),
        stills=stills,
    )


def chain_of(stream: str, *details: Mapping[str, Any]) -> str:
    """A custody chain as JSON lines."""
    lines: list[str] = []
    previous = GENESIS
    for number, detail in enumerate(details, start=1):
        entry = {
            "actor": "li@warehouse",
            "at": f"2026-11-21T09:00:{number:02d}.000000Z",
            "detail": detail,
            "event": "evidence.stored",
            "previous": previous,
            "seq": number,
            "stream": stream,
        }
        line = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
        previous = sha(line.encode())
        lines.append(line)
    return "".join(lines)


@dataclass
class Desk:
    """Everything that goes into a bundle, to be changed by a test before it is sealed."""

    case: Case
    ruleset: Loaded
    reports: dict[str, Report] = field(default_factory=dict[str, Report])
    blobs: dict[str, bytes] = field(default_factory=dict[str, bytes])
    pages: dict[str, bytes] = field(default_factory=dict[str, bytes])
    custody: dict[str, str] = field(default_factory=dict[str, str])
    confirmations: dict[str, tuple[Confirmation, ...]] = field(
        default_factory=dict[str, tuple[Confirmation, ...]]
    )

    @property
    def assessment(self) -> Assessment:
        return assess(self.case, self.ruleset.rules, self.reports, NOW, self.confirmations)

    def judged(self, requirement: str) -> str:
        found = self.assessment.judgement(requirement)
        assert found is not None
        return found.answer.value

    def add(self, exhibit_id: str, data: bytes, kind: ExhibitKind, name: str = "IMG_1.MOV") -> None:
        self.blobs[sha(data)] = data
        self.case = self.case.with_exhibit(
            Exhibit(
                id=exhibit_id,
                evidence_id=f"ev-{exhibit_id}",
                digest=sha(data),
                size=len(data),
                name=name,
                kind=kind,
                added_at=NOW - timedelta(hours=1),
            )
        )

    def say(self, requirement: str, answer: str = "yes", **more: Any) -> None:
        values = {"requirement": requirement, "answer": answer, "by": "Li Wei", "at": NOW, **more}
        self.case = self.case.with_statement(Statement.model_validate(values))

    def happen(self, kind: EventKind, at: datetime) -> None:
        self.case = self.case.with_event(Event(kind=kind, at=at))

    def open(self, digest: str) -> BinaryIO:
        return io.BytesIO(self.blobs[digest])

    def seal(self, out: Any, *, incomplete: bool = False, signer: Signer | None = None) -> SealedBundle:
        planned = plan(
            self.case,
            self.ruleset,
            self.assessment,
            reports=self.reports,
            pages=self.pages,
            custody=self.custody,
            sealed_at=NOW,
            engine="sixface 0.1.0",
            incomplete=incomplete,
            confirmations=self.confirmations,
            signer=signer,
        )
        return write(planned, self.open, out)


def bare() -> Desk:
    """A case without exhibits."""
    case = Case(
        id="case-1",
        platform="tmall",
        zone="Asia/Shanghai",
        order_number="2026112100001",
        tracking_number="SF1234567890",
        reason="空包 / empty box",
    )
    return Desk(case=case, ruleset=load("tmall_unboxing"))


def filled(empty: Desk, rng: random.Random) -> Desk:
    """The case with a film, a photo, a document, and all that is asked for confirmed."""
    film, photo, chat, picture = (rng.randbytes(n) for n in (70_000, 9_000, 400, 3_000))
    still = Still(digest=sha(picture), path="stills/face-1.jpg", at=timedelta(seconds=3), what="face", face=1)
    empty.add("film", film, ExhibitKind.FILM, name="../../etc/passwd\0😀" + "长" * 1300)
    empty.add("photo", photo, ExhibitKind.PHOTO)
    empty.add("chat", chat, ExhibitKind.DOCUMENT)
    empty.blobs[sha(picture)] = picture
    empty.reports = {
        sha(film): report_on(film, stills=(still,)),
        sha(photo): report_on(photo, {}, container="jpeg"),
    }
    empty.pages = {sha(film): b"<!doctype html><title>report</title>"}
    empty.custody = {
        "case-1": chain_of("case:1", {"by": "Li"}, {"note": 'a quote ",\\"previous\\":\\" 盗'}, {"n": 3}),
        "film": chain_of("evidence:film", {"digest": sha(film)}, {"who": "审核 😀\u2028"}),
    }
    empty.say("V-04", exhibit="film", when=[12, 15])
    empty.say("V-05", exhibit="film")
    return empty


@pytest.fixture
def empty_desk() -> Desk:
    """A case without exhibits."""
    return bare()


@pytest.fixture
def desk(empty_desk: Desk) -> Desk:
    """A case that meets every requirement: a film, a photo, a document, all confirmed."""
    return filled(empty_desk, random.Random(1))


@pytest.fixture
def make_report() -> Callable[..., Report]:
    return report_on


@pytest.fixture
def make_chain() -> Callable[..., str]:
    return chain_of


@pytest.fixture
def bundle(desk: Desk, tmp_path: Path) -> Path:
    """A sealed bundle as a zip."""
    path = tmp_path / "bundle.zip"
    with path.open("wb") as out:
        desk.seal(out)
    return path


@pytest.fixture
def unpacked(bundle: Path, tmp_path: Path) -> Path:
    """The same, unpacked under a name of somebody else's."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "out")
    return (tmp_path / "out" / "sixface-case-1").rename(tmp_path / "some other name")


@pytest.fixture
def signed(desk: Desk, tmp_path: Path) -> Path:
    """A signed bundle, unpacked."""
    path = tmp_path / "signed.zip"
    with path.open("wb") as out:
        desk.seal(out, signer=TestSigner())
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "signed")
    return tmp_path / "signed" / "sixface-case-1"
