"""Every event that the house writes into a custody log, read off its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVENT = re.compile(r"[a-z_]+\.[a-z_]+")
_MAKERS = {"note", "once", "changed", "dealt", "altered", "_stored", "case"}


def events() -> set[str]:
    """Names that stand in the source; of what is put together (`evidence.{answer}`) only its beginning."""
    return {event for file in sorted((ROOT / "api").rglob("*.py")) for event in _of(file)}


def _of(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text("utf-8"))
    consts = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
        for target in ([node.target] if isinstance(node, ast.AnnAssign) else node.targets)
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = [*node.args, *(word.value for word in node.keywords)]
            named = {word.arg: word.value for word in node.keywords}
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _MAKERS:
                yield from _told(given, consts)
            elif "event" in named:
                yield from _told([named["event"]], consts)


def _told(given: list[ast.expr], consts: dict[str, str]) -> Iterator[str]:
    for each in given:
        if isinstance(each, ast.IfExp):
            yield from _told([each.body, each.orelse], consts)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            if EVENT.fullmatch(each.value):
                yield each.value
        elif isinstance(each, ast.Name) and EVENT.fullmatch(consts.get(each.id, "")):
            yield consts[each.id]
        elif isinstance(each, ast.JoinedStr) and isinstance(each.values[0], ast.Constant):
            start = str(each.values[0].value)
            if re.fullmatch(r"[a-z_]+\.", start):
                yield start
