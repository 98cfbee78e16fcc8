"""One of a thing, in English: `1 file waits`, and not `1 files wait`.

Sentences are written for many, and Chinese knows no plural; so what English says of one is a table of the few
words around the number, of which the longest that fits is taken. A test finds what lacks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_ONE: Final[Mapping[str, str]] = {
    "{all} requirements": "{all} requirement",
    "{clocks} clocks": "{clocks} clock",
    "{codes} codes": "{codes} code",
    "{corrupt} of {pictures} pictures are": "{corrupt} of {pictures} pictures is",
    "{count} bytes": "{count} byte",
    "{count} cases": "{count} case",
    "{count} clocks are not what they were": "{count} clock is not what it was",
    "{count} days": "{count} day",
    "{count} descriptions": "{count} description",
    "{count} earlier lines are": "{count} earlier line is",
    "{count} earlier messages are": "{count} earlier message is",
    "{count} entries": "{count} entry",
    "{count} exhibits": "{count} exhibit",
    "{count} faults": "{count} fault",
    "{count} faults were": "{count} fault was",
    "{count} files": "{count} file",
    "{count} files are": "{count} file is",
    "{count} files that were sent earlier show": "{count} file that was sent earlier shows",
    "{count} files wait for their": "{count} file waits for its",
    "{count} hours": "{count} hour",
    "{count} key pictures of this film come": "{count} key picture of this film comes",
    "{count} key pictures were": "{count} key picture was",
    "{count} messages": "{count} message",
    "{count} minutes": "{count} minute",
    "{count} mismatches": "{count} mismatch",
    "{count} months": "{count} month",
    "{count} more are": "{count} more is",
    "{count} more clocks end": "{count} more clock ends",
    "{count} needed photos are": "{count} needed photo is",
    "{count} of 6 faces are": "{count} of 6 faces is",
    "{count} photos that nobody has": "{count} photo that nobody has",
    "{count} pictures": "{count} picture",
    "{count} places": "{count} place",
    "{count} reasons do": "{count} reason does",
    "{count} sealed bundles wait for their": "{count} sealed bundle waits for its",
    "{count} small files": "{count} small file",
    "{count} things go": "{count} thing goes",
    "{count} times": "{count} time",
    "{count} webhooks": "{count} webhook",
    "{count} working days": "{count} working day",
    "{days} days": "{days} day",
    "{dropped} exhibits stay": "{dropped} exhibit stays",
    "{entries} entries": "{entries} entry",
    "{faces} faces": "{faces} face",
    "{faces} faces are": "{faces} face is",
    "{faults} faults were": "{faults} fault was",
    "{files} files": "{files} file",
    "{filled} of {needed} needed photos are": "{filled} of {needed} needed photos is",
    "{good} of {rows} rows are": "{good} of {rows} rows is",
    "{items} files": "{items} file",
    "{least} characters": "{least} character",
    "{left} cases were": "{left} case was",
    "{left} were": "{left} was",
    "{length} bytes": "{length} byte",
    "{length} units": "{length} unit",
    "{length} characters": "{length} character",
    "{limit} minutes": "{limit} minute",
    "{limit} pictures": "{limit} picture",
    "{logs} custody logs": "{logs} custody log",
    "{looked} open cases were": "{looked} open case was",
    "{met} are": "{met} is",
    "{most} characters": "{most} character",
    "{most} files": "{most} file",
    "{most} messages": "{most} message",
    "{most} pages": "{most} page",
    "{most} rows": "{most} row",
    "{most} seconds": "{most} second",
    "{objects} files": "{objects} file",
    "{open} are": "{open} is",
    "{pictures} pictures": "{pictures} picture",
    "{pictures} pictures share": "{pictures} picture shares",
    "{places} marked places": "{places} marked place",
    "{pixels} pixels": "{pixels} pixel",
    "{requirements} requirements": "{requirements} requirement",
    "{seconds} seconds": "{seconds} second",
    "{shifts} clocks": "{shifts} clock",
    "{size} bytes": "{size} byte",
    "{sound} were": "{sound} was",
    "{unmet} are": "{unmet} is",
}
"""What is said of one, by what is said of many; the first value of each is the one that is counted."""
_MANY: Final = re.compile(
    "|".join(rf"{re.escape(each)}(?!\w)" for each in sorted(_ONE, key=len, reverse=True))
)
_NAME: Final = re.compile(r"\{(\w+)")


def of_one(template: str, values: Mapping[str, object]) -> str:
    """The English sentence with what it says of one, wherever the value that is counted is 1."""
    if not any(_is_one(value) for value in values.values()):
        return template

    def said(match: re.Match[str]) -> str:
        counted = _NAME.match(match[0])
        return _ONE[match[0]] if counted and _is_one(values.get(counted[1])) else match[0]

    return _MANY.sub(said, template)


def _is_one(value: object) -> bool:
    return str(value) == "1"
