"""An identity provider: whom it vouches for is let in, once a slip has said who she is here."""

from collections.abc import Iterator
from pathlib import Path
from time import time
from typing import Any

import pytest
from httpx2 import Response
from pydantic import SecretStr

from ledger.domain.account_records import SlipPurpose
from ledger.domain.authority import Role
from tests.access import issuer as identity
from tests.access.acting import disable, enable, give_office
from tests.access.issuer import AUDIENCE, CLIENT, SECRET, SUB, Claims, Issuer, sent, token
from tests.api.town import problem
from tests.pages.site import HE, MEI, ORIGIN, SID, Site, open_site, set_cookies, words_of
from tests.pages.test_slip import printed, use

STATE, LINK = "__Host-oidc", "__Host-link"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with identity.issuer() as here:
        yield here


@pytest.fixture
def site(database: str, tmp_path: Path, issuer: Issuer) -> Iterator[Site]:
    told: dict[str, Any] = {
        "oidc_issuer": issuer.url,
        "oidc_audience": AUDIENCE,
        "oidc_jwks": f"{issuer.url}/keys",
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SecretStr(SECRET),
    }
    with open_site(database, tmp_path, **told) as site:
        yield site


def linked(site: Site, who: str = MEI) -> None:
    """The provider's subject stands for her, who has an account."""
    site.enrolled(MEI)
    with site.owner() as connection:
        issuer = site.open_ledger.settings.oidc_issuer
        assert issuer is not None
        assert site.open_ledger.ways.external.link(connection, issuer, SUB, MEI)


def gone(site: Site) -> str:
    """Where the browser is sent."""
    answer = site.browser.get("/sign-in/oidc")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def back(site: Site, query: dict[str, str]) -> Response:
    headers = {"Sec-Fetch-Site": "cross-site"}
    return site.browser.get("/sign-in/oidc/back", params=query, headers=headers)


def round_trip(site: Site, issuer: Issuer) -> Response:
    return back(site, issuer.agreed(gone(site)))


def test_the_sign_in_page_offers_it_only_where_it_is_told(site: Site) -> None:
    assert "/sign-in/oidc" in site.browser.get("/sign-in").text


def test_whom_the_provider_vouches_for_is_signed_in(site: Site, issuer: Issuer) -> None:
    linked(site)
    answer = round_trip(site, issuer)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    assert site.browser.get("/me").status_code == 200
    assert [line["person"] for line in site.noted("signed_in")] == [MEI]
    assert SUB not in site.journal.getvalue().decode()


def test_the_way_there_names_our_own_page_and_keeps_its_state_in_the_browser(
    site: Site,
) -> None:
    answer = site.browser.get("/sign-in/oidc")
    state = set_cookies(answer)[STATE]
    assert state.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax")
    assert f"state={state.partition(';')[0]}" in answer.headers["Location"]
    assert (
        "redirect_uri=https%3A%2F%2Fledger.example.org%2Fsign-in%2Foidc%2Fback"
        in (answer.headers["Location"])
    )


def test_whom_nobody_vouched_for_here_shows_a_slip_once(site: Site, issuer: Issuer) -> None:
    told = printed(site, SlipPurpose.link)
    answer = round_trip(site, issuer)
    assert answer.headers["Location"] == "/slip"
    assert SID not in set_cookies(answer)
    assert 'name="password"' not in site.browser.get("/slip").text
    assert use(site, told, "").headers["Location"] == "/me"
    assert site.browser.get("/me").status_code == 200
    assert [line["person"] for line in site.noted("identity_linked")] == [MEI]
    site.browser.cookies.clear()
    assert round_trip(site, issuer).headers["Location"] == "/me"


def test_a_slip_for_a_password_links_nothing(site: Site, issuer: Issuer) -> None:
    told = printed(site)
    round_trip(site, issuer)
    assert use(site, told).status_code == 409
    assert not site.noted("slip_used")
    assert use(site, told).status_code == 200
    site.browser.cookies.clear()
    assert round_trip(site, issuer).headers["Location"] == "/slip"


def test_a_forged_ticket_links_nothing(site: Site) -> None:
    told = printed(site, SlipPurpose.link)
    forged = f"{int(time()) + 600}.{'0' * 64}.{'0' * 64}"
    site.browser.cookies.set(LINK, forged, domain="ledger.example.org")
    answer = use(site, told, "")
    assert answer.status_code == 409
    assert SID not in set_cookies(answer)


@pytest.mark.parametrize("changed", [{"state": "another"}, {"code": "invented"}, {"iss": "x"}])
def test_what_comes_back_changed_signs_nobody_in(
    site: Site, issuer: Issuer, changed: dict[str, str]
) -> None:
    linked(site)
    answer = back(site, issuer.agreed(gone(site)) | changed)
    assert answer.status_code == 401
    assert "没有让您登录" in words_of(answer)
    assert SID not in set_cookies(answer)
    [line] = site.noted("sign_in_failed")
    assert line["reason"] in {"state_wrong", "code_refused", "issuer_wrong"}


def test_a_link_that_somebody_else_made_signs_nobody_in(site: Site, issuer: Issuer) -> None:
    linked(site)
    theirs = issuer.agreed(gone(site))
    site.browser.cookies.clear()
    assert back(site, theirs).status_code == 401
    gone(site)
    assert back(site, theirs).status_code == 401


def test_coming_back_twice_signs_in_once(site: Site, issuer: Issuer) -> None:
    linked(site)
    query = issuer.agreed(gone(site))
    state = site.browser.cookies.get(STATE)
    assert back(site, query).status_code == 303
    again = site.browser.get(
        "/sign-in/oidc/back", params=query, headers={"Cookie": f"{STATE}={state}"}
    )
    assert again.status_code == 401


def test_a_disabled_account_is_not_let_in_that_way_either(site: Site, issuer: Issuer) -> None:
    linked(site)
    disable(site.ledger)
    assert round_trip(site, issuer).status_code == 401
    enable(site.ledger)
    assert round_trip(site, issuer).status_code == 303


def test_a_provider_that_is_away_is_a_matter_of_waiting(site: Site, issuer: Issuer) -> None:
    issuer.instead["/.well-known/openid-configuration"] = lambda handler: sent(handler, b"", 500)
    answer = site.browser.get("/sign-in/oidc")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert [line["reason"] for line in site.noted("sign_in_failed")] == ["provider_unreachable"]


# -- access tokens -----------------------------------------------------------------------------


def access_token(issuer: Issuer, **changed: object) -> dict[str, str]:
    now = int(time())
    claims: Claims = {"iss": issuer.url, "aud": AUDIENCE, "sub": SUB, "iat": now, "exp": now + 60}
    header = {"alg": "ES256", "kid": "e1", "typ": "at+jwt"}
    signed = token(issuer.keys[0], header, claims | changed)
    return {"Authorization": f"Bearer {signed}"}


def test_a_program_acts_with_an_access_token_of_the_provider(site: Site, issuer: Issuer) -> None:
    linked(site)
    headers = access_token(issuer)
    own = site.browser.get(f"/v1/persons/{MEI}/statement", headers=headers)
    assert own.status_code == 200
    other = site.browser.get(f"/v1/persons/{HE}/statement", headers=headers)
    problem(other, 403, "reader_must_hold_a_role_for_this")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"exp": 1}, "expired"),
        ({"aud": ORIGIN + "/other"}, "audience_wrong"),
        ({"iss": "https://evil.example"}, "issuer_wrong"),
        ({"sub": "somebody else"}, None),
    ],
)
def test_why_an_access_token_was_refused_is_for_the_log_alone(
    site: Site, issuer: Issuer, changed: dict[str, object], reason: str | None
) -> None:
    linked(site)
    answer = site.browser.get("/v1/notices-none", headers=access_token(issuer, **changed))
    assert answer.status_code == 404
    refused = site.browser.get(
        f"/v1/persons/{MEI}/statement", headers=access_token(issuer, **changed)
    )
    problem(refused, 401, "caller_must_be_known")
    [line] = site.noted("token_refused")
    assert line["reason"] == reason
    assert reason is None or reason not in refused.text


def test_an_access_token_of_a_disabled_account_is_nobodys(site: Site, issuer: Issuer) -> None:
    linked(site)
    give_office(site.ledger, role=Role.auditor)
    disable(site.ledger)
    answer = site.browser.get("/v1/funds", headers=access_token(issuer))
    problem(answer, 401, "caller_must_be_known")


def test_keys_that_cannot_be_had_are_a_matter_of_waiting(site: Site, issuer: Issuer) -> None:
    linked(site)
    issuer.instead["/keys"] = lambda handler: sent(handler, b"", 500)
    answer = site.browser.get("/v1/funds", headers=access_token(issuer))
    problem(answer, 503, "identity_provider_must_be_reachable")
