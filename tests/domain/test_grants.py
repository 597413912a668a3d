"""Grants: by an administrator, to others, and never so that nobody is left who could grant."""

from datetime import date, timedelta

import pytest

from ledger.domain import communities, people, person_records
from ledger.domain.administrators import BREAK_GLASS_DAYS, AppointFirst, BreakGlass
from ledger.domain.authority import Role
from ledger.domain.community_records import CommunityRegistered
from ledger.domain.decisions import Happening
from ledger.domain.grant_records import (
    TOWN,
    AdministratorAppointed,
    AdministratorRemoved,
    Appointment,
    BreakGlassReason,
    BrokenGlass,
    Grants,
    RoleGranted,
    RoleRevoked,
    authority,
    evolve,
    evolve_town,
    stream,
)
from ledger.domain.grants import GrantRole, RevokeRole
from ledger.domain.person_records import DeathRecorded, Person, PersonRegistered
from ledger.domain.values import CommunityId, Count, PersonId, Title, ZoneName
from tests.story import NOON, SOMEBODY, Part, given

JINNING, XIANHU = CommunityId("jinning"), CommunityId("xianhu")
HERE, BOTH = frozenset({JINNING}), frozenset({JINNING, XIANHU})
LIN = PersonId("00000000-0000-4000-8000-00000000000a")
CHEN = PersonId("00000000-0000-4000-8000-00000000000c")
TODAY, YESTERDAY, SUMMER = date(2026, 3, 2), date(2026, 3, 1), date(2026, 6, 30)
HOME: Happening = (
    communities.stream(JINNING),
    CommunityRegistered(
        JINNING, Title("金宁社区"), Title("丹灶镇"), ZoneName("Asia/Shanghai"), TODAY
    ),
)
UNREACHABLE = BreakGlassReason.none_reachable


def holds(
    who: PersonId, role: Role, at: CommunityId | None = None, until: date | None = None
) -> Happening:
    return stream(who), RoleGranted(who, role, at, until, TODAY)


def administers(who: PersonId, until: date | None = None) -> tuple[Happening, ...]:
    appointed = AdministratorAppointed(who, Appointment.granted, until, None, TODAY)
    return holds(who, Role.administrator, until=until), (TOWN, appointed)


def died(who: PersonId) -> Happening:
    return people.stream(who), DeathRecorded(who, YESTERDAY, TODAY)


# -- granting ----------------------------------------------------------------------------------


@pytest.mark.parametrize("until", [None, TODAY, SUMMER])
def test_a_role_is_granted_for_a_community_to_a_last_day_or_for_good(until: date | None) -> None:
    told = given(HOME).when(GrantRole(LIN, Role.leader, JINNING, until))
    told.then(RoleGranted(LIN, Role.leader, JINNING, until, TODAY))


def test_whoever_is_to_grant_for_the_town_is_known_to_the_town() -> None:
    given(HOME).when(GrantRole(LIN, Role.administrator)).then(
        RoleGranted(LIN, Role.administrator, None, None, TODAY),
        AdministratorAppointed(LIN, Appointment.granted, None, None, TODAY),
    )
    here = given(HOME).when(GrantRole(LIN, Role.administrator, JINNING))
    here.then(RoleGranted(LIN, Role.administrator, JINNING, None, TODAY))


def test_nobody_grants_to_herself() -> None:
    asked = GrantRole(LIN, Role.auditor)
    given(HOME, *administers(LIN)).when(asked, by=LIN).refused(
        "role_must_be_granted_by_another_person"
    )
    given(HOME).when(asked, by=LIN).refused("role_must_be_granted_by_another_person")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.administrator, Role.volunteer}))
def test_whoever_grants_holds_nothing_else_anywhere(role: Role) -> None:
    given(HOME, *administers(LIN)).when(GrantRole(LIN, role, JINNING)).refused(
        "administrator_must_hold_no_other_role", roles="administrator"
    )
    given(HOME, holds(LIN, role, JINNING)).when(GrantRole(LIN, Role.administrator)).refused(
        "administrator_must_hold_no_other_role", roles=role
    )


def test_she_may_volunteer_like_everybody() -> None:
    given(HOME, *administers(LIN)).when(GrantRole(LIN, Role.volunteer, JINNING)).then(
        RoleGranted(LIN, Role.volunteer, JINNING, None, TODAY)
    )


def test_a_role_that_ended_does_not_stand_in_the_way() -> None:
    before = holds(LIN, Role.auditor, until=YESTERDAY)
    told = given(HOME, before).when(GrantRole(LIN, Role.administrator))
    assert len(told.events) == 2


REFUSED: list[tuple[str, tuple[Part, ...], GrantRole]] = [
    ("community_must_be_known", (), GrantRole(LIN, Role.leader, XIANHU)),
    ("role_must_not_have_ended", (), GrantRole(LIN, Role.leader, JINNING, YESTERDAY)),
    ("person_must_be_alive", (died(LIN),), GrantRole(LIN, Role.leader)),
    (
        "role_must_not_be_held_already",
        (holds(LIN, Role.leader, JINNING),),
        GrantRole(LIN, Role.leader, JINNING),
    ),
]


@pytest.mark.parametrize(("code", "happened", "asked"), REFUSED)
def test_what_cannot_be_granted(code: str, happened: tuple[Part, ...], asked: GrantRole) -> None:
    given(HOME, *happened).when(asked).refused(code)


def test_the_last_day_of_a_role_may_be_changed() -> None:
    held = holds(LIN, Role.leader, JINNING)
    given(HOME, held).when(GrantRole(LIN, Role.leader, JINNING, SUMMER)).then(
        RoleGranted(LIN, Role.leader, JINNING, SUMMER, TODAY)
    )


# -- the last administrator ----------------------------------------------------------------------


def test_a_role_is_revoked_where_it_is_held() -> None:
    held = holds(LIN, Role.leader, JINNING)
    given(held).when(RevokeRole(LIN, Role.leader, JINNING)).then(
        RoleRevoked(LIN, Role.leader, JINNING, TODAY)
    )
    given(held).when(RevokeRole(LIN, Role.leader)).refused("role_must_be_held", roles="leader")
    given().when(RevokeRole(LIN, Role.leader, JINNING)).refused("role_must_be_held")


def test_the_last_administrator_stays() -> None:
    alone = given(*administers(LIN))
    alone.when(RevokeRole(LIN, Role.administrator)).refused("last_administrator_must_stay")
    alone.when(RevokeRole(LIN, Role.administrator), by=LIN).refused("last_administrator_must_stay")
    alone.when(GrantRole(LIN, Role.administrator, until=SUMMER)).refused(
        "last_administrator_must_stay"
    )


def test_one_of_two_may_go() -> None:
    two = given(*administers(LIN), *administers(CHEN))
    two.when(RevokeRole(LIN, Role.administrator), by=LIN).then(
        RoleRevoked(LIN, Role.administrator, None, TODAY), AdministratorRemoved(LIN, TODAY)
    )


@pytest.mark.parametrize(
    "other", [(*administers(CHEN), died(CHEN)), administers(CHEN, until=SUMMER)]
)
def test_one_who_is_dead_or_has_a_last_day_is_no_other(other: tuple[Part, ...]) -> None:
    story = given(*administers(LIN), *other)
    story.when(RevokeRole(LIN, Role.administrator)).refused("last_administrator_must_stay")


def test_administrators_of_a_community_come_and_go() -> None:
    given(holds(LIN, Role.administrator, JINNING)).when(
        RevokeRole(LIN, Role.administrator, JINNING)
    ).then(RoleRevoked(LIN, Role.administrator, JINNING, TODAY))


# -- at the machine ------------------------------------------------------------------------------


def test_the_first_administrator_is_appointed_once_for_ever() -> None:
    told = given().when(AppointFirst(LIN))
    told.then(
        AdministratorAppointed(LIN, Appointment.first, None, None, TODAY),
        RoleGranted(LIN, Role.administrator, None, None, TODAY),
    )
    gone = (TOWN, AdministratorRemoved(LIN, TODAY))
    given(told, gone).when(AppointFirst(CHEN)).refused("first_administrator_must_be_appointed_once")


def test_the_glass_is_broken_for_a_week_and_everybody_may_know() -> None:
    story = given(*administers(LIN))
    until = TODAY + timedelta(days=BREAK_GLASS_DAYS)
    told = story.when(BreakGlass(CHEN, UNREACHABLE))
    told.then(
        AdministratorAppointed(CHEN, Appointment.break_glass, until, UNREACHABLE, TODAY),
        RoleGranted(CHEN, Role.administrator, None, until, TODAY),
    )
    ledger = given(*administers(LIN), told).ledger
    assert ledger[TOWN].broken_glass == (BrokenGlass(TODAY, UNREACHABLE, until),)
    assert ledger[TOWN].lasting == {LIN}


def test_there_is_no_glass_before_the_first_and_none_for_whom_it_would_shorten() -> None:
    given().when(BreakGlass(LIN, UNREACHABLE)).refused(
        "first_administrator_must_be_appointed_first"
    )
    given(*administers(LIN)).when(BreakGlass(LIN, UNREACHABLE)).refused(
        "role_must_not_be_held_already"
    )


def test_whoever_is_appointed_at_the_machine_holds_nothing_else_and_is_alive() -> None:
    begun = administers(CHEN)
    for held, code in (
        (holds(LIN, Role.cashier), "administrator_must_hold_no_other_role"),
        (died(LIN), "person_must_be_alive"),
    ):
        given(held).when(AppointFirst(LIN)).refused(code)
        given(*begun, held).when(BreakGlass(LIN, UNREACHABLE)).refused(code)


# -- what she may do -----------------------------------------------------------------------------


def folded(*events: RoleGranted | RoleRevoked) -> Grants:
    grants = Grants()
    for event in events:
        grants = evolve(grants, event)
    return grants


def test_what_is_held_ends_with_its_last_day_and_reaches_as_far_as_all_grants_together() -> None:
    grants = folded(
        RoleGranted(LIN, Role.leader, JINNING, TODAY, TODAY),
        RoleGranted(LIN, Role.leader, XIANHU, None, TODAY),
        RoleGranted(LIN, Role.auditor, JINNING, None, TODAY),
        RoleGranted(LIN, Role.auditor, None, TODAY, TODAY),
    )
    assert grants.held_on(TODAY) == {Role.leader: BOTH, Role.auditor: None}
    assert grants.held_on(SUMMER) == {
        Role.leader: frozenset({XIANHU}),
        Role.auditor: HERE,
    }
    assert folded(RoleGranted(LIN, Role.leader, None, None, TODAY)).trusted_on(TODAY)
    assert not folded(RoleGranted(LIN, Role.volunteer, None, None, TODAY)).trusted_on(TODAY)


def test_every_registered_person_is_a_volunteer_at_home() -> None:
    here = person_records.evolve(Person(), PersonRegistered(LIN, JINNING, Count(1), "", TODAY))
    assert authority(LIN, Grants(), here, TODAY).held == {Role.volunteer: HERE}
    elsewhere = folded(RoleGranted(LIN, Role.volunteer, XIANHU, None, TODAY))
    assert authority(LIN, elsewhere, here, TODAY).held == {Role.volunteer: BOTH}
    assert authority(LIN, Grants(), Person(), TODAY).held == {}


def test_the_dead_do_nothing() -> None:
    here = person_records.evolve(Person(), PersonRegistered(LIN, JINNING, Count(1), "", TODAY))
    dead = person_records.evolve(here, DeathRecorded(LIN, YESTERDAY, TODAY))
    grants = folded(RoleGranted(LIN, Role.auditor, None, None, TODAY))
    assert authority(LIN, grants, dead, TODAY).held == {}


def test_whoever_is_removed_lasts_no_more() -> None:
    town = evolve_town(
        given(*administers(LIN)).ledger[TOWN], AdministratorRemoved(LIN, NOON.date())
    )
    assert town.lasting == frozenset()
    assert town.begun
    assert SOMEBODY not in town.lasting


@pytest.mark.parametrize(
    ("events", "last"),
    [
        ((), None),
        ((RoleGranted(LIN, Role.volunteer, None, None, TODAY),), None),
        ((RoleGranted(LIN, Role.approver, None, None, YESTERDAY),), TODAY),
        ((RoleGranted(LIN, Role.approver, None, YESTERDAY, YESTERDAY),), YESTERDAY),
        (
            (
                RoleGranted(LIN, Role.approver, None, None, YESTERDAY),
                RoleRevoked(LIN, Role.approver, None, YESTERDAY),
            ),
            YESTERDAY,
        ),
    ],
)
def test_until_when_she_held_an_office_is_remembered(
    events: tuple[RoleGranted | RoleRevoked, ...], last: date | None
) -> None:
    assert folded(*events).last_trusted(TODAY) == last
