"""The command `jiefang`: the ledger's commands, those that serve it, and the tokens of the API."""

import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final
from uuid import uuid4

import typer
import uvicorn

from ledger.access import tokens
from ledger.cli import app, open_demo, open_scale, run, show_demo, show_scale
from ledger.demo.scale.extent import Scale
from ledger.domain.authority import Role
from ledger.domain.book import LedgerKind
from ledger.domain.values import CommunityId, PersonId
from ledger.exchange.console import ERRORS, output, table
from ledger.exchange.terminal import Data, Out, Refused, existing, owner, person_id
from ledger.running import Running, running
from ledger.settings import Settings

DEMO_HOURS: Final = 12
"""How long the token lasts that the demo hands out."""
DAYS_MOST: Final = 3_650
PLANTED: Final = "planted.jsonl"
TOKEN: Final = re.compile(rf"({tokens.MARK}_)?(?P<id>[a-z0-9]{{{tokens.ID_LENGTH}}})(_.*)?")
"""A token as it was handed out, or the id that stands in it."""
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
    with open_scale(settings, scale, seed) if scale else open_demo(settings) as here:
        if scale:
            wrong = show_scale(here, scale, seed, planted or Path(PLANTED), out)
        else:
            wrong = show_demo(here, out)
        if wrong and not serve_it:
            raise typer.Exit(1)
        if serve_it:
            _serve_with_a_token(here)


def _serve_with_a_token(here: Running) -> None:
    with owner(here) as connection:
        ends = datetime.now(UTC) + timedelta(hours=DEMO_HOURS)
        nobody = PersonId(str(uuid4()))
        token = tokens.create(connection, nobody, frozenset(Role), None, ends)
    ERRORS.print(
        f"演示令牌，{DEMO_HOURS} 小时内有效，拥有全部角色。"
        f"A token of every role, good for {DEMO_HOURS} hours: {token}",
        soft_wrap=True,
    )
    _serve(here)


@app.command(epilog="例 example: jiefang serve --data /var/lib/jiefang --port 8000")
def serve(data: Data = None, port: Port = None, host: Host = None) -> None:
    """提供 API。Serve the API; an empty ledger is begun as a live one."""
    settings = Settings.read(data_dir=data, port=port, host=host)
    _refuse_a_network(settings)
    with running(settings) as here:
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
    )


# -- tokens ------------------------------------------------------------------------------------

token_app = typer.Typer(no_args_is_help=True, help="API 令牌。Tokens for the API.")
app.add_typer(token_app, name="token")


@token_app.command(
    epilog="例 example: jiefang token create --role canteen_clerk --community xilian"
)
def create(
    role: Annotated[list[Role], typer.Option(help="角色，可多个。A role, or several.")],
    community: Annotated[
        list[str] | None, typer.Option(help="社区；不填为全镇。A community; the town without.")
    ] = None,
    person: Annotated[
        str | None, typer.Option(help="人员编号；不填则新取。Who acts; a new id without.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=DAYS_MOST, help="有效天数。Days it lasts.")] = 90,
    data: Data = None,
) -> None:
    """建立令牌，只显示一次。Make a token; it is shown once."""
    acting = person_id(person) if person else PersonId(str(uuid4()))
    places = [CommunityId(each) for each in community] if community else None
    with running(existing(data), project=False) as here, owner(here) as connection:
        ends = datetime.now(UTC) + timedelta(days=days)
        token = tokens.create(connection, acting, frozenset(role), places, ends)
    with output(None) as console:
        console.print(token, soft_wrap=True)
    ERRORS.print(f"person {acting} · until {ends:%F}", soft_wrap=True)


@token_app.command("list", epilog="例 example: jiefang token list --out tokens.txt")
def list_(data: Data = None, out: Out = None) -> None:
    """列出令牌（不含密文）。List all tokens, without their secrets."""
    with running(existing(data), project=False) as here, owner(here) as connection:
        rows = [
            (
                each.id,
                each.person,
                ", ".join(each.roles),
                "全镇 town" if each.communities is None else ", ".join(each.communities),
                f"{each.expires_at:%F}",
                f"{each.revoked_at:%F}" if each.revoked_at else "",
                f"{each.last_used_on or ''}",
            )
            for each in tokens.listed(connection)
        ]
    columns = ("id", "person", "roles", "communities", "expires", "revoked", "last used")
    with output(out) as console:
        console.print(table("令牌 Tokens", columns, rows))


@token_app.command(epilog="例 example: jiefang token revoke 3f9k2m1x")
def revoke(token: str, data: Data = None) -> None:
    """撤销令牌，立即生效。Revoke a token by its id (the part after lk_), or by the whole of it."""
    form = TOKEN.fullmatch(token.strip())
    if form is None:
        raise Refused(
            "This is no token, and no token's id: jiefang token list shows the ids. "
            "这不是令牌或令牌编号，编号见 jiefang token list。"
        )
    public = form["id"]  # alone: the rest is secret
    with running(existing(data), project=False) as here, owner(here) as connection:
        if not tokens.revoke(connection, public):
            raise Refused(f"No token {public} still works. 没有有效的令牌 {public}。")
    ERRORS.print(f"{public}: 已撤销 revoked", soft_wrap=True)


def main() -> None:
    """What `jiefang` runs."""
    run(app)
