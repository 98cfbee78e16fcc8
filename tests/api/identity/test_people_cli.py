from __future__ import annotations

import json

from tests.api.conftest import Run


def test_people_keys_and_tenants_are_made_at_the_terminal(sixface: Run) -> None:
    assert json.loads(sixface("tenant", "list", "--json").stdout) == ["default"]
    assert sixface("tenant", "new", "north").stdout == "north\n"
    assert sixface("tenant", "new", "north").returncode == sixface("tenant", "new", "@x").returncode == 64
    assert sixface("tenant", "list").stdout.split() == ["default", "north"]
    link = sixface("owner", "--tenant", "north")
    assert link.stdout.startswith("/welcome/")
    assert sixface("owner", "--tenant", "none").returncode == 64
    assert sixface("person", "new", "agent").stdout.startswith("/welcome/")
    assert sixface("person", "new", "agent", "--email", "anna@shop.example").returncode == 0
    assert sixface("person", "new", "agent", "--email", "anna").returncode == 64
    assert json.loads(sixface("person", "list", "--json").stdout) == []
    assert sixface("person", "off", "nobody").returncode != 0
    made = json.loads(
        sixface("key", "new", "robot", "--scope", "evidence.read", "--tenant", "north", "--json").stdout
    )
    assert made["key"].startswith(f"sixface_{made['id']}_")
    assert sixface("key", "list").stdout == ""
    assert made["id"] in sixface("key", "list", "--tenant", "north").stdout
    new = sixface("key", "rotate", made["id"], "--tenant", "north")
    assert new.stdout.split()[1].startswith("sixface_")
    assert sixface("key", "off", made["id"], "--tenant", "north").stdout.strip() == made["id"]
    assert sixface("key", "off", made["id"]).returncode != 0, "of another tenant"
    assert sixface("key", "new", "robot", "--scope", "people").returncode != 0
    assert "2 custody logs" in sixface("audit").stdout
