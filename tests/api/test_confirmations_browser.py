"""The form in a real browser: the guard, the policy and the referrer rules have to agree."""

from __future__ import annotations

from pathlib import Path

import httpx
from playwright.sync_api import Browser, expect

from api.desk import Wiring
from tests.api import made_faces as faces
from tests.api import test_page_browser

browser = test_page_browser.browser


def test_a_person_confirms_and_then_disputes(
    taker: httpx.Client, idle: Wiring, film: Path, browser: Browser
) -> None:
    item = faces.place(idle, film, faces.report()).id
    page = browser.new_page(locale="en")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    try:
        page.goto(f"{taker.base_url}/evidence/{item}")
        form = page.locator(".confirmation form")
        expect(form.locator("img")).to_have_count(6)
        form.get_by_role("button", name="Confirm").click()
        assert form.get_by_label("Your name").evaluate("input => !input.validity.valid"), "a name is required"
        form.get_by_label("Your name").fill("Li Wei")
        form.get_by_role("button", name="Confirm").click()
        expect(page.locator(".confirmation .said")).to_contain_text("confirmed by a person (Li Wei, ")
        assert page.url.endswith(f"/evidence/{item}#confirmation")
        page.get_by_text("Say otherwise").click()
        form.get_by_label("Your name").fill("Wang")
        form.locator("select").first.select_option("bottom")
        form.get_by_role("button", name="Dispute").click()
        expect(page.get_by_role("alert")).to_contain_text("Two pictures are chosen for one face (bottom)")
        form.locator("select").first.select_option("top")
        form.get_by_role("button", name="Dispute").click()
        expect(page.locator(".confirmation .said")).to_contain_text("disputed by a person (Wang, ")
        assert [line for line in complaints if "Content Security Policy" in line] == []
    finally:
        page.close()
