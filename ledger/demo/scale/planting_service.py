"""Service that nobody saw: friends who confirm, hours that are sold, a flood before a star."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle
from typing import Final

from ledger.demo.scale.acts import Act
from ledger.demo.scale.cast import Volunteer
from ledger.demo.scale.days import FIRST_DAY, moment
from ledger.demo.scale.founding import brought
from ledger.demo.scale.places import Place
from ledger.demo.scale.planted import Hand, taken
from ledger.demo.scale.service import Shift, whole
from ledger.domain.attendance import AttestAttendance
from ledger.domain.facts import Kinship, Relation
from ledger.domain.people import RecordFacts
from ledger.domain.service import ConfirmService
from ledger.domain.values import PersonId, ShiftId
from ledger.projections.detectors import Pattern

STAYS_PERCENT: Final = 30
"""Of a hundred who are planted, so many serve as others do as well."""
STAR_MINUTES: Final = 6_000


@dataclass(frozen=True, slots=True)
class ServiceHand(Hand):
    """Plants among the volunteers."""

    def _cast(self, quiet: Iterator[Volunteer], count: int) -> list[PersonId]:
        chosen = [taken(quiet).person for _ in range(count)]
        self.plan.taken.update(chosen)
        if self.random.randrange(100) >= STAYS_PERCENT:
            self.plan.away.update(chosen)
        return chosen

    def _dawn(self, place: Place, day: date, minutes: int) -> Shift:
        self.plan.ghosts += 1
        begin = moment(day, 5)
        name = ShiftId(f"{place.community}-dawn-{self.plan.ghosts}")
        return Shift(name, place, begin, begin + timedelta(minutes=minutes))

    def _ghost(
        self, place: Place, person: PersonId, by: PersonId, day: date, minutes: int, *, cut: int = 0
    ) -> None:
        """A shift that nobody saw, entered whole or nearly so, and confirmed by a friend."""
        shift = self._dawn(place, day, minutes)
        came, leader = shift.begin + timedelta(minutes=cut), place.offices.leaders[0]
        confirmed = Act(moment(day, 21), by, ConfirmService(shift.name, person))
        entered = whole(shift, person, leader, came, shift.end)
        self.plan.acts += [shift.announced(), entered, confirmed]

    def ring(self, place: Place, quiet: Iterator[Volunteer]) -> None:
        members = self._cast(quiet, self.random.choice((2, 2, 3)))
        day = since = self.day(most=150)
        times, apart = self.random.randrange(1, 6), self.random.randrange(5, 60)
        for _, (giver, taker) in zip(
            range(times * len(members)),
            cycle(zip(members, members[1:] + members[:1], strict=True)),
            strict=False,
        ):
            self._ghost(place, taker, giver, day, 120, cut=self.random.randrange(1, 9))
            day += timedelta(days=1 + apart // len(members))
        self.note(Pattern.confirmation_ring, members, since, times * len(members))

    def friend(self, place: Place, quiet: Iterator[Volunteer]) -> None:
        person, friend = self._cast(quiet, 2)
        day = since = self.day(most=200)
        times, minutes = self.random.randrange(6, 15), self.random.choice((120, 150, 170))
        for _ in range(times):
            self._ghost(place, person, friend, day, minutes, cut=self.random.randrange(1, 9))
            day += timedelta(days=self.random.randrange(2, 9))
        self.note(Pattern.sole_confirmer, (person, friend), since, times)

    def relation(self, place: Place, quiet: Iterator[Volunteer]) -> None:
        """Somebody confirms her aunt's service, and much later one of them says so."""
        aunt = taken(quiet)
        person, niece = aunt.person, taken(quiet).person
        self.plan.taken |= {person, niece}
        day = since = self.day(most=200)
        times = self.random.randrange(1, 6)
        for _ in range(times):
            self._ghost(place, person, niece, day, 120, cut=self.random.randrange(1, 9))
            day += timedelta(days=self.random.randrange(2, 20))
        facts = replace(aunt.facts, relations=(Relation(niece, Kinship.other),))
        said = Act(moment(day, 9), place.offices.registrar, RecordFacts(person, facts))
        self.plan.acts.append(said)
        self.note(Pattern.decider_related, (person, niece), since, times)

    def sold(self, place: Place, quiet: Iterator[Volunteer]) -> None:
        (person,) = self._cast(quiet, 1)
        day = since = self.day(most=150)
        times, confirmers = self.random.randrange(6, 24), place.offices.confirmers
        for turn in range(times):
            self._ghost(place, person, confirmers[turn % len(confirmers)], day, 120)
            day += timedelta(days=self.random.randrange(2, 9))
        self.note(Pattern.whole_shifts_attested, (person,), since, times)

    def flood(self, place: Place, quiet: Iterator[Volunteer]) -> None:
        """Shifts of the first days of a month, entered and confirmed at its end in one sitting."""
        (person,) = self._cast(quiet, 1)
        self.plan.away.add(person)
        month, times = self.random.randrange(2, 11), self.random.randrange(3, 9)
        entered_on, minutes = date(FIRST_DAY.year, month, 27), self.random.choice((120, 150))
        missing = times * minutes - self.random.randrange(60)
        at = moment(FIRST_DAY - timedelta(days=5), 9)
        self.plan.acts.append(brought(person, place, STAR_MINUTES - missing, at))
        for turn in range(times):
            shift = self._dawn(place, date(FIRST_DAY.year, month, 2 + turn), minutes)
            attested = AttestAttendance(shift.name, person, shift.begin, shift.end)
            leader, confirmer = place.offices.leaders[0], place.offices.confirmers[0]
            self.plan.acts += [
                shift.announced(),
                Act(moment(entered_on, 9, turn), leader, attested),
                Act(moment(entered_on, 10, turn), confirmer, ConfirmService(shift.name, person)),
            ]
        self.note(Pattern.late_before_star, (person,), entered_on, times)
