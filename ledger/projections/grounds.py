"""Where the grounds of a payment stand in the log: found by read models, told by the log itself.

What is found holds everything that `ledger.audit` takes for the trail of a settlement or of a
disbursement, or for the population of a sample, as known at a position; each by one statement,
however many claims there are.
"""

from datetime import date
from typing import Any, Final, LiteralString

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain import canteens, policy_records
from ledger.domain.catalogue import NAME_OF_EVENT
from ledger.domain.settlement_records import SettlementDisbursed, SettlementDisbursementReversed
from ledger.domain.values import (
    CommunityId,
    Count,
    FundId,
    Month,
    SiteId,
    first_day,
    next_month,
    previous_month,
)
from ledger.projections.asking import until
from ledger.store.codec import Recorded, decode

AT: Final = """
SELECT event.notification_id, batch.recorded_at, event.originator_id, event.originator_version,
       event.topic, event.state
FROM ({wanted}) AS wanted (position)
JOIN ledger.stored_events AS event ON event.notification_id = wanted.position
CROSS JOIN LATERAL (SELECT recorded_at FROM ledger.batches
                    WHERE last_position >= wanted.position
                    ORDER BY last_position LIMIT 1) AS batch
WHERE wanted.position <= %(known)s
ORDER BY event.notification_id
"""
OF_MONTH: Final = """
        (served_on >= %(first)s AND served_on < %(beyond)s OR settles_in = %(month)s AND moved)"""
OF_SETTLEMENT: Final = AT.replace(
    "{wanted}",
    """
    WITH named (claim_position) AS (
        SELECT position FROM meals.claims
        WHERE canteen = %(canteen)s AND {of_month}
        UNION SELECT claim_position FROM meals.changes
        WHERE canteen = %(canteen)s AND {of_month})
    SELECT claim_position FROM named
    UNION ALL SELECT position FROM named JOIN meals.changes USING (claim_position)
    UNION ALL SELECT notification_id FROM ledger.stored_events
        WHERE originator_id = ANY (%(streams)s)
    UNION ALL SELECT notification_id FROM ledger.stored_events
        WHERE originator_id IN (SELECT 'resolution-' || resolution FROM resolutions.citations
                                WHERE site = %(canteen)s)
    UNION ALL SELECT notification_id FROM ledger.stored_events
        WHERE originator_id IN (SELECT 'fund-' || substr(payer, 6) FROM settlements.dues
                                WHERE canteen = %(canteen)s AND month = %(month)s
                                  AND payer LIKE 'fund/%%')
          AND split_part(topic, '.', 1) = ANY (%(vouchers)s)
          AND convert_from(state, 'UTF8')::jsonb -> 'data' ->> 'canteen' = %(canteen)s
    """.replace("{of_month}", OF_MONTH),
)
OF_DISBURSEMENT: Final = AT.replace(
    "{wanted}",
    """
    SELECT position FROM disbursements.steps
    WHERE (fund, disbursement) = (%(fund)s, %(disbursement)s)
    UNION ALL SELECT notification_id FROM ledger.stored_events
        WHERE originator_id IN (SELECT 'resolution-' || resolution FROM disbursements.requests
                                WHERE (fund, disbursement) = (%(fund)s, %(disbursement)s))
    """,
)
OF_CLAIMS: Final = AT.replace(
    "{wanted}",
    """
    WITH here AS (SELECT canteen FROM meals.canteens WHERE community = %(community)s)
    SELECT position FROM meals.claims JOIN here USING (canteen)
    WHERE served_on BETWEEN %(first)s AND %(last)s
    UNION ALL SELECT position FROM meals.changes JOIN here USING (canteen)
    WHERE served_on BETWEEN %(first)s AND %(last)s
    """,
)
OF_PAYMENTS: Final = AT.replace(
    "{wanted}",
    """
    SELECT notification_id FROM ledger.stored_events
    WHERE originator_id IN (SELECT 'fund-' || fund FROM funds.funds
                            WHERE community = %(community)s)
    """,
)
OF_SERVICE: Final = AT.replace(
    "{wanted}",
    """
    SELECT position FROM service.records
    WHERE community = %(community)s AND occurred_on BETWEEN %(first)s AND %(last)s
    """,
)
VOUCHERS: Final = [
    NAME_OF_EVENT[each].partition(".")[0]
    for each in (SettlementDisbursed, SettlementDisbursementReversed)
]
"""What is told of a fund's payment for a settlement, whichever version of the event told it."""


def of_settlement(
    connection: Connection[Any], canteen: SiteId, month: Month, known: int | None = None
) -> list[Recorded]:
    """The grounds of the canteen's month, and its meals that settle elsewhere, in log order."""
    months = previous_month(month), month
    streams = [canteens.stream(canteen, each) for each in months]
    return _told(
        connection,
        OF_SETTLEMENT,
        canteen=canteen,
        month=month,
        first=first_day(month),
        beyond=first_day(next_month(month)),
        streams=[*streams, policy_records.stream(canteen)],
        vouchers=VOUCHERS,
        known=until(known),
    )


def of_disbursement(
    connection: Connection[Any], fund: FundId, number: Count, known: int | None = None
) -> list[Recorded]:
    """The grounds of the disbursement, in log order."""
    values = {"fund": fund, "disbursement": number, "known": until(known)}
    return _told(connection, OF_DISBURSEMENT, **values)


def of_claims(
    connection: Connection[Any], community: CommunityId, first: date, last: date, known: int
) -> list[Recorded]:
    """The claims of a community's canteens on these days, and what became of them."""
    values = {"community": community, "first": first, "last": last, "known": known}
    return _told(connection, OF_CLAIMS, **values)


def of_payments(
    connection: Connection[Any], community: CommunityId, _first: date, _last: date, known: int
) -> list[Recorded]:
    """All that happened to the funds of a community: a payment may be reversed on any day."""
    return _told(connection, OF_PAYMENTS, community=community, known=known)


def of_service(
    connection: Connection[Any], community: CommunityId, first: date, last: date, known: int
) -> list[Recorded]:
    """What was decided about service in a community on these days."""
    values = {"community": community, "first": first, "last": last, "known": known}
    return _told(connection, OF_SERVICE, **values)


def _told(
    connection: Connection[Any], statement: LiteralString, **values: object
) -> list[Recorded]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(statement, values, binary=True)
        return [decode(*row) for row in cursor]
