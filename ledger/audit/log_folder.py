"""The log's own folder: the keys it signs with, and what it signed last.

It lies outside the database, its folder and its backup, so that a ledger brought back from a backup
does not forget what was signed since. What was signed last is on the disk before anybody is told.

    signing-0001      a private key in the text form of Go's `note`; each of them signs
    last-signed       the last checkpoint, as it was signed
    erased            who was erased, a line each: the position, her id, the basis

Who was erased stands here before the erasure is signed, so that a backup brings nobody back.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from ledger.audit.checkpoints import Checkpoint, parse
from ledger.audit.notes import (
    KEY_BYTES,
    NOTE_BYTES_MOST,
    Kind,
    NotASignedNote,
    Note,
    Signer,
    Verifier,
    read,
    vouched,
)
from ledger.domain.rights_records import ErasureBasis
from ledger.domain.values import PersonId
from ledger.store.private import (
    NotPrivate,
    lies_within,
    locked,
    not_ours,
    read_private,
    refuse_unless_private,
    write_private,
)

LAST: Final = "last-signed"
ERASED: Final = "erased"
ERASED_BYTES_MOST: Final = 64_000_000
_KEY: Final = re.compile(r"signing-([0-9]{4})")
ORIGIN: Final = re.compile(r"[a-z0-9][a-z0-9./:_-]{0,199}")


class Erased(NamedTuple):
    """Whose erasure stands at a position of the log, and why; an id is all that is left of her."""

    position: int
    person: PersonId
    basis: ErasureBasis


class LogFolderFault(RuntimeError):
    """The log's folder cannot be used as it is; the text says why and what to do."""


class LogFolder:
    """Keys and memory of whoever signs."""

    def __init__(self, folder: Path, outside: Path | None = None) -> None:
        """`outside`: the data folder, in which (and in whose backup) this must not lie.

        Raises LogFolderFault.
        """
        self.folder = folder.absolute()
        if lies_within(folder, outside):
            raise LogFolderFault(
                f"The log's folder {self.folder} lies within the data folder {outside}: a backup "
                "put back would take what was signed last along. Choose a folder elsewhere."
            )

    def signers(self) -> Sequence[Signer]:
        """The keys that sign, the oldest first; none before `begin`. Raises LogFolderFault."""
        with faults_told():
            return [self._signer(name) for name in self._names()]

    @property
    def origin(self) -> str | None:
        """The name of the log, which is that of its keys."""
        return next((signer.name for signer in self.signers()), None)

    def last(self) -> Checkpoint | None:
        """What was signed last; None if nothing was. Raises LogFolderFault."""
        note = self.last_note()
        return None if note is None else parse(note)

    def last_note(self) -> Note | None:
        """As `last`, as it was signed."""
        keys = [signer.verifier for signer in self.signers()]
        with faults_told():
            try:
                note = read(read_private(self.folder / LAST, NOTE_BYTES_MOST))
            except FileNotFoundError:
                return None
            if not vouched(note, keys):
                raise LogFolderFault(
                    f"{self.folder / LAST} was not signed by a key of this folder. {_RESTORE}"
                )
            return note

    def begin(self, origin: str) -> Signer:
        """Make the folder and its first key; the one that is there if another was faster."""
        if not ORIGIN.fullmatch(origin):
            raise LogFolderFault(
                f"{origin[:200]!r} is no name for a log: write a host and a path in small letters, "
                "such as ledger.example.org/log."
            )
        with faults_told():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(self.folder) as opened:
                if names := self._names():
                    return self._signer(names[0])
                return self._make(1, origin, opened)

    def add_key(self) -> Signer:
        """A further key, which signs beside the others from now on."""
        with faults_told(), locked(self.folder) as opened:
            names = self._names()
            if not names:
                raise LogFolderFault(f"{self.folder} holds no key yet, so there is none to follow.")
            number = 1 + int(names[-1].partition("-")[2])
            return self._make(number, self._signer(names[0]).name, opened)

    def retire_key(self, key_id: str) -> Verifier:
        """Destroy a key, so that it signs no more; the last one is refused: LogFolderFault."""
        with faults_told(), locked(self.folder):
            keys = {name: self._signer(name) for name in self._names()}
            named = [name for name, key in keys.items() if key.verifier.key_id.hex() == key_id]
            if not named or len(keys) == 1:
                raise LogFolderFault(
                    f"Key {key_id[:40]} is not one of several in {self.folder}: "
                    f"{', '.join(key.verifier.key_id.hex() for key in keys.values())}. "
                    "Add another key first."
                )
            (self.folder / named[0]).unlink()
            return keys[named[0]].verifier

    def remember(self, note: Note) -> None:
        """Keep what is signed; on the disk when this returns. Raises LogFolderFault."""
        with faults_told(), locked(self.folder) as opened:
            write_private(self.folder / LAST, str(note).encode(), opened)

    def erased(self) -> Sequence[Erased]:
        """Who was erased as far as the log was signed, in that order. Raises LogFolderFault."""
        with faults_told():
            try:
                content = read_private(self.folder / ERASED, ERASED_BYTES_MOST)
            except FileNotFoundError:
                return ()
            lines = content.decode("ascii", "replace").splitlines()
            return tuple(dict.fromkeys(_erased(line, self.folder) for line in lines))

    def note_erased(self, erased: Sequence[Erased]) -> None:
        """Add to who was erased; on the disk when this returns. Raises LogFolderFault."""
        every = dict.fromkeys((*self.erased(), *erased))
        content = "".join(f"{each.position} {each.person} {each.basis}\n" for each in every)
        with faults_told(), locked(self.folder) as opened:
            write_private(self.folder / ERASED, content.encode(), opened)

    def set_aside(self) -> None:
        """Keep what is here under another name: of a ledger that is no more. LogFolderFault."""
        with faults_told():
            number = 1
            while (aside := self.folder.with_name(f"{self.folder.name}.ended-{number}")).exists():
                number += 1
            if self.folder.exists():
                self.folder.rename(aside)

    def begin_anew(self, origin: str) -> Signer:
        """Sign under another name with another key; who was erased is taken along.

        What was here is set aside. Interrupted, it is done by asking again. LogFolderFault.
        """
        successor = LogFolder(self.folder.with_name(f"{self.folder.name}.next"))
        if successor.origin not in (None, origin):
            successor.set_aside()
        successor.begin(origin)
        if erased := self.erased():
            successor.note_erased(erased)
        self.set_aside()
        with faults_told():
            successor.folder.rename(self.folder)
        return self.signers()[0]

    # -- files -----------------------------------------------------------------------------

    def _names(self) -> list[str]:
        try:
            refuse_unless_private(self.folder, self.folder.stat())
            return sorted(file.name for file in self.folder.iterdir() if _KEY.fullmatch(file.name))
        except FileNotFoundError:
            return []

    def _signer(self, name: str) -> Signer:
        file = self.folder / name
        try:
            return Signer.parse(read_private(file, NOTE_BYTES_MOST).decode())
        except (NotASignedNote, UnicodeDecodeError):
            raise LogFolderFault(f"{file} does not hold a key. {_RESTORE}") from None

    def _make(self, number: int, origin: str, opened: int) -> Signer:
        signer = Signer(origin, Kind.log, secrets.token_bytes(KEY_BYTES))
        text = f"{signer.private_text}\n".encode()
        write_private(self.folder / f"signing-{number:04}", text, opened)
        return signer


_RESTORE: Final = "Put the folder back as it was; a copy of another day forgets what was signed."


def _erased(line: str, folder: Path) -> Erased:
    try:
        position, person, basis = line.split(" ")
        return Erased(int(position), PersonId(person), ErasureBasis(basis))
    except ValueError:
        raise LogFolderFault(f"{folder / ERASED} is damaged. {_RESTORE}") from None


@contextmanager
def faults_told() -> Iterator[None]:
    """Whatever is wrong with a folder of keys becomes a LogFolderFault, in one sentence."""
    try:
        yield
    except (NotPrivate, NotASignedNote) as fault:
        raise LogFolderFault(str(fault)) from None
    except PermissionError as fault:
        raise LogFolderFault(not_ours(Path(fault.filename))) from None
    except OSError as fault:
        raise LogFolderFault(f"{fault.strerror}: {fault.filename}.") from None
