"""Agreement: whether the log, as it is kept now, goes on from what a paper says of it.

The tree's own hashes must lead to the paper's root, and from there to the newest checkpoint that
was signed; the entry's hash must stand under that root, and the entry itself still have it.
"""

from enum import StrEnum
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.audit import sealed
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.merkle import Range, consistency, inclusion, is_consistent, is_included, leaf
from ledger.audit.references import Reference
from ledger.store.codec import entry
from ledger.store.recorder import read_after


class Verdict(StrEnum):
    """What the log says to a paper's checkpoint: `differs` is what an auditor looks for.

    `beyond`: more entries than were ever signed here. `unsigned`: nothing was signed here yet.
    """

    agrees = "agrees"
    differs = "differs"
    beyond = "beyond"
    unsigned = "unsigned"


class Standing(StrEnum):
    """What became of the entry, where the checkpoint agrees.

    `changed`: it is kept otherwise than it was signed. `later`: the checkpoint ends before it.
    """

    kept = "kept"
    changed = "changed"
    later = "later"


class Agreement(NamedTuple):
    """What was found; `leaf` is the entry's hash in the tree."""

    verdict: Verdict
    standing: Standing | None = None
    leaf: bytes | None = None


def agreement(connection: Connection[Any], reference: Reference) -> Agreement:
    """Whether the log agrees with a paper."""
    newest = sealed.newest_of(connection)
    if newest is None:
        return Agreement(Verdict.unsigned)
    if reference.size > newest.checkpoint.size:
        return Agreement(Verdict.beyond)
    try:
        return _compared(connection, reference, newest.checkpoint)
    except KeyError:  # a hash that was signed is gone
        return Agreement(Verdict.differs)


def _compared(connection: Connection[Any], paper: Reference, last: Checkpoint) -> Agreement:
    ranges = [Range(0, paper.size), *consistency(paper.size, last.size)]
    root, *proof = sealed.hashes(connection, ranges)
    goes_on = is_consistent(paper.size, last.size, proof, root, last.root)
    if not goes_on or not root.startswith(paper.root):
        return Agreement(Verdict.differs)
    if paper.position > paper.size:
        return Agreement(Verdict.agrees, Standing.later)
    return Agreement(Verdict.agrees, *_entry(connection, paper, root))


def _entry(connection: Connection[Any], paper: Reference, root: bytes) -> tuple[Standing, bytes]:
    """What became of the entry, and its hash under the root."""
    index = paper.position - 1
    ranges = [Range(index, paper.position), *inclusion(index, paper.size)]
    hashed, *proof = sealed.hashes(connection, ranges)
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = read_after(cursor, index, 1)
    is_kept = bool(rows) and leaf(entry(*rows[0])) == hashed
    stands = is_kept and is_included(hashed, index, paper.size, proof, root)
    return (Standing.kept if stands else Standing.changed), hashed
