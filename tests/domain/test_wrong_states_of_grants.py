"""What is answered to each grant, however much the person holds already."""

from ledger.domain.administrators import AppointFirst, BreakGlass
from ledger.domain.authority import Role
from ledger.domain.grant_records import TOWN, stream
from ledger.domain.grants import GrantRole, RevokeRole
from tests.domain.states import Cell, Machine, Row, each_cell, must_answer, must_be_total
from tests.domain.test_grants import CHEN, LIN, TODAY, UNREACHABLE, administers, holds
from tests.story import SOMEBODY, Given, Ledger, Part, given

appoint = AppointFirst(LIN)
break_glass = BreakGlass(LIN, UNREACHABLE)
grant, revoke = GrantRole(LIN, Role.administrator), RevokeRole(LIN, Role.administrator)


def town(*happened: Part) -> Row:
    def reach() -> Given:
        return given(*happened)

    return Row(reach)


def stage_of_the_person(ledger: Ledger) -> str:
    if not ledger[stream(LIN)].held_on(TODAY):
        return "nothing"
    return "lasting" if LIN in ledger[TOWN].lasting else "holding"


ADMINISTRATOR = Machine(
    nouns=("administrators", "grants"),
    stage_of=stage_of_the_person,
    rows={
        "nothing.at_all": town(),
        "nothing": town(*administers(CHEN)),
        "holding.a_role": town(*administers(CHEN), holds(LIN, Role.cashier)),
        "holding.a_week": town(*administers(CHEN), *administers(LIN, until=TODAY)),
        "lasting.beside_another": town(*administers(CHEN), *administers(LIN)),
        "lasting.alone": town(*administers(LIN)),
    },
    asked=tuple((each, SOMEBODY) for each in (appoint, break_glass, grant, revoke)),
    words={
        "once": "first_administrator_must_be_appointed_once",
        "first": "first_administrator_must_be_appointed_first",
        "other": "administrator_must_hold_no_other_role",
        "held": "role_must_not_be_held_already",
        "none": "role_must_be_held",
        "last": "last_administrator_must_stay",
    },
    table="""
                            appoint-first  break-glass  grant      revoke
    nothing.at_all          >lasting       first        >lasting   none
    nothing                 once           >holding     >lasting   none
    holding.a_role          once           other        other      none
    holding.a_week          once           >holding     >lasting   >nothing
    lasting.beside_another  once           held         held       >nothing
    lasting.alone           once           held         held       last
    """,
)


@each_cell(ADMINISTRATOR)
def test_administrators_come_and_go_but_the_last(cell: Cell) -> None:
    must_answer(ADMINISTRATOR, cell)


def test_the_table_of_grants_is_total() -> None:
    must_be_total(ADMINISTRATOR)
