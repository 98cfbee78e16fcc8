"""Reports made by hand, whose every word is known: sound, flawed, undecided, hostile."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from evidence.model import (
    Answer,
    Element,
    Expectation,
    Finding,
    Measure,
    MediaFacts,
    Outcome,
    Report,
    Still,
    Subject,
    say,
)
from evidence.timeline import Timeline

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

# The smallest JPEG that browsers show: one grey pixel.
PIXEL = b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////"
    "////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
PIXEL_DIGEST = f"sha256:{hashlib.sha256(PIXEL).hexdigest()}"

ASKS: dict[Element, tuple[str, ...]] = {
    Element.CONSISTENCY: ("label",),
    Element.COMPLETENESS: ("six_faces", "continuity", "phases"),
    Element.VALIDITY: ("readable", "sharpness"),
    Element.TIMELINESS: ("clock",),
}

FILM = MediaFacts(
    kind="video",
    container="mov",
    video_codec="h264",
    audio_codec="aac",
    width=1920,
    height=1080,
    rotation=90,
    duration=timedelta(seconds=41.2),
    frames=1236,
    created_at=datetime(2026, 11, 20, 8, 11, 2, tzinfo=UTC),
    encoder="Apple iPhone 15, iOS 18.1",
)
PHOTO = MediaFacts(kind="photo", container="heic", width=4032, height=3024, rotation=90)


def seconds(*pairs: tuple[float, float]) -> Timeline:
    return Timeline.of(*((timedelta(seconds=a), timedelta(seconds=b)) for a, b in pairs))


def answer(check: str, *findings: Finding) -> Answer:
    return Answer(check=check, version=1, settings={"every": 0.2, "words": ["a"]}, findings=findings)


def report(
    *answers: Answer,
    name: str = "IMG_0412.MOV",
    media: MediaFacts = FILM,
    asks: dict[Element, tuple[str, ...]] | None = None,
    expected: Expectation | None = None,
    stills: Iterable[Still] = (),
) -> Report:
    return Report(
        engine="sixface 0.1.0",
        profile="unboxing" if media.kind == "video" else "defect_photo",
        examined_at=NOW,
        subject=Subject(digest=f"sha256:{'a1' * 32}", bytes=12_400_000, name=name),
        media=media,
        expected=expected or Expectation(),
        asks=ASKS if asks is None else asks,
        answers=answers,
        stills=tuple(stills),
    )


def passed(check: str, code: str, text: str, when: Timeline | None = None) -> Answer:
    return answer(check, Finding.of(f"{check}.{code}", Outcome.PASS, say(text), when=when))


GOOD = (
    passed("readable", "decoded", "All 1236 pictures could be read, to the end of the file."),
    passed("continuity", "take", "One take: no cut, gap, freeze or black picture was found."),
    passed("clock", "recorded", "Recorded on 2026-11-20, inside the expected time."),
    passed(
        "sharpness", "clear", "Sharp and well lit for 96 % of the film.", seconds((0, 30.2), (31.4, 41.2))
    ),
)


def sound() -> Report:
    asks = {
        Element.COMPLETENESS: ("continuity",),
        Element.VALIDITY: ("readable", "sharpness"),
        Element.TIMELINESS: ("clock",),
    }
    return report(*GOOD, asks=asks)


def cut() -> Finding:
    return Finding.of(
        "continuity.cut",
        Outcome.FAIL,
        say("The picture changes at once at {at} s: here something was cut out.", at=18.4),
        advice=say("Hand in the uncut original, or film the parcel again in one take."),
        when=seconds((18.4, 18.433)),
        measures=[
            Measure(name="score", value=0.93, limit=0.6),
            Measure(name="flow", value=41.25, unit="px/frame"),
        ],
        stills=[PIXEL_DIGEST],
    )


def flawed() -> Report:
    gap = Finding.of(
        "continuity.gap",
        Outcome.FAIL,
        say("{seconds} s are missing.", seconds=2.1),
        advice=say("Hand in the uncut original, or film the parcel again in one take."),
        when=seconds((27.0, 29.1)),
    )
    blur = Finding.of(
        "sharpness.blur",
        Outcome.UNSURE,
        say("Too blurred to recognise anything for {seconds} s.", seconds=3.2),
        advice=say("Hold the phone still while the label is in the picture."),
        when=seconds((4.0, 7.2)),
    )
    return report(
        GOOD[0],
        answer("continuity", cut(), gap),
        GOOD[2],
        answer("sharpness", blur, *GOOD[3].findings),
        expected=Expectation(
            tracking_number="SF1390012345678",
            received_at=datetime(2026, 11, 20, 6, 0, tzinfo=UTC),
        ),
        stills=[
            Still(digest=PIXEL_DIGEST, path="stills/before-1.jpg", at=timedelta(seconds=18.4), what="before")
        ],
    )


def review() -> Report:
    return report(*GOOD)


HOSTILE = "<script>alert(1)</script>\u202egpj.\x1b[31m{text} [red]x[/red] 'x' \"y\" &amp; 🧤\nline"


def hostile() -> Report:
    """Strangers' text wherever a stranger can put text."""
    bad = Finding.of(
        HOSTILE,
        Outcome.UNSURE,
        say("The code reads {value}.", value=HOSTILE),
        advice=say("Compare it with {value}.", value=HOSTILE),
        when=seconds((1, 2)),
        measures=[Measure(name=HOSTILE, value=HOSTILE, unit=HOSTILE, limit=HOSTILE)],
    )
    media = FILM.model_copy(update={"encoder": HOSTILE, "container": HOSTILE, "video_codec": HOSTILE})
    made = report(
        Answer(check=HOSTILE, version=1, settings={HOSTILE: HOSTILE}, findings=(bad,)),
        name=HOSTILE,
        media=media,
        expected=Expectation(tracking_number=HOSTILE, order_number=HOSTILE),
        stills=[Still(digest=PIXEL_DIGEST, path=HOSTILE, at=timedelta(seconds=1), what=HOSTILE)],
    )
    return made.model_copy(update={"engine": HOSTILE, "profile": HOSTILE})


def pictured(width: int, height: int, number: int = 0) -> bytes:
    """The grey pixel under a header that claims another size; the number makes it unlike others."""
    place = PIXEL.index(b"\xff\xc2") + 5
    size = height.to_bytes(2) + width.to_bytes(2)
    return PIXEL[:place] + size + PIXEL[place + 4 :] + number.to_bytes(2)


FACE_VIEWS = {
    "top": pictured(320, 240, 1),
    "front": pictured(320, 160, 2),
    "right": pictured(240, 160, 3),
    "back": pictured(320, 160, 4),
    "left": pictured(240, 160, 5),
    "bottom": pictured(320, 240, 6),
}
CORNER_VIEWS = (pictured(400, 300, 7), pictured(400, 300, 8))
VIEWS = {f"sha256:{hashlib.sha256(view).hexdigest()}": view for view in (*FACE_VIEWS.values(), *CORNER_VIEWS)}


def unfolded(
    *faces: str,
    outcome: Outcome = Outcome.PASS,
    unsure: Iterable[str] = (),
    corners: bool = False,
    says: str = "Faces were looked for.",
) -> Report:
    """A film that shows these faces, each for two seconds from its number in the list on."""
    digests = dict(zip((*FACE_VIEWS, "one", "other"), VIEWS, strict=True))
    count = Measure(name="faces_shown", value=len(faces), unit="faces", limit=6)
    findings = [Finding.of("six_faces.count", outcome, say("{says}", says=says), measures=[count])]
    stills: list[Still] = []
    for start, face in enumerate(faces):
        seen = Outcome.UNSURE if face in unsure else Outcome.PASS
        measures = [Measure(name="face", value=face)]
        when = seconds((start * 3, start * 3 + 2))
        stills.append(
            Still(
                digest=digests[face],
                path=f"stills/face-{face}.jpg",
                at=timedelta(seconds=start * 3 + 1),
                what="face",
                face=1 + list(FACE_VIEWS).index(face),
            )
        )
        findings.append(
            Finding.of(
                "six_faces.face",
                seen,
                say("Shown."),
                when=when,
                measures=measures,
                stills=[stills[-1].digest],
            )
        )
    if corners:
        two = [digests["one"], digests["other"]]
        findings.append(
            Finding.of(
                "six_faces.corners", Outcome.PASS, say("Two corners."), when=seconds((1, 1)), stills=two
            )
        )
        stills.extend(
            Still(digest=d, path=f"stills/{d[-4:]}.jpg", at=timedelta(seconds=20), what="corner") for d in two
        )
    return report(answer("six_faces", *findings), stills=stills)
