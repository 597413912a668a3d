"""Councils: the meetings of a community, and how many came. Who came is not told here."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.councils import Body
from ledger.domain.values import CommunityId, Count, MeetingId, SiteId
from ledger.projections.asking import PAGE_MOST, ask, ask_one, seen
from ledger.projections.view import NOW, View


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting, and how many came to it."""

    meeting: MeetingId
    community: CommunityId
    body: Body
    site: SiteId | None
    held_on: date
    attended: Count
    position: int

    @property
    def key(self) -> tuple[date, MeetingId]:
        """What a page goes on after."""
        return self.held_on, self.meeting


_HELD: Final = """
SELECT meeting, community, body, site, held_on, position,
       (SELECT coalesce(sum(came), 0)::bigint FROM councils.attendances AS attendance
        WHERE attendance.meeting = here.meeting AND position <= %(known)s) AS attended
FROM councils.meetings AS here WHERE position <= %(known)s
"""
MEETINGS: Final = (
    _HELD
    + """
  AND community = %(community)s AND (held_on, meeting) < (%(before)s, %(below)s)
ORDER BY held_on DESC, meeting DESC LIMIT %(limit)s
"""
)
ONE: Final = _HELD + "  AND meeting = %(meeting)s"


def meetings(
    connection: Connection[Any],
    community: CommunityId,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: tuple[date, MeetingId] | None = None,
) -> tuple[Meeting, ...]:
    """The meetings of a community, the latest first."""
    before, below = after or (date.max, "~")  # a tilde lies behind every id
    return ask(
        connection,
        Meeting,
        MEETINGS,
        community=community,
        before=before,
        below=below,
        limit=limit,
        **seen(view),
    )


def meeting(connection: Connection[Any], name: MeetingId, view: View = NOW) -> Meeting | None:
    """One meeting; None where none of that name is known."""
    return ask_one(connection, Meeting, ONE, meeting=name, **seen(view))
