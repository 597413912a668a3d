"""Access tokens: those meant for this ledger are taken, and nothing that looks like one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from ledger.access.oidc_faults import Fault
from ledger.access.oidc_http import Unreachable
from ledger.access.oidc_keys import Keys
from ledger.access.oidc_provider import IdentityProvider
from ledger.access.oidc_tokens import Subject, Tokens, Verifier
from tests.access.issuer import (
    ALGORITHMS,
    AUDIENCE,
    SUB,
    Claims,
    Issuer,
    Key,
    encoded,
    hs256,
    key,
    public,
    token,
)

ISSUER = "https://id.example.org"
NOW = 1_800_000_000
KEYS = {"RS256": key("RS256", "r1"), "ES256": key("ES256", "e1"), "EdDSA": key("EdDSA", "d1")}
PROVIDER = replace(Issuer(ISSUER).provider, jwks="")
CLAIMS: Claims = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": SUB,
    "client_id": "rooms",
    "jti": "1",
    "iat": NOW,
    "exp": NOW + 300,
}


def verifier(
    provider: IdentityProvider = PROVIDER, read: Callable[[], bytes] | None = None
) -> Verifier:
    keys = Keys(read or (lambda: public(*KEYS.values())))
    return Verifier(provider, Tokens(provider.algorithms, keys, now=lambda: NOW))


@dataclass(frozen=True)
class Draft:
    """A good token, and what is changed in it. None takes a member away."""

    algorithm: str = "ES256"
    header: Claims | None = None
    claims: Claims | None = None
    signer: Key | None = None

    def headers(self) -> Claims:
        own = {"alg": self.algorithm, "typ": "at+jwt", "kid": KEYS[self.algorithm].kid}
        return merged(own, self.header or {})

    def token(self) -> str:
        signer = self.signer or KEYS[self.algorithm]
        return token(signer, self.headers(), merged(CLAIMS, self.claims or {}))


def merged(members: Claims, changed: Claims) -> Claims:
    return {name: value for name, value in (members | changed).items() if value is not None}


GOOD = {
    "RS256": Draft("RS256"),
    "ES256": Draft("ES256"),
    "EdDSA": Draft("EdDSA"),
    "a list of audiences with us": Draft(claims={"aud": ["https://other.example.org", AUDIENCE]}),
    "the long form of its type": Draft(header={"typ": "application/at+jwt"}),
    "its type in capitals": Draft(header={"typ": "AT+JWT"}),
    "expired within the leeway": Draft(claims={"exp": NOW - 59}),
    "from a clock that is ahead": Draft(claims={"iat": NOW + 60, "nbf": NOW + 60}),
    "with a thumbprint of a certificate": Draft(header={"x5t": "abc"}),
    "with a header nobody knows": Draft(header={"nonce": "abc"}),
    "fractions of a second": Draft(claims={"exp": NOW + 0.5}),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_token_says_who_is_meant(name: str) -> None:
    assert verifier().subject(GOOD[name].token()) == Subject(ISSUER, SUB)


def none_algorithm() -> str:
    return f"{encoded(Draft().headers() | {'alg': 'none'})}.{encoded(CLAIMS)}."


def hmac_with_the_public_key() -> str:
    secret = KEYS["RS256"].as_pem(private=False)
    return hs256(secret, Draft("RS256").headers() | {"alg": "HS256"}, CLAIMS)


def altered() -> str:
    header, _, signature = Draft().token().split(".")
    return f"{header}.{encoded(CLAIMS | {'sub': 'somebody else'})}.{signature}"


def nested() -> str:
    header, _, signature = Draft().token().split(".")
    return f"{header}.{encoded(Draft().token().encode())}.{signature}"


STRANGER = key("ES256", "stranger")
STRANGERS_KEY = STRANGER.as_dict(private=False)

BAD: dict[str, tuple[Fault, str]] = {
    "no algorithm": (Fault.algorithm_not_allowed, none_algorithm()),
    "HS256 with the public key": (Fault.algorithm_not_allowed, hmac_with_the_public_key()),
    "an algorithm that is not configured": (
        Fault.algorithm_not_allowed,
        token(KEYS["RS256"], Draft("RS256").headers() | {"alg": "PS256"}, CLAIMS),
    ),
    "an algorithm that is a list": (
        Fault.algorithm_not_allowed,
        f"{encoded(Draft().headers() | {'alg': ['ES256']})}.{encoded(CLAIMS)}.AA",
    ),
    "an algorithm of another key": (
        Fault.key_unfit,
        Draft(header={"kid": "r1"}).token(),
    ),
    "another issuer": (Fault.issuer_wrong, Draft(claims={"iss": f"{ISSUER}/"}).token()),
    "an issuer that is a list": (Fault.issuer_wrong, Draft(claims={"iss": [ISSUER]}).token()),
    "another audience": (Fault.audience_wrong, Draft(claims={"aud": "other"}).token()),
    "audiences without us": (Fault.audience_wrong, Draft(claims={"aud": ["a", "b"]}).token()),
    "no audience at all": (Fault.claim_missing, Draft(claims={"aud": None}).token()),
    "an empty audience": (Fault.audience_wrong, Draft(claims={"aud": []}).token()),
    "expired": (Fault.expired, Draft(claims={"exp": NOW - 60}).token()),
    "an end that is text": (Fault.claim_malformed, Draft(claims={"exp": str(NOW + 300)}).token()),
    "an end that is true": (Fault.claim_malformed, Draft(claims={"exp": True}).token()),
    "an end that is no number": (
        Fault.claim_malformed,
        Draft(claims={"exp": float("nan")}).token(),
    ),
    "no end": (Fault.claim_missing, Draft(claims={"exp": None}).token()),
    "no beginning": (Fault.claim_missing, Draft(claims={"iat": None}).token()),
    "not valid yet": (Fault.not_yet_valid, Draft(claims={"nbf": NOW + 61}).token()),
    "issued in the future": (Fault.not_yet_valid, Draft(claims={"iat": NOW + 61}).token()),
    "an ID token": (Fault.type_wrong, Draft(header={"typ": "JWT"}).token()),
    "no type": (Fault.type_wrong, Draft(header={"typ": None}).token()),
    "a type that is a list": (Fault.type_wrong, Draft(header={"typ": ["at+jwt"]}).token()),
    "an unknown key": (Fault.key_unknown, Draft(header={"kid": "r9"}).token()),
    "a key id that is a list": (Fault.key_unknown, Draft(header={"kid": ["e1"]}).token()),
    "no key": (Fault.key_unknown, Draft(header={"kid": None}).token()),
    "a key of its own": (
        Fault.header_not_allowed,
        Draft(header={"jwk": STRANGERS_KEY, "kid": "stranger"}, signer=STRANGER).token(),
    ),
    "the address of a key": (
        Fault.header_not_allowed,
        Draft(header={"jku": "https://evil.example.org/keys"}, signer=STRANGER).token(),
    ),
    "the address of a certificate": (
        Fault.header_not_allowed,
        Draft(header={"x5u": "https://evil.example.org/crt"}).token(),
    ),
    "a certificate": (Fault.header_not_allowed, Draft(header={"x5c": ["AAAA"]}).token()),
    "something critical": (Fault.header_not_allowed, Draft(header={"crit": ["exp"]}).token()),
    "a payload that is not encoded": (
        Fault.token_malformed,
        Draft(header={"b64": False}).token(),
    ),
    "a word of an extension": (Fault.header_not_allowed, Draft(header={"b64": True}).token()),
    "signed by a stranger": (Fault.signature_wrong, Draft(signer=STRANGER).token()),
    "altered": (Fault.signature_wrong, altered()),
    "nested": (Fault.signature_wrong, nested()),
    "nested, and saying so": (Fault.header_not_allowed, Draft(header={"cty": "JWT"}).token()),
    "truncated": (Fault.signature_wrong, Draft().token()[:-4]),
    "without a signature": (Fault.signature_wrong, Draft().token().rpartition(".")[0] + "."),
    "two dots only": (Fault.token_malformed, ".."),
    "empty": (Fault.token_malformed, ""),
    "encrypted": (Fault.token_malformed, "AAAA.AAAA.AAAA.AAAA.AAAA"),
    "no subject": (Fault.claim_missing, Draft(claims={"sub": None}).token()),
    "an empty subject": (Fault.claim_malformed, Draft(claims={"sub": ""}).token()),
    "a subject that is a number": (Fault.claim_malformed, Draft(claims={"sub": 7}).token()),
    "a long subject": (Fault.claim_malformed, Draft(claims={"sub": "x" * 256}).token()),
    "half a letter for a subject": (Fault.claim_malformed, Draft(claims={"sub": "\ud800"}).token()),
    "claims that are a list": (
        Fault.token_malformed,
        token(KEYS["ES256"], Draft().headers(), [CLAIMS]),
    ),
    "claims that are deep": (
        Fault.token_malformed,
        token(KEYS["ES256"], Draft().headers(), b"[" * 5_000),
    ),
    "a header that is a list": (Fault.token_malformed, f"{encoded(['alg'])}.{encoded(CLAIMS)}.AA"),
    "letters of another alphabet": (Fault.token_malformed, Draft().token() + "陈"),
    "huge": (Fault.token_too_large, Draft(claims={"more": "x" * 8_192}).token()),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_token_is_refused_for_its_own_reason(name: str) -> None:
    fault, bad = BAD[name]
    assert verifier().subject(bad) is fault


def test_every_fault_of_an_access_token_has_a_bad_one() -> None:
    of_sign_in = {Fault.party_wrong, Fault.nonce_wrong, Fault.access_token_differs}
    of_access = set(list(Fault)[: list(Fault).index(Fault.state_wrong)]) - of_sign_in
    assert {fault for fault, _ in BAD.values()} == of_access


def test_only_what_is_configured_is_allowed() -> None:
    only_rsa = verifier(replace(PROVIDER, algorithms=frozenset({"RS256"})))
    assert only_rsa.subject(Draft("RS256").token()) == Subject(ISSUER, SUB)
    assert only_rsa.subject(Draft("ES256").token()) is Fault.algorithm_not_allowed


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_a_key_checks_its_own_algorithm_only(algorithm: str) -> None:
    others = {each.kid for name, each in KEYS.items() if name != algorithm}
    for other in others:
        assert verifier().subject(Draft(algorithm, header={"kid": other}).token()) is (
            Fault.key_unfit
        )


def test_without_keys_nobody_is_let_in_and_the_fault_passes() -> None:
    def unreachable() -> bytes:
        raise Unreachable

    found = verifier(read=unreachable).subject(Draft().token())
    assert found is Fault.keys_unavailable
    assert found.passes


def test_a_bad_token_of_another_algorithm_asks_for_no_key() -> None:
    asked: list[Any] = []

    def read() -> bytes:
        asked.append(1)
        return public(*KEYS.values())

    verifier(read=read).subject(none_algorithm())
    assert asked == []


def test_a_subject_is_not_shown() -> None:
    assert SUB not in repr(Subject(ISSUER, SUB))


def test_the_keys_of_a_test_are_private_ones() -> None:
    assert all(each.is_private for each in KEYS.values())
    assert isinstance(KEYS["RS256"], RSAKey)
