"""Rights: what a person has consented to, and what may still be done with her data.

She herself reads it, her guardian, and whoever keeps or audits her data. It says nothing of what
the data are.
"""

from datetime import date
from enum import StrEnum
from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.own import ids_of, is_own
from api.parameters import Asking, KnownAt, PersonPath
from api.reading import Room, Told, answer
from ledger.domain import consents
from ledger.domain.people import stream
from ledger.domain.person_records import Person
from ledger.domain.rights_records import ConsentPurpose
from ledger.domain.values import PersonId
from ledger.projections import trail
from ledger.projections.reading import state_at

router: Final = APIRouter(tags=["persons"])


class DataStanding(StrEnum):
    """What may be done with a person's data."""

    in_use = "in_use"
    restricted = "restricted"
    erased = "erased"


class Consent(msgspec.Struct):
    """A purpose, and whether she consents to it: nothing is done for it unless she does."""

    purpose: ConsentPurpose
    given: bool


class RightsTold(Told):
    """What may be done with her data, and what she consents to.

    `until` is the last day of the term that an erasure waits for. `label` is how whoever is erased
    is called wherever one must call her something. Whoever was entered twice has `duplicates`, or
    is `kept_as` another id, under which alone anything new is written.
    """

    standing: DataStanding
    label: str | None
    until: date | None
    kept_as: PersonId | None
    duplicates: tuple[PersonId, ...]
    consents: tuple[Consent, ...]


ERASED: Final = "已注销人员"


@router.get("/v1/persons/{person}/rights", **answers(RightsTold))
async def get_rights(asking: Asking, known: KnownAt, person: PersonPath) -> Response:
    """What a person has consented to, and what may still be done with her data."""

    def ask(room: Room) -> RightsTold:
        own = ids_of(room, person) if is_own(room, person) else ()
        room.must_find("rights", stream(person), own=own)
        state: Person = state_at(room.connection, stream(person), room.position)
        given = consents.standing(state)
        standing = _standing(state)
        return RightsTold(
            *room.heading,
            standing,
            ERASED if standing is DataStanding.erased else None,
            state.rights.awaits,
            state.identity.kept_as,
            state.identity.duplicates,
            tuple(Consent(purpose, purpose in given) for purpose in ConsentPurpose),
        )

    return await answer(asking, ask, trail.MODEL, when=known)


def _standing(state: Person) -> DataStanding:
    if state.rights.erased:
        return DataStanding.erased
    return DataStanding.restricted if state.rights.restricted else DataStanding.in_use
