"""What comes in within a month, what neighbours give, and who came to the council."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from ledger.demo.scale.acts import Act
from ledger.demo.scale.days import Calendar, moment
from ledger.demo.scale.places import Place
from ledger.domain.contribution_records import (
    AnswerReason,
    ContributionKind,
    Gift,
    IdeaAnswer,
    IdeaTopic,
)
from ledger.domain.contributions import PledgeContribution, RecordContribution
from ledger.domain.councils import Body, RecordAttendance, RecordMeeting
from ledger.domain.funds import ReceiveMoney
from ledger.domain.ideas import AnswerIdea
from ledger.domain.lots import ReceiptKind
from ledger.domain.values import ContributionId, Fen, MeetingId, Minutes, Month, PersonId, Slug

KINDS: Final = (
    (ContributionKind.cash, 50),
    (ContributionKind.goods, 20),
    (ContributionKind.labour, 15),
    (ContributionKind.idea, 10),
    (ContributionKind.premises, 5),
)
QUARTERS: Final = (1, 4, 7, 10)


def received(place: Place, month: Month, meals_fen: int, random: Random) -> Iterator[Act]:
    """Appropriations of a quarter and gifts of firms."""
    office = place.offices
    first = date.fromisoformat(f"{month}-01")
    if first.month in QUARTERS and meals_fen:
        day = first + timedelta(days=5)
        command = ReceiveMoney(
            place.meals, ReceiptKind.appropriation, Slug("town"), day, Fen(meals_fen)
        )
        yield Act(moment(day, 9), office.manager, command)
    for _ in range(1 + place.residents // 3_000):
        day = first + timedelta(days=random.randrange(27))
        fund = random.choice((place.free, place.free, place.meals, place.youth))
        firm = Slug(f"{place.community}-firm-{random.randrange(40)}")
        amount = Fen(100 * random.randrange(200, 9_000))
        command = ReceiveMoney(fund, ReceiptKind.donation, firm, day, amount)
        yield Act(moment(day, 16, random.randrange(60)), office.manager, command)


def given(place: Place, month: Month, people: Sequence[PersonId], random: Random) -> Iterator[Act]:
    """What neighbours give: some promise it first, and every idea has an answer."""
    first = date.fromisoformat(f"{month}-01")
    for number in range(2 + place.residents // 1_500):
        day = first + timedelta(days=3 + random.randrange(23))
        name = ContributionId(f"{place.community}-{day:%m}-{number}")
        person, kind = random.choice(people), _kind(random)
        gift, shown = _gift(place, kind, random), random.randrange(3) == 0
        registrar = place.offices.registrar
        if kind is not ContributionKind.idea and random.randrange(10) == 0:
            pledge = PledgeContribution(name, place.community, gift, person, amount_public=shown)
            yield Act(moment(day - timedelta(days=3), 10, number % 60), registrar, pledge)
        record = RecordContribution(name, place.community, gift, day, person, amount_public=shown)
        yield Act(moment(day, 15, number % 60), registrar, record)
        if kind is ContributionKind.idea:
            answer = AnswerIdea(name, IdeaAnswer.accepted, AnswerReason.worth_doing)
            yield Act(moment(day + timedelta(days=8), 10), registrar, answer)


def _kind(random: Random) -> ContributionKind:
    return random.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0]


def _gift(place: Place, kind: ContributionKind, random: Random) -> Gift:
    match kind:
        case ContributionKind.cash:
            return Gift(kind, place.free, Fen(100 * random.randrange(10, 2_000)))
        case ContributionKind.labour:
            return Gift(kind, labour_minutes=Minutes(60 * random.randrange(1, 9)))
        case ContributionKind.idea:
            return Gift(kind, topic=random.choice(tuple(IdeaTopic)))
        case _:
            return Gift(kind)


def met(
    place: Place, month: Month, year: Calendar, people: Sequence[PersonId], random: Random
) -> Iterator[Act]:
    """The council of the month and whoever came."""
    day = year.working_day(month, 2)
    meeting = MeetingId(f"{place.community}-{day:%m}")
    registrar, hall = place.offices.registrar, Body.council_hall
    held = RecordMeeting(meeting, place.community, hall, day, place.hall)
    yield Act(moment(day, 20), registrar, held)
    for person in random.sample(people, min(len(people), random.randrange(14, 30))):
        yield Act(moment(day, 20, 30), registrar, RecordAttendance(meeting, person))
