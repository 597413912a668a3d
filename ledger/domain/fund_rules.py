"""What every entry of a fund must fulfil: each rule gives its refusal, or None.

Kept apart from the commands because whoever pays, moves or receives money obeys the same rules.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from ledger.domain import lots
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Refused
from ledger.domain.fund_records import UNRESTRICTED, ReceiptReversed
from ledger.domain.fund_state import Fund
from ledger.domain.lots import Lot, ReceiptKind
from ledger.domain.refusals import Code
from ledger.domain.values import YEAR_FIRST, Fen, FundId, Month, Slug, month_of

FUND_BELOW_FEN: Final = 10**15
"""Ten trillion yuan: no sum of funds can overflow the database's integers."""

LOTS_MOST: Final = 300
"""So many lots fit one event; who draws on more does it in parts."""


def day_has_come(day: date, community: Community, context: Context) -> Refused | None:
    """Nothing is entered for a day that the community has not reached, or for a typing error."""
    today = community.day_of(context)
    if day > today:
        return Refused(Code.day_must_not_be_in_the_future, day=day, today=today)
    if day.year < YEAR_FIRST:
        return Refused(
            Code.year_must_be_plausible, year=day.year, year_first=YEAR_FIRST, year_last=today.year
        )
    return None


def opening_balance_comes_first(name: FundId, fund: Fund) -> Refused | None:
    """What else stands would be in it already; a wrong one is reversed and entered again."""
    if fund.has_standing_receipts:
        return Refused(Code.opening_balance_must_come_first, fund=name)
    return None


def follows_the_opening(day: date, name: FundId, fund: Fund) -> Refused | None:
    """What came or went before the fund was taken over is in its opening balance."""
    as_of = fund.taken_over_on
    if as_of is None or as_of <= day:
        return None
    return Refused(Code.entry_must_not_precede_the_opening_balance, fund=name, day=day, as_of=as_of)


def payment_follows_its_approval(paid_on: date, approved_on: date | None) -> Refused | None:
    """Nothing was paid before it was decided."""
    if approved_on is None or approved_on <= paid_on:
        return None
    return Refused(Code.payment_must_follow_its_approval, paid_on=paid_on, approved_on=approved_on)


def day_of_reversal(
    returned_on: date | None, done_on: date, community: Community, context: Context, *, refund: bool
) -> date | Refused:
    """The day of what is taken back; money that was returned went on a day of its own (DOMAIN 3).

    That is the day it is named for, from that of the payment on, or else today.
    """
    if not refund:
        if returned_on is None:
            return done_on
        return Refused(Code.day_must_be_that_of_a_refund, day=returned_on)
    day = returned_on or community.day_of(context)
    if day < done_on:
        return Refused(Code.refund_must_follow_what_it_returns, returned_on=day, paid_on=done_on)
    return day_has_come(day, community, context) or day


def amount_is_positive(amount_fen: Fen) -> Refused | None:
    """An entry of nothing, or of less, is none."""
    if amount_fen > 0:
        return None
    return Refused(Code.amount_must_be_positive, amount_fen=amount_fen)


def award_is_received_as_one(award: Slug | None, kind: ReceiptKind) -> Refused | None:
    """Only an award names an award, so that awards can be counted by either."""
    if award is None or kind is ReceiptKind.award:
        return None
    return Refused(Code.award_must_be_received_as_one, award=award, kind=kind)


def funds_differ(from_fund: FundId, to_fund: FundId) -> Refused | None:
    """A move to itself would number a voucher for nothing."""
    return Refused(Code.funds_must_differ, fund=from_fund) if from_fund == to_fund else None


def restriction_allows_the_move(giving: Slug, receiving: Slug) -> Refused | None:
    """To the same restriction, or from unrestricted money into any."""
    if giving in (UNRESTRICTED, receiving):
        return None
    return Refused(
        Code.restriction_must_allow_the_move, from_restriction=giving, to_restriction=receiving
    )


def purpose_matches(restriction: Slug, purpose: Slug) -> Refused | None:
    """A restricted fund pays for its one purpose, an unrestricted one for any."""
    if restriction in (UNRESTRICTED, purpose):
        return None
    return Refused(
        Code.purpose_must_match_the_restriction, purpose=purpose, restriction=restriction
    )


def fund_covers(name: FundId, fund: Fund, amount_fen: Fen) -> Refused | None:
    """The amount is there and nobody's yet.

    Shares of meals that are claimed and not submitted are not taken off: a claim is a fact that no
    fund can refuse, and what an open month will come to is known to no rule.
    """
    if amount_fen > fund.available_fen:
        return Refused(
            Code.fund_must_cover_the_amount,
            fund=name,
            balance_fen=fund.balance_fen,
            promised_fen=fund.reserved_fen + fund.awaited_fen,
            amount_fen=amount_fen,
        )
    return None


def drawn(fund: Fund, amount_fen: Fen, day: date, community: Community) -> tuple[Lot, ...]:
    """The parts of lots that an entry of that day takes."""
    return lots.draw(fund.lots, amount_fen, day, community.books(day))


def lots_fit(name: FundId, taken: Iterable[Lot]) -> Refused | None:
    """No more lots are drawn on than one entry can name."""
    uses = lots.uses(taken)
    if len(uses) <= LOTS_MOST:
        return None
    return Refused(
        Code.lots_must_fit_one_entry,
        fund=name,
        lots=len(uses),
        lots_most=LOTS_MOST,
        amount_most_fen=sum(use.amount_fen for use in uses[:LOTS_MOST]),
    )


def money_has_come(day: date, name: FundId, taken: Iterable[Lot]) -> Refused | None:
    """No lot is drawn on for a day before it came.

    What was approved is not asked: its money was there and reserved, and which lots it draws on
    depends on what else was entered first.
    """
    came_on = max((lot.came_on for lot in taken), default=day)
    if came_on <= day:
        return None
    return Refused(Code.money_must_have_come_before_it_leaves, fund=name, day=day, came_on=came_on)


def books_opening(as_of: date, community: Community, fund: Fund) -> Month:
    """The month that books an opening balance: none before the reversal of one that it replaces."""
    back = fund.reversed_receipts.values()
    replaced = (each for each in back if isinstance(each, ReceiptReversed) and each.kind is None)
    return community.first_open_month(
        max((month_of(as_of), *(each.booked_in for each in replaced)))
    )


def books_spending(taken: Iterable[Lot], month: Month, community: Community) -> Month:
    """The month that books what leaves the fund: none before the one that booked it coming.

    A reopened month may be open again and earlier, and never had the money (decision 32).
    """
    return community.first_open_month(max((month, *(lot.booked_in for lot in taken))))


def fund_stays_below_the_limit(name: FundId, fund: Fund, amount_fen: Fen) -> Refused | None:
    """With the amount the fund would still be a number the database can sum."""
    balance_fen = fund.balance_fen + amount_fen
    if balance_fen < FUND_BELOW_FEN:
        return None
    return Refused(
        Code.fund_must_stay_below_the_limit,
        fund=name,
        balance_fen=balance_fen,
        limit_fen=FUND_BELOW_FEN,
    )
