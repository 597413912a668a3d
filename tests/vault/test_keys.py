"""Master keys: made once, never made up, and readable by nobody else."""

import base64
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.vault.errors import KeyFileUnsafe, KeyMissing, VaultError
from ledger.vault.keys import KEY_BYTES, VARIABLE, EnvironmentKeyRing, FileKeyRing

ONE_SECRET = base64.b64encode(bytes(range(KEY_BYTES))).decode()


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_the_first_key_is_a_file_that_only_its_owner_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "keys"
    key = FileKeyRing(folder).create()
    file = only_file(folder)
    assert (file.name, file.read_bytes()) == (key.id, key.secret)
    assert len(key.secret) == KEY_BYTES
    assert file.stat().st_mode & 0o7777 == 0o400
    assert folder.stat().st_mode & 0o7777 == 0o700


def test_the_key_is_the_same_for_every_process_that_asks_later(keyring: FileKeyRing) -> None:
    key = keyring.current()
    again = FileKeyRing(keyring._folder)
    assert again.create() == again.current() == again.get(key.id) == key


def test_threads_that_set_up_a_ledger_together_end_with_one_key(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: FileKeyRing(folder).create(), range(64)))
    assert len(set(made)) == 1
    assert only_file(folder).name == made[0].id


def test_processes_that_set_up_a_ledger_together_end_with_one_key(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    program = (
        "import sys; from pathlib import Path; from ledger.vault.keys import FileKeyRing;"
        "sys.stdin.read(); print(FileKeyRing(Path(sys.argv[1])).create().id)"
    )
    command = (sys.executable, "-c", program, str(folder))
    pipe = subprocess.PIPE
    starting = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    for process in starting:
        assert process.stdin
        process.stdin.close()
    ids = {process.stdout.read().strip() for process in starting if process.stdout}
    assert [process.wait() for process in starting] == [0, 0, 0, 0]
    assert ids == {only_file(folder).name}
    for process in starting:
        assert process.stdout
        process.stdout.close()


@pytest.mark.parametrize("folder_is_there", [True, False])
def test_a_missing_key_is_an_error_and_never_a_new_key(
    tmp_path: Path, folder_is_there: bool
) -> None:
    folder = tmp_path / "keys"
    if folder_is_there:
        folder.mkdir(mode=0o700)
    ring = FileKeyRing(folder)
    for ask in (ring.current, ring.renew, lambda: ring.get("0001-0123456789abcdef")):
        with pytest.raises(KeyMissing, match="Put the master key back"):
            ask()
    assert folder.exists() == folder_is_there
    assert not list(tmp_path.rglob("keys/*"))


@pytest.mark.parametrize("key_id", ["", ".", "../secret", "0001", "0001-0123456789ABCDEF\n", "\0"])
def test_an_id_that_is_no_key_opens_no_file(keyring: FileKeyRing, key_id: str) -> None:
    (keyring._folder.parent / "secret").write_bytes(bytes(KEY_BYTES))
    with pytest.raises(KeyMissing):
        keyring.get(key_id)


@pytest.mark.parametrize("mode", [0o600, 0o440, 0o404, 0o444, 0o644, 0o777, 0o500])
def test_a_key_file_with_another_mode_is_refused_with_the_remedy(
    keyring: FileKeyRing, mode: int
) -> None:
    file = only_file(keyring._folder)
    file.chmod(mode)
    for ask in (keyring.current, lambda: keyring.get(file.name), keyring.create):
        with pytest.raises(KeyFileUnsafe, match=f"chmod 400 '{file}'"):
            ask()
    file.chmod(0o400)
    assert keyring.current().id == file.name


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o711, 0o777])
def test_a_folder_that_others_can_enter_is_refused_with_the_remedy(
    keyring: FileKeyRing, mode: int
) -> None:
    keyring._folder.chmod(mode)
    with pytest.raises(KeyFileUnsafe, match=f"chmod 700 '{keyring._folder}'"):
        keyring.current()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_key_of_another_user_is_refused(keyring: FileKeyRing) -> None:
    file = only_file(keyring._folder)
    os.chown(file, 65534, -1)
    with pytest.raises(KeyFileUnsafe, match="chown"):
        keyring.current()


@pytest.mark.parametrize("content", [b"", bytes(31), bytes(32), bytes(33)])
def test_a_damaged_key_file_is_noticed_before_it_wraps_anything(
    keyring: FileKeyRing, content: bytes
) -> None:
    file = only_file(keyring._folder)
    file.chmod(0o600)
    file.write_bytes(content)
    file.chmod(0o400)
    with pytest.raises(KeyMissing, match="does not hold the master key of that name"):
        keyring.current()


def test_half_a_key_that_a_killed_process_left_is_not_a_key(keyring: FileKeyRing) -> None:
    key = keyring.current()
    (keyring._folder / ".0002-0123456789abcdef").write_bytes(b"half")
    (keyring._folder / "README").write_text("these are keys")
    assert keyring.current() == key
    assert keyring.renew().id.startswith("0002-")


@pytest.mark.parametrize("place", [".", "keys", "deep/er"])
def test_keys_within_the_data_folder_are_refused(tmp_path: Path, place: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "link").symlink_to(data)
    for folder in (data / place, tmp_path / "link" / place):
        with pytest.raises(KeyFileUnsafe, match="elsewhere"):
            FileKeyRing(folder, outside=data)
    FileKeyRing(tmp_path / "data-keys" / place, outside=data)


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file")
    with pytest.raises(VaultError, match="cannot be made"):
        FileKeyRing(tmp_path / "keys").create()


def test_a_renewed_key_is_current_and_the_older_ones_stay(keyring: FileKeyRing) -> None:
    first = keyring.current()
    keys = [keyring.renew() for _ in range(11)]
    assert keyring.current() == keys[-1]
    assert [keyring.get(key.id) for key in (first, *keys)] == [first, *keys]


def test_a_destroyed_key_is_gone_for_every_process_and_the_current_one_stays(
    keyring: FileKeyRing,
) -> None:
    old, other_process = keyring.current(), FileKeyRing(keyring._folder)
    with pytest.raises(VaultError, match="in use"):
        keyring.destroy(old.id)
    new = keyring.renew()
    keyring.destroy(old.id)
    assert only_file(keyring._folder).name == new.id
    for ring in (keyring, other_process):
        with pytest.raises(KeyMissing):
            ring.get(old.id)
    with pytest.raises(KeyMissing):
        keyring.destroy(old.id)


def test_the_environment_holds_one_key_whose_id_tells_it_from_another() -> None:
    ring = EnvironmentKeyRing({VARIABLE: ONE_SECRET})
    key = ring.current()
    assert key.secret == bytes(range(KEY_BYTES))
    assert ring.get(key.id) == key
    other = EnvironmentKeyRing({VARIABLE: base64.b64encode(bytes(KEY_BYTES)).decode()})
    with pytest.raises(KeyMissing, match=key.id):
        other.get(key.id)
    with pytest.raises(VaultError):
        ring.destroy(key.id)


@pytest.mark.parametrize("text", ["", "secret", ONE_SECRET[:-4], ONE_SECRET + "AAAA", "密钥" * 22])
def test_an_environment_without_a_whole_key_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(KeyMissing, match="openssl rand -base64 32") as refused:
        EnvironmentKeyRing({VARIABLE: text})
    assert not text or text not in str(refused.value)


def test_no_secret_shows_in_the_text_of_a_key(keyring: FileKeyRing) -> None:
    key = keyring.current()
    assert repr(key) == str(key) == f"MasterKey(id={key.id!r})"
