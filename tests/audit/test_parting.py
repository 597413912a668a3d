"""Partings: where a log that was begun anew left the former one, and what was lost with it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.bundle import Bundle
from ledger.audit.logs import LogBroken
from ledger.audit.notes import Kind, Signer
from ledger.audit.parting import Signed, part, same
from ledger.audit.tiles import Place, Tile
from ledger.domain.origins import OriginReason
from tests.audit.begun_anew import ANEW, Logs, logs_of_one_town
from tests.audit.bundles import added, edited, entries_of, index_of, read, sealed
from tests.backed_up import ORIGIN
from tests.servers import Server

KIND = "community-registered"
FORMER, NEWER = (Signer(name, Kind.log, bytes(32)) for name in (ORIGIN, ANEW))


@pytest.fixture(scope="module")
def logs(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logs]:
    with logs_of_one_town(embedded, tmp_path_factory.mktemp("logs")) as logs:
        yield logs


# -- what was lost -------------------------------------------------------------------------------


def test_what_the_newer_log_lost_is_counted_by_kind(logs: Logs) -> None:
    it, late = logs.parted("late", "some lost"), logs.checkpoint("late")
    assert (it.former, it.newer, it.size_then) == (ORIGIN, ANEW, late.size)
    assert (it.same, it.goes_on) == (logs.backed_up, False)
    assert it.put_back is not None
    assert (it.put_back.position, it.put_back.size) == (logs.backed_up + 1, logs.backed_up)
    assert (it.begun.signed_size, it.begun.signed_root) == (late.size, late.root.hex())
    assert (it.agrees, it.explained) == (True, True)
    assert sum(it.lost.values()) == late.size - logs.backed_up > 0
    assert it.lost["person-registered"] == 2


def test_a_log_that_lost_nothing_goes_on(logs: Logs) -> None:
    it = logs.parted("late", "nothing lost")
    assert (it.same, it.lost, it.put_back) == (it.size_then, {}, None)
    assert (it.goes_on, it.agrees, it.explained) == (True, True, True)
    assert it.begun.reason is OriginReason.key_stolen


def test_a_bundle_of_before_the_backup_lost_nothing_and_does_not_tell_the_rest(logs: Logs) -> None:
    it = logs.parted("early", "some lost")
    assert (it.same, it.goes_on, it.lost) == (logs.backed_up, True, {})
    assert (it.agrees, it.explained) == (None, True)


def test_a_kept_checkpoint_tells_whether_all_is_there_and_no_more(logs: Logs) -> None:
    late = logs.checkpoint("late")
    lost = part(late, logs.bundle("some lost"))
    assert (lost.same, lost.goes_on, lost.lost) == (None, False, {})
    assert (lost.agrees, lost.explained) == (True, True)
    kept = part(late, logs.bundle("nothing lost"))
    assert (kept.same, kept.agrees) == (late.size, True)
    early = part(logs.checkpoint("early"), logs.bundle("some lost"))
    assert (early.same, early.agrees) == (logs.backed_up, None)


# -- what does not agree ---------------------------------------------------------------------------


def _of_another_root(data: Any) -> None:
    data["before"]["root"] = "00" * 32


def _of_fewer(data: Any) -> None:
    data["before"]["size"] -= 1


def _of_more(data: Any) -> None:
    data["before"]["size"] += 1


def _of_another_backup(data: Any) -> None:
    data["size"] -= 1


FORGED: dict[str, tuple[str, Callable[[Any], None], bool | None, bool]] = {
    "another root": ("origin-begun", _of_another_root, False, False),
    "fewer than were signed": ("origin-begun", _of_fewer, False, False),
    "more than are at hand": ("origin-begun", _of_more, None, True),
    "another backup": ("log-restored", _of_another_backup, True, False),
}


@pytest.mark.parametrize("what", FORGED)
def test_what_the_newer_log_says_otherwise_is_seen(logs: Logs, tmp_path: Path, what: str) -> None:
    kind, change, agrees, explained = FORGED[what]
    entries = entries_of(logs.bundle("some lost").folder)
    forged = sealed(tmp_path, edited(entries, index_of(entries, kind), change), NEWER)
    it = part(logs.bundle("late"), Bundle(forged))
    assert (it.agrees, it.explained) == (agrees, explained)
    assert it.same == logs.backed_up


def test_a_former_log_that_was_signed_further_is_not_explained(logs: Logs, tmp_path: Path) -> None:
    """Whoever stole the key, or put back an older copy of the folder, went on signing."""
    entries = entries_of(logs.bundle("late").folder)
    registered = read(entries[index_of(entries, KIND)])
    more = added(entries, KIND, registered["stream"], **registered["state"]["data"])
    it = part(Bundle(sealed(tmp_path, more, FORMER)), logs.bundle("nothing lost"))
    assert (it.same, it.size_then, it.lost) == (len(entries), len(more), {KIND: 1})
    assert (it.agrees, it.explained) == (True, False)


# -- two logs --------------------------------------------------------------------------------------


def test_of_two_logs_that_do_not_name_each_other_the_first_other_entry_is_told(
    logs: Logs, tmp_path: Path
) -> None:
    entries = entries_of(logs.bundle("late").folder)
    other = Bundle(sealed(tmp_path, entries[:9], Signer("example.org/else", Kind.log, bytes(32))))
    for pair in ((logs.bundle("late"), other), (other, logs.bundle("some lost"))):
        with pytest.raises(LogBroken, match="the first 9 entries are the same"):
            part(*pair)
    with pytest.raises(LogBroken, match=r"Two logs: example.org/else and example.org/log-2\.$"):
        part(Signed(other).checkpoint, logs.bundle("some lost"))


def test_the_older_is_named_first(logs: Logs) -> None:
    with pytest.raises(LogBroken, match="name the older first"):
        part(logs.bundle("some lost"), logs.bundle("late"))


# -- by the trees ----------------------------------------------------------------------------------


def bundle_of(folder: Path, entries: list[bytes], signer: Signer = FORMER) -> Signed:
    return Signed(Bundle(sealed(folder, entries, signer)))


BOUNDARIES = (0, 1, 2, 255, 256, 257, 511, 512, 513, 699, 700)


@pytest.mark.parametrize("alike", BOUNDARIES)
def test_both_begin_alike_up_to_the_first_entry_that_differs(tmp_path: Path, alike: int) -> None:
    entries = [b"%d" % number for number in range(700)]
    other = [*entries[:alike], *(b"other %d" % number for number in range(alike, 700))]
    one = bundle_of(tmp_path / "one", entries)
    assert same(one, bundle_of(tmp_path / "other", other, NEWER)) == alike
    if alike:
        assert same(one, bundle_of(tmp_path / "shorter", entries[:alike], NEWER)) == alike


@pytest.mark.parametrize("number", range(3))
def test_a_tile_that_does_not_lead_to_what_was_signed_is_not_believed(
    tmp_path: Path, number: int
) -> None:
    entries = [b"%d" % number for number in range(700)]
    one, other = (bundle_of(tmp_path / name, entries) for name in ("one", "other"))
    file = one.bundle.folder / Tile(Place(0, number), 256 if number < 2 else 188).path
    hashes = file.read_bytes()
    for bad in (bytes([hashes[0] ^ 1]) + hashes[1:], hashes[:-1], None):
        file.unlink() if bad is None else file.write_bytes(bad)
        with pytest.raises(LogBroken, match="run jiefang verify"):
            [Signed(one.bundle).root(size) for size in range(701)]
    assert other.root(700) == one.checkpoint.root
