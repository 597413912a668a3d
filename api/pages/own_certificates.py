"""Own certificates (证明): what was certified of a person, to be printed and to be checked.

Whoever organises certifies, so a certificate is asked for at the desk; here it is kept. Each says
whether it still holds, and anybody who has its number and code is told the same.
"""

from typing import Final, NamedTuple

from fastapi.routing import APIRouter
from starlette.responses import Response

from api import checking
from api.desk import desk_of
from api.own import ids_of
from api.pages import words
from api.pages.board import community_at
from api.pages.lists import AfterIn
from api.pages.reading import AskingInside, OnPage
from api.pages.routing import pages
from api.parameters import Page
from api.reading import Room, answer
from ledger.domain import people
from ledger.projections import certificates

router: Final[APIRouter] = pages()
SHOWN: Final = 20


@router.get("/me/certificates")
async def own_certificates_page(asking: AskingInside, after: AfterIn = None) -> Response:
    """All her certificates, the newest first."""

    def ask(room: Room) -> OnPage:
        own = ids_of(room, room.authority.person)
        room.must_find("certificates", people.stream(own[0]), own=own)
        (before,) = room.after(tuple[int]) or (None,)
        found = certificates.register(
            room.connection, room.view, persons=own, limit=room.limit, after=before
        )
        codes = desk_of(room.request).running.ways.check_codes
        values = {
            "certificates": found,
            "next": room.next(found, lambda each: (each.position,)),
            "issuers": {each.number: issuer_of(room, each) for each in found},
            "codes": {each.number: codes.code_of(each.number) for each in found},
            "words": words,
            "position": room.position,
        }
        return OnPage(room.request, "my_certificates", values)

    return await answer(asking, ask, *checking.MODELS, page=Page(SHOWN, after))


class Issuer(NamedTuple):
    """The community that certifies, and its unit that organised; none is the committee itself."""

    community: str
    unit: str | None


def issuer_of(room: Room, found: certificates.Certificate) -> Issuer:
    """Who certified it, and who organised what it certifies, as on the paper."""
    community = community_at(room, found.community)
    unit = community.units[found.unit].name if found.unit else None
    return Issuer(str(community.name or found.community), unit)
