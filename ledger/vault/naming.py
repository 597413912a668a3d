"""Naming: how persons stand in a public list, by the newest of their papers.

Nobody is named who is under age on the day, or whose papers are gone. Names leave here masked.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain import masking
from ledger.domain.facts import Contact, FactSheet
from ledger.domain.masking import MaskedName
from ledger.domain.values import PersonId
from ledger.vault.sheets import PaperKind
from ledger.vault.vault import Vault

PAPERS: Final[tuple[PaperKind, ...]] = (PaperKind.contact, PaperKind.facts)


def public_names(
    vault: Vault, connection: Connection[Any], persons: Collection[PersonId], day: date
) -> dict[PersonId, MaskedName]:
    """The masked names of one list; who is not to be named is left out.

    Raises KeyMissing, PaperUnreadable.
    """
    opened = vault.latest(connection, persons, PAPERS)
    papers = [(name.person, one.paper) for name, one in opened.items()]
    grown_up = {
        person
        for person, paper in papers
        if isinstance(paper, FactSheet) and masking.may_be_named(paper.born_on, day)
    }
    return masking.labels(
        {
            person: paper.name
            for person, paper in papers
            if isinstance(paper, Contact) and person in grown_up
        }
    )
