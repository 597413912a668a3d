"""League tables (社区比拼): what the communities did in a month, a quarter, a year, or ever.

Minutes belong to the community of the shift, meals to that of the canteen. Contributions are
counted by kind, whatever they are worth: how much anybody gave is no matter of comparison. Every
figure is an exact fraction, so that a tie is a tie; ties share a rank (1, 2, 2, 4), the largest
comes first. Where no population is on record for the time there is no figure for each thousand
residents, and no rank. Minutes from before this ledger belong to no shift and no month; they are
not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from psycopg import Connection, sql

from ledger.domain.contribution_records import ContributionKind
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    Minutes,
    Title,
    first_day,
    month_of,
)
from ledger.projections.asking import ask, seen
from ledger.projections.seasons import Season
from ledger.projections.view import NOW, Basis, View, bounds

COUNTED: Final = """
SELECT community, sum({served})::bigint AS active, sum({took_part})::bigint AS participants
FROM (
    SELECT community, {served}, {took_part} FROM league.counts
    WHERE season = %(season)s AND recorded_in < %(known_in)s
    UNION ALL
    SELECT community, {served}, {took_part} FROM league.turns
    WHERE season = %(season)s AND recorded_in = %(known_in)s AND position <= %(known)s) AS turn
GROUP BY community
"""
SO_FAR: Final = """
SELECT community, sum({served})::bigint AS active, sum({took_part})::bigint AS participants
FROM league.turns
WHERE season = %(season)s AND first_on <= %(as_of)s AND position <= %(known)s
GROUP BY community
"""
SUMS: Final = """
SELECT community, sum(service_minutes)::bigint AS service_minutes, sum(meals)::bigint AS meals,
       sum(price_fen)::bigint AS price_fen, sum(copayment_fen)::bigint AS copayment_fen
FROM (
    SELECT community, service_minutes, meals, price_fen, copayment_fen FROM league.months
    WHERE {month_taken} AND occurred_in < %(cut_in)s AND recorded_in < %(known_in)s
    UNION ALL
    SELECT community, service_minutes, meals, price_fen, copayment_fen FROM league.sums
    WHERE {taken} AND occurred_on < %(cut_from)s
      AND recorded_on >= %(known_from)s AND recorded_on < %(before_day)s
    UNION ALL
    SELECT community, service_minutes, meals, price_fen, copayment_fen FROM league.sums
    WHERE {taken} AND occurred_on >= %(cut_from)s AND occurred_on <= %(as_of)s
      AND recorded_on < %(before_day)s
    UNION ALL
    SELECT community, service_minutes, meals, price_fen, copayment_fen FROM league.entries
    WHERE {taken} AND occurred_on <= %(as_of)s AND position > %(after)s AND position <= %(until)s
) AS amounts
GROUP BY community
"""
"""Months, where `as_of` and the position do not cut one; else its days, and of one its entries."""
GIFTS: Final = """
SELECT community, jsonb_object_agg(kind, given) AS gifts
FROM (SELECT community, kind, sum(given)::bigint AS given FROM league.gifts
      WHERE {taken} AND occurred_on <= %(as_of)s AND position <= %(known)s
      GROUP BY community, kind) AS kinds
GROUP BY community
"""
LINES: Final = """
SELECT community, name,
       (SELECT residents FROM league.populations AS population
        WHERE population.community = here.community
          AND valid_from <= %(valid_on)s AND position <= %(known)s
        ORDER BY valid_from DESC, position DESC LIMIT 1) AS residents,
       coalesce(active, 0) AS active, coalesce(participants, 0) AS participants,
       coalesce(service_minutes, 0) AS service_minutes, coalesce(meals, 0) AS meals,
       coalesce(price_fen, 0) AS price_fen, coalesce(copayment_fen, 0) AS copayment_fen,
       coalesce(gifts, '{{}}') AS gifts
FROM league.communities AS here
LEFT JOIN ({people}) AS people USING (community)
LEFT JOIN ({sums}) AS sums USING (community)
LEFT JOIN ({gifts}) AS gifts USING (community)
WHERE position <= %(known)s ORDER BY community
"""
TAKEN: Final = {
    Basis.occurred: sql.SQL("occurred_on BETWEEN %(first)s AND %(last)s"),
    Basis.booked: sql.SQL("booked_in BETWEEN %(first_month)s AND %(last_month)s"),
}
MONTH_TAKEN: Final = {
    Basis.occurred: sql.SQL("occurred_in BETWEEN %(first_month)s AND %(last_month)s"),
    Basis.booked: TAKEN[Basis.booked],
}
COUNTS: Final = {
    Basis.occurred: {"served": sql.SQL("served"), "took_part": sql.SQL("took_part")},
    Basis.booked: {"served": sql.SQL("served_booked"), "took_part": sql.SQL("took_part_booked")},
}


class Measure(StrEnum):
    """What communities are compared by. A share is in basis points of the meals' price."""

    service_minutes = "service_minutes"
    active_volunteers = "active_volunteers"
    minutes_per_thousand = "minutes_per_thousand"
    participation_per_thousand = "participation_per_thousand"
    cash_contributions = "cash_contributions"
    goods_contributions = "goods_contributions"
    labour_contributions = "labour_contributions"
    idea_contributions = "idea_contributions"
    premises_contributions = "premises_contributions"
    meals_served = "meals_served"
    copayment_share = "copayment_share"


COUNTED_GIFTS: Final = {kind: Measure(f"{kind}_contributions") for kind in ContributionKind}
"""The measure that counts contributions of each kind."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An exact figure, `amount` / `per`, and its rank among the communities that have one."""

    amount: int
    per: int
    rank: int

    @property
    def whole(self) -> int:
        """The figure rounded down."""
        return self.amount // self.per

    @property
    def rest(self) -> int:
        """What rounding down left: the figure is `whole` and `rest` / `per`."""
        return self.amount % self.per


@dataclass(frozen=True, slots=True)
class Community:
    """A community's line; a measure without a figure is None."""

    community: CommunityId
    name: Title
    residents: Count | None
    figures: dict[Measure, Figure | None]


@dataclass(frozen=True, slots=True)
class _Line:
    """What is counted and added up in a community; the measures are made of it."""

    community: CommunityId
    name: Title
    residents: Count | None
    service_minutes: Minutes
    active: Count
    participants: Count
    meals: int
    price_fen: Fen
    copayment_fen: Fen
    gifts: dict[ContributionKind, int]

    def parts(self) -> dict[Measure, tuple[int, int]]:
        """Amount and divisor of each measure; without a divisor there is no figure.

        By booking, a month may hold nothing but reversals of earlier meals: no price, no share.
        """
        residents = self.residents or 0
        return {
            Measure.service_minutes: (self.service_minutes, 1),
            Measure.active_volunteers: (self.active, 1),
            Measure.minutes_per_thousand: (1_000 * self.service_minutes, residents),
            Measure.participation_per_thousand: (1_000 * self.participants, residents),
            **{measure: (self.gifts.get(kind, 0), 1) for kind, measure in COUNTED_GIFTS.items()},
            Measure.meals_served: (self.meals, 1),
            Measure.copayment_share: (10_000 * self.copayment_fen, max(self.price_fen, 0)),
        }


def table(connection: Connection[Any], season: Season, view: View = NOW) -> tuple[Community, ...]:
    """Every community known to the view, with its figures of the season and their ranks.

    Its population is the one valid on the season's last day, or on `as_of` if that is earlier.
    """
    values = {
        "season": season.name,
        "first": season.first,
        "last": season.last,
        "first_month": season.first_month,
        "last_month": season.last_month,
        "valid_on": min(season.last, view.as_of or season.last),
        **seen(view),
        **_cuts(bounds(connection, view)),
    }
    return _ranked(ask(connection, _Line, _lines(season, view), **values))


def _cuts(known: dict[str, Any]) -> dict[str, Any]:
    """The bounds of a view with the months that they cut: of occurrence, and of recording."""
    cut, known_in = month_of(known["as_of"]), month_of(known["before_day"])
    months = {"cut_in": cut, "cut_from": first_day(cut)}
    return known | months | {"known_in": known_in, "known_from": first_day(known_in)}


def _lines(season: Season, view: View) -> sql.Composed:
    """Who took part in the whole season is added up already, by month of recording."""
    whole = view.as_of is None or view.as_of >= season.last
    taken = TAKEN[view.basis]
    people = sql.SQL(COUNTED if whole else SO_FAR).format(**COUNTS[view.basis])
    sums = sql.SQL(SUMS).format(taken=taken, month_taken=MONTH_TAKEN[view.basis])
    gifts = sql.SQL(GIFTS).format(taken=taken)
    return sql.SQL(LINES).format(people=people, sums=sums, gifts=gifts)


def _ranked(lines: Sequence[_Line]) -> tuple[Community, ...]:
    """The lines with their figures, ranked measure by measure."""
    parts = [line.parts() for line in lines]
    columns = [figures([part[measure] for part in parts]) for measure in Measure]
    return tuple(
        Community(line.community, line.name, line.residents, dict(zip(Measure, row, strict=True)))
        for line, row in zip(lines, zip(*columns, strict=True), strict=True)
    )


def figures(parts: Sequence[tuple[int, int]]) -> list[Figure | None]:
    """A measure's figures of amounts and divisors; the rank is one more than how many are larger.

    Two fractions that differ, differ by at least 1 / `finest`. So what they come to in whole parts
    of that size has their order and their ties, and no fraction need be reduced to be compared.
    """
    finest = max((per for _, per in parts), default=0) ** 2
    values = [amount * finest // per if per else None for amount, per in parts]
    ranks: dict[int, int] = {}
    largest_first = sorted((value for value in values if value is not None), reverse=True)
    for rank, value in enumerate(largest_first, start=1):
        ranks.setdefault(value, rank)
    return [
        None if value is None else Figure(*part, ranks[value])
        for part, value in zip(parts, values, strict=True)
    ]
