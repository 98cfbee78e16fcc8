"""The print of a label, read at the end where codes left a question; see `lettering` for the engine."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from evidence.carriers import normalised, told
from evidence.metadata import printable
from evidence.model import Finding, Measure, Outcome, say
from evidence.print_lines import of_use, printed
from evidence.vision import lettering
from evidence.waybills import SHOWN, Seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evidence.check import Frame, Plane
    from evidence.vision.bars import Stripes
    from evidence.vision.clippings import Clippings
    from evidence.vision.symbols import Symbol

_PHOTO_SIDES: Final = (1280, 900)
"""Long sides in which a photo's print is read, pixels: a reading each."""
_HURRIED: Final = 2
"""Cuttings that are read where only the order number is open: it rarely stands there."""
_LINES: Final = 6
"""Lines that are reported."""


class PrintReading:
    """Holds what may have to be read, and reads it when asked.

    Args:
        most: cuttings that are read at the most.
    """

    def __init__(self, most: int) -> None:
        self._most = most if lettering.available() else 0
        self._wanted = most > 0
        self._asked = False
        self._clippings: Clippings | None = None
        self._photo: list[Plane] = []
        self._read: list[tuple[str, ...]] = []
        """Lines, for each cutting that was read."""

    def offer(self, at: timedelta, view: Plane, where: Stripes | Symbol) -> None:
        """Hold the surroundings of a code, or of what looks like one, in a grey view."""
        if not self._most:
            return
        from evidence.vision.bars import Stripes  # noqa: PLC0415 - a photo at a glance does without OpenCV
        from evidence.vision.clippings import Clippings  # noqa: PLC0415 - likewise

        self._clippings = self._clippings or Clippings(self._most)
        if not isinstance(where, Stripes):
            across = where.quad[1] - where.quad[0]
            middle = where.quad.mean(axis=0)
            angle = float(np.arctan2(across[1], across[0]))
            where = Stripes(float(middle[0]), float(middle[1]), angle, where.length, where.length / 5)
        self._clippings.offer(at, view, where)

    def keep(self, frame: Frame) -> None:
        """Hold a photo, of which all may be print."""
        if self._most:
            self._photo = [frame.gray(side) for side in _PHOTO_SIDES[: self._most]]

    def read(self, expected: Sequence[str], *, hurried: bool) -> None:
        """Read what is held, the most promising first, until the expected numbers are confirmed.

        Args:
            expected: as the order says them.
            hurried: whether only a few cuttings are worth the time.
        """
        self._asked = True
        held = [clipping.picture for clipping in self._clippings.best] if self._clippings else self._photo
        for picture in held[: _HURRIED if hurried else self._most]:
            self._read.append(tuple(printable(line.text, SHOWN) for line in lettering.lines(picture)))
            sure = {number for one in self.seen(expected) if one.sure for number in one.numbers}
            if expected and all(normalised(number) in sure for number in expected):
                break

    def seen(self, expected: Sequence[str]) -> list[Seen]:
        """The expected numbers, or what is nearly one, as far as they stand in what was read."""
        found = Counter(number for lines in self._read for number in printed(lines, expected))
        return [
            Seen(
                shown=number[:SHOWN],
                numbers=(number,),
                sure=count > 1 or told(number).valid is True,
                clear=count > 1,
                print=True,
            )
            for number, count in found.items()
        ]

    def finding(self, expected: Sequence[str]) -> Finding:
        """What the print says that is of use; never more than that it says it."""
        lines = of_use((line for lines in self._read for line in lines), expected)[:_LINES]
        measures = [Measure(name="cuttings", value=len(self._read), unit="pictures", limit=self._most)]
        measures += [Measure(name="line", value=line) for line in lines]
        if lines:
            says = say("The print says: {line}.", line=lines[0])
            return Finding.of(
                "label.text", Outcome.PASS if expected else Outcome.SKIPPED, says, measures=measures
            )
        if not self._asked:
            says = say("The print was not read; nothing asked for it.")
        elif not self._wanted:
            says = say("The print was not read; that is switched off.")
        elif not self._most:
            says = say("The print was not read: the extra `ocr` is not installed.")
        elif not self._read:
            says = say("No label was seen whose print could be read.")
        else:
            says = say("The print holds no number that is of use.")
        return Finding.of("label.text", Outcome.SKIPPED, says, measures=measures if self._read else ())
