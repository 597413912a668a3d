"""Lots: gifts followed by hand, through moves and back, now and as they were known."""

from ledger.domain import fund_records as records
from ledger.domain.fund_records import (
    OpeningBalanceRecorded,
    ReceiptReversed,
)
from ledger.domain.lots import ReceiptKind
from ledger.domain.values import Count, Fen, Slug
from ledger.projections import lots
from ledger.projections.fund_records import MODEL
from ledger.projections.lot_records import GiftKind
from ledger.projections.lots import GiftSpent, LotLeft
from tests.projections.by_hand import LEADER
from tests.projections.fund_events import (
    MARCH,
    MEALS,
    MOVED_BY_MISTAKE,
    THERE_AND_BACK,
    YOUTH,
    moved,
    moved_back,
    opened,
    paid,
    part,
    received,
    unpaid,
)
from tests.projections.real_log import written
from tests.projections.service_events import MARCH_2


def test_a_gift_is_followed_through_moves_to_all_that_it_paid(database: str) -> None:
    with written(database, [MODEL], *THERE_AND_BACK) as connection:
        parts = lots.where_did_it_go(connection, MEALS, Count(1))
    where = [(each.fund, each.lot, each.amount_fen, each.voucher, each.payee) for each in parts]
    assert where == [
        (MEALS, 1, 20, 2, "grocer"),
        (MEALS, 3, 5, 2, "grocer"),
        (YOUTH, 1, 40, 2, "grocer"),
        (MEALS, 3, 25, None, None),
        (YOUTH, 1, 10, None, None),
    ]


def test_a_payment_names_the_gifts_behind_it_even_when_they_came_round(database: str) -> None:
    with written(database, [MODEL], *THERE_AND_BACK) as connection:
        spent = lots.which_paid(connection, MEALS, Count(2))
        there = lots.which_paid(connection, YOUTH, Count(2))
    assert [(each.lot, each.amount_fen, each.gift_lot, each.source) for each in spent] == [
        (1, 20, 1, "li"),
        (2, 50, 2, "wu"),
        (3, 5, 1, "li"),
    ]
    assert there == (
        GiftSpent(Count(1), Fen(40), MEALS, Count(1), GiftKind.donation, Slug("li"), None, MARCH_2),
    )


def test_where_a_gift_had_gone_is_told_as_it_was_known(database: str) -> None:
    """Its first 80 had moved at 6; 30 came back at 8, and the rest was spent after that."""
    with written(database, [MODEL], *THERE_AND_BACK) as connection:
        left = [
            [(each.lot, each.left_fen) for each in lots.lots(connection, MEALS, known=known)]
            for known in (2, 3, 4, 6, 8, 9, 10)
        ]
        parts = lots.where_did_it_go(connection, MEALS, Count(1), known=8)
        assert lots.where_did_it_go(connection, MEALS, Count(1), known=2) == ()
        assert lots.which_paid(connection, MEALS, Count(2), known=9) == ()
    assert left == [
        [],
        [(1, 100)],
        [(1, 100), (2, 50)],
        [(1, 20), (2, 50)],
        [(1, 20), (2, 50), (3, 30)],
        [(1, 20), (2, 50), (3, 30)],
        [(3, 25)],
    ]
    told = {(each.fund, each.lot, each.amount_fen, each.voucher) for each in parts}
    assert told == {(MEALS, 1, 20, None), (YOUTH, 1, 50, None), (MEALS, 3, 30, None)}


def test_a_receipt_reversed_later_was_there_before(database: str) -> None:
    reason = records.ReceiptReversalReason.not_honoured
    gone = ReceiptReversed(
        *(MEALS, Count(1), ReceiptKind.donation, Slug("li"), Fen(100), reason, LEADER),
        *(MARCH_2, MARCH),
    )
    with written(database, [MODEL], opened(MEALS), received(MEALS, 100, 1), gone) as connection:
        assert lots.lots(connection, MEALS) == ()
        (there,) = lots.lots(connection, MEALS, known=2)
    assert (there.left_fen, there.source) == (100, "li")


def test_what_is_left_is_listed_lot_by_lot_with_its_giver(database: str) -> None:
    with written(database, [MODEL], *THERE_AND_BACK) as connection:
        assert lots.lots(connection, MEALS) == (
            LotLeft(
                Count(3), Fen(30), Fen(25), MEALS, Count(1), GiftKind.donation,
                Slug("li"), None, MARCH_2,
            ),
        )  # fmt: skip


def test_an_opening_balance_is_a_gift_of_no_kind(database: str) -> None:
    opening = OpeningBalanceRecorded(MEALS, Slug("old-book"), Fen(9), Count(1), MARCH_2, MARCH)
    with written(database, [MODEL], opened(MEALS), opening) as connection:
        (lot,) = lots.lots(connection, MEALS)
    assert (lot.kind, lot.source, lot.left_fen) == (None, "old-book", 9)


def test_a_move_that_was_taken_back_left_its_gift_where_it_was(database: str) -> None:
    with written(database, [MODEL], *MOVED_BY_MISTAKE) as connection:
        left = [
            (known, fund, each.lot, each.left_fen)
            for known in (4, 5, 7, 8, None)
            for fund in (MEALS, YOUTH)
            for each in lots.lots(connection, fund, known=known)
        ]
        parts = lots.where_did_it_go(connection, MEALS, Count(1))
        then = lots.where_did_it_go(connection, MEALS, Count(1), known=5)
        back = lots.which_paid(connection, MEALS, Count(2))
    assert left == [
        (4, MEALS, 1, 100),
        (5, MEALS, 1, 20),
        (5, YOUTH, 1, 80),
        (7, MEALS, 1, 100),
        (8, MEALS, 1, 70),
        (None, MEALS, 1, 100),
    ]
    assert [(each.fund, each.amount_fen, each.voucher) for each in parts] == [
        (MEALS, 30, 3),
        (MEALS, -30, 4),
        (MEALS, 100, None),
    ]
    assert [(each.fund, each.amount_fen) for each in then] == [(MEALS, 20), (YOUTH, 80)]
    assert [(each.lot, each.amount_fen, each.source) for each in back] == [(1, -80, "li")]


def test_what_was_paid_and_came_back_in_between_is_told_once(database: str) -> None:
    lot = part(1, 1, 80, MEALS, 1)
    events = (
        *(opened(MEALS), opened(YOUTH), received(MEALS, 100, 1), *moved(MEALS, YOUTH, 1, lot)),
        *(paid(YOUTH, 1, l1=5), unpaid(YOUTH, 1, 2, l1=5), *moved_back(MEALS, YOUTH, 1, 2, lot)),
    )
    with written(database, [MODEL], *events) as connection:
        parts = lots.where_did_it_go(connection, MEALS, Count(1))
    assert [(each.fund, each.amount_fen, each.voucher) for each in parts] == [
        (YOUTH, 5, 1),
        (YOUTH, -5, 2),
        (MEALS, 100, None),
    ]
