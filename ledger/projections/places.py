"""Places: the community in which something lies, as a statement finds it row by row.

A stream lies where its first event says, an account where its owner does, and an event where it
says itself or else where its stream does. What lies nowhere, as the outside world's accounts do,
is within nobody's reach who reads for some communities only.
"""

from dataclasses import dataclass
from typing import Any, Final, LiteralString

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain.decisions import Stream
from ledger.domain.values import CommunityId
from ledger.projections.asking import Reach, ask

OF_STREAM: Final = """(
    SELECT convert_from(opening.state, 'UTF8')::jsonb -> 'data' ->> 'community'
    FROM ledger.stored_events AS opening
    WHERE opening.originator_id = {stream} AND opening.originator_version = 1)"""
OF_POSITION: Final = """(
    SELECT coalesce(convert_from(event.state, 'UTF8')::jsonb -> 'data' ->> 'community', {of_stream})
    FROM ledger.stored_events AS event WHERE event.notification_id = {position})""".replace(
    "{of_stream}", OF_STREAM.replace("{stream}", "event.originator_id")
)
OWNER: Final = """(CASE split_part(account, '/', 1)
    WHEN 'community' THEN 'community-' || split_part(account, '/', 2)
    WHEN 'person' THEN 'person-' || split_part(account, '/', 2)
    WHEN 'diner' THEN 'person-' || split_part(account, '/', 2)
    WHEN 'fund' THEN 'fund-' || split_part(account, '/', 2)
    WHEN 'reserved' THEN 'fund-' || split_part(account, '/', 2)
    WHEN 'due' THEN 'site-' || split_part(account, '/', 2)
    WHEN 'takings' THEN 'site-' || split_part(account, '/', 2)
    WHEN 'owes' THEN 'site-' || split_part(account, '/', -1)
    WHEN 'outside' THEN 'site-' || substring(account FROM '^outside/cash/([^/]+)$') END)"""
"""The stream that says whose an account is; the paths are those of `ledger.domain.postings`."""
OF_ACCOUNT: Final = OF_STREAM.replace("{stream}", OWNER)
"""Of the column `account`."""
SITES: Final = """
SELECT owner FROM journal.owners
WHERE community = %(community)s AND starts_with(owner, 'site-') ORDER BY owner
"""
OF_ONE_ACCOUNT: Final = "SELECT {place} FROM (VALUES (%s::text)) AS asked (account)".replace(
    "{place}", OF_ACCOUNT
)


@dataclass(frozen=True, slots=True)
class _Owner:
    owner: str


def sites_of(connection: Connection[Any], community: CommunityId) -> tuple[Stream[Any], ...]:
    """The streams of the sites that lie in the community."""
    found = ask(connection, _Owner, SITES, community=community)
    return tuple(Stream(each.owner) for each in found)


def reached(place: LiteralString, reach: Reach) -> LiteralString:
    """What a statement's conditions end with, so that it gives what lies within the reach alone."""
    return "" if reach is None else f"AND {place} = ANY (%(reach)s::text[])"


def community_of(connection: Connection[Any], account: str) -> CommunityId | None:
    """The community that an account lies in; None for one that belongs to nobody here."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        ((place,),) = cursor.execute(OF_ONE_ACCOUNT, (account,)).fetchall()
    return None if place is None else CommunityId(place)
