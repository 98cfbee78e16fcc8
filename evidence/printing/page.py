"""A one-page PDF of filled shapes, lines and letters, the same bytes on every machine.

Lengths are millimetres from the lower left corner of the page. The letters are outlines that
come along (`letters.json`), so no font has to be installed; they are a Type 3 font, so the text
can still be searched. Nothing is compressed, since compressors differ between machines.
After ISO 32000-1:2008, 7.5 (file structure), 9.6.5 (Type 3 fonts) and 9.10.3 (ToUnicode).
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Final, cast

WIDTH: Final = 210.0
HEIGHT: Final = 297.0
"""A4."""
_POINTS: Final = 72 / 25.4
_EM: Final = 1000
_TOFU: Final = "?"


class Page:
    """Drawn on in order; what comes later lies above."""

    def __init__(self) -> None:
        self._drawn: list[str] = []
        self._used: dict[str, int] = {}

    def fill(self, x: float, y: float, width: float, height: float, *, grey: float = 0) -> None:
        """A rectangle; grey 0 is black."""
        self._drawn.append(f"{_n(grey)} g {_n(x)} {_n(y)} {_n(width)} {_n(height)} re f")

    def shape(self, *points: tuple[float, float]) -> None:
        """A black polygon."""
        (x, y), *rest = points
        lines = " ".join(f"{_n(a)} {_n(b)} l" for a, b in rest)
        self._drawn.append(f"0 g {_n(x)} {_n(y)} m {lines} h f")

    def dash(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """A thin dashed line, to cut along."""
        self._drawn.append(f"[2 1.5] 0 d 0.15 w 0.55 G {_n(x)} {_n(y)} m {_n(to_x)} {_n(to_y)} l S")

    def write(self, x: float, y: float, text: str, size: float) -> None:
        """A line of text from its baseline's left end; `size` is the height of the em.

        What `letters.json` does not hold becomes a question mark.
        """
        codes = "".join(f"{self._used.setdefault(_held(c), len(self._used) + 1):02x}" for c in text)
        self._drawn.append(f"BT 0 g /L {_n(size)} Tf {_n(x)} {_n(y)} Td <{codes}> Tj ET")

    def pdf(self) -> bytes:
        """The file."""
        stroke = f"{_n(_POINTS, 6)} 0 0 {_n(_POINTS, 6)} 0 0 cm\n" + "\n".join(self._drawn)
        size = f"0 0 {_n(WIDTH * _POINTS, 3)} {_n(HEIGHT * _POINTS, 3)}"
        first = 7
        order = sorted(self._used, key=lambda letter: self._used[letter])
        names = " ".join(f"/u{ord(letter):04x}" for letter in order)
        glyphs = " ".join(f"/u{ord(letter):04x} {first + n} 0 R" for n, letter in enumerate(order))
        widths = " ".join(str(_letters()[letter][0]) for letter in order)
        font = (
            "<< /Type /Font /Subtype /Type3 /FontBBox [-100 -300 1100 1000] "
            f"/FontMatrix [0.001 0 0 0.001 0 0] /Resources << >> /ToUnicode 6 0 R /FirstChar 1 "
            f"/LastChar {max(1, len(order))} /Widths [{widths}] "
            f"/Encoding << /Type /Encoding /Differences [1 {names}] >> /CharProcs << {glyphs} >> >>"
        )
        sheet = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{size}] /Contents 4 0 R "
            "/Resources << /Font << /L 5 0 R >> >> >>"
        )
        return _file(
            [
                "<< /Type /Catalog /Pages 2 0 R >>",
                "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                sheet,
                _stream(stroke),
                font,
                _stream(_meaning(order)),
                *(
                    _stream("{} 0 -100 -300 1100 1000 d1 {} f".format(*_letters()[letter]))
                    for letter in order
                ),
            ]
        )


def span(text: str, size: float) -> float:
    """How wide a line of text is."""
    return sum(_letters()[_held(c)][0] for c in text) * size / _EM


def folded(words: str, width: float, size: float) -> list[str]:
    """The words broken into lines, at spaces where there are any, else after any letter."""
    pieces = words.split(" ") if words.isascii() else list(words)
    joint = " " if words.isascii() else ""
    lines = [pieces[0]]
    for piece in pieces[1:]:
        longer = lines[-1] + joint + piece
        if span(longer, size) > width and piece not in "，。、":
            lines.append(piece)
        else:
            lines[-1] = longer
    return lines


def unheld(text: str) -> set[str]:
    """The letters of a text that cannot be drawn."""
    return set(text) - set(_letters())


def _held(letter: str) -> str:
    return letter if letter in _letters() else _TOFU


@cache
def _letters() -> dict[str, tuple[int, str]]:
    """Width and outline of each letter, thousandths of an em."""
    text = resources.files("evidence").joinpath("printing", "letters.json").read_text("utf-8")
    return {
        letter: (width, path)
        for letter, (width, path) in cast("dict[str, tuple[int, str]]", json.loads(text)["letters"]).items()
    }


def _meaning(order: list[str]) -> str:
    """Which letter each code stands for."""
    pairs = "\n".join(f"<{n:02x}> <{ord(letter):04x}>" for n, letter in enumerate(order, 1))
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /L def /CMapType 2 def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(order)} beginbfchar\n{pairs}\nendbfchar\nendcmap end end"
    )


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def _file(objects: list[str]) -> bytes:
    made = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places: list[int] = []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{content}\nendobj\n".encode("ascii")
    start = len(made)
    made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode("ascii")
    made += "".join(f"{place:010} 00000 n \n" for place in places).encode("ascii")
    made += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode(
        "ascii"
    )
    return bytes(made)


def _n(number: float, digits: int = 3) -> str:
    """A number as PDF writes it."""
    return f"{number:.{digits}f}".rstrip("0").rstrip(".") or "0"
