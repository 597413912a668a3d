"""Whether the vault holds the papers that the log commits to: each opens, and is the one meant.

Of whoever was forgotten it holds nothing, and the log says that she was: a paper does not go by
itself, nor by the hand of somebody who has the database.

A sheet that was exchanged would price meals by other facts; one that is missing leaves a person
without any. The commitments are in events, where nobody can change them unnoticed.
"""

from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from psycopg import Connection

from ledger.domain import forgetting
from ledger.domain.catalogue import NAME_OF_EVENT
from ledger.domain.objection_records import ObjectionRaised
from ledger.domain.person_records import ContactRecorded, FactsRecorded, PersonRegistered
from ledger.domain.rights_records import PersonErased
from ledger.domain.service_records import LateServiceRecorded
from ledger.domain.values import PersonId
from ledger.store.codec import decode_event
from ledger.store.recorder import LedgerRecorder
from ledger.vault.connections import cursor_of
from ledger.vault.errors import VaultError
from ledger.vault.sheets import Opened, PaperKind, PaperName
from ledger.vault.vault import Vault

RUN: Final = 5_000
WRONG_MOST: Final = 100
ERASED: Final = NAME_OF_EVENT[PersonErased]
NAMES: Final = frozenset(
    {
        "person-registered.v1",
        "facts-recorded.v1",
        "contact-recorded.v1",
        "late-service-recorded.v1",
        "objection-raised.v1",
    }
)

_LEFT: Final = """
SELECT person FROM vault.person_key WHERE person = ANY (%s)
UNION SELECT person FROM unnest(%s::text[]) AS said (person)
      WHERE person NOT IN (SELECT person FROM vault.forgotten)
"""
_HELD: Final = "SELECT person FROM vault.person_key WHERE person = ANY (%s)"
_FORGOTTEN: Final = "SELECT person FROM vault.forgotten ORDER BY person"


class WrongPaper(NamedTuple):
    """The position of the event that commits to it, and what is wrong."""

    position: int
    en: str
    zh: str


Committed = dict[PaperName, tuple[int, str]]
"""What the log says of a paper: the position, and the commitment."""


def check_papers(
    recorder: LedgerRecorder,
    vault: Vault,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Iterator[WrongPaper]:
    """Open every paper that the log names; at most a hundred that are wrong are told."""
    return islice(_wrong(recorder, vault, progress), WRONG_MOST)


def _wrong(
    recorder: LedgerRecorder, vault: Vault, progress: Callable[[int, int], None]
) -> Iterator[WrongPaper]:
    done, total = 0, recorder.max_notification_id() or 0
    forgotten: dict[PersonId, int] = {}
    gone = _gone(recorder)
    while run := recorder.read(done, RUN):
        committed: Committed = {}
        for position, _, _, _, name, state in run:
            if name in NAMES:
                committed |= _committed(position, decode_event(name, state))
            if name == ERASED:
                for person in forgetting.forgotten([decode_event(name, state)]):
                    forgotten[person] = position
        kept = {name: said for name, said in committed.items() if name.person not in gone}
        yield from _wrong_of(kept, recorder, vault)
        done = run[-1][0]
        progress(done, total)
    yield from _wrongly_forgotten(forgotten, recorder)


def _gone(recorder: LedgerRecorder) -> frozenset[PersonId]:
    with recorder.datastore.get_connection() as connection, cursor_of(connection) as cursor:
        return frozenset(PersonId(person) for (person,) in cursor.execute(_FORGOTTEN))


def _wrongly_forgotten(said: dict[PersonId, int], recorder: LedgerRecorder) -> Iterator[WrongPaper]:
    """What is left of whom the log forgets, and who is gone though the log does not say so."""
    persons = list(said)
    with recorder.datastore.get_connection() as connection, cursor_of(connection) as cursor:
        left = cursor.execute(_LEFT, (persons, persons)).fetchall()
    for (person,) in left:
        en = f"The vault has not forgotten person {person}."
        yield WrongPaper(said[person], en, "保险库未删除已注销人员的资料。")
    for person in sorted(_gone(recorder) - said.keys()):
        en = f"The vault has forgotten person {person}, and the log does not say so."
        yield WrongPaper(0, en, "保险库删除了日志未注销人员的资料。")


def _committed(position: int, event: object) -> Committed:
    match event:
        case PersonRegistered():
            name = PaperName(event.person, PaperKind.contact, event.contact_version)
            return {name: (position, event.contact_commitment)}
        case ContactRecorded():
            name = PaperName(event.person, PaperKind.contact, event.version)
            return {name: (position, event.commitment)}
        case FactsRecorded():
            name = PaperName(event.person, PaperKind.facts, event.version)
            return {name: (position, event.commitment)}
        case LateServiceRecorded() | ObjectionRaised():
            name = PaperName(event.person, PaperKind.note, event.note_version)
            return {name: (position, event.note_commitment)}
        case _:
            return {}


def _wrong_of(committed: Committed, recorder: LedgerRecorder, vault: Vault) -> Iterator[WrongPaper]:
    """Together first, because that is one query; one by one where a paper among them is unsound."""
    try:
        yield from _compared(committed, recorder, vault)
    except VaultError as fault:
        if len(committed) == 1:
            for position, _ in committed.values():
                yield WrongPaper(position, f"{fault}", "保险库中的文件无法打开。")
            return
        for name, commitment in committed.items():
            yield from _wrong_of({name: commitment}, recorder, vault)


def _compared(committed: Committed, recorder: LedgerRecorder, vault: Vault) -> list[WrongPaper]:
    vault.forget_all()
    with recorder.datastore.get_connection() as connection:
        opened = vault.load(connection, committed)
    wrong = []
    for name, (position, commitment) in committed.items():
        told = f"{name.kind} {name.version} of person {name.person}"
        if name not in opened:
            en = f"The vault does not hold {told}."
            wrong.append(WrongPaper(position, en, f"保险库缺少文件 {name.kind} {name.version}。"))
        elif opened[name].commitment != commitment:
            en = f"The vault holds another {told} than was recorded here."
            zh = f"保险库中的文件 {name.kind} {name.version} 已被调换。"
            wrong.append(WrongPaper(position, en, zh))
    return wrong


def still_held(connection: Connection[Any], persons: Collection[PersonId]) -> frozenset[PersonId]:
    """Of these persons those of whom the vault holds anything."""
    with cursor_of(connection) as cursor:
        found = cursor.execute(_HELD, (list(persons),)).fetchall()
    return frozenset(PersonId(person) for (person,) in found)


def readable(
    recorder: LedgerRecorder, vault: Vault, names: Collection[PaperName]
) -> dict[PaperName, Opened]:
    """Those of the papers that are there and open; one by one where one among them does not."""
    vault.forget_all()
    try:
        with recorder.datastore.get_connection() as connection:
            return vault.load(connection, names)
    except VaultError:
        if len(names) <= 1:
            return {}
    opened: dict[PaperName, Opened] = {}
    for name in names:
        opened |= readable(recorder, vault, (name,))
    return opened
