"""Handing the log over: to another person, who audits the whole town on that day."""

from datetime import date, datetime, timedelta

import pytest

from ledger.domain import grant_records, people
from ledger.domain.authority import Role
from ledger.domain.decisions import Happening
from ledger.domain.facts import FactSheet, Kinship, Relation
from ledger.domain.grant_records import RoleGranted, RoleRevoked
from ledger.domain.handovers import HandOverLog, LogHandedOver, stream
from ledger.domain.identity_records import DuplicateMerged
from ledger.domain.person_records import DeathRecorded
from ledger.domain.rights_records import RestrictionReason
from ledger.domain.values import CommunityId, PersonId
from tests.domain.shift_stories import CHEN, JINNING, JINNING_EVENT, LONG_AGO, WU
from tests.domain.test_wrong_states_of_handovers import AUDITS, HANDOVER, hand_over
from tests.domain.test_wrong_states_of_rights import ERASED, RESTRICTED
from tests.story import NOON, SOMEBODY, Sheet, Story, given

TODAY = date(2026, 3, 2)
ANOTHER_ID = PersonId("00000000-0000-4000-8000-0000000000e1")


def audits(where: CommunityId | None = None, until: date | None = None) -> Story:
    granted = RoleGranted(CHEN, Role.auditor, where, until, LONG_AGO)
    return JINNING_EVENT, (grant_records.stream(CHEN), granted)


def of_chen(event: object) -> Happening:
    return people.stream(CHEN), event


@pytest.mark.parametrize("sheets", [True, False])
def test_it_says_to_whom_and_whether_fact_sheets_went_along(*, sheets: bool) -> None:
    told = given(*AUDITS).when(HandOverLog(HANDOVER, CHEN, sheets))
    assert told.decision == ((stream(HANDOVER), LogHandedOver(HANDOVER, CHEN, sheets, TODAY)),)


def test_sheets_stay_where_nobody_asks_for_them() -> None:
    assert given(*AUDITS).when(HandOverLog(HANDOVER, CHEN)).events[0].sheets is False


def test_the_day_is_the_towns() -> None:
    late = datetime.fromisoformat("2026-03-02T23:30:00+00:00")
    assert given(*AUDITS).when(hand_over, at=late).events[0].occurred_on == date(2026, 3, 3)


@pytest.mark.parametrize("until", [TODAY, TODAY + timedelta(days=1)])
def test_the_last_day_of_the_role_is_one_of_them(until: date) -> None:
    assert given(*audits(until=until)).when(hand_over).decision


NO_AUDITORS: dict[str, Story] = {
    "without a role": (JINNING_EVENT,),
    "of one community": audits(JINNING),
    "until yesterday": audits(until=TODAY - timedelta(days=1)),
    "until it was revoked": (
        *AUDITS,
        (grant_records.stream(CHEN), RoleRevoked(CHEN, Role.auditor, None, TODAY)),
    ),
    "of another role": (
        JINNING_EVENT,
        (grant_records.stream(CHEN), RoleGranted(CHEN, Role.approver, None, None, LONG_AGO)),
    ),
}


@pytest.mark.parametrize("story", NO_AUDITORS.values(), ids=NO_AUDITORS)
def test_it_goes_to_nobody_who_does_not_audit_the_whole_town(story: Story) -> None:
    told = given(*story).when(hand_over)
    told.refused("log_must_go_to_an_auditor_of_the_town", auditor=CHEN)


def test_it_goes_to_nobody_who_is_not_registered_or_not_alive() -> None:
    given().when(hand_over).refused("person_must_be_known", person=CHEN)
    died = of_chen(DeathRecorded(CHEN, TODAY, TODAY))
    given(*AUDITS, died).when(hand_over).refused("person_must_be_alive", died_on=TODAY)


def test_it_goes_to_nobody_whose_data_are_gone_or_only_kept() -> None:
    assert RESTRICTED.reason is RestrictionReason.accuracy_contested
    told = given(*AUDITS, of_chen(RESTRICTED)).when(hand_over)
    told.refused("person_must_not_be_restricted", person=CHEN)
    told = given(*AUDITS, of_chen(ERASED)).when(hand_over)
    told.refused("person_must_not_be_erased", person=CHEN)


def test_it_goes_to_nobody_under_a_duplicate_id() -> None:
    merged = of_chen(DuplicateMerged(CHEN, WU, TODAY))
    told = given(*AUDITS, merged).when(hand_over)
    told.refused("person_must_not_be_a_duplicate", person=CHEN, kept_as=WU)


def test_nobody_hands_it_to_herself() -> None:
    given(*AUDITS).when(hand_over, by=CHEN).refused("log_must_not_be_handed_to_oneself")


@pytest.mark.parametrize(("who", "other"), [(CHEN, SOMEBODY), (SOMEBODY, CHEN)])
def test_nobody_hands_it_to_a_relation_whoever_declared_it(who: PersonId, other: PersonId) -> None:
    sheet = FactSheet(date(1960, 1, 1), relations=(Relation(other, Kinship.sibling),))
    told = given(*AUDITS, Sheet(who, sheet)).when(hand_over, at=NOON)
    told.refused("log_must_not_be_handed_to_a_relation")


def test_it_is_recorded_under_a_new_id() -> None:
    once = given(*AUDITS).when(hand_over)
    told = given(*AUDITS, once).when(HandOverLog(HANDOVER, CHEN))
    told.refused("handover_must_be_new", handover=HANDOVER)
