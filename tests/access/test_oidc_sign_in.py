"""Signing in by an identity provider: who comes back is who was sent, and nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from ledger.access.oidc import Oidc, opened
from ledger.access.oidc_faults import Fault
from ledger.access.oidc_http import Http
from ledger.access.oidc_keys import Keys, reader
from ledger.access.oidc_provider import UnfitProvider
from ledger.access.oidc_sign_in import Begun, SignIn, at_hash
from ledger.access.oidc_tokens import Subject, Tokens
from ledger.domain.book import LedgerKind
from tests.access import issuer as identity
from tests.access.issuer import CLIENT, SUB, Claims, Issuer, encoded, key, redirected, sent

RETURN = "https://ledger.example.org/signed-in"
AT_HASH = at_hash("an-access-token", "ES256")


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with identity.issuer() as here:
        yield here


@pytest.fixture
def impatient() -> Iterator[Http]:
    """A client that soon loses patience."""
    with Http(seconds_most=1) as client:
        yield client


@pytest.fixture
def oidc(issuer: Issuer) -> Iterator[Oidc]:
    with opened(issuer.provider, LedgerKind.test) as here:
        yield here


@pytest.fixture
def sign_in(oidc: Oidc) -> SignIn:
    return oidc.sign_in


def begun(sign_in: SignIn) -> Begun:
    begin = sign_in.begin(RETURN)
    assert isinstance(begin, Begun)
    return begin


def came_back(issuer: Issuer, sign_in: SignIn, **changed: str | None) -> Subject | Fault:
    begin = begun(sign_in)
    query: dict[str, str | None] = {**issuer.agreed(begin.url), **changed}
    told = {name: value for name, value in query.items() if value is not None}
    return sign_in.finish(begin.pending, told)


def test_who_comes_back_is_known_by_the_name_that_the_issuer_gives_her(
    issuer: Issuer, sign_in: SignIn
) -> None:
    assert came_back(issuer, sign_in) == Subject(issuer.url, SUB)
    assert issuer.asked == ["/.well-known/openid-configuration", "/token", "/keys"]


def test_each_sign_in_has_a_state_a_nonce_and_a_verifier_of_its_own(sign_in: SignIn) -> None:
    first, second = begun(sign_in).pending, begun(sign_in).pending
    words = {first.state, first.nonce, first.verifier}
    words |= {second.state, second.nonce, second.verifier}
    assert len(words) == 6
    assert min(map(len, words)) == 43


def test_the_address_tells_neither_the_verifier_nor_the_clients_secret(sign_in: SignIn) -> None:
    begin = begun(sign_in)
    asked = parse_qs(urlsplit(begin.url).query)
    assert asked["client_id"] == [CLIENT]
    assert asked["redirect_uri"] == [RETURN]
    assert begin.pending.verifier not in begin.url
    assert "client_secret" not in asked


def test_what_is_pending_is_not_shown(sign_in: SignIn) -> None:
    pending = begun(sign_in).pending
    assert not any(
        word in repr(pending) for word in (pending.state, pending.nonce, pending.verifier)
    )


def test_the_secret_stands_in_a_header_where_the_provider_takes_that(
    issuer: Issuer, sign_in: SignIn
) -> None:
    assert isinstance(came_back(issuer, sign_in), Subject)
    assert issuer.basic is not None
    assert "client_secret" not in issuer.form


def test_the_secret_stands_in_the_form_where_the_provider_takes_nothing_else(
    issuer: Issuer, sign_in: SignIn
) -> None:
    issuer.told = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert isinstance(came_back(issuer, sign_in), Subject)
    assert issuer.basic is None


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"state": "another"}, Fault.state_wrong),
        ({"state": None}, Fault.state_wrong),
        ({"state": "陈"}, Fault.state_wrong),
        ({"iss": "https://evil.example.org"}, Fault.issuer_wrong),
        ({"iss": None}, Fault.issuer_wrong),
        ({"error": "access_denied", "code": None}, Fault.provider_denied),
        ({"code": None}, Fault.code_missing),
        ({"code": ""}, Fault.code_missing),
        ({"code": "invented"}, Fault.code_refused),
    ],
)
def test_a_browser_that_brings_something_else_back_is_refused(
    issuer: Issuer, sign_in: SignIn, changed: dict[str, str | None], fault: Fault
) -> None:
    assert came_back(issuer, sign_in, **changed) is fault


def test_a_provider_that_does_not_name_itself_need_not(issuer: Issuer, sign_in: SignIn) -> None:
    issuer.told = {"authorization_response_iss_parameter_supported": False}
    assert isinstance(came_back(issuer, sign_in, iss=None), Subject)
    assert came_back(issuer, sign_in, iss="https://evil.example.org") is Fault.issuer_wrong


def test_a_code_is_good_once(issuer: Issuer, sign_in: SignIn) -> None:
    begin = begun(sign_in)
    query = issuer.agreed(begin.url)
    assert isinstance(sign_in.finish(begin.pending, query), Subject)
    assert sign_in.finish(begin.pending, query) is Fault.code_refused


def test_a_code_of_another_browser_is_refused(issuer: Issuer, sign_in: SignIn) -> None:
    """It was made for another verifier: PKCE."""
    mine, theirs = begun(sign_in), begun(sign_in)
    stolen = issuer.agreed(theirs.url) | {"state": mine.pending.state}
    assert sign_in.finish(mine.pending, stolen) is Fault.code_refused


def test_a_return_of_another_browser_is_refused(issuer: Issuer, sign_in: SignIn) -> None:
    mine, theirs = begun(sign_in), begun(sign_in)
    assert sign_in.finish(mine.pending, issuer.agreed(theirs.url)) is Fault.state_wrong


CLAIMS: dict[str, tuple[Claims, Fault | None]] = {
    "for us among others, and made for us": ({"aud": [CLIENT, "other"], "azp": CLIENT}, None),
    "for us alone, in a list": ({"aud": [CLIENT]}, None),
    "made for us": ({"azp": CLIENT}, None),
    "names its access token": ({"at_hash": AT_HASH}, None),
    "for several without saying for whom": ({"aud": [CLIENT, "other"]}, Fault.party_wrong),
    "made for another": ({"azp": "other"}, Fault.party_wrong),
    "for several, made for another": ({"aud": [CLIENT, "o"], "azp": "o"}, Fault.party_wrong),
    "for another": ({"aud": "other"}, Fault.audience_wrong),
    "for the API": ({"aud": "https://ledger.example.org"}, Fault.audience_wrong),
    "another nonce": ({"nonce": "another"}, Fault.nonce_wrong),
    "a nonce that is a number": ({"nonce": 7}, Fault.nonce_wrong),
    "no nonce": ({"nonce": None}, Fault.nonce_wrong),
    "another access token": ({"at_hash": AT_HASH[::-1]}, Fault.access_token_differs),
    "an access token that is a number": ({"at_hash": 7}, Fault.access_token_differs),
    "another issuer": ({"iss": "https://evil.example.org"}, Fault.issuer_wrong),
    "expired": ({"exp": 1_700_000_000}, Fault.expired),
    "without an end": ({"exp": None}, Fault.claim_missing),
    "without a subject": ({"sub": None}, Fault.claim_missing),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_the_claims_of_an_id_token_are_judged(issuer: Issuer, sign_in: SignIn, name: str) -> None:
    issuer.claims, fault = CLAIMS[name]
    assert came_back(issuer, sign_in) == (fault or Subject(issuer.url, SUB))


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ({"typ": None}, None),
        ({"typ": "jwt"}, None),
        ({"typ": "at+jwt"}, Fault.type_wrong),
        ({"kid": "another"}, Fault.key_unknown),
        ({"jwk": key("ES256", "e1").as_dict(private=False)}, Fault.header_not_allowed),
    ],
)
def test_the_header_of_an_id_token_is_judged(
    issuer: Issuer, sign_in: SignIn, header: Claims, fault: Fault | None
) -> None:
    issuer.header = header
    assert came_back(issuer, sign_in) == (fault or Subject(issuer.url, SUB))


@pytest.mark.parametrize(
    ("algorithm", "letters"), [("RS256", 22), ("ES384", 32), ("EdDSA", 43), ("Ed25519", 43)]
)
def test_an_access_token_is_named_by_half_of_a_digest(algorithm: str, letters: int) -> None:
    assert len(at_hash("token", algorithm)) == letters


def test_the_example_of_the_specification_comes_out() -> None:
    """OpenID Connect Core 1.0, A.3: the access token and its at_hash."""
    token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
    assert at_hash(token, "RS256") == "77QmUPtjPfzWtF2AnpK9RQ"


TOLD: dict[str, Claims] = {
    "another issuer": {"issuer": "https://evil.example.org"},
    "no authorization": {"authorization_endpoint": None},
    "no tokens": {"token_endpoint": None},
    "tokens elsewhere": {"token_endpoint": "https://evil.example.org/token"},
    "tokens at another port": {"token_endpoint": "http://127.0.0.1:1/token"},
    "authorization without TLS": {"authorization_endpoint": "http://id.example.org/authorize"},
    "authorization by a script": {"authorization_endpoint": "javascript:alert(1)"},
}


@pytest.mark.parametrize("name", TOLD)
def test_a_provider_that_tells_odd_places_is_not_followed(
    issuer: Issuer, sign_in: SignIn, name: str
) -> None:
    issuer.told = TOLD[name]
    assert sign_in.begin(RETURN) is Fault.answer_malformed


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(issuer: Issuer, sign_in: SignIn, path: str, status: int) -> None:
    issuer.instead = {path: redirected(f"{issuer.url}/elsewhere", status)}
    if path == "/token":
        found: object = came_back(issuer, sign_in)
    else:
        found = sign_in.begin(RETURN)
    assert found is Fault.provider_unreachable
    assert "/elsewhere" not in issuer.asked


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b"{",
        b'{"id_token": 7, "access_token": "a"}',
        b'{"access_token": "a"}',
        b'{"id_token": "a.b.c"}',
        '{"id_token": "a.b.c", "access_token": "陈"}'.encode(),
    ],
)
def test_an_answer_that_makes_no_sense_signs_nobody_in(
    issuer: Issuer, sign_in: SignIn, answer: bytes
) -> None:
    issuer.instead = {"/token": lambda handler: sent(handler, answer)}
    assert came_back(issuer, sign_in) is Fault.answer_malformed


def test_a_slow_provider_is_not_awaited(issuer: Issuer, impatient: Http) -> None:
    tokens = Tokens(issuer.provider.algorithms, Keys(reader(issuer.provider.jwks, impatient)))
    sign_in = SignIn(issuer.provider, tokens, impatient)
    issuer.instead = {"/token": lambda handler: waited(issuer)}
    found = came_back(issuer, sign_in)
    assert found is Fault.provider_unreachable
    assert found.passes


def waited(issuer: Issuer) -> None:
    issuer.released.wait()


def test_the_same_provider_takes_access_tokens_and_no_id_token_for_one(
    issuer: Issuer, oidc: Oidc
) -> None:
    assert oidc.verifier.subject(issuer.id_token("nonce")) is Fault.type_wrong
    issuer.header, issuer.claims = {"typ": "at+jwt"}, {"aud": issuer.provider.audience}
    assert oidc.verifier.subject(issuer.id_token("nonce")) == Subject(issuer.url, SUB)


def test_a_live_ledger_takes_no_provider_without_tls(issuer: Issuer) -> None:
    with (
        pytest.raises(UnfitProvider, match=r"with https.*必须使用 https"),
        opened(issuer.provider, LedgerKind.live),
    ):
        pass


def test_a_live_ledger_takes_one_with_tls_and_asks_it_nothing_at_start(issuer: Issuer) -> None:
    url = "https://id.example.org"
    with opened(replace(issuer.provider, issuer=url, jwks=f"{url}/keys"), LedgerKind.live) as here:
        assert here.verifier.subject(encoded({})) is Fault.token_malformed


def test_what_was_told_once_is_not_asked_for_each_sign_in(issuer: Issuer, sign_in: SignIn) -> None:
    assert isinstance(came_back(issuer, sign_in), Subject)
    assert isinstance(came_back(issuer, sign_in), Subject)
    assert issuer.asked.count("/.well-known/openid-configuration") == 1
