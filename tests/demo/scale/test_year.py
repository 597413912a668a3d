"""An invented year in a real ledger: every act is answered as it should be, and it can be resumed.

The towns here are small and their years are short; they are made as the large ones are.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr

from ledger.demo.scale import loading
from ledger.demo.scale.acts import Kind
from ledger.demo.scale.days import FOUNDED, moment
from ledger.demo.scale.extent import Extent
from ledger.demo.scale.loading import Tally
from ledger.demo.scale.planting import ONE_IN
from ledger.demo.scale.year import Year
from ledger.domain.book import LedgerKind
from ledger.exchange.console import progress_bar
from ledger.exchange.proof import prove
from ledger.exchange.terminal import catch_up
from ledger.projections.detectors import Pattern
from ledger.running import Running, running
from ledger.settings import Settings
from tests.servers import Server, temporary_database

VILLAGES = Extent(4, 9_000, 1_200, 400, last_day=62)
STREETS = Extent(2, 3_000, 160, 60, last_day=12)


@contextmanager
def opened(url: str, keys: Path) -> Iterator[Running]:
    settings = Settings(database_url=SecretStr(url), key_dir=keys, allow_weak_durability=True)
    with running(settings, kind=LedgerKind.demo, began=moment(FOUNDED, 0)) as here:
        yield here


def entered(year: Year, here: Running, **given: Any) -> Tally:
    catching_up = partial(catch_up, here)
    progress = given.get("progress", lambda _done, _total: None)
    return loading.load(year, here, given.get("name", "test-1"), catching_up, progress)


def log_of(url: str) -> list[tuple[Any, ...]]:
    ask = """SELECT originator_id, originator_version, topic FROM ledger.stored_events
             ORDER BY notification_id"""
    with psycopg.connect(url) as connection:
        return connection.execute(ask).fetchall()


def test_every_act_is_answered_as_it_should_be(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path / "keys") as here:
        tally = entered(Year(VILLAGES, seed=1), here)
        assert list(loading.told(tally)) == []
        assert tally.unexpected == 0
        assert tally.refused == tally.tried
        assert {Kind.settled_twice, Kind.paid_more_than_owed, Kind.split_purchase} <= set(
            tally.tried
        )
        assert prove(here, progress_bar).faults == []


def test_the_same_seed_makes_the_same_year_and_another_another() -> None:
    one, same, other = (
        [act for _, acts in Year(STREETS, seed).days() for act in acts] for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_a_day_is_in_the_order_of_time() -> None:
    for day, acts in Year(STREETS, 1).days():
        times = [act.at for act in acts]
        assert times == sorted(times)
        assert {at.date() for at in times} <= {day}


class BrokenOffError(Exception):
    pass


def test_a_year_that_was_broken_off_goes_on(embedded: Server, tmp_path: Path) -> None:
    def stop(done: int, _: int) -> None:
        if done == 20:
            raise BrokenOffError

    with temporary_database(embedded) as whole, temporary_database(embedded) as broken:
        with opened(whole, tmp_path / "whole") as here:
            entered(Year(STREETS, 1), here)
        with opened(broken, tmp_path / "broken") as here:
            with pytest.raises(BrokenOffError):
                entered(Year(STREETS, 1), here, progress=stop)
            assert 1 < len(log_of(broken)) < len(log_of(whole))
            tally = entered(Year(STREETS, 1), here)
            assert tally.skipped > 0
            assert tally.unexpected == 0
        assert log_of(broken) == log_of(whole)


def test_a_ledger_of_something_else_is_left_alone(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path / "keys") as here:
        assert loading.fits(here, "town-1")
        entered(Year(STREETS, 1), here, name="town-1")
        assert loading.fits(here, "town-1")
        assert not loading.fits(here, "town-2")
        assert not loading.fits(here, "district-1")


def test_every_pattern_that_is_misuse_is_planted_in_a_town() -> None:
    """In one of so few people not everything can be; an outdated notice or certificate is
    nobody's misuse, and neither is a meal that was eaten while the network was gone.

    Of what is done in the names of the dead only their cards are planted.
    """
    elsewhere = {
        *(Pattern.notice_outdated, Pattern.certificate_outdated),
        *(Pattern.acts_after_death, Pattern.meals_unclaimable),
    }
    year = Year(Extent(30, 60_000, 6_000, 1_500), seed=1)
    planted = Counter(each.pattern for each in year.planted())
    assert set(planted) == set(Pattern) - elsewhere == set(ONE_IN)
    names = [name for each in year.planted() for name in each.names]
    people = [name for name in names if name not in year.names()]
    clerks = {place.offices.clerks[0] for place in year.places}
    assert not [who for who, times in Counter(people).items() if times > 1 and who not in clerks]
