"""Whoever an event names as its doer is its actor, and service rests on the word of whom it says.

An event says in its data who did it, and its envelope whose command it came of: both are one
person. `decided_by` are those on whose word a record of service rests: whoever decides, behind
those on whose word it was held.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, Final, get_type_hints

from ledger.audit.duty_table import HELD
from ledger.audit.flaws import Flaw
from ledger.audit.hands import NOBODY, Hands, Persons
from ledger.domain.catalogue import EVENTS
from ledger.domain.periods import PeriodReopened
from ledger.domain.rights_records import ConsentGiven, ConsentWithdrawn
from ledger.domain.service_records import ServiceCredited, ServiceHeld
from ledger.domain.values import SYSTEM, PersonId
from ledger.store.codec import Recorded

OF_ANOTHER: Final = frozenset(
    {
        (PeriodReopened, "proposed_by"),
        (ConsentGiven, "given_by"),
        (ConsentWithdrawn, "withdrawn_by"),
    }
)
"""Who took an earlier step, or whose word it is, as an event of somebody else's tells it."""

FIRST_VERSION: Final = ".v1"
"""Of these it was not stored on whose word they rest: the actor is taken for it (see `codec`)."""


def _doers(event: type) -> tuple[str, ...]:
    """The fields that name whoever did it."""
    hints = get_type_hints(event)
    named = [name for name, hint in hints.items() if name.endswith("_by") and hint is PersonId]
    return tuple(name for name in named if (event, name) not in OF_ANOTHER)


DOERS: Final[Mapping[type, tuple[str, ...]]] = MappingProxyType(
    {event: named for event in EVENTS.values() if (named := _doers(event))}
)
"""Told by the events themselves: a field of a person whose name ends in `_by` is the doer."""

DECIDED: Final = frozenset(
    event for event in EVENTS.values() if any(each.name == "decided_by" for each in fields(event))
)


def doers(at: Recorded) -> Persons:
    """Who took the step: those on whose word it rests, or else the actor; never the system."""
    if type(at.event) in DECIDED:
        decided_by: Persons = at.event.decided_by
        return decided_by
    return NOBODY if at.actor == SYSTEM else (at.actor,)


def flaws(at: Recorded, hands: Hands) -> Iterator[Flaw]:
    """What an event says of its doer that its envelope does not."""
    kind = type(at.event)
    if at.actor != SYSTEM:
        for doer in DOERS.get(kind, ()):
            named = getattr(at.event, doer)
            if named != at.actor:
                yield _another(at, named)
    if kind in DECIDED and at.event.decided_by not in _words(at, hands):
        yield _other_words(at)


def _words(at: Recorded, hands: Hands) -> tuple[Any, ...]:
    """On whose word it can rest; a hold that was looked at again may stay as it was."""
    event = at.event
    if at.actor == SYSTEM:
        return (NOBODY,)
    alone = (at.actor,)
    if not isinstance(event, ServiceCredited | ServiceHeld):
        return (alone,)
    before = tuple(dict.fromkeys(hands.who(HELD, f"{event.shift}/{event.person}")))
    if at.name.endswith(FIRST_VERSION):
        return (alone, before)
    again = (before,) if before and isinstance(event, ServiceHeld) else ()
    return ((*before, at.actor), *again)


def _another(at: Recorded, named: PersonId) -> Flaw:
    en = f"{at.name}: it says that {named} did it, but it came of a command of {at.actor}."
    zh = f"{at.name}：内容写明由 {named} 办理，指令却出自 {at.actor}。"
    return Flaw(at.position, en, zh)


def _other_words(at: Recorded) -> Flaw:
    en = f"{at.name}: it does not rest on the word of those who decided about it."
    return Flaw(at.position, en, f"{at.name}：所列决定人与此前作出决定的人不符。")
