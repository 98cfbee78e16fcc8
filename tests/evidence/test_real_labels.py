"""Photographed labels by others: every code that is expected is read, and nothing where there is none."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from evidence.checks.label import Label
from evidence.model import Expectation, Finding, Outcome
from tests.evidence.fakes import FakeFrame, described, watched

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "labels"
EXPECTED = sorted(DATA.glob("*.txt"))
NOTHING = sorted(DATA.glob("falsepositives*.webp"))

pytestmark = pytest.mark.skipif(not EXPECTED, reason="the real labels of ../shared/data are absent")


def photo(path: Path) -> np.ndarray:
    return np.array(Image.open(path).convert("L"))


def findings(picture: np.ndarray, kind: str, expected: str | None) -> list[Finding]:
    media = described(kind, expected=Expectation(tracking_number=expected))
    frames = [FakeFrame(picture, index=n) for n in range(1 if kind == "photo" else 2)]
    return watched(Label(clippings=0), frames, media=media)


def values(found: list[Finding]) -> set[object]:
    return {m.value for f in found if f.code == "label.code" for m in f.measures if m.name == "value"}


def outcome(found: list[Finding]) -> Outcome:
    return next(f.outcome for f in found if f.code == "label.tracking")


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_the_expected_code_is_read_and_no_other(path: Path) -> None:
    text = path.read_text("utf-8").strip()
    found = findings(photo(path.with_suffix(".webp")), "photo", text)
    assert values(found) == {text}
    assert outcome(found) is Outcome.PASS


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_no_other_number_passes_for_it(path: Path) -> None:
    text = path.read_text("utf-8").strip()
    other = text[:-1] + ("7" if text[-1] != "7" else "3")
    assert outcome(findings(photo(path.with_suffix(".webp")), "photo", other)) is not Outcome.PASS


@pytest.mark.parametrize("kind", ["photo", "video"])
@pytest.mark.parametrize("path", NOTHING, ids=lambda path: path.stem)
def test_nothing_is_read_where_there_is_nothing(path: Path, kind: str) -> None:
    picture = photo(path)
    assert values(findings(picture, kind, None)) == set()
    assert values(findings(cv2.resize(picture, None, fx=2, fy=2), kind, None)) == set()
