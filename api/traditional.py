"""Draws all Chinese texts in traditional characters: `python -m api.traditional` (`make hant`).

    api/locale/zh_Hant.po       from the catalogue zh_CN.po
    claims/traditional.json     from rulesets, letters, shots and the pairs of words in the code of `claims`
    claims/words/simplified.txt which simplified character stands for which traditional one

Characters are OpenCC's (s2tw); words that Taiwan says otherwise are in `locale/traditional.toml`. OpenCC is
needed to draw, never to run.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, cast

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from pydantic import BaseModel

from claims import ruleset, shots
from claims.language import TABLE
from claims.packets import letter
from claims.vocabulary.quoted import Words
from claims.words.plain import FOLDED

ROOT: Final = Path(__file__).resolve().parents[1]
_LOCALE: Final = ROOT / "api" / "locale"
_HAN: Final = range(0x3400, 0xA000)
"""Code points of the Chinese characters of the basic plane."""


def files() -> Mapping[Path, str]:
    """What is drawn, by the place where it lies."""
    return {
        _LOCALE / "zh_Hant.po": _catalogue(),
        ROOT / "claims" / TABLE: _table(),
        ROOT / "claims" / "words" / FOLDED: _characters(),
    }


def converted(text: str) -> str:
    """A text of ours in traditional characters, in the words of Taiwan."""
    terms = _terms()
    return _pattern().sub(lambda found: terms[found[0]], _opencc("s2tw")(text))


def _catalogue() -> str:
    with (_LOCALE / "zh_CN.po").open("rb") as file:
        written = read_po(file, locale="zh_CN")
    drawn = Catalog(locale="zh_Hant", fuzzy=False)
    for message in written:
        if isinstance(message.id, str) and message.id and isinstance(message.string, str):
            drawn.add(message.id, converted(message.string))
    out = io.BytesIO()
    write_po(out, drawn, width=0, omit_header=True)
    return f"{_HEADER}\n{out.getvalue().decode()}"


_HEADER: Final = """\
# Traditional Chinese, drawn from zh_CN.po by `make hant`; do not edit. Words are mended in traditional.toml.
msgid ""
msgstr ""
"Language: zh_Hant\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def _table() -> str:
    texts = {text: converted(text) for text in sorted(set(_texts()))}
    told = {text: other for text, other in texts.items() if text != other}
    return json.dumps(told, ensure_ascii=False, indent=0) + "\n"


def _texts() -> Iterator[str]:
    """The Chinese of every pair of words in `claims`."""
    for name in ruleset.names():
        yield from _within(ruleset.load(name).rules)
    yield from _within(letter.letters())
    yield from _within(shots.catalogue())
    for path in (ROOT / "claims").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Words":
                yield from (str(ast.literal_eval(each.value)) for each in node.keywords if each.arg == "zh")


def _within(value: object) -> Iterator[str]:
    if isinstance(value, Words):
        yield value.zh
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _within(getattr(value, name))
    elif isinstance(value, tuple):
        for each in cast("tuple[object, ...]", value):
            yield from _within(each)


def _characters() -> str:
    """Two lines: traditional characters, and below each the simplified one."""
    simplified = _opencc("t2s")
    pairs = [(chr(n), simplified(chr(n))) for n in _HAN]
    told = [(old, new) for old, new in pairs if old != new and len(new) == 1]
    return "".join(old for old, _ in told) + "\n" + "".join(new for _, new in told) + "\n"


@cache
def _terms() -> Mapping[str, str]:
    sections = tomllib.loads((_LOCALE / "traditional.toml").read_text("utf-8"))
    return {old: new for section in sections.values() for old, new in section.items()}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(term) for term in sorted(_terms(), key=len, reverse=True)))


@cache
def _opencc(name: str) -> Callable[[str], str]:
    import opencc  # noqa: PLC0415 - of those who develop alone

    return cast("Callable[[str], str]", opencc.OpenCC(name).convert)


def main() -> None:
    for path, text in files().items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
