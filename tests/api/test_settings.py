from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import Settings, data_folder


def test_nothing_has_to_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/wang")
    for name in ("XDG_DATA_HOME", "SIXFACE_DATA"):
        monkeypatch.delenv(name, raising=False)
    made = Settings()
    assert made.data == Path("/home/wang/.local/share/sixface")
    assert (made.host, made.port, made.storage) == ("127.0.0.1", 8000, "disk")
    assert made.database_url == "sqlite:////home/wang/.local/share/sixface/sixface.db"


def test_the_environment_may_say_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert data_folder() == Path("/data/sixface")
    monkeypatch.setenv("SIXFACE_DATA", "/srv/six")
    monkeypatch.setenv("SIXFACE_STORAGE", "s3")
    monkeypatch.setenv("SIXFACE_S3_BUCKET", "kept")
    monkeypatch.setenv("SIXFACE_ALLOWED_HOSTS", "six.example, other.example")
    made = Settings()
    assert made.data == Path("/srv/six")
    assert made.storage == "s3"
    assert made.allowed_hosts == ("six.example", "other.example")


def test_a_database_of_a_server_is_named_and_its_password_kept_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIXFACE_DATABASE", "postgresql://six:s3cret@db/six")
    made = Settings()
    assert made.database_url == "postgresql://six:s3cret@db/six"
    assert "s3cret" not in repr(made)


def test_a_relative_xdg_folder_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/wang")
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    assert data_folder() == Path("/home/wang/.local/share/sixface")


def test_nobodys_record_of_origin_is_trusted_unless_a_list_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert Settings().trust_list is None
    (tmp_path / "signers.pem").touch()
    monkeypatch.setenv("SIXFACE_TRUST_LIST", str(tmp_path / "signers.pem"))
    assert Settings().trust_list == tmp_path / "signers.pem"


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "70000"), ("STORAGE", "ftp"), ("WORKERS", "0"), ("TRUST_LIST", "/nowhere/signers.pem")],
)
def test_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SIXFACE_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_a_file_may_say_it_too_and_the_environment_overrides_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "sixface.toml"
    file.write_text(
        'storage = "s3"\ns3_bucket = "kept"\ns3_lock_days = 90\n[s3_tags]\nowner = "shop"\n', encoding="utf-8"
    )
    monkeypatch.setenv("SIXFACE_CONFIG", str(file))
    monkeypatch.setenv("SIXFACE_S3_LOCK_DAYS", "7")
    made = Settings()
    assert (made.s3_bucket, made.s3_lock_days, made.s3_tags) == ("kept", 7, {"owner": "shop"})
    monkeypatch.setenv("SIXFACE_S3_TAGS", "a=1, b = 2")
    assert Settings().s3_tags == {"a": "1", "b": "2"}
    file.write_text('nonsense = "x"\n', encoding="utf-8")
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize("wrong", [{"storage": "s3"}, {"s3_kms_key": "k"}])
def test_what_does_not_fit_together_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)
