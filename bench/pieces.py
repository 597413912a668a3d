"""What each piece of a command costs, in CPU time of this process.

Each piece is run by itself over 10,000 claims that the ledger has just decided, three times; the
best counts. Nothing is switched off in the ledger: a stub would measure the stub's own absence.
The whole is the CPU time of `Ledger.execute`, so time in PostgreSQL is in none of them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from bench.figures import ROUNDS, Figure, stopwatch
from bench.stand import Stand
from bench.town import claims, days_before_today, must_be_accepted, units
from ledger.deciding.answers import Unit
from ledger.domain import people, permissions, postings
from ledger.domain.catalogue import NAME_OF_COMMAND, VERB_OF_COMMAND, kind_of
from ledger.domain.decisions import Context, Decision, Refused, Stream, Verb
from ledger.domain.facts import FactSheet
from ledger.domain.meals import ClaimMeal
from ledger.domain.values import PersonId
from ledger.engine import Ledger
from ledger.running import Running, running
from ledger.store.codec import canonical, decode_event, encode, nonces
from ledger.vault.sheets import PaperKind
from ledger.vault.vault import RequestDigest
from tests import story
from tests.builders import CLERK

COMMANDS: Final = 10_000
KEY: Final = b"k" * 32
NAME: Final = NAME_OF_COMMAND[ClaimMeal]
CLAIM: Final[Verb] = VERB_OF_COMMAND[ClaimMeal]

T = TypeVar("T")


@dataclass(frozen=True)
class _Case:
    """A claim with all that its pieces are given."""

    unit: Unit
    command: ClaimMeal
    context: Context
    decision: Decision


def measure(stand: Stand) -> Iterator[Figure]:
    """The whole, cold and warm, and every piece with its share of the warm one."""
    commands = min(stand.people, stand.size(COMMANDS))
    first, second, third = days_before_today(3)
    with stand.town() as settings, running(settings, project=False) as opened:
        cold = _whole(opened.ledger, units(claims(range(commands), first)))
        warm = _whole(opened.ledger, units(claims(range(commands), second)))
        known = _known(opened, commands)
        cases = [_case(each, known) for each in units(claims(range(commands), third))]
        pieces = {**_warm_pieces(cases, known), **_cold_pieces(opened, known, cases)}
    pieces["all the rest, warm"] = warm - sum(
        cost for name, cost in pieces.items() if "cold" not in name
    )
    for name, cost in pieces.items():
        whole, state = (cold, "cold") if name.endswith("cold") else (warm, "warm")
        yield Figure(f"append, cost of {name}", cost, "µs", f"all of it, {state}", whole)


def _whole(ledger: Ledger, asked: Sequence[Unit]) -> float:
    with stopwatch() as watch:
        answers = ledger.execute(asked)
    must_be_accepted(answers)
    return watch.computed_seconds / len(asked) * 1e6


def _cost(piece: Callable[[T], object], cases: Sequence[T]) -> float:
    """Microseconds a case, without those of the loop."""
    best, loop = float("inf"), 0.0
    for _ in range(ROUNDS):
        with stopwatch() as empty:
            for _case in cases:
                pass
        with stopwatch() as watch:
            for case in cases:
                piece(case)
        loop = empty.computed_seconds
        best = min(best, watch.computed_seconds)
    return (best - loop) / len(cases) * 1e6


# -- what is known to the pieces ---------------------------------------------------------------


def _known(opened: Running, commands: int) -> story.Ledger:
    """The streams that the claims read, folded, and the sheets they name."""
    known = story.Ledger()
    for each in claims(range(commands), days_before_today(1)[0]):
        for stream in CLAIM.needs(each, known, _context()):
            known.states.setdefault(stream, kind_of(stream).initial)
    loaded = opened.ledger.recorder.load(0, known.states)
    for name, _, topic, state in loaded.events:
        known.fold((Stream(name), decode_event(topic, state)))
    known.sheets |= _sheets(opened, known)
    return known


def _sheets(opened: Running, known: story.Ledger) -> dict[PersonId, FactSheet]:
    names = [
        (PersonId(stream.removeprefix("person-")), PaperKind.facts, 1)
        for stream in known.states
        if stream.startswith("person-")
    ]
    with opened.datastore.get_connection() as connection:
        found = opened.ledger.vault.load(connection, names)
    return {
        name.person: one.paper for name, one in found.items() if isinstance(one.paper, FactSheet)
    }


def _context() -> Context:
    return Context(CLERK, datetime.now(UTC))


def _case(unit: Unit, known: story.Ledger) -> _Case:
    (command,) = unit.commands
    context = _context()
    decision = CLAIM.decide(command, known, context)
    if isinstance(decision, Refused) or not isinstance(command, ClaimMeal):
        raise TypeError(f"not accepted: {decision}")
    return _Case(unit, command, context, decision)


# -- the pieces --------------------------------------------------------------------------------


def _warm_pieces(cases: Sequence[_Case], known: story.Ledger) -> dict[str, float]:
    def permitted(case: _Case) -> object:
        place = CLAIM.place(case.command, known)
        return permissions.refusal(case.unit.authority, NAME, place, own=False)

    def folded(case: _Case) -> object:
        ((stream, event),) = case.decision
        return kind_of(stream).evolve(known[stream], event)

    def encoded(case: _Case) -> object:
        at = case.context.decided_at
        event = case.decision[0][1]
        return encode(event, actor=CLERK, command=case.unit.key, decided_at=at, nonce=KEY[:16])

    drawn, digest = nonces(), RequestDigest(KEY)
    pieces: dict[str, Callable[[_Case], object]] = {
        "permissions": permitted,
        "nonce": lambda _: next(drawn),
        "codec": encoded,
        "request digest": lambda case: digest.of(canonical(case.command)),
        "needs, asked once": lambda case: tuple(CLAIM.needs(case.command, known, case.context)),
        "decide": lambda case: CLAIM.decide(case.command, known, case.context),
        "postings that must balance": lambda case: postings.must_balance(case.decision[0][1]),
        "evolve": folded,
    }
    return {name: _cost(piece, cases) for name, piece in pieces.items()}


def _cold_pieces(opened: Running, known: story.Ledger, cases: Sequence[_Case]) -> dict[str, float]:
    """What is paid once for each person that is met: her sheet, and her streams."""
    vault, recorder = opened.ledger.vault, opened.ledger.recorder
    papers = [
        (
            case.command.person,
            PaperKind.facts,
            known[people.stream(case.command.person)].facts_version,
        )
        for case in cases
    ]
    streams = [people.stream(case.command.person) for case in cases]

    def sheets(_: None) -> None:
        vault.forget_all()
        with opened.datastore.get_connection() as connection:
            vault.load(connection, papers)

    def folded(_: None) -> None:
        known = story.Ledger()
        for stream, _version, name, state in recorder.load(0, streams).events:
            known.fold((Stream(stream), decode_event(name, state)))

    return {
        "vault, cold": _cost(sheets, [None]) / len(cases),
        "her stream read and folded, cold": _cost(folded, [None]) / len(cases),
    }
