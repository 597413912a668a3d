"""A long history, made quickly: forty days, or eleven years, of a town of meals and shifts.

The events are made directly, in the right form and number, and written by the store's own append,
5,000 at a time; no rule decided them, and the vault holds no sheet. Each day half of the people
eat, one claim in fifty is taken back, and shifts of twenty volunteers sign up, come, go and are
confirmed, so that two events in five are about service. It is a test ledger: each day was recorded
on that day, twenty-five events at a time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from secrets import token_bytes
from typing import Final

from bench.town import COMMUNITIES, RESIDENTS, canteen, community, fund
from ledger.domain import communities, funds, meals, people, service, shifts, sites
from ledger.domain.book import STREAM, LedgerCreated, LedgerKind
from ledger.domain.catalogue import NAME_OF_EVENT
from ledger.domain.community_records import SHANGHAI, CommunityRegistered, PopulationRecorded
from ledger.domain.fund_records import FundOpened, MoneyReceived
from ledger.domain.intervals import DayMinutes
from ledger.domain.lots import ReceiptKind
from ledger.domain.meal_records import (
    MealClaimed,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.person_records import PersonRegistered
from ledger.domain.service_records import ServiceCredited
from ledger.domain.shift_records import (
    CheckedIn,
    CheckedOut,
    EvidenceGrade,
    ShiftScheduled,
    SignedUp,
)
from ledger.domain.sites import SiteKind, SiteRegistered
from ledger.domain.tiers import PayerShare, Sitting
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    Minutes,
    PayerPath,
    PersonId,
    RuleCode,
    ShiftId,
    Slug,
    Title,
    month_of,
)
from ledger.store.codec import NONCE_BYTES, encode
from ledger.store.recorder import Batch, LedgerRecorder
from tests.builders import CLERK, person

FIRST_DAY: Final = date(2026, 1, 1)
VOLUNTEERS: Final = 20
SPACING: Final = 243  # people to a shift: its 81 events are a third of an event for each of them
BATCH: Final = 5_000
GROUP: Final = 25
PRICE: Final = Fen(1500)
SHARE: Final = Fen(600)
REVERSED_ONE_IN: Final = 50

Happening = tuple[str, object]
"""In which stream, and what."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How many people lived in the town for how many days."""

    people: int
    days: int

    @property
    def last_day(self) -> date:
        """The last day on which something happened."""
        return FIRST_DAY + timedelta(days=self.days - 1)


def write(recorder: LedgerRecorder, extent: Extent) -> int:
    """Write such a history into an empty ledger; how many events it has."""
    found = recorder.load(0, ())
    position, stamp = found.tail, found.stamp
    versions = defaultdict[str, int](int)
    for at, run in _runs(extent):
        batch = Batch(found.epoch, position, stamp, read=(), decided_at=at)
        _fill(batch, run, versions)
        appended = recorder.append(batch)
        if appended.status != "appended":
            raise ValueError(f"the history was not appended: {appended.status}")
        position, stamp = appended.tail + len(run), appended.stamp
    return position


def _runs(extent: Extent) -> Iterator[tuple[datetime, list[Happening]]]:
    """What is written at once, and when the first of it was recorded."""
    yield _moment(FIRST_DAY, 0), [*_beginning(), *_registrations(extent.people)]
    for number in range(extent.days):
        day = FIRST_DAY + timedelta(days=number)
        happened = _day(day, number, extent.people)
        at = _moment(day, 12)
        while run := list(islice(happened, BATCH)):
            yield at, run
            at += timedelta(seconds=len(run))


def _fill(batch: Batch, run: list[Happening], versions: dict[str, int]) -> None:
    batch.times = []
    for first in range(0, len(run), GROUP):
        group = run[first : first + GROUP]
        at = batch.decided_at + timedelta(seconds=first)
        key = f"{batch.frontier + first}"
        batch.actors.append(CLERK)
        batch.keys.append(key)
        batch.requests.append(token_bytes(32))
        batch.counts.append(len(group))
        batch.times.append(at)
        for stream, event in group:
            versions[stream] += 1
            batch.streams.append(stream)
            batch.versions.append(versions[stream])
            batch.names.append(NAME_OF_EVENT[type(event)])
            nonce = token_bytes(NONCE_BYTES)
            state = encode(event, actor=CLERK, command=key, decided_at=at, nonce=nonce)
            batch.states.append(state)


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


# -- what happens ------------------------------------------------------------------------------


def _beginning() -> Iterator[Happening]:
    yield STREAM, LedgerCreated(LedgerKind.test, FIRST_DAY)
    for number in range(COMMUNITIES):
        here, name, site = community(number), fund(number), canteen(number)
        stream = communities.stream(here)
        town = Title("丹灶镇")
        yield stream, CommunityRegistered(here, Title(f"第{number}社区"), town, SHANGHAI, FIRST_DAY)
        yield stream, PopulationRecorded(here, RESIDENTS, FIRST_DAY, FIRST_DAY)
        opened = SiteRegistered(site, here, SiteKind.canteen, Title("饭堂"), FIRST_DAY, FIRST_DAY)
        yield sites.stream(site), opened
        restriction = Slug("elder-meals")
        yield funds.stream(name), FundOpened(name, here, Title("基金"), restriction, FIRST_DAY)
        yield funds.stream(name), _award(number)


def _award(number: int) -> MoneyReceived:
    given, month = Fen(10**9), month_of(FIRST_DAY)
    kind, town = ReceiptKind.award, Slug("town")
    return MoneyReceived(fund(number), kind, town, None, given, Count(1), FIRST_DAY, month)


def _registrations(count: int) -> Iterator[Happening]:
    for number in range(count):
        here, who = community(number), person(number)
        registered = PersonRegistered(who, here, Count(1), "hmac-sha256:0", FIRST_DAY)
        yield people.stream(who), registered


def _day(day: date, number: int, count: int) -> Iterator[Happening]:
    for eater in range(number % 2, count, 2):
        claimed = _claim(eater, day, number)
        stream = meals.stream(claimed.person, claimed.booked_in)
        yield stream, claimed
        if (eater // 2 + number) % REVERSED_ONE_IN == 0:
            yield stream, _taken_back(claimed)
    for shift in range(number * count // SPACING, (number + 1) * count // SPACING):
        first = shift * VOLUNTEERS
        yield from _shift(shift, day, [(first + n) % count for n in range(VOLUNTEERS)])


def _claim(eater: int, day: date, number: int) -> MealClaimed:
    """Whoever eats every other day has had half as many meals this month as it has days."""
    month = month_of(day)
    before = sum((number - back) % 2 == eater % 2 for back in range(1, day.day))
    return MealClaimed(
        person(eater),
        canteen(eater),
        community(eater),
        Count(before + 1),
        day,
        Sitting.lunch,
        Count(1),
        Count(1),
        RuleCode("AGE70"),
        PRICE,
        (PayerShare(PayerPath(f"fund/{fund(eater)}"), SHARE),),
        Fen(PRICE - SHARE),
        Count(1),
        month,
        month,
        None,
        CLERK,
        _moment(day, 12),
    )


def _taken_back(claim: MealClaimed) -> MealReversed:
    return MealReversed(
        claim.person,
        claim.canteen,
        claim.community,
        claim.claim,
        ReversalKind.void,
        MealReversalReason.not_eaten,
        claim.price_fen,
        claim.shares,
        claim.copayment_fen,
        claim.occurred_on,
        claim.booked_in,
        claim.settles_in,
        None,
    )


def _shift(number: int, day: date, volunteers: Iterable[int]) -> Iterator[Happening]:
    name = ShiftId(f"shift-{number}")
    here, stream = community(number), shifts.stream(name)
    begin, end = _moment(day, 1), _moment(day, 3)
    yield stream, ShiftScheduled(name, here, Title("扫街"), begin, end, None, None, None, day)
    for volunteer in volunteers:
        who = person(volunteer)
        yield stream, SignedUp(name, who, waiting=False, occurred_on=day)
        yield stream, CheckedIn(name, who, begin, EvidenceGrade.checked, day)
        yield stream, CheckedOut(name, who, end, EvidenceGrade.checked, day)
        yield service.stream(who), _credited(name, who, here, day)


def _credited(shift: ShiftId, who: PersonId, here: CommunityId, day: date) -> ServiceCredited:
    minutes = Minutes(120)
    return ServiceCredited(
        shift,
        who,
        here,
        None,
        _moment(day, 1),
        _moment(day, 3),
        minutes,
        (DayMinutes(day, minutes),),
        EvidenceGrade.checked,
        time_bank=False,
        occurred_on=day,
        booked_in=month_of(day),
        adjusts=None,
        decided_by=(),
        late=None,
    )
