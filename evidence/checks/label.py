"""label: is the waybill legible, and is it the one of this order?

What it asks. Whether the film or photo shows the waybill of the parcel in question so that
its number can be read, when, and whether it is the number that the order says.

How it decides. Codes are sought where all edges have one direction (`evidence.vision.bars`),
turned upright and read by zxing-cpp; matrix codes at any angle. A film is looked at a few
times a second, closely only where something looks like a code and was not read yet
(`evidence.vision.search`). A photo of the waybill is read step by step until there is enough.
- `label.code`: one per code that was read: what it says, in which symbology, whose number it
  is where its form tells, when it could be read, and its best picture.
- `label.tracking`: pass where exactly the expected number was read; fail where another waybill
  was read and the expected one never; unsure where none was legible, or one that may be misread,
  with what to do; skipped where nothing was expected. The table below decides.
- `label.order`: likewise. Few labels bear it, so that it is skipped where the waybill number
  was read as expected.
- `label.legible`: for how long, from when to when and how large the waybill could be read.
- `label.text`: what the print says, as far as it is of use: only where the codes left a
  question, and only with the extra `ocr`. Print never overrules a code that was read clearly.
A wrong value never passes: a symbology without check character counts only when read twice,
print only when read in two pictures or where the carrier's check digit is right.
What is given with the order is compared in one writing: case, spaces, dashes, full-width
digits make no difference, and a code that holds more than the number (routing, links) is
taken apart by the carriers' rules (`evidence.carriers`).

What was read where the expected number never was, and the answer:
- nothing, or codes of goods alone: unsure, with why nothing was legible and how to film it;
- the expected number once, where a misreading would not be noticed: unsure;
- one character apart: fail where the check digit read is right, or none is known, and a code said it
  twice; unsure where the check digit is wrong, or it was read once or in print;
- a number of the same carrier, or of one form with the same letters, twice from a code: fail;
- a number that tells another carrier, with a right check digit, legible for `lasting` in a film that
  shows no unread code at another time: fail, the wrong label;
- the same for less long, in a photo, or with an unread code at another time: unsure, since old labels and
  those of returns and inner boxes lie beside the right one;
- the same where posts hand parcels on under either number (S10, SSCC, USPS): unsure;
- digits alone, an unknown form, another carrier without a check digit: unsure;
- anything, where the expected number's own check digit is wrong: unsure, perhaps mistyped.

What it cannot see. Whether the label belongs to the parcel it sticks on. A number that
differs from the order's may be typed wrong there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from pydantic import Field

from evidence.carriers import holds, normalised, told
from evidence.check import Album, Check, Ending, Frame, Media
from evidence.metadata import printable
from evidence.model import Finding, Measure, Outcome, say
from evidence.station import announced
from evidence.timeline import Instant, Timeline, clock
from evidence.vision.ladder import climb, glance
from evidence.vision.notes import notes_of
from evidence.vision.print_reading import PrintReading
from evidence.vision.sightings import Sighting, Sightings
from evidence.waybills import STILL, Compared, Seen, order, tracking, unread

if TYPE_CHECKING:
    from evidence.vision.ladder import Step
    from evidence.vision.search import Look, Search

_MOST: Final = 12
"""Codes that are reported."""
_VALUE: Final = 200
"""Characters of a code that are reported."""
_ENOUGH: Final = 3
"""Readings of what is expected after which a film is looked at less often."""
_PLENTY: Final = 8
"""Readings of another waybill after which it is looked at less often: the expected one may yet come."""
_PHOTO_ENOUGH: Final = 2
"""Readings after which a photo is not looked at any further."""
_GLIMPSES: Final = 2000
"""Moments with something unread that are remembered."""


class Label(Check):
    """Reads the waybill and compares it with the order."""

    name: ClassVar[str] = "label"
    version: ClassVar[int] = 2
    codes: ClassVar[Mapping[str, str]] = {
        "label.code": "One code that was read: what it says, when, and its best picture. Once per code.",
        "label.tracking": "Whether the expected waybill number was read.",
        "label.order": "Whether the expected order number was read.",
        "label.legible": "How long, from when to when and how large the waybill could be read.",
        "label.text": "What the print says, as far as it is of use; needs the extra `ocr`.",
    }

    pace: Instant = timedelta(seconds=0.2)
    """Between two looks at a film."""
    rest: Instant = timedelta(seconds=0.5)
    """Between two looks once what is expected was read well enough."""
    gap: Instant = timedelta(seconds=1.2)
    """Readings no farther apart than this are one span of legibility."""
    lasting: Instant = timedelta(seconds=3)
    """How long another carrier's waybill has to be legible in a film before it is called the wrong label."""
    thorough: bool = True
    """Whether a photo is read until there is enough; otherwise only at a glance."""
    required: bool = True
    """Whether there has to be a waybill; otherwise its absence says nothing."""
    clippings: int = Field(default=8, ge=0, le=64)
    """Cuttings whose print is read at the most, where the extra `ocr` is installed; 0 for none."""

    def start(self, media: Media, album: Album) -> Observer:
        return Observer(self, media, album)


class Observer:
    """Reads one film or photo."""

    def __init__(self, check: Label, media: Media, album: Album) -> None:
        self._check, self._media = check, media
        self._film = media.kind == "video"
        self._waybill, self._order = media.expected.tracking_number, media.expected.order_number
        self._numbers = tuple(number for number in (self._waybill, self._order) if number)
        self._sightings = Sightings(album, [normalised(number) for number in self._numbers])
        self._print = PrintReading(check.clippings)
        self._search: Search | None = None
        self._glimpses: list[tuple[timedelta, float]] = []
        self._keen = self._often = True
        if self._film:
            notes_of(media).waybill = self._readable

    def see(self, frame: Frame, /) -> None:
        if frame.corrupt:
            return
        if not self._film:
            self._photo(frame)
        elif (look := self._searching().look(frame, keen=self._keen, often=self._often)) is not None:
            self._note(frame, look)

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:  # noqa: ARG002 - what was read tells everything
        pairs = [(sighting.seen(), sighting) for sighting in self._sightings.all]
        seen = [one for one, _ in pairs]
        self._read_print(seen)
        seen += self._print.seen(self._numbers)
        compared = self._tracking(seen, [one for one, sighting in pairs if self._alone(sighting)])
        decisive = next((sighting for one, sighting in pairs if one is compared.seen), None)
        if decisive is None and compared.seen is None:
            decisive = next((s for s in self._sightings.all if s.sure and not s.symbol.retail), None)
        yield self._finding("label.tracking", compared, decisive)
        yield self._finding("label.order", self._ordered(seen, compared))
        yield self._legible(compared, decisive)
        yield from self._codes(decisive)
        yield self._print.finding(self._numbers)

    def _readable(self) -> Timeline:
        """When a waybill could be read, for whoever asks when the film is over."""
        waybills = [one for one in self._sightings.all if one.sure and not one.symbol.retail]
        return Timeline.of(*(span for one in waybills for span in one.when(self._check.gap).spans))

    def _searching(self) -> Search:
        from evidence.vision.search import Search  # noqa: PLC0415 - a photo at a glance does without OpenCV

        self._search = self._search or Search(self._check.pace, self._check.rest)
        return self._search

    def _satisfied(self, readings: int) -> bool:
        """Whether what was asked for has been read often enough; without a question, any waybill."""
        wanted = [normalised(number) for number in (self._waybill or self._order,) if number]
        return any(
            sighting.sure
            and sighting.count >= readings
            and not sighting.symbol.retail
            and all(holds(sighting.numbers, number) for number in wanted)
            for sighting in self._sightings.all
        )

    def _known_well(self) -> bool:
        """Whether another waybill than the expected one was read again and again."""
        often = [sighting.seen() for sighting in self._sightings.all if sighting.count >= _PLENTY]
        return self._waybill is not None and self._tracking(often).outcome is Outcome.FAIL

    def _note(self, frame: Frame, look: Look) -> None:
        high, wide = look.view.shape
        for symbol in look.symbols:
            self._sightings.see(frame, symbol, (wide, high), pictured=True)
        for stripes in look.alike[:1]:
            if not look.symbols and len(self._glimpses) < _GLIMPSES:
                self._glimpses.append((frame.at, stripes.length / max(high, wide)))
            if self._open():
                self._print.offer(frame.at, look.view, stripes)
        if look.symbols and self._open():
            self._print.offer(frame.at, look.view, look.symbols[0])
        if look.symbols and self._keen:
            self._keen = not self._satisfied(_ENOUGH)
            self._often = not self._known_well()

    def _photo(self, frame: Frame) -> None:
        self._step(frame, glance(frame))
        if not self._check.thorough:
            return
        for step in climb(frame, lambda: self._satisfied(_PHOTO_ENOUGH)):
            self._step(frame, step)
        if self._open():
            self._print.keep(frame)

    def _step(self, frame: Frame, step: Step) -> None:
        for symbol in step.symbols:
            if announced(symbol.text):
                continue
            self._sightings.see(frame, symbol, step.view, pictured=self._check.thorough, way=step.way)

    def _open(self) -> bool:
        """Whether the codes leave a question that print may answer."""
        known = [sighting for sighting in self._sightings.all if sighting.sure]
        if not self._numbers:
            return not known
        return not all(any(holds(s.numbers, normalised(number)) for s in known) for number in self._numbers)

    def _read_print(self, codes: list[Seen]) -> None:
        """Ask the print what the codes left open; where they name another parcel it cannot overrule them."""
        asked = self._open() and (self._film or self._check.thorough)
        if asked and self._tracking(codes).outcome is not Outcome.FAIL:
            tracking_open = self._waybill is not None and not self._satisfied(1)
            self._print.read(self._numbers, hurried=not tracking_open)

    def _alone(self, sighting: Sighting) -> bool:
        """Whether it could be read for long, and nothing unread looked like a code at another time."""
        gap = self._check.gap
        spans = sighting.when(gap).spans
        legible = sum((span.end - span.start for span in spans), timedelta(0))
        return (
            self._film
            and legible >= self._check.lasting
            and all(any(s.start - gap <= at <= s.end + gap for s in spans) for at, _ in self._glimpses)
        )

    def _tracking(self, seen: list[Seen], alone: Collection[Seen] = ()) -> Compared:
        if self._waybill is None:
            read = next((one.shown for one in seen if one.sure and not one.goods), None)
            says = (
                say("No waybill number was given to compare with, and none was read.")
                if read is None
                else say("No waybill number was given to compare with; {read} was read.", read=read)
            )
            return Compared(Outcome.SKIPPED, says)
        compared = tracking(self._waybill, seen, unread(self._glimpses, film=self._film), alone=alone)
        if compared.outcome is Outcome.UNSURE and not self._check.required:
            return Compared(Outcome.SKIPPED, say("The waybill was not read; here it need not be."))
        return compared

    def _ordered(self, seen: list[Seen], compared: Compared) -> Compared:
        if self._order is None:
            return Compared(Outcome.SKIPPED, say("No order number was given to compare with."))
        identified = compared.outcome is Outcome.PASS or not self._check.required
        return order(self._order, seen, identified=identified)

    def _finding(self, code: str, compared: Compared, sighting: Sighting | None = None) -> Finding:
        measures: list[Measure] = []
        if compared.seen is not None:
            expected = self._waybill if code == "label.tracking" else self._order
            measures.append(
                Measure(name="read", value=compared.seen.shown, limit=printable(expected or "", _VALUE))
            )
        shown = None if compared.seen is None else sighting
        return Finding.of(
            code,
            compared.outcome,
            compared.says,
            advice=compared.advice,
            when=shown.when(self._check.gap) if shown and self._film else compared.when,
            measures=measures,
            stills=[shown.still] if shown and shown.still else [],
        )

    def _legible(self, compared: Compared, sighting: Sighting | None) -> Finding:
        """How long the waybill could be read, or why it could not."""
        passed = Outcome.PASS if self._numbers else Outcome.SKIPPED
        if sighting is None:
            if compared.seen is not None and compared.seen.print:
                return Finding.of("label.legible", passed, say("The waybill could be read in print only."))
            none = unread(self._glimpses, film=self._film)
            if not self._check.required:
                none = Compared(Outcome.SKIPPED, say("No waybill was read; here none is needed."))
            return self._finding("label.legible", none)
        measures = [
            Measure(name="readings", value=sighting.count, unit="readings"),
            Measure(name="width", value=round(sighting.width), unit="pixels"),
        ]
        if not self._film:
            return Finding.of("label.legible", passed, say("The waybill is legible."), measures=measures)
        when = sighting.when(self._check.gap)
        first, last = when.spans[0].start, when.spans[-1].end
        measures += [
            Measure(name="first", value=_seconds(first), unit="s"),
            Measure(name="last", value=_seconds(last), unit="s"),
            Measure(name="total", value=_seconds(when.total), unit="s"),
        ]
        if sighting.count == 1:
            says = say("The waybill is legible in one picture only, at {at}.", at=clock(first))
            outcome = Outcome.UNSURE if self._check.required else Outcome.SKIPPED
            return Finding.of("label.legible", outcome, says, advice=STILL, when=when, measures=measures)
        says = say("The waybill is legible from {start} to {end}.", start=clock(first), end=clock(last))
        return Finding.of("label.legible", passed, says, when=when, measures=measures)

    def _codes(self, decisive: Sighting | None) -> Iterator[Finding]:
        """One finding for each code that counts, the decisive one first, goods last."""
        known = [sighting for sighting in self._sightings.all if sighting.sure]
        known.sort(key=lambda sighting: (sighting is not decisive, sighting.symbol.retail))
        for sighting in known[:_MOST]:
            value = printable(sighting.symbol.text, _VALUE)
            measures = [
                Measure(name="value", value=value),
                Measure(name="symbology", value=sighting.symbol.symbology),
                *_of_carrier(sighting),
                Measure(name="readings", value=sighting.count, unit="readings"),
                Measure(name="width", value=round(sighting.width), unit="pixels"),
            ]
            yield Finding.of(
                "label.code",
                Outcome.PASS if self._numbers else Outcome.SKIPPED,
                say("{symbology}: {value}.", symbology=sighting.symbol.symbology, value=sighting.shown),
                when=sighting.when(self._check.gap) if self._film else Timeline(),
                measures=measures,
                stills=[sighting.still] if sighting.still else [],
            )


def _of_carrier(sighting: Sighting) -> Iterator[Measure]:
    """Whose number a code holds, where its form tells, and whether the check digit is right."""
    for number in sighting.numbers:
        known = told(number)
        if known.carriers:
            yield Measure(name="carrier", value=known.carriers[0])
            if known.valid is not None:
                yield Measure(name="check_digit", value="right" if known.valid else "wrong")
            return


def _seconds(moment: timedelta) -> float:
    return round(moment.total_seconds(), 3)
