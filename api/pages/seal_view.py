"""The seal of a case as its page shows it: which step it is at, what was sealed, and what changed since."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from api import sealing, sealings
from api.basis import basis, changes
from api.pages.case_view import address
from claims.assessment import Readiness
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.cases import Dossier
    from api.pages.case_page import Scene
    from api.words import Words
    from claims.assessment import Assessment
    from storage.rows import Row

_STEPS: Final[Mapping[str, Saying]] = {
    sealings.WAITING: say("Waits for its turn"),
    sealings.PAPERS: say("Reports and pages are written"),
    sealings.COPYING: say("Originals are copied and hashed"),
    sealings.KEEPING: say("The bundle is kept and noted"),
}
_TIMES: Final[Mapping[str, Saying]] = {
    "none": say("None: no time-stamping authority is set."),
    "pending": say("Asked for; it is added once it comes."),
    "stamped": say("Signed by a time-stamping authority."),
}


def section(scene: Scene) -> Mapping[str, Any]:
    """How it stands with sealing."""
    case, told = scene.found.case, scene.told
    with scene.desk.read() as reading:
        asked = sealings.newest(reading, case.id)
        row = _latest(reading.find(sealing.KIND, {"case": case.id}, limit=1).rows)
    busy = asked is not None and asked["state"] in {sealings.WAITING, sealings.WORKING}
    reason = sealings.reason_of(asked) if asked else None
    return {
        "seal_place": f"{address(case)}/seal",
        "seal_key": secrets.token_hex(16),
        "seal_busy": busy,
        "seal_steps": _steps(asked, told) if asked and busy else (),
        "seal_progress": _progress(asked, told) if asked and busy else None,
        "seal_failed": told.say(reason) if reason else "",
        "seal_ready": scene.assessment.readiness is Readiness.READY,
        "seal_files": bool(case.exhibits),
        "bundle": _bundle(row, scene.found, scene.assessment, told) if row else None,
    }


def _latest(rows: tuple[Row, ...]) -> Row | None:
    return rows[0] if rows else None


def _steps(asked: Mapping[str, Any], told: Words) -> list[tuple[str, str]]:
    """Every step with `done`, `now` or `later`."""
    names = list(_STEPS)
    here = names.index(asked.get("step", sealings.WAITING))
    states = ("done" if place < here else "now" if place == here else "later" for place in range(len(names)))
    return [(told.say(_STEPS[name]), state) for name, state in zip(names, states, strict=True)]


def _progress(asked: Mapping[str, Any], told: Words) -> tuple[int, int, str] | None:
    """Bytes that are copied, of how many, and that in words."""
    if "total" not in asked:
        return None
    done, total = asked["done"], max(1, asked["total"])
    return done, total, told.text("{done} of {total}", done=told.size(done), total=told.size(total))


def _bundle(row: Row, found: Dossier, assessment: Assessment, told: Words) -> dict[str, Any]:
    """What was sealed last, and what another bundle would say otherwise; None where nobody can tell."""
    body = row.body
    since = None
    if "basis" in body:
        since = [told.say(each) for each in changes(body["basis"], basis(found, assessment))]
    name = f"sixface-{row.body['case']}.zip"
    return {
        "at": told.moment(row.created_at),
        "digest": sealing.edition(body),
        "size": told.size(body.get("stamped", body)["size"]),
        "count": body["files"],
        "incomplete": body["incomplete"],
        "time": told.say(_TIMES[body["time"]]),
        "signer": body["signer"],
        "command": f"sixface verify {name}",
        "content": body["links"]["self"],
        "since": since,
    }
