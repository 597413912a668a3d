"""The commands in the documents do what the documents say, run as they stand."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.domain.book import LedgerKind
from ledger.running import running
from ledger.settings import Settings
from tests.builders import person
from tests.homes import PROGRAM, Home, free_port, fresh_home

ROOT = Path(__file__).parents[1]
HEADING = {"README.md": "## One worked day in a canteen", "README.zh-CN.md": "## 饭堂的一天"}
PORT = "8000"
PROMISE = re.compile(r" +# (.+)$", re.MULTILINE)
PROMISES = 6
END_OF_PROMISE = "-- so far the promise --"


def blocks(text: str) -> str:
    """The indented lines of a document, one script."""
    lines = text.splitlines()
    return "\n".join(line[4:] for line in lines if line.startswith("    ")) + "\n"


def worked_day(name: str) -> str:
    """The commands of the worked day in a README, whose comments promise what is printed."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return blocks(text.split(f"\n{HEADING[name]}\n")[1].split("\n## ")[0])


def printed(home: Home, script: str) -> str:
    """What the script prints when it is copied to a shell."""
    port = str(free_port())
    (home.folder / ".venv").mkdir()
    (home.folder / ".venv" / "bin").symlink_to(PROGRAM.parent)
    with subprocess.Popen(
        ("sh", "-c", script.replace(PORT, port)),
        cwd=home.folder,
        env=home.environment | {"LEDGER_PORT": port},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a service's log repeats what was answered
        text=True,
        start_new_session=True,
    ) as shell:
        try:
            return shell.communicate(timeout=120)[0]
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGTERM)
            raise


def test_both_languages_give_the_same_commands() -> None:
    english, chinese = map(worked_day, HEADING)
    assert english.replace("Accept-Language: en", "Accept-Language: zh") == chinese
    assert len(PROMISE.findall(english)) == PROMISES


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README asks by curl")
@pytest.mark.parametrize("name", HEADING)
def test_the_worked_day_of_the_readme_prints_what_it_promises(name: str) -> None:
    script = worked_day(name)
    with fresh_home() as home:
        told = printed(home, PROMISE.sub(f"\necho '{END_OF_PROMISE}'", script))
    steps = told.split(END_OF_PROMISE)
    assert len(steps) == PROMISES + 1, told
    for promise, step in zip(PROMISE.findall(script), steps, strict=False):
        assert all(each in step for each in promise.split(", ")), (promise, step)
    assert told.count('"type":"/v1/problems/') == 1, told


# -- docs/importing.md -------------------------------------------------------------------------

IMPORTING = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
WAYS = re.findall(r"^    jiefang (import .*?)(?: +#.*)?$", IMPORTING, re.MULTILINE)
EXAMPLES = ("attendance.csv", "day.csv", "commands.jsonl")
JUDGED = "1 rows: 0 accepted, 0 there before, 1 refused"
"""Nobody and nothing of an example is known in an empty ledger; its one row was understood."""


TOKEN = "token.txt"


@pytest.fixture(scope="module")
def live() -> Iterator[Home]:
    yield from ledger_of(LedgerKind.live)


@pytest.fixture(scope="module")
def simulated() -> Iterator[Home]:
    yield from ledger_of(LedgerKind.test)


def ledger_of(kind: LedgerKind) -> Iterator[Home]:
    """An open ledger of that kind, with the example files of the document beside it."""
    with fresh_home() as home:
        examples = re.findall(r"(?:^    .*\n)+", IMPORTING, re.MULTILINE)[1:]
        for name, example in zip(EXAMPLES, examples, strict=True):
            (home.folder / name).write_text(blocks(example), encoding="utf-8")
        settings = Settings(data_dir=home.data, key_dir=home.folder / "keys")
        with running(settings, kind=kind, project=False):
            by = home.ok("administrator", "appoint", LEDGER_KEY_DIR="keys").strip()
            who = home.ok("grant", "--role", "registrar", "--token", by, LEDGER_KEY_DIR="keys")
            token = home.ok("token", "create", "--person", who.strip(), LEDGER_KEY_DIR="keys")
            (home.folder / TOKEN).write_text(token.strip(), encoding="utf-8")
            yield home


def imported(home: Home, way: str, file: str) -> subprocess.CompletedProcess[str]:
    token = (home.folder / TOKEN).read_text(encoding="utf-8")
    words = {"FILE": file, "TOKEN": token, "PERSON": person(7)}
    return home.run(*(words.get(word, word) for word in way.split()), LEDGER_KEY_DIR="keys")


def test_there_are_ways_with_a_token_and_without() -> None:
    assert {"--token" in way for way in WAYS} == {True, False}


@pytest.mark.parametrize("way", WAYS)
def test_a_simulated_ledger_takes_a_file_in_every_way_of_the_document(
    simulated: Home, way: str
) -> None:
    assert JUDGED in imported(simulated, way, "day.csv").stdout


@pytest.mark.parametrize("way", WAYS)
def test_a_live_ledger_takes_a_file_by_a_token_only(live: Home, way: str) -> None:
    answer = imported(live, way, "day.csv")
    assert (JUDGED in answer.stdout) == ("--token" in way)
    assert ("a token imports, not a name" in answer.stderr) == ("--as" in way)


@pytest.mark.parametrize("file", EXAMPLES)
def test_each_example_of_the_document_is_a_file_that_is_understood(live: Home, file: str) -> None:
    answer = imported(live, WAYS[0], file)
    assert JUDGED in answer.stdout, answer.stderr
