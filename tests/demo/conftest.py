"""A server for fresh ledgers, and the worked example loaded once for all who only read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from ledger.demo.case import Loaded, began
from ledger.demo.rows import WORKED_EXAMPLE, read
from ledger.demo.scratch import load_and_fold
from ledger.domain.book import LedgerKind
from ledger.running import Running, running
from ledger.settings import Settings
from tests.servers import Server, temporary_database

Example = tuple[Loaded, Running]


@pytest.fixture(scope="session")
def server_settings(embedded: Server) -> Settings:
    return Settings(database_url=SecretStr(embedded.url))


@pytest.fixture(scope="module")
def example(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """The worked example in a ledger whose read models are folded."""
    case, keys = read(WORKED_EXAMPLE), tmp_path_factory.mktemp("keys") / "keys"
    with temporary_database(embedded) as url:
        settings = Settings(database_url=SecretStr(url), key_dir=Path(keys))
        with running(settings, kind=LedgerKind.test, began=began(case), project=False) as here:
            yield load_and_fold(case, here), here
