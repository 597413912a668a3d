"""Tokens of an identity provider: a signature by a known key, and claims that are meant for us.

- An access token (RFC 9068) lets a program act for somebody; its type is `at+jwt`, so that nobody
  uses a token of another purpose for it.
- An ID token tells a sign-in who came. It is checked in `oidc_sign_in`, by the same rules.

The key is named by `kid` and comes from the settings' place. A token that brings a key or the
address of one, or asks for an extension (`crit`), is refused and not merely ignored.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc import jws
from joserfc.errors import (
    ExpiredTokenError,
    InvalidClaimError,
    JoseError,
    MissingClaimError,
    UnsupportedAlgorithmError,
)
from joserfc.jwa import JWSAlgModel
from joserfc.jws import CompactSignature, JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from ledger.access.oidc_faults import Fault
from ledger.access.oidc_http import json_object
from ledger.access.oidc_keys import Keys, KeysUnavailable, PublicKey
from ledger.access.oidc_provider import IdentityProvider

TOKEN_BYTES_MOST: Final = 8_192
LEEWAY_SECONDS: Final = 60
SUBJECT_LENGTH_MOST: Final = 255
ACCESS_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})
FORBIDDEN: Final = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "enc", "cty"})

Claims = dict[str, Any]
Clock = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody as an issuer knows her. The name may be an address of hers, so it is not shown."""

    issuer: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a kind of token must say."""

    issuer: str
    audience: str
    types: frozenset[str]
    """Types in lower case; the empty one stands for a token without a type."""


class Signatures(JWSRegistry):
    """The algorithms that are configured, and no warning about one of them.

    The library warns of EdDSA, which RFC 9864 calls Ed25519 now; providers go on calling it so.
    """

    def allows(self, name: object) -> bool:
        """Whether this algorithm is configured."""
        return self.allowed is not None and name in self.allowed

    def get_alg(self, name: str) -> JWSAlgModel:
        """The algorithm of that name. Raises UnsupportedAlgorithmError."""
        if not self.allows(name):
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


class Tokens:
    """Checks tokens of one provider. Safe for many threads."""

    def __init__(
        self, algorithms: frozenset[str], keys: Keys, now: Clock = lambda: int(time.time())
    ) -> None:
        self._signatures = Signatures(algorithms=sorted(algorithms), strict_check_header=False)
        self._keys = keys
        self._now = now

    def verified(self, token: str, expected: Expected) -> tuple[Claims, str] | Fault:
        """The claims of a token that is what is expected, and its algorithm; or what is wrong."""
        if len(token) > TOKEN_BYTES_MOST:
            return Fault.token_too_large
        signed = self._taken_apart(token)
        if isinstance(signed, Fault):
            return signed
        header = signed.headers()
        fault = _fault_of_header(header, expected.types) or self._fault_of_signature(signed)
        if fault is not None:
            return fault
        claims = json_object(signed.payload)
        if claims is None:
            return Fault.token_malformed
        fault = _fault_of_claims(claims, expected, self._now())
        return fault or (claims, header["alg"])

    def _taken_apart(self, token: str) -> CompactSignature | Fault:
        if not token.isascii():
            return Fault.token_malformed
        try:
            signed = jws.extract_compact(token.encode(), registry=self._signatures)
        except (JoseError, ValueError, RecursionError):
            return Fault.token_malformed
        return signed if isinstance(signed.headers(), dict) else Fault.token_malformed

    def _fault_of_signature(self, signed: CompactSignature) -> Fault | None:
        if not self._signatures.allows(signed.headers().get("alg")):
            return Fault.algorithm_not_allowed
        key = self._key(signed.headers().get("kid"))
        if isinstance(key, Fault):
            return key
        try:
            is_right = jws.validate_compact(signed, key, registry=self._signatures)
        except (JoseError, ValueError):
            return Fault.key_unfit
        return None if is_right else Fault.signature_wrong

    def _key(self, key_id: object) -> PublicKey | Fault:
        if not isinstance(key_id, str) or not key_id:
            return Fault.key_unknown
        try:
            return self._keys.get(key_id) or Fault.key_unknown
        except KeysUnavailable:
            return Fault.keys_unavailable


def _fault_of_header(header: dict[str, Any], types: frozenset[str]) -> Fault | None:
    if not FORBIDDEN.isdisjoint(header):
        return Fault.header_not_allowed
    kind = header.get("typ", "")
    if not isinstance(kind, str) or kind.lower() not in types:
        return Fault.type_wrong
    return None


def _fault_of_claims(claims: Claims, expected: Expected, now: int) -> Fault | None:
    registry = JWTClaimsRegistry(
        now=now,
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.audience},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registry.validate(claims)
    except MissingClaimError:
        return Fault.claim_missing
    except ExpiredTokenError:
        return Fault.expired
    except InvalidClaimError as error:
        return _fault_of_claim(error.claim, claims, now)
    sub = claims["sub"]
    is_whole = sub.isprintable() and len(sub) <= SUBJECT_LENGTH_MOST
    return None if is_whole else Fault.claim_malformed


def _fault_of_claim(name: str, claims: Claims, now: int) -> Fault:
    match name:
        case "iss":
            return Fault.issuer_wrong
        case "aud":
            return Fault.audience_wrong
        case "nbf" | "iat" if isinstance(claims[name], int | float) and claims[name] > now:
            return Fault.not_yet_valid
        case _:
            return Fault.claim_malformed


class Verifier:
    """Access tokens, made out to this ledger by its identity provider."""

    def __init__(self, provider: IdentityProvider, tokens: Tokens) -> None:
        self._expected = Expected(provider.issuer, provider.audience, ACCESS_TYPES)
        self._tokens = tokens

    def subject(self, token: str) -> Subject | Fault:
        """Whom an access token stands for; or what is wrong, which the caller is not told."""
        found = self._tokens.verified(token, self._expected)
        if isinstance(found, Fault):
            return found
        claims, _ = found
        return Subject(claims["iss"], claims["sub"])
