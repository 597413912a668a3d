"""Whatever a rule refuses because of who asks is found when it was written past all rules.

The pairs are those of the rules' own stories: where one person is refused and another accepted, the
event that the other wrote is put into the log as the one's.
"""

import ast
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from ledger.audit.consequences import FOLLOWS
from ledger.audit.duties import CHECKED, UNCHECKED
from ledger.audit.flaws import Flaw
from ledger.audit.hands import Sheets
from ledger.domain import permissions
from ledger.domain.facts import FactSheet
from ledger.domain.fund_records import ReceiptReversed
from ledger.domain.people import stream
from ledger.domain.person_records import FactsRecorded
from ledger.domain.refusals import Code
from ledger.domain.values import Count, PersonId
from tests.audit.duty_logs import Written, codes, flaws, forged, log, step, told
from tests.domain.shift_stories import CHEN as VOLUNTEER
from tests.domain.shift_stories import LONG_AGO
from tests.domain.test_beneficiaries import HERS, REGISTERING, RELATED, sheet
from tests.domain.test_pairs_of_persons import BOTH, SAME, Pair
from tests.domain.test_wrong_states_of_duplicates import merged, separated
from tests.story import SOMEBODY

PAIRS = BOTH | {f"{name}, for herself": pair for name, pair in HERS.items()}


def sheet_recorded(person: PersonId, version: int = 1) -> Written:
    event = FactsRecorded(person, Count(version), "commitment", LONG_AGO)
    return Written((stream(person), event))


def found(
    pair: Pair,
    by: PersonId,
    *before: Written,
    decided: PersonId | None = None,
    sheets: Sheets | None = None,
    in_the_envelope_alone: bool = False,
) -> list[Flaw]:
    """What is told of the step as one person took it, when another says that she did it."""
    at = pair.row.at + pair.later
    happened = pair.row.reach().ledger.happened
    allowed = decided or pair.other
    decision = [each for each in pair.taken(allowed).decision if not taken_out(each[1])]
    said = decision if in_the_envelope_alone else list(forged(decision, allowed, by))
    planted = step(pair.step, said, by, at)
    events = log(*told(happened, pair.row.at), *before, *planted)
    first = len(events) - len(decision)
    return [flaw for flaw in flaws(events, sheets) if flaw.position > first]


def taken_out(event: object) -> bool:
    """Cash that is gone is anybody's to withdraw, be it gone by the same command."""
    return isinstance(event, ReceiptReversed)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_what_the_one_wrote_is_found_and_what_the_other_wrote_is_sound(pair: Pair) -> None:
    assert found(pair, pair.other) == []
    planted = found(pair, pair.one)
    assert pair.code in codes(planted), planted
    assert all(re.search("[\u4e00-\u9fff]", flaw.zh) for flaw in planted)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_it_is_found_too_where_only_the_envelope_was_exchanged(pair: Pair) -> None:
    assert pair.code in codes(found(pair, pair.one, in_the_envelope_alone=True))


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_whoever_takes_her_own_word_back_breaks_no_duty(pair: Pair) -> None:
    assert found(pair, pair.one, decided=pair.one) == []


@pytest.mark.parametrize("declared_by", ["the one", "the other"])
@pytest.mark.parametrize("pair", HERS.values(), ids=HERS)
def test_what_a_relation_wrote_is_found_whoever_declared_it(pair: Pair, declared_by: str) -> None:
    who, other = (VOLUNTEER, SOMEBODY) if declared_by == "the one" else (SOMEBODY, VOLUNTEER)
    planted = found(pair, SOMEBODY, sheet_recorded(who), sheets={(who, 1): sheet(other)})
    assert codes(planted) == {RELATED[pair.code]}


ANOTHER = PersonId("00000000-0000-4000-8000-0000000000e0")


@pytest.mark.parametrize("name", [name for name in HERS if name not in REGISTERING])
def test_who_decided_for_herself_under_another_id_is_found_from_the_merge_on(name: str) -> None:
    pair = HERS[name]
    kept = [Written(each) for each in merged(SOMEBODY, VOLUNTEER)]
    assert codes(found(pair, SOMEBODY, *kept)) == {pair.code}
    as_duplicate = [Written(each) for each in merged(VOLUNTEER, SOMEBODY)]
    assert codes(found(pair, SOMEBODY, *as_duplicate)) == {pair.code}
    parted = [Written(each) for each in separated(SOMEBODY, VOLUNTEER)]
    assert found(pair, SOMEBODY, *kept, *parted) == []
    others = [Written(each) for each in merged(SOMEBODY, ANOTHER)]
    related = found(
        pair,
        SOMEBODY,
        *others,
        sheet_recorded(VOLUNTEER),
        sheets={(VOLUNTEER, 1): sheet(ANOTHER)},
    )
    assert codes(related) == {RELATED[pair.code]}


RELEASE = HERS["releases"]
FIRST, SECOND = sheet_recorded(VOLUNTEER), sheet_recorded(VOLUNTEER, 2)
DECLARED: FactSheet = sheet(SOMEBODY)


def test_the_newest_sheet_by_then_tells_the_relations() -> None:
    """A relation that is not declared any more, or only later, keeps nobody from deciding."""
    sheets = {(VOLUNTEER, 1): DECLARED, (VOLUNTEER, 2): sheet()}
    assert found(RELEASE, SOMEBODY, FIRST, sheets=sheets)
    assert found(RELEASE, SOMEBODY, FIRST, SECOND, sheets=sheets) == []
    assert found(RELEASE, SOMEBODY, SECOND, FIRST, sheets=sheets)


def test_of_a_sheet_that_was_erased_nothing_is_said() -> None:
    assert found(RELEASE, SOMEBODY, FIRST, sheets={}) == []
    assert found(RELEASE, SOMEBODY, FIRST, SECOND, sheets={(VOLUNTEER, 1): DECLARED}) == []


# -- nothing is left out -------------------------------------------------------------------------

ASKED_TWICE = {
    "credit_entry_must_not_be_reversed_twice",
    "objection_must_be_open",
    "opening_minutes_must_be_imported_first",
    "person_must_be_known",
}
"""What the functions below refuse too, whoever asks."""

OF_A_SLIP = {"slip_must_be_used_by_the_person_herself", "slip_must_be_countersigned_first"}
"""Of what the sign-in service reports, whoever asks: see `test_duties_of_accounts`."""

OF_TWO = "move_must_not_carry_out_a_change"
"""Whoever asks: what two decided is undone by two."""


def compares_the_actor(node: ast.AST) -> bool:
    return isinstance(node, ast.Compare) and any(
        isinstance(each, ast.Name | ast.Attribute) and ast.unparse(each).endswith("actor")
        for each in ast.walk(node)
    )


def refused_for_the_actor() -> Iterator[str]:
    """The codes in each function of a rule that compares whoever asks with somebody."""
    for path in Path(permissions.__file__).parent.glob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            nodes = list(ast.walk(function)) if isinstance(function, ast.FunctionDef) else []
            if any(map(compares_the_actor, nodes)):
                names = [ast.unparse(each) for each in nodes if isinstance(each, ast.Attribute)]
                yield from (name.removeprefix("Code.") for name in names if "Code." in name)


def test_no_rule_about_persons_is_left_out() -> None:
    """A new refusal of whoever asks is asked again on replay, or it is said why not."""
    of_persons = {code.name for code in Code if code.status == HTTPStatus.FORBIDDEN}
    told = {code.name for code in CHECKED | UNCHECKED.keys()}
    assert of_persons <= told
    compared = set(refused_for_the_actor())
    assert "settlement_steps_must_be_by_different_persons" in compared
    assert compared - ASKED_TWICE <= told
    assert CHECKED.isdisjoint(UNCHECKED)


def test_each_rule_that_is_asked_again_is_broken_by_some_plant() -> None:
    shown = {pair.code for pair in PAIRS.values()} | set(RELATED.values())
    of_the_system = {each.code.name for each in FOLLOWS.values()}
    assert {code.name for code in CHECKED} == shown | of_the_system | {OF_TWO} | OF_A_SLIP
