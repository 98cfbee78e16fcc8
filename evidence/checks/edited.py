"""edited: does the file itself say that it was edited, or written again?

What it asks. Editors, messengers and phones leave words and shapes in the files they write.
No picture is looked at: only tags, the build of the container, and a signed record of origin.

How it decides. A trace is a fact; its absence is none. Nothing here fails but a cut that the
file itself spells out.
- `edited.software`: unsure when a program made for editing names itself as the writer.
- `edited.reprocessed`: pass, as a fact, when a messenger, a converter or an export wrote the file
  again. That happens to honest films every day.
- `edited.edit_list`: fail when the file's own list of what to show leaves out a stretch inside the
  take, or goes back in it; unsure when it trims the take, changes its speed, or is too long to be
  a camera's. Where in the film that shows is `continuity`'s to say.
- `edited.structure`: unsure when one track holds pictures of several descriptions, as joined films
  do; pass, as a fact, when bytes follow the end of the media.
- `edited.provenance`: a C2PA record. Pass when it fits the file, with a word on who signed it; unsure when
  it says that the content was changed or made up, does not fit, or cannot be read; skipped when there
  is none, when it lies on a server (nothing is fetched), or when the extra that reads it is not installed.
- `edited.none`: pass when none of these traces was found.

What it cannot see. Tags are dropped by every messenger and are easily forged; a careful editor
leaves none. So its pass means "no trace found", never "not edited".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import ClassVar, Final

from evidence import attestation, xmp
from evidence.check import Album, Check, Ending, Frame, Media
from evidence.clocks import Means, readings, written_again
from evidence.edits import LeftOut, left_out
from evidence.model import Finding, Measure, Outcome, Saying, say
from evidence.origin import Part, Writer, writers
from evidence.provenance import Provenance, Seal
from evidence.structure import Structure, Track
from evidence.timeline import ZERO, Instant

_KEEP: Final = say("Keep the file as the camera wrote it, if it still exists: it is the stronger proof.")
_ROUNDING: Final = timedelta(milliseconds=10)
"""Up to where two lines of an edit list join: a film's clock may have only 600 ticks a second."""
_LAVF_MINOR: Final = 512
"""The version that FFmpeg's library gives to every brand it writes."""
_SAVED: Final = ("JFIF", "Exif")
"""How programs begin a JPEG; a camera's begins with its EXIF, as EXIF 2.32 asks."""


class Edited(Check):
    """Reads what a file says of its own past."""

    name: ClassVar[str] = "edited"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "edited.software": "A program made for editing names itself as the writer of the file.",
        "edited.reprocessed": "The file was written again on its way; by itself no sign of editing.",
        "edited.edit_list": "What the film's edit list leaves out of the take, repeats or bends.",
        "edited.structure": "Something in the build of the file that a camera does not write.",
        "edited.provenance": "The signed record of origin (C2PA): whether it fits, and what it says.",
        "edited.none": "No trace of editing was found; that proves nothing by itself.",
    }

    every: Instant = timedelta(days=1)
    """It looks at no picture; one frame is as good as all."""
    jump: Instant = timedelta(seconds=0.1)
    """From how much in all an edit list leaves out inside the take, or goes back in it, that is a cut."""
    trim: Instant = timedelta(seconds=0.5)
    """How much it may leave out before the first picture or after the last: encoders leave out a few."""

    def start(self, media: Media, album: Album) -> _Observer:  # noqa: ARG002 - it keeps no pictures
        return _Observer(self, media)


class _Observer:
    def __init__(self, check: Edited, media: Media) -> None:
        self._check = check
        self._media = media

    def see(self, frame: Frame, /) -> None:
        """Nothing in the picture matters here."""

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:  # noqa: ARG002 - how it ended says nothing
        media = self._media
        named = writers(media.tags, media.structure.words)
        origin = _provenance(media)
        traces = [
            *_software(named, media),
            *_reprocessing(named, media),
            *self._edit_list(media.structure),
            *_structure(media.structure),
        ]
        yield from traces
        yield origin
        if not traces and origin.outcome is not Outcome.UNSURE:
            yield _none(named)

    def _edit_list(self, structure: Structure) -> Iterator[Finding]:
        film = next((track for track in structure.tracks if track.handler == "vide" and track.edits), None)
        if film is None:
            return
        out = left_out(film, structure.timescale)
        judged = self._cut(out) or self._trimmed(out) or _bent(film, out)
        if judged is not None:
            outcome, says = judged
            yield Finding.of(
                "edited.edit_list",
                outcome,
                says,
                advice=say("Send the take as the camera wrote it: what the list leaves out is still in it."),
                measures=self._measures(film, out),
            )

    def _cut(self, out: LeftOut) -> tuple[Outcome, Saying] | None:
        jumps = [jump for jump in out.jumps if abs(jump) > _ROUNDING]
        if sum(map(abs, jumps), ZERO) < self._check.jump:
            return None
        missing = sum((jump for jump in jumps if jump > ZERO), ZERO)
        if missing and len(jumps) == 1:
            return Outcome.FAIL, say(
                "The file's edit list leaves out {seconds} s from inside the take: what is shown is cut.",
                seconds=_seconds(missing),
            )
        if missing:
            return Outcome.FAIL, say(
                "The file's edit list leaves out {seconds} s from inside the take, at {count} places: "
                "what is shown is cut.",
                seconds=_seconds(missing),
                count=len(jumps),
            )
        return Outcome.FAIL, say(
            "The file's edit list goes back by {seconds} s inside the take: what is shown is not how it was.",
            seconds=_seconds(-min(jumps)),
        )

    def _trimmed(self, out: LeftOut) -> tuple[Outcome, Saying] | None:
        before, after = (part if part > self._check.trim else ZERO for part in (out.before, out.after))
        if before and after:
            return Outcome.UNSURE, say(
                "The take was trimmed: the file holds {before} s before what is shown, "
                "and {after} s after it.",
                before=_seconds(before),
                after=_seconds(after),
            )
        if before:
            return Outcome.UNSURE, say(
                "The take was trimmed: the file holds {seconds} s before what is shown.",
                seconds=_seconds(before),
            )
        if after:
            return Outcome.UNSURE, say(
                "The take was trimmed: the file holds {seconds} s after what is shown.",
                seconds=_seconds(after),
            )
        return None

    def _measures(self, film: Track, out: LeftOut) -> Iterator[Measure]:
        jump, trim = self._check.jump.total_seconds(), self._check.trim.total_seconds()
        yield Measure(name="entries", value=len(film.edits), unit="entries")
        yield Measure(name="left_out_before", value=_seconds(out.before), unit="s", limit=trim)
        yield Measure(name="left_out_after", value=_seconds(out.after), unit="s", limit=trim)
        if out.jumps:
            largest = max(out.jumps, key=abs)
            yield Measure(name="largest_jump", value=_seconds(largest), unit="s", limit=jump)


def _bent(film: Track, out: LeftOut) -> tuple[Outcome, Saying] | None:
    if out.bent:
        return Outcome.UNSURE, say(
            "The file's edit list plays a stretch at another speed, or holds one picture; "
            "cameras write no such list."
        )
    if film.more_edits:
        return Outcome.UNSURE, say(
            "The film's edit list has more than {count} entries; cameras write no such list.",
            count=len(film.edits),
        )
    return None


def _software(named: tuple[Writer, ...], media: Media) -> Iterator[Finding]:
    editors = [writer for writer in named if writer.part is Part.EDITOR]
    if not editors:
        return
    software = editors[0].name
    saved = _saved(media)
    if media.kind == "video":
        says = say(
            "The file names {software}, a program made for editing, as its writer: "
            "what is shown may be cut or changed.",
            software=software,
        )
    elif saved is not None:
        says = say(
            "The photo was saved again by {software}, a program made for editing, at {written}; "
            "what was changed is not recorded.",
            software=software,
            written=saved,
        )
    else:
        says = say(
            "The photo was saved by {software}, a program made for editing; "
            "what was changed is not recorded.",
            software=software,
        )
    yield Finding.of(
        "edited.software",
        Outcome.UNSURE,
        says,
        advice=say(
            "Send the file as the camera wrote it; if there is none, have a person judge what is shown."
        ),
        measures=_named(editors),
    )


def _saved(media: Media) -> str | None:
    """When the file was last written, where that was later than the recording."""
    found = readings(media.tags)
    taken = next(
        (reading for reading in found if reading.means is Means.RECORDED and reading.plausible), None
    )
    later = written_again(taken, found, ZERO) if taken else None
    return later.shown if later else None


def _reprocessing(named: tuple[Writer, ...], media: Media) -> Iterator[Finding]:
    if any(writer.part is Part.EDITOR for writer in named):
        return
    others = [writer for writer in named if writer.part in {Part.MESSENGER, Part.CONVERTER}]
    if others and others[0].part is Part.MESSENGER:
        says = say(
            "{software} wrote the file again, as sharing does; by itself that is no sign of editing.",
            software=others[0].name,
        )
    elif others:
        says = say(
            "{software} wrote the file again, as conversions and exports do; "
            "by itself that is no sign of editing.",
            software=others[0].name,
        )
    elif media.kind == "photo" and media.structure.order[:2] == _SAVED:
        says = say(
            "The photo is built as programs save one, not as cameras do; "
            "by itself that is no sign of editing."
        )
    elif media.structure.brands and media.structure.minor == _LAVF_MINOR:
        says = say(
            "The film is built as converters and messengers build one, though none is named; "
            "by itself that is no sign of editing."
        )
    else:
        return
    yield Finding.of("edited.reprocessed", Outcome.PASS, says, advice=_KEEP, measures=_named(others))


def _structure(structure: Structure) -> Iterator[Finding]:
    most = max((len(t.codecs) for t in structure.tracks if t.handler == "vide"), default=0)
    if most > 1:
        yield Finding.of(
            "edited.structure",
            Outcome.UNSURE,
            say(
                "The film holds pictures of {count} descriptions in one track, as where takes were joined "
                "without encoding them again.",
                count=most,
            ),
            advice=say("Send the file as the camera wrote it, not one that was joined or converted."),
            measures=[Measure(name="descriptions", value=most, unit="descriptions", limit=1)],
        )
    if structure.trailing:
        yield Finding.of(
            "edited.structure",
            Outcome.PASS,
            say(
                "After its end the file holds {bytes} more bytes that no viewer shows.",
                bytes=structure.trailing,
            ),
            measures=[Measure(name="trailing", value=structure.trailing, unit="bytes")],
        )


def _provenance(media: Media) -> Finding:
    record = media.provenance
    if record is None and xmp.names_a_record_elsewhere(media.structure.words.get("xmp", "")):
        record = Provenance(Seal.ELSEWHERE)
    outcome, says, advice = attestation.judged(record)
    return Finding.of(
        "edited.provenance", outcome, says, advice=advice, measures=attestation.measures(record)
    )


def _none(named: tuple[Writer, ...]) -> Finding:
    recorder = next((writer for writer in named if writer.part is Part.RECORDER), None)
    says = (
        say("No trace of editing was found; {software} recorded it, by its own word.", software=recorder.name)
        if recorder
        else say(
            "No trace of editing was found in what the file says of itself; by itself that proves nothing."
        )
    )
    return Finding.of("edited.none", Outcome.PASS, says, measures=_named([recorder] if recorder else []))


def _named(found: Iterable[Writer]) -> Iterator[Measure]:
    yield from (Measure(name="writer", value=f"{writer.name} ({writer.place})") for writer in found)


def _seconds(length: timedelta) -> float:
    return round(length.total_seconds(), 2)
