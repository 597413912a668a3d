"""Month ends: how far a community's month has come, from the plates to the public notice.

Each part is what its own register says; here they are put together, counted and without a name, so
that whoever ends the month sees what is still to be done, and in whose hands it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from psycopg import Connection

from ledger.domain import canteens as canteen_streams
from ledger.domain import communities, publication
from ledger.domain.decisions import State, Stream
from ledger.domain.disbursement_records import Stage
from ledger.domain.values import CommunityId, Month, NoticeId, SiteId, first_day, next_month
from ledger.projections import (
    canteen_months,
    canteens,
    disbursement_records,
    disbursements,
    meal_records,
    notice_records,
    notices,
    period_records,
    periods,
    recoveries,
    service_records,
    settlement_records,
    settlements,
)
from ledger.projections.asking import ask, until
from ledger.projections.disbursements import DisbursementLine
from ledger.projections.notices import Display
from ledger.projections.periods import Reopening
from ledger.projections.publications import policies_of, rule_of
from ledger.projections.reading import state_at
from ledger.projections.settlements import SettlementLine
from ledger.projections.view import View

MODELS: Final = (
    *(meal_records.MODEL, settlement_records.MODEL, disbursement_records.MODEL),
    *(service_records.MODEL, period_records.MODEL, notice_records.MODEL),
)
UNSETTLED: Final = """
SELECT (SELECT count(*) FROM service.records
        WHERE community = %(community)s AND status = 'held' AND position <= %(known)s
          AND (until_position IS NULL OR until_position > %(known)s)
          AND occurred_on >= %(first)s AND occurred_on < %(beyond)s) AS held,
       count(*) AS objections, min(answer_by) AS answer_by
FROM service.remarks AS remark
WHERE community = %(community)s AND kind = 'objection' AND position <= %(known)s
  AND (ended_position IS NULL OR ended_position > %(known)s)
  AND EXISTS (SELECT FROM service.records AS record
              WHERE (record.person, record.shift) = (remark.person, remark.shift)
                AND record.occurred_on >= %(first)s AND record.occurred_on < %(beyond)s)
"""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Service of the month that waits for a second person, and objections against it."""

    held: int
    objections: int
    answer_by: date | None


@dataclass(frozen=True, slots=True)
class CanteenEnd:
    """A canteen's part: `settlement` is None before it was presented.

    Of the days with meals, on `days_without_plates` nobody said how many plates went out. The
    eaters handed over `cash_fen`, and `counted_fen` of it was counted.
    """

    canteen: SiteId
    days_with_meals: int
    days_without_plates: int
    cash_fen: int
    counted_fen: int
    claims_closed: bool
    settlement: SettlementLine | None
    recoveries: int
    recoveries_fen: int


@dataclass(frozen=True, slots=True)
class MonthNotice:
    """A notice of the month, and whether it is on display."""

    notice: NoticeId
    display: Display
    published_on: date
    last_day: date


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """A community's month; `following` is the month that can be closed next.

    `requests` wait for approval or payment since the month or before. `reopening` is the last
    proposal to let it book again. It must be published by `publish_by`.
    """

    community: CommunityId
    month: Month
    canteens: tuple[CanteenEnd, ...]
    unsettled: Unsettled
    requests: int
    requests_fen: int
    closed: bool
    closed_on: date | None
    following: Month
    last_closed: Month | None
    reopening: Reopening | None
    notices: tuple[MonthNotice, ...]
    publish_by: date

    @property
    def shown(self) -> MonthNotice | None:
        """The notice of it that is on display."""
        return next((each for each in self.notices if each.display is Display.shown), None)

    @property
    def was_published(self) -> bool:
        """Whether a notice of it is, or was to its last day, on display."""
        return any(each.display is not Display.withdrawn for each in self.notices)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked about: a month at a position, on a day."""

    connection: Connection[Any]
    community: CommunityId
    month: Month
    moment: datetime
    day: date
    position: int
    view: View

    @property
    def first(self) -> date:
        return first_day(self.month)

    @property
    def beyond(self) -> date:
        return first_day(next_month(self.month))

    def state(self, stream: Stream[State]) -> State:
        found: State = state_at(self.connection, stream, self.position)
        return found


def month_end(
    connection: Connection[Any],
    community: CommunityId,
    month: Month,
    moment: datetime,
    *,
    position: int,
    view: View,
) -> MonthEnd:
    """The month as known at a position; what is on display, and how long it waits, at a moment."""
    day = notices.day_of(connection, moment, community)
    asked = _Asked(connection, community, month, moment, day, position, view)
    here = asked.state(communities.stream(community))
    (standing,) = periods.standing(connection, [community], month, view)
    requests = tuple(_requests(asked))
    policies = policies_of(connection, (community,), position)[community]
    begun = [name for name, policy in policies.items() if policy.begins_before(asked.beyond)]
    return MonthEnd(
        community=community,
        month=month,
        canteens=tuple(_canteen(asked, each) for each in begun),
        unsettled=_unsettled(asked),
        requests=len(requests),
        requests_fen=sum(each.amount_fen for each in requests),
        closed=standing.closed,
        closed_on=standing.closed_on,
        following=here.first_open_month(here.closed_since or month),
        last_closed=max(here.closed, default=None),
        reopening=_reopening(asked),
        notices=_notices(asked),
        publish_by=publication.publish_by(month, rule_of(month, policies)),
    )


def _canteen(asked: _Asked, canteen: SiteId) -> CanteenEnd:
    connection, month, view = asked.connection, asked.month, asked.view
    eaten = canteen_months.eaten(connection, canteen, month, view)
    counted = canteens.days(connection, canteen, month, known=view.known)
    plated = {each.day for each in counted if each.plates is not None}
    with_meals = [each.day for each in eaten if each.meals > 0]
    found = settlements.settlement(connection, canteen, month, day=asked.day, view=view)
    back = recoveries.recoveries(
        connection, canteen=canteen, month=month, only_open=True, view=view, limit=None
    )
    return CanteenEnd(
        canteen=canteen,
        days_with_meals=len(with_meals),
        days_without_plates=sum(each not in plated for each in with_meals),
        cash_fen=sum(each.cash_fen for each in eaten),
        counted_fen=sum(each.takings_fen for each in counted),
        claims_closed=asked.state(canteen_streams.stream(canteen, month)).closed,
        settlement=found.line if found else None,
        recoveries=len(back),
        recoveries_fen=sum(each.left_fen for each in back),
    )


def _unsettled(asked: _Asked) -> Unsettled:
    values = {"community": asked.community, "first": asked.first, "beyond": asked.beyond}
    known = until(asked.view.known)
    (found,) = ask(asked.connection, Unsettled, UNSETTLED, known=known, **values)
    return found


def _requests(asked: _Asked) -> Iterator[DisbursementLine]:
    """What waits since the month or before, for approval or for payment."""
    for stage in (Stage.requested, Stage.approved):
        for line in disbursements.register(
            asked.connection, community=asked.community, stage=stage, known=asked.view.known
        ):
            if line.waiting_since is not None and line.waiting_since < asked.beyond:
                yield line


def _reopening(asked: _Asked) -> Reopening | None:
    found = periods.reopenings(asked.connection, asked.community, asked.view)
    return next((each for each in found if each.month == asked.month), None)


def _notices(asked: _Asked) -> tuple[MonthNotice, ...]:
    found = notices.register(asked.connection, asked.moment, asked.community, asked.view)
    return tuple(
        MonthNotice(each.notice, each.display, each.published_on, each.last_day)
        for each in found
        if each.month == asked.month
    )
