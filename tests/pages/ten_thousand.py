"""Ten thousand of what grows in a town: written as events, as many years would have left them.

All of it is Chen's and of one community: her shifts, her hours, the meals of one day, what one fund
gave and was asked for. No rule decided it, so it is quick to write, and there may be more of it
than a town could come to.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from secrets import token_bytes
from typing import Final
from uuid import UUID

from ledger.demo import names
from ledger.domain import funds, grant_records, meals, people, service, shifts, sites
from ledger.domain.authority import Role
from ledger.domain.catalogue import NAME_OF_EVENT
from ledger.domain.notice_records import NoticePublished
from ledger.domain.person_records import PersonRegistered
from ledger.domain.shift_records import (
    CheckedIn,
    EvidenceGrade,
    ShiftScheduled,
    SignedUp,
)
from ledger.domain.values import (
    CertificateId,
    CertificateNumber,
    Count,
    Digest,
    Month,
    NoticeId,
    PersonId,
    Position,
    ShiftId,
    SiteId,
    Title,
)
from ledger.engine import Ledger
from ledger.store.codec import NONCE_BYTES, encode
from ledger.store.recorder import Batch
from tests.builders import CLERK, JINNING
from tests.projections.disbursement_events import GENERAL, requested
from tests.projections.fund_events import opened, received
from tests.projections.meal_events import CANTEEN, canteen, claimed
from tests.projections.service_events import CHEN, credited, disputed, held
from tests.projections.settlement_events import submitted
from tests.projections.test_certificates import issued

MANY: Final = 10_000
CANTEENS: Final = 100
WRITTEN_AT_ONCE: Final = 5_000
TODAY: Final = date(2026, 3, 20)
NOON: Final = datetime(2026, 3, 20, 4, tzinfo=UTC)
BEFORE: Final = date(2025, 12, 31)
LAST: Final = date(2080, 1, 1)
FAIR: Final = ShiftId("fair")
NOW: Final = datetime.now(UTC).replace(second=0, microsecond=0)
AHEAD: Final = NOW + timedelta(days=1)
Happening = tuple[str, object]


def write(ledger: Ledger) -> None:
    """Write all of it behind what the ledger has."""
    recorder = ledger.recorder
    found = recorder.load(0, ())
    position, stamp, versions = found.tail, found.stamp, defaultdict[str, int](int)
    whole = happenings()
    while run := list(islice(whole, WRITTEN_AT_ONCE)):
        batch = Batch(found.epoch, position, stamp, read=(), decided_at=NOON)
        fill(batch, run, versions)
        appended = recorder.append(batch)
        assert appended.status == "appended"
        position, stamp = appended.tail + len(run), appended.stamp


def fill(batch: Batch, run: Iterable[Happening], versions: dict[str, int]) -> None:
    for number, (stream, event) in enumerate(run):
        key = f"many-{batch.frontier + number}"
        versions[stream] += 1
        nonce = token_bytes(NONCE_BYTES)
        batch.actors.append(CLERK)
        batch.keys.append(key)
        batch.requests.append(token_bytes(32))
        batch.counts.append(1)
        batch.streams.append(stream)
        batch.versions.append(versions[stream])
        batch.names.append(NAME_OF_EVENT[type(event)])
        batch.states.append(
            encode(event, actor=CLERK, command=key, decided_at=batch.decided_at, nonce=nonce)
        )


def happenings() -> Iterator[Happening]:
    """All that happened, each in its stream."""
    yield people.stream(CHEN), PersonRegistered(CHEN, JINNING, Count(1), "hmac-sha256:0", TODAY)
    yield funds.stream(GENERAL), opened(GENERAL)
    fair = Title("集市"), AHEAD, AHEAD + timedelta(hours=9), None, None, None, TODAY
    yield shifts.stream(FAIR), ShiftScheduled(FAIR, JINNING, *fair)
    for number in range(CANTEENS):
        site = SiteId(f"canteen-{number}")
        yield sites.stream(site), canteen(site)
    for number in range(MANY):
        yield from of_shifts(number)
        yield from of_hours(number)
        yield from of_money(number)
        eater = names.person(f"eater-{number}")
        claim = claimed(on=TODAY, who=eater, price=1500 + number)
        yield meals.stream(eater, claim.booked_in), claim
        yield from of_papers(number, eater)
        granted = grant_records.RoleGranted(eater, Role.leader, JINNING, None, TODAY)
        yield grant_records.stream(eater), granted


def of_shifts(number: int) -> Iterator[Happening]:
    """A shift to come, every other with her, and one of which nobody knows when she left."""
    ahead, past = ShiftId(f"ahead-{number}"), ShiftId(f"past-{number}")
    begins, began = AHEAD + timedelta(minutes=number), NOW - timedelta(minutes=number + 120)
    hour = timedelta(hours=1)
    what = Title(f"扫街 {number}"), begins, begins + hour, None, None, None, TODAY
    yield shifts.stream(ahead), ShiftScheduled(ahead, JINNING, *what)
    if number % 2:
        yield shifts.stream(ahead), SignedUp(ahead, CHEN, waiting=False, occurred_on=TODAY)
    what = Title(f"探访 {number}"), began, began + hour, None, None, None, TODAY
    yield shifts.stream(past), ShiftScheduled(past, JINNING, *what)
    yield shifts.stream(past), CheckedIn(past, CHEN, began, EvidenceGrade.attested, TODAY)


def of_papers(number: int, somebody: PersonId) -> Iterator[Happening]:
    """A certificate of hers, a notice of the community, and somebody else who comes to the fair."""
    paper = issued(where=JINNING, unit=None)
    name = CertificateId(str(UUID(int=number + 1, version=4)))
    numbered = CertificateNumber(f"jinning-2026-{number:05}")
    yield (
        f"certificate-{name}",
        replace(paper, certificate=name, number=numbered, first_day=BEFORE, last_day=BEFORE),
    )
    notice = NoticeId(f"notice-{number}")
    shown = NoticePublished(
        notice, JINNING, of_month(number % 300), Position(1), Digest("0f" * 32), LAST, CLERK, TODAY
    )
    yield f"notice-{notice}", shown
    yield shifts.stream(FAIR), SignedUp(FAIR, somebody, waiting=False, occurred_on=TODAY)


def of_hours(number: int) -> Iterator[Happening]:
    """What was credited to her, what is held, and what she objects to."""
    here = service.stream(CHEN)
    day = TODAY - timedelta(days=1 + number % 60)
    yield here, credited(60, ShiftId(f"done-{number}"), day)
    yield here, held(60, ShiftId(f"held-{number}"), day)
    shift = ShiftId(f"past-{number}")
    yield f"objections-{number}", disputed(shift)


def of_money(number: int) -> Iterator[Happening]:
    """What a fund received and was asked for, and a month that a canteen presents."""
    here = funds.stream(GENERAL)
    yield here, received(GENERAL, 100, number + 1)
    yield here, requested(number + 1)
    site, month = SiteId(f"canteen-{number % CANTEENS}"), of_month(number // CANTEENS)
    presented = replace(submitted(at=CANTEEN), canteen=site, month=month)
    yield f"settlement-{number}", presented


def of_month(number: int) -> Month:
    """The month so many months after January 2000."""
    return Month(f"{2000 + number // 12}-{number % 12 + 1:02}")
