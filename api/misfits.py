"""What people bring that cannot be used as it is: forms of our pages, rulesets and their drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.caller import TENANT
from api.errors import AbsentError, ApiError, MalformedError
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.caller import Caller
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


class ForAllError(ApiError):
    """What holds for every tenant is changed by the first one alone, which runs the service."""

    def __init__(self) -> None:
        super().__init__(
            say("Rulesets and days off hold for every tenant of this service; ask whoever runs it.")
        )


def first_alone(caller: Caller) -> None:
    """Raises `ForAllError` where the caller is not of the tenant that runs the service."""
    if caller.tenant != TENANT:
        raise ForAllError
