"""The settings inside a coded film: parameter sets and the notes that encoders leave, as digests.

H.264 and HEVC carry their settings as units of their own, at the start of a stream or again
with its key pictures. One encoder run writes one set; a second set, or an encoder's note that
comes again in the middle, was written by a second run. Only the headers of the units of key
packets are walked, bounded in number and bytes. Layout: ISO/IEC 14496-15 (lengths before
units), ITU-T H.264 and H.265 annex B (start codes), their clause 7.3.1 (headers).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_UNITS: Final = 64
"""Units walked in one packet; a camera writes fewer than a dozen slices and notes."""
MAX_SET: Final = 4096
"""Bytes of one unit that go into its digest; a parameter set has fewer than 300."""
MAX_SCAN: Final = 65_536
"""Bytes searched for start codes where units have no lengths."""
NAME: Final = 16
"""Bytes of the identifier that starts an encoder's own note (`user_data_unregistered`)."""

_START: Final = b"\0\0\1"
_SETS: Final = {"h264": frozenset({7, 8}), "hevc": frozenset({32, 33, 34})}
_NOTES: Final = {"h264": 6, "hevc": 39}
_UNREGISTERED: Final = 5


@dataclass(frozen=True)
class Settings:
    """What one packet says about how it was coded; empty digests where it says nothing."""

    sets: str = ""
    """Digest of the parameter sets, in their order."""
    note: str = ""
    """Digest of the encoder's own note."""

    def __bool__(self) -> bool:
        return bool(self.sets or self.note)


class Units:
    """Walks the units of one stream's packets.

    Args:
        codec: `h264` or `hevc`; others have no units and give empty settings.
        extradata: the stream's own header, which says how units are set apart.
    """

    def __init__(self, codec: str, extradata: bytes) -> None:
        self._codec = codec
        self._length = _length_size(codec, extradata)

    def settings(self, packet: memoryview) -> Settings:
        """The settings that the units of one packet carry."""
        if self._codec not in _SETS:
            return Settings()
        sets, note = hashlib.sha256(), ""
        found = False
        for unit in self._units(packet):
            kind = unit[0] & 31 if self._codec == "h264" else unit[0] >> 1 & 63
            if kind in _SETS[self._codec]:
                sets.update(unit[:MAX_SET])
                found = True
            elif kind == _NOTES[self._codec] and not note:
                note = self._note(unit)
        return Settings(sets.hexdigest() if found else "", note)

    def _note(self, unit: memoryview) -> str:
        """The digest of an encoder's own note; timing and captions are left out, they change by nature."""
        header = 1 if self._codec == "h264" else 2
        body = unit[header : header + MAX_SET]
        if len(body) <= NAME + 2 or body[0] != _UNREGISTERED:
            return ""
        return hashlib.sha256(body).hexdigest()

    def _units(self, packet: memoryview) -> Iterator[memoryview]:
        walk = _with_lengths(packet, self._length) if self._length else _with_start_codes(packet)
        for number, unit in enumerate(walk):
            if number == MAX_UNITS:
                return
            if unit:
                yield unit


def _length_size(codec: str, extradata: bytes) -> int:
    """Bytes of the length before each unit; 0 where start codes set them apart."""
    place = {"h264": 4, "hevc": 21}.get(codec, 0)
    if len(extradata) <= place or extradata.startswith((_START, b"\0" + _START)):
        return 0
    return (extradata[place] & 3) + 1


def _with_lengths(packet: memoryview, size: int) -> Iterator[memoryview]:
    position = 0
    while position + size < len(packet):
        length = int.from_bytes(packet[position : position + size], "big")
        position += size
        if length > len(packet) - position:
            return
        yield packet[position : position + length]
        position += length


def _with_start_codes(packet: memoryview) -> Iterator[memoryview]:
    head = bytes(packet[:MAX_SCAN])
    start = head.find(_START)
    while start >= 0:
        following = head.find(_START, start + 3)
        yield memoryview(head)[start + 3 : following if following >= 0 else len(head)]
        start = following
