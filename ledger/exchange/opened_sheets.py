"""Fact sheets for an auditor: opened out of the vault for a bundle, and read again out of one."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from ledger.audit.bundle_sheets import Disclosed
from ledger.domain.catalogue import NAME_OF_EVENT
from ledger.domain.facts import FactSheet
from ledger.domain.person_records import FactsRecorded
from ledger.domain.values import PersonId
from ledger.running import Running
from ledger.store.codec import decode_event
from ledger.vault import sheets, views
from ledger.vault.errors import PaperUnreadable
from ledger.vault.sheets import PaperKind, PaperName

RUN: Final = 5_000
RECORDED: Final = NAME_OF_EVENT[FactsRecorded]


def opened(here: Running, auditor: PersonId, size: int) -> Iterator[Disclosed]:
    """Every fact sheet that the first so many entries name, but those of whoever was erased.

    That the auditor sees them is logged before they are told, run by run. Raises VaultError.
    """
    recorder, done = here.ledger.recorder, 0
    while done < size and (run := recorder.read(done, min(RUN, size - done))):
        names = [_name(state) for *_, name, state in run if name == RECORDED]
        with recorder.datastore.get_connection() as connection:
            told = views.disclosed(connection, here.ledger.vault, auditor, names)
        for name, disclosed in told.items():
            yield Disclosed(name.person, name.version, msgspec.Raw(disclosed.rstrip()))
        done = run[-1][0]


def _name(state: bytes) -> PaperName:
    event: Any = decode_event(RECORDED, state)
    return PaperName(event.person, PaperKind.facts, event.version)


def read(disclosed: bytes) -> tuple[FactSheet, str] | None:
    """The sheet and the commitment to it; None if this is no fact sheet."""
    try:
        found = sheets.read(PaperKind.facts, disclosed)
    except PaperUnreadable:
        return None
    return (found.paper, found.commitment) if isinstance(found.paper, FactSheet) else None
