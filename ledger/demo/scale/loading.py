"""The acts of a year, executed in the order of time, and what became of them.

A year that was broken off goes on where it stopped: what was recorded before that is not sent
again, and what was sent at that moment finds its keys used.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, LiteralString

from psycopg.rows import tuple_row

from ledger.audit.told import ToldInBoth
from ledger.deciding.answers import Accepted, Answer, Declined, Unit
from ledger.demo.scale.acts import Act, Kind, Question, authority
from ledger.demo.scale.canteens import UndoMeal
from ledger.demo.scale.year import Year
from ledger.domain.meals import ClaimMeal
from ledger.domain.settlements import SubmitSettlement
from ledger.domain.values import Count, Month, PersonId, month_of
from ledger.projections.reading import reading_for_the_town
from ledger.running import Running

SURPRISES_MOST: Final = 20
DRIFT: Final = timedelta(seconds=10)
"""How far recorded time may run ahead of acts that share one moment."""
LAST_RECORDED: Final = "SELECT max(recorded_at) FROM ledger.batches"
FIRST_KEY: Final = """
SELECT key FROM ledger.command_keys WHERE first_position > 1 ORDER BY first_position LIMIT 1
"""
"""The first event of every ledger is its creation, which belongs to nobody's year."""


class HoldsSomethingElse(ToldInBoth):
    """The ledger was begun with another demo, or by another version with this one."""


@dataclass(slots=True)
class Tally:
    """What became of the acts. `surprises` were answered otherwise than they should have been."""

    accepted: int = 0
    events: int = 0
    refused: Counter[Kind] = field(default_factory=Counter)
    tried: Counter[Kind] = field(default_factory=Counter)
    skipped: int = 0
    unexpected: int = 0
    surprises: list[tuple[Act, Answer]] = field(default_factory=list)

    def note(self, act: Act, answer: Answer) -> None:
        """Count an answer."""
        if isinstance(answer, Accepted) and not answer.replayed:
            self.accepted += 1
            self.events += len(answer.events)
        if act.kind is not Kind.usual:
            self.tried[act.kind] += 1
            self.refused[act.kind] += _as_wanted(act, answer)
        if not _as_wanted(act, answer):
            self.unexpected += 1
            if len(self.surprises) < SURPRISES_MOST:
                self.surprises.append((act, answer))


def _as_wanted(act: Act, answer: Answer) -> bool:
    if act.refused is not None:
        return isinstance(answer, Declined) and answer.refused.code is act.refused
    if act.kind is Kind.imported_twice:
        return isinstance(answer, Accepted) and answer.replayed
    return isinstance(answer, Accepted)


def load(
    year: Year,
    here: Running,
    name: str,
    catch_up: Callable[[], None],
    progress: Callable[[int, int], None],
) -> Tally:
    """Execute the year in a ledger of its own, under keys that begin with its name.

    `catch_up` waits until what was written can be read. Raises LedgerUnavailable.
    """
    loading = _Loading(here, name, catch_up)
    days = (year.last_day - year.first_day).days + 1
    for number, (day, acts) in enumerate(year.days(), 1):
        loading.day(f"{day:%y%m%d}", acts)
        progress(number, days)
    catch_up()
    return loading.tally


def fits(here: Running, name: str) -> bool:
    """Whether the ledger is empty, or was begun with the demo of that name."""
    key: str | None = _one(here, FIRST_KEY)
    return key is None or key.startswith(f"{name}/")


def must_fit(here: Running, name: str) -> None:
    """Two demos in one ledger would be each other's strangers. Raises HoldsSomethingElse."""
    if not fits(here, name):
        raise HoldsSomethingElse(
            "This ledger holds something else; name a folder of its own with --data.",
            "此账本已有其他内容，请用 --data 另指定目录。",
        )


def _one(here: Running, question: LiteralString) -> Any:  # noqa: ANN401 - as the database answers
    with (
        reading_for_the_town(here.datastore) as connection,
        connection.cursor(row_factory=tuple_row) as cursor,
    ):
        row = cursor.execute(question).fetchone()
    return row and row[0]


class _Loading:
    def __init__(self, here: Running, name: str, catch_up: Callable[[], None]) -> None:
        self.tally = Tally()
        self._here = here
        self._name = name
        self._catch_up = catch_up
        self._claims: Counter[tuple[PersonId, Month]] = Counter()
        self._behind = _one(here, LAST_RECORDED)

    def day(self, day: str, acts: Sequence[Act]) -> None:
        """Execute the acts of a day in as few batches as questions allow."""
        waiting: list[tuple[Act, Unit]] = []
        read = False
        for number, act in enumerate(acts):
            if self._is_behind(act):
                self._count(act)
                self.tally.skipped += 1
                continue
            if isinstance(act.command, SubmitSettlement | Question):
                if not read:
                    self._execute(waiting)
                    waiting = []
                    self._catch_up()
                read = True
            else:
                read = False
            waiting += self._units(act, f"{self._name}/{day}/{number}")
        self._execute(waiting)

    def _is_behind(self, act: Act) -> bool:
        return self._behind is not None and act.at + DRIFT < self._behind

    def _units(self, act: Act, key: str) -> Iterator[tuple[Act, Unit]]:
        for turn, command in enumerate(self._commands(act)):
            named = act.key or (f"{key}/{turn}" if turn else key)
            yield act, Unit(authority(act.actor), named, (command,), act.at)

    def _commands(self, act: Act) -> Iterable[object]:
        command = act.command
        if isinstance(command, Question):
            with reading_for_the_town(self._here.datastore) as connection:
                return tuple(command.commands(connection))
        if isinstance(command, UndoMeal):
            return (command.command(Count(self._claims[command.person, command.month])),)
        self._count(act)
        return (command,)

    def _count(self, act: Act) -> None:
        """A claim is called by its number among those of its person and month."""
        command = act.command
        if isinstance(command, ClaimMeal) and act.kind is Kind.usual:
            self._claims[command.person, month_of(command.served_on)] += 1

    def _execute(self, waiting: Sequence[tuple[Act, Unit]]) -> None:
        if waiting:
            answers = self._here.ledger.execute([unit for _, unit in waiting])
            for (act, _), answer in zip(waiting, answers, strict=True):
                self.tally.note(act, answer)


def told(tally: Tally) -> Iterator[str]:
    """What was answered otherwise than it should have been, a line each."""
    for act, answer in tally.surprises:
        said = answer.refused.code.name if isinstance(answer, Declined) else type(answer).__name__
        yield f"{act.at:%F %T} {act.kind} → {said}: {act.command}"
