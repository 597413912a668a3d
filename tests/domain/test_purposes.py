"""Changes of purpose: as a body resolved, by two persons, and donors see where their gifts went."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.domain import funds, postings, resolutions
from ledger.domain.councils import Body
from ledger.domain.fund_moves import MoveBetweenFunds
from ledger.domain.fund_records import MoneyMovedIn, MovedBetweenFunds
from ledger.domain.purpose_records import (
    PurposeChangeApproved,
    PurposeChangeRefused,
    PurposeChangeRequested,
)
from ledger.domain.purposes import (
    ApprovePurposeChange,
    RefusePurposeChange,
    RequestPurposeChange,
)
from ledger.domain.resolution_records import (
    PurposeChangeAllowed,
    ResolutionRecorded,
    ResolutionRevoked,
    RevocationReason,
    Votes,
)
from ledger.domain.values import Count, Fen, FundId, PersonId, ResolutionId, Sha256
from tests.domain.fund_stories import (
    GENERAL,
    JINNING,
    MARCH,
    MEALS,
    THEIRS,
    TODAY,
    YOUTH,
    moved_lot,
    pay,
    received,
    town,
    use,
)
from tests.story import Given, Told

MANAGER, APPROVER = (
    PersonId(f"00000000-0000-4000-8000-0000000000{number}") for number in ("2a", "2b")
)
RESOLUTION, ONE = ResolutionId("jn-2026-02"), Count(1)
ALLOWED = PurposeChangeAllowed(YOUTH, MEALS, Fen(700))
RESOLVED = ResolutionRecorded(
    RESOLUTION, JINNING, Body.residents_assembly, None, None, None, Votes(Count(9), Count(1)),
    Sha256("0" * 64), (), (), (ALLOWED,), covenant=False, occurred_on=TODAY,
)  # fmt: skip
request = RequestPurposeChange(YOUTH, MEALS, Fen(500), RESOLUTION)
approve, refuse = ApprovePurposeChange(YOUTH, ONE), RefusePurposeChange(YOUTH, ONE)
Step = tuple[object, PersonId]
REQUESTED: Step = (request, MANAGER)
APPROVED: Step = (approve, APPROVER)


def story(*steps: Step, resolved: ResolutionRecorded = RESOLVED) -> Given:
    given = town(received(YOUTH, 1, 1_000), (resolutions.stream(RESOLUTION), resolved))
    for command, actor in steps:
        for happening in given.when(command, by=actor).decision:
            given.ledger.fold(happening)
    return given


def when(command: object, *steps: Step, by: PersonId = MANAGER) -> Told:
    return story(*steps).when(command, by=by)


def test_a_request_moves_nothing_yet() -> None:
    when(request).then(
        PurposeChangeRequested(YOUTH, MEALS, JINNING, ONE, Fen(500), RESOLUTION, MANAGER, TODAY)
    )
    assert story(REQUESTED).ledger.states[funds.stream(YOUTH)].balance_fen == 1_000


def test_an_approval_moves_the_money_with_its_lots() -> None:
    told = when(approve, REQUESTED, by=APPROVER)
    moved = MovedBetweenFunds(YOUTH, MEALS, Fen(500), ONE, (use(1, 500),), APPROVER, TODAY, MARCH)
    told.then(
        PurposeChangeApproved(YOUTH, MEALS, ONE, Fen(500), ONE, APPROVER, TODAY),
        moved,
        MoneyMovedIn(
            YOUTH, MEALS, Fen(500), ONE, (moved_lot(1, 1, (YOUTH, 1), 500),), TODAY, MARCH
        ),
    )
    assert {p.account: p.amount for event in told.events for p in postings.of(event)} == {
        f"fund/{MEALS}": 500,
        f"fund/{YOUTH}": -500,
    }


def test_without_a_change_of_purpose_the_same_money_stays() -> None:
    when(MoveBetweenFunds(YOUTH, MEALS, Fen(500), TODAY)).refused("restriction_must_allow_the_move")


def test_another_person_approves() -> None:
    when(approve, REQUESTED).refused("change_must_be_approved_by_another", number=ONE)


def test_a_change_is_decided_once() -> None:
    name = "change_must_not_be_decided_twice"
    when(approve, REQUESTED, APPROVED, by=APPROVER).refused(name, stage="approved")
    refused: Step = (refuse, APPROVER)
    when(approve, REQUESTED, refused, by=APPROVER).refused(name, stage="refused")
    when(refuse, REQUESTED, APPROVED).refused(name)


def test_whoever_asked_may_give_it_up() -> None:
    when(refuse, REQUESTED).then(PurposeChangeRefused(YOUTH, MEALS, ONE, MANAGER, TODAY))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_fen": Fen(0)}, "amount_must_be_positive"),
        ({"amount_fen": Fen(701)}, "resolution_must_allow_the_amount"),
        ({"to_fund": YOUTH}, "funds_must_differ"),
        ({"to_fund": GENERAL}, "resolution_must_allow_the_amount"),
        ({"to_fund": THEIRS}, "fund_must_be_known"),
        ({"from_fund": FundId("nowhere")}, "fund_must_be_known"),
        ({"resolution": ResolutionId("jn-1999")}, "resolution_must_be_known"),
    ],
)
def test_what_cannot_be_asked(changes: dict[str, Any], code: str) -> None:
    when(replace(request, **changes)).refused(code)


def test_all_changes_under_a_resolution_stay_within_it() -> None:
    when(replace(request, amount_fen=Fen(201)), REQUESTED).refused(
        "resolution_must_allow_the_amount", amount_fen=701, amount_most_fen=700
    )
    assert when(replace(request, amount_fen=Fen(200)), REQUESTED, APPROVED).events
    given_up: Step = (refuse, MANAGER)
    assert when(replace(request, amount_fen=Fen(700)), REQUESTED, given_up).events


def test_a_resolution_revoked_since_carries_nothing_out() -> None:
    given = story(REQUESTED)
    revoked = ResolutionRevoked(RESOLUTION, JINNING, RevocationReason.void, TODAY)
    given.ledger.fold((resolutions.stream(RESOLUTION), revoked))
    given.when(approve, by=APPROVER).refused("resolution_must_not_be_revoked")


def test_money_spent_since_does_not_move() -> None:
    when(approve, REQUESTED, (pay(YOUTH, 501), MANAGER), by=APPROVER).refused(
        "fund_must_cover_the_amount", balance_fen=499, amount_fen=500
    )


@pytest.mark.parametrize("command", [approve, refuse])
def test_what_was_never_asked_is_not_known(command: object) -> None:
    when(command, by=APPROVER).refused("record_must_be_known", record=f"{YOUTH}/1")
