"""What comes back, as frozen values; `body` has all of it, also what was added since this was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Body = Mapping[str, Any]


class ProblemError(Exception):
    """The service said no, and why (RFC 9457)."""

    def __init__(self, status: int, body: Body) -> None:
        super().__init__(body.get("detail") or f"the service answered {status}")
        self.status = status
        self.kind = str(body.get("type", "")).rpartition(":")[2]
        """A stable name, such as `malformed`."""
        self.code = str(body.get("code", ""))
        """Of a refusal, such as `refused.not_media`."""
        self.body = body


@dataclass(frozen=True)
class Finding:
    """One thing a check found."""

    code: str
    outcome: str
    """`pass`, `fail`, `unsure` or `skipped`."""
    says: str
    advice: str
    when: tuple[tuple[float, float], ...]
    """Seconds from the first frame."""


@dataclass(frozen=True)
class Report:
    """What a file shows."""

    verdict: str
    """`sound`, `flawed` or `review`."""
    elements: Mapping[str, str]
    findings: tuple[Finding, ...]
    digest: str
    body: Body

    @classmethod
    def of(cls, body: Body) -> Report:
        found = [each for answer in body["answers"] for each in answer["findings"]]
        findings = tuple(
            Finding(
                each["code"],
                each["outcome"],
                each["says"],
                each.get("advice", ""),
                tuple((begin, end) for begin, end in each.get("when", ())),
            )
            for each in found
        )
        return cls(body["verdict"], body["elements"], findings, body["subject"]["digest"], body)

    def says(self) -> list[str]:
        """Why it is not sound, sentence by sentence."""
        return [found.says for found in self.findings if found.outcome in {"fail", "unsure"}]


@dataclass(frozen=True)
class Evidence:
    """A file that was sent."""

    id: str
    digest: str
    size: int
    state: str
    """`received`, `examining`, `reported`, `refused` or `unverifiable`; the last three are final."""
    verdict: str | None
    body: Body

    @classmethod
    def of(cls, body: Body) -> Evidence:
        return cls(body["id"], body["digest"], body["size"], body["state"], body.get("verdict"), body)

    @property
    def final(self) -> bool:
        return self.state in {"reported", "refused", "unverifiable"}


@dataclass(frozen=True)
class Assessment:
    """A case held against what its platform asks for."""

    readiness: str
    """`ready`, `open` or `unmet`."""
    unmet: tuple[str, ...]
    """Names of what is still to be shown."""
    body: Body

    @classmethod
    def of(cls, body: Body) -> Assessment:
        return cls(body["readiness"], tuple(body["unmet"]), body)


@dataclass(frozen=True)
class Bundle:
    """A case that was sealed."""

    id: str
    digest: str
    size: int
    incomplete: tuple[str, ...]
    body: Body

    @classmethod
    def of(cls, body: Body) -> Bundle:
        return cls(body["id"], body["digest"], body["size"], tuple(body["incomplete"]), body)
