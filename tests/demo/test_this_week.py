"""Whoever opens the demo finds shifts to come to, and one that waits; a second start adds none."""

from datetime import date, timedelta

from ledger.demo import staff, this_week
from ledger.domain.community_records import SHANGHAI
from ledger.domain.shift_records import CancelReason
from ledger.domain.shifts import CancelShift
from ledger.domain.values import CommunityId, ShiftId, local_day
from ledger.projections import shifts
from ledger.projections.models import MODELS
from ledger.projections.projector import Projector
from ledger.projections.reading import reading_for_the_town
from ledger.projections.shifts import BoardLine
from ledger.running import Running
from tests.builders import accepted, unit
from tests.demo.conftest import Example


def test_there_is_a_shift_a_day_in_each_community(example: Example) -> None:
    _, here = example
    today = announced(here)
    for community in this_week.COMMUNITIES:
        board = boarded(here, community, today)
        assert len(board) == this_week.DAYS
        assert all("（示例）" in each.activity for each in board)
        assert board[0].signed_up == len(this_week.COMING)


def test_what_the_volunteer_did_yesterday_waits_to_be_confirmed(example: Example) -> None:
    _, here = example
    announced(here)
    with reading_for_the_town(here.datastore) as connection:
        waiting = shifts.waiting_for_confirmation(connection, this_week.COMMUNITIES[0])
    assert staff.VOLUNTEER in {each.person for each in waiting}


def test_a_second_start_adds_nothing_and_the_next_day_adds_a_day(example: Example) -> None:
    _, here = example
    today = announced(here)
    before = here.ledger.recorder.max_notification_id()
    announced(here)
    assert here.ledger.recorder.max_notification_id() == before
    this_week.announce(here.ledger, today + timedelta(days=1))
    fold(here)
    assert len(boarded(here, CommunityId("xilian"), today + timedelta(days=1))) == this_week.DAYS


def test_a_shift_that_somebody_called_off_is_left_so(example: Example) -> None:
    _, here = example
    tomorrow = announced(here) + timedelta(days=1)
    off = CancelShift(ShiftId(f"week-jinning-{tomorrow}"), CancelReason.weather)
    accepted(here.ledger.execute([unit(off)])[0])
    announced(here)
    this_week.announce(here.ledger, tomorrow + timedelta(days=1))
    assert boarded(here, CommunityId("jinning"), tomorrow - timedelta(days=1))[0].cancelled


def fold(here: Running) -> None:
    """The read models come to the end of the log."""
    Projector(here.datastore, MODELS).catch_up()


def announced(here: Running) -> date:
    """The demo begins; which day it is."""
    today = local_day(here.ledger.clock(), SHANGHAI)
    this_week.announce(here.ledger, today)
    fold(here)
    return today


def boarded(here: Running, community: CommunityId, today: date) -> tuple[BoardLine, ...]:
    """The shifts of the week after that day."""
    first, last = today + timedelta(days=1), today + timedelta(days=7)
    with reading_for_the_town(here.datastore) as connection:
        return shifts.board(connection, community, first, last)
