from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from evidence.xmp import MAX_FIELDS, names_a_record_elsewhere, software

PACKET = """
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>
<rdf:Description xmp:CreatorTool="Adobe Photoshop 25.1 (Windows)">
 <xmpMM:History><rdf:Seq>
  <rdf:li stEvt:action="created" stEvt:softwareAgent='Adobe Bridge 2024'/>
  <rdf:li stEvt:action="saved" stEvt:softwareAgent="Adobe Photoshop 25.1 (Windows)"/>
  <rdf:li stEvt:action="saved" stEvt:softwareAgent="Adobe Photoshop 25.1 (Windows)"/>
 </rdf:Seq></xmpMM:History></rdf:Description></rdf:RDF></x:xmpmeta>
"""


def test_the_tool_and_the_history_are_read_without_repeats():
    assert list(software(PACKET)) == [
        ("xmp:CreatorTool", "Adobe Photoshop 25.1 (Windows)"),
        ("xmp:softwareAgent", "Adobe Bridge 2024"),
        ("xmp:softwareAgent", "Adobe Photoshop 25.1 (Windows)"),
    ]


def test_a_field_may_be_an_element():
    assert list(software("<xmp:CreatorTool>剪映 5.1</xmp:CreatorTool>")) == [("xmp:CreatorTool", "剪映 5.1")]


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><xmp:CreatorTool>&a;&a;</xmp:CreatorTool>'
    assert list(software(bomb)) == [("xmp:CreatorTool", "&a;&a;")]


def test_a_long_history_is_cut():
    many = "".join(f'<rdf:li stEvt:softwareAgent="tool {n}"/>' for n in range(5000))
    assert len(list(software(many))) == MAX_FIELDS


def test_a_hostile_packet_costs_little():
    started = time.process_time()
    for hostile in ("xmp:CreatorTool" * 20_000, "xmp:CreatorTool=" + " " * 250_000, "<" * 250_000):
        assert not list(software(hostile))
    assert time.process_time() - started < 2


@given(st.text())
def test_any_text_is_taken(text):
    for place, found in software(text):
        assert place.startswith("xmp:")
        assert len(found) <= 256


def test_a_record_on_a_server_is_told_from_one_in_the_file():
    assert names_a_record_elsewhere('dcterms:provenance="https://cai.example.com/m.c2pa"')
    assert not names_a_record_elsewhere('dcterms:provenance="self#jumbf=c2pa/urn:uuid:1"')
    assert not names_a_record_elsewhere(PACKET)
