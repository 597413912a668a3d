"""A folder that is signed as a whole: of one kind, listed to the last byte, never half there."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from ledger.audit.notes import Kind, NotASignedNote, Note, Signer
from ledger.audit.signed_files import SignedFolder, check, manifest_of, new_folder

KIND = "example/folder@v1"
OURS = Signer("example.org/log", Kind.log, bytes(range(32)))
SAID = {"for": "例 an auditor", "made": "today"}


def made(folder: Path) -> SignedFolder:
    with new_folder(folder) as writer:
        writer.write("a", b"1")
        writer.write("b/c", b"")
        writer.sign(KIND, [OURS], SAID)
    return SignedFolder(folder)


def told(folder: SignedFolder, kind: str = KIND) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    check(folder, kind, [OURS.verifier], lambda where, en, _zh: found.append((where, en)))
    return found


def test_what_was_written_is_listed_and_says_what_it_was_told(tmp_path: Path) -> None:
    folder = made(tmp_path / "deep" / "folder")
    assert told(folder) == []
    listed = check(folder, KIND, [OURS.verifier], lambda *_: None)
    assert listed is not None
    assert dict(listed.manifest.said) == SAID
    assert set(listed.digests) == {"a", "b/c"}
    assert folder.folder.stat().st_mode & 0o077 == 0


def test_a_folder_of_one_kind_is_not_taken_for_another(tmp_path: Path) -> None:
    [(where, en)] = told(made(tmp_path / "folder"), "example/other@v1")
    assert (where, en) == ("manifest", "This is no manifest of example/other@v1.")


TEXTS: dict[str, Callable[[str], str]] = {
    "nothing": lambda _: "\n",
    "the kind alone": lambda _: f"{KIND}\n",
    "no digest": lambda text: text.replace("files ", "file "),
    "a word twice": lambda text: text.replace("made ", "for "),
    "a line without a word": lambda text: text.replace("made today", "made"),
}


@pytest.mark.parametrize("what", TEXTS)
def test_a_manifest_has_one_form(tmp_path: Path, what: str) -> None:
    text = (made(tmp_path / "folder").folder / "manifest").read_text().partition("\n\n")[0] + "\n"
    assert manifest_of(Note(text, ()), KIND).text == text
    with pytest.raises(NotASignedNote):
        manifest_of(Note(TEXTS[what](text), ()), KIND)


def test_what_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    with suppress(KeyboardInterrupt), new_folder(tmp_path / "folder") as writer:
        writer.write("a", b"1")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileExistsError):
        made(tmp_path / "folder")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


class Disk:
    """What was flushed to the disk, how long it was then, and whether the folder had its name."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.before: dict[int, int] = {}
        self.after: set[int] = set()
        self._fsync = os.fsync
        monkeypatch.setattr(os, "fsync", self.fsync)

    def fsync(self, opened: int) -> None:
        self._fsync(opened)
        found = os.fstat(opened)
        if self.folder.exists():
            self.after.add(found.st_ino)
        else:
            self.before[found.st_ino] = found.st_size


def test_it_is_on_the_disk_before_it_has_its_name_and_so_is_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "new" / "newer" / "folder"
    disk = Disk(folder, monkeypatch)
    made(folder)
    for each in (folder, *folder.rglob("*")):
        found = each.stat()
        assert disk.before[found.st_ino] == found.st_size, each
    assert disk.after == {each.stat().st_ino for each in (tmp_path, *folder.parents[:2])}


def test_what_cannot_be_flushed_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full, or broken, and says so when it is asked at last."""

    def broken(_opened: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="No space"):
        made(tmp_path / "folder")
    assert list(tmp_path.iterdir()) == []
