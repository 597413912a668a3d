"""A ledger put together from its settings, and taken apart again in the right order.

    keys       where they are, and that they lie outside the data
    server     the embedded one, where no database is named
    migrate    the schema of this version, under a lock
    check      durability settings, master keys
    prepare    read models that are missing or of an older version are folded
    watch      a thread keeps the read models up to date
    seal       where it is served, a thread signs what the log has become

Whoever serves, imports or verifies begins here.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Final

import psycopg

from ledger.access.oidc_provider import UnfitProvider
from ledger.access.ways import Ways, ways
from ledger.audit import trust
from ledger.audit.cosigning import Cosigning
from ledger.audit.log_folder import LogFolder
from ledger.audit.notes import NotASignedNote
from ledger.audit.sealed import is_sealed
from ledger.audit.sealer import Sealer
from ledger.audit.sealing import Sealing
from ledger.audit.trust import Trust
from ledger.deciding.answers import Accepted
from ledger.domain.book import LedgerKind
from ledger.domain.community_records import SHANGHAI
from ledger.domain.origins import ErasedSince
from ledger.domain.values import local_day
from ledger.engine import Ledger, system_clock
from ledger.projections import rebuild
from ledger.projections.models import MODELS
from ledger.projections.projector import Projector
from ledger.projections.watch import Watch
from ledger.settings import BadSetting, Settings
from ledger.store import embedded
from ledger.store.datastore import LedgerDatastore
from ledger.store.migrate import migrate
from ledger.store.recorder import LedgerRecorder
from ledger.vault.checking import still_held
from ledger.vault.keys import VARIABLE, EnvironmentKeyRing, FileKeyRing
from ledger.vault.vault import Vault, make_first_key

COUNTING_SECONDS_MOST: Final = 3.0
"""How long a settlement waits for its month to be counted, which the close before it may delay."""
PREPARING: Final = "SELECT pg_advisory_lock(4846791003)"
"""Of two processes that start together one folds the read models, the other waits for them."""


class WrongKind(RuntimeError):
    """The ledger is of another kind than was asked for, for ever."""

    def __init__(self, found: LedgerKind, wanted: LedgerKind) -> None:
        self.found = found
        super().__init__(
            f"This ledger is a {found} ledger and cannot become a {wanted} one. "
            f"Choose another data folder or database. "
            f"这是{KIND_ZH[found]}账本，不能用作{KIND_ZH[wanted]}账本。请另选数据目录或数据库。"
        )


KIND_ZH: Final = {LedgerKind.live: "正式", LedgerKind.demo: "演示", LedgerKind.test: "测试"}


@dataclass(frozen=True)
class Running:
    """A ledger that is open. `url` is the owner's; `ways` is what lets people in.

    `watch` is None where nothing is projected, `sealing` where nothing is sealed.
    """

    ledger: Ledger
    datastore: LedgerDatastore
    projector: Projector
    watch: Watch | None
    sealing: Sealing | None
    url: str
    settings: Settings
    ways: Ways


@contextmanager
def running(
    settings: Settings,
    *,
    kind: LedgerKind | None = None,
    project: bool = True,
    seal: bool = False,
    began: datetime | None = None,
) -> Iterator[Running]:
    """The ledger that the settings name, open until the end of the block.

    With a `kind`, an empty ledger is created as such (a simulated one at the moment it `began`),
    and a ledger of another kind is refused with WrongKind; without, it is taken as it is.
    Whoever serves it seals it too. Raises BadSetting, EmbeddedServerError, UnsafeSetting,
    VaultError, LogFolderFault, psycopg.Error.
    """
    spare_the_collector()
    share_the_interpreter()
    keyring = keyring_of(settings)
    with ExitStack() as closing:
        url = closing.enter_context(database(settings))
        datastore = closing.enter_context(LedgerDatastore(url, pool_most=settings.pool_most))
        datastore.check(allow_weak_durability=settings.allow_weak_durability)
        vault = Vault(keyring)
        with datastore.get_connection() as connection:
            if isinstance(keyring, FileKeyRing):
                make_first_key(connection, keyring)
            vault.verify_keys(connection)
        ledger = Ledger(LedgerRecorder(datastore), vault)
        begun = kind is not None and _create(ledger, kind, began)
        if begun and kind is not LedgerKind.live and seal:
            log_folder_of(settings).set_aside()  # of an exercise that was thrown away
        if seal:
            _erase_again(ledger, log_folder_of(settings))
        projector = Projector(datastore, MODELS)
        watch = _watch(url, projector, ledger, closing) if project else None
        sealing = _sealing(url, settings, closing) if seal else None
        open_ways = _ways(settings, ledger, datastore, closing)
        yield Running(ledger, datastore, projector, watch, sealing, url, settings, open_ways)


def spare_the_collector() -> None:
    """Let Python look for cycles rarely: states are immutable trees, and there are many of them.

    With the defaults about a quarter of a command's time went into looking.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def share_the_interpreter() -> None:
    """Let the thread that writes one batch go on while another decides the next.

    It waits for the interpreter after each answer of the database, by default up to 5 ms: with
    that, writing took as long as deciding, and nothing was won by doing both at once.
    """
    sys.setswitchinterval(0.001)


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The owner's address of a database that has this version's schema; nothing more is opened."""
    with ExitStack() as closing:
        if settings.database_url is not None:
            url = settings.database_url.get_secret_value()
        else:
            url = embedded.start(settings.data_dir)
            closing.callback(embedded.stop, settings.data_dir)
        migrate(url)
        yield url


def keyring_of(settings: Settings) -> FileKeyRing | EnvironmentKeyRing:
    """Where the master keys are; looked at first, so that nothing is begun beside unsafe keys."""
    if settings.master_key is not None:
        return EnvironmentKeyRing({VARIABLE: settings.master_key.get_secret_value()})
    return FileKeyRing(settings.keys, settings.data_dir if settings.database_url is None else None)


def log_folder_of(settings: Settings) -> LogFolder:
    """Where the keys are that sign the log. Raises LogFolderFault."""
    return LogFolder(settings.log, settings.data_dir if settings.database_url is None else None)


def sealer_of(url: str, settings: Settings) -> Sealer:
    """Who signs this log; its first key is made where nothing was ever signed of it."""
    folder = log_folder_of(settings)
    with psycopg.connect(url) as connection:
        if folder.origin is None and not is_sealed(connection):
            folder.begin(settings.log_origin or f"{_host(settings)}/log/{token_hex(4)}")
    return Sealer(folder)


def _sealing(url: str, settings: Settings, closing: ExitStack) -> Sealing:
    witnesses = _witnesses(settings)
    sealing = Sealing(url, sealer_of(url, settings)).start()
    closing.callback(sealing.close)
    if witnesses is not None:
        cosigning = Cosigning(url, witnesses).start()
        closing.callback(cosigning.close)
    return sealing


def _witnesses(settings: Settings) -> Trust | None:
    """Who is asked to cosign, if anybody is. Raises BadSetting."""
    if settings.witnesses is None:
        return None
    try:
        return trust.parse(settings.witnesses.read_bytes())
    except (OSError, NotASignedNote) as fault:
        raise BadSetting(
            f"LEDGER_WITNESSES cannot be used: {fault}. 设置项 LEDGER_WITNESSES 无法使用。"
        ) from None


def _host(settings: Settings) -> str:
    return settings.origin.partition("://")[2] if settings.origin else "jiefang"


def _create(ledger: Ledger, kind: LedgerKind, began: datetime | None) -> bool:
    """Whether the ledger was begun just now, and not before. Raises WrongKind."""
    found = ledger.book().kind
    if found is None:
        answer = ledger.create(kind, began)
        if isinstance(answer, Accepted):
            return True
        found = ledger.book().kind  # another process was faster
    if found is not None and found is not kind:
        raise WrongKind(found, kind)
    return False


def _erase_again(ledger: Ledger, folder: LogFolder) -> None:
    """A backup that somebody put back by hand brings whoever was erased: she goes again."""
    erased = [ErasedSince(each.person, each.basis) for each in folder.erased()]
    with ledger.recorder.datastore.get_connection() as connection:
        there = still_held(connection, [each.person for each in erased])
    if there:
        ledger.note_restore([each for each in erased if each.person in there])


def anchor_daily(ledger: Ledger) -> None:
    """Let the log commit once a day to who looked into the vault; a simulated one has no today."""
    if ledger.book().kind is LedgerKind.live:
        ledger.anchor_views(local_day(system_clock(), SHANGHAI))


def _ways(
    settings: Settings, ledger: Ledger, datastore: LedgerDatastore, closing: ExitStack
) -> Ways:
    provider, kind = settings.identity_provider(), ledger.book().kind
    try:
        with datastore.get_connection() as connection:
            return closing.enter_context(ways(connection, ledger.vault, provider, kind))
    except UnfitProvider as unfit:
        raise BadSetting(str(unfit)) from None


def _watch(url: str, projector: Projector, ledger: Ledger, closing: ExitStack) -> Watch:
    with psycopg.connect(url, autocommit=True) as alone:
        alone.execute(PREPARING)
        rebuild.prepare(url, MODELS)
    watch = Watch(url, projector, ledger.busy, lambda: anchor_daily(ledger)).start()
    closing.callback(watch.close)
    ledger.await_counting = lambda position: watch.wait_for(position, COUNTING_SECONDS_MOST)
    return watch
