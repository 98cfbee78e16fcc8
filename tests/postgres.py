"""A PostgreSQL server of the tests' own: Debian's binaries, a socket in a temporary folder, no network."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from storage.postgres import open_postgres

PROGRAMS = Path("/usr/lib/postgresql")
"""Where Debian puts the server, in a folder for each version, and outside of every PATH."""
OLDEST = 15
"""Whose order of texts can be chosen."""
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    # Nothing here has to survive a power cut, and the promise that it would is the server's own.
    "fsync": "off",
    "full_page_writes": "off",
}


@dataclass(frozen=True)
class Postgres:
    """Where it listens."""

    folder: Path
    user: str

    def url(self, database: str) -> str:
        return f"postgresql://{self.user}@/{database}?host={self.folder}"

    def tell(self, *statements: sql.Composable | str, database: str = "postgres") -> None:
        """Have the owner of everything say that."""
        with psycopg.connect(self.url(database), autocommit=True) as admin:
            for statement in statements:
                admin.execute(sql.SQL(statement) if isinstance(statement, str) else statement)  # type: ignore[arg-type]

    def keeps(self, promised: bool) -> None:  # noqa: FBT001 - it is all that there is to say
        """Have the server keep what it acknowledges, or not."""
        word = "on" if promised else "off"
        self.tell(
            *(f"ALTER SYSTEM SET {name} = {word}" for name in ("fsync", "full_page_writes")),
            "SELECT pg_reload_conf()",
        )
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            while admin.execute("SHOW full_page_writes").fetchone() != (word,):
                time.sleep(0.02)

    def empty(self) -> str:
        """The address of a database of that server in which nothing is yet."""
        return self._made("template1")

    def fresh(self) -> str:
        """The address of a database with our tables and no rows: a copy, which is quicker than migrating."""
        return self._made("migrated")

    def _made(self, template: str) -> str:
        name = f"t{os.urandom(8).hex()}"
        self.tell(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        return self.url(name)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Skips with the reason where it is not installed; in CI that is a failure."""
    programs = newest()
    if programs is None:
        reason = f"no PostgreSQL server: there is none in {PROGRAMS}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    # The path of a socket must be short, and the server must be able to come to it.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir(0o700)
    owner = _owner()
    if owner is not None:
        for path in (folder, data):
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def run(*command: str | Path) -> None:
        log = (folder / "log").open("ab")
        with log:
            done = subprocess.run(
                command,
                stdout=log,
                stderr=log,
                cwd=folder,
                timeout=120,
                check=False,
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
            )
        assert done.returncode == 0, (folder / "log").read_text()[-2000:]

    made = Postgres(folder, owner.pw_name if owner else pwd.getpwuid(os.getuid()).pw_name)
    try:
        # The locale sorts unlike bytes do, so that whatever leans on an order shows it.
        run(
            programs / "initdb",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=icu",
            "--icu-locale=en",
            "--locale=C.UTF-8",
            "--no-sync",
            "--pgdata",
            data,
        )
        with (data / "postgresql.conf").open("a") as settings:
            for name, value in {**SETTINGS, "unix_socket_directories": str(folder)}.items():
                print(f"{name} = '{value}'", file=settings)
        run(programs / "pg_ctl", "start", "--wait", "--silent", "--pgdata", data)
        made.tell("CREATE DATABASE migrated")
        open_postgres(made.url("migrated")).dispose()
        yield made
    finally:
        if (data / "postmaster.pid").exists():
            run(programs / "pg_ctl", "stop", "--wait", "--mode=immediate", "--pgdata", data)
        shutil.rmtree(folder, ignore_errors=True)


def newest() -> Path | None:
    """The folder of the newest server that is installed, if it is new enough for what is asked of it."""
    found = [
        each / "bin"
        for each in PROGRAMS.glob("*")
        if each.name.isdigit() and int(each.name) >= OLDEST and (each / "bin" / "initdb").exists()
    ]
    return max(found, key=lambda path: int(path.parent.name), default=None)


def _owner() -> pwd.struct_passwd | None:
    """As whom the server runs, which refuses to be root; None where that is us."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")  # made by Debian's package
    except KeyError:
        return pwd.getpwnam("nobody")
