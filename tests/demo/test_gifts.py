"""Whoever opens the demo finds what residents gave; no money moves, no second start adds any."""

from datetime import date, timedelta

from ledger.demo import gifts
from ledger.demo.offices import office
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.contribution_records import ContributionKind
from ledger.domain.values import local_day
from ledger.projections import contributions
from ledger.projections.contributions import Sight
from ledger.projections.models import MODELS
from ledger.projections.projector import Projector
from ledger.projections.reading import reading_for_the_town
from ledger.running import Running
from tests.demo.conftest import Example

REGISTRAR = Sight(office(Role.registrar), givers=True, amounts=True)


def test_there_are_gifts_of_every_kind_but_money_an_idea_waits_and_a_promise_is_open(
    example: Example,
) -> None:
    _, here = example
    given(here)
    with reading_for_the_town(here.datastore) as connection:
        found = {
            home: contributions.contributions(connection, home, REGISTRAR)
            for home in (gifts.JINNING, gifts.XIANHU, gifts.XILIAN)
        }
        waiting = contributions.waiting_ideas(connection, gifts.JINNING)
        promised = contributions.open_pledges(connection, gifts.JINNING, REGISTRAR)
    kinds = {each.kind for gifts_ in found.values() for each in gifts_}
    assert all(found.values())
    assert kinds == set(ContributionKind) - {ContributionKind.cash}
    assert [each.contribution for each in waiting] == ["example-benches"]
    assert [each.contribution for each in promised] == ["example-books"]


def test_a_second_start_adds_nothing_not_even_on_another_day(example: Example) -> None:
    _, here = example
    given(here)
    before = here.ledger.recorder.max_notification_id()
    given(here)
    given(here, days=3)
    assert here.ledger.recorder.max_notification_id() == before


def today(here: Running) -> date:
    return local_day(here.ledger.clock(), SHANGHAI)


def given(here: Running, days: int = 0) -> None:
    """The demo begins, so many days from today."""
    gifts.give(here.ledger, today(here) + timedelta(days=days))
    Projector(here.datastore, MODELS).catch_up()
