"""A bundle with opened fact sheets: every meal is priced again, and no sheet can be exchanged."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ledger.audit import bundle as bundles
from ledger.audit.bundle import Bundle
from ledger.audit.bundle_sheets import BundleSheets
from ledger.audit.checks import verdicts
from ledger.audit.entry_rows import row_of
from ledger.audit.reader import Reader
from ledger.audit.report import Check, Report
from ledger.audit.verify import verify
from ledger.domain.rights import ErasePerson
from ledger.domain.rights_records import ErasureBasis
from ledger.domain.values import PersonId
from ledger.exchange.opened_sheets import opened, read
from ledger.running import Running, running
from ledger.settings import Settings
from ledger.vault.views import Purpose, of_person
from tests.audit.bundles import (
    EATEN,
    Town,
    edited,
    entries_of,
    handed,
    index_of,
    listed,
    sealed,
    town_of_meals,
)
from tests.builders import CLERK, accepted, person, unit
from tests.projections.random_town import BEGIN, PEOPLE, Step
from tests.servers import Server

WITH_SHEETS = Step("hand over", hours=1, days_ago=0, who=3, size=2)


@dataclass
class Opened:
    """A town whose log went to an auditor with the fact sheets, and the ledger behind it."""

    town: Town
    here: Running

    def bundle(self, name: str, *, sheets: bool = True, recorded: bool = True) -> Bundle:
        folder = self.town.folder / name
        event = handed(WITH_SHEETS) if recorded else handed()
        telling = partial(opened, self.here, event.auditor) if sheets else None
        bundles.write(self.town.connection, self.town.keys, folder, event, sheets=telling)
        return Bundle(folder)

    def verified(self, bundle: Bundle) -> Report:
        return verify(bundle, self.town.trust, opening=read)


@contextmanager
def opening(server: Server, folder: Path) -> Iterator[Opened]:
    with town_of_meals(server, folder, (WITH_SHEETS, *EATEN)) as (town, database):
        url, keys = SecretStr(database), folder / "keys"
        with running(Settings(database_url=url, key_dir=keys), project=False) as here:
            yield Opened(town, here)


@pytest.fixture(scope="module")
def given(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opening(embedded, tmp_path_factory.mktemp("town")) as told:
        yield told


def meals_of(bundle: Bundle) -> int:
    return sum(b"meal-claimed" in each for each in entries_of(bundle.folder))


def made(report: Report) -> dict[str, bool]:
    return {each.check: each.done for each in verdicts(report)}


def test_every_meal_is_priced_again_by_the_sheets(given: Opened, tmp_path: Path) -> None:
    bundle = given.bundle(tmp_path.name)
    report = given.verified(bundle)
    assert report.findings == []
    assert report.repriced == meals_of(bundle) > PEOPLE
    assert report.sheets == len(lines(bundle)) == PEOPLE
    assert made(report)["tiers and relations"]


def test_without_them_the_rest_is_checked_and_that_is_said(given: Opened, tmp_path: Path) -> None:
    report = given.verified(given.bundle(tmp_path.name, sheets=False))
    assert report.findings == []
    assert (report.sheets, report.repriced) == (0, 0)
    done = made(report)
    assert done["files, signatures, tree"]
    assert not done["tiers and relations"]
    assert not done["one history for all"]


def test_whoever_is_shown_to_an_auditor_can_see_it(given: Opened, tmp_path: Path) -> None:
    auditor = handed(WITH_SHEETS).auditor
    given.bundle(tmp_path.name)
    with given.here.datastore.get_connection() as connection:
        for number in range(PEOPLE):
            newest = of_person(connection, person(number), 1)[0]
            assert (newest.viewer, newest.purpose) == (auditor, Purpose.audit)


def test_sheets_of_which_the_log_says_nothing_are_found(given: Opened, tmp_path: Path) -> None:
    report = given.verified(given.bundle(tmp_path.name, recorded=False))
    [found] = report.findings
    assert found.check is Check.handover
    assert "does not say that they were handed over" in found.en


def test_a_meal_in_another_tier_is_found_by_the_sheets_alone(given: Opened, tmp_path: Path) -> None:
    """She paid the full price, as nobody's tier asks for: by the log alone that may be right."""
    whole = given.bundle(tmp_path.name)
    entries = entries_of(whole.folder)
    other = edited(entries, index_of(entries, "meal-claimed"), full_price)
    forged = Bundle(sealed(tmp_path / "forged", other, given.town.signer))
    listed(forged.folder, given.town.signer, handed(WITH_SHEETS))
    assert given.verified(forged).findings == []
    (forged.folder / "sheets").mkdir()
    (forged.folder / "sheets/000").write_bytes(whole.file("sheets/000"))
    listed(forged.folder, given.town.signer, handed(WITH_SHEETS))
    [found] = given.verified(forged).findings
    assert found.check is Check.entries
    assert "By fact sheet 1 the rule is AGE70, claimed was None" in found.en


def full_price(data: Any) -> None:
    data.update(rule=None, shares=[], copayment_fen=data["price_fen"])


def test_meals_are_priced_again_however_long_ago_the_sheet_was_recorded(
    given: Opened, tmp_path: Path
) -> None:
    bundle = given.bundle(tmp_path.name)
    reader = Reader(BundleSheets(bundle, read, Report()).load)
    for entry in entries_of(bundle.folder):
        reader.look([row_of(entry)])  # each in a run of its own
    assert reader.meals.repriced == meals_of(bundle)


# -- whoever exchanges a sheet ---------------------------------------------------------------------


def lines(bundle: Bundle) -> list[bytes]:
    return bundle.file("sheets/000").splitlines()


def younger(told: list[bytes]) -> list[bytes]:
    return [told[0].replace(b'"born_on":"1946', b'"born_on":"1996'), *told[1:]]


def resalted(told: list[bytes]) -> list[bytes]:
    return [re.sub(rb'"salt":"....', b'"salt":"AAAA', told[0]), *told[1:]]


def of_another(told: list[bytes]) -> list[bytes]:
    first, second = map(json.loads, told[:2])
    first["disclosed"], second["disclosed"] = second["disclosed"], first["disclosed"]
    compact = partial(json.dumps, separators=(",", ":"))
    return [*(compact(each).encode() for each in (first, second)), *told[2:]]


def of_a_stranger(told: list[bytes]) -> list[bytes]:
    return [*told, told[0].replace(person(0).encode(), person(77).encode())]


EXCHANGED: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "a birth date": (younger, f"Fact sheet 1 of person {person(0)} is not the one"),
    "a salt": (resalted, f"Fact sheet 1 of person {person(0)} is not the one"),
    "two of them": (of_another, "is not the one that the log commits to"),
    "one that is left out": (lambda told: told[1:], f"1 of person {person(0)} is missing"),
    "one that is put in": (of_a_stranger, f"knows of no fact sheet 1 of person {person(77)}"),
    "one that stands twice": (lambda told: [*told, told[0]], "stands twice"),
    "no sheet": (lambda told: [*told, b"{}"], "This is no fact sheet"),
    "no text": (lambda told: [*told, b"\xff"], "This is no fact sheet"),
    "no end": (lambda told: [*told, b"[" * 100_000], "This is no fact sheet"),
    "no paper": (lambda told: [told[0].replace(b'"paper"', b'"papers"'), *told[1:]], "is not the"),
}


@pytest.mark.parametrize("what", EXCHANGED)
def test_what_was_exchanged_is_found_and_named(given: Opened, tmp_path: Path, what: str) -> None:
    """By whoever has the key of the log, so that all else is signed and in order."""
    change, said = EXCHANGED[what]
    bundle = given.bundle(tmp_path.name)
    changed = change(lines(bundle))
    assert changed != lines(bundle)
    (bundle.folder / "sheets/000").write_bytes(b"".join(each + b"\n" for each in changed))
    listed(bundle.folder, given.town.signer, handed(WITH_SHEETS))
    found = given.verified(bundle).findings
    assert {each.check for each in found} == {Check.sheets}
    assert any(said in each.en for each in found), found


def test_a_sheet_that_is_gone_because_she_was_erased_is_not_missed(
    embedded: Server, tmp_path: Path
) -> None:
    with opening(embedded, tmp_path) as told:
        gone: PersonId = person(0)
        erase = ErasePerson(gone, ErasureBasis.participation_ended)
        after_all_terms = BEGIN.replace(year=2089)
        accepted(told.here.ledger.execute([unit(erase, by=CLERK, at=after_all_terms)])[0])
        told.town.seal()
        bundle = told.bundle("bundle")
        assert gone not in str(lines(bundle))
        report = told.verified(bundle)
        assert report.findings == []
        assert report.sheets == PEOPLE - 1
