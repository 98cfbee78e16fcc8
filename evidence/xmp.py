"""What an XMP packet says of the software that wrote the file: a few fields, found by pattern.

No XML parser is asked: entities and nesting are not needed here, and are how packets attack.
Sources: XMP Specification part 2 (`xmp:CreatorTool`, the history of `stEvt`); C2PA specification
(`dcterms:provenance`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

MAX_FIELDS: Final = 16
"""Fields taken of one packet: an editor's history repeats its name at every save."""

_FIELDS: Final = re.compile(
    r"\b(?:xmp:(?P<tool>CreatorTool)|stEvt:(?P<agent>softwareAgent))"
    r"\s{0,8}(?:=\s{0,8}[\"'](?P<quoted>[^\"'<>]{1,256})|>(?P<plain>[^<>]{1,256})<)"
)
_RECORD_ELSEWHERE: Final = re.compile(r"\bdcterms:provenance\s{0,8}(?:=\s{0,8}[\"']|>)\s{0,8}https?://")


def names_a_record_elsewhere(packet: str) -> bool:
    """Whether the packet says that a signed record of origin lies on some server."""
    return _RECORD_ELSEWHERE.search(packet) is not None


def software(packet: str) -> Iterator[tuple[str, str]]:
    """Place and text of each application that the packet names, in its order, without repeats."""
    seen: set[tuple[str, str]] = set()
    for found, _ in zip(_FIELDS.finditer(packet), range(MAX_FIELDS * 8), strict=False):
        said = f"xmp:{found['tool'] or found['agent']}", (found["quoted"] or found["plain"]).strip()
        if said not in seen and len(seen) < MAX_FIELDS:
            seen.add(said)
            yield said
