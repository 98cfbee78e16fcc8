"""What each address asks of whoever comes: one line for each route. A route without a line is refused.

`OPEN` is for everybody, `SIGNED` for anybody who is signed in or has a key; else one of the scopes that are
named is enough. An application that has a route without a line does not start, and says which it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.identity.scopes import Scope

Need = frozenset[Scope] | None

OPEN: Final[Need] = None
SIGNED: Final[Need] = frozenset()


def _any(*scopes: Scope) -> Need:
    return frozenset(scopes)


_CHECK = _any(Scope.VALIDATE)
_LOOK = _any(Scope.EVIDENCE_READ)
_SEND = _any(Scope.EVIDENCE_WRITE)
_FILM = _any(Scope.FILM)
_PACK = _any(Scope.FILM, Scope.CASES_WRITE)
_READ = _any(Scope.CASES_READ)
_SLIP = _any(Scope.FILM, Scope.CASES_READ)
_WRITE = _any(Scope.CASES_WRITE)
_DECIDE = _any(Scope.DECIDE)
_SEAL = _any(Scope.SEAL)
_SHARE = _any(Scope.SHARE)
_ADDRESS = _any(Scope.ADDRESSES)
_HOOKS = _any(Scope.WEBHOOKS)
_HOOKS_READ = _any(Scope.WEBHOOKS, Scope.WEBHOOKS_READ)
_SHOPS = _any(Scope.SHOPS)
_RULES = _any(Scope.RULESETS)
_KEEP = _any(Scope.RETENTION)
_PEOPLE = _any(Scope.PEOPLE)
_KEYS = _any(Scope.KEYS)
_FIGURES = _any(Scope.METRICS)
_HEALTH = _any(Scope.METRICS, Scope.RETENTION)

_CASE: Final = "/v1/cases/{case_id}"
_ITEM: Final = "/v1/evidence/{evidence_id}"

TABLE: Final[Mapping[str, Need]] = {
    # Who runs the service, and who has nothing to do with it.
    "GET /healthz": OPEN,
    "GET /readyz": OPEN,
    "GET /metrics": _FIGURES,  # or from this machine itself, see `doorkeeper`
    "GET /openapi.json": SIGNED,
    "GET /static/{name}": OPEN,
    "GET /film/kept/{name}": OPEN,  # drawn for nobody, see `pages/keeping`
    "GET /verify": OPEN,
    "GET /v1/signers.pem": OPEN,
    "POST /v1/verifications": OPEN,  # what /verify asks for whoever was sent a bundle; nothing is stored
    "GET /s/{secret}": OPEN,
    "GET /s/{secret}/bundle.zip": OPEN,
    "GET /s/{secret}/dossier.pdf": OPEN,
    "GET /s/{secret}/reports/{name}": OPEN,
    # Coming and going.
    "GET /sign-in": OPEN,
    "POST /sign-in": OPEN,
    "GET /sign-in/with": OPEN,  # to the issuer, and back from there
    "GET /sign-in/back": OPEN,
    "POST /sign-out": SIGNED,
    "GET /welcome/{secret}": OPEN,
    "POST /welcome/{secret}": OPEN,
    "GET /welcome/{secret}/with": OPEN,
    "GET /account": SIGNED,
    "POST /account/password": SIGNED,
    "POST /account/codes": SIGNED,
    "POST /account/codes/off": SIGNED,
    "POST /account/sessions/end": SIGNED,
    "GET /v1/me": SIGNED,
    "POST /v1/sessions": OPEN,
    "GET /v1/sessions": SIGNED,
    "DELETE /v1/sessions": SIGNED,
    "DELETE /v1/sessions/{session_id}": SIGNED,
    "GET /v1/people": _PEOPLE,
    "POST /v1/people": _PEOPLE,
    "GET /v1/people/{person_id}": _PEOPLE,
    "PATCH /v1/people/{person_id}": _PEOPLE,
    "POST /v1/people/{person_id}/link": _PEOPLE,
    "GET /v1/keys": _KEYS,
    "POST /v1/keys": _KEYS,
    "POST /v1/keys/{key_id}/rotate": _KEYS,
    "DELETE /v1/keys/{key_id}": _KEYS,
    # Files, and what they show.
    "POST /v1/validate": _CHECK,
    "POST /v1/validate/batch": _CHECK,
    "GET /v1/schemas": SIGNED,
    "GET /v1/schemas/report.json": SIGNED,
    "POST /v1/evidence": _SEND,
    "GET /v1/evidence": _LOOK,
    f"GET {_ITEM}": _LOOK,
    f"GET {_ITEM}/report": _LOOK,
    f"GET {_ITEM}/reading": _LOOK,
    f"GET {_ITEM}/stills/{{digest}}": _LOOK,
    f"GET {_ITEM}/original": _LOOK,
    f"GET {_ITEM}/content": _LOOK,
    f"GET {_ITEM}/events": _LOOK,
    f"DELETE {_ITEM}/examination": _SEND,
    f"GET {_ITEM}/confirmations": _LOOK,
    f"POST {_ITEM}/confirmations": _DECIDE,
    f"GET {_ITEM}/copies": _LOOK,
    f"POST {_ITEM}/copies": _WRITE,
    f"GET {_ITEM}/copies/{{copy_id}}": _LOOK,
    "POST /v1/comparisons": _LOOK,
    "GET /v1/photo-sets": _LOOK,
    "POST /v1/photo-sets": _LOOK,
    "OPTIONS /v1/uploads": OPEN,
    "OPTIONS /v1/uploads/{upload_id}": OPEN,
    "POST /v1/uploads": _SEND,
    "GET /v1/uploads/{upload_id}": _SEND,
    "HEAD /v1/uploads/{upload_id}": _SEND,
    "PATCH /v1/uploads/{upload_id}": _SEND,
    "DELETE /v1/uploads/{upload_id}": _SEND,
    "GET /v1/profiles": SIGNED,
    "GET /v1/profiles/{name}": SIGNED,
    # The packing table.
    "GET /v1/station/code": _FILM,
    "GET /v1/station/keys.pem": SIGNED,
    "GET /v1/stickers.pdf": _FILM,
    f"GET {_CASE}/slip.pdf": _SLIP,
    "POST /v1/cases": _PACK,
    f"POST {_CASE}/exhibits": _PACK,
    "GET /v1/imports/template.csv": _WRITE,
    "POST /v1/imports": _WRITE,
    # What a newcomer looks around in.
    "GET /v1/example": _READ,
    "POST /v1/example": _WRITE,
    "DELETE /v1/example": _WRITE,
    # Cases.
    "GET /v1/cases": _READ,  # by its waybill also at the packing table, see FOUND_BY
    f"GET {_CASE}": _READ,
    f"PATCH {_CASE}": _WRITE,
    f"PATCH {_CASE}/exhibits/{{exhibit}}": _WRITE,
    f"GET {_CASE}/exhibits": _READ,
    f"GET {_CASE}/assessment": _READ,
    f"GET {_CASE}/deadlines": _READ,
    f"GET {_CASE}/deadlines.ics": _READ,
    f"GET {_CASE}/bundle": _READ,
    f"GET {_CASE}/dossier.pdf": _READ,
    f"GET {_CASE}/messages": _READ,
    f"GET {_CASE}/preflight": _READ,
    f"POST {_CASE}/preflight": _READ,
    f"GET {_CASE}/settlement": _READ,
    f"GET {_CASE}/templates": _READ,
    f"GET {_CASE}/photo-set": _READ,
    f"POST {_CASE}/replies": _WRITE,
    f"POST {_CASE}/events": _WRITE,
    f"POST {_CASE}/items": _WRITE,
    f"POST {_CASE}/parcels": _WRITE,
    f"POST {_CASE}/tickets": _WRITE,
    f"POST {_CASE}/promises": _WRITE,
    f"POST {_CASE}/promises/{{promise}}/kept": _WRITE,
    f"POST {_CASE}/inspections": _WRITE,
    f"POST {_CASE}/offers": _WRITE,
    f"POST {_CASE}/subcases": _WRITE,
    f"POST {_CASE}/subcases/{{subcase}}/close": _WRITE,
    f"POST {_CASE}/countdowns": _WRITE,
    f"POST {_CASE}/messages": _WRITE,
    f"POST {_CASE}/close": _WRITE,
    f"POST {_CASE}/statements": _DECIDE,
    f"POST {_CASE}/decisions": _DECIDE,
    f"POST {_CASE}/offers/{{offer}}/answer": _DECIDE,
    f"GET {_CASE}/subcases/{{subcase}}/address": _ADDRESS,
    f"POST {_CASE}/subcases/{{subcase}}/address": _ADDRESS,
    f"DELETE {_CASE}/subcases/{{subcase}}/address": _ADDRESS,
    f"POST {_CASE}/bundle": _SEAL,
    f"POST {_CASE}/packets": _SEAL,
    f"GET {_CASE}/packets": _READ,
    f"GET {_CASE}/packets/{{packet_id}}": _READ,
    f"GET {_CASE}/packets/{{packet_id}}/content": _READ,
    f"GET {_CASE}/packets/{{packet_id}}/files/{{name}}": _READ,
    f"POST {_CASE}/sealings": _SEAL,
    f"GET {_CASE}/sealings/{{sealing_id}}": _READ,
    f"GET {_CASE}/shares/{{share_id}}/looks": _READ,
    f"POST {_CASE}/shares": _SHARE,
    f"GET {_CASE}/shares": _READ,
    f"DELETE {_CASE}/shares/{{share_id}}": _SHARE,
    "GET /v1/deadlines": _READ,
    "GET /v1/deadlines.ics": _READ,
    "GET /v1/deadlines/digest": _READ,
    "POST /v1/deadlines/digest": _HOOKS,
    "GET /v1/tally": _READ,
    "GET /v1/outcomes": _READ,
    "GET /v1/rulesets": SIGNED,
    "GET /v1/rulesets/{name}": SIGNED,
    "POST /v1/rulesets/check": _RULES,
    "POST /v1/rulesets/drafts": _RULES,
    "GET /v1/rulesets/{name}/draft": _RULES,
    "DELETE /v1/rulesets/{name}/draft": _RULES,
    "POST /v1/rulesets/{name}/draft/trial": _RULES,
    "POST /v1/rulesets/{name}/draft/enforce": _RULES,
    "GET /v1/rulesets/{name}/editions": _RULES,
    "POST /v1/rulesets/{name}/withdraw": _RULES,
    "GET /v1/calendar": SIGNED,
    "POST /v1/calendar": _RULES,
    "POST /v1/calendar/effect": _RULES,
    # What is set for all.
    "GET /v1/shops": _READ,
    "GET /v1/shops/{shop_id}": _READ,
    "POST /v1/shops": _SHOPS,
    "GET /v1/webhooks": _HOOKS_READ,
    "POST /v1/webhooks": _HOOKS,
    "PATCH /v1/webhooks/{hook_id}": _HOOKS,
    "DELETE /v1/webhooks/{hook_id}": _HOOKS,
    "POST /v1/webhooks/{hook_id}/test": _HOOKS,
    "GET /v1/webhooks/{hook_id}/deliveries": _HOOKS_READ,
    "POST /v1/webhooks/{hook_id}/deliveries/{delivery_id}/again": _HOOKS,
    "GET /v1/retention": _KEEP,
    "POST /v1/retention/purge": _KEEP,
    "POST /v1/retention/holds/{target}": _KEEP,
    "POST /v1/retention/holds/{target}/lift": _KEEP,
    # Pages.
    "GET /": SIGNED,
    "GET /film": _FILM,
    "GET /station": _FILM,
    "GET /station/{name}": _FILM,
    "GET /evidence": _LOOK,
    "GET /evidence/{evidence_id}": _LOOK,
    "GET /evidence/{evidence_id}/picture": _LOOK,
    "POST /evidence/{evidence_id}/case": _PACK,
    "POST /evidence/{evidence_id}/confirmations": _DECIDE,
    "GET /cases": _READ,
    "GET /cases/{case_id}": _READ,
    "POST /cases/{case_id}/seal": _SEAL,
    "POST /cases/{case_id}/film": _DECIDE,
    "GET /cases/{case_id}/seal": _READ,
    "GET /cases/{case_id}/channels/{name}": _READ,
    "GET /cases/{case_id}/packets/{packet_id}": _READ,
    "GET /cases/{case_id}/packets/{packet_id}/pictures/{name}": _READ,
    "POST /cases/{case_id}/packets": _SEAL,
    "POST /cases/{case_id}/facts": _WRITE,
    "POST /cases/{case_id}/entries": _WRITE,
    "POST /cases/{case_id}/shares": _SHARE,
    "POST /cases/{case_id}/shares/{share_id}/revoke": _SHARE,
    "POST /cases/{case_id}/decisions": _DECIDE,
    "POST /cases/{case_id}/outcome": _WRITE,
    "GET /outcomes": _READ,
    "GET /batch": _SEND,
    "GET /cases/new": _WRITE,
    "POST /cases/new": _WRITE,
    "GET /cases/example": _READ,
    "POST /cases/example": _WRITE,
    "POST /cases/example/remove": _WRITE,
    "GET /cases/import": _WRITE,
    "POST /cases/import": _WRITE,
    "POST /cases/import/made": _WRITE,
    "POST /cases/import/result": _WRITE,
    "GET /cases/{case_id}/chat": _READ,
    "POST /cases/{case_id}/chat": _WRITE,
    "POST /cases/{case_id}/said": _WRITE,
    "POST /cases/{case_id}/promised": _WRITE,
    "POST /cases/{case_id}/kept": _WRITE,
    "POST /cases/{case_id}/checked": _WRITE,
    "GET /cases/{case_id}/outlook": _READ,
    "POST /cases/{case_id}/answers": _DECIDE,
    "POST /cases/{case_id}/offered": _WRITE,
    "POST /cases/{case_id}/replied": _DECIDE,
    "GET /cases/{case_id}/photos": _READ,
    "POST /cases/{case_id}/photos": _PACK,
    "POST /cases/{case_id}/compared": _READ,
    "POST /cases/{case_id}/happened": _WRITE,
    "POST /cases/{case_id}/inspected": _WRITE,
    # Pages of whoever runs the service.
    "GET /admin": _HEALTH,  # of the machine and of all for who keeps the house, else of the own files
    "POST /admin/read-back": _KEEP,
    "GET /admin/webhooks": _HOOKS,
    "POST /admin/webhooks": _HOOKS,
    "GET /admin/webhooks/{hook_id}": _HOOKS,
    "POST /admin/webhooks/{hook_id}/events": _HOOKS,
    "POST /admin/webhooks/{hook_id}/test": _HOOKS,
    "POST /admin/webhooks/{hook_id}/again": _HOOKS,
    "POST /admin/webhooks/{hook_id}/drop": _HOOKS,
    "GET /admin/rulesets": _RULES,
    "POST /admin/rulesets": _RULES,
    "GET /admin/rulesets/{name}": _RULES,
    "GET /admin/rulesets/{name}/draft": _RULES,
    "POST /admin/rulesets/{name}/draft/trial": _RULES,
    "POST /admin/rulesets/{name}/draft/enforce": _RULES,
    "POST /admin/rulesets/{name}/draft/discard": _RULES,
    "POST /admin/rulesets/{name}/withdraw": _RULES,
    "GET /admin/days": _RULES,
    "POST /admin/days": _RULES,
    "GET /admin/retention": _KEEP,
    "POST /admin/retention/hold": _KEEP,
    "POST /admin/retention/lift": _KEEP,
    "POST /admin/retention/purge": _KEEP,
    "GET /admin/stations": _SHOPS,
    "GET /admin/stations/slip": _SHOPS,
    "GET /admin/shops": _SHOPS,
    "POST /admin/shops": _SHOPS,
    "GET /admin/shops/{shop_id}": _SHOPS,
    "GET /admin/people": _PEOPLE,
    "POST /admin/people": _PEOPLE,
    "POST /admin/people/{person_id}": _PEOPLE,
    "POST /admin/people/{person_id}/link": _PEOPLE,
    "GET /admin/keys": _KEYS,
    "POST /admin/keys": _KEYS,
    "POST /admin/keys/{key_id}/rotate": _KEYS,
    "POST /admin/keys/{key_id}/revoke": _KEYS,
}
"""By method and address; HEAD is as GET where it has no line of its own."""

FOUND_BY: Final[Mapping[str, tuple[str, Scope]]] = {"GET /v1/cases": ("tracking_number", Scope.FILM)}
"""Lists that somebody may ask for one thing by what is printed on it, and may not read otherwise."""

OWN: Final[Mapping[str, Scope]] = {
    f"GET {_ITEM}{part}": Scope.VALIDATE
    for part in ("", "/report", "/reading", "/stills/{digest}", "/events")
}
"""What somebody with that scope may look at where they sent the file themselves; else it is not there."""


FROM_HERE: Final = frozenset({"GET /metrics"})
"""What a program on this very machine may ask for without a key."""


def needed(method: str, template: str) -> Need:
    """What that address asks for. Raises `LookupError` where it has no line."""
    for each in (method, "GET") if method == "HEAD" else (method,):
        if (line := f"{each} {template}") in TABLE:
            return TABLE[line]
    message = f"{method} {template} has no line in api/identity/permits.py; say there who may use it"
    raise LookupError(message)
