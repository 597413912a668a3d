"""The commands `jiefang witness …`: what a neighbour runs to see that a log only ever goes on."""

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated, Final

import typer

from ledger.audit.log_folder import LogFolderFault
from ledger.audit.notes import Verifier
from ledger.audit.witness import BODY_BYTES_MOST, Reply, Witness
from ledger.exchange.console import ERRORS

PATH: Final = "/add-checkpoint"
SECONDS_MOST: Final = 10

witness_app = typer.Typer(
    no_args_is_help=True, help="见证人：邻近组织共同见证日志。A witness of somebody's log."
)


@witness_app.command(epilog="例 example: jiefang witness begin /var/lib/witness xilian.example/w")
def begin(folder: Path, name: str) -> None:
    """建立见证人并打印公钥。Make a witness, and print the key that others will trust."""
    typer.echo(str(Witness(folder).begin(name)))


@witness_app.command(epilog="例 example: jiefang witness watch /var/lib/witness jiefang/log/…+…")
def watch(folder: Path, key: str) -> None:
    """见证一个日志。Watch a log, by its public key as it was published on paper."""
    Witness(folder).watch(Verifier.parse(key))


@witness_app.command(epilog="例 example: jiefang witness serve /var/lib/witness --port 8100")
def serve(
    folder: Path,
    host: Annotated[str, typer.Option(help="地址。Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="端口。Port.")] = 8100,
) -> None:
    """提供见证服务（tlog-witness）。Serve `add-checkpoint`; put TLS in front on a network."""
    with serving(folder, host, port) as server:
        address = f"http://{server.server_address[0]!s}:{server.server_address[1]}"
        ERRORS.print(f"见证服务 witnessing at {address}，Ctrl-C 结束 ends it.", soft_wrap=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def serving(folder: Path, host: str, port: int) -> ThreadingHTTPServer:
    """A server that answers for the witness in a folder. Raises LogFolderFault, OSError."""
    witness = Witness(folder)
    _ = witness.signer  # whoever has no key serves nobody

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS_MOST

        def do_POST(self) -> None:
            """Cosign, or say why not."""
            self._answer(self._reply())

        def _reply(self) -> Reply:
            length = self.headers.get("Content-Length", "")
            if self.path != PATH:
                return Reply(404, f"There is {PATH}.\n")
            if not length.isdecimal() or int(length) > BODY_BYTES_MOST:
                return Reply(400, f"Say how long the body is, {BODY_BYTES_MOST} bytes at most.\n")
            try:
                return witness.add_checkpoint(self.rfile.read(int(length)), int(time.time()))
            except LogFolderFault as fault:
                ERRORS.print(str(fault), soft_wrap=True)
                return Reply(503, "The witness cannot remember what it sees just now.\n")

        def _answer(self, reply: Reply) -> None:
            body = reply.body.encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: a witness has no journal of who asks."""

    return ThreadingHTTPServer((host, port), Handler)
