"""Handing the log to an auditor, by the command `jiefang` as it was installed."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from ledger.demo.names import person
from ledger.domain.values import PersonId
from ledger.store import embedded
from tests.homes import Home, fresh_home

AUDITOR, VOLUNTEER = person("V01"), person("V02")
UUID = "[0-9a-f-]{36}"


@dataclass(frozen=True)
class Office:
    """A demo ledger, and the tokens of its administrator and of its data officer."""

    home: Home
    administrator: str
    officer: str

    def grant(self, *arguments: str) -> str:
        return self.home.ok("grant", *arguments, JIEFANG_TOKEN=self.administrator).strip()

    def verify(self, folder: str) -> str:
        key = self.home.ok("log", "key").strip()
        return self.home.ok("verify", folder, "--key", key, "--json", f"{folder}.json")


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with fresh_home() as home:
        embedded.start(home.data)
        home.ok("demo", "--no-serve")
        administrator = home.ok("administrator", "appoint").strip()
        own = ("grant", "--role", "data_officer")
        who = home.ok(*own, JIEFANG_TOKEN=administrator).strip()
        officer = home.ok("token", "create", "--person", who, "--role", "data_officer").strip()
        office = Office(home, administrator, officer)
        office.grant("--role", "auditor", "--person", AUDITOR)
        yield office
        embedded.stop(home.data)


def bundle(office: Office, folder: str, *more: str, token: str | None = None) -> str:
    """What the command says when it hands the log over."""
    answer = office.home.run("bundle", folder, *more, JIEFANG_TOKEN=token or office.officer)
    assert answer.returncode == 0, answer.stderr
    return answer.stderr


def told(office: Office, folder: str) -> dict[str, Any]:
    office.verify(folder)
    report = json.loads((office.home.folder / f"{folder}.json").read_text())
    assert report["sound"]
    handover: dict[str, Any] = report["handover"]
    return handover


def test_the_bundle_holds_the_entry_that_says_to_whom_it_was_handed(office: Office) -> None:
    before = office.home.events()
    said = bundle(office, "first", "--for", AUDITOR)
    assert office.home.events() == before + 1
    handover = told(office, "first")
    assert handover["auditor"] == AUDITOR
    assert handover["position"] == before + 1
    assert handover["sheets"] is False
    recorded = re.search(rf"--handover ({UUID})", said)
    assert recorded is not None
    assert recorded[1] == handover["handover"]
    shown = office.verify("first")
    assert handover["handed_by"] in shown
    assert handover["handover"] in shown


def test_with_the_fact_sheets_every_meal_is_priced_again(office: Office) -> None:
    bundle(office, "opened", "--for", AUDITOR, "--sheets")
    assert told(office, "opened")["sheets"] is True
    report = json.loads((office.home.folder / "opened.json").read_text())
    assert report["repriced"] > 0
    assert {each["check"] for each in report["checks"] if not each["done"]} == {
        "goes on from before",
        "receipts",
        "one history for all",
        "what happened itself",
    }
    assert office.home.ok("verify")  # whom the auditor was shown is in the vault's chain


def test_what_was_recorded_is_written_again_without_a_second_record(office: Office) -> None:
    bundle(office, "once", "--for", AUDITOR)
    handover, events = told(office, "once"), office.home.events()
    bundle(office, "again", "--handover", handover["handover"])
    assert told(office, "again") == handover
    assert office.home.events() == events


def test_it_is_not_written_for_whoever_audits_no_more(office: Office) -> None:
    office.grant("--role", "auditor", "--person", VOLUNTEER)
    bundle(office, "theirs", "--for", VOLUNTEER)
    name = told(office, "theirs")["handover"]
    revoke = ("revoke", "--role", "auditor", "--person", VOLUNTEER)
    office.home.ok(*revoke, JIEFANG_TOKEN=office.administrator)
    said = office.home.refused("bundle", "theirs-again", "--handover", name)
    assert "does not hold the role of auditor" in said
    assert not (office.home.folder / "theirs-again").exists()


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "nobody": ((), "Say --for PERSON"),
    "both": (("--for", AUDITOR, "--handover", AUDITOR), "Say --for PERSON"),
    "sheets that were not recorded": (("--handover", AUDITOR, "--sheets"), "Say --for PERSON"),
    "a name": (("--for", "an auditor"), "an auditor is no person's id"),
    "no id": (("--handover", "march"), "march is no handover's id"),
    "an id of nothing": (("--handover", AUDITOR), f"No handover {AUDITOR} is recorded"),
    "no auditor": (("--for", person("V03")), "does not hold the role of auditor"),
    "nobody who is registered": (
        ("--for", PersonId("00000000-0000-4000-8000-000000000001")),
        "There is no person",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_handed_over_is_refused_and_nothing_is_left(
    office: Office, what: str
) -> None:
    arguments, told_why = REFUSED[what]
    said = office.home.refused("bundle", "refused", *arguments, JIEFANG_TOKEN=office.officer)
    assert told_why in said
    assert not list(office.home.folder.glob("refused*"))


def test_nobody_but_the_data_officer_hands_it_over(office: Office) -> None:
    arguments = ("bundle", "refused", "--for", AUDITOR)
    said = office.home.refused(*arguments, JIEFANG_TOKEN=office.administrator)
    assert "None of your roles may give the command handovers/hand-over" in said
    assert "Say who acts" in office.home.refused(*arguments)


def test_a_folder_that_is_there_is_left_alone_and_nothing_is_recorded(office: Office) -> None:
    (office.home.folder / "taken").mkdir()
    events = office.home.events()
    arguments = ("bundle", "taken", "--for", AUDITOR)
    said = office.home.refused(*arguments, JIEFANG_TOKEN=office.officer)
    assert "taken is there already" in said
    assert office.home.events() == events
