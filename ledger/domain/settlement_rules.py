"""The rules of settlements: what a month comes to for each payer, and who may take which step.

Each rule gives its refusal, or None; their precedence is that of `refusals.Code`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.domain import canteens, communities, funds, identity, operators, payees, sites
from ledger.domain.canteen_records import CanteenMonth
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Refused, Stream
from ledger.domain.operators import Running
from ledger.domain.recovery_records import RecoveryEnd
from ledger.domain.refusals import Code
from ledger.domain.settlement_records import DayOverPlates, MonthClaims, PayerDue
from ledger.domain.settlement_state import Settlement, Stage
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    FundId,
    Month,
    PayerPath,
    SiteId,
    Slug,
    first_day,
    fund_of,
    month_of,
    previous_month,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A canteen's month, as the rules of its settlement look at it; `today` is the community's."""

    canteen: SiteId
    at: Month
    home: CommunityId
    stream: Stream[CanteenMonth]
    month: CanteenMonth
    community: Community
    today: date

    @property
    def settlement(self) -> Settlement:
        """The settlement of the month."""
        return self.month.settlement

    @property
    def dues(self) -> tuple[PayerDue, ...]:
        """What the payers owe by the last submission."""
        return tuple((self.settlement.payers or {}).values())

    @property
    def name(self) -> tuple[SiteId, CommunityId, Month]:
        """How its events begin."""
        return self.canteen, self.home, self.at

    @property
    def where(self) -> tuple[SiteId, Month]:
        """How the events of a fund name it."""
        return self.canteen, self.at

    @property
    def books(self) -> Month:
        """The month that books what is decided today."""
        return self.community.books(self.today)


def look(canteen: SiteId, month: Month, home: CommunityId, known: Known, context: Context) -> Seen:
    """What is known of the month of a known canteen."""
    here = canteens.stream(canteen, month)
    community = known[communities.stream(home)]
    return Seen(canteen, month, home, here, known[here], community, community.day_of(context))


def payee(canteen: SiteId, day: date, known: Known) -> Slug:
    """Whoever runs the canteen that day; where nobody said so, the canteen itself."""
    return operators.on(known[sites.stream(canteen)].operators, day) or Slug(canteen)


def hands(canteen: SiteId, known: Known, context: Context) -> Iterator[Stream[Any]]:
    """Who decides, and who stands behind whoever runs the canteen, or ran it."""
    yield from identity.streams_of(context.actor, known)
    site = known.get(sites.stream(canteen))
    yield from payees.streams_of(Slug(canteen), known)
    for entry in () if site is None else site.operators:
        yield from payees.streams_of(entry.operator, known)


def by_fund(dues: tuple[PayerDue, ...]) -> Iterator[tuple[FundId, Fen]]:
    """What each fund among the payers has to pay."""
    for due in dues:
        fund = fund_of(due.payer)
        if fund is not None and due.payable_fen:
            yield fund, due.payable_fen


# -- what it comes to --------------------------------------------------------------------------


def dues(canteen: SiteId, month: Month, known: Known) -> tuple[PayerDue, ...] | None:
    """What each payer owes, by payer; None while the month is not counted.

    Shares are net of what was taken back. What was repaid or given up is not taken off; what the
    canteen owed by its last settlement is, and what it has already of meals that stand again.
    """
    claims = known.get(canteens.counted(canteen, month))
    here = known.get(canteens.stream(canteen, month))
    before = known.get(canteens.stream(canteen, previous_month(month)))
    if claims is None or here is None or before is None:
        return None
    shares = dict(claims.shares)
    back, over = repaid(here), carried(before, here)
    return tuple(
        _due(payer, shares.get(payer, 0), back.get(payer, 0), over.get(payer, 0))
        for payer in sorted({*shares, *back, *over})
    )


def _due(payer: PayerPath, shares_fen: int, repaid_fen: int, carried_fen: int) -> PayerDue:
    due_fen = shares_fen + repaid_fen + carried_fen
    return PayerDue(payer, shares_fen, Fen(repaid_fen), carried_fen, due_fen)


def repaid(month: CanteenMonth) -> dict[PayerPath, int]:
    """What is not taken off the settlement, as it was repaid or given up, by payer."""
    found: dict[PayerPath, int] = {}
    for recovery in month.recoveries.values():
        if recovery.end in (RecoveryEnd.repaid, RecoveryEnd.written_off):
            found[recovery.payer] = found.get(recovery.payer, 0) + recovery.amount_fen
    return found


def carried(before: CanteenMonth, month: CanteenMonth) -> dict[PayerPath, int]:
    """What is taken off: owed by the last settlement, or had already; by payer, below zero."""
    dues = (before.settlement.payers or {}).values()
    found: dict[PayerPath, int] = {due.payer: due.due_fen for due in dues if due.due_fen < 0}
    for each in month.had:
        found[each.payer] = found.get(each.payer, 0) - each.amount_fen
    return found


def months_of_plates(claims: MonthClaims, canteen: SiteId) -> Iterator[Stream[CanteenMonth]]:
    """Where the plates of the days of these claims are."""
    for month in sorted({month_of(day) for day, _ in claims.by_day}):
        yield canteens.stream(canteen, month)


def against_plates(
    claims: MonthClaims, canteen: SiteId, known: Known
) -> tuple[tuple[DayOverPlates, ...], int]:
    """The days with more meals than plates, and how many days with meals have no plates at all."""
    plates: dict[date, Count] = {}
    for month in months_of_plates(claims, canteen):
        plates |= known[month].plates
    over = tuple(
        DayOverPlates(day, Count(meals), plates[day])
        for day, meals in claims.by_day
        if day in plates and meals > plates[day]
    )
    return over, sum(meals > 0 and day not in plates for day, meals in claims.by_day)


# -- who may, and when -------------------------------------------------------------------------


def unless_presentable(seen: Seen, known: Known) -> Refused | None:
    """Closed claims, none under way, and the settlement before it approved."""
    name = {"canteen": seen.canteen, "month": seen.at}
    if not seen.month.closed:
        return Refused(Code.claims_must_be_closed_first, **name)
    stage = seen.settlement.stage
    if stage not in (Stage.none, Stage.returned):
        return Refused(Code.settlement_must_not_be_submitted_twice, stage=stage.value, **name)
    earlier = previous_month(seen.at)
    before = known[canteens.stream(seen.canteen, earlier)]
    if before.closed and before.settlement.stage is not Stage.approved:
        return Refused(Code.settlement_must_follow_the_one_before, earlier=earlier, **name)
    return None


def unless_new_hands(seen: Seen, known: Known, context: Context) -> Iterator[Refused]:
    """Nobody takes two of the steps of one submission, or any for whoever is paid."""
    done = (
        seen.settlement.submitted_by,
        seen.settlement.checked_by,
        seen.settlement.approved_by,
    )
    if context.actor in done:
        yield Refused(Code.settlement_steps_must_be_by_different_persons, month=seen.at)
    yield from unless_impartial(seen, seen.at, known, context)


def unless_impartial(seen: Seen, month: Month, known: Known, context: Context) -> Iterator[Refused]:
    """Whoever runs the canteen is paid, and decides about it as little as any payee.

    The same holds for whoever ran it in the month whose meals it is about, or since.
    """
    first, entries = first_day(month), known[sites.stream(seen.canteen)].operators
    itself = Running(date.min, date.min, Slug(seen.canteen))
    for running in sorted(operators.since((itself, *entries), first, seen.today)):
        yield from payees.unless_impartial(known[payees.stream(running)], known, context)


def unless_submitted(seen: Seen) -> Refused | None:
    return _unless_in(seen, Code.settlement_must_await_its_check, Stage.submitted)


def unless_checked(seen: Seen) -> Refused | None:
    return _unless_in(seen, Code.settlement_must_be_checked_first, Stage.checked)


def unless_under_way(seen: Seen) -> Refused | None:
    return _unless_in(seen, Code.settlement_must_be_under_way, Stage.submitted, Stage.checked)


def unless_approved(seen: Seen) -> Refused | None:
    return _unless_in(seen, Code.settlement_must_be_approved_first, Stage.approved)


def _unless_in(seen: Seen, code: Code, *stages: Stage) -> Refused | None:
    stage = seen.settlement.stage
    if stage in stages:
        return None
    return Refused(code, canteen=seen.canteen, month=seen.at, stage=stage.value)


def unless_the_latest(submission: Count, seen: Seen) -> Refused | None:
    """What is decided about is what was looked at."""
    latest = seen.settlement.submissions
    if submission == latest:
        return None
    return Refused(Code.submission_must_be_the_latest, submission=submission, latest=latest)


def unless_covered(seen: Seen, known: Known) -> Iterator[Refused]:
    """Each fund holds what it would promise; what it awaits itself is not counted twice."""
    for name, amount_fen in by_fund(seen.dues):
        fund = known[funds.stream(name)]
        if fund.balance_fen - fund.reserved_fen < amount_fen:
            yield Refused(
                Code.fund_must_cover_the_amount,
                fund=name,
                balance_fen=fund.balance_fen,
                promised_fen=fund.reserved_fen,
                amount_fen=amount_fen,
            )


def unless_owing(payer: PayerPath, amount_fen: Fen, day: date, seen: Seen) -> Refused | None:
    """A payer of the settlement, and no more than was left that day."""
    if seen.settlement.due(payer) is None:
        return Refused(Code.payer_must_be_of_the_settlement, payer=payer, month=seen.at)
    left_fen = seen.settlement.left_fen(payer, day)
    if amount_fen <= left_fen:
        return None
    return Refused(
        Code.amount_must_not_exceed_what_is_owed,
        payer=payer,
        paid_on=day,
        amount_fen=amount_fen,
        left_fen=left_fen,
    )
