from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest

import api
import claims
import evidence
import storage
from api.errors import TooLargeError, UnknownProfileError
from api.problems import TABLE, kind_of, problem_of
from api.words import words
from evidence.check import RefusedError
from evidence.model import say
from storage.errors import StorageError, StorageFullError

INSIDE = {
    "api.pages.plain_form.WrongError": "is told beside the fields of its form",
    "api.keyring.LostKeyError": "becomes an address that is gone",
    "evidence.station.BadKeysError": "becomes wrong usage of --stations",
    "evidence.child.ChangedError": "told to the parent as a fault",
    "evidence.handover.HandoverError": "becomes a fault in spawn",
    "evidence.walls.landlock.LandlockMissingError": "becomes a missing sandbox",
    "evidence.walls.seccomp.SeccompMissingError": "becomes a missing sandbox",
    "claims.fault.MisruleError": "becomes problems of a RulesetError in parse",
    "claims.tree.UnreadableError": "becomes a mismatch in verify",
    "claims.zipped.DamagedError": "becomes a mismatch in verify",
    "api.words._UnfilledError": "the template is shown as it stands",
}
"""Errors that never leave their room, and what becomes of them there."""

HEAVY = ("evidence.checks", "evidence.vision", "api.commands", "evidence.__main__")


def modules(room: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        if not found.name.startswith(HEAVY) and "migrations" not in found.name:
            yield importlib.import_module(found.name)


def errors() -> list[type[Exception]]:
    found = {
        value
        for room in (evidence, claims, storage, api)
        for module in modules(room)
        for _, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, Exception) and value.__module__.split(".")[0] == room.__name__
    }
    return sorted(found, key=lambda each: each.__qualname__)


@pytest.mark.parametrize("error", errors(), ids=lambda error: f"{error.__module__}.{error.__qualname__}")
def test_every_error_of_the_house_is_told_or_stays_inside(error: type[Exception]) -> None:
    name = f"{error.__module__}.{error.__qualname__}"
    assert (kind_of(error) is None) == (name in INSIDE)


def test_the_table_names_each_kind_once() -> None:
    shared = {"unavailable", "absent", "internal"}
    names = [kind.name for kind in TABLE.values() if kind.name not in shared]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (StorageFullError(), 507, StorageFullError.sentence),
        (StorageError(), 503, StorageError.sentence),
        (TooLargeError(1_000_000), 413, "The file is larger than the 1,000,000 bytes that are taken in."),
        (
            RefusedError("refused.empty", say("The file is empty; send it again.")),
            422,
            "The file is empty; send it again.",
        ),
        (RefusedError("refused.too_large", say("Too large.")), 413, "Too large."),
        (
            ZeroDivisionError("secret"),
            500,
            "Something went wrong on our side; try again, and report it if it happens again.",
        ),
    ],
)
def test_a_problem_has_its_status_and_one_sentence(error: Exception, status: int, detail: str) -> None:
    problem = problem_of(error, words("en"))
    assert (problem.status, problem.detail) == (status, detail)
    assert problem.type.startswith("urn:sixface:problem:")


def test_a_refusal_carries_its_code() -> None:
    assert problem_of(RefusedError("refused.empty", say("Empty.")), words("en")).code == "refused.empty"


def test_what_the_user_wrote_is_a_value_of_the_sentence() -> None:
    error = UnknownProfileError("{known.__class__}", ["a", "b"])
    assert "{known.__class__}" in problem_of(error, words("en")).detail
