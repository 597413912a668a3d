"""Meals: the day sheet of a canteen, its claims of a month, and what they add up to.

Totals are those of meals that stand: a reversed one, of whatever kind, counts nothing until it is
reinstated. By occurrence a month is that of the meals' days. By booking it is what was booked in
it, so a meal reversed after the month was closed is taken off the month that books the reversal.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, LiteralString

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
from ledger.projections.view import NOW, Basis, View

ONE_DAY: Final = timedelta(days=1)

AT_CANTEEN: Final = sql.SQL("canteen = %(place)s")
IN_COMMUNITY: Final = sql.SQL(
    "canteen IN (SELECT canteen FROM meals.canteens WHERE community = %(place)s)"
)
BY_PERSON: Final = sql.SQL("person = %(place)s")
IN_MONTH: Final = {
    Basis.occurred: sql.SQL("served_on BETWEEN %(first)s AND %(last)s"),
    Basis.booked: sql.SQL(
        "(served_on BETWEEN %(first)s AND %(last)s AND NOT late OR booked_in = %(month)s AND late)"
    ),
}
"""Conditions of claims and of changes alike: both tables have these columns."""

ENTRIES: Final = """
WITH entry AS (
    SELECT position, price_fen, copayment_fen, 1 AS sign FROM meals.claims
    WHERE {place} AND {month} AND served_on <= %(as_of)s AND position <= %(known)s
    UNION ALL
    SELECT claim_position, price_fen, copayment_fen, CASE status WHEN 'reversed' THEN -1 ELSE 1 END
    FROM meals.changes
    WHERE {place} AND {month} AND served_on <= %(as_of)s AND position <= %(known)s)
"""
SUMS: Final = (
    ENTRIES
    + """
SELECT coalesce(sum(sign), 0)::bigint AS meals,
       coalesce(sum(sign * price_fen), 0)::bigint AS price_fen,
       coalesce(sum(sign * copayment_fen), 0)::bigint AS personal_fen
FROM entry
"""
)
SHARES: Final = (
    ENTRIES
    + """
SELECT payer, sum(sign * amount_fen)::bigint AS amount_fen
FROM entry JOIN meals.shares USING (position)
GROUP BY payer HAVING sum(sign * amount_fen) <> 0 ORDER BY payer
"""
)
CLAIMS: Final = """
WITH wanted AS (
    SELECT person, served_on, claim FROM meals.claims WHERE {place} AND {month}
    UNION
    SELECT person, served_on, claim FROM meals.changes
    WHERE {place} AND {month} AND position <= %(known)s)
SELECT claim.*,
    (SELECT coalesce(jsonb_agg(to_jsonb(share) - 'position' ORDER BY payer), '[]')
     FROM meals.shares AS share WHERE share.position = claim.position) AS shares,
    (SELECT coalesce(jsonb_agg(to_jsonb(change) ORDER BY change.position), '[]')
     FROM meals.changes AS change
     WHERE claim_position = claim.position AND change.position <= %(known)s) AS changes
FROM wanted JOIN meals.claims AS claim USING (person, served_on, claim)
WHERE served_on <= %(as_of)s AND position <= %(known)s
  AND (served_on, position) > (%(after_day)s, %(after_position)s)
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
    month: sql.SQL
    values: dict[str, object]

    def totals(self, connection: Connection[Any]) -> Totals:
        (sums,) = ask(connection, _Sums, self._filled(SUMS), **self.values)
        shares = ask(connection, PayerShare, self._filled(SHARES), **self.values)
        by_payer = {share.payer: share.amount_fen for share in shares}
        return Totals(sums.meals, sums.price_fen, sums.personal_fen, by_payer)

    def claims(
        self, connection: Connection[Any], limit: int, after: tuple[date, int] | None = None
    ) -> tuple[Claim, ...]:
        after_day, after_position = after or (date.min, 0)
        page = {"after_day": after_day, "after_position": after_position, "limit": limit}
        return ask(connection, Claim, self._filled(CLAIMS), **self.values, **page)

    def _filled(self, statement: LiteralString) -> sql.Composed:
        return sql.SQL(statement).format(place=self.place, month=self.month)


def _of_month(place: sql.SQL, name: str, month: Month, view: View) -> _Span:
    first, last = first_day(month), first_day(next_month(month)) - ONE_DAY
    values = {"place": name, "month": month, "first": first, "last": last}
    return _Span(place, IN_MONTH[view.basis], {**values, **seen(view)})


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
    values = {"place": canteen, "first": day, "last": day, **seen(view)}
    span = _Span(AT_CANTEEN, IN_MONTH[Basis.occurred], values)
    return DaySheet(span.totals(connection), span.claims(connection, limit, after))


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
    return _of_month(AT_CANTEEN, canteen, month, view).claims(connection, limit, after)


def of_person(
    connection: Connection[Any], person: PersonId, month: Month, view: View = NOW
) -> tuple[Claim, ...]:
    """What a person ate in a month, wherever, by day."""
    return _of_month(BY_PERSON, person, month, view).claims(connection, PAGE_MOST)


def totals_of_canteen(
    connection: Connection[Any], canteen: SiteId, month: Month, view: View = NOW
) -> Totals:
    """What the canteen's meals of a month add up to."""
    return _of_month(AT_CANTEEN, canteen, month, view).totals(connection)


def totals_of_community(
    connection: Connection[Any], community: CommunityId, month: Month, view: View = NOW
) -> Totals:
    """What the meals at all canteens of the community add up to in a month."""
    return _of_month(IN_COMMUNITY, community, month, view).totals(connection)
