from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from evidence import profile
from evidence.check import RefusedError


@pytest.mark.parametrize("name", profile.names())
def test_every_profile_can_be_configured_and_names_itself(name: str) -> None:
    found = profile.load(name)
    assert found.name == name
    assert [check.name for check in found.configured()] == list(found.checks)


@pytest.mark.parametrize("name", profile.checks())
def test_every_check_is_the_file_of_its_name_and_says_how_it_decides(name: str) -> None:
    check = profile.find(name)
    assert check.name == name
    assert check.version >= 1
    assert len((sys.modules[check.__module__].__doc__ or "").split()) > 40


def test_a_profile_that_names_an_unknown_check_says_which_there_are() -> None:
    known = profile.load("unboxing")
    with pytest.raises(LookupError, match=r"no check 'gravity'; there are .*readable"):
        known.model_copy(update={"checks": {"gravity": {}}}).configured()


def test_an_unknown_setting_is_refused() -> None:
    known = profile.load("unboxing")
    with pytest.raises(ValidationError, match="no_such_setting"):
        known.model_copy(update={"checks": {"readable": {"no_such_setting": 1}}}).configured()


def test_there_is_no_unknown_profile() -> None:
    with pytest.raises(LookupError, match=r"no profile '\.\./secret'; there are"):
        profile.load("../secret")


def test_a_photo_loads_nothing_that_only_films_need() -> None:
    program = (
        "import sys; from evidence import profile; profile.load('defect_photo').configured();"
        "print(*[m for m in ('av', 'cv2') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []


@pytest.mark.parametrize(("name", "kind"), [("unboxing", "photo"), ("label_photo", "video")])
def test_a_file_of_the_other_kind_is_refused_and_the_fitting_profiles_named(name, kind) -> None:
    known = profile.load(name)
    profile.require(known, known.kind)
    with pytest.raises(RefusedError) as caught:
        profile.require(known, kind)
    assert caught.value.code == "refused.wrong_kind"
    fitting = [other for other in profile.names() if profile.load(other).kind == kind]
    assert all(other in str(caught.value) for other in fitting)
