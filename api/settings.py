"""What a deployment may set: environment variables that begin with `SIXFACE_`, read once.

Nothing has to be set. The composition root reads the settings and hands them on; no other
module looks at the environment.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, FilePath, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def data_folder() -> Path:
    """Where data goes when nothing is said: `$XDG_DATA_HOME/sixface`, or `~/.local/share/sixface`.

    Source: XDG Base Directory Specification 0.8.
    """
    home = os.environ.get("XDG_DATA_HOME", "")
    # The specification says that a relative path is to be ignored.
    root = Path(home) if home.startswith("/") else Path.home() / ".local" / "share"
    return root / "sixface"


class Settings(BaseSettings):
    """One deployment. An S3 endpoint's keys come from boto3's own places, never from here."""

    model_config = SettingsConfigDict(env_prefix="SIXFACE_", frozen=True, extra="forbid")

    data: Path = Field(default_factory=data_folder)
    """The folder of the database, of the blobs (unless they are in S3) and of work in progress."""
    storage: Literal["disk", "s3"] = "disk"
    """Where the originals, stills and bundles live."""
    s3_bucket: str = ""
    s3_prefix: str = ""
    s3_endpoint: str = ""
    """Empty means AWS; otherwise the URL of another S3 service."""
    s3_region: str = ""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Host names by which browsers may call a loopback service, besides its own; `*` allows all."""
    most_bytes: Annotated[int, Field(gt=0)] = 4_294_967_296
    """The largest file that is taken in."""
    most_uploads: Annotated[int, Field(gt=0)] = 32
    """Uploads in parts that a tenant may have under way at a time."""
    most_pending: Annotated[int, Field(gt=0)] = 68_719_476_736
    """Bytes that these uploads may come to, together."""
    upload_hours: Annotated[int, Field(gt=0, le=720)] = 48
    """How long an upload in parts may take: 4 GB at 250 kbit/s take 36 hours."""
    workers: Annotated[int, Field(gt=0, le=64)] = Field(
        default_factory=lambda: max(1, (os.cpu_count() or 2) // 2)
    )
    """Examinations that one worker process runs at a time."""
    trust_list: FilePath | None = None
    """Certificates (PEM) of those whose signed records of origin (C2PA) are trusted; none unless chosen."""
    webhooks_inside: bool = False
    """Whether webhooks may go to addresses of our own network, and over plain HTTP."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def database(self) -> Path:
        return self.data / "sixface.db"

    @property
    def database_url(self) -> str:
        """For SQLAlchemy."""
        return f"sqlite:///{self.database.absolute()}"

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _separated_by_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value
