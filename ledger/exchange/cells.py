"""Cells: what stands in a CSV as text and in an XLSX as text, a number or a time, made JSON.

Times without an offset are those of the place. Amounts are exact: no cell becomes a float.
"""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from ledger.domain.tiers import Sitting
from ledger.domain.values import ZoneName, zone

ONE: Final = Decimal(1)
CENT: Final = Decimal("0.01")
YUAN_MOST: Final = 10**10
"""What an amount of fen may be at most, as `values` bounds it, in yuan."""


class CellUnfit(ValueError):
    """A cell is not what its column wants; the two texts say what that is."""

    def __init__(self, en: str, zh: str) -> None:
        self.en, self.zh = en, zh
        super().__init__(en)


def text(cell: object, _: ZoneName) -> object:
    """Text; a spreadsheet makes numbers of what looks like one."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def time(cell: object, where: ZoneName) -> object:
    """A time to the minute or finer; without an offset it is the place's."""
    try:
        moment = cell if isinstance(cell, datetime) else datetime.fromisoformat(_clock(cell))
        local = moment if moment.tzinfo else moment.replace(tzinfo=zone(where))
        return local.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise CellUnfit(
            "This must be a time, written as 2026-03-02 09:00.",
            "此处应为时间，写作 2026-03-02 09:00。",
        ) from None


def _clock(cell: object) -> str:
    """A day alone is no time."""
    text = str(cell)
    return _plain_day(text) if ":" in text else ""


def day(cell: object, _: ZoneName) -> object:
    if isinstance(cell, datetime):
        cell = cell.date() if cell.time() == datetime.min.time() else cell
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell.isoformat()
    try:
        return date.fromisoformat(_plain_day(str(cell))).isoformat()
    except ValueError:
        raise CellUnfit(
            "This must be a day that exists, written as 2026-03-02.",
            "此处应为存在的日期，写作 2026-03-02。",
        ) from None


def _plain_day(text: str) -> str:
    """2026/3/2 and 2026年3月2日 as 2026-03-02; what stands behind the day stays."""
    day, _, rest = text.strip().replace("T", " ").partition(" ")
    for sign in "年月/.":
        day = day.replace(sign, "-")
    parts = day.rstrip("日").split("-")
    day = "-".join(part.zfill(2) for part in parts)
    rest = rest.strip()
    clock = rest.zfill(len(rest) + 1) if rest[1:2] == ":" else rest
    return f"{day} {clock}".strip()


SITTINGS: Final = {
    "早餐": Sitting.breakfast,
    "早": Sitting.breakfast,
    "午餐": Sitting.lunch,
    "午": Sitting.lunch,
    "中餐": Sitting.lunch,
    "晚餐": Sitting.dinner,
    "晚": Sitting.dinner,
}


def sitting(cell: object, _: ZoneName) -> object:
    typed = str(cell).strip().lower()
    named = SITTINGS.get(typed)
    if named is None and typed not in frozenset(Sitting):
        raise CellUnfit(
            "This must be one of: breakfast, lunch, dinner.", "此处应为早餐、午餐或晚餐。"
        )
    return named.value if named else typed


YES_OR_NO: Final = {"是": True, "yes": True, "true": True, "否": False, "no": False, "false": False}


def yes(cell: object, _: ZoneName) -> object:
    typed = str(cell).strip().lower()
    if typed not in YES_OR_NO:
        raise CellUnfit("This must be yes or no.", "此处应为“是”或“否”。")
    return YES_OR_NO[typed]


def yuan(cell: object, _: ZoneName) -> object:
    """An amount in yuan, as fen."""
    form = "This must be an amount in yuan, such as 6.50.", "此处应为金额（元），如 6.50。"
    amount = _units(cell, CENT, form)
    if not 0 <= amount <= YUAN_MOST:
        raise CellUnfit(
            f"The amount must not be below zero, nor above {YUAN_MOST:,} yuan.",
            f"金额不能小于零，也不能超过 {YUAN_MOST:,} 元。",
        )
    return int(amount * 100)


def fen(cell: object, _: ZoneName) -> object:
    """An amount in fen."""
    form = "This must be whole fen, such as 650.", "此处应为整数金额（分），如 650。"
    return int(_units(cell, ONE, form))


def _units(cell: object, unit: Decimal, form: tuple[str, str]) -> Decimal:
    """The number in a cell, which must be a whole number of units."""
    try:
        amount = Decimal(str(cell))
        if amount == amount.quantize(unit):
            return amount
    except InvalidOperation:  # not a number, or longer than any amount
        pass
    raise CellUnfit(*form)
