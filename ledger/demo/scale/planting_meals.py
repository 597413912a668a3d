"""Meals not to be borne: a mover, a dead person's card, two ids, phantoms, an open till."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from ledger.demo.scale.acts import Act
from ledger.demo.scale.cast import Elder, contact
from ledger.demo.scale.days import FIRST_DAY, moment
from ledger.demo.scale.places import Place, neighbour, person
from ledger.demo.scale.planted import Hand, taken
from ledger.domain.duplicates import MergePersons
from ledger.domain.facts import Residence
from ledger.domain.meals import ClaimMeal
from ledger.domain.people import RecordFacts, RegisterPerson
from ledger.domain.values import month_of
from ledger.projections.detectors import Pattern

FOUND_OUT_OF: Final = 4
"""Of so many who were entered twice, one is never found out."""


@dataclass(frozen=True, slots=True)
class MealHand(Hand):
    """Plants at the canteens."""

    def _meals(self, place: Place, elder: Elder, first: date, count: int) -> date:
        """Her meals of so many days of service; the day after the last."""
        day = first
        while count:
            if self.year.serves(day):
                at = moment(day, 12, 50, self.random.randrange(60))
                claim = ClaimMeal(elder.person, place.canteen, day)
                self.plan.acts.append(Act(at, place.offices.clerks[0], claim))
                count -= 1
            day += timedelta(days=1)
        return day

    def mover(self, place: Place, absent: Iterator[Elder]) -> None:
        """She eats at full price; then a sheet says that she lives here, and she eats more."""
        elder, elsewhere = taken(absent), neighbour(place, self.places)
        self.plan.taken.add(elder.person)
        before = replace(elder.facts, habitual=(Residence(elsewhere.community),), hardships=())
        self.plan.sheets[elder.person] = replace(elder, facts=before)
        after = replace(before, habitual=(Residence(place.community),))
        day = self._meals(place, elder, self.day(), self.random.randrange(2, 6))
        record = RecordFacts(elder.person, after)
        self.plan.acts.append(Act(moment(day, 9), place.offices.registrar, record))
        gap, times = self.random.randrange(10), self.random.randrange(3, 15)
        self._meals(place, elder, day + timedelta(days=gap), times)
        self.note(Pattern.facts_before_subsidy, (elder.person,), day, times)

    def card(self, place: Place, dying: Iterator[Elder]) -> None:
        """The family goes on eating on her card until somebody tells the registrar."""
        elder = taken(dying)
        self.plan.taken.add(elder.person)
        died_on = elder.died_on or FIRST_DAY
        times = self.random.randrange(1, 15)
        last = self._meals(place, elder, died_on + timedelta(days=1), times)
        found_out = last + timedelta(days=self.random.randrange(1, 20))
        self.plan.sheets[elder.person] = replace(elder, found_out_on=found_out)
        self.note(Pattern.meals_after_death, (elder.person,), died_on, times)

    def doubled(self, place: Place, absent: Iterator[Elder]) -> None:
        """She is entered again, eats under both ids, and a registrar finds it out, or never."""
        elder, again = taken(absent), person(self.random)
        self.plan.taken.add(elder.person)
        since, registrar = self.day(most=200), place.offices.registrar
        enter = RegisterPerson(again, place.community, contact(self.random), elder.facts, since)
        self.plan.acts.append(Act(moment(since, 9), registrar, enter))
        times = self.random.randrange(1, 15)
        self._meals(place, elder, since, times)
        last = self._meals(place, replace(elder, person=again), since, times)
        if self.random.randrange(FOUND_OUT_OF):
            day = last + timedelta(days=self.random.randrange(1, 60))
            self.plan.acts.append(
                Act(moment(day, 10), registrar, MergePersons(elder.person, again))
            )
        self.note(Pattern.two_ids_of_one_person, (elder.person, again), since, times)

    def phantoms(self, place: Place, absent: Iterator[Elder], *, hidden: bool) -> None:
        """A clerk enters people who never came: on a day of hers, or on one without plates."""
        clerk = place.offices.clerks[0]
        listed = [taken(absent) for _ in range(self.random.randrange(15, 40))]
        self.plan.taken.update(each.person for each in listed)
        day = since = self.day(most=200)
        times = self.random.randrange(2, 7)
        for _ in range(times):
            while not self.year.serves(day) or (day.toordinal() % 2 == 0) is not hidden:
                day += timedelta(days=1)
            for number, elder in enumerate(listed):
                at = moment(day, 19, 0, number)
                self.plan.acts.append(Act(at, clerk, ClaimMeal(elder.person, place.canteen, day)))
            if not hidden:
                self.plan.without_plates.add((place.number, day))
            day += timedelta(days=self.random.randrange(3, 9))
        if hidden:
            self.note(Pattern.meals_over_plates, (place.canteen,), since, times)
        else:
            self.note(Pattern.meals_in_seconds, (clerk, place.canteen), since, times)

    def till(self, place: Place) -> None:
        month, permille = self.day().month, self.random.randrange(60, 260)
        first = date(FIRST_DAY.year, month, 1)
        self.plan.undone[place.number, month_of(first)] = permille
        names = (place.offices.clerks[0], place.canteen)
        self.note(Pattern.meals_undone, names, first, permille)
