from __future__ import annotations

import copy
import hashlib
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.ledger import (
    GENESIS,
    Entry,
    Fault,
    Head,
    Wrong,
    canonical,
    chain,
    digest_of,
    export,
    parse,
    stamp,
    unstamp,
    verify,
)

AT = datetime(2026, 11, 21, 8, 11, 2, 500, tzinfo=UTC)


def stream_of(length: int, name: str = "case/1") -> list[Entry]:
    entries: list[Entry] = []
    for n in range(length):
        last = entries[-1] if entries else None
        at = AT + timedelta(seconds=n)
        entries.append(
            chain(last, stream=name, at=at, event="seen", actor="王芳", detail={"n": n, "who": "é"})
        )
    return entries


def rehashed(entry: Entry, **changes: Any) -> Entry:
    changed = replace(entry, **changes)
    return replace(changed, digest=digest_of(changed.line))


def kinds(faults: list[Fault]) -> list[tuple[Wrong, int]]:
    return [(fault.wrong, fault.seq) for fault in faults]


def test_the_line_is_known_to_the_byte() -> None:
    entry = chain(
        None, stream="case/1", at=AT, event="opened", actor='a"b', detail={"b": [1, None, True], "a": "箱\n"}
    )
    assert entry.line == (
        '{"actor":"a\\"b","at":"2026-11-21T08:11:02.000500Z","detail":{"a":"箱\\n","b":[1,null,true]},'
        '"event":"opened","previous":"sha256:' + "0" * 64 + '","seq":1,"stream":"case/1"}'
    )
    assert entry.digest == "sha256:" + hashlib.sha256(f"{entry.line}\n".encode()).hexdigest()


def test_a_chain_holds() -> None:
    entries = stream_of(5)
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[0].previous == GENESIS
    assert all(b.previous == a.digest for a, b in pairwise(entries))
    assert verify(entries) == []
    assert verify(entries, head=Head(5, entries[4].digest)) == []
    assert verify(entries, head=Head(3, entries[2].digest)) == []
    assert verify([]) == []


def test_an_entry_continues_its_own_stream_only() -> None:
    with pytest.raises(ValueError, match="own stream"):
        chain(stream_of(1)[0], stream="case/2", at=AT, event="e", actor="a", detail={})


EDITS: dict[str, dict[str, Any]] = {
    "at": {"at": AT + timedelta(days=1)},
    "event": {"event": "other"},
    "actor": {"actor": "nobody"},
    "detail": {"detail": {"n": 99}},
    "previous": {"previous": GENESIS},
    "stream": {"stream": "case/2"},
    "digest": {"digest": GENESIS},
}


@pytest.mark.parametrize("position", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("field", EDITS)
def test_any_edit_of_any_field_shows_where_it_was_made(field: str, position: int) -> None:
    entries = stream_of(5)
    entries[position] = replace(entries[position], **EDITS[field])
    faults = verify(entries)
    if field != "previous" or position > 0:
        assert Fault(Wrong.EDITED, position + 1, position) in faults
    else:
        assert faults == []  # the first one's `previous` is what it was set to
    assert {fault.place for fault in faults} <= (
        set(range(5)) if field == "stream" else {position, position + 1}
    )


@pytest.mark.parametrize("position", [0, 1, 2, 3])
def test_an_edit_with_its_digest_made_anew_breaks_the_link(position: int) -> None:
    entries = stream_of(5)
    entries[position] = rehashed(entries[position], detail={"n": 99})
    assert verify(entries) == [Fault(Wrong.UNLINKED, position + 2, position + 1)]


def test_an_edit_of_the_last_with_its_digest_made_anew_shows_against_a_known_head() -> None:
    entries = stream_of(5)
    head = Head(5, entries[4].digest)
    entries[4] = rehashed(entries[4], detail={"n": 99})
    assert verify(entries) == []
    assert verify(entries, head=head) == [Fault(Wrong.REWRITTEN, 5, 4)]


def test_a_stream_forged_whole_shows_against_a_known_head() -> None:
    true, forged = stream_of(5), stream_of(6)
    for n in range(6):
        before = forged[n - 1].digest if n else GENESIS
        forged[n] = rehashed(forged[n], actor="forger", previous=before)
    assert verify(forged) == []
    assert verify(forged, head=Head(3, true[2].digest)) == [Fault(Wrong.REWRITTEN, 3, 2)]


@pytest.mark.parametrize("position", [0, 1, 2, 3])
def test_a_dropped_entry_shows(position: int) -> None:
    entries = stream_of(5)
    del entries[position]
    assert verify(entries) == [Fault(Wrong.DROPPED, position + 1, position)]


def test_several_dropped_entries_show_as_runs() -> None:
    entries = stream_of(9)
    kept = [entries[n] for n in (0, 3, 4, 8)]
    assert verify(kept) == [Fault(Wrong.DROPPED, 2, 1), Fault(Wrong.DROPPED, 6, 3)]


def test_a_dropped_entry_with_the_rest_numbered_anew_shows() -> None:
    entries = stream_of(5)
    del entries[2]
    entries[2:] = [rehashed(entry, seq=entry.seq - 1) for entry in entries[2:]]
    assert (Wrong.UNLINKED, 3) in kinds(verify(entries))


@pytest.mark.parametrize("length", [0, 1, 4])
def test_a_cut_end_shows_against_a_known_head(length: int) -> None:
    entries = stream_of(5)
    head = Head(5, entries[4].digest)
    assert verify(entries[:length]) == []
    assert verify(entries[:length], head=head) == [Fault(Wrong.TRUNCATED, length + 1, length)]


def test_two_swapped_entries_show() -> None:
    entries = stream_of(5)
    entries[1], entries[3] = entries[3], entries[1]
    assert kinds(verify(entries)) == [(Wrong.SWAPPED, 3), (Wrong.SWAPPED, 2)]


def test_two_entries_with_swapped_numbers_show() -> None:
    entries = stream_of(5)
    entries[1], entries[2] = replace(entries[2], seq=2), replace(entries[1], seq=3)
    assert [k for k in kinds(verify(entries)) if k[0] is Wrong.EDITED] == [
        (Wrong.EDITED, 2),
        (Wrong.EDITED, 3),
    ]


def test_a_fork_shows() -> None:
    entries = stream_of(4)
    twin = chain(entries[1], stream="case/1", at=AT, event="other", actor="x", detail={})
    assert verify([*entries[:3], twin, entries[3]]) == [Fault(Wrong.FORKED, 3, 3)]
    after_twin = chain(twin, stream="case/1", at=AT, event="other", actor="x", detail={})
    assert kinds(verify([*entries[:3], twin, entries[3], after_twin])) == [
        (Wrong.FORKED, 3),
        (Wrong.FORKED, 4),
    ]


def test_a_repeated_entry_shows() -> None:
    entries = stream_of(3)
    assert verify([*entries, entries[2]]) == [Fault(Wrong.FORKED, 3, 3)]


def test_an_entry_of_another_stream_or_of_no_number_shows() -> None:
    entries = stream_of(3)
    other = stream_of(4, "case/2")[3]
    assert (Wrong.FOREIGN, 4) in kinds(verify([*entries, other]))
    assert (Wrong.FOREIGN, 0) in kinds(verify([*entries, rehashed(entries[2], seq=0)]))


def test_every_fault_is_told_not_only_the_first() -> None:
    entries = stream_of(10)
    entries[1] = replace(entries[1], actor="x")
    entries[7] = replace(entries[7], detail={})
    del entries[4]
    assert kinds(verify(entries, head=Head(11, GENESIS))) == [
        (Wrong.EDITED, 2),
        (Wrong.DROPPED, 5),
        (Wrong.EDITED, 8),
        (Wrong.TRUNCATED, 11),
    ]


@given(st.integers(0, 10**6))
def test_any_flipped_bit_of_an_export_shows(seed: int) -> None:
    entries = stream_of(4)
    head = Head(4, entries[3].digest)
    data = bytearray(export(entries).encode())
    data[seed // 8 % len(data)] ^= 1 << seed % 8
    try:
        again = [parse(line) for line in data.decode().removesuffix("\n").split("\n")]
    except ValueError:
        return
    assert verify(again, head=head)


def test_an_export_is_read_back() -> None:
    entries = stream_of(5)
    lines = export(entries).split("\n")
    assert lines.pop() == ""
    assert [parse(line) for line in lines] == entries


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{}",
        "nonsense",
        stream_of(1)[0].line[:-1],
        stream_of(1)[0].line.replace('"seq":1', '"seq":"1"'),
        stream_of(1)[0].line.replace('"seq":1', '"seq":true'),
        stream_of(1)[0].line.replace('"seq":1', '"seq":1,"more":1'),
        stream_of(1)[0].line.replace('"n":0', '"n":0.5'),
        stream_of(1)[0].line.replace("Z", ""),
        stream_of(1)[0].line.replace("2026-11-21", "yesterday"),
    ],
)
def test_what_is_no_entry_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="entry"):
        parse(line)


def test_a_line_written_otherwise_but_meaning_the_same_shows() -> None:
    entry = stream_of(1)[0]
    spaced = parse(entry.line.replace(":1,", ": 1,"))
    assert kinds(verify([spaced])) == [(Wrong.EDITED, 1)]
    doubled = parse(entry.line.replace('"n":0', '"n":5,"n":0'), entry.digest)
    assert doubled == entry  # a member told twice: the last one counts, as for whoever reads it


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum of coreutils is not here")
def test_coreutils_alone_check_an_export(tmp_path: Path) -> None:
    tricky = {
        "previous": GENESIS,
        "seq": 2,
        "text": '","previous":"sha256:x","seq":2,"stream":"case/1"}\u2028\\n',
    }
    entries = stream_of(3)
    entries.append(chain(entries[-1], stream="case/1", at=AT, event="e", actor="x\n\u202e", detail=tricky))
    file = tmp_path / "custody.jsonl"
    file.write_bytes(export(entries).encode())
    for number, entry in enumerate(entries, start=1):
        told = subprocess.check_output(f"sed -n {number}p '{file}' | sha256sum", shell=True, text=True)  # noqa: S602 - the very words of the documentation
        assert told.split()[0] == entry.digest.removeprefix("sha256:")
    script = """
        expect=sha256:0000000000000000000000000000000000000000000000000000000000000000 n=0
        while IFS= read -r line; do
            n=$((n + 1))
            case $line in
                *",\\"previous\\":\\"$expect\\",\\"seq\\":$n,\\"stream\\":\\"case/1\\"}") ;;
                *) exit 1 ;;
            esac
            expect=sha256:$(printf '%s\\n' "$line" | sha256sum | cut -c 1-64)
        done < "$1"
        [ "$expect" = "$2" ]
    """
    run = ["sh", "-c", script, "sh", str(file)]
    assert subprocess.run([*run, entries[-1].digest], check=False).returncode == 0
    assert subprocess.run([*run, entries[-2].digest], check=False).returncode == 1
    lines = export(entries).split("\n")
    for broken in (
        lines[1:],
        [lines[1], lines[0], *lines[2:]],
        [*lines[:1], lines[1].replace("é", "e"), *lines[2:]],
    ):
        file.write_bytes("\n".join(broken).encode())
        assert subprocess.run([*run, entries[-1].digest], check=False).returncode == 1


@pytest.mark.parametrize("value", [0.5, float("nan"), {"a": [1, {"b": 2.0}]}, (1, 2.5)])
def test_floats_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="floats"):
        canonical(value)


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(TypeError):
        chain(None, stream="s", at=AT, event="e", actor="a", detail={"x": {1, 2}})


TEXT = st.text(st.characters() | st.sampled_from("\ud83d\ude00\udc80\udcff\u2028\x00\x85"), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(TEXT, JSON, max_size=3), TEXT)
def test_any_text_survives_the_way_through_a_file(detail: dict[str, Any], actor: str) -> None:
    entry = chain(None, stream="s", at=AT, event="e", actor=actor, detail=detail)
    assert "\n" not in entry.line
    again = parse(entry.line.encode().decode(), entry.digest)
    assert again == entry
    assert verify([again]) == []
    assert verify([parse(entry.line)]) == []


def test_the_detail_is_a_copy() -> None:
    detail = {"a": [1]}
    entry = chain(None, stream="s", at=AT, event="e", actor="a", detail=detail)
    before = copy.deepcopy(entry.detail)
    detail["a"].append(2)
    assert entry.detail == before


def test_times_are_utc_of_fixed_width_and_sort_as_texts() -> None:
    moments = [AT, AT.replace(microsecond=0), AT + timedelta(seconds=1), AT.replace(year=999)]
    stamps = [stamp(moment) for moment in moments]
    assert {len(each) for each in stamps} == {27}
    assert [unstamp(each) for each in sorted(stamps)] == sorted(moments)
    shanghai = datetime(2026, 11, 21, 16, 11, 2, 500, tzinfo=timezone(timedelta(hours=8)))
    assert stamp(shanghai) == stamp(AT)
    with pytest.raises(ValueError, match="zone"):
        stamp(datetime(2026, 11, 21))  # noqa: DTZ001 - that is the point


def test_canonical_json_is_what_the_standard_library_reads() -> None:
    value = {"b": "箱", "a": [1, {"z": "\u007f\u0001"}]}
    assert canonical(value) == '{"a":[1,{"z":"\u007f\\u0001"}],"b":"箱"}'
    assert json.loads(canonical(value)) == value
    assert canonical("\udcff") == '"\ufffd"'
    assert canonical("\ud83d\ude00") == '"\U0001f600"'
