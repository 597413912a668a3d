"""Meals: the day sheet of a canteen, its claims of a month, and what they add up to.

Totals are those of meals that stand: a reversed one, of whatever kind, counts nothing until it is
reinstated. By occurrence a month is that of the meals' days. By booking it is what was booked in
it, so a meal reversed after the month was closed is taken off the month that books the reversal.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from psycopg import Connection, sql

from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.tiers import PayerKind, PayerShare, Sitting
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    Month,
    PayerPath,
    PersonId,
    RuleCode,
    SiteId,
    first_day,
    next_month,
)
from ledger.projections.asking import PAGE_MOST, ask, seen
from ledger.projections.meal_records import ClaimStatus
from ledger.projections.view import NOW, Basis, View, bounds

ONE_DAY: Final = timedelta(days=1)

AT_CANTEEN: Final = sql.SQL("canteen = %(place)s")
IN_COMMUNITY: Final = sql.SQL(
    "canteen IN (SELECT canteen FROM meals.canteens WHERE community = %(place)s)"
)
BY_PERSON: Final = sql.SQL("person = %(place)s")

SERVED: Final = sql.SQL("served_on BETWEEN %(first)s AND %(last)s")
SERVED_IN_TIME: Final = sql.SQL("served_on BETWEEN %(first)s AND %(last)s AND NOT late")
BOOKED_LATE: Final = sql.SQL("booked_in = %(month)s AND late")
DAYS: Final = {
    Basis.occurred: SERVED,
    Basis.booked: sql.SQL("served_on <= %(last)s AND booked_in = %(month)s"),
}
ENTRIES: Final = {
    Basis.occurred: SERVED,
    Basis.booked: sql.SQL("({} OR {})").format(SERVED_IN_TIME, BOOKED_LATE),
}
"""Two ways to say the same: what is late has an index of its own, and days are few."""

AMOUNTS: Final = """
SELECT coalesce(sum(meals), 0)::bigint AS meals,
       coalesce(sum(price_fen), 0)::bigint AS price_fen,
       coalesce(sum(copayment_fen), 0)::bigint AS personal_fen
FROM (
    SELECT meals, price_fen, copayment_fen FROM meals.days
    WHERE {place} AND {days} AND served_on <= %(as_of)s AND recorded_on < %(before_day)s
    UNION ALL
    SELECT sign, sign * price_fen, sign * copayment_fen FROM meals.entries
    WHERE {place} AND {entries} AND served_on <= %(as_of)s
      AND position > %(after)s AND position <= %(until)s) AS amounts
"""
SHARES: Final = """
SELECT payer, sum(amount_fen)::bigint AS amount_fen
FROM (
    SELECT payer, amount_fen FROM meals.day_shares
    WHERE {place} AND {days} AND served_on <= %(as_of)s AND recorded_on < %(before_day)s
    UNION ALL
    SELECT payer, sign * amount_fen
    FROM meals.entries AS entry JOIN meals.shares AS share ON share.position = claim_position
    WHERE {place} AND {entries} AND served_on <= %(as_of)s
      AND entry.position > %(after)s AND entry.position <= %(until)s) AS amounts
GROUP BY payer HAVING sum(amount_fen) <> 0 ORDER BY payer
"""
PAGE: Final = """
(SELECT * FROM meals.claims WHERE {place} AND {within}
   AND served_on <= %(as_of)s AND position <= %(known)s
   AND (served_on, position) > (%(after_day)s, %(after_position)s)
 ORDER BY served_on, position LIMIT %(limit)s)
"""
CHANGED: Final = """
(person, served_on, claim) IN (
    SELECT person, served_on, claim FROM meals.changes
    WHERE {place} AND {entries} AND position <= %(known)s)
"""
CLAIMS: Final = """
SELECT claim.*,
    (SELECT coalesce(jsonb_agg(to_jsonb(share) - 'position' ORDER BY payer), '[]')
     FROM meals.shares AS share WHERE share.position = claim.position) AS shares,
    (SELECT coalesce(jsonb_agg(to_jsonb(change) ORDER BY change.position), '[]')
     FROM meals.changes AS change
     WHERE claim_position = claim.position AND change.position <= %(known)s) AS changes
FROM ({claims}) AS claim
ORDER BY served_on, position LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A claim was reversed or reinstated; `kind` of a reinstatement is what it undoes."""

    position: int
    status: ClaimStatus
    kind: ReversalKind
    reason: MealReversalReason | None
    booked_in: Month
    settles_in: Month
    adjusts: Month | None
    decided_by: PersonId
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A meal as it was claimed, and what became of it later, as known."""

    position: int
    person: PersonId
    served_on: date
    claim: Count
    canteen: SiteId
    community: CommunityId
    price_fen: Fen
    shares: tuple[PayerShare, ...]
    copayment_fen: Fen
    booked_in: Month
    settles_in: Month
    adjusts: Month | None
    sitting: Sitting
    facts_version: Count
    policy_version: Count
    rule: RuleCode | None
    at_full_price: bool
    claimed_by: PersonId
    claimed_at: datetime
    recorded_at: datetime
    changes: tuple[Change, ...]

    @property
    def status(self) -> ClaimStatus:
        """What the last change made of it; how and why is in `changes`."""
        return self.changes[-1].status if self.changes else ClaimStatus.standing

    @property
    def key(self) -> tuple[date, int]:
        """What the next page comes `after`."""
        return self.served_on, self.position


@dataclass(frozen=True, slots=True)
class Totals:
    """What meals cost and who bears it; `personal_fen` is the eaters' own share."""

    meals: int
    price_fen: Fen
    personal_fen: Fen
    by_payer: dict[PayerPath, Fen]

    @property
    def community_fen(self) -> Fen:
        """The share of community funds."""
        return self._of(PayerKind.fund)

    @property
    def coop_fen(self) -> Fen:
        """The share of economic cooperatives."""
        return self._of(PayerKind.cooperative)

    @property
    def others(self) -> dict[PayerPath, Fen]:
        """Enterprises, government levels and donors, each by its path."""
        own = (f"{PayerKind.fund}/", f"{PayerKind.cooperative}/")
        return {payer: fen for payer, fen in self.by_payer.items() if not payer.startswith(own)}

    def _of(self, kind: PayerKind) -> Fen:
        return Fen(sum(fen for payer, fen in self.by_payer.items() if payer.startswith(f"{kind}/")))


@dataclass(frozen=True, slots=True)
class DaySheet:
    """A canteen's day: what it adds up to, and a page of its claims in the order of recording."""

    totals: Totals
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class _Sums:
    meals: int
    price_fen: Fen
    personal_fen: Fen


@dataclass(frozen=True, slots=True)
class _Span:
    """Which meals are asked for: whose or where, in which days or which month of the books."""

    place: sql.SQL
    basis: Basis
    values: dict[str, object]

    def totals(self, connection: Connection[Any], view: View) -> Totals:
        values = {**self.values, **bounds(connection, view)}
        parts = {
            "place": self.place,
            "days": DAYS[self.basis],
            "entries": ENTRIES[self.basis],
        }
        (sums,) = ask(connection, _Sums, sql.SQL(AMOUNTS).format(**parts), **values)
        shares = ask(connection, PayerShare, sql.SQL(SHARES).format(**parts), **values)
        by_payer = {share.payer: share.amount_fen for share in shares}
        return Totals(sums.meals, sums.price_fen, sums.personal_fen, by_payer)

    def claims(
        self,
        connection: Connection[Any],
        view: View,
        limit: int,
        after: tuple[date, int] | None = None,
    ) -> tuple[Claim, ...]:
        after_day, after_position = after or (date.min, 0)
        page = {"after_day": after_day, "after_position": after_position, "limit": limit}
        statement = sql.SQL(CLAIMS).format(claims=self._wanted())
        return ask(connection, Claim, statement, **self.values, **page, **seen(view))

    def _wanted(self) -> sql.Composed:
        """Each part is a page of its own, in the order of an index; together they hold the page."""
        if self.basis is Basis.occurred:
            parts: list[sql.Composable] = [SERVED]
        else:
            changed = sql.SQL(CHANGED).format(place=self.place, entries=ENTRIES[self.basis])
            parts = [SERVED_IN_TIME, BOOKED_LATE, changed]
        pages = [sql.SQL(PAGE).format(place=self.place, within=part) for part in parts]
        return sql.SQL(" UNION ").join(pages)


def _of_month(place: sql.SQL, name: str, month: Month, basis: Basis) -> _Span:
    first, last = first_day(month), first_day(next_month(month)) - ONE_DAY
    return _Span(place, basis, {"place": name, "month": month, "first": first, "last": last})


def day_sheet(
    connection: Connection[Any],
    canteen: SiteId,
    day: date,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: tuple[date, int] | None = None,
) -> DaySheet:
    """The meals served at the canteen on a day; whatever the basis, it is the day of serving."""
    values = {"place": canteen, "first": day, "last": day}
    span = _Span(AT_CANTEEN, Basis.occurred, values)
    return DaySheet(span.totals(connection, view), span.claims(connection, view, limit, after))


def claims(
    connection: Connection[Any],
    canteen: SiteId,
    month: Month,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: tuple[date, int] | None = None,
) -> tuple[Claim, ...]:
    """The canteen's claims of a month by day, also those reversed.

    By booking: what was booked in the month, so also earlier meals that were reversed in it.
    """
    return _of_month(AT_CANTEEN, canteen, month, view.basis).claims(connection, view, limit, after)


def of_person(
    connection: Connection[Any], person: PersonId, month: Month, view: View = NOW
) -> tuple[Claim, ...]:
    """What a person ate in a month, wherever, by day."""
    return _of_month(BY_PERSON, person, month, view.basis).claims(connection, view, PAGE_MOST)


def totals_of_canteen(
    connection: Connection[Any], canteen: SiteId, month: Month, view: View = NOW
) -> Totals:
    """What the canteen's meals of a month add up to."""
    return _of_month(AT_CANTEEN, canteen, month, view.basis).totals(connection, view)


def totals_of_community(
    connection: Connection[Any], community: CommunityId, month: Month, view: View = NOW
) -> Totals:
    """What the meals at all canteens of the community add up to in a month."""
    return _of_month(IN_COMMUNITY, community, month, view.basis).totals(connection, view)
