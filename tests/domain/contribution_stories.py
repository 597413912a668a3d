"""Somebody of Jinning gives: the words in which stories about contributions and ideas are told."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ledger.domain import people
from ledger.domain.contribution_records import ContributionKind, Gift, IdeaTopic
from ledger.domain.contributions import (
    PledgeContribution,
    RecordContribution,
    WithdrawContribution,
)
from ledger.domain.decisions import Happening
from ledger.domain.person_records import PersonRegistered
from ledger.domain.values import ContributionId, Count, Fen, Minutes, Month, PersonId
from tests.domain.fund_stories import GENERAL, JINNING, TODAY, town
from tests.story import NOON, Given, Told

NAME = ContributionId("gift-0302")
CHEN = PersonId("00000000-0000-4000-8000-00000000000a")
WU = PersonId("00000000-0000-4000-8000-00000000000b")
CLERK = PersonId("00000000-0000-4000-8000-00000000000c")
MARCH = Month("2026-03")

CASH = Gift(ContributionKind.cash, GENERAL, Fen(20_000))
CHAIRS = Gift(ContributionKind.goods)
LABOUR = Gift(ContributionKind.labour, labour_minutes=Minutes(90))
IDEA = Gift(ContributionKind.idea, topic=IdeaTopic.safety)
ROOM = Gift(ContributionKind.premises)

CHEN_LIVES: Happening = (
    people.stream(CHEN),
    PersonRegistered(CHEN, JINNING, Count(1), "commitment", date(2026, 1, 1)),
)


def here(*happenings: Any) -> Given:
    return town(CHEN_LIVES, *happenings)


def record(gift: Gift = CASH, **changes: Any) -> RecordContribution:
    return replace(RecordContribution(NAME, JINNING, gift, TODAY, CHEN), **changes)


def pledge(gift: Gift = CASH, **changes: Any) -> PledgeContribution:
    return replace(PledgeContribution(NAME, JINNING, gift, CHEN), **changes)


def recorded(gift: Gift = CASH, *happenings: Any, **changes: Any) -> tuple[Happening, ...]:
    """The clerk entered it at noon."""
    return here(*happenings).when(record(gift, **changes), by=CLERK).decision


def pledged(gift: Gift = CASH, by: PersonId = CLERK, **changes: Any) -> tuple[Happening, ...]:
    return here().when(pledge(gift, **changes), by=by).decision


def facts(happenings: tuple[Happening, ...]) -> list[Any]:
    return [event for _, event in happenings]


def undoing(*happenings: Any, minutes: int = 1, seconds: int = 0, by: PersonId = CLERK) -> Told:
    at = NOON + timedelta(minutes=minutes, seconds=seconds)
    return here(*happenings).when(WithdrawContribution(NAME), by=by, at=at)
