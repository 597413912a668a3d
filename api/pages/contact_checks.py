"""Contact checks: slips of the finger in a telephone and a document's number, told at their fields.

A wrong number of an identity card keeps its real owner from being registered later, and a telephone
without digits reaches nobody. No rule reads a contact: this is asked where people type one.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ledger.domain import identity_documents
from ledger.exchange.faults import Fault

PHONE: Final = re.compile(r"\+?[0-9][0-9 ()\-]{3,}[0-9](?: ?(?:转|-) ?[0-9]{1,6})?")
PHONE_UNFIT: Final = (
    "A telephone number has digits, such as 13800138000 or 0757-12345678.",
    "电话应为数字，如 13800138000 或 0757-12345678。",
)
DOCUMENT_UNFIT: Final = (
    "This is no number of an identity card: the last character does not fit. Look at each digit.",
    "身份证号码有误：末位校验码不符。请逐位核对。",
)
BORN_OTHERWISE: Final = (
    "This identity card is of somebody born on another day than the one below. Look at both.",
    "身份证号码中的出生日期与下面填写的不一致，请核对。",
)


def faults(given: Mapping[str, str]) -> Iterator[Fault]:
    """What is wrong with the contact that was typed, if it was."""
    phone = given.get("contact.phone", "").strip()
    if phone and not PHONE.fullmatch(phone):
        yield Fault("/contact.phone", *PHONE_UNFIT, phone[:40])
    number = given.get("contact.identity_document", "").strip()
    if not identity_documents.is_card(number):
        return
    born_on = identity_documents.born_on(number)
    if born_on is None or not identity_documents.fits(number):
        yield Fault("/contact.identity_document", *DOCUMENT_UNFIT, number)
    elif born_on.isoformat() != given.get("facts.born_on", born_on.isoformat()):
        yield Fault("/contact.identity_document", *BORN_OTHERWISE, number)
