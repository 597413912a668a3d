"""The command `print`: documents for the window, to whoever the token lets read them.

It asks the API in this same process, so a paper, its permission and the look at a name that is
logged are those of a request.
"""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import httpx2
import typer

from ledger.domain.values import CertificateNumber
from ledger.exchange.console import ERRORS
from ledger.exchange.terminal import TOKEN_VARIABLE, Data, Refused, catch_up, existing
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


def _print(find: Finder, token: str, data: Path | None, out: Path | None) -> None:
    from api.app import create_app

    with running(existing(data)) as here:
        catch_up(here)
        path = find(here)
        answer = asyncio.run(_asked(httpx2.ASGITransport(create_app(here)), path, token))
    if answer.status_code != httpx2.codes.OK:
        told = answer.json()["messages"]
        raise Refused(f"{told['en']['detail']} {told['zh']['detail']}")
    file = out or _own_name(answer.headers["Content-Disposition"])
    file.write_bytes(answer.content)
    ERRORS.print(f"{file}", soft_wrap=True)


async def _asked(transport: httpx2.ASGITransport, path: str, token: str) -> httpx2.Response:
    address, sent = "http://localhost/v1/", {"Authorization": f"Bearer {token}"}
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
