"""The calls: check a file, send a long one in parts, hold a case against its platform, fetch the bundle."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import time
import uuid
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, cast
from urllib.parse import urlsplit

from .results import Assessment, Body, Bundle, Evidence, ProblemError, Report
from .wire import BUSY, Answer, Wire, pauses, problem

PIECE: Final = 1 << 18
"""Bytes read of a file at a time."""
PART: Final = 8 << 20
"""Bytes of one part of an upload; the service keeps what arrived of it when the line breaks."""
LOOK: Final = 1.0
"""Seconds between two looks at an examination."""
_TUS: Final = {"Tus-Resumable": "1.0.0"}
_ACCEPTED: Final = 202
_AWAY: Final = frozenset({302, 303, 307})
_WELL: Final = 200


class NotDoneError(Exception):
    """The check goes on; ask `report(evidence_id)` later."""

    def __init__(self, evidence_id: str) -> None:
        super().__init__(f"the check of {evidence_id} goes on")
        self.evidence_id = evidence_id


class Sixface:
    """One service. Each call raises `ProblemError` where it says no, and `OSError` where it is away."""

    def __init__(self, url: str, *, key: str | None = None, lang: str = "en", timeout: float = 150) -> None:
        """`key` is an API key; `timeout` are seconds without a byte."""
        self._wire = Wire(url, key=key, lang=lang, timeout=timeout)

    def validate(
        self,
        file: Path,
        *,
        profile: str | None = None,
        expect: Body | None = None,
        patience: float = 600,
        once: str | None = None,
    ) -> Report:
        """Send a film or photo as it lies on the disk, and wait for its report.

        `once` is an `Idempotency-Key`: sending again with the same one makes no second item.

        Raises:
            NotDoneError: not done after `patience` seconds.
        """
        boundary = uuid.uuid4().hex
        fields = {"profile": profile, "expect": None if expect is None else json.dumps(expect)}
        head = _form_head(boundary, file.name, {k: v for k, v in fields.items() if v is not None})
        tail = f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(head) + file.stat().st_size + len(tail)),
            "Idempotency-Key": once or uuid.uuid4().hex,
            "Prefer": f"wait={min(patience, 120):.0f}",
        }
        answer = self._wire.ask("POST", "/v1/validate", _form(head, file, tail), headers)
        return self._report_of(answer, patience)

    def ask(
        self,
        *,
        evidence_id: str | None = None,
        url: str | None = None,
        profile: str | None = None,
        expect: Body | None = None,
        patience: float = 600,
        once: str | None = None,
    ) -> Report:
        """The report on a file that is there already, or that the service fetches. Raises as `validate`."""
        asked = {"evidence_id": evidence_id, "url": url, "profile": profile, "expect": expect}
        body = {name: value for name, value in asked.items() if value is not None}
        wait = {"Prefer": f"wait={min(patience, 120):.0f}"}
        return self._report_of(self._post("/v1/validate", body, once, wait), patience)

    def upload(
        self,
        file: Path,
        *,
        profile: str | None = None,
        expect: Body | None = None,
        part: int = PART,
        once: str | None = None,
    ) -> Evidence:
        """Send a long film in parts; where the line breaks it goes on with what is missing (tus 1.0.0)."""
        with file.open("rb") as opened:
            said = {
                "filename": file.name,
                "sha256": hashlib.file_digest(opened, "sha256").hexdigest(),
                "profile": profile,
                "expect": None if expect is None else json.dumps(expect),
            }
            size = file.stat().st_size
            announced = {**_TUS, "Upload-Length": str(size), "Upload-Metadata": _metadata(said)}
            where = self._post("/v1/uploads", None, once, announced).headers["location"]
            return self.evidence(self._sent(_path(where), opened, size, part).rpartition("/")[2])

    def evidence(self, evidence_id: str) -> Evidence:
        return Evidence.of(self._get(f"/v1/evidence/{evidence_id}"))

    def report(self, evidence_id: str) -> Report:
        return Report.of(self._get(f"/v1/evidence/{evidence_id}/report"))

    def wait(self, evidence_id: str, *, patience: float = 600) -> Report:
        """The report, once it is there.

        Raises:
            NotDoneError: not done after `patience` seconds.
        """
        until = time.monotonic() + patience
        while not self.evidence(evidence_id).final:
            if time.monotonic() > until:
                raise NotDoneError(evidence_id)
            time.sleep(LOOK)
        return self.report(evidence_id)

    def open_case(self, *, once: str | None = None, **facts: object) -> str:
        """Open a case (`ruleset`, `order_number`, `tracking_number`, …); returns its id."""
        return self._post("/v1/cases", facts, once).json()["id"]

    def add_exhibit(self, case_id: str, evidence_id: str) -> None:
        self._post(f"/v1/cases/{case_id}/exhibits", {"evidence_id": evidence_id}, None)

    def assessment(self, case_id: str) -> Assessment:
        return Assessment.of(self._get(f"/v1/cases/{case_id}/assessment"))

    def seal(self, case_id: str, *, incomplete: bool = False, once: str | None = None) -> Bundle:
        """Seal the case; one that lacks something only where `incomplete` says so."""
        body = {"incomplete": incomplete}
        return Bundle.of(self._post(f"/v1/cases/{case_id}/bundle", body, once).json())

    def download_bundle(self, case_id: str, to: Path) -> str:
        """Write the bundle that was sealed last, wholly or not at all; returns the digest of what came."""
        partial = to.with_name(f"{to.name}.part")
        try:
            digest = self._download(self._wire, f"/v1/cases/{case_id}/bundle", partial)
            partial.replace(to)
        finally:
            partial.unlink(missing_ok=True)
        return digest

    def _get(self, path: str) -> Body:
        return self._wire.ask_again("GET", path).json()

    def _post(
        self, path: str, body: Body | None, once: str | None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        key = {"Idempotency-Key": once or uuid.uuid4().hex}
        return self._wire.ask_again("POST", path, body, {**key, **(headers or {})})

    def _report_of(self, answer: Answer, patience: float) -> Report:
        if answer.status == _ACCEPTED:
            return self.wait(answer.headers["location"].rpartition("/")[2], patience=patience)
        return Report.of(answer.json())

    def _sent(self, path: str, file: BinaryIO, size: int, part: int) -> str:
        """Send what is missing until all of it is stored; returns where the item is."""
        at, tries = 0, pauses()
        while True:
            file.seek(at)
            try:
                told = {**_TUS, "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
                answer = self._wire.ask("PATCH", path, file.read(part), told)
            except (ProblemError, OSError, http.client.HTTPException) as error:
                pause = next(tries)
                lasting = isinstance(error, ProblemError) and error.status not in {*BUSY, 409}
                if pause is None or lasting:
                    raise
                time.sleep(pause)
                answer = self._wire.ask_again("HEAD", path, headers=_TUS)
            else:
                tries = pauses()
            at = int(answer.headers["upload-offset"])
            if at >= size and "content-location" in answer.headers:
                return answer.headers["content-location"]

    def _download(self, wire: Wire, path: str, to: Path) -> str:
        with wire.asking("GET", path) as answer:
            if answer.status in _AWAY:  # to the bucket, where our key has no business
                where = answer.headers["Location"]
                origin = Wire(where.partition("?")[0], key=None, lang="en", timeout=150)
                query = urlsplit(where).query
                return self._download(origin, f"?{query}", to)
            if answer.status != _WELL:
                raise problem(Answer(answer.status, {}, answer.read()))
            found = hashlib.sha256()
            with to.open("wb") as out:
                while piece := answer.read(PIECE):
                    found.update(piece)
                    out.write(piece)
            if answer.length:
                raise http.client.IncompleteRead(b"", cast("Any", answer.length))
            return f"sha256:{found.hexdigest()}"


def _path(where: str) -> str:
    return urlsplit(where).path


def _metadata(said: Mapping[str, str | None]) -> str:
    pairs = ((name, base64.b64encode(value.encode()).decode()) for name, value in said.items() if value)
    return ",".join(f"{name} {value}" for name, value in pairs)


def _form_head(boundary: str, name: str, fields: Mapping[str, str]) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    plain = name.replace("\\", "_").replace('"', "%22").replace("\r", "_").replace("\n", "_")
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{plain}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return "".join(parts).encode()


def _form(head: bytes, file: Path, tail: bytes) -> Generator[bytes]:
    yield head
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece
    yield tail
