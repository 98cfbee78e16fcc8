"""Carriers' numbers: what form they have, which check digit, and where in a code they stand.

Pure text, no pixels. A number is compared in one writing (`normalised`); a code may hold more
than the number, so `identifiers` gives every number that it holds. `forms` says which carriers
write numbers of that form, and whether the check digit is right.

Check digits are those for which public examples were found that hold here; all others are
marked "form only": the form is common knowledge of shops and tracking sites, no carrier
publishes it as a promise, and it may change. Sources, read 2026-11:
- UPS 1Z, USPS, FedEx, DHL Express: the test numbers of jkeen/tracking_number_data (MIT) and
  of jbittel/drogher; USPS Publication 199 for the routing prefix 420.
- S10: UPU standard S10, weights 8 6 4 2 3 5 9 7 modulo 11; examples of the `s10` package and BWIPP.
- Deutsche Post Identcode: weights 4 and 9 modulo 10; example of BWIPP.
- GS1 keys and application identifiers: GS1 General Specifications, sections 3 and 7.9.
- SF, YTO, ZTO, STO, Yunda, J&T, JD, EMS: patterns of BF-zh/Courier-Validation and
  phillip2019/hive-third-functions; JD's parcel suffix from huxiaoxiao2021/dms-etms. Form only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 80
"""Characters of a number that are compared; carriers' longest has 39."""
SHORTEST: Final = 5
"""Characters that a part of a longer code needs to be taken for a number of its own."""
_READ: Final = 2000
"""Characters of a code that are looked through; a QR code holds up to 4,296."""
_MOST: Final = 48
"""Numbers that one code is searched for."""
_GROUP: Final = "\x1d"
"""What separates elements of a GS1 code (FNC1)."""


def normalised(text: str) -> str:
    """A number in the one writing that is compared: capitals and digits as in ASCII, nothing between them.

    Spaces, dashes, dots and what cannot be seen are left out; full-width letters and digits
    become plain ones.
    """
    plain = unicodedata.normalize("NFKC", text[:_READ]).upper()
    # Dashes, spaces, controls and format characters; dots and colons that print puts between groups.
    kept = (c for c in plain if unicodedata.category(c)[0] not in "ZC" and unicodedata.category(c) != "Pd")
    return "".join(c for c in kept if c not in ".·:_")[:LONGEST]


@dataclass(frozen=True)
class Form:
    """One way in which a carrier writes its numbers."""

    carrier: str
    pattern: re.Pattern[str]
    """Of the whole number, normalised."""
    check: Callable[[str], bool] | None = None
    """Whether the check digit is right; None where none is known."""
    telling: bool = True
    """Whether the form tells the carrier: digits alone never do, even with a right check digit."""


def _gs1(number: str) -> bool:
    """Modulo 10 with weights 3 and 1 from the right: all GS1 keys, USPS, FedEx Ground."""
    digits = [int(c) for c in number]
    total = sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return total % 10 == 0


def _ups(number: str) -> bool:
    """1Z: modulo 10 with weights 1 and 2; a letter counts as its place from A = 2 on, modulo 10."""
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in number[2:]]
    total = sum(value * (2 if place % 2 else 1) for place, value in enumerate(values[:-1]))
    return (total + values[-1]) % 10 == 0


def _s10(number: str) -> bool:
    total = sum(w * int(c) for w, c in zip((8, 6, 4, 2, 3, 5, 9, 7), number[2:10], strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11) == int(number[10])


def _fedex(number: str) -> bool:
    """Express, 12 digits: weights 3 1 7 modulo 11, and 10 is 0."""
    total = sum((3, 1, 7)[place % 3] * int(c) for place, c in enumerate(number[:-1]))
    return total % 11 % 10 == int(number[-1])


def _fedex_long(number: str) -> bool:
    """The 34 digits of a FedEx barcode end with a number of 14, of which the first two fill up."""
    return _fedex(number[-12:])


def _seven(number: str) -> bool:
    return int(number[:-1]) % 7 == int(number[-1])


def _identcode(number: str) -> bool:
    total = sum((4, 9)[place % 2] * int(c) for place, c in enumerate(number[:-1]))
    return -total % 10 == int(number[-1])


def _form(
    carrier: str, pattern: str, check: Callable[[str], bool] | None = None, *, telling: bool = True
) -> Form:
    return Form(carrier, re.compile(pattern), check, telling)


FORMS: Final = (
    _form("UPS", r"1Z[0-9A-Z]{15}[0-9]", _ups),
    _form("USPS", r"9[1-5][0-9]{20}(?:[0-9]{4})?", _gs1),
    _form("S10", r"[A-Z]{2}[0-9]{9}[A-Z]{2}", _s10),
    _form("FedEx", r"96[0-9]{20}", lambda n: _gs1(n[-15:])),
    _form("FedEx", r"(?:10|96)[0-9]{32}", _fedex_long),
    _form("DHL", r"(?:JJD|JVGL)[0-9A-Z]{8,24}"),
    _form("DHL", r"GM[0-9]{10,24}"),
    _form("SF", r"SF[0-9A-Z][0-9]{12}"),
    _form("YTO", r"YT[0-9]{13}"),
    _form("JT", r"JT[0-9]{12,13}"),
    _form("JD", r"JD[0-9A-Z]{2}[0-9]{11}"),
    _form("ZTO", r"7[3-68][0-9]{12}"),
    _form("STO", r"77[0-9]{13}"),
    _form("Yunda", r"[34][0-9]{14}|[45][0-9]{12}"),
    _form("EMS", r"(?:1[0-3]|9[5789])[0-9]{11}"),
    _form("SSCC", r"00[0-9]{18}", _gs1),
    _form("SSCC", r"[0-9]{18}", _gs1, telling=False),
    _form("USPS", r"[0-9]{20}", _gs1, telling=False),
    _form("FedEx", r"[0-9]{15}", _gs1, telling=False),
    _form("FedEx", r"[0-9]{12}", _fedex, telling=False),
    _form("DHL", r"[0-9]{12}", _identcode, telling=False),
    _form("DHL", r"[0-9]{10,11}", _seven, telling=False),
)
"""Those that tell their carrier first; one in ten numbers has a right check digit by chance."""


@dataclass(frozen=True)
class Told:
    """What a number's form says."""

    carriers: tuple[str, ...]
    """Who writes numbers so, the likeliest first; empty where the form tells nobody."""
    valid: bool | None
    """Whether the check digit is right; None where none is known, or where it may be none."""
    possible: tuple[str, ...] = ()
    """Whose it may be: digits alone with a right check digit, as one number in ten has by chance."""


def told(number: str) -> Told:
    """What the form of a normalised number says of it."""
    carriers: list[str] = []
    possible: list[str] = []
    valid: bool | None = None
    for form in FORMS:
        if not form.pattern.fullmatch(number):
            continue
        right = form.check(number) if form.check else None
        if form.telling:
            carriers.append(form.carrier)
        elif right:
            possible.append(form.carrier)
        if right or (form.telling and valid is None):
            valid = right
    return Told(tuple(dict.fromkeys(carriers)), valid, tuple(possible))


def alike(one: str, other: str) -> bool:
    """Whether two normalised numbers are of one kind: of one carrier, or of one form with the same letters.

    Digits alone in one length say nothing, since order numbers and goods have them too; beside a
    number that tells its carrier their check digit says enough.
    """
    this, that = told(one), told(other)
    if set(this.carriers) & {*that.carriers, *that.possible} or set(this.possible) & set(that.carriers):
        return True
    lettered = any(c.isalpha() for c in one)
    return lettered and _shape(one) == _shape(other) and len(one) > SHORTEST


def _shape(number: str) -> str:
    """The number with all its digits made alike, and all letters after the first digit."""
    head = re.match(r"[^0-9]*", number)
    start = head.end() if head else 0
    return number[:start] + re.sub(r"[0-9]", "0", number[start:])


def apart(one: str, other: str) -> int:
    """In how many characters two numbers differ: 0, 1, or 2 for more.

    One: a character is another, missing, too many, or has changed places with its neighbour.
    """
    if one == other:
        return 0
    if abs(len(one) - len(other)) > 1:
        return 2
    same = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    a, b = one[same:], other[same:]
    swapped = len(a) == len(b) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]
    return 1 if a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped else 2


def place(one: str, other: str) -> int:
    """The first character in which two numbers differ, counted from 1."""
    pairs = zip(one, other, strict=False)
    return 1 + next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def identifiers(text: str, *, gs1: bool = False) -> tuple[str, ...]:
    """The numbers that a code holds, normalised, each once, the whole first.

    Args:
        text: what the code says; of a GS1 code with its separators.
        gs1: whether the code says of itself that it is one of GS1.
    """
    text = text[:_READ]
    found = [normalised(text)]
    if gs1:
        found += [normalised(value) for value in elements(text).values()]
    found += [normalised(part) for part in re.split(r"[^0-9A-Za-z.\- ]+", text)]
    found += re.split(r"[^0-9A-Z]+", unicodedata.normalize("NFKC", text).upper())
    for number in tuple(found):
        found += _within(number)
    whole = found[0]
    return tuple(dict.fromkeys(n for n in found if n == whole or len(n) >= SHORTEST))[:_MOST]


def _within(number: str) -> Iterator[str]:
    """Numbers that stand in a longer one by a carrier's own rule."""
    if postal := re.fullmatch(r"420[0-9]{5}(?:[0-9]{4})?(9[1-5][0-9]{20}(?:[0-9]{4})?)", number):
        yield postal[1]
    if re.fullmatch(r"(?:10|96)[0-9]{32}", number):
        yield number[-12:]
    if re.fullmatch(r"96[0-9]{20}", number):
        yield number[-15:]
    if re.fullmatch(r"00[0-9]{18}", number):
        yield number[2:]
    if parcel := re.fullmatch(r"(JD[0-9A-Z]{13})[0-9]{2,8}[A-Z]?", number):
        yield parcel[1]  # "JDVA…-1-1-": the parcel's place in the consignment follows


_FIXED: Final[dict[str, int]] = {
    **dict.fromkeys(("01", "02", "03"), 14),
    **dict.fromkeys((f"1{n}" for n in range(1, 10)), 6),
    "00": 18,
    "04": 16,
    "20": 2,
}
"""Digits after an application identifier of two digits whose length is fixed."""
_LONG: Final = re.compile(r"3[1-6][0-9]{2}|4[1][0-9]|[47][0-9]{2}|[2][345][0-9]|8[0-9]{3}")
"""Identifiers of more than two digits, as far as parcels bear them: measures, places, orders."""


def elements(text: str) -> dict[str, str]:
    """The elements of a GS1 code by their application identifier; what is not understood ends it."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        if text[at] == _GROUP:
            at += 1
            continue
        long = _LONG.match(text, at)
        identifier = long[0] if long else text[at : at + 2]
        at += len(identifier)
        end = text.find(_GROUP, at)
        end = len(text) if end < 0 else end
        end = min(end, at + _length(identifier, text[at:end]))
        if at >= end or not identifier.isdigit():
            break
        found[identifier] = text[at:end]
        at = end
    return found


def _length(identifier: str, rest: str) -> int:
    """Characters of an element, of which `rest` reaches to the next separator or the end."""
    if identifier in _FIXED:
        return _FIXED[identifier]
    if identifier[0] == "3" and len(identifier) == 4:  # noqa: PLR2004 - measures and amounts of six digits
        return 6
    if identifier.startswith("41"):
        return 13
    # Of a parcel the post's routing comes first; some printers leave out the separator behind it.
    if identifier == "420" and (
        behind := re.fullmatch(r"([0-9]{5}|[0-9]{9})9[1-5][0-9]{20}(?:[0-9]{4})?", rest)
    ):
        return len(behind[1])
    return len(rest)


def holds(numbers: Sequence[str], expected: str) -> bool:
    """Whether numbers of a code hold the expected one, however much of it was noted."""
    return bool(set(identifiers(expected)) & set(numbers))
