"""The rows of a case, read once and named in whole words.

A case is one JSON file. Nothing is decided here: dates become dates, a missing field becomes None,
and each row is tied to the rows it names (a resident to the community of her cooperative, say).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

Case: TypeAlias = dict[str, Any]
Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Resident:
    """Who may eat. `coop_community` is where the cooperative is whose member she is, if any."""

    id: str
    birth: date
    community: str
    hukou: bool
    lives_there: bool
    coop_community: str | None
    in_hardship: bool
    died: date | None
    death_recorded: date | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a policy: who it is for, and what the community and the cooperative then give."""

    order: int
    code: str
    match: dict[str, Any]
    community: int
    coop: int


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a canteen's policy, in force from a day up to, not including, another."""

    id: str
    version: int
    community: str
    effective_from: date
    effective_to: date | None
    price_fen: int
    weekdays: tuple[int, ...]
    subsidised_meals_per_day: int
    in_basis_points: bool
    rules: tuple[Rule, ...]

    @property
    def name(self) -> str:
        """How an answer cites the version: `XH-MEAL@v2`."""
        return f"{self.id}@v{self.version}"


@dataclass(frozen=True, slots=True)
class Claim:
    """One meal handed out: by whom eaten, when, and in which community's canteen."""

    id: str
    eater: Resident
    day: date
    time: str
    canteen: str


@dataclass(frozen=True, slots=True)
class Attendance:
    """One volunteer's presence at one shift, and when and by whom it was confirmed."""

    id: str
    volunteer: str
    confirmer: str
    shift_start: datetime
    shift_end: datetime
    check_in: datetime
    check_out: datetime
    recorded_at: datetime


def day(text: str | None) -> date | None:
    """A date, or None where the field is missing or null."""
    return date.fromisoformat(text) if text else None


def residents(case: Case) -> dict[str, Resident]:
    """Every resident by id."""
    coop_communities = {coop["id"]: coop["community"] for coop in case.get("coops", [])}
    return {row["id"]: _resident(row, coop_communities) for row in case.get("residents", [])}


def _resident(row: Row, coop_communities: dict[str, str]) -> Resident:
    return Resident(
        id=row["id"],
        birth=date.fromisoformat(row["birth"]),
        community=row["community"],
        hukou=bool(row.get("hukou")),
        lives_there=bool(row.get("resident")),
        coop_community=coop_communities[row["coop"]] if row.get("coop") else None,
        in_hardship=bool(row.get("hardship")),
        died=day(row.get("died")),
        death_recorded=day(row.get("death_recorded")),
    )


def policies(case: Case) -> list[Policy]:
    """Every version of every canteen's policy, in the file's order."""
    return [_policy(row) for row in case.get("policies", [])]


def _policy(row: Row) -> Policy:
    return Policy(
        id=row["id"],
        version=row["version"],
        community=row["community"],
        effective_from=date.fromisoformat(row["effective_from"]),
        effective_to=day(row.get("effective_to")),
        price_fen=row["price"],
        weekdays=tuple(row["weekdays"]),
        subsidised_meals_per_day=row["max_subsidised_meals_per_day"],
        in_basis_points=bool(row.get("basis_points")),
        rules=tuple(_rule(rule) for rule in row["rules"]),
    )


def _rule(row: Row) -> Rule:
    return Rule(
        order=row["order"],
        code=row["code"],
        match=row["match"],
        community=row["community"],
        coop=row["coop"],
    )


def claims(case: Case) -> list[Claim]:
    """Every claim by date and time: "a loader sorts them by date and time"."""
    eaters = residents(case)
    found = [_claim(row, eaters[row["resident"]]) for row in case.get("claims", [])]
    return sorted(found, key=lambda claim: (claim.day, claim.time))


def _claim(row: Row, eater: Resident) -> Claim:
    """The canteen is "a community's id; default the resident's own"."""
    return Claim(
        id=row["claim"],
        eater=eater,
        day=date.fromisoformat(row["date"]),
        time=row["time"],
        canteen=row.get("canteen") or eater.community,
    )


def attendance(case: Case) -> list[Attendance]:
    """Every attendance in the order in which it was recorded: "sorted by `recorded_at`"."""
    shifts = {shift["id"]: shift for shift in case.get("shifts", [])}
    found = [_attendance(row, shifts[row["shift"]]) for row in case.get("attendance", [])]
    return sorted(found, key=lambda record: record.recorded_at)


def _attendance(row: Row, shift: Row) -> Attendance:
    return Attendance(
        id=row["id"],
        volunteer=row["volunteer"],
        confirmer=row["confirmer"],
        shift_start=datetime.fromisoformat(shift["starts_at"]),
        shift_end=datetime.fromisoformat(shift["ends_at"]),
        check_in=datetime.fromisoformat(row["check_in"]),
        check_out=datetime.fromisoformat(row["check_out"]),
        recorded_at=datetime.fromisoformat(row["recorded_at"]),
    )


def closes(case: Case) -> dict[str, datetime]:
    """When each month was closed; a month that is not listed was never closed."""
    listed = case.get("period_closed_at", {})
    return {month: datetime.fromisoformat(moment) for month, moment in listed.items()}


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A day, and the months whose totals as then known are asked for."""

    known_at: date
    keys: tuple[str, ...]


def known(case: Case) -> list[KnownRow]:
    """The rows of `known`, without what the case expects of them."""
    return [
        KnownRow(date.fromisoformat(row["known_at"]), tuple(row.get("meal_totals") or ()))
        for row in case.get("known", [])
    ]
