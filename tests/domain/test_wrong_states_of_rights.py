"""What a person's data answer to each command about them: used, only kept, held, or gone."""

from datetime import date

from ledger.domain import people
from ledger.domain.consents import GiveConsent, WithdrawConsent
from ledger.domain.rights import ErasePerson, HoldCase, LiftRestriction, ReleaseCase, RestrictPerson
from ledger.domain.rights_records import (
    CaseHeld,
    CaseReason,
    CashGiven,
    ConsentGiven,
    ConsentPurpose,
    ErasureBasis,
    PersonErased,
    PersonRestricted,
    RestrictionReason,
    RightsEvent,
)
from ledger.domain.values import ContributionId
from tests.domain.shift_stories import CHEN, JINNING_EVENT, community
from tests.domain.states import (
    Cell,
    Machine,
    Row,
    by_anybody,
    each_cell,
    must_answer,
    must_be_total,
)
from tests.story import Given, Ledger, Part, given

TODAY = date(2026, 3, 2)
END = date(2056, 12, 31)
CONTESTED, OVER = RestrictionReason.accuracy_contested, ErasureBasis.participation_ended
NAME = ConsentPurpose.public_name

give, withdraw = GiveConsent(CHEN, NAME), WithdrawConsent(CHEN, NAME)
restrict, lift = RestrictPerson(CHEN, CONTESTED), LiftRestriction(CHEN)
erase = ErasePerson(CHEN, OVER)
hold, release = HoldCase(CHEN, CaseReason.fraud_suspected), ReleaseCase(CHEN)

CONSENTS = ConsentGiven(CHEN, NAME, CHEN, TODAY)
GAVE = CashGiven(CHEN, ContributionId("gift-0302"), TODAY)
RESTRICTED = PersonRestricted(CHEN, CONTESTED, None, None, (), TODAY)
WAITS = PersonRestricted(CHEN, None, OVER, END, (), TODAY)
HELD = CaseHeld(CHEN, CaseReason.fraud_suspected, TODAY)
ERASED = PersonErased(CHEN, OVER, TODAY)


def of_chen(*events: RightsEvent) -> Row:
    return row(JINNING_EVENT, tuple((people.stream(CHEN), event) for event in events))


def row(*happened: Part) -> Row:
    def reach() -> Given:
        return given(*happened)

    return Row(reach)


def stage_of_her_data(ledger: Ledger) -> str:
    person = ledger[people.stream(CHEN)]
    if person.registered_on is None:
        return "none"
    if person.rights.erased:
        return "erased"
    if person.rights.restricted:
        return "restricted"
    return "free" if person.rights.case is None else "held"


RIGHTS = Machine(
    nouns=("rights", "consents"),
    stage_of=stage_of_her_data,
    rows={
        "none": row(community()),
        "free": of_chen(),
        "free.consents": of_chen(CONSENTS),
        "free.gave": of_chen(GAVE),
        "restricted": of_chen(RESTRICTED),
        "restricted.consents": of_chen(CONSENTS, RESTRICTED),
        "restricted.held": of_chen(HELD, RESTRICTED),
        "restricted.waits": of_chen(GAVE, WAITS),
        "held": of_chen(HELD),
        "erased": of_chen(ERASED),
    },
    asked=by_anybody(give, withdraw, restrict, lift, erase, hold, release),
    words={
        "known": "person_must_be_known",
        "gone": "person_must_not_be_erased",
        "kept": "person_must_not_be_restricted",
        "used": "person_must_be_restricted",
        "twice": "consent_must_not_be_given_twice",
        "case": "erasure_must_wait_for_the_case",
        "term": "erasure_must_wait_for_its_term",
        "held": "case_must_not_be_held_twice",
        "no_case": "case_must_be_held",
    },
    table="""
                         give    withdraw     restrict     lift    erase
    none                 known   known        known        known   known
    free                 >free   >free        >restricted  used    >erased
    free.consents        twice   >free        >restricted  used    >erased
    free.gave            >free   >free        >restricted  used    >restricted
    restricted           kept    >restricted  kept         >free   >erased
    restricted.consents  kept    >restricted  kept         >free   >erased
    restricted.held      kept    >restricted  kept         >held   case
    restricted.waits     kept    >restricted  kept         >free   term
    held                 >held   >held        >restricted  used    case
    erased               gone    gone         gone         gone    gone

                         hold         release
    none                 known        known
    free                 >held        no_case
    free.consents        >held        no_case
    free.gave            >held        no_case
    restricted           >restricted  no_case
    restricted.consents  >restricted  no_case
    restricted.held      held         >restricted
    restricted.waits     >restricted  no_case
    held                 held         >free
    erased               gone         gone
    """,
)


@each_cell(RIGHTS)
def test_data_are_used_or_kept_or_gone_and_a_case_keeps_them(cell: Cell) -> None:
    must_answer(RIGHTS, cell)


def test_the_table_of_rights_is_total() -> None:
    must_be_total(RIGHTS)
