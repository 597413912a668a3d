"""What is kept of resolutions: each as it was recorded, its revocation, and what cites it.

Rows only come: a revocation and a citation are rows of their own with their position, so that any
position can be asked about.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

from ledger.domain.disbursement_records import DisbursementRequested
from ledger.domain.policy_records import PolicyPublished
from ledger.domain.purpose_records import PurposeChangeRequested
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
CREATE TABLE {s}.requests (
    resolution   text COLLATE "C" NOT NULL,
    position     bigint NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    fund         text COLLATE "C" NOT NULL,
    number       integer NOT NULL,
    other        text COLLATE "C" NOT NULL,
    amount_fen   bigint NOT NULL,
    requested_on date NOT NULL,
    PRIMARY KEY (resolution, position)
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
REQUEST: Final = """
COPY {s}.requests (resolution, position, kind, fund, number, other, amount_fen, requested_on)
FROM STDIN
"""


class RequestKind(StrEnum):
    """What was asked for under a resolution."""

    payment = "payment"
    purpose_change = "purpose_change"


Row = tuple[Any, ...]


def fold(events: Sequence[Recorded]) -> Changes:
    """Resolutions, revocations, and whatever cites them."""
    changes = Changes()
    changes.copy(RECORD, [_recorded(at) for at in of_type(events, ResolutionRecorded)])
    changes.copy(REVOKE, [_revoked(at) for at in of_type(events, ResolutionRevoked)])
    changes.copy(CITE, [row for at in of_type(events, PolicyPublished) for row in _cited(at)])
    asked = of_type(events, DisbursementRequested, PurposeChangeRequested)
    changes.copy(REQUEST, [_asked(at) for at in asked if at.event.resolution is not None])
    return changes


MODEL: Final = ReadModel("resolutions", 2, TABLES, fold)


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


def _json(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


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


def _asked(at: Recorded) -> Row:
    """A payment by its number and payee, a change of purpose by its number and the other fund."""
    event: DisbursementRequested | PurposeChangeRequested = at.event
    asked: Row
    if isinstance(event, DisbursementRequested):
        asked = RequestKind.payment, event.fund, event.disbursement, event.payee
    else:
        asked = RequestKind.purpose_change, event.from_fund, event.change, event.to_fund
    return event.resolution, at.position, *asked, event.amount_fen, event.occurred_on
