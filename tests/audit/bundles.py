"""Bundles for tests: as the ledger writes them, and what a forger makes of them who holds a key."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg

from ledger.audit import bundle
from ledger.audit.bundle import Bundle, packed, unpacked
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import LogFolder
from ledger.audit.merkle import inclusion, leaf
from ledger.audit.notes import Kind, Note, Signer
from ledger.audit.receipts import Receipt
from ledger.audit.sealer import Sealer
from ledger.audit.signed_files import Manifest
from ledger.audit.tiles import WIDTH, bundle_path, grown, root, tiles_of
from ledger.audit.trust import Trust
from ledger.domain.community_records import SHANGHAI
from ledger.domain.handovers import LogHandedOver
from ledger.domain.values import local_day
from ledger.store.codec import canonical
from tests.audit.sealed_log import ORIGIN
from tests.audit.trees import Tree
from tests.projections.random_town import BEGIN, Step, handover, tell
from tests.servers import Server, temporary_database

HANDED = Step("hand over", hours=1, days_ago=0, who=2, size=1)
EATEN = (
    HANDED,
    Step("claim", hours=1, days_ago=0, who=1, size=1),
    Step("serve", hours=1, days_ago=0, who=0, size=90),
    Step("claim", hours=1, days_ago=1, who=1, size=1),
    Step("claim", hours=1, days_ago=0, who=0, size=1),
)
OURS = Signer(ORIGIN, Kind.log, bytes(range(32)))
THEIRS = Signer(ORIGIN, Kind.log, bytes(range(1, 33)))
Entries = Sequence[bytes]


def handed(step: Step = HANDED) -> LogHandedOver:
    """What such a step writes into the log."""
    said = handover(step)
    return LogHandedOver(said.handover, said.auditor, said.sheets, local_day(BEGIN, SHANGHAI))


class Town:
    """A ledger whose log was sealed to its end, and what somebody trusts who knows its key."""

    def __init__(self, connection: psycopg.Connection[Any], folder: Path) -> None:
        self.connection = connection
        self.folder = folder
        self.keys = LogFolder(folder / "log")
        self.signer = self.keys.begin(ORIGIN)
        self.trust = Trust((self.signer.verifier,))
        self.seal()

    def seal(self) -> None:
        while Sealer(self.keys).seal(self.connection):
            pass

    def bundle(self, name: str, event: LogHandedOver | None = None) -> Bundle:
        """Its bundle, as the ledger writes it for such a handover, whatever the log says."""
        bundle.write(self.connection, self.keys, self.folder / name, event or handed())
        return Bundle(self.folder / name)


@contextmanager
def town_of_meals(
    server: Server, folder: Path, steps: Sequence[Step] = EATEN
) -> Iterator[tuple[Town, str]]:
    """A town where meals were eaten, and its database."""
    with temporary_database(server) as database:
        tell(database, steps, folder / "keys")
        with psycopg.connect(database, autocommit=True) as connection:
            yield Town(connection, folder), database


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


def listed(folder: Path, signer: Signer = OURS, event: LogHandedOver | None = None) -> Path:
    """The list of the files that are there now, signed."""
    names = sorted(Bundle(folder).names() - {"files", "manifest"})
    lines = [f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    content = "".join(lines).encode()
    (folder / "files").write_bytes(content)
    said = bundle.told(event or handed(), datetime(2026, 3, 1, tzinfo=UTC))
    text = Manifest(bundle.KIND, signer.name, said, sha256(content).hexdigest()).text
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
