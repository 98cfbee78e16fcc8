"""What the pages ask for: reports and pictures, seen by whoever opened the page."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request

from api import confirming, idempotency, recognising, viewing
from api.custody import custody
from api.desk import Desk
from api.errors import MissingItemError
from api.examination import explain
from api.idempotency import Claim
from api.pages import case_view, example
from api.pages.frame import language
from api.pages.report import Standing
from api.proposing import Sent, word_of
from api.routes.asking import desk_of
from api.words import words
from claims.confirmation import COUNT, latest
from evidence.model import Report
from storage.errors import MissingBlobError


class Shelf:
    """A `report.Shelf` over the flows; a report on a page is a view, and is logged as one."""

    def standing(self, request: Request, evidence_id: str) -> Standing | None:
        desk = desk_of(request)
        try:
            item = viewing.look_up(desk, evidence_id)
        except MissingItemError:
            return None
        if not item.state.final:
            return Standing(item.name)
        report = self._report(desk, evidence_id) if item.verdict else None
        with desk.read() as reading:
            said = latest(confirming.all_of(reading, evidence_id), COUNT)
            doubts = confirming.disputed(reading, evidence_id)
            earlier = recognising.known(reading, evidence_id)
            log = custody(reading, evidence_id, words(language(request)))
            card = example.card_of(reading, words(language(request)), about=evidence_id)
        return Standing(
            item.name,
            report,
            explain(item),
            said,
            doubts,
            earlier,
            item=item,
            cases=tuple(case_view.linked(each) for each in item.cases),
            custody=log,
            example=card,
        )

    def confirm(self, request: Request, evidence_id: str, sent: Sent) -> None:
        """Record the word of whoever sent the form, once for each form. Raises as `confirming.confirm`."""
        desk = desk_of(request)
        word = word_of(replace(sent, by=desk.caller.named(sent.by)))
        asked = idempotency.fingerprint(word=word.model_dump(mode="json"))
        claim = Claim(idempotency.checked(sent.key), f"POST {request.url.path}", asked)
        confirming.confirm(desk, evidence_id, word, claim)

    def still(self, request: Request, evidence_id: str, digest: str) -> bytes | None:
        """A picture of a report that `standing` gave out, and logged, for the same page."""
        del evidence_id
        try:
            with desk_of(request).blobs.open(digest) as file:
                return file.read()
        except MissingBlobError:
            return None

    def _report(self, desk: Desk, evidence_id: str) -> Report:
        return Report.model_validate(viewing.report(desk, evidence_id))
