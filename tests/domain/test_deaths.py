"""Deaths, recorded late: all that came after is taken back at once, and given back if wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.domain import communities, deaths, service
from ledger.domain.catalogue import VERB_OF_COMMAND
from ledger.domain.community_records import MonthClosed
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.decisions import Happening
from ledger.domain.meal_records import (
    MealClaimed,
    MealReinstated,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.meals import ReverseMeal
from ledger.domain.person_records import DeathCorrected, DeathRecorded
from ledger.domain.recovery_records import (
    ClaimName,
    RecoveryLifted,
    RecoveryRaised,
    WriteOffReversed,
)
from ledger.domain.refusals import Code
from ledger.domain.service_records import (
    Hold,
    RefusalReason,
    ReversalReason,
    ServiceCredited,
    ServiceHeld,
    ServiceRefused,
    ServiceReinstated,
    ServiceReversed,
)
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import Count, Minutes, Month, PersonId, ShiftId
from tests.domain.canteen_town import (
    BORN,
    CHEN,
    CLERK,
    COLLEAGUE,
    JINNING,
    JINNING_CANTEEN,
    XIANHU,
    after,
    claimed,
    closed,
    eats,
    lunch,
    noon,
    registered,
)
from tests.story import Told, given

ONE_DAY = timedelta(days=1)
DIED = date(2026, 1, 20)
RECORDED = date(2026, 3, 20)
NOBODY = PersonId("00000000-0000-4000-8000-000000000000")


def dies(*happenings: Any, on: date = DIED) -> Told:
    return given(*happenings).when(RecordDeath(CHEN, on), at=noon(RECORDED))


def corrected(*happenings: Any, to: date | None, at: date = RECORDED) -> Told:
    return given(*happenings).when(CorrectDeath(CHEN, to), at=noon(at))


def reversal(claim: MealClaimed, **changes: Any) -> MealReversed:
    """What a late death makes of the claim, while its month is open."""
    event = MealReversed(
        claim.person,
        claim.canteen,
        claim.community,
        claim.claim,
        ReversalKind.subsidy_withdrawn,
        MealReversalReason.death_recorded_later,
        claim.price_fen,
        claim.shares,
        claim.copayment_fen,
        claim.occurred_on,
        claim.booked_in,
        claim.settles_in,
        None,
    )
    return replace(event, **changes)


def reinstatement(claim: MealClaimed, **changes: Any) -> MealReinstated:
    event = MealReinstated(
        claim.person,
        claim.canteen,
        claim.community,
        claim.claim,
        ReversalKind.subsidy_withdrawn,
        claim.price_fen,
        claim.shares,
        claim.copayment_fen,
        claim.occurred_on,
        claim.booked_in,
        claim.settles_in,
        None,
    )
    return replace(event, **changes)


def claims_in(happenings: tuple[Any, ...]) -> list[MealClaimed]:
    events = (happening[1] for happening in happenings if isinstance(happening, tuple))
    return [event for event in events if isinstance(event, MealClaimed)]


# -- recording ---------------------------------------------------------------------------------


def test_a_death_is_recorded_on_its_own_day() -> None:
    dies(*eats()).then(DeathRecorded(CHEN, DIED, DIED))


def test_the_day_of_death_counts_and_every_later_meal_loses_its_subsidy() -> None:
    days = (DIED - ONE_DAY, DIED, DIED + ONE_DAY, date(2026, 2, 2))
    town = after(*eats(), *map(claimed, days))
    _, _, third, fourth = claims_in(town)
    dies(*town).then(DeathRecorded(CHEN, DIED, DIED), reversal(third), reversal(fourth))


def test_a_late_death_reaches_over_three_months_and_two_canteens_in_one_decision() -> None:
    town = after(
        *eats(),
        claimed(DIED + ONE_DAY),
        claimed(date(2026, 1, 31), at=JINNING_CANTEEN),
        claimed(date(2026, 2, 28), at=JINNING_CANTEEN),
        claimed(RECORDED),
        *closed("2026-01"),
    )
    first, second, third, fourth = claims_in(town)
    told = dies(*town)
    told.then(
        DeathRecorded(CHEN, DIED, DIED),
        reversal(first, settles_in=Month("2026-02"), adjusts=Month("2026-01")),
        reversal(second),
        reversal(third),
        reversal(fourth),
        RecoveryRaised(
            first.canteen, XIANHU, Month("2026-02"), Count(1), CHEN, first.shares[0].payer,
            (ClaimName(Month("2026-01"), first.claim),), first.shares[0].amount_fen,
            Month("2026-01"), RECORDED,
        ),
    )  # fmt: skip
    assert [stream for stream, _ in told.decision] == [
        f"person-{CHEN}",
        f"meals-{CHEN}-2026-01",
        f"meals-{CHEN}-2026-01",
        f"meals-{CHEN}-2026-02",
        f"meals-{CHEN}-2026-03",
        f"canteen-{first.canteen}-2026-02",
    ]


def test_meals_of_closed_months_are_reversed_in_the_books_of_the_first_open_one() -> None:
    town = after(*eats(), claimed(DIED + ONE_DAY))
    books = [
        (communities.stream(XIANHU), MonthClosed(Month(month), RECORDED))
        for month in ("2026-01", "2026-02")
    ]
    _, event = dies(*town, *books).events
    assert (event.occurred_on, event.booked_in) == (DIED + ONE_DAY, "2026-03")


def test_a_meal_at_full_price_is_reversed_too_though_it_moves_nothing() -> None:
    town = after(*eats(born_on=date(1990, 1, 1)), claimed(DIED + ONE_DAY))
    _, event = dies(*town).events
    assert (event.kind, event.shares, event.copayment_fen) == ("subsidy_withdrawn", (), 1200)


def test_what_was_reversed_already_is_left_alone() -> None:
    void = ReverseMeal(
        CHEN, Month("2026-01"), Count(1), ReversalKind.void, MealReversalReason.not_eaten
    )
    town = after(*eats(), claimed(DIED + ONE_DAY), (void, COLLEAGUE, noon(DIED + ONE_DAY)))
    dies(*town).then(DeathRecorded(CHEN, DIED, DIED))


def test_after_the_death_is_recorded_the_card_is_stopped() -> None:
    given(*eats(), dies(*eats())).when(lunch(RECORDED), at=noon(RECORDED)).refused(
        "person_must_be_alive_on_the_day", day=RECORDED
    )


def test_a_meal_of_today_is_found_wherever_the_day_begins_first() -> None:
    just_after_midnight = datetime(2026, 2, 28, 16, 1, tzinfo=UTC)
    march = date(2026, 3, 1)
    town = after(*eats(), (lunch(march), CLERK, just_after_midnight))
    command = RecordDeath(CHEN, date(2026, 2, 28))
    told = given(*town).when(command, at=just_after_midnight)
    assert [event.occurred_on for event in told.events] == [date(2026, 2, 28), march]


def test_somebody_who_died_before_she_was_registered_never_ate_here() -> None:
    registered_later = registered(on=DIED + ONE_DAY)
    town = after(*eats(), registered_later, claimed(DIED + ONE_DAY))
    assert len(dies(*town, on=BORN).events) == 2


# -- service -----------------------------------------------------------------------------------


def served_on(day: date, status: type[ServiceCredited | ServiceHeld]) -> Happening:
    start = noon(day)
    shift = ShiftId(f"shift-{day}")
    facts = (shift, CHEN, JINNING, None, start, start + timedelta(hours=1), Minutes(60), ())
    event: object
    if status is ServiceCredited:
        month = Month(f"{day:%Y-%m}")
        event = ServiceCredited(*facts, EvidenceGrade.checked, False, day, month, None, (), None)
    else:
        event = ServiceHeld(*facts, EvidenceGrade.checked, Hold.late_entry, day, (), None)
    return (service.stream(CHEN), event)


def test_service_after_the_death_is_taken_back_whether_credited_or_held() -> None:
    town = (
        *eats(),
        served_on(DIED, ServiceCredited),
        served_on(DIED + ONE_DAY, ServiceCredited),
        served_on(DIED + 2 * ONE_DAY, ServiceHeld),
    )
    _, credited, held = dies(*town).events
    assert isinstance(credited, ServiceReversed)
    assert (credited.reason, credited.occurred_on) == (ReversalReason.after_death, DIED + ONE_DAY)
    assert isinstance(held, ServiceRefused)
    assert held.reason is RefusalReason.after_death


# -- refusals ----------------------------------------------------------------------------------


def test_a_death_is_recorded_once() -> None:
    town = (*eats(), dies(*eats()))
    for day in (DIED, DIED + ONE_DAY):
        dies(*town, on=day).refused("death_must_not_be_recorded_twice", died_on=DIED)


@pytest.mark.parametrize("command", [RecordDeath(CHEN, RECORDED), CorrectDeath(CHEN, RECORDED)])
def test_nobody_dies_in_the_future(command: RecordDeath | CorrectDeath) -> None:
    town = (*eats(), dies(*eats())) if isinstance(command, CorrectDeath) else eats()
    assert given(*town).when(command, at=noon(RECORDED)).events
    given(*town).when(command, at=noon(RECORDED - ONE_DAY)).refused(
        "day_must_not_be_in_the_future", day=RECORDED, today=RECORDED - ONE_DAY
    )


@pytest.mark.parametrize("died_on", [BORN - ONE_DAY, date.min])
def test_nobody_dies_before_she_is_born(died_on: date) -> None:
    assert dies(*eats(), on=BORN).events
    dies(*eats(), on=died_on).refused("day_must_not_be_before_birth", day=died_on)
    town = (*eats(), dies(*eats()))
    corrected(*town, to=died_on).refused("day_must_not_be_before_birth", day=died_on)


def test_only_a_registered_person_can_die() -> None:
    for command in (RecordDeath(NOBODY, DIED), CorrectDeath(NOBODY, None)):
        given(*eats()).when(command).refused("person_must_be_known", person=NOBODY)


@pytest.mark.parametrize("to", [None, DIED])
def test_only_a_recorded_death_can_be_corrected(to: date | None) -> None:
    corrected(*eats(), to=to).refused("death_must_be_recorded_before_it_is_corrected")


def test_a_correction_names_another_day() -> None:
    corrected(*eats(), dies(*eats()), to=DIED).refused(
        "death_must_not_be_recorded_twice", died_on=DIED
    )


def test_of_two_objections_the_one_listed_first_is_the_answer() -> None:
    town = (*eats(), dies(*eats()))
    dies(*town, on=date.max).refused("day_must_not_be_in_the_future")
    dies(*town, on=date.min).refused("day_must_not_be_before_birth")
    corrected(*eats(), to=date.max).refused("day_must_not_be_in_the_future")
    names = (
        "day_must_not_be_in_the_future",
        "day_must_not_be_before_birth",
        "death_must_not_be_recorded_twice",
        "death_must_be_recorded_before_it_is_corrected",
    )
    orders = [Code[name].order for name in names]
    assert orders == sorted(orders)


# -- correcting --------------------------------------------------------------------------------

EATEN = (DIED - ONE_DAY, DIED + ONE_DAY, DIED + 5 * ONE_DAY, date(2026, 2, 10))
ATE = after(*eats(), *map(claimed, EATEN))
DEAD = (*ATE, *dies(*ATE).decision)


def test_whoever_is_alive_after_all_has_all_her_meals_again() -> None:
    _, *reversed_claims = claims_in(ATE)
    corrected(*DEAD, to=None).then(
        DeathCorrected(CHEN, None, DIED), *map(reinstatement, reversed_claims)
    )


def test_a_later_day_of_death_gives_back_the_meals_up_to_it() -> None:
    _, second, third, _ = claims_in(ATE)
    corrected(*DEAD, to=DIED + 5 * ONE_DAY).then(
        DeathCorrected(CHEN, DIED + 5 * ONE_DAY, DIED),
        reinstatement(second),
        reinstatement(third),
    )


def test_an_earlier_day_of_death_takes_back_the_meals_after_it() -> None:
    first, *_ = claims_in(ATE)
    earlier = DIED - 2 * ONE_DAY
    corrected(*DEAD, to=earlier).then(DeathCorrected(CHEN, earlier, DIED), reversal(first))


def test_an_earlier_day_reaches_into_earlier_months() -> None:
    town = after(*eats(), claimed(date(2026, 1, 5)))
    dead = (*town, *dies(*town, on=date(2026, 2, 1)).decision)
    _, event = corrected(*dead, to=date(2026, 1, 4)).events
    assert isinstance(event, MealReversed)


def test_a_correction_can_be_corrected() -> None:
    alive = (*DEAD, *corrected(*DEAD, to=None).decision)
    assert len(dies(*alive).events) == 4
    moved = (*DEAD, *corrected(*DEAD, to=DIED + 5 * ONE_DAY).decision)
    _, *events = corrected(*moved, to=DIED).events
    assert [event.occurred_on for event in events] == [DIED + ONE_DAY, DIED + 5 * ONE_DAY]
    assert all(isinstance(event, MealReversed) for event in events)


def test_a_reinstatement_settles_where_it_is_open_and_names_the_claims_settlement() -> None:
    town = (*DEAD, *closed("2026-01", "2026-02"))
    _, second, third, fourth = claims_in(ATE)
    march, january, february = Month("2026-03"), Month("2026-01"), Month("2026-02")
    corrected(*town, to=None).then(
        DeathCorrected(CHEN, None, DIED),
        reinstatement(second, settles_in=march, adjusts=january),
        reinstatement(third, settles_in=march, adjusts=january),
        reinstatement(fourth, settles_in=march, adjusts=february),
    )


def test_what_was_reversed_for_another_reason_stays_reversed() -> None:
    ineligible = ReverseMeal(
        CHEN,
        Month("2026-01"),
        Count(2),
        ReversalKind.subsidy_withdrawn,
        MealReversalReason.ineligible,
    )
    town = after(*ATE, (ineligible, COLLEAGUE, noon(date(2026, 2, 12))))
    dead = (*town, *dies(*town).decision)
    events = corrected(*dead, to=None).events
    assert [event.occurred_on for event in events[1:]] == [DIED + 5 * ONE_DAY, date(2026, 2, 10)]


def test_a_meal_given_back_counts_again_for_its_day() -> None:
    alive = (*DEAD, *corrected(*DEAD, to=None).decision)
    day = date(2026, 2, 10)
    given(*alive).when(lunch(day, at=JINNING_CANTEEN), at=noon(day)).refused(
        "day_must_not_have_two_subsidised_meals"
    )


def test_service_taken_back_is_given_back_and_an_earlier_death_takes_more() -> None:
    town = (*eats(), served_on(DIED, ServiceCredited), served_on(DIED + ONE_DAY, ServiceCredited))
    dead = (*town, *dies(*town).decision)
    _, again = corrected(*dead, to=None).events
    assert isinstance(again, ServiceReinstated)
    assert again.occurred_on == DIED + ONE_DAY
    _, event = corrected(*dead, to=DIED - ONE_DAY).events
    assert event.occurred_on == DIED


def test_a_death_is_a_matter_of_the_persons_community() -> None:
    assert deaths.place(RecordDeath(CHEN, DIED), given(*eats()).ledger) == XIANHU
    assert deaths.place(RecordDeath(NOBODY, DIED), given().ledger) is None


def test_a_death_is_recorded_by_a_person_and_its_consequences_by_the_system() -> None:
    what_follows = {MealReversed, MealReinstated, RecoveryRaised, RecoveryLifted}
    what_follows |= {WriteOffReversed}
    what_follows |= {ServiceReversed, ServiceReinstated, ServiceRefused}
    for command in (RecordDeath, CorrectDeath):
        assert VERB_OF_COMMAND[command].consequences == what_follows
