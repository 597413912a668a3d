"""The command `jiefang`, as it was installed, on a data folder of its own."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
import typer

import api.cli  # noqa: F401 - it adds its commands to the application
from ledger.cli import app
from ledger.demo import names
from ledger.demo.rows import WORKED_EXAMPLE
from ledger.domain.book import LedgerKind
from ledger.running import running
from ledger.settings import Settings
from ledger.store import embedded
from tests.builders import person
from tests.homes import PROGRAM, Home, free_port, fresh_home

CLERK = person(7)


def commands(within: typer.Typer) -> Iterator[str]:
    """Every command there is, a group's with the group's name before it."""
    tree: list[tuple[str, object]] = [("", typer.main.get_command(within))]
    while tree:
        words, command = tree.pop()
        inner = getattr(command, "commands", None)
        if inner is None:
            yield words.strip()
        else:
            tree += [(f"{words} {name}", each) for name, each in inner.items()]


COMMANDS = sorted(commands(app))


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A demo ledger that the tests of this file share; its server runs until they are through."""
    with fresh_home() as home:
        embedded.start(home.data)
        home.ok("demo", "--no-serve")
        yield home
        embedded.stop(home.data)


@pytest.fixture
def empty() -> Iterator[Home]:
    with fresh_home() as home:
        yield home


# -- the worked example ------------------------------------------------------------------------


def test_the_demo_tells_three_people_what_they_first_want_to_know(home: Home) -> None:
    shown = home.ok("demo", "--no-serve")
    for words in (
        "志愿者",
        "Volunteer: how many hours",
        "审计",
        "Auditor: who bears how much",
        "基金管理",
        "Fund manager: what is held",
        "例",
        "100:00",
        "当月已结账 month closed",
        "去世后补登 death recorded later",
        "130,000.00",
        "50 rows judged, 0 differences",
    ):
        assert words in shown


def test_a_second_demo_finds_everything_there(home: Home) -> None:
    before = home.events()
    assert home.ok("demo", "--no-serve") == home.ok("demo", "--no-serve")
    assert home.events() == before


def test_the_demo_can_be_written_to_a_file(home: Home) -> None:
    home.ok("demo", "--no-serve", "--out", "demo.txt")
    assert "Fund manager" in (home.folder / "demo.txt").read_text(encoding="utf-8")


def test_a_demo_that_differs_says_where_and_fails_but_is_served(home: Home) -> None:
    """Whoever asks for the tables alone is a script; whoever has them served is a person."""
    wrong = "danzao-spring.json claims C01 price expected=1500 actual=1501"
    with spoilt_prices(home):
        answer = home.run("demo", "--no-serve")
        assert answer.returncode == 1
        assert wrong in answer.stderr
        assert "0 differences" not in answer.stdout
        with serving(home, "demo") as told:
            assert wrong in told.read_text(encoding="utf-8")
    home.ok("demo", "--no-serve")


@contextmanager
def spoilt_prices(home: Home) -> Iterator[None]:
    """The table of meals says prices that the log does not; then it is folded anew."""
    with psycopg.connect(embedded.start(home.data), autocommit=True) as owner:
        owner.execute("UPDATE meals.claims SET price_fen = price_fen + 1 WHERE rule = 'AGE80'")
    try:
        yield
    finally:
        home.ok("rebuild", "meals")


def test_the_demo_refuses_a_ledger_of_another_kind(
    empty: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", empty.environment["XDG_DATA_HOME"])
    with running(Settings(data_dir=empty.data), kind=LedgerKind.live, project=False):
        pass
    told = empty.refused("demo", "--no-serve")
    assert "live ledger" in told
    assert "正式账本" in told


def test_a_year_is_not_entered_beside_the_worked_example(home: Home) -> None:
    before = home.events()
    told = home.refused("demo", "--scale", "town", "--no-serve")
    assert "name a folder of its own with --data" in told
    assert "请用 --data 另指定目录" in told
    assert home.events() == before


def test_only_a_year_has_misuse_planted(home: Home) -> None:
    assert "name its --scale" in home.refused("demo", "--planted", "list.jsonl", "--no-serve")


def test_a_case_is_judged_and_each_difference_printed_with_its_row(empty: Home) -> None:
    case = json.loads(WORKED_EXAMPLE.read_text(encoding="utf-8"))
    case["claims"][0]["community"] = 601
    (empty.folder / "wrong.json").write_text(json.dumps(case), encoding="utf-8")
    assert "ok" in empty.ok("check-case", WORKED_EXAMPLE)
    answer = empty.run("check-case", WORKED_EXAMPLE, "wrong.json")
    assert answer.returncode == 1
    assert "wrong.json claims C01 community expected=601 actual=600" in answer.stdout
    assert not empty.data.exists()


# -- importing ---------------------------------------------------------------------------------


def lunch(resident: str, day: str) -> dict[str, object]:
    data = {"person": names.person(resident), "canteen": "xianhu-canteen", "served_on": day}
    return {"command": "meals/claim", "data": data, "at": f"{day}T04:00:00Z"}


def commands_file(home: Home, name: str, *lines: dict[str, object]) -> Path:
    path = home.folder / name
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_a_file_is_imported_once(home: Home) -> None:
    path = commands_file(home, "a.jsonl", lunch("R04", "2026-05-04"), lunch("R05", "2026-05-04"))
    before = home.events()
    assert "2 accepted, 0 there before" in home.ok("import", path, "--as", CLERK)
    assert "0 accepted, 2 there before" in home.ok("import", path, "--as", CLERK)
    assert home.events() == before + 2


def test_a_dry_run_writes_nothing(home: Home) -> None:
    path = commands_file(home, "b.jsonl", lunch("R04", "2026-05-05"))
    before = home.events()
    told = home.ok("import", path, "--as", CLERK, "--dry-run")
    assert "1 accepted" in told
    assert "nothing was written" in told
    assert home.events() == before


def test_refused_rows_are_shown_and_written_to_the_report(home: Home) -> None:
    path = commands_file(home, "c.jsonl", lunch("R04", "2026-05-06"), lunch("R99", "2026-05-06"))
    told = home.refused("import", path, "--as", CLERK, "--report", "refused.csv")
    assert "register the person first" in told
    assert "请核对编号，或先登记该人员" in told
    report = (home.folder / "refused.csv").read_text(encoding="utf-8-sig")
    assert report.splitlines()[1].startswith("2,/data/person,")


def test_into_a_live_ledger_nobody_imports_by_name(empty: Home) -> None:
    with running(Settings(data_dir=empty.data, key_dir=empty.folder / "k"), kind=LedgerKind.live):
        path = commands_file(empty, "a.jsonl", lunch("R04", "2026-05-04"))
        told = empty.refused("import", path, "--as", CLERK, LEDGER_KEY_DIR=str(empty.folder / "k"))
    assert "a token imports" in told


BAD_FILES: dict[str, bytes] = {
    "no-workbook.xlsx": b"hello",
    "broken.csv": b"shift,person,check_in,check_out\nkitchen,\xff\xfe\xff,,\n",
    "strange.csv": b"colour,shape\nred,round\n",
    "empty.csv": b"",
    "paper.pdf": b"%PDF-1.7",
    "half.jsonl": b'{"command": "meals/claim", "data": {',
    "latin.jsonl": '{"command": "é"}'.encode("latin-1"),
    "floats.jsonl": b'{"command": "funds/open", "data": {"fund": 1.5}}',
    "day.jsonl": b'{"command": "deaths/record", "data": {"died_on": "2026-02-30"}}',
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_in_both_languages(home: Home, name: str) -> None:
    (home.folder / name).write_bytes(BAD_FILES[name])
    home.refused("import", name, "--as", CLERK)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.csv",), "Say who acts"),
        (("a.csv", "--as", "Chen"), "no person's id"),
        (("a.csv", "--as", CLERK), "cannot be read"),
        (("a.csv", "--as", CLERK, "--time-zone", "Mars/Olympus"), "no time zone"),
        (("a.csv", "--token", "lk_nothing"), "unknown, revoked or expired"),
    ],
)
def test_whoever_imports_wrongly_is_told_what_to_do(
    home: Home, arguments: tuple[str, ...], said: str
) -> None:
    assert said in home.refused("import", *arguments)


# -- proof and repair --------------------------------------------------------------------------


def test_verify_finds_a_planted_difference_and_rebuild_mends_it(home: Home) -> None:
    before = home.events()
    with spoilt_prices(home):
        answer = home.run("verify", "--out", "verdict.txt")
        assert answer.returncode == 1
        told = (home.folder / "verdict.txt").read_text(encoding="utf-8")
        assert "meals.claims: 多出 1 行，缺少 1 行" in told
    assert home.events() == before


def test_an_unknown_read_model_is_refused_with_those_there_are(home: Home) -> None:
    assert "journal" in home.refused("rebuild", "nonsense")


def test_whatever_needs_a_ledger_says_so_and_makes_none(empty: Home) -> None:
    for command in (("verify",), ("rebuild",), ("export", "claims"), ("token", "list")):
        assert "There is no ledger in data" in empty.refused(*command)
    assert not empty.data.exists()


# -- tokens and exports ------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["entries", "claims", "service"])
def test_an_export_opens_in_a_spreadsheet_or_reads_as_json(home: Home, what: str) -> None:
    home.ok("export", what, "--out", f"{what}.csv")
    table = (home.folder / f"{what}.csv").read_bytes()
    assert table.startswith(b"\xef\xbb\xbf")
    lines = home.ok("export", what, "--format", "jsonl").splitlines()
    assert table.count(b"\r\n") == len(lines) + 1
    assert all("position" in json.loads(line) for line in lines)
    assert lines


# -- the command itself ------------------------------------------------------------------------


def test_the_commands_are_found_where_they_are_written() -> None:
    assert {"demo", "serve", "check-case", "token create", "grant"} <= set(COMMANDS)
    newer = typer.Typer()
    newer.add_typer(app, name="ledger")
    newer.command("look")(lambda: None)
    assert set(commands(newer)) == {"look", *(f"ledger {each}" for each in COMMANDS)}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(empty: Home, command: str) -> None:
    shown = empty.ok(*command.split(), "--help")
    assert f"jiefang {command}" in shown.replace("\n", " ")
    assert "example:" in shown
    assert re.search("[\u4e00-\u9fff]", shown)


@pytest.mark.parametrize("arguments", [("nonsense",), ("export", "everything"), ("import",)])
def test_a_wrong_call_exits_with_two(empty: Home, arguments: tuple[str, ...]) -> None:
    assert empty.run(*arguments).returncode == 2


def test_a_misspelt_setting_is_named(empty: Home) -> None:
    assert "LEDGER_DATA_DIR" in empty.refused("verify", LEDGER_DATADIR="x")


def test_a_database_that_is_not_there_is_told_without_its_password(empty: Home) -> None:
    url = "postgresql://ledger:secret@127.0.0.1:1/ledger"
    told = empty.refused("verify", LEDGER_DATABASE_URL=url)
    assert "cannot be reached" in told
    assert "secret" not in told


def test_a_file_that_cannot_be_written_is_told(home: Home) -> None:
    assert "nowhere" in home.refused("export", "claims", "--out", "nowhere/claims.csv")


@contextmanager
def serving(home: Home, command: str) -> Iterator[Path]:
    """The command serves until the end of the block; what it prints is in the file."""
    port, told = free_port(), home.folder / "told.txt"
    with (
        told.open("w", encoding="utf-8") as output,
        subprocess.Popen(
            (PROGRAM, command, "--port", str(port)),
            cwd=home.folder,
            env=home.environment,
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            assert answers(f"http://127.0.0.1:{port}/readyz"), told.read_text(encoding="utf-8")
            yield told
        finally:
            process.terminate()


def test_serve_begins_a_live_ledger_and_answers(empty: Home) -> None:
    with serving(empty, "serve"):
        assert "live" in empty.refused("demo", "--no-serve")
    assert empty.events() == 1


def test_an_embedded_ledger_is_not_served_to_a_network(empty: Home) -> None:
    assert "only this machine" in empty.refused("serve", "--host", "0.0.0.0")  # noqa: S104
    assert not empty.data.exists()


def answers(url: str) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.2)
    return False
