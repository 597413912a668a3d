"""What is kept of certificates: each as it was issued, and that it was voided.

Under which ids a certificate counts is kept beside it, and since when they are two persons' after
all. What became of the records that it counts is asked of `service` when it is asked for.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from ledger.domain.certificate_records import CertificateIssued, CertificateVoided
from ledger.domain.identity_records import PersonsSeparated
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.certificates (
    certificate     text COLLATE "C" PRIMARY KEY,
    position        bigint NOT NULL,
    number          text COLLATE "C" NOT NULL,
    person          text COLLATE "C" NOT NULL,
    community       text COLLATE "C" NOT NULL,
    unit            text COLLATE "C",
    first_day       date,
    last_day        date NOT NULL,
    records         bigint NOT NULL,
    minutes         jsonb NOT NULL,
    service_minutes bigint NOT NULL,
    digest          text NOT NULL,
    issued_by       text NOT NULL,
    issued_on       date NOT NULL
);
CREATE UNIQUE INDEX certificates_by_number ON {s}.certificates (number);
CREATE INDEX certificates_of_community ON {s}.certificates (community, position);
CREATE INDEX certificates_of_person ON {s}.certificates (person, position);
CREATE TABLE {s}.ids (
    certificate     text COLLATE "C" NOT NULL,
    counted         text COLLATE "C" NOT NULL,
    person          text COLLATE "C" NOT NULL,
    community       text COLLATE "C" NOT NULL,
    position        bigint NOT NULL,
    parted_position bigint,                    -- where they turned out to be two persons'
    PRIMARY KEY (certificate, counted)
);
CREATE INDEX ids_together ON {s}.ids (counted) WHERE counted <> person;
CREATE TABLE {s}.voidings (
    certificate text COLLATE "C" PRIMARY KEY,
    position    bigint NOT NULL,
    person      text COLLATE "C" NOT NULL,
    community   text COLLATE "C" NOT NULL,
    reason      text NOT NULL,
    voided_by   text NOT NULL,
    voided_on   date NOT NULL
);
"""

# -- folding -----------------------------------------------------------------------------------

ISSUE: Final = """
COPY {s}.certificates (certificate, position, number, person, community, unit, first_day, last_day,
    records, minutes, service_minutes, digest, issued_by, issued_on) FROM STDIN
"""
COUNT: Final = "COPY {s}.ids (certificate, counted, person, community, position) FROM STDIN"
PART: Final = """
UPDATE {s}.ids SET parted_position = parted.position
FROM (SELECT ids.certificate, separated.duplicate, min(separated.position) AS position
      FROM unnest(%s::text[], %s::text[], %s::bigint[])
           AS separated (kept, duplicate, position)
      JOIN {s}.ids ON ids.counted = separated.duplicate AND ids.person = separated.kept
                   AND ids.position < separated.position
      GROUP BY ids.certificate, separated.duplicate) AS parted
WHERE (ids.certificate, ids.counted) = (parted.certificate, parted.duplicate)
  AND ids.parted_position IS NULL
"""
VOID: Final = """
COPY {s}.voidings (certificate, position, person, community, reason, voided_by, voided_on)
FROM STDIN
"""

Row = tuple[Any, ...]


def fold(events: Sequence[Recorded]) -> Changes:
    """Enter what was issued and voided; then note which ids are not one person's any more."""
    issued = of_type(events, CertificateIssued)
    changes = Changes()
    changes.copy(ISSUE, [_issued(at) for at in issued])
    changes.copy(COUNT, [row for at in issued for row in _ids(at)])
    changes.write(PART, [_parted(at) for at in of_type(events, PersonsSeparated)])
    changes.copy(VOID, [_voided(at) for at in of_type(events, CertificateVoided)])
    return changes


MODEL: Final = ReadModel("certificates", 1, TABLES, fold)


def _issued(at: Recorded) -> Row:
    event: CertificateIssued = at.event
    named = event.certificate, at.position, event.number, event.person, event.community, event.unit
    minutes = msgspec.Raw(msgspec.json.encode(event.minutes))
    total = sum(each.service_minutes for each in event.minutes)
    counted = event.records, minutes, total, event.digest
    return *named, event.first_day, event.last_day, *counted, event.issued_by, event.occurred_on


def _ids(at: Recorded) -> list[Row]:
    event: CertificateIssued = at.event
    return [
        (event.certificate, each, event.person, event.community, at.position) for each in event.ids
    ]


def _parted(at: Recorded) -> Row:
    """Nothing is issued under a duplicate, so the one that is kept is whose certificate it is."""
    event: PersonsSeparated = at.event
    return event.person, event.duplicate, at.position


def _voided(at: Recorded) -> Row:
    event: CertificateVoided = at.event
    about = event.certificate, at.position, event.person, event.community
    return *about, event.reason, event.voided_by, event.occurred_on
