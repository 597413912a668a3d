"""Naming: who stands in a public list, and how, by the newest papers and on the day it is shown."""

from datetime import date
from typing import Any, Self

import pytest
from psycopg import Connection, Cursor

from ledger.domain.facts import Contact, FactSheet
from ledger.vault.naming import public_names
from ledger.vault.sheets import Paper, PaperKind, PaperName
from ledger.vault.vault import Vault
from tests.vault.papers import CHEN, HER_CONTACT, HER_FACTS, LIANG, person, record, record_chen

TODAY = date(2026, 3, 2)
GROWN_UP = FactSheet(born_on=date(2008, 3, 2))
Owner = Connection[Any]


def test_persons_are_named_masked_and_told_apart(vault: Vault, owner: Owner) -> None:
    record_chen(vault, owner)
    record(vault, owner, LIANG, [(1, GROWN_UP), (1, Contact("陈大芬"))])
    assert public_names(vault, owner, {CHEN, LIANG}, TODAY) == {
        CHEN: "陈*芬(1)",
        LIANG: "陈*芬(2)",
    }
    assert public_names(vault, owner, {CHEN}, TODAY) == {CHEN: "陈*芬"}
    assert public_names(vault, owner, (), TODAY) == {}


def test_a_minor_is_not_named_until_the_day_on_which_she_is_eighteen(
    vault: Vault, owner: Owner
) -> None:
    record(vault, owner, LIANG, [(1, GROWN_UP), (1, Contact("梁小妹"))])
    assert public_names(vault, owner, [LIANG], date(2026, 3, 1)) == {}
    assert public_names(vault, owner, [LIANG], TODAY) == {LIANG: "梁*妹"}


def test_the_newest_sheet_says_how_old_she_is_and_what_she_is_called(
    vault: Vault, owner: Owner
) -> None:
    papers: list[tuple[int, Paper]]
    papers = [(1, HER_FACTS), (10, GROWN_UP), (2, FactSheet(date(2010, 1, 1))), (1, HER_CONTACT)]
    record(vault, owner, CHEN, papers)
    assert public_names(vault, owner, [CHEN], date(2026, 3, 1)) == {}
    record(vault, owner, CHEN, [(2, Contact("赵一"))], registered=False)
    assert public_names(vault, owner, [CHEN], TODAY) == {CHEN: "赵*"}


@pytest.mark.parametrize("papers", [[(1, HER_FACTS)], [(1, HER_CONTACT)]])
def test_who_has_but_one_of_the_papers_is_not_named(
    vault: Vault, owner: Owner, papers: list[Any]
) -> None:
    record(vault, owner, CHEN, papers)
    assert public_names(vault, owner, [CHEN, person(9)], TODAY) == {}


class Counting(Cursor[Any]):
    """Counts what is asked."""

    asked = 0

    def execute(self, *args: Any, **named: Any) -> Self:
        Counting.asked += 1
        return super().execute(*args, **named)


def test_the_newest_papers_are_opened_with_one_question_and_none_is_remembered(
    vault: Vault, owner: Owner
) -> None:
    record_chen(vault, owner)
    record(vault, owner, LIANG, [(1, GROWN_UP), (1, Contact("梁小妹"))])
    kinds = (PaperKind.contact, PaperKind.facts)
    owner.cursor_factory, Counting.asked = Counting, 0
    found = vault.latest(owner, [CHEN, LIANG], kinds)
    assert set(found) == {PaperName(who, kind, 1) for who in (CHEN, LIANG) for kind in kinds}
    assert Counting.asked == 1
    assert vault.latest(owner, [], kinds) == {}
    assert Counting.asked == 1, "of nobody nothing is asked"
    owner.execute("DELETE FROM vault.paper WHERE person = %s", [CHEN])
    assert vault.latest(owner, [CHEN], kinds) == {}
