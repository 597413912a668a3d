"""Signing in by an identity provider: authorization code, PKCE, state and nonce (OpenID Connect).

    begin      an address for the browser, and what must be known when it comes back
    finish     what the browser brought back becomes a subject, or a fault

The caller keeps the state in a cookie of that browser and the rest in `oidc_pending`, and hands
`finish` only what belongs to the cookie: a link that somebody else made signs nobody in.
Where the provider is asked for tokens must be on the issuer's own host: our secret goes there.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256, sha384, sha512
from secrets import token_urlsafe
from time import monotonic
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from ledger.access.oidc_faults import Fault
from ledger.access.oidc_http import Http, Refused, Unreachable, json_object
from ledger.access.oidc_provider import IdentityProvider, is_safe
from ledger.access.oidc_tokens import Claims, Expected, Subject, Tokens

RANDOM_BYTES: Final = 32
FRESH_SECONDS: Final = 3_600.0
ID_TYPES: Final = frozenset({"", "jwt"})
WELL_KNOWN: Final = "/.well-known/openid-configuration"
DIGESTS: Final = {"256": sha256, "384": sha384, "512": sha512}
"""By the end of an algorithm's name; Ed25519 hashes with SHA-512."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that has begun. Whoever knows all of it could take the browser's place."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str


class Begun(NamedTuple):
    """Where the browser is sent, and what is kept until it comes back."""

    url: str
    pending: Pending


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What the provider tells of itself."""

    authorization: str
    token: str
    takes_basic: bool
    """Whether the client's secret may stand in a header, else it stands in the form."""
    names_itself: bool
    """Whether it says who it is when it sends a browser back (RFC 9207)."""


class SignIn:
    """The flow with one provider. Safe for many threads."""

    def __init__(self, provider: IdentityProvider, tokens: Tokens, http: Http) -> None:
        self._provider = provider
        self._tokens = tokens
        self._http = http
        self._expected = Expected(provider.issuer, provider.client_id, ID_TYPES)
        self._told: tuple[Endpoints, float] | None = None

    def begin(self, redirect_uri: str) -> Begun | Fault:
        """A sign-in that comes back to `redirect_uri`, which the provider must know."""
        endpoints = self._endpoints()
        if isinstance(endpoints, Fault):
            return endpoints
        state, nonce, verifier = (token_urlsafe(RANDOM_BYTES) for _ in range(3))
        asked = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self._provider.client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "nonce": nonce,
            "code_challenge": _base64(sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        url = f"{endpoints.authorization}?{urlencode(asked)}"
        return Begun(url, Pending(state, nonce, verifier, redirect_uri))

    def finish(self, pending: Pending, query: Mapping[str, str]) -> Subject | Fault:
        """Who came back with that query; `pending` must be of the same browser, and used once."""
        if not _same(pending.state, query.get("state", "")):
            return Fault.state_wrong
        endpoints = self._endpoints()
        if isinstance(endpoints, Fault):
            return endpoints
        named = query.get("iss")
        if named != self._provider.issuer and (named is not None or endpoints.names_itself):
            return Fault.issuer_wrong
        if "error" in query:
            return Fault.provider_denied
        if not query.get("code"):
            return Fault.code_missing
        answer = self._exchanged(endpoints, pending, query["code"])
        return answer if isinstance(answer, Fault) else self._identified(answer, pending.nonce)

    def _endpoints(self) -> Endpoints | Fault:
        if self._told is not None and monotonic() - self._told[1] < FRESH_SECONDS:
            return self._told[0]
        try:
            body = self._http.get(self._provider.issuer.rstrip("/") + WELL_KNOWN)
        except (Unreachable, Refused):
            return Fault.provider_unreachable
        endpoints = _endpoints_of(json_object(body) or {}, self._provider.issuer)
        if endpoints is None:
            return Fault.answer_malformed
        self._told = endpoints, monotonic()
        return endpoints

    def _exchanged(self, endpoints: Endpoints, pending: Pending, code: str) -> Claims | Fault:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": pending.redirect_uri,
            "code_verifier": pending.verifier,
        }
        client = self._provider.client_id
        secret = self._provider.client_secret.get_secret_value()
        basic = None
        if endpoints.takes_basic:
            basic = quote(client, safe=""), quote(secret, safe="")
        else:
            form |= {"client_id": client, "client_secret": secret}
        try:
            body = self._http.post(endpoints.token, form, basic)
        except Unreachable:
            return Fault.provider_unreachable
        except Refused:
            return Fault.code_refused
        return json_object(body) or Fault.answer_malformed

    def _identified(self, answer: Claims, nonce: str) -> Subject | Fault:
        token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str) or not _is_ascii(access_token):
            return Fault.answer_malformed
        found = self._tokens.verified(token, self._expected)
        if isinstance(found, Fault):
            return found
        claims, algorithm = found
        fault = self._fault_of_party(claims)
        if fault is not None:
            return fault
        if not _same(nonce, claims.get("nonce")):
            return Fault.nonce_wrong
        if "at_hash" in claims and not _same(
            at_hash(str(access_token), algorithm), claims["at_hash"]
        ):
            return Fault.access_token_differs
        return Subject(claims["iss"], claims["sub"])

    def _fault_of_party(self, claims: Claims) -> Fault | None:
        """A token for several must say for which of them it was made (OpenID Connect 3.1.3.7)."""
        is_for_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if "azp" in claims:
            return None if claims["azp"] == self._provider.client_id else Fault.party_wrong
        return Fault.party_wrong if is_for_several else None


def at_hash(access_token: str, algorithm: str) -> str:
    """The left half of the access token's digest, by which an ID token names it."""
    digest = DIGESTS.get(algorithm[2:], sha512)(access_token.encode()).digest()
    return _base64(digest[: len(digest) // 2])


def _endpoints_of(told: dict[str, Any], issuer: str) -> Endpoints | None:
    authorization, token = told.get("authorization_endpoint"), told.get("token_endpoint")
    if told.get("issuer") != issuer or not isinstance(authorization, str):
        return None
    if not isinstance(token, str) or not is_safe(authorization) or not is_safe(token):
        return None
    if _host(token) != _host(issuer):
        return None
    methods = told.get("token_endpoint_auth_methods_supported")
    takes_basic = not isinstance(methods, list) or "client_secret_basic" in methods
    names_itself = told.get("authorization_response_iss_parameter_supported") is True
    return Endpoints(authorization, token, takes_basic, names_itself)


def _host(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _same(wanted: str, given: object) -> bool:
    return _is_ascii(given) and hmac.compare_digest(wanted, str(given))


def _is_ascii(given: object) -> bool:
    return isinstance(given, str) and given.isascii()


def _base64(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
