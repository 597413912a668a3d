"""Misuse that the rules refuse, tried: each attempt says which refusal it must meet.

What purchases and months try on their way stands with them; here is what needs people of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from psycopg import Connection

from ledger.demo.scale.acts import Act, Kind, Question
from ledger.demo.scale.cast import Elder, Volunteer
from ledger.demo.scale.days import FIRST_DAY, Calendar, moment
from ledger.demo.scale.founding import RAISE, RAISED_ON, policy
from ledger.demo.scale.places import Place, neighbour
from ledger.demo.scale.planted import Plan
from ledger.demo.scale.service import Shift, whole
from ledger.domain.disbursements import RequestDisbursement
from ledger.domain.facts import Residence
from ledger.domain.holds import ReleaseHeldService
from ledger.domain.meals import ClaimMeal
from ledger.domain.refusals import Code
from ledger.domain.service import ConfirmService
from ledger.domain.settlement_payments import PaySettlement
from ledger.domain.settlements import (
    SubmitSettlement,
)
from ledger.domain.values import Fen, Month, PersonId, ShiftId, SiteId, Slug
from ledger.projections import settlements

SECOND_LOOK: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class PayOneFenMore(Question):
    """Pay a fen more than is due to the first payer of a settlement."""

    canteen: SiteId
    month: Month
    on: date

    def commands(self, connection: Connection[Any]) -> Iterator[PaySettlement]:
        """One payment, a fen above what the register says is left."""
        found = settlements.settlement(connection, self.canteen, self.month)
        for due in found.dues[:1] if found else ():
            more = Fen(due.left_fen + 1)
            yield PaySettlement(self.canteen, self.month, due.payer, more, self.on)


class Trying:
    """Tries, in one community after the other, what must not go through."""

    def __init__(self, plan: Plan, year: Calendar, places: Sequence[Place], random: Random) -> None:
        self._plan = plan
        self._year = year
        self._places = places
        self._random = random

    def attempt(
        self, place: Place, elders: Sequence[Elder], volunteers: Sequence[Volunteer]
    ) -> None:
        """Everything once."""
        free = [each.person for each in volunteers if each.person not in self._plan.taken]
        absent = [
            each
            for each in elders
            if not each.eats_permille and each.died_on is None
            if each.person not in self._plan.taken
        ]
        if len(free) < 2 or not absent:
            return  # so small a community has nobody left for it
        first, second = free[-1], free[-2]
        self._plan.taken |= {first, second}
        self._plan.away |= {first, second}
        acts = [
            *self._overlapping(place, first),
            *self._split_day(place, second),
            *self._self_confirmation(place, second),
            *self._second_lunch(place, absent[-1]),
            *self._dead_card(place, elders),
            *self._policies(place),
            *self._restricted_gift(place),
        ]
        self._plan.acts += acts

    def _day(self) -> date:
        day = FIRST_DAY + timedelta(days=self._random.randrange(20, 320))
        while not self._year.serves(day):
            day += timedelta(days=1)
        return day

    # -- service -----------------------------------------------------------------------------------

    def _served(
        self, place: Place, word: str, person: PersonId, begin: datetime, minutes: int
    ) -> tuple[ShiftId, list[Act]]:
        name = ShiftId(f"{place.community}-{word}-{begin:%m%d%H}")
        shift = Shift(name, place, begin, begin + timedelta(minutes=minutes))
        leader = place.offices.leaders[0]
        return name, [shift.announced(), whole(shift, person, leader, begin, shift.end)]

    def _overlapping(self, place: Place, person: PersonId) -> Iterator[Act]:
        day, there = self._day(), neighbour(place, self._places)
        here, acts = self._served(place, "noon", person, moment(day, 12), 120)
        yield from acts
        elsewhere, acts = self._served(there, "noon", person, moment(day, 13), 120)
        yield from acts
        at, confirmer = moment(day, 20), place.offices.confirmers[0]
        yield Act(at, confirmer, ConfirmService(here, person))
        second = ConfirmService(elsewhere, person)
        code = Code.intervals_must_not_overlap
        yield Act(at + SECOND_LOOK, confirmer, second, Kind.overlapping_shifts, code)

    def _split_day(self, place: Place, person: PersonId) -> Iterator[Act]:
        """Nine hours in two records: the second is held, and whoever confirmed may not release."""
        day, office = self._day(), place.offices
        at, confirmer = moment(day, 21), office.confirmers[0]
        morning, acts = self._served(place, "half", person, moment(day, 8), 270)
        afternoon, more = self._served(place, "half", person, moment(day, 13), 270)
        yield from (*acts, *more)
        yield Act(at, confirmer, ConfirmService(morning, person))
        yield Act(at, confirmer, ConfirmService(afternoon, person))
        release = ReleaseHeldService(afternoon, person)
        code = Code.second_decision_must_be_another_persons
        yield Act(at + SECOND_LOOK, confirmer, release, Kind.split_day, code)
        other = office.leaders[1]
        yield Act(at + 2 * SECOND_LOOK, other, release)

    def _self_confirmation(self, place: Place, person: PersonId) -> Iterator[Act]:
        day = FIRST_DAY + timedelta(days=330)
        name, acts = self._served(place, "own", person, moment(day, 6), 60)
        yield from acts
        confirm = ConfirmService(name, person)
        code = Code.confirmer_must_not_be_the_volunteer
        yield Act(moment(day, 21), person, confirm, Kind.self_confirmation, code)

    # -- meals -------------------------------------------------------------------------------------

    def _second_lunch(self, place: Place, elder: Elder) -> Iterator[Act]:
        """She lives in two communities, and both would subsidise her."""
        there = neighbour(place, self._places)
        homes = (Residence(place.community), Residence(there.community))
        self._plan.taken.add(elder.person)
        self._plan.sheets[elder.person] = replace(elder, facts=replace(elder.facts, habitual=homes))
        day = self._day()
        first = ClaimMeal(elder.person, place.canteen, day)
        second = ClaimMeal(elder.person, there.canteen, day)
        code = Code.day_must_not_have_two_subsidised_meals
        yield Act(moment(day, 11, 30), place.offices.clerks[0], first)
        yield Act(moment(day, 12, 30), there.offices.clerks[0], second, Kind.second_lunch, code)

    def _dead_card(self, place: Place, elders: Sequence[Elder]) -> Iterator[Act]:
        for elder in elders:
            known = self._plan.sheets.get(elder.person, elder).found_out_on
            if known and known.month < 12:
                day = known + timedelta(days=2)
                while not self._year.serves(day):
                    day += timedelta(days=1)
                claim = ClaimMeal(elder.person, place.canteen, day)
                code = Code.person_must_be_alive_on_the_day
                yield Act(moment(day, 12), place.offices.clerks[0], claim, Kind.dead_card, code)
                return

    def _policies(self, place: Place) -> Iterator[Act]:
        """The old rate beside the new one; and a higher one for days that are over."""
        manager = place.offices.manager
        old = policy(place, RAISED_ON, date(2026, 1, 1), 0, "2025")
        overlap = Code.versions_must_not_overlap
        yield Act(moment(date(2025, 7, 8), 10), manager, old, Kind.old_rate, overlap)
        back = policy(place, FIRST_DAY - timedelta(days=9), FIRST_DAY, RAISE, "2025")
        early = Code.start_must_not_be_retroactive
        yield Act(moment(date(2025, 9, 9), 10), manager, back, Kind.retroactive_rate, early)

    # -- money -------------------------------------------------------------------------------------

    def _restricted_gift(self, place: Place) -> Iterator[Act]:
        payee, purpose = Slug(f"{place.community}-payee-0"), Slug("running-costs")
        ask = RequestDisbursement(place.youth, payee, purpose, Fen(50_000))
        code = Code.purpose_must_match_the_restriction
        at = moment(self._day(), 16)
        yield Act(at, place.offices.manager, ask, Kind.restricted_gift, code)


def settled_again(place: Place, month: Month, day: date) -> Iterator[Act]:
    """The same month presented again, and a fen more paid than it comes to."""
    again = SubmitSettlement(place.canteen, month)
    code = Code.settlement_must_not_be_submitted_twice
    clerk, cashier = place.offices.clerks[0], place.offices.cashier
    yield Act(moment(day, 9), clerk, again, Kind.settled_twice, code)
    more = PayOneFenMore(place.canteen, month, day)
    owed = Code.amount_must_not_exceed_what_is_owed
    yield Act(moment(day, 9, 30), cashier, more, Kind.paid_more_than_owed, owed)


def imported_again(act: Act, row: str) -> tuple[Act, Act]:
    """A row of a sheet, and the same row of the same sheet an hour later."""
    first = act._replace(key=f"sheet/{row}")
    at = act.at + timedelta(hours=1)
    return first, first._replace(at=at, kind=Kind.imported_twice)
