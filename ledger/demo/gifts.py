"""Gifts: what residents gave in the three communities, so that whoever opens the demo finds some.

The worked example has no contribution. These move none of its money: goods, labour, a room, an
idea that was answered and one that waits, a promise. Organisations give them, or nobody who is
named; all of it is invented. They are entered at the first start and never again.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from ledger.deciding.answers import Unit
from ledger.demo.again import enter
from ledger.demo.offices import office
from ledger.domain.authority import Authority, Role
from ledger.domain.contribution_records import (
    AnswerReason,
    ContributionKind,
    Gift,
    IdeaAnswer,
    IdeaTopic,
)
from ledger.domain.contributions import PledgeContribution, RecordContribution
from ledger.domain.ideas import AnswerIdea
from ledger.domain.values import CommunityId, ContributionId, Minutes, Slug
from ledger.engine import Ledger

REGISTRAR: Final = Authority.alike(office(Role.registrar), (Role.registrar,), None)
JINNING, XIANHU, XILIAN = map(CommunityId, ("jinning", "xianhu", "xilian"))
GROCER: Final = Slug("example-grocer")
HALL: Final = Slug("example-dance-hall")
BOOKSHOP: Final = Slug("example-bookshop")
GOODS: Final = Gift(ContributionKind.goods)
GIVEN: Final = (
    (JINNING, "example-rice", GOODS, GROCER, 9),
    (JINNING, "example-benches", Gift(ContributionKind.idea, topic=IdeaTopic.elders), None, 6),
    (XIANHU, "example-lamps", Gift(ContributionKind.idea, topic=IdeaTopic.safety), None, 12),
    (XIANHU, "example-wiring", Gift(ContributionKind.labour, labour_minutes=Minutes(180)), None, 4),
    (XILIAN, "example-hall", Gift(ContributionKind.premises), HALL, 3),
)
"""Where, what, by whom, and how many days before the first start. Two are ideas."""
ANSWERED: Final = ContributionId("example-lamps")


def give(ledger: Ledger, today: date) -> None:
    """Enter them; a second time changes nothing."""
    enter(ledger, _units(today))


def _units(today: date) -> Iterator[Unit]:
    for home, name, gift, organisation, days in GIVEN:
        day = today - timedelta(days=days)
        given = RecordContribution(ContributionId(name), home, gift, day, organisation=organisation)
        yield _unit(name, given)
    answer = AnswerIdea(ANSWERED, IdeaAnswer.being_done, AnswerReason.worth_doing)
    yield _unit(f"{ANSWERED}-answer", answer)
    books = ContributionId("example-books")
    yield _unit(books, PledgeContribution(books, JINNING, GOODS, organisation=BOOKSHOP))


def _unit(name: str, command: RecordContribution | AnswerIdea | PledgeContribution) -> Unit:
    return Unit(REGISTRAR, f"demo-gift-{name}", (command,))
