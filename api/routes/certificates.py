"""Certificates: the register of a community, a person's own, and the check that is open to all.

Whoever may read one gets the code and the picture that go on the paper. Whoever has number and code
learns what the certificate says, whether it is void and whether the ledger still agrees, and
nothing of whose it is.
"""

from functools import partial
from secrets import token_hex
from typing import Annotated, Final, TypeAlias

import msgspec
from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from api import checking, printing, registers
from api.checking import MODELS, Checked
from api.describing import answers
from api.desk import desk_of
from api.documents.certificate import CertificateOnPaper, certificate_pdf
from api.files import PDF, OnPaper
from api.gate import open_to_all
from api.own import ids_of, is_own, view_of
from api.parameters import (
    Asking,
    AskingOpenly,
    CommunityIn,
    KnownAt,
    Paged,
    PersonPath,
    shape,
)
from api.reading import Listed, Room, Told, answer, nothing_there
from ledger.access import drawing
from ledger.access.codes import TYPED_LENGTH_MOST
from ledger.domain import people
from ledger.domain.certificate_records import Certificate
from ledger.domain.certificates import stream
from ledger.domain.values import CertificateId, CertificateNumber, Slug
from ledger.projections import certificates
from ledger.projections.reading import state_at

router: Final = APIRouter(tags=["certificates"])

CertificatePath: TypeAlias = Annotated[
    CertificateId, Path(**shape(Slug, "b7d9e2c4-5a1f-4e83-9c60-2d8f7a3b1e59"))
]
"""As wide as the words of the commands beside it: nothing is issued under the id `issue`."""
CertificateNumberPath: TypeAlias = Annotated[
    CertificateNumber, Path(**shape(CertificateNumber, "jinning-2026-0001"))
]
CheckCodeIn: TypeAlias = Annotated[
    str,
    Query(
        min_length=1,
        max_length=TYPED_LENGTH_MOST,
        description="As it stands on the paper; hyphens, spaces and small letters do not matter.",
        examples=["7KQ2-9FXM-3TDW"],
    ),
]


class CertificateList(Listed[certificates.Certificate]):
    """Certificates, the newest first."""


class Check(msgspec.Struct):
    """How anybody checks it: the code beside the number, the address, and that as a picture."""

    code: str
    address: str
    qr_svg: str


class CertificateTold(Told):
    """A certificate, what became of it, and how it is checked."""

    certificate: certificates.Certificate
    check: Check


class CheckedTold(Told):
    """What a certificate says, without whose it is, and whether it may be relied on."""

    checked: Checked


@router.get("/v1/certificates", **answers(CertificateList))
async def list_certificates(
    asking: Asking, known: KnownAt, page: Paged, community: CommunityIn | None = None
) -> Response:
    """The certificates that a community issued, or all communities that the caller reaches."""

    def ask(room: Room) -> CertificateList:
        registers.must_read(room, "certificates", community)
        rows = certificates.register(
            room.connection,
            room.view,
            community=community,
            reach=room.reach("certificates"),
            limit=room.limit,
            after=_after(room),
        )
        return room.listed(CertificateList, rows, lambda row: (row.position,))

    return await answer(asking, ask, *MODELS, when=known, page=page)


@router.get("/v1/persons/{person}/certificates", **answers(CertificateList))
async def list_certificates_of_person(
    asking: Asking, known: KnownAt, page: Paged, person: PersonPath
) -> Response:
    """What was certified of a person; one's own, or another's."""

    def ask(room: Room) -> CertificateList:
        persons, reach = ids_of(room, person), None
        if is_own(room, person):
            room.must_find("certificates", people.stream(person), own=persons)
        else:
            view = view_of(room, person, "certificates")
            room.must_find(view, people.stream(person))
            reach = room.reach(view)
        rows = certificates.register(
            room.connection,
            room.view,
            persons=persons,
            reach=reach,
            limit=room.limit,
            after=_after(room),
        )
        return room.listed(CertificateList, rows, lambda row: (row.position,))

    return await answer(asking, ask, *MODELS, when=known, page=page)


@router.get("/v1/certificates/{certificate}.pdf", **answers(bytes, PDF))
async def print_certificate(asking: Asking, certificate: CertificatePath) -> Response:
    """The certificate as it holds now, on paper; with her name, for whoever reads contacts."""
    asking.nonce = token_hex(8)  # each look at a name is a look

    def ask(room: Room) -> OnPaper:
        found = _found(room, certificate)
        paper = partial(certificate_pdf, _on_paper(room, found))
        return OnPaper(paper, f"certificate-{found.number}.pdf")

    return await answer(asking, ask, *MODELS)


@router.get("/v1/certificates/{certificate}", **answers(CertificateTold))
async def get_certificate(asking: Asking, known: KnownAt, certificate: CertificatePath) -> Response:
    """A certificate, what became of it, and the code with which anybody checks it."""

    def ask(room: Room) -> CertificateTold:
        found = _found(room, certificate)
        return CertificateTold(*room.heading, found, _check(room, found))

    return await answer(asking, ask, *MODELS, when=known)


@router.get(
    "/v1/public/certificates/{certificate_number}",
    dependencies=[Depends(open_to_all)],
    **answers(CheckedTold),
)
async def check_certificate(
    asking: AskingOpenly, certificate_number: CertificateNumberPath, check_code: CheckCodeIn
) -> Response:
    """What a certificate says and whether it holds, by number and code; no token is needed."""
    await checking.must_be_right(asking.request, certificate_number, check_code)

    def ask(room: Room) -> CheckedTold:
        room.horizon.widen(None)  # open to all who have the code
        found = checking.of_number(room.connection, certificate_number, room.view, room.position)
        return CheckedTold(*room.heading, found)

    return await answer(asking, ask, *MODELS)


def _after(room: Room) -> int | None:
    after = room.after(tuple[int])
    return after[0] if after else None


def _found(room: Room, name: CertificateId) -> certificates.Certificate:
    here = stream(name)
    state: Certificate = state_at(room.connection, here, room.position)
    person = None if state.issued is None else state.issued.person
    if person is not None and is_own(room, person):
        room.must_find("certificates", here, own=ids_of(room, person))
    else:
        usual = "certificates"
        room.must_find(usual if person is None else view_of(room, person, usual), here)
    found = certificates.certificate(room.connection, name, room.view)
    if found is None:
        raise nothing_there()
    return found


def _on_paper(room: Room, found: certificates.Certificate) -> CertificateOnPaper:
    issuer = checking.of_number(room.connection, found.number, room.view, room.position)
    check = _check(room, found)
    return CertificateOnPaper(
        certificate=found,
        issued_at=printing.moment_of(room, found.position),
        community=issuer.community_name,
        unit=issuer.unit_name,
        contact=printing.contact_of(room, found.person),
        code=check.code,
        address=check.address,
        place=printing.place_of(room, found.position),
    )


def _check(room: Room, found: certificates.Certificate) -> Check:
    code = desk_of(room.request).running.ways.check_codes.code_of(found.number)
    address = checking.address_of(room.request, found.number)
    return Check(code, address, drawing.svg(address))
