"""Payers: how the funds and cooperatives that bear a share are called.

Nobody else who bears one is registered here: an enterprise has the short name in its path alone.
"""

from collections.abc import Iterable
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain import communities, funds
from ledger.domain.community_records import CooperativeRegistered
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    PayerPath,
    Title,
    community_of,
    cooperative_of,
    fund_of,
)
from ledger.projections.month_deeds import Meals
from ledger.projections.public_figures import PublicMeals
from ledger.projections.reading import names
from ledger.store.codec import decode_event

REGISTERED: Final = """
SELECT topic, state FROM ledger.stored_events
WHERE originator_id = ANY(%s) AND split_part(topic, '.', 1) = 'cooperative-registered'
  AND notification_id <= %s
ORDER BY originator_id, originator_version
"""


def cooperatives_of(
    connection: Connection[Any], homes: Iterable[CommunityId], position: int
) -> dict[CooperativeId, Title]:
    """The cooperatives of the communities up to a position, by community as they were entered."""
    streams = [communities.stream(each) for each in homes]
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(REGISTERED, (streams, position)).fetchall()
    found = (decode_event(topic, state) for topic, state in rows)
    return {
        each.cooperative: each.name for each in found if isinstance(each, CooperativeRegistered)
    }


def bearing(meals: Meals | PublicMeals) -> tuple[PayerPath, ...]:
    """Whoever bore a share of a month's meals; to the public, donors are one payer, `donor`."""
    return tuple(PayerPath(each.payer) for each in meals.shares)


def payer_names(
    connection: Connection[Any], payers: Iterable[PayerPath], position: int
) -> dict[PayerPath, Title]:
    """How those of the payers are called that are funds or cooperatives of this ledger."""
    paths = set(payers)
    streams = {each: funds.stream(fund) for each in paths if (fund := fund_of(each))}
    members = {each: name for each in paths if (name := cooperative_of(each))}
    called = names(connection, set(streams.values())) if streams else {}
    homes = {community_of(each) for each in members.values()}
    known = cooperatives_of(connection, homes, position) if homes else {}
    named = {each: called[stream] for each, stream in streams.items() if stream in called}
    return named | {each: known[name] for each, name in members.items() if name in known}
