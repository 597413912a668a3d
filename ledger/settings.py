"""Settings: what the environment says about this ledger, each variable with the prefix LEDGER_.

A variable of that prefix which is not listed here is an error: a misspelt one would be obeyed by
nobody and noticed by nobody. A secret may stand in a file instead, which LEDGER_…_FILE names: an
environment is seen by more eyes than a file is.
"""

import hashlib
import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from ledger.access.oidc_provider import IdentityProvider, UnfitProvider, identity_provider, is_safe

PREFIX: Final = "LEDGER_"
IN_A_FILE: Final = "_FILE"
SECRETS: Final = ("database_url", "master_key", "oidc_client_secret")
"""Settings that may be read from a file, as containers hand secrets over."""
SECRET_BYTES_MOST: Final = 65_536
NO_ORIGIN: Final = (
    f"{PREFIX}ORIGIN must be https:// and the host as people write it, such as "
    "https://ledger.example.org, without a path; http is for this machine only. "
    f"设置项 {PREFIX}ORIGIN 应为 https:// 加主机名，不带路径；仅本机可用 http。"
)


class BadSetting(ValueError):
    """A setting cannot be used; the text names it and says what to do, in English and Chinese."""


class Settings(BaseSettings):
    """Where the ledger is, and what it is allowed."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: SecretStr | None = None
    """A PostgreSQL of one's own, as its owner; without it one is embedded in the data folder."""
    data_dir: Path = Path("data")
    """The embedded database's folder."""
    key_dir: Path | None = None
    """The master keys' folder, outside the data folder and its backup."""
    master_key: SecretStr | None = None
    """The one master key, 32 bytes in base64, for a container that has no folder for it."""
    log_dir: Path | None = None
    """The folder of the keys that sign the log, and of what was signed last; as `key_dir`."""
    log_origin: str | None = None
    """What the log is called, for ever: a host and a path, such as ledger.example.org/log."""
    witnesses: Path | None = None
    """A policy file (C2SP tlog-policy): its witnesses that have an address are asked to cosign."""
    backup_days: int = Field(default=35, ge=0, le=3_650)
    """How long the oldest backup is kept: a retired master key is destroyed no earlier."""
    allow_weak_durability: bool = False
    """Accept a database that may lose answered commands in a power cut; for tests only."""
    pool_most: int = Field(default=16, ge=4, le=500)
    """Connections to the database, at most."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65_535)
    origin: str | None = None
    """What stands in a browser's address line before the path, where that is not host and port."""
    help_desk: str = Field(default="", max_length=200)
    """Whom people ask who do not get on: a place, hours, a telephone, as it stands on each page."""
    oidc_issuer: str | None = None
    """An identity provider's address, as its tokens write it; all of the five, or none."""
    oidc_audience: str | None = None
    oidc_jwks: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_algorithms: str = "RS256,ES256,EdDSA"

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ, **given: Any) -> Self:  # noqa: ANN401 - as pydantic
        """The settings of an environment; what is `given` wins. Raises BadSetting."""
        known = {_variable(name): name for name in cls.model_fields}
        files = {f"{_variable(name)}{IN_A_FILE}": name for name in SECRETS}
        values: dict[str, Any] = {}
        paths: dict[str, str] = {}
        for name, value in environment.items():
            if name.upper() in known:
                values[known[name.upper()]] = value
            elif name.upper() in files:
                paths[files[name.upper()]] = value
            elif name.upper().startswith(PREFIX):
                raise BadSetting(_unknown(name, [*known, *files]))
        for name, path in paths.items():
            if name in values:
                raise BadSetting(_twice(_variable(name)))
            values[name] = _secret(_variable(name) + IN_A_FILE, Path(path))
        values |= {name: value for name, value in given.items() if value is not None}
        try:
            settings = cls(**values)
        except ValidationError as error:
            raise BadSetting(_unfit(error)) from None
        settings.identity_provider()
        if settings.origin is not None and not _is_origin(settings.origin):
            raise BadSetting(NO_ORIGIN)
        return settings

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing but what is given: an environment comes in by `read` alone."""
        return (init_settings,)

    def identity_provider(self) -> IdentityProvider | None:
        """The identity provider, if there is one. Raises BadSetting for half of one."""
        secret = self.oidc_client_secret
        try:
            return identity_provider(
                self.oidc_algorithms,
                oidc_issuer=self.oidc_issuer,
                oidc_audience=self.oidc_audience,
                oidc_jwks=self.oidc_jwks,
                oidc_client_id=self.oidc_client_id,
                oidc_client_secret_file=None if secret is None else secret.get_secret_value(),
            )
        except UnfitProvider as unfit:
            raise BadSetting(str(unfit)) from None

    @property
    def own_origin(self) -> str:
        """The origin of this ledger's own pages, as a browser writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.origin or f"http://{host}:{self.port}"

    @property
    def keys(self) -> Path:
        """The master keys' folder: the one that is set, or one of this ledger's own in the home."""
        return self.key_dir or _home() / "keys" / self._name()

    @property
    def log(self) -> Path:
        """The log's folder, as `keys`."""
        return self.log_dir or _home() / "log" / self._name()

    def _name(self) -> str:
        if self.database_url is None:
            place = str(self.data_dir.absolute())
            word = self.data_dir.absolute().name
        else:
            place, word = _database(self.database_url.get_secret_value())
        return f"{word or 'ledger'}-{hashlib.sha256(place.encode()).hexdigest()[:8]}"


def _home() -> Path:
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return home / "jiefang"


def _is_origin(text: str) -> bool:
    """Whether it is an origin in the form in which browsers send it."""
    return is_safe(text) and text == text.lower() and "/" not in text.partition("://")[2]


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def _secret(variable: str, path: Path) -> str:
    """What a secret's file holds, without the newline that editors add. Raises BadSetting."""
    try:
        with path.open("rb") as file:
            content = file.read(SECRET_BYTES_MOST + 1)
        text = content.decode().removesuffix("\n").removesuffix("\r")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise BadSetting(
            f"The file that {variable} names cannot be read: {why}. "
            f"{variable} 所指的文件无法读取。请检查路径和权限。Check its path and its mode."
        ) from None
    if not text.strip() or len(content) > SECRET_BYTES_MOST:
        raise BadSetting(
            f"The file that {variable} names must hold the secret and nothing else; it is empty or "
            f"too large. {variable} 所指的文件为空或过大，其中只应有该密钥。"
        )
    return text


def _twice(variable: str) -> str:
    return (
        f"{variable} and {variable}{IN_A_FILE} are both set; remove one. "
        f"{variable} 与 {variable}{IN_A_FILE} 不能同时设置，请删除其一。"
    )


def _database(url: str) -> tuple[str, str]:
    """Which database an address leads to, whoever goes there, and that database's own name."""
    try:
        known = conninfo_to_dict(url)
    except psycopg.ProgrammingError:  # which tells parts of the password
        raise BadSetting(
            f"{PREFIX}DATABASE_URL is no address of PostgreSQL; write it as postgresql://user:"
            f"password@host:5432/name. 设置项 {PREFIX}DATABASE_URL 不是 PostgreSQL 地址。"
        ) from None
    name = str(known.get("dbname") or known.get("user") or "")
    host = known.get("host")
    if host is not None and not str(host).startswith("/"):
        host = str(host).lower()
    place = f"{host}:{known.get('port')}" + (name and f"/{name}")
    for more in ("hostaddr", "service"):
        place += f"?{more}={known[more]}" if more in known else ""
    return place, re.sub(r"[^\w.-]", "-", name)  # it becomes a folder


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name.upper(), known, n=1)
    en, zh = f"There is no setting {name}.", f"没有设置项 {name}。"
    if near:
        return f"{en} Did you mean {near[0]}? {zh}是否指 {near[0]}？"
    return f"{en} Remove it. {zh}请删除。"


def _unfit(error: ValidationError) -> str:
    """What pydantic says, without the value: it may be a secret."""
    first = error.errors(include_input=False, include_url=False)[0]
    name = _variable("_".join(map(str, first["loc"])))
    return f"{name} cannot be used: {first['msg']}. 设置项 {name} 的值无效。"
