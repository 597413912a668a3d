"""Whether a case's rows are possible at all: ids that exist, times that follow each other.

This is about the file, not the rules: a refused claim is well-formed, a claim of nobody is not.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import pairwise

from .case_rows import Case, Row

Check = Callable[[Case], Iterator[str]]


def faults(case: Case) -> list[str]:
    """Every fault of the file, in words; an empty list for a well-formed case."""
    return [fault for check in CHECKS for fault in check(case)]


def ids(case: Case, table: str, field: str = "id") -> set[str]:
    """The ids of a table."""
    return {row[field] for row in case.get(table, [])}


def ids_once(case: Case) -> Iterator[str]:
    """An id names one row of its table, and is short ASCII."""
    for table in (
        *("communities", "coops", "residents", "claims", "shifts", "attendance", "awards"),
        *("settlements", "story"),
    ):
        field = "claim" if table == "claims" else "id"
        counted = Counter(row[field] for row in case.get(table, []))
        yield from (f"{table}: {name} twice" for name, times in counted.items() if times > 1)
        yield from (f"{table}: {name}" for name in counted if not short_ascii(name))


def short_ascii(name: str) -> bool:
    """At most 24 characters, none of them beyond ASCII, none a space."""
    return name.isascii() and " " not in name and 0 < len(name) <= 24


def rows_name_rows(case: Case) -> Iterator[str]:
    """Whatever a row names is there."""
    communities = ids(case, "communities")
    for table in ("coops", "policies", "residents", "shifts", "fund", "awards", "settlements"):
        for row in case.get(table, []):
            if row["community"] not in communities:
                yield f"{table}: no community {row['community']}"
    yield from missing(case, "residents", "coop", ids(case, "coops"))
    yield from missing(case, "claims", "resident", ids(case, "residents"))
    yield from missing(case, "claims", "canteen", communities)
    yield from missing(case, "attendance", "shift", ids(case, "shifts"))
    yield from missing(case, "fund", "award", ids(case, "awards"))


def missing(case: Case, table: str, field: str, there: set[str]) -> Iterator[str]:
    """Rows of the table whose field names nothing that is there."""
    for row in case.get(table, []):
        if row.get(field) is not None and row[field] not in there:
            yield f"{table}: no {field} {row[field]}"


def policies_follow_each_other(case: Case) -> Iterator[str]:
    """One canteen per community; its versions count from 1 and leave neither gap nor overlap."""
    for community in sorted(ids(case, "policies", "community")):
        versions = [row for row in case["policies"] if row["community"] == community]
        if len({row["id"] for row in versions}) > 1:
            yield f"policies: {community} has several canteens"
        if [row["version"] for row in versions] != list(range(1, len(versions) + 1)):
            yield f"policies: the versions of {community} are not numbered from 1"
        for earlier, later in pairwise(versions):
            if earlier["effective_to"] != later["effective_from"]:
                yield f"policies: gap or overlap in {community}"


def policies_are_possible(case: Case) -> Iterator[str]:
    """A positive price, weekdays 0 to 6, a cap of at least one, each rule's order and code once."""
    for row in case.get("policies", []):
        name = f"{row['id']}@v{row['version']}"
        if row["price"] <= 0 or row["max_subsidised_meals_per_day"] < 1:
            yield f"{name}: price or cap"
        if not set(row["weekdays"]) <= set(range(7)):
            yield f"{name}: weekdays"
        for field in ("order", "code"):
            if len({rule[field] for rule in row["rules"]}) != len(row["rules"]):
                yield f"{name}: the same {field} twice"
        limit = 10_000 if row.get("basis_points") else row["price"]
        if any(rule["community"] + rule["coop"] > limit for rule in row["rules"]):
            yield f"{name}: shares above the price"


def shifts_have_length(case: Case) -> Iterator[str]:
    """A shift ends after it starts."""
    for row in case.get("shifts", []):
        if not moment(row["starts_at"]) < moment(row["ends_at"]):
            yield f"shift {row['id']} has no length"


def presence_follows_time(case: Case) -> Iterator[str]:
    """Nobody leaves before coming, and nothing is recorded before it is over."""
    for row in case.get("attendance", []):
        if not moment(row["check_in"]) <= moment(row["check_out"]) <= moment(row["recorded_at"]):
            yield f"attendance {row['id']} runs backwards"


def moment(text: str) -> datetime:
    """A local time to the minute."""
    return datetime.fromisoformat(text)


def money_is_money(case: Case) -> Iterator[str]:
    """Whole fen, never nothing; fund rows in the order of their days."""
    rows: list[Row] = [*case.get("fund", []), *case.get("awards", [])]
    for row in rows:
        if not isinstance(row["fen"], int) or row["fen"] == 0:
            yield f"money row of {row['community']}: {row['fen']}"
    days = [date.fromisoformat(row["on"]) for row in case.get("fund", [])]
    if days != sorted(days):
        yield "fund: not in order"


CHECKS: tuple[Check, ...] = (
    *(ids_once, rows_name_rows, policies_follow_each_other, policies_are_possible),
    *(shifts_have_length, presence_follows_time, money_is_money),
)
