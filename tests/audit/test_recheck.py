"""Rechecks: every difference of a true ledger is explained, and what is false is left over."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import psycopg
import pytest

from ledger.audit.differences import WHY, Cause, Comparison, Question
from ledger.audit.recheck import Recheck, recheck
from ledger.audit.settlement_grounds import claim_name
from ledger.domain.meal_records import MealClaimed, MealReversed
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementDisbursed,
    SettlementPaid,
    SettlementSubmitted,
)
from ledger.domain.tiers import PayerShare
from ledger.domain.values import Fen, Month, PayerPath, SiteId
from ledger.projections import grounds
from ledger.store.codec import Recorded
from tests.projections.history_views import Start

Told = tuple[psycopg.Connection[Any], list[Recorded]]
Name = tuple[SiteId, Month]
EARLY = {Question.priced, Question.stands, Question.settled}
"""What is compared of a month before it is presented."""
SEEDS = (2, 7, 43)


@pytest.fixture(scope="module")
def told(town: Start) -> Iterator[list[Told]]:
    found: list[Told] = []
    with (
        town.told(Random(SEEDS[0]), 250) as one,
        town.told(Random(SEEDS[1]), 250) as two,
        town.told(Random(SEEDS[2]), 250) as three,
    ):
        found += [one, two, three]
        yield found


def months(log: Sequence[Recorded]) -> set[Name]:
    claimed = [at.event for at in log if isinstance(at.event, MealClaimed)]
    return {(event.canteen, event.settles_in) for event in claimed}


def by_question(found: Recheck, question: Question) -> list[Comparison]:
    return [each for each in found.comparisons if each.question is question]


# -- a true ledger -------------------------------------------------------------------------------


def test_nothing_of_a_true_ledger_is_unexplained_at_any_position(told: list[Told]) -> None:
    dice = Random(5)
    for connection, log in told:
        for name in months(log):
            for known in (None, dice.randrange(len(log))):
                found = recheck(grounds.of_settlement(connection, *name, known), *name)
                seen = [at for at in log if known is None or at.position <= known]
                assert found == recheck(seen, *name)
                assert found.explained, (name, known, found)
                assert found.unexplained_fen == 0


def test_every_cause_but_what_is_rare_is_found_and_names_its_entries(told: list[Told]) -> None:
    causes: set[Cause] = set()
    for _, log in told:
        for name in months(log):
            for each in recheck(log, *name).comparisons:
                causes |= {why.cause for why in each.reasons}
                for why in each.reasons:
                    assert why.amount_fen
                    assert (why.en, why.zh) == WHY[why.cause]
                    if why.cause in {Cause.reversed_later, Cause.earlier_reversed}:
                        kinds = {type(log[place - 1].event) for place in why.positions}
                        assert kinds == {MealReversed}
    assert causes >= {
        *(Cause.taken_back, Cause.standing_again),
        *(Cause.reversed_later, Cause.earlier_reversed, Cause.reinstated_later),
        *(Cause.repaid, Cause.carried, Cause.owed_back, Cause.not_paid),
    }


def test_each_figure_is_the_one_that_the_next_begins_with(told: list[Told]) -> None:
    taken = (Question.due, Question.approved, Question.paid)
    chains = [
        (Question.priced, Question.stands, Question.asked, *taken),
        (Question.settled, Question.asked, *taken),
    ]
    seen = 0
    for _, log in told:
        for name in months(log):
            found = {(each.payer, each.question): each for each in recheck(log, *name).comparisons}
            for payer in {payer for payer, question in found if question is Question.due}:
                for chain in chains:
                    links = [found[payer, each] for each in chain if (payer, each) in found]
                    for one, other in pairwise(links):
                        assert one.told_fen == other.expected_fen
                        seen += 1
    assert seen > 0


def test_a_month_that_was_not_presented_has_its_claims_alone(told: list[Told]) -> None:
    log, _, name = presented(told, SettlementSubmitted)
    before = next(
        at.position
        for at in log
        if isinstance(at.event, SettlementSubmitted) and (at.event.canteen, at.event.month) == name
    )
    found = recheck(log[: before - 1], *name)
    assert (found.presented, found.explained) == (False, True)
    assert {each.question for each in found.comparisons} <= EARLY
    nothing = recheck(log, SiteId("no-such"), name[1])
    assert (nothing.claims, nothing.comparisons, nothing.explained) == (0, (), True)


# -- a false one ---------------------------------------------------------------------------------


def presented(told: list[Told], kind: type) -> tuple[list[Recorded], Recorded, Name]:
    """The log and last event of a kind in a month that was presented, and paid by a fund."""
    for _, log in told:
        paid = [at.event for at in log if isinstance(at.event, SettlementDisbursed)]
        whole = {(event.canteen, event.month) for event in paid}
        for at in reversed(log):
            if isinstance(at.event, kind):
                event: Any = at.event
                name = event.canteen, getattr(event, "settles_in", None) or event.month
                if name in whole and getattr(event, "shares", True):
                    return log, at, name
    raise AssertionError(f"the towns have no such {kind}")


def share(event: Any) -> Any:
    (first, *others) = event.shares
    return replace(event, shares=(replace(first, amount_fen=Fen(first.amount_fen + 7)), *others))


def to_another(event: Any) -> Any:
    first = event.shares[0]
    other = PayerShare(PayerPath("government/town"), first.amount_fen)
    return replace(event, shares=(other, *event.shares[1:]))


def due(event: Any) -> Any:
    first, *others = event.payers
    return replace(event, payers=(replace(first, due_fen=first.due_fen + 7), *others))


def amount(event: Any) -> Any:
    return replace(event, amount_fen=Fen(event.amount_fen + 7))


@pytest.mark.parametrize(
    ("kind", "forge", "question"),
    [
        (MealClaimed, share, Question.priced),
        (MealClaimed, to_another, Question.priced),
        (MealClaimed, share, Question.asked),
        (SettlementSubmitted, due, Question.due),
        (SettlementApproved, due, Question.approved),
        (SettlementPaid, amount, Question.vouchers),
        (SettlementDisbursed, amount, Question.vouchers),
    ],
)
def test_what_is_false_is_left_over_where_it_is_false(
    told: list[Told], kind: type, forge: Callable[[Any], Any], question: Question
) -> None:
    log, at, name = presented(told, kind)
    forged = [each._replace(event=forge(each.event)) if each == at else each for each in log]
    assert recheck(log, *name).explained
    found = recheck(forged, *name)
    assert not found.explained
    assert found.unexplained_fen > 0
    assert any(each.unexplained_fen for each in by_question(found, question))


def test_more_paid_than_was_approved_is_explained_by_nothing(told: list[Told]) -> None:
    log, at, name = presented(told, SettlementPaid)
    more = replace(at.event, amount_fen=Fen(at.event.amount_fen + 10**9))
    found = recheck([each._replace(event=more) if each == at else each for each in log], *name)
    (paid,) = [each for each in by_question(found, Question.paid) if each.payer == at.event.payer]
    assert paid.unexplained_fen > 0


def test_a_claim_by_a_version_that_was_not_in_force_is_a_flaw_and_not_a_reason(
    told: list[Told],
) -> None:
    log, at, name = presented(told, MealClaimed)
    other = replace(at.event, policy_version=at.event.policy_version + 9)
    found = recheck([each._replace(event=other) if each == at else each for each in log], *name)
    assert at.position in {flaw.position for flaw in found.flaws}
    assert not found.explained


def test_a_reversal_takes_back_what_was_claimed_and_only_once(told: list[Told]) -> None:
    log, at, name = presented(told, MealReversed)
    for twice, event in ((True, at.event), (False, share(at.event))):
        forged = [each._replace(event=event) if each == at else each for each in log]
        if twice:
            forged.insert(at.position, at)
        found = recheck(forged, *name)
        assert at.position in {flaw.position for flaw in found.flaws}, twice
    claimed = next(
        each
        for each in log
        if isinstance(each.event, MealClaimed) and claim_name(each.event) == claim_name(at.event)
    )
    with pytest.raises(LookupError):
        recheck([each for each in log if each != claimed], *name)


def test_every_cause_has_a_sentence_in_both_languages() -> None:
    assert set(WHY) == set(Cause)
    assert all(en.endswith(".") and zh.endswith("。") for en, zh in WHY.values())
