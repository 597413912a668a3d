"""Fixtures: the bundles of two towns, as the ledger writes them, and their entries."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.audit.bundles import Town, entries_of
from tests.audit.verifying import SEEDS, Forged
from tests.projections import histories
from tests.projections.history_views import Start
from tests.servers import Server


@pytest.fixture(scope="session")
def town(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    keys = tmp_path_factory.mktemp("keys")
    name = embedded.create(embedded.migrated)
    histories.found(embedded.url_of(name), keys)
    yield Start(embedded, name, keys)
    embedded.drop(name)


@pytest.fixture(scope="session")
def bundles(town: Start, tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Path, str]]:
    made = {}
    for seed in SEEDS:
        with town.told(Random(seed), 200) as (connection, _):
            sealed = Town(connection, tmp_path_factory.mktemp("bundles"))
            made[seed] = sealed.bundle("bundle").folder, str(sealed.signer.verifier)
    return made


@pytest.fixture(scope="session")
def log(bundles: dict[int, tuple[Path, str]]) -> Forged:
    """The entries of a town in which nearly everything happened."""
    return Forged(entries_of(bundles[SEEDS[0]][0]))
