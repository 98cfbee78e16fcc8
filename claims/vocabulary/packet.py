"""Packets: what a channel takes in as evidence: how many files, how large, which formats, how often."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from claims.language import Lang
from claims.record.exhibit import Role
from claims.value import Value
from claims.vocabulary.quoted import Blank, Key, Quoted, Words

Most = Annotated[int | None, Field(gt=0, le=10_000_000_000, strict=True), Blank]
"""A limit; blank where the source names none."""


Unit = Literal["characters", "utf16", "bytes"]
"""How a text is counted: code points, UTF-16 units (as browsers count), or bytes of UTF-8."""


class Part(Value):
    """One thing that the channel asks for by name: a photo of a list, or a field of a form."""

    id: Key
    """It becomes part of the file's name, or is the name of the channel's field."""
    title: Words
    roles: tuple[Role, ...] = ()
    """Exhibits that are it, in the order in which they are preferred."""
    stills: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,20}$")], ...] = ()
    """Pictures of a film that are it where no exhibit is, by what they show, e.g. `corner`."""
    shot: Key | None = None
    """The shot (`shots.toml`) by whose words a file's name may say that it is this."""
    most: Annotated[int, Field(gt=0, le=50)] = 1
    needed: bool = False
    """Whether the source asks for it in any case."""


class Packet(Quoted):
    """The limits of one channel; a blank one is not known, and no limit is assumed."""

    id: Key
    formats: tuple[Annotated[str, Field(pattern=r"^[a-z0-9]{2,5}$")], ...] = ()
    """Endings of file names, without the dot; empty where the source names none."""
    files: Most = None
    file_bytes: Most = None
    photo_bytes: Most = None
    """Of a photo, where the source gives photos another limit than films."""
    total_bytes: Most = None
    """Megabytes are read as millions of bytes, the smaller reading."""
    pages: Most = None
    """Of a file."""
    characters: Most = None
    """Of the text beside the files."""
    field_characters: Most = None
    """Of one field of it."""
    counts: Unit = "characters"
    """How the text is counted; no source that we have says it otherwise."""
    ppi: Most = None
    """Pixels an inch of a picture on a page."""
    pixels: Most = None
    """Width times height of a picture."""
    as_pdf: bool = False
    """Whether pictures and text go in as pages: one PDF, or one for each part."""
    seconds: Most = None
    """Of a film."""
    text_only: bool = False
    """Whether nothing but text is taken."""
    once: bool = False
    """Whether nothing can be added after it was sent."""
    black_and_white: bool = False
    to: Literal["platform", "card", "carrier"] = "platform"
    """Whom the statement beside it addresses."""
    language: Lang | None = None
    """In which the statement is written: our reading of the market; that of the case where blank."""
    part: Annotated[tuple[Part, ...], Field(max_length=40)] = ()
    """What it asks for by name; where there are any, nothing else goes in."""
