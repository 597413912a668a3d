"""Payees' names: how whoever is paid is called on a page, to whoever may read the payees."""

from collections.abc import Iterable

from api.reading import Room
from ledger.domain.payees import stream
from ledger.domain.values import CommunityId, Slug
from ledger.projections.reading import names


def payees_named(room: Room, community: CommunityId, payees: Iterable[Slug]) -> dict[Slug, str]:
    """Each by its name; a private person, and each where payees are not read, by its short name."""
    asked = set(payees)
    reads = room.may_read("payees", community)
    found = names(room.connection, {stream(each) for each in asked}) if reads else {}
    return {each: found.get(stream(each), each) for each in asked}
