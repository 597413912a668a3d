"""Payees: whom a community's funds may pay, and how much this ledger's disbursements paid to each.

What canteens were paid for meals is in the settlements. These are questions to the read model
`disbursements`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.values import CommunityId, Count, Fen, Slug, Title
from ledger.projections.asking import PAGE_MOST, Reach, ask, until, within

PAYEES: Final = """
SELECT payee, community, name, registered_on, payments, paid_fen
FROM disbursements.payees CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE step = 'paid') - count(*) FILTER (WHERE step = 'reversed')
               AS payments,
           coalesce(sum(CASE step WHEN 'paid' THEN steps.amount_fen
                                  WHEN 'reversed' THEN -steps.amount_fen END), 0)::bigint
               AS paid_fen
    FROM disbursements.requests JOIN disbursements.steps USING (fund, disbursement)
    WHERE requests.payee = payees.payee AND steps.position <= %(known)s) AS sums
WHERE position <= %(known)s AND payee > %(after)s
  AND (%(only)s::text IS NULL OR payee = %(only)s)
  AND (%(community)s::text IS NULL OR community = %(community)s)
  AND (%(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[]))
ORDER BY payee LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom funds may pay; a private person has no name here. Reversed payments do not count.

    `payments` and `paid_fen` are told to those who read disbursements.
    """

    payee: Slug
    community: CommunityId
    name: Title | None
    registered_on: date
    payments: Count | None
    paid_fen: Fen | None


def payees(
    connection: Connection[Any],
    *,
    community: CommunityId | None = None,
    only: Slug | None = None,
    known: int | None = None,
    limit: int = PAGE_MOST,
    after: str | None = None,
    reach: Reach = None,
) -> tuple[Payee, ...]:
    """The payees by their short name, or that one; a page goes on `after` one."""
    return ask(
        connection,
        Payee,
        PAYEES,
        community=community,
        only=only,
        known=until(known),
        limit=limit,
        after=after or "",
        reach=within(reach),
    )
