"""The two files of a bundle that speak to people: the README in two languages, and the script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from typing import Final

from claims.assessment import Assessment, Decider, Met, Readiness
from claims.ruleset import Ruleset
from evidence.model import rfc3339

_ANSWERS: Final = {
    Met.YES: "yes / 满足",
    Met.NO: "NO / 不满足",
    Met.UNSURE: "UNSURE / 待定",
}


def script() -> bytes:
    """The text of `verify.sh`."""
    return resources.files("claims").joinpath("verify.sh").read_bytes()


def readme(
    folder: str,
    ruleset: Ruleset,
    assessment: Assessment,
    *,
    sealed_at: datetime,
    engine: str,
    signer: str | None = None,
) -> str:
    """The text of the bundle's README; nothing that a user of the case wrote is in it."""
    chinese, english = _completeness(assessment)
    template = resources.files("claims").joinpath("readme.txt").read_text("utf-8")
    return template.format(
        folder=folder,
        sealed_at=rfc3339(sealed_at),
        engine=_one_line(engine),
        rules=f"{ruleset.id}, version {ruleset.version}",
        rules_zh=_one_line(ruleset.title.zh),
        rules_en=_one_line(ruleset.title.en),
        rules_read=ruleset.source.read.isoformat(),
        completeness_zh=chinese,
        completeness_en=english,
        requirements="\n".join(_requirements(assessment)),
        signer=signer or "没有 / none",
    )


def _completeness(assessment: Assessment) -> tuple[str, str]:
    if assessment.readiness is Readiness.READY:
        return "完整：规则的各项要求均已满足。", "COMPLETE: every requirement of these rules is met."
    open_ones = ", ".join(assessment.unmet)
    return (
        f"不完整：以下要求未满足或待定：{open_ones}",
        f"INCOMPLETE: these requirements are not met or still open: {open_ones}",
    )


def _requirements(assessment: Assessment) -> Iterator[str]:
    for one in assessment.requirements:
        person = "  (a person's word / 人工确认)" if one.by is Decider.PERSON else ""
        yield f"{one.id}  {_ANSWERS[one.answer]}{person}"
        yield f"      {_one_line(one.title.zh)}"
        yield f"      {_one_line(one.title.en)}"


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
