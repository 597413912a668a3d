"""The index: found by the whole of it and by nothing less, and nothing in it can be read."""

from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ledger.domain.facts import Contact
from ledger.domain.values import IdentityDocument, PersonId, VolunteerNumber
from ledger.vault import index
from ledger.vault.keys import FileKeyRing
from ledger.vault.reindexing import Rebuilt, rebuild_index
from ledger.vault.sealing import SearchKind
from ledger.vault.vault import Vault
from tests.vault.papers import CHEN, LIANG, person, record

Owner = Connection[Any]
DOCUMENT = IdentityDocument("44060519410228002x")
HERS = Contact("欧阳 美芬", "138-0013 8000", VolunteerNumber("Gd440600001"), DOCUMENT)
KEY = bytes(range(32))


def find(vault: Vault, connection: Owner, kind: SearchKind, text: str) -> list[PersonId]:
    return list(index.find(connection, vault.ledger_key(connection, index.KEY), kind, text))


SAME = [
    (SearchKind.name, "欧阳 美芬", "欧阳美芬"),
    (SearchKind.name, "Ｍｉｎａ Li", "minali"),
    (SearchKind.name, "阿依古丽·买买提", "阿依古丽买买提"),
    (SearchKind.phone, "138-0013 8000", "１３８００１３８０００"),
    (SearchKind.number, "GD440600001", "gd440600001"),
    (SearchKind.document, "44060519410228002X", "44060519410228002x"),
]
OTHERS = [
    (SearchKind.name, "欧阳美芬", "欧阳美"),
    (SearchKind.phone, "13800138000", "1380013800"),
    (SearchKind.document, "440605410228002", "440605194102280020"),
]


@pytest.mark.parametrize(("kind", "one", "other"), SAME)
def test_two_ways_to_write_it_are_the_same(kind: SearchKind, one: str, other: str) -> None:
    assert index.digest(KEY, kind, one) == index.digest(KEY, kind, other)


@pytest.mark.parametrize(("kind", "one", "other"), OTHERS)
def test_a_part_of_it_is_something_else(kind: SearchKind, one: str, other: str) -> None:
    assert index.digest(KEY, kind, one) != index.digest(KEY, kind, other)


def test_a_digest_is_of_its_kind_and_of_its_key() -> None:
    kinds = {index.digest(KEY, kind, "13800138000") for kind in SearchKind}
    assert len(kinds) == len(SearchKind)
    assert index.digest(bytes(32), SearchKind.phone, "13800138000") not in kinds


def test_she_is_found_by_each_and_only_by_her_newest_paper(vault: Vault, owner: Owner) -> None:
    record(vault, owner, CHEN, [(1, HERS)])
    record(vault, owner, LIANG, [(1, Contact("欧阳美芬"))])
    assert find(vault, owner, SearchKind.name, "欧阳美芬") == sorted([CHEN, LIANG])
    assert find(vault, owner, SearchKind.phone, "13800138000") == [CHEN]
    assert find(vault, owner, SearchKind.number, "GD440600001") == [CHEN]
    assert find(vault, owner, SearchKind.document, DOCUMENT) == [CHEN]
    assert find(vault, owner, SearchKind.name, DOCUMENT) == []
    record(vault, owner, CHEN, [(2, HERS), (3, Contact("欧阳芬"))], registered=False)
    assert find(vault, owner, SearchKind.name, "欧阳芬") == [CHEN]
    assert find(vault, owner, SearchKind.name, "欧阳美芬") == [LIANG]
    assert find(vault, owner, SearchKind.phone, "13800138000") == []


def test_whoever_is_forgotten_is_found_no_more(vault: Vault, owner: Owner) -> None:
    record(vault, owner, CHEN, [(1, HERS)])
    owner.execute("SELECT vault.forget(ARRAY[%s])", [CHEN])
    assert find(vault, owner, SearchKind.document, DOCUMENT) == []
    record(vault, owner, LIANG, [(1, HERS)])
    assert find(vault, owner, SearchKind.document, DOCUMENT) == [LIANG]


def test_the_table_itself_refuses_a_document_of_two(vault: Vault, owner: Owner) -> None:
    record(vault, owner, CHEN, [(1, HERS)])
    with pytest.raises(psycopg.errors.UniqueViolation):
        record(vault, owner, LIANG, [(1, HERS)])


def test_under_another_key_everybody_is_found_again_when_it_is_rebuilt(
    vault: Vault, owner: Owner
) -> None:
    record(vault, owner, CHEN, [(1, Contact("陈")), (2, HERS)])
    record(vault, owner, LIANG, [(1, Contact("梁"))])
    assert rebuild_index(owner, vault) == Rebuilt(0, ())
    vault.renew_ledger_key(owner, index.KEY)
    assert find(vault, owner, SearchKind.phone, "13800138000") == []
    assert rebuild_index(owner, vault, batch=1) == Rebuilt(2, ())
    assert find(vault, owner, SearchKind.phone, "13800138000") == [CHEN]
    assert find(vault, owner, SearchKind.name, "陈") == []
    assert find(vault, owner, SearchKind.name, "梁") == [LIANG]


def test_an_interrupted_rebuilding_goes_on_where_it_stopped(
    vault: Vault, keyring: FileKeyRing, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        record(vault, owner, person(number), [(1, Contact(f"第{number}人"))])
    vault.renew_ledger_key(owner, index.KEY)
    latest, calls = vault.latest, iter(range(6))

    def until_half_way(*arguments: Any) -> Any:
        if next(calls) == 3:
            raise KeyboardInterrupt
        return latest(*arguments)

    monkeypatch.setattr(vault, "latest", until_half_way)
    with pytest.raises(KeyboardInterrupt):
        rebuild_index(owner, vault, batch=1)
    assert rebuild_index(owner, Vault(keyring), batch=1) == Rebuilt(3, ())
    for number in range(6):
        assert find(vault, owner, SearchKind.name, f"第{number}人") == [person(number)]
