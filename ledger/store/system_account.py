"""The system account `jiefang`: PostgreSQL refuses to run as root, so this account stands in.

It is made on first need. It may pass through the folders above the server's own, and nobody else
gains anything: an access list names the account where a plain `chmod o+x` would open root's home to
everybody.
"""

import os
import pwd
import stat
import struct
import subprocess
import time
from pathlib import Path
from typing import Final

NAME: Final = "jiefang"
ATTEMPTS: Final = 10

# Linux keeps a folder's access list in an attribute: a version, then (kind, bits, who) entries.
ATTRIBUTE: Final = "system.posix_acl_access"
VERSION: Final = struct.pack("<I", 2)
ENTRY: Final = struct.Struct("<HHI")
OWNER, USER, GROUP, MASK, OTHERS = 0x01, 0x02, 0x04, 0x10, 0x20
NO_ID: Final = 0xFFFFFFFF


def find_or_make() -> tuple[int, int]:
    """The account's user and group id. Raises LookupError if it cannot be made."""
    for _ in range(ATTEMPTS):
        try:
            account = pwd.getpwnam(NAME)
        except KeyError:
            _make()
        else:
            return account.pw_uid, account.pw_gid
    raise LookupError(NAME)


def _make() -> None:
    options = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
    subprocess.run(("/usr/sbin/useradd", *options, NAME), capture_output=True, check=False)
    time.sleep(0.2)  # another process may be adding it just now and hold the system's lock


def let_through(folder: Path, user: int, group: int) -> bool:
    """Whether that account can enter `folder`, after letting it pass where it could not."""
    if not _can_enter(folder, user, group):
        for each in (folder, *folder.parents):
            if not each.stat().st_mode & stat.S_IXOTH:
                _allow_passage(each, user)
    return _can_enter(folder, user, group)


def _can_enter(folder: Path, user: int, group: int) -> bool:
    test = ("/usr/bin/test", "-x", str(folder))
    answer = subprocess.run(test, user=user, group=group, extra_groups=(), check=False)
    return answer.returncode == 0


def _allow_passage(folder: Path, user: int) -> None:
    try:
        entries = _access_list(folder)
        entries[USER, user] = 1
        entries[MASK, NO_ID] |= 1
        packed = (ENTRY.pack(kind, bits, who) for (kind, who), bits in sorted(entries.items()))
        os.setxattr(folder, ATTRIBUTE, VERSION + b"".join(packed))
    except OSError:
        return  # a file system without access lists: the caller says what to do


def _access_list(folder: Path) -> dict[tuple[int, int], int]:
    if ATTRIBUTE in os.listxattr(folder):
        entries = ENTRY.iter_unpack(os.getxattr(folder, ATTRIBUTE)[len(VERSION) :])
        return {(kind, who): bits for kind, bits, who in entries}
    mode = folder.stat().st_mode
    modes = {OWNER: mode >> 6, GROUP: mode >> 3, MASK: mode >> 3, OTHERS: mode}
    return {(kind, NO_ID): bits & 0o7 for kind, bits in modes.items()}
