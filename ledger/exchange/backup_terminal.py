"""The commands `jiefang backup` and `restore`: a signed copy of the ledger, and the way back."""

from pathlib import Path
from typing import Annotated

import psycopg
import typer

from ledger.audit import backup
from ledger.audit.backup import Restored
from ledger.audit.log_folder import LogFolder
from ledger.audit.notes import Verifier
from ledger.audit.signed_files import SignedFolder
from ledger.deciding.answers import Accepted
from ledger.domain.origins import ErasedSince
from ledger.exchange.console import ERRORS, progress_bar
from ledger.exchange.log_terminal import seal_all
from ledger.exchange.terminal import FOLDING, Data, Refused, catch_up, existing, owner
from ledger.projections import rebuild
from ledger.projections.models import MODELS
from ledger.running import database, keyring_of, log_folder_of, running
from ledger.settings import Settings
from ledger.vault.vault import Vault


def backup_(folder: Path, data: Data = None) -> None:
    """备份。Write a signed copy of the ledger into a new folder; the keys are not in it."""
    settings = existing(data)
    with (
        running(settings, project=False) as here,
        progress_bar("备份 backup") as progress,
        owner(here) as connection,
    ):
        seal_all(here)
        written = backup.write(connection, log_folder_of(settings), folder, progress)
    ERRORS.print(
        f"{folder}：{written.size} 条 entries。内含加密的个人资料，请离线保存；"
        "主密钥和日志目录须另行保存，不得放在一起。"
        "Papers in it are sealed; keep it apart from the master keys and the log's folder.",
        soft_wrap=True,
    )


def restore(
    folder: Path,
    data: Data = None,
    key: Annotated[
        list[str] | None,
        typer.Option(help="日志目录丢失时用：公钥。The log's public key, if its folder is lost."),
    ] = None,
) -> None:
    """恢复备份，并证明日志完整。Put a backup back into an empty place, and prove its log."""
    settings = Settings.read(data_dir=data)
    keys = log_folder_of(settings)
    with database(settings) as url, psycopg.connect(url, autocommit=True) as connection:
        rebuild.prepare(url, MODELS)  # empty yet: all are folded at once then, and not each alone
        opens = Vault(keyring_of(settings)).verify_keys
        restored = backup.restore(
            connection,
            keys,
            SignedFolder(folder),
            trust=_trust(keys, key),
            opens=opens,
            bar=progress_bar,
        )
    erased = [ErasedSince(each.person, each.basis) for each in keys.erased()]
    with running(settings, project=False) as here:
        answer = here.ledger.note_restore(erased)
        if not isinstance(answer, Accepted):
            raise Refused(f"The restore could not be noted: {answer}. 恢复未能记入日志。")
    _tell(restored, len(answer.events) - 1)
    with running(settings) as here, progress_bar(FOLDING) as progress:
        catch_up(here, progress)
    if not restored.goes_on:
        raise typer.Exit(1)


def _trust(keys: LogFolder, given: list[str] | None) -> list[Verifier]:
    """Whose backup it may be: this log's, or of the key that is named. Raises Refused."""
    found = [Verifier.parse(text) for text in given or ()]
    found += [each.verifier for each in keys.signers()]
    if not found:
        raise Refused(
            f"{keys.folder} holds no key. Put the log's folder there (or set LEDGER_LOG_DIR), or "
            f"name its public key with --key. {keys.folder} 中没有密钥：请放回日志目录"
            "（或设 LEDGER_LOG_DIR），或用 --key 指明日志公钥。"
        )
    return found


def _tell(restored: Restored, erased: int) -> None:
    ERRORS.print(
        f"已恢复 restored {restored.size} 条 entries；重新注销 erased again: {erased}。"
        "令牌和登录均已失效，请重新建立；再运行 jiefang verify。"
        "Tokens and sessions are void: make them anew, then run jiefang verify.",
        soft_wrap=True,
    )
    if restored.goes_on:
        return
    signed = "?" if restored.signed is None else str(restored.signed.size)
    ERRORS.print(
        f"The log had been signed up to entry {signed}; the backup has {restored.size}. What came "
        "between is lost, and nothing is signed until two persons begin the log anew: "
        f"jiefang log new-origin. 日志曾签名至第 {signed} 条，备份只有 {restored.size} 条，"
        "其间记录已丢失；须由两人以新名称重新开始日志，此前不再签名。",
        soft_wrap=True,
    )
