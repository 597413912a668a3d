"""`jiefang compare` of two bundles between which the log was begun anew."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ledger.cli import TELLS_ALL, app
from tests.audit.begun_anew import Logs, logs_of_one_town
from tests.audit.bundles import edited, entries_of, index_of, sealed
from tests.audit.test_parting import NEWER
from tests.servers import Server


@pytest.fixture(scope="module")
def logs(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logs]:
    with logs_of_one_town(embedded, tmp_path_factory.mktemp("logs")) as logs:
        yield logs


def compared(logs: Logs, *names: str) -> Result:
    folders = [name if name.startswith("--") else str(logs.folder / name) for name in names]
    return CliRunner().invoke(app, ["compare", *folders])


def test_where_they_part_is_told_in_both_languages(logs: Logs) -> None:
    answer = compared(logs, "late", "some lost")
    assert answer.exit_code == 0
    lost = logs.checkpoint("late").size - logs.backed_up
    for told in (
        "begun anew by two persons (older_backup)",
        "与前者相符 the first agrees",
        f"both begin with the same entries: {logs.backed_up}",
        f"#{logs.backed_up + 1} ",
        f"put back from a backup of {logs.backed_up}",
        f"entries of the first that the second lacks: {lost}",
        "person-registered: 2",
    ):
        assert told in answer.stdout
    assert "about later days" not in answer.stdout


def test_where_nothing_was_lost_the_difference_is_told_as_ever(logs: Logs) -> None:
    answer = compared(logs, "late", "nothing lost")
    assert answer.exit_code == 0
    assert "the second holds all that is at hand of the first" in answer.stdout
    assert "what is known now of days until then" in answer.stdout
    early = compared(logs, "early/checkpoint", "some lost")
    assert "的记录全在后者中" in early.stdout


def test_a_checkpoint_alone_says_what_it_would_take(logs: Logs) -> None:
    answer = compared(logs, "late/checkpoint", "some lost")
    assert answer.exit_code == 0
    assert "its bundle would tell which" in answer.stdout


def test_a_machine_is_told_the_same(logs: Logs) -> None:
    told = json.loads(compared(logs, "late", "some lost", "--json").stdout)
    assert (told["difference"], told["explained"]) == (None, True)
    assert told["parting"]["same"] == told["parting"]["put_back"]["size"] == logs.backed_up
    assert sum(told["parting"]["lost"].values()) == told["parting"]["size_then"] - logs.backed_up


def test_a_parting_is_no_workbook(logs: Logs) -> None:
    answer = CliRunner().invoke(
        app,
        [
            "compare",
            *(str(logs.folder / each) for each in ("late", "some lost")),
            "--out",
            "x.xlsx",
        ],
    )
    assert isinstance(answer.exception, TELLS_ALL)
    assert "no workbook" in str(answer.exception)


def _of_one_more(data: Any) -> None:
    data["size"] += 1


def test_what_the_newer_log_does_not_explain_fails(logs: Logs) -> None:
    entries = entries_of(logs.bundle("some lost").folder)
    at = index_of(entries, "log-restored")
    sealed(logs.folder / "forged", edited(entries, at, _of_one_more), NEWER)
    answer = compared(logs, "late", "forged")
    assert answer.exit_code == 1
    assert "THE SECOND DOES NOT SAY" in answer.stdout
