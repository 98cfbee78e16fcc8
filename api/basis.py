"""What a bundle was made from, in a few hashes, so that later it can be said what has changed since.

The bytes of a bundle differ each time, since the custody log in it grows with every look; whether there is
anything new to seal is told by what it was made from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from claims.assessment import Met
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.cases import Dossier
    from claims.assessment import Assessment

_APART: Final = frozenset({"exhibits", "statements"})
"""Of a case, what is compared by itself."""
_ANSWERS: Final[Mapping[str, Saying]] = {
    Met.YES.value: say("met"),
    Met.NO.value: say("not met"),
    Met.UNSURE.value: say("open"),
}


def basis(found: Dossier, assessment: Assessment) -> dict[str, Any]:
    """What a bundle of that case says, as JSON."""
    case = found.case.model_dump(mode="json")
    rules = found.ruleset.rules
    words = [
        [word.model_dump(mode="json") for word in said] for _, said in sorted(found.confirmations.items())
    ]
    return {
        "rules": f"{rules.id} {rules.version}",
        "case": _hash({name: value for name, value in case.items() if name not in _APART}),
        "words": _hash([case["statements"], words]),
        "exhibits": {e.id: e.digest for e in found.case.exhibits},
        "reports": {
            e.id: _hash(found.reports[e.digest].model_dump(mode="json"))
            for e in found.case.exhibits
            if e.digest in found.reports
        },
        "answers": {each.id: each.answer.value for each in assessment.requirements},
    }


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Saying]:
    """What has changed from one basis to the other; nothing where a new bundle would say the same."""
    held, there = before["exhibits"], now["exhibits"]
    for exhibit in sorted(there.keys() - held.keys()):
        yield say("{exhibit} was added.", exhibit=exhibit)
    for exhibit in sorted(there.keys() & held.keys()):
        if before["reports"].get(exhibit) != now["reports"].get(exhibit):
            yield say("{exhibit} has another report.", exhibit=exhibit)
    for requirement, answer in now["answers"].items():
        was = before["answers"].get(requirement)
        if was is not None and was != answer:
            yield say(
                "{requirement} was {before} and is now {now}.",
                requirement=requirement,
                before=_ANSWERS[was],
                now=_ANSWERS[answer],
            )
    if before["rules"] != now["rules"]:
        yield say("The rules are now those of {rules}.", rules=now["rules"])
    if before["words"] != now["words"]:
        yield say("Somebody said more about the files or the requirements.")
    if before["case"] != now["case"]:
        yield say("The case itself says something else: a fact, an event or a decision.")


def _hash(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
