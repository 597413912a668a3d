"""The rows of a case file, typed; fields that the format does not describe are skipped.

Times in a case are local (Asia/Shanghai), amounts are fen, weekdays count from Monday as 0. What
a case does not expect, it does not state, and nothing is compared with it.
"""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import zone

HERE: Final = Path(__file__).parent / "cases"
WORKED_EXAMPLE: Final = HERE / "danzao-spring.json"


class CaseError(ValueError):
    """The file is not a case; the text says where, in English and Chinese."""


class Community(Struct, frozen=True):
    id: str
    name: str = ""
    town: str = ""
    population: int | None = None


class Cooperative(Struct, frozen=True):
    id: str
    community: str
    name: str = ""


class Resident(Struct, frozen=True):
    id: str
    birth: date
    community: str
    name: str = ""
    hukou: bool = False
    resident: bool = False
    coop: str | None = None
    hardship: str | bool | None = None
    died: date | None = None
    death_recorded: date | None = None


class Rule(Struct, frozen=True):
    order: int
    code: str
    match: dict[str, Any]
    community: int = 0
    coop: int = 0


class Policy(Struct, frozen=True):
    id: str
    version: int
    community: str
    effective_from: date
    price: int
    weekdays: tuple[int, ...]
    max_subsidised_meals_per_day: int
    rules: tuple[Rule, ...]
    effective_to: date | None = None
    resolution: str = ""
    basis_points: bool = False

    @property
    def cited(self) -> str:
        """How an answer cites the version."""
        return f"{self.id}@v{self.version}"


class Claim(Struct, frozen=True):
    claim: str
    resident: str
    date: date
    time: str
    canteen: str | None = None
    status: str | None = None
    reason: str | None = None
    policy: str | None = None
    rule: str | None = None
    age: int | None = None
    price: int | None = None
    community: int | None = None
    coop: int | None = None
    personal: int | None = None

    @property
    def at(self) -> datetime:
        """When it was served and recorded."""
        return local_time(f"{self.date}T{self.time}")


class Shift(Struct, frozen=True):
    id: str
    community: str
    starts_at: str
    ends_at: str
    activity: str = ""


class Attendance(Struct, frozen=True):
    id: str
    volunteer: str
    shift: str
    check_in: str
    check_out: str
    recorded_at: str
    confirmer: str
    minutes: int | None = None
    status: str | None = None
    reason: str | None = None


class FundRow(Struct, frozen=True):
    on: date
    community: str
    what: str
    restriction: str
    fen: int
    award: str | None = None

    @property
    def fund(self) -> str:
        """The key under which balances are expected."""
        return f"{self.community}/{self.restriction}"


class Award(Struct, frozen=True):
    id: str
    community: str
    fen: int
    kind: str = ""


class Payment(Struct, frozen=True):
    """What one payer pays of a settlement: `community`, or a cooperative by its id."""

    payer: str
    fen: int
    on: date
    by: str


class Settlement(Struct, frozen=True):
    """A canteen's month: presented, checked and approved by three people, and paid.

    Expected: `meals`, and by payer what is `due` and what is `left` in the end.
    """

    id: str
    community: str
    month: str
    at: str
    submitted_by: str
    checked_by: str
    approved_by: str
    payments: tuple[Payment, ...] = ()
    meals: int | None = None
    due: dict[str, int] | None = None
    left: dict[str, int] | None = None


class Told(Struct, frozen=True):
    """Any command of the API, by its name, with its data; ids of the case stand there as `@…`.

    Expected: `status`, and of what is refused the `reason`, which is the refusal's code.
    """

    id: str
    at: str
    by: str
    command: str
    data: dict[str, Any]
    what: str = ""
    status: str | None = None
    reason: str | None = None


class KnownRow(Struct, frozen=True):
    known_at: date
    meal_totals: dict[str, dict[str, int]]


class Case(Struct, frozen=True):
    """A whole case: what happened, and what a ledger must say to it."""

    communities: tuple[Community, ...] = ()
    coops: tuple[Cooperative, ...] = ()
    residents: tuple[Resident, ...] = ()
    policies: tuple[Policy, ...] = ()
    claims: tuple[Claim, ...] = ()
    shifts: tuple[Shift, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    opening_minutes: dict[str, int] = {}
    period_closed_at: dict[str, str] = {}
    fund: tuple[FundRow, ...] = ()
    awards: tuple[Award, ...] = ()
    hours_minutes: dict[str, int] = {}
    stars: dict[str, int] = {}
    balances: dict[str, int] = {}
    award_total_fen: int | None = None
    meal_totals: dict[str, dict[str, int]] | None = None
    known: tuple[KnownRow, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    story: tuple[Told, ...] = ()
    fund_figures: dict[str, dict[str, int]] = {}


def read(path: Path) -> Case:
    """The case in a file. Raises CaseError."""
    try:
        return parse(path.read_bytes())
    except OSError as error:
        why = f"{path} cannot be read: {error.strerror}. 无法读取 {path}。"
        raise CaseError(why) from None


def parse(text: bytes) -> Case:
    """The case in a text. Raises CaseError."""
    try:
        return msgspec.json.decode(text, type=Case)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise CaseError(f"This is not a case: {error}. 这不是一致性案例：{error}。") from None


def local_time(text: str) -> datetime:
    """A time of a case, on Shanghai's clock. Raises CaseError."""
    try:
        return on_the_clock(datetime.fromisoformat(text))
    except ValueError:
        raise CaseError(f"{text} is not a time. {text} 不是时间。") from None


def on_the_clock(moment: datetime) -> datetime:
    """A local time with its zone; one that names an offset keeps its moment."""
    here = zone(SHANGHAI)
    return moment.replace(tzinfo=here) if moment.tzinfo is None else moment.astimezone(here)


def beginning(day: date) -> datetime:
    """00:00 of a day."""
    return on_the_clock(datetime.combine(day, time()))
