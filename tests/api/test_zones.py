"""A day that is asked about ends at midnight where the question is about, wherever it is asked."""

from collections.abc import Iterator

import pytest

from tests.builders import MEAL_FUND
from tests.servers import Server, temporary_database

from .town import PERSONS, Town, accepted, open_town

REGISTERED = "2026-03-01T12:00:00+08:00"
GIVEN = "2026-03-03T12:00:00+08:00"
"""It is still the evening of 2 March where the second community lies, eight hours behind UTC."""
FAR = {
    "communities/register": {
        "community": "gold-mountain",
        "name": "金山",
        "town": "旧金山",
        "time_zone": "Etc/GMT+8",
    },
    "funds/open": {"fund": "gold-fund", "community": "gold-mountain", "name": "金山基金"},
    "sites/register": {
        "site": "gold-canteen",
        "community": "gold-mountain",
        "kind": "canteen",
        "name": "金山饭堂",
        "opened_on": "2026-03-01",
    },
    "payees/register": {"payee": "gold-shop", "community": "gold-mountain", "name": "金山书店"},
    "resolutions/record": {
        "resolution": "gold-1",
        "community": "gold-mountain",
        "body": "committee",
        "decided_on": "2026-02-01",
        "votes": {"in_favour": 5, "against": 0},
        "document": "5e" * 32,
    },
    "people/register": {
        "person": PERSONS.format(9),
        "community": "gold-mountain",
        "contact": {"name": "陈女士"},
        "facts": {"born_on": "1950-01-01"},
    },
}


@pytest.fixture(scope="module")
def far(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two communities with a fund each, into which a gift comes at the same moment."""
    with (
        temporary_database(embedded) as database,
        open_town(database, tmp_path_factory.mktemp("far")) as town,
    ):
        for name, data in FAR.items():
            accepted(town.give(name, data, at=REGISTERED))
        for fund in ("gold-fund", MEAL_FUND):
            gift = {"fund": fund, "kind": "donation", "source": "wang"}
            money = {"received_on": "2026-03-02", "amount_fen": 100}
            accepted(town.give("funds/receive-money", gift | money, at=GIVEN))
        yield town


@pytest.mark.parametrize(
    "path",
    [
        "funds/gold-fund",
        "funds/gold-fund/statement",
        "funds/gold-fund/months",
        "funds?community=gold-mountain",
        "balances?account=fund/gold-fund",
        "entries?account=fund/gold-fund",
        "canteens/gold-canteen/claims?month=2026-03",
        "canteens/gold-canteen/days/2026-03-02",
        "canteens/gold-canteen/totals?month=2026-03",
        "canteens/gold-canteen/clerks?month=2026-03",
        "canteens/gold-canteen/plates?month=2026-03",
        "settlements?canteen=gold-canteen",
        "recoveries?community=gold-mountain",
        "disbursements?fund=gold-fund",
        "disbursements?payee=gold-shop",
        "payees?community=gold-mountain",
        "funds/gold-fund/undone",
        "communities/gold-mountain/meals?month=2026-03",
        f"persons/{PERSONS.format(9)}/statement",
        "policies/gold-canteen",
        "resolutions/gold-1",
        "resolutions?community=gold-mountain",
        "reopenings?community=gold-mountain",
        "periods/2026-03/trial-balance?community=gold-mountain",
        "periods/2026-03/accounts?account=fund/gold-fund",
        "periods/2026-03/accounts?account=fund/&community=gold-mountain",
        "communities/gold-mountain/meetings",
        "communities/gold-mountain/contributions",
        "communities/gold-mountain/pledges",
        "communities/gold-mountain/contribution-sums?season=2026",
        "communities/gold-mountain/ideas",
        "trail/fund/gold-fund",
        "trail/site/gold-canteen",
        "trail/canteen/gold-canteen",
        "trail/community/gold-mountain",
        f"trail/person/{PERSONS.format(9)}",
        "trail/stream/fund-gold-fund",
    ],
)
def test_a_question_about_one_community_is_about_its_own_days(far: Town, path: str) -> None:
    path, _, query = path.partition("?")
    asked = dict(pair.split("=") for pair in query.split("&") if query)
    before = far.found(path, **asked, known_at="2026-03-01")["position"]
    evening = far.found(path, **asked, known_at="2026-03-02")["position"]
    assert before < evening == far.position


@pytest.mark.parametrize(
    "path",
    [
        f"funds/{MEAL_FUND}",
        "funds",
        "balances?account=fund/",
        "entries?account=fund/",
        "league?season=2026-03",
        "trail/actor/{clerk}",
    ],
)
def test_a_question_about_several_is_about_the_days_of_shanghai(far: Town, path: str) -> None:
    path, _, query = path.format(clerk=PERSONS.format(8)).partition("?")
    asked = dict([query.split("=")]) if query else {}
    before = far.found(path, **asked, known_at="2026-03-02")["position"]
    evening = far.found(path, **asked, known_at="2026-03-03")["position"]
    assert before < evening == far.position


def test_what_does_not_exist_is_not_found_whatever_its_days(far: Town) -> None:
    for path in ("funds/nothing", "communities/nowhere/meals", "trail/stream/nonsense"):
        month = {"month": "2026-03"} if "meals" in path else {}
        answer = far.read(path, known_at="2026-03-02", **month)
        assert answer.status_code == (200 if "trail" in path else 404)
