"""`/film/kept/{name}`: the station as a device keeps it, and the worker that keeps it there.

Where the network does not answer, the worker answers `/film` with this page. It is drawn once for each
language, for nobody: it holds no name, no case and nothing that the service told anybody, so it may lie on a
device that many use. It loads its files from beside it, so that a page and its modules are of one version
whatever is kept; the worker's own text names that version, so a browser notices each change by itself.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from api.facts import FACE_NAMES
from api.packaged import SCRIPT, Packaged, pack, served
from api.pages.frame import STATION_POLICY, drawn
from api.words import LANGS, Lang, words
from evidence.showing import SHOW

PLACE: Final = "/film/kept"
SCOPE: Final = "/film"
"""The worker answers for addresses that begin so, and of these for the page and what is kept alone."""
WORKER_POLICY: Final = "default-src 'none'; connect-src 'self'"
_LOADED: Final = re.compile(r'(?:/static|from "\.)/([\w.]+)')
"""How a page names its files, and how modules name each other."""


def kept(files: Mapping[str, Packaged]) -> APIRouter:
    """The route to the pages, the workers and the files that belong to them, out of all files."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    shell = drawn_for_nobody(files)

    @router.get(f"{PLACE}/{{name}}")
    def one(request: Request, name: str) -> Response:
        response = served(request, shell.get(name))
        if name.startswith("worker."):
            response.headers["Service-Worker-Allowed"] = SCOPE
        return response

    return router


def drawn_for_nobody(files: Mapping[str, Packaged]) -> Mapping[str, Packaged]:
    """All that is kept, by the last part of its address."""
    shell: dict[str, Packaged] = {}
    for lang in LANGS:
        shell |= _in(lang, files)
    return shell


def _in(lang: Lang, files: Mapping[str, Packaged]) -> dict[str, Packaged]:
    told = words(lang)
    text = drawn(told, "film.html", faces=FACE_NAMES, show=SHOW, alone=True)
    parts = {name: files[name] for name in _closure(text, files)}
    own = pack(text.replace("/static/", f"{PLACE}/").encode(), "text/html; charset=utf-8", STATION_POLICY)
    page = f"page.{told.tag}.html"
    version = hashlib.sha256("".join((own.tag, *(each.tag for each in parts.values()))).encode()).hexdigest()
    shell = {
        "version": f"{version[:16]}-{told.tag}",
        "page": f"{PLACE}/{page}",
        "parts": [f"{PLACE}/{name}" for name in parts],
    }
    worker = f"const SHELL = {json.dumps(shell)};\n".encode() + files["worker.js"].body
    return {**parts, page: own, f"worker.{told.tag}.js": pack(worker, SCRIPT, WORKER_POLICY)}


def _closure(text: str, files: Mapping[str, Packaged]) -> list[str]:
    """The files that a page loads, and those that these load."""
    found: list[str] = []
    wanted = _LOADED.findall(text)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.append(name)
            if name.endswith(".js"):
                wanted += _LOADED.findall(files[name].body.decode())
    return sorted(found)
