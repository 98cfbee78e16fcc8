"""All pages for whoever runs the service, as one router."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages.admin import days, drafts, health, keys, people, retention, rulesets, shops, stations, webhooks

router = APIRouter(include_in_schema=False)
for _page in (health, webhooks, rulesets, drafts, days, retention, stations, shops, people, keys):
    router.include_router(_page.router)
