"""The embedded PostgreSQL: shared while used, recovered after a crash, clear when it fails."""

import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ledger.store import embedded, shared_use, system_account
from ledger.store.embedded import EmbeddedServerError

USER = "import sys, time; from pathlib import Path; from ledger.store import embedded; "
START = "print(embedded.start(Path(sys.argv[1])), flush=True); "
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: pytest's own is closed to others and too long for a socket."""
    with tempfile.TemporaryDirectory(prefix="jiefang-", ignore_cleanup_errors=True) as name:
        yield Path(name)
        embedded.stop(Path(name))


def process_that_uses(folder: Path) -> subprocess.Popen[str]:
    script = USER + START + "time.sleep(60)"
    command = (sys.executable, "-c", script, str(folder))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().startswith("postgresql://")
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def server_process(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])


def is_running(folder: Path) -> bool:
    return (folder / "postgres" / "postmaster.pid").exists()


def write(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE fact AS SELECT 1 AS value")


def read(url: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT value FROM fact").fetchone()


def test_what_was_written_is_there_at_the_next_start(folder: Path) -> None:
    write(embedded.start(folder))
    embedded.stop(folder)
    assert not is_running(folder)
    assert read(embedded.start(folder)) == (1,)


def test_two_processes_share_a_server_and_the_last_one_stops_it(folder: Path) -> None:
    url = embedded.start(folder)
    with process_that_uses(folder) as other:
        embedded.stop(folder)
        write(url)
        kill(other)
    embedded.stop(folder)
    assert not is_running(folder)


def test_a_killed_user_leaves_a_server_that_the_next_one_takes_over(folder: Path) -> None:
    with process_that_uses(folder) as other:
        kill(other)
    assert is_running(folder)
    assert shared_use.nobody_uses(folder)
    write(embedded.start(folder))
    embedded.stop(folder)
    assert not is_running(folder)


def test_a_killed_server_recovers_what_was_committed(folder: Path) -> None:
    write(embedded.start(folder))
    os.kill(server_process(folder), signal.SIGKILL)
    assert read(embedded.start(folder)) == (1,)


def test_a_process_id_given_to_another_program_is_not_taken_for_the_server(folder: Path) -> None:
    write(embedded.start(folder))
    file = folder / "postgres" / "postmaster.pid"
    _, rest = file.read_text().split("\n", 1)
    embedded.stop(folder)
    owner = (folder / "postgres").stat().st_uid
    with subprocess.Popen(("sleep", "60"), user=owner, text=True) as stranger:
        file.write_text(f"{stranger.pid}\n{rest}")
        assert read(embedded.start(folder)) == (1,)
        stranger.kill()


def test_a_first_start_that_was_killed_half_way_is_begun_again(folder: Path) -> None:
    unfinished = folder / "postgres.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    write(embedded.start(folder))


def test_a_path_too_long_for_a_socket_works(folder: Path) -> None:
    deep = folder / ("街坊" * 10) / ("with space" * 5)
    url = embedded.start(deep)
    write(url)
    assert "host=%2Ftmp%2Fjiefang-" in url
    embedded.stop(deep)


def test_a_setting_in_a_file_cannot_weaken_durability(folder: Path) -> None:
    with psycopg.connect(embedded.start(folder), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
    embedded.stop(folder)
    with psycopg.connect(embedded.start(folder)) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_only_the_owner_reaches_the_server(folder: Path) -> None:
    embedded.start(folder)
    assert (folder / "postgres").stat().st_mode & 0o077 == 0


def test_a_missing_wheel_names_the_command_that_installs_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "find_spec", lambda _: None)
    with pytest.raises(EmbeddedServerError, match=r"pip install 'jiefang-ledger\[embedded\]'"):
        embedded.start(folder)


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    file = folder / "file"
    file.touch()
    with pytest.raises(EmbeddedServerError, match=r"file/data cannot be written"):
        embedded.start(file / "data")


def test_a_server_that_does_not_start_shows_the_end_of_its_log(folder: Path) -> None:
    embedded.start(folder)
    embedded.stop(folder)
    (folder / "postgres" / "postgresql.conf").write_text("port = nonsense\n")
    with pytest.raises(EmbeddedServerError, match="invalid value for parameter"):
        embedded.start(folder)


@as_root
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_plain_user_has_a_server_of_her_own(folder: Path) -> None:
    embedded.start(folder / "of root")  # lets the account through to the programs
    user, group = system_account.find_or_make()
    os.chown(folder, user, group)
    child = os.fork()
    if child == 0:
        os._exit(exit_code_of_a_plain_user(folder / "her own", user, group))
    assert os.waitpid(child, 0)[1] == 0
    assert (folder / "her own").stat().st_uid == user
    embedded.stop(folder / "of root")


def exit_code_of_a_plain_user(folder: Path, user: int, group: int) -> int:
    try:
        os.setgroups(())
        os.setgid(group)
        os.setuid(user)
        embedded.start(folder)
        embedded.stop(folder)
    except BaseException:  # noqa: BLE001 - a forked test must not go on to the next one
        traceback.print_exc()
        return 1
    return 0


@as_root
def test_root_is_let_through_a_closed_folder_and_nobody_else_is(folder: Path) -> None:
    folder.chmod(0o700)
    write(embedded.start(folder / "closed"))
    embedded.stop(folder / "closed")
    assert folder.stat().st_mode & 0o007 == 0
