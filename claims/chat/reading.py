"""The three forms in which a chat arrives, read into messages; bounded, and nothing is guessed."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from claims.chat.moments import WRITTEN, moment_of
from claims.chat.speakers import speaker_of
from claims.record.message import MOST_MESSAGES, Message, Speaker, Tag
from evidence.model import Saying, say

Form = Literal["auto", "json", "csv", "text"]
"""How the chat is written; `auto` looks."""

LARGEST: Final = 4 << 20
"""Characters of an export."""
_LONGEST: Final = 16_384
"""Characters of one message, as in `value.Text`; what is longer is cut and says so."""

_WHEN: Final = (
    "at",
    "time",
    "timestamp",
    "date",
    "datetime",
    "sent_at",
    "created_at",
    "时间",
    "发送时间",
    "日期",
)
_WHO: Final = (
    "speaker",
    "sender",
    "role",
    "from",
    "author",
    "name",
    "发送方",
    "发送人",
    "发言人",
    "角色",
    "昵称",
)
_WHAT: Final = ("text", "message", "content", "body", "内容", "消息", "消息内容", "聊天内容")
_WHERE: Final = ("channel", "渠道")
_TAGS: Final = ("tags", "标签")


class ChatError(Exception):
    """The chat cannot be taken in; `says` tells why and what to do."""

    def __init__(self, says: Saying) -> None:
        super().__init__(str(says))
        self.says = says


@dataclass(frozen=True)
class _Spoken:
    """One message before it is understood; `place` is its line or its number."""

    place: int
    when: object
    who: str
    what: str
    channel: str = ""
    tags: tuple[str, ...] = ()


def read(
    text: str, *, zone: str, form: Form = "auto", speakers: Mapping[str, Speaker] | None = None
) -> tuple[Message, ...]:
    """The messages of `text`, in its order; times without an offset are in `zone`.

    `speakers` says who the names of this shop are. Ids are `M1`, `M2`, …

    Raises:
        ChatError: it is too long, holds no message, or a name or time in it is not understood.
    """
    if len(text) > LARGEST:
        raise ChatError(say("The chat is longer than {most} characters; send it in parts.", most=LARGEST))
    text = text.lstrip("\ufeff")
    chosen = _looks_like(text) if form == "auto" else form
    spoken = {"json": _from_json, "csv": _from_csv, "text": _from_text}[chosen](text)
    messages = tuple(
        _understood(one, f"M{number}", zone, speakers or {}) for number, one in enumerate(_few(spoken), 1)
    )
    if not messages:
        raise ChatError(
            say(
                "No message was found; write each line as 2026-11-20 10:03 buyer: text, "
                "or send CSV with the columns at, speaker, text."
            )
        )
    return messages


def _few(spoken: Iterable[_Spoken]) -> Iterator[_Spoken]:
    for number, one in enumerate(spoken, 1):
        if number > MOST_MESSAGES:
            raise ChatError(
                say("The chat has more than {most} messages; send it in parts.", most=MOST_MESSAGES)
            )
        yield one


def _understood(one: _Spoken, name: str, zone: str, told: Mapping[str, Speaker]) -> Message:
    at = moment_of(one.when, zone)
    if at is None:
        raise ChatError(
            say(
                "The time of message {place} cannot be read: {when}. Write it as 2026-11-20 10:03:11.",
                place=one.place,
                when=str(one.when)[:60],
            )
        )
    speaker = speaker_of(one.who, told)
    if speaker is None:
        raise ChatError(
            say(
                "Say who {name} is (message {place}): buyer, bot, merchant or platform.",
                name=one.who[:60] or "?",
                place=one.place,
            )
        )
    text = one.what if len(one.what) <= _LONGEST else f"{one.what[: _LONGEST - 2]} …"
    tags = tuple(tag for tag in Tag if tag.value in one.tags)
    return Message(id=name, at=at, speaker=speaker, text=text, channel=one.channel[:512], tags=tags)


def _looks_like(text: str) -> Literal["json", "csv", "text"]:
    start = text.lstrip()[:1]
    if start and start in "[{":
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return "text"
        return "json"
    head = text.lstrip().splitlines()[0] if text.strip() else ""
    names = {cell.strip().strip('"').casefold() for cell in re.split(r"[,;\t]", head)}
    return "csv" if names & set(_WHEN) and names & set(_WHAT) else "text"


# JSON


def _from_json(text: str) -> Iterator[_Spoken]:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        raise ChatError(say("This is not JSON; send the export as it was saved.")) from None
    if isinstance(found, dict):
        table = cast("dict[str, object]", found)
        found = next((table[name] for name in ("messages", "items", "data", "消息") if name in table), None)
    if not isinstance(found, list):
        raise ChatError(say("The JSON holds no list of messages."))
    for place, item in enumerate(cast("list[object]", found), 1):
        if not isinstance(item, dict):
            raise ChatError(say("Message {place} is no JSON object.", place=place))
        fields = {str(key).casefold(): value for key, value in cast("dict[object, Any]", item).items()}
        yield _of_fields(fields, place)


def _of_fields(fields: Mapping[str, Any], place: int) -> _Spoken:
    tags: object = _picked(fields, _TAGS)
    listed = cast("list[object]", tags) if isinstance(tags, list) else re.split(r"[ ,;|]+", str(tags or ""))
    return _Spoken(
        place,
        _picked(fields, _WHEN),
        str(_picked(fields, _WHO) or ""),
        str(_picked(fields, _WHAT) or ""),
        str(_picked(fields, _WHERE) or ""),
        tuple(str(tag) for tag in listed),
    )


def _picked(fields: Mapping[str, Any], names: Iterable[str]) -> Any:  # noqa: ANN401 - whatever JSON holds
    found = (fields.get(name) for name in names)
    return next((value for value in found if value is not None and value != ""), None)


# CSV


def _from_csv(text: str) -> Iterator[_Spoken]:
    head = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    try:
        names = [name.strip().casefold() for name in next(rows)]
        for place, row in enumerate(rows, 2):
            if any(cell.strip() for cell in row):
                yield _of_fields(dict(zip(names, row, strict=False)), place)
    except StopIteration:
        return
    except csv.Error:
        raise ChatError(say("This CSV cannot be read; save it once more as CSV (UTF-8).")) from None


# plain text: "2026-11-20 10:03 buyer: text", or "buyer 2026-11-20 10:03" and the text below

_HEAD: Final = 300
"""Characters of a line in which time and name are looked for."""
_TIMED: Final = re.compile(rf"^\W{{0,2}}({WRITTEN})\W{{0,2}}\s*([^:：]{{1,60}}?)\s*[:：](.*)$")
_NAMED: Final = re.compile(rf"^(\S[^:：]{{0,59}}?)\s*[(（\[]?({WRITTEN})[)）\]]?\s*[:：]?\s*(.*)$")


def _from_text(text: str) -> Iterator[_Spoken]:
    head: tuple[int, str, str] | None = None
    body: list[str] = []
    for place, line in enumerate(text.splitlines(), 1):
        begun = _begun(line)
        if begun is None:
            if head:
                body.append(line)
            continue
        if head:
            yield _Spoken(head[0], head[1], head[2], "\n".join(body).strip())
        head, body = (place, begun[0], begun[1]), [begun[2]]
    if head:
        yield _Spoken(head[0], head[1], head[2], "\n".join(body).strip())


def _begun(line: str) -> tuple[str, str, str] | None:
    """Time, name and first words, where a message begins on this line."""
    head, rest = line[:_HEAD], line[_HEAD:]
    timed = _TIMED.match(head)
    if timed:
        return timed[1], timed[2], (timed[3] + rest).strip()
    named = _NAMED.match(head)
    return (named[2], named[1], (named[3] + rest).strip()) if named else None
