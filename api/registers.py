"""Registers: lists of a community, of something in it, or of all that the caller reaches."""

from typing import Any

from api.reading import Room
from ledger.domain.decisions import Stream
from ledger.domain.values import CommunityId


def must_read(
    room: Room, view: str, community: CommunityId | None, *named: Stream[Any] | None
) -> None:
    """Raise the problem if the caller may not read the view, or not of what the list names."""
    streams = [stream for stream in named if stream is not None]
    for stream in streams:
        room.must_find(view, stream)
    if community is not None:
        room.must_read(view, community)
    elif not streams:
        room.must_hold_a_role(view)
