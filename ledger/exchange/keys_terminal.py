"""The commands `jiefang keys …`: the master keys, their rotation, destruction and recovery."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer
from psycopg import Connection

from ledger.exchange.console import ERRORS, output, table
from ledger.exchange.terminal import Data, Refused, existing, owner
from ledger.running import keyring_of, running
from ledger.settings import Settings
from ledger.vault import index, rotation, shares
from ledger.vault.errors import KeyMissing, VaultError
from ledger.vault.keys import FileKeyRing
from ledger.vault.reindexing import rebuild_index

IN_A_ROW: Final = 6

key_app = typer.Typer(no_args_is_help=True, help="主密钥。The vault's master keys.")


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Connection[Any], FileKeyRing]]:
    ring = _folder_of(settings)
    with running(settings, project=False) as here, owner(here) as connection:
        yield connection, ring


def _folder_of(settings: Settings) -> FileKeyRing:
    ring = keyring_of(settings)
    if isinstance(ring, FileKeyRing):
        return ring
    raise Refused(
        "The one key of LEDGER_MASTER_KEY is not rotated or restored here: use LEDGER_KEY_DIR. "
        "环境变量中的唯一密钥不能在此轮换或恢复，请改用 LEDGER_KEY_DIR。"
    )


@key_app.command("list", epilog="例 example: jiefang keys list")
def list_(data: Data = None) -> None:
    """列出主密钥（不含密文）。List the master keys, without their secrets."""
    with _opened(existing(data)) as (connection, ring):
        current = ring.current().id
        rows = [
            (
                each.key_id,
                "当前 current" if each.key_id == current else "",
                f"{each.wraps}",
                f"{each.retired_at:%F}" if each.retired_at else "",
                "" if each.here else "不在此处 not here",
            )
            for each in rotation.states(connection, ring)
        ]
    columns = ("id", "", "wraps", "wraps nothing since", "file")
    with output(None) as console:
        console.print(table("主密钥 Master keys", columns, rows, right=[2]))


@key_app.command(epilog="例 example: jiefang keys rotate")
def rotate(data: Data = None) -> None:
    """轮换主密钥；中断后再运行即继续。Make a new key and rewrap; run it again if interrupted."""
    with _opened(existing(data)) as (connection, ring):
        rotated = rotation.rotate(connection, ring)
    zh, en = ("新密钥", "new key") if rotated.renewed else ("续完", "finished")
    ERRORS.print(
        f"{rotated.key_id}：{zh}，重新加密 {rotated.rewrapped} 个密钥。"
        f"{en}, {rotated.rewrapped} keys rewrapped. "
        "请立即另存主密钥及恢复份额。Copy it to its safe place and print its shares now.",
        soft_wrap=True,
    )


@key_app.command(epilog="例 example: jiefang keys destroy --older-than-days 35")
def destroy(
    days: Annotated[
        int | None,
        typer.Option(
            "--older-than-days",
            min=0,
            help="停用满此天数。Retired for so many days; LEDGER_BACKUP_DAYS without.",
        ),
    ] = None,
    data: Data = None,
) -> None:
    """销毁旧备份也不再需要的密钥。Destroy the keys that no backup needs any more."""
    settings = existing(data)
    least = settings.backup_days
    if days is not None and days < least:
        raise Refused(
            f"Backups are kept for {least} days and still need these keys: name at least {least}, "
            f"or set LEDGER_BACKUP_DAYS. 备份保留 {least} 天，仍需这些密钥。"
        )
    with _opened(settings) as (connection, ring):
        gone = rotation.destroy_older(connection, ring, least if days is None else days)
    listed = ", ".join(gone) or "无 none"
    ERRORS.print(
        f"已销毁 destroyed: {listed}。其另存副本和恢复份额请于同日销毁。"
        "Destroy their safe copies and their shares on the same day.",
        soft_wrap=True,
    )


@key_app.command(epilog="例 example: jiefang keys reindex --new-key")
def reindex(
    *,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="换用新的查找密钥。With a new key for the index.")
    ] = False,
    data: Data = None,
) -> None:
    """重建查找索引；中断后再运行即继续。Index persons anew; run it again if interrupted."""
    with running(existing(data), project=False) as here, owner(here) as connection:
        if new_key:
            here.ledger.vault.renew_ledger_key(connection, index.KEY)
        rebuilt = rebuild_index(connection, here.ledger.vault)
    ERRORS.print(f"{rebuilt.changed} 人的索引已更新。{rebuilt.changed} persons are found anew.")
    for person in rebuilt.clashes:
        ERRORS.print(f"{person}: 证件已属他人 the document is another person's", soft_wrap=True)


# -- recovery ------------------------------------------------------------------------------------


@key_app.command(epilog="例 example: jiefang keys share --of 3 --need 2 | lp")
def share(
    of: Annotated[int, typer.Option("--of", help="共几份。How many shares.")],
    need: Annotated[int, typer.Option("--need", help="需几份。How many of them are enough.")],
    key: Annotated[
        str | None, typer.Option("--key", help="密钥编号；不填为当前。A key; the current without.")
    ] = None,
    data: Data = None,
) -> None:
    """打印恢复份额，分装密封。Print a key's recovery shares, one a page, for sealed envelopes."""
    ring = keyring_of(existing(data))
    master = ring.get(key) if key else ring.current()
    try:
        lines = shares.split(master, of, need)
    except VaultError as fault:
        raise Refused(f"{fault} 份数不合要求。") from None
    for number, line in enumerate(lines, start=1):
        typer.echo(_page(master.id, number, of, need, line))


def _page(key_id: str, number: int, of: int, need: int, line: str) -> str:
    words = [f"{place:2} {word:10}" for place, word in enumerate(line.split(), start=1)]
    rows = [" ".join(words[at : at + IN_A_ROW]) for at in range(0, len(words), IN_A_ROW)]
    head = (
        f"街坊账本主密钥恢复份额 Jiefang Ledger, recovery share {number}/{of}",
        f"密钥 key {key_id}",
        f"任意 {need} 份可恢复 Any {need} of the {of} restore it: jiefang keys restore {key_id}",
        "请密封，分人分处保管。Seal it; keep the shares with different people in different places.",
    )
    return "\n".join((*head, "", *rows, "\f" if number < of else ""))


@key_app.command(epilog="例 example: jiefang keys restore 0001-0123456789abcdef")
def restore(key: str, data: Data = None) -> None:
    """由恢复份额恢复密钥。Read shares, as they were printed, and put the key back."""
    ring = _folder_of(Settings.read(data_dir=data))
    if sys.stdin.isatty():
        ERRORS.print("请逐份输入各词，以 Ctrl-D 结束。Type one share after the other, then Ctrl-D.")
    try:
        restored = ring.restore(key, shares.join(_words(sys.stdin.read())))
    except KeyMissing:
        raise
    except VaultError as fault:
        raise Refused(f"{fault} 未能恢复密钥 {key[:40]}。") from None
    ERRORS.print(f"{restored.id}: 已恢复 restored", soft_wrap=True)


def _words(typed: str) -> str:
    """What stands in the numbered rows of a printed page, or was typed without numbers."""
    rows = [line for line in typed.splitlines() if not line.isspace()]
    numbered = [row for row in rows if row.lstrip()[:1].isdigit()]
    return "\n".join(numbered or rows)
