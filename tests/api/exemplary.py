"""A town in which every example of the documentation happened, one request after another."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from api.examples import ADMINISTRATOR, FILE, FIRST
from ledger.audit.log_folder import LogFolder
from ledger.audit.sealer import Sealer
from ledger.domain.authority import Role
from ledger.domain.book import LedgerKind
from ledger.domain.values import CertificateNumber
from tests.api.town import Town, accepted, open_bare_town
from tests.builders import person


@dataclass
class Exemplary:
    """The town, and where it was said that each command's last example can be read."""

    town: Town
    places: dict[str, str] = field(default_factory=dict)

    def follow(self, line: str) -> None:
        """Give the example of that line, as the person that it names."""
        item = json.loads(line)
        number = item.get("by", FIRST)
        who, roles = person(number), roles_of(number)
        token = None if number == FIRST else self.town.token(*roles, person=who)
        name, key, at = item["command"], item["key"], item["at"]
        answer = self.town.give(name, item["data"], key=key, at=at, token=token)
        accepted(answer)
        self.places[name] = answer.headers["Location"]


def roles_of(number: int) -> tuple[Role, ...]:
    """The roles of whoever gives an example; none named are all that one may hold together."""
    return (Role.administrator,) if number == ADMINISTRATOR else ()


@contextmanager
def open_exemplary(database: str, folder: Path) -> Iterator[Exemplary]:
    """A new demo ledger that has followed all examples."""
    with open_bare_town(database, folder, kind=LedgerKind.demo) as town:
        exemplary = Exemplary(town)
        for line in FILE.read_text(encoding="utf-8").splitlines():
            exemplary.follow(line)
        sealed(database, folder)
        yield exemplary


def sealed(database: str, folder: Path) -> None:
    """Sign what has happened, as whoever serves a ledger does."""
    keys = LogFolder(folder / "log")
    keys.begin("example.org/log")
    with psycopg.connect(database, autocommit=True) as connection:
        while Sealer(keys).seal(connection):
            pass


NAMED: dict[str, str] = {
    "account": "", "canteen": "jinning-canteen",
    "certificate": "b7d9e2c4-5a1f-4e83-9c60-2d8f7a3b1e59",
    "certificate_number": "jinning-2026-0001", "code": "ledger_must_be_created_first",
    "community": "jinning", "day": "2026-01-08", "entry": "20", "from_day": "2026-01-01", "fund":
    "jinning-community", "handover": "8f2d6b4a-1c9e-4d37-a5b0-3e7c9f1a2d64",
    "kind": "person", "lot": "1", "month": "2026-01",
    "notice": "jinning-2026-01", "number": "1", "person": "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
    "receipt": "2", "receipt_kind": "award", "resolution": "jn-2026-01", "season": "2026-Q1",
    "shift": "sweep-0106", "site": "jinning-canteen", "source": "danzao-town",
    "subject": "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
    "to_day": "2026-03-31", "voucher": "1",
    "population": "service", "items": "1", "nonce": "2026-03 no. 1",
}  # fmt: skip
"""What every parameter without which a question cannot be asked is called in the examples."""


def templates_of(document: Any) -> Iterator[tuple[str, Any]]:
    """Every question that is answered in JSON: below `/v1/`, as it is written and described."""
    for path, methods in document["paths"].items():
        asked = methods.get("get") if path.startswith("/v1/") else None
        if asked and "application/json" in asked["responses"]["200"]["content"]:
            yield path.removeprefix("/v1/"), asked


def questions(town: Town) -> Iterator[tuple[str, dict[str, str], set[str]]]:
    """Each of them as it is asked: its path, what must be asked, and all that may be."""
    document = town.client.get("/openapi.json").json()
    number = CertificateNumber(NAMED["certificate_number"])
    named = NAMED | {"check_code": town.open_ledger.ways.check_codes.code_of(number)}
    for path, operation in templates_of(document):
        parameters = operation.get("parameters", ())
        asked = {
            each["name"]: named[each["name"]]
            for each in parameters
            if each["in"] == "query" and each["required"]
        }
        may = {each["name"] for each in parameters}
        yield path.format_map(NAMED), asked, may
