"""What a file is, and how that compares with what the order says, as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from api.words import Words, legible
from evidence.model import Face, Finding, MediaFacts, Outcome, Report, Saying, say

FORMATS: Final[Mapping[str, str]] = {
    "mov": "QuickTime (MOV)",
    "mp4": "MP4",
    "3gp": "3GP",
    "webm": "WebM",
    "mkv": "Matroska (MKV)",
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WebP",
    "heic": "HEIC",
    "h264": "H.264",
    "hevc": "HEVC (H.265)",
    "vp8": "VP8",
    "vp9": "VP9",
    "av1": "AV1",
    "mpeg4": "MPEG-4",
    "mjpeg": "Motion JPEG",
    "aac": "AAC",
    "mp3": "MP3",
    "opus": "Opus",
    "vorbis": "Vorbis",
}
"""How people write the names that decoders use."""

FACE_NAMES: Final[Mapping[Face, Saying]] = {
    "top": say("Top"),
    "front": say("Front"),
    "right": say("Right"),
    "back": say("Back"),
    "left": say("Left"),
    "bottom": say("Bottom"),
}

_QUARTER_TURNS: Final = (90, 270)


@dataclass(frozen=True)
class Fact:
    """One row: what, and its value; `limit` where the value was held against one."""

    label: str
    value: str
    limit: str = ""


@dataclass(frozen=True)
class Compared:
    """One thing the order says beside what the file shows."""

    label: str
    wanted: str
    found: str
    outcome: Outcome


def facts(report: Report, words: Words) -> tuple[Fact, ...]:
    """What the file is, in plain words; what is unknown has no row."""
    media = report.media
    rows: list[tuple[str, str]] = [
        (words.text("File"), legible(report.subject.name, 120)),
        (words.text("Size"), words.size(report.subject.bytes)),
        (words.text("Format"), _format(media, words)),
        (words.text("Picture size"), _picture(media, words)),
    ]
    if media.duration is not None:
        rows.append((words.text("Length"), words.duration(media.duration)))
    if media.frames is not None and media.kind == "video":
        rows.append((words.text("Pictures in the film"), words.number(media.frames)))
    if media.kind == "video":
        rows.append(
            (words.text("Audio"), (media.audio_codec and _named(media.audio_codec)) or words.text("none"))
        )
    rows.append(
        (
            words.text("Date in the file"),
            words.moment(media.created_at) if media.created_at else words.text("the file does not say"),
        )
    )
    if media.encoder:
        rows.append((words.text("Written by"), legible(media.encoder, 120)))
    if report.expected.prompts:
        rows.append(
            (words.text("Asked for while filming; proves nothing by itself"), _prompts(report, words))
        )
    return tuple(Fact(label, value) for label, value in rows)


def _prompts(report: Report, words: Words) -> str:
    return words.text(", ").join(
        f"{words.say(FACE_NAMES[prompt.face])} {words.clock(prompt.at, tenths=True)}"
        for prompt in report.expected.prompts
    )


def _named(name: str) -> str:
    return FORMATS.get(name, legible(name, 40))


def _format(media: MediaFacts, words: Words) -> str:
    if media.video_codec is None or media.kind == "photo":
        return _named(media.container)
    return words.text(
        "{container} with {codec}", container=_named(media.container), codec=_named(media.video_codec)
    )


def _picture(media: MediaFacts, words: Words) -> str:
    width, height = media.width, media.height
    if media.rotation in _QUARTER_TURNS:
        width, height = height, width
    size = f"{width} × {height}"
    if media.rotation:
        return words.text("{size}, turned upright by {degrees}°", size=size, degrees=media.rotation)
    return size


def compared(report: Report, words: Words) -> tuple[Compared, ...]:
    """What the order says beside what the file shows; empty where nothing was expected."""
    return tuple(_compared(report, words))


def _compared(report: Report, words: Words) -> Iterator[Compared]:
    expected = report.expected
    if expected.tracking_number is not None:
        read = _codes(report)
        yield Compared(
            words.text("Waybill number"),
            legible(expected.tracking_number, 80),
            words.text(", ").join(read) if read else _unread(report, words),
            _outcome(report, "label.tracking"),
        )
    if expected.order_number is not None:
        yield Compared(
            words.text("Order number"),
            legible(expected.order_number, 80),
            _order(report)
            or (words.text("was not seen") if report.answer("label") else words.text("was not checked")),
            _outcome(report, "label.order"),
        )
    yield from _times(report, words)


def _codes(report: Report) -> tuple[str, ...]:
    """The texts read from the label, each once."""
    values = (
        str(measure.value)
        for finding in report.findings()
        if finding.code == "label.code"
        for measure in finding.measures
        if measure.name == "value"
    )
    return tuple(dict.fromkeys(legible(value, 80) for value in values))


def _order(report: Report) -> str:
    """The order number, or what is nearly it, as it was read; empty where it was not."""
    values = (
        str(measure.value)
        for finding in report.findings()
        if finding.code == "label.order"
        for measure in finding.measures
        if measure.name == "read"
    )
    return legible(next(values, ""), 80)


def _unread(report: Report, words: Words) -> str:
    return words.text("none was read") if report.answer("label") else words.text("was not checked")


BOUNDS: Final[Mapping[str, Saying]] = {
    "delivered_at": say("delivered {moment}"),
    "received_at": say("return received {moment}"),
    "not_before": say("not before {moment}"),
    "not_after": say("not after {moment}"),
}


def _times(report: Report, words: Words) -> Iterator[Compared]:
    """All bounds in one row, since the check judges them together."""
    wanted = [
        words.text(text.text, moment=words.moment(moment))
        for name, text in BOUNDS.items()
        if (moment := getattr(report.expected, name)) is not None
    ]
    if wanted:
        recorded = report.media.created_at
        yield Compared(
            words.text("Time of recording"),
            words.text("; ").join(wanted),
            words.moment(recorded) if recorded else words.text("the file does not say"),
            _outcome(report, "clock.window"),
        )


def _outcome(report: Report, code: str) -> Outcome:
    finding: Finding | None = next((f for f in report.findings() if f.code == code), None)
    return finding.outcome if finding else Outcome.UNSURE
