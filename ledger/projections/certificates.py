"""Certificates: what each says, whether it is void, and whether the ledger still says so.

A certificate differs once a record that it counts was taken back, or counts otherwise by now, or
once two of the ids that it counts under turn out to be two persons'. Service that is credited later
makes none wrong. One whose records all stand again as they were differs no more. What is void stays
void, whatever its records say.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from psycopg import Connection

from ledger.domain.certificate_records import GradedMinutes, VoidReason
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
from ledger.projections.asking import PAGE_MOST, POSITION_MOST, Reach, ask, ask_one, seen, within
from ledger.projections.view import NOW, View


class Validity(StrEnum):
    """Whether a certificate may be relied on."""

    valid = "valid"
    differs = "differs"
    void = "void"


@dataclass(frozen=True, slots=True)
class PublicCertificate:
    """What everybody is told who has its number and its code: nothing of whose it is.

    `differs_since` is the day on which the first of its records was found to be otherwise.
    """

    number: CertificateNumber
    validity: Validity
    community: CommunityId
    unit: UnitId | None
    first_day: date | None
    last_day: date
    records: Count
    minutes: tuple[GradedMinutes, ...]
    service_minutes: Minutes
    issued_on: date
    differs_since: date | None
    voided_on: date | None
    reason: VoidReason | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with whose it is and who did what."""

    certificate: CertificateId
    position: int
    number: CertificateNumber
    validity: Validity
    person: PersonId
    community: CommunityId
    unit: UnitId | None
    first_day: date | None
    last_day: date
    records: Count
    minutes: tuple[GradedMinutes, ...]
    service_minutes: Minutes
    digest: Digest
    issued_by: PersonId
    issued_on: date
    differs_since: date | None
    voided_by: PersonId | None
    voided_on: date | None
    reason: VoidReason | None

    @property
    def public(self) -> PublicCertificate:
        """What of it the public is told."""
        return PublicCertificate(
            self.number,
            self.validity,
            self.community,
            self.unit,
            self.first_day,
            self.last_day,
            self.records,
            self.minutes,
            self.service_minutes,
            self.issued_on,
            self.differs_since,
            self.voided_on,
            self.reason,
        )


# A certificate counts the rows of `service.records` that stood before it. One that was followed
# since counts as it did up to where the last one that says the same is followed by one that does
# not.
FIRST_OTHERWISE: Final = """(
    SELECT min(otherwise.position) AS position FROM (
        SELECT (SELECT max(coalesce(alike.until_position, 9223372036854775807))
                FROM service.records AS alike
                WHERE (alike.person, alike.shift) = (counted.person, counted.shift)
                  AND alike.status = 'credited' AND alike.position <= %(known)s
                  AND alike.unit IS NOT DISTINCT FROM counted.unit
                  AND (alike.service_minutes, alike.grade, alike.occurred_on)
                    = (counted.service_minutes, counted.grade, counted.occurred_on)) AS position
        FROM certificates.ids JOIN service.records AS counted ON counted.person = ids.counted
        WHERE ids.certificate = certificate.certificate
          AND counted.status = 'credited' AND counted.position < certificate.position
          AND counted.until_position > certificate.position AND counted.until_position <= %(known)s
          AND counted.community = certificate.community
          AND counted.unit IS NOT DISTINCT FROM certificate.unit
          AND counted.occurred_on <= certificate.last_day
          AND (certificate.first_day IS NULL OR counted.occurred_on >= certificate.first_day)
        UNION ALL
        SELECT parted_position FROM certificates.ids
        WHERE ids.certificate = certificate.certificate) AS otherwise
    WHERE otherwise.position <= %(known)s)"""
"""Where the first record of a `certificate` was found to be otherwise, if any was."""
DAY_OF_FIRST: Final = """(
    SELECT (recorded_at AT TIME ZONE time_zone)::date AS differs_since FROM ledger.batches
    WHERE last_position >= first.position ORDER BY last_position LIMIT 1)"""
"""The community's day of that position."""
_CERTIFICATES: Final = """
SELECT certificate.*, voided_by, voided_on, reason, differs_since,
       CASE WHEN voided_on IS NOT NULL THEN 'void'
            WHEN differs_since IS NOT NULL THEN 'differs' ELSE 'valid' END AS validity
FROM certificates.certificates AS certificate
JOIN service.communities AS home ON home.community = certificate.community
LEFT JOIN certificates.voidings AS voiding
    ON voiding.certificate = certificate.certificate AND voiding.position <= %(known)s
LEFT JOIN LATERAL {first} AS first ON true
LEFT JOIN LATERAL {day} AS day ON true
WHERE certificate.position <= %(known)s
""".replace("{first}", FIRST_OTHERWISE).replace("{day}", DAY_OF_FIRST)
REGISTER: Final = f"""{_CERTIFICATES}
  AND (%(community)s::text IS NULL OR certificate.community = %(community)s)
  AND (%(persons)s::text[] IS NULL OR certificate.person = ANY (%(persons)s::text[]))
  AND (%(reach)s::text[] IS NULL OR certificate.community = ANY (%(reach)s::text[]))
  AND certificate.position < %(before)s
ORDER BY certificate.position DESC LIMIT %(limit)s
"""
ONE: Final = f"{_CERTIFICATES}  AND certificate.certificate = %(certificate)s"
OF_NUMBER: Final = f"{_CERTIFICATES}  AND certificate.number = %(number)s"


def register(
    connection: Connection[Any],
    view: View = NOW,
    *,
    community: CommunityId | None = None,
    persons: tuple[PersonId, ...] | None = None,
    reach: Reach = None,
    limit: int = PAGE_MOST,
    after: int | None = None,
) -> tuple[Certificate, ...]:
    """The certificates of a community, of a person under these ids, or of all; the newest first."""
    return ask(
        connection,
        Certificate,
        REGISTER,
        community=community,
        persons=None if persons is None else list(persons),
        reach=within(reach),
        limit=limit,
        before=POSITION_MOST if after is None else after,
        **seen(view),
    )


def certificate(
    connection: Connection[Any], name: CertificateId, view: View = NOW
) -> Certificate | None:
    """One certificate; None where none of that id is known."""
    return ask_one(connection, Certificate, ONE, certificate=name, **seen(view))


def of_number(
    connection: Connection[Any], number: CertificateNumber, view: View = NOW
) -> Certificate | None:
    """The certificate of that number, if there is one."""
    return ask_one(connection, Certificate, OF_NUMBER, number=number, **seen(view))
