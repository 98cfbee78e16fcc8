"""What a deployment may set: environment variables that begin with `SIXFACE_`, or a file, read once.

Nothing has to be set. `SIXFACE_CONFIG` names a TOML file with the same names in lower case and without
the prefix (`s3_bucket = "evidence"`); a variable of the environment overrides it. The composition root
reads the settings and hands them on; no other module looks at the environment.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, FilePath, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def data_folder() -> Path:
    """Where data goes when nothing is said: `$XDG_DATA_HOME/sixface`, or `~/.local/share/sixface`.

    Source: XDG Base Directory Specification 0.8.
    """
    home = os.environ.get("XDG_DATA_HOME", "")
    # The specification says that a relative path is to be ignored.
    root = Path(home) if home.startswith("/") else Path.home() / ".local" / "share"
    return root / "sixface"


ISSUER: Final = (
    r"^(https://[^\s/?#@]+(/[^\s?#]*)?|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/[^\s?#]*)?)?$"
)
"""OpenID Connect Discovery 1.0, 3: https, without query and fragment; plain http on this machine alone."""
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_MAY_COME: Final = re.compile(r"([a-z0-9][a-z0-9-]{0,39}/)?(uploader|agent)")
"""What a domain may let people in as: administrators are invited one by one."""


class Settings(BaseSettings):
    """One deployment. An S3 endpoint's keys come from boto3's own places, never from here."""

    # What is set is not repeated where it is wrong: among it are addresses with passwords.
    model_config = SettingsConfigDict(
        env_prefix="SIXFACE_", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    data: Path = Field(default_factory=data_folder)
    """The folder of the database, of the blobs (unless they are in S3) and of work in progress."""
    database: SecretStr | None = None
    """`postgresql://user:password@host/name`; without it the database is a file in the data folder."""
    storage: Literal["disk", "s3"] = "disk"
    """Where the originals, stills and bundles live."""
    s3_bucket: str = ""
    s3_prefix: str = ""
    s3_endpoint: Annotated[str, Field(pattern=r"^[^@\s]*$")] = ""
    """Empty means AWS; otherwise the URL of another S3 service, which holds no password."""
    s3_region: str = ""
    s3_encryption: Literal["", "AES256", "aws:kms"] = ""
    """How the service encrypts what it stores; empty leaves it to the bucket."""
    s3_kms_key: str = ""
    s3_tags: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict[str, str])
    """On every object, at most 10; in the environment as `name=value,name=value`."""
    s3_lock_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    """Days in which a stored object cannot be deleted (Object Lock); 0 leaves it to the bucket."""
    s3_lock_mode: Literal["GOVERNANCE", "COMPLIANCE"] = "COMPLIANCE"
    s3_links: bool = False
    """Whether originals and bundles are downloaded from the service itself, by links of five minutes."""
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
    scrub_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """Days in which the worker reads everything back once; 0 leaves that to `sixface audit`."""
    retention_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    """Days that a closed case is kept after its last clock; 0 keeps all cases."""
    retention_loose_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    """Days that a file of no case is kept after it came; 0 keeps all of them."""
    tsa: Annotated[tuple[str, ...], NoDecode] = ()
    """URLs of time-stamping authorities (RFC 3161), with commas between them; none unless chosen."""
    tsa_roots: FilePath | None = None
    """Certificates (PEM) to which their signatures have to lead."""
    certificate: FilePath | None = None
    """A certificate with its key (PKCS#12 or PEM); signs dossiers, and records of origin of derivatives."""
    certificate_key: FilePath | None = None
    """Its key in PEM, where it lies apart."""
    certificate_passphrase: SecretStr | None = None
    """Of that key, where it has one."""
    public_url: Annotated[str, Field(pattern=r"^(https?://[^\s/?#]+)?$")] = ""
    """Where others reach this service, e.g. `https://claims.example`; links to share begin with it."""
    sign_in: Literal["auto", "required"] = "auto"
    """`auto` asks nobody who sits at this machine as long as there is no account; else everybody signs in."""
    oidc_issuer: Annotated[str, Field(pattern=ISSUER)] = ""
    """Whose accounts may sign in (OpenID Connect), as it calls itself in `issuer`; nobody's unless set."""
    oidc_client_id: str = ""
    """By which the issuer knows this service."""
    oidc_client_secret: SecretStr | None = None
    oidc_client_secret_file: FilePath | None = None
    """A file with the secret, in its place; without either this service is a public client."""
    oidc_label: Annotated[str, Field(max_length=40)] = ""
    """What people call the issuer; stands on the button. The host's name where it is empty."""
    oidc_scopes: Annotated[tuple[str, ...], NoDecode] = ("openid", "email")
    oidc_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Further hosts (`name` or `name:port`) where the issuer has its addresses, besides its own."""
    oidc_domains: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict[str, str])
    """Whose verified e-mail lets them in uninvited: `shop.example=agent,other.example=north/uploader`."""
    requests_per_minute: Annotated[int, Field(ge=0)] = 1200
    """What one person or key may ask for in a minute, in each process; 0 counts nothing."""
    most_stored: Annotated[int, Field(ge=0)] = 0
    """Bytes of files that one tenant may have stored; 0 for as many as there is space."""
    webhooks_inside: bool = False
    """Whether webhooks may go to addresses of our own network, and over plain HTTP."""
    traces: Annotated[str, Field(pattern=r"^(https?://[^\s?#@]+)?$")] = ""
    """A collector of traces (OTLP over HTTP), e.g. `http://127.0.0.1:4318`; none unless chosen."""
    fetch_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Hosts from which files may be fetched, as `name`, `name:port` or `*.name`; none unless chosen.
    These and the buckets are the first tenant's; what others have says `places`."""
    fetch_buckets: Annotated[tuple[str, ...], NoDecode] = ()
    """Buckets likewise, with the credentials of this service: whoever may send files may read all of them."""
    fetch_inside: bool = False
    """Whether these hosts may be in our own network, and speak plain HTTP."""
    fetch_seconds: Annotated[int, Field(gt=0, le=3600)] = 300
    """How long fetching one file may take, or all those of one batch."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def database_file(self) -> Path:
        """Where the database lies unless `database` names another."""
        return self.data / "sixface.db"

    @property
    def station_key(self) -> Path:
        """The private key that signs the codes of station clocks; made when it is first needed."""
        return self.data / "station.key"

    @property
    def station_keys(self) -> Path:
        """The public keys of the stations that are believed, in PEM; more may be put there."""
        return self.data / "stations.pem"

    @property
    def signer_key(self) -> Path:
        """The private key that signs bundles; made when it is first needed."""
        return self.data / "signer.key"

    @property
    def signer_keys(self) -> Path:
        """The public keys whose bundles are this service's own, in PEM, the newest first."""
        return self.data / "signers.pem"

    @property
    def address_keys(self) -> Path:
        """The keys that seal addresses; left out of backups, what is erased is erased there too."""
        return self.data / "address-keys"

    @property
    def oidc_name(self) -> str:
        """What the issuer is called; empty where there is none."""
        return self.oidc_label or urlsplit(self.oidc_issuer).hostname or ""

    @property
    def oidc_secret(self) -> str:
        """What this service shows the issuer; empty for a public client. Raises `OSError`."""
        if self.oidc_client_secret_file is not None:
            return self.oidc_client_secret_file.read_text("utf-8").strip()
        return self.oidc_client_secret.get_secret_value() if self.oidc_client_secret else ""

    @property
    def database_url(self) -> str:
        """For SQLAlchemy; it may hold a password."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite:///{self.database_file.absolute()}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is the library's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before the environment, that before the file."""
        file = TomlConfigSettingsSource(settings_cls, os.environ.get("SIXFACE_CONFIG") or None)
        return init_settings, env_settings, file

    @model_validator(mode="after")
    def _fits_together(self) -> Settings:
        if self.storage == "s3" and not self.s3_bucket:
            raise ValueError("storage in S3 needs a bucket; name it in SIXFACE_S3_BUCKET")
        if self.s3_kms_key and self.s3_encryption != "aws:kms":
            raise ValueError("SIXFACE_S3_KMS_KEY goes with SIXFACE_S3_ENCRYPTION=aws:kms")
        if self.s3_bucket and self.s3_bucket in self.fetch_buckets:
            # Else everybody could read by its key what others have sent.
            raise ValueError("SIXFACE_FETCH_BUCKETS must not name the bucket in which originals are kept")
        if self.tsa and self.tsa_roots is None:
            raise ValueError("SIXFACE_TSA needs SIXFACE_TSA_ROOTS, the certificates that its stamps lead to")
        if self.certificate is None and (self.certificate_key or self.certificate_passphrase):
            raise ValueError("SIXFACE_CERTIFICATE_KEY and its passphrase go with SIXFACE_CERTIFICATE")
        self._issuer_fits()
        return self

    def _issuer_fits(self) -> None:
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("SIXFACE_OIDC_ISSUER and SIXFACE_OIDC_CLIENT_ID go together")
        if self.oidc_client_secret and self.oidc_client_secret_file:
            raise ValueError("set SIXFACE_OIDC_CLIENT_SECRET or SIXFACE_OIDC_CLIENT_SECRET_FILE, not both")
        if self.oidc_issuer and not self.public_url and self.host not in ("localhost", "127.0.0.1", "::1"):
            # What the issuer leads people back to must not come from a header that anybody can write.
            raise ValueError(
                "SIXFACE_OIDC_ISSUER needs SIXFACE_PUBLIC_URL, where the issuer leads people back to"
            )
        if self.oidc_issuer and "openid" not in self.oidc_scopes:
            raise ValueError("SIXFACE_OIDC_SCOPES has to name openid")
        for domain, comes in self.oidc_domains.items():
            if _DOMAIN.fullmatch(domain) is None or _MAY_COME.fullmatch(comes) is None:
                raise ValueError(
                    "SIXFACE_OIDC_DOMAINS reads shop.example=agent or shop.example=tenant/uploader"
                )

    @field_validator("s3_tags", "oidc_domains", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if isinstance(value, str):
            pairs = (pair.partition("=") for pair in value.split(",") if pair.strip())
            return {name.strip(): said.strip() for name, _, said in pairs}
        return value

    @field_validator("fetch_hosts", "oidc_hosts")
    @classmethod
    def _in_lower_case(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name.lower() for name in value)

    @field_validator(
        *("allowed_hosts", "tsa", "fetch_hosts", "fetch_buckets", "oidc_hosts", "oidc_scopes"), mode="before"
    )
    @classmethod
    def _separated_by_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value
