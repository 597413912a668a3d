"""Small tables: what a volunteer, an auditor and a fund manager first want to know.

Chinese first with English beside. What is invented says so: 例. What the newspaper reported, the
communities and their awards, is marked †.
"""

from typing import Any, Final

from psycopg import Connection

from ledger.demo import names, tables_of_money
from ledger.demo.case import Loaded
from ledger.demo.rows import Case
from ledger.demo.showing import Table, yuan
from ledger.demo.town import AWARDS_APART
from ledger.domain.community_records import SHANGHAI
from ledger.domain.meal_records import MealReversalReason
from ledger.domain.service_records import Hold
from ledger.domain.values import Month, SiteId, local_day, month_of
from ledger.projections import funds, meals, service, shifts
from ledger.projections.meal_records import ClaimStatus

WHY: Final = {
    Hold.month_closed: "当月已结账 month closed",
    Hold.late_entry: "补录过期 entered late",
    Hold.day_over_unit_limit: "当日超过8小时 day over 8 h",
    Hold.day_over_town_limit: "当日超过12小时 day over 12 h",
}
REASONS: Final = {
    MealReversalReason.death_recorded_later: "去世后补登 death recorded later",
}
ARTICLE: Final = "award"
"""The restriction of the funds that hold what the newspaper reported."""


PURPOSES: Final = {
    "unrestricted": "非限定 free",
    "award": "奖励 award",
    "youth": "少年宫 youth",
    "elder-meals": "饭堂 canteen",
}


def tables(loaded: Loaded, connection: Connection[Any]) -> tuple[Table, ...]:
    """The tables of the worked example, from the read models; the story from its answers."""
    case = loaded.case
    return (
        _volunteers(case, connection),
        _claims(case, connection),
        tables_of_money.settled(case, connection),
        _funds(case, connection),
        tables_of_money.told(case, loaded.answers),
    )


def hours(minutes: int) -> str:
    """Minutes as hours and minutes."""
    return f"{minutes // 60}:{minutes % 60:02}"


def _volunteers(case: Case, connection: Connection[Any]) -> Table:
    people = dict.fromkeys(row.volunteer for row in case.attendance)
    people |= dict.fromkeys(case.opening_minutes)
    rows = []
    for name in sorted(people):
        person = names.person(name)
        found = service.statement(connection, person)
        why = [WHY[each.hold] for each in found.pending if each.hold]
        open_shifts = shifts.unconfirmed_of(connection, person)
        why += [f"未获确认 not confirmed: {each.activity}" for each in open_shifts]
        rows.append(
            (
                f"{name} 例",
                hours(found.totals.service_minutes),
                hours(found.totals.held_minutes),
                "★" * found.stars,
                "；".join(why),
            )
        )
    return Table(
        "志愿者：我有多少时长，什么待定，为什么（例）\n"
        "Volunteer: how many hours, what is pending and why (example)",
        ("志愿者\nWho", "时长\nHours", "待定\nPending", "星级\nStars", "原因\nWhy"),
        tuple(rows),
        range(1, 3),
    )


def _claims(case: Case, connection: Connection[Any]) -> Table:
    named = {names.canteen(each.id): each.name for each in case.communities}
    homes = {each.id: each.community for each in case.residents}
    places = {
        (names.canteen(claim.canteen or homes[claim.resident]), month_of(claim.date))
        for claim in case.claims
    }
    rows, notes = [], []
    for canteen, month in sorted(places):
        reversed_claims = _reversed(connection, canteen, month)
        found = meals.totals_of_canteen(connection, canteen, month)
        amounts = found.price_fen, found.community_fen, found.coop_fen, found.personal_fen
        rows.append(
            (
                f"{named[canteen]} 例",
                month,
                str(found.meals),
                *map(yuan, amounts),
                str(len(reversed_claims) or ""),
            )
        )
        notes += [f"  {named[canteen]}饭堂 {_told(claim)}" for claim in reversed_claims]
    return Table(
        "审计：每个饭堂每月谁出多少，冲销了什么（元，例）\n"
        "Auditor: who bears how much of each canteen's month, what was reversed (yuan, example)",
        (
            "饭堂\nCanteen",
            "月\nMonth",
            "餐数\nMeals",
            "价格\nPrice",
            "社区基金\nFund",
            "经济社\nCo-op",
            "个人\nEaters",
            "冲销\nReversed",
        ),
        tuple(rows),
        range(2, 8),
        tuple(notes),
    )


def _reversed(connection: Connection[Any], canteen: SiteId, month: Month) -> list[meals.Claim]:
    claims = meals.claims(connection, canteen, month)
    return [claim for claim in claims if claim.status is ClaimStatus.reversed]


def _told(claim: meals.Claim) -> str:
    """An exception an auditor looks at first: which meal, how much, why, recorded when."""
    change = claim.changes[-1]
    why = REASONS.get(change.reason, str(change.reason)) if change.reason else ""
    withdrawn = yuan(sum(share.amount_fen for share in claim.shares))
    day = local_day(change.recorded_at, SHANGHAI)
    return f"{claim.served_on} 冲销补助 subsidy reversed {withdrawn}：{why} ({day})"


def _funds(case: Case, connection: Connection[Any]) -> Table:
    named = {names.community(each.id): each.name for each in case.communities}
    apart = {names.fund(each.id, AWARDS_APART) for each in case.communities}
    rows = [
        (
            named.get(each.community, each.community),
            PURPOSES.get(each.restriction, each.restriction),
            *map(yuan, (each.held_fen, each.reserved_fen, each.accrued_fen, each.available_fen)),
            _source(case, each),
        )
        for each in funds.funds(connection)
        if each.fund not in apart
    ]
    return Table(
        "基金管理：持有多少，已承诺多少，还能用多少（元）\n"
        "Fund manager: what is held, what is promised, what may still be spent (yuan)",
        (
            "社区\nCommunity",
            "用途\nPurpose",
            "持有\nHeld",
            "已承诺\nPromised",
            "应付餐费\nAccrued",
            "可用\nAvailable",
            "",
        ),
        tuple(rows),
        range(2, 6),
    )


def _source(case: Case, fund: funds.Fund) -> str:
    """Reported are the awards, and not what the example leaves of them."""
    awards = [each.fen for each in case.awards if names.community(each.community) == fund.community]
    if fund.restriction != ARTICLE:
        return "例"
    return "†" if fund.held_fen == sum(awards) else "† 例"


NOTE: Final = (
    "† 报道事实：社区与奖励。例：其余均为虚构示例。\n"
    "† reported facts: the communities and their awards. 例: all else is an invented example.\n"
    "可用为负：餐费已发生而资金未到。Below zero: meals were eaten, no money came in yet."
)
