"""Packets: what a channel takes in as evidence: how many files, how large, which formats, how often."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from claims.vocabulary.quoted import Blank, Key, Quoted

Most = Annotated[int | None, Field(gt=0, le=10_000_000_000, strict=True), Blank]
"""A limit; blank where the source names none."""


class Packet(Quoted):
    """The limits of one channel; a blank one is not known, and no limit is assumed."""

    id: Key
    formats: tuple[Annotated[str, Field(pattern=r"^[a-z0-9]{2,5}$")], ...] = ()
    """Endings of file names, without the dot; empty where the source names none."""
    files: Most = None
    file_bytes: Most = None
    total_bytes: Most = None
    """Megabytes are read as millions of bytes, the smaller reading."""
    pages: Most = None
    characters: Most = None
    """Of the text beside the files."""
    seconds: Most = None
    """Of a film."""
    text_only: bool = False
    """Whether nothing but text is taken."""
    once: bool = False
    """Whether nothing can be added after it was sent."""
    black_and_white: bool = False
