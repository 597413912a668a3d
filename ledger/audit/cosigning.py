"""Asking witnesses: each checkpoint is shown to those whom the policy names, who cosign it.

Whether a witness answers holds nothing up: the log goes on, and her line comes when she is there
again. She is shown that the log goes on from what she has seen; if she knows of another history,
she refuses, and that is loud.
"""

import logging
from threading import Event
from typing import Any, Final

import httpx2
import psycopg
from psycopg import Connection

from ledger.audit import sealed
from ledger.audit.checkpoints import size_of
from ledger.audit.merkle import consistency
from ledger.audit.notes import NotASignedNote, Note, Signature, Verifier, read, vouched
from ledger.audit.sealed import Sealed
from ledger.audit.trust import Trust
from ledger.audit.witness import HASHES_MOST, SIZE, request
from ledger.store.supervised import Supervised

log: Final = logging.getLogger(__name__)

LOOK_SECONDS: Final = 2.0
ANSWER_SECONDS_MOST: Final = 5.0
ANSWER_BYTES_MOST: Final = 16_384
OK: Final = 200
CONFLICT: Final = 409


class NotCosigned(Exception):
    """A witness did not cosign; the text says why."""


class Cosigning:
    """Shows checkpoints to witnesses until closed; `faults` are told by the name of each."""

    def __init__(self, url: str, trust: Trust) -> None:
        self._url = url
        self._trust = trust
        self._seen = dict.fromkeys(trust.addresses, 0)
        self._closing = Event()
        self._thread = Supervised("ledger-cosign", self._work, self._closing)
        self.faults: dict[str, str] = {}

    def start(self) -> "Cosigning":
        """Begin."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop when the answer under way is there."""
        self._closing.set()
        self._thread.join()

    def _work(self, thread: Supervised) -> None:
        with (
            psycopg.connect(self._url, autocommit=True) as connection,
            httpx2.Client(timeout=ANSWER_SECONDS_MOST, trust_env=False) as client,
        ):
            connection.execute("SET ROLE jiefang_app")
            while not self._closing.is_set():
                self.ask(connection, client)
                thread.well()
                self._closing.wait(LOOK_SECONDS)

    def ask(self, connection: Connection[Any], client: httpx2.Client) -> None:
        """Show the newest checkpoint to every witness who has not cosigned it yet."""
        newest = sealed.newest_of(connection)
        if newest is None:
            return
        signed = {each.name for each in newest.note.signatures}
        for name in self._seen:
            if self._trust.witnesses[name].name not in signed and not self._closing.is_set():
                self._ask_one(connection, client, name, newest)

    def _ask_one(
        self, connection: Connection[Any], client: httpx2.Client, name: str, newest: Sealed
    ) -> None:
        try:
            line = self._cosigned(connection, client, name, newest)
        except (NotCosigned, httpx2.HTTPError) as fault:
            why = str(fault) or type(fault).__name__
            if self.faults.get(name) != why:
                log.warning("witness %s: %s", name, why)
            self.faults[name] = why
            return
        self.faults.pop(name, None)
        self._seen[name] = newest.checkpoint.size
        sealed.keep_cosignature(connection, newest.checkpoint.size, line)

    def _cosigned(
        self, connection: Connection[Any], client: httpx2.Client, name: str, newest: Sealed
    ) -> Signature:
        """Her line; asked a second time if she has seen another size than was thought."""
        size, note = newest.checkpoint.size, newest.note
        address = self._trust.addresses[name].rstrip("/") + "/add-checkpoint"
        for _ in range(2):
            old = self._seen[name]
            ranges = consistency(old, size)[:HASHES_MOST] if old else []
            body = request(old, sealed.hashes(connection, ranges), str(note))
            answer = client.post(address, content=body)
            content = answer.content[:ANSWER_BYTES_MOST]
            if answer.status_code == OK:
                return _line(note, content, self._trust.witnesses[name])
            told = content.decode("ascii", "replace").strip()
            if answer.status_code != CONFLICT or answer.headers.get("Content-Type") != SIZE:
                raise NotCosigned(f"answered {answer.status_code}: {told[:200]}")
            self._seen[name] = _size(told, old, size)
        raise NotCosigned("the size that she has seen changes while she is asked")


def _size(told: str, old: int, size: int) -> int:
    seen = size_of(told)
    if seen is None or seen > size or seen == old:
        raise NotCosigned(
            f"she has seen {told[:20]} entries of this log, here are {size}: another history, "
            "or a log put back from a backup"
        )
    return seen


def _line(note: Note, content: bytes, witness: Verifier) -> Signature:
    try:
        answered = read(f"{note.text}\n".encode() + content)
        found = vouched(answered, [witness])
    except NotASignedNote as wrong:
        raise NotCosigned(wrong.en) from None
    if not found:
        raise NotCosigned("what she answered is not signed by her key")
    name = witness.name, witness.key_id
    return next(each for each in answered.signatures if (each.name, each.key_id) == name)
