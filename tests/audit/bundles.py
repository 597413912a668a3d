"""Bundles for tests: of a town where meals were eaten, and such as a forger would hand over."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg

from ledger.audit import bundle
from ledger.audit.bundle import Bundle
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import LogFolder
from ledger.audit.merkle import inclusion, leaf
from ledger.audit.notes import Kind, Note, Signer
from ledger.audit.receipts import Receipt
from ledger.audit.sealer import Sealer
from ledger.audit.signed_files import Manifest
from ledger.audit.tiles import WIDTH, bundle_path, edges, grown, root, tiles_of
from ledger.audit.trust import Trust
from ledger.domain.community_records import SHANGHAI
from ledger.domain.handovers import LogHandedOver
from ledger.domain.values import local_day
from tests.audit.trees import Tree
from tests.projections.random_town import BEGIN, Step, handover, tell

ORIGIN = "example.org/log"
HANDED = Step("hand over", hours=1, days_ago=0, who=2, size=1)
EATEN = [
    HANDED,
    Step("claim", hours=1, days_ago=0, who=1, size=1),
    Step("serve", hours=1, days_ago=0, who=0, size=90),
    Step("claim", hours=1, days_ago=1, who=1, size=1),
    Step("claim", hours=1, days_ago=0, who=0, size=1),
]
STRANGER = Signer(ORIGIN, Kind.log, bytes(32))


class Town:
    """A sealed ledger, its log's folder, and what an auditor trusts."""

    def __init__(self, database: str, folder: Path, steps: Sequence[Step] = EATEN) -> None:
        tell(database, steps, folder / "keys")
        self.database = database
        self.folder = folder
        self.keys = LogFolder(folder / "log")
        self.signer = self.keys.begin(ORIGIN)
        self.trust = Trust((self.signer.verifier,))
        self.seal()

    def seal(self) -> None:
        with psycopg.connect(self.database, autocommit=True) as connection:
            while Sealer(self.keys).seal(connection):
                pass

    def bundle(self, name: str = "bundle") -> Bundle:
        with psycopg.connect(self.database, autocommit=True) as connection:
            bundle.write(connection, self.keys, self.folder / name, handed())
        return Bundle(self.folder / name)

    def checkpoint(self) -> bytes:
        return (self.keys.folder / "last-signed").read_bytes()

    def forged(self, entries: Sequence[bytes], signer: Signer | None = None) -> Bundle:
        """What somebody would hand over who has the right key, or one of her own."""
        folder = self.folder / f"forged-{len(list(self.folder.iterdir()))}"
        return forge(folder, entries, signer or self.signer)

    def receipt(self, entries: Sequence[bytes], position: int) -> bytes:
        """A receipt under the newest checkpoint."""
        note = self.checkpoint()
        hashes = Tree(entries).hashes(inclusion(position - 1, len(entries)))
        return bytes(Receipt(entries[position - 1], position - 1, hashes, note))


def handed(step: Step = HANDED) -> LogHandedOver:
    """What such a step writes into the log."""
    said = handover(step)
    return LogHandedOver(said.handover, said.auditor, said.sheets, local_day(BEGIN, SHANGHAI))


def all_entries(of: Bundle) -> list[bytes]:
    """The entries of a small bundle."""
    files = sorted((of.folder / "tile/entries").rglob("*"))
    return [one for file in files if file.is_file() for one in bundle.unpacked(file.read_bytes())]


def forge(folder: Path, entries: Sequence[bytes], signer: Signer) -> Bundle:
    """A bundle of whatever entries, whole in itself."""
    size = len(entries)
    tiles = grown(0, {}, map(leaf, entries))
    stands = {place: tiles[place] for place in edges(size) if place in tiles}
    text = Checkpoint(ORIGIN, size, root(size, stands)).text
    files = {
        "checkpoint": str(Note(text, (signer.sign(text),))).encode(),
        "policy": str(Trust((signer.verifier,))).encode(),
        **{tile.path: tiles[tile.place] for tile in tiles_of(size)},
    }
    for first in range(0, size, WIDTH):
        some = entries[first : first + WIDTH]
        files[bundle_path(first // WIDTH, len(some))] = bundle.packed(some)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    sign_files(folder, signer)
    return Bundle(folder)


def sign_files(folder: Path, signer: Signer, event: LogHandedOver | None = None) -> None:
    """List what lies there now, and sign the list."""
    names = sorted(Bundle(folder).names() - {"files", "manifest"})
    lines = [f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    listed = "".join(lines).encode()
    (folder / "files").write_bytes(listed)
    said = bundle.told(event or handed(), datetime.now(UTC))
    made = Manifest(bundle.KIND, ORIGIN, said, sha256(listed).hexdigest()).text
    (folder / "manifest").write_text(str(Note(made, (signer.sign(made),))), encoding="utf-8")


def altered(entries: Sequence[bytes], kind: str, change: Callable[[Any], None]) -> list[bytes]:
    """The entries, the data of the first of a kind changed, written as the ledger writes them."""
    changed = list(entries)
    place = next(at for at, one in enumerate(entries) if f'"type":"{kind}'.encode() in one)
    told = json.loads(entries[place])
    change(told["state"]["data"])
    written = json.dumps(told, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    changed[place] = written.encode()
    return changed


def tile(of: Bundle) -> Path:
    """The one file of hashes of a small bundle."""
    [found] = [file for file in (of.folder / "tile/0").rglob("*") if file.is_file()]
    return found
