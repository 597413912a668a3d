"""The server killed under load, its children with it: what was answered is there, and whole."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Event as Signal
from threading import Thread
from time import sleep

import psycopg
import pytest
from eventsourcing.persistence import InterfaceError, OperationalError

from ledger.store import embedded
from ledger.store.migrate import migrate
from ledger.store.recorder import patiently
from tests.servers import debian_programs
from tests.store.appends import batch, command, event, everything, recorder_of

WRITERS = 3
CRASHES = 2


@pytest.fixture(params=["embedded", "debian"])
def programs(request: pytest.FixtureRequest) -> Path | None:
    if request.param == "debian":
        request.getfixturevalue("debian")  # skips where there is none
        return debian_programs()
    return None


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="jiefang-", ignore_cleanup_errors=True) as name:
        yield Path(name)
        embedded.stop(Path(name))


def kill(folder: Path) -> None:
    """Postmaster and children at once: none of them may tidy up."""
    postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for process in (postmaster, *map(int, children)):
        with suppress(ProcessLookupError):  # a connection that ended meanwhile
            os.kill(process, signal.SIGKILL)


def write(url: str, name: str, done: Signal, answered: dict[str, int]) -> None:
    """Batches of two commands, one of them of two events, until the server is gone."""
    with recorder_of(url, connections=1) as recorder:
        for number in count():
            stream = f"{name}-{number}"
            commands = (
                command(f"{stream}-a", event(stream, 1), event(stream, 2)),
                command(f"{stream}-b", event(stream, 3)),
            )
            try:
                answer = recorder.append(batch(recorder.load(0, []), *commands))
            except (OperationalError, InterfaceError):
                return
            assert answer.status == "appended"
            answered[stream] = answer.tail + 1
            if done.is_set():
                return


def test_a_killed_server_has_lost_nothing_that_was_answered(
    folder: Path, programs: Path | None
) -> None:
    random = Random(1)
    url = embedded.start(folder, programs)
    migrate(url)
    answered: dict[str, int] = {}
    for crash in range(CRASHES):
        done = Signal()
        names = [f"writer-{crash}-{writer}" for writer in range(WRITERS)]
        writers = [Thread(target=write, args=(url, name, done, answered)) for name in names]
        for thread in writers:
            thread.start()
        sleep(random.uniform(0.5, 1.0))
        kill(folder)
        done.set()
        for thread in writers:
            thread.join()
        assert embedded.start(folder, programs) == url
        assert_all_of_it_is_there(url, answered)
    assert len(answered) > 10 * CRASHES * WRITERS


def assert_all_of_it_is_there(url: str, answered: dict[str, int]) -> None:
    with recorder_of(url) as recorder:
        rows = patiently(lambda: everything(recorder))
    firsts = {stream: position for position, _, stream, version, *_ in rows if version == 1}
    assert answered.items() <= firsts.items()
    assert set(Counter(stream for _, _, stream, *_ in rows).values()) == {3}, "half a batch"
    assert all(len({row[1] for row in rows[at : at + 3]}) == 1 for at in range(0, len(rows), 3))
    with psycopg.connect(url) as connection:
        keys = connection.execute(
            "SELECT key, first_position, events FROM ledger.command_keys"
        ).fetchall()
    expected = {(f"{stream}-a", first, 2) for stream, first in firsts.items()}
    expected |= {(f"{stream}-b", first + 2, 1) for stream, first in firsts.items()}
    assert set(keys) == expected
