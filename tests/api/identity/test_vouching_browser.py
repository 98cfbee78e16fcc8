"""Signing in by the word of an issuer, in a real browser: out to another site, and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from api.identity import sessions
from api.identity.scopes import Role
from tests.api.browsing import chromium, watched
from tests.api.identity.conftest import PASSWORD, Opened
from tests.api.test_access_browser import SMALL, serious
from tests.extras import need

need("oidc", "authlib", "joserfc")

from tests.api.identity.coming import ANNA, invite, trusting  # noqa: E402
from tests.api.identity.vouchers import Issuer  # noqa: E402


def easy(page: Page) -> None:
    """Nothing that a screen reader or a glove would stumble over, and nothing beside the screen."""
    assert serious(page) == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "lang"), [(390, "zh-CN"), (1440, "en")])
def test_a_browser_goes_out_to_another_site_and_comes_back(
    opened: Opened, there: Issuer, width: int, lang: str
) -> None:
    there.url = there.url.replace("127.0.0.1", "localhost")  # another site than ours, for a browser
    there.claims = ANNA
    house = opened(**trusting(there))
    house.as_role(Role.ADMIN)
    with chromium() as browser:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=lang)
        page = context.new_page()
        with watched(page):
            page.goto(f"{house.url}/cases")
            easy(page)
            page.click("main a[href^='/sign-in/with']")
            assert page.url.startswith(f"{house.url}/sign-in/back?"), "nobody has invited her yet"
            assert page.locator("[role=alert]").count() == 1
            page.goto(house.url + invite(house))
            easy(page)
            page.click("main a[href^='/welcome/']")
            page.wait_for_url(f"{house.url}/")
            page.goto(f"{house.url}/account")
            assert "Example ID" in page.inner_text("main")
            easy(page)
            own = house.person(Role.AGENT, name="own", password=PASSWORD)
            secret = sessions.begin(house.wiring, "default", own.id)
            context.add_cookies([{"name": "sixface", "value": secret, "url": house.url}])
            page.goto(f"{house.url}/account")
            assert page.locator("svg.qr").count() == 1
            easy(page)
