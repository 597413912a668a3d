"""Settings: one prefix, nothing unknown, no secret in a message."""

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
