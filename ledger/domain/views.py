"""Views: that somebody looked at what is personal is logged beside it, and the log commits to that.

Each row of the log of views holds a hash of the one before. Once a day the machine anchors the
newest: an event says its number and hash, so that no row up to there is changed, left out or put in
unnoticed. What was viewed after the last anchor is protected by the database alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain.community_records import SHANGHAI
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, Count, Digest, local_day


@dataclass(frozen=True, slots=True)
class AnchorViews:
    """Let the log commit to every view up to this number, whose row has this hash."""

    number: Count
    digest: Digest


@dataclass(frozen=True, slots=True)
class ViewsAnchored:
    """The view of that number had this hash, and so had all before it theirs."""

    number: Count
    digest: Digest
    occurred_on: date


@dataclass(frozen=True, slots=True)
class Anchor:
    """The newest view that the log commits to; 0 before the first."""

    number: Count = Count(0)


ViewEvent: TypeAlias = ViewsAnchored
STREAM: Final = Stream[Anchor]("vault-views")


def needs(command: AnchorViews, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """What was anchored before."""
    return (STREAM,)


def place(command: AnchorViews, known: Known) -> CommunityId | None:
    """The whole town."""
    return None


def decide(command: AnchorViews, known: Known, context: Context) -> Outcome:
    """Anchor what was viewed since the last time."""
    anchored = known[STREAM].number
    if command.number <= anchored:
        return Refused(
            Code.views_must_have_grown_since_the_last_anchor,
            number=command.number,
            anchored=anchored,
        )
    today = local_day(context.decided_at, SHANGHAI)
    return ((STREAM, ViewsAnchored(command.number, command.digest, today)),)


def evolve(anchor: Anchor, event: ViewEvent) -> Anchor:
    """The last one is the newest."""
    match event:
        case ViewsAnchored():
            return Anchor(event.number)
        case _:
            assert_never(event)
