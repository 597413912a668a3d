"""Columns: what each exported table holds, and of what kind it is.

Every form of an export is made of this one list: a CSV takes the names, a Parquet file the types, a
workbook the Chinese titles, widths and number formats.
"""

from enum import Enum, StrEnum, auto
from typing import Final, NamedTuple


class What(StrEnum):
    """What can be exported as rows."""

    entries = "entries"
    claims = "claims"
    service = "service"


class Kind(Enum):
    """What stands in a column; any cell may be absent."""

    identity = auto()  # a long name: a person, an account, a stream
    word = auto()  # a short one: a code, a month, a canteen
    day = auto()
    moment = auto()
    number = auto()
    minutes = auto()
    fen = auto()
    unit = auto()  # of the amount in the same row: fen or minute
    amount = auto()
    shares = auto()  # payer → fen


class Column(NamedTuple):
    """A column's name in rows and files, its kind, and its title."""

    name: str
    kind: Kind
    zh: str


COLUMNS: Final = {
    What.entries: (
        Column("position", Kind.number, "位置"),
        Column("line", Kind.number, "行"),
        Column("recorded_at", Kind.moment, "记录时间"),
        Column("occurred_on", Kind.day, "发生日期"),
        Column("booked_in", Kind.word, "记账月份"),
        Column("account", Kind.identity, "科目"),
        Column("unit", Kind.unit, "单位"),
        Column("amount", Kind.amount, "数额"),
        Column("stream", Kind.identity, "事件流"),
        Column("version", Kind.number, "版本"),
        Column("event", Kind.identity, "事件"),
        Column("actor", Kind.identity, "经办人"),
    ),
    What.claims: (
        Column("served_on", Kind.day, "就餐日期"),
        Column("canteen", Kind.word, "饭堂"),
        Column("community", Kind.word, "社区"),
        Column("person", Kind.identity, "就餐人"),
        Column("claim", Kind.number, "当月第几餐"),
        Column("sitting", Kind.word, "餐次"),
        Column("policy_version", Kind.number, "补助标准版本"),
        Column("rule", Kind.word, "适用规则"),
        Column("full_price", Kind.word, "按全价购买"),
        Column("price_fen", Kind.fen, "餐价"),
        Column("copayment_fen", Kind.fen, "个人自付"),
        Column("shares", Kind.shares, "各方分担"),
        Column("status", Kind.word, "状态"),
        Column("reason", Kind.word, "原因"),
        Column("booked_in", Kind.word, "记账月份"),
        Column("settles_in", Kind.word, "结算月份"),
        Column("claimed_by", Kind.identity, "核销人"),
        Column("recorded_at", Kind.moment, "记录时间"),
        Column("position", Kind.number, "位置"),
    ),
    What.service: (
        Column("occurred_on", Kind.day, "服务日期"),
        Column("community", Kind.word, "社区"),
        Column("unit", Kind.word, "组织单位"),
        Column("shift", Kind.word, "班次"),
        Column("person", Kind.identity, "志愿者"),
        Column("starts_at", Kind.moment, "开始时间"),
        Column("ends_at", Kind.moment, "结束时间"),
        Column("service_minutes", Kind.minutes, "服务时长"),
        Column("status", Kind.word, "状态"),
        Column("hold", Kind.word, "暂缓"),
        Column("reason", Kind.word, "原因"),
        Column("grade", Kind.word, "记录等级"),
        Column("booked_in", Kind.word, "记账月份"),
        Column("adjusts", Kind.word, "更正月份"),
        Column("confirmed_by", Kind.identity, "确认人"),
        Column("decided_by", Kind.identity, "审定人"),
        Column("recorded_at", Kind.moment, "记录时间"),
        Column("position", Kind.number, "位置"),
    ),
}
