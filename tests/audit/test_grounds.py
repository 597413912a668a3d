"""Trails of payments: complete, the same from the whole log and from what read models find."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import psycopg
import pytest

from ledger.audit import disbursement_grounds, settlement_grounds
from ledger.domain import postings
from ledger.domain.disbursement_records import DisbursementApproved, DisbursementRequested
from ledger.domain.meal_records import MealClaimed, MealReinstated, MealReversed, ReversalKind
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementChecked,
    SettlementPaid,
    SettlementSubmitted,
)
from ledger.domain.values import Count, Month, SiteId
from ledger.projections import grounds
from ledger.store.codec import Recorded
from tests.projections.history_views import Start

Told = tuple[psycopg.Connection[Any], list[Recorded]]
SEEDS = (7, 43)


@pytest.fixture(scope="module", params=SEEDS)
def told(request: pytest.FixtureRequest, town: Start) -> Iterator[Told]:
    with town.told(Random(request.param), 200) as found:
        yield found


def settlements(log: list[Recorded]) -> set[tuple[SiteId, Month]]:
    submitted = [at.event for at in log if isinstance(at.event, SettlementSubmitted)]
    return {(event.canteen, event.month) for event in submitted}


def settlement(
    events: list[Recorded], canteen: SiteId, month: Month
) -> settlement_grounds.SettlementTrail:
    claims = settlement_grounds.claims(events, canteen, month)
    trail = settlement_grounds.trail(events, canteen, month, claims)
    assert trail is not None
    return trail


# -- settlements ---------------------------------------------------------------------------------


def test_what_read_models_find_is_all_that_the_whole_log_tells(told: Told) -> None:
    """As known now, and at any position."""
    connection, log = told
    dice = Random(1)
    assert len(settlements(log)) > 1
    for canteen, month in settlements(log):
        for known in (None, dice.randrange(len(log)), dice.randrange(len(log))):
            seen = [at for at in log if known is None or at.position <= known]
            found = grounds.of_settlement(connection, canteen, month, known)
            assert [at.position for at in found] == sorted({at.position for at in found})
            claims = settlement_grounds.claims(found, canteen, month)
            assert claims == settlement_grounds.claims(seen, canteen, month)
            trail = settlement_grounds.trail(found, canteen, month, claims)
            assert trail == settlement_grounds.trail(seen, canteen, month, claims)


def test_what_another_canteen_was_paid_is_none_of_its_vouchers(told: Told) -> None:
    _, log = told
    for canteen, month in settlements(log):
        vouchers = {
            each.step.position
            for payer in settlement(log, canteen, month).payers
            for each in payer.vouchers
        }
        events: list[Any] = [log[position - 1].event for position in vouchers]
        assert all((event.canteen, event.month) == (canteen, month) for event in events)


def test_what_is_picked_out_of_the_log_tells_the_same(told: Told) -> None:
    _, log = told
    for canteen, month in settlements(log):
        picks = settlement_grounds.picks(canteen, month)
        picked = [at for at in log if picks(at)]
        assert len(picked) < len(log) // 2
        assert settlement(picked, canteen, month) == settlement(log, canteen, month)


def test_its_claims_add_up_to_what_each_payer_is_asked_for(told: Told) -> None:
    _, log = told
    for canteen, month in settlements(log):
        trail = settlement(log, canteen, month)
        shares: Counter[str] = Counter()
        for each in settlement_grounds.claims(log, canteen, month):
            shares.update({share.payer: each.sign * share.amount_fen for share in each.shares})
        asked = {each.due.payer: each.due.shares_fen for each in trail.payers}
        assert {payer: fen for payer, fen in shares.items() if fen} == {
            payer: fen for payer, fen in asked.items() if fen
        }
        assert sum(each.entries for each in trail.policies) == trail.entries


def test_what_a_fund_paid_is_its_vouchers_and_moved_its_account(told: Told) -> None:
    _, log = told
    seen = 0
    for canteen, month in settlements(log):
        for each in settlement(log, canteen, month).payers:
            if each.due.payer.startswith("fund/"):
                assert sum(voucher.amount_fen for voucher in each.vouchers) == each.paid_fen
                events = [log[voucher.step.position - 1].event for voucher in each.vouchers]
                moved = [post for event in events for post in postings.of(event)]
                given = sum(post.amount for post in moved if post.account == each.due.payer)
                assert given == -each.paid_fen
                seen += len(each.vouchers)
    assert seen > 0


def test_every_claim_leads_to_a_version_and_every_version_to_its_resolutions(told: Told) -> None:
    _, log = told
    seen = 0
    for canteen, month in settlements(log):
        trail = settlement(log, canteen, month)
        named = {each.policy_version for each in settlement_grounds.claims(log, canteen, month)}
        assert {each.version for each in trail.policies} == named
        cited = {each.resolution for policy in trail.policies for each in policy.resolutions}
        assert {each.resolution for each in trail.resolutions} == cited
        seen += len(cited)
    assert seen > 0


def test_a_claim_tells_what_became_of_it_wherever_that_settles(told: Told) -> None:
    _, log = told
    changed: dict[str, type[Any]] = {
        "meal-reversed.v1": MealReversed,
        "meal-reinstated.v1": MealReinstated,
    }
    seen = 0
    for canteen, month in settlements(log):
        for each in settlement_grounds.claims(log, canteen, month):
            claimed = log[each.claim_position - 1].event
            assert isinstance(claimed, MealClaimed)
            assert (claimed.person, claimed.occurred_on) == (each.person, each.served_on)
            assert (claimed.policy_version, claimed.rule) == (each.policy_version, each.rule)
            takes_back = isinstance(log[each.step.position - 1].event, MealReversed)
            assert each.sign == (-1 if takes_back else 1)
            for step in each.changes:
                event: Any = log[step.position - 1].event
                assert type(event) is changed[step.event]
                assert (event.person, event.claim) == (each.person, each.claim)
                seen += 1
            assert each.kind in {None, *ReversalKind}
    assert seen > 0


def test_a_true_ledger_breaks_no_duty_and_one_person_for_two_is_told(told: Told) -> None:
    _, log = told
    for canteen, month in settlements(log):
        assert settlement(log, canteen, month).duties == ()
    paid = next(at for at in log if isinstance(at.event, SettlementPaid))
    name = paid.event.canteen, paid.event.month
    for kind in (SettlementSubmitted, SettlementChecked, SettlementApproved):
        own = [
            at
            for at in log[: paid.position]
            if isinstance(at.event, kind) and (at.event.canteen, at.event.month) == name
        ]
        forged = [at._replace(actor=own[-1].actor) if at == paid else at for at in log]
        told_of = settlement(forged, *name).duties
        assert paid.position in {flaw.position for flaw in told_of}, kind


def test_a_month_that_was_never_presented_has_no_trail(told: Told) -> None:
    connection, log = told
    canteen, _ = next(iter(settlements(log)))
    never = Month("1999-01")
    assert settlement_grounds.trail(log, canteen, never, ()) is None
    found = grounds.of_settlement(connection, SiteId("no-such"), never)
    assert settlement_grounds.trail(found, SiteId("no-such"), never, ()) is None


# -- disbursements -------------------------------------------------------------------------------


def test_every_disbursement_has_the_same_trail_from_tables_and_log(told: Told) -> None:
    connection, log = told
    asked = [at.event for at in log if isinstance(at.event, DisbursementRequested)]
    assert asked
    for event in asked:
        name = event.fund, event.disbursement
        trail = disbursement_grounds.trail(log, *name)
        found = grounds.of_disbursement(connection, *name)
        assert disbursement_grounds.trail(found, *name) == trail
        picks = disbursement_grounds.picks(*name)
        assert disbursement_grounds.trail([at for at in log if picks(at)], *name) == trail
        assert trail is not None
        assert trail.duties == ()
        assert 0 <= trail.paid_fen <= trail.approved_fen <= trail.requested_fen
        named = () if event.resolution is None else (event.resolution,)
        assert tuple(each.resolution for each in trail.resolutions) == named
        assert disbursement_grounds.trail(found, event.fund, Count(999)) is None


def test_who_asked_and_approves_is_told(told: Told) -> None:
    _, log = told
    approved = next(at for at in log if isinstance(at.event, DisbursementApproved))
    name = approved.event.fund, approved.event.disbursement
    asked = next(
        at
        for at in log
        if isinstance(at.event, DisbursementRequested)
        and (at.event.fund, at.event.disbursement) == name
    )
    forged = [at._replace(actor=asked.actor) if at == approved else at for at in log]
    trail = disbursement_grounds.trail(forged, *name)
    assert trail is not None
    assert approved.position in {flaw.position for flaw in trail.duties}


@pytest.mark.parametrize("kind", [SettlementPaid, DisbursementApproved])
def test_the_histories_hold_what_these_tests_are_about(told: Told, kind: type) -> None:
    assert any(isinstance(at.event, kind) for at in told[1])
