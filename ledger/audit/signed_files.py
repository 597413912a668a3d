"""A folder of files that the log signs as a whole: what it lists is there unchanged, and no more.

    files                 the SHA-256 of every file beside it, as `sha256sum` writes and checks it
    manifest              what kind of folder it is, of which log, what else is said of it, and the
                          digest of `files`; signed by the log

The folder stands under its name once it is whole and on the disk: what is interrupted, be it by a
power cut, leaves nothing by that name.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, NamedTuple, TypeAlias

from ledger.audit.notes import NotASignedNote, Note, Signer, Verifier, read, vouched

MANIFEST: Final = "manifest"
FILES: Final = "files"
Buffer: TypeAlias = bytes | bytearray | memoryview

UNFINISHED: Final = ".unfinished-"
PART_BYTES: Final = 1 << 20
FLUSHED_PARTS: Final = 64
"""A long file goes to the disk as it is written, so that whoever watches is told the truth."""
_LINE: Final = re.compile(r"([0-9a-f]{64})  ((?:[A-Za-z0-9._-]+/)*[A-Za-z0-9._-]+)")

Find = Callable[[str, str, str], None]
"""Tells where something is wrong, and what, in English and in Chinese."""
Progress = Callable[[int, int], None]
"""Is told how much of how much is done."""


def unseen(_done: int, _total: int) -> None:
    """The progress that nobody watches."""


class Manifest(NamedTuple):
    """What the signed note of a folder says; further lines are a word and what it says each."""

    kind: str
    origin: str
    said: Mapping[str, str]
    files: str

    @property
    def text(self) -> str:
        """What is signed."""
        further = "".join(f"{word} {what}\n" for word, what in self.said.items())
        return f"{self.kind}\n{self.origin}\n{further}files {self.files}\n"


def manifest_of(note: Note, kind: str) -> Manifest:
    """What a note says of a folder of this kind. Raises NotASignedNote."""
    match note.text.removesuffix("\n").split("\n"):
        case [first, origin, *further, last] if first == kind:
            said = dict(_divided(line) for line in further)
            told = Manifest(kind, origin, said, last.removeprefix("files "))
            if told.text == note.text:
                return told
        case _:
            pass
    raise NotASignedNote(f"This is no manifest of {kind}.", f"这不是 {kind} 的清单。")


def _divided(line: str) -> tuple[str, str]:
    word, _, what = line.partition(" ")
    return word, what


# -- writing -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Writer:
    """Files of a new folder, whose digests are noted as they are written."""

    folder: Path
    lines: list[str] = field(default_factory=list)

    def write(self, name: str, content: bytes) -> None:
        """Put a file there and note its digest."""
        self.put(name, (content,))

    def put(self, name: str, parts: Iterable[Buffer]) -> None:
        """Put a file there as its parts of about PART_BYTES come, and note its digest."""
        path, digest = self.folder / name, sha256()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for number, part in enumerate(parts, start=1):
                file.write(part)
                digest.update(part)
                if number % FLUSHED_PARTS == 0:
                    file.flush()
                    os.fsync(file.fileno())
        self.lines.append(f"{digest.hexdigest()}  {name}\n")

    def sign(self, kind: str, signers: Sequence[Signer], said: Mapping[str, str]) -> None:
        """List what was written, and sign the list: the last thing that is done.

        Raises NotASignedNote where there is no key to sign it with.
        """
        if not signers:
            raise NotASignedNote("The log's folder holds no key.", "日志目录中没有密钥。")
        listed = "".join(self.lines).encode()
        (self.folder / FILES).write_bytes(listed)
        text = Manifest(kind, signers[0].name, said, sha256(listed).hexdigest()).text
        note = Note(text, tuple(signer.sign(text) for signer in signers))
        (self.folder / MANIFEST).write_text(str(note), encoding="utf-8")


@contextmanager
def new_folder(folder: Path) -> Iterator[Writer]:
    """A folder that nobody else can read; it gets its name when all is written, else it is gone.

    All of it and its name are on the disk when this returns. Raises FileExistsError, OSError.
    """
    if folder.exists():
        raise FileExistsError(folder)
    named = folder, *(each for each in folder.parents if not each.exists())
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(mkdtemp(prefix=f"{folder.name}{UNFINISHED}", dir=folder.parent))
    try:
        yield Writer(beside)
        for each in (*beside.rglob("*"), beside):
            _flush(each)
        beside.rename(folder)
        for each in named:
            _flush(each.parent)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


# -- reading -----------------------------------------------------------------------------------


class SignedFolder:
    """Files as they lie there. Nothing is believed yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str) -> bytes:
        """What is in a file. Raises FileNotFoundError."""
        return (self.folder / name).read_bytes()

    def names(self) -> set[str]:
        """Every file that lies there."""
        return {
            str(each.relative_to(self.folder))
            for each in self.folder.rglob("*")
            if each.is_file() or each.is_symlink()
        }

    def bytes_of(self, names: Iterable[str]) -> int:
        """How many bytes those of them that are there have together."""
        files = (self.folder / name for name in names)
        return sum(each.stat().st_size for each in files if each.is_file())


class Listed(NamedTuple):
    """What was signed: the manifest, and by its name the digest of each file."""

    manifest: Manifest
    digests: Mapping[str, str]


def check(
    folder: SignedFolder,
    kind: str,
    trusted: Iterable[Verifier],
    find: Find,
    progress: Progress = unseen,
) -> Listed | None:
    """Every file that is listed is there unchanged, and no other; None if no list can be believed.

    Whatever is wrong is told to `find`, for nothing is raised.
    """
    listed = _listed(folder, kind, trusted, find)
    if listed is None:
        return None
    reading = _Reading(folder.bytes_of(listed.digests), progress)
    for name, digest in listed.digests.items():
        try:
            found = reading.digest(folder.folder / name)
        except OSError:
            find(name, "The file is missing.", "缺少此文件。")
            continue
        if found != digest:
            find(name, "The file was changed.", "文件被改动过。")
    for name in sorted(folder.names() - listed.digests.keys() - {MANIFEST, FILES}):
        en = "The file is not in the manifest: somebody put it there."
        find(name, en, "清单中没有此文件：是后来放入的。")
    return listed


@dataclass(slots=True)
class _Reading:
    """Files are read one after another, and how far that has come is told."""

    total: int
    progress: Progress
    done: int = 0

    def digest(self, path: Path) -> str:
        digest = sha256()
        with path.open("rb") as file:
            while part := file.read(PART_BYTES):
                digest.update(part)
                self.done += len(part)
                self.progress(self.done, self.total)
        return digest.hexdigest()


def _listed(
    folder: SignedFolder, kind: str, trusted: Iterable[Verifier], find: Find
) -> Listed | None:
    try:
        note = read(folder.file(MANIFEST))
        manifest = manifest_of(note, kind)
        known = vouched(note, [key for key in trusted if key.name == manifest.origin])
        content = folder.file(FILES)
    except OSError as missing:
        where = str(missing.filename).rpartition("/")[2]
        find(where, "The file is missing.", "缺少此文件。")
        return None
    except NotASignedNote as wrong:
        find(MANIFEST, wrong.en, wrong.zh)
        return None
    if not known:
        en = "No key that you trust signed the manifest."
        find(MANIFEST, en, "清单没有您信任的公钥签名。")
        return None
    if sha256(content).hexdigest() != manifest.files:
        find(FILES, "The list of files was changed.", "文件列表被改动过。")
        return None
    lines = [_LINE.fullmatch(line) for line in content.decode("ascii", "replace").splitlines()]
    digests = {line[2]: line[1] for line in lines if line and ".." not in line[2].split("/")}
    return Listed(manifest, digests)
