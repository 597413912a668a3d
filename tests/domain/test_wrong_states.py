"""Every command of the ledger stands in a table of stages; what has only two stages stands here.

Something is entered once, and whatever is said of it needs it to be entered.
"""

from datetime import date
from typing import Any

from ledger.domain import book, communities, payees, people, sites
from ledger.domain.bands import DEFAULT_BANDS
from ledger.domain.book import CreateLedger, LedgerKind
from ledger.domain.catalogue import NAME_OF_COMMAND, VERBS
from ledger.domain.communities import (
    RecordPopulation,
    RegisterCommunity,
    RegisterCooperative,
    RegisterUnit,
    SetApprovalBands,
    SetServiceRules,
)
from ledger.domain.community_records import ServiceRules
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.facts import Contact, FactSheet
from ledger.domain.payees import RegisterPayee
from ledger.domain.people import RecordContact, RecordFacts, RegisterPerson, SetLeagueVisibility
from ledger.domain.sites import (
    ChangeOperator,
    RegisterSite,
    SetServiceDays,
    SiteKind,
    Weekday,
)
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    Count,
    PersonId,
    SiteId,
    Slug,
    Title,
    UnitId,
)
from tests.domain import (
    test_origins,
    test_unclaimable,
    test_views,
    test_wrong_states_of_accounts,
    test_wrong_states_of_certificates,
    test_wrong_states_of_contributions,
    test_wrong_states_of_credit,
    test_wrong_states_of_decisions,
    test_wrong_states_of_duplicates,
    test_wrong_states_of_funds,
    test_wrong_states_of_grants,
    test_wrong_states_of_handovers,
    test_wrong_states_of_notices,
    test_wrong_states_of_rights,
    test_wrong_states_of_service,
    test_wrong_states_of_settlements,
    test_wrong_states_of_shifts,
)
from tests.domain.states import (
    Cell,
    Machine,
    Row,
    by_anybody,
    each_cell,
    must_answer,
    must_be_total,
)
from tests.story import SOMEBODY, Given, Ledger, given

HERE, SITE, CHEN = CommunityId("xinhe"), SiteId("xinhe-canteen"), PersonId(f"{'0' * 35}a")
SHOP, TODAY = Slug("bookshop"), date(2026, 3, 2)
FACTS = FactSheet(date(1946, 5, 6))
create = CreateLedger(LedgerKind.test)
found = RegisterCommunity(HERE, Title("新河社区"), Title("丹灶镇"))
join = RegisterCooperative(CooperativeId("xinhe/e1"), Title("第一经济社"))
organise = RegisterUnit(UnitId("xinhe/team"), Title("义工队"))
build = RegisterSite(SITE, HERE, SiteKind.canteen, Title("长者饭堂"), TODAY)
enter = RegisterPerson(CHEN, HERE, Contact("陈"), FACTS, TODAY)
name_payee = RegisterPayee(SHOP, HERE, Title("书店"))


def reached(*commands: Any) -> Row:
    def reach() -> Given:
        story = given()
        for command in commands:
            for happening in story.when(command, by=SOMEBODY).decision:
                story.ledger.fold(happening)
        return story

    return Row(reach)


def entered(known: bool) -> str:
    return "entered" if known else "none"


LEDGER = Machine(
    nouns=("book",),
    stage_of=lambda ledger: entered(ledger[book.STREAM].kind is not None),
    rows={"none": reached(), "entered": reached(create)},
    asked=by_anybody(create),
    words={"once": "ledger_must_be_created_only_once"},
    table="""
             create-ledger
    none     >entered
    entered  once
    """,
)
COMMUNITY = Machine(
    nouns=("communities",),
    stage_of=lambda ledger: entered(bool(ledger[communities.stream(HERE)].name)),
    rows={
        "none": reached(),
        "entered": reached(found),
        "entered.with_its_parts": reached(found, join, organise),
    },
    asked=by_anybody(
        found,
        join,
        organise,
        RecordPopulation(HERE, Count(4000), TODAY),
        SetServiceRules(HERE, TODAY, ServiceRules()),
        SetApprovalBands(HERE, TODAY, DEFAULT_BANDS),
    ),
    words={
        "known": "community_must_be_known",
        "new": "community_must_be_new",
        "joined": "cooperative_must_be_new",
        "formed": "unit_must_be_new",
    },
    table="""
                            register  register-cooperative  register-unit
    none                    >entered  known                 known
    entered                 new       >entered              >entered
    entered.with_its_parts  new       joined                formed

                            record-population  set-service-rules  set-approval-bands
    none                    known              known              known
    entered                 >entered           >entered           >entered
    entered.with_its_parts  >entered           >entered           >entered
    """,
)
PLACE = Machine(
    nouns=("sites",),
    stage_of=lambda ledger: entered(bool(ledger[sites.stream(SITE)].community)),
    rows={"none": reached(found, name_payee), "entered": reached(found, name_payee, build)},
    asked=by_anybody(
        build,
        ChangeOperator(SITE, SHOP, TODAY),
        SetServiceDays(SITE, tuple(Weekday), (), TODAY),
    ),
    words={"known": "site_must_be_known", "new": "site_must_be_new"},
    table="""
             register  change-operator  set-service-days
    none     >entered  known            known
    entered  new       >entered         >entered
    """,
)
PAYEE = Machine(
    nouns=("payees",),
    stage_of=lambda ledger: entered(bool(ledger[payees.stream(SHOP)].community)),
    rows={"none": reached(found), "entered": reached(found, name_payee)},
    asked=by_anybody(name_payee),
    words={"new": "payee_must_be_new"},
    table="""
             register
    none     >entered
    entered  new
    """,
)

# -- a person, who lives, dies, or was thought to have died ----------------------------------------

died, lives = RecordDeath(CHEN, TODAY), CorrectDeath(CHEN, None)


def stage_of_the_person(ledger: Ledger) -> str:
    person = ledger[people.stream(CHEN)]
    if person.registered_on is None:
        return "none"
    return "living" if person.died_on is None else "dead"


ROWS = {
    "none": reached(found),
    "living": reached(found, enter),
    "dead": reached(found, enter, died),
    "living.after_all": reached(found, enter, died, lives),
    "dead.after_all": reached(found, enter, died, lives, died),
}
PERSON = Machine(
    nouns=("people",),
    stage_of=stage_of_the_person,
    rows=ROWS,
    asked=by_anybody(
        enter,
        RecordFacts(CHEN, FACTS),
        RecordContact(CHEN, Contact("陈好")),
        SetLeagueVisibility(CHEN, visible=True),
    ),
    words={"known": "person_must_be_known", "new": "person_must_be_new"},
    table="""
                      register  record-facts  record-contact  set-league-visibility
    none              >living   known         known           known
    living            new       >living       >living         >living
    dead              new       >dead         >dead           >dead
    living.after_all  new       >living       >living         >living
    dead.after_all    new       >dead         >dead           >dead
    """,
)
DEATH = Machine(
    nouns=("deaths",),
    stage_of=stage_of_the_person,
    rows=ROWS,
    asked=by_anybody(died, lives),
    words={
        "known": "person_must_be_known",
        "twice": "death_must_not_be_recorded_twice",
        "first": "death_must_be_recorded_before_it_is_corrected",
    },
    table="""
                      record  correct
    none              known   known
    living            >dead   first
    dead              twice   >living
    living.after_all  >dead   first
    dead.after_all    twice   >living
    """,
)


@each_cell(LEDGER)
def test_a_ledger_begins_once(cell: Cell) -> None:
    must_answer(LEDGER, cell)


@each_cell(COMMUNITY)
def test_a_community_and_its_parts_are_entered_once(cell: Cell) -> None:
    must_answer(COMMUNITY, cell)


@each_cell(PLACE)
def test_a_site_is_entered_once(cell: Cell) -> None:
    must_answer(PLACE, cell)


@each_cell(PAYEE)
def test_a_payee_is_entered_once(cell: Cell) -> None:
    must_answer(PAYEE, cell)


@each_cell(PERSON)
def test_a_person_is_entered_once_and_facts_are_told_of_the_dead_too(cell: Cell) -> None:
    must_answer(PERSON, cell)


@each_cell(DEATH)
def test_a_death_is_recorded_once_and_may_have_been_a_mistake(cell: Cell) -> None:
    must_answer(DEATH, cell)


# -- nothing is left out -------------------------------------------------------------------------

TABLES = (
    test_wrong_states_of_accounts,
    test_origins,
    test_unclaimable,
    test_views,
    test_wrong_states_of_certificates,
    test_wrong_states_of_contributions,
    test_wrong_states_of_credit,
    test_wrong_states_of_decisions,
    test_wrong_states_of_duplicates,
    test_wrong_states_of_funds,
    test_wrong_states_of_grants,
    test_wrong_states_of_handovers,
    test_wrong_states_of_notices,
    test_wrong_states_of_rights,
    test_wrong_states_of_service,
    test_wrong_states_of_settlements,
    test_wrong_states_of_shifts,
)


def machines() -> list[Machine]:
    elsewhere = (each for module in TABLES for each in vars(module).values())
    return [
        *(LEDGER, COMMUNITY, PLACE, PAYEE, PERSON, DEATH),
        *(each for each in elsewhere if isinstance(each, Machine)),
    ]


def test_the_tables_of_what_is_entered_once_are_total() -> None:
    for machine in (LEDGER, COMMUNITY, PLACE, PAYEE, PERSON, DEATH):
        must_be_total(machine)


def test_every_command_of_the_ledger_stands_in_a_table_of_stages() -> None:
    asked = {
        NAME_OF_COMMAND[type(command)] for machine in machines() for command, _ in machine.asked
    }
    assert asked == set(VERBS)
