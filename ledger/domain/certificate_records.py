"""What is remembered of a certificate (志愿服务记录证明): a snapshot of what one unit credited.

It holds no name. It says for whom, by whom and for which days, how many minutes were credited by
how good the evidence is, and the digest of the records it counts; the name comes out of the vault
when it is printed. What becomes of a record afterwards changes nothing in it.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import (
    CertificateId,
    CertificateNumber,
    CommunityId,
    Count,
    Digest,
    Minutes,
    PersonId,
    UnitId,
)


class VoidReason(StrEnum):
    """Why a certificate is void."""

    issued_by_mistake = "issued_by_mistake"
    records_corrected = "records_corrected"
    replaced = "replaced"
    misused = "misused"
    other = "other"


@dataclass(frozen=True, slots=True)
class GradedMinutes:
    """Minutes of one evidence grade."""

    grade: EvidenceGrade
    service_minutes: Minutes


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """What a unit had credited to a person by then, for the days from `first_day` to `last_day`.

    Without a unit the community's own committee organised it; without a first day it is all up to
    the last one. `ids` are those that were hers then, `person` the first of them: records under any
    of them count. `digest` is that of `certificates.digest_of`.
    """

    certificate: CertificateId
    number: CertificateNumber
    person: PersonId
    ids: tuple[PersonId, ...]
    community: CommunityId
    unit: UnitId | None
    first_day: date | None
    last_day: date
    records: Count
    minutes: tuple[GradedMinutes, ...]
    digest: Digest
    issued_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class CertificateNumbered:
    """Twin of `CertificateIssued` in the register of the community's year: a number is taken."""

    certificate: CertificateId
    number: CertificateNumber
    community: CommunityId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class CertificateVoided:
    """It is not to be relied on any more; its number is never given again."""

    certificate: CertificateId
    number: CertificateNumber
    person: PersonId
    community: CommunityId
    reason: VoidReason
    voided_by: PersonId
    occurred_on: date


CertificateEvent: TypeAlias = CertificateIssued | CertificateVoided

# -- states ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Certificate:
    """What decisions ask of a certificate; `issued` is None before it is issued."""

    issued: CertificateIssued | None = None
    voided: bool = False


@dataclass(frozen=True, slots=True)
class Register:
    """How many certificates a community has issued in a year."""

    issued: Count = Count(0)


# -- evolving ----------------------------------------------------------------------------------


def evolve(certificate: Certificate, event: CertificateEvent) -> Certificate:
    """What is void stays void."""
    match event:
        case CertificateIssued():
            return Certificate(event)
        case CertificateVoided():
            return replace(certificate, voided=True)
        case _:
            assert_never(event)


def evolve_register(register: Register, _: CertificateNumbered) -> Register:
    """Each number is the next one."""
    return Register(Count(register.issued + 1))
