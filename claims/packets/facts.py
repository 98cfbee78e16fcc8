"""What a case bears out, as values and facts for the sentences of a letter; the rest is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from claims.case import Case, Direction, EventKind, Exhibit, ExhibitKind, Inspection, Parcel, Role, Sum
from claims.clocks.sentences import local
from claims.language import Lang
from claims.naming import ROLES
from claims.packets.exhibited import numbered
from claims.packets.plan import Plan
from claims.vocabulary.quoted import Words
from evidence.model import Outcome, Report, Saying, say

NameOf = Callable[[Saying], str]
_PROVEN: Final[Mapping[str, str]] = {
    "six_faces.count": "six_faces",
    "continuity.take": "one_take",
    "label.tracking": "label_read",
    "phases.sealed": "sealed",
}
"""Facts by the finding that has to be a pass."""
_EVENTS: Final[Mapping[EventKind, str]] = {
    EventKind.SHIPPED: "shipped_at",
    EventKind.TRACKING_UPLOADED: "tracking_uploaded_at",
    EventKind.DELIVERED: "delivered_at",
    EventKind.RETURN_DELIVERED: "return_delivered_at",
    EventKind.OPENED: "opened_at",
}
_INSPECTED: Final[Mapping[tuple[str, bool], Words]] = {
    ("same_item", False): Words(zh="不是发出的那件", en="not the item that was sent"),
    ("complete", False): Words(zh="不完整", en="not complete"),
    ("unused", False): Words(zh="有使用痕迹", en="signs of use"),
    ("packaging", False): Words(zh="原包装缺失或破损", en="the original packaging is missing or broken"),
    ("tags", False): Words(zh="吊牌缺失", en="the tags are missing"),
    ("resale", False): Words(zh="不能再作为新品销售", en="cannot be sold as new"),
    ("damaged", True): Words(zh="有损坏", en="damaged"),
    ("faulty", False): Words(zh="没有发现故障", en="no fault was found"),
}
"""Answers of an inspection as a statement says them."""


def facts(case: Case, reports: Mapping[str, Report], planned: Plan) -> Iterator[str]:
    """What is so because of the channel and of what goes to it."""
    yield f"to_{planned.packet.to}"
    if planned.packet.text_only:
        yield "text_only"
    film = opening(case, reports)
    if film and film.id in numbered(planned):
        yield "film_shown"


def proven(case: Case, reports: Mapping[str, Report]) -> Iterator[str]:
    """What the films prove, and what the record shows."""
    film = opening(case, reports)
    findings = tuple(reports[film.digest].findings()) if film else ()
    passed = {finding.code for finding in findings if finding.outcome is Outcome.PASS}
    failed = {finding.code for finding in findings if finding.outcome is Outcome.FAIL}
    yield from (fact for code, fact in _PROVEN.items() if code in passed - failed)
    if case.event(EventKind.DELIVERED) is None:
        yield "no_delivery"


def values(
    case: Case, reports: Mapping[str, Report], planned: Plan, name_of: NameOf, lang: Lang
) -> dict[str, str]:
    """The values by the names that sentences have for them; `name_of` says what an exhibit is called."""
    told = {
        "order_number": case.order_number,
        "reason": case.reason,
        "items": _listed((item.title or item.sku for item in case.items), lang),
        "serial_sent": _listed((item.serial for item in case.items), lang),
    }
    for kind, name in _EVENTS.items():
        if event := case.event(kind):
            told[name] = local(event.at, case.zone)
    told |= _sums(case) | _sent(case) | _returned(case)
    told |= _inspected(case, lang)
    told |= _shown(case, reports, planned, name_of, lang)
    return {name: " ".join(value.split()) for name, value in told.items() if value.strip()}


def opening(case: Case, reports: Mapping[str, Report]) -> Exhibit | None:
    """The film of the opening; None where there is none, or several."""
    films = [
        e
        for e in case.exhibits
        if e.digest in reports
        and (e.role is Role.OPENING_FILM or (e.role is None and e.kind is ExhibitKind.FILM))
    ]
    return films[0] if len(films) == 1 else None


def _listed(parts: Iterable[str], lang: Lang) -> str:
    return (", " if lang == "en" else "、").join(part for part in parts if part)


def _sums(case: Case) -> dict[str, str]:
    names = {Sum.GOODS: "goods_value", Sum.DECLARED: "declared_value"}
    found = {name: case.amount(what) for what, name in names.items()}
    return {name: f"{sum_.value} {sum_.currency}" for name, sum_ in found.items() if sum_}


def _sent(case: Case) -> dict[str, str]:
    parcel = case.parcel(Direction.OUTBOUND)
    if parcel is None:
        return {}
    told = {"carrier": parcel.carrier, "waybill": parcel.tracking_number, "signed_by": parcel.signed_by}
    if parcel.signed_at:
        told["signed_at"] = local(parcel.signed_at, case.zone)
    if parcel.last_scan_at:
        told["last_scan"] = local(parcel.last_scan_at, case.zone)
    return told | _weighed(parcel, "sent_grams")


def _returned(case: Case) -> dict[str, str]:
    parcel = case.parcel(Direction.RETURN)
    told = {"return_waybill": case.tracking_number or (parcel.tracking_number if parcel else "")}
    return told | (_weighed(parcel, "return_grams") if parcel else {})


def _weighed(parcel: Parcel, name: str) -> dict[str, str]:
    grams = parcel.weight or parcel.packed_weight
    return {name: str(grams)} if grams else {}


def _inspected(case: Case, lang: Lang) -> dict[str, str]:
    if not case.inspections:
        return {}
    last: Inspection = max(case.inspections, key=lambda each: each.at)
    found = [
        words.of(lang)
        for (question, answer), words in _INSPECTED.items()
        if getattr(last, question) is answer
    ]
    found += [last.note.rstrip("。. ")] if last.note.strip() else []
    return {
        "inspected_at": local(last.at, case.zone),
        "inspected_by": last.by,
        "inspection": ("; " if lang == "en" else "；").join(found),
        "serial_found": _listed((each.serial for each in last.found), lang),
    }


def _shown(
    case: Case, reports: Mapping[str, Report], planned: Plan, name_of: NameOf, lang: Lang
) -> dict[str, str]:
    numbers = numbered(planned)
    told: dict[str, str] = {}
    film = opening(case, reports)
    if film and film.id in numbers:
        length = reports[film.digest].media.duration
        told["film_number"] = str(numbers[film.id])
        told["film_seconds"] = f"{length.total_seconds():.0f}" if length else ""
        told["film_digest"] = film.digest.removeprefix("sha256:")
    for exhibit in case.exhibits:
        if exhibit.role is Role.PACK_FILM and exhibit.id in numbers:
            told["pack_number"] = str(numbers[exhibit.id])
    named = sorted((numbers[e.id], name_of(called(e))) for e in case.exhibits if e.id in numbers)
    told["exhibits"] = _listed((f"{number}: {name}" for number, name in named), lang)
    return told


def called(exhibit: Exhibit) -> Saying:
    """What an exhibit is, in words."""
    if exhibit.role:
        return ROLES[exhibit.role]
    return ROLES[Role.OPENING_FILM] if exhibit.kind is ExhibitKind.FILM else say("photo")
