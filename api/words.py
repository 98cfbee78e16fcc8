"""Sentences, numbers and times in the reader's language.

Everything a person reads (terminal, report, page, problem) is written once in English and
found again in a gettext catalogue, which is read as it stands: there is no compile step. Chinese is
written in `api/locale/zh_CN.po`; `zh_Hant.po`, in traditional characters, is drawn from it
(`traditional.py`). What a catalogue lacks, or translates with other placeholders, is said in English.

Times of a film are presentation time; moments are aware and shown in the reader's usual zone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib import resources
from typing import Final

from api.singular import of_one
from claims.language import EITHER, LANGS, Lang, traditional
from evidence.model import Saying
from evidence.timeline import Span, Timeline

__all__ = [
    "COOKIE",
    "LANGS",
    "TAGS",
    "Lang",
    "Words",
    "choose",
    "legible",
    "pick",
    "pick_from",
    "spoken",
    "words",
]

TAGS: Final[Mapping[Lang, str]] = {"zh": "zh-CN", "zh-Hant": "zh-Hant", "en": "en"}
"""The language tag of a document, after BCP 47."""

CHINA: Final = timezone(timedelta(hours=8))
"""One zone without summer time, of those who read simplified characters and of most who read traditional ones
(IANA: Asia/Shanghai since 1992, Asia/Taipei since 1980, Asia/Hong_Kong since 1980)."""

_FILES: Final[Mapping[Lang, str]] = {"zh": "zh_CN", "zh-Hant": "zh_Hant"}
"""The catalogues; English needs none."""
_TRADITIONAL: Final = frozenset({"hant", "tw", "hk", "mo"})
"""Script and regions that mean traditional characters (CLDR, likely subtags), unless a script is named."""

_FIELD: Final = re.compile(r"\{\{|\}\}|\{(?P<name>[A-Za-z_]\w*)(?::(?P<spec>,?(?:\.[0-9])?[dfg%]?))?\}|[{}]")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_TO_THE_SECOND: Final = "%Y-%m-%d %H:%M:%S"
_JOINER: Final = "\u200d"
_INSTANT: Final = timedelta(seconds=1)
"""Shorter spans are shown as one moment with a tenth of a second."""


class _UnfilledError(ValueError):
    """A template asks for what the values do not hold."""


@dataclass(frozen=True)
class Words:
    """What is said, in one language."""

    lang: Lang
    catalogue: Mapping[str, str]
    """Translation by English sentence; empty for English."""

    @property
    def tag(self) -> str:
        """The language tag for `<html lang>` and `Content-Language`."""
        return TAGS[self.lang]

    def say(self, saying: Saying) -> str:
        """The sentence in this language, with its values filled in.

        Templates may come from a report that somebody else wrote, so only plain names and plain
        number formats are filled; a sentence that cannot be filled is shown as it stands.
        """
        values = {name: self._value(value) for name, value in saying.values.items()}
        if saying.text == EITHER:
            return self._either(values)
        for template in (self.catalogue.get(saying.text), of_one(saying.text, values)):
            if template is None:
                continue
            try:
                return filled(template, values)
            except _UnfilledError:
                continue
        return saying.text

    def _either(self, values: Mapping[str, object]) -> str:
        """The text of a ruleset in this language."""
        if self.lang == "en":
            return str(values.get("en", ""))
        zh = str(values.get("zh", ""))
        return traditional(zh) if self.lang == "zh-Hant" else zh

    def text(self, msgid: str, /, **values: str | float) -> str:
        """Fixed words; `msgid` must be a literal, since the catalogue is drawn from these calls."""
        return self.say(Saying(text=msgid, values=values))

    def pattern(self, msgid: str, /) -> str:
        """Fixed words whose `{names}` somebody else fills: the modules of a page."""
        return self.catalogue.get(msgid, msgid)

    def number(self, value: float) -> str:
        """A count or a figure with thousands set apart, at most three decimals: `12,345.5`.

        What is smaller keeps two digits that count: `0.00042`.
        """
        if isinstance(value, int):
            return f"{value:,}"
        if 0 < abs(value) < 0.001:  # noqa: PLR2004 - the last of three decimals
            return f"{value:.2g}"
        return f"{value:,.3f}".rstrip("0").rstrip(".")

    def size(self, count: int) -> str:
        """Bytes as people count them, in powers of a thousand: `12.4 MB`."""
        amount = float(count)
        for unit in ("B", "kB", "MB"):
            if amount < 1000:  # noqa: PLR2004 - the step between the units
                return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
            amount /= 1000
        return f"{amount:.1f} GB"

    def clock(self, at: timedelta, *, tenths: bool = False) -> str:
        """Presentation time as a player shows it: `0:03`, `12:41`, `1:02:03`, with tenths `0:03.4`."""
        whole = round(at.total_seconds() * 10)  # to the tenth first, so that 3.97 is 0:04 both ways
        seconds, tenth = divmod(max(whole, 0), 10)
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        text = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        return f"{text}.{tenth}" if tenths else text

    def span(self, span: Span) -> str:
        """`0:03–0:41`; what lasts less than a second is one moment, `0:12.4`."""
        if span.length < _INSTANT:
            return self.clock(span.start, tenths=True)
        return f"{self.clock(span.start)}–{self.clock(span.end)}"

    def both(self, here: Span | None, there: Span | None) -> str:
        """Where the same is in two films; empty where one moment is all that there is, as of photos."""
        if here is None or there is None or not (here.length or there.length):
            return ""
        return self.text("{here} here, {there} there", here=self.span(here), there=self.span(there))

    def spans(self, when: Timeline) -> str:
        """All spans of a timeline, empty where it holds none."""
        return self.text(", ").join(self.span(span) for span in when.spans)

    def duration(self, length: timedelta) -> str:
        """A length of time: `41.2 s`, `1 min 12 s`, `1 h 02 min`."""
        seconds = round(length.total_seconds(), 1)
        if seconds < 60:  # noqa: PLR2004 - seconds of a minute
            return self.text("{seconds} s", seconds=self.number(seconds))
        minutes, rest = divmod(round(seconds), 60)
        if minutes < 60:  # noqa: PLR2004 - minutes of an hour
            return self.text("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
        hours, minutes = divmod(minutes, 60)
        return self.text("{hours} h {minutes} min", hours=hours, minutes=minutes)

    def moment(self, moment: datetime) -> str:
        """A wall time to the second in the zone the reader lives by, which is named."""
        if self.lang != "en":
            return self.text("{moment} (Beijing time)", moment=f"{moment.astimezone(CHINA):{_TO_THE_SECOND}}")
        return f"{moment.astimezone(UTC):{_TO_THE_SECOND}} UTC"

    def _value(self, value: str | float | Saying) -> str | int | float:
        if isinstance(value, Saying):
            return self.say(value)
        if not isinstance(value, str):
            return value
        if _MOMENT.fullmatch(value):
            try:
                return self.moment(datetime.fromisoformat(value))
            except (ValueError, OverflowError):
                return value
        return legible(value)


def legible(text: str, most: int = 300) -> str:
    """Text of a stranger as one line that shows what it holds, at most `most` characters of it.

    Line breaks become spaces. What a reader cannot see but a terminal or a browser obeys (escape
    sequences, turned writing direction) becomes U+FFFD; joined emoji stay whole.
    """
    line = " ".join(text[: 4 * most].split())
    shown = "".join("\ufffd" if _is_hidden(letter) else letter for letter in line)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs"} and letter != _JOINER


def filled(template: str, values: Mapping[str, str | int | float]) -> str:
    """`template` with `{name}` and `{name:.1f}` replaced; braces are doubled to stand for themselves.

    Raises:
        ValueError: a value is missing, or a field is no plain name.
    """

    def value(match: re.Match[str]) -> str:
        found = match[0]
        if found in {"{{", "}}"}:
            return found[0]
        name, spec = match["name"], match["spec"] or ""
        if name is None or name not in values:
            raise _UnfilledError(template)
        held = values[name]
        return format(held, spec) if spec and not isinstance(held, str) else str(held)

    return _FIELD.sub(value, template)


def words(lang: Lang) -> Words:
    """The words of that language; the catalogue is read once in a process."""
    return Words(lang=lang, catalogue=_catalogue(_FILES[lang]) if lang in _FILES else {})


@cache
def _catalogue(name: str) -> Mapping[str, str]:
    # English needs none of it, and a check has half a second of processor time for all it does.
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with resources.files("api").joinpath("locale", f"{name}.po").open("rb") as file:
        found = read_po(file, locale=name)
    return {
        message.id: message.string
        for message in found
        if isinstance(message.id, str)
        and isinstance(message.string, str)
        and message.id
        and message.string
        and not message.fuzzy
        and names(message.id) == names(message.string)
    }


def names(template: str) -> frozenset[str]:
    """The names of the values that a sentence asks for."""
    return frozenset(match["name"] for match in _FIELD.finditer(template) if match["name"])


COOKIE: Final = "lang"
"""Where a browser keeps the language that its reader chose."""


def choose(*said: str | None, accept_language: str | None) -> Lang:
    """The first language that was said outright (a query, a cookie), else what the header likes."""
    for tag in said:
        chosen = spoken(tag) if tag else None
        if chosen is not None:
            return chosen
    return pick(accept_language)


def pick(accept_language: str | None) -> Lang:
    """The language for an `Accept-Language` header (RFC 9110, 12.5.4).

    The better liked of Chinese and English; English where only others are named; Chinese, the
    language of the house, where nothing is said.
    """
    liked: dict[Lang, float] = {}
    named = False
    for part in (accept_language or "")[:500].split(","):
        tag, _, rest = part.strip().partition(";")
        quality = _quality(rest)
        if not tag or tag == "*" or quality <= 0:
            continue
        named = True
        lang = spoken(tag)
        if lang is not None:
            liked[lang] = max(liked.get(lang, 0.0), quality)
    if liked:
        return max(liked, key=lambda lang: liked[lang])
    return "en" if named else "zh"


def pick_from(environment: Mapping[str, str]) -> Lang:
    """The language of a terminal after `LC_ALL`, `LC_MESSAGES` and `LANG`; else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return spoken(environment[name]) or "en"
    return "en"


def spoken(tag: str) -> Lang | None:
    """The language that a tag such as `zh-Hant-TW` or `en_US.UTF-8` means, if it is one of ours."""
    first, *rest = re.split(r"[-_.@]", tag.strip().lower(), maxsplit=8)
    if first == "zh" and "hans" not in rest and _TRADITIONAL.intersection(rest):
        return "zh-Hant"
    return next((lang for lang in LANGS if lang == first), None)


def _quality(parameters: str) -> float:
    match = re.search(r"q\s*=\s*([0-9.]+)", parameters)
    if match is None:
        return 1.0
    try:
        return float(match[1])
    except ValueError:
        return 0.0
