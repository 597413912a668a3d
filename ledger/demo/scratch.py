"""A fresh ledger for one case, judged and thrown away: nothing of it is left behind.

Where the settings name a database server, the ledger is a new database on it, so they need the
right to make one; otherwise the server is one of its own in a temporary folder.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from pydantic import SecretStr

from ledger.demo.case import Loaded, began, load
from ledger.demo.check import check
from ledger.demo.check_money import Difference
from ledger.demo.rows import Case
from ledger.domain.book import LedgerKind
from ledger.projections import rebuild
from ledger.projections.models import MODELS
from ledger.projections.projector import Projector
from ledger.projections.reading import reading_for_the_town
from ledger.running import Running, running
from ledger.settings import Settings
from ledger.store import embedded


def judge(case: Case, settings: Settings) -> list[Difference]:
    """The differences between the case and a ledger into which it alone was loaded.

    `settings` name the server (see `server`). Raises CaseError, LedgerUnavailable, psycopg.Error.
    """
    with (
        _folder() as keys,
        _database(settings) as url,
        running(
            settings.model_copy(
                update={"database_url": SecretStr(url), "key_dir": keys, "master_key": None}
            ),
            kind=LedgerKind.test,
            began=began(case),
            project=False,
        ) as here,
    ):
        loaded = load_and_fold(case, here)
        with reading_for_the_town(here.datastore) as connection:
            return check(loaded, connection, here.ledger.vault)


def load_and_fold(case: Case, here: Running) -> Loaded:
    """Load the case where no thread folds the read models: they are folded when they are asked."""
    rebuild.prepare(here.url, MODELS)
    projector = Projector(here.datastore, MODELS)

    def fold(position: int) -> bool:
        projector.catch_up()
        return min(projector.positions().values()) >= position

    here.ledger.await_counting = fold
    loaded = load(case, here.ledger)
    projector.catch_up()
    return loaded


@contextmanager
def server(settings: Settings) -> Iterator[Settings]:
    """The settings with a database server: their own, or one that lasts until the end."""
    if settings.database_url is not None:
        yield settings
        return
    with _folder() as home:
        url = embedded.start(home)
        try:
            yield settings.model_copy(update={"database_url": SecretStr(url)})
        finally:
            embedded.stop(home)


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    if settings.database_url is None:
        raise ValueError("a case is judged on a server: see `server`")
    url = settings.database_url.get_secret_value()
    name = f"jiefang_case_{token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            owner.execute(drop.format(sql.Identifier(name)))


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="jiefang-case-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
