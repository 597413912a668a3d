"""The commands `jiefang log new-origin …`: a log that lost entries begins anew, by two persons."""

import re
from typing import Annotated

import psycopg
import typer

from ledger.audit import sealed
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import LogFolder
from ledger.domain.origins import STREAM, ApproveOrigin, OriginReason, ProposeOrigin, SignedLog
from ledger.domain.values import BOUNDS, Count, LogOrigin, Position, Sha256
from ledger.exchange.console import ERRORS
from ledger.exchange.log_terminal import seal_all
from ledger.exchange.terminal import Data, Refused, Token, authority, execute, existing, owner
from ledger.projections.reading import state_at
from ledger.running import Running, log_folder_of, running

origin_app = typer.Typer(
    no_args_is_help=True,
    help="以新名称重新开始日志（两人）。Begin the log anew under another name, by two persons.",
)

Name = Annotated[str, typer.Argument(help="新名称，如主机名加编号。Such as a.example/log-2.")]


@origin_app.command(epilog="例 example: jiefang log new-origin propose ledger.example.org/log-2")
def propose(
    origin: Name,
    reason: Annotated[OriginReason, typer.Option(help="原因，将公开。Why; it is public.")],
    token: Token = None,
    data: Data = None,
) -> None:
    """提出新名称（数据专员）。Propose it, and say what was signed last; the data officer's."""
    settings, name = existing(data), _origin(origin)
    with running(settings, project=False) as here:
        last = _signed_last(here, log_folder_of(settings))
        before = SignedLog(LogOrigin(last.origin), Count(last.size), Sha256(last.root.hex()))
        execute(here, authority(here, None, token), [ProposeOrigin(name, reason, before)])
    ERRORS.print(
        f"{name}：已提出，由镇级审批人同意。Proposed; the town approver approves it: "
        f"jiefang log new-origin approve {name}",
        soft_wrap=True,
    )


@origin_app.command(epilog="例 example: jiefang log new-origin approve ledger.example.org/log-2")
def approve(origin: Name, token: Token = None, data: Data = None) -> None:
    """同意并启用（镇级审批人）。Approve it and sign under it; if interrupted, ask again."""
    settings, name = existing(data), _origin(origin)
    keys = log_folder_of(settings)
    with running(settings, project=False) as here, owner(here) as connection:
        if _begun(here, connection) != name:
            execute(here, authority(here, None, token), [ApproveOrigin(name)])
        if keys.origin != name:
            keys.begin_anew(name)
        seal_all(here)
    ERRORS.print(
        f"新公钥，请公布 new key, to be published: {keys.signers()[0].verifier}", soft_wrap=True
    )


def _origin(text: str) -> LogOrigin:
    bounds = BOUNDS[LogOrigin]
    if len(text) > (bounds.length or 0) or not re.search(bounds.pattern or "", text):
        raise Refused(
            f"{text[:60]!r} is no name for a log: write a host and a path in small letters, such "
            f"as ledger.example.org/log-2. {text[:60]!r} 不能作日志名称：请用小写主机名加路径。"
        )
    return LogOrigin(text)


def _signed_last(here: Running, keys: LogFolder) -> Checkpoint:
    """What the log's folder remembers; where that is lost, what the database does."""
    if keys.origin is not None and (last := keys.last()) is not None:
        return last
    with here.datastore.get_connection() as connection:
        newest = sealed.newest_of(connection)
    if newest is None:
        raise Refused("Nothing was signed yet, so there is nothing to leave. 尚未签名，无需更名。")
    return newest.checkpoint


def _begun(here: Running, connection: psycopg.Connection[tuple[object, ...]]) -> LogOrigin | None:
    last = Position(here.ledger.recorder.max_notification_id() or 0)
    begun = state_at(connection, STREAM, last).begun
    return begun[-1].origin if begun else None
