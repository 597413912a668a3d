"""Speaking: whose command it is, that of the person whom it concerns or that of her guardian.

Some roles may give a command for themselves only. What is a child's own is her guardian's too, and
what stands under a duplicate is hers as whom it is kept.
"""

from collections.abc import Iterator
from typing import Any, Final

from ledger.domain import communities, people
from ledger.domain.decisions import Context, Known, Stream
from ledger.domain.guardianship import guardians_of
from ledger.domain.roles import ROLES_OF
from ledger.domain.values import PersonId

GIVEN_FOR_ONESELF: Final = frozenset(name for name, rule in ROLES_OF.items() if rule.herself)
"""The commands that somebody may give for herself though she holds no office."""


def needs(command: object, actor: PersonId, known: Known) -> Iterator[Stream[Any]]:
    """What tells whether a command that somebody may give for herself is given by a guardian."""
    person = _about(command)
    if person is None or person == actor:
        return
    here = people.stream(person)
    yield here
    found = known.get(here)
    if found is not None and found.registered_on is not None:
        yield communities.stream(found.community)


def is_own(name: str, command: object, known: Known, context: Context) -> bool:
    """Whether the command is about the person who gives it, or about a child in her care."""
    person, actor = _about(command), context.actor
    if person is None or person == actor or name not in GIVEN_FOR_ONESELF:
        return person == actor
    found = known[people.stream(person)]
    if found.registered_on is None:
        return False
    if found.identity.kept_as == actor:
        return True
    today = known[communities.stream(found.community)].day_of(context)
    return actor in guardians_of(known.sheet(person), today)


def _about(command: object) -> PersonId | None:
    return getattr(command, "person", None)
