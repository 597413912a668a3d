"""Secrets from files, and an identity provider that is whole or not there."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from ledger.settings import SECRETS, BadSetting, Settings

PROVIDER = {
    "LEDGER_OIDC_ISSUER": "https://id.example.org",
    "LEDGER_OIDC_AUDIENCE": "https://ledger.example.org",
    "LEDGER_OIDC_JWKS": "https://id.example.org/keys",
    "LEDGER_OIDC_CLIENT_ID": "ledger",
    "LEDGER_OIDC_CLIENT_SECRET": "very-secret",
}


def written(folder: Path, content: bytes) -> str:
    path = folder / "secret"
    path.write_bytes(content)
    return str(path)


def value_of(name: str, settings: Settings) -> str:
    value = getattr(settings, name)
    assert isinstance(value, SecretStr)
    return value.get_secret_value()


def test_every_secret_may_stand_in_a_file() -> None:
    secret = {n for n, field in Settings.model_fields.items() if "SecretStr" in repr(field)}
    assert secret == set(SECRETS)


@pytest.mark.parametrize("name", ["database_url", "master_key"])
@pytest.mark.parametrize("content", [b"very-secret", b"very-secret\n", b"very-secret\r\n"])
def test_a_file_is_read_without_its_last_newline(tmp_path: Path, name: str, content: bytes) -> None:
    environment = {f"LEDGER_{name.upper()}_FILE": written(tmp_path, content)}
    assert value_of(name, Settings.read(environment)) == "very-secret"


def test_one_newline_is_trimmed_and_no_more(tmp_path: Path) -> None:
    settings = Settings.read({"LEDGER_MASTER_KEY_FILE": written(tmp_path, b" secret \n\n")})
    assert value_of("master_key", settings) == " secret \n"


def test_a_secret_in_both_forms_is_refused(tmp_path: Path) -> None:
    both = {
        "LEDGER_MASTER_KEY": "very-secret",
        "LEDGER_MASTER_KEY_FILE": written(tmp_path, b"other"),
    }
    with pytest.raises(BadSetting, match=r"LEDGER_MASTER_KEY_FILE.*不能同时设置") as told:
        Settings.read(both)
    assert "very-secret" not in str(told.value)


@pytest.mark.parametrize("content", [b"", b"\n", b" \n", b"\xff\xfe", b"x" * 70_000])
def test_a_file_that_holds_no_secret_is_refused_in_both_languages(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(BadSetting, match=r"LEDGER_DATABASE_URL_FILE.*所指的文件"):
        Settings.read({"LEDGER_DATABASE_URL_FILE": written(tmp_path, content)})


@pytest.mark.parametrize("name", ["", "nothing", "."])
def test_a_file_that_cannot_be_read_is_refused_in_both_languages(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSetting, match=r"LEDGER_MASTER_KEY_FILE.*无法读取"):
        Settings.read({"LEDGER_MASTER_KEY_FILE": str(tmp_path / name)})


def test_only_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="no setting LEDGER_PORT_FILE"):
        Settings.read({"LEDGER_PORT_FILE": written(tmp_path, b"8000")})


def test_without_a_setting_there_is_no_identity_provider() -> None:
    assert Settings.read({}).identity_provider() is None


def test_an_identity_provider_is_read_whole() -> None:
    settings = Settings.read(PROVIDER)
    provider = settings.identity_provider()
    assert provider is not None
    assert provider.issuer == "https://id.example.org"
    assert provider.algorithms == {"RS256", "ES256", "EdDSA"}
    assert not provider.is_plain
    assert "very-secret" not in f"{settings!r} {provider!r}"


def test_the_clients_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    environment = dict(PROVIDER)
    del environment["LEDGER_OIDC_CLIENT_SECRET"]
    environment["LEDGER_OIDC_CLIENT_SECRET_FILE"] = written(tmp_path, b"very-secret\n")
    provider = Settings.read(environment).identity_provider()
    assert provider is not None
    assert provider.client_secret.get_secret_value() == "very-secret"


@pytest.mark.parametrize("name", PROVIDER)
def test_what_an_identity_provider_lacks_is_named(name: str) -> None:
    environment = {key: value for key, value in PROVIDER.items() if key != name}
    with pytest.raises(BadSetting, match=rf"needs these settings too: {name}.*还须设置"):
        Settings.read(environment)


def test_a_file_of_keys_will_do() -> None:
    provider = Settings.read(PROVIDER | {"LEDGER_OIDC_JWKS": "/etc/jwks.json"}).identity_provider()
    assert provider is not None
    assert provider.jwks == "/etc/jwks.json"


@pytest.mark.parametrize(
    "url", ["http://localhost:9000/a", "http://127.0.0.1:9000", "http://[::1]:9000"]
)
def test_without_tls_only_this_machine_is_asked(url: str) -> None:
    provider = Settings.read(PROVIDER | {"LEDGER_OIDC_ISSUER": url}).identity_provider()
    assert provider is not None
    assert provider.is_plain


@pytest.mark.parametrize("name", ["LEDGER_OIDC_ISSUER", "LEDGER_OIDC_JWKS"])
@pytest.mark.parametrize(
    "url",
    [
        "http://id.example.org",
        "http://localhost.example.org",
        "https://user:word@id.example.org",
        "https://id.example.org/?a=b",
        "https://id.example.org/#a",
        "https://id.example.org/ a",
        "https://",
        "https://id.example.org:x",
        "https://[id.example.org",
        "file:///etc/passwd",
    ],
)
def test_an_unsafe_address_is_refused_in_both_languages(name: str, url: str) -> None:
    with pytest.raises(BadSetting, match=rf"{name} must be an https address.*必须是 https 地址"):
        Settings.read(PROVIDER | {name: url})


@pytest.mark.parametrize("algorithms", ["none", "HS256", "RS256,HS256", "ES256K", ",", ""])
def test_only_signatures_by_a_private_key_may_be_configured(algorithms: str) -> None:
    with pytest.raises(BadSetting, match=r"LEDGER_OIDC_ALGORITHMS may name.*只能从"):
        Settings.read(PROVIDER | {"LEDGER_OIDC_ALGORITHMS": algorithms})


def test_algorithms_are_listed_with_commas() -> None:
    provider = Settings.read(
        PROVIDER | {"LEDGER_OIDC_ALGORITHMS": "ES256, Ed25519"}
    ).identity_provider()
    assert provider is not None
    assert provider.algorithms == {"ES256", "Ed25519"}


def test_the_page_for_operators_names_each_of_these_settings() -> None:
    page = (Path(__file__).parents[1] / "docs" / "identity-provider.md").read_text("utf-8")
    plain = {name for name in Settings.model_fields if name.startswith("oidc_")} - set(SECRETS)
    wanted = {*(name.upper() for name in plain), *(f"{name.upper()}_FILE" for name in SECRETS)}
    assert set(re.findall(r"`LEDGER_(\w+)`", page)) - {"ORIGIN"} == wanted
