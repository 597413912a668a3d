"""Notices: what is on public display at a moment, and every notice there ever was, for auditors.

A notice says what the ledger said at its position. What became of the month afterwards is told
beside it: whether it was reopened, and, of one notice, whether the figures of now differ.
Whether its last day is over is asked of a moment, on the wall clock of its community.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain.notice_records import WithdrawalReason
from ledger.domain.notices import DAYS_MOST
from ledger.domain.values import CommunityId, Digest, Month, NoticeId, PersonId, Position
from ledger.projections.asking import PAGE_MOST, ask, ask_one, seen
from ledger.projections.view import NOW, View


class Display(StrEnum):
    """Whether everybody may read a notice, and if not, why not any more."""

    shown = "shown"
    ended = "ended"
    withdrawn = "withdrawn"


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """A notice as the public sees it; `reopened_on` is the last time its month was, since then."""

    notice: NoticeId
    community: CommunityId
    month: Month
    at_position: Position
    digest: Digest
    published_on: date
    until: date
    reopened_on: date | None

    @property
    def key(self) -> tuple[date, NoticeId]:
        """What a page goes on after."""
        return self.published_on, self.notice


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice with who did what; `last_day` is the one on which it was, or will be, on display."""

    notice: NoticeId
    position: int
    community: CommunityId
    month: Month
    at_position: Position
    digest: Digest
    published_by: PersonId
    published_on: date
    until: date
    display: Display
    last_day: date
    withdrawn_by: PersonId | None
    withdrawn_on: date | None
    reason: WithdrawalReason | None
    reopened_on: date | None

    @property
    def key(self) -> tuple[date, NoticeId]:
        """What a page goes on after."""
        return self.published_on, self.notice

    @property
    def public(self) -> PublicNotice:
        """What of it the public sees."""
        return PublicNotice(
            self.notice,
            self.community,
            self.month,
            self.at_position,
            self.digest,
            self.published_on,
            self.until,
            self.reopened_on,
        )


_NOTICES: Final = """
SELECT notice.*, withdrawn_by, withdrawn_on, reason, reopened_on,
       CASE WHEN withdrawn_on IS NOT NULL THEN 'withdrawn'
            WHEN until < today THEN 'ended' ELSE 'shown' END AS display,
       coalesce(withdrawn_on, until) AS last_day
FROM notices.notices AS notice JOIN notices.communities USING (community)
CROSS JOIN LATERAL (SELECT (%(moment)s AT TIME ZONE time_zone)::date) AS here (today)
LEFT JOIN notices.withdrawals AS withdrawal
    ON withdrawal.notice = notice.notice AND withdrawal.position <= %(known)s
LEFT JOIN LATERAL (
    SELECT reopened_on FROM periods.reopenings AS since
    WHERE (since.community, since.month) = (notice.community, notice.month)
      AND since.position > notice.at_position AND since.position <= %(known)s
    ORDER BY since.position DESC LIMIT 1) AS reopening ON true
WHERE notice.position <= %(known)s
"""
REGISTER: Final = (
    _NOTICES
    + """
  AND (%(community)s::text IS NULL OR notice.community = %(community)s)
  AND (published_on, notice.notice) < (%(before)s, %(below)s)
  AND (NOT %(shown)s OR withdrawn_on IS NULL AND until >= today
                        AND published_on >= %(moment)s::date - %(days_most)s)
ORDER BY published_on DESC, notice.notice DESC LIMIT %(limit)s
"""
)
"""What is on display was published within the longest term, so no page looks further back."""
ONE: Final = _NOTICES + "  AND notice.notice = %(notice)s"
_LAST_AND_REOPENED: Final = """
  AND notice.community = ANY(%(communities)s)
  AND withdrawn_on IS NULL AND reopened_on IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM notices.notices AS later
    WHERE (later.community, later.month) = (notice.community, notice.month)
      AND later.position > notice.position AND later.position <= %(known)s
      AND NOT EXISTS (SELECT FROM notices.withdrawals AS down
                      WHERE down.notice = later.notice AND down.position <= %(known)s))
ORDER BY notice.community, month
"""
REOPENED: Final = _NOTICES + _LAST_AND_REOPENED
LOCAL_DAY: Final = """
SELECT (%s AT TIME ZONE time_zone)::date FROM notices.communities WHERE community = %s
"""
RECORDED_AT: Final = """
SELECT recorded_at FROM ledger.batches WHERE last_position >= %s ORDER BY last_position LIMIT 1
"""


def register(
    connection: Connection[Any],
    moment: datetime,
    community: CommunityId | None = None,
    view: View = NOW,
    *,
    shown: bool = False,
    limit: int = PAGE_MOST,
    after: tuple[date, NoticeId] | None = None,
) -> tuple[Notice, ...]:
    """The notices of a community, or of all, the newest first; only those on display if `shown`."""
    before, below = after or (date.max, "~")  # a tilde lies behind every id
    return ask(
        connection,
        Notice,
        REGISTER,
        moment=moment,
        community=community,
        shown=shown,
        days_most=DAYS_MOST + 1,
        before=before,
        below=below,
        limit=limit,
        **seen(view),
    )


def notice(
    connection: Connection[Any], name: NoticeId, moment: datetime, view: View = NOW
) -> Notice | None:
    """One notice; None where none of that name is known."""
    return ask_one(connection, Notice, ONE, notice=name, moment=moment, **seen(view))


def reopened(
    connection: Connection[Any],
    moment: datetime,
    communities: Collection[CommunityId],
    view: View = NOW,
) -> tuple[Notice, ...]:
    """Of each month of these the last notice that was not taken down, if it was reopened since."""
    asked = {"communities": list(communities), "moment": moment}
    return ask(connection, Notice, REOPENED, **asked, **seen(view))


def moment_of(connection: Connection[Any], position: int) -> datetime | None:
    """When what stands at the position was recorded: the time of a ledger whose clock is set."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(RECORDED_AT, (position,)).fetchone()
    return None if row is None else row[0]


def day_of(connection: Connection[Any], moment: datetime, community: CommunityId) -> date:
    """The local day of a moment in a community that is registered."""
    day: date
    with connection.cursor(row_factory=tuple_row) as cursor:
        ((day,),) = cursor.execute(LOCAL_DAY, (moment, community)).fetchall()
    return day
