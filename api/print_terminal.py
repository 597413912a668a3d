"""The command `print`: documents for the window, to whoever the token lets read them.

It asks the API in this same process, so a paper, its permission and the look at a name that is
logged are those of a request.
"""

import asyncio
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote

import httpx2
import typer

from api.visits import Journal
from ledger.domain.values import CertificateNumber
from ledger.exchange.console import ERRORS
from ledger.exchange.terminal import (
    TOKEN_VARIABLE,
    Data,
    Refused,
    catch_up,
    existing,
    person_id,
)
from ledger.projections import certificates
from ledger.projections.reading import reading_for_the_town
from ledger.running import Running, running

print_app: Final = typer.Typer(no_args_is_help=True, help="打印文书（PDF）。Documents on paper.")
_SAVED_AS: Final = re.compile(r'filename="([^"/\\]+)"')

Token = Annotated[
    str, typer.Option(envvar=TOKEN_VARIABLE, help="令牌。Print what this token may read.")
]
Out = Annotated[
    Path | None, typer.Option("--out", help="写入文件。Write to this file; an older one goes.")
]
Finder = Callable[[Running], str]
"""Finds the path of a document below `/v1/`."""


@print_app.command(epilog="例 example: jiefang print certificate jinning-2026-0001 --token lk_…")
def certificate(number: str, token: Token, data: Data = None, out: Out = None) -> None:
    """志愿服务记录证明。A certificate of service, by its number."""

    def find(here: Running) -> str:
        with reading_for_the_town(here.datastore) as connection:
            found = certificates.of_number(connection, CertificateNumber(number))
        if found is None:
            raise Refused(
                f"There is no certificate {number[:60]}. 没有编号为 {number[:60]} 的证明。"
            )
        return f"certificates/{found.certificate}.pdf"

    _print(find, token, data, out)


@print_app.command(epilog="例 example: jiefang print statement 7c1d3b7e-… --token lk_…")
def statement(person: str, token: Token, data: Data = None, out: Out = None) -> None:
    """志愿服务对账单。A volunteer's statement, by her id."""
    path = f"persons/{person_id(person)}/statement.pdf"
    _print(lambda _: path, token, data, out)


@print_app.command(epilog="例 example: jiefang print settlement jinning-canteen 2026-01")
def settlement(canteen: str, month: str, token: Token, data: Data = None, out: Out = None) -> None:
    """长者饭堂结算单。The settlement of a canteen's month."""
    path = f"settlements/{quote(canteen, safe='')}/{quote(month, safe='')}.pdf"
    _print(lambda _: path, token, data, out)


@print_app.command(epilog="例 example: jiefang print receipt jinning-meals 7 --token lk_…")
def receipt(fund: str, number: int, token: Token, data: Data = None, out: Out = None) -> None:
    """捐赠收据。The receipt of money, by its fund and its number there."""
    path = f"funds/{quote(fund, safe='')}/receipts/{number}.pdf"
    _print(lambda _: path, token, data, out)


@print_app.command(epilog="例 example: jiefang print notice jinning-2026-01")
def notice(
    name: Annotated[str, typer.Argument(metavar="NOTICE")], data: Data = None, out: Out = None
) -> None:
    """月度公示。A notice that is on display; it needs no token."""
    path = f"notices/{quote(name, safe='')}.pdf"
    _print(lambda _: path, None, data, out)


def _print(find: Finder, token: str | None, data: Path | None, out: Path | None) -> None:
    from api.app import create_app

    with running(existing(data)) as here:
        catch_up(here)
        path = find(here)
        unread = Journal(BytesIO())  # of requests; who looked at a name is kept by the vault
        transport = httpx2.ASGITransport(create_app(here, unread))
        answer = asyncio.run(_asked(transport, path, token))
    if answer.status_code != httpx2.codes.OK:
        told = answer.json()["messages"]
        raise Refused(f"{told['en']['detail']} {told['zh']['detail']}")
    file = out or _own_name(answer.headers["Content-Disposition"])
    file.write_bytes(answer.content)
    ERRORS.print(f"{file}", soft_wrap=True)


async def _asked(transport: httpx2.ASGITransport, path: str, token: str | None) -> httpx2.Response:
    address = "http://localhost/v1/"
    sent = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(transport=transport, base_url=address, headers=sent) as client:
        return await client.get(path)


def _own_name(disposition: str) -> Path:
    """A file beside whoever asks. Raises Refused if it is there."""
    saved = _SAVED_AS.search(disposition)
    path = Path(saved[1] if saved else "document.pdf")
    if path.exists():
        raise Refused(
            f"{path} is there already: name another file by --out, or remove it. "
            f"{path} 已存在，请用 --out 指定其他文件，或先删除它。"
        )
    return path
