"""Cases with reports whose media and pictures are known, for plans and statements."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from claims.case import Case
from claims.packets.plan import Plan, plan
from claims.ruleset import load
from claims.vocabulary.packet import Packet
from evidence.model import Answer, Finding, MediaFacts, Outcome, Report, Still, Subject, say
from tests.claims.cases import case, exhibit

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
PROOFS = ("six_faces.count", "continuity.take", "label.tracking", "phases.sealed")


def digest(name: str) -> str:
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def film_report(name: str, seconds: float = 41.0, *, container: str = "mov", corners: int = 2) -> Report:
    stills = [
        *((f"corner-{n}", "corner", None) for n in range(corners)),
        ("label-1", "label", None),
        ("opened-1", "opened", None),
        *((f"face-{n}", "face", n) for n in range(1, 7)),
    ]
    found = [Finding.of(code, Outcome.PASS, say("Seen.")) for code in PROOFS]
    return Report(
        engine="sixface",
        profile="unboxing",
        examined_at=AT,
        subject=Subject(digest=digest(name), bytes=1, name=f"{name}.mov"),
        media=MediaFacts(
            kind="video",
            container=container,
            video_codec="h264",
            audio_codec="aac",
            width=1920,
            height=1080,
            duration=timedelta(seconds=seconds),
            frames=int(seconds * 30),
        ),
        asks={},
        answers=(Answer(check="seen", version=1, settings={}, findings=tuple(found)),),
        stills=tuple(
            Still(digest=digest(w), path=f"stills/{w}.jpg", at=timedelta(seconds=3), what=kind, face=face)
            for w, kind, face in stills
        ),
    )


def photo_report(name: str) -> Report:
    return Report(
        engine="sixface",
        profile="defect_photo",
        examined_at=AT,
        subject=Subject(digest=digest(name), bytes=1, name=f"{name}.jpg"),
        media=MediaFacts(kind="photo", container="jpeg", width=4000, height=3000, frames=1),
        asks={},
        answers=(),
    )


Made = tuple[Case, dict[str, Report]]


def of(*exhibits: dict[str, Any], seconds: float = 41.0, corners: int = 2, **told: Any) -> Made:
    """A case with those exhibits and a report on each."""
    made = case(exhibits=list(exhibits), **told)
    reports = {
        e.digest: film_report(e.id, seconds, corners=corners)
        if e.kind.value == "film"
        else photo_report(e.id)
        for e in made.exhibits
    }
    return made, reports


def film(ref: str = "E1", /, **told: Any) -> dict[str, Any]:
    return exhibit(ref, "opening_film", "film") | {"size": 50_000_000, **told}


def photo(ref: str, role: str = "defect_photo", /, **told: Any) -> dict[str, Any]:
    return exhibit(ref, role) | {"size": 3_000_000, **told}


def packet(name: str) -> tuple[str, Packet]:
    ruleset, _, wanted = name.partition(".")
    return ruleset, next(p for p in load(ruleset).rules.packet if p.id == wanted)


def planned(name: str, made: Made, **more: Any) -> Plan:
    ruleset, entry = packet(name)
    rules = load(made[0].platform if made[0].platform in {"tmall", "temu", "ups"} else ruleset).rules
    return plan(made[0], rules, entry, made[1], ruleset=ruleset, **more)
