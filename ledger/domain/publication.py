"""Publication: by when the accounts of a month must be on public display.

The law says how often accounts are made public and names no day. So a month is due on the last day
of the month by which the next publication must have come: where money moves all the time, as it
does wherever a canteen serves, the month after; elsewhere a quarter later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ledger.domain.values import Month, first_day, next_month


class Traffic(StrEnum):
    """How much money moves in a community."""

    heavy = "heavy"  # 财务往来较多: a canteen serves there
    light = "light"


@dataclass(frozen=True, slots=True)
class PublicationRule:
    """A month is published within so many months after its end; `law_…` names the source."""

    months_most: int
    law_zh: str
    law_en: str


RULES: Final[Mapping[Traffic, PublicationRule]] = MappingProxyType(
    {
        Traffic.heavy: PublicationRule(
            1,
            "村民委员会组织法（2018年文本）第三十条：财务往来较多的，财务收支每月公布一次。",
            "Organic Law of Villagers' Committees (text of 2018), art. 30: where much money moves, "
            "accounts are published every month.",
        ),
        Traffic.light: PublicationRule(
            3,
            "村民委员会组织法（2018年文本）第三十条：一般事项至少每季度公布一次。",
            "Organic Law of Villagers' Committees (text of 2018), art. 30: accounts are published "
            "at least every quarter.",
        ),
    }
)


def traffic(canteens: int) -> Traffic:
    """How much money moves where so many canteens serve."""
    return Traffic.heavy if canteens else Traffic.light


def publish_by(month: Month, rule: PublicationRule) -> date:
    """The last day on which the month may still be unpublished."""
    beyond = next_month(month)
    for _ in range(rule.months_most):
        beyond = next_month(beyond)
    return first_day(beyond) - timedelta(days=1)
