"""Random valid cases, for comparing a ledger with the reference over many seeds.

    case = filled(random_case(7, residents=30, claims=120, attendance=80))

The same seed gives the same case. Everything in it is invented. Rows at which the format is silent
are left out, so there may be a few claims and records fewer than asked for.
"""

from datetime import date, timedelta
from random import Random

from . import case_rows, meals
from .case_reference import filled
from .case_rows import Case, Row
from .random_meals import (
    FIRST_DAY,
    LAST_DAY,
    day_between,
    random_claims,
    random_communities,
    random_coops,
    random_policies,
    random_residents,
)
from .random_service import random_closes, random_service
from .silent_points import silent_points

__all__ = ["filled", "random_case"]

AWARDS = (("达标奖", 3_000_000), ("示范社区奖", 10_000_000), ("优秀案例奖", 5_000_000))
RESTRICTIONS = ("UNRESTRICTED", "RESTRICTED:CANTEEN", "RESTRICTED:YOUTH")


def random_case(seed: int, *, residents: int, claims: int, attendance: int) -> Case:
    """A case of at most so many rows each, without expected values."""
    rng = Random(seed)
    communities = random_communities(rng)
    coops = random_coops(rng, communities)
    policies = random_policies(rng, communities)
    eaters = random_residents(rng, residents, communities, coops)
    closes = random_closes(rng)
    case: Case = {
        "README": f"Everything here is invented: random case of seed {seed}.",
        "communities": communities,
        "coops": coops,
        "policies": policies,
        "residents": eaters,
        "claims": random_claims(rng, claims, eaters, policies),
        **random_service(rng, attendance, communities, closes),
        "period_closed_at": closes,
        **random_money(rng, communities),
    }
    case = without_silent_points(case)
    return case | {"known": random_known(rng, case)}


def without_silent_points(case: Case) -> Case:
    """Drop the rows about which the format is silent; ask again, for others change by it."""
    while points := {point.row for point in silent_points(case)}:
        smaller = case | {
            "claims": [row for row in case["claims"] if row["claim"] not in points],
            "attendance": [row for row in case["attendance"] if row["id"] not in points],
        }
        if smaller == case:
            raise ValueError(f"no claim or attendance: {sorted(points)}")
        case = smaller
    return case


def random_known(rng: Random, case: Case) -> list[Row]:
    """What was known on a few days, most of them around the recording of a death."""
    answers = meals.answer_all(case_rows.claims(case), case_rows.policies(case))
    recordings = [row["death_recorded"] for row in case["residents"] if "death_recorded" in row]
    days = {day_between(rng, FIRST_DAY, LAST_DAY)}
    for recorded in rng.sample(recordings, min(2, len(recordings))):
        days |= {date.fromisoformat(recorded), date.fromisoformat(recorded) - timedelta(days=1)}
    return [row for on in sorted(days) if (row := known_on(rng, on, answers))["meal_totals"]]


def known_on(rng: Random, on: date, answers: list[meals.Answer]) -> Row:
    """Some of the months of which something was known on that day."""
    keys = sorted(meals.totals_known_at(answers, on))
    chosen = sorted(rng.sample(keys, (len(keys) + 1) // 2))
    return {"known_at": on.isoformat(), "meal_totals": dict.fromkeys(chosen)}


def random_money(rng: Random, communities: list[Row]) -> Row:
    """The tables `awards` and `fund`: awards, gifts, and payments of what is there."""
    awards: list[Row] = []
    fund: list[Row] = []
    held: dict[tuple[str, str], int] = {}
    for number in range(rng.randint(2, 12)):
        row = random_fund_row(rng, date(2026, 1, 5) + timedelta(days=9 * number), communities)
        if rng.random() < 0.3:
            kind, fen = rng.choice(AWARDS)
            awards.append(
                {"id": f"W{number}", "kind": kind, "community": row["community"], "fen": fen}
            )
            row |= {
                "what": kind,
                "restriction": "RESTRICTED:AWARD",
                "fen": fen,
                "award": f"W{number}",
            }
        key = row["community"], row["restriction"]
        if row["fen"] < 0:
            row["fen"] = -min(-row["fen"], held.get(key, 0))
        held[key] = held.get(key, 0) + row["fen"]
        fund.extend([row] if row["fen"] else [])
    return {"awards": awards, "fund": fund}


def random_fund_row(rng: Random, on: date, communities: list[Row]) -> Row:
    """A gift, or a payment that may still have to be cut to what the fund holds."""
    fen = rng.choice([1, 1, -1]) * rng.randint(1, 500_000)
    return {
        "on": on.isoformat(),
        "community": rng.choice(communities)["id"],
        "what": "捐赠(虚构)" if fen > 0 else "付款(虚构)",
        "restriction": rng.choice(RESTRICTIONS),
        "fen": fen,
    }
