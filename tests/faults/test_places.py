"""That a place is copied whole, dropped whole, and that what is wrong with a database is seen."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from api.wiring import embedded
from tests.faults.places import Place, PostgresPlace, SqlitePlace, place_of
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "sqlite":
        return SqlitePlace()
    server: Postgres = request.getfixturevalue("server")
    return PostgresPlace(server.url("postgres"))


def shops(place: Place, data: Path) -> int:
    """Add one row and return how many there are."""
    with closing(embedded(place.settings(data), queue=False)) as wiring:
        with wiring.rows.begin("default", now=wiring.clock()) as unit:
            unit.add("shop", str(len(unit.find("shop").rows)), {})
        with wiring.rows.read("default") as reading:
            return len(reading.find("shop").rows)


def test_a_copy_has_its_own_database_and_a_dropped_one_has_none(place: Place, tmp_path: Path) -> None:
    assert shops(place, tmp_path / "one") == 1
    place.copy(tmp_path / "one", tmp_path / "two")
    assert shops(place, tmp_path / "two") == 2
    assert shops(place, tmp_path / "one") == 2
    place.drop(tmp_path / "two")
    assert not (tmp_path / "two").exists()
    assert shops(place, tmp_path / "two") == 1


def test_a_sound_database_is_found_sound(place: Place, tmp_path: Path) -> None:
    assert shops(place, tmp_path) == 1
    with closing(embedded(place.settings(tmp_path), queue=False)) as wiring:
        assert place.wrong(wiring) == ""


def test_an_index_that_leaves_out_a_row_is_found(server: Postgres, tmp_path: Path) -> None:
    place = PostgresPlace(server.url("postgres"))
    assert shops(place, tmp_path) == 1
    settings = place.settings(tmp_path)
    with psycopg.connect(settings.database_url, autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'").fetchone():
            pytest.skip("the server has no amcheck")
        # Rows that are written while an index is called unready are not put into it.
        ready = "UPDATE pg_index SET indisready = %s WHERE indexrelid = 'documents_in_order'::regclass"
        admin.execute(ready, (False,))
        assert shops(place, tmp_path) == 1  # who asks the index does not see the second
        admin.execute(ready, (True,))
    with closing(embedded(settings, queue=False)) as wiring:
        assert "documents_in_order" in place.wrong(wiring)


def test_what_is_no_place_is_told() -> None:
    with pytest.raises(ValueError, match="no place"), place_of("oracle://x"):
        pass
