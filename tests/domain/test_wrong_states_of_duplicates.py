"""What two ids answer when they are said to be one person's, at every stage of the two."""

from datetime import date

from ledger.domain import grant_records, people
from ledger.domain.authority import Role
from ledger.domain.decisions import Happening
from ledger.domain.duplicates import MergePersons, SeparatePersons
from ledger.domain.grant_records import RoleGranted
from ledger.domain.identity_records import (
    DuplicateMerged,
    DuplicateSeparated,
    PersonsMerged,
    PersonsSeparated,
)
from ledger.domain.values import PersonId
from tests.domain.shift_stories import CHEN, JINNING, JINNING_EVENT, WU, community, died, person
from tests.domain.states import (
    Cell,
    Machine,
    Row,
    by_anybody,
    each_cell,
    must_answer,
    must_be_total,
)
from tests.domain.test_wrong_states_of_rights import ERASED, RESTRICTED
from tests.story import Ledger, Part, given

TODAY = date(2026, 3, 2)
THIRD = PersonId("00000000-0000-4000-8000-000000000004")

merge, separate = MergePersons(CHEN, WU), SeparatePersons(CHEN, WU)


def merged(one: PersonId = CHEN, duplicate: PersonId = WU) -> tuple[Happening, Happening]:
    return (
        (people.stream(one), PersonsMerged(one, duplicate, TODAY)),
        (people.stream(duplicate), DuplicateMerged(duplicate, one, TODAY)),
    )


def separated(one: PersonId = CHEN, duplicate: PersonId = WU) -> tuple[Happening, Happening]:
    return (
        (people.stream(one), PersonsSeparated(one, duplicate, TODAY)),
        (people.stream(duplicate), DuplicateSeparated(duplicate, one, TODAY)),
    )


def row(*happened: Part) -> Row:
    return Row(lambda: given(*JINNING_EVENT, person(THIRD), *happened))


def stage_of_the_two(ledger: Ledger) -> str:
    one, other = ledger[people.stream(CHEN)], ledger[people.stream(WU)]
    if None in (one.registered_on, other.registered_on):
        return "unknown"
    if other.identity.kept_as == CHEN and WU in one.identity.duplicates:
        return "one"
    return "two" if other.identity.kept_as is None else "elsewhere"


OFFICE = (grant_records.stream(WU), RoleGranted(WU, Role.leader, JINNING, TODAY, TODAY))
ERASED_ONE = (people.stream(CHEN), ERASED)
RESTRICTED_ONE = (people.stream(CHEN), RESTRICTED)

TWO_IDS = Machine(
    nouns=("duplicates",),
    stage_of=stage_of_the_two,
    rows={
        "unknown": Row(lambda: given(*community(), person())),
        "two": row(),
        "two.again": row(merged(), separated()),
        "two.office": row(OFFICE),
        "two.one_died": row(died(WU, TODAY)),
        "two.both_died": row(died(WU, TODAY), died(CHEN, TODAY)),
        "two.keeps": row(merged(WU, THIRD)),
        "two.restricted": row(RESTRICTED_ONE),
        "two.erased": row(ERASED_ONE),
        "one": row(merged()),
        "one.restricted": row(merged(), RESTRICTED_ONE),
        "one.erased": row(merged(), ERASED_ONE),
        "elsewhere": row(merged(THIRD, WU)),
        "two.itself": row(merged(THIRD, CHEN)),
    },
    asked=by_anybody(merge, separate),
    words={
        "known": "person_must_be_known",
        "gone": "person_must_not_be_erased",
        "kept": "person_must_not_be_restricted",
        "double": "person_must_not_be_a_duplicate",
        "keeps": "duplicate_must_not_keep_others",
        "office": "duplicate_must_not_have_held_an_office",
        "deaths": "deaths_must_agree",
        "none": "duplicate_must_be_merged",
    },
    table="""
                    merge    separate
    unknown         known    known
    two             >one     none
    two.again       >one     none
    two.office      office   none
    two.one_died    deaths   none
    two.both_died   >one     none
    two.keeps       keeps    none
    two.restricted  kept     none
    two.erased      gone     gone
    one             double   >two
    one.restricted  double   >two
    one.erased      gone     gone
    elsewhere       double   none
    two.itself      double   none
    """,
)


@each_cell(TWO_IDS)
def test_two_ids_become_one_person_and_two_again(cell: Cell) -> None:
    must_answer(TWO_IDS, cell)


def test_the_table_of_duplicates_is_total() -> None:
    must_be_total(TWO_IDS)
