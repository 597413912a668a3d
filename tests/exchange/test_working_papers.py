"""Working papers as an auditor opens them: read back by another library, and in their XML."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from ledger.audit import sampling
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.drawing import Drawing, How
from ledger.audit.population import Item, Kind, Strata, Wanted
from ledger.audit.sampling import Method
from ledger.exchange.working_papers import COLUMNS, COVER, ITEMS, Paper, write_paper
from tests.builders import JINNING

CHECKPOINT = Checkpoint("example.org/log", 9000, bytes(range(32)))
WANTED = Wanted(Kind.claims, JINNING, date(2026, 1, 1), date(2026, 3, 31), CHECKPOINT.size)
FORMULA = "=cmd|'/c calc'!A0"
POPULATION = tuple(
    Item(7 * place, date(2026, 1, 1 + place % 28), f"canteen-{place % 3}", FORMULA, f"p{place}",
         100 * place)
    for place in range(1, 41)
)  # fmt: skip


def paper(method: Method = Method.simple, size: int = 9, wanted: Wanted = WANTED) -> Paper:
    how = How(method, Strata.place, size, "+1 例")
    seed = sampling.seed_of(CHECKPOINT.root, how.nonce)
    drawn = sampling.draw(method, POPULATION, size, seed, lambda item: item.stratum(how.by))
    log = CHECKPOINT.origin, CHECKPOINT.size, CHECKPOINT.root.hex()
    total = sum(item.amount for item in POPULATION)
    drawing = Drawing(*log, seed, how, wanted, wanted.unit, len(POPULATION), total, drawn)
    return Paper(drawing, "@审计员例", datetime(2026, 4, 1, 1, 30, tzinfo=UTC))


def written(made: Paper) -> bytes:
    target = io.BytesIO()
    write_paper(target, made)
    return target.getvalue()


def covered(made: Paper) -> dict[str, Any]:
    """What the cover says of each thing."""
    return {str(name): told for name, told in sheet(written(made), COVER)}


def sheet(book: bytes, name: str) -> list[list[Any]]:
    found = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name(name)
    return found.to_python(skip_empty_area=False)


def xml(book: bytes, number: int) -> str:
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        return packed.read(f"xl/worksheets/sheet{number}.xml").decode()


@pytest.mark.parametrize("method", Method)
def test_every_item_that_was_drawn_has_its_row(method: Method) -> None:
    made = paper(method)
    titles, *rows = sheet(written(made), ITEMS)
    names = [str(title).partition("\n")[2] for title in titles]
    columns = COLUMNS if method is Method.monetary else COLUMNS[:-1]
    assert names == [column.en for column in columns]
    assert all(re.match("[\u4e00-\u9fff]", str(title)) for title in titles)
    for number, (row, item) in enumerate(
        zip(rows, made.drawing.sample.drawn, strict=True), start=1
    ):
        told = dict(zip(names, row, strict=True))
        assert (told["no."], told["position"]) == (number, item.position)
        assert (told["day"], told["place"]) == (item.occurred_on, item.place)
        assert (told["rule"], told["subject"]) == (FORMULA, item.subject)
        assert round(100 * told["recorded"]) == item.amount
        assert bool(told["certain"]) == (item in made.drawing.sample.certain)
        assert (told["found"], told["confirmed"], told["remark"]) == ("", "", "")


def test_the_cover_has_all_that_it_takes_to_draw_again() -> None:
    made = paper()
    told = covered(made)
    for name, value in {
        "日志来源 log": "example.org/log",
        "检查点条数 checkpoint size": "9000",
        "检查点根 checkpoint root": bytes(range(32)).hex(),
        "审计员随机语 nonce": "+1 例",
        "种子 seed": made.drawing.seed,
        "总体 population": "claims",
        "社区 community": "jinning",
        "期间 period": "2026-01-01 – 2026-03-31",
        "方法 method": "简单随机 simple random",
        "总体项数 items in the population": "40",
        "总体金额 amount of the population": "820.00 元 yuan",
        "要求样本数 sample asked for": "9",
        "抽样人 drawn by": "@审计员例",
        "抽样时间（北京时间）drawn at (UTC+8)": "2026-04-01 09:30",
    }.items():
        assert told[name] == value, name


def test_each_method_says_how_it_was_drawn_and_how_it_is_projected() -> None:
    monetary = covered(paper(Method.monetary))
    assert monetary["抽样间隔 interval"] == "820.00 元 yuan ÷ 9"
    assert any("by interval" in name for name in monetary)
    stratified = covered(paper(Method.stratified))
    assert stratified["分层依据 strata by"] == "place"
    drawn = {name: told for name, told in stratified.items() if name.startswith("层 stratum")}
    assert drawn == {
        "层 stratum canteen-0": "3 / 13",
        "层 stratum canteen-1": "3 / 14",
        "层 stratum canteen-2": "3 / 13",
    }
    assert any("combined ratio" in name for name in stratified)


def test_only_our_own_formulas_are_formulas() -> None:
    made = paper(Method.monetary)
    book = written(made)
    formulas = re.findall("<f>(.*?)</f>", xml(book, 2))
    assert len(formulas) == 2 * len(made.drawing.sample.drawn)
    assert all(re.fullmatch(r'IF\(ISBLANK\(J\d+\),"",[^"]*\)', each) for each in formulas)
    assert len(re.findall("<f>", xml(book, 1))) == 5
    for number in (1, 2):
        assert not re.search("hyperlink|cmd", xml(book, number))


def test_a_monetary_item_stands_for_an_interval_unless_it_is_certain() -> None:
    made = paper(Method.monetary, size=30)
    assert 0 < len(made.drawing.sample.certain) < len(made.drawing.sample.drawn)
    formulas = re.findall(r'<c r="M(\d+)"[^>]*><f>(.*?)</f>', xml(written(made), 2))
    for (row, formula), item in zip(formulas, made.drawing.sample.drawn, strict=True):
        part = "" if item in made.drawing.sample.certain else f"/G{row}*(820.00/30)"
        assert formula == f'IF(ISBLANK(J{row}),"",K{row}{part})'


def test_what_is_to_be_filled_in_is_open_and_all_else_is_locked() -> None:
    book = written(paper())
    items = xml(book, 2)
    assert "<sheetProtection" in items
    assert "<sheetProtection" in xml(book, 1)
    styles = dict(re.findall(r'<c r="([A-Z])2" s="(\d+)"', items))
    assert styles["I"] != styles["H"]
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        formats = packed.read("xl/styles.xml").decode().partition("<cellXfs")[2]
    cells = formats.partition("</cellXfs>")[0].split("<xf ")[1:]
    open_cells = {name for name, style in styles.items() if 'locked="0"' in cells[int(style)]}
    assert open_cells == {"I", "J", "L"}


def test_a_page_is_a4_across_with_its_titles_and_choices() -> None:
    items = xml(written(paper()), 2)
    (setup,) = re.findall("<pageSetup .*?/>", items)
    assert all(f'{each}"' in setup for each in ('paperSize="9', 'orientation="landscape'))
    assert 'fitToHeight="0"' in setup
    assert re.search(r'<pane ySplit="1" [^>]*state="frozen"', items)
    assert '<autoFilter ref="A1:L10"/>' in items
    assert re.search(r'<dataValidation type="list"[^>]*sqref="I2:I10".*?是 yes,否 no', items)
    assert re.search(r'<dataValidation type="decimal"[^>]*sqref="J2:J10"', items)


def test_minutes_are_no_money() -> None:
    service = replace(WANTED, kind=Kind.service)
    made = paper(wanted=service)
    assert covered(made)["总体金额 amount of the population"] == "82000 分钟 minutes"
    assert sheet(written(made), ITEMS)[1][6] == made.drawing.sample.drawn[0].amount


def test_the_whole_town_has_no_community() -> None:
    told = covered(paper(wanted=replace(WANTED, community=None)))
    assert told["社区 community"] == "全镇 the town"
