"""A log that was begun anew twice: by whoever had lost nothing, and from an older backup."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from pydantic import SecretStr

from ledger.audit import bundle
from ledger.audit.bundle import CHECKPOINT, Bundle
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.logs import checkpoint_of
from ledger.audit.parting import Parting, part
from ledger.domain.book import LedgerKind
from ledger.domain.handovers import LogHandedOver
from ledger.domain.origins import ApproveOrigin, OriginReason, ProposeOrigin, SignedLog
from ledger.domain.values import Count, HandoverId, LogOrigin, Sha256
from ledger.running import running
from ledger.settings import Settings
from tests.backed_up import ORIGIN, Place
from tests.builders import START, accepted, found, person, registration, unit
from tests.servers import Server, temporary_database

ANEW: Final = LogOrigin("example.org/log-2")
HANDED: Final = LogHandedOver(
    HandoverId(person(1)), person(1), sheets=False, occurred_on=START.date()
)


@dataclass(frozen=True)
class Logs:
    """Bundles of one log: early, late, and begun anew, having lost nothing or some entries."""

    folder: Path
    backed_up: int

    def bundle(self, name: str) -> Bundle:
        return Bundle(self.folder / name)

    def checkpoint(self, name: str) -> Checkpoint:
        return checkpoint_of(self.bundle(name).file(CHECKPOINT))

    def parted(self, former: str, newer: str) -> Parting:
        return part(self.bundle(former), self.bundle(newer))


@contextmanager
def logs_of_one_town(server: Server, folder: Path) -> Iterator[Logs]:
    with temporary_database(server) as here, temporary_database(server) as again:
        place = Place(here, folder)
        settings = Settings(database_url=SecretStr(here), key_dir=folder / "keys")
        with running(settings, kind=LedgerKind.test, began=START) as opened:
            found(opened.ledger, people=3)
        place.keys.begin(ORIGIN)
        backup, size = place.back_up(), place.seal().size
        write(place, here, "early")
        place.give(registration(7), registration(8))
        place.seal()
        write(place, here, "late")
        last = place.keys.last_note()
        assert last is not None
        begin_anew(place, here, OriginReason.key_stolen)
        write(place, here, "nothing lost")
        place.keys.set_aside()
        (folder / "log.ended-1").rename(folder / "log")
        place.keys.remember(last)
        place.restore(backup, again)
        begin_anew(place, again, OriginReason.older_backup)
        write(place, again, "some lost")
        yield Logs(folder, size)


def begin_anew(place: Place, database: str, reason: OriginReason) -> None:
    last = place.keys.last()
    assert last is not None
    before = SignedLog(LogOrigin(last.origin), Count(last.size), Sha256(last.root.hex()))
    with place.open(database) as here:
        if reason is OriginReason.older_backup:
            accepted(here.ledger.note_restore(()))
        for command, by in ((ProposeOrigin(ANEW, reason, before), 0), (ApproveOrigin(ANEW), 1)):
            accepted(here.ledger.execute([unit(command, by=person(by), at=START)])[0])
    place.keys.begin_anew(ANEW)
    place.seal(database)


def write(place: Place, database: str, name: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        bundle.write(connection, place.keys, place.folder / name, HANDED)
