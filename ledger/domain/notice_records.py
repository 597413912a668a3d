"""What is remembered of a public notice (公示): which month it shows, as of where, and until when.

A notice holds no figure. It names a month, a position of the log and the digest of what the ledger
says of the month there; whoever reads it gets the figures from the ledger, and the digest shows
that they are the ones that were published.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeAlias, assert_never

from ledger.domain.values import CommunityId, Digest, Month, NoticeId, PersonId, Position


class WithdrawalReason(StrEnum):
    """Why a notice is taken down before its term."""

    month_reopened = "month_reopened"
    published_by_mistake = "published_by_mistake"
    objection_upheld = "objection_upheld"
    other = "other"


class MonthFigures(NamedTuple):
    """What the ledger says of a community's month at one position, for a rule to compare with.

    `digest` is the SHA-256 of what would be published, and `closings` counts how often the month
    had been closed up to there. A position that is folded stays as it is, so both are final.
    """

    digest: Digest
    closings: int


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticePublished:
    """A closed month was put on public display, as known at a position, up to a last day."""

    notice: NoticeId
    community: CommunityId
    month: Month
    at_position: Position
    digest: Digest
    until: date
    published_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class NoticeWithdrawn:
    """It was taken down before its last day was over."""

    notice: NoticeId
    community: CommunityId
    reason: WithdrawalReason
    withdrawn_by: PersonId
    occurred_on: date


NoticeEvent: TypeAlias = NoticePublished | NoticeWithdrawn

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notice:
    """What decisions ask of a notice; `community` is None before it is published."""

    community: CommunityId | None = None
    until: date = date.min
    withdrawn: bool = False


# -- evolving ----------------------------------------------------------------------------------


def evolve(notice: Notice, event: NoticeEvent) -> Notice:
    """It ends by itself with its term, so nothing is written then."""
    match event:
        case NoticePublished():
            return Notice(event.community, event.until)
        case NoticeWithdrawn():
            return replace(notice, withdrawn=True)
        case _:
            assert_never(event)


def nothing_is_written(figures: MonthFigures | None, event: object) -> MonthFigures | None:
    """The figures of a month are counted from the log, and have no events of their own."""
    raise LookupError(f"{type(event).__name__} was written to the figures of a month")
