"""A town in which every example of the documentation happened, one request after another."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from api.examples import FILE, FIRST
from ledger.domain.book import LedgerKind
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
        token = None if number == FIRST else self.town.token(person=person(number))
        name, key, at = item["command"], item["key"], item["at"]
        answer = self.town.give(name, item["data"], key=key, at=at, token=token)
        accepted(answer)
        self.places[name] = answer.headers["Location"]


@contextmanager
def open_exemplary(database: str, folder: Path) -> Iterator[Exemplary]:
    """A new demo ledger that has followed all examples."""
    with open_bare_town(database, folder, kind=LedgerKind.demo) as town:
        exemplary = Exemplary(town)
        for line in FILE.read_text(encoding="utf-8").splitlines():
            exemplary.follow(line)
        yield exemplary
