"""Papers: prepared before the decision, sealed after it, opened for whoever may read them.

What must hold for ever, because rows and events of today are read in ten years:

- **Paper**: the JSON of its dataclass in UTF-8, keys sorted, no spaces, every field written.
- **Commitment**, what an event says: `"hmac-sha256:"` and, in lower-case hexadecimal,
  HMAC-SHA256(key = salt, message = paper). The salt is 16 random bytes, no more and no less (HMAC
  would take a shorter and a longer key for the same), so nobody guesses a birth date from it.
- **Disclosed**, what an auditor is handed: `{"paper":<paper>,"salt":"<base64>"}` and spaces up to a
  multiple of 512 bytes: without them the length of a row would tell who has a hardship class.
  The commitment covers the paper's bytes as they stand there, so it stays true when a later release
  knows more fields. (Such a field needs a default: old papers do not have it.)
- **Sealed**, what a row holds: 12 random bytes of nonce, then AES-256-GCM of the above under the
  person's key, its tag last. Associated data: `person|kind|version`, so that a row which was moved
  to another person or number does not open.
- **Wrapped**: the person's key under a master key by AES key wrap (RFC 3394), 40 bytes.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from secrets import token_bytes
from typing import Annotated, Final, NamedTuple, TypeAlias

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ledger.domain.facts import Contact, FactSheet, Note
from ledger.domain.values import PersonId
from ledger.vault.errors import PaperUnreadable, VaultError
from ledger.vault.keys import KEY_BYTES, MasterKey

Paper: TypeAlias = FactSheet | Contact | Note

SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
PADDED_BYTES: Final = 512


class PaperKind(StrEnum):
    """What a paper is about; part of its name in the database."""

    facts = "facts"
    contact = "contact"
    note = "note"


_KINDS: Final[Mapping[type, PaperKind]] = {
    FactSheet: PaperKind.facts,
    Contact: PaperKind.contact,
    Note: PaperKind.note,
}
_PAPERS: Final[Mapping[PaperKind, msgspec.json.Decoder[Paper]]] = {
    kind: msgspec.json.Decoder(paper) for paper, kind in _KINDS.items()
}


class PaperName(NamedTuple):
    """Which paper: the second one of her facts."""

    person: PersonId
    kind: PaperKind
    version: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A paper whose commitment is known already, before a decision gives it its number."""

    kind: PaperKind
    paper: Paper = field(repr=False)
    disclosed: bytes = field(repr=False)
    commitment: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A row of the vault: nobody can read it without the person's key."""

    name: PaperName
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A paper that was opened, and the commitment an event must have named for it."""

    paper: Paper = field(repr=False)
    commitment: str

    def must_be(self, name: PaperName, commitment: str) -> None:
        """Raise PaperUnreadable unless it is the paper that the log commits to under that name."""
        if self.commitment != commitment:
            raise PaperUnreadable(f"{_said(name)} is not the paper that the log commits to.")


class _Disclosed(msgspec.Struct, frozen=True):
    paper: msgspec.Raw
    salt: Annotated[bytes, msgspec.Meta(min_length=SALT_BYTES, max_length=SALT_BYTES)]


_encoder: Final = msgspec.json.Encoder(order="sorted")
_disclosed: Final = msgspec.json.Decoder(_Disclosed)


# -- papers ------------------------------------------------------------------------------------


def prepare(paper: Paper) -> Prepared:
    """Salt a paper and commit to it. Raises VaultError for text that is not Unicode."""
    return _salted(paper, token_bytes(SALT_BYTES))


def _salted(paper: Paper, salt: bytes) -> Prepared:
    try:
        encoded = _encoder.encode(paper)
    except UnicodeEncodeError:  # half of a surrogate pair; the error would carry the whole text
        raise VaultError("A paper holds text that is not Unicode.") from None
    disclosed = _encoder.encode(_Disclosed(msgspec.Raw(encoded), salt))
    padded = disclosed.ljust(-(-len(disclosed) // PADDED_BYTES) * PADDED_BYTES)
    return Prepared(_KINDS[type(paper)], paper, padded, _commitment(salt, encoded))


def _commitment(salt: bytes, paper: bytes | msgspec.Raw) -> str:
    return "hmac-sha256:" + hmac.digest(salt, paper, "sha256").hex()


def commitment_of(disclosed: bytes) -> str:
    """The commitment to a paper that was handed over with its salt. Raises PaperUnreadable."""
    try:
        found = _disclosed.decode(disclosed)
    except (msgspec.MsgspecError, UnicodeDecodeError):  # its text may quote what is personal
        raise PaperUnreadable("This is not a disclosed paper with its salt.") from None
    return _commitment(found.salt, found.paper)


def read(kind: PaperKind, disclosed: bytes) -> Opened:
    """A paper that was handed over with its salt. Raises PaperUnreadable."""
    try:
        found = _disclosed.decode(disclosed)
        paper = _PAPERS[kind].decode(found.paper)
    except (msgspec.MsgspecError, UnicodeDecodeError):  # its text may quote what is personal
        raise PaperUnreadable(f"This is no disclosed paper about {kind}.") from None
    return Opened(paper, _commitment(found.salt, found.paper))


def seal(prepared: Prepared, person: PersonId, version: int, person_key: bytes) -> Sealed:
    """Close a paper under the person's key, for exactly this place in the vault."""
    name = PaperName(person, prepared.kind, version)
    nonce = token_bytes(NONCE_BYTES)
    return Sealed(name, nonce + AESGCM(person_key).encrypt(nonce, prepared.disclosed, _place(name)))


def open_sealed(row: Sealed, person_key: bytes) -> Opened:
    """Open a row. Raises PaperUnreadable."""
    disclosed = disclose(row, person_key)
    try:
        return read(row.name.kind, disclosed)
    except PaperUnreadable:
        raise PaperUnreadable(f"{_said(row.name)} is not written as such a paper is.") from None


def disclose(row: Sealed, person_key: bytes) -> bytes:
    """The paper with its salt, as an auditor may be handed it. Raises PaperUnreadable."""
    nonce, closed = row.sealed[:NONCE_BYTES], row.sealed[NONCE_BYTES:]
    try:
        return AESGCM(person_key).decrypt(nonce, closed, _place(row.name))
    except (InvalidTag, ValueError):
        raise PaperUnreadable(
            f"{_said(row.name)} does not open: the row is damaged, was moved, or has another key."
        ) from None


def _place(name: PaperName) -> bytes:
    return f"{name.person}|{name.kind}|{name.version}".encode()


def _said(name: PaperName) -> str:
    return f"Paper {name.kind} {name.version} of person {name.person}"


# -- keys --------------------------------------------------------------------------------------


def new_key() -> bytes:
    """A key for a person, or for the ledger itself."""
    return token_bytes(KEY_BYTES)


def wrap(master: MasterKey, key: bytes) -> bytes:
    """The key as it may lie in the database."""
    return aes_key_wrap(master.secret, key)


def unwrap(master: MasterKey, wrapped: bytes, whose: str) -> bytes:
    """The key itself; `whose` is named if it cannot be had. Raises PaperUnreadable."""
    try:
        return aes_key_unwrap(master.secret, wrapped)
    except InvalidUnwrap:
        raise PaperUnreadable(
            f"The key of {whose} does not unwrap with master key {master.id}: the row is damaged."
        ) from None
