"""Fixtures: the bundles of two towns, as the ledger writes them, and their entries."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit.verifier_bundles import entries_of, told
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
    folder = tmp_path_factory.mktemp("bundles")
    made = {}
    for seed in SEEDS:
        with told(town, seed, folder) as (bundle, key):
            made[seed] = bundle, key
    return made


@pytest.fixture(scope="session")
def log(bundles: dict[int, tuple[Path, str]]) -> Forged:
    """The entries of a town in which nearly everything happened."""
    return Forged(entries_of(bundles[7][0]))


@pytest.fixture(scope="session")
def money(bundles: dict[int, tuple[Path, str]]) -> Forged:
    """Those of another one, with more of its funds."""
    return Forged(entries_of(bundles[43][0]))
