"""Random shifts and attendance: chains that touch, cross and run over midnight, recorded late."""

from datetime import datetime, timedelta
from random import Random

from .case_rows import Row

FIRST_MORNING = datetime.fromisoformat("2026-02-01T06:00")
LENGTHS = (1, 60, 90, 120, 180, 240, 241, 360, 479, 480, 481, 540, 720, 721, 1080)
CONFIRMERS = ("L1", "L2", "L3")
OPENING = (0, 60, 5_700, 5_999, 17_940, 35_940, 59_999, 89_400)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def as_text(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def random_closes(rng: Random) -> dict[str, str]:
    """February and March closed in the first week after, at midnight or in the day; April maybe."""
    hour = rng.choice(["00:00", "09:30", "18:00"])
    closes = {
        "2026-02": f"2026-03-0{rng.randint(1, 6)}T{hour}",
        "2026-03": f"2026-04-0{rng.randint(1, 6)}T{hour}",
        "2026-04": f"2026-05-0{rng.randint(1, 6)}T{hour}",
    }
    return dict(list(closes.items())[: rng.randint(2, 3)])


def random_service(rng: Random, number: int, communities: list[Row], closes: dict[str, str]) -> Row:
    """The tables `shifts`, `attendance` and `opening_minutes` of a case."""
    volunteers = [f"V{index}" for index in range(1, max(2, number // 8) + 1)]
    clocks = {volunteer: random_morning(rng) for volunteer in volunteers}
    shifts: list[Row] = []
    attendance: list[Row] = []
    for index in range(1, number + 1):
        volunteer = rng.choice(volunteers)
        shift = random_shift(rng, f"S{index}", clocks[volunteer], communities, shifts)
        record = random_record(rng, f"A{index:04}", volunteer, shift, closes)
        clocks[volunteer] = random_next_start(rng, record, shift)
        attendance.append(record)
        shifts.extend([] if shift in shifts else [shift])
    some = [volunteer for volunteer in volunteers if rng.random() < 0.4]
    opening = {volunteer: rng.choice(OPENING) for volunteer in some}
    return {"shifts": shifts, "attendance": attendance, "opening_minutes": opening}


def random_morning(rng: Random) -> datetime:
    """A day in the first weeks, or just before a month ends."""
    return FIRST_MORNING + timedelta(days=rng.choice([rng.randint(0, 70), 26, 27, 57, 58]))


def random_shift(
    rng: Random, name: str, start: datetime, communities: list[Row], shifts: list[Row]
) -> Row:
    """A new shift from the given time, or now and then one that others attend already."""
    if shifts and rng.random() < 0.1:
        return rng.choice(shifts)
    return {
        "id": name,
        "community": rng.choice(communities)["id"],
        "activity": rng.choice(["夜间巡逻", "送餐上门", "长者饭堂帮厨", "少年宫看护"]),
        "starts_at": as_text(start),
        "ends_at": as_text(start + minutes(rng.choice(LENGTHS))),
    }


def random_record(
    rng: Random, name: str, volunteer: str, shift: Row, closes: dict[str, str]
) -> Row:
    """Present for the shift, a little more or a little less; confirmed by a leader as a rule."""
    start = datetime.fromisoformat(shift["starts_at"])
    end = datetime.fromisoformat(shift["ends_at"])
    if end - start >= minutes(60):
        start += minutes(rng.choice([-10, -1, 0, 0, 0, 1, 15]))
        end += minutes(rng.choice([-20, -1, 0, 0, 0, 1, 7]))
    return {
        "id": name,
        "volunteer": volunteer,
        "shift": shift["id"],
        "check_in": as_text(start),
        "check_out": as_text(end),
        "recorded_at": as_text(random_recording(rng, end, closes)),
        "confirmer": volunteer if rng.random() < 0.06 else rng.choice(CONFIRMERS),
    }


def random_recording(rng: Random, end: datetime, closes: dict[str, str]) -> datetime:
    """At once, days or weeks later, or in the last open and the first closed minute of a month."""
    kind = rng.random()
    if kind < 0.7:
        return end + minutes(rng.randint(0, 30))
    if kind < 0.85:
        return end + timedelta(days=rng.randint(1, 40), minutes=rng.randint(0, 600))
    close = datetime.fromisoformat(rng.choice(list(closes.values())))
    return max(end, close + minutes(rng.choice([-1, 0, 1])))


def random_next_start(rng: Random, record: Row, shift: Row) -> datetime:
    """The next shift touches, crosses, follows after a while, or comes late in the evening."""
    left = datetime.fromisoformat(record["check_out"])
    ended = datetime.fromisoformat(shift["ends_at"])
    kind = rng.random()
    if kind < 0.35:
        return rng.choice([left, ended])
    if kind < 0.5:
        return ended - minutes(rng.choice([1, 30]))
    if kind < 0.75:
        return ended + minutes(rng.randint(1, 300))
    tomorrow = ended + timedelta(days=rng.randint(0, 6))
    return tomorrow.replace(hour=rng.choice([0, 8, 16, 22, 23]), minute=0)
