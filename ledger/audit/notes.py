"""Signed notes (C2SP signed-note): a text, and below it the signatures of those who vouch for it.

    jiefang.example/log           the text: here a checkpoint, see `checkpoints`
    1024
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — jiefang.example/log Az3g…   a signature: the key's name, its id and what it signed

A key is written as a `vkey`, which people print and compare: name+id+kind and key. Two kinds are
known: the log's own Ed25519 signature, and a witness's cosignature, which says when she saw it.
Signatures of unknown keys are ignored, so that a key can be replaced while the old one still signs;
one of a known key that is wrong condemns the note.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import Final, NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.audit.told import ToldInBoth

SIGNATURES_MOST: Final = 64
NOTE_BYTES_MOST: Final = 65_536
ID_BYTES: Final = 4
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
TIME_BYTES: Final = 8
DASH: Final = "— "
PRIVATE: Final = "PRIVATE+KEY+"
_NAME: Final = re.compile(r"[^\s+]+")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_ID: Final = re.compile(r"[0-9a-f]{8}")


class NotASignedNote(ToldInBoth, ValueError):
    """What was given is not a note, or nobody who is trusted vouches for it."""


class Kind(IntEnum):
    """What a key signs: the byte that C2SP gives to it."""

    log = 0x01
    witness = 0x04


class Signature(NamedTuple):
    """One line below a text, as it stands there."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line, with its end."""
        return f"{DASH}{self.name} {b64encode(self.key_id + self.value).decode()}\n"


class Note(NamedTuple):
    """A text that ends a line, and the signatures below it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(each.line for each in self.signatures)}"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key that is trusted, by the name under which it signs."""

    name: str
    kind: Kind
    key: bytes

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """From its `vkey`. Raises NotASignedNote."""
        name, *others = vkey.split("+", 2)
        match others:
            case [key_id, text] if _NAME.fullmatch(name) and _ID.fullmatch(key_id):
                kind, key = _kind_and_key(text)
                if kind is not None and key_id_of(name, kind, key).hex() == key_id:
                    return cls(name, kind, key)
        raise NotASignedNote(
            f"{vkey[:120]!r} is no key of a log or a witness; compare it with what was published.",
            f"{vkey[:120]!r} 不是日志或见证人的公钥，请与公布的公钥核对。",
        )

    @property
    def key_id(self) -> bytes:
        """What tells this key from others of its name."""
        return key_id_of(self.name, self.kind, self.key)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_text(self.kind, self.key)}"

    def signed(self, text: str, value: bytes) -> bool:
        """Whether this key made the signature over the text."""
        message = text.encode()
        if self.kind is Kind.witness:
            time, value = value[:TIME_BYTES], value[TIME_BYTES:]
            message = _cosigned(text, int.from_bytes(time))
        if len(value) != SIGNATURE_BYTES:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(value, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """Whoever signs: a private key and its name. Its text form is that of Go's `note` package."""

    name: str
    kind: Kind
    seed: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From its private text. Raises NotASignedNote, which does not repeat it."""
        name, *others = text.strip().removeprefix(PRIVATE).split("+", 2)
        match others:
            case [key_id, secret] if text.startswith(PRIVATE) and _NAME.fullmatch(name):
                kind, seed = _kind_and_key(secret)
                signer = None if kind is None else cls(name, kind, seed)
                if signer is not None and signer.verifier.key_id.hex() == key_id:
                    return signer
        raise NotASignedNote("This is no private key of a log.", "这不是日志的私钥。")

    @property
    def private_text(self) -> str:
        """What to keep in a file that nobody else can read."""
        return f"{PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{_text(self.kind, self.seed)}"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.kind, self._private.public_key().public_bytes_raw())

    def sign(self, text: str, time: int = 0) -> Signature:
        """A signature over the text; a witness says at which second she saw it."""
        if self.kind is Kind.witness:
            value = time.to_bytes(TIME_BYTES) + self._private.sign(_cosigned(text, time))
        else:
            value = self._private.sign(text.encode())
        return Signature(self.name, self.verifier.key_id, value)

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def key_id_of(name: str, kind: Kind, key: bytes) -> bytes:
    """The four bytes that stand before a signature."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:ID_BYTES]


def read(data: bytes) -> Note:
    """A note as it was written. Nobody is trusted yet. Raises NotASignedNote."""
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        whole = "\x00"
    text, divided, below = whole.rpartition("\n\n")
    lines = below.split("\n")
    if (
        not divided or not text or _CONTROL.search(whole) or len(data) > NOTE_BYTES_MOST
        or lines.pop() or not 0 < len(lines) <= SIGNATURES_MOST
    ):  # fmt: skip
        raise _not_a_note()
    return Note(text + "\n", tuple(_signature(line) for line in lines))


def vouched(note: Note, verifiers: Iterable[Verifier]) -> list[Verifier]:
    """Whose signatures stand below the note, of those who are trusted; [] if nobody's.

    Raises NotASignedNote if one of theirs is wrong.
    """
    known = {(each.name, each.key_id): each for each in verifiers}
    found: dict[Verifier, None] = {}
    for signature in note.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            continue
        if not verifier.signed(note.text, signature.value):
            raise NotASignedNote(
                f"The signature of {verifier.name} is not over this text: one of the two was"
                " changed.",
                f"{verifier.name} 的签名与正文不符：正文或签名被改动过。",
            )
        found[verifier] = None
    return list(found)


def exact(text: str) -> bytes:
    """Bytes from the one base64 text that they have. Raises ValueError for any other text."""
    try:
        data = b64decode(text, validate=True)
    except NotBase64 as fault:
        raise ValueError(str(fault)) from None
    if b64encode(data).decode() != text:
        raise ValueError("not the form that these bytes have")
    return data


def _signature(line: str) -> Signature:
    name, _, text = line.removeprefix(DASH).partition(" ")
    try:
        value = exact(text)
    except ValueError:
        value = b""
    if not line.startswith(DASH) or not _NAME.fullmatch(name) or len(value) <= ID_BYTES:
        raise _not_a_note()
    return Signature(name, value[:ID_BYTES], value[ID_BYTES:])


def _not_a_note() -> NotASignedNote:
    return NotASignedNote(
        "This is no signed note: a text, an empty line, and a line for each signature.",
        "这不是签名文本：应为正文、空行，以及每个签名一行。",
    )


def _kind_and_key(text: str) -> tuple[Kind | None, bytes]:
    try:
        data = exact(text)
        kind = Kind(data[0]) if len(data) == 1 + KEY_BYTES else None
    except ValueError:
        return None, b""
    return kind, data[1:]


def _text(kind: Kind, key: bytes) -> str:
    return b64encode(bytes([kind]) + key).decode()


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()
