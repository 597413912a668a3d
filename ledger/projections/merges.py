"""Merges: which ids were found to be one person's, and until when they were held to be.

Both ids say it, each in the community in which it was registered, so whoever reads for either knows
it. Nothing that was written under them moves; readers look at both together.
"""

from collections.abc import Sequence
from typing import Any, Final

from ledger.domain.identity_records import (
    DuplicateMerged,
    DuplicateSeparated,
    PersonsMerged,
    PersonsSeparated,
)
from ledger.projections.model import Changes, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.merges (
    person         text COLLATE "C" NOT NULL,  -- which of the two says it
    kept           text COLLATE "C" NOT NULL,
    duplicate      text COLLATE "C" NOT NULL,
    community      text COLLATE "C" NOT NULL,
    position       bigint NOT NULL,
    ended_position bigint,
    PRIMARY KEY (person, duplicate, position)
);
"""
MERGE: Final = """
INSERT INTO {s}.merges (person, kept, duplicate, community, position)
SELECT merged.person, merged.kept, merged.duplicate, registered.community, merged.position
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
     AS merged (person, kept, duplicate, position)
LEFT JOIN {s}.people AS registered USING (person)
"""
SEPARATE: Final = """
UPDATE {s}.merges AS merge SET ended_position = separated.position
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
     AS separated (person, kept, duplicate, position)
WHERE (merge.person, merge.kept, merge.duplicate)
    = (separated.person, separated.kept, separated.duplicate)
  AND merge.position = (
      SELECT max(before.position) FROM {s}.merges AS before
      WHERE (before.person, before.kept, before.duplicate)
          = (separated.person, separated.kept, separated.duplicate)
        AND before.position < separated.position)
"""


def fold(events: Sequence[Recorded], changes: Changes) -> None:
    """Enter every merge of registered people, then end those that were taken back."""
    merged = of_type(events, PersonsMerged, DuplicateMerged)
    separated = of_type(events, PersonsSeparated, DuplicateSeparated)
    changes.write(MERGE, [_ids(at) for at in merged])
    changes.write(SEPARATE, [_ids(at) for at in separated])


def _ids(at: Recorded) -> tuple[Any, ...]:
    """The id that says it, the one that is kept, and the duplicate; it says itself only once."""
    said_by = at.event.person
    kept = getattr(at.event, "kept_as", said_by)
    return said_by, kept, getattr(at.event, "duplicate", said_by), at.position
