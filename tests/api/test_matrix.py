"""The whole matrix: every role, every command and every question, at home and elsewhere.

What must come out is read off the two tables of `permissions` alone. The town is that of the
documentation's examples, which all happened in 金宁; elsewhere is 西联, of which nothing is known.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from api.examples import first_of_each
from ledger.domain.authority import Role
from ledger.domain.roles import READS, ROLES_OF
from ledger.domain.values import CommunityId, PersonId
from tests.api.exemplary import NAMED, Exemplary, questions, templates_of
from tests.builders import JINNING, person
from tests.grants import TRUSTED

XILIAN = CommunityId("xilian")
STRANGER, ELDER = person(40), PersonId(NAMED["person"])
"""Somebody of whom no example tells, and the one of whom most do."""
OF_THE_TOWN = {
    *("communities/register", "communities/set-approval-bands"),
    *("origins/propose", "origins/approve"),
    "handovers/hand-over",
}
"""What concerns more than one community: whoever reaches one of them does not give it."""
NO_ROLE, NOWHERE = "actor_must_hold_a_role_for_this", "record_must_be_within_reach"


# -- commands ------------------------------------------------------------------------------------


def told(exemplary: Exemplary, token: str) -> dict[str, str | None]:
    """By command, the code of what its example is answered, tried and not done."""
    town = exemplary.town
    tried = [
        {"command": name, "key": f"matrix/{name}", "data": data}
        for name, data in first_of_each().items()
    ]
    answer = town.give_batch(tried, headers=town.headers(token), query="?dry_run=true").json()
    codes = [each.get("problem", {}).get("code") for each in answer["items"]]
    return dict(zip(first_of_each(), codes, strict=True))


def is_hers(name: str, who: PersonId) -> bool:
    return first_of_each()[name].get("person") == who


@pytest.mark.parametrize("who", [STRANGER, ELDER])
@pytest.mark.parametrize("role", Role)
def test_a_role_gives_its_commands_at_home_and_nothing_elsewhere(
    exemplary: Exemplary, role: Role, who: PersonId
) -> None:
    town, here, there = (
        told(exemplary, exemplary.town.token(role, communities=places, person=who))
        for places in (None, (JINNING,), (XILIAN,))
    )
    for name in first_of_each():
        own = role is not Role.administrator and is_hers(name, who)
        if role in ROLES_OF[name].held_by(own=own):
            assert town[name] not in (NO_ROLE, NOWHERE), name
            assert (here[name] == NOWHERE) == (name in OF_THE_TOWN), name
            assert there[name] == NOWHERE, name
        else:
            assert town[name] == here[name] == there[name] == NO_ROLE, name


def test_a_token_without_a_grant_gives_nothing(exemplary: Exemplary) -> None:
    token = exemplary.town.token(*TRUSTED, person=person(41), granted=False)
    assert set(told(exemplary, token).values()) == {NO_ROLE}


# -- questions -----------------------------------------------------------------------------------


class Asked(NamedTuple):
    """Which view a question is of; `of_one`: it names something that lies in one community."""

    view: str
    of_one: bool = True


VIEWS: dict[str, Asked] = {
    "canteens/{canteen}/plates": Asked("settlements"),
    "canteens/{canteen}/takings": Asked("settlements"),
    "certificates": Asked("certificates", of_one=False),
    "certificates/{certificate}": Asked("certificates"),
    "persons/{person}/certificates": Asked("certificates"),
    "communities/{community}/held": Asked("statement"),
    "communities/{community}/objections": Asked("statement"),
    "communities/{community}/unconfirmed": Asked("statement"),
    "communities/{community}/meals": Asked("claims"),
    "communities/{community}/months/{month}": Asked("month-ends"),
    "communities/{community}/meetings": Asked("councils", of_one=False),
    "communities/{community}/sample": Asked("audit-trail"),
    "communities/{community}/units": Asked("units", of_one=False),
    "policies/{site}": Asked("policies", of_one=False),
    "resolutions/{resolution}": Asked("resolutions", of_one=False),
    "resolutions": Asked("resolutions", of_one=False),
    "league": Asked("league", of_one=False),
    "reopenings": Asked("reopenings", of_one=False),
    "balances": Asked("balances", of_one=False),
    "entries": Asked("entries", of_one=False),
    "disbursements": Asked("disbursements", of_one=False),
    "disbursements/{fund}/{number}/trail": Asked("grounds"),
    "settlements/{canteen}/{month}/later-facts": Asked("later-facts"),
    "settlements/{canteen}/{month}/recheck": Asked("grounds"),
    "settlements/{canteen}/{month}/trail": Asked("grounds"),
    "funds": Asked("funds", of_one=False),
    "funds/{fund}/undone": Asked("disbursements"),
    "donors/{receipt_kind}/{source}/gifts": Asked("funds"),
    "donors/{receipt_kind}/{source}/payments": Asked("funds"),
    "exceptions": Asked("exceptions", of_one=False),
    "grants": Asked("grants", of_one=False),
    "handovers": Asked("handovers", of_one=False),
    "handovers/{handover}": Asked("handovers", of_one=False),
    "payees": Asked("payees", of_one=False),
    "periods/{month}/accounts": Asked("balances", of_one=False),
    "periods/{month}/trial-balance": Asked("balances", of_one=False),
    "persons/{person}/gifts": Asked("gifts"),
    "persons/{person}/gifts/payments": Asked("gifts"),
    "persons/{person}/grants": Asked("grants", of_one=False),
    "persons/{person}/rights": Asked("rights"),
    "persons/{person}/contact": Asked("contact"),
    "persons/{person}/name": Asked("name"),
    "persons/{person}/facts": Asked("facts"),
    "persons/{person}/notes": Asked("notes"),
    "persons/{person}/export": Asked("export"),
    "persons/{person}/views": Asked("views"),
    "log/receipts/{entry}": Asked("receipt"),
    "recoveries": Asked("settlements", of_one=False),
    "settlements": Asked("settlements", of_one=False),
    "shifts": Asked("shifts"),
    "shifts/{shift}/code": Asked("site-codes"),
    "trail/{kind}/{subject}": Asked("audit-trail", of_one=False),
}
"""Of each question whose path does not say its view by itself."""
BELOW = {
    "canteens/": "claims",
    "communities/{community}/notice": "notices",
    "communities/": "contributions",
    "disbursements/": "disbursements",
    "funds/": "funds",
    "persons/": "statement",
    "settlements/": "settlements",
    "shifts/": "shifts",
}
"""The views of all other questions whose path begins so."""
OPEN = {
    *("notices", "notices/{notice}", "problems/{code}", "broken-glass"),
    "log/origins",
    "public/certificates/{certificate_number}",
}


def asked_of(path: str) -> Asked:
    """KeyError for a question that nobody has put into the table."""
    if path in VIEWS:
        return VIEWS[path]
    return Asked(next(BELOW[each] for each in BELOW if path.startswith(each)))


def templates(exemplary: Exemplary) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every question that is not open to all: as it is written, as it is asked, and with what."""
    document = exemplary.town.client.get("/openapi.json").json()
    paths = [path for path, _ in templates_of(document)]
    for path, (filled, parameters, _) in zip(paths, questions(exemplary.town), strict=True):
        if path not in OPEN:
            yield path, filled, parameters


def answers(exemplary: Exemplary, role: Role, place: CommunityId) -> Iterator[tuple[str, Any]]:
    town = exemplary.town
    token = town.token(role, communities=(place,), person=STRANGER)
    for path, filled, parameters in templates(exemplary):
        yield path, town.read(filled, token=token, **parameters)


@pytest.mark.parametrize("role", Role)
def test_a_role_reads_its_views_at_home_and_nothing_that_lies_elsewhere(
    exemplary: Exemplary, role: Role
) -> None:
    for path, answer in answers(exemplary, role, JINNING):
        may = role in READS[asked_of(path).view].roles
        assert answer.status_code == (200 if may else 403), (path, answer.text)
    for path, answer in answers(exemplary, role, XILIAN):
        asked = asked_of(path)
        if role not in READS[asked.view].roles:
            assert answer.status_code == 403, path
        elif asked.of_one:
            assert (answer.status_code, answer.json()["code"]) == (404, NOWHERE), path
        else:
            assert answer.status_code == 200, (path, answer.text)
            if not READS[asked.view].everywhere:
                assert JINNING not in json.dumps(answer.json().get("items", [])), path


def test_every_view_is_asked_by_some_question_or_is_an_export(exemplary: Exemplary) -> None:
    asked = {asked_of(path).view for path, _, _ in templates(exemplary)}
    asked_with_a_body = {"search", "simulations"}
    assert set(READS) - asked == {"exports", "health", "restricted", *asked_with_a_body}
