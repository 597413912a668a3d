"""A load generator for machines without wrk: plain sockets, one request at a time on each.

Run as `python -m bench.generator PORT PATH FILE TOKEN CONNECTIONS SECONDS`; prints the rate.
"""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from bench.serving import HOST

CREATED: Final = b"HTTP/1.1 201"
END: Final = b"\r\n\r\n"


async def main(port: int, requests: Sequence[bytes], connections: int, seconds: int) -> None:
    """Post the requests for that long."""
    rest = iter(requests)
    began = time.perf_counter()
    posting = [_post(port, rest, began + seconds) for _ in range(connections)]
    counts = await asyncio.gather(*posting)
    print(sum(counts) / (time.perf_counter() - began))


async def _post(port: int, requests: Iterator[bytes], until: float) -> int:
    reader, writer = await asyncio.open_connection(HOST, port)
    count = 0
    for request in requests:
        if time.perf_counter() >= until:
            break
        writer.write(request)
        head = await reader.readuntil(END)
        if not head.startswith(CREATED):
            raise ValueError(f"not accepted: {head!r}")
        await reader.readexactly(_length(head))
        count += 1
    writer.close()
    return count


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


def _request(path: str, line: str, token: str) -> bytes:
    key, _, body = line.partition("\t")
    head = (
        f"POST {path} HTTP/1.1",
        f"Host: {HOST}",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Idempotency-Key: {key}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(head).encode() + END + body.encode()


if __name__ == "__main__":
    port, path, file, token, connections, seconds = sys.argv[1:]
    lines = Path(file).read_text().splitlines()
    requests = [_request(path, line, token) for line in lines]
    asyncio.run(main(int(port), requests, int(connections), int(seconds)))
