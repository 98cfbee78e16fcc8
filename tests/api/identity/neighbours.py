"""Two tenants under one roof, what one of them has, and how a stranger asks for it: a line for each route."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from api.app import create_app
from api.caller import Caller
from api.identity.scopes import Role
from api.packing import making
from tests.api.conftest import ROOT
from tests.api.identity.conftest import House
from tests.api.packing.stocked import picture, stock

A, B = "north", "south"
RULESETS = ROOT / "claims" / "rulesets"
MARK = "NORTHMARK77"
"""Stands in what A writes, and may stand in nothing that B is told."""
TUS = {"Tus-Resumable": "1.0.0"}
ABSENT_DIGEST = f"sha256:{'0' * 64}"
AT = "2026-11-20T08:00:00Z"

Sent = dict[str, Any]

WITH_PATH: dict[str, Sent] = {
    "PATCH /v1/webhooks/{hook_id}": {"json": {"events": ["evidence.examined"]}},
    "DELETE /v1/webhooks/{hook_id}": {},
    "POST /v1/webhooks/{hook_id}/test": {},
    "GET /v1/webhooks/{hook_id}/deliveries": {},
    "POST /v1/webhooks/{hook_id}/deliveries/{delivery_id}/again": {},
    "GET /v1/evidence/{evidence_id}": {},
    "GET /v1/evidence/{evidence_id}/report": {},
    "GET /v1/evidence/{evidence_id}/reading": {},
    "GET /v1/evidence/{evidence_id}/stills/{digest}": {},
    "GET /v1/evidence/{evidence_id}/original": {},
    "GET /v1/evidence/{evidence_id}/content": {},
    "DELETE /v1/evidence/{evidence_id}/examination": {},
    "GET /v1/evidence/{evidence_id}/events": {},
    "GET /v1/evidence/{evidence_id}/confirmations": {},
    "POST /v1/evidence/{evidence_id}/confirmations": {
        "json": {"answer": "disputed", "stills": {}, "by": "x"},
    },
    "POST /v1/evidence/{evidence_id}/copies": {"json": {}},
    "GET /v1/evidence/{evidence_id}/copies": {},
    "GET /v1/evidence/{evidence_id}/copies/{copy_id}": {},
    "GET /v1/uploads/{upload_id}": {"headers": TUS},
    "HEAD /v1/uploads/{upload_id}": {"headers": TUS},
    "PATCH /v1/uploads/{upload_id}": {
        "headers": {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"},
        "content": b"x",
    },
    "DELETE /v1/uploads/{upload_id}": {"headers": TUS},
    "GET /v1/cases/{case_id}": {},
    "PATCH /v1/cases/{case_id}": {"json": {"reason": "x"}},
    "PATCH /v1/cases/{case_id}/exhibits/{exhibit}": {"json": {"url": "x"}},
    "GET /v1/cases/{case_id}/photo-set": {},
    "GET /v1/cases/{case_id}/exhibits": {},
    "POST /v1/cases/{case_id}/exhibits": {"json": {"evidence_id": "ev_none"}},
    "POST /v1/cases/{case_id}/events": {"json": {"kind": "delivered", "at": AT}},
    "POST /v1/cases/{case_id}/statements": {
        "json": {"requirement": "V-04", "answer": "yes", "by": "x", "at": AT}
    },
    "GET /v1/cases/{case_id}/assessment": {},
    "GET /v1/cases/{case_id}/deadlines": {},
    "GET /v1/cases/{case_id}/deadlines.ics": {},
    "POST /v1/cases/{case_id}/bundle": {"json": {"incomplete": True}},
    "GET /v1/cases/{case_id}/bundle": {},
    "GET /v1/cases/{case_id}/dossier.pdf": {},
    "POST /v1/cases/{case_id}/items": {"json": {"sku": "x"}},
    "POST /v1/cases/{case_id}/parcels": {"json": {"direction": "return"}},
    "POST /v1/cases/{case_id}/tickets": {"json": {"reason": "x", "created_at": AT}},
    "POST /v1/cases/{case_id}/promises": {"json": {"what": "x", "where": "chat", "made_at": AT}},
    "POST /v1/cases/{case_id}/inspections": {"json": {"at": AT, "by": "x"}},
    "POST /v1/cases/{case_id}/offers": {"json": {"option": "money", "at": AT, "by": "x"}},
    "POST /v1/cases/{case_id}/decisions": {"json": {"kind": "give", "at": AT, "by": "x"}},
    "POST /v1/cases/{case_id}/subcases": {"json": {"procedure": "x", "opened_at": AT}},
    "POST /v1/cases/{case_id}/messages": {"json": {"text": "x"}},
    "GET /v1/cases/{case_id}/messages": {},
    "POST /v1/cases/{case_id}/offers/{offer}/answer": {"json": {"answer": "accepted", "at": AT}},
    "POST /v1/cases/{case_id}/promises/{promise}/kept": {"json": {"at": AT}},
    "POST /v1/cases/{case_id}/subcases/{subcase}/close": {"json": {"at": AT}},
    "POST /v1/cases/{case_id}/countdowns": {"json": {"clock": "x", "due_at": AT, "seen_at": AT}},
    "POST /v1/cases/{case_id}/close": {"json": {"at": AT}},
    "POST /v1/cases/{case_id}/subcases/{subcase}/address": {"json": {"text": "1 Main St"}},
    "GET /v1/cases/{case_id}/subcases/{subcase}/address": {},
    "DELETE /v1/cases/{case_id}/subcases/{subcase}/address": {},
    "GET /v1/cases/{case_id}/preflight": {},
    "POST /v1/cases/{case_id}/preflight": {"json": {}},
    "GET /v1/cases/{case_id}/settlement": {},
    "GET /v1/cases/{case_id}/templates": {},
    "POST /v1/cases/{case_id}/replies": {"json": {"text": "x"}},
    "GET /v1/shops/{shop_id}": {},
    "POST /v1/cases/{case_id}/packets": {"json": {"for": "ebay.payment_dispute"}},
    "GET /v1/cases/{case_id}/packets": {},
    "GET /v1/cases/{case_id}/packets/{packet_id}": {},
    "GET /v1/cases/{case_id}/packets/{packet_id}/content": {},
    "GET /v1/cases/{case_id}/packets/{packet_id}/files/{name}": {},
    "POST /v1/cases/{case_id}/sealings": {"json": {"incomplete": True}},
    "GET /v1/cases/{case_id}/sealings/{sealing_id}": {},
    "GET /v1/cases/{case_id}/shares/{share_id}/looks": {},
    "POST /v1/retention/holds/{target}": {"json": {"by": "x", "reason": "x"}},
    "POST /v1/retention/holds/{target}/lift": {"json": {"by": "x", "reason": "x"}},
    "POST /v1/cases/{case_id}/shares": {"json": {}},
    "GET /v1/cases/{case_id}/shares": {},
    "DELETE /v1/cases/{case_id}/shares/{share_id}": {},
    "GET /v1/cases/{case_id}/slip.pdf": {},
    "DELETE /v1/sessions/{session_id}": {},
    "GET /v1/people/{person_id}": {},
    "PATCH /v1/people/{person_id}": {"json": {"role": "agent"}},
    "POST /v1/people/{person_id}/link": {},
    "POST /v1/keys/{key_id}/rotate": {},
    "DELETE /v1/keys/{key_id}": {},
    # Pages, which the description leaves out.
    "GET /cases/{case_id}": {},
    "POST /cases/{case_id}/seal": {},
    "GET /cases/{case_id}/seal": {},
    "GET /cases/{case_id}/packets/{packet_id}": {},
    "POST /cases/{case_id}/packets": {"data": {"for": "ebay.payment_dispute", "key": "k" * 32}},
    "POST /cases/{case_id}/facts": {"data": {"key": "k" * 32}},
    "POST /cases/{case_id}/entries": {"data": {"key": "k" * 32, "form": "terms"}},
    "POST /cases/{case_id}/shares": {"data": {"key": "k" * 32, "scope": "bundle", "days": "7"}},
    "POST /cases/{case_id}/shares/{share_id}/revoke": {},
    "POST /cases/{case_id}/decisions": {"data": {"key": "k" * 32, "kind": "give", "by": "x"}},
    "POST /cases/{case_id}/outcome": {"data": {"key": "k" * 32, "kind": "won", "because": "whole"}},
    "GET /cases/{case_id}/chat": {},
    "POST /cases/{case_id}/said": {"data": {"key": "k" * 32, "text": "x"}},
    "GET /cases/{case_id}/outlook": {},
    "GET /cases/{case_id}/photos": {},
    "POST /cases/{case_id}/happened": {"data": {"key": "k" * 32, "kind": "delivered"}},
    "GET /evidence/{evidence_id}": {},
    "GET /evidence/{evidence_id}/picture": {},
    "POST /evidence/{evidence_id}/case": {},
    "GET /admin/webhooks/{hook_id}": {},
    "POST /admin/webhooks/{hook_id}/test": {},
    "POST /admin/webhooks/{hook_id}/events": {"data": {"event": "evidence.examined"}},
    "POST /admin/webhooks/{hook_id}/drop": {},
    "GET /admin/shops/{shop_id}": {},
    "POST /admin/people/{person_id}": {"data": {"active": "no"}},
    "POST /admin/people/{person_id}/link": {"data": {"key": "k" * 32}},
    "POST /admin/keys/{key_id}/rotate": {"data": {"key": "k" * 32}},
    "POST /admin/keys/{key_id}/revoke": {},
}
"""What is sent to an address that names something: a body that would be taken, were it one's own."""

LISTS = (
    *("/v1/webhooks", "/v1/deadlines/digest", "/v1/evidence", "/v1/photo-sets", "/v1/cases", "/v1/tally"),
    *("/v1/outcomes", "/v1/shops", "/v1/retention", "/v1/deadlines", "/v1/deadlines.ics", "/v1/rulesets"),
    *("/v1/profiles", "/v1/sessions", "/v1/people", "/v1/keys", "/v1/me", "/readyz", "/healthz"),
    *("/v1/signers.pem", "/v1/station/keys.pem", "/v1/station/code", "/v1/stickers.pdf", "/metrics"),
    *("/film/kept/page.en.html", "/film/kept/worker.en.js"),
    *("/cases", "/", "/film", "/account", f"/cases?q={MARK}", f"/v1/cases?tracking_number={MARK}"),
    *(f"/v1/cases?order_number={MARK}", "/v1/evidence?digest={digest}", "/v1/evidence?state=reported"),
    *("/v1/schemas", "/v1/schemas/report.json"),
    *("/outcomes", "/cases/new", "/cases/import", "/batch", "/v1/imports/template.csv"),
    *("/evidence", f"/evidence?q={MARK}", f"/v1/evidence?q={MARK}", "/v1/example"),
    *("/sign-in", "/sign-in/with", "/sign-in/back", "/welcome/none/with"),
    *("/admin", "/admin/webhooks", "/admin/rulesets", "/admin/days", "/admin/retention", "/admin/stations"),
    *("/admin/shops", "/admin/people", "/admin/keys"),
)
"""What is asked for without naming anything, and with what B could guess."""

OF_THE_HOUSE = (
    *("GET /v1/rulesets/{name}", "GET /v1/rulesets/{name}/editions", "GET /v1/profiles/{name}"),
    *("POST /v1/rulesets/{name}/draft/enforce", "POST /v1/rulesets/{name}/withdraw"),
    *("GET /v1/calendar", "POST /v1/calendar", "POST /v1/calendar/effect"),
)
"""Shipped with the program, or set by whoever runs it for all tenants."""

OF_ONE_TENANT = (
    *("POST /v1/rulesets/drafts", "GET /v1/rulesets/{name}/draft", "DELETE /v1/rulesets/{name}/draft"),
    "POST /v1/rulesets/{name}/draft/trial",
)
"""Named by a ruleset, which all have; see `test_a_draft_is_of_its_tenant`."""

NAMING = (
    *("POST /v1/evidence", "POST /v1/uploads", "POST /v1/validate", "POST /v1/comparisons"),
    *("POST /v1/photo-sets", "POST /v1/cases", "POST /v1/validate/batch"),
)
"""Their bodies name something; see `naming`."""

READY = ("/settlement", "/preflight", "/photo-set", "/templates", "/picture")
"""Answers that this ruleset has no use for; and the film of these tests has no picture that stands for it."""

NOTHING = (
    *("POST /v1/webhooks", "POST /v1/deadlines/digest", "OPTIONS /v1/uploads", "POST /v1/shops"),
    *("POST /v1/retention/purge", "POST /v1/rulesets/check", "POST /v1/verifications", "POST /v1/sessions"),
    *("DELETE /v1/sessions", "POST /v1/people", "POST /v1/keys", "POST /v1/imports"),
    *("POST /v1/example", "DELETE /v1/example"),
)
"""Their bodies name nothing of a tenant; what they make is the caller's."""


@dataclass(frozen=True)
class Street:
    """Both tenants, and what A has, by the names of parameters."""

    house: House
    things: dict[str, str]
    own_case: str
    """A case of B's."""


def furnished(house: House, folder: Path, film: Path) -> dict[str, str]:
    """One of everything, A's."""
    wiring, admin = house.wiring, house.as_role(Role.ADMIN, A)

    def made(path: str, **sent: Any) -> Any:
        return admin.post(path, **sent).raise_for_status().json()

    case = stock(wiring.desk(Caller(A, "cli")), folder, film=film, roles=("defect_photo", "label_photo"))
    own = f"/v1/cases/{case}"
    admin.patch(own, json={"tracking_number": MARK, "order_number": MARK}).raise_for_status()
    files = admin.get(f"{own}/exhibits").json()["items"]
    film_id, photo_id = files[0]["evidence_id"], files[1]["evidence_id"]
    report = admin.get(f"/v1/evidence/{film_id}/report").json()
    made(f"{own}/bundle", json={"incomplete": True})
    packet = made(f"{own}/packets", json={"for": "ebay.payment_dispute"})["id"]
    making.go_on(wiring)
    headers = {**TUS, "Upload-Length": "9", "Upload-Metadata": f"filename {_b64(MARK)}"}
    upload = admin.post("/v1/uploads", headers=headers).raise_for_status().headers["location"]
    made("/v1/shops", json={"id": MARK, "name": MARK, "platform": "temu"})
    temu = made("/v1/cases", json={"ruleset": "temu", "order_number": MARK})["id"]
    promised = {"what": "x", "where": "chat", "made_at": AT}
    return {
        "case_id": case,
        "target": case,
        "evidence_id": film_id,
        "photo": photo_id,
        "digest": report["stills"][0]["digest"],
        "copy_id": made(f"/v1/evidence/{photo_id}/copies", json={})["id"],
        "upload_id": upload.rpartition("/")[2],
        "packet_id": packet,
        "name": "letter.txt",
        "sealing_id": made(f"{own}/sealings", json={"incomplete": True})["id"],
        "share_id": made(f"{own}/shares", json={"note": MARK})["id"],
        "subcase": "S1",
        "exhibit": "E1",
        "offer": "O1",
        "promise": made(f"{own}/promises", json=promised)["promises"][0]["id"],
        "shop_id": MARK,
        "hook_id": made("/v1/webhooks", json={"url": "http://127.0.0.1:9/x", "note": MARK})["id"],
        "delivery_id": "msg_0000",
        "session_id": admin.get("/v1/sessions").json()["items"][0]["id"],
        "person_id": house.person(Role.AGENT, A, name=MARK).id,
        "key_id": made("/v1/keys", json={"name": MARK, "scopes": ["evidence.read"]})["id"],
        "original": files[1]["digest"],
        "temu": temu,
    }


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def absent(value: str) -> str:
    """Something of the same form that never was."""
    if value.startswith("sha256:"):
        return ABSENT_DIGEST
    head, mark, tail = value.rpartition("_")
    return head + mark + "0" * len(tail) if mark else "0" * len(value)


OWN = {"date", "content-length", "x-request-id"}
"""Headers that differ between any two answers."""


def told(answer: httpx.Response, ids: list[str]) -> tuple[int, str, dict[str, str]]:
    """What B sees, with the ids that B sent left out."""

    def without(text: str) -> str:
        for each in sorted(ids, key=len, reverse=True):
            text = text.replace(each, "ID")
        return re.sub(r'(key=|value=")[0-9a-f]{32}', r"\1K", text)  # made anew for each form

    headers = {k: without(v) for k, v in answer.headers.items() if k not in OWN}
    return answer.status_code, without(answer.text), headers


def meant(things: dict[str, str], names: list[str]) -> dict[str, str]:
    """A's things of these names; a copy is one of the photo."""
    copied = {"evidence_id": things["photo"]} if "copy_id" in names else {}
    return {name: things[name] for name in names} | copied


def operations(house: House) -> set[str]:
    described = create_app(house.wiring).openapi()
    return {f"{m.upper()} {at}" for at, every in described["paths"].items() for m in every}


def naming(street: Street, pick: Callable[[str], str]) -> Iterator[tuple[str, Sent]]:
    """Requests whose bodies name something, chosen by `pick` from A's things."""
    case, photo = pick(street.things["case_id"]), pick(street.things["photo"])
    file = {"file": ("x.jpg", picture(3, 64, 64))}
    yield "/v1/evidence", {"files": file, "data": {"case_id": case}}
    metadata = f"filename {_b64('x.jpg')},case_id {_b64(case)}"
    yield "/v1/uploads", {"headers": {**TUS, "Upload-Length": "9", "Upload-Metadata": metadata}}
    yield "/v1/validate", {"json": {"evidence_id": photo}}
    yield "/v1/validate/batch", {"json": [{"evidence_id": photo}]}
    yield "/v1/validate", {"files": file, "data": {"case_id": case}}
    yield "/v1/comparisons", {"json": {"listing": {"evidence_id": photo}, "received": {"evidence_id": photo}}}
    yield "/v1/photo-sets", {"json": {"reason": "temu.scratched", "photos": [{"evidence_id": photo}]}}
    yield "/v1/cases", {"json": {"shop_id": pick(street.things["shop_id"])}}
    yield f"/v1/cases/{street.own_case}/exhibits", {"json": {"evidence_id": photo}}
    yield f"/v1/retention/holds/{photo}", {"json": {"by": "x", "reason": "x"}}
