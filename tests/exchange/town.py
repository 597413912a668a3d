"""A town in March 2024 for files to be imported into: its clock stands still at Monday noon."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from ledger.domain.book import LedgerKind
from ledger.domain.communities import RegisterCommunity, RegisterUnit
from ledger.domain.facts import Contact, FactSheet, Residence
from ledger.domain.funds import OpenFund, ReceiveMoney
from ledger.domain.lots import ReceiptKind
from ledger.domain.people import RegisterPerson
from ledger.domain.policies import PublishPolicy
from ledger.domain.resolution_records import SubsidyAllowed
from ledger.domain.shifts import ScheduleShift
from ledger.domain.sites import RegisterSite, SiteKind, Weekday
from ledger.domain.tiers import (
    Charge,
    CitedResolution,
    Condition,
    ShareLine,
    Sitting,
    Tier,
)
from ledger.domain.values import (
    Count,
    Fen,
    RuleCode,
    ShiftId,
    Slug,
    Title,
    UnitId,
)
from ledger.engine import Ledger
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder
from ledger.vault.keys import FileKeyRing
from ledger.vault.vault import Vault
from tests.builders import (
    AGREED,
    CANTEEN,
    FUND,
    JINNING,
    MEAL_FUND,
    accepted,
    person,
    resolved,
    unit,
)

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
NOON = datetime(2024, 3, 4, 4, tzinfo=UTC)
YEAR = date(2024, 1, 1)
SHIFTS = ("kitchen", "night", "school")
MUTUAL_AID = UnitId("jinning/mutual-aid")


def commands(people: int) -> Iterator[object]:
    yield RegisterCommunity(JINNING, Title("金宁社区"), Title("丹灶镇"))
    yield RegisterUnit(MUTUAL_AID, Title("街坊志愿互助会"))
    yield OpenFund(MEAL_FUND, JINNING, Title("长者饭堂基金"))
    yield ReceiveMoney(MEAL_FUND, ReceiptKind.award, Slug("town"), YEAR, Fen(10_000_000), None)
    yield RegisterSite(CANTEEN, JINNING, SiteKind.canteen, Title("金宁长者饭堂"), YEAR)
    tier = Tier(
        Count(10),
        RuleCode("AGE70"),
        Condition(age_least=Count(70)),
        (ShareLine(FUND, fixed_fen=Fen(600)),),
    )
    yield resolved(SubsidyAllowed(CANTEEN, FUND), decided_on=date(2023, 12, 20))
    yield PublishPolicy(
        CANTEEN,
        valid_from=YEAR,
        valid_until=None,
        price_fen=Fen(1500),
        weekdays=tuple(Weekday),
        sittings=(Sitting.lunch, Sitting.dinner),
        subsidised_meals_per_day=Count(1),
        claim_days=Count(31),
        tiers=(tier,),
        resolutions=(CitedResolution(FUND, AGREED),),
        charge=Charge.amount_charged,
    )
    home = (Residence(JINNING),)
    for number in range(people):
        facts = FactSheet(date(1944, 5, 6), registered=home, habitual=home)
        yield RegisterPerson(person(number), JINNING, Contact(f"第{number}人"), facts)
    for day, shift in enumerate(SHIFTS, start=1):
        starts_at = datetime(2024, 3, day, 1, tzinfo=UTC)
        yield ScheduleShift(
            ShiftId(shift),
            JINNING,
            Title("送餐上门"),
            starts_at,
            starts_at.replace(hour=3),
            unit=MUTUAL_AID,
        )


@contextmanager
def town(url: str, keys: Path, *, people: int = 5) -> Iterator[Ledger]:
    """The town's ledger, opened: a test ledger whose clock says Monday 4 March 2024, noon."""
    with LedgerDatastore(url) as datastore:
        keyring = FileKeyRing(keys)
        keyring.create()
        ledger = Ledger(LedgerRecorder(datastore), Vault(keyring), lambda: NOON)
        ledger.create(LedgerKind.test, BEGAN)
        for answer in ledger.execute([unit(command, at=BEGAN) for command in commands(people)]):
            accepted(answer)
        yield ledger
