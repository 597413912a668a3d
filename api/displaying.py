"""Displaying: what anybody may be told of a notice, in the API, on a page and on paper.

The figures are those that were published. Beside them stands whether the ledger says something else
now, and the list of givers as it may be shown now: names come out of the vault for that, masked,
and go nowhere else.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any, Final

import msgspec

from api.acknowledgements import Acknowledgements, acknowledged
from api.desk import desk_of
from api.obstacles import Obstacle
from api.problems import obstacle
from api.reading import Room, Told, nothing_there
from api.tables import Table
from ledger.domain.values import CommunityId, Month, NoticeId
from ledger.projections import month_sums, notices, period_records, shift_records
from ledger.projections.notice_records import MODEL
from ledger.projections.notices import Display
from ledger.projections.public_figures import PublicMonth
from ledger.projections.public_months import Draft

LISTS: Final = (MODEL, period_records.MODEL)
FIGURES: Final = (MODEL, *month_sums.MODELS)
GIVERS: Final = (shift_records.MODEL,)
"""Where the list of givers learns who died."""


class PublicNoticeTold(Told):
    """A notice and its figures as they were published, and the givers who may be listed now.

    `figures_differ` says that the ledger says something else of the month now, givers' wishes
    apart. That it was reopened is told by `reopened_on` alone.
    """

    notice: notices.PublicNotice
    figures: PublicMonth
    figures_differ: bool
    acknowledgements: Acknowledgements

    def table(self) -> Table:
        """A row for each figure, by its path, then for each field of the list."""
        return table_of_month(self.figures, self.acknowledgements)


def on_display(room: Room, notice: NoticeId) -> tuple[notices.Notice, PublicNoticeTold]:
    """The notice, and what the public is told of it. Raises the problem 404 once it is not."""
    room.horizon.widen(None)  # open to all
    found = found_notice(room, notice)
    if found.display is not Display.shown:
        values = {"notice": notice, "display": found.display, "last_day": found.last_day}
        raise obstacle(Obstacle.notice_must_be_on_display, **values)
    then, now = then_and_now(room, found)
    differ = told_otherwise(then, now)
    givers = acknowledged(room, found.community, moment_asked(room), then.givers)
    return found, PublicNoticeTold(*room.heading, found.public, then.figures, differ, givers)


def moment_asked(room: Room) -> datetime:
    """Now, or when what is asked about was recorded, where she asks about another time.

    On a ledger whose clock is set nobody else knows what day it is there.
    """
    now = datetime.now(UTC)
    if room.simulated or room.of_then:
        return notices.moment_of(room.connection, room.position) or now
    return now


def found_notice(room: Room, name: NoticeId) -> notices.Notice:
    """The notice, on display or not. Raises the problem 404."""
    found = notices.notice(room.connection, name, moment_asked(room), room.view)
    if found is None:
        raise nothing_there()
    return found


def then_and_now(room: Room, notice: notices.Notice) -> tuple[Draft, PublicMonth]:
    """The figures of the notice, which must be the ones that were published, and those of now."""
    figures = desk_of(room.request).figures
    then = figures.published(room.connection, notice)
    if then is None:
        raise obstacle(Obstacle.figures_must_be_those_published, notice=notice.notice)
    return then, figures.now(room.connection, notice, then, room.position)


def told_otherwise(then: Draft, now: PublicMonth) -> bool:
    """Whether the ledger says something else of the month now than was published."""
    return then.figures.of_the_month != now.of_the_month


@dataclass(frozen=True, slots=True)
class Since:
    """What became of a month after its last notice: when it was reopened, and to what end."""

    reopened_on: date
    figures_differ: bool


def reopened_since(
    room: Room, communities: Collection[CommunityId]
) -> Mapping[tuple[CommunityId, Month], Since]:
    """The months of these communities that were reopened after they were published last.

    Of a notice whose figures are not the ledger's any more they differ, whatever it says.
    """
    found = notices.reopened(room.connection, moment_asked(room), communities, room.view)
    return {
        (each.community, each.month): Since(each.reopened_on, differs_now(room, each))
        for each in found
        if each.reopened_on
    }


def differs_now(room: Room, notice: notices.Notice) -> bool:
    """Whether its figures are not the ledger's any more."""
    figures = desk_of(room.request).figures
    then = figures.published(room.connection, notice)
    if then is None:
        return True
    return told_otherwise(then, figures.now(room.connection, notice, then, room.position))


def table_of_month(figures: PublicMonth, givers: Acknowledgements) -> Table:
    """A row for each figure, by its path, then for each field of the list."""
    listed = {"acknowledgements": msgspec.to_builtins(givers)}
    figures_alone = replace(figures, acknowledgements=msgspec.UNSET)
    rows = chain(_below_each(msgspec.to_builtins(figures_alone)), _below_each(listed))
    return Table(("figure", "value"), rows)


def _below_each(named: dict[str, Any]) -> Iterator[tuple[str, object]]:
    for name, value in named.items():
        yield from _below(name, value)


def _below(path: str, value: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - plain data
    """What stands in a list is called by its first field: the payer, the kind, the fund."""
    if isinstance(value, list | tuple):
        for (_, name), *fields in (each.items() for each in value):
            yield from _below(f"{path}/{name}", dict(fields))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _below(f"{path}/{name}", each)
    else:
        yield path, value
