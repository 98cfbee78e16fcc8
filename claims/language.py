"""The languages of the product, and traditional characters for what is written in simplified ones.

Rulesets, letters and shots are written in simplified Chinese and in English. Their traditional form is a
table (`traditional.json`), drawn by `make hant`; what it lacks, as rulesets of one's own, is shown as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final, Literal, TypeAlias, cast

Lang: TypeAlias = Literal["zh", "zh-Hant", "en"]
"""Simplified Chinese, in which we write; traditional Chinese, as in Taiwan; English."""
LANGS: Final[tuple[Lang, ...]] = ("zh", "zh-Hant", "en")
EITHER: Final = "{en}"
"""The text of a sentence that is no more than a text of a ruleset: its values are `zh` and `en`, and each
reader is shown the one of their language."""
TABLE: Final = "traditional.json"


def traditional(text: str) -> str:
    """One of our texts in traditional characters."""
    return _table().get(text, text)


@cache
def _table() -> Mapping[str, str]:
    text = resources.files("claims").joinpath(TABLE).read_text("utf-8")
    return cast("dict[str, str]", json.loads(text))
