"""Nobody decides for herself, nor for a relation, whoever declared it and under whichever id.

Every step that somebody takes about a person, a payee or a canteen stands at a stage where another
may take it; and no refusal of a person is left without its pair.
"""

from dataclasses import replace
from datetime import date

import pytest

from ledger.domain import payees, people
from ledger.domain.catalogue import NAME_OF_COMMAND
from ledger.domain.facts import FactSheet, Kinship, Relation
from ledger.domain.payees import PayeeRegistered
from ledger.domain.refusals import Code
from ledger.domain.standing import ABOUT, ENDS_UNDER_A_DUPLICATE
from ledger.domain.values import PersonId, Slug, Title
from tests.domain import shift_stories
from tests.domain import test_wrong_states_of_certificates as paper
from tests.domain import test_wrong_states_of_credit as credit
from tests.domain import test_wrong_states_of_duplicates as double
from tests.domain import test_wrong_states_of_funds as money
from tests.domain import test_wrong_states_of_handovers as handing
from tests.domain import test_wrong_states_of_rights as rights
from tests.domain import test_wrong_states_of_service as record
from tests.domain import test_wrong_states_of_settlements as canteen
from tests.domain.disbursement_town import (
    SHOP,
    approve,
    pay,
    request,
)
from tests.domain.fund_stories import JINNING, XIANHU
from tests.domain.settlement_town import KITCHEN
from tests.domain.settlement_town import approve as approve_month
from tests.domain.settlement_town import check as check_month
from tests.domain.settlement_town import pay as pay_month
from tests.domain.shift_stories import CHEN as VOLUNTEER
from tests.domain.shift_stories import WU
from tests.domain.states import Row
from tests.domain.test_pairs_of_persons import BOTH, IN_TIME, ONE, TWO, Pair
from tests.story import SOMEBODY, Given

_held, _paid, _due = record.RECORD.rows, money.DISBURSEMENT.rows, canteen.SETTLEMENT.rows
_back, _disputed = canteen.RECOVERY.rows, record.OBJECTION.rows
_explained = _held["held.late_entry.explained"]
BOOKSHOP = Slug("bookshop")

SERVICE: dict[str, Pair] = {
    name: Pair(row, step, VOLUNTEER, "confirmer_must_not_be_the_volunteer")
    for name, row, step in (
        ("confirms", _held["none"], record.confirm),
        ("refuses", _held["none"], record.refuse),
        ("reverses", _held["credited"], record.reverse),
        ("releases", _held["held.day_over_unit_limit"], record.release),
        ("releases for the town", _held["held.day_over_town_limit"], record.release_for_town),
        ("brings evidence", _held["held.late_entry"], record.record),
        ("approves late", _explained, record.approve),
        ("answers", _disputed["raised"], record.uphold),
        ("grants a star", credit.STAR.rows["reached"], credit.grant),
        ("brings minutes along", credit.STAR.rows["below"], credit.bring),
        ("certifies", paper.CERTIFICATE.rows["none"], paper.issue_it),
        ("voids a certificate", paper.CERTIFICATE.rows["issued"], paper.void_it),
        ("takes credit back", credit.CREDIT.rows["empty.donated"], credit.take_back),
        ("takes them back", credit.STAR.rows["reached.elsewhere"], credit.give_up),
    )
}


def for_chen(row: Row, payee: Slug) -> Row:
    """The same story, in which Chen stands behind whoever is paid."""
    home = XIANHU if payee == KITCHEN else JINNING

    def reach() -> Given:
        story = row.reach()
        event = PayeeRegistered(payee, home, Title("商户"), VOLUNTEER, row.at.date())
        story.ledger.fold((payees.stream(payee), event))
        return story

    return Row(reach, row.at)


PAYING: dict[str, Pair] = {
    name: Pair(for_chen(row, payee), step, VOLUNTEER, "decider_must_not_be_the_payee")
    for name, row, payee, step in (
        ("requests", _paid["none"], SHOP, request()),
        ("approves", _paid["requested"], SHOP, approve()),
        ("approves second", _paid["requested.once"], SHOP, approve()),
        ("pays", _paid["approved"], SHOP, pay()),
        ("takes a payment back", _paid["paid"], SHOP, money.reverse),
        ("takes a payment of history back", money.FUND.rows["gone.spent"], BOOKSHOP, money.unpay),
        ("checks her canteen", _due["submitted"], KITCHEN, check_month),
        ("approves her canteen", _due["checked"], KITCHEN, approve_month),
        ("pays her canteen", _due["approved.unpaid"], KITCHEN, pay_month(100)),
        ("repays what she owes", _back["open.none"], KITCHEN, canteen.repay),
        ("gives up what she owes", _back["open.none"], KITCHEN, canteen.write_off),
        ("takes back that she repaid", _back["repaid"], KITCHEN, canteen.not_so),
    )
}
OFFICE: dict[str, Pair] = {
    name: Pair(rights.RIGHTS.rows[row], step, VOLUNTEER, "officer_must_not_be_the_person")
    for name, row, step in (
        ("restricts", "free", rights.restrict),
        ("lifts her restriction", "restricted", rights.lift),
        ("erases", "free", rights.erase),
        ("restricts until the end of a term", "free.gave", rights.erase),
        ("holds a case", "free", rights.hold),
        ("releases her case", "held", rights.release),
    )
}
REGISTERING: dict[str, Pair] = {
    name: Pair(double.TWO_IDS.rows[row], step, VOLUNTEER, "registrar_must_not_be_the_person")
    for name, row, step in (
        ("says that she is one with another", "two", double.merge),
        ("says that she is not", "one", double.separate),
    )
}
AUDITING: dict[str, Pair] = {
    "hands the log over": Pair(
        handing.HANDING_OVER.rows["none"],
        handing.hand_over,
        VOLUNTEER,
        "log_must_not_be_handed_to_oneself",
    )
}
RELATED = {
    "log_must_not_be_handed_to_oneself": "log_must_not_be_handed_to_a_relation",
    "registrar_must_not_be_the_person": "registrar_must_not_be_related_to_the_person",
    "officer_must_not_be_the_person": "officer_must_not_be_related_to_the_person",
    "confirmer_must_not_be_the_volunteer": "confirmer_must_not_be_related",
    "decider_must_not_be_the_payee": "decider_must_not_be_related_to_the_payee",
}
HERS = SERVICE | PAYING | OFFICE | REGISTERING | AUDITING


def test_no_story_takes_the_place_of_another() -> None:
    assert len(BOTH) == len(TWO) + len(ONE)
    rooms = SERVICE, PAYING, OFFICE, REGISTERING, AUDITING
    assert len(HERS) == sum(map(len, rooms))


ONCE_MORE = PersonId("00000000-0000-4000-8000-0000000000e0")
"""Another id of somebody."""


def sheet(*related_to: PersonId) -> FactSheet:
    relations = tuple(Relation(person, Kinship.sibling) for person in related_to)
    return FactSheet(date(1960, 1, 1), relations=relations)


@pytest.mark.parametrize("pair", HERS.values(), ids=HERS)
def test_nobody_decides_for_herself_or_a_relation_whoever_declared_it(pair: Pair) -> None:
    pair.taken(pair.one).refused(pair.code)
    code = RELATED[pair.code]
    pair.taken(SOMEBODY, (VOLUNTEER, sheet(SOMEBODY))).refused(code)
    pair.taken(SOMEBODY, (SOMEBODY, sheet(VOLUNTEER))).refused(code)
    assert pair.taken(
        SOMEBODY, (VOLUNTEER, sheet(ONCE_MORE)), (SOMEBODY, sheet(ONCE_MORE))
    ).decision


def entered_twice(pair: Pair, kept: PersonId, duplicate: PersonId) -> Pair:
    """The same step, where two ids turn out to be one person's."""

    def reach() -> Given:
        story = pair.row.reach()
        story.ledger.allowed = None
        for who in (kept, duplicate):
            if story.ledger[people.stream(who)].registered_on is None:
                story.ledger.fold(shift_stories.person(who))
        for happening in double.merged(kept, duplicate):
            story.ledger.fold(happening)
        return story

    return replace(pair, row=Row(reach, pair.row.at))


@pytest.mark.parametrize("name", [name for name in HERS if name not in REGISTERING])
def test_another_id_makes_nobody_free_to_decide_for_herself_or_a_relation(name: str) -> None:
    pair = HERS[name]
    about_her = VOLUNTEER in [getattr(pair.step, each, None) for each in ABOUT]
    ends = not about_her or NAME_OF_COMMAND[type(pair.step)] in ENDS_UNDER_A_DUPLICATE
    as_duplicate = entered_twice(pair, kept=SOMEBODY, duplicate=VOLUNTEER)
    as_duplicate.taken(SOMEBODY).refused(pair.code if ends else "person_must_not_be_a_duplicate")
    as_kept = entered_twice(pair, kept=VOLUNTEER, duplicate=SOMEBODY)
    as_kept.taken(SOMEBODY).refused(pair.code)
    twice = entered_twice(pair, kept=SOMEBODY, duplicate=ONCE_MORE)
    twice.taken(SOMEBODY, (VOLUNTEER, sheet(ONCE_MORE))).refused(RELATED[pair.code])
    twice.taken(SOMEBODY, (ONCE_MORE, sheet(VOLUNTEER))).refused(RELATED[pair.code])
    assert twice.taken(SOMEBODY, (ONCE_MORE, sheet(WU))).decision


# -- nothing is left out -------------------------------------------------------------------------

OF_ROLES = {
    "actor_must_hold_a_role_for_this",
    "reader_must_hold_a_role_for_this",
    "command_must_be_given_at_the_machine",
}
OF_A_NAME = {"giver_must_be_the_contributions"}
"""Of whom the command names, and not of who gives it."""
AT_THE_DOOR = {"slip_must_be_used_by_the_person_herself"}
"""Of what the sign-in service reports, which no office may."""


def test_every_refusal_of_a_person_has_its_pair() -> None:
    told = {pair.code for pair in (*BOTH.values(), *HERS.values())} | set(RELATED.values())
    persons = (
        {code.name for code in Code if code.status == 403} - OF_ROLES - OF_A_NAME - AT_THE_DOOR
    )
    assert told - {IN_TIME} == persons
