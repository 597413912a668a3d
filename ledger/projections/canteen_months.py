"""Canteen months: on which days people ate, and what settles in a month though it was eaten before.

These are questions to the read model `meals`, as known at a position; nobody's name is in them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.values import (
    CommunityId,
    Count,
    Month,
    PayerPath,
    SiteId,
    first_day,
    next_month,
)
from ledger.projections.asking import ask, until
from ledger.projections.view import NOW, View

EATEN: Final = """
SELECT served_on AS day, sum(sign)::bigint AS meals,
       coalesce(sum(sign * copayment_fen) FILTER (WHERE whole), 0)::bigint AS cash_fen
FROM (SELECT served_on, 1 AS sign, true AS whole, copayment_fen FROM meals.claims
      WHERE canteen = %(canteen)s AND served_on >= %(first)s AND served_on < %(beyond)s
        AND position <= %(known)s
      UNION ALL
      SELECT served_on, CASE status WHEN 'reversed' THEN -1 ELSE 1 END, kind = 'void',
             copayment_fen
      FROM meals.changes
      WHERE canteen = %(canteen)s AND served_on >= %(first)s AND served_on < %(beyond)s
        AND position <= %(known)s) AS entry
GROUP BY served_on ORDER BY served_on
"""
"""Where only the subsidy was withdrawn, the copayment stays with the canteen."""
MOVED: Final = """
SELECT eaten_in, payer, sum(sign)::bigint AS meals, sum(sign * amount_fen)::bigint AS amount_fen
FROM (SELECT position AS claim_position, to_char(served_on, 'YYYY-MM') AS eaten_in, 1 AS sign
      FROM meals.claims
      WHERE canteen = %(canteen)s AND settles_in = %(month)s AND moved AND position <= %(known)s
      UNION ALL
      SELECT claim_position, to_char(served_on, 'YYYY-MM'),
             CASE status WHEN 'reversed' THEN -1 ELSE 1 END
      FROM meals.changes
      WHERE canteen = %(canteen)s AND settles_in = %(month)s AND moved
        AND position <= %(known)s) AS entry
JOIN meals.shares AS share ON share.position = claim_position
GROUP BY eaten_in, payer ORDER BY eaten_in, payer
"""
LATER: Final = """
SELECT settles_in, count(*) FILTER (WHERE meals > 0) AS recorded,
       count(*) FILTER (WHERE meals < 0) AS taken_back,
       sum(meals * borne.amount_fen)::bigint AS amount_fen
FROM (SELECT settles_in, position AS claim_position, 1 AS meals FROM meals.claims
      WHERE canteen = %(canteen)s AND served_on >= %(first)s AND served_on < %(beyond)s
        AND moved AND position <= %(known)s
      UNION ALL
      SELECT settles_in, claim_position, CASE status WHEN 'reversed' THEN -1 ELSE 1 END
      FROM meals.changes
      WHERE canteen = %(canteen)s AND served_on >= %(first)s AND served_on < %(beyond)s
        AND moved AND position <= %(known)s) AS entry
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_fen), 0) AS amount_fen FROM meals.shares AS share
    WHERE share.position = claim_position) AS borne
GROUP BY settles_in ORDER BY settles_in
"""
APART: Final = """
SELECT booked_in, settles_in, sum(meals)::bigint AS meals,
       sum(meals * borne.amount_fen)::bigint AS amount_fen
FROM meals.canteens AS here CROSS JOIN LATERAL (
    SELECT claim_position, booked_in, settles_in, meals FROM {entries} AS served
    WHERE served.canteen = here.canteen AND served_on >= %(first)s AND served_on < %(beyond)s
      AND (late OR moved) AND position <= %(known)s
    UNION ALL
    SELECT claim_position, booked_in, settles_in, meals FROM {entries} AS booked_late
    WHERE booked_late.canteen = here.canteen AND booked_in = %(month)s
      AND late AND position <= %(known)s
    UNION ALL
    SELECT claim_position, booked_in, settles_in, meals FROM {entries} AS settled_late
    WHERE settled_late.canteen = here.canteen AND settles_in = %(month)s
      AND moved AND position <= %(known)s) AS entry
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_fen), 0) AS amount_fen FROM meals.shares AS share
    WHERE share.position = claim_position) AS borne
WHERE community = %(community)s AND booked_in <> settles_in
  AND %(month)s IN (booked_in, settles_in)
GROUP BY booked_in, settles_in ORDER BY booked_in, settles_in
""".replace(
    "{entries}",
    """(
        SELECT canteen, served_on, position, position AS claim_position, booked_in, late,
               settles_in, moved, 1 AS meals FROM meals.claims
        UNION ALL
        SELECT canteen, served_on, position, claim_position, booked_in, late, settles_in, moved,
               CASE status WHEN 'reversed' THEN -1 ELSE 1 END FROM meals.changes)""",
)
"""What is late is of another month than it was served in, and what is booked and settles in the
same month is left out: so no entry is taken twice."""

KEPT: Final = """
SELECT coalesce(sum(sign), 0)::bigint AS meals,
       coalesce(sum(sign * copayment_fen), 0)::bigint AS amount_fen
FROM (SELECT CASE status WHEN 'reversed' THEN 1 ELSE -1 END AS sign, copayment_fen
      FROM meals.changes
      WHERE canteen = %(canteen)s AND served_on >= %(first)s AND served_on < %(beyond)s
        AND NOT moved AND kind = 'subsidy_withdrawn' AND position <= %(known)s
      UNION ALL
      SELECT CASE status WHEN 'reversed' THEN 1 ELSE -1 END, copayment_fen FROM meals.changes
      WHERE canteen = %(canteen)s AND settles_in = %(month)s
        AND moved AND kind = 'subsidy_withdrawn' AND position <= %(known)s) AS entry
"""
KEPT_IN_BOOKS: Final = """
SELECT coalesce(sum(sign), 0)::bigint AS meals,
       coalesce(sum(sign * copayment_fen), 0)::bigint AS amount_fen
FROM meals.canteens AS here CROSS JOIN LATERAL (
    SELECT CASE status WHEN 'reversed' THEN 1 ELSE -1 END AS sign, copayment_fen
    FROM meals.changes AS soon
    WHERE soon.canteen = here.canteen AND served_on >= %(first)s AND served_on < %(beyond)s
      AND NOT late AND kind = 'subsidy_withdrawn' AND position <= %(known)s
    UNION ALL
    SELECT CASE status WHEN 'reversed' THEN 1 ELSE -1 END, copayment_fen
    FROM meals.changes AS taken_late
    WHERE taken_late.canteen = here.canteen AND booked_in = %(month)s
      AND late AND kind = 'subsidy_withdrawn' AND position <= %(known)s) AS entry
WHERE community = %(community)s
"""
KEPT_ON: Final = """
SELECT coalesce(sum(sign), 0)::bigint AS meals,
       coalesce(sum(sign * copayment_fen), 0)::bigint AS amount_fen
FROM (SELECT CASE status WHEN 'reversed' THEN 1 ELSE -1 END AS sign, copayment_fen
      FROM meals.changes
      WHERE canteen = %(canteen)s AND served_on = %(day)s
        AND kind = 'subsidy_withdrawn' AND position <= %(known)s) AS entry
"""
PRICED_BY: Final = """
SELECT policy_version AS version FROM meals.claims
WHERE canteen = %(canteen)s AND served_on >= %(first)s AND served_on < %(beyond)s
  AND NOT moved AND position <= %(known)s
UNION
SELECT policy_version FROM meals.claims
WHERE canteen = %(canteen)s AND settles_in = %(month)s AND moved AND position <= %(known)s
UNION
SELECT policy_version FROM meals.changes AS change
JOIN meals.claims AS claim USING (person, served_on, claim)
WHERE change.canteen = %(canteen)s AND change.settles_in = %(month)s AND change.moved
  AND change.position <= %(known)s
"""


@dataclass(frozen=True, slots=True)
class EatenOn:
    """The meals of a day that stand, and the cash that its eaters handed over for them."""

    day: date
    meals: int
    cash_fen: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What settles later than it was eaten, by payer: below zero, more was taken back than came."""

    eaten_in: Month
    payer: PayerPath
    meals: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Later:
    """What was eaten in a month and settles in a later one: meals, and the shares of their payers.

    Recorded is also what stands again; below zero, the payers have more to come back than to pay.
    """

    settles_in: Month
    recorded: int
    taken_back: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Apart:
    """What stands in the books of one month and settles in another: meals, and their shares."""

    booked_in: Month
    settles_in: Month
    meals: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Meals without their subsidy, which settle no more, and what the canteen keeps for them."""

    meals: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class PricedBy:
    """A version of the canteen's policy by which a meal was priced."""

    version: Count


def eaten(
    connection: Connection[Any], canteen: SiteId, month: Month, view: View = NOW
) -> tuple[EatenOn, ...]:
    """The days of the month on which a meal was claimed there."""
    known = until(view.known)
    return ask(connection, EatenOn, EATEN, canteen=canteen, known=known, **_span(month))


def moved(
    connection: Connection[Any], canteen: SiteId, month: Month, view: View = NOW
) -> tuple[Moved, ...]:
    """What was claimed, taken back or stands again for earlier months, and settles in this one."""
    known = until(view.known)
    return ask(connection, Moved, MOVED, canteen=canteen, month=month, known=known)


def later(
    connection: Connection[Any], canteen: SiteId, month: Month, view: View = NOW
) -> tuple[Later, ...]:
    """What was recorded or taken back of the month once its claims were closed."""
    known = until(view.known)
    return ask(connection, Later, LATER, canteen=canteen, known=known, **_span(month))


def apart(
    connection: Connection[Any], community: CommunityId, month: Month, view: View = NOW
) -> tuple[Apart, ...]:
    """Of all canteens of a community, by what the month's books differ from its settlements."""
    asked = _span(month) | {"community": community, "month": month, "known": until(view.known)}
    return ask(connection, Apart, APART, **asked)


def kept(connection: Connection[Any], canteen: SiteId, month: Month, view: View = NOW) -> Kept:
    """The copayments that stay with the canteen though the subsidy of their meals was withdrawn."""
    asked = _span(month) | {"canteen": canteen, "month": month, "known": until(view.known)}
    (found,) = ask(connection, Kept, KEPT, **asked)
    return found


def priced_by(
    connection: Connection[Any], canteen: SiteId, month: Month, view: View = NOW
) -> frozenset[Count]:
    """The versions of the policy that the claims and reversals of a settlement rest on."""
    asked = _span(month) | {"canteen": canteen, "month": month, "known": until(view.known)}
    return frozenset(each.version for each in ask(connection, PricedBy, PRICED_BY, **asked))


def kept_in_books(
    connection: Connection[Any], community: CommunityId, month: Month, view: View = NOW
) -> Kept:
    """The same of all canteens of a community, in the month whose books have it."""
    asked = _span(month) | {"community": community, "month": month, "known": until(view.known)}
    (found,) = ask(connection, Kept, KEPT_IN_BOOKS, **asked)
    return found


def kept_on(connection: Connection[Any], canteen: SiteId, day: date, view: View = NOW) -> Kept:
    """The same of the meals of one day, in whatever month it settles: they are in its till."""
    asked = {"canteen": canteen, "day": day, "known": until(view.known)}
    (found,) = ask(connection, Kept, KEPT_ON, **asked)
    return found


def _span(month: Month) -> dict[str, object]:
    return {"first": first_day(month), "beyond": first_day(next_month(month))}
