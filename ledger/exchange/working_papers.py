"""A working paper: a sample as a workbook that an auditor fills in, prints and signs.

The first sheet says what was drawn of what, with all that it takes to draw it again, and what the
differences come to. The second has an item a row, with cells to fill in; all others are locked.
What is projected to the whole is an estimate, and says by which method: of a monetary sample the
part of each item that is wrong, taken of the interval that it stands for; of others the ratio of
the differences to the amounts that were looked at, taken of the whole population.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import IO, Final, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ledger.audit.drawing import Drawing
from ledger.audit.population import Item
from ledger.audit.sampling import Method
from ledger.domain.community_records import SHANGHAI
from ledger.domain.postings import Unit
from ledger.domain.values import local
from ledger.exchange.workbooks import NUMBER_FORMATS, OPTIONS, TITLE, yuan

SIGNED: Final = "审计员签字、日期 signature of the auditor, day"
COVER, ITEMS = "封面 cover", "样本 sample"
NOT_YET: Final = ""
"""The value of a formula before a spreadsheet works it out: some take any other as it stands."""
TWO_LINES: Final = 32
"""How high a row is, in points, that holds an id in two lines, or a title in two languages."""
FOUND: Final = ("是 yes", "否 no")
A4: Final = 9
UNITS: Final = {Unit.fen: "元 yuan", Unit.minute: "分钟 minutes"}
METHODS: Final = {
    Method.simple: "简单随机 simple random",
    Method.stratified: "分层随机 stratified",
    Method.monetary: "货币单元 monetary unit",
}
PROJECTED: Final = {
    Method.monetary: "推断错报（货币单元比率估计）\nprojected misstatement (ratio, by interval)",
    Method.simple: "推断错报（比率估计）\nprojected misstatement (ratio estimation)",
    Method.stratified: "推断错报（合并比率估计）\nprojected misstatement (combined ratio)",
}


class Column(NamedTuple):
    """A column of the sample: its title in two languages, its width, and its form."""

    zh: str
    en: str
    width: int
    form: str

    @property
    def title(self) -> str:
        """Chinese, and English below."""
        return f"{self.zh}\n{self.en}"


COLUMNS: Final[Sequence[Column]] = (
    Column("序号", "no.", 5, "whole"),
    Column("位置", "position", 8, "whole"),
    Column("日期", "day", 11, "day"),
    Column("地点", "place", 15, "text"),
    Column("规则", "rule", 14, "text"),
    Column("对象", "subject", 20, "text"),
    Column("账面数", "recorded", 10, "amount"),
    Column("必选", "certain", 7, "text"),
    Column("查见", "found", 8, "text"),
    Column("核实数", "confirmed", 10, "amount"),
    Column("差额", "difference", 10, "amount"),
    Column("备注", "remark", 22, "text"),
    Column("推断", "projected", 10, "amount"),  # of a monetary sample alone
)
FILLED_IN: Final = ("found", "confirmed", "remark")
VALIDATIONS: Final[Mapping[str, Mapping[str, object]]] = {
    "found": {"validate": "list", "source": list(FOUND)},
    "confirmed": {
        "validate": "decimal",
        "criteria": ">=",
        "value": 0,
        "error_title": "核实数 confirmed",
        "error_message": "请填不小于零的数。A number not below zero.",
    },
}
PLACES: Final = {each.en: place for place, each in enumerate(COLUMNS)}


class Paper(NamedTuple):
    """A sample, who draws it, and when."""

    drawing: Drawing
    auditor: str
    made_at: datetime


class Forms(NamedTuple):
    """How cells look: those that are locked, those to be filled in, and titles."""

    locked: Mapping[str, Format]
    open: Mapping[str, Format]
    title: Format


def write_paper(target: IO[bytes], paper: Paper) -> None:
    """Write the workbook."""
    with xlsxwriter.Workbook(target, OPTIONS | {"constant_memory": False}) as book:
        forms = _forms(book, paper.drawing.unit)
        cover, items = book.add_worksheet(COVER), book.add_worksheet(ITEMS)
        _write_cover(cover, paper, forms)
        _write_items(items, paper.drawing, forms)
        for sheet in (cover, items):
            _set_up(sheet)


def _forms(book: xlsxwriter.Workbook, unit: Unit) -> Forms:
    amount = NUMBER_FORMATS["yuan" if unit is Unit.fen else "whole"]
    shown = {name: {"num_format": form, "border": 1, "valign": "top", "text_wrap": True}
             for name, form in (NUMBER_FORMATS | {"amount": amount}).items()}  # fmt: skip
    to_fill_in = {"locked": False, "bg_color": "#FFF9E5"}
    return Forms(
        {name: book.add_format(form) for name, form in shown.items()},
        {name: book.add_format(form | to_fill_in) for name, form in shown.items()},
        book.add_format(TITLE | {"text_wrap": True, "valign": "top", "border": 1}),
    )


def _set_up(sheet: Worksheet) -> None:
    """A4 across, each page with its number; what is not to be filled in is locked."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&F · &A&R第 &P 页 共 &N 页 · page &P of &N")
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True})


# -- the sample ----------------------------------------------------------------------------------


def _write_items(sheet: Worksheet, drawing: Drawing, forms: Forms) -> None:
    last, columns = len(drawing.sample.drawn), COLUMNS
    if drawing.how.method is not Method.monetary:
        columns = COLUMNS[: PLACES["projected"]]
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, forms.title)
    for row in range(last + 1):
        sheet.set_row(row, TWO_LINES)
    for row, item in enumerate(drawing.sample.drawn, start=1):
        _write_item(sheet, row, item, drawing, forms.locked)
        for name in FILLED_IN:
            place = PLACES[name]
            sheet.write_blank(row, place, None, forms.open[COLUMNS[place].form])
    for name, rule in VALIDATIONS.items():
        sheet.data_validation(1, PLACES[name], last, PLACES[name], dict(rule))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, last, len(columns) - 1)


def _write_item(
    sheet: Worksheet, row: int, item: Item, drawing: Drawing, forms: Mapping[str, Format]
) -> None:
    certain = item in drawing.sample.certain
    texts = {"place": item.place, "rule": item.rule, "subject": item.subject}
    texts["certain"] = FOUND[0] if certain else ""
    sheet.write_number(row, PLACES["no."], row, forms["whole"])
    sheet.write_number(row, PLACES["position"], item.position, forms["whole"])
    sheet.write_datetime(row, PLACES["day"], item.occurred_on, forms["day"])
    for name, text in texts.items():
        sheet.write_string(row, PLACES[name], text, forms["text"])
    sheet.write_number(row, PLACES["recorded"], _amount(item.amount, drawing), forms["amount"])
    number = row + 1
    worth = {"difference": f"G{number}-J{number}"}
    if drawing.how.method is Method.monetary:
        part = "" if certain else f"/G{number}*{_interval(drawing)}"
        worth["projected"] = f"K{number}{part}"
    for name, amount in worth.items():
        formula = f'=IF(ISBLANK(J{number}),"",{amount})'
        sheet.write_formula(row, PLACES[name], formula, forms["amount"], NOT_YET)


# -- the cover -----------------------------------------------------------------------------------


def _write_cover(sheet: Worksheet, paper: Paper, forms: Forms) -> None:
    sheet.set_default_row(18)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 1, 72)
    facts, results = _facts(paper), _results(paper.drawing)
    for row, (name, text) in enumerate(facts):
        sheet.write_string(row, 0, name, forms.title)
        sheet.write_string(row, 1, text, forms.locked["text"])
    for row, (name, formula, form) in enumerate(results, start=len(facts)):
        sheet.write_string(row, 0, name, forms.title)
        sheet.write_formula(row, 1, formula, forms.locked[form], NOT_YET)
        if "\n" in name:
            sheet.set_row(row, TWO_LINES)
    end = len(facts) + len(results)
    sheet.set_row(end, 2 * TWO_LINES)
    sheet.write_string(end, 0, SIGNED, forms.title)
    sheet.write_blank(end, 1, None, forms.open["text"])


def _facts(paper: Paper) -> Sequence[tuple[str, str]]:
    drawing, made_at = paper.drawing, local(paper.made_at, SHANGHAI)
    how, wanted, sample = drawing.how, drawing.wanted, drawing.sample
    total = f"{_amount(drawing.population_amount, drawing)} {UNITS[drawing.unit]}"
    facts = [
        ("审计抽样底稿 audit sample: working paper", "街坊账本 · Jiefang Ledger"),
        ("日志来源 log", drawing.origin),
        ("检查点条数 checkpoint size", f"{drawing.checkpoint_size}"),
        ("检查点根 checkpoint root", drawing.checkpoint_root),
        ("审计员随机语 nonce", how.nonce),
        ("种子 seed", drawing.seed),
        ("总体 population", f"{wanted.kind}"),
        ("社区 community", wanted.community or "全镇 the town"),
        ("期间 period", f"{wanted.from_day} – {wanted.to_day}"),
        ("方法 method", METHODS[how.method]),
        ("总体项数 items in the population", f"{drawing.population_items}"),
        ("总体金额 amount of the population", total),
        ("要求样本数 sample asked for", f"{how.asked}"),
        ("样本项数 items in the sample", f"{len(sample.drawn)}"),
        ("抽样人 drawn by", paper.auditor),
        ("抽样时间（北京时间）drawn at (UTC+8)", f"{made_at:%Y-%m-%d %H:%M}"),
    ]
    if how.method is Method.monetary:
        facts.append(("抽样间隔 interval", f"{total} ÷ {how.asked}"))
    if how.method is Method.stratified:
        facts.append(("分层依据 strata by", f"{how.by}"))
    strata = [(f"层 stratum {each.name}", f"{each.drawn} / {each.items}")
              for each in sample.strata]  # fmt: skip
    return [*facts, *strata]


def _results(drawing: Drawing) -> Sequence[tuple[str, str, str]]:
    """What is worked out of what was filled in: nothing yet."""
    end = len(drawing.sample.drawn) + 1
    sheet = f"'{ITEMS}'!"
    confirmed, recorded = f"{sheet}J2:J{end}", f"{sheet}G2:G{end}"
    looked_at = f"SUMPRODUCT(NOT(ISBLANK({confirmed}))*{recorded})"
    differences = f"SUM({sheet}K2:K{end})"
    projected = f"=SUM({sheet}M2:M{end})"
    if drawing.how.method is not Method.monetary:
        whole = _amount(drawing.population_amount, drawing)
        projected = f"=IF({looked_at}=0,0,{differences}/{looked_at}*{whole})"
    return (
        ("已核实项数 items confirmed", f"=COUNT({confirmed})", "whole"),
        ("未查见项数 items not found", f'=COUNTIF({sheet}I2:I{end},"{FOUND[1]}")', "whole"),
        ("已核实账面数 recorded, of those confirmed", f"={looked_at}", "amount"),
        ("差额合计 sum of differences", f"={differences}", "amount"),
        (PROJECTED[drawing.how.method], projected, "amount"),
    )


def _amount(amount: int, drawing: Drawing) -> object:
    """Yuan, or minutes."""
    return yuan(amount) if drawing.unit is Unit.fen else amount


def _interval(drawing: Drawing) -> str:
    """The interval as a formula: it need not be a whole fen."""
    return f"({_amount(drawing.population_amount, drawing)}/{drawing.how.asked})"
