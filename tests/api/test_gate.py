"""The gate: a token or a session, never both, and a change by session from our own pages only."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from httpx2 import Response

from ledger.access import sessions, standing, tokens
from ledger.access.sessions import SessionKind
from ledger.domain.account_records import CardEnd
from ledger.domain.authority import Role
from ledger.domain.cards import RevokeCard
from ledger.domain.deaths import RecordDeath
from ledger.domain.grants import RevokeRole
from ledger.domain.values import PersonId
from tests.access.acting import card_of, disable, give, give_office
from tests.api.town import NEVER, problem
from tests.builders import JINNING, NEW_YEAR
from tests.pages.site import HE, MEI, ORIGIN, OURS, SID, Site, open_site
from tests.servers import Server, temporary_database

OWN = f"/v1/persons/{MEI}/statement"
WITHDRAW = "/v1/slips/withdraw"
SLIP = "5a0f3c1e-8d2b-4f6a-9c7e-1b4d6f8a0c2e"


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with open_site(database, tmp_path) as site:
        yield site


@pytest.fixture(scope="module")
def shared(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with (
        temporary_database(embedded) as database,
        open_site(database, tmp_path_factory.mktemp("gate")) as site,
    ):
        yield site


def by_card(site: Site) -> None:
    """Let the browser hold a session of 梅's card."""
    site.enrolled()
    card_of(site.ledger)
    with site.owner() as connection:
        secret = sessions.begin(connection, standing.of(connection, MEI), SessionKind.card)
    assert secret is not None
    site.browser.cookies.clear()
    site.browser.cookies.set(SID, secret, domain="ledger.example.org")


def token(site: Site) -> str:
    with site.owner() as connection:
        return tokens.create(connection, HE, [Role.volunteer], None, NEVER)


# -- who asks ----------------------------------------------------------------------------------


def test_whoever_is_signed_in_reads_her_own_statement(site: Site) -> None:
    site.signed_in()
    answer = site.browser.get(OWN)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


@pytest.mark.parametrize("secret", ["", "x", "A" * 43, "A" * 44, '"', "é"])
def test_no_other_cookie_is_anybody(shared: Site, secret: str) -> None:
    shared.browser.cookies.clear()
    answer = shared.browser.get(OWN, headers=[(b"Cookie", f"{SID}={secret}".encode())])
    problem(answer, 401, "caller_must_be_known")


def test_two_cookies_of_one_name_are_nobodys(site: Site) -> None:
    secret = site.signed_in()
    site.browser.cookies.clear()
    both = f"{SID}={'A' * 43}; {SID}={secret}"
    problem(site.browser.get(OWN, headers={"Cookie": both}), 401, "caller_must_be_known")
    assert site.browser.get(OWN, headers={"Cookie": f"a=b; {SID}={secret}"}).status_code == 200


def test_a_token_wins_over_a_session_beside_it(site: Site) -> None:
    site.signed_in()
    headers = {"Authorization": f"Bearer {token(site)}"}
    assert site.browser.get(f"/v1/persons/{HE}/statement", headers=headers).status_code == 200
    assert site.browser.get(OWN, headers=headers).status_code != 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Bearer lk_aaaaaaaa_" + "A" * 43])
def test_a_bad_token_is_not_mended_by_a_good_session(site: Site, header: str) -> None:
    site.signed_in()
    answer = site.browser.get(OWN, headers={"Authorization": header})
    problem(answer, 401, "caller_must_be_known")
    assert len(site.noted("token_refused")) == 1


# -- from where --------------------------------------------------------------------------------

ELSEWHERE = "https://evil.example"


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Sec-Fetch-Site": "Same-Origin"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": ELSEWHERE}, True),
        ({"Origin": ORIGIN}, True),
        ({"Origin": ELSEWHERE}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ORIGIN + "."}, False),
        ({"Origin": ORIGIN.replace("https", "http")}, False),
        ({"Origin": ORIGIN + ":8443"}, False),
        ({"Referer": ORIGIN + "/me"}, False),
        ({}, False),
    ],
)
def test_a_change_by_session_must_come_from_our_own_pages(
    shared: Site, headers: dict[str, str], passes: bool
) -> None:
    shared.browser.cookies.clear()
    shared.signed_in()
    command = withdraw(shared, MEI, headers)
    form = shared.browser.post("/me/sessions/end", data={"session": "x"}, headers=headers)
    anew = shared.browser.post("/sign-in", data={"number": "x"}, headers=headers)
    by_token = withdraw(shared, HE, headers | {"Authorization": f"Bearer {token(shared)}"})
    problem(by_token, 404, "slip_must_be_known")
    if passes:
        problem(command, 404, "slip_must_be_known")
        assert (form.status_code, anew.status_code) == (303, 401)
    else:
        problem(command, 403, "request_must_come_from_our_own_pages")
        assert (form.status_code, anew.status_code) == (403, 403)
        assert form.headers["Content-Type"].startswith("text/html")


def withdraw(site: Site, who: PersonId, headers: dict[str, str]) -> Response:
    """A command about her own account, which a rule refuses if it gets so far."""
    body = {"person": who, "slip": SLIP}
    return site.browser.post(WITHDRAW, json=body, headers=headers | {"Idempotency-Key": "k"})


@pytest.mark.parametrize("site_of", ["cross-site", "same-site", "none", "same-origin"])
def test_a_question_may_come_from_anywhere(shared: Site, site_of: str) -> None:
    shared.browser.cookies.clear()
    shared.signed_in()
    assert shared.browser.get(OWN, headers={"Sec-Fetch-Site": site_of}).status_code == 200


def test_a_refused_change_is_noted_without_whoever_was_made_to_ask(site: Site) -> None:
    site.signed_in()
    site.post("/me/sessions/end", {"all": "1"}, {"Sec-Fetch-Site": "cross-site"})
    [line] = site.noted("csrf_refused")
    assert line["person"] is None
    assert site.browser.get(OWN).status_code == 200


HER_PAPERS = (
    *(
        "contact",
        "name",
        "facts",
        "notes",
        "export",
        "views",
        "gifts",
        "rights",
        "grants",
        "credit",
    ),
)

# -- a card ------------------------------------------------------------------------------------


def test_a_card_lets_its_holder_look_at_her_own_hours_and_do_nothing(site: Site) -> None:
    give_office(site.ledger, role=Role.auditor)
    by_card(site)
    assert site.browser.get(OWN).status_code == 200
    assert site.browser.get("/me").status_code == 200
    for path in ("/me/sessions", "/me/password"):
        assert site.browser.get(path).status_code == 403
    for path in ("funds", "league?season=all", *(f"persons/{MEI}/{each}" for each in HER_PAPERS)):
        problem(site.browser.get(f"/v1/{path}"), 403, "card_must_only_be_looked_with")
    other = site.browser.get(f"/v1/persons/{HE}/statement")
    problem(other, 403, "reader_must_hold_a_role_for_this")
    problem(withdraw(site, MEI, OURS), 403, "card_must_only_be_looked_with")
    assert {line["reason"] for line in site.noted("denied")} == {
        "reader_must_hold_a_role_for_this",
        "card_must_only_be_looked_with",
    }


# -- what ends it ------------------------------------------------------------------------------


def revoke_card(site: Site) -> None:
    with site.owner() as connection:
        card = standing.of(connection, MEI).account.card
    assert card is not None
    give(site.ledger, RevokeCard(MEI, card, CardEnd.lost))


def earlier(by: str) -> Callable[[Site], None]:
    """As if the session had been seen so much earlier."""

    def turn(site: Site) -> None:
        with site.owner() as connection:
            connection.execute("UPDATE access.session SET seen_at = seen_at - %s::interval", (by,))

    return turn


def over(site: Site) -> None:
    with site.owner() as connection:
        connection.execute("UPDATE access.session SET ends_at = now()")


ENDINGS: dict[str, Callable[[Site], object]] = {
    "signing out": lambda site: site.post("/sign-out"),
    "ending all": lambda site: site.post("/me/sessions/end", {"all": "1"}),
    "a disabled account": lambda site: disable(site.ledger),
    "death": lambda site: give(site.ledger, RecordDeath(MEI, NEW_YEAR)),
    "half an hour without use": earlier("30 minutes"),
    "its end": over,
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_stolen_cookie_is_worth_nothing_from_then_on(site: Site, ending: str) -> None:
    stolen = site.signed_in()
    assert site.browser.get(OWN).status_code == 200
    ENDINGS[ending](site)
    site.browser.cookies.clear()
    cookie = {"Cookie": f"{SID}={stolen}"}
    problem(site.browser.get(OWN, headers=cookie), 401, "caller_must_be_known")
    page = site.browser.get("/me", headers=cookie)
    assert (page.status_code, page.headers["Location"]) == (303, "/sign-in?next=%2Fme")


def test_a_revoked_card_ends_its_session_at_once(site: Site) -> None:
    by_card(site)
    assert site.browser.get("/me").status_code == 200
    revoke_card(site)
    assert site.browser.get("/me").status_code == 303


def test_a_role_counts_from_the_moment_it_is_granted_until_it_is_revoked(site: Site) -> None:
    first = site.signed_in()
    problem(site.browser.get("/v1/funds"), 403, "reader_must_hold_a_role_for_this")
    give_office(site.ledger, role=Role.auditor)
    assert site.browser.get("/v1/funds").status_code == 200
    site.browser.get("/me")
    second = site.secret
    assert second != first
    assert site.browser.get("/v1/funds").status_code == 200
    site.browser.cookies.clear()
    assert site.browser.get(OWN, headers={"Cookie": f"{SID}={first}"}).status_code == 401
    give(site.ledger, RevokeRole(MEI, Role.auditor, JINNING))
    again = site.browser.get("/v1/funds", headers={"Cookie": f"{SID}={second}"})
    problem(again, 403, "reader_must_hold_a_role_for_this")
