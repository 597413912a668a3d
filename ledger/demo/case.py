"""A case, loaded: its rows as commands in the order of time, executed down the one road.

The same case in the same ledger a second time finds its keys used and changes nothing.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from ledger.deciding.answers import Answer, Unit
from ledger.demo import offices, telling
from ledger.demo.happenings import happenings
from ledger.demo.rows import Case, beginning, local_time
from ledger.demo.steps import Row, Step, authority
from ledger.demo.town import setup
from ledger.domain.settlements import SubmitSettlement
from ledger.engine import Ledger


@dataclass(frozen=True)
class Loaded:
    """A case and what the ledger answered: to the rows it is judged by, and to all others."""

    case: Case
    answers: dict[Row, Answer] = field(default_factory=dict)
    others: list[tuple[Step, Answer]] = field(default_factory=list)


def began(case: Case) -> datetime:
    """A day before anything of the case; by then its town stands."""
    days = [
        *(policy.effective_from for policy in case.policies),
        *(row.on for row in case.fund),
        *(claim.date for claim in case.claims),
        *(each.death_recorded for each in case.residents if each.death_recorded),
        *(local_time(shift.starts_at).date() for shift in case.shifts),
        *(local_time(row.recorded_at).date() for row in case.attendance),
        *(local_time(at).date() for at in case.period_closed_at.values()),
        *(row.known_at for row in case.known),
    ]
    return beginning(min(days)) - timedelta(days=1) if days else local_time("2026-01-01T00:00")


def steps(case: Case) -> list[Step]:
    """Every command of the case in the order of time. Raises CaseError."""
    first = began(case)
    found = [
        *setup(case, first),
        *happenings(case, first),
        *telling.settlements(case),
        *telling.story(case),
    ]
    return sorted(offices.staffed(case, found, first), key=lambda step: (step.at, step.turn))


def first_of(case: Case) -> str:
    """What the key of its first step begins with, which tells it from any other demo."""
    return _units(case, steps(case)[:1])[0].key.rpartition("/")[0]


def load(case: Case, ledger: Ledger) -> Loaded:
    """Execute the case in a ledger that was created for it. Raises CaseError, LedgerUnavailable."""
    planned = steps(case)
    answers = [each for run in _runs(_units(case, planned)) for each in ledger.execute(run)]
    loaded = Loaded(case)
    for step, answer in zip(planned, answers, strict=True):
        if step.judged:
            loaded.answers[step.row] = answer
        else:
            loaded.others.append((step, answer))
    return loaded


def _runs(units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    """All at once, but for a submission, which waits until what came before it is counted."""
    first = 0
    for place, unit in enumerate(units):
        if isinstance(unit.commands[0], SubmitSettlement):
            yield from (units[first:place], units[place : place + 1])
            first = place + 1
    yield units[first:]


def _units(case: Case, planned: Sequence[Step]) -> list[Unit]:
    """Each under a key made of the case, its row, and which of the row's commands it is."""
    digest = sha256(msgspec.json.encode(case)).hexdigest()[:16]
    times: Counter[Row] = Counter()
    units = []
    for step in planned:
        times[step.row] += 1
        row = sha256(str(step.row).encode()).hexdigest()[:16]
        key = f"case/{digest}/{row}/{times[step.row]}"
        units.append(Unit(authority(step), key, (step.command,), step.at))
    return units
