"""An entry of time credit that does not stand: taken back once, by another, from who has it."""

from datetime import date
from typing import Any

import pytest

from ledger.domain import postings, service, timebank
from ledger.domain.community_records import ServiceRules
from ledger.domain.credit_reversals import ReverseCredit
from ledger.domain.timebank import DonateCredit, RedeemCredit, TransferCredit
from ledger.domain.timebank_records import CreditReversalReason, CreditReversed, CreditTakenBack
from ledger.domain.values import Count, Minutes, PersonId
from tests.domain.shift_stories import CHEN, JINNING, LEADER, STRANGER, WU, died, relative, ruled
from tests.domain.test_timebank import EARNED, EVENING, MARCH, MONDAY, REVERSE, moved, spending
from tests.story import SOMEBODY, Sheet, Story, Told, given

WRONG = CreditReversalReason.wrong_amount
GIVE, REDEEM, DONATE = spending(90)
HOUR = Minutes(60)


def back(entry: int = 1, person: PersonId = CHEN) -> ReverseCredit:
    return ReverseCredit(person, Count(entry), WRONG)


def then(*commands: Any, story: Story = EARNED) -> Story:
    """What the leader entered, and somebody else took back."""
    for command in commands:
        by = SOMEBODY if isinstance(command, ReverseCredit) else LEADER
        story = (*story, given(*story).when(command, by=by, at=EVENING))
    return story


def taken_back(
    *commands: Any, command: ReverseCredit | None = None, by: PersonId = SOMEBODY
) -> Told:
    return given(*then(*commands)).when(command or back(), by=by, at=EVENING)


def balance(story: Story, who: PersonId) -> int:
    ledger = given(*story).ledger
    return ledger[service.stream(who)].earned_minutes() + ledger[timebank.stream(who)].net_minutes


@pytest.mark.parametrize("command", [REDEEM, DONATE])
def test_what_was_redeemed_or_donated_is_hers_again(command: Any) -> None:
    told = taken_back(command).then(
        CreditReversed(
            CHEN, Count(1), None, JINNING, Minutes(90), WRONG, SOMEBODY, MONDAY, MARCH, None
        )
    )
    assert moved(told) == {f"person/{CHEN}/credit": 90, f"community/{JINNING}/credit": -90}
    assert balance(then(command, back()), CHEN) == 120


def test_what_was_given_comes_back_from_who_was_given_it_and_she_knows() -> None:
    told = taken_back(GIVE).then(
        CreditReversed(
            CHEN, Count(1), WU, JINNING, Minutes(90), WRONG, SOMEBODY, MONDAY, MARCH, None
        ),
        CreditTakenBack(WU, CHEN, JINNING, Minutes(90), MONDAY),
    )
    assert moved(told) == {f"person/{CHEN}/credit": 90, f"person/{WU}/credit": -90}
    assert [postings.of(event) for event in told.events][1] == ()
    story = then(GIVE, back())
    assert (balance(story, CHEN), balance(story, WU)) == (120, 0)


@pytest.mark.parametrize(("used", "goes"), [(0, True), (1, False), (90, False)])
def test_nobody_is_made_to_owe_what_she_has_used_since(used: int, *, goes: bool) -> None:
    spent = (RedeemCredit(WU, Minutes(used)),) if used else ()
    told = taken_back(GIVE, *spent)
    if goes:
        assert told.events
    else:
        told.refused(
            "given_credit_must_still_be_there", balance_minutes=90 - used, credit_minutes=90
        )


def test_what_she_had_besides_may_pay_for_it() -> None:
    """Wu was given another hour, and used one: credit is one number."""
    hour = TransferCredit(CHEN, WU, HOUR)
    assert taken_back(hour, hour, RedeemCredit(WU, HOUR)).events


def test_whoever_is_short_since_her_service_was_reversed_owes_less_again() -> None:
    story = then(DONATE, REVERSE)
    assert balance(story, CHEN) == -90
    assert balance(then(back(), story=story), CHEN) == 0


def test_an_entry_has_the_number_of_its_place_in_her_stream() -> None:
    """What she was given, and what was taken back, is counted with what she spent."""
    story = then(TransferCredit(CHEN, WU, HOUR), DonateCredit(WU, Minutes(10)), back(2, WU))
    story = then(RedeemCredit(WU, Minutes(20)), story=story)
    for number in (0, 1, 3, 5):
        told = given(*story).when(back(number, WU), by=SOMEBODY, at=EVENING)
        told.refused("record_must_be_known", record=f"{WU}/{number}")
    (event,) = given(*story).when(back(4, WU), by=SOMEBODY, at=EVENING).events
    assert (event.entry, event.credit_minutes) == (4, 20)


# -- who, how often, and whenever --------------------------------------------------------------


@pytest.mark.parametrize("command", [GIVE, REDEEM, DONATE])
def test_it_is_taken_back_once_and_by_another_person(command: Any) -> None:
    taken_back(command, back()).refused("credit_entry_must_not_be_reversed_twice", entry=1)
    taken_back(command, by=LEADER).refused("credit_entry_must_be_reversed_by_another", entry=1)


def test_nobody_takes_back_for_herself_or_a_relation() -> None:
    story = then(REDEEM)
    told = given(*story).when(back(), by=CHEN, at=EVENING)
    told.refused("confirmer_must_not_be_the_volunteer")
    sheets: tuple[Sheet, ...] = (relative(SOMEBODY, of=CHEN), relative(CHEN, of=SOMEBODY))
    for sheet in sheets:
        told = given(*story, sheet).when(back(), by=SOMEBODY, at=EVENING)
        told.refused("confirmer_must_not_be_related")


def test_a_stranger_has_no_entry() -> None:
    command = back(1, STRANGER)
    taken_back(command=command).refused("person_must_be_known", person=STRANGER)


@pytest.mark.parametrize(
    "since", [died(CHEN, date(2026, 3, 1)), died(WU, MONDAY), ruled(ServiceRules(), since=MONDAY)]
)
def test_a_mistake_may_be_taken_back_whatever_became_of_them(since: Any) -> None:
    assert given(*then(GIVE), since).when(back(), by=SOMEBODY, at=EVENING).events
