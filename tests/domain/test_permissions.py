"""Permissions: two tables decide, what they do not name is denied, and nothing leaks."""

import pytest

from ledger.domain.authority import Authority, Role
from ledger.domain.catalogue import VERBS
from ledger.domain.decisions import Refused
from ledger.domain.permissions import reading_reach, reading_refusal, refusal
from ledger.domain.refusals import Code, sentence
from ledger.domain.roles import READS, ROLES_OF
from ledger.domain.values import CommunityId, PersonId

LIN = PersonId("00000000-0000-4000-8000-000000000001")
JINNING, XIANHU = CommunityId("jinning"), CommunityId("xianhu")
MONEY = {"balances", "entries", "claims", "funds", "exports", "settlements", "disbursements"}
VAULT = {"search", "contact", "name", "facts", "notes", "export", "views", "restricted"}
"""What is personal: no auditor reads it."""
HIDDEN = VAULT | {"site-codes"}
"""Nor does she read what proves that somebody is at a site."""
DENIALS = (
    Code.actor_must_hold_a_role_for_this,
    Code.reader_must_hold_a_role_for_this,
    Code.command_must_be_given_at_the_machine,
    Code.record_must_be_within_reach,
)


def holding(*roles: Role, at: CommunityId | None = None) -> Authority:
    return Authority.alike(LIN, frozenset(roles), frozenset({at}) if at else None)


def code(refused: Refused | None) -> str | None:
    return refused.code.name if refused else None


# -- the tables --------------------------------------------------------------------------------


def test_every_command_has_a_rule() -> None:
    """Whoever adds a command says who may give it; until then nobody may."""
    assert set(VERBS) - set(ROLES_OF) == set()


def test_every_rule_has_a_command() -> None:
    assert set(ROLES_OF) - set(VERBS) == set()


AT_THE_MACHINE = {
    "book/create-ledger",
    "administrators/appoint-first",
    "administrators/break-glass",
    "slips/use",
    "views/anchor",
    "origins/note-restore",
}
ABOUT_ACCOUNTS = {
    "slips/issue",
    "slips/countersign",
    "slips/withdraw",
    "accounts/disable",
    "accounts/enable",
}


def test_only_the_machine_creates_a_ledger_and_appoints_whoever_nobody_could_grant_to() -> None:
    nobody = {name for name, rule in ROLES_OF.items() if not rule.held_by(own=True)}
    assert nobody == AT_THE_MACHINE


@pytest.mark.parametrize("name", sorted(AT_THE_MACHINE))
def test_no_role_gives_what_the_machine_gives(name: str) -> None:
    everything = Authority.alike(LIN, Role, None)
    assert code(refusal(everything, name, None, own=True)) == "command_must_be_given_at_the_machine"
    assert refusal(Authority.of_the_machine(), name, None, own=False) is None


def test_the_machine_gives_nothing_else() -> None:
    machine = Authority.of_the_machine()
    others = ROLES_OF.keys() - AT_THE_MACHINE
    assert all(refusal(machine, name, JINNING, own=False) for name in others)


def test_a_volunteer_decides_for_herself_alone() -> None:
    assert not any(Role.volunteer in rule.roles for rule in ROLES_OF.values())


def test_who_reads_for_the_audit_writes_nothing_but_that_a_case_is_open() -> None:
    hers = {name for name, rule in ROLES_OF.items() if Role.auditor in rule.held_by(own=True)}
    assert hers == {"rights/hold", "rights/release"}


def test_whoever_grants_lets_people_in_and_gives_no_other_command() -> None:
    hers = {name for name, rule in ROLES_OF.items() if Role.administrator in rule.roles}
    grants = {"grants/grant", "grants/revoke"}
    assert hers == grants | ABOUT_ACCOUNTS
    assert all(ROLES_OF[name].held_by(own=True) == {Role.administrator} for name in grants)
    assert all(
        ROLES_OF[name].roles == {Role.registrar, Role.administrator} for name in ABOUT_ACCOUNTS
    )


# -- reaches of roles ----------------------------------------------------------------------------


def test_a_role_lends_its_reach_to_no_other() -> None:
    """She audits 金宁 and leads in 仙湖: the books of 仙湖 are not hers to read."""
    both = Authority(LIN, {Role.auditor: frozenset({JINNING}), Role.leader: frozenset({XIANHU})})
    assert reading_refusal(both, "balances", JINNING, own=False) is None
    assert code(reading_refusal(both, "balances", XIANHU, own=False)) == (
        "record_must_be_within_reach"
    )
    assert reading_reach(both, "balances") == frozenset({JINNING})
    assert reading_reach(both, "statement") == frozenset({JINNING, XIANHU})
    assert reading_reach(both, "league") is None
    assert refusal(both, "shifts/schedule", XIANHU, own=False) is None
    assert code(refusal(both, "shifts/schedule", JINNING, own=False)) == (
        "record_must_be_within_reach"
    )


def test_what_two_roles_reach_is_reached_together() -> None:
    both = Authority(LIN, {Role.cashier: frozenset({JINNING}), Role.approver: frozenset({XIANHU})})
    assert reading_reach(both, "balances") == frozenset({JINNING, XIANHU})
    town = Authority(LIN, {Role.cashier: frozenset({JINNING}), Role.approver: None})
    assert reading_reach(town, "balances") is None


def test_a_narrowed_authority_has_no_more_than_it_had() -> None:
    held = Authority(LIN, {Role.cashier: frozenset({JINNING}), Role.approver: None})
    narrow = held.narrowed({Role.cashier, Role.approver, Role.auditor}, frozenset({XIANHU}))
    assert narrow.held == {Role.cashier: frozenset(), Role.approver: frozenset({XIANHU})}
    assert held.narrowed({Role.cashier}, None).held == {Role.cashier: frozenset({JINNING})}


def test_who_publishes_writes_notices_and_nothing_else_and_nobody_else_does() -> None:
    hers = {name for name, rule in ROLES_OF.items() if Role.publisher in rule.held_by(own=True)}
    assert hers == {"notices/publish", "notices/withdraw"}
    assert all(ROLES_OF[name].held_by(own=True) == {Role.publisher} for name in hers)


def test_who_brings_money_in_or_out_does_not_hand_out_meals_or_confirm_service() -> None:
    own_duty = {Role.fund_manager, Role.canteen_clerk, Role.confirmer}
    assert all(len(rule.roles & own_duty) <= 1 for rule in ROLES_OF.values())


def test_an_auditor_reads_every_amount_and_an_administrator_none() -> None:
    assert {view for view, rule in READS.items() if Role.auditor not in rule.roles} == HIDDEN
    assert not any(Role.administrator in READS[view].roles for view in MONEY | VAULT)


def test_who_reads_money_has_to_do_with_money() -> None:
    strangers = {Role.volunteer, Role.leader, Role.confirmer, Role.registrar, Role.data_officer}
    assert not any(strangers & READS[view].held_by(own=True) for view in MONEY)


# -- asking ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ROLES_OF))
@pytest.mark.parametrize("own", [False, True])
def test_a_role_gives_the_commands_of_its_rule_and_no_other(name: str, *, own: bool) -> None:
    enough = ROLES_OF[name].held_by(own=own)
    denied = "actor_must_hold_a_role_for_this" if enough else "command_must_be_given_at_the_machine"
    for role in Role:
        refused = refusal(holding(role), name, JINNING, own=own)
        assert code(refused) == (None if role in enough else denied)


def test_a_refusal_says_who_may() -> None:
    asked = holding(Role.canteen_clerk)
    assert refusal(asked, "shifts/sign-up", JINNING, own=False) == Refused(
        Code.actor_must_hold_a_role_for_this, command="shifts/sign-up", roles="leader"
    )
    assert refusal(asked, "shifts/sign-up", JINNING, own=True) == Refused(
        Code.actor_must_hold_a_role_for_this, command="shifts/sign-up", roles="volunteer, leader"
    )


def test_one_role_of_several_suffices() -> None:
    both = holding(Role.volunteer, Role.leader)
    assert refusal(both, "shifts/sign-up", JINNING, own=False) is None


@pytest.mark.parametrize("name", ["meals/give-away", "", "meals/Claim", "claim"])
def test_a_command_without_a_rule_is_denied_to_everybody(name: str) -> None:
    everything = Authority.alike(LIN, frozenset(Role), None)
    assert code(refusal(everything, name, JINNING, own=True)) == (
        "command_must_be_given_at_the_machine"
    )
    assert code(reading_refusal(everything, name, JINNING, own=False)) == (
        "reader_must_hold_a_role_for_this"
    )


def test_nobody_without_a_role_does_or_reads_anything() -> None:
    nobody = Authority.alike(LIN, frozenset(), None)
    for own in (False, True):
        assert all(refusal(nobody, name, JINNING, own=own) for name in ROLES_OF)
        assert all(reading_refusal(nobody, view, JINNING, own=own) for view in READS)


# -- reach -------------------------------------------------------------------------------------

REACH = [
    (None, JINNING, True),
    (None, None, True),
    (JINNING, JINNING, True),
    (JINNING, XIANHU, False),
    (JINNING, CommunityId("nowhere"), False),
    (JINNING, None, False),
]


@pytest.mark.parametrize(("at", "place", "reached"), REACH)
def test_a_role_reaches_as_far_as_it_was_granted(
    at: CommunityId | None, place: CommunityId | None, *, reached: bool
) -> None:
    clerk, manager = holding(Role.canteen_clerk, at=at), holding(Role.fund_manager, at=at)
    expected = None if reached else "record_must_be_within_reach"
    assert code(refusal(clerk, "meals/claim", place, own=False)) == expected
    assert code(reading_refusal(manager, "balances", place, own=False)) == expected


def test_a_role_granted_nowhere_reaches_nothing() -> None:
    clerk = Authority.alike(LIN, frozenset({Role.canteen_clerk}), frozenset())
    assert code(refusal(clerk, "meals/claim", JINNING, own=False)) == "record_must_be_within_reach"


def test_another_communitys_record_looks_like_one_that_does_not_exist() -> None:
    clerk = holding(Role.canteen_clerk, at=JINNING)
    elsewhere = refusal(clerk, "meals/claim", XIANHU, own=False)
    nowhere = refusal(clerk, "meals/claim", None, own=False)
    assert elsewhere == nowhere == Refused(Code.record_must_be_within_reach)
    assert Code.record_must_be_within_reach.status == 404


def test_a_missing_role_is_told_before_a_missing_reach() -> None:
    clerk = holding(Role.canteen_clerk, at=JINNING)
    assert code(refusal(clerk, "funds/open", XIANHU, own=False)) == (
        "actor_must_hold_a_role_for_this"
    )
    assert code(reading_refusal(clerk, "balances", XIANHU, own=False)) == (
        "reader_must_hold_a_role_for_this"
    )


def test_what_is_hers_bows_to_reach_when_it_writes_and_not_when_she_reads() -> None:
    volunteer = holding(Role.volunteer, at=JINNING)
    assert code(refusal(volunteer, "shifts/sign-up", XIANHU, own=True)) == (
        "record_must_be_within_reach"
    )
    assert reading_refusal(volunteer, "statement", XIANHU, own=True) is None
    assert code(reading_refusal(volunteer, "statement", JINNING, own=False)) == (
        "reader_must_hold_a_role_for_this"
    )


@pytest.mark.parametrize(
    "view", ["league", "policies", "resolutions", "councils", "reopenings", "health"]
)
def test_what_communities_compare_is_read_from_everywhere(view: str) -> None:
    for role in Role:
        assert reading_refusal(holding(role, at=JINNING), view, None, own=False) is None


@pytest.mark.parametrize("denied", DENIALS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_denial_can_be_said(denied: Code, language: str) -> None:
    values: dict[str, object] = {"command": "funds/open", "view": "funds", "roles": "auditor"}
    assert all("{" not in text for text in sentence(denied, values, language))
    assert denied.status in (403, 404)
