"""Finding a person for an office: by her account number or her id, and by papers where one may.

An administrator is told that somebody is there and no more. Whoever may search papers is told names
too, and each look is written down. Who lies out of reach is found by nobody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api import searching
from api.desk import desk_of
from api.pages.reading import PageQuestion, looked_up
from api.problems import must_be_none
from api.reading import Room, nothing_there
from api.searching import Met
from ledger.access import accounts
from ledger.access.codes import read_number
from ledger.domain.authority import Role
from ledger.domain.decisions import Refused
from ledger.domain.people import stream
from ledger.domain.refusals import Code
from ledger.domain.values import BOUNDS, CommunityId, PersonId, Title
from ledger.exchange.shapes import PLAIN_TEXT
from ledger.projections import grants
from ledger.projections.reading import LOOK, connected, homes
from ledger.vault.sealing import SearchKind

FINDERS: Final = (Role.administrator, Role.registrar)
LOOKERS: Final = (*FINDERS, Role.auditor)
"""Whose work it is to know that somebody is there."""
HITS_MOST: Final = 20
_ID: Final = re.compile(BOUNDS[PersonId].pattern or "")


@dataclass(frozen=True, slots=True)
class Looked:
    """Who was looked for and who was found; `text` is empty before anybody is.

    `persons` have the account number or the id, `met` the name, phone or document.
    """

    text: str = ""
    persons: Sequence[PersonId] = ()
    met: Sequence[Met] = ()


async def found_people(
    asking: PageQuestion, typed: str, *, looks_at_others: bool = False
) -> Looked:
    """Whoever has this account number or id; else whoever has this name, phone or document.

    `looks_at_others`: the page shows under which name she was entered before.
    """
    text = typed.strip()[: PLAIN_TEXT.length]

    def ask(room: Room) -> Looked:
        must_find_people(room)
        return _looked(room, text, looks_at_others=looks_at_others)

    return await looked_up(asking, ask, grants.MODEL)


def must_find_people(room: Room) -> None:
    """Raise the problem for whoever neither grants nor registers."""
    if room.authority.held.keys().isdisjoint(FINDERS):
        raise nothing_there()


def must_look_after_offices(room: Room) -> None:
    """Raise the problem that names all those whose room it is, the registrar too."""
    if room.authority.held.keys().isdisjoint(LOOKERS):
        roles = ", ".join(each for each in Role if each in LOOKERS)
        code = Code.reader_must_hold_a_role_for_this
        must_be_none(Refused(code, view="grants", roles=roles))


def home_of(room: Room, person: PersonId) -> CommunityId | None:
    """Where a person is registered; None for whoever is not."""
    return homes(room.connection, {stream(person)}).get(stream(person))


def may_know_of(room: Room, person: PersonId) -> bool:
    """Whether the person lives within the reader's reach, or holds a role there."""
    home, reach = home_of(room, person), room.authority.reach(LOOKERS)
    if home is not None and (reach is None or home in reach):
        return True
    reads = room.reach("grants")
    if reads is not None and not reads:
        return False
    room.must_hold_a_role("grants")
    return bool(grants.held(room.connection, person=person, reach=reads, limit=1))


def _looked(room: Room, text: str, *, looks_at_others: bool) -> Looked:
    person = _meant(room, text)
    if person is not None:
        return Looked(text, [person] if may_know_of(room, person) else [])
    if Role.registrar not in room.authority.held:
        return Looked(text)
    room.must_hold_a_role("search")
    if not 0 < len(text) <= (BOUNDS[Title].length or 0):
        return Looked(text)
    met = searching.met(room, tuple(SearchKind), text, looks_at_others=looks_at_others)
    return Looked(text, met=met[:HITS_MOST])


def _meant(room: Room, text: str) -> PersonId | None:
    """Whose account number or id it is."""
    number = read_number(text)
    if number is None:
        return PersonId(text) if _ID.match(text) else None
    with connected(desk_of(room.request).running.datastore, LOOK) as connection:
        account = accounts.find(connection, number)
    return account.person if account else None
