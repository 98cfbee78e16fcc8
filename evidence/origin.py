"""Who wrote a file, by its own words: a camera, an editor, a messenger, a converter or a recorder.

Words that name an editor are certain; their absence says nothing. Chat apps and phones rewrite
files all day, so a rewritten file is a fact and no accusation. Names are looked for where software
writes its own; marks, which nothing else writes by chance, in all text that metadata holds.

Sources: names as the programs write them; the marks as found in files that people published
(CapCut and 剪映: `vicut` and the engine's `TEEditor`; WeChat: `WXVer`, by which it knows its own; Bilibili;
抖音 and TikTok: the comment `vid:v0...`; Facebook and Instagram: `FBMD` in IPTC).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evidence import xmp
from evidence.metadata import printable


class Part(StrEnum):
    """What a piece of software does with a film or photo; the gravest first."""

    EDITOR = "editor"
    """Made to change what is seen."""
    MESSENGER = "messenger"
    """Sends or publishes, and writes the file again on the way."""
    CONVERTER = "converter"
    """Writes again what it is given; editors and messengers use the same libraries."""
    RECORDER = "recorder"
    """A browser or a program that records."""


@dataclass(frozen=True)
class Writer:
    """A piece of software that a file names."""

    part: Part
    name: str
    """As the file writes it, fit to show; for a mark, whose it is."""
    place: str
    """Where, e.g. `container:encoder`, `xmp:CreatorTool`, `ebml:muxer`."""


_NAMES: Final = {
    Part.EDITOR: (
        r"剪映|jianying|capcut|必剪|bcut|快影|kwaiying|小影|vivavideo|美图|meitu|mtxx|醒图|hypic|快剪辑"
        r"|爱剪辑|会声会影|万兴|filmora|premiere|after ?effects|photoshop|lightroom|final ?cut|imovie|davinci"
        r"|blackmagic design|\bvegas\b|movavi|inshot|kinemaster|powerdirector|videostudio|edius|camtasia"
        r"|clipchamp|movie maker|openshot|shotcut|kdenlive|avidemux|virtualdub|losslesscut|\bgimp\b|snapseed"
        r"|picsart|paint\.net|\bcanva\b|\beditor\b|视频编辑|图片编辑|affinity photo|pixelmator|polarr"
        r"|\bvsco\b|photoscape|acdsee|\bpicasa\b|faceapp|bytevehw"
    ),
    Part.MESSENGER: (
        r"wechat|weixin|微信|\bqq\b|dingtalk|钉钉|douyin|抖音|tiktok|kuaishou|快手|\bkwai\b|bilibili|weibo|微博"
        r"|小红书|whatsapp|telegram|instagram|facebook|snapchat|twitter|produced by google"
    ),
    Part.CONVERTER: (
        r"lavf|lavc|handbrake|x26[45]|mainconcept|gpac|mp4box|l-smash|bento4|mencoder|\bvlc\b|mkvmerge"
        r"|libmatroska|format ?factory|格式工厂|imagemagick|graphicsmagick|gd-jpeg|libvips|\bquicktime \d"
        r"|\bphotos \d|microsoft.*photo"
    ),
    Part.RECORDER: r"^(?:chrome|firefox|safari|webkit)\b|qtmuxingapplibwebm|\bobs\b|screen ?record",
}
_PATTERNS: Final = {part: re.compile(names, re.IGNORECASE) for part, names in _NAMES.items()}

_PLACES: Final = (
    "container:encoder",
    "container:software",
    "container:com.apple.quicktime.software",
    "video:encoder",
    "video:handler_name",
    "exif:software",
    "exif:processingsoftware",
)
"""Tags in which software names itself."""
_APPLICATIONS: Final = ("muxer", "writer")

_MARKS: Final = (
    (Part.EDITOR, re.compile(r"\"(?:source_type|product)\":\s?\"vicut\""), "CapCut / 剪映"),
    (Part.EDITOR, re.compile(r"TEEditor|te_is_reencode"), "CapCut / 剪映 / TikTok / 抖音"),
    (Part.MESSENGER, re.compile(r"WXVer"), "WeChat / 微信"),
    (Part.MESSENGER, re.compile(r"Packed by Bilibili"), "Bilibili"),
    (Part.MESSENGER, re.compile(r"\bvid:v[0-9a-f]{8}"), "TikTok / 抖音"),
    (Part.MESSENGER, re.compile(r"\bFBMD[0-9a-f]{8}"), "Facebook / Instagram"),
)
_CAMERA_MARKS: Final = ("container:com.android.", "container:com.apple.quicktime.make")
_SHOWN: Final = 80
"""Characters of a name that are read and shown."""
MOST: Final = 8
"""Writers told of one file."""


def writers(tags: Mapping[str, str], words: Mapping[str, str] | None = None) -> tuple[Writer, ...]:
    """The software that says it wrote the file, the gravest part first, each name once.

    Args:
        tags: `place:name` -> text as in `evidence.check.Media`; names are compared without case.
        words: text of places as in `evidence.structure.Structure`.
    """
    found: dict[str, Writer] = {}
    for writer in (*_named(_said(tags, words or {})), *_marked(tags, words or {})):
        found.setdefault(writer.name, writer)
    gravity = list(Part)
    return tuple(sorted(found.values(), key=lambda writer: gravity.index(writer.part)))[:MOST]


def rewriter(tags: Mapping[str, str], words: Mapping[str, str] | None = None) -> str | None:
    """The software other than a camera or recorder that says it wrote the file; None where none does."""
    return next((w.name for w in writers(tags, words) if w.part is not Part.RECORDER), None)


def by_camera(tags: Mapping[str, str], words: Mapping[str, str] | None = None) -> bool:
    """Whether a phone left its mark on the container, and no other software did."""
    marked = any(name.casefold().startswith(_CAMERA_MARKS) for name in tags)
    return marked and rewriter(tags, words) is None


def _said(tags: Mapping[str, str], words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Place and text of everything in which software names itself."""
    folded = {name.casefold(): text for name, text in tags.items()}
    yield from ((place, folded[place]) for place in _PLACES if place in folded)
    yield from xmp.software(words.get("xmp", ""))
    yield from ((f"file:{place}", words[place]) for place in _APPLICATIONS if place in words)


def _named(said: Iterable[tuple[str, str]]) -> Iterator[Writer]:
    for place, text in said:
        name = printable(text, _SHOWN)
        part = next((part for part, pattern in _PATTERNS.items() if pattern.search(name)), None)
        if part is not None:
            yield Writer(part, name, place)


def _marked(tags: Mapping[str, str], words: Mapping[str, str]) -> Iterator[Writer]:
    places = {"tags": "\n".join(f"{name}={text}" for name, text in tags.items()), **words}
    for part, mark, owner in _MARKS:
        place = next((place for place, text in places.items() if mark.search(text)), None)
        if place is not None:
            yield Writer(part, owner, place)
