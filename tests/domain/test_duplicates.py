"""Somebody who was entered twice is one person: nothing moves, and no rule is had twice."""

from dataclasses import replace
from datetime import date
from typing import Any

from ledger.domain import councils, grant_records, people, postings
from ledger.domain.authority import Role
from ledger.domain.community_records import ServiceRules
from ledger.domain.councils import Body, MeetingRecorded, RecordAttendance
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.decisions import Context
from ledger.domain.duplicates import MergePersons, SeparatePersons, place
from ledger.domain.facts import FactSheet, Note
from ledger.domain.forgetting import is_listed, unlisted
from ledger.domain.grant_records import RoleRevoked
from ledger.domain.identity_records import (
    DuplicateMerged,
    DuplicateSeparated,
    PersonsMerged,
    PersonsSeparated,
)
from ledger.domain.meal_records import MealReversed
from ledger.domain.objection_records import ObjectionReason
from ledger.domain.objections import RaiseObjection
from ledger.domain.person_records import (
    ContactRecorded,
    DeathCorrected,
    DeathRecorded,
    LeagueVisibilitySet,
    PersonRegistered,
)
from ledger.domain.recovery_records import RecoveryRaised
from ledger.domain.rights import ErasePerson, HoldCase
from ledger.domain.rights_records import (
    CaseReason,
    ConsentGiven,
    ConsentPurpose,
    ConsentWithdrawn,
    Discard,
    ErasureBasis,
    PersonErased,
    PersonRestricted,
)
from ledger.domain.service import ConfirmService, ReverseService
from ledger.domain.service_openings import ImportOpeningMinutes
from ledger.domain.service_records import (
    DeciderFoundRelated,
    OpeningGrade,
    ReversalReason,
    ServiceCredited,
    ServiceHeld,
    ServiceReversed,
)
from ledger.domain.shifts import SignUp
from ledger.domain.speaking import is_own
from ledger.domain.stars import GrantStar
from ledger.domain.timebank import RedeemCredit, TransferCredit
from ledger.domain.values import Count, MeetingId, Minutes, NoteText, PersonId, ShiftId
from tests.domain import canteen_town as town
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    LONG_AGO,
    MUTUAL_AID,
    PATROL,
    WU,
    XIANHU,
    at,
    came,
    died,
    left,
    relative,
    ruled,
    scheduled,
)
from tests.domain.test_wrong_states_of_duplicates import OFFICE, merged, separated
from tests.story import NOON, SOMEBODY, Sheet, Story, given

MONDAY = date(2026, 3, 2)
NINE, TEN, ELEVEN, NOONTIME = (at(f"03-02 {hour}:00") for hour in ("09", "10", "11", "12"))
EVENING = at("03-02 20:00")
MERGE, SEPARATE = MergePersons(CHEN, WU), SeparatePersons(CHEN, WU)
BANK = ServiceRules(time_bank=True)
BASIS = ErasureBasis.participation_ended
ERASE = ErasePerson(CHEN, BASIS)


def attended(who: PersonId, start: Any, end: Any, name: ShiftId) -> Story:
    return (scheduled(start, end, name), came(start, name, who), left(end, name, who))


def then(story: Story, *commands: object, by: PersonId = LEADER) -> Story:
    for command in commands:
        story = (*story, given(*story).when(command, by=by, at=EVENING))
    return story


KITCHEN_OF_WU = attended(WU, NINE, ELEVEN, KITCHEN)
PATROL_OF_CHEN = attended(CHEN, TEN, ELEVEN, PATROL)
OBJECT = RaiseObjection(KITCHEN, WU, ObjectionReason.minutes_wrong, Note(NoteText("8:45")))
CONFIRM_WU, CONFIRM_CHEN = ConfirmService(KITCHEN, WU), ConfirmService(PATROL, CHEN)
CREDITED = then((*JINNING_EVENT, ruled(BANK), *KITCHEN_OF_WU), CONFIRM_WU)
"""Two hours that stand under the duplicate, where there is a time bank."""


# -- merging -----------------------------------------------------------------------------------


def test_each_of_the_two_knows_of_the_other_and_no_minute_moves() -> None:
    told = given(*CREDITED).when(MERGE, by=LEADER, at=EVENING)
    told.then(PersonsMerged(CHEN, WU, MONDAY), DuplicateMerged(WU, CHEN, MONDAY))
    assert [postings.of(event) for event in told.events] == [(), ()]


def test_a_mistake_is_taken_back() -> None:
    told = given(*JINNING_EVENT, merged()).when(SEPARATE)
    told.then(PersonsSeparated(CHEN, WU, MONDAY), DuplicateSeparated(WU, CHEN, MONDAY))
    story = given(*JINNING_EVENT, merged(), told, scheduled(NINE, ELEVEN))
    assert story.when(SignUp(KITCHEN, WU), at=at("03-01 20:00")).decision


def test_nobody_is_a_duplicate_of_herself() -> None:
    itself = MergePersons(CHEN, CHEN)
    given(*JINNING_EVENT).when(itself).refused("duplicate_must_be_another_id")


def test_nobody_says_so_of_herself_or_of_a_relation() -> None:
    story = given(*JINNING_EVENT)
    story.when(MERGE, by=CHEN).refused("registrar_must_not_be_the_person")
    story.when(MERGE, by=WU).refused("registrar_must_not_be_the_person")
    related = given(*JINNING_EVENT, relative(LEADER, of=WU))
    related.when(MERGE, by=LEADER).refused("registrar_must_not_be_related_to_the_person")


def test_an_id_that_held_an_office_is_the_one_that_is_kept() -> None:
    office = "duplicate_must_not_have_held_an_office"
    given(*JINNING_EVENT, OFFICE).when(MERGE).refused(office, duplicate=WU)
    over = RoleRevoked(WU, Role.leader, JINNING, MONDAY)
    ended = (OFFICE, (grant_records.stream(WU), over))
    given(*JINNING_EVENT, *ended).when(MERGE).refused(office, duplicate=WU)
    assert given(*JINNING_EVENT, OFFICE).when(MergePersons(WU, CHEN)).decision


def test_a_death_is_first_recorded_of_both() -> None:
    for dead in (CHEN, WU):
        given(*JINNING_EVENT, died(dead, MONDAY)).when(MERGE).refused("deaths_must_agree")
    both = given(*JINNING_EVENT, died(CHEN, MONDAY), died(WU, MONDAY))
    assert both.when(MERGE).decision


def test_ids_are_not_chained_and_what_is_not_one_is_not_separated() -> None:
    chained = MergePersons(LEADER, CHEN)
    story = given(*JINNING_EVENT, merged())
    story.when(chained).refused("duplicate_must_not_keep_others", duplicate=CHEN)
    assert story.when(MergePersons(CHEN, LEADER)).decision
    wrong = SeparatePersons(CHEN, LEADER)
    story.when(wrong).refused("duplicate_must_be_merged", duplicate=LEADER)


def test_people_of_different_birth_dates_are_not_one() -> None:
    sheets = [Sheet(who, FactSheet(date(1950, 1, day))) for who, day in ((CHEN, 1), (WU, 2))]
    given(*JINNING_EVENT, *sheets).when(MERGE).refused("birth_dates_must_agree")
    assert given(*JINNING_EVENT, sheets[0]).when(MERGE).decision
    assert given(*JINNING_EVENT, sheets[0], replace(sheets[0], person=WU)).when(MERGE).decision


def test_of_two_communities_it_is_the_towns_matter() -> None:
    elsewhere = PersonRegistered(WU, XIANHU, Count(1), "commitment", LONG_AGO)
    both = given(*JINNING_EVENT).ledger
    assert place(MERGE, both) == JINNING
    both.fold((people.stream(WU), elsewhere))
    assert place(MERGE, both) is None
    assert place(MERGE, given().ledger) is None


def test_what_she_consents_to_she_says_under_the_one_id() -> None:
    consents = (
        ConsentGiven(WU, ConsentPurpose.public_name, WU, MONDAY),
        LeagueVisibilitySet(WU, visible=True, occurred_on=MONDAY),
    )
    said = tuple((people.stream(WU), event) for event in consents)
    _, _, shown, name = given(*JINNING_EVENT, *said).when(MERGE).events
    assert shown == LeagueVisibilitySet(WU, visible=False, occurred_on=MONDAY)
    assert name == ConsentWithdrawn(WU, ConsentPurpose.public_name, WU, MONDAY)


def test_whoever_had_confirmed_her_own_service_is_an_exception() -> None:
    by_herself = then((*JINNING_EVENT, *KITCHEN_OF_WU), CONFIRM_WU, by=CHEN)
    *_, found = given(*by_herself).when(MERGE).events
    assert found == DeciderFoundRelated(WU, CHEN, MONDAY)


def test_by_what_stands_under_either_id_she_is_found_until_she_is_restricted() -> None:
    events: list[object] = [PersonRegistered(WU, JINNING, Count(1), "commitment", LONG_AGO)]
    joined = [DuplicateMerged(WU, CHEN, MONDAY), DuplicateSeparated(WU, CHEN, MONDAY)]
    assert unlisted(joined) == []
    assert is_listed([*events, *joined[:1]])
    assert is_listed([*events, *joined])
    keys = (Discard.search_keys,)
    restricted = PersonRestricted(WU, None, ErasureBasis.relatives_request, MONDAY, keys, MONDAY)
    assert unlisted([restricted]) == [WU]
    assert not is_listed([*events, *joined, restricted])
    assert is_listed([*events, restricted, ContactRecorded(WU, Count(2), "commitment", MONDAY)])
    assert is_listed([*events, replace(restricted, discards=())])


# -- nothing new under the duplicate -------------------------------------------------------------


def test_nothing_new_begins_under_the_duplicate_and_it_is_told_under_which_id() -> None:
    story = given(*JINNING_EVENT, merged(), scheduled(NINE, ELEVEN))
    told = story.when(SignUp(KITCHEN, WU), at=at("03-01 20:00"))
    told.refused("person_must_not_be_a_duplicate", person=WU, kept_as=CHEN)
    assert story.when(SignUp(KITCHEN, CHEN), at=at("03-01 20:00")).decision


def test_she_has_one_place_in_a_shift_and_comes_once_to_a_meeting() -> None:
    shift = scheduled(NINE, ELEVEN)
    before = at("03-01 20:00")
    listed = given(*JINNING_EVENT, shift).when(SignUp(KITCHEN, WU), at=before)
    story = given(*JINNING_EVENT, shift, listed, merged())
    again = story.when(SignUp(KITCHEN, CHEN), at=before)
    again.refused("person_must_not_be_signed_up_twice")
    hall = MeetingId("hall-0301")
    meeting = MeetingRecorded(hall, JINNING, Body.council_hall, None, date(2026, 3, 1))
    came_once = given(*JINNING_EVENT, (councils.stream(hall), meeting)).when(
        RecordAttendance(hall, WU)
    )
    story = given(*JINNING_EVENT, (councils.stream(hall), meeting), came_once, merged())
    twice = story.when(RecordAttendance(hall, CHEN))
    twice.refused("person_must_not_attend_a_meeting_twice")


def test_what_was_begun_under_it_ends_under_it() -> None:
    story = (*JINNING_EVENT, *KITCHEN_OF_WU, merged())
    credited = given(*story).when(CONFIRM_WU, by=LEADER, at=EVENING)
    (event,) = credited.events
    assert (type(event), event.person, event.service_minutes) == (ServiceCredited, WU, 120)
    reverse = ReverseService(KITCHEN, WU, ReversalReason.found_false)
    (back,) = given(*story, credited).when(reverse, by=LEADER, at=EVENING).events
    assert (type(back), back.person) == (ServiceReversed, WU)


def test_what_stands_under_it_is_hers_to_speak_about() -> None:
    ledger = given(*JINNING_EVENT, merged()).ledger
    context = Context(CHEN, NOON)
    assert is_own("objections/raise", OBJECT, ledger, context)
    assert not is_own("objections/raise", OBJECT, ledger, Context(LEADER, NOON))
    assert not is_own("objections/raise", OBJECT, given(*JINNING_EVENT).ledger, context)


# -- service -----------------------------------------------------------------------------------


def test_no_minute_counts_twice_whichever_id_it_stands_under() -> None:
    story = (*CREDITED, *PATROL_OF_CHEN)
    apart = given(*story).when(CONFIRM_CHEN, by=LEADER, at=EVENING)
    assert isinstance(apart.events[0], ServiceCredited)
    together = given(*story, merged()).when(CONFIRM_CHEN, by=LEADER, at=EVENING)
    together.refused("intervals_must_not_overlap")
    other_way = (*then((*JINNING_EVENT, *PATROL_OF_CHEN), CONFIRM_CHEN), *KITCHEN_OF_WU, merged())
    given(*other_way).when(CONFIRM_WU, by=LEADER, at=EVENING).refused("intervals_must_not_overlap")


def test_a_day_is_one_day_under_both_ids() -> None:
    rules = ruled(ServiceRules(unit_minutes_most=Minutes(120), town_minutes_most=Minutes(720)))
    story = (*then((*JINNING_EVENT, rules, *KITCHEN_OF_WU), CONFIRM_WU),)
    story = (*story, *attended(CHEN, ELEVEN, NOONTIME, PATROL))
    (apart,) = given(*story).when(CONFIRM_CHEN, by=LEADER, at=EVENING).events
    (held,) = given(*story, merged()).when(CONFIRM_CHEN, by=LEADER, at=EVENING).events
    assert (type(apart), type(held)) == (ServiceCredited, ServiceHeld)


def test_opening_minutes_of_a_unit_are_brought_once_under_either_id() -> None:
    def bring(who: PersonId) -> ImportOpeningMinutes:
        return ImportOpeningMinutes(who, MUTUAL_AID, Minutes(600), LONG_AGO, OpeningGrade.imported)

    story = then(JINNING_EVENT, bring(WU))
    once = "opening_minutes_must_be_imported_once"
    given(*story, merged()).when(bring(CHEN), by=LEADER, at=EVENING).refused(once)
    assert given(*story).when(bring(CHEN), by=LEADER, at=EVENING).decision


def test_stars_rest_on_the_minutes_of_both_and_go_on_from_the_last_one() -> None:
    rules = ruled(ServiceRules(star_thresholds=(Minutes(60), Minutes(150))))
    story = then((*JINNING_EVENT, rules, *KITCHEN_OF_WU), CONFIRM_WU, GrantStar(WU, Count(1)))
    story = (*story, *attended(CHEN, ELEVEN, NOONTIME, PATROL))
    story = (*then(story, CONFIRM_CHEN), merged())
    twice = GrantStar(CHEN, Count(1))
    given(*story).when(twice, at=EVENING).refused("star_must_not_be_granted_twice")
    (star,) = given(*story).when(GrantStar(CHEN, Count(2)), at=EVENING).events
    assert (star.person, star.service_minutes) == (CHEN, 180)


def test_whoever_is_both_does_not_confirm_herself_and_her_relations_stay_relations() -> None:
    story = (*JINNING_EVENT, *KITCHEN_OF_WU, merged())
    herself = "confirmer_must_not_be_the_volunteer"
    given(*story).when(CONFIRM_WU, by=CHEN, at=EVENING).refused(herself)
    related = "confirmer_must_not_be_related"
    for sheet in (relative(LEADER, of=WU), relative(LEADER, of=CHEN), relative(CHEN, of=LEADER)):
        given(*story, sheet).when(CONFIRM_WU, by=LEADER, at=EVENING).refused(related)
    assert (
        given(*story, relative(LEADER, of=SOMEBODY))
        .when(CONFIRM_WU, by=LEADER, at=EVENING)
        .decision
    )


# -- time credit ---------------------------------------------------------------------------------


def test_credit_that_was_earned_under_the_duplicate_is_hers_to_spend() -> None:
    redeem = RedeemCredit(CHEN, Minutes(120))
    none = "credit_must_cover_the_minutes"
    given(*CREDITED).when(redeem, by=CHEN, at=EVENING).refused(none)
    story = then((*CREDITED, merged()), redeem, by=CHEN)
    again = given(*story).when(RedeemCredit(CHEN, Minutes(1)), by=CHEN, at=EVENING)
    again.refused(none, balance_minutes=0)


def test_she_gives_none_to_herself() -> None:
    to_herself = TransferCredit(CHEN, WU, Minutes(1))
    given(*CREDITED, merged()).when(to_herself, by=LEADER, at=EVENING).refused(
        "person_must_not_be_a_duplicate"
    )


# -- meals ---------------------------------------------------------------------------------------

OTHER = PersonId("00000000-0000-4000-8000-00000000000d")
EATS_TWICE = (*town.eats(), town.registered(OTHER), Sheet(OTHER, town.sheet()))


def test_a_day_has_one_subsidised_meal_under_both_ids() -> None:
    story = town.after(*EATS_TWICE, town.claimed(person=OTHER), merged(town.CHEN, OTHER))
    lunch = town.lunch(at=town.JINNING_CANTEEN)
    told = given(*story).when(lunch, at=town.noon(MONDAY))
    told.refused("day_must_not_have_two_subsidised_meals", meals=1)
    parted = (*story, separated(town.CHEN, OTHER))
    assert given(*parted).when(lunch, at=town.noon(MONDAY)).decision


# -- death and rights ----------------------------------------------------------------------------


def test_a_death_is_found_out_of_both_and_takes_back_what_stands_under_both() -> None:
    january = ((date(2026, 1, 21), town.CHEN), (date(2026, 1, 22), OTHER))
    claims = [town.claimed(day, person=who) for day, who in january]
    story = town.after(*EATS_TWICE, *claims, *town.closed("2026-01"), merged(town.CHEN, OTHER))
    died_on = date(2026, 1, 20)
    death = RecordDeath(town.CHEN, died_on)
    told = given(*story).when(death, at=town.noon(date(2026, 3, 20)))
    days = [event for event in told.events if isinstance(event, DeathRecorded)]
    assert [event.person for event in days] == [town.CHEN, OTHER]
    back = [event for event in told.events if isinstance(event, MealReversed)]
    assert [event.person for event in back] == [town.CHEN, OTHER]
    raised = [event for event in told.events if isinstance(event, RecoveryRaised)]
    assert [(event.person, event.recovery) for event in raised] == [(town.CHEN, 1), (OTHER, 2)]
    correct = CorrectDeath(town.CHEN, None)
    wrong = given(*story, told).when(correct, at=town.noon(date(2026, 3, 20)))
    alive = [event for event in wrong.events if isinstance(event, DeathCorrected)]
    assert [(event.person, event.occurred_on) for event in alive] == [
        (town.CHEN, died_on),
        (OTHER, died_on),
    ]


def test_she_is_erased_under_both_ids() -> None:
    told = given(*JINNING_EVENT, merged()).when(ERASE)
    told.then(PersonErased(CHEN, BASIS, MONDAY), PersonErased(WU, BASIS, MONDAY))


def test_a_term_or_a_case_of_either_keeps_her_papers() -> None:
    events = given(*CREDITED, merged()).when(ERASE).events
    told = [(type(event), event.person, event.until) for event in events]
    assert told == [(PersonRestricted, who, date(2036, 12, 31)) for who in (CHEN, WU)]
    hold = given(*JINNING_EVENT, merged()).when(HoldCase(WU, CaseReason.audit_sample))
    given(*JINNING_EVENT, merged(), hold).when(ERASE).refused("erasure_must_wait_for_the_case")


def test_whoever_was_erased_still_knows_her_ids() -> None:
    told = given(*JINNING_EVENT, merged()).when(ERASE)
    ledger = given(*JINNING_EVENT, merged(), told).ledger
    assert ledger[people.stream(CHEN)].identity.duplicates == (WU,)
    assert ledger[people.stream(WU)].identity.kept_as == CHEN


def test_separated_again_each_has_her_own() -> None:
    story = (*CREDITED, *PATROL_OF_CHEN, merged(), separated())
    (event,) = given(*story).when(CONFIRM_CHEN, by=LEADER, at=EVENING).events
    assert isinstance(event, ServiceCredited)
