from __future__ import annotations

from api.identity.scopes import Role
from tests.api.identity.conftest import Opened
from tests.api.packing.stocked import picture


def test_a_tenant_stores_what_it_may_and_the_other_one_too(opened: Opened) -> None:
    small = picture(1, 64, 64)
    house = opened(most_stored=len(small) + 10)
    for tenant in ("north", "south"):
        client = house.as_role(Role.UPLOADER, tenant)
        first = client.post("/v1/evidence", files={"file": ("a.jpg", small)})
        assert first.status_code == 201
        for answer in (
            client.post("/v1/evidence", files={"file": ("b.jpg", picture(2, 64, 64))}),
            client.post("/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "100"}),
        ):
            assert (answer.status_code, answer.json()["type"]) == (507, "urn:sixface:problem:quota")
            assert "retry-after" not in answer.headers
        assert len(client.get("/v1/evidence").json()["items"]) == 1
