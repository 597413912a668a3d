"""A month is closed while somebody is still booking in it: nothing lands behind its closing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ledger.deciding.answers import Accepted, Answer, Unit
from ledger.domain.book import LedgerKind
from ledger.domain.catalogue import EVENTS
from ledger.domain.community_records import MonthReopened
from ledger.domain.funds import ReceiveMoney
from ledger.domain.lots import ReceiptKind
from ledger.domain.meal_records import MealReinstated
from ledger.domain.periods import ClosePeriod, ProposeReopen, ReopenPeriod, ReopenReason
from ledger.domain.recovery_records import WriteOffReversed
from ledger.domain.service_records import Hold, ServiceCredited, ServiceHeld
from ledger.domain.values import Fen, Slug, month_of
from ledger.engine import Ledger
from ledger.running import running
from ledger.settings import Settings
from ledger.store.codec import Recorded
from tests.builders import (
    JINNING,
    MEAL_FUND,
    START,
    accepted,
    found,
    open_ledger,
    person,
    registration,
    unit,
)
from tests.engine.february import (
    BELIEVED,
    BOOKINGS,
    CLOSING,
    CONFIRMED,
    DAY,
    FEBRUARY,
    MARCH,
    PEOPLE,
    PREPARED,
    STANDING_AGAIN,
    Booking,
)
from tests.engine.serial import Exchange, log_of, must_fit_a_serial_order, must_respect_its_closings
from tests.engine.town import Work, around_the_first_append, ask, at_once
from tests.servers import Server, temporary_database

ALL = (*BOOKINGS, CONFIRMED, STANDING_AGAIN)
BOOKED = {
    event for event in EVENTS.values() if "booked_in" in (each.name for each in fields(event))
}
CLOSE = ClosePeriod(JINNING, FEBRUARY)
PROPOSE = ProposeReopen(JINNING, FEBRUARY, ReopenReason.papers_found)
REOPEN = ReopenPeriod(JINNING, FEBRUARY)


@dataclass(frozen=True)
class Evening:
    """What each booking would have become, what it became, and the log in the end."""

    believed: dict[Booking, Answer]
    became: dict[Booking, Answer]
    log: list[Recorded]


@contextmanager
def last_of_february(url: str, keys: Path) -> Iterator[Ledger]:
    """A ledger as it is served, on which all has happened that the bookings need."""
    settings = Settings(database_url=SecretStr(url), key_dir=keys)
    with running(settings, kind=LedgerKind.test, began=START) as opened:
        found(opened.ledger, people=PEOPLE)
        for each in PREPARED:
            accepted(opened.ledger.execute([each])[0])
        yield opened.ledger


@pytest.fixture(scope="module")
def evening(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """One process decides all bookings; before it writes them, another one closes the month."""
    keys = tmp_path_factory.mktemp("town") / "keys"
    with (
        temporary_database(embedded) as url,
        last_of_february(url, keys) as ledger,
        open_ledger(url, keys) as rival,
        pytest.MonkeyPatch.context() as patched,
    ):

        def close() -> None:
            accepted(ledger.execute([unit(CLOSE, at=CLOSING)])[0])

        believed = rival.execute([each.unit for each in ALL], dry_run=True)
        around_the_first_append(rival, patched, before=close)
        became = rival.execute([each.unit for each in ALL])
        yield Evening(
            dict(zip(ALL, believed, strict=True)),
            dict(zip(ALL, became, strict=True)),
            log_of(ledger.recorder),
        )


def booked(answer: Answer) -> list[Any]:
    """The events of an acceptance that say which month has them."""
    return [each.event for each in accepted(answer).events if type(each.event) in BOOKED]


@pytest.mark.parametrize("booking", BOOKINGS, ids=[each.name for each in BOOKINGS])
def test_who_still_believes_the_month_open_books_in_the_next_one(
    evening: Evening, booking: Booking
) -> None:
    believed, became = booked(evening.believed[booking]), booked(evening.became[booking])
    assert {event.booked_in for event in believed} == {FEBRUARY}
    assert {event.booked_in for event in became} == {MARCH}
    assert [type(event) for event in became] == [type(event) for event in believed]
    assert {month_of(event.occurred_on) for event in became} == {FEBRUARY}


def test_service_that_was_about_to_be_credited_is_held(evening: Evening) -> None:
    (credited,) = booked(evening.believed[CONFIRMED])
    assert isinstance(credited, ServiceCredited)
    (held,) = accepted(evening.became[CONFIRMED]).events
    assert isinstance(held.event, ServiceHeld)
    assert held.event.hold is Hold.month_closed


def test_what_was_given_up_for_a_meal_of_january_is_had_in_the_month_that_is_open(
    evening: Evening,
) -> None:
    believed, became = (
        booked(evening.believed[STANDING_AGAIN]),
        booked(evening.became[STANDING_AGAIN]),
    )
    for events, month in ((believed, FEBRUARY), (became, MARCH)):
        reinstated, had = events
        assert isinstance(reinstated, MealReinstated)
        assert isinstance(had, WriteOffReversed)
        assert had.booked_in == month


def test_what_says_which_month_it_adjusts_says_so(evening: Evening) -> None:
    """Of meals `adjusts` is the settlement's month, which nobody closed."""
    service = {
        event.adjusts
        for answer in evening.became.values()
        for event in booked(answer)
        if hasattr(event, "adjusts") and not hasattr(event, "settles_in")
    }
    assert service == {FEBRUARY}


def test_every_event_that_is_booked_took_part(evening: Evening) -> None:
    became = (event for answer in evening.became.values() for event in booked(answer))
    assert {type(event) for event in became} == BOOKED


def test_nothing_of_the_closed_month_lies_behind_its_closing(evening: Evening) -> None:
    assert must_respect_its_closings(evening.log) > len(BOOKINGS)


# -- closing, reopening and booking at once ------------------------------------------------------

SHEETS = {person(number): registration(number).facts for number in range(PEOPLE)}


def asks(*units: Unit) -> Work[Exchange]:
    """Each of them in turn."""
    return lambda ledger: [ask(ledger, each) for each in units]


def receives(number: int) -> Work[Exchange]:
    """Ten gifts of February, one after another."""
    gift = ReceiveMoney(MEAL_FUND, ReceiptKind.donation, Slug(f"donor-{number}"), DAY, Fen(100))
    return asks(*(unit(gift, at=BELIEVED) for _ in range(10)))


def closes_and_reopens(number: int) -> Work[Exchange]:
    """Four times; whoever proposes is not the one who reopens."""
    mine, hers = person(200 + number), person(210 + number)
    round_ = ((CLOSE, mine), (PROPOSE, mine), (REOPEN, hers))
    return asks(*(unit(what, by=who, at=CLOSING) for _ in range(4) for what, who in round_))


def test_many_close_reopen_and_book_and_no_month_has_what_came_after_its_closing(
    database: str, tmp_path: Path
) -> None:
    with (
        last_of_february(database, tmp_path / "keys") as ledger,
        open_ledger(database, tmp_path / "keys") as rival,
    ):
        works = [asks(each.unit) for each in ALL]
        works += [receives(number) for number in range(8)]
        works += [closes_and_reopens(number) for number in range(2)]
        exchanges = at_once([ledger, rival], works)
        log = log_of(ledger.recorder)
    must_fit_a_serial_order(exchanges, log, dict(SHEETS))
    assert all(isinstance(each.answer, Accepted) for each in exchanges[: len(ALL)])
    moved = must_respect_its_closings(log)
    assert 0 < moved < sum(hasattr(at.event, "booked_in") for at in log)
    assert sum(isinstance(at.event, MonthReopened) for at in log) > 1
