"""Settlements: which canteen's month waits for which step, since when, and what is left to pay.

What is payable is what the last submission says; it is paid once it is approved. A settlement waits
since the day of its last step, until it is approved and paid to the last fen. Days are counted up
to the day that the asker names, or else to `as_of`. The month of a settlement is the one in which
its meals settle, whichever they were eaten or booked in, so the basis changes nothing here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from psycopg import Connection

from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.settlement_records import DayOverPlates, ReturnReason
from ledger.domain.values import (
    CommunityId,
    Count,
    Digest,
    Fen,
    Month,
    PayerPath,
    PersonId,
    SiteId,
)
from ledger.projections import recoveries
from ledger.projections.asking import PAGE_MOST, Reach, ask, ask_one, seen, within
from ledger.projections.recoveries import Recovery
from ledger.projections.settlement_records import SettlementStage
from ledger.projections.view import NOW, View

LAST_MONTH: Final = Month("9999-12")
"""Beyond every month that can be settled."""

LINES: Final = """
SELECT first.canteen, first.community, first.month, step.stage, last.submission, last.meals,
       payable_fen, paid_fen, left_fen, waiting_since,
       %(day)s::date - waiting_since AS days_waiting
FROM settlements.submissions AS first
CROSS JOIN LATERAL (
    SELECT submission, meals FROM settlements.submissions AS later
    JOIN settlements.steps AS presented USING (canteen, month, position, submission)
    WHERE (canteen, month) = (first.canteen, first.month)
      AND position <= %(known)s AND occurred_on <= %(as_of)s
    ORDER BY submission DESC LIMIT 1) AS last
CROSS JOIN LATERAL (
    SELECT * FROM settlements.steps
    WHERE (steps.canteen, steps.month) = (first.canteen, first.month)
      AND steps.position <= %(known)s AND steps.occurred_on <= %(as_of)s
    ORDER BY steps.position DESC LIMIT 1) AS step
CROSS JOIN LATERAL (
    SELECT coalesce(sum(payable_fen), 0)::bigint AS payable_fen FROM settlements.dues AS due
    WHERE (due.canteen, due.month, due.submission)
        = (first.canteen, first.month, last.submission)) AS dues
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_fen), 0)::bigint AS paid_fen FROM settlements.payments AS paid
    WHERE (paid.canteen, paid.month) = (first.canteen, first.month)
      AND paid.position <= %(known)s AND paid.occurred_on <= %(as_of)s) AS payments
CROSS JOIN LATERAL (SELECT payable_fen - paid_fen AS left_fen) AS rest
CROSS JOIN LATERAL (
    SELECT CASE WHEN stage <> 'approved' OR left_fen > 0 THEN step.occurred_on END
    AS waiting_since) AS waiting
WHERE first.submission = 1
"""
REGISTER: Final = f"""{LINES}
  AND (%(community)s::text IS NULL OR first.community = %(community)s)
  AND (%(canteen)s::text IS NULL OR first.canteen = %(canteen)s)
  AND (%(stage)s::text IS NULL OR stage = %(stage)s)
  AND (NOT %(unpaid)s OR (left_fen <> 0 AND stage <> 'returned'))
  AND (%(reach)s::text[] IS NULL OR first.community = ANY (%(reach)s::text[]))
  AND first.month <= %(after_month)s
  AND (first.month < %(after_month)s OR first.canteen > %(after_canteen)s)
ORDER BY first.month DESC, first.canteen LIMIT %(limit)s
"""
ONE: Final = f"{LINES} AND (first.canteen, first.month) = (%(canteen)s, %(month)s)"
SUBMISSION: Final = """
SELECT entries, price_fen, copayment_fen, days_without_plates, digest FROM settlements.submissions
WHERE (canteen, month, submission) = (%(canteen)s, %(month)s, %(submission)s)
"""
DUES: Final = """
SELECT payer, shares_fen, repaid_fen, carried_fen, due_fen, payable_fen, paid_fen,
       payable_fen - paid_fen AS left_fen
FROM settlements.dues CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_fen), 0)::bigint AS paid_fen FROM settlements.payments AS paid
    WHERE (paid.canteen, paid.month, paid.payer) = (dues.canteen, dues.month, dues.payer)
      AND paid.position <= %(known)s AND paid.occurred_on <= %(as_of)s) AS payments
WHERE (canteen, month, submission) = (%(canteen)s, %(month)s, %(submission)s)
ORDER BY payer
"""
OWING: Final = """
SELECT canteen, month, payer, payable_fen - paid_fen AS left_fen
FROM unnest(%(canteens)s::text[], %(months)s::text[], %(submissions)s::integer[])
    AS last (canteen, month, submission)
JOIN settlements.dues USING (canteen, month, submission)
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_fen), 0)::bigint AS paid_fen FROM settlements.payments AS paid
    WHERE (paid.canteen, paid.month, paid.payer) = (dues.canteen, dues.month, dues.payer)
      AND paid.position <= %(known)s AND paid.occurred_on <= %(as_of)s) AS payments
WHERE payable_fen <> paid_fen
ORDER BY canteen, month, payer
"""
OVER: Final = """
SELECT day, meals, plates FROM settlements.days_over_plates
WHERE (canteen, month, submission) = (%(canteen)s, %(month)s, %(submission)s)
ORDER BY day
"""
STEPS: Final = """
SELECT position, submission, stage, taken_by, occurred_on, recorded_at, reason
FROM settlements.steps
WHERE (canteen, month) = (%(canteen)s, %(month)s)
  AND position <= %(known)s AND occurred_on <= %(as_of)s
ORDER BY position
"""
PAYMENTS: Final = """
SELECT position, payment, payer, amount_fen, entered_by, occurred_on, booked_in, reason FROM (
    SELECT *, coalesce(reverses, count(*) FILTER (WHERE reverses IS NULL) OVER (ORDER BY position))
        AS payment FROM settlements.payments
    WHERE (canteen, month) = (%(canteen)s, %(month)s)) AS entries
WHERE position <= %(known)s AND occurred_on <= %(as_of)s
ORDER BY position
"""


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """A canteen's month; `days_waiting` is null unless `day` or `as_of` is asked for."""

    canteen: SiteId
    community: CommunityId
    month: Month
    stage: SettlementStage
    submission: Count
    meals: int
    payable_fen: Fen
    paid_fen: Fen
    left_fen: Fen
    waiting_since: date | None
    days_waiting: int | None

    @property
    def key(self) -> tuple[Month, SiteId]:
        """What the next page comes `after`."""
        return self.month, self.canteen


@dataclass(frozen=True, slots=True)
class Owing:
    """What a payer has left to pay of a canteen's month."""

    canteen: SiteId
    month: Month
    payer: PayerPath
    left_fen: Fen


@dataclass(frozen=True, slots=True)
class Due:
    """What a payer owes by the last submission, and how much of it is paid; below zero, is owed."""

    payer: PayerPath
    shares_fen: int
    repaid_fen: Fen
    carried_fen: int
    due_fen: int
    payable_fen: Fen
    paid_fen: Fen
    left_fen: Fen


@dataclass(frozen=True, slots=True)
class SettlementStep:
    """Who did what about which submission; `reason` is that of a return."""

    position: int
    submission: Count
    stage: SettlementStage
    taken_by: PersonId
    occurred_on: date
    recorded_at: datetime
    reason: ReturnReason | None


@dataclass(frozen=True, slots=True)
class SettlementPayment:
    """What a payer has paid the canteen, or what does not stand of it: then it is below zero.

    `payment` numbers the settlement's payments; what takes one back has its number, and a `reason`.
    """

    position: int
    payment: Count
    payer: PayerPath
    amount_fen: int
    entered_by: PersonId
    occurred_on: date
    booked_in: Month
    reason: PaymentReversalReason | None


@dataclass(frozen=True, slots=True)
class Submission:
    """What the last submission says beside its payers; `digest` is that of its claims."""

    entries: Count
    price_fen: int
    copayment_fen: int
    days_without_plates: Count
    digest: Digest


@dataclass(frozen=True, slots=True)
class Settlement:
    """A canteen's month as it was last presented, its steps, and all recoveries that fall in it."""

    line: SettlementLine
    submission: Submission
    dues: tuple[Due, ...]
    days_over_plates: tuple[DayOverPlates, ...]
    steps: tuple[SettlementStep, ...]
    payments: tuple[SettlementPayment, ...]
    recoveries: tuple[Recovery, ...]


def register(
    connection: Connection[Any],
    *,
    community: CommunityId | None = None,
    canteen: SiteId | None = None,
    stage: SettlementStage | None = None,
    day: date | None = None,
    view: View = NOW,
    limit: int = PAGE_MOST,
    after: tuple[Month, SiteId] | None = None,
    reach: Reach = None,
    unpaid: bool = False,
) -> tuple[SettlementLine, ...]:
    """The settlements, of the newest month first; `after` is the month and canteen of the last.

    `unpaid` are those of which something is left to be paid, unless they were returned.
    """
    after_month, after_canteen = after or (LAST_MONTH, "")
    return ask(
        connection,
        SettlementLine,
        REGISTER,
        community=community,
        canteen=canteen,
        stage=stage,
        day=day or view.as_of,
        limit=limit,
        after_month=after_month,
        after_canteen=after_canteen,
        reach=within(reach),
        unpaid=unpaid,
        **seen(view),
    )


def owing(
    connection: Connection[Any], lines: Sequence[SettlementLine], view: View = NOW
) -> tuple[Owing, ...]:
    """What each payer has left to pay of these settlements; who has nothing to pay is left out."""
    asked: dict[str, object] = {
        "canteens": [each.canteen for each in lines],
        "months": [each.month for each in lines],
        "submissions": [each.submission for each in lines],
    }
    return ask(connection, Owing, OWING, **asked, **seen(view))


def settlement(
    connection: Connection[Any],
    canteen: SiteId,
    month: Month,
    *,
    day: date | None = None,
    view: View = NOW,
) -> Settlement | None:
    """The settlement of a canteen's month; None if it was never submitted."""
    name: dict[str, object] = {"canteen": canteen, "month": month}
    asked = name | seen(view)
    line = ask_one(connection, SettlementLine, ONE, day=day or view.as_of, **asked)
    if line is None:
        return None
    last = name | {"submission": line.submission}
    (submission,) = ask(connection, Submission, SUBMISSION, **last)
    return Settlement(
        line,
        submission,
        ask(connection, Due, DUES, **asked, submission=line.submission),
        ask(connection, DayOverPlates, OVER, **last),
        ask(connection, SettlementStep, STEPS, **asked),
        ask(connection, SettlementPayment, PAYMENTS, **asked),
        recoveries.recoveries(
            connection, canteen=canteen, month=month, day=day, view=view, limit=None
        ),
    )
