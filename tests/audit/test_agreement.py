"""A paper agrees with the log as long as nothing before it was changed, and no longer."""

from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import pytest

from ledger.audit.agreement import Agreement, Standing, Verdict, agreement
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.merkle import leaf
from ledger.audit.references import Reference, reference_to
from ledger.audit.tiles import WIDTH
from tests.audit.sealed_log import ORIGIN, SealedLog, sealed_log

DIFFERS, BEYOND, UNSIGNED = map(Agreement, (Verdict.differs, Verdict.beyond, Verdict.unsigned))


@pytest.fixture
def log(database: str, tmp_path: Path) -> Iterator[SealedLog]:
    with sealed_log(database, tmp_path / "log") as log:
        yield log


def paper(log: SealedLog, position: int) -> Reference:
    """What is printed now of the entry there."""
    return reference_to(position, log.newest().checkpoint)


def told(log: SealedLog, of: Reference) -> Agreement:
    return agreement(log.owner, of)


def kept(log: SealedLog, position: int) -> Agreement:
    return Agreement(Verdict.agrees, Standing.kept, log.tree().leaves[position - 1])


def test_every_paper_of_every_checkpoint_agrees_however_the_log_goes_on(log: SealedLog) -> None:
    papers = []
    for more in (1, 2, 5, 250, 300):
        log.write(more)
        log.seal_all()
        size = log.newest().checkpoint.size
        papers += [paper(log, position) for position in {1, (size + 1) // 2, size}]
    for each in papers:
        assert told(log, each) == kept(log, each.position)
        assert told(log, each._replace(root=each.root[:8])) == kept(log, each.position)


def test_a_paper_of_another_history_differs(log: SealedLog) -> None:
    log.write(300)
    log.seal_all()
    right = paper(log, 7)
    for bit in range(0, 256, 17):
        wrong = (int.from_bytes(right.root) ^ 1 << bit).to_bytes(32)
        assert told(log, right._replace(root=wrong)) == DIFFERS
    assert told(log, right._replace(size=299)) == DIFFERS
    assert told(log, right._replace(root=bytes(8))) == DIFFERS


def test_what_was_never_signed_here_is_said_to_be(log: SealedLog) -> None:
    at_hand = Reference(1, 3, bytes(32))
    assert told(log, at_hand) == UNSIGNED
    log.write(3)
    assert told(log, at_hand) == UNSIGNED
    log.seal()
    right = paper(log, 3)
    assert told(log, right._replace(size=4)) == BEYOND
    assert told(log, right._replace(position=4)) == Agreement(Verdict.agrees, Standing.later)
    log.write(1)
    assert told(log, right._replace(size=4)) == BEYOND, "it is there, and not signed yet"


EDITED: LiteralString = (
    "UPDATE ledger.stored_events SET state = state || ' ' WHERE notification_id = 3"
)
CUT: LiteralString = "DELETE FROM ledger.stored_events WHERE notification_id = 3"


BROKEN: LiteralString = "UPDATE ledger.stored_events SET state = 'x' WHERE notification_id = 3"


@pytest.mark.parametrize("statement", [EDITED, CUT, BROKEN])
def test_an_entry_that_was_edited_is_not_kept_as_it_was_signed(
    log: SealedLog, statement: LiteralString
) -> None:
    log.write(5)
    log.seal()
    own, neighbour = paper(log, 3), paper(log, 2)
    signed = log.tree().leaves[2]
    log.tampering(statement)
    assert told(log, own) == Agreement(Verdict.agrees, Standing.changed, signed)
    assert told(log, neighbour).standing is Standing.kept


def test_who_rewrites_the_hashes_too_has_another_root(log: SealedLog) -> None:
    log.write(5)
    log.seal()
    own = paper(log, 3)
    log.tampering(EDITED)
    log.tampering("UPDATE proof.tiles SET hashes = %s", b"".join(log.tree().leaves))
    assert told(log, own) == DIFFERS
    assert told(log, own._replace(root=log.tree().root(5))) == DIFFERS, "nobody signed that"


def test_who_rewrites_the_lowest_hashes_alone_is_told_by_those_above(log: SealedLog) -> None:
    log.write(300)
    log.seal_all()
    own = paper(log, 3)
    log.tampering(EDITED)
    first_tile = b"".join(log.tree().leaves[:WIDTH])
    log.tampering("UPDATE proof.tiles SET hashes = %s WHERE level + number = 0", first_tile)
    assert told(log, own).standing is Standing.changed


def test_who_rewrites_the_checkpoint_too_differs_from_the_paper(log: SealedLog) -> None:
    log.write(5)
    log.seal()
    own = paper(log, 3)
    log.tampering("TRUNCATE proof.tiles, proof.checkpoints, proof.cosignatures")
    assert told(log, own) == UNSIGNED
    log.tampering(EDITED)
    log.tampering("INSERT INTO proof.tiles VALUES (0, 0, %s)", b"".join(log.tree().leaves))
    text = Checkpoint(ORIGIN, 5, log.tree().root(5)).text
    note = f"{text}\n{log.folder.signers()[0].sign(text).line}"
    log.tampering("INSERT INTO proof.checkpoints (size, note) VALUES (5, %s)", note)
    assert told(log, own) == DIFFERS


def test_hashes_that_are_gone_are_told_and_no_fault_of_ours(log: SealedLog) -> None:
    log.write(300)
    log.seal_all()
    own = paper(log, 7)
    assert told(log, own).leaf == leaf(log.entries()[6])
    log.tampering("DELETE FROM proof.tiles WHERE level = 0 AND number = 0")
    assert told(log, own) == DIFFERS
