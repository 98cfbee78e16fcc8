"""What the goods, and what is known of them, can say against us."""

from __future__ import annotations

from claims.case import Direction, Inspection
from claims.preflight.looking import Looked, View, bad, clear, unseen
from claims.record.event import EventKind
from claims.record.exhibit import Role
from claims.vocabulary.reason import ReasonClass
from evidence.model import say

_TOLERANCE = 0.05
"""Share by which two weighings may differ: tape, moisture, and the scales of two houses."""
_SMALLEST = 30
"""Grams by which they may differ anyway, for parcels that weigh next to nothing."""


def _last(view: View) -> Inspection | None:
    done = [each for each in view.case.inspections if each.at <= view.now]
    return done[-1] if done else None


_NOT_INSPECTED = say("Nobody has inspected what came back, as far as the case knows.")
_INSPECT = say("Inspect it, and write down what was found.")


def no_inspection(view: View) -> Looked:
    """Whether nobody looked at what came back."""
    last = _last(view)
    if last is None:
        return bad(_NOT_INSPECTED, _INSPECT)
    return clear(say("Inspection {inspection} is in the case.", inspection=last.id), evidence=[last.id])


def goods_sound(view: View) -> Looked:
    """Whether the inspection found the goods fine: then there is nothing to refuse."""
    last = _last(view)
    sound = last.sound if last else None
    if last is None:
        return unseen(_NOT_INSPECTED, _INSPECT)
    if sound is None:
        return unseen(
            say("Inspection {inspection} leaves open whether the goods are fine.", inspection=last.id),
            say("Answer whether it is the item that was sold, complete, and fit to be sold as new."),
            evidence=[last.id],
        )
    if sound:
        return bad(
            say("Inspection {inspection} found the goods fine.", inspection=last.id), evidence=[last.id]
        )
    return clear(
        say("Inspection {inspection} found something wrong.", inspection=last.id), evidence=[last.id]
    )


def returned_sound(view: View) -> Looked:
    """Whether the return was signed for and is fine."""
    if view.happened.last(EventKind.RETURN_DELIVERED) is None:
        return clear(say("The case does not record that the return arrived."))
    return goods_sound(view)


def goods_faulty(view: View) -> Looked:
    """Whether the inspection says that the goods have a fault which is not the buyer's doing."""
    last = _last(view)
    if last is None or last.faulty is None:
        return unseen(
            say("Nobody has said whether the goods have a fault of their own."),
            say("Answer in the inspection: has it a fault that is not the buyer's doing?"),
        )
    if last.faulty:
        return bad(
            say("Inspection {inspection} says that the goods have a fault.", inspection=last.id),
            evidence=[last.id],
        )
    return clear(
        say("Inspection {inspection} found no fault of the goods.", inspection=last.id), evidence=[last.id]
    )


def other_goods(view: View) -> Looked:
    """Whether what was found is not what was ordered, where the buyer did not swap it."""
    last = _last(view)
    ordered = {item.sku for item in view.case.items if item.sku.strip()}
    found = {each.sku for each in last.found if each.sku.strip()} if last else set[str]()
    if not ordered or not found or view.scope.base is ReasonClass.RETURN_FAULT:
        return unseen(say("The case does not say which items were ordered and which were found."))
    odd = sorted(found - ordered)
    if odd:
        return bad(say("{sku} was found, and it was not ordered.", sku=odd[0]))
    return clear(say("What was found is what was ordered."))


def batch_mismatch(view: View) -> Looked:
    """Whether the purchase documents are of another batch than the goods."""
    documents = view.case.in_role([Role.PURCHASE_DOCUMENT])
    batches = {item.batch for item in view.case.items if item.batch.strip()}
    if not documents:
        return unseen(
            say("No purchase document is in the case."),
            say("Add the invoice or delivery note of this batch, in case the platform asks for it."),
        )
    if not batches:
        return unseen(
            say("The case does not say of which batch the goods are."), say("Write the batch into the case.")
        )
    told = {e.batch for e in documents if e.batch.strip()}
    names = [e.id for e in documents]
    if not told:
        return unseen(
            say("The purchase documents do not say of which batch they are."),
            say("Write their batch into the case."),
            evidence=names,
        )
    missing = sorted(batches - told)
    if missing:
        return bad(
            say("No purchase document is of batch {batch}.", batch=missing[0]),
            say("Find the document of that batch."),
            evidence=names,
        )
    return clear(say("There is a purchase document of each batch."), evidence=names)


def perishable(view: View) -> Looked:
    """Whether the goods cannot well be sent back: perishable, or past their date."""
    if not view.case.items:
        return unseen(say("The case does not say what was ordered."))
    for item in view.case.items:
        if item.perishable:
            return bad(say("{item} is perishable.", item=item.title or item.id), evidence=[item.id])
        if item.best_before and item.best_before < view.now.date():
            return bad(
                say("{item} is past its best-before date.", item=item.title or item.id), evidence=[item.id]
            )
    return clear(say("Nothing ordered is perishable or past its date."))


def weight_mismatch(view: View) -> Looked:
    """Whether the parcel to the buyer weighed otherwise on the way than when it was packed."""
    parcel = view.case.parcel(Direction.OUTBOUND)
    if parcel is None or parcel.weight is None or parcel.packed_weight is None:
        return unseen(say("The case does not say what the parcel weighed when packed and when carried."))
    apart = abs(parcel.weight - parcel.packed_weight)
    values = {"packed": parcel.packed_weight, "carried": parcel.weight}
    if apart > max(_SMALLEST, _TOLERANCE * parcel.packed_weight):
        return bad(
            say("Packed it weighed {packed} g, and the carrier says {carried} g.", **values),
            say("Look whether something was left out when it was packed."),
            evidence=[parcel.id],
        )
    return clear(
        say("Packed it weighed {packed} g, and the carrier says {carried} g.", **values), evidence=[parcel.id]
    )
