"""People and papers for stories about the vault, and the way they get in."""

import base64
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from ledger.domain.facts import Contact, FactSheet, Hardship, HardshipSpell, Residence
from ledger.domain.values import CommunityId, PersonId
from ledger.vault.sealing import Draft, Sealing
from ledger.vault.sheets import Paper, prepare
from ledger.vault.vault import Vault

STORE = """
SELECT vault.store(
    %s::text[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::int[], %s::bytea[],
    %s::text[], %s::text[], %s::bytea[]
), vault.unlist(%s::text[]), vault.forget(%s::text[])
"""


def person(number: int) -> PersonId:
    return PersonId(str(UUID(int=number, version=4)))


CHEN = person(1)
LIANG = person(2)
HER_FACTS = FactSheet(
    born_on=date(1941, 2, 28),
    habitual=(Residence(CommunityId("jinning"), since=date(1999, 1, 1)),),
    hardships=(HardshipSpell(Hardship.living_alone),),
)
HER_CONTACT = Contact("陈𠮷芬", "13800138000")
HIS_FACTS = FactSheet(born_on=date(1950, 12, 31))


def store(connection: Connection[Any], sealing: Sealing) -> None:
    connection.execute(STORE, sealing.arrays())


def record(
    vault: Vault,
    connection: Connection[Any],
    whose: PersonId,
    papers: Collection[tuple[int, Paper]],
    *,
    registered: bool = True,
) -> None:
    """Put numbered papers of one person into the vault, as an append would."""
    drafts = [Draft(whose, version, prepare(paper)) for version, paper in papers]
    store(connection, vault.seal(connection, drafts, [whose] if registered else []))


def record_chen(vault: Vault, connection: Connection[Any]) -> None:
    record(vault, connection, CHEN, [(1, HER_FACTS), (1, HER_CONTACT)])


def spellings(text: bytes) -> tuple[bytes, bytes, bytes]:
    """How a dump may have it: as it is, in hexadecimal, in base64."""
    return text, text.hex().encode(), base64.b64encode(text)[:-4]


def dump(connection: Connection[Any], schema: str) -> bytes:
    """Every table of the schema as text, and every byte string in it as bytes."""
    tables = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", [schema]
    ).fetchall()
    assert tables
    found = []
    for (table,) in tables:
        for row in connection.execute(SQL("SELECT * FROM {}").format(Identifier(schema, table))):
            found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
        texts = SQL("SELECT t::text FROM {} AS t").format(Identifier(schema, table))
        found += [str(text).encode() for (text,) in connection.execute(texts)]
    return b"\n".join(found)
