"""The year in the order of time: planned day by day, executed day by day, by the ordinary road.

What a day brings may happen weeks later, such as a confirmation, so it waits in an agenda. Each day
is decided by dice of its own, so that the same seed gives the same year wherever it is begun.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final, TypeVar

from ledger.demo.scale import (
    attempts,
    canteens,
    cast,
    founding,
    money,
    months,
    planting,
    service,
    spending,
)
from ledger.demo.scale.acts import Act
from ledger.demo.scale.cast import Elder, Volunteer
from ledger.demo.scale.days import FIRST_DAY, FOUNDED, calendar, moment
from ledger.demo.scale.extent import Extent
from ledger.demo.scale.founding import MEALS_OF_A_YEAR, OPENING_FEN_FOR_A_MEAL, service_days
from ledger.demo.scale.places import Place, neighbour, places
from ledger.demo.scale.planted import Plan, Planted
from ledger.domain.deaths import RecordDeath
from ledger.domain.facts import Hardship, HardshipSpell, Residence
from ledger.domain.meals import ClaimMeal
from ledger.domain.people import RecordFacts
from ledger.domain.values import Month, PersonId, month_of, next_month

AHEAD: Final = timedelta(days=8)
"""How long before a day its shifts are planned."""
AFTERWARDS: Final = timedelta(days=21)
"""The last month is settled and closed in the next year."""
TAKINGS_ON: Final = 4
IMPORTED_AGAIN_ONE_IN: Final = 2_500
GRANTED_PERMILLE: Final = 6
"""Of a thousand who eat, how many are granted a hardship class within the year."""
MOVED_PERMILLE: Final = 2
"""And how many move to where they eat."""
REOPENED_ONE_IN: Final = 15
CONFIRMERS_SERVING: Final = 2
P = TypeVar("P", Elder, Volunteer)


class Year:
    """A year of a town of that extent, made from a seed; `plan` lists what was planted."""

    def __init__(self, extent: Extent, seed: int) -> None:
        self.extent = extent
        self._seed = seed
        self.first_day = FOUNDED
        self.last_day = FIRST_DAY + timedelta(days=extent.last_day - 1)
        self._calendar = calendar(self._dice("calendar"))
        self.places = places(extent, self._dice("places"))
        self._elders = _by_place(cast.elders(extent, self.places, self._dice("elders")))
        self._volunteers = _by_place(cast.volunteers(extent, self.places, self._dice("volunteers")))
        self.plan = Plan()
        self._misuse()
        self._serving = {place.number: self._who_serves(place) for place in self.places}
        self._eating = {place.number: self._who_eats(place) for place in self.places}
        self._requests = spending.Requests()
        self._agenda: dict[date, list[Act]] = defaultdict(list)

    def days(self) -> Iterator[tuple[date, list[Act]]]:
        """Each day with its acts in the order of time; to be gone through once."""
        self._note(self._founding())
        self._note(self.plan.acts)
        self._note(self._news())
        day = FOUNDED
        while day <= self.last_day + AFTERWARDS:
            self._plan_ahead(day)
            yield day, sorted(self._agenda.pop(day, ()), key=lambda act: act.at)
            day += timedelta(days=1)

    def names(self) -> frozenset[str]:
        """The communities, their canteens and their funds: what many findings share."""
        return frozenset(
            name
            for place in self.places
            for name in (place.community, place.canteen, place.meals, place.free, place.activities)
        )

    def servers(self) -> list[PersonId]:
        """Everybody who serves."""
        return [each.person for here in self._serving.values() for each in here]

    def planted(self) -> list[Planted]:
        """What was planted and had begun by the last day."""
        return [each for each in self.plan.planted if each.since <= self.last_day]

    def _plan_ahead(self, day: date) -> None:
        ahead = day + AHEAD
        if FIRST_DAY <= ahead <= self.last_day:
            for place in self.places:
                dice = self._dice(f"service/{place.number}/{ahead}")
                people = self._serving[place.number]
                self._note(service.served(place, ahead, self._calendar, people, dice))
        if FIRST_DAY <= day <= self.last_day:
            for place in self.places:
                self._note(self._canteen(place, day))
                if day.day == 1:
                    self._note(self._month(place, month_of(day)))
            self._note(self._typhoon(day + timedelta(days=1)))

    def _note(self, acts: Iterable[Act]) -> None:
        for act in acts:
            self._agenda[act.at.date()].append(act)

    def _dice(self, what: str) -> Random:
        return Random(f"{self._seed}/{what}")

    # -- before ------------------------------------------------------------------------------------

    def _misuse(self) -> None:
        dice = self._dice("planted")
        planting.plant(self.plan, self._calendar, self.places, self._people, dice)
        trying = attempts.Trying(self.plan, self._calendar, self.places, self._dice("attempts"))
        for place in self.places:
            trying.attempt(place, *self._people(place))
        self._movers()
        for elders in self._elders.values():
            elders[:] = [self.plan.sheets.get(each.person, each) for each in elders]

    def _movers(self) -> None:
        """Some who eat here move here in the course of the year, and nothing is wrong with it."""
        dice = self._dice("movers")
        for place in self.places:
            for elder in self._elders[place.number]:
                if dice.randrange(1000) < MOVED_PERMILLE and self._is_usual(elder):
                    self._moved(elder, dice)

    def _moved(self, elder: Elder, dice: Random) -> None:
        there = neighbour(elder.place, self.places).community
        before = replace(elder.facts, habitual=(Residence(there),), hardships=())
        self.plan.taken.add(elder.person)
        self.plan.sheets[elder.person] = replace(elder, facts=before)
        day = FIRST_DAY + timedelta(days=dice.randrange(30, 330))
        record = RecordFacts(elder.person, elder.facts)
        self.plan.acts.append(Act(moment(day, 9), elder.place.offices.registrar, record))

    def _people(self, place: Place) -> tuple[list[Elder], list[Volunteer]]:
        return self._elders[place.number], self._volunteers[place.number]

    def _who_eats(self, place: Place) -> list[Elder]:
        return [each for each in self._elders[place.number] if each.eats_permille]

    def _who_serves(self, place: Place) -> list[Volunteer]:
        """Volunteers, and some of those who confirm others."""
        away, here = self.plan.away, self._volunteers[place.number]
        serving = [each for each in here if each.person not in away]
        if not place.on_paper:
            also = place.offices.confirmers[:CONFIRMERS_SERVING]
            serving += [Volunteer(each, place, serving[0].facts, serves=6) for each in also]
        return serving

    def _founding(self) -> Iterator[Act]:
        elders = [each for here in self._elders.values() for each in here]
        volunteers = [each for here in self._volunteers.values() for each in here]
        yield from founding.towns(self.places, elders, self._dice("towns"))
        yield from founding.people(elders, volunteers, self.plan.taken, self._dice("people"))
        for place in self.places:
            yield from spending.payees(place, moment(FOUNDED, 12))

    def _news(self) -> Iterator[Act]:
        """Deaths as they are found out, and classes that people are granted."""
        dice = self._dice("news")
        for place in self.places:
            registrar = place.offices.registrar
            for elder in self._elders[place.number]:
                if elder.died_on and elder.found_out_on:
                    found = moment(elder.found_out_on, 10)
                    yield Act(found, registrar, RecordDeath(elder.person, elder.died_on))
                elif self._is_granted(elder, dice):
                    yield self._granted(elder, dice)

    def _is_usual(self, elder: Elder) -> bool:
        return elder.eats_permille > 0 and elder.person not in self.plan.taken

    def _is_granted(self, elder: Elder, dice: Random) -> bool:
        return self._is_usual(elder) and dice.randrange(1000) < GRANTED_PERMILLE

    def _granted(self, elder: Elder, dice: Random) -> Act:
        day = FIRST_DAY + timedelta(days=dice.randrange(10, 330))
        spell = HardshipSpell(dice.choice(tuple(Hardship)), since=day)
        facts = replace(elder.facts, hardships=(*elder.facts.hardships, spell))
        registrar = elder.place.offices.registrar
        return Act(moment(day, 9), registrar, RecordFacts(elder.person, facts))

    # -- a day -------------------------------------------------------------------------------------

    def _canteen(self, place: Place, day: date) -> Iterator[Act]:
        if not self._calendar.serves(day):
            return
        dice = self._dice(f"canteen/{place.number}/{day}")
        turn = day.toordinal() % 2
        permille = self.plan.undone_permille(place, day) if turn == 0 else canteens.UNDONE_PERMILLE
        clerk = canteens.Clerk(place.offices.clerks[turn], permille)
        who = canteens.coming(self._eating[place.number], day, dice)
        plates = (place.number, day) not in self.plan.without_plates
        for number, act in enumerate(canteens.lunch(place, day, who, clerk, dice, plates=plates)):
            if dice.randrange(IMPORTED_AGAIN_ONE_IN) == 0 and isinstance(act.command, ClaimMeal):
                sheet = f"{place.number}/{day}/{number}"
                yield from attempts.imported_again(act, sheet)
            else:
                yield act
        if day.weekday() == TAKINGS_ON and who:
            yield canteens.takings(place, day, len(who) * 4_200)

    def _typhoon(self, tomorrow: date) -> Iterator[Act]:
        """The evening before, every canteen says that it stays shut."""
        typhoons = self._calendar.typhoons
        if tomorrow in typhoons and self._calendar.works(tomorrow):
            known = frozenset(day for day in typhoons if day <= tomorrow)
            for place in self.places:
                shut = service_days(place.canteen, known, tomorrow)
                yield Act(moment(tomorrow - timedelta(days=1), 18), place.offices.registrar, shut)

    # -- a month -----------------------------------------------------------------------------------

    def _month(self, place: Place, month: Month) -> Iterator[Act]:
        year, dice = self._calendar, self._dice(f"month/{place.number}/{month}")
        people = [each.person for each in self._serving[place.number]]
        yield from money.received(place, month, self._appropriation(place), dice)
        yield from money.given(place, month, people, dice)
        yield from money.met(place, month, year, people, dice)
        yield from spending.spent(place, month, year, self._requests, dice)
        if self._is_whole(month):
            yield from self._ending(place, month, dice)

    def _is_whole(self, month: Month) -> bool:
        return month_of(self.last_day + timedelta(days=1)) > month

    def _ending(self, place: Place, month: Month, dice: Random) -> Iterator[Act]:
        year, after = self._calendar, next_month(month)
        last = month.endswith("-12")
        overdrawn = last and place.number in self.plan.overdrawn
        yield from months.settled(place, month, year, dice, overdrawn=overdrawn)
        if not overdrawn:
            day = year.working_day(after, months.SETTLED_ON + 3)
            yield from attempts.settled_again(place, month, day)
        reopened = month.endswith("-06") and place.number % REOPENED_ONE_IN == 1
        yield from months.closed(place, month, year, reopened=reopened)

    def _appropriation(self, place: Place) -> int:
        chances = sum(each.eats_permille for each in self._eating[place.number])
        return chances * MEALS_OF_A_YEAR // 1000 * OPENING_FEN_FOR_A_MEAL // 4


def _by_place(people: Iterable[P]) -> dict[int, list[P]]:
    found: dict[int, list[P]] = defaultdict(list)
    for each in people:
        found[each.place.number].append(each)
    return found
