"""What a refused file looks like by its first bytes, so that the refusal can name it."""

from __future__ import annotations

from typing import Final

from evidence.check import RefusedError
from evidence.model import say

_PLAYLIST: Final = (
    b"#EXTM3U",
    b"#EXT-X-",
    b"ffconcat version",
    b"v=0\r\n",
    b"v=0\n",
    b"[playlist]",
    b"[Reference]",
)
_PLAYLIST_MARKUP: Final = (b"<mpd", b"<smil", b"<smoothstreamingmedia", b"<asx", b"urn:mpeg:dash")
_ARCHIVES: Final = (
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_DOCUMENTS: Final = (
    (b"%PDF-", "PDF"),
    (b"%!PS", "PostScript"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
    (b"{\\rtf", "RTF"),
)
_PICTURES: Final = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II\x1a\x00\x00\x00HEAPCCDR", "RAW"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"8BPS", "PSD"),
)
_FILMS: Final = (
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMV"),
    (b"FLV\x01", "FLV"),
    (b"\x00\x00\x01\xba", "MPEG-PS"),
    (b"\x00\x00\x01\xb3", "MPEG"),
    (b".RMF", "RealMedia"),
    (b"DKIF", "IVF"),
    (b"YUV4MPEG2", "Y4M"),
)
_SOUNDS: Final = (
    (b"ID3", "MP3"),
    (b"fLaC", "FLAC"),
    (b"#!AMR", "AMR"),
    (b"FORM", "AIFF"),
    (b"\xff\xf1", "AAC"),
    (b"\xff\xf9", "AAC"),
    (b"\xff\xfb", "MP3"),
    (b"\xff\xf3", "MP3"),
    (b"\xff\xf2", "MP3"),
)
_PACKET: Final = 188
"""Bytes of a packet of an MPEG transport stream (ISO/IEC 13818-1); each begins with 0x47."""
_SYNC: Final = 0x47


def refusal(head: bytes) -> RefusedError:
    """The refusal of a file that begins with `head` and is no film or photo that is accepted."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    lower = text.lower()
    if text.startswith(_PLAYLIST) or any(mark in lower for mark in _PLAYLIST_MARKUP):
        return playlist()
    for table, refuse in (
        (_ARCHIVES, archive),
        (_DOCUMENTS, document),
        (_PICTURES, picture),
        (_FILMS, film),
        (_SOUNDS, sound),
    ):
        name = next((name for magic, name in table if head.startswith(magic)), None)
        if name:
            return refuse(name)
    return _by_layout(head) or _by_text(text, lower) or _unknown()


def _by_layout(head: bytes) -> RefusedError | None:
    if head.startswith(b"RIFF"):
        return sound("WAV") if head[8:12] == b"WAVE" else film("AVI")
    if head.startswith(b"OggS"):
        return film("Ogg") if b"theora" in head[:512] else sound("Ogg")
    for start in (0, 4):  # camcorders put a time of four bytes before each packet
        step = _PACKET + start
        if len(head) > start + 2 * step and all(head[start + i * step] == _SYNC for i in range(3)):
            return film("MPEG-TS")
    return None


def _by_text(text: bytes, lower: bytes) -> RefusedError | None:
    if b"<svg" in lower[:1024]:
        return document("SVG")
    if lower.startswith((b"<!doctype html", b"<html")):
        return document("HTML")
    if lower.startswith(b"<?xml"):
        return document("XML")
    if text and not any(byte < 9 or 13 < byte < 32 for byte in text[:1024]):  # noqa: PLR2004 - control codes
        return RefusedError(
            "refused.not_media",
            say("This is a text file, not a film or a photo; send the original from the camera."),
        )
    return None


def playlist() -> RefusedError:
    return RefusedError(
        "refused.playlist",
        say("This is a playlist that points to other files, not a film; send the film itself."),
    )


def archive(name: str) -> RefusedError:
    return RefusedError(
        "refused.not_media",
        say(
            "This is an archive ({format}); unpack it and send the film or photo that is inside.", format=name
        ),
    )


def document(name: str) -> RefusedError:
    return RefusedError(
        "refused.not_media",
        say(
            "This is a document ({format}), not a film or a photo; send the film or photo itself.",
            format=name,
        ),
    )


def picture(name: str) -> RefusedError:
    return RefusedError(
        "refused.not_media",
        say("Pictures of the kind {format} are not accepted; send JPEG, PNG, WebP or HEIC.", format=name),
    )


def film(name: str) -> RefusedError:
    return RefusedError(
        "refused.not_media",
        say(
            "Films of the kind {format} are not accepted; "
            "send the original from the camera app: MP4, MOV, 3GP, WebM or MKV.",
            format=name,
        ),
    )


def sound(name: str) -> RefusedError:
    return RefusedError(
        "refused.no_pictures",
        say("This is a sound recording ({format}) without pictures; send the film itself.", format=name),
    )


def _unknown() -> RefusedError:
    return RefusedError(
        "refused.not_media",
        say(
            "This is no film or photo that can be read; "
            "send MP4, MOV, 3GP, WebM or MKV, or JPEG, PNG, WebP or HEIC."
        ),
    )
