"""Where accounts and events lie: with their owners, and nowhere if nobody here owns them."""

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection

from ledger.projections.places import community_of
from ledger.projections.reading import reading_for_the_town
from ledger.store.datastore import LedgerDatastore
from tests.builders import CANTEEN, MEAL_FUND, found, open_ledger, person
from tests.servers import Server, temporary_database

ACCOUNTS = [
    ("community/jinning/served", "jinning"),
    ("community/nowhere/served", None),
    (f"person/{person(0)}/served", "jinning"),
    (f"person/{person(0)}/credit", "jinning"),
    (f"person/{person(99)}/served", None),
    (f"diner/{person(0)}", "jinning"),
    (f"fund/{MEAL_FUND}", "jinning"),
    (f"reserved/{MEAL_FUND}", "jinning"),
    ("fund/no-fund", None),
    (f"due/{CANTEEN}/fund/{MEAL_FUND}", "jinning"),
    (f"takings/{CANTEEN}", "jinning"),
    (f"owes/fund/{MEAL_FUND}/{CANTEEN}", "jinning"),
    (f"owes/government/town/{CANTEEN}", "jinning"),
    (f"outside/cash/{CANTEEN}", "jinning"),
    ("outside/payee/cash", None),
    (f"outside/award/{CANTEEN}", None),
    (f"outside/cash/{CANTEEN}/more", None),
    ("outside", None),
    ("fund", None),
    ("", None),
    ("ledger", None),
]


@pytest.fixture(scope="module")
def snapshot(embedded: Server) -> Iterator[Connection[Any]]:
    """A town with one person."""
    with temporary_database(embedded) as url:
        with open_ledger(url) as ledger:
            found(ledger, people=1)
        with LedgerDatastore(url) as datastore, reading_for_the_town(datastore) as connection:
            yield connection


@pytest.mark.parametrize(("account", "community"), ACCOUNTS)
def test_an_account_lies_where_its_owner_does(
    snapshot: Connection[Any], account: str, community: str | None
) -> None:
    assert community_of(snapshot, account) == community
