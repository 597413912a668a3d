"""Settings: what the environment says about this ledger, each variable with the prefix LEDGER_.

A variable of that prefix which is not listed here is an error: a misspelt one would be obeyed by
nobody and noticed by nobody.
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

PREFIX: Final = "LEDGER_"


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
    backup_days: int = Field(default=35, ge=0, le=3_650)
    """How long the oldest backup is kept: a retired master key is destroyed no earlier."""
    allow_weak_durability: bool = False
    """Accept a database that may lose answered commands in a power cut; for tests only."""
    pool_most: int = Field(default=16, ge=4, le=500)
    """Connections to the database, at most."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65_535)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ, **given: Any) -> Self:  # noqa: ANN401 - as pydantic
        """The settings of an environment; what is `given` wins. Raises BadSetting."""
        known = {f"{PREFIX}{name.upper()}": name for name in cls.model_fields}
        values: dict[str, Any] = {}
        for name, value in environment.items():
            if name.upper() in known:
                values[known[name.upper()]] = value
            elif name.upper().startswith(PREFIX):
                raise BadSetting(_unknown(name, list(known)))
        values |= {name: value for name, value in given.items() if value is not None}
        try:
            return cls(**values)
        except ValidationError as error:
            raise BadSetting(_unfit(error)) from None

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

    @property
    def keys(self) -> Path:
        """The master keys' folder: the one that is set, or one of this ledger's own in the home."""
        if self.key_dir is not None:
            return self.key_dir
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        return home / "jiefang" / "keys" / self._name()

    def _name(self) -> str:
        if self.database_url is None:
            place = str(self.data_dir.absolute())
            word = self.data_dir.absolute().name
        else:
            place, word = _database(self.database_url.get_secret_value())
        return f"{word or 'ledger'}-{hashlib.sha256(place.encode()).hexdigest()[:8]}"


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
    name = f"{PREFIX}{'_'.join(map(str, first['loc'])).upper()}"
    return f"{name} cannot be used: {first['msg']}. 设置项 {name} 的值无效。"
