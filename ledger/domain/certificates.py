"""Certificates (志愿服务记录证明): what a unit credited to a person is certified, by its community.

谁组织谁记录，谁记录谁证明: a certificate covers the records of one organising unit only. It is
free and counts what is credited and stands; what is held, refused or taken back is no part of it,
and without a credited minute there is none. Nobody issues or voids her own or a relation's.

Its minutes are those of that moment and stay as they are: a record that is corrected later does not
change it, but whoever checks it is told so. It is voided by a person with a reason, for good.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias, assert_never

from ledger.domain import communities, identity, people, service_state, shifts
from ledger.domain import service_rules as rules
from ledger.domain.certificate_records import (
    Certificate,
    CertificateIssued,
    CertificateNumbered,
    CertificateVoided,
    Register,
    VoidReason,
)
from ledger.domain.certified_service import Certified, Scope, certified, digest_of
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.values import (
    CertificateId,
    CertificateNumber,
    CommunityId,
    PersonId,
    UnitId,
)

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IssueCertificate:
    """Certify what a unit has credited to a person on these days, both included.

    Without a unit it is what the community's own committee organised. Without a first day it is
    everything up to the last one, what was served before this ledger included.
    """

    certificate: CertificateId
    person: PersonId
    community: CommunityId
    last_day: date
    unit: UnitId | None = None
    first_day: date | None = None

    @property
    def scope(self) -> Scope:
        """Whose records of which days it is about."""
        return Scope(self.community, self.unit, self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class VoidCertificate:
    """State that a certificate is not to be relied on any more."""

    certificate: CertificateId
    reason: VoidReason


CertificateCommand: TypeAlias = IssueCertificate | VoidCertificate

# -- streams -----------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def stream(certificate: CertificateId) -> Stream[Certificate]:
    """The stream of a certificate."""
    return Stream(f"certificate-{certificate}")


def register(community: CommunityId, year: int) -> Stream[Register]:
    """The stream that counts what a community issues in a year."""
    return Stream(f"certificates-{community}-{year}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: CertificateCommand, known: Known) -> CommunityId | None:
    """The community that issues it; None for a certificate nobody issued."""
    if isinstance(command, IssueCertificate):
        return command.community
    issued = known[stream(command.certificate)].issued
    return None if issued is None else issued.community


def needs(command: CertificateCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The certificate, its community, her and who asks; to issue, her service and the register."""
    yield stream(command.certificate)
    yield from identity.streams_of(context.actor, known)
    if isinstance(command, IssueCertificate):
        yield from identity.streams_of(command.person, known)
        yield from map(service_state.stream, identity.ids(command.person, known))
        yield communities.stream(command.community)
        community = known.get(communities.stream(command.community))
        if community is not None:
            yield register(command.community, community.day_of(context).year)
        return
    certificate = known.get(stream(command.certificate))
    if certificate is not None and certificate.issued is not None:
        yield from identity.streams_of(certificate.issued.person, known)
        yield communities.stream(certificate.issued.community)


def decide(command: CertificateCommand, known: Known, context: Context) -> Outcome:
    """Issue what the records say now; void what was issued, once."""
    match command:
        case IssueCertificate():
            return _issue(command, known, context)
        case VoidCertificate():
            return _void(command, known, context)
        case _:
            assert_never(command)


def _issue(command: IssueCertificate, known: Known, context: Context) -> Outcome:
    community = known[communities.stream(command.community)]
    if community.name is None:
        return Refused(Code.community_must_be_known, community=command.community)
    today = community.day_of(context)
    found = certified(identity.service_of(command.person, known), command.scope)
    refused = first_refusal(
        *_unless_known(command, community, known),
        *rules.unless_impartial(command.person, known, context),
        *_unless_period(command, today),
        *_unless_certain(command, found),
    )
    if refused is not None:
        return refused
    here = register(command.community, today.year)
    number = _number(command.community, today, known[here])
    event = CertificateIssued(
        certificate=command.certificate,
        number=number,
        person=command.person,
        ids=identity.ids(command.person, known),
        community=command.community,
        unit=command.unit,
        first_day=command.first_day,
        last_day=command.last_day,
        records=found.records_counted,
        minutes=found.minutes,
        digest=digest_of(found.entries),
        issued_by=context.actor,
        occurred_on=today,
    )
    twin = CertificateNumbered(command.certificate, number, command.community, today)
    return (stream(command.certificate), event), (here, twin)


def _number(community: CommunityId, today: date, known: Register) -> CertificateNumber:
    """The next of the community's year, without gaps: `jinning-2026-0001`."""
    return CertificateNumber(f"{community}-{today.year}-{known.issued + 1:04d}")


def _void(command: VoidCertificate, known: Known, context: Context) -> Outcome:
    certificate = known[stream(command.certificate)]
    issued = certificate.issued
    if issued is None:
        return Refused(Code.certificate_must_be_known, certificate=command.certificate)
    today = known[communities.stream(issued.community)].day_of(context)
    refused = first_refusal(
        *rules.unless_impartial(issued.person, known, context),
        _unless_standing(certificate, issued),
    )
    event = CertificateVoided(
        command.certificate,
        issued.number,
        issued.person,
        issued.community,
        command.reason,
        context.actor,
        today,
    )
    return refused or ((stream(command.certificate), event),)


# -- rules -------------------------------------------------------------------------------------


def _unless_known(
    command: IssueCertificate, community: Community, known: Known
) -> Iterable[Refused | None]:
    if command.unit is not None:
        yield shifts.unless_unit_known(command.unit, community)
    if known[people.stream(command.person)].registered_on is None:
        yield Refused(Code.person_must_be_known, person=command.person)
    if known[stream(command.certificate)].issued is not None:
        yield Refused(Code.certificate_must_be_new, certificate=command.certificate)


def _unless_period(command: IssueCertificate, today: date) -> Iterable[Refused | None]:
    """Of plausible years, in the order of time, and over; today counts as far as it has gone."""
    first, last = command.first_day or command.last_day, command.last_day
    yield shifts.unless_plausible(first, last)
    if last > today:
        yield Refused(Code.day_must_not_be_in_the_future, day=last, today=today)
    if first > last:
        yield Refused(
            Code.certificate_must_not_end_before_it_begins, first_day=first, last_day=last
        )


def _unless_certain(command: IssueCertificate, found: Certified) -> Iterable[Refused | None]:
    """A certificate without minutes says nothing, and one that may be wrong is not issued."""
    if found.cut is not None:
        code = Code.certificate_must_not_cut_opening_minutes
        yield Refused(code, unit=command.unit, as_of=found.cut.as_of)
    if found.twice is not None:
        code = Code.certificate_must_not_count_twice
        yield Refused(code, person=command.person, day=found.twice)
    if not found.minutes:
        issuer = command.unit or command.community
        yield Refused(Code.certificate_must_have_minutes, unit=issuer)


def _unless_standing(certificate: Certificate, issued: CertificateIssued) -> Refused | None:
    if not certificate.voided:
        return None
    return Refused(Code.certificate_must_not_be_voided_twice, certificate=issued.certificate)
