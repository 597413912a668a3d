"""The certificate of service (志愿服务记录证明): as it was issued, and what became of it.

The picture on it holds the address of the check with the certificate's number and code, and never a
name. One that is void says so across the sheet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.documents.press import pressed
from api.documents.wording import Both, Place, both, day, days, duration, word
from api.pages import words
from ledger.domain.facts import Contact
from ledger.domain.values import Title
from ledger.projections.certificates import Certificate


@dataclass(frozen=True, slots=True)
class CertificateOnPaper:
    """A certificate and what is printed beside it.

    `contact` is None where it was erased, or is not for the eyes of whoever prints. Without a unit
    the community's committee organised the service. `address` is that of the check, with the code.
    """

    certificate: Certificate
    issued_at: datetime
    community: Title
    unit: Title | None
    contact: Contact | None
    code: str
    address: str
    place: Place


def certificate_pdf(of: CertificateOnPaper) -> bytes:
    """The paper."""
    it = of.certificate
    facts: dict[str, Any] = {
        "number": it.number,
        "name": of.contact and of.contact.name,
        "volunteer_number": of.contact and of.contact.volunteer_number,
        "community": of.community,
        "unit": _unit(of.unit),
        "period": days(it.first_day, it.last_day),
        "grades": [
            {"grade": word(words.PUBLIC_GRADES[each.grade]), "time": duration(each.service_minutes)}
            for each in it.minutes
        ],
        "total": duration(it.service_minutes),
        "records": it.records,
        "issued_on": day(it.issued_on),
        "void": it.voided_on is not None,
        "warnings": list(_warnings(it)),
        "code": of.code,
        "check_page": of.address.partition("/check/")[0] + "/check",
        "place": of.place.told,
    }
    return pressed("certificate", facts, of.issued_at, of.address)


def _unit(name: Title | None) -> Both:
    if name is None:
        return word("the committee of the community itself")
    return {"zh": name, "en": ""}


def _warnings(it: Certificate) -> Iterator[Both]:
    voided_on, reason, since = it.voided_on, it.reason, it.differs_since
    if voided_on is not None and reason is not None:
        yield both(
            lambda say: say.said(
                "This certificate is void since %(day)s. Do not rely on it.", day=say.day(voided_on)
            )
        )
        why = words.VOID_REASONS[reason]
        yield both(lambda say: say.said("The reason: %(reason)s.", reason=say.said(why)))
    if since is not None:
        yield both(
            lambda say: say.said(
                "This certificate was issued here, but it is no longer right: since %(day)s the "
                "ledger says otherwise.",
                day=say.day(since),
            )
        )
