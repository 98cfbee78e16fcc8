"""What people bring that cannot be used as it is: forms of our pages, rulesets and their drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.errors import AbsentError, MalformedError
from evidence.model import Saying, say

if TYPE_CHECKING:
    from claims.ruleset import RulesetError


class MissingDraftError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(
            say("There is no draft of {name}, or it is another by now; bring the ruleset again.", name=name)
        )


class BadFormError(MalformedError):
    def __init__(self, says: Saying | None = None) -> None:
        super().__init__(says or say("The form cannot be read; open the page again and send it once more."))


class BadRulesetError(MalformedError):
    """What somebody brought cannot be used; `problems` names every fault with its line."""

    def __init__(self, error: RulesetError) -> None:
        super().__init__(error.says)
        self.problems = error.problems
