"""Periods: what a month came to, whether it is closed, and which months were reopened, and why."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api import registers
from api.describing import answers
from api.parameters import (
    AccountIn,
    Asking,
    CommunityIn,
    KnownAt,
    MonthPath,
    OfBooks,
    Paged,
    Written,
)
from api.reading import Listed, Room, Told, answer
from api.tables import Table
from ledger.domain.values import CommunityId, Month
from ledger.projections import journal_records, periods, trial_balance
from ledger.projections.asking import Reach
from ledger.projections.period_records import MODEL
from ledger.projections.view import Basis

router: Final = APIRouter(tags=["periods"])

TOTAL: Final = "合计 total"


class ReopeningList(Listed[periods.Reopening]):
    """Proposals to reopen a month and what became of them, the latest first."""


class TrialBalanceTold(Told):
    """What each line of the books held, gained, gave and holds, and that the sums come to zero.

    `community` is null where the answer is about all that the caller reaches. Lines that are
    another community's, or nobody's here, show what moved between them and these books.
    `closed` says whether all the communities told of have closed the month, `periods` when each
    of them did and at which position.
    """

    month: Month
    basis: Basis
    community: CommunityId | None
    closed: bool
    periods: tuple[periods.Standing, ...]
    totals: tuple[trial_balance.Total, ...]
    lines: tuple[trial_balance.Line, ...]

    @property
    def saved_as(self) -> str:
        """A file says whose month it is, beside those of other months."""
        whose = "" if self.community is None else f"-{self.community}"
        return f"trial-balance-{self.month}{whose}"

    def table(self) -> Table:
        """The lines, and at the foot the sums of what they count."""
        columns = ("unit", "opening", "increase", "decrease", "closing")
        rows = [(line.side, line.community, line.line, *_cells(line)) for line in self.lines]
        foot = [
            (None, self.community, f"{TOTAL} {total.counted}", *_cells(total))
            for total in self.totals
        ]
        return Table(("side", "community", "line", *columns), (*rows, *foot))


def _cells(line: trial_balance.Line | trial_balance.Total) -> tuple[object, ...]:
    return line.unit, line.opening, line.increase, line.decrease, line.closing


class AccountLineList(Listed[trial_balance.AccountLine]):
    """Single accounts in a month, in their order."""


@router.get("/v1/periods/{month}/trial-balance", **answers(TrialBalanceTold))
async def get_trial_balance(
    asking: Asking,
    when: OfBooks,
    whole: Written,
    month: MonthPath,
    community: CommunityIn | None = None,
) -> Response:
    """The trial balance of a month: of a community, or of all that the caller reaches."""

    def ask(room: Room) -> TrialBalanceTold:
        reach = _scope(room, community)
        lines = trial_balance.lines(room.connection, month, room.view, reach=reach)
        places = {line.community for line in lines if line.community is not None}
        asked = places if community is None else {community}
        standing = periods.standing(room.connection, asked, month, room.view)
        closed = bool(standing) and all(each.closed for each in standing)
        return TrialBalanceTold(
            *room.heading,
            month,
            room.view.basis,
            community,
            closed,
            standing,
            trial_balance.totals(lines),
            lines,
        )

    return await answer(asking, ask, journal_records.MODEL, MODEL, when=when, page=whole)


@router.get("/v1/periods/{month}/accounts", **answers(AccountLineList))
async def list_accounts_of_month(
    asking: Asking,
    when: OfBooks,
    page: Paged,
    *,
    month: MonthPath,
    account: AccountIn,
    community: CommunityIn | None = None,
) -> Response:
    """The single accounts behind a line of a month's trial balance: all below a path."""

    def ask(room: Room) -> AccountLineList:
        reach = _scope(room, community)
        after = room.after(tuple[str])
        rows = trial_balance.accounts(
            room.connection,
            month,
            account,
            room.view,
            limit=room.limit,
            after=after[0] if after else None,
            reach=reach,
        )
        return room.listed(AccountLineList, rows, lambda row: (row.account,))

    return await answer(asking, ask, journal_records.MODEL, when=when, page=page)


def _scope(room: Room, community: CommunityId | None) -> Reach:
    """The communities whose books are asked for. Raise the problem if they are not to be read."""
    registers.must_read(room, "balances", community)
    return room.reach("balances") if community is None else {community}


@router.get("/v1/reopenings", **answers(ReopeningList))
async def list_reopenings(
    asking: Asking, known: KnownAt, page: Paged, community: CommunityIn | None = None
) -> Response:
    """The months of a community, or of all, that were to book again, the latest first."""

    def ask(room: Room) -> ReopeningList:
        room.must_hold_a_role("reopenings")
        after = room.after(tuple[int])
        rows = periods.reopenings(
            room.connection,
            community,
            room.view,
            limit=room.limit,
            after=after[0] if after else None,
        )
        return room.listed(ReopeningList, rows, lambda row: (row.position,))

    return await answer(asking, ask, MODEL, when=known, page=page)
