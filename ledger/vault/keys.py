"""Master keys: they wrap every person's key, and are kept outside the database and its backup.

- `FileKeyRing` keeps one file a key (32 random bytes, mode 0400) in a folder of mode 0700. The
  file's name is the key's id: a number that grows with each rotation, and a fingerprint, so that a
  damaged or exchanged file is noticed before anything is wrapped with it. The highest number is the
  current key. Nothing is remembered between calls: a key made or destroyed by another process is
  there or gone at once.
- `EnvironmentKeyRing` takes the one key of LEDGER_MASTER_KEY, for containers and for trying out.
- A key that is referred to and is not there is an error, never a new key: only `create`, for a
  fresh ledger, makes a first one, and only `renew`, for a rotation, a further one. `restore` puts
  back one that was there before, from its shares.

Destroying a key unlinks its file. A disk may keep old blocks for a while, and copies are somebody
else's: the safe copy of a master key must be destroyed on the same day.
"""

import base64
import binascii
import hashlib
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from ledger.store.private import (
    NotPrivate,
    lies_within,
    locked,
    not_ours,
    read_private,
    refuse_unless_private,
    write_private,
)
from ledger.vault.errors import KeyFileUnsafe, KeyMissing, VaultError

KEY_BYTES: Final = 32
VARIABLE: Final = "LEDGER_MASTER_KEY"
_FILE_NAME: Final = re.compile(r"[0-9]{4}-[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A key that wraps keys, and the id by which rows refer to it."""

    id: str
    secret: bytes = field(repr=False)


class KeyRing(Protocol):
    """Where the master keys are."""

    def current(self) -> MasterKey:
        """The key to wrap with. Raises KeyMissing."""
        ...

    def get(self, key_id: str) -> MasterKey:
        """The key of that id. Raises KeyMissing."""
        ...

    def destroy(self, key_id: str) -> None:
        """Destroy a key for ever; the current one is refused with VaultError."""
        ...


def _fingerprint(secret: bytes) -> str:
    """Tells 256-bit random keys apart and, because they are random, nothing else about them."""
    return hashlib.sha256(b"jiefang-ledger master key\0" + secret).hexdigest()[:16]


def _fits(key: MasterKey) -> bool:
    return len(key.secret) == KEY_BYTES and key.id.endswith(_fingerprint(key.secret))


class FileKeyRing:
    """Master keys in a folder of the ledger's own, one file each."""

    def __init__(self, folder: Path, outside: Path | None = None) -> None:
        """`outside`: the data folder, in which (and in whose backup) the keys must not lie.

        Raises KeyFileUnsafe.
        """
        self._folder = folder.absolute()
        if lies_within(folder, outside):
            raise KeyFileUnsafe(
                f"The master keys' folder {self._folder} lies within the data folder {outside}: "
                "a backup would hold the data and its keys. Choose a folder elsewhere."
            )

    def current(self) -> MasterKey:
        names = self._names()
        if not names:
            raise KeyMissing(f"There is no master key in {self._folder}. {_RESTORE}")
        return self._read(names[-1])

    def get(self, key_id: str) -> MasterKey:
        if key_id not in self._names():
            raise KeyMissing(f"Master key {key_id!r} is not in {self._folder}. {_RESTORE}")
        return self._read(key_id)

    def destroy(self, key_id: str) -> None:
        with self._locked() as folder:
            if key_id == self.current().id:
                raise VaultError(f"Master key {key_id} is in use. Rotate to a new one first.")
            (self._folder / self.get(key_id).id).unlink()
            os.fsync(folder)

    def ids(self) -> tuple[str, ...]:
        """All keys that are there, the current one last."""
        return tuple(self._names())

    def create(self) -> MasterKey:
        """The first key of a fresh ledger; the one that is there if another process was faster."""
        self._make_folder()
        with self._locked() as folder:
            return self.current() if self._names() else self._make(1, folder)

    def restore(self, key_id: str, secret: bytes) -> MasterKey:
        """Put a key back under its id; what its fingerprint does not fit is refused: VaultError."""
        key = MasterKey(key_id, secret)
        if not _FILE_NAME.fullmatch(key_id) or not _fits(key):
            raise VaultError(f"This is not master key {key_id}. Nothing was written.")
        self._make_folder()
        with self._locked() as folder:
            if key_id not in self._names():
                write_private(self._folder / key_id, key.secret, folder)
            return self._read(key_id)

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise VaultError(
                f"The master keys' folder {self._folder} cannot be made: {error.strerror}."
            ) from None

    def renew(self) -> MasterKey:
        """A further key, current from now on; the older ones still open what they closed."""
        with self._locked() as folder:
            number = int(self.current().id.partition("-")[0])
            return self._make(number + 1, folder)

    def _names(self) -> list[str]:
        try:
            refuse_unless_private(self._folder, self._folder.stat())
            return sorted(
                file.name for file in self._folder.iterdir() if _FILE_NAME.fullmatch(file.name)
            )
        except (FileNotFoundError, NotADirectoryError):
            return []
        except PermissionError:
            raise KeyFileUnsafe(not_ours(self._folder)) from None
        except NotPrivate as unsafe:
            raise KeyFileUnsafe(str(unsafe)) from None

    def _read(self, name: str) -> MasterKey:
        file = self._folder / name
        try:
            secret = read_private(file, KEY_BYTES)
        except FileNotFoundError:
            raise KeyMissing(f"Master key {name} was destroyed just now.") from None
        except NotPrivate as unsafe:
            raise KeyFileUnsafe(str(unsafe)) from None
        key = MasterKey(name, secret)
        if not _fits(key):
            raise KeyMissing(f"{file} does not hold the master key of that name. {_RESTORE}")
        return key

    def _make(self, number: int, folder: int) -> MasterKey:
        secret = secrets.token_bytes(KEY_BYTES)
        key = MasterKey(f"{number:04}-{_fingerprint(secret)}", secret)
        write_private(self._folder / key.id, key.secret, folder)
        return key

    @contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            with locked(self._folder) as folder:
                yield folder
        except FileNotFoundError:
            raise KeyMissing(f"There is no folder {self._folder}. {_RESTORE}") from None


_RESTORE: Final = (
    "Put the master key back from its safe copy: a new key cannot open what another one closed."
)


class EnvironmentKeyRing:
    """The one master key of an environment variable: 32 bytes in base64."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Raises KeyMissing if there is no key in it."""
        secret = _decoded(environment.get(VARIABLE, ""))
        if len(secret) != KEY_BYTES:
            raise KeyMissing(
                f"{VARIABLE} must hold {KEY_BYTES} random bytes in base64. "
                f"A fresh ledger's: openssl rand -base64 {KEY_BYTES}"
            )
        self._key = MasterKey(f"environment-{_fingerprint(secret)}", secret)

    def current(self) -> MasterKey:
        return self._key

    def get(self, key_id: str) -> MasterKey:
        if key_id != self._key.id:
            raise KeyMissing(
                f"Master key {key_id!r} is not the one in {VARIABLE} ({self._key.id}). {_RESTORE}"
            )
        return self._key

    def destroy(self, key_id: str) -> None:
        raise VaultError(f"Master key {key_id!r} is destroyed where {VARIABLE} is set.")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
