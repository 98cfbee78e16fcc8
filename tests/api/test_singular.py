from __future__ import annotations

import re

import pytest

from api import singular
from api.singular import of_one
from api.words import words
from tests.api.literals import literals

MANY = re.compile(r"\{(\w+)\}((?: [a-z-]+){0,2}?) ([a-z]{2,}s)\b")
"""A value and, at most two words later, what may be a plural."""
NO_PLURAL = frozenset(("is", "as", "was", "has", "this", "its", "does", "says", "passes", "always"))
COUNTED = frozenset(
    (
        *(
            "all",
            "clocks",
            "codes",
            "count",
            "days",
            "dropped",
            "entries",
            "faces",
            "faults",
            "files",
            "good",
        ),
        *("items", "left", "length", "limit", "logs", "looked", "made", "objects", "pictures", "places"),
        *("requirements", "rows", "shifts", "wrong"),
    )
)
"""What values are called that count something and can be 1."""
NEVER_ONE = frozenset(
    (
        "This case has {count} films, and nobody has said which one shows the opening.",
        "The {count} clocks in the file fit together.",
    )
)


def test_every_count_in_english_knows_one() -> None:
    lacking: list[str] = []
    for text in literals():
        for name, between, noun in MANY.findall(text):
            said = f"{{{name}}}{between} {noun}"
            if name not in COUNTED or noun in NO_PLURAL or text in NEVER_ONE or f"of {said}" in text:
                continue
            if said in of_one(text, {name: 1}):
                lacking.append(text)
    assert lacking == []


def test_nothing_is_kept_that_no_sentence_says_any_more() -> None:
    said = "\n".join(literals())
    assert [each for each in singular._ONE if each not in said] == []


@pytest.mark.parametrize(
    ("says", "one", "many"),
    [
        ("{count} reasons do not apply.", "1 reason does not apply.", "2 reasons do not apply."),
        ("{count} exhibits", "1 exhibit", "2 exhibits"),
        ("{count} working days", "1 working day", "2 working days"),
        (
            "{count} key pictures were noted, so that this film is found again.",
            "1 key picture was noted, so that this film is found again.",
            "2 key pictures were noted, so that this film is found again.",
        ),
    ],
)
def test_one_is_said_as_one_and_more_as_many(says: str, one: str, many: str) -> None:
    english = words("en")
    assert english.text(says, count=1) == one
    assert english.text(says, count="1") == one
    assert english.text(says, count=2) == many
    assert english.text(says, count=11).startswith("11 ")


def test_only_the_value_that_is_one_is_said_so() -> None:
    said = of_one("{files} files; {dropped} exhibits stay out", {"files": 3, "dropped": 1})
    assert said == "{files} files; {dropped} exhibit stays out"


def test_other_languages_are_left_alone() -> None:
    assert words("zh").text("{count} exhibits", count=1) == "1 件证据"
