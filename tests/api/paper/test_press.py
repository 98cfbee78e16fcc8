"""The dossier as a stranger reads it: with pypdf, which knows nothing of what wrote it."""

from __future__ import annotations

import hashlib
import io
import re
import time
from collections.abc import Mapping
from datetime import timedelta

import pytest
from PIL import Image
from pypdf import PdfReader

from api.cases import Dossier
from api.errors import NoTypesetterError
from api.paper import font, press
from api.paper.making import make
from api.paper.sheet import MOST_PICTURES, Pictures, Seal
from api.words import LANGS, Lang, words
from claims.assess import assess
from claims.case import Case
from claims.ruleset import load
from evidence.marks import Marks
from evidence.model import FACES, Expectation, Report, Still, Subject
from tests.api import made_reports as made
from tests.claims import cases
from tests.extras import need

need("dossier", "typst", "zhplot")

NOW = cases.NOW
HOSTILE = (
    '#import "/etc/passwd" #read("/etc/passwd") $x$ \\ \\u{41} *b* _i_ `c` <l> @r // /* no */ ]]}} #panic() '
    "\x00\x07\x1b[31m \u202egpj.exe \u05d0\u05d1 \u0627\u0644 \U0001f9e4 \ufffd"
)


def jpeg(width: int, height: int, grey: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (grey, grey, grey)).save(out, "JPEG")
    return out.getvalue()


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


VIEWS = [jpeg(320, 240, 10 * n) for n in range(8)]
STILLS = {digest_of(view): view for view in VIEWS}


def film(name: str = "IMG_1.MOV") -> Report:
    """Six faces, each with a picture."""
    old = made.unfolded(*FACES)
    fresh = dict(zip((still.digest for still in old.stills), STILLS, strict=False))
    text = old.model_dump_json()
    for before, after in fresh.items():
        text = text.replace(before, after)
    found = Report.model_validate_json(text)
    return found.model_copy(
        update={"subject": Subject(digest=f"sha256:{'f1' * 32}", bytes=12_400_000, name=name)}
    )


def photo() -> Report:
    still = Still(digest=list(STILLS)[7], path="stills/subject-1.jpg", at=timedelta(0), what="subject")
    marks = Marks(subject=(0.25, 0.25, 0.5, 0.5))
    found = made.report(media=made.PHOTO, expected=Expectation(marks=marks), stills=[still], asks={})
    return found.model_copy(
        update={"subject": Subject(digest=f"sha256:{'e2' * 32}", bytes=7, name="tear.jpg")}
    )


def gathered(**told: object) -> Dossier:
    reports = [film(), photo()]
    exhibits = [
        cases.exhibit("E1", "opening_film", "film", digest=reports[0].subject.digest, size=12_400_000),
        cases.exhibit("E2", "defect_photo", digest=reports[1].subject.digest, size=7),
        cases.exhibit("E3", "chat_export", "document"),
    ]
    case: Case = cases.case(**{"exhibits": exhibits, "amounts": cases.amounts(("refund", "1299")), **told})
    return Dossier(case, load("tmall"), {r.subject.digest: r for r in reports}, {}, {})


def pressed(found: Dossier, lang: Lang = "en", seal: Seal | None = None) -> bytes:
    assessment = assess(found.case, found.ruleset.rules, found.reports, NOW)
    sheet, pictures = make(found, assessment, STILLS.get, words(lang), seal=seal)
    return press.press(sheet, pictures, at=NOW, seal=seal)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def fonts_of(pdf: bytes) -> Mapping[str, bool]:
    """Whether each font of the document is embedded, by its name."""
    found: dict[str, bool] = {}
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font_ in page["/Resources"]["/Font"].values():
            inner = font_.get_object()["/DescendantFonts"][0].get_object()
            held = inner["/FontDescriptor"].get_object()
            found[str(inner["/BaseFont"])] = bool({"/FontFile2", "/FontFile3"} & set(held))
    return found


def test_it_says_what_a_reviewer_asks() -> None:
    text = text_of(pressed(gathered(reason="Soap came back.")))
    for part in (
        "Order number 17",
        "Refund asked for 1,299.00 CNY",
        "Soap came back.",
        "Of 7 requirements",
        "6 of 6 faces",
        "V-03",
        "not verified",
        "that the parcel was still unopened before the recording began",
        "This file was stored and not examined.",
        "f1" * 16,
        "Not part of a sealed bundle.",
    ):
        assert part in text, part
    assert re.search(r"1/ ?\d", text.replace(" / ", "/"))


def test_every_requirement_stands_there_with_the_words_of_its_source() -> None:
    text = text_of(pressed(gathered(), "zh")).replace(" ", "")
    for one in load("tmall").rules.requirement[:7]:
        assert one.title.zh.replace(" ", "") in text
        assert one.quote.replace(" ", "")[:12] in text


def test_it_is_pdf_a_with_embedded_subsets_and_its_date_is_the_assessments() -> None:
    pdf = pressed(gathered())
    reader = PdfReader(io.BytesIO(pdf))
    metadata = reader.xmp_metadata
    assert metadata is not None
    raw = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in raw
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in raw
    fonts = fonts_of(pdf)
    assert fonts
    assert all(fonts.values())
    assert all(re.match(r"/[A-Z]{6}\+", name) for name in fonts)
    assert reader.metadata
    assert reader.metadata.creation_date == NOW


def test_the_same_sheet_makes_the_same_bytes_within_the_time_allowed() -> None:
    begun = time.process_time()
    first = pressed(gathered(), "zh")
    assert time.process_time() - begun < 2
    assert pressed(gathered(), "zh") == first


def test_the_manifest_is_attached_and_its_digest_stands_on_every_page() -> None:
    manifest = f"{'ab' * 32}  data/case.json\n"
    digest = hashlib.sha256(manifest.encode()).hexdigest()
    reader = PdfReader(io.BytesIO(pressed(gathered(), seal=Seal(digest, manifest))))
    assert reader.attachments["manifest-sha256.txt"] == [manifest.encode()]
    assert all(digest in page.extract_text().replace("\u200b", "") for page in reader.pages)
    assert all("c1" in page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("text", [HOSTILE, "A" * 10_000, "长" * 10_000, "= h\n- l\n+ n " * 200, HOSTILE * 60])
def test_what_users_write_is_text(text: str, lang: Lang) -> None:
    short = text[:500].replace("\0", "")  # no line of a case can hold one
    exhibits = [{**cases.exhibit("E1", "chat_export", "document"), "name": short}]
    refused = {"kind": "refused", "at": "2026-11-20T00:00:00Z", "note": short}
    found = gathered(reason=text, order_number=short, exhibits=exhibits, events=[refused])
    shown = text_of(pressed(found, lang))
    assert "root:" not in shown
    if text.startswith("#import"):
        assert '#import "/etc/passwd"' in shown
        assert "$x$" in shown
        assert font.LACKING in shown


def test_a_report_full_of_strangers_words_is_set() -> None:
    bad = made.hostile()
    exhibits = [
        cases.exhibit("E1", "opening_film", "film", digest=bad.subject.digest, size=bad.subject.bytes)
    ]
    found = gathered(exhibits=exhibits)
    text = text_of(pressed(Dossier(found.case, found.ruleset, {bad.subject.digest: bad}, {}, {})))
    assert "<script>alert(1)</script>" in re.sub(r"[\s\u200b]", "", text)


def test_a_face_without_a_picture_and_a_still_with_other_bytes_are_left_blank() -> None:
    found = gathered()
    assessment = assess(found.case, found.ruleset.rules, found.reports, NOW)
    sheet, pictures = make(found, assessment, lambda _: b"\xff\xd8\xffother", words("en"))
    assert pictures == {}
    assert "no picture" in text_of(press.press(sheet, pictures, at=NOW))


def test_no_more_pictures_than_a_mail_can_carry() -> None:
    many = {digest_of(view): view for view in (jpeg(8, 8, 0) + bytes([n]) for n in range(MOST_PICTURES + 5))}
    pictures = Pictures(many.get)
    assert sum(pictures.take(digest) is not None for digest in many) == MOST_PICTURES


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "find_spec", lambda _: None)
    found = gathered()
    with pytest.raises(NoTypesetterError, match=r"sixface\[dossier\]"):
        pressed(found)


def test_the_font_has_what_the_catalogue_says_and_lacks_what_it_lacks() -> None:
    place = font.folder()
    assert place is not None
    known = font.coverage(place)
    assert all(known.has(letter) for letter in f"aZ臺湾“”→·–{font.LACKING}")
    assert not any(known.has(letter) for letter in "\U0001f9e4\u05d0\u202e\ufffd\x00")
    said = {c for lang in LANGS for text in words(lang).catalogue.values() for c in text if c.isalnum()}
    assert {letter for letter in said if not known.has(letter)} == set()


def test_long_runs_can_be_broken_and_numbers_stay_whole() -> None:
    place = font.folder()
    assert place is not None
    known = font.coverage(place)
    assert press.printable("4019283746501928374", known) == "4019283746501928374"
    assert "\u200b" in press.printable("x" * 40, known)
