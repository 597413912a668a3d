"""A meal that was eaten and cannot be claimed: who pays for it is named, and no balance moves."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from ledger.domain import people, postings, unclaimable
from ledger.domain.decisions import Happening
from ledger.domain.person_records import DeathRecorded
from ledger.domain.refusals import Code
from ledger.domain.rights_records import ErasureBasis, PersonErased, PersonRestricted
from ledger.domain.sites import Weekday
from ledger.domain.tiers import Charge, Sitting
from ledger.domain.unclaimable import EndUnclaimableMeal, EnterUnclaimableMeal
from ledger.domain.unclaimable_records import (
    EndReason,
    MealPayer,
    UnclaimableMealEnded,
    UnclaimableMealEntered,
    WhyRefused,
)
from ledger.domain.values import Count, Fen, PersonId, SiteId, month_of
from tests.domain.canteen_town import (
    CHEN,
    CLERK,
    COLLEAGUE,
    MONDAY,
    NEW_YEAR,
    STATION,
    XIANHU,
    XIANHU_CANTEEN,
    after,
    claimed,
    eats,
    lunch,
    noon,
    published,
    registered,
    served,
)
from tests.domain.states import (
    Cell,
    Machine,
    Row,
    by_anybody,
    each_cell,
    must_answer,
    must_be_total,
)
from tests.domain.test_meal_refusals import REFUSALS
from tests.domain.test_wrong_states_of_duplicates import merged
from tests.story import Ledger, Story, given

ONE_MORE = PersonId("00000000-0000-4000-8000-0000000000e0")
FIRST, MARCH = Count(1), month_of(MONDAY)
UNTIL = date(2056, 12, 31)
WAITS = PersonRestricted(CHEN, None, ErasureBasis.participation_ended, UNTIL, (), MONDAY)
ERASED = PersonErased(CHEN, ErasureBasis.participation_ended, MONDAY)
AT_THE_LIMIT = after(*eats(), claimed())


def enter(**changes: Any) -> EnterUnclaimableMeal:
    """The fields of a lunch that was not asked for at the full price; they differ as told."""
    said = asdict(lunch())
    del said["at_full_price"]
    return EnterUnclaimableMeal(**(said | changes))


def end(reason: EndReason = EndReason.paid) -> EndUnclaimableMeal:
    return EndUnclaimableMeal(CHEN, MARCH, FIRST, reason)


def entered(why: WhyRefused, payer: MealPayer, price_fen: Fen | None) -> UnclaimableMealEntered:
    meal = (FIRST, MONDAY, Sitting.lunch)
    return UnclaimableMealEntered(CHEN, XIANHU_CANTEEN, XIANHU, *meal, why, payer, price_fen, CLERK)


def of_chen(*events: Any) -> tuple[Happening, ...]:
    return tuple((people.stream(CHEN), event) for event in events)


# -- who pays ------------------------------------------------------------------------------------


def test_who_had_her_subsidised_meal_already_pays_the_full_price_herself() -> None:
    told = given(*AT_THE_LIMIT).when(enter(), by=CLERK)
    told.then(
        entered(WhyRefused.day_must_not_have_two_subsidised_meals, MealPayer.eater, Fen(1200))
    )
    assert told.decision[0][0] == unclaimable.stream(CHEN, MARCH)


BEYOND: dict[str, Callable[[], Story]] = {
    "person_must_be_alive_on_the_day": lambda: (
        *eats(),
        *of_chen(DeathRecorded(CHEN, NEW_YEAR, NEW_YEAR)),
    ),
    "person_must_not_be_erased": lambda: (*eats(), *of_chen(ERASED)),
    "person_must_not_be_restricted": lambda: (*eats(), *of_chen(WAITS)),
    "person_must_not_be_a_duplicate": lambda: (
        *eats(),
        registered(ONE_MORE),
        *merged(ONE_MORE, CHEN),
    ),
    "person_must_be_registered_on_the_day": lambda: (*eats(), registered(on=date(2026, 3, 3))),
    "canteen_must_serve_on_the_day": lambda: (
        *eats(),
        published(weekdays=(Weekday.tuesday,)),
    ),
}
"""What became of her, or of the canteen, while the network was gone."""


@pytest.mark.parametrize("code", BEYOND)
def test_whoever_was_none_to_be_served_the_canteen_pays_for(code: str) -> None:
    given(*BEYOND[code]()).when(lunch(), by=CLERK).refused(code)
    told = given(*BEYOND[code]()).when(enter(), by=CLERK)
    told.then(entered(WhyRefused(code), MealPayer.canteen, Fen(1200)))


def test_where_no_policy_covers_the_day_nobody_says_what_the_meal_costs() -> None:
    told = given(*served(published(valid_until=MONDAY))).when(enter(), by=CLERK)
    told.then(entered(WhyRefused.policy_must_cover_the_day, MealPayer.canteen, None))


@pytest.mark.parametrize(("charged_fen", "price_fen"), [(None, 1200), (1500, 1500)])
def test_where_the_policy_leaves_the_price_open_it_is_what_was_charged(
    charged_fen: Fen | None, price_fen: int
) -> None:
    story = after(*eats(), published(charge=Charge.amount_charged), claimed())
    told = given(*story).when(enter(charged_fen=charged_fen), by=CLERK)
    assert told.events[0].price_fen == price_fen


def test_it_changes_no_balance_and_takes_no_meal_of_the_day() -> None:
    (event,) = given(*eats(), *of_chen(WAITS)).when(enter(), by=CLERK).events
    assert not postings.of(event)
    happened = given(*eats(), *of_chen(WAITS)).when(enter(), by=CLERK).decision
    assert given(*eats(), *happened).when(lunch(), by=CLERK).events[0].shares


# -- what is none --------------------------------------------------------------------------------


def test_what_can_be_claimed_is_claimed() -> None:
    given(*eats()).when(enter(), by=CLERK).refused("meal_must_not_be_claimable")
    full_price = eats(born_on=date(1990, 1, 1))
    given(*full_price).when(enter(), by=CLERK).refused("meal_must_not_be_claimable")


def test_the_word_of_each_refusal_is_its_code() -> None:
    assert {each.value for each in WhyRefused} <= set(Code.__members__)
    assert all(each.name == each.value for each in WhyRefused)


NO_MEAL = set(REFUSALS) - set(WhyRefused)


def test_what_was_no_meal_is_known() -> None:
    assert {
        "site_must_be_known",
        "person_must_be_known",
        "day_must_not_be_in_the_future",
        "amount_must_be_positive",
        "site_must_be_a_canteen",
        "charge_must_be_the_price",
    } == NO_MEAL


@pytest.mark.parametrize("code", sorted(NO_MEAL))
def test_what_was_no_meal_is_refused_as_its_claim_is(code: str) -> None:
    changes, change, values = REFUSALS[code]
    given(*change(eats())).when(enter(**changes), by=CLERK).refused(code, **values)


def test_a_station_serves_nobody_whoever_became_of_the_eater() -> None:
    given(*eats(), *of_chen(ERASED)).when(enter(canteen=SiteId("nowhere"))).refused(
        "site_must_be_known"
    )
    dead = of_chen(DeathRecorded(CHEN, NEW_YEAR, NEW_YEAR))
    given(*eats(), *dead).when(enter(canteen=STATION)).refused("site_must_be_a_canteen")


def test_the_same_meal_is_entered_once_under_whichever_of_her_ids() -> None:
    story = after(*AT_THE_LIMIT, (enter(), CLERK, noon(MONDAY)))
    given(*story).when(enter(), by=COLLEAGUE).refused("unclaimable_meal_must_be_new", day=MONDAY)
    twice = (*story, registered(ONE_MORE), *merged(ONE_MORE, CHEN))
    given(*twice).when(enter(person=ONE_MORE)).refused("unclaimable_meal_must_be_new")


def test_two_sittings_of_a_day_are_two_meals() -> None:
    both = published(sittings=(Sitting.lunch, Sitting.dinner))
    story = after(*eats(), both, claimed(), (enter(), CLERK, noon(MONDAY)))
    (event,) = given(*story).when(enter(sitting=Sitting.dinner), by=CLERK).events
    assert (event.meal, event.sitting) == (2, Sitting.dinner)


# -- how it ends ---------------------------------------------------------------------------------


def unclaimed(*steps: Any) -> Row:
    return Row(lambda: given(*after(*AT_THE_LIMIT, *steps)))


ENTERED = (enter(), CLERK, noon(MONDAY))


def stage_of_the_meal(ledger: Ledger) -> str:
    month = ledger[unclaimable.stream(CHEN, MARCH)]
    if month.meal(FIRST) is None:
        return "none"
    return "ended" if FIRST in month.ends else "entered"


UNCLAIMABLE = Machine(
    nouns=("unclaimable",),
    stage_of=stage_of_the_meal,
    rows={
        "none": unclaimed(),
        "entered": unclaimed(ENTERED),
        "ended.paid": unclaimed(ENTERED, (end(), COLLEAGUE, noon(MONDAY))),
        "ended.wrong": unclaimed(ENTERED, (end(EndReason.not_eaten), COLLEAGUE, noon(MONDAY))),
    },
    asked=by_anybody(enter(), end()),
    words={
        "new": "unclaimable_meal_must_be_new",
        "unknown": "record_must_be_known",
        "over": "unclaimable_meal_must_not_be_ended_twice",
    },
    table="""
                 enter     end
    none         >entered  unknown
    entered      new       >ended
    ended.paid   new       over
    ended.wrong  >ended    over
    """,
)


@each_cell(UNCLAIMABLE)
def test_it_ends_once_and_what_was_entered_wrongly_may_be_entered_again(cell: Cell) -> None:
    must_answer(UNCLAIMABLE, cell)


def test_the_table_is_total() -> None:
    must_be_total(UNCLAIMABLE)


@pytest.mark.parametrize("reason", EndReason)
def test_its_end_says_how_and_on_which_day(reason: EndReason) -> None:
    story = after(*AT_THE_LIMIT, ENTERED)
    tuesday = date(2026, 3, 3)
    given(*story).when(end(reason), by=COLLEAGUE, at=noon(tuesday)).then(
        UnclaimableMealEnded(CHEN, XIANHU_CANTEEN, XIANHU, FIRST, reason, tuesday)
    )


def test_how_it_ended_is_said_once() -> None:
    ended = (end(EndReason.not_eaten), COLLEAGUE, noon(MONDAY))
    given(*after(*AT_THE_LIMIT, ENTERED, ended)).when(end(), by=COLLEAGUE).refused(
        "unclaimable_meal_must_not_be_ended_twice"
    )


def test_neither_who_entered_it_nor_who_ate_it_ends_it_under_whichever_id() -> None:
    code = "unclaimable_meal_must_be_ended_by_another"
    story = after(*AT_THE_LIMIT, ENTERED)
    given(*story).when(end(), by=CLERK).refused(code)
    given(*story).when(end(), by=CHEN).refused(code)
    twice = (*story, registered(ONE_MORE), *merged(CHEN, ONE_MORE))
    given(*twice).when(end(), by=ONE_MORE).refused(code)


def test_it_ends_also_after_she_was_erased() -> None:
    story = (*after(*AT_THE_LIMIT, ENTERED), *of_chen(ERASED))
    assert given(*story).when(end(), by=COLLEAGUE).events
