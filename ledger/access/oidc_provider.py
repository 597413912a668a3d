"""An identity provider: who vouches for people that sign in and for programs with access tokens.

It is told by settings, whole or not at all. Addresses are https; http leads to this machine only.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

ALGORITHMS: Final = frozenset(
    {
        *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
        *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
    }
)
"""Signatures by a private key. HS256 and its kin are not among them: who checks could also sign."""
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class UnfitProvider(ValueError):
    """The settings tell no identity provider; the text says why, in English and Chinese."""


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """What is known of it before it was ever asked."""

    issuer: str
    audience: str
    """What an access token for this ledger is made out to."""
    jwks: str
    """The issuer's public keys: an https address, or a file."""
    client_id: str
    client_secret: SecretStr
    algorithms: frozenset[str]

    @property
    def is_plain(self) -> bool:
        """Whether anything is asked for without TLS, as on one machine in a trial."""
        return any(url.startswith("http://") for url in (self.issuer, self.jwks))


def identity_provider(algorithms: str, **told: str | None) -> IdentityProvider | None:
    """The provider that the settings tell, None where they tell nothing. Raises UnfitProvider."""
    named = {name: value for name, value in told.items() if value}
    if not named:
        return None
    missing = ", ".join(_variable(name) for name in told if name not in named)
    if missing:
        raise UnfitProvider(
            f"An identity provider needs these settings too: {missing}. "
            f"使用身份提供方还须设置：{missing}。"
        )
    for name in ("oidc_issuer", "oidc_jwks"):
        if not is_safe(named[name]) and (name == "oidc_issuer" or "://" in named[name]):
            raise UnfitProvider(_unsafe(_variable(name)))
    return IdentityProvider(
        issuer=named["oidc_issuer"],
        audience=named["oidc_audience"],
        jwks=named["oidc_jwks"],
        client_id=named["oidc_client_id"],
        client_secret=SecretStr(named["oidc_client_secret_file"]),
        algorithms=_chosen(algorithms),
    )


def is_safe(url: str) -> bool:
    """Whether secrets may be sent to this address: by TLS, or without leaving the machine."""
    try:
        parts = urlsplit(url)
        port_is_a_number = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_local = parts.scheme == "http" and parts.hostname in LOOPBACK
    return (
        bool(parts.hostname)
        and port_is_a_number
        and (parts.scheme == "https" or is_local)
        and "@" not in parts.netloc
        and not re.search(r"[?#\s\\]", url)
    )


def _chosen(algorithms: str) -> frozenset[str]:
    chosen = frozenset(word.strip() for word in algorithms.split(",") if word.strip())
    if not chosen or not chosen <= ALGORITHMS:
        name = _variable("oidc_algorithms")
        raise UnfitProvider(
            f"{name} may name, with commas between: {', '.join(sorted(ALGORITHMS))}. "
            f"设置项 {name} 只能从上述算法中选取，以逗号分隔。"
        )
    return chosen


def _unsafe(name: str) -> str:
    return (
        f"{name} must be an https address without a name, a password, ? or #; http is for this "
        f"machine only. 设置项 {name} 必须是 https 地址，不得含用户名、密码、? 或 #；"
        "仅本机可用 http。"
    )


def _variable(name: str) -> str:
    return f"LEDGER_{name.upper()}"
