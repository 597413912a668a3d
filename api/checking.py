"""Checking: what anybody is told of a certificate by its number and its code, here and on a page.

A wrong code and a number that nobody gave are answered alike, and neither is looked for. How often
may be asked is counted by address before anything is compared.
"""

from functools import partial
from typing import Any, Final

import msgspec
from starlette.requests import Request

from api.desk import desk_of
from api.obstacles import Obstacle
from api.problems import ProblemFound, obstacle
from ledger.access.limits import Kind
from ledger.domain import communities
from ledger.domain.community_records import Community
from ledger.domain.values import CertificateNumber, Title
from ledger.projections import certificate_records, certificates, service_records
from ledger.projections.certificates import PublicCertificate
from ledger.projections.reading import state_at
from ledger.projections.view import View

MODELS: Final = (certificate_records.MODEL, service_records.MODEL)
"""What a certificate says, and what became of the records that it counts."""


class Checked(msgspec.Struct):
    """A certificate and the names of its issuer; without a unit it is the committee itself."""

    certificate: PublicCertificate
    community_name: Title
    unit_name: Title | None


async def must_be_right(request: Request, number: CertificateNumber | None, code: str) -> None:
    """Raise the problem 404 unless that is the code of the number, and 429 for too many tries."""
    desk = desk_of(request)
    address = request.client.host if request.client else ""
    count = partial(desk.running.ways.limits.wait_seconds, kind=Kind.check, subject=address)
    seconds = await desk.entrance.look(count)
    if seconds:
        raise obstacle(Obstacle.checks_must_be_fewer, seconds=seconds)
    if number is None or not desk.running.ways.check_codes.is_right(number, code):
        raise no_such()


def no_such() -> ProblemFound:
    """The problem of a wrong code, and of a number that nobody gave."""
    return obstacle(Obstacle.certificate_must_match_its_code)


def of_number(
    connection: Any,  # noqa: ANN401 - see Room
    number: CertificateNumber,
    view: View,
    position: int,
) -> Checked:
    """What that certificate says, and whether the ledger still does. Raises the problem 404."""
    found = certificates.of_number(connection, number, view)
    if found is None:
        raise no_such()
    home: Community = state_at(connection, communities.stream(found.community), position)
    unit = None if found.unit is None else home.units[found.unit].name
    return Checked(found.public, home.name or Title(found.community), unit)


def address_of(request: Request, number: CertificateNumber) -> str:
    """Where anybody checks the certificate; the paper has it as a picture too."""
    code = desk_of(request).running.ways.check_codes.code_of(number)
    return f"{desk_of(request).gate.origin}/check/{number}?code={code}"
