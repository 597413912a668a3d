"""Bundles for tests: as the ledger writes them, and what a forger makes of them who holds a key."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg

from ledger.audit import bundle
from ledger.audit.bundle import Bundle, Manifest, packed, unpacked
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import LogFolder
from ledger.audit.merkle import inclusion, leaf
from ledger.audit.notes import Kind, Note, Signer
from ledger.audit.receipts import Receipt
from ledger.audit.sealer import Sealer
from ledger.audit.tiles import WIDTH, bundle_path, grown, root, tiles_of
from ledger.audit.trust import Trust
from ledger.store.codec import canonical
from tests.audit.sealed_log import ORIGIN
from tests.audit.trees import Tree

RECIPIENT = "例 an auditor"
OURS = Signer(ORIGIN, Kind.log, bytes(range(32)))
THEIRS = Signer(ORIGIN, Kind.log, bytes(range(1, 33)))
Entries = Sequence[bytes]


class SealedTown:
    """A ledger whose log was sealed to its end, and the key that belongs to it."""

    def __init__(self, connection: psycopg.Connection[Any], folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._keys = LogFolder(folder / "keys")
        self.signer = self._keys.begin(ORIGIN)
        while Sealer(self._keys).seal(connection):
            pass

    def bundle(self, name: str = "bundle") -> Bundle:
        """Its bundle, as the ledger writes it."""
        bundle.write(self._connection, self._keys, self._folder / name, RECIPIENT)
        return Bundle(self._folder / name)


def entries_of(folder: Path) -> list[bytes]:
    files = sorted(each for each in (folder / "tile/entries").rglob("*") if each.is_file())
    return [entry for file in files for entry in unpacked(file.read_bytes())]


# -- what a forger makes -----------------------------------------------------------------------


def note(entries: Entries, signer: Signer = OURS) -> bytes:
    """A signed checkpoint over them."""
    text = Checkpoint(signer.name, len(entries), Tree(entries).root(len(entries))).text
    return str(Note(text, (signer.sign(text),))).encode()


def receipt(entries: Entries, index: int, signer: Signer = OURS) -> bytes:
    path = Tree(entries).hashes(inclusion(index, len(entries)))
    return bytes(Receipt(entries[index], index, path, note(entries, signer)))


def sealed(folder: Path, entries: Entries, signer: Signer = OURS) -> Path:
    """A bundle of these entries, all of it made anew and signed."""
    size = len(entries)
    hashes = grown(0, {}, map(leaf, entries))
    assert root(size, hashes) == Tree(entries).root(size)
    files = {
        "checkpoint": note(entries, signer),
        "policy": str(Trust((signer.verifier,))).encode(),
        **{tile.path: hashes[tile.place] for tile in tiles_of(size)},
    }
    for first in range(0, size, WIDTH):
        some = entries[first : first + WIDTH]
        files[bundle_path(first // WIDTH, len(some))] = packed(some)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return listed(folder, signer)


def listed(folder: Path, signer: Signer = OURS) -> Path:
    """The list of the files that are there now, signed."""
    names = sorted(Bundle(folder).names() - {"files", "manifest"})
    lines = [f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    content = "".join(lines).encode()
    (folder / "files").write_bytes(content)
    made_at, digest = datetime(2026, 3, 1, tzinfo=UTC), sha256(content).hexdigest()
    text = Manifest(signer.name, RECIPIENT, made_at, digest).text
    (folder / "manifest").write_text(str(Note(text, (signer.sign(text),))), encoding="utf-8")
    return folder


# -- other entries -----------------------------------------------------------------------------


def read(entry: bytes) -> Any:
    return json.loads(entry)


def written(it: Any) -> bytes:
    """An entry in its form, whatever stands in it."""
    head = f'{{"position":{it["position"]},"recorded_at":"{it["recorded_at"]}","state":'
    tail = f',"stream":"{it["stream"]}","type":"{it["type"]}","version":{it["version"]}}}'
    return head.encode() + canonical(it["state"]) + tail.encode()


def index_of(entries: Entries, kind: str, such: Callable[[Any], bool] = lambda _: True) -> int:
    """The index of the first event of a kind that is such."""
    for index, entry in enumerate(entries):
        it = read(entry)
        if it["type"].split(".")[0] == kind and such(it["state"]["data"]):
            return index
    raise AssertionError(f"the town has no such {kind}")


def edited(entries: Entries, index: int, change: Callable[[Any], None]) -> list[bytes]:
    """The entries, of which the data of one was changed."""
    it = read(entries[index])
    change(it["state"]["data"])
    return [*entries[:index], written(it), *entries[index + 1 :]]


def added(entries: Entries, kind: str, stream: str, /, **data: Any) -> list[bytes]:
    """The entries and one more, recorded with the last."""
    last = read(entries[-1])
    version = 1 + sum(read(each)["stream"] == stream for each in entries)
    state = last["state"] | {"data": data}
    more = last | {"position": len(entries) + 1, "stream": stream, "version": version}
    return [*entries, written(more | {"type": f"{kind}.v1", "state": state})]
