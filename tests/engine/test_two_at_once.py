"""Two who each could: whoever comes second is refused, or does what is left, and nothing is half.

Each race is run twice over. In the first one the second process has decided before the first one
writes, in every order; in the second many threads of both do it at once. Every answer must fit the
order of the log, and those who were accepted must be one of the sets that an order lets through.
"""

from collections.abc import Iterable
from datetime import timedelta
from itertools import permutations

import pytest

from ledger.deciding.answers import Accepted, Unit
from ledger.domain.shift_records import SignedUp, SignUpPromoted
from ledger.domain.shifts import ScheduleShift, SignUp, WithdrawSignUp
from ledger.domain.values import Count, ShiftId, Title
from ledger.engine import Ledger
from tests.builders import JINNING, START, accepted, person, registration, unit
from tests.engine.races import RACES, RULES, TOWN_OF_TWO, Race
from tests.engine.serial import Exchange, log_of, must_fit_a_serial_order
from tests.engine.town import NOON, Work, around_the_first_append, ask, at_once

SHEETS = {person(number): registration(number).facts for number in range(5)}
COPIES = 4

PATROL = ShiftId("patrol")
each_race = pytest.mark.parametrize("race", RACES.values(), ids=RACES)


def ready(ledger: Ledger, race: Race, n: int) -> None:
    """What the n-th run needs has happened, and each step was one of its own person."""
    if n == 1:
        accepted(ledger.execute([unit(RULES, at=START)])[0])
        accepted(ledger.execute([unit(*TOWN_OF_TWO, at=NOON)])[0])
    for command, by in race.before(n):
        accepted(ledger.execute([unit(command, by=by, at=NOON)])[0])


def units(race: Race, n: int) -> dict[str, Unit]:
    return {name: unit(step, by=by, at=NOON) for name, (step, by) in race.contenders(n).items()}


def must_be_allowed(race: Race, told: Iterable[tuple[str, Exchange]]) -> None:
    names = [name for name, each in told if isinstance(each.answer, Accepted)]
    assert len(names) == len(set(names))
    assert set(names) in race.allowed, names


@each_race
def test_whoever_has_decided_when_another_writes_decides_again(
    race: Race, ledger: Ledger, rival: Ledger
) -> None:
    for n, order in enumerate(permutations(race.contenders(1)), start=1):
        ready(ledger, race, n)
        exchanges = overtaken(ledger, rival, units(race, n), *order)
        must_be_allowed(race, exchanges)
        must_fit_a_serial_order([each for _, each in exchanges], log_of(ledger.recorder), SHEETS)


def overtaken(
    ledger: Ledger, rival: Ledger, asked: dict[str, Unit], last: str, *first: str
) -> list[tuple[str, Exchange]]:
    """The rival has decided the last one, and before it is written the ledger takes the others."""
    exchanges: list[tuple[str, Exchange]] = []

    def overtake() -> None:
        exchanges.extend((name, ask(ledger, asked[name])) for name in first)

    rival.execute([asked[last]], dry_run=True)
    with pytest.MonkeyPatch.context() as patched:
        around_the_first_append(rival, patched, before=overtake)
        exchanges.append((last, ask(rival, asked[last])))
    return exchanges


@each_race
def test_many_at_once_end_as_one_of_the_orders_allows(
    race: Race, ledger: Ledger, rival: Ledger
) -> None:
    ready(ledger, race, 1)

    def asks(name: str) -> Work[tuple[str, Exchange]]:
        return lambda ledger: [(name, ask(ledger, units(race, 1)[name]))]

    names = [*race.contenders(1)] * COPIES
    exchanges = at_once([ledger, rival], [asks(name) for name in names])
    must_be_allowed(race, exchanges)
    must_fit_a_serial_order([each for _, each in exchanges], log_of(ledger.recorder), SHEETS)


# -- the last place ------------------------------------------------------------------------------


def test_the_last_place_of_a_shift_is_one_persons_and_the_list_is_kept(
    ledger: Ledger, rival: Ledger
) -> None:
    """While four sign up, whoever had the place gives it back: the first who waits gets it."""
    start = NOON + timedelta(hours=1)
    planned = ScheduleShift(
        PATROL, JINNING, Title("帮厨"), start, start + timedelta(hours=1), places=Count(1)
    )
    accepted(ledger.execute([unit(planned, SignUp(PATROL, person(0)), at=NOON)])[0])

    def asks(command: object) -> Work[Exchange]:
        return lambda ledger: [ask(ledger, unit(command, at=NOON))]

    wanted = [SignUp(PATROL, person(number)) for number in range(1, 5)]
    works = [asks(command) for command in [*wanted, WithdrawSignUp(PATROL, person(0))] * 2]
    exchanges = at_once([ledger, rival], works)
    log = log_of(ledger.recorder)
    must_fit_a_serial_order(exchanges, log, SHEETS)
    signed = [at.event for at in log if isinstance(at.event, SignedUp)][1:]
    promoted = [at.event.person for at in log if isinstance(at.event, SignUpPromoted)]
    placed = [each.person for each in signed if not each.waiting]
    assert sorted(each.person for each in signed) == [person(number) for number in range(1, 5)]
    assert [*placed, *promoted] == [signed[0].person]
