"""Public months: whoever has every notice of a community cannot tell how few they were."""

from datetime import date

import pytest
from psycopg import Connection

from ledger.domain.values import Month
from ledger.projections import month_sums, public_months
from ledger.projections.public_figures import FORM, FORM_WITH_AVAILABLE
from tests.builders import person
from tests.projections.fund_events import MEALS, opened, received
from tests.projections.meal_events import canteen, claimed
from tests.projections.real_log import written
from tests.projections.service_events import JINNING
from tests.servers import Server, temporary_database

FEBRUARY, MARCH, APRIL = Month("2026-02"), Month("2026-03"), Month("2026-04")
FEW, MANY = range(1, 5), 6


def notices(connection: Connection[object], position: int, form: int) -> list[str]:
    """What the notices of three months say, one after another."""
    drafts = [
        public_months.draft(connection, JINNING, month, position)
        for month in (FEBRUARY, MARCH, APRIL)
    ]
    return [repr(draft.in_form(form)) for draft in drafts]


@pytest.mark.parametrize(("form", "told"), [(FORM, 1), (FORM_WITH_AVAILABLE, len(FEW))])
def test_three_months_of_notices_are_the_same_however_few_ate_in_the_second(
    embedded: Server, form: int, told: int
) -> None:
    """Of a fund they once said what is available: less what it owes for each meal."""
    seen = set()
    for few in FEW:
        meals = [
            claimed(on=date(2026, month, 27), who=person(number))
            for month, people in ((2, MANY), (3, few), (4, MANY))
            for number in range(people)
        ]
        events = (canteen(), opened(MEALS), received(MEALS, 100_000, 1), *meals)
        with (
            temporary_database(embedded) as database,
            written(database, month_sums.MODELS, *events) as connection,
        ):
            seen.add(tuple(notices(connection, len(events), form)))
    assert len(seen) == told
