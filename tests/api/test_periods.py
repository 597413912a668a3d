"""Reopening a month over HTTP: by two persons, read by everybody, and closed again."""

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from tests.api.town import Town, accepted, problem
from tests.builders import CLERK, JINNING, MEAL_FUND, person

FEBRUARY = {"community": "jinning", "month": "2026-02"}
XILIAN = CommunityId("xilian")


def test_a_month_is_reopened_by_two_persons_and_everybody_can_read_it(town: Town) -> None:
    accepted(town.give("periods/close", FEBRUARY))
    assert booked(town, "one") == "2026-03"
    accepted(town.give("periods/propose-reopen", FEBRUARY | {"reason": "papers_found"}))
    problem(town.give("periods/reopen", FEBRUARY), 403, "reopener_must_not_be_the_proposer")
    approver = town.token(Role.approver, person=person(2))
    accepted(town.give("periods/reopen", FEBRUARY, token=approver))
    assert booked(town, "two") == "2026-02"
    accepted(town.give("periods/close", FEBRUARY, at="2026-03-04T09:00:00+08:00"))
    assert booked(town, "three") == "2026-03"

    volunteer = town.token(Role.volunteer, person=person(1), communities=(XILIAN,))
    (told,) = town.found("reopenings", community=JINNING, token=volunteer)["items"]
    assert (told["proposed_by"], told["reopened_by"], told["closed_again_by"]) == (
        CLERK,
        person(2),
        CLERK,
    )
    assert (told["reason"], told["closed_again_on"]) == ("papers_found", "2026-03-04")


def booked(town: Town, source: str) -> str:
    """The month that books a gift of 27 February."""
    gift = {
        "fund": MEAL_FUND, "kind": "donation", "source": source,
        "received_on": "2026-02-27", "amount_fen": 100,
    }  # fmt: skip
    (event,) = accepted(town.give("funds/receive-money", gift))["events"]
    month: str = event["data"]["booked_in"]
    return month


def test_reopening_takes_two_roles(shared: Town) -> None:
    for name, role, roles in (
        ("periods/propose-reopen", Role.approver, "fund_manager"),
        ("periods/reopen", Role.fund_manager, "approver"),
    ):
        asked = FEBRUARY | ({"reason": "other"} if name.endswith("propose-reopen") else {})
        told = problem(
            shared.give(name, asked, token=shared.token(role)),
            403,
            "actor_must_hold_a_role_for_this",
        )
        assert told["params"]["roles"] == roles
