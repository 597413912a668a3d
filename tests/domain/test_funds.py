"""Funds: one restriction each, every fen in a lot, every number given once."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import pytest

from ledger.domain import communities, funds
from ledger.domain.community_records import MonthClosed
from ledger.domain.decisions import Happening
from ledger.domain.fund_records import (
    FundOpened,
    MoneyMovedIn,
    MoneyReceived,
    MovedBetweenFunds,
    OpeningBalanceRecorded,
    PaymentImported,
)
from ledger.domain.funds import FundCommand, OpenFund
from ledger.domain.lots import ReceiptKind
from ledger.domain.values import CommunityId, Count, Fen, FundId, Month, Slug, Title
from tests.domain.fund_stories import (
    GENERAL,
    JINNING,
    MARCH,
    MEALS,
    PALACE,
    RESTRICTIONS,
    THEIRS,
    TODAY,
    TOMORROW,
    XIANHU,
    YOUTH,
    YUAN,
    community,
    move,
    moved_lot,
    opening,
    pay,
    receive,
    received,
    town,
    use,
)
from tests.story import SOMEBODY, given

# -- opening -----------------------------------------------------------------------------------


def test_a_fund_is_opened_once_with_the_restriction_it_keeps() -> None:
    command = OpenFund(YOUTH, JINNING, Title("少年宫基金"), Slug("youth"))
    event = FundOpened(YOUTH, JINNING, Title("少年宫基金"), Slug("youth"), TODAY)
    given(community(JINNING)).when(command).then(event)
    town().when(command).refused("fund_must_be_new", fund=YOUTH)


def test_a_fund_without_a_purpose_is_unrestricted() -> None:
    told = given(community(JINNING)).when(OpenFund(GENERAL, JINNING, Title("社区基金")))
    assert told.events[0].restriction == "unrestricted"


def test_a_fund_belongs_to_a_known_community() -> None:
    command = OpenFund(YOUTH, CommunityId("nowhere"), Title("少年宫基金"))
    town().when(command).refused("community_must_be_known", community="nowhere")


def test_an_opening_balance_is_the_first_lot() -> None:
    town().when(opening(GENERAL, 500, date(2025, 12, 31))).then(
        OpeningBalanceRecorded(
            GENERAL, Slug("old-book"), Fen(500), Count(1), date(2025, 12, 31), Month("2025-12")
        )
    )


def test_an_opening_balance_comes_first_or_never() -> None:
    story = town(received(GENERAL, 1, 500))
    story.when(opening(GENERAL, 500)).refused("opening_balance_must_come_first", fund=GENERAL)
    first = town().when(opening(GENERAL, 500))
    town(*first.decision).when(opening(GENERAL, 500)).refused("opening_balance_must_come_first")


def test_a_fund_spent_to_the_last_fen_still_has_entries() -> None:
    spent = town(received(GENERAL, 1, 500)).when(pay(GENERAL, 500)).decision
    story = town(received(GENERAL, 1, 500), *spent)
    story.when(opening(GENERAL, 500)).refused("opening_balance_must_come_first")
    assert story.when(receive(GENERAL, 1)).events[0].receipt == 2


# -- receiving ---------------------------------------------------------------------------------


def test_a_receipt_takes_the_next_number() -> None:
    award = Slug("standard-2023")
    command = receive(GENERAL, 3_000_000, date(2023, 3, 14), ReceiptKind.award, award)
    town(received(GENERAL, 1, 500)).when(command).then(
        MoneyReceived(
            GENERAL,
            ReceiptKind.award,
            Slug("donor"),
            award,
            Fen(3_000_000),
            Count(2),
            date(2023, 3, 14),
            Month("2023-03"),
        )
    )


def test_only_an_award_names_an_award() -> None:
    award = Slug("standard-2023")
    told = town().when(receive(GENERAL, 500, kind=ReceiptKind.appropriation, award=award))
    told.refused("award_must_be_received_as_one", award=award, kind="appropriation")
    assert town().when(receive(GENERAL, 500, kind=ReceiptKind.award)).events[0].award is None


@pytest.mark.parametrize("amount", [10**12, 1])
def test_a_receipt_may_be_as_small_as_a_fen_and_as_large_as_the_limit(amount: int) -> None:
    assert town().when(receive(GENERAL, amount)).events[0].amount_fen == amount


def test_a_fund_never_reaches_what_the_database_could_not_sum() -> None:
    full = town(received(GENERAL, 1, 10**15 - 10))
    assert full.when(receive(GENERAL, 9)).events
    full.when(receive(GENERAL, 10)).refused(
        "fund_must_stay_below_the_limit", fund=GENERAL, balance_fen=10**15, limit_fen=10**15
    )
    nearly = town(received(YOUTH, 1, 10**15 - 10), received(GENERAL, 1, 100))
    nearly.when(move(GENERAL, YOUTH, 10)).refused("fund_must_stay_below_the_limit", fund=YOUTH)
    assert nearly.when(move(GENERAL, YOUTH, 9)).events


# -- every entry -------------------------------------------------------------------------------

Entry = Callable[[int, date], FundCommand]
EVERY = {
    "opening": partial(opening, MEALS),
    "receive": partial(receive, GENERAL),
    "move": partial(move, GENERAL, YOUTH),
    "pay": partial(pay, GENERAL),
}
every_entry = pytest.mark.parametrize("entry", EVERY.values(), ids=EVERY)


@every_entry
def test_no_entry_is_of_a_day_to_come(entry: Entry) -> None:
    story = town(received(GENERAL, 1, 500))
    story.when(entry(1, TOMORROW)).refused(
        "day_must_not_be_in_the_future", day=TOMORROW, today=TODAY
    )
    midnight_in_shanghai = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    assert story.when(entry(1, TOMORROW), at=midnight_in_shanghai).events


@every_entry
def test_no_entry_is_of_a_year_mistyped(entry: Entry) -> None:
    story = town(received(GENERAL, 1, 500, date(1950, 1, 1)))
    story.when(entry(1, date(1949, 12, 31))).refused(
        "year_must_be_plausible", year=1949, year_first=1950, year_last=2026
    )
    assert story.when(entry(1, date(1950, 1, 1))).events[0].booked_in == "1950-01"


@every_entry
@pytest.mark.parametrize("amount", [0, -1])
def test_every_entry_is_of_money(entry: Entry, amount: int) -> None:
    story = town(received(GENERAL, 1, 500))
    story.when(entry(amount, TODAY)).refused("amount_must_be_positive", amount_fen=amount)
    story.when(entry(amount, TOMORROW)).refused("day_must_not_be_in_the_future")


@every_entry
def test_what_happened_in_a_closed_month_is_booked_in_the_first_open_one(
    entry: Entry,
) -> None:
    closed: Happening = (communities.stream(JINNING), MonthClosed(Month("2026-02"), TODAY))
    story = town(received(GENERAL, 1, 500, date(2026, 1, 1)), closed)
    for event in story.when(entry(1, date(2026, 2, 28))).events:
        assert (event.occurred_on, event.booked_in) == (date(2026, 2, 28), MARCH)
    for event in story.when(entry(1, date(2026, 1, 31))).events:
        assert event.booked_in == "2026-01"


@every_entry
def test_every_entry_needs_an_open_fund(entry: Entry) -> None:
    given(community(JINNING)).when(entry(0, TOMORROW)).refused("fund_must_be_known")


# -- spending ----------------------------------------------------------------------------------


def test_a_payment_draws_on_the_oldest_lots_and_says_which() -> None:
    story = town(received(YOUTH, 1, 300), received(YOUTH, 2, 300), received(YOUTH, 3, 300))
    story.when(pay(YOUTH, 450)).then(
        PaymentImported(
            YOUTH,
            Slug("bookshop"),
            Slug("youth"),
            Fen(450),
            Count(1),
            (use(1, 300), use(2, 150)),
            SOMEBODY,
            TODAY,
            MARCH,
        )
    )


def test_oldest_is_what_was_entered_first_not_what_carries_the_earliest_day() -> None:
    first = town().when(receive(GENERAL, 300, TODAY)).decision
    late = town(*first).when(receive(GENERAL, 300, date(2026, 1, 5))).decision
    paid = town(*first, *late).when(pay(GENERAL, 300)).events[0]
    assert paid.lots == (use(1, 300),)


def test_the_next_payment_goes_on_where_the_last_one_stopped() -> None:
    before = (received(GENERAL, 1, 300), received(GENERAL, 2, 300))
    first = town(*before).when(pay(GENERAL, 100)).decision
    second = town(*before, *first).when(pay(GENERAL, 300)).decision
    assert second[0][1].lots == (use(1, 200), use(2, 100))  # type: ignore[attr-defined]
    last = town(*before, *first, *second).when(pay(GENERAL, 200)).events[0]
    assert (last.voucher, last.lots) == (3, (use(2, 200),))


@pytest.mark.parametrize("amount", [500, 501])
def test_a_fund_pays_to_its_last_fen_and_no_further(amount: int) -> None:
    story = town(received(GENERAL, 1, 200), received(GENERAL, 2, 300), received(YOUTH, 1, 900))
    for command in (pay(GENERAL, amount), move(GENERAL, YOUTH, amount)):
        told = story.when(command)
        if amount == 500:
            assert told.events[0].lots == (use(1, 200), use(2, 300))
        else:
            told.refused(
                "fund_must_cover_the_amount", fund=GENERAL, balance_fen=500, amount_fen=501
            )


def test_a_restricted_gift_is_spent_on_its_purpose_only() -> None:
    story = town(received(YOUTH, 1, 500), received(GENERAL, 1, 500))
    story.when(pay(YOUTH, 500, purpose=Slug("office"))).refused(
        "purpose_must_match_the_restriction", purpose="office", restriction="youth"
    )
    assert story.when(pay(GENERAL, 500, purpose=Slug("office"))).events[0].purpose == "office"


def test_a_payment_of_history_may_be_later_than_the_funds_opening() -> None:
    later = datetime(2026, 4, 12, 4, 0, tzinfo=UTC)
    told = town(received(GENERAL, 1, 500)).when(pay(GENERAL, 500, date(2026, 4, 12)), at=later)
    assert told.events[0].occurred_on == date(2026, 4, 12)


def test_one_entry_names_no_more_lots_than_it_can_hold() -> None:
    story = town(*(received(GENERAL, number, YUAN) for number in range(1, 302)))
    assert len(story.when(pay(GENERAL, 300 * YUAN)).events[0].lots) == 300
    for command in (pay(GENERAL, 300 * YUAN + 1), move(GENERAL, YOUTH, 300 * YUAN + 1)):
        story.when(command).refused(
            "lots_must_fit_one_entry",
            fund=GENERAL,
            lots=301,
            lots_most=300,
            amount_most_fen=300 * YUAN,
        )
    story.when(pay(GENERAL, 302 * YUAN)).refused("fund_must_cover_the_amount")


# -- moving ------------------------------------------------------------------------------------


def test_a_move_posts_in_the_giving_fund_and_takes_its_lots_along() -> None:
    story = town(received(GENERAL, 1, 300), received(GENERAL, 2, 300), received(YOUTH, 1, 5))
    told = story.when(move(GENERAL, YOUTH, 400)).then(
        MovedBetweenFunds(
            GENERAL, YOUTH, Fen(400), Count(1), (use(1, 300), use(2, 100)), SOMEBODY, TODAY, MARCH
        ),
        MoneyMovedIn(
            GENERAL,
            YOUTH,
            Fen(400),
            Count(1),
            (moved_lot(2, 1, (GENERAL, 1), 300), moved_lot(3, 2, (GENERAL, 2), 100)),
            TODAY,
            MARCH,
        ),
    )
    assert [stream for stream, _ in told.decision] == ["fund-general", "fund-youth"]


def test_a_gift_keeps_its_origin_through_every_move() -> None:
    before = (received(GENERAL, 1, 300), received(YOUTH, 1, 5))
    once = town(*before).when(move(GENERAL, YOUTH, 300)).decision
    spent = town(*before, *once).when(pay(YOUTH, 5)).decision
    twice = town(*before, *once, *spent).when(move(YOUTH, PALACE, 200))
    assert twice.events[0].voucher == 2
    assert twice.events[1].lots == (moved_lot(1, 2, (GENERAL, 1), 200),)


@pytest.mark.parametrize(
    ("giving", "receiving", "allowed"),
    [
        (GENERAL, YOUTH, True),
        (YOUTH, PALACE, True),
        (YOUTH, MEALS, False),
        (YOUTH, GENERAL, False),
    ],
)
def test_money_moves_within_its_purpose_or_from_unrestricted_money(
    giving: FundId, receiving: FundId, *, allowed: bool
) -> None:
    told = town(received(giving, 1, 300)).when(move(giving, receiving, 300))
    if allowed:
        assert len(told.events) == 2
    else:
        told.refused(
            "restriction_must_allow_the_move",
            from_restriction="youth",
            to_restriction=RESTRICTIONS[receiving],
        )


def test_money_does_not_move_between_communities_and_nobody_learns_what_another_one_has() -> None:
    town(received(GENERAL, 1, 300)).when(move(GENERAL, THEIRS, 300)).refused(
        "fund_must_be_known", fund=THEIRS
    )


def test_money_does_not_move_to_where_it_is() -> None:
    town(received(GENERAL, 1, 300)).when(move(GENERAL, GENERAL, 300)).refused(
        "funds_must_differ", fund=GENERAL
    )


@pytest.mark.parametrize("pair", [(FundId("lost"), GENERAL), (GENERAL, FundId("lost"))])
def test_both_funds_of_a_move_are_known(pair: tuple[FundId, FundId]) -> None:
    town(received(GENERAL, 1, 300)).when(move(*pair, 300)).refused(
        "fund_must_be_known", fund="lost"
    )


@pytest.mark.parametrize(
    ("command", "first"),
    [
        (move(YOUTH, YOUTH, 0), "amount_must_be_positive"),
        (move(YOUTH, YOUTH, 900), "funds_must_differ"),
        (move(YOUTH, THEIRS, 900), "fund_must_be_known"),
        (move(YOUTH, MEALS, 900), "restriction_must_allow_the_move"),
        (move(YOUTH, PALACE, 900), "fund_must_cover_the_amount"),
        (pay(YOUTH, 900, purpose=Slug("office")), "purpose_must_match_the_restriction"),
        (opening(YOUTH, 0), "amount_must_be_positive"),
        (receive(YOUTH, 10**15, award=Slug("a1")), "award_must_be_received_as_one"),
    ],
)
def test_of_several_objections_the_first_in_the_list_is_told(
    command: FundCommand, first: str
) -> None:
    town(received(YOUTH, 1, 300), received(PALACE, 1, 10**15 - 1)).when(command).refused(first)


def test_a_fund_is_its_communitys_matter_and_an_unknown_one_nobodys() -> None:
    ledger = town().ledger
    assert funds.place(OpenFund(YOUTH, XIANHU, Title("基金")), ledger) == XIANHU
    assert funds.place(pay(GENERAL, 1), ledger) == JINNING
    assert funds.place(move(THEIRS, GENERAL, 1), ledger) == XIANHU
    assert funds.place(receive(FundId("lost"), 1), ledger) is None
