"""six_faces: were all six faces of the closed parcel shown?

What it asks. A film of an unboxing proves the state of the parcel only if it shows the
parcel from all sides before it is opened.

How it decides. A small network of our own finds the closed box in a picture, a cuboid is
fitted to it (`evidence.vision.cuboid`), and its orientation is followed from picture to
picture (`evidence.vision.tracker`). Identity is geometry: a face is what is on one side of
the box on one unbroken track, whatever is printed on it. A face counts when it was turned
to the camera, uncovered, large and sharp enough for long enough.
- `six_faces.count`: pass where one track shows six faces and nothing speaks against it:
  every likely reading of the film agrees, no second box, no contradiction of print or shape.
  Fail where the box was followed all the time and faces were not shown. Else unsure, with
  the reason and its time. Stickers on the parcel, where there are some, can prove it too.
  Help: where the person was asked for one face after the other (`prompts`), an order that
  the measured turns keep best ends the doubt between several readings that are likely, and
  the measure `guided` then says how many prompts agreed. A prompt by itself shows no face,
  ends no other doubt, and changes neither a pass nor a fail.
- `six_faces.face`: one per face that was seen, with its times and its best view.
- `six_faces.missing`: one per face that the film lacks.
- `six_faces.corners`: two pictures that show all six faces, three each; skipped without.
Faces are named as the box lay when it was first seen.

When it stops. What is proven stays proven: once one track shows six faces beyond dispute, and two
pictures of opposite corners (these are not waited for long), the rest of the film is left to other
checks. What comes after the parcel was
opened does not count either (`evidence.vision.opening`); the measure `opened` says when that was
seen, where it was before a proof.

What it cannot see. Two boxes alike that are exchanged between two pictures without a
trace: that is for `continuity`. Tracks are never joined, so a box that was out of sight is
a new one. Thin envelopes are no boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from pydantic import Field

from evidence.check import Album, Check, Ending, Frame, Media
from evidence.model import FACES, Finding, Measure, Outcome, Prompt, say
from evidence.showing import SHOW
from evidence.timeline import Instant, Span, Timeline
from evidence.vision.judgement import Judgement, Trust, Watched, judge
from evidence.vision.ledger import conclude
from evidence.vision.notes import notes_of
from evidence.vision.opening import Opening
from evidence.vision.progress import Progress
from evidence.vision.readings import Linking
from evidence.vision.snapshots import Snapshots
from evidence.vision.sticker_ledger import StickerLedger
from evidence.vision.stickers import read
from evidence.vision.tally import Counting
from evidence.vision.tracker import Track, Tracker, usable
from evidence.vision.witness import Witness
from evidence.vision.wording import NEVER, SEEN, nearly, said

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.vision.coverage import Coverage
    from evidence.vision.eyes import Eyes
    from evidence.vision.sight import Mark

_GREY: Final = 64
"""Long side of the pictures that tell whether anything moves, pixels."""
_STILL_SIDE: Final = 480
"""Long side of a face's still, pixels."""
_PRINT_SIDE: Final = 384
"""Long side of the pictures in which print is compared, pixels."""
_STICKER_REST: Final = timedelta(seconds=0.4)
"""Between two looks for stickers, where none was read for as long."""
_STARTLED: Final = 12.0
"""Degrees off what was expected from which on a box that was looked at at leisure has begun to turn."""
_GUESS: Final = 0.35
"""Confidence from which on there may have been a box."""


class SixFaces(Check):
    """Follows the closed parcel and counts the faces that it shows."""

    name: ClassVar[str] = "six_faces"
    version: ClassVar[int] = 2
    codes: ClassVar[Mapping[str, str]] = {
        "six_faces.count": "How many of the six faces of the closed parcel were shown on one unbroken track.",
        "six_faces.face": "One face that was seen: when, and its best view. Once per face.",
        "six_faces.missing": "One face that the film lacks. Once per face.",
        "six_faces.corners": "Two pictures of opposite corners, which together show all six faces.",
    }

    pace: Instant = timedelta(seconds=0.065)
    """The least time between two looks of the network; stickers, once seen, are read in every picture."""
    haste: Instant = timedelta(seconds=0.03)
    """The same while the box turns fast: more than 45 degrees between two looks would be ambiguous."""
    fast: float = Field(default=70.0, gt=0)
    """From how many degrees a second on it does."""
    leisure: Instant = timedelta(seconds=0.13)
    """The same once all six faces seem to have been shown, until that is proven."""
    proof: Instant = timedelta(seconds=1)
    """How often it is asked then whether that is proven."""
    patience: Instant = timedelta(seconds=8)
    """For how long after the proof pictures of opposite corners are still waited for."""
    rest: Instant = timedelta(seconds=0.28)
    """The least time between two looks while nothing moves."""
    still: float = Field(default=6.0, ge=0)
    """Up to what mean change in the most changed tenth of the picture nothing moves, grey levels of 255."""
    facing: float = Field(default=60.0, gt=0, lt=90)
    """Up to this angle from head-on a face is shown, degrees."""
    covered: float = Field(default=0.45, ge=0, le=1)
    """How much of a face may be covered, 0 to 1."""
    share: float = Field(default=0.004, ge=0, le=1)
    """The least part of the picture that a face takes, 0 to 1."""
    blur: float = Field(default=5.0, gt=0)
    """The widest edges of a face that counts, thousandths of the picture's long side."""
    lasting: Instant = timedelta(seconds=0.4)
    """How long a face is shown, in total."""
    gap: Instant = timedelta(seconds=0.35)
    """A track ends where the box was not seen for longer."""
    margin: float = Field(default=6.0, gt=0)
    """Readings of the film that are less likely than the best by less than this count, nats."""
    stickers: bool = True
    """Whether printed stickers are read."""

    def start(self, media: Media, album: Album) -> Observer:
        from evidence.vision.eyes import eyes_of  # noqa: PLC0415 - its network takes a while to load

        return Observer(self, media, album, eyes_of(media))


class Observer:
    """Follows the box through one film."""

    def __init__(self, check: SixFaces, media: Media, album: Album, eyes: Eyes) -> None:
        self._check, self._media, self._album, self._eyes = check, media, album, eyes
        self._linking = Linking(gap=check.gap.total_seconds(), margin=max(check.margin + 4, 10.0))
        self._tracker = Tracker(self._linking)
        self._stickers = StickerLedger()
        self._snapshots = Snapshots()
        self._witness = Witness()
        self._counting = Counting(
            facing=check.facing,
            grazing=min(89.0, check.facing + 6),
            covered=check.covered,
            share=check.share,
            blur=check.blur,
            lasting=check.lasting.total_seconds(),
            margin=check.margin,
        )
        self._progress = Progress(self._counting)
        self._opening = Opening()
        """What is shown once the parcel is open proves nothing of its outside."""
        self._sighted: list[timedelta] = []
        self._guessed: list[timedelta] = []
        self._looks = 0
        self._before: tuple[timedelta, npt.NDArray[np.int16]] | None = None
        self._found = False
        self._next = timedelta(0)
        """For the next look of the network."""
        self._due = timedelta(0)
        """For the next look for stickers."""
        self._read_at = -_STICKER_REST
        """When the last sticker was read."""
        self._proof: Judgement | None = None
        """What was proven before the end of the film, so that nothing more is looked at."""
        self._proven_at: timedelta | None = None
        self._asked = timedelta(0)
        """When it was asked last whether all is proven."""

    def see(self, frame: Frame, /) -> None:
        if self._proof is not None or self._opening.at is not None:
            return
        marks = self._stickers_in(frame)
        if frame.at < self._next or self._idle(frame):
            return
        self._looks += 1
        look = self._eyes.look(frame)
        sight = look.sight
        if sight is not None and marks:
            sight = replace(sight, marks=marks)
        choice = self._tracker.see(frame.at, sight)
        self._found = choice is not None
        if sight is not None and choice is not None:
            self._progress.see(sight, self._tracker.number, choice)
        self._next = frame.at + self._pace()
        self._opening.see(frame.at, look.opened, closed=self._found)
        if sight is not None and usable(sight, self._linking):
            self._sighted.append(frame.at)
        elif sight is not None and sight.confidence >= _GUESS:
            self._guessed.append(frame.at)
        if sight is not None and choice is not None:
            self._snapshots.see(frame, sight, self._tracker.number, choice)
            self._witness.see(frame.rgb(_PRINT_SIDE), sight)
        if self._progress.plenty and frame.at - self._asked >= self._check.proof:
            self._asked = frame.at
            self._proof = self._proven(frame.at)
            notes_of(self._media).faces_proven = self._proof is not None

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:
        if self._media.kind == "photo":
            yield Finding.of("six_faces.count", Outcome.SKIPPED, say("A photo cannot show all six faces."))
            return
        tracks = () if self._proof else self._tracker.conclude()
        judged = self._proof or self._judged(tracks, ending)
        if judged.outcome is Outcome.UNSURE and (prompts := self._media.expected.prompts):
            helped = self._judged(tracks, ending, prompts)
            judged = helped if helped.outcome is Outcome.PASS else judged
        yield self._count(judged)
        if judged.coverage is not None:
            yield from self._faces(judged, judged.coverage)
            yield self._corners(judged.coverage)

    def _proven(self, at: timedelta) -> Judgement | None:
        """What would be said if the film ended here, if that is a pass that needs no better pictures."""
        judged = self._judged(self._tracker.so_far(), Ending(complete=True))
        if judged.outcome is not Outcome.PASS or judged.coverage is None:
            return None
        self._proven_at = at if self._proven_at is None else self._proven_at
        return judged if judged.coverage.corners or at - self._proven_at > self._check.patience else None

    def _pace(self) -> timedelta:
        """Until the next look."""
        check, tracker = self._check, self._tracker
        if self._progress.plenty:
            hasty = tracker.speed > 1.6 * check.fast or tracker.startled > _STARTLED
            return check.haste if hasty else check.leisure
        return check.haste if tracker.turning > check.fast else check.pace

    def _stickers_in(self, frame: Frame) -> tuple[Mark, ...]:
        """Stickers tell of each other while the box turns, so that every picture counts once one was read."""
        if not self._check.stickers or frame.at < self._due:
            return ()
        marks = read(frame)
        self._stickers.see(frame.at, marks)
        self._read_at = frame.at if marks else self._read_at
        if frame.at - self._read_at > _STICKER_REST:
            self._due = frame.at + _STICKER_REST
        return marks

    def _judged(
        self,
        tracks: Sequence[Track],
        ending: Ending,
        prompts: Sequence[Prompt] = (),
    ) -> Judgement:
        boxes = [track for track in tracks if track.boxlike]
        coverages = [
            conclude(
                track,
                self._counting,
                pictured=self._snapshots.moments,
                views=self._witness.views,
                prompts=prompts,
            )
            for track in boxes
        ]
        followed = [Span(start=track.start, end=track.end) for track in boxes]
        stickers = self._stickers.conclude(followed) if self._check.stickers else None
        watched = Watched(self._looks, self._sighted, self._guessed)
        return judge(coverages, stickers, watched, ending, Trust())

    def _idle(self, frame: Frame) -> bool:
        """Whether this picture is passed over: nothing moved since the last look, not long ago."""
        small = frame.gray(_GREY).astype(np.int16)
        if self._before is not None and self._found:
            at, last = self._before
            if last.shape == small.shape and frame.at - at < self._check.rest:
                change = np.abs(small - last).ravel()
                most = np.partition(change, -max(1, change.size // 10))[-max(1, change.size // 10) :]
                if float(most.mean()) < self._check.still:
                    return True
        self._before = frame.at, small
        return False

    def _count(self, judged: Judgement) -> Finding:
        one = judged.coverage
        count = len(one.shown) if one else 0
        measures = [
            Measure(name="faces_shown", value=count, unit="faces", limit=len(FACES)),
            Measure(name="looks", value=self._looks, unit="pictures"),
        ]
        if one is not None:
            seconds = (one.end - one.start).total_seconds()
            measures.append(Measure(name="track", value=round(seconds, 2), unit="s"))
            if one.guided:
                measures.append(Measure(name="guided", value=one.guided, unit="prompts"))
        if self._opening.at is not None:
            opened = round(self._opening.at.total_seconds(), 2)
            measures.append(Measure(name="opened", value=opened, unit="s"))
        if self._eyes.weights:
            measures.append(Measure(name="network", value=self._eyes.weights, unit="sha256"))
        if judged.weak:
            measures.append(Measure(name="doubt", value=judged.weak[0].doubt))
        says, advice = said(judged)
        when = Timeline.of((one.start, one.end)) if one else Timeline()
        if judged.outcome is Outcome.UNSURE and judged.weak:
            when = Timeline.of(*((weakness.at, weakness.at) for weakness in judged.weak))
        return Finding.of(
            "six_faces.count", judged.outcome, says, advice=advice, when=when, measures=measures
        )

    def _faces(self, judged: Judgement, one: Coverage) -> Iterator[Finding]:
        for shown in one.shown:
            snapshot = self._snapshots.at(shown.best_at)
            number = FACES.index(shown.face) + 1
            stills = (
                [self._album.keep(snapshot, "face", face=number, side=_STILL_SIDE, quad=shown.quad)]
                if snapshot
                else []
            )
            yield Finding.of(
                "six_faces.face",
                Outcome.PASS,
                SEEN[shown.face],
                when=shown.when,
                measures=[
                    Measure(name="face", value=shown.face),
                    Measure(name="angle", value=shown.best_angle, unit="degrees", limit=self._check.facing),
                ],
                stills=stills,
            )
        doubtful = {weakness.face: weakness for weakness in judged.weak if weakness.face in one.missing}
        for face in one.missing:
            measures = [Measure(name="face", value=face)]
            if face in doubtful:
                yield Finding.of(
                    "six_faces.face",
                    Outcome.UNSURE,
                    nearly(doubtful[face].doubt),
                    advice=SHOW[face],
                    when=Timeline.of((doubtful[face].at, doubtful[face].at)),
                    measures=measures,
                )
            elif judged.outcome is Outcome.FAIL:
                yield Finding.of(
                    "six_faces.missing", Outcome.FAIL, NEVER[face], advice=SHOW[face], measures=measures
                )

    def _corners(self, one: Coverage) -> Finding:
        for pair in one.corners:
            held = [snapshot for at in pair if (snapshot := self._snapshots.at(at))]
            if len(held) == len(pair):
                return Finding.of(
                    "six_faces.corners",
                    Outcome.PASS,
                    say("Two pictures of opposite corners show all six faces, three each."),
                    when=Timeline.of(*((at, at) for at in pair)),
                    stills=[self._album.keep(snapshot, "corner") for snapshot in held],
                )
        return Finding.of(
            "six_faces.corners",
            Outcome.SKIPPED,
            say("The film holds no two pictures of opposite corners that show three faces each."),
        )
