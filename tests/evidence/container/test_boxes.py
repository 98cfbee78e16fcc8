from __future__ import annotations

import io
import struct

import pytest

from evidence.check import RefusedError
from evidence.container import boxes, movie
from evidence.container.boxes import walk
from evidence.structure import Edit, Structure, Track


def box(kind: str, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I4s", 8 + len(body), kind.encode()) + body


def full(kind: str, *bodies: bytes, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", flags), *bodies)


FTYP = box("ftyp", b"isom", b"\0\0\2\0", b"isomavc1")
ITSELF = full("url ", flags=1)


def trak(
    handler: bytes = b"vide", codec: str = "avc1", reference: bytes = ITSELF, edits: bytes = b""
) -> bytes:
    stbl = box("stbl", full("stsd", struct.pack(">I", 1), box(codec, bytes(70))))
    dinf = box("dinf", full("dref", struct.pack(">I", 1), reference))
    mdia = box("mdia", full("hdlr", bytes(4), handler, bytes(13)), box("minf", dinf, stbl))
    return box("trak", edits, mdia)


def seen(*parts: bytes) -> boxes.Boxes:
    data = b"".join(parts)
    return walk(io.BytesIO(data), len(data))


def built(*parts: bytes) -> Structure:
    return seen(*parts).structure


def refused(*parts: bytes) -> str:
    with pytest.raises(RefusedError) as caught:
        seen(*parts)
    return caught.value.code


def test_a_plain_film_is_told_with_brands_tracks_and_edits():
    edits = box(
        "edts",
        full(
            "elst",
            struct.pack(">I", 2),
            struct.pack(">IiI", 500, -1, 1 << 16),
            struct.pack(">IiI", 4000, 1024, 1 << 16),
        ),
    )
    told = seen(FTYP, box("moov", trak(edits=edits), trak(b"soun", "mp4a")), box("mdat", bytes(100)))
    made = told.structure
    assert (made.brands, made.minor) == (("isom", "avc1"), 512)
    assert made.order == ("ftyp", "moov", "mdat")
    assert made.tracks == (
        Track("vide", ("avc1",), (Edit(500, -1), Edit(4000, 1024))),
        Track("soun", ("mp4a",)),
    )
    assert told.index
    assert told.data
    assert (told.missing, made.trailing, made.fragments) == (0, 0, 0)


def test_wide_sizes_and_a_last_box_without_size_are_followed():
    wide = struct.pack(">I4sQ", 1, b"free", 16 + 5) + bytes(5)
    told = seen(FTYP, wide, box("moov", trak()), struct.pack(">I4s", 0, b"mdat") + bytes(50))
    assert told.structure.order == ("ftyp", "free", "moov", "mdat")
    assert told.missing == 0


def test_a_wide_edit_list_is_read():
    edits = box(
        "edts", box("elst", b"\1\0\0\0", struct.pack(">I", 1), struct.pack(">QqI", 1 << 33, -1, 1 << 16))
    )
    made = built(FTYP, box("moov", trak(edits=edits)), box("mdat"))
    assert made.tracks[0].edits == (Edit(1 << 33, -1),)


def test_fragments_are_counted():
    made = built(FTYP, box("moov", trak()), *[box("moof", bytes(8)), box("mdat", bytes(9))] * 3)
    assert made.fragments == 3
    assert made.order == ("ftyp", "moov", "moof", "mdat")
    assert made.fragmented


def test_quicktime_may_end_a_list_with_zeros():
    moov = box("moov", trak(), bytes(4))
    zeros = box("moov", trak(), bytes(12))
    assert seen(FTYP, moov, box("mdat")).index
    assert seen(FTYP, zeros, box("mdat")).index


def test_a_track_of_quicktime_keeps_its_first_handler():
    minf = box("minf", full("hdlr", b"dhlr", b"alis", bytes(13)))
    mdia = box("mdia", minf, full("hdlr", b"mhlr", b"vide", bytes(13)))
    assert seen(FTYP, box("moov", box("trak", mdia)), box("mdat")).structure.tracks[0].handler == "vide"


def test_bytes_that_are_missing_at_the_end_are_counted():
    data = FTYP + box("moov", trak()) + box("mdat", bytes(1000))
    assert walk(io.BytesIO(data[:-300]), len(data) - 300).missing == 300


def test_bytes_that_somebody_appended_are_not_missing_ones():
    told = seen(FTYP, box("moov", trak()), box("mdat", bytes(10)), b"junk" * 25)
    assert (told.missing, told.structure.trailing) == (0, 100)
    told = seen(FTYP, box("moov", trak()), box("mdat", bytes(10)), bytes(100))
    assert (told.missing, told.structure.trailing) == (0, 100)


def test_an_index_that_is_cut_off_is_refused():
    data = FTYP + box("moov", trak())
    with pytest.raises(RefusedError, match="breaks off") as caught:
        walk(io.BytesIO(data[:-10]), len(data) - 10)
    assert caught.value.code == "refused.truncated"


@pytest.mark.parametrize("length", [1, 2, 7, 500, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_lying_size_inside_the_index_is_refused(length):
    liar = struct.pack(">I4s", length, b"trak") + bytes(20)
    assert refused(FTYP, box("moov", liar), box("mdat")) == "refused.structure"


def test_a_wide_size_that_is_smaller_than_its_header_is_refused():
    liar = struct.pack(">I4sQ", 1, b"trak", 3) + bytes(20)
    assert refused(FTYP, box("moov", liar), box("mdat")) == "refused.structure"


def test_boxes_nested_too_deep_are_refused():
    nested = trak()
    for _ in range(30):
        nested = box("mdia", nested)
    assert refused(FTYP, box("moov", box("trak", nested)), box("mdat")) == "refused.structure"
    assert refused(FTYP, box("moov", nested), box("mdat")) == "refused.structure"


def test_too_many_boxes_and_too_many_tracks_are_refused(monkeypatch):
    assert (
        refused(FTYP, box("moov", *[box("free")] * (movie.MAX_INNER + 1)), box("mdat")) == "refused.structure"
    )
    assert refused(FTYP, box("moov", *[trak()] * (movie.MAX_TRACKS + 1)), box("mdat")) == "refused.structure"


def test_the_walk_along_the_top_ends_at_its_bound(monkeypatch):
    monkeypatch.setattr(boxes, "MAX_OUTER", 10)
    told = seen(FTYP, box("moov", trak()), *[box("moof")] * 20)
    assert not told.walked
    assert told.structure.fragments == 8


@pytest.mark.parametrize(
    "reference",
    [
        full("url ", b"file:///etc/passwd\0"),
        full("url ", b"http://127.0.0.1/x\0"),
        full("alis", bytes(160)),
        full("urn ", b"x\0y\0"),
    ],
)
def test_a_film_that_lies_in_another_file_is_refused(reference):
    assert refused(FTYP, box("moov", trak(reference=reference)), box("mdat")) == "refused.structure"


@pytest.mark.parametrize("reference", [ITSELF, full("alis", flags=1), full("url ")])
def test_a_film_that_lies_in_its_own_file_passes(reference):
    assert seen(FTYP, box("moov", trak(reference=reference)), box("mdat")).index


@pytest.mark.parametrize("kind", ["rmra", "cmov"])
def test_reference_films_and_packed_indices_are_refused(kind):
    assert refused(FTYP, box("moov", box(kind, bytes(8))), box("mdat")) == "refused.structure"


def test_an_encrypted_film_is_refused():
    assert refused(FTYP, box("moov", trak(codec="encv")), box("mdat")) == "refused.codec"


def test_tables_that_claim_more_than_they_hold_are_read_as_far_as_they_go():
    edits = box("edts", full("elst", struct.pack(">I", 0xFFFFFFFF), struct.pack(">IiI", 5, 6, 7)))
    empty = box("edts", box("elst"))
    (track,) = built(FTYP, box("moov", trak(edits=edits)), box("mdat")).tracks
    assert (track.edits, track.more_edits) == ((Edit(5, 6, 7 / 65536),), False)
    assert built(FTYP, box("moov", trak(edits=empty)), box("mdat")).tracks[0].edits == ()


def test_of_a_list_of_hundreds_of_edits_a_few_are_read_and_one_of_thousands_is_refused():
    def lists(count: int) -> bytes:
        entries = b"".join(struct.pack(">IiI", 1, i, 1 << 16) for i in range(count))
        return box("moov", trak(edits=box("edts", full("elst", struct.pack(">I", count), entries))))

    (track,) = built(FTYP, lists(movie.MAX_EDITS), box("mdat")).tracks
    assert len(track.edits) == movie.MAX_ENTRIES
    assert track.more_edits
    assert refused(FTYP, lists(movie.MAX_EDITS + 1), box("mdat")) == "refused.structure"


def header(kind: str, timescale: int, length: int, *, wide: bool = False) -> bytes:
    """`mvhd` or `mdhd`, as far as it is read."""
    if wide:
        return box(kind, b"\1\0\0\0", bytes(16), struct.pack(">IQ", timescale, length))
    return full(kind, bytes(8), struct.pack(">II", timescale, length))


@pytest.mark.parametrize("wide", [False, True])
def test_the_clocks_the_lead_and_the_name_of_a_track_are_read(wide):
    stbl = box("stbl", full("ctts", struct.pack(">III", 1, 9, 3000)))
    named = full("hdlr", bytes(4), b"vide", bytes(12), b"\x0aCore Video")
    mdia = box("mdia", header("mdhd", 90_000, 450_000, wide=wide), named, box("minf", stbl))
    made = built(FTYP, box("moov", header("mvhd", 600, 3000, wide=wide), box("trak", mdia)), box("mdat"))
    assert made.timescale == 600
    (track,) = made.tracks
    assert (track.timescale, track.length, track.lead, track.name) == (90_000, 450_000, 3000, "Core Video")


@pytest.mark.parametrize("kind", ["mvhd", "hdlr", "mdhd", "elst", "ctts", "stsd", "udta", "meta"])
def test_boxes_without_content_are_read_as_nothing(kind):
    inside = box(kind) if kind in {"mvhd", "udta", "meta"} else b""
    track = box("trak", box("edts", box(kind)), box("mdia", box(kind), box("minf", box("stbl", box(kind)))))
    assert built(FTYP, box("moov", inside, track), box("mdat", bytes(300))).tracks[0].timescale == 0


def test_a_handlers_name_is_data_that_is_cut_and_made_fit_to_show():
    named = full("hdlr", bytes(4), b"vide", bytes(12), "\x1b[31m\u202eevil".encode() + b"x" * 5000)
    (track,) = built(FTYP, box("moov", box("trak", box("mdia", named))), box("mdat")).tracks
    assert track.name.isprintable()
    assert len(track.name) <= movie.MAX_HANDLER


def test_the_words_of_the_metadata_are_kept_and_cut():
    udta = box("udta", box("meta", "剪映 5.1".encode()))
    long = box("udta", b"x" * (movie.MAX_WORDS + 999))
    assert "剪映 5.1" in built(FTYP, box("moov", trak(), udta), box("mdat")).words["movie"]
    assert len(built(FTYP, box("moov", trak(), long), box("mdat")).words["movie"]) == movie.MAX_WORDS


def test_an_xmp_packet_is_found_in_its_two_places():
    inside = box("udta", box("XMP_", b"<x:xmpmeta/>"))
    private = box("uuid", boxes._XMP, b"<x:xmpmeta/>")
    assert built(FTYP, box("moov", trak(), inside), box("mdat")).words["xmp"].startswith("<x:xmpmeta/>")
    assert built(FTYP, private, box("moov", trak()), box("mdat")).words["xmp"] == "<x:xmpmeta/>"
    large = box("uuid", boxes._XMP, b"x" * (boxes.MAX_PACKET + 10))
    assert len(built(FTYP, large, box("moov", trak()), box("mdat")).words["xmp"]) == boxes.MAX_PACKET


def test_a_record_of_origin_is_found_by_its_owner_and_purpose():
    record = box("jumb", box("jumd", bytes(30)))
    sealed = box("uuid", boxes._C2PA, bytes(4), b"manifest\0", bytes(8), record)
    made = built(FTYP, sealed, box("moov", trak()), box("mdat"))
    ((start, end),) = made.manifest
    assert (FTYP + sealed)[start:end] == record
    for other in (box("uuid", boxes._C2PA), box("uuid", boxes._C2PA, bytes(4), b"merkle\0", bytes(20))):
        assert built(FTYP, other, box("moov", trak()), box("mdat")).manifest == ()
