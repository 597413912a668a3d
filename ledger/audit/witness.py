"""A witness (C2SP tlog-witness): a neighbour who sees that a log only ever goes on.

She keeps of each log the last checkpoint that she saw. Shown the next one with a proof that it goes
on from there, she remembers it and cosigns it with the second in which she saw it. Two histories of
one log cannot both be cosigned; what was not consistent is kept as evidence. She learns sizes and
hashes alone, and needs to trust nobody.

    signing             her private key, as the log keeps its own
    logs                the public keys of the logs that she watches, a line each
    seen-…              the last checkpoint of a log, as it was signed
    evidence-…          a signed checkpoint that did not go on from what she had seen
"""

import re
import secrets
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from ledger.audit.checkpoints import Checkpoint, parse, size_of
from ledger.audit.log_folder import ORIGIN, LogFolderFault, faults_told
from ledger.audit.merkle import HASH_BYTES, is_consistent
from ledger.audit.notes import (
    KEY_BYTES,
    NOTE_BYTES_MOST,
    Kind,
    NotASignedNote,
    Note,
    Signer,
    Verifier,
    exact,
    read,
    vouched,
)
from ledger.store.private import locked, read_private, write_private

HASHES_MOST: Final = 63
BODY_BYTES_MOST: Final = NOTE_BYTES_MOST + 64 * HASHES_MOST
SIZE: Final = "text/x.tlog.size"
TEXT: Final = "text/plain; charset=utf-8"
_OLD: Final = re.compile(r"old (0|[1-9][0-9]*)")


class Reply(NamedTuple):
    """What a log is answered."""

    status: int
    body: str
    media_type: str = TEXT


class _Asked(NamedTuple):
    """What a log shows: what the witness should have seen, the proof, and the checkpoint."""

    old: int
    proof: list[bytes]
    note: Note
    checkpoint: Checkpoint


class Witness:
    """One witness and what she has seen, in a private folder of her own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, name: str) -> Verifier:
        """Make the folder and the key. Raises LogFolderFault if there is one already."""
        if not ORIGIN.fullmatch(name):
            raise LogFolderFault(f"{name[:200]!r} is no name: write a host and a path.")
        with faults_told():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(self.folder) as opened:
                if (self.folder / "signing").exists():
                    raise LogFolderFault(f"There is a witness in {self.folder} already.")
                signer = Signer(name, Kind.witness, secrets.token_bytes(KEY_BYTES))
                write_private(self.folder / "signing", signer.private_text.encode(), opened)
        return signer.verifier

    @property
    def signer(self) -> Signer:
        """Her key. Raises LogFolderFault."""
        with faults_told():
            text = read_private(self.folder / "signing", NOTE_BYTES_MOST)
            return Signer.parse(text.decode("ascii", "replace"))

    @property
    def logs(self) -> tuple[Verifier, ...]:
        """The keys of the logs that she watches. Raises LogFolderFault."""
        with faults_told():
            try:
                text = read_private(self.folder / "logs", NOTE_BYTES_MOST).decode()
            except FileNotFoundError:
                return ()
            return tuple(map(Verifier.parse, text.split()))

    def watch(self, key: Verifier) -> None:
        """Watch a log from now on. Raises LogFolderFault."""
        if key.kind is not Kind.log:
            raise LogFolderFault(f"{key} is no key of a log.")
        with faults_told(), locked(self.folder) as opened:
            keys = dict.fromkeys((*self.logs, key))
            content = "".join(f"{each}\n" for each in keys).encode()
            write_private(self.folder / "logs", content, opened)

    def add_checkpoint(self, body: bytes, now: int) -> Reply:
        """Cosign the checkpoint at the second `now`, or say why not. Raises LogFolderFault.

        What is remembered is on the disk before anybody is answered.
        """
        asked = _asked(body)
        if asked is None:
            return Reply(400, "This is no request to add a checkpoint.\n")
        keys = [key for key in self.logs if key.name == asked.checkpoint.origin]
        if not keys:
            return Reply(404, "This log is not watched here.\n")
        try:
            known = vouched(asked.note, keys)
        except NotASignedNote:
            known = []
        if not known:
            return Reply(403, "No key of this log that is known here signed the checkpoint.\n")
        with faults_told(), locked(self.folder) as opened:
            return self._decide(asked, now, opened)

    def _decide(self, asked: _Asked, now: int, opened: int) -> Reply:
        checkpoint = asked.checkpoint
        if asked.old > checkpoint.size:
            return Reply(400, "The old size is above that of the checkpoint.\n")
        seen = self._seen(checkpoint.origin)
        if asked.old != (seen.size if seen else 0):
            return Reply(409, f"{seen.size if seen else 0}\n", SIZE)
        if seen is not None and seen.size == checkpoint.size and seen != checkpoint:
            self._keep_evidence(asked, opened)
            return Reply(409, f"{seen.size}\n", SIZE)
        if not _goes_on(seen, asked):
            self._keep_evidence(asked, opened)
            return Reply(422, "The checkpoint does not go on from the last one seen.\n")
        write_private(self._file("seen", checkpoint.origin), str(asked.note).encode(), opened)
        return Reply(200, self.signer.sign(checkpoint.text, now).line)

    def _seen(self, origin: str) -> Checkpoint | None:
        try:
            return parse(read(read_private(self._file("seen", origin), NOTE_BYTES_MOST)))
        except FileNotFoundError:
            return None

    def _keep_evidence(self, asked: _Asked, opened: int) -> None:
        name = asked.checkpoint.origin + asked.checkpoint.root.hex()
        write_private(self._file("evidence", name), str(asked.note).encode(), opened)

    def _file(self, kind: str, of: str) -> Path:
        return self.folder / f"{kind}-{sha256(of.encode()).hexdigest()[:16]}"


def request(old: int, proof: list[bytes], note: str) -> bytes:
    """What a log sends: the size that the witness has seen, the proof from there, and its note."""
    lines = [f"old {old}", *(b64encode(each).decode() for each in proof), ""]
    return ("".join(f"{line}\n" for line in lines) + note).encode()


def _goes_on(seen: Checkpoint | None, asked: _Asked) -> bool:
    if seen is None:
        return not asked.proof
    return is_consistent(
        seen.size, asked.checkpoint.size, asked.proof, seen.root, asked.checkpoint.root
    )


def _asked(body: bytes) -> _Asked | None:
    try:
        above, divided, below = body.decode().partition("\n\n")
        first, *lines = above.split("\n")
        proof = [exact(line) for line in lines]
        note = read(below.encode())
        checkpoint = parse(note)
    except ValueError:
        return None
    old = _OLD.fullmatch(first)
    size = size_of(old[1]) if old else None
    fits = divided and len(proof) <= HASHES_MOST and len(body) <= BODY_BYTES_MOST
    if size is None or not fits or any(len(each) != HASH_BYTES for each in proof):
        return None
    return _Asked(size, proof, note, checkpoint)
