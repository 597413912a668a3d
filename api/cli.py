"""The command `jiefang`: the ledger's commands, and those that serve it."""

import logging
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Final

import typer
import uvicorn

from api.print_terminal import print_app
from ledger.access import accounts, tokens
from ledger.access.passwords import hashed
from ledger.cli import app, begun, open_demo, open_scale, run, show_demo, show_scale
from ledger.demo import gifts, personas, staff, this_week
from ledger.demo.scale.extent import Scale
from ledger.domain.book import LedgerKind
from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import local_day
from ledger.exchange.console import ERRORS
from ledger.exchange.terminal import Data, Out, Refused, owner
from ledger.running import Running, running
from ledger.settings import Settings

DEMO_HOURS: Final = 12
"""How long the token lasts that the demo hands out."""
PLANTED: Final = "planted.jsonl"
SHUTDOWN_SECONDS: Final = 5
"""How long whoever is being answered may take when the server ends; a stream would never end."""
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
"""Addresses that only this machine reaches: without TLS nobody else is served."""

Port = Annotated[int | None, typer.Option("--port", help="端口。Port to serve on (8000).")]
Host = Annotated[str | None, typer.Option("--host", help="地址。Address to serve on (127.0.0.1).")]


@app.command(epilog="例 example: jiefang demo --no-serve · jiefang demo --scale town --data town")
def demo(
    *,
    data: Data = None,
    port: Port = None,
    out: Out = None,
    scale: Annotated[
        Scale | None,
        typer.Option(help="虚构的一年。A year of a town or a district instead, in its own folder."),
    ] = None,
    seed: Annotated[int, typer.Option(min=1, help="随机种子。The seed of that year.")] = 1,
    planted: Annotated[
        Path | None,
        typer.Option(help="埋入清单（planted.jsonl）。Where to list what misuse was planted."),
    ] = None,
    serve_it: Annotated[
        bool, typer.Option("--serve/--no-serve", help="随后提供服务。Serve it afterwards.")
    ] = True,
) -> None:
    """载入示例并显示五张表。Load the worked example, print five tables, then serve it."""
    if scale is None and planted is not None:
        raise Refused(
            "Only a year has misuse planted: name its --scale. --planted 须与 --scale 同用。"
        )
    settings = Settings.read(data_dir=data, port=port)
    _refuse_a_network(settings)
    with _opened(settings, scale, seed, seal=serve_it) as here:
        if scale:
            wrong = show_scale(here, scale, seed, planted or Path(PLANTED), out)
        else:
            wrong = show_demo(here, out)
        if wrong and not serve_it:
            raise typer.Exit(1)
        if serve_it:
            if scale is None:
                _let_a_volunteer_in(here)
                today = local_day(here.ledger.clock(), SHANGHAI)
                this_week.announce(here.ledger, today)
                gifts.give(here.ledger, today)
            _serve_with_a_token(here, begun(scale))


def _opened(
    settings: Settings, scale: Scale | None, seed: int, *, seal: bool
) -> AbstractContextManager[Running]:
    if scale is None:
        return open_demo(settings, seal=seal)
    return open_scale(settings, scale, seed, seal=seal)


def _serve_with_a_token(here: Running, at: datetime) -> None:
    staff.let_in(here.ledger, at)
    with owner(here) as connection:
        personas.let_in(here.ledger, connection, at)
        ends = datetime.now(UTC) + timedelta(hours=DEMO_HOURS)
        token = tokens.create(connection, staff.EVERYBODY, staff.ROLES, None, ends)
    ERRORS.print(
        f"演示令牌，{DEMO_HOURS} 小时内有效，拥有除管理员外的全部角色。"
        f"A token of every role but the administrator's, good for {DEMO_HOURS} hours: {token}",
        soft_wrap=True,
    )
    _serve(here)


def _let_a_volunteer_in(here: Running) -> None:
    password = token_urlsafe(9)
    with owner(here) as connection:
        number = accounts.enrol(connection, staff.VOLUNTEER)
        accounts.set_password(connection, staff.VOLUNTEER, hashed(password))
    ERRORS.print(
        f"以演示志愿者登录网页：账号 {number}，密码 {password}。"
        f"To sign in to the pages as a volunteer: account {number}, password {password}",
        soft_wrap=True,
    )


app.add_typer(print_app, name="print")


@app.command(epilog="例 example: jiefang serve --data /var/lib/jiefang --port 8000")
def serve(data: Data = None, port: Port = None, host: Host = None) -> None:
    """提供 API。Serve the API; an empty ledger is begun as a live one."""
    settings = Settings.read(data_dir=data, port=port, host=host)
    _refuse_a_network(settings)
    with running(settings, seal=True) as here:
        if here.ledger.book().kind is None:
            here.ledger.create(LedgerKind.live)
        _serve(here)


def _refuse_a_network(settings: Settings) -> None:
    if settings.database_url is None and settings.host not in LOOPBACK:
        raise Refused(
            "With the embedded database only this machine is served; set LEDGER_DATABASE_URL for a "
            "network. 使用嵌入数据库时只服务本机；面向网络请设置 LEDGER_DATABASE_URL。"
        )


def _serve(here: Running) -> None:
    from api.app import create_app

    logging.basicConfig(level=logging.WARNING, force=True)  # a service's log has its stacks
    settings = here.settings
    address = f"http://{settings.host}:{settings.port}"
    ERRORS.print(f"服务地址 Serving at {address}，Ctrl-C 结束 ends it.", soft_wrap=True)
    uvicorn.run(
        create_app(here),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


def main() -> None:
    """What `jiefang` runs."""
    run(app)
