"""The forged films of the catalogue, and honest ones that look a little like them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from samples import forge, mishaps
from samples.film import loop, read
from samples.footage import by_name, looped, small
from samples.forge import Forged, Reel, Span
from samples.take import Take
from samples.truth import Entry, Truth

_PASS: Final = ("pass",)
_CAUGHT: Final = ("fail", "unsure")

_Change = Callable[[Reel, Reel], Forged]

_FORGERIES: Final[Mapping[str, tuple[_Change, str, str]]] = {
    "cut": (
        lambda r, _: forge.cut(r, Span(4.6, 7.1)),
        "continuity.cut",
        "2.5 s between two faces are cut out.",
    ),
    "jump_03": (lambda r, _: forge.cut(r, Span(3.55, 3.85), "jump"), "continuity.cut", "0.3 s are cut out."),
    "jump_1": (lambda r, _: forge.cut(r, Span(5.0, 6.0), "jump"), "continuity.cut", "1 s is cut out."),
    "jump_3": (lambda r, _: forge.cut(r, Span(4.0, 7.0), "jump"), "continuity.cut", "3 s are cut out."),
    "matched_cut": (
        lambda r, _: forge.cut(r, Span(8.45, 10.9)),
        "continuity.cut",
        "The cutting of the tape is gone; the box lies still at both ends of the gap.",
    ),
    "insert": (lambda r, o: forge.insert(r, 6.0, o), "continuity.cut", "1.5 s of another parcel are put in."),
    "gap": (
        lambda r, _: forge.gap(r, 6.0, 1.5),
        "continuity.gap",
        "The clock jumps by 1.5 s, the picture does not.",
    ),
    "drop": (lambda r, _: forge.drop(r, Span(5.0, 5.8)), "continuity.gap", "0.8 s of frames are missing."),
    "freeze": (lambda r, _: forge.freeze(r, Span(5.0, 6.5)), "continuity.freeze", "1.5 s stand still."),
    "black": (lambda r, _: forge.black(r, Span(5.0, 5.7)), "continuity.black", "0.7 s are black."),
    "reverse": (lambda r, _: forge.reverse(r, Span(4.0, 6.0)), "continuity.reverse", "2 s run backwards."),
    "repeat": (lambda r, _: forge.repeat(r, Span(4.0, 5.5)), "continuity.repeat", "1.5 s are shown twice."),
    "speed": (
        lambda r, _: forge.speed(r, Span(3.0, 7.0), 3),
        "continuity.speed",
        "4 s run three times as fast.",
    ),
    "flash": (lambda r, _: mishaps.flash(r, 5.0), "continuity.take", "Honest: a flash goes off."),
    "exposure": (
        lambda r, _: mishaps.exposure(r, 5.0),
        "continuity.take",
        "Honest: the exposure settles anew.",
    ),
    "hand": (
        lambda r, _: mishaps.hand(r, Span(5.0, 5.9)),
        "continuity.take",
        "Honest: a hand passes the lens.",
    ),
}


def entries() -> Iterator[Entry]:
    """Every forged film, and the honest ones beside them."""
    for short, (change, code, about) in _FORGERIES.items():
        yield Entry(
            name := f"{'honest' if about.startswith('Honest') else 'forged'}_{short}",
            f"{name}.mp4",
            lambda path, folder, c=change, code=code: _forged(path, folder, c, code),
            about,
        )
    yield Entry("honest_again", "honest_again.mp4", _again, "Honest: sent through a messenger, encoded anew.")
    yield Entry(
        "forged_splice",
        "forged_splice.mp4",
        _spliced,
        "A film and its beginning again, joined without encoding.",
    )


def _original(folder: Path) -> tuple[Take, Reel]:
    """The film that all forgeries start from, decoded: its second generation."""
    sample = by_name("small")(folder)
    moments = [at.total_seconds() for at in sample.truth.times]
    take = replace(small(), follow=False)
    return replace(take, encoding=replace(take.encoding, phone=False)), list(read(sample.path, moments))


def _forged(path: Path, folder: Path, change: _Change, code: str) -> Truth:
    take, reel = _original(folder)
    made, event = change(reel, _strange(folder))
    outcomes = ("pass", "unsure") if event.innocent else _CAUGHT
    return replace(take.develop(path, made, [event]), expected={code: outcomes})


def _strange(folder: Path) -> Reel:
    """Another parcel on another table, in the size of the original."""
    sample = by_name("stranger")(folder)
    return list(read(sample.path))


def _again(path: Path, folder: Path) -> Truth:
    take, reel = _original(folder)
    weaker = replace(take.encoding, options={"preset": "superfast", "crf": "33"}, key_every=96)
    return replace(replace(take, encoding=weaker).develop(path, reel), expected={"continuity.take": _PASS})


def _spliced(path: Path, folder: Path) -> Truth:
    sample = by_name("mp4_silent")(folder)
    loop(sample.path, path, 2)
    return looped(sample.truth, 2, {"continuity.cut": _CAUGHT})
