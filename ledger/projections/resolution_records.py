"""What is kept of resolutions: each as it was recorded, its revocation, and what cites it.

Rows only come: a revocation and a citation are rows of their own with their position, so that any
position can be asked about.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from ledger.domain.policy_records import PolicyPublished
from ledger.domain.resolution_records import ResolutionRecorded, ResolutionRevoked
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.resolutions (
    resolution      text COLLATE "C" PRIMARY KEY,
    position        bigint NOT NULL,
    community       text COLLATE "C" NOT NULL,
    body            text COLLATE "C" NOT NULL,
    cooperative     text,
    meeting         text,
    discussed_on    date,
    decided_on      date NOT NULL,
    votes           jsonb NOT NULL,
    document        text NOT NULL,
    subsidies       jsonb NOT NULL,
    payments        jsonb NOT NULL,
    purpose_changes jsonb NOT NULL,
    covenant        boolean NOT NULL
);
CREATE INDEX resolutions_by_day ON {s}.resolutions (decided_on, resolution);
CREATE INDEX resolutions_of_community ON {s}.resolutions (community, decided_on, resolution);
CREATE TABLE {s}.revocations (
    resolution text COLLATE "C" PRIMARY KEY,
    position   bigint NOT NULL,
    revoked_on date NOT NULL,
    reason     text NOT NULL
);
CREATE TABLE {s}.citations (
    resolution  text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    payer       text COLLATE "C" NOT NULL,
    site        text COLLATE "C" NOT NULL,
    version     integer NOT NULL,
    valid_from  date NOT NULL,
    starts_from date,
    PRIMARY KEY (resolution, position, payer)
);
CREATE INDEX citations_of_policy ON {s}.citations (site, version, payer);
"""

# -- folding -----------------------------------------------------------------------------------

RECORD: Final = """
COPY {s}.resolutions (
    resolution, position, community, body, cooperative, meeting, discussed_on, decided_on, votes,
    document, subsidies, payments, purpose_changes, covenant) FROM STDIN
"""
REVOKE: Final = "COPY {s}.revocations (resolution, position, revoked_on, reason) FROM STDIN"
CITE: Final = """
COPY {s}.citations (resolution, position, payer, site, version, valid_from, starts_from) FROM STDIN
"""

Row = tuple[Any, ...]


def fold(events: Sequence[Recorded]) -> Changes:
    """Resolutions, revocations, and the policies that cite them."""
    changes = Changes()
    changes.copy(RECORD, [_recorded(at) for at in of_type(events, ResolutionRecorded)])
    changes.copy(REVOKE, [_revoked(at) for at in of_type(events, ResolutionRevoked)])
    changes.copy(CITE, [row for at in of_type(events, PolicyPublished) for row in _cited(at)])
    return changes


MODEL: Final = ReadModel("resolutions", 1, TABLES, fold)


def _recorded(at: Recorded) -> Row:
    event: ResolutionRecorded = at.event
    return (
        event.resolution,
        at.position,
        event.community,
        event.body,
        event.cooperative,
        event.meeting,
        event.discussed_on,
        event.occurred_on,
        _json(event.votes),
        event.document,
        _json(event.subsidies),
        _json(event.payments),
        _json(event.purpose_changes),
        event.covenant,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _revoked(at: Recorded) -> Row:
    event: ResolutionRevoked = at.event
    return event.resolution, at.position, event.occurred_on, event.reason


def _cited(at: Recorded) -> Iterator[Row]:
    event: PolicyPublished = at.event
    for cited in event.resolutions:
        yield (
            cited.resolution,
            at.position,
            cited.payer.path,
            event.site,
            event.version,
            event.valid_from,
            cited.allows_start_from,
        )
