from __future__ import annotations

import pytest

from claims.ruleset import load, names
from claims.vocabulary.packet import Packet
from tests.claims.packets.made import film, of, photo, planned

PROFILES = [f"{name}.{packet.id}" for name in names() for packet in load(name).rules.packet]
MANY = of(
    film(),
    photo("E2"),
    photo("E3", "label_photo"),
    photo("E4", "packaging_photo", name="cushioning.jpg"),
    photo("E5", "packaging_photo", name="packing_material.jpg"),
    photo("E6", "comparison"),
    photo("E7", "layout_photo"),
    photo("E8", "delivery_proof"),
    photo("E9", "chat_export"),
    photo("E10", "order_snapshot"),
    photo("E11", "tracking_screenshot"),
    photo("E12", "value_proof"),
)


def test_there_is_a_profile_for_every_channel_of_the_notes() -> None:
    wanted = {
        *("shopee", "ebay", "paypal", "stripe", "card_networks", "amazon_atoz", "amazon_safet", "walmart"),
        *(
            "temu",
            "tmall",
            "taobao_report",
            "ups",
            "fedex",
            "usps",
            "dhl",
            "meesho",
            "tiktok_shop",
            "whatnot",
        ),
    }
    assert {profile.partition(".")[0] for profile in PROFILES} == wanted


@pytest.mark.parametrize("profile", PROFILES)
def test_no_plan_breaks_a_limit_that_a_plan_can_break(profile: str) -> None:
    made = planned(profile, MANY)
    packet: Packet = made.packet
    assert not made.refusals
    assert packet.text_only == (not made.pieces)
    if packet.files:
        assert len(made.pieces) <= packet.files
    for piece in made.pieces:
        assert piece.name.isascii()
        assert "/" not in piece.name
        if packet.formats:
            assert piece.name.rpartition(".")[2] in packet.formats
        if packet.pages:
            assert len(piece.shown) <= 2 * packet.pages
    names_ = [piece.name for piece in made.pieces]
    assert len(names_) == len(set(names_))
    shown = {each.exhibit for piece in made.pieces for each in piece.shown}
    told = shown | {each.exhibit for each in made.dropped}
    assert told == {exhibit.id for exhibit in MANY[0].exhibits}, "whatever stays out is named with its reason"


def test_a_film_that_is_too_long_is_refused_and_never_cut() -> None:
    made = planned("shopee.return_dispute", of(film(), photo("E2"), seconds=60.5))
    assert len(made.refusals) == 1
    assert "E1 lasts 60.5 s" in str(made.refusals[0])
    assert "without E1" in str(made.refusals[0])
    assert not planned("shopee.return_dispute", of(film(), seconds=60.0)).refusals
    left = planned("shopee.return_dispute", of(film(), photo("E2"), seconds=75), without=frozenset({"E1"}))
    assert not left.refusals
    assert [piece.shown[0].exhibit for piece in left.pieces] == ["E2"]


def test_a_film_goes_as_it_is_where_it_fits_and_is_made_smaller_where_not() -> None:
    small = planned("shopee.return_dispute", of(film(size=29_000_000)))
    assert [(p.form, p.name) for p in small.pieces] == [("original", "01-opening_film.mov")]
    large = planned("shopee.return_dispute", of(film(size=30_000_001)))
    assert [(p.form, p.name) for p in large.pieces] == [("film", "01-opening_film.mp4")]


def test_where_no_film_is_taken_its_pictures_go_and_it_is_said() -> None:
    made = planned("ebay.payment_dispute", of(film(), photo("E2")))
    assert [p.shown[0].what for p in made.pieces] == ["corner", "corner", "label", "defect_photo", "opened"]
    assert [(d.exhibit, "no films" in str(d.why)) for d in made.dropped] == [("E1", True)]


def test_the_photos_that_the_reason_names_come_first() -> None:
    exhibits = (photo("E1", "product_photo"), photo("E2", "layout_photo"), photo("E3", "defect_photo"))
    by_default = planned("ebay.payment_dispute", of(*exhibits))
    assert [p.shown[0].exhibit for p in by_default.pieces] == ["E3", "E2", "E1"]
    temu = of(*exhibits, platform="temu", reason_code="item_missing")
    first = next(r for r in load("temu").rules.reason if r.id == "item_missing").photos[0]
    assert planned("ebay.payment_dispute", temu).pieces[0].shown[0].what == first


def test_what_the_buyer_brought_comes_after_ours() -> None:
    made = planned("ebay.payment_dispute", of(photo("E1", brought_by="buyer"), photo("E2")))
    assert [p.shown[0].exhibit for p in made.pieces] == ["E2", "E1"]


def test_the_least_telling_stay_out_where_there_are_too_many() -> None:
    exhibits = [photo(f"E{n}", "defect_photo") for n in range(1, 6)]
    made = planned("ebay.payment_dispute", of(*exhibits, photo("E6", "product_photo")))
    assert [d.exhibit for d in made.dropped] == ["E6"]
    assert "5 files" in str(made.dropped[0].why)


def test_seven_photos_for_ups_with_the_corners_out_of_the_film() -> None:
    made = planned("ups.seven_photos", MANY)
    assert [p.name for p in made.pieces] == [
        *("01-damage.jpg", "02-in_box.jpg", "03-material.jpg", "04-label.jpg"),
        *("05-six_sides.jpg", "06-six_sides.jpg"),
    ]
    assert [p.shown[0].exhibit for p in made.pieces] == ["E2", "E4", "E5", "E3", "E1", "E1"]
    assert [p.shown[0].what for p in made.pieces[4:]] == ["corner", "corner"]
    assert not made.lacking
    without = planned("ups.seven_photos", of(photo("E2"), photo("E3", "label_photo")))
    assert len(without.lacking) == 3
    assert "six sides" in str(without.lacking[-1])


def test_a_file_of_no_role_is_told_to_have_none() -> None:
    made = planned("ups.seven_photos", of(photo("E1"), {**photo("E2"), "role": None}))
    assert ["Nobody has said what it shows" in str(d.why) for d in made.dropped] == [True]


def test_stripe_gets_one_pdf_for_each_field() -> None:
    made = planned("stripe.stripe", MANY)
    assert [p.name for p in made.pieces] == [
        "shipping_documentation.pdf",
        "customer_communication.pdf",
        "receipt.pdf",
        "uncategorized_file.pdf",
    ]
    assert all(p.form == "pdf" for p in made.pieces)


def test_networks_get_one_pdf_whose_pages_are_counted() -> None:
    many = of(*(photo(f"E{n}") for n in range(60)))
    made = planned("card_networks.mastercard", many)
    assert [p.name for p in made.pieces] == ["exhibits.pdf"]
    assert len(made.pieces[0].shown) == 24
    assert len(made.dropped) == 36


def test_taobao_takes_the_order_and_the_chat_and_nothing_else() -> None:
    made = planned("taobao_report.report", MANY)
    assert {s.what for p in made.pieces for s in p.shown} == {"order_snapshot", "chat_export"}
    assert len(planned("taobao_report.report", of(film())).lacking) == 2


def test_text_alone_and_nothing_at_all() -> None:
    made = planned("amazon_atoz.text_only", of(film(), photo("E2")))
    assert not made.pieces
    assert not made.refusals
    assert [d.exhibit for d in made.dropped] == ["E1", "E2"]
    nothing = planned("paypal.paypal", of())
    assert "add a photo or a film" in str(nothing.refusals[0])


def test_a_file_without_a_report_waits() -> None:
    case, reports = of(photo("E1"), photo("E2"))
    del reports[case.exhibits[1].digest]
    made = planned("paypal.paypal", (case, reports))
    assert [p.shown[0].exhibit for p in made.pieces] == ["E1"]
    assert "not been examined" in str(made.dropped[0].why)


def test_what_has_to_be_known_before_is_told() -> None:
    assert any("once only" in str(note) for note in planned("ebay.payment_dispute", MANY).notes)
    assert any("shades of grey" in str(note) for note in planned("card_networks.amex_optblue", MANY).notes)
    assert any("byte for byte" in str(note) for note in planned("tmall.refuse_video", MANY).notes)
    assert any("which formats" in str(note) for note in planned("meesho.claim", MANY).notes)
