"""People: registered once under a random id, and described by sheets that stay out of the log."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.domain import people
from ledger.domain.facts import (
    Contact,
    FactSheet,
    Hardship,
    HardshipSpell,
    Kinship,
    Membership,
    Relation,
    Residence,
)
from ledger.domain.people import RecordContact, RecordFacts, RegisterPerson, SetLeagueVisibility
from ledger.domain.person_records import (
    ContactRecorded,
    DeathRecorded,
    FactsRecorded,
    LeagueVisibilitySet,
    Person,
    PersonRegistered,
)
from ledger.domain.refusals import Code
from ledger.domain.standing import unless_living_member
from ledger.domain.values import CommunityId, CooperativeId, Count, PersonId
from tests.domain.canteen_town import (
    BORN,
    CHEN,
    CLERK,
    COOPERATIVE,
    MEMBER,
    MONDAY,
    TOWN,
    XIANHU,
    registered,
    sheet,
)
from tests.story import Sheet, given

TOMORROW = MONDAY + timedelta(days=1)
YESTERDAY = MONDAY - timedelta(days=1)
NOBODY = PersonId("00000000-0000-4000-8000-000000000000")


def register(facts: FactSheet | None = None, **changes: Any) -> RegisterPerson:
    usual: dict[str, Any] = {"person": CHEN, "community": XIANHU, "contact": Contact("陈阿好")}
    return RegisterPerson(**(usual | {"facts": facts or sheet()} | changes))


def test_a_person_is_registered_with_her_first_sheet_and_nothing_of_it_is_in_the_log() -> None:
    given(*TOWN).when(register()).then(
        PersonRegistered(CHEN, XIANHU, Count(1), "commitment-to-contact", MONDAY),
        FactsRecorded(CHEN, Count(1), "commitment-to-facts", MONDAY),
    )


def test_the_day_of_registration_is_the_communitys_own() -> None:
    late_in_greenwich = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    told = given(*TOWN).when(register(), at=late_in_greenwich)
    assert told.events[0].occurred_on == MONDAY


@pytest.mark.parametrize("day", [BORN, YESTERDAY, MONDAY])
def test_a_registration_may_date_from_earlier_though_the_facts_are_recorded_today(
    day: date,
) -> None:
    told = given(*TOWN).when(register(registered_on=day))
    assert [event.occurred_on for event in told.events] == [day, MONDAY]


def test_a_person_is_registered_once() -> None:
    given(*TOWN, registered()).when(register()).refused("person_must_be_new", person=CHEN)


def test_the_next_sheet_bears_the_next_number() -> None:
    told = given(*TOWN).when(register())
    given(*TOWN, told).when(RecordFacts(CHEN, sheet())).then(
        FactsRecorded(CHEN, Count(2), "commitment-to-facts", MONDAY)
    )


def test_the_next_contact_bears_the_next_number_and_nothing_of_it_is_in_the_log() -> None:
    told = given(*TOWN).when(register())
    again = given(*TOWN, told).when(RecordContact(CHEN, Contact("陈好", "13800138000")))
    again.then(ContactRecorded(CHEN, Count(2), "commitment-to-contact", MONDAY))
    (third,) = given(*TOWN, told, again).when(RecordContact(CHEN, Contact("陈好"))).events
    assert third.version == 3


def test_a_residence_may_lie_outside_this_ledger() -> None:
    elsewhere = (Residence(CommunityId("foshan")),)
    assert given(*TOWN).when(register(sheet(registered=elsewhere))).events


def test_a_member_of_a_registered_cooperative_is_welcome() -> None:
    assert given(*TOWN).when(register(sheet(memberships=MEMBER))).events


SHEETS: list[tuple[str, FactSheet]] = [
    ("cooperative_must_be_known", sheet(memberships=(Membership(CooperativeId("xianhu/e9")),))),
    ("cooperative_must_be_known", sheet(memberships=(Membership(CooperativeId("foshan/e1")),))),
    ("day_must_not_be_in_the_future", sheet(TOMORROW)),
    ("spell_must_end_after_it_begins", sheet(registered=(Residence(XIANHU, MONDAY, MONDAY),))),
    ("spell_must_end_after_it_begins", sheet(habitual=(Residence(XIANHU, MONDAY, YESTERDAY),))),
    (
        "spell_must_end_after_it_begins",
        sheet(memberships=(Membership(COOPERATIVE, MONDAY, MONDAY),)),
    ),
    (
        "spell_must_end_after_it_begins",
        sheet(hardships=(HardshipSpell(Hardship.subsistence, MONDAY, MONDAY),)),
    ),
    (
        "relation_must_be_to_another_person",
        sheet(relations=(Relation(CLERK, Kinship.child), Relation(CHEN, Kinship.spouse))),
    ),
]


@pytest.mark.parametrize(("code", "facts"), SHEETS)
def test_a_sheet_that_cannot_be_is_refused_at_registration_and_later(
    code: str, facts: FactSheet
) -> None:
    given(*TOWN).when(register(facts)).refused(code)
    given(*TOWN, registered()).when(RecordFacts(CHEN, facts)).refused(code)


@pytest.mark.parametrize(
    "spell",
    [
        Residence(XIANHU, MONDAY, TOMORROW),
        Residence(XIANHU, None, MONDAY),
        Residence(XIANHU, MONDAY, None),
        Residence(XIANHU, TOMORROW, None),
    ],
)
def test_a_spell_of_one_day_or_with_an_open_end_is_a_spell(spell: Residence) -> None:
    assert given(*TOWN).when(register(sheet(registered=(spell,)))).events


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("community_must_be_known", {"community": CommunityId("foshan")}),
        ("day_must_not_be_in_the_future", {"registered_on": TOMORROW}),
        ("day_must_not_be_before_birth", {"registered_on": BORN - timedelta(days=1)}),
    ],
)
def test_a_registration_that_cannot_be_is_refused(code: str, changes: dict[str, Any]) -> None:
    given(*TOWN).when(register(**changes)).refused(code)


@pytest.mark.parametrize("first", sorted(dict(SHEETS)))
@pytest.mark.parametrize(
    ("second", "changes"),
    [
        ("community_must_be_known", {"community": CommunityId("foshan")}),
        ("day_must_not_be_in_the_future", {"registered_on": TOMORROW}),
    ],
)
def test_of_two_objections_the_one_listed_first_is_the_answer(
    first: str, second: str, changes: dict[str, Any]
) -> None:
    expected = min(Code[first], Code[second], key=lambda code: code.order)
    command = register(dict(SHEETS)[first], **changes)
    given(*TOWN).when(command).refused(expected.name)


@pytest.mark.parametrize("born_on", [date(2026, 1, 2), MONDAY])
def test_a_birth_after_the_registration_is_refused(born_on: date) -> None:
    command = RecordFacts(CHEN, sheet(born_on))
    given(*TOWN, registered()).when(command).refused("day_must_not_be_before_birth")


def test_a_birth_after_the_death_is_refused_and_any_other_correction_is_not() -> None:
    died_on = date(2026, 2, 1)
    here = people.stream(CHEN)
    dead = (registered(on=date(2026, 2, 10)), (here, DeathRecorded(CHEN, died_on, died_on)))
    refused = RecordFacts(CHEN, sheet(date(2026, 2, 2)))
    given(*TOWN, *dead).when(refused).refused("day_must_not_be_before_birth", day=died_on)
    assert given(*TOWN, *dead).when(RecordFacts(CHEN, sheet(date(2026, 2, 1)))).events


@pytest.mark.parametrize(
    "command",
    [
        RecordFacts(NOBODY, sheet()),
        RecordContact(NOBODY, Contact("陈好")),
        SetLeagueVisibility(NOBODY, visible=True),
    ],
)
def test_only_a_registered_person_has_facts_or_a_place_in_a_league(command: Any) -> None:
    given(*TOWN).when(command).refused("person_must_be_known", person=NOBODY)


def test_a_volunteer_may_show_her_name_and_hide_it_again() -> None:
    shown = given(*TOWN, registered()).when(SetLeagueVisibility(CHEN, visible=True))
    shown.then(LeagueVisibilitySet(CHEN, visible=True, occurred_on=MONDAY))
    assert not Person().league_visible
    town = given(*TOWN, registered(), shown).ledger
    assert town[people.stream(CHEN)].league_visible


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 1, 31), "person_must_be_registered_on_the_day"),
        (date(2026, 2, 1), None),
        (MONDAY, None),
        (TOMORROW, "person_must_be_alive_on_the_day"),
    ],
)
def test_a_person_counts_from_the_registration_to_the_day_of_death_itself(
    day: date, code: str | None
) -> None:
    death = (people.stream(CHEN), DeathRecorded(CHEN, MONDAY, MONDAY))
    person = registered(on=date(2026, 2, 1)), death
    refused = unless_living_member(CHEN, day, given(*person).ledger)
    assert (None if refused is None else refused.code.name) == code


def test_a_person_is_a_matter_of_the_community_she_is_registered_in() -> None:
    town = given(*TOWN, registered(), Sheet(CHEN, sheet())).ledger
    assert people.place(RecordFacts(CHEN, sheet()), town) == XIANHU
    assert people.place(RecordFacts(NOBODY, sheet()), town) is None
    assert people.place(register(), given().ledger) == XIANHU
