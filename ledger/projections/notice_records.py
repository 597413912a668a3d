"""What is kept of public notices: each as it was published, and its withdrawal.

Rows only come, each with its position, so that any position can be asked about. A notice ends with
its last day by the clock of its community, of which nothing is written.
"""

from collections.abc import Sequence
from typing import Any, Final

from ledger.domain.community_records import CommunityRegistered
from ledger.domain.notice_records import NoticePublished, NoticeWithdrawn
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.communities (
    community text COLLATE "C" PRIMARY KEY,
    time_zone text NOT NULL
);
CREATE TABLE {s}.notices (
    notice       text COLLATE "C" PRIMARY KEY,
    position     bigint NOT NULL,
    community    text COLLATE "C" NOT NULL,
    month        text COLLATE "C" NOT NULL,
    at_position  bigint NOT NULL,
    digest       text NOT NULL,
    until        date NOT NULL,
    published_by text NOT NULL,
    published_on date NOT NULL
);
CREATE INDEX notices_by_day ON {s}.notices (published_on, notice);
CREATE INDEX notices_of_community ON {s}.notices (community, published_on, notice);
CREATE INDEX notices_of_month ON {s}.notices (community, month);
CREATE TABLE {s}.withdrawals (
    notice       text COLLATE "C" PRIMARY KEY,
    position     bigint NOT NULL,
    reason       text NOT NULL,
    withdrawn_by text NOT NULL,
    withdrawn_on date NOT NULL
);
"""

# -- folding -----------------------------------------------------------------------------------

REGISTER: Final = "COPY {s}.communities (community, time_zone) FROM STDIN"
PUBLISH: Final = """
COPY {s}.notices (notice, position, community, month, at_position, digest, until, published_by,
                  published_on) FROM STDIN
"""
WITHDRAW: Final = """
COPY {s}.withdrawals (notice, position, reason, withdrawn_by, withdrawn_on) FROM STDIN
"""

Row = tuple[Any, ...]


def fold(events: Sequence[Recorded]) -> Changes:
    """Each table from the events that tell of it."""
    changes = Changes()
    changes.copy(REGISTER, [_community(at) for at in of_type(events, CommunityRegistered)])
    changes.copy(PUBLISH, [_published(at) for at in of_type(events, NoticePublished)])
    changes.copy(WITHDRAW, [_withdrawn(at) for at in of_type(events, NoticeWithdrawn)])
    return changes


MODEL: Final = ReadModel("notices", 1, TABLES, fold)


def _community(at: Recorded) -> Row:
    return at.event.community, at.event.time_zone


def _published(at: Recorded) -> Row:
    event: NoticePublished = at.event
    shows = event.community, event.month, event.at_position, event.digest
    return event.notice, at.position, *shows, event.until, event.published_by, event.occurred_on


def _withdrawn(at: Recorded) -> Row:
    event: NoticeWithdrawn = at.event
    return event.notice, at.position, event.reason, event.withdrawn_by, event.occurred_on
