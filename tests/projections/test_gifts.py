"""A donor's report: her gifts followed to the last fen, at any position, through moves and back."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain.lots import ReceiptKind
from ledger.domain.values import CommunityId, Slug
from ledger.projections import contribution_records, fund_records, gifts
from ledger.projections.gifts import Donor, Gift, GiftPayment, Source
from ledger.projections.view import NOW, View
from ledger.store.codec import Recorded
from tests.builders import JINNING, MEAL_FUND, person
from tests.projections import plain_gifts
from tests.projections.fund_events import (
    MEALS,
    MOVED_BY_MISTAKE,
    THERE_AND_BACK,
    YOUTH,
    moved,
    opened,
    paid,
    received,
)
from tests.projections.fund_events import part as part_of
from tests.projections.plain_gifts import Lot
from tests.projections.random_town import PEOPLE, STEPS, Step, town, views
from tests.projections.real_log import written
from tests.servers import Server

MODELS = (fund_records.MODEL, contribution_records.MODEL)
DONORS: tuple[Donor, ...] = (
    Source(ReceiptKind.award, Slug("town")),
    *(Source(kind, Slug(f"source-{n}")) for kind in ReceiptKind for n in range(3)),
    *(Source(ReceiptKind.contribution, Slug(f"gift-{n}")) for n in range(4)),
    *((person(n),) for n in range(PEOPLE)),
    (person(0), person(1)),
)
LI = Source(ReceiptKind.donation, Slug("li"))


# -- any history, any position -----------------------------------------------------------------


def hers(books: plain_gifts.Books, donor: Donor) -> list[Lot]:
    if not isinstance(donor, Source):
        return [lot for lot, who in books.persons.items() if who in donor]
    return [
        lot
        for lot, event in books.given.items()
        if (getattr(event, "kind", None), getattr(event, "source", None))
        == (donor.kind, donor.source)
    ]


@settings(max_examples=20)
@given(steps=STEPS, data=st.data())
def test_every_gift_is_spent_left_or_reversed_as_the_events_say(
    embedded: Server, steps: list[Step], data: st.DataObject
) -> None:
    with town(embedded, steps, *MODELS) as (connection, log):
        for _ in range(4):
            view, limit = data.draw(views(log)), data.draw(st.integers(1, 5))
            for donor in DONORS:
                compare(connection, donor, log, view, limit)


def compare(
    connection: Connection[Any], donor: Donor, log: Sequence[Recorded], view: View, limit: int
) -> None:
    books = plain_gifts.books(log, view)
    lots = hers(books, donor)
    found = all_gifts(connection, donor, view, limit)
    assert {(each.fund, each.lot): figures(each) for each in found} == {
        lot: books.figures(lot) for lot in lots
    }
    assert [each.key for each in found] == sorted((each.key for each in found), reverse=True)
    totals = gifts.totals(connection, donor, view)
    assert totals.gifts == len(found)
    sums = [sum(column) for column in zip(*map(figures, found), strict=True)] or [0] * 5
    assert figures(totals) == tuple(sums)
    assert totals.given_fen == totals.spent_fen + totals.left_fen + totals.reversed_fen
    payments = all_payments(connection, donor, view, limit)
    assert [told(each) for each in payments] == sorted(
        (each for each in books.payments if each.gift in lots),
        key=lambda each: (-each.position, -each.lot),
    )
    assert sum(each.amount_fen for each in payments) == totals.spent_fen


def figures(each: Gift | gifts.GiftTotals) -> tuple[int, ...]:
    return each.given_fen, each.spent_fen, each.left_fen, each.reversed_fen, each.moved_fen


def told(each: GiftPayment) -> plain_gifts.Payment:
    gift, where = (each.gift_fund, each.gift_lot), (each.fund, each.lot, each.voucher)
    return plain_gifts.Payment(
        gift, *where, each.payee, each.paid_on, each.amount_fen, each.position
    )


def all_gifts(connection: Connection[Any], donor: Donor, view: View, limit: int) -> list[Gift]:
    found: list[Gift] = []
    while page := gifts.gifts(
        connection, donor, view, limit=limit, after=found[-1].key if found else None
    ):
        assert len(page) <= limit
        found += page
    return found


def all_payments(
    connection: Connection[Any], donor: Donor, view: View, limit: int
) -> list[GiftPayment]:
    found: list[GiftPayment] = []
    while page := gifts.payments(
        connection, donor, view, limit=limit, after=found[-1].key if found else None
    ):
        assert len(page) <= limit
        found += page
    return found


# -- stories -----------------------------------------------------------------------------------


def test_a_gift_that_came_round_is_told_once(database: str) -> None:
    with written(database, MODELS, *THERE_AND_BACK) as connection:
        (gift,) = gifts.gifts(connection, LI)
        payments = gifts.payments(connection, LI)
    assert figures(gift) == (100, 65, 35, 0, 50)
    assert (gift.fund, gift.lot, gift.community, gift.restriction) == (
        MEALS, 1, JINNING, "unrestricted",
    )  # fmt: skip
    assert [(each.fund, each.lot, each.voucher, each.amount_fen) for each in payments] == [
        (MEALS, 3, 2, 5),
        (MEALS, 1, 2, 20),
        (YOUTH, 1, 2, 40),
    ]
    assert {(each.payee, each.purpose) for each in payments} == {("grocer", "meals")}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (3, (100, 0, 100, 0, 0)),
        (5, (100, 0, 100, 0, 0)),  # moved out; the other fund does not have it yet
        (6, (100, 0, 100, 0, 80)),
        (8, (100, 0, 100, 0, 50)),
        (9, (100, 40, 60, 0, 50)),
        (10, (100, 65, 35, 0, 50)),
    ],
)
def test_what_became_of_it_is_known_at_a_position(
    database: str, known: int, expected: tuple[int, ...]
) -> None:
    with written(database, MODELS, *THERE_AND_BACK) as connection:
        view = View(known=known)
        assert figures(gifts.totals(connection, LI, view)) == expected
        spent = sum(each.amount_fen for each in gifts.payments(connection, LI, view))
    assert spent == expected[1]


def test_gifts_to_another_community_are_beyond_reach(database: str) -> None:
    xianhu = CommunityId("xianhu")
    events = (opened(MEALS), opened(YOUTH, xianhu), received(MEALS, 100, 1), received(YOUTH, 7, 1))
    used = (paid(MEALS, 1, l1=30), paid(YOUTH, 1, l1=2))
    with written(database, MODELS, *events, *used) as connection:
        for reach, given_fen, spent_fen in ((None, 107, 32), ({xianhu}, 7, 2), (set(), 0, 0)):
            found = gifts.totals(connection, LI, reach=reach)
            assert (found.given_fen, found.spent_fen) == (given_fen, spent_fen)
            listed = gifts.gifts(connection, LI, reach=reach)
            assert sum(each.given_fen for each in listed) == given_fen
            payments = gifts.payments(connection, LI, reach=reach)
            assert sum(each.amount_fen for each in payments) == spent_fen


def test_a_chain_of_moves_counts_once(database: str) -> None:
    """From the meals to the youth, and half of that back: what lies elsewhere is what is there."""
    events = (
        opened(MEALS),
        opened(YOUTH),
        received(MEALS, 100, 1),
        *moved(MEALS, YOUTH, 1, part_of(1, 1, 100, MEALS, 1)),
        *moved(YOUTH, MEALS, 1, part_of(2, 1, 50, MEALS, 1)),
        *moved(MEALS, YOUTH, 2, part_of(2, 2, 20, MEALS, 1)),
    )
    with written(database, MODELS, *events) as connection:
        (gift,) = gifts.gifts(connection, LI)
    assert figures(gift) == (100, 0, 100, 0, 70)


def test_whoever_never_gave_has_an_empty_report(database: str) -> None:
    with written(database, MODELS, opened(MEAL_FUND)) as connection:
        for donor in (LI, (person(1),)):
            assert gifts.gifts(connection, donor, NOW) == ()
            assert gifts.payments(connection, donor, NOW) == ()
            assert figures(gifts.totals(connection, donor)) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("known", "figures_then"),
    [
        (3, (100, 0, 100, 0, 0)),
        (5, (100, 0, 100, 0, 80)),
        (7, (100, 0, 100, 0, 0)),
        (8, (100, 30, 70, 0, 0)),
        (9, (100, 0, 100, 0, 0)),
    ],
)
def test_a_move_that_was_taken_back_is_not_where_the_gift_went(
    database: str, known: int, figures_then: tuple[int, ...]
) -> None:
    with written(database, MODELS, *MOVED_BY_MISTAKE) as connection:
        (gift,) = gifts.gifts(connection, LI, View(known=known))
    assert figures(gift) == figures_then
