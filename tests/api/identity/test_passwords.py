from __future__ import annotations

import subprocess
import sys

import pytest

from api.identity import passwords
from api.identity.refusals import BadPersonError
from tests.api.conftest import ROOT


def test_a_password_is_kept_as_argon2id() -> None:
    kept = passwords.hashed("three quiet words")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(kept, "three quiet words")
    assert not passwords.matches(kept, "three quiet word")
    assert not passwords.matches("nonsense", "three quiet words")


def test_where_there_is_nobody_the_same_work_is_done() -> None:
    # The same parameters, so the same time; measuring it on a busy machine would prove nothing.
    assert passwords.NOBODY.rsplit("$", 2)[0] == passwords.hashed("three quiet words").rsplit("$", 2)[0]
    assert not passwords.matches(None, "")


@pytest.mark.parametrize("password", ["", "x" * 9, "x" * 201])
def test_a_password_has_a_length(password: str) -> None:
    with pytest.raises(BadPersonError):
        passwords.hashed(password)


def test_nothing_of_it_is_loaded_before_somebody_signs_in() -> None:
    heavy = ["argon2", "limits", "pyotp"]
    program = "import sys, api.app; print([m for m in sys.argv[1:] if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program, *heavy], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
