"""Whoever does something in the worked example holds the role for it, and held it before."""

import pytest
from msgspec.structs import replace

from ledger.deciding.answers import Accepted
from ledger.demo import names
from ledger.demo.case import first_of, steps
from ledger.demo.offices import ADMINISTRATOR, office
from ledger.demo.rows import WORKED_EXAMPLE, read
from ledger.demo.scale import loading
from ledger.domain.administrators import AppointFirst
from ledger.domain.authority import Role
from ledger.domain.canteens import CloseClaims
from ledger.domain.catalogue import NAME_OF_COMMAND
from ledger.domain.community_records import SHANGHAI
from ledger.domain.roles import ROLES_OF
from ledger.domain.values import local_day
from ledger.projections import grants
from ledger.projections.grants import Grant
from ledger.projections.reading import reading_for_the_town
from ledger.projections.view import NOW
from ledger.running import Running
from tests.demo.conftest import Example


def granted(here: Running) -> tuple[Grant, ...]:
    """Who holds what at the end of the example."""
    with reading_for_the_town(here.datastore) as connection:
        return grants.held(connection, NOW, reach=None, limit=500, after=None)


def test_each_step_is_by_somebody_who_held_a_role_for_it(example: Example) -> None:
    loaded, here = example
    held = granted(here)
    done = [step for step, answer in loaded.others if isinstance(answer, Accepted)]
    happened = {row for row, answer in loaded.answers.items() if isinstance(answer, Accepted)}
    done += [step for step in steps(loaded.case) if step.judged and step.row in happened]
    assert len(done) > 100
    for step in done:
        enough, day = (
            ROLES_OF[NAME_OF_COMMAND[type(step.command)]].roles,
            local_day(step.at, SHANGHAI),
        )
        hers = {each.role for each in held if each.person == step.actor and each.granted_on <= day}
        assert isinstance(step.command, AppointFirst) or hers & enough, step


def test_nobody_holds_two_roles_and_each_works_in_one_community(example: Example) -> None:
    _, here = example
    held = granted(here)
    for row, role, home in (
        ("JN-WINDOW", Role.canteen_clerk, "jinning"),
        ("JN-CHECKER", Role.settlement_checker, "jinning"),
        ("XH-DIRECTOR", Role.approver, "xianhu"),
        ("XL-CASHIER", Role.cashier, "xilian"),
        ("XH-MANAGER", Role.fund_manager, "xianhu"),
        ("XL-REGISTRAR", Role.registrar, "xilian"),
    ):
        hers = [(each.role, each.community) for each in held if each.person == names.person(row)]
        assert hers == [(role, names.community(home))], row
    roles = {each.person: {every.role for every in held if every.person == each.person}
             for each in held}  # fmt: skip
    assert all(len(each) == 1 for each in roles.values())
    assert roles[ADMINISTRATOR] == {Role.administrator}
    assert roles[office(Role.leader)] == {Role.leader}


def test_a_demo_of_another_version_is_left_alone(example: Example) -> None:
    """Under other keys all would be entered once more, and the funds would hold twice as much."""
    loaded, here = example
    loading.must_fit(here, first_of(loaded.case))
    with pytest.raises(loading.HoldsSomethingElse):
        loading.must_fit(here, first_of(replace(loaded.case, opening_minutes={})))


def test_who_presents_a_month_is_not_who_closes_its_claims() -> None:
    case = read(WORKED_EXAMPLE)
    windows = {names.person(row.submitted_by) for row in case.settlements}
    closing = [step for step in steps(case) if isinstance(step.command, CloseClaims)]
    assert closing
    assert not windows & {step.actor for step in closing}
