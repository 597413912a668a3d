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

AUDITOR = person("V01")
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
        administrator = home.administrators_token().strip()
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
    recorded = re.search(rf"recorded: ({UUID})", said)
    assert office.home.events() == before + 1
    handover = told(office, "first")
    assert handover["auditor"] == AUDITOR
    assert handover["position"] == before + 1
    assert handover["sheets"] is False
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


def test_whoever_gets_it_twice_stands_there_twice(office: Office) -> None:
    events = office.home.events()
    bundle(office, "once", "--for", AUDITOR)
    bundle(office, "again", "--for", AUDITOR)
    once, again = told(office, "once"), told(office, "again")
    assert [once["position"], again["position"]] == [events + 1, events + 2]
    assert once["handover"] != again["handover"]


def test_a_writing_that_failed_stands_there_and_so_does_the_next(office: Office) -> None:
    events = office.home.events()
    (office.home.folder / "file").touch()
    arguments = ("bundle", "file/bundle", "--for", AUDITOR)
    said = office.home.refused(*arguments, JIEFANG_TOKEN=office.officer)
    assert re.search(rf"recorded: {UUID}\n.*cannot be read or written", said)
    assert office.home.events() == events + 1
    bundle(office, "at-last", "--for", AUDITOR)
    assert told(office, "at-last")["position"] == events + 2


def test_nothing_is_written_of_what_was_recorded_without_whoever_hands_it_over(
    office: Office,
) -> None:
    """Whoever sits at the machine cannot write once more what somebody else recorded."""
    bundle(office, "theirs", "--for", AUDITOR)
    name = told(office, "theirs")["handover"]
    answer = office.home.run("bundle", "theirs-again", "--handover", name)
    assert answer.returncode == 2
    assert "Say who acts" in office.home.refused("bundle", "theirs-again", "--for", AUDITOR)
    assert not list(office.home.folder.glob("theirs-again*"))


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "nobody": ((), "Say --for PERSON"),
    "nobody, with the sheets": (("--sheets",), "Say --for PERSON"),
    "a name": (("--for", "an auditor"), "an auditor is no person's id"),
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
