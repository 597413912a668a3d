"""The auditor's commands, of the worked example: from its ledger, and from its bundles alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from pydantic import SecretStr
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from ledger.audit import bundle, logs, sampling
from ledger.audit.bundle import Bundle
from ledger.cli import TELLS_ALL, app
from ledger.demo.case import began
from ledger.demo.names import person as named
from ledger.demo.rows import WORKED_EXAMPLE, read
from ledger.demo.scratch import load_and_fold
from ledger.domain.authority import Role
from ledger.domain.book import LedgerKind
from ledger.domain.grants import GrantRole
from ledger.domain.handovers import HandOverLog, LogHandedOver
from ledger.domain.meal_records import MealClaimed, MealReversalReason, ReversalKind
from ledger.domain.meals import ReverseMeal
from ledger.domain.values import HandoverId, month_of
from ledger.running import Running, log_folder_of, running
from ledger.settings import Settings
from tests.builders import accepted, person, unit
from tests.servers import Server, temporary_database

LATER = datetime(2026, 5, 20, 4, tzinfo=UTC)
AUDITOR = named("V01")
MARCH, APRIL = "xianhu-canteen/2026-03", "xianhu-canteen/2026-04"
TRUE = logs.of_ledger
DAYS = ("--from", "2026-01-01", "--to", "2026-12-31")


@dataclass(frozen=True)
class Desk:
    """The ledger, and a folder with its bundle of before and after a meal was taken back."""

    here: Running
    folder: Path

    def run(self, *arguments: object) -> Result:
        where = {
            "LEDGER_DATABASE_URL": self.here.url,
            "LEDGER_KEY_DIR": str(self.here.settings.keys),
            "LEDGER_LOG_DIR": str(self.here.settings.log),
        }
        return CliRunner().invoke(app, [*map(str, arguments)], env=where)

    def ok(self, *arguments: object) -> str:
        answer = self.run(*arguments)
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    def told(self, *arguments: object) -> Any:
        return json.loads(self.ok(*arguments, "--json"))

    def refused(self, *arguments: object) -> str:
        """What is said of a command that cannot be done, in both languages."""
        answer = self.run(*arguments)
        assert isinstance(answer.exception, TELLS_ALL), answer.output
        return str(answer.exception)

    def bundle(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture(scope="module")
def desk(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    case, folder = read(WORKED_EXAMPLE), tmp_path_factory.mktemp("auditor")
    with temporary_database(embedded) as url:
        settings = Settings(
            database_url=SecretStr(url), key_dir=folder / "keys", log_dir=folder / "log"
        )
        with running(settings, kind=LedgerKind.demo, began=began(case), project=False) as here:
            load_and_fold(case, here)
            desk = Desk(here, folder)
            accepted(*here.ledger.execute([unit(GrantRole(AUDITOR, Role.auditor), at=LATER)]))
            hand_over(desk, "march")
            accepted(*here.ledger.execute([unit(taken_back(here), by=person(77), at=LATER)]))
            hand_over(desk, "may")
            yield desk


def hand_over(desk: Desk, name: str) -> None:
    command = HandOverLog(HandoverId(str(uuid4())), AUDITOR, sheets=False)
    (answer,) = desk.here.ledger.execute([unit(command, by=person(77), at=LATER)])
    handed: LogHandedOver = accepted(answer).events[0].event
    desk.ok("log", "seal")
    with psycopg.connect(desk.here.url, autocommit=True) as owner:
        bundle.write(owner, log_folder_of(desk.here.settings), desk.bundle(name), handed)


def taken_back(here: Running) -> ReverseMeal:
    """The first meal of March at Xianhu's canteen, which was settled and paid, does not stand."""
    claims = [at.event for at in logs.of_ledger(here.datastore) if type(at.event) is MealClaimed]
    found = next(each for each in claims if each.canteen == "xianhu-canteen")
    month, reason = month_of(found.occurred_on), MealReversalReason.ineligible
    return ReverseMeal(found.person, month, found.claim, ReversalKind.subsidy_withdrawn, reason)


# -- trail ---------------------------------------------------------------------------------------


def test_a_settlement_is_a_tree_in_both_languages(desk: Desk) -> None:
    lines = desk.ok("trail", MARCH).splitlines()
    assert lines[0].startswith("结算 settlement xianhu-canteen/2026-03, ")
    depths = [(len(line) - len(line.lstrip(" "))) // 3 for line in lines]
    assert depths[0] == 0
    assert max(depths) == 3
    assert min(depths[1:]) == 1
    text = "\n".join(lines)
    for word in ("批准 approved", "凭证 voucher xianhu-unrestricted/1", "原件 SHA-256 of the paper",
                 "无误 by different persons", "补助标准第 1 版 policy version 1"):  # fmt: skip
        assert word in text, word


def test_a_bundle_tells_what_the_ledger_tells(desk: Desk) -> None:
    for command in ("trail", "recheck"):
        assert desk.told(command, MARCH) == desk.told(command, MARCH, "--bundle",
                                                      desk.bundle("may"))  # fmt: skip
    then = desk.told("trail", MARCH, "--bundle", desk.bundle("march"))
    now = desk.told("trail", MARCH, "--bundle", desk.bundle("may"))
    changes = [sum(len(each["changes"]) for each in told["items"]) for told in (then, now)]
    assert changes[1] == changes[0] + 1
    assert then["trail"] == now["trail"]


def test_a_voucher_leads_to_what_it_paid(desk: Desk) -> None:
    by_voucher = desk.told("trail", "xianhu-unrestricted/voucher/1")
    assert by_voucher == desk.told("trail", MARCH)
    (number, fund) = next(
        (at.event.disbursement, at.event.fund)
        for at in logs.of_ledger(desk.here.datastore)
        if at.name.startswith("disbursement-paid")
    )
    trail = desk.told("trail", f"{fund}/{number}")["trail"]
    voucher = trail["vouchers"][0]["voucher"]
    assert desk.told("trail", f"{fund}/voucher/{voucher}")["trail"] == trail
    tree = desk.ok("trail", f"{fund}/{number}")
    assert tree.startswith(f"拨付 disbursement {fund}/{number}, ")
    assert "申请 requested" in tree


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("xianhu-canteen", "names nothing"),
        ("xianhu-canteen/2026-13", "names nothing"),
        ("Xianhu/2026-03", "names nothing"),
        ("xianhu-unrestricted/0", "names nothing"),
        ("xianhu-canteen/2026-03\n", "names nothing"),
        ("xianhu-canteen/2019-03", "The log has no"),
        ("xianhu-unrestricted/99", "The log has no"),
        ("xianhu-unrestricted/voucher/99", "pays no settlement"),
    ],
)
def test_what_is_not_there_is_told(desk: Desk, named: str, said: str) -> None:
    assert said in desk.refused("trail", named)


# -- recheck -------------------------------------------------------------------------------------


def test_a_meal_taken_back_later_explains_the_difference(desk: Desk) -> None:
    before = desk.ok("recheck", MARCH, "--bundle", desk.bundle("march"))
    assert "核销截止后冲销" not in before
    after = desk.ok("recheck", MARCH)
    assert "核销截止后冲销" in after
    assert "Taken back after the claims of the month were closed" in after
    assert after.splitlines()[-1].startswith("全部可解释 all explained: ¥0.00, 0 ")
    assert "no settlement was presented" in desk.ok("recheck", "xianhu-canteen/2026-05")


def test_what_is_left_unexplained_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log in which a payment is larger than it was: nobody's own rules let that be written."""

    def forged(*of: Any) -> Iterator[Any]:
        for at in TRUE(*of):
            if at.name.startswith("settlement-disbursed"):
                event = replace(at.event, amount_fen=at.event.amount_fen + 5)
                yield at._replace(event=event)
            else:
                yield at

    monkeypatch.setattr(logs, "of_ledger", forged)
    answer = desk.run("recheck", MARCH)
    assert answer.exit_code == 1
    assert "未解释 unexplained ¥0.05" in answer.stdout
    assert "有未解释的差异 not explained: ¥0.05" in answer.stdout


def test_a_log_that_takes_back_what_is_not_there_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forged(*of: Any) -> Iterator[Any]:
        return (at for at in TRUE(*of) if at.name != "meal-claimed.v2")

    monkeypatch.setattr(logs, "of_ledger", forged)
    for command in ("trail", "recheck"):
        assert "takes back what is not in the log" in desk.refused(command, MARCH)


def test_only_settlements_are_rechecked(desk: Desk) -> None:
    assert "is no settlement" in desk.refused("recheck", "xianhu-unrestricted/1")


# -- sample --------------------------------------------------------------------------------------


def test_a_sample_is_drawn_again_from_a_bundle_a_ledger_and_a_kept_checkpoint(desk: Desk) -> None:
    asked = ("sample", "claims", *DAYS, "--size", 5, "--nonce", "三月 一号")
    then = desk.told(*asked, "--bundle", desk.bundle("march"))
    kept = desk.bundle("march") / "checkpoint"
    assert desk.told(*asked, "--checkpoint", kept) == then
    assert desk.told(*asked, "--checkpoint", kept, "--bundle", desk.bundle("may")) == then
    now = desk.told(*asked)
    assert now == desk.told(*asked, "--bundle", desk.bundle("may"))
    assert now["drawing"]["seed"] != then["drawing"]["seed"]
    assert now["drawing"]["population_items"] == then["drawing"]["population_items"] - 1
    root = bytes.fromhex(then["drawing"]["checkpoint_root"])
    assert then["drawing"]["seed"] == sampling.seed_of(root, "三月 一号")


def test_a_working_paper_is_written_to_a_file(desk: Desk) -> None:
    file = desk.folder / "paper.xlsx"
    asked = ("sample", "payments", *DAYS, "--size", 2, "--nonce", "n", "--method", "monetary")
    desk.ok(*asked, "--for", "审计员例", "--out", file)
    sheets = CalamineWorkbook.from_path(file)
    assert sheets.sheet_names == ["封面 cover", "样本 sample"]
    told = desk.told(*asked)["drawing"]
    rows = sheets.get_sheet_by_name("样本 sample").to_python()[1:]
    assert [row[1] for row in rows] == [each["position"] for each in told["sample"]["drawn"]]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--nonce", " x"), "one line"),
        (("--nonce", "x" * 81), "one line"),
        (("--nonce", "x", "--from", "2026-02-30"), "is no day"),
        (("--nonce", "x", "--size", "9999"), "cannot be drawn"),
        (("--nonce", "x", "--community", "nowhere"), "cannot be drawn"),
    ],
)
def test_what_cannot_be_drawn_is_told(desk: Desk, wrong: tuple[str, ...], said: str) -> None:
    asked = ("sample", "claims", *DAYS, "--size", 5, *wrong, "--json")
    assert said in desk.refused(*asked)


def test_a_paper_needs_a_file_and_a_checkpoint_must_be_this_logs(desk: Desk) -> None:
    asked = ("sample", "claims", *DAYS, "--size", 1, "--nonce", "x")
    assert "--out sample.xlsx" in desk.refused(*asked)
    assert "--out sample.xlsx" in desk.refused(*asked, "--out", desk.folder / "x.csv")
    other = desk.folder / "other"
    text = (desk.bundle("march") / "checkpoint").read_text("utf-8").split("\n")
    other.write_text("\n".join([text[0], "7", *text[2:]]), "utf-8")
    assert "never signed that" in desk.refused(*asked, "--json", "--checkpoint", other)
    bundled = ("--bundle", desk.bundle("may"), "--checkpoint", other)
    assert "Two histories" in desk.refused(*asked, "--json", *bundled)


# -- compare -------------------------------------------------------------------------------------


def test_two_bundles_differ_by_what_came_later_about_the_past(desk: Desk) -> None:
    told = desk.told("compare", desk.bundle("march"), desk.bundle("may"))["difference"]
    (one, *_) = told["changed"]
    assert {each["month"] for each in told["changed"]} == {"2026-03"}
    assert one["figure"].startswith("due/xianhu-canteen/")
    for each in told["changed"]:
        (entry,) = each["entries"]
        assert (entry["event"], entry["recorded_on"]) == ("meal-reversed.v1", "2026-05-20")
        assert each["now"] - each["then"] == entry["amount"] < 0
    text = desk.ok("compare", desk.bundle("march") / "checkpoint", desk.bundle("may"))
    assert "2026-03 due/xianhu-canteen/" in text
    assert "meal-reversed.v1, 所属 about 2026-03-" in text


def test_a_comparison_can_be_a_workbook(desk: Desk) -> None:
    file = desk.folder / "changes.xlsx"
    desk.ok("compare", desk.bundle("march"), desk.bundle("may"), "--out", file)
    told = desk.told("compare", desk.bundle("march"), desk.bundle("may"))["difference"]
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()[1:]
    assert [row[0] for row in rows] == [each["figure"] for each in told["changed"]]


def test_nothing_differs_from_itself(desk: Desk) -> None:
    told = desk.told("compare", desk.bundle("may"), desk.bundle("may"))["difference"]
    assert (told["changed"], told["others"], told["ahead"]) == ([], {}, 0)


def test_what_is_older_comes_first_and_two_histories_are_told(desk: Desk, tmp_path: Path) -> None:
    assert "name the older first" in desk.refused(
        "compare", desk.bundle("may"), desk.bundle("march")
    )
    kept = (desk.bundle("march") / "checkpoint").read_text("utf-8").split("\n")
    other = tmp_path / "checkpoint"
    other.write_text("\n".join([kept[0], str(int(kept[1]) - 1), *kept[2:]]), "utf-8")
    assert "Two histories" in desk.refused("compare", other, desk.bundle("may"))
    other.write_text("\n".join(["another.example/log", *kept[1:]]), "utf-8")
    assert "Two logs" in desk.refused("compare", other, desk.bundle("may"))
    other.write_text("no checkpoint", "utf-8")
    refused = desk.refused("compare", other, desk.bundle("may"))
    assert "这不是" in refused or "不是" in refused


# -- bundles that are not whole --------------------------------------------------------------------


def test_a_bundle_that_is_not_whole_is_no_log(desk: Desk, tmp_path: Path) -> None:
    for change in (cut, edited, unreadable):
        folder = tmp_path / change.__name__
        copied(desk.bundle("may"), folder)
        file = next(each for each in (folder / "tile/entries").rglob("*") if each.is_file())
        change(file)
        with pytest.raises(logs.LogBroken):
            list(logs.of_bundle(Bundle(folder)))
        desk.refused("trail", MARCH, "--bundle", folder)


def copied(source: Path, target: Path) -> None:
    for file in source.rglob("*"):
        if file.is_file():
            to = target / file.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(file.read_bytes())


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def edited(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'"price_fen":1500', b'"price_fen":1600'))


def unreadable(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'"position":2,', b'"position":3,'))
