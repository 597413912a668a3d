"""Origins: the log takes another name by two persons; a restore erases again whom it brought."""

from dataclasses import replace
from datetime import date

from ledger.domain import origins, people
from ledger.domain.identity_records import DuplicateMerged, PersonsMerged
from ledger.domain.origins import (
    ApproveOrigin,
    ErasedSince,
    LogRestored,
    NoteRestore,
    OriginBegun,
    OriginProposed,
    OriginReason,
    ProposeOrigin,
    SignedLog,
)
from ledger.domain.rights_records import ErasureBasis, PersonErased
from ledger.domain.values import SYSTEM, Count, LogOrigin, PersonId, Sha256
from tests.domain.shift_stories import CHEN, JINNING_EVENT
from tests.domain.states import Cell, Machine, Row, each_cell, must_answer, must_be_total
from tests.story import SOMEBODY, Given, Ledger, Told, given

FIRST, SECOND, THIRD = map(LogOrigin, ("a.example/1", "a.example/2", "a.example/3"))
BEFORE = SignedLog(FIRST, Count(70), Sha256("5e" * 32))
OFFICER = PersonId("00000000-0000-4000-8000-0000000000a1")
ALIAS = PersonId("00000000-0000-4000-8000-0000000000a2")
TODAY = date(2026, 3, 2)
BASIS = ErasureBasis.consent_withdrawn

propose = ProposeOrigin(SECOND, OriginReason.older_backup, BEFORE)
approve = ApproveOrigin(SECOND)
restore = NoteRestore(Count(60), (ErasedSince(CHEN, BASIS),))
PROPOSED = OriginProposed(SECOND, OriginReason.older_backup, BEFORE, OFFICER, TODAY)
BEGUN = OriginBegun(SECOND, OriginReason.older_backup, BEFORE, TODAY)


def told(*events: object) -> Row:
    return Row(lambda: given(*((origins.STREAM, each) for each in events)))


def stage_of_the_log(ledger: Ledger) -> str:
    found = ledger[origins.STREAM]
    if found.proposal is not None:
        return "proposed"
    return "renamed" if found.begun else "first"


ORIGIN = Machine(
    nouns=("origins",),
    stage_of=stage_of_the_log,
    rows={
        "first": told(),
        "first.restored": told(LogRestored(Count(60), TODAY)),
        "proposed": told(PROPOSED),
        "proposed.another": told(replace(PROPOSED, origin=THIRD)),
        "renamed": told(PROPOSED, BEGUN),
        "renamed.restored": told(PROPOSED, BEGUN, LogRestored(Count(60), TODAY)),
    },
    asked=((restore, SYSTEM), (propose, OFFICER), (approve, SOMEBODY)),
    words={"new": "origin_must_be_new", "first": "origin_must_be_proposed_first"},
    table="""
                      note-restore  propose    approve
    first             >first        >proposed  first
    first.restored    >first        >proposed  first
    proposed          >proposed     >proposed  >renamed
    proposed.another  >proposed     >proposed  first
    renamed           >renamed      new        first
    renamed.restored  >renamed      new        first
    """,
)


@each_cell(ORIGIN)
def test_a_name_is_proposed_and_begun_once(cell: Cell) -> None:
    must_answer(ORIGIN, cell)


def test_the_table_of_origins_is_total() -> None:
    must_be_total(ORIGIN)


def proposed() -> Told:
    return given().when(propose, by=OFFICER)


def test_a_proposal_says_what_was_signed_last_and_who_made_it() -> None:
    proposed().then(PROPOSED)


def test_another_person_begins_it() -> None:
    given(proposed()).when(approve).then(BEGUN)


def test_nobody_approves_what_she_proposed() -> None:
    given(proposed()).when(approve, by=OFFICER).refused("origin_must_be_approved_by_another_person")


def test_nor_does_she_under_her_other_id() -> None:
    merged = (people.stream(OFFICER), PersonsMerged(OFFICER, ALIAS, TODAY))
    twin = (people.stream(ALIAS), DuplicateMerged(ALIAS, OFFICER, TODAY))
    story = given(proposed(), merged, twin)
    story.when(approve, by=ALIAS).refused("origin_must_be_approved_by_another_person")


def test_a_log_does_not_go_on_under_the_name_it_has_or_had() -> None:
    same = replace(propose, origin=FIRST)
    given().when(same).refused("origin_must_be_new", origin=FIRST)
    later = given(proposed(), given(proposed()).when(approve))
    for name in (FIRST, SECOND):
        before = replace(BEFORE, origin=THIRD)
        again = ProposeOrigin(name, OriginReason.key_stolen, before)
        later.when(again).refused("origin_must_be_new", origin=name)


def test_only_what_stands_proposed_is_approved() -> None:
    given().when(approve).refused("origin_must_be_proposed_first", origin=SECOND)
    replaced = given(proposed(), (origins.STREAM, replace(PROPOSED, origin=THIRD)))
    replaced.when(approve).refused("origin_must_be_proposed_first", origin=SECOND)


# -- a restore -----------------------------------------------------------------------------------


def here() -> Given:
    return given(*JINNING_EVENT)


def test_a_restore_erases_again_whom_the_backup_brought_back() -> None:
    here().when(restore, by=SYSTEM).then(
        LogRestored(Count(60), TODAY), PersonErased(CHEN, BASIS, TODAY)
    )


def test_it_does_not_erase_whom_this_log_never_knew_or_has_erased() -> None:
    given().when(restore, by=SYSTEM).then(LogRestored(Count(60), TODAY))
    erased = (people.stream(CHEN), PersonErased(CHEN, BASIS, TODAY))
    gone = given(*JINNING_EVENT, erased)
    gone.when(restore, by=SYSTEM).then(LogRestored(Count(60), TODAY))
