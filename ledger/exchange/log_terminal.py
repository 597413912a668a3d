"""The commands around the sealed log: its checkpoint, its keys and its receipts."""

from pathlib import Path
from typing import Annotated, Final

import typer

from ledger.access import drawing
from ledger.audit import notes, sealed
from ledger.audit.checkpoints import Checkpoint, parse
from ledger.audit.log_folder import LogFolder
from ledger.audit.receipts import SUFFIX
from ledger.audit.references import reference_to
from ledger.audit.trust import Trust
from ledger.exchange.console import ERRORS, output
from ledger.exchange.terminal import Data, Out, Refused, existing, owner
from ledger.running import Running, log_folder_of, running, sealer_of

PICTURES: Final = {".svg", ".png"}
Qr = Annotated[
    Path | None,
    typer.Option(
        help="另存二维码（.svg 或 .png），通往核对页。The code of the page that compares."
    ),
]

log_app = typer.Typer(no_args_is_help=True, help="日志封存与签名密钥。The sealed log and its keys.")


@log_app.command(epilog="例 example: jiefang log status")
def status(data: Data = None) -> None:
    """显示最新检查点。The newest signed checkpoint, and how much is not sealed yet."""
    with running(existing(data), project=False) as here, output(None) as console:
        last = here.ledger.recorder.max_notification_id() or 0
        with here.datastore.get_connection() as connection:
            newest = sealed.newest_of(connection)
        if newest is None:
            raise Refused(
                "Nothing was sealed yet: jiefang serve seals, or jiefang log seal. 尚未封存。"
            )
        console.print(str(newest.note), end="", soft_wrap=True)
        console.print(
            f"封存于 sealed at {newest.at:%F %T} UTC；未封存 not sealed yet: "
            f"{last - newest.checkpoint.size}",
            soft_wrap=True,
        )


@log_app.command(epilog="例 example: jiefang log seal")
def seal(data: Data = None) -> None:
    """立即封存。Sign what the log has become; a ledger that is served does so by itself."""
    with running(existing(data), project=False) as here:
        last = seal_all(here)
    size = "无新内容 nothing new" if last is None else str(last.size)
    ERRORS.print(f"已封存 sealed: {size}", soft_wrap=True)


def seal_all(here: Running) -> Checkpoint | None:
    """Sign all that was added; the last new checkpoint, or None if nothing was.

    Raises SealingRefused, LogFolderFault, psycopg.Error.
    """
    with owner(here) as connection:
        sealer, last = sealer_of(here.url, here.settings), None
        while checkpoint := sealer.seal(connection):
            last = checkpoint
    return last


@log_app.command(epilog="例 example: jiefang log key")
def key(data: Data = None) -> None:
    """打印公钥，用于张贴公布。The public keys, to be put on the notice board and printed."""
    for each in _folder(data).signers():
        typer.echo(str(each.verifier))


@log_app.command(epilog="例 example: jiefang log policy > policy")
def policy(data: Data = None) -> None:
    """打印信任策略文件。A policy file (C2SP tlog-policy) that trusts this log."""
    typer.echo(str(_trust(_folder(data))), nl=False)


@log_app.command(epilog="例 example: jiefang log add-key")
def add_key(data: Data = None) -> None:
    """增加签名密钥，与旧密钥并行签名。A further key, which signs beside the others from now on."""
    made = _folder(data).add_key().verifier
    ERRORS.print(
        f"新密钥 new key: {made}。请公布；各方改用后再停用旧密钥。"
        "Publish it, and retire the old one when everybody has it.",
        soft_wrap=True,
    )


@log_app.command(epilog="例 example: jiefang log retire-key 4f2a91c0")
def retire_key(key_id: str, data: Data = None) -> None:
    """停用并销毁签名密钥。Destroy a key, by the id in its public text, so that it signs no more."""
    gone = _folder(data).retire_key(key_id)
    ERRORS.print(f"已停用 retired: {gone}", soft_wrap=True)


def _folder(data: Path | None) -> LogFolder:
    folder = log_folder_of(existing(data))
    if folder.origin is None:
        raise Refused(
            "This log has no key yet: jiefang serve or jiefang log seal makes it. 日志尚无密钥。"
        )
    return folder


def _trust(folder: LogFolder) -> Trust:
    return Trust(tuple(each.verifier for each in folder.signers()))


def receipt(position: int, data: Data = None, out: Out = None, qr: Qr = None) -> None:
    """出具一条记录的收据。A receipt of one entry, which verifies by itself for ever."""
    if qr is not None and qr.suffix.lower() not in PICTURES:
        raise Refused(f"{qr}: a picture is .svg or .png. 图片文件须为 .svg 或 .png。")
    with (
        running(existing(data), project=False) as here,
        here.datastore.transaction(commit=False) as cursor,
    ):
        given = sealed.receipt(cursor.connection, position)
        site = here.settings.own_origin
    if given is None:
        raise Refused(
            f"Position {position} is not sealed, or not there. 位置 {position} 尚未封存或不存在。"
        )
    file = out or Path(f"{position}{SUFFIX}")
    file.write_bytes(bytes(given))
    ERRORS.print(f"{file}", soft_wrap=True)
    if qr is not None:
        checkpoint = parse(notes.read(given.note))
        drawing.save(reference_to(position, checkpoint).address(site), qr)
        ERRORS.print(f"{qr}", soft_wrap=True)
