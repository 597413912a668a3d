"""Logs made of stories: each event by whoever it names, and one more that somebody else wrote."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import count
from typing import Any

from ledger.audit.duties import Duties
from ledger.audit.flaws import Flaw
from ledger.audit.hands import Sheets
from ledger.audit.signatures import DECIDED, DOERS
from ledger.domain.catalogue import NAME_OF_EVENT, VERB_OF_COMMAND
from ledger.domain.decisions import Happening, Stream
from ledger.domain.values import SYSTEM, PersonId
from ledger.store.codec import Recorded
from tests.store.samples.examples import example
from tests.story import NOON

HERE = Stream[Any]("somewhere")

OFFICE = PersonId("00000000-0000-4000-8000-0000000000ff")
"""Whoever wrote what names nobody."""

MOMENTS = ("claimed_at", "recorded_at", "requested_at")


@dataclass(frozen=True)
class Written:
    """An event with who wrote it, by which command, and when."""

    happening: Happening
    actor: PersonId = OFFICE
    command: str = ""
    at: datetime = NOON


def log(*written: Written) -> list[Recorded]:
    """The events as they stand in the log; one without a command has one of its own."""
    versions: dict[str, Iterator[int]] = {}
    found = []
    for position, each in enumerate(written, start=1):
        stream, event = each.happening
        version = next(versions.setdefault(stream, count(1)))
        found.append(
            Recorded(
                *(position, each.at, stream, version, NAME_OF_EVENT[type(event)], event),
                *(each.actor, each.command or f"command-{position}", each.at),
            )
        )
    return found


def told(happened: Iterable[Happening], at: datetime = NOON) -> Iterator[Written]:
    """What happened in a story, each by whoever it names, at the moment it says."""
    for stream, event in happened:
        moments = [getattr(event, name) for name in MOMENTS if hasattr(event, name)]
        yield Written((stream, event), doer(event), at=moments[0] if moments else at)


def doer(event: Any) -> PersonId:
    """Whoever the event names as having done it."""
    if hasattr(event, "decided_by"):
        return PersonId(event.decided_by[-1] if event.decided_by else SYSTEM)
    named = [getattr(event, each.name) for each in fields(event) if each.name.endswith("_by")]
    return next((PersonId(each) for each in reversed(named) if isinstance(each, str)), OFFICE)


def step(
    command: object, decision: Iterable[Happening], by: PersonId, at: datetime
) -> Iterator[Written]:
    """A decision as the engine writes it: what follows is the system's."""
    consequences = VERB_OF_COMMAND[type(command)].consequences
    for happening in decision:
        follows = type(happening[1]) in consequences
        yield Written(happening, SYSTEM if follows else by, "the-step", at)


def forged(decision: Iterable[Happening], by: PersonId, instead: PersonId) -> Iterator[Happening]:
    """The same events, of which somebody else says that she did it."""
    event: Any
    for stream, event in decision:
        said = {each.name: getattr(event, each.name) for each in fields(event)}
        yield stream, replace(event, **_exchanged(said, by, instead))


def _exchanged(said: Mapping[str, object], by: PersonId, instead: PersonId) -> dict[str, Any]:
    """Only where the event says who did it: she may stand in it as somebody else too."""
    changed: dict[str, Any] = {}
    for name, value in said.items():
        if name == "decided_by" and isinstance(value, tuple):
            changed[name] = tuple(instead if each == by else each for each in value)
        elif name.endswith("_by") and value == by:
            changed[name] = instead
    return changed


def flaws(events: Iterable[Recorded], sheets: Sheets | None = None) -> list[Flaw]:
    """What is told of a log."""
    duties = Duties()
    return [flaw for at in events for flaw in duties.look(at, sheets or {})]


def by(who: PersonId, kind: type, at: datetime = NOON, **said: Any) -> Written:
    """An example of the event that this person wrote, and says so."""
    if kind in DECIDED:
        said.setdefault("decided_by", (who,))
    said |= dict.fromkeys(DOERS.get(kind, ()), who)
    return Written((HERE, replace(example(kind), **said)), who, at=at)


def codes(told: Iterable[Flaw]) -> set[str]:
    """The rules that are named."""
    return {code for flaw in told for code in re.findall(r"\((\w+)\)\.$", flaw.en)}


def found(*written: Written) -> set[str]:
    """The rules that are broken at the last event; before it everything is sound."""
    told = flaws(log(*written))
    assert {flaw.position for flaw in told} <= {len(written)}, told
    return codes(told)
