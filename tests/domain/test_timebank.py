"""The time bank (时间银行): credit is earned by service, and nobody chooses to owe any."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger.domain import people, postings, service, timebank
from ledger.domain.community_records import ServiceRules
from ledger.domain.deaths import RecordDeath
from ledger.domain.decisions import Happening, Refused
from ledger.domain.person_records import PersonRegistered
from ledger.domain.service import ConfirmService, ReverseService
from ledger.domain.service_openings import ImportOpeningMinutes
from ledger.domain.service_records import OpeningGrade, ReversalReason
from ledger.domain.timebank import DonateCredit, RedeemCredit, TimebankCommand, TransferCredit
from ledger.domain.timebank_records import (
    CreditDonated,
    CreditReceived,
    CreditRedeemed,
    CreditTransferred,
)
from ledger.domain.values import CommunityId, Count, Minutes, Month, PersonId
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    LONG_AGO,
    MUTUAL_AID,
    STRANGER,
    WU,
    XIANHU,
    at,
    community,
    died,
    relative,
    ruled,
    served,
)
from tests.story import Given, Sheet, Story, Told, given

MONDAY = date(2026, 3, 2)
EVENING = at("03-02 20:00")
MARCH = Month("2026-03")
BANK = ServiceRules(time_bank=True)
CONFIRM = ConfirmService(KITCHEN, CHEN)
REVERSE = ReverseService(KITCHEN, CHEN, ReversalReason.found_false)
KITCHEN_HOURS = served(at("03-02 09:00"), at("03-02 11:00"))


def then(story: Story, *commands: object, by: PersonId = LEADER) -> Story:
    for command in commands:
        story = (*story, given(*story).when(command, by=by, at=EVENING))
    return story


EARNED = then((*JINNING_EVENT, ruled(BANK), *KITCHEN_HOURS), CONFIRM)
"""Two hours of Chen's, credited where there is a time bank."""


def spending(minutes: int) -> tuple[TimebankCommand, ...]:
    amount = Minutes(minutes)
    return (
        TransferCredit(CHEN, WU, amount),
        RedeemCredit(CHEN, amount),
        DonateCredit(CHEN, amount),
    )


def spent(story: Story, command: TimebankCommand) -> Told:
    return given(*story).when(command, by=CHEN, at=EVENING)


def moved(told: Told) -> dict[str, int]:
    every = [posting for event in told.events for posting in postings.of(event)]
    return {posting.account: posting.amount for posting in every}


# -- what is moved -----------------------------------------------------------------------------


def test_credit_is_given_to_another_person_who_knows_of_it() -> None:
    told = spent(EARNED, TransferCredit(CHEN, WU, Minutes(90)))
    told.then(
        CreditTransferred(CHEN, WU, JINNING, Minutes(90), CHEN, MONDAY, MARCH, None),
        CreditReceived(WU, CHEN, JINNING, Minutes(90), MONDAY),
    )
    assert moved(told) == {f"person/{CHEN}/credit": -90, f"person/{WU}/credit": 90}
    assert spent((*EARNED, told), RedeemCredit(WU, Minutes(90))).decision


def test_credit_goes_back_to_the_community_when_it_is_redeemed_or_donated() -> None:
    expected = {f"person/{CHEN}/credit": -90, f"community/{JINNING}/credit": 90}
    for command, event in (
        (RedeemCredit(CHEN, Minutes(90)), CreditRedeemed),
        (DonateCredit(CHEN, Minutes(90)), CreditDonated),
    ):
        told = spent(EARNED, command)
        told.then(event(CHEN, JINNING, Minutes(90), CHEN, MONDAY, MARCH, None))
        assert moved(told) == expected


def test_spending_leaves_service_minutes_as_they_are() -> None:
    before = given(*EARNED).ledger[service.stream(CHEN)]
    for command in spending(120):
        after = given(*EARNED, spent(EARNED, command)).ledger[service.stream(CHEN)]
        assert after == before


# -- what she has ------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "covered"), [(120, True), (121, False)])
def test_nobody_spends_more_than_she_has(minutes: int, covered: bool) -> None:
    for command in spending(minutes):
        told = spent(EARNED, command)
        if covered:
            assert told.decision
        else:
            told.refused("credit_must_cover_the_minutes", balance_minutes=120, credit_minutes=121)


@pytest.mark.parametrize("minutes", [0, -1])
def test_something_is_spent(minutes: int) -> None:
    for command in spending(minutes):
        spent(EARNED, command).refused("minutes_must_be_positive")


def test_credit_is_earned_by_service_where_there_is_a_time_bank_and_by_nothing_else() -> None:
    late = ruled(BANK, since=date(2026, 3, 3))
    story = then((*JINNING_EVENT, late, *KITCHEN_HOURS), CONFIRM)
    tomorrow = at("03-03 09:00")
    given(*story).when(RedeemCredit(CHEN, Minutes(1)), by=CHEN, at=tomorrow).refused(
        "credit_must_cover_the_minutes", balance_minutes=0
    )
    opening = ImportOpeningMinutes(
        CHEN, MUTUAL_AID, Minutes(600), date(2025, 12, 31), OpeningGrade.imported
    )
    spent(then(EARNED, opening), RedeemCredit(CHEN, Minutes(121))).refused(
        "credit_must_cover_the_minutes"
    )


def test_reversed_service_takes_its_credit_with_it_and_may_leave_her_short() -> None:
    story = (*EARNED, spent(EARNED, RedeemCredit(CHEN, Minutes(90))))
    story = then(story, REVERSE)
    spent(story, RedeemCredit(CHEN, Minutes(1))).refused(
        "credit_must_cover_the_minutes", balance_minutes=-90
    )


# -- who and where -----------------------------------------------------------------------------


def test_there_is_no_credit_where_the_community_has_no_time_bank_that_day() -> None:
    off = ruled(ServiceRules(), since=MONDAY)
    for command in spending(60):
        spent((*EARNED, off), command).refused(
            "time_bank_must_be_on", community=JINNING, day=MONDAY
        )


def lives_in(who: PersonId, where: CommunityId) -> Happening:
    event = PersonRegistered(who, where, Count(1), "commitment", LONG_AGO)
    return (people.stream(who), event)


def test_whoever_is_given_credit_lives_where_there_is_a_time_bank_too() -> None:
    story: Story = (*EARNED, *community(XIANHU), lives_in(STRANGER, XIANHU))
    transfer = TransferCredit(CHEN, STRANGER, Minutes(60))
    spent(story, transfer).refused("time_bank_must_be_on", community=XIANHU)
    _, received = spent((*story, ruled(BANK, where=XIANHU)), transfer).events
    assert received.community == XIANHU


def test_both_are_known_alive_and_two() -> None:
    spent(EARNED, TransferCredit(CHEN, STRANGER, Minutes(1))).refused(
        "person_must_be_known", person=STRANGER
    )
    for dead in (CHEN, WU):
        story: Story = (*EARNED, died(dead, date(2026, 3, 1)))
        spent(story, TransferCredit(CHEN, WU, Minutes(1))).refused(
            "person_must_be_alive_on_the_day"
        )
    spent(EARNED, TransferCredit(CHEN, CHEN, Minutes(1))).refused(
        "credit_must_go_to_another_person"
    )


def test_nobody_who_acts_for_another_takes_the_credit_herself() -> None:
    transfer = TransferCredit(CHEN, WU, Minutes(60))
    given(*EARNED).when(transfer, by=WU, at=EVENING).refused("credit_must_be_given_and_not_taken")


@pytest.mark.parametrize("sheet", [relative(LEADER, of=WU), relative(WU, of=LEADER)])
def test_nor_does_she_give_it_to_her_family(sheet: Sheet) -> None:
    transfer = TransferCredit(CHEN, WU, Minutes(60))
    told = given(*EARNED, sheet).when(transfer, by=LEADER, at=EVENING)
    told.refused("credit_must_be_given_and_not_taken")


def test_whom_she_gives_her_own_credit_is_hers_to_choose() -> None:
    transfer = TransferCredit(CHEN, WU, Minutes(60))
    assert given(*EARNED, relative(CHEN, of=WU)).when(transfer, by=CHEN, at=EVENING).events
    assert given(*EARNED).when(transfer, by=LEADER, at=EVENING).decision


# -- laws --------------------------------------------------------------------------------------

SPENDING = st.tuples(
    st.sampled_from((CHEN, WU, LEADER)),
    st.sampled_from((None, CHEN, WU, LEADER)),
    st.integers(1, 90),
    st.booleans(),
)


def command(who: PersonId, to: PersonId | None, minutes: int, redeemed: bool) -> TimebankCommand:
    if to is not None:
        return TransferCredit(who, to, Minutes(minutes))
    return RedeemCredit(who, Minutes(minutes)) if redeemed else DonateCredit(who, Minutes(minutes))


def books(story: Given, accounts: Counter[str], told: Told) -> None:
    for happening in told.decision:
        story.ledger.fold(happening)
        for posting in postings.of(happening[1]):
            accounts[posting.account] += posting.amount


@for_all(st.lists(SPENDING, max_size=25))
def test_accounts_and_states_agree_and_nobody_chooses_to_owe(
    asked: list[tuple[PersonId, PersonId | None, int, bool]],
) -> None:
    story = given(*EARNED)
    accounts = Counter({f"person/{CHEN}/credit": 120, f"community/{JINNING}/credit": -120})
    for each in asked:
        told = story.when(command(*each), by=each[0], at=EVENING)
        story.ledger.allowed = None
        if not isinstance(told.outcome, Refused):
            books(story, accounts, told)
        for who in (CHEN, WU, LEADER):
            earned = story.ledger[service.stream(who)].earned_minutes()
            balance = earned + story.ledger[timebank.stream(who)].net_minutes
            assert balance == accounts[f"person/{who}/credit"] >= 0
    assert sum(accounts.values()) == 0


def test_credit_stays_with_whoever_received_it_when_a_death_is_found_out_late() -> None:
    """The service that earned it is taken back; what she gave on is another's by now."""
    given_on = spent(EARNED, TransferCredit(CHEN, WU, Minutes(90)))
    story = then((*EARNED, given_on), RecordDeath(CHEN, date(2026, 3, 1)))
    ledger = given(*story).ledger
    assert ledger[timebank.stream(WU)].net_minutes == 90
    assert ledger[timebank.stream(CHEN)].net_minutes == -90
    assert ledger[service.stream(CHEN)].earned_minutes() == 0
    spent(story, DonateCredit(CHEN, Minutes(1))).refused("person_must_be_alive_on_the_day")
