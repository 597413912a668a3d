"""Bundles for tests: the real one of a town, and what a forger makes of it who holds some key."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from ledger.audit import bundle
from ledger.audit.bundle import packed, unpacked
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import LogFolder
from ledger.audit.merkle import inclusion, leaf
from ledger.audit.notes import Kind, Note, Signer
from ledger.audit.receipts import Receipt
from ledger.audit.sealer import Sealer
from ledger.audit.signed_files import Manifest
from ledger.audit.tiles import bundle_path, grown, root, tiles_of
from ledger.domain.handovers import LogHandedOver
from ledger.store.codec import canonical
from tests.audit.sealed_log import ORIGIN
from tests.audit.trees import Tree
from tests.projections.history_views import Start
from tests.store.samples.examples import example

OURS = Signer(ORIGIN, Kind.log, bytes(range(32)))
THEIRS = Signer(ORIGIN, Kind.log, bytes(range(1, 33)))
HANDED: LogHandedOver = example(LogHandedOver)
Entries = Sequence[bytes]


@contextmanager
def told(start: Start, seed: int, folder: Path) -> Iterator[tuple[Path, str]]:
    """The bundle of a town's history as the ledger writes it, and the key that belongs to it."""
    with start.told(Random(seed), 200) as (connection, _):
        keys = LogFolder(folder / f"log-{seed}")
        keys.begin(ORIGIN)
        while Sealer(keys).seal(connection):
            pass
        bundle.write(connection, keys, folder / f"bundle-{seed}", HANDED)
        yield folder / f"bundle-{seed}", str(keys.signers()[0].verifier)


def entries_of(folder: Path) -> list[bytes]:
    files = sorted(each for each in (folder / "tile/entries").rglob("*") if each.is_file())
    return [entry for file in files for entry in unpacked(file.read_bytes())]


def note(entries: Entries, signer: Signer = OURS) -> bytes:
    """A signed checkpoint over them."""
    text = Checkpoint(signer.name, len(entries), Tree(entries).root(len(entries))).text
    return str(Note(text, (signer.sign(text),))).encode()


def sealed(folder: Path, entries: Entries, signer: Signer = OURS) -> Path:
    """A bundle of these entries, all of it made anew and signed."""
    size = len(entries)
    hashes = grown(0, {}, map(leaf, entries))
    files = {"checkpoint": note(entries, signer), "policy": b"quorum none\n"}
    files |= {tile.path: hashes[tile.place] for tile in tiles_of(size)}
    for first in range(0, size, 256):
        some = entries[first : first + 256]
        files[bundle_path(first // 256, len(some))] = packed(some)
    assert root(size, hashes) == Tree(entries).root(size)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    listed(folder, signer)
    return folder


def listed(folder: Path, signer: Signer = OURS) -> Path:
    """The list of the files that are there now, signed."""
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    named = [(each.relative_to(folder).as_posix(), each.read_bytes()) for each in files]
    lines = "".join(
        f"{sha256(content).hexdigest()}  {name}\n"
        for name, content in named
        if name not in {"files", "manifest"}
    )
    (folder / "files").write_text(lines)
    made_at, digest = datetime(2026, 3, 1, tzinfo=UTC), sha256(lines.encode()).hexdigest()
    said = bundle.told(HANDED, made_at)
    text = Manifest(bundle.KIND, signer.name, said, digest).text
    (folder / "manifest").write_text(str(Note(text, (signer.sign(text),))))
    return folder


def receipt(entries: Entries, index: int, signer: Signer = OURS) -> bytes:
    path = Tree(entries).hashes(inclusion(index, len(entries)))
    return bytes(Receipt(entries[index], index, path, note(entries, signer)))


# -- other entries ---------------------------------------------------------------------------


def read(entry: bytes) -> Any:
    return json.loads(entry)


def written(it: Any) -> bytes:
    """An entry in its form, whatever stands in it."""
    head = f'{{"position":{it["position"]},"recorded_at":"{it["recorded_at"]}","state":'
    tail = f',"stream":"{it["stream"]}","type":"{it["type"]}","version":{it["version"]}}}'
    return head.encode() + canonical(it["state"]) + tail.encode()


def found(entries: Entries, kind: str, such: Callable[[Any], bool] = lambda _: True) -> int:
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
