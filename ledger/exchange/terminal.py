"""The command `import`, and what every command of a terminal begins with."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfoNotFoundError

import psycopg
import typer

from ledger.access import tokens
from ledger.deciding.answers import Accepted, Declined, Unit
from ledger.domain.authority import Authority, Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.refusals import sentence
from ledger.domain.values import BOUNDS, PersonId, ZoneName, zone
from ledger.exchange.console import Progress, output, progress_bar, silent
from ledger.exchange.importing import Outcome, import_file
from ledger.exchange.refused_rows import refusals
from ledger.running import Running, running
from ledger.settings import Settings

CATCHING_UP_SECONDS: Final = 60.0
LOOKING_SECONDS: Final = 1.0
FOLDING: Final = "汇总 folding"
TOKEN_VARIABLE: Final = "JIEFANG_TOKEN"  # noqa: S105 - a name, and not of a setting

Data = Annotated[
    Path | None,
    typer.Option("--data", help="嵌入数据库的目录。Folder of the embedded database (data)."),
]
Out = Annotated[
    Path | None, typer.Option("--out", help="写入文件。Write to this file instead of the terminal.")
]


class Refused(Exception):
    """The command cannot be done as given; the text says why and what to do, in both languages."""


def existing(data: Path | None) -> Settings:
    """The settings of a ledger that is there: nothing but `demo` and `serve` begins one."""
    settings = Settings.read(data_dir=data)
    if settings.database_url is None and not (settings.data_dir / "postgres").exists():
        raise Refused(
            f"There is no ledger in {settings.data_dir}. Begin with jiefang serve or jiefang demo. "
            f"{settings.data_dir} 中没有账本，请先运行 jiefang serve 或 jiefang demo。"
        )
    return settings


@contextmanager
def owner(here: Running) -> Iterator[psycopg.Connection[Any]]:
    """The owner's own connection, for what the application may not do."""
    with psycopg.connect(here.url, autocommit=True) as connection:
        yield connection


def catch_up(here: Running, progress: Progress = silent) -> None:
    """Wait until the read models have come to the end of the log; Refused if they stand still."""
    last = here.ledger.recorder.max_notification_id() or 0
    before, still_seconds = -1, 0.0
    while here.watch is not None and still_seconds < CATCHING_UP_SECONDS:
        if here.watch.wait_for(last, LOOKING_SECONDS):
            return
        moved = here.watch.position > before
        still_seconds = 0.0 if moved else still_seconds + LOOKING_SECONDS
        before = here.watch.position
        progress(before, last)
    raise Refused("The read models do not catch up with the log. 读取表未能跟上日志。")


# -- in --------------------------------------------------------------------------------------

Actor = Annotated[
    str | None,
    typer.Option(
        "--as", help="演示或测试账本的经办人编号。Who imports into a demo or test ledger."
    ),
]
Token = Annotated[
    str | None,
    typer.Option(envvar=TOKEN_VARIABLE, help="令牌。Act with this token's roles and reach."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="只核对不写入。Judge every row, write nothing.")
]
Report = Annotated[
    Path | None, typer.Option(help="被拒行写入 CSV。Write the refused rows to this CSV.")
]
TimeZone = Annotated[str, typer.Option(help="表中时间的时区。Zone of times without an offset.")]


def import_(
    file: Path,
    *,
    data: Data = None,
    actor: Actor = None,
    token: Token = None,
    dry_run: DryRun = False,
    report: Report = None,
    time_zone: TimeZone = SHANGHAI,
) -> None:
    """导入文件。Import commands (.jsonl), or attendance and day sheets (.csv, .xlsx)."""
    with (
        running(existing(data), project=False) as here,
        refusals(report) as refused,
        progress_bar(f"导入 importing {file.name}") as progress,
    ):
        outcome = import_file(
            here.ledger,
            file,
            authority(here, actor, token),
            dry_run=dry_run,
            time_zone=_zone(time_zone),
            refused=refused,
            progress=progress,
        )
    _tell(outcome, dry_run=dry_run)
    if outcome.refused:
        raise typer.Exit(1)


def _tell(outcome: Outcome, *, dry_run: bool) -> None:
    dry = "试运行，未写入。Dry run, nothing was written. " if dry_run else ""
    with output(None) as console:
        console.print(
            f"{dry}{outcome.rows} 行：接受 {outcome.accepted}，此前已有 {outcome.again}，"
            f"拒绝 {outcome.refused}。{outcome.rows} rows: {outcome.accepted} accepted, "
            f"{outcome.again} there before, {outcome.refused} refused.",
            soft_wrap=True,
        )


def authority(here: Running, actor: str | None, token: str | None) -> Authority:
    """A token acts as far as it reaches; only a simulated ledger lets anybody be named."""
    if token:
        with here.datastore.get_connection() as connection:
            found = tokens.authority(connection, token)
        if found is None:
            raise Refused("The token is unknown, revoked or expired. 令牌不存在、已撤销或已过期。")
        return found
    if actor is None:
        raise Refused(
            "Say who acts: --token, or for an import --as PERSON into a demo or test ledger. "
            "请用 --token 指明经办人；导入演示或测试账本可用 --as。"
        )
    if not here.ledger.book().simulated:
        raise Refused(
            "Into a live ledger a token imports, not a name: make one by jiefang token create. "
            "正式账本须凭令牌导入，请用 jiefang token create 建立。"
        )
    return Authority.alike(person_id(actor), Role, None)


def execute(here: Running, by: Authority, commands: Sequence[object]) -> Accepted:
    """All of them or none. Raises Refused with what the ledger answers."""
    (answer,) = here.ledger.execute([Unit(by, f"terminal-{token_hex(8)}", tuple(commands))])
    if isinstance(answer, Accepted):
        return answer
    if not isinstance(answer, Declined):
        raise Refused(f"A fault of the program: {answer.reference}. 程序出错：{answer.reference}。")
    refused = answer.refused
    told = [sentence(refused.code, refused.values, each) for each in ("zh", "en")]
    raise Refused(" ".join(part for sentences in told for part in sentences))


def person_id(text: str) -> PersonId:
    """A person's id from outside. Raises Refused."""
    if not re.search(BOUNDS[PersonId].pattern or "", text):
        raise Refused(f"{text[:40]} is no person's id. {text[:40]} 不是人员编号。")
    return PersonId(text)


def _zone(text: str) -> ZoneName:
    try:
        zone(ZoneName(text))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(f"There is no time zone {text[:40]}. 时区 {text[:40]} 不存在。") from None
    return ZoneName(text)
