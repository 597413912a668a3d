"""What a terminal shows of an invented year: its size, what was refused, what was found."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final

from ledger.demo.scale.acts import Kind
from ledger.demo.scale.extent import Scale
from ledger.demo.scale.findings import Recall
from ledger.demo.scale.loading import Tally
from ledger.demo.scale.year import Year
from ledger.demo.showing import Table
from ledger.projections.exceptions import DETECTORS

NOTE: Final = (
    "除法定节假日外，全部为虚构示例。Everything is invented but the public holidays of 2025."
)
WORDS: Final = {
    Kind.overlapping_shifts: "两个社区班次重叠 overlapping shifts in two communities",
    Kind.split_day: "九小时拆成两条 a nine-hour day split in two",
    Kind.self_confirmation: "自己确认自己 confirming oneself",
    Kind.second_lunch: "另一饭堂再享补助 a second subsidised lunch elsewhere",
    Kind.dead_card: "逝者的卡 a dead person's card",
    Kind.old_rate: "旧标准并行 the old rate beside the new",
    Kind.retroactive_rate: "追溯提高标准 a rate raised retroactively",
    Kind.split_purchase: "拆分采购 a purchase split over two funds",
    Kind.settled_twice: "重复结算 a month settled twice",
    Kind.paid_more_than_owed: "多付一分 a fen more than is owed",
    Kind.paid_more_than_approved: "超过批准 a fen more than was approved",
    Kind.requester_approves: "自己审批 approving one's own request",
    Kind.restricted_gift: "限定捐款挪作他用 a restricted gift on running costs",
    Kind.uncovered_settlement: "基金不足仍批准 a settlement the fund cannot cover",
    Kind.imported_twice: "同一行导入两次 a row imported twice",
    Kind.reopened_alone: "一人重开月份 a month reopened by one",
}


def tables(
    year: Year, tally: Tally, seconds: float, recalls: Sequence[Recall]
) -> tuple[Table, ...]:
    """Three tables; of a year that was there before, the first has no rate."""
    return _size(year, tally, seconds), _refused(tally), _found(recalls)


def _size(year: Year, tally: Tally, seconds: float) -> Table:
    extent, rate = year.extent, round(tally.events / seconds) if seconds else 0
    rows = (
        ("社区 communities", f"{extent.communities:,}"),
        ("居民 residents", f"{extent.residents:,}"),
        ("登记长者 elders registered", f"{extent.elders:,}"),
        ("登记志愿者 volunteers registered", f"{extent.volunteers:,}"),
        ("命令 commands accepted", f"{tally.accepted:,}"),
        ("事件 events written", f"{tally.events:,}"),
        ("用时 seconds", f"{round(seconds):,}"),
        ("速度 events a second", f"{rate:,}"),
        ("此前已写入 acts there before", f"{tally.skipped:,}"),
        ("意外答复 unexpected answers", f"{tally.unexpected:,}"),
    )
    return Table("规模 Size", ("", ""), rows, range(1, 2), (NOTE,))


def _refused(tally: Tally) -> Table:
    rows = tuple(
        (words, f"{tally.tried[kind]:,}", f"{tally.refused[kind]:,}")
        for kind, words in WORDS.items()
        if tally.tried[kind]
    )
    columns = ("滥用 Misuse that the rules refuse", "尝试 tried", "拒绝 refused")
    return Table("尝试过的滥用 Misuse that was tried", columns, rows, range(1, 3))


def _found(recalls: Sequence[Recall]) -> Table:
    rows = tuple(
        (
            f"{DETECTORS[each.pattern].zh.title} {each.pattern}",
            *map(str, (each.planted, each.found, each.findings, each.related, each.false_alarms)),
        )
        for each in recalls
    )
    columns = (
        "线索 Pattern",
        "埋入 planted",
        "发现 found",
        "条目 findings",
        "相关 related",
        "误报 false alarms",
    )
    planted = sum(each.planted for each in recalls)
    found = sum(each.found for each in recalls)
    false = sum(each.false_alarms for each in recalls)
    listed = sum(each.findings for each in recalls)
    note = (
        f"{planted} 处埋入的滥用，发现 {found} 处；{listed} 条中 {false} 条为误报。"
        f"{found} of {planted} planted were found; {false} of {listed} findings were false alarms."
    )
    return Table("异常清单 The exceptions queue", columns, rows, range(1, 6), (note,))


def listed(year: Year, scale: Scale, seed: int) -> Iterator[str]:
    """The list of what was planted, a JSON object a line; the first says what it is."""
    yield json.dumps({"scale": scale, "seed": seed, "note": NOTE}, ensure_ascii=False)
    for each in year.planted():
        yield json.dumps(asdict(each), default=str, ensure_ascii=False)
