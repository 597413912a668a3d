"""Disbursements: what was asked for, approved and paid, and what each request waits for.

A request waits for its approvals since the day on which it was asked for, and then for its payment
since that of the last approval. How many approvals it needs is known with the first one, because
the sum that chooses the band is taken then. What was paid and reversed counts as not paid. Days are
counted up to the day that the asker names.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain.disbursement_records import Stage
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    FundId,
    Month,
    PersonId,
    ResolutionId,
    Slug,
)
from ledger.projections.asking import PAGE_MOST, Reach, ask, ask_one, until, within

LINES: Final = """
SELECT request.position, request.fund, request.disbursement, community, payee, purpose,
       request.amount_fen AS requested_fen, approved_fen, paid_fen, last.amount_fen, last.stage,
       approvals, needed AS approvals_needed, voucher, resolution, requested_by, waiting_for,
       waiting_since, %(day)s::date - waiting_since AS days_waiting
FROM disbursements.requests AS request
CROSS JOIN LATERAL (
    SELECT stage, amount_fen, occurred_on FROM disbursements.steps
    WHERE (steps.fund, steps.disbursement) = (request.fund, request.disbursement)
      AND steps.position <= %(known)s
    ORDER BY steps.position DESC LIMIT 1) AS last
CROSS JOIN LATERAL (
    SELECT max(amount_fen) FILTER (WHERE stage = 'approved') AS approved_fen,
           coalesce(sum(CASE step WHEN 'paid' THEN amount_fen WHEN 'reversed' THEN -amount_fen END),
               0)::bigint AS paid_fen,
           count(approval) AS approvals, max(approvals_needed) AS needed,
           max(voucher) FILTER (WHERE step = 'paid') AS voucher,
           min(occurred_on) FILTER (WHERE step = 'requested') AS asked_on
    FROM disbursements.steps
    WHERE (steps.fund, steps.disbursement) = (request.fund, request.disbursement)
      AND steps.position <= %(known)s) AS sums
CROSS JOIN LATERAL (
    SELECT CASE last.stage WHEN 'requested' THEN 'approval' WHEN 'approved' THEN 'payment' END
               AS waiting_for,
           CASE last.stage WHEN 'requested' THEN asked_on WHEN 'approved' THEN last.occurred_on END
               AS waiting_since) AS waiting
WHERE request.position <= %(known)s
"""
REGISTER: Final = f"""{LINES}
  AND (%(community)s::text IS NULL OR community = %(community)s)
  AND (%(fund)s::text IS NULL OR request.fund = %(fund)s)
  AND (%(payee)s::text IS NULL OR payee = %(payee)s)
  AND (%(stage)s::text IS NULL OR last.stage = %(stage)s)
  AND (%(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[]))
  AND request.position < %(before)s
ORDER BY request.position DESC LIMIT %(limit)s
"""
ONE: Final = f"""{LINES}
  AND (request.fund, request.disbursement) = (%(fund)s, %(disbursement)s)
"""
STEPS: Final = """
SELECT position, step, amount_fen, taken_by, occurred_on, booked_in, recorded_at, reason, approval,
       approvals_needed, sum_fen, voucher
FROM disbursements.steps
WHERE (fund, disbursement) = (%(fund)s, %(disbursement)s) AND position <= %(known)s
ORDER BY position
"""
UNDONE: Final = """
SELECT requested_by AS requester, count(*) AS requests, count(*) FILTER (WHERE EXISTS (
    SELECT FROM disbursements.steps
    WHERE (steps.fund, steps.disbursement) = (request.fund, request.disbursement)
      AND step = 'withdrawn' AND steps.position <= %(known)s)) AS undone
FROM disbursements.requests AS request
WHERE fund = %(fund)s AND request.position <= %(known)s
GROUP BY requested_by ORDER BY requested_by
"""


TAKEN: Final = """
SELECT DISTINCT fund, disbursement FROM disbursements.steps
JOIN unnest(%(funds)s::text[], %(numbers)s::integer[]) AS line (fund, disbursement)
    USING (fund, disbursement)
WHERE taken_by = %(person)s AND position <= %(known)s
"""


Name: TypeAlias = tuple[FundId, Count]
"""A disbursement: its fund, and its number there."""


class WaitingFor(StrEnum):
    """The step that comes next."""

    approval = "approval"
    payment = "payment"


@dataclass(frozen=True, slots=True)
class DisbursementLine:
    """A request with what became of it; `approvals_needed` is known with the first approval.

    `amount_fen` is what its last step was about: more is neither approved nor paid any more.
    `approved_fen` is null before the last approval, `paid_fen` nothing again once it was reversed;
    `voucher` is that of the payment.
    `days_waiting` is null unless `day` is asked for.
    """

    position: int
    fund: FundId
    disbursement: Count
    community: CommunityId
    payee: Slug
    purpose: Slug
    requested_fen: Fen
    approved_fen: Fen | None
    paid_fen: Fen
    amount_fen: Fen
    stage: Stage
    approvals: Count
    approvals_needed: Count | None
    voucher: Count | None
    resolution: ResolutionId | None
    requested_by: PersonId
    waiting_for: WaitingFor | None
    waiting_since: date | None
    days_waiting: int | None

    @property
    def name(self) -> Name:
        """Which one it is."""
        return self.fund, self.disbursement


@dataclass(frozen=True, slots=True)
class DisbursementStep:
    """Who did what, and why; of an approval, which of how many, and the sum that chose the band."""

    position: int
    step: Stage
    amount_fen: Fen
    taken_by: PersonId
    occurred_on: date
    booked_in: Month
    recorded_at: datetime
    reason: str | None
    approval: Count | None
    approvals_needed: Count | None
    sum_fen: Fen | None
    voucher: Count | None


@dataclass(frozen=True, slots=True)
class Disbursement:
    """A request with every step that followed."""

    line: DisbursementLine
    steps: tuple[DisbursementStep, ...]


@dataclass(frozen=True, slots=True)
class Requester:
    """Whoever asked for money of a fund: how often, and how often she took it back herself."""

    requester: PersonId
    requests: Count
    undone: Count


def register(
    connection: Connection[Any],
    *,
    community: CommunityId | None = None,
    fund: FundId | None = None,
    payee: Slug | None = None,
    stage: Stage | None = None,
    day: date | None = None,
    known: int | None = None,
    limit: int = PAGE_MOST,
    after: int | None = None,
    reach: Reach = None,
) -> tuple[DisbursementLine, ...]:
    """The disbursements, newest first; a page goes on `after` a position."""
    return ask(
        connection,
        DisbursementLine,
        REGISTER,
        community=community,
        fund=fund,
        payee=payee,
        stage=stage,
        day=day,
        known=until(known),
        limit=limit,
        before=until(after),
        reach=within(reach),
    )


def disbursement(
    connection: Connection[Any],
    fund: FundId,
    number: Count,
    *,
    day: date | None = None,
    known: int | None = None,
) -> Disbursement | None:
    """The disbursement of that number of the fund; None if it was never requested."""
    name = {"fund": fund, "disbursement": number, "known": until(known)}
    line = ask_one(connection, DisbursementLine, ONE, day=day, **name)
    if line is None:
        return None
    return Disbursement(line, ask(connection, DisbursementStep, STEPS, **name))


def taken_by(
    connection: Connection[Any],
    person: PersonId,
    lines: Iterable[DisbursementLine],
    *,
    known: int | None = None,
) -> frozenset[Name]:
    """Those of the disbursements of which she has taken a step."""
    named = [each.name for each in lines]
    values = {"funds": [fund for fund, _ in named], "numbers": [number for _, number in named]}
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(TAKEN, values | {"person": person, "known": until(known)})
        return frozenset((FundId(fund), Count(number)) for fund, number in cursor)


def undone(
    connection: Connection[Any], fund: FundId, *, known: int | None = None
) -> tuple[Requester, ...]:
    """Who asked for money of the fund, and how many requests each took back within ten minutes."""
    return ask(connection, Requester, UNDONE, fund=fund, known=until(known))
