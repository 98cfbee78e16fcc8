from __future__ import annotations

import io
import time

import pytest

from evidence.container import ebml
from evidence.container.ebml import walk

SEGMENT, TRACKS, CLUSTER, TAGS = 0x18538067, 0x1654AE6B, 0x1F43B675, 0x1254C367
UNKNOWN = b"\x01" + b"\xff" * 7


def element(name: int, *bodies: bytes, size: bytes | None = None) -> bytes:
    body = b"".join(bodies)
    length = size or (0x08000000_00000000 >> 3 | len(body)).to_bytes(8, "big")
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + length + body


HEADER = element(0x1A45DFA3, element(0x4286, b"\1"), element(0x4282, b"webm"))
FILM = element(0xAE, element(0x83, b"\1"), element(0x86, b"V_VP9"))
SOUND = element(0xAE, element(0x83, b"\2"), element(0x86, b"A_OPUS"))
TIME = element(0xE7, b"\0")
BLOCK = element(0xA3, bytes(200))


def seen(*parts: bytes, cut: int = 0) -> ebml.Elements:
    data = b"".join(parts)
    data = data[: len(data) - cut]
    return walk(io.BytesIO(data), len(data))


def test_a_film_of_known_sizes_is_told():
    told = seen(
        HEADER, element(SEGMENT, element(TRACKS, FILM, SOUND), element(CLUSTER, TIME, BLOCK), element(TAGS))
    )
    assert told.doctype == "webm"
    assert told.tracks == (("vide", "V_VP9"), ("soun", "A_OPUS"))
    assert told.order == ("Tracks", "Cluster", "Tags")
    assert told.clusters == 1
    assert (told.live, told.missing, told.damaged, told.trailing) == (False, 0, False, 0)


@pytest.mark.parametrize("cut", [1, 50, 150])
def test_a_film_that_is_cut_off_misses_bytes(cut):
    film = element(SEGMENT, element(TRACKS, FILM), element(CLUSTER, TIME, BLOCK))
    assert seen(HEADER, film, cut=cut).missing == cut


def live(*clusters: tuple[bytes, ...]) -> bytes:
    written = [element(CLUSTER, TIME, *blocks, size=UNKNOWN) for blocks in clusters]
    return HEADER + element(SEGMENT, element(TRACKS, FILM), *written, size=UNKNOWN)


def test_a_live_recording_that_ends_with_a_block_is_whole():
    told = seen(live((BLOCK, BLOCK), (BLOCK,)))
    assert told.live
    assert (told.missing, told.damaged) == (0, False)


@pytest.mark.parametrize("cut", [1, 60, 199])
def test_a_live_recording_that_ends_inside_a_block_misses_bytes(cut):
    assert seen(live((BLOCK, BLOCK), (BLOCK,)), cut=cut).missing == 1


def test_the_letters_of_a_cluster_inside_a_block_do_not_mislead():
    lure = element(0xA3, bytes(20), CLUSTER.to_bytes(4, "big"), bytes(100))
    assert seen(live((BLOCK,), (lure,))).missing == 0
    assert seen(live((BLOCK,), (lure,)), cut=7).missing == 1


def test_bytes_after_the_segment_are_counted():
    assert seen(HEADER, element(SEGMENT, element(TRACKS, FILM), element(CLUSTER)), b"junk" * 5).trailing == 20


def test_rubble_between_elements_is_damage():
    assert seen(HEADER, element(SEGMENT, element(TRACKS, FILM), element(CLUSTER), bytes(40))).damaged


@pytest.mark.parametrize(
    "data",
    [
        ebml.MAGIC,
        ebml.MAGIC + UNKNOWN + bytes(50),
        element(0x1A45DFA3, size=b"\x10\xff\xff\xff"),
        HEADER + b"\x00" * 40,
        HEADER + element(TRACKS, FILM),
    ],
)
def test_what_is_no_segment_is_damage_or_missing(data):
    told = seen(data)
    assert told.damaged or told.missing
    assert told.tracks == ()


def test_a_header_alone_misses_its_segment():
    assert seen(HEADER).missing


def test_many_tracks_and_elements_cost_little():
    tracks = element(TRACKS, *[FILM] * 3000)
    start = time.perf_counter()
    told = seen(HEADER, element(SEGMENT, tracks, *[element(0xEC)] * 20_000))
    assert len(told.tracks) == ebml.MAX_TRACKS
    assert time.perf_counter() - start < 2


def test_the_applications_name_themselves():
    info = element(
        0x1549A966, element(0x4D80, b"Chrome"), element(0x5741, "剪映 5.1\0".encode()), element(0x7BA9, b"x")
    )
    told = seen(HEADER, element(SEGMENT, info, element(TRACKS, FILM), element(CLUSTER, TIME, BLOCK)))
    assert told.words == {"muxer": "Chrome", "writer": "剪映 5.1"}


def test_a_name_of_a_megabyte_is_cut():
    info = element(0x1549A966, element(0x4D80, b"x" * 1_000_000))
    told = seen(HEADER, element(SEGMENT, info, element(TRACKS, FILM), element(CLUSTER, TIME, BLOCK)))
    assert len(told.words["muxer"]) == ebml.MAX_TEXT
