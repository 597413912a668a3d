"""Sealing, proving and verifying.

*Writing*: calls of 500 meal claims, warm, alone and while the same process seals what it writes.
*Lag*: five hundred claims ten times a second until everybody has eaten; from commit to a signed
checkpoint over them. *Proof*: that an entry is in a log of a million, from the tiles in the
database, 500 at random. *A whole log*: the town's log sealed from nothing, and its bundle verified
with all checks, each beside SHA-256 of the same entries.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import psycopg

from bench.figures import Figure, medians, stopwatch
from bench.stand import Stand
from bench.town import claims, days_before_today, must_be_accepted, units
from ledger.audit import bundle, sealed, tiles
from ledger.audit.bundle import Bundle
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import LogFolder
from ledger.audit.merkle import HASH_BYTES, inclusion
from ledger.audit.notes import Note
from ledger.audit.sealer import Sealer
from ledger.audit.sealing import Sealing
from ledger.audit.trust import Trust
from ledger.audit.verify import verify
from ledger.deciding.answers import Accepted
from ledger.domain.authority import Role
from ledger.domain.grants import GrantRole
from ledger.domain.handovers import HandOverLog, LogHandedOver
from ledger.domain.values import HandoverId
from ledger.engine import UNITS_MOST
from ledger.running import Running, running
from ledger.store.codec import entry
from tests.builders import person

ORIGIN: Final = "bench.example/log"
TICK_SECONDS: Final = 0.1
BATCHES: Final = 100
LAG_MILLISECONDS_MOST: Final = 1_000
LEAVES: Final = 1_000_000
PROOFS: Final = 500
PROOF_MILLISECONDS_MOST: Final = 5
DAYS: Final = 4


def measure(stand: Stand) -> Iterator[Figure]:
    """What sealing costs and how fast it is, then proofs, then verifying."""
    found = medians(lambda: _writing(stand, seals=False), lambda: _writing(stand, seals=True))
    name = "append, calls of 500, warm, while sealing"
    unit, alone = "commands/s", "the same without the sealer"
    yield Figure(name, found["sealing"], unit, alone, found["alone"], "≥ 0.95")
    lags = _lags(stand)
    told, wanted = "what was wanted at most", "≤ 1"
    for share, lag in (("p99", lags[98]), ("p50", lags[49])):
        title = f"lag of the seal, 5,000 events/s, {share}"
        yield Figure(title, lag * 1e3, "ms", told, LAG_MILLISECONDS_MOST, wanted)
    yield from _proofs(stand)
    yield from _of_a_whole_log(stand)


@contextmanager
def _log() -> Iterator[LogFolder]:
    with TemporaryDirectory() as folder:
        keys = LogFolder(Path(folder) / "log")
        keys.begin(ORIGIN)
        yield keys


# -- while writing -----------------------------------------------------------------------------


def _writing(stand: Stand, *, seals: bool) -> dict[str, float]:
    with stand.town() as settings, running(settings, project=False) as opened, _log() as keys:
        sealing = Sealing(opened.url, Sealer(keys)) if seals else None
        cold, warm = days_before_today(2)
        _eat(opened, stand, cold)
        if sealing:
            sealing.start().wait_for(_tail(opened), 120)
        with stopwatch() as watch:
            _eat(opened, stand, warm)
        if sealing:
            sealing.close()
    return {"sealing" if seals else "alone": stand.people / watch.seconds}


def _eat(opened: Running, stand: Stand, day: date) -> None:
    asked = units(claims(range(stand.people), day))
    for first in range(0, len(asked), UNITS_MOST):
        must_be_accepted(opened.ledger.execute(asked[first : first + UNITS_MOST]))


def _lags(stand: Stand) -> list[float]:
    """How long batches waited for their checkpoint, in hundredths of all of them."""
    with stand.town() as settings, running(settings, project=False) as opened, _log() as keys:
        cold, warm = days_before_today(2)
        _eat(opened, stand, cold)
        sealing = Sealing(opened.url, Sealer(keys)).start()
        sealing.wait_for(_tail(opened), 120)
        asked = units(claims(range(stand.people), warm))
        waiting: list[tuple[int, float]] = []
        lags: list[float] = []
        for first in range(0, min(len(asked), BATCHES * UNITS_MOST), UNITS_MOST):
            began = time.perf_counter()
            must_be_accepted(opened.ledger.execute(asked[first : first + UNITS_MOST]))
            waiting.append((_tail(opened), time.perf_counter()))
            while (left := began + TICK_SECONDS - time.perf_counter()) > 0:
                _note(sealing, waiting, lags, left)
        while waiting:
            _note(sealing, waiting, lags, 30)
        sealing.close()
    return quantiles(lags, n=100)


def _note(
    sealing: Sealing, waiting: list[tuple[int, float]], lags: list[float], seconds: float
) -> None:
    if not waiting:
        time.sleep(seconds)
    elif sealing.wait_for(waiting[0][0], seconds):
        lags.append(time.perf_counter() - waiting.pop(0)[1])


def _tail(opened: Running) -> int:
    return opened.ledger.recorder.max_notification_id() or 0


# -- proofs ------------------------------------------------------------------------------------


def _proofs(stand: Stand) -> Iterator[Figure]:
    name = stand.server.create(stand.server.migrated)
    size, dice = stand.size(LEAVES), Random(1)
    try:
        with psycopg.connect(stand.server.url_of(name), autocommit=True) as connection:
            _plant(connection, size)
            took = []
            for index in dice.sample(range(size), PROOFS):
                began = time.perf_counter()
                sealed.hashes(connection, inclusion(index, size))
                took.append((time.perf_counter() - began) * 1e3)
    finally:
        stand.server.drop(name)
    told = "what was wanted at most"
    title = f"a proof from {size:,} leaves, median"
    yield Figure(title, median(took), "ms", told, PROOF_MILLISECONDS_MOST, "≤ 1")


def _plant(connection: psycopg.Connection[tuple[object, ...]], size: int) -> None:
    """A tree of so many random leaves, as a sealer leaves it."""
    random = secrets.token_bytes(size * HASH_BYTES)
    grown = tiles.grown(0, {}, tiles.split(random))
    root = tiles.root(size, {place: grown[place] for place in tiles.edges(size) if place in grown})
    checkpoint = Checkpoint(ORIGIN, size, root)
    with connection.transaction(), connection.cursor() as cursor:
        sealed.keep(cursor, grown, size, Note(checkpoint.text, ()))
    connection.execute("VACUUM ANALYZE proof.tiles")


# -- a whole log -------------------------------------------------------------------------------


def _of_a_whole_log(stand: Stand) -> Iterator[Figure]:
    with stand.town() as settings, running(settings, project=False) as opened, _log() as keys:
        for day in days_before_today(DAYS):
            _eat(opened, stand, day)
        handed = _hand_over(opened)
        entries = [entry(*row) for row in opened.ledger.recorder.read(0, 10_000_000)]
        events, told = len(entries), "SHA-256 of the same entries"
        with psycopg.connect(opened.url, autocommit=True) as connection:
            with stopwatch() as watch:
                while Sealer(keys).seal(connection):
                    pass
            plain = events / _hashing(entries)
            yield Figure("sealing a whole log", events / watch.seconds, "events/s", told, plain)
            folder = keys.folder.parent / "bundle"
            bundle.write(connection, keys, folder, handed)
        trust = Trust(tuple(each.verifier for each in keys.signers()))
        with stopwatch() as watch:
            report = verify(Bundle(folder), trust)
    if not report.sound:
        raise ValueError(f"the bundle is not sound: {report.findings[0]}")
    ours, hashed = watch.seconds * 1e6 / events, _hashing(entries) * 1e6 / events
    yield Figure(f"verifying {events:,} events, all checks", ours, "µs", told, hashed, "≤ 6")


def _hand_over(opened: Running) -> LogHandedOver:
    """The log goes to one of the town, who audits it."""
    granted = GrantRole(person(0), Role.auditor)
    asked = HandOverLog(HandoverId(str(uuid4())), person(0), sheets=False)
    answers = opened.ledger.execute(units([granted, asked]))
    must_be_accepted(answers)
    [event] = [each.event for answer in answers if isinstance(answer, Accepted)
               for each in answer.events if isinstance(each.event, LogHandedOver)]  # fmt: skip
    return event


def _hashing(entries: list[bytes]) -> float:
    with stopwatch() as watch:
        for one in entries:
            sha256(one).digest()
    return watch.seconds
