"""Duties about accounts: nobody lets herself in, grants to herself, or comes with another's slip.

The lines about slips are in `duty_table`; here is what compares somebody with whom an event is
about, and what a slip for the holder of an office needs.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ledger.audit.breaches import for_herself, missing, not_the_author
from ledger.audit.duty_table import COUNTERSIGNED, GOT_PRIVILEGED, OWNS, SLIP
from ledger.audit.flaws import Flaw
from ledger.audit.hands import Hands
from ledger.domain.account_records import (
    AccountEnabled,
    CardIssued,
    SlipCountersigned,
    SlipIssued,
    SlipUsed,
)
from ledger.domain.grant_records import RoleGranted
from ledger.domain.refusals import Code
from ledger.store.codec import Recorded

NOT_FOR_HERSELF: Final[Mapping[type, Code]] = MappingProxyType(
    {
        RoleGranted: Code.role_must_be_granted_by_another_person,
        SlipIssued: Code.slip_must_be_issued_by_another_person,
        SlipCountersigned: Code.slip_must_be_countersigned_by_another_person,
        AccountEnabled: Code.account_must_be_enabled_by_another_person,
        CardIssued: Code.card_must_be_issued_by_another_person,
    }
)
KINDS: Final = frozenset({*NOT_FOR_HERSELF, SlipUsed})
CODES: Final = frozenset(
    {
        *NOT_FOR_HERSELF.values(),
        Code.slip_must_be_used_by_the_person_herself,
        Code.slip_must_be_countersigned_first,
    }
)


def flaws(hands: Hands, at: Recorded) -> Iterator[Flaw]:
    """What is wrong with who did something about an account, or granted a role."""
    kind, herself = type(at.event), at.actor == at.event.person
    if kind in NOT_FOR_HERSELF and herself:
        yield for_herself(at, NOT_FOR_HERSELF[kind])
    if kind is SlipUsed:
        if not herself:
            yield not_the_author(at, OWNS, Code.slip_must_be_used_by_the_person_herself)
        if hands.who(GOT_PRIVILEGED, SLIP(at)) and not hands.who(COUNTERSIGNED, SLIP(at)):
            yield missing(at, COUNTERSIGNED, Code.slip_must_be_countersigned_first)


def note(hands: Hands, at: Recorded) -> None:
    """That a slip was for the holder of an office is remembered until it is used."""
    if isinstance(at.event, SlipIssued) and at.event.privileged:
        hands.take(GOT_PRIVILEGED, SLIP(at), (at.event.person,))
