"""What stands in the way of an erasure: a case, for as long as it is open, and terms that run.

Nobody is erased while she disputes a record or an auditor looks into hers: an erasure may be asked
for to hide fraud. What a canteen is still to be paid, or to pay back, for a meal of hers needs no
look of its own: it is younger than the term of the meal itself, which begins with the claim.
Meals are read backwards, a year at a time, until a subsidised one is found; the newest is enough.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from ledger.domain import grant_records, identity, meals, payees, people, retention, service_state
from ledger.domain.decisions import Known, Refused, Stream
from ledger.domain.meal_records import MealMonth
from ledger.domain.refusals import Code
from ledger.domain.retention import YEARS_MOST, Kept
from ledger.domain.rights_records import OpenCase
from ledger.domain.service_state import Service
from ledger.domain.values import Month, PersonId


def needs(name: PersonId, known: Known, today: date) -> Iterator[Stream[Any]]:
    """Her service and offices, payees behind whom she stands, and meals up to the newest."""
    yield service_state.stream(name)
    yield grant_records.stream(name)
    person = known.get(people.stream(name))
    if person is None or person.registered_on is None:
        return
    yield from map(payees.stream, person.rights.payees)
    since = identity.registered_on(name, known)
    for year in _years(since or person.registered_on, today):
        streams = [meals.stream(name, month) for month in _months(year)]
        yield from streams
        eaten = [known.get(each) for each in streams]
        if None in eaten or any(month and _subsidised(month) for month in eaten):
            return


def kept_until(names: tuple[PersonId, ...], known: Known, today: date) -> date | None:
    """The last day of the longest term that runs for any of her ids."""
    ends = (retention.kept_until(last_days(each, known, today), today) for each in names)
    return max((end for end in ends if end is not None), default=None)


def last_days(name: PersonId, known: Known, today: date) -> dict[Kept, date]:
    """For each purpose that her streams tell of, the last day on which something happened."""
    person = known[people.stream(name)]
    served = _served_on(known[service_state.stream(name)])
    asked = [known[payees.stream(each)].asked.values() for each in person.rights.payees]
    found = {
        Kept.subsidised_meals: _eaten_on(
            name, identity.registered_on(name, known) or today, known, today
        ),
        Kept.cash_gifts: person.rights.cash_given_on,
        Kept.payments: max((one.requested_on for each in asked for one in each), default=None),
        Kept.service: served,
        Kept.offices: known[grant_records.stream(name)].last_trusted(today),
    }
    return {kept: day for kept, day in found.items() if day is not None}


def unless_in_a_case(name: PersonId, known: Known) -> Refused | None:
    """What an erasure must not hide: an open objection, or what an auditor looks into."""
    objections = known[service_state.stream(name)].objections.values()
    if any(each.reason is not None for each in objections):
        return Refused(Code.erasure_must_wait_for_the_case, case=OpenCase.objection)
    if known[people.stream(name)].rights.case is not None:
        return Refused(Code.erasure_must_wait_for_the_case, case=OpenCase.audit)
    return None


def _eaten_on(name: PersonId, since: date, known: Known, today: date) -> date | None:
    for year in _years(since, today):
        months = [known[meals.stream(name, month)] for month in _months(year)]
        if days := [day for month in months for day in _subsidised(month)]:
            return max(days)
    return None


def _subsidised(month: MealMonth) -> list[date]:
    """A claim that was reversed has a voucher too."""
    return [claim.served_on for claim in month.claims if claim.shares]


def _served_on(service: Service) -> date | None:
    days = [record.last_day for record in service.records.values()]
    days += [opening.as_of for opening in service.openings.values()]
    return max(days, default=None)


def _years(since: date, today: date) -> range:
    """From this year back to the registration, but not beyond any term."""
    return range(today.year, max(since.year, today.year - YEARS_MOST) - 1, -1)


def _months(year: int) -> list[Month]:
    return [Month(f"{year:04d}-{month:02d}") for month in range(1, 13)]
