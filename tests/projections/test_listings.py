"""Listings: the shifts that somebody means to come to, and the communities that have a board."""

from datetime import UTC, datetime, timedelta

from ledger.domain.shift_records import SignUpPromoted, SignUpWithdrawn
from ledger.domain.values import CommunityId
from ledger.projections import listings, shift_records
from tests.projections.by_hand import Having
from tests.projections.service_events import (
    CHEN,
    JINNING,
    KITCHEN,
    NEW_YEAR,
    WU,
)
from tests.projections.test_shifts import community, scheduled, signed_up

NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
OVER = NINE + timedelta(hours=2)
MODEL = shift_records.MODEL
XILIAN = CommunityId("xilian")


def test_she_is_where_she_signed_up_until_it_is_over_or_she_went_back_on_it(
    having: Having,
) -> None:
    connection = having(
        scheduled(),
        signed_up(CHEN),
        signed_up(WU, waiting=True),
        SignUpWithdrawn(KITCHEN, CHEN, NEW_YEAR),
        SignUpPromoted(KITCHEN, WU, NEW_YEAR),
    )
    assert listings.places(connection, (CHEN,), NINE) == ()
    (then,) = listings.places(connection, (CHEN,), NINE, known=2)
    assert (then.shift, then.listing) == (KITCHEN, "signed_up")
    assert [each.listing for each in listings.places(connection, (WU,), NINE)] == ["signed_up"]
    assert [each.listing for each in listings.places(connection, (WU,), NINE, known=3)] == [
        "waiting"
    ]
    assert listings.places(connection, (WU,), OVER) == ()


def test_communities_are_told_within_the_reach(having: Having) -> None:
    connection = having(community(), community(XILIAN))
    assert [each.community for each in listings.communities(connection)] == [JINNING, XILIAN]
    assert [each.community for each in listings.communities(connection, {XILIAN})] == [XILIAN]
    assert listings.communities(connection, set()) == ()
