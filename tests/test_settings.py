"""Settings: one prefix, nothing unknown, no secret in a message."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from pydantic import SecretStr

from ledger.settings import BadSetting, Settings


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LEDGER_{name.upper()}", raising=False)


def test_without_any_variable_the_database_is_embedded_in_the_folder_data() -> None:
    settings = Settings.read()
    assert settings.database_url is None
    assert settings.data_dir == Path("data")
    assert not settings.allow_weak_durability


def test_variables_are_read_and_what_is_given_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_DATA_DIR", "/srv/ledger")
    monkeypatch.setenv("LEDGER_ALLOW_WEAK_DURABILITY", "yes")
    assert Settings.read().data_dir == Path("/srv/ledger")
    assert Settings.read().allow_weak_durability
    assert Settings.read(data_dir=Path("here")).data_dir == Path("here")
    assert Settings.read(data_dir=None).data_dir == Path("/srv/ledger")


def test_a_misspelt_variable_is_named_and_the_nearest_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LEDGER_DATA_DRI", "/srv/ledger")
    with pytest.raises(BadSetting, match=r"LEDGER_DATA_DRI.*Did you mean LEDGER_DATA_DIR"):
        Settings.read()


def test_a_variable_like_no_other_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_XYZ", "1")
    with pytest.raises(BadSetting, match="LEDGER_XYZ"):
        Settings.read()


@pytest.mark.parametrize(
    ("name", "value"),
    [("LEDGER_PORT", "0"), ("LEDGER_PORT", "x"), ("LEDGER_ALLOW_WEAK_DURABILITY", "perhaps")],
)
def test_a_value_that_does_not_fit_is_told_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=name):
        Settings.read()


def test_no_secret_is_ever_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_DATABASE_URL", "postgresql://ledger:very-secret@db/ledger")
    monkeypatch.setenv("LEDGER_MASTER_KEY", "very-secret")
    settings = Settings.read()
    assert "very-secret" not in f"{settings!r} {settings}"


def test_keys_lie_outside_the_data_folder_and_each_ledger_has_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folders = {
        Settings.read().keys,
        Settings.read(data_dir=Path("/srv/data")).keys,
        Settings.read(database_url=SecretStr("postgresql://db:5432/ledger")).keys,
        Settings.read(database_url=SecretStr("postgresql://db:5433/ledger")).keys,
    }
    assert len(folders) == 4
    assert all(folder.is_relative_to(tmp_path / "jiefang" / "keys") for folder in folders)
    assert Settings.read(key_dir=Path("/srv/keys")).keys == Path("/srv/keys")


def folder_of(url: str) -> str:
    return Settings(database_url=SecretStr(url)).keys.name


def test_each_database_has_its_own_keys_however_its_address_is_written() -> None:
    same = ("postgresql://a:b@db:5432/ledger", "host=DB port=5432 dbname=ledger password='b c'")
    others = (
        "postgresql:///ledger?host=/run/a",
        "postgresql:///ledger?host=/run/b",
        "postgresql:///ledger?host=/run/b&port=5433",
        "postgresql://db/ledger",
        "postgresql://db/?dbname=ledger&port=5433",
        "postgresql://db/other",
        "postgresql://db/ledger?hostaddr=10.0.0.1",
        "postgresql://alice@db",
        "postgresql://berta@db",
        "service=town",
        "service=village",
        "postgresql://one:5432,two:5432/ledger",
    )
    assert len({folder_of(url) for url in same}) == 1
    assert len({folder_of(url) for url in (*same, *others)}) == 1 + len(others)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://ledger:secret@db:5432/ledger", "db:5432/ledger"),
        ("postgresql://DB.example.org/ledger?sslmode=require", "db.example.org:None/ledger"),
        ("postgresql:///ledger", "None:None/ledger"),
    ],
)
def test_keys_stay_where_they_were_for_a_plain_address(url: str, place: str) -> None:
    assert folder_of(url) == f"ledger-{sha256(place.encode()).hexdigest()[:8]}"


@pytest.mark.parametrize(
    "url", ["host=db password=secret dbname=../../etc", "postgresql://a:secret@db/..%2F..%2Fetc"]
)
def test_no_secret_and_no_path_gets_into_the_name_of_the_folder(url: str) -> None:
    assert re.fullmatch(r"[\w.-]*etc-[0-9a-f]{8}", folder_of(url))
    assert "secret" not in folder_of(url)


def test_an_address_that_is_none_is_told_without_its_password() -> None:
    with pytest.raises(BadSetting, match="LEDGER_DATABASE_URL") as told:
        folder_of("postgresql://ledger:very secret@db/ledger")
    assert "secret" not in str(told.value)


def test_only_the_environment_that_is_given_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_DATA_DIR", "/srv/mine")
    monkeypatch.setenv("LEDGER_PORT", "9000")
    settings = Settings.read({"LEDGER_DATA_DIR": "/srv/theirs", "ledger_host": "::1", "HOME": "x"})
    assert (settings.data_dir, settings.port, settings.host) == (Path("/srv/theirs"), 8000, "::1")
    assert Settings.read({}).data_dir == Path("data")
    with pytest.raises(BadSetting, match="LEDGER_PORT"):
        Settings.read({"LEDGER_PORT": ""})
