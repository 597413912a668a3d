"""Random canteens, policies, residents and meals, crowded around the days at which rules turn."""

from datetime import date, timedelta
from random import Random

from .case_rows import Row

FIRST_DAY = date(2026, 2, 1)
LAST_DAY = date(2026, 5, 31)
AGES = (60, 65, 70, 80, 90)
LEAP_YEARS = (1936, 1944, 1948, 1956, 1960, 1964, 1968)
SITTINGS = ("07:10", "11:20", "11:45", "12:00", "12:30", "17:15", "17:45", "18:20", "23:59")
WEEKDAYS = ([0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4])
MATCHES: tuple[Row, ...] = (
    {"min_age": 60, "hardship": True},
    *({"min_age": age, "coop_member": True} for age in AGES),
    *({"min_age": age, "hukou": True} for age in AGES),
    *({"min_age": age, "resident": True} for age in AGES),
    {"min_age": 60, "hardship": True, "coop_member": True},
    {"min_age": 65, "hukou": True, "resident": True},
    {"min_age": 60},
)


def day_between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randint(0, (last - first).days))


def random_communities(rng: Random) -> list[Row]:
    """Three or four; population is unknown for some."""
    populations = [rng.choice([None, rng.randint(500, 50_000)]) for _ in range(rng.randint(3, 4))]
    return [
        {"id": f"c{number}", "name": f"第{number}社区(虚构)", "population": population}
        for number, population in enumerate(populations, start=1)
    ]


def random_coops(rng: Random, communities: list[Row]) -> list[Row]:
    """One or two in each community."""
    return [
        {"id": f"{one['id']}-E{number}", "name": f"{number}社(虚构)", "community": one["id"]}
        for one in communities
        for number in range(1, rng.randint(1, 2) + 1)
    ]


def random_policies(rng: Random, communities: list[Row]) -> list[Row]:
    """One canteen per community, its policy changed never, once or twice, in mid-month or not."""
    return [version for one in communities for version in random_versions(rng, one["id"])]


def random_versions(rng: Random, community: str) -> list[Row]:
    changes = sorted({day_between(rng, FIRST_DAY, LAST_DAY) for _ in range(rng.randint(0, 2))})
    starts = [date(2026, 1, 1), *changes]
    ends = [*(change.isoformat() for change in changes), None]
    return [
        random_policy(rng, community, version)
        | {"effective_from": start.isoformat(), "effective_to": end}
        for version, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    ]


def random_policy(rng: Random, community: str, version: int) -> Row:
    """Fen or parts of 10,000; the rules stand in the file in any order."""
    in_basis_points = rng.random() < 0.4
    price = rng.randint(800, 2000)
    whole = 10_000 if in_basis_points else price
    matches = rng.sample(MATCHES, rng.randint(3, 8))
    return {
        "id": f"{community}-MEAL",
        "version": version,
        "community": community,
        "resolution": f"{community}-{version}(虚构)",
        "price": price,
        "max_subsidised_meals_per_day": rng.choice([1, 1, 2, 3]),
        "weekdays": rng.choice(WEEKDAYS),
        **({"basis_points": True} if in_basis_points else {}),
        "rules": [random_rule(rng, match, whole) for match in matches],
    }


def random_rule(rng: Random, match: Row, whole: int) -> Row:
    """At most the whole price; a cooperative gives to its members only."""
    order = 10 * MATCHES.index(match) + rng.randint(1, 9)
    community = rng.randint(whole // 50, whole // 2)
    coop = rng.randint(1, whole - community) if "coop_member" in match else 0
    return {
        "order": order,
        "code": f"RULE{order}",
        "match": dict(match),
        "community": community,
        "coop": coop,
    }


def random_residents(
    rng: Random, number: int, communities: list[Row], coops: list[Row]
) -> list[Row]:
    return [
        random_resident(rng, f"R{index:03}", communities, coops) for index in range(1, number + 1)
    ]


def random_resident(rng: Random, name: str, communities: list[Row], coops: list[Row]) -> Row:
    """Registered, living there, or both; some are members, in hardship, or die."""
    community = rng.choice(communities)["id"]
    hukou, lives_there = rng.choice([(True, True), (True, True), (True, False), (False, True)])
    row: Row = {
        "id": name,
        "name": f"居民{name[1:]}",
        "birth": random_birth(rng).isoformat(),
        "community": community,
        "hukou": hukou,
        "resident": lives_there,
    }
    if rng.random() < 0.5:
        own = [coop for coop in coops if coop["community"] == community]
        row["coop"] = rng.choice(own if rng.random() < 0.7 else coops)["id"]
    if rng.random() < 0.15:
        row["hardship"] = rng.choice(["低保", "特困"])
    return row | (random_death(rng) if rng.random() < 0.25 else {})


def random_birth(rng: Random) -> date:
    """Around an age at which a tier begins, on 29 February, or too young for any tier."""
    kind = rng.random()
    if kind < 0.15:
        return date(rng.choice(LEAP_YEARS), 2, 29)
    if kind < 0.25:
        return day_between(rng, date(1970, 1, 1), date(2000, 12, 31))
    turns_on = day_between(rng, FIRST_DAY, LAST_DAY)
    return turns_on.replace(year=turns_on.year - rng.choice(AGES))


def random_death(rng: Random) -> Row:
    """Recorded on the day itself, soon, or many weeks later."""
    died = day_between(rng, FIRST_DAY, LAST_DAY)
    recorded = died + timedelta(days=rng.choice([0, 1, 3, 14, 40]))
    return {"died": died.isoformat(), "death_recorded": recorded.isoformat()}


def random_claims(rng: Random, number: int, residents: list[Row], policies: list[Row]) -> list[Row]:
    """Days of one to four meals each, at the own canteen and at others; as they come, unsorted."""
    canteens = sorted({policy["community"] for policy in policies})
    rows: list[Row] = []
    while residents and len(rows) < number:
        eater = rng.choice(residents)
        on = random_meal_day(rng, eater, policies).isoformat()
        for sitting in rng.sample(SITTINGS, rng.choice([1, 1, 2, 3, 4])):
            row = {"claim": f"M{len(rows) + 1:04}", "resident": eater["id"], "date": on}
            away = {"canteen": rng.choice(canteens)} if rng.random() < 0.5 else {}
            rows.append(row | {"time": sitting} | away)
    return rng.sample(rows[:number], min(number, len(rows)))


def random_meal_day(rng: Random, eater: Row, policies: list[Row]) -> date:
    """Near a birthday, a death, its recording or a change of policy; else any day."""
    turning = [birthday_in_2026(date.fromisoformat(eater["birth"]))]
    turning += [
        date.fromisoformat(eater[key]) for key in ("died", "death_recorded") if key in eater
    ]
    turning += [date.fromisoformat(rng.choice(policies)["effective_from"])]
    if rng.random() < 0.3:
        return day_between(rng, FIRST_DAY, LAST_DAY)
    near = rng.choice(turning) + timedelta(days=rng.choice([-1, -1, 0, 0, 1, 2]))
    return min(max(near, FIRST_DAY), LAST_DAY)


def birthday_in_2026(birth: date) -> date:
    return date(2026, 3, 1) if (birth.month, birth.day) == (2, 29) else birth.replace(year=2026)
