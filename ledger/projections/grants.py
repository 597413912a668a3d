"""Grants: who holds which role where, since when and until when, and who granted it.

A row is one grant; what ended it, a revocation or a newer grant for the same place, is the position
in `ended`, so that any position can be asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.authority import Role
from ledger.domain.grant_records import RoleGranted, RoleRevoked
from ledger.domain.values import CommunityId, PersonId
from ledger.projections.asking import PAGE_MOST, POSITION_MOST, Reach, ask, seen, within
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.projections.view import NOW, View
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.grants (
    position   bigint PRIMARY KEY,
    person     text COLLATE "C" NOT NULL,
    role       text COLLATE "C" NOT NULL,
    community  text COLLATE "C",  -- NULL is the whole town
    granted_on date NOT NULL,
    until      date,
    granted_by text COLLATE "C" NOT NULL,
    ended      bigint
);
CREATE INDEX grants_of_person ON {s}.grants (person, position);
CREATE INDEX grants_in_force ON {s}.grants (person, role, community) WHERE ended IS NULL;
"""

# -- folding -----------------------------------------------------------------------------------

GRANT: Final = """
INSERT INTO {s}.grants (position, person, role, community, granted_on, until, granted_by)
SELECT * FROM unnest(
    %s::bigint[], %s::text[], %s::text[], %s::text[], %s::date[], %s::date[], %s::text[])
"""
END: Final = """
UPDATE {s}.grants AS held SET ended = (
    SELECT min(e.position) FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
        AS e (position, person, role, community)
    WHERE e.person = held.person AND e.role = held.role
      AND e.community IS NOT DISTINCT FROM held.community AND e.position > held.position)
WHERE ended IS NULL AND person = ANY (
    SELECT e.person FROM unnest(%s::text[]) AS e (person))
"""


def fold(events: Sequence[Recorded]) -> Changes:
    """Each grant a row; whatever comes later for the same person, role and place ends it."""
    changes = Changes()
    changes.write(GRANT, [_granted(at) for at in of_type(events, RoleGranted)])
    changes.write(END, [_ends(at) for at in of_type(events, RoleGranted, RoleRevoked)])
    return changes


MODEL: Final = ReadModel("grants", 1, TABLES, fold)


def _granted(at: Recorded) -> tuple[Any, ...]:
    event: RoleGranted = at.event
    held = event.person, event.role, event.community, event.occurred_on, event.until
    return at.position, *held, at.actor


def _ends(at: Recorded) -> tuple[Any, ...]:
    event: RoleGranted | RoleRevoked = at.event
    return at.position, event.person, event.role, event.community, event.person


# -- asking ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that a person holds, or held to its last day; `community` None is the whole town."""

    position: int
    person: PersonId
    role: Role
    community: CommunityId | None
    granted_on: date
    until: date | None
    granted_by: PersonId


HELD: Final = """
SELECT position, person, role, community, granted_on, until, granted_by FROM grants.grants
WHERE position <= %(known)s AND (ended IS NULL OR ended > %(known)s)
  AND (%(person)s::text IS NULL OR person = %(person)s)
  AND (%(reach)s::text[] IS NULL OR community IS NULL OR community = ANY (%(reach)s))
  AND position < %(before)s
ORDER BY position DESC LIMIT %(limit)s
"""


def held(
    connection: Connection[Any],
    view: View = NOW,
    *,
    person: PersonId | None = None,
    reach: Reach = None,
    limit: int = PAGE_MOST,
    after: int | None = None,
) -> tuple[Grant, ...]:
    """What is granted and not revoked, the latest first; what holds in all the town is in reach."""
    return ask(
        connection,
        Grant,
        HELD,
        person=person,
        reach=within(reach),
        before=after or POSITION_MOST,
        limit=limit,
        **seen(view),
    )
