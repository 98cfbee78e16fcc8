from __future__ import annotations

from pathlib import Path

import pytest

from api.errors import UnknownProfileError
from api.glance import HEAD, chosen, glance
from evidence.check import RefusedError

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00\x00\xff\xf0meta" + bytes(5000)
WEBM = b"\x1aE\xdf\xa3\x87\x42\x82\x84webm\x18S\x80g\x01\xff\xff\xff\xff\xff\xff\xff" + bytes(5000)
LATE = b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  " + b"\x00\x10\x00\x00mdat" + bytes(5000)


def test_films_and_photos_are_told_apart_by_their_beginning(film: Path, photo: Path) -> None:
    assert chosen(film.read_bytes()[:HEAD], None, whole=False) == ("video", "unboxing")
    assert chosen(photo.read_bytes()[:HEAD], None, whole=False) == ("photo", "defect_photo")
    assert chosen(photo.read_bytes()[:HEAD], "label_photo", whole=False) == ("photo", "label_photo")


@pytest.mark.parametrize(("head", "kind"), [(HEIC, "photo"), (LATE, "video"), (WEBM, "video")])
def test_what_the_beginning_cannot_tell_is_left_to_the_gate(head: bytes, kind: str) -> None:
    assert glance(head[:HEAD], whole=False) == kind


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"", "refused.empty"),
        (b"plain text, and long enough to be seen as such", "refused.not_media"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://example.org/a.ts\n", "refused.playlist"),
        (LATE[:100], "refused.truncated"),
    ],
)
def test_what_cannot_be_either_is_refused(head: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        glance(head, whole=True)
    assert refused.value.code == code


def test_the_profile_has_to_fit_and_to_exist(film: Path) -> None:
    head = film.read_bytes()[:HEAD]
    with pytest.raises(RefusedError) as refused:
        chosen(head, "defect_photo", whole=False)
    assert refused.value.code == "refused.wrong_kind"
    with pytest.raises(UnknownProfileError):
        chosen(head, "../unboxing", whole=False)
