"""Contributions: what stands, what it comes to, who may see it, and how long an idea waits."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.community_records import CommunityRegistered
from ledger.domain.contribution_records import ContributionKind, IdeaAnswer
from ledger.domain.values import CommunityId, Title, ZoneName
from ledger.projections.contribution_records import MODEL
from ledger.projections.contributions import (
    Sight,
    SumOfKind,
    contributions,
    open_pledges,
    sums,
    waiting_ideas,
)
from ledger.projections.seasons import Season
from ledger.projections.view import NOW, Basis, View
from tests.projections.by_hand import Having, Log, rows_differ
from tests.projections.contribution_events import (
    CHAIRS,
    IDEA,
    LABOUR,
    answered,
    cash,
    gift,
    name,
    pledge,
    pledge_withdrawn,
    shown,
    withdrawn,
)
from tests.projections.service_events import APRIL, CHEN, JINNING, MARCH_2, NEW_YEAR, WU

OFFICE = Sight(WU, givers=True, amounts=True)
STRANGER = Sight(WU, givers=False, amounts=False)
HERSELF = Sight(CHEN, givers=False, amounts=False)
MARCH = Season.named("2026-03")
ONE, TWO, THREE = name(9001), name(9002), name(9003)
XIANHU = CommunityId("xianhu")


def community() -> CommunityRegistered:
    title, zone = Title("社区"), ZoneName("Asia/Shanghai")
    return CommunityRegistered(JINNING, title, Title("丹灶镇"), zone, NEW_YEAR)


# -- what was given ----------------------------------------------------------------------------


def test_what_stands_is_told_latest_first_and_by_kind(having: Having) -> None:
    undone = gift(CHAIRS, called=THREE)
    theirs = gift(CHAIRS, where=XIANHU)
    connection = having(
        gift(cash(500), called=ONE),
        gift(LABOUR, MARCH_2 + timedelta(days=1), called=TWO),
        undone,
        withdrawn(undone),
        theirs,
    )
    found = contributions(connection, JINNING, OFFICE)
    assert [(each.contribution, each.kind) for each in found] == [
        (TWO, ContributionKind.labour),
        (ONE, ContributionKind.cash),
    ]
    (labour,) = contributions(connection, JINNING, OFFICE, kind=ContributionKind.labour)
    assert labour.labour_minutes == 90
    assert len(contributions(connection, JINNING, OFFICE, View(known=3))) == 3


@pytest.mark.parametrize(
    ("sight", "public", "person", "amount_fen"),
    [
        (OFFICE, False, CHEN, 500),
        (HERSELF, False, CHEN, 500),
        (STRANGER, False, None, None),
        (STRANGER, True, None, 500),
        (Sight(WU, givers=True, amounts=False), False, CHEN, None),
        (Sight(WU, givers=False, amounts=True), False, None, 500),
    ],
)
def test_giver_and_amount_are_told_to_whom_they_concern(
    having: Having, sight: Sight, public: bool, person: str | None, amount_fen: int | None
) -> None:
    (found,) = contributions(having(gift(cash(500), public=public)), JINNING, sight)
    assert (found.person, found.amount_fen, found.amount_public) == (person, amount_fen, public)


@pytest.mark.parametrize(("known", "amount_fen"), [(1, None), (2, 500), (3, None), (None, None)])
def test_the_last_wish_counts_as_known(
    having: Having, known: int | None, amount_fen: int | None
) -> None:
    wishes = (shown(ONE, public=True), shown(ONE, public=False))
    connection = having(gift(cash(500), called=ONE), *wishes)
    (found,) = contributions(connection, JINNING, STRANGER, View(known=known))
    assert found.amount_fen == amount_fen


def test_pages_hold_every_contribution_once(having: Having) -> None:
    days = [MARCH_2 + timedelta(days=number % 3) for number in range(7)]
    connection = having(*(gift(CHAIRS, day) for day in days))
    told = [*contributions(connection, JINNING, OFFICE, limit=2)]
    while page := contributions(connection, JINNING, OFFICE, limit=2, after=told[-1].key):
        told += page
    assert tuple(told) == contributions(connection, JINNING, OFFICE)


# -- promises ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "expected"), [(1, [ONE]), (2, [TWO, ONE]), (3, [TWO]), (4, []), (None, [])]
)
def test_a_promise_is_open_until_it_is_kept_or_taken_back(
    having: Having, known: int | None, expected: list[str]
) -> None:
    kept = gift(cash(500), called=ONE)
    connection = having(pledge(ONE, cash(500)), pledge(TWO, CHAIRS), kept, pledge_withdrawn(TWO))
    found = open_pledges(connection, JINNING, OFFICE, View(known=known))
    assert [each.contribution for each in found] == expected


def test_how_much_was_promised_is_told_like_what_was_given(having: Having) -> None:
    connection = having(pledge(ONE, cash(500)), pledge(TWO, cash(700), who=None))
    for sight, amounts in ((OFFICE, [700, 500]), (HERSELF, [None, 500]), (STRANGER, [None, None])):
        found = open_pledges(connection, JINNING, sight)
        assert [each.amount_fen for each in found] == amounts


# -- what it comes to --------------------------------------------------------------------------


def test_sums_count_every_kind_and_add_what_the_reader_may_see(having: Having) -> None:
    undone = gift(cash(9_000))
    connection = having(
        *(gift(cash(500)), gift(cash(300), public=True), gift(LABOUR), gift(LABOUR)),
        *(undone, withdrawn(undone)),
        gift(cash(40), date(2026, 4, 1)),
    )
    found = sums(connection, JINNING, MARCH, OFFICE)
    assert found == (
        SumOfKind(ContributionKind.cash, 2, 800, 300, 0),
        SumOfKind(ContributionKind.labour, 2, 0, 0, 180),
    )
    (money, _) = sums(connection, JINNING, MARCH, STRANGER)
    assert (money.amount_fen, money.public_fen) == (None, 300)


@pytest.mark.parametrize(
    ("view", "contributions_", "amount_fen"),
    [
        (View(known=1), 1, 500),
        (NOW, 0, 0),
        (View(basis=Basis.booked), 1, 500),
        (View(as_of=date(2026, 3, 1)), None, None),
    ],
)
def test_sums_are_of_any_view(
    having: Having, view: View, contributions_: int | None, amount_fen: int | None
) -> None:
    given_ = gift(cash(500))
    connection = having(given_, withdrawn(given_, booked_in=APRIL))
    found = sums(connection, JINNING, MARCH, OFFICE, view)
    told = [(each.contributions, each.amount_fen) for each in found]
    assert told == ([] if contributions_ is None else [(contributions_, amount_fen)])


def test_a_gift_whose_money_was_returned_stood_until_that_day(having: Having) -> None:
    given_ = gift(cash(500))
    gone = replace(withdrawn(given_), occurred_on=date(2026, 3, 9))
    connection = having(given_, gone)
    for day, told in ((8, [1]), (9, [0])):
        view = View(as_of=date(2026, 3, day))
        found = sums(connection, JINNING, MARCH, OFFICE, view)
        assert [each.contributions for each in found] == told


# -- ideas -------------------------------------------------------------------------------------


def test_an_idea_waits_until_it_is_answered_the_longest_first(having: Having) -> None:
    connection = having(
        community(),
        gift(IDEA, MARCH_2, called=TWO),
        gift(IDEA, NEW_YEAR, called=ONE),
        gift(CHAIRS),
        answered(ONE),
    )
    before = waiting_ideas(connection, JINNING, View(known=4))
    assert [each.contribution for each in before] == [ONE, TWO]
    (waiting,) = waiting_ideas(connection, JINNING)
    assert waiting.contribution == TWO
    assert waiting_ideas(connection, JINNING, View(known=4), after=before[0].key) == before[1:]


@pytest.mark.parametrize(("events", "days"), [(1, 0), (2, 0), (3, 0), (4, 1), (9, 2), (None, 2)])
def test_the_days_are_counted_up_to_the_day_of_the_position(
    having: Having, events: int | None, days: int
) -> None:
    """The idea is of 1 January; each event is recorded five hours after the one before.

    In Shanghai the second of January begins with the fourth of them, at 04:00.
    """
    others = [gift(CHAIRS) for _ in range(7)]
    connection = having(community(), gift(IDEA, NEW_YEAR, called=ONE), *others)
    found = waiting_ideas(connection, JINNING, View(known=events))
    assert [each.days_waiting for each in found] == ([] if events == 1 else [days])


def test_the_answer_is_told_with_the_idea(having: Having) -> None:
    said = (answered(ONE), answered(ONE, IdeaAnswer.being_done))
    connection = having(gift(IDEA, called=ONE), *said)
    for known, answer in ((1, None), (2, IdeaAnswer.accepted), (3, IdeaAnswer.being_done)):
        (found,) = contributions(connection, JINNING, OFFICE, View(known=known))
        assert found.answer is answer


def test_rows_do_not_depend_on_where_a_run_is_cut(database: str) -> None:
    log, kept = Log(), gift(cash(500), called=ONE)
    log.add(community(), pledge(ONE, cash(500)), kept, shown(ONE, public=True), withdrawn(kept))
    log.add(pledge(TWO, CHAIRS), pledge_withdrawn(TWO), gift(IDEA, called=THREE), answered(THREE))

    @settings(max_examples=15)
    @given(st.sets(st.integers(1, len(log.events))))
    def cut(cuts: set[int]) -> None:
        assert not rows_differ(database, MODEL, log.events, cuts)

    cut()
