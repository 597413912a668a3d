"""A plain model to judge concurrency by: the log is a serial order, and every answer must fit it.

Every accepted unit is decided once more at its place in the log, on nothing but the events before
it, and must become the very same events. Every refused one is decided at the position its answer
names, and must get the very same refusal. So whatever ran at once ended as if it had run in turn,
each unit as a whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.deciding.answers import Accepted, Answer, Declined, Unit
from ledger.domain.catalogue import VERB_OF_COMMAND
from ledger.domain.community_records import MonthClosed, MonthReopened
from ledger.domain.decisions import Context, Decision, Outcome, Refused, Stream
from ledger.domain.disbursement_records import DisbursementRequested
from ledger.domain.facts import FactSheet
from ledger.domain.fund_records import MoneyReceived
from ledger.domain.meal_records import MealClaimed
from ledger.domain.values import Month, PersonId, month_of, next_month
from ledger.store.codec import Recorded, decode
from ledger.store.recorder import LedgerRecorder
from tests.story import Ledger as Plain


@dataclass(frozen=True)
class Exchange:
    """What somebody asked and was answered."""

    unit: Unit
    answer: Answer


def log_of(recorder: LedgerRecorder) -> list[Recorded]:
    """Every event, in log order."""
    return [decode(*row) for row in recorder.read(0, 1_000_000)]


def must_fit_a_serial_order(
    exchanges: Iterable[Exchange],
    log: list[Recorded],
    sheets: dict[PersonId, FactSheet],
) -> tuple[int, int]:
    """Replay the log and judge every answer at its place; how many were accepted and refused."""
    accepted: dict[int, Exchange] = {}
    refused: dict[int, list[Exchange]] = {}
    for exchange in exchanges:
        match exchange.answer:
            case Accepted() as answer:
                first = answer.events[0].position
                assert first is not None
                assert first not in accepted or answer.replayed or accepted[first].answer.replayed  # type: ignore[union-attr]  # - accepted ones only
                accepted[first] = exchange
            case Declined() as answer:
                refused.setdefault(answer.position, []).append(exchange)
            case other:
                raise AssertionError(other)
    plain = Plain(sheets=sheets)
    for recorded in log:
        if recorded.position in accepted:
            _must_become_the_same(accepted[recorded.position], recorded, log, plain)
        plain.fold((Stream(recorded.stream), recorded.event))
        for exchange in refused.get(recorded.position, []):
            _must_be_refused_alike(exchange, plain)
    assert set(refused) <= {recorded.position for recorded in log}
    return len(accepted), sum(map(len, refused.values()))


FIRST_OF_THEIR_KIND: Final = (MealClaimed, MoneyReceived, DisbursementRequested)
"""They correct nothing and draw on nothing."""


def must_respect_its_closings(log: Iterable[Recorded]) -> int:
    """Each event of a town of one community is booked in a month that is open where it stands in
    the log, from its own on: the first one, unless it takes something back or draws on something
    that a later month has; how many were moved on.
    """
    closed: set[Month] = set()
    moved = 0
    for at in log:
        match at.event:
            case MonthClosed():
                closed.add(at.event.month)
            case MonthReopened():
                closed.remove(at.event.month)
            case event if hasattr(event, "booked_in"):
                month = month_of(event.occurred_on)
                moved += month in closed
                while month in closed:
                    month = next_month(month)
                assert event.booked_in >= month, at
                assert event.booked_in not in closed, at
                assert event.booked_in == month or not isinstance(event, FIRST_OF_THEIR_KIND), at
            case _:
                pass
    return moved


def _must_become_the_same(
    exchange: Exchange, recorded: Recorded, log: list[Recorded], plain: Plain
) -> None:
    decision = _decided(exchange, Context(recorded.actor, recorded.decided_at), plain)
    assert not isinstance(decision, Refused), (recorded.position, decision)
    stored = log[recorded.position - 1 : recorded.position - 1 + len(decision)]
    assert list(decision) == [(each.stream, each.event) for each in stored]


def _must_be_refused_alike(exchange: Exchange, plain: Plain) -> None:
    assert isinstance(exchange.answer, Declined)
    moment = exchange.unit.at or plain.states["now"]
    decision = _decided(exchange, Context(exchange.unit.authority.person, moment), plain)
    assert decision == exchange.answer.refused, exchange


def _decided(exchange: Exchange, context: Context, plain: Plain) -> Outcome:
    """What the unit becomes here: each command knows what the one before it did."""
    here = Plain(dict(plain.states), plain.sheets)
    decided: Decision = ()
    for command in exchange.unit.commands:
        outcome = VERB_OF_COMMAND[type(command)].decide(command, here, context)
        if isinstance(outcome, Refused):
            return outcome
        for happening in outcome:
            here.fold(happening)
        decided += outcome
    return decided
