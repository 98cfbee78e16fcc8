"""As it was sent and as it came back, side by side: items, weights, films of packing and of opening."""

from __future__ import annotations

from collections import Counter

from claims.case import Case, Direction
from claims.record.exhibit import ExhibitKind, Role
from claims.value import Value
from evidence.model import Saying, say


class Line(Value):
    """One kind of item: how many were ordered, how many lay in the parcel."""

    sku: str
    title: str = ""
    ordered: int
    found: int
    serials: tuple[str, ...] = ()
    """Of the order."""
    serials_found: tuple[str, ...] = ()


class Pair(Value):
    """The two ends of one order; whatever is missing is empty, never guessed."""

    packed: tuple[str, ...] = ()
    """Exhibits of the packing."""
    opened: tuple[str, ...] = ()
    """Films of the opening of the return."""
    sent_grams: int | None = None
    returned_grams: int | None = None
    lines: tuple[Line, ...] = ()
    differences: tuple[Saying, ...] = ()


def pair(case: Case) -> Pair:
    """Both ends of the order of this case."""
    out, back = case.parcel(Direction.OUTBOUND), case.parcel(Direction.RETURN)
    sent = (out.packed_weight or out.weight) if out else None
    returned = (back.weight or back.packed_weight) if back else None
    lines = _lines(case)
    films = [e.id for e in case.exhibits if e.kind is ExhibitKind.FILM or e.role is Role.OPENING_FILM]
    return Pair(
        packed=tuple(e.id for e in case.in_role([Role.PACK_FILM, Role.PACKING_LIST, Role.WEIGHT_PHOTO])),
        opened=tuple(films),
        sent_grams=sent,
        returned_grams=returned,
        lines=lines,
        differences=tuple(_differences(lines, sent, returned)),
    )


def _lines(case: Case) -> tuple[Line, ...]:
    last = case.inspections[-1] if case.inspections else None
    found = last.found if last else ()
    if not found:
        return ()
    ordered, there = Counter[str](), Counter[str]()
    titles: dict[str, str] = {}
    for item in case.items:
        ordered[item.sku] += item.quantity
        titles.setdefault(item.sku, item.title)
    for each in found:
        there[each.sku] += each.quantity
    return tuple(
        Line(
            sku=sku,
            title=titles.get(sku, ""),
            ordered=ordered[sku],
            found=there[sku],
            serials=tuple(i.serial for i in case.items if i.sku == sku and i.serial),
            serials_found=tuple(f.serial for f in found if f.sku == sku and f.serial),
        )
        for sku in dict.fromkeys((*ordered, *there))
    )


def _differences(lines: tuple[Line, ...], sent: int | None, returned: int | None) -> list[Saying]:
    told: list[Saying] = []
    for line in lines:
        if line.ordered != line.found:
            told.append(
                say(
                    "{sku}: {ordered} ordered, {found} found.",
                    sku=line.sku or "-",
                    ordered=line.ordered,
                    found=line.found,
                )
            )
        odd = sorted(set(line.serials_found) - set(line.serials)) if line.serials else []
        if odd:
            told.append(say("Serial number {serial} is none of those that were sold.", serial=odd[0]))
    if sent and returned and sent != returned:
        told.append(
            say("Sent it weighed {sent} g, and it came back with {returned} g.", sent=sent, returned=returned)
        )
    return told
