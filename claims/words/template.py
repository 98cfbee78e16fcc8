"""Templates: filled, or not sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from claims.case import Case, Direction, Sum
from claims.clocks.sentences import local
from claims.language import Lang
from claims.record.parcel import Parcel
from claims.vocabulary.wording import VARIABLE, Template

_BLANKS: Final = re.compile(r"\{[a-z][a-z0-9_]*\}|x{3,}|_{3,}|【\s*】|\[\s*\]|\(\s*\)|（\s*）", re.IGNORECASE)
"""What a person forgot to fill: `{name}`, `XXX`, `___`, empty brackets."""


@dataclass(frozen=True)
class Filled:
    """A template with its values; it may be sent where nothing is `missing`."""

    text: str
    missing: tuple[str, ...] = ()


def fill(template: Template, values: Mapping[str, str], lang: Lang) -> Filled:
    """The text in one language; a variable without a value stays as it is and is named."""
    text = template.text.of(lang)
    missing = tuple(name for name in template.variables if not values.get(name, "").strip())

    def value(found: re.Match[str]) -> str:
        return found[0] if found[1] in missing else values[found[1]].strip()

    return Filled(VARIABLE.sub(value, text), missing)


def blanks(text: str, more: Iterable[str] = ()) -> tuple[str, ...]:
    """What looks like a blank that nobody filled, each once."""
    told = [found[0] for found in _BLANKS.finditer(text[:20_000])]
    told += [phrase for phrase in more if phrase in text]
    return tuple(dict.fromkeys(told))


def known(case: Case) -> dict[str, str]:
    """The values that the case itself knows; the others are for the person who writes."""
    told = {
        "order_number": case.order_number,
        "return_address": case.terms.return_address,
        "item": ", ".join(filter(None, (item.title or item.sku for item in case.items))),
    }
    parcel = case.parcel(Direction.RESHIP) or case.parcel(Direction.OUTBOUND) or case.parcel(Direction.RETURN)
    if parcel:
        told |= _of_parcel(parcel, case.zone)
    refund = case.amount(Sum.REFUND)
    if refund:
        told["amount"] = f"{refund.value} {refund.currency}"
    return {name: value for name, value in told.items() if value.strip()}


def _of_parcel(parcel: Parcel, zone: str) -> dict[str, str]:
    told = {
        "carrier": parcel.carrier,
        "waybill": parcel.tracking_number,
        "signed_by": parcel.signed_by,
    }
    if parcel.signed_at:
        told["signed_at"] = local(parcel.signed_at, zone)
    if parcel.last_scan_at:
        told["last_scan"] = local(parcel.last_scan_at, zone)
    return told
