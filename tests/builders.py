"""A small town for tests that need a real ledger: short words for what would be long commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from ledger.deciding.answers import Accepted, Answer, Declined, Unit
from ledger.domain.authority import Authority, Role
from ledger.domain.book import LedgerKind
from ledger.domain.communities import RegisterCommunity
from ledger.domain.councils import Body
from ledger.domain.facts import Contact, FactSheet, Residence
from ledger.domain.funds import OpenFund, ReceiveMoney
from ledger.domain.lots import ReceiptKind
from ledger.domain.people import RegisterPerson
from ledger.domain.policies import PublishPolicy
from ledger.domain.resolution_records import SubsidyAllowed, Votes
from ledger.domain.resolutions import RecordResolution
from ledger.domain.sites import RegisterSite, SiteKind, Weekday
from ledger.domain.tiers import (
    CitedResolution,
    Condition,
    Payer,
    PayerKind,
    ShareLine,
    Sitting,
    Tier,
)
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    FundId,
    PayerName,
    PersonId,
    ResolutionId,
    RuleCode,
    Sha256,
    SiteId,
    Slug,
    Title,
)
from ledger.engine import Ledger
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder
from ledger.vault.keys import FileKeyRing
from ledger.vault.vault import Vault

JINNING = CommunityId("jinning")
CANTEEN = SiteId("jinning-canteen")
MEAL_FUND = FundId("jinning-meals")
FUND = Payer(PayerKind.fund, PayerName(MEAL_FUND))
AGREED = ResolutionId("jn-2025-12")
NEW_YEAR = date(2026, 1, 1)
START = datetime(2026, 1, 1, tzinfo=UTC)
_keys = count(1)


def person(number: int) -> PersonId:
    """The id of the n-th person: of the right shape, and the same in every run."""
    return PersonId(str(UUID(int=number << 16 | 0x4000_8000_0000_0000_0000, version=4)))


CLERK = person(10**9)


def everything(actor: PersonId = CLERK) -> Authority:
    """An authority for the whole town that holds every role."""
    return Authority.alike(actor, frozenset(Role), None)


def unit(
    *commands: object, by: PersonId = CLERK, key: str | None = None, at: datetime | None = None
) -> Unit:
    """A unit with a key of its own unless one is given."""
    return Unit(everything(by), key or f"key-{next(_keys)}", commands, at)


def registration(number: int, born_on: date = date(1946, 5, 6)) -> RegisterPerson:
    """The n-th person of 金宁, old enough for the first tier."""
    home = (Residence(JINNING),)
    facts = FactSheet(born_on, registered=home, habitual=home)
    return RegisterPerson(person(number), JINNING, Contact(f"第{number}人"), facts, NEW_YEAR)


def resolved(
    *allowed: SubsidyAllowed,
    name: ResolutionId = AGREED,
    home: CommunityId = JINNING,
    body: Body = Body.council_hall,
    decided_on: date = date(2025, 12, 20),
) -> RecordResolution:
    """A body of the community lets these payers pay."""
    votes, document = Votes(Count(21), Count(2), Count(1)), Sha256("5e" * 32)
    return RecordResolution(name, home, body, decided_on, votes, document, subsidies=allowed)


def six_yuan_from_seventy_on(
    site: SiteId = CANTEEN, payer: Payer = FUND, agreed: ResolutionId = AGREED
) -> PublishPolicy:
    """A meal of 15 yuan; the payer bears 6 of it for residents of 70 and over, once a day."""
    tier = Tier(
        Count(10),
        RuleCode("AGE70"),
        Condition(age_least=Count(70), habitual=True),
        (ShareLine(payer, fixed_fen=Fen(600)),),
    )
    return PublishPolicy(
        site,
        valid_from=NEW_YEAR,
        valid_until=None,
        price_fen=Fen(1500),
        weekdays=tuple(Weekday),
        sittings=tuple(Sitting),
        subsidised_meals_per_day=Count(1),
        claim_days=Count(31),
        tiers=(tier,),
        resolutions=(CitedResolution(payer, agreed),),
    )


def foundation() -> tuple[object, ...]:
    """A community with a fund, a canteen and a policy: 15 yuan, 6 borne by the fund from 70 on."""
    return (
        RegisterCommunity(JINNING, Title("金宁社区"), Title("丹灶镇")),
        OpenFund(MEAL_FUND, JINNING, Title("长者饭堂基金")),
        ReceiveMoney(MEAL_FUND, ReceiptKind.award, Slug("town"), NEW_YEAR, Fen(10_000_000), None),
        RegisterSite(CANTEEN, JINNING, SiteKind.canteen, Title("金宁长者饭堂"), NEW_YEAR),
        resolved(SubsidyAllowed(CANTEEN, FUND, NEW_YEAR)),
        six_yuan_from_seventy_on(),
    )


@contextmanager
def open_ledger(url: str, keys: Path | None = None) -> Iterator[Ledger]:
    """A ledger on a migrated database, closed afterwards; its keys in `keys` or a fresh folder."""
    with TemporaryDirectory() as folder, LedgerDatastore(url) as datastore:
        keyring = FileKeyRing(keys or Path(folder) / "keys")
        keyring.create()
        yield Ledger(LedgerRecorder(datastore), Vault(keyring))


def found(ledger: Ledger, *, people: int = 0, kind: LedgerKind = LedgerKind.test) -> None:
    """Create the ledger and the town's foundation, with the first so many people."""
    at = START if kind is not LedgerKind.live else None
    ledger.create(kind, at)
    units = [unit(command, at=at) for command in foundation()]
    units += [unit(registration(number), at=at) for number in range(people)]
    for answer in ledger.execute(units):
        accepted(answer)


def accepted(answer: Answer) -> Accepted:
    """The answer, which must be an acceptance."""
    assert isinstance(answer, Accepted), answer
    return answer


def declined(answer: Answer, code: str) -> Declined:
    """The answer, which must be this refusal."""
    assert isinstance(answer, Declined), answer
    assert answer.refused.code.name == code, answer
    return answer
