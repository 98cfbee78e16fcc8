"""readable: can the whole file be seen, by us and by whoever judges the claim?

What it asks. Was the file decoded to its last byte without damage, and is it a film (or a
photo) of a sensible length, size and frame rate?

How it decides. From the decoder's own account of the pass.
- `readable.end`: pass when everything was decoded; fail, with the place, when not. It keeps an
  overview: the photo itself, or a few stills spread over the length of the film.
- `readable.corrupt`: said only where the decoder marked pictures as damaged: unsure for
  a few, fail from a share of them on.
- `readable.duration`: fail for a single picture or no time at all, unsure when too short
  for an unboxing. Films only.
- `readable.size`: fail when the picture is too small to show anything.
- `readable.frame_rate`: unsure when so few pictures a second that things can happen
  between them. Films only.
- `readable.codec`: pass, as a fact: what the file is made of.

What it cannot see. Damage that the decoder conceals, and whether other players cope.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar, Final

from pydantic import Field

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.model import Finding, Measure, Outcome, Saying, say
from evidence.timeline import ZERO, Instant, Timeline
from evidence.vision.overview import Overview

_MOST_PLACES: Final = 64
"""Damaged pictures whose times are listed."""
_SECOND: Final = timedelta(seconds=1)


class Readable(Check):
    """Judges how the file came through decoding."""

    name: ClassVar[str] = "readable"
    version: ClassVar[int] = 1
    codes: ClassVar[Mapping[str, str]] = {
        "readable.end": "Whether the file was decoded to its last picture.",
        "readable.corrupt": "Pictures that the decoder marked as damaged.",
        "readable.duration": "How long the film lasts, against what an unboxing needs.",
        "readable.size": "How many pixels a picture has.",
        "readable.frame_rate": "How many pictures a second there are on average.",
        "readable.codec": "What the file is: codecs and container.",
    }

    shortest: Instant = timedelta(seconds=3)
    """A film shorter than this is too short for an unboxing."""
    least_side: int = Field(default=144, ge=1)
    """The short side that a picture needs at least, pixels."""
    least_rate: float = Field(default=5.0, ge=0)
    """Pictures a second that a film needs at least, on average."""
    corrupt_share: float = Field(default=0.02, ge=0, le=1)
    """From what share of damaged pictures on the film fails, 0 to 1."""

    def start(self, media: Media, album: Album) -> _Observer:
        return _Observer(self, media, album)


class _Observer:
    def __init__(self, check: Readable, media: Media, album: Album) -> None:
        self._check = check
        self._media = media
        self._damaged: list[timedelta] = []
        self._overview = Overview(album, media.duration)

    def see(self, frame: Frame, /) -> None:
        self._overview.see(frame)
        if frame.corrupt and len(self._damaged) < _MOST_PLACES:
            self._damaged.append(frame.at)

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:
        film = self._media.kind == "video"
        yield self._end(ending)
        if film and ending.corrupt:
            yield self._corrupt(ending)
        if film:
            yield self._duration(ending)
        yield self._size()
        if film and ending.frames > 1:
            yield self._frame_rate(ending)
        yield self._codec()

    def _end(self, ending: Ending) -> Finding:
        pictures = Measure(name="pictures", value=ending.frames, unit="pictures")
        stills = self._overview.stills
        if not ending.complete:
            return _found(
                "end",
                Outcome.FAIL,
                self._broken(ending),
                advice=say("Send the original file again; if it breaks off there too, film again."),
                measures=[pictures, Measure(name="error", value=ending.error)],
                when=Timeline.of((ending.duration, ending.duration)),
                stills=stills,
            )
        says = (
            say("The film was decoded to its end: {pictures} pictures.", pictures=ending.frames)
            if self._media.kind == "video"
            else say("The photo was decoded completely.")
        )
        return _found("end", Outcome.PASS, says, measures=[pictures], stills=stills)

    def _broken(self, ending: Ending) -> Saying:
        if self._media.kind == "photo":
            return say("The photo is damaged or breaks off; a part of it is missing.")
        claimed = self._media.duration
        if claimed is not None and claimed > ending.duration + _SECOND:
            return say(
                "The film breaks off after {seconds} of {claimed} s; the file is incomplete or damaged.",
                seconds=_seconds(ending.duration),
                claimed=_seconds(claimed),
            )
        return say(
            "The film could not be read without errors; {seconds} s of it can be seen.",
            seconds=_seconds(ending.duration),
        )

    def _corrupt(self, ending: Ending) -> Finding:
        share = ending.corrupt / max(1, ending.frames)
        return _found(
            "corrupt",
            Outcome.FAIL if share > self._check.corrupt_share else Outcome.UNSURE,
            say(
                "{corrupt} of {pictures} pictures are damaged.",
                corrupt=ending.corrupt,
                pictures=ending.frames,
            ),
            advice=say("Copy the film from the camera again, or send it by another way."),
            measures=[
                Measure(
                    name="corrupt_share",
                    value=round(share, 4),
                    unit="of the pictures",
                    limit=self._check.corrupt_share,
                )
            ],
            when=Timeline.of(*((at, at) for at in self._damaged)),
        )

    def _duration(self, ending: Ending) -> Finding:
        limit = self._check.shortest.total_seconds()
        measures = [Measure(name="duration", value=_seconds(ending.duration), unit="s", limit=limit)]
        again = say("Film the whole unboxing in one take, from the closed parcel to the contents.")
        if ending.frames <= 1 or ending.duration <= ZERO:
            says = (
                say("This is a still, not a film.")
                if ending.frames <= 1
                else say(
                    "The film lasts no time: its {pictures} pictures share one moment.",
                    pictures=ending.frames,
                )
            )
            return _found("duration", Outcome.FAIL, says, advice=again, measures=measures)
        if ending.duration < self._check.shortest:
            return _found(
                "duration",
                Outcome.UNSURE,
                say(
                    "The film lasts {seconds} s, too short for an unboxing.",
                    seconds=_seconds(ending.duration),
                ),
                advice=again,
                measures=measures,
            )
        says = say("The film lasts {seconds} s.", seconds=_seconds(ending.duration))
        return _found("duration", Outcome.PASS, says, measures=measures)

    def _size(self) -> Finding:
        media, limit = self._media, self._check.least_side
        short = min(media.width, media.height)
        measures = [Measure(name="short_side", value=short, unit="pixels", limit=limit)]
        if short < limit:
            return _found(
                "size",
                Outcome.FAIL,
                say(
                    "The picture has {width} x {height} pixels, too few to show a parcel.",
                    width=media.width,
                    height=media.height,
                ),
                advice=say("Send the original, not a preview; film with at least 1280 x 720 pixels."),
                measures=measures,
            )
        return _found(
            "size",
            Outcome.PASS,
            say("The picture has {width} x {height} pixels.", width=media.width, height=media.height),
            measures=measures,
        )

    def _frame_rate(self, ending: Ending) -> Finding:
        seconds = ending.duration.total_seconds()
        rate = round(ending.frames / seconds, 2) if seconds > 0 else 0.0
        measures = [
            Measure(name="frame_rate", value=rate, unit="pictures a second", limit=self._check.least_rate)
        ]
        if rate < self._check.least_rate:
            return _found(
                "frame_rate",
                Outcome.UNSURE,
                say(
                    "With {rate} pictures a second, things can happen unseen between two of them.", rate=rate
                ),
                advice=say("Film at normal speed, with 15 pictures a second or more; no time-lapse."),
                measures=measures,
            )
        return _found(
            "frame_rate",
            Outcome.PASS,
            say("The film has {rate} pictures a second on average.", rate=rate),
            measures=measures,
        )

    def _codec(self) -> Finding:
        media = self._media
        made_of = [
            Measure(name="container", value=media.container),
            Measure(name="video_codec", value=media.video_codec or ""),
            Measure(name="audio_codec", value=media.audio_codec or ""),
        ]
        if media.kind == "photo":
            says = say("The photo is a {container} file.", container=media.container)
        elif media.audio_codec:
            says = say(
                "The film is {video} with {audio} sound in {container}.",
                video=media.video_codec or "?",
                audio=media.audio_codec,
                container=media.container,
            )
        else:
            says = say(
                "The film is {video} without sound in {container}.",
                video=media.video_codec or "?",
                container=media.container,
            )
        return _found("codec", Outcome.PASS, says, measures=[m for m in made_of if m.value])


def _found(
    code: str,
    outcome: Outcome,
    says: Saying,
    *,
    advice: Saying | None = None,
    measures: Iterable[Measure] = (),
    when: Timeline | None = None,
    stills: Iterable[str] = (),
) -> Finding:
    return Finding.of(
        f"readable.{code}", outcome, says, advice=advice, measures=measures, when=when, stills=stills
    )


def _seconds(length: timedelta) -> float:
    return round(length.total_seconds(), 2)
