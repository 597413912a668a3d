"""What stories about certificates begin with: Chen's confirmed hours for the mutual aid."""

from datetime import date, datetime
from typing import Any

from ledger.domain.certificate_records import VoidReason
from ledger.domain.certificates import IssueCertificate, VoidCertificate
from ledger.domain.service import ConfirmService
from ledger.domain.values import CertificateId, PersonId, ShiftId, UnitId
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    LEADER,
    MUTUAL_AID,
    at,
    attested,
    came,
    left,
    scheduled,
)
from tests.story import Story, Told, given

PAPER = CertificateId("00000000-0000-4000-8000-0000000000c1")
ANOTHER_PAPER = CertificateId("00000000-0000-4000-8000-0000000000c2")
MARCH_1, MARCH_31 = date(2026, 3, 1), date(2026, 3, 31)
APRIL = at("04-02 09:00")


def shift(name: str, day: str, hours: int, unit: UnitId | None = MUTUAL_AID) -> Story:
    """So many hours from nine on, for a unit or for the committee; nobody has come yet."""
    begin, end = at(f"{day} 09:00"), at(f"{day} {9 + hours:02d}:00")
    return (scheduled(begin, end, ShiftId(name), unit=unit),)


def presence(
    name: str, day: str, hours: int, who: PersonId = CHEN, *, attested_only: bool = False
) -> Story:
    begin, end = at(f"{day} 09:00"), at(f"{day} {9 + hours:02d}:00")
    if attested_only:
        return (attested(begin, end, ShiftId(name), who),)
    return (came(begin, ShiftId(name), who), left(end, ShiftId(name), who))


def then(story: Story, *commands: object, by: PersonId = LEADER, when: datetime) -> Story:
    for command in commands:
        told = given(*story).when(command, by=by, at=when)
        assert told.decision
        story = (*story, told)
    return story


def confirmed(story: Story, name: str, day: str, hours: int, **how: Any) -> Story:
    """The same, with a shift that Chen came to and that was confirmed in the evening."""
    who = how.get("who", CHEN)
    known = shift(name, day, hours, how.pop("unit", MUTUAL_AID))
    story = (*story, *known, *presence(name, day, hours, **how))
    return then(story, ConfirmService(ShiftId(name), who), when=at(f"{day} 20:00"))


TWO_HOURS = confirmed(JINNING_EVENT, "kitchen", "03-02", 2)
"""120 minutes of 2 March, checked in and out."""
FIVE_HOURS = confirmed(TWO_HOURS, "patrol", "03-04", 3, attested_only=True)
"""Beside them 180 minutes of 4 March, entered by a leader."""


def issue(**changed: Any) -> IssueCertificate:
    named: dict[str, Any] = {
        "certificate": PAPER,
        "person": CHEN,
        "community": JINNING,
        "unit": MUTUAL_AID,
        "first_day": MARCH_1,
        "last_day": MARCH_31,
    }
    return IssueCertificate(**named | changed)


def void(certificate: CertificateId = PAPER) -> VoidCertificate:
    return VoidCertificate(certificate, VoidReason.issued_by_mistake)


def asked(story: Story, command: object, by: PersonId = LEADER, when: datetime = APRIL) -> Told:
    return given(*story).when(command, by=by, at=when)
