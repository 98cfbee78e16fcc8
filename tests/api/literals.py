"""Every English sentence that the product may say, drawn from its sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import nodes

from api.dossier import environment

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("evidence", "claims", "api")
SPEAKERS = {"say": 0, "text": 0, "pattern": 0, "t": 0, "Kind": 2}
"""Which argument of `say("…")`, `words.text("…")`, a template's `t("…")`, a problem's `Kind(…, "…")`
is a sentence."""


def literals() -> dict[str, str]:
    """Where each sentence stands, by sentence."""
    found: dict[str, str] = {}
    for path in _modules(*ROOMS):
        for call in _calls(_tree(path)):
            for text in _spoken(call):
                found.setdefault(text, f"{path.relative_to(ROOT)}:{call.lineno}")
    for path in _modules("storage"):
        for line, text in _stored(_tree(path)):
            found.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    for path in sorted((ROOT / "api" / "templates").rglob("*.html")):
        for line, text in _in_template(path):
            found.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    return found


def unsayable() -> list[str]:
    """Calls of `say` whose sentence is no literal, so that no catalogue can hold it."""
    return [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in _modules(*ROOMS)
        for call in _calls(_tree(path))
        if _name(call) == "say"
        and isinstance(call.func, ast.Name)
        and call.args
        and not isinstance(call.args[0], ast.Constant)
    ]


def _modules(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _spoken(call: ast.Call) -> Iterator[str]:
    place = SPEAKERS.get(_name(call), len(call.args))
    if place < len(call.args):
        yield from _text(call.args[place])


def _text(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _stored(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The storage knows no sayings: its errors carry fixed sentences, as literals or named constants."""
    named: dict[str, ast.expr] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and node.value is not None:
                    named[target.id] = node.value
                    if target.id == "sentence":
                        yield from ((node.lineno, text) for text in _text(node.value))
    for call in _calls(tree):
        if _name(call).endswith(("StorageError", "ReadOnlyError")) and call.args:
            given = call.args[0]
            value = named.get(given.id) if isinstance(given, ast.Name) else given
            yield from ((call.lineno, text) for text in _text(value))


def _in_template(path: Path) -> Iterator[tuple[int, str]]:
    for call in environment().parse(path.read_text("utf-8")).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in SPEAKERS:
            first = call.args[0]
            assert isinstance(first, nodes.Const), f"{path.name}:{call.lineno} says no literal"
            yield call.lineno, first.value
