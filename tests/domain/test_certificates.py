"""Certificates: what a unit credited is certified, no more, no less, and by nobody for herself."""

from datetime import date, timedelta
from hashlib import sha256

import pytest

from ledger.domain import certificates, people, service
from ledger.domain.certificate_records import (
    CertificateIssued,
    CertificateNumbered,
    CertificateVoided,
    GradedMinutes,
    VoidReason,
)
from ledger.domain.deaths import RecordDeath
from ledger.domain.duplicates import MergePersons
from ledger.domain.rights import ErasePerson, RestrictPerson
from ledger.domain.rights_records import ErasureBasis, PersonErased, RestrictionReason
from ledger.domain.service import RefuseService, ReverseService
from ledger.domain.service_openings import ImportOpeningMinutes
from ledger.domain.service_records import OpeningGrade, RefusalReason, ReversalReason
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import (
    CertificateId,
    CertificateNumber,
    CommunityId,
    Count,
    Digest,
    Minutes,
    PersonId,
    ShiftId,
    UnitId,
)
from tests.domain.certificate_stories import (
    ANOTHER_PAPER,
    APRIL,
    FIVE_HOURS,
    MARCH_1,
    MARCH_31,
    PAPER,
    TWO_HOURS,
    asked,
    confirmed,
    issue,
    presence,
    shift,
    then,
    void,
)
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    MUTUAL_AID,
    STRANGER,
    WU,
    XIANHU,
    at,
    came,
    community,
    left,
    person,
    relative,
    scheduled,
)
from tests.domain.test_wrong_states_of_duplicates import merged, separated
from tests.story import Story, Told, given

APRIL_2, NEW_YEAR = APRIL.date(), date(2025, 12, 31)
FIRST = CertificateNumber("jinning-2026-0001")
CHECKED, ATTESTED = EvidenceGrade.checked, EvidenceGrade.attested
OTHER_UNIT = UnitId("xianhu/mutual-aid")


def minutes(told: Told) -> dict[str, int]:
    event = told.events[0]
    assert isinstance(event, CertificateIssued)
    return {str(each.grade): each.service_minutes for each in event.minutes}


def opened(story: Story, as_of: date = NEW_YEAR, who: PersonId = CHEN) -> Story:
    bring = ImportOpeningMinutes(who, MUTUAL_AID, Minutes(600), as_of, OpeningGrade.imported)
    return then(story, bring, when=at("03-03 09:00"))


# -- what it says ------------------------------------------------------------------------------


def test_a_certificate_says_what_the_unit_credited_by_how_good_the_evidence_is() -> None:
    lines = "kitchen checked 120\npatrol attested 180\n"
    asked(FIVE_HOURS, issue()).then(
        CertificateIssued(
            certificate=PAPER,
            number=FIRST,
            person=CHEN,
            ids=(CHEN,),
            community=JINNING,
            unit=MUTUAL_AID,
            first_day=MARCH_1,
            last_day=MARCH_31,
            records=Count(2),
            minutes=(GradedMinutes(CHECKED, Minutes(120)), GradedMinutes(ATTESTED, Minutes(180))),
            digest=Digest(sha256(lines.encode()).hexdigest()),
            issued_by=LEADER,
            occurred_on=APRIL_2,
        ),
        CertificateNumbered(PAPER, FIRST, JINNING, APRIL_2),
    )


@pytest.mark.parametrize(
    ("first_day", "last_day", "found"),
    [
        (date(2026, 3, 2), date(2026, 3, 4), {"checked": 120, "attested": 180}),
        (date(2026, 3, 2), date(2026, 3, 3), {"checked": 120}),
        (date(2026, 3, 3), date(2026, 3, 4), {"attested": 180}),
        (date(2026, 3, 4), date(2026, 3, 4), {"attested": 180}),
        (None, date(2026, 3, 2), {"checked": 120}),
        (None, APRIL_2, {"checked": 120, "attested": 180}),
    ],
)
def test_both_days_of_the_period_are_in_it(
    first_day: date | None, last_day: date, found: dict[str, int]
) -> None:
    told = asked(FIVE_HOURS, issue(first_day=first_day, last_day=last_day))
    assert minutes(told) == found


@pytest.mark.parametrize("day", ["03-01", "03-05"])
def test_a_period_without_a_credited_minute_has_no_certificate(day: str) -> None:
    alone = date.fromisoformat(f"2026-{day}")
    asked(FIVE_HOURS, issue(first_day=alone, last_day=alone)).refused(
        "certificate_must_have_minutes", unit=MUTUAL_AID
    )


def test_what_is_not_confirmed_is_not_certified() -> None:
    waits = (*JINNING_EVENT, *shift("kitchen", "03-02", 2), *presence("kitchen", "03-02", 2))
    asked(waits, issue()).refused("certificate_must_have_minutes")


def test_what_is_held_or_refused_or_taken_back_is_not_certified() -> None:
    held = confirmed(JINNING_EVENT, "kitchen", "03-02", 9)
    refuse = RefuseService(KITCHEN, CHEN, RefusalReason.not_service)
    refused = then(held, refuse, when=at("03-03 09:00"))
    reverse = ReverseService(KITCHEN, CHEN, ReversalReason.found_false)
    taken_back = then(TWO_HOURS, reverse, when=at("03-03 09:00"))
    for story in (held, refused, taken_back):
        asked(story, issue()).refused("certificate_must_have_minutes")
    assert minutes(asked(confirmed(taken_back, "patrol", "03-04", 1), issue())) == {"checked": 60}


def test_a_certificate_covers_the_records_of_one_unit_only() -> None:
    story = confirmed(TWO_HOURS, "office", "03-05", 4, unit=None)
    assert minutes(asked(story, issue())) == {"checked": 120}
    assert minutes(asked(story, issue(unit=None))) == {"checked": 240}
    elsewhere = (*story, *community(XIANHU))
    asked(elsewhere, issue(community=XIANHU, unit=None)).refused(
        "certificate_must_have_minutes", unit=XIANHU
    )


def test_what_is_reversed_afterwards_changes_no_certificate() -> None:
    told = asked(FIVE_HOURS, issue())
    reverse = ReverseService(KITCHEN, CHEN, ReversalReason.found_false)
    after = then((*FIVE_HOURS, told), reverse, when=APRIL)
    kept = given(*after).ledger[certificates.stream(PAPER)]
    assert (kept.issued, kept.voided) == (told.events[0], False)
    anew = asked(after, issue(certificate=ANOTHER_PAPER))
    assert minutes(anew) == {"attested": 180}


# -- opening minutes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_day", "last_day", "found"),
    [
        (None, MARCH_31, {"checked": 120, "imported": 600}),
        (None, NEW_YEAR, {"imported": 600}),
        (None, NEW_YEAR - timedelta(1), None),
        (NEW_YEAR, MARCH_31, None),
        (NEW_YEAR + timedelta(1), MARCH_31, {"checked": 120}),
        (NEW_YEAR - timedelta(1), NEW_YEAR - timedelta(1), None),
    ],
)
def test_a_period_holds_all_of_the_opening_minutes_or_none(
    first_day: date | None, last_day: date, found: dict[str, int] | None
) -> None:
    story = confirmed(opened(JINNING_EVENT), "kitchen", "03-02", 2)
    told = asked(story, issue(first_day=first_day, last_day=last_day))
    if found is None:
        told.refused("certificate_must_not_cut_opening_minutes", unit=MUTUAL_AID, as_of=NEW_YEAR)
    else:
        assert minutes(told) == found
        assert told.events[0].records == len(found)


def test_opening_minutes_of_a_unit_are_no_concern_of_the_committee() -> None:
    story = confirmed(opened(JINNING_EVENT), "office", "03-05", 4, unit=None)
    assert minutes(asked(story, issue(unit=None, first_day=NEW_YEAR))) == {"checked": 240}


# -- what is asked for -------------------------------------------------------------------------


def test_community_unit_and_person_must_be_known_in_this_order() -> None:
    nowhere = issue(community=CommunityId("nowhere"))
    asked(TWO_HOURS, nowhere).refused("community_must_be_known")
    unknown = UnitId("jinning/nobody")
    asked(TWO_HOURS, issue(unit=unknown, person=STRANGER)).refused("unit_must_be_known")
    asked(TWO_HOURS, issue(unit=OTHER_UNIT)).refused("unit_must_be_known", unit=OTHER_UNIT)
    asked(TWO_HOURS, issue(person=STRANGER)).refused("person_must_be_known", person=STRANGER)


@pytest.mark.parametrize(
    ("first_day", "last_day", "code"),
    [
        (MARCH_31, MARCH_31 - timedelta(1), "certificate_must_not_end_before_it_begins"),
        (MARCH_1, APRIL_2 + timedelta(1), "day_must_not_be_in_the_future"),
        (date(1026, 3, 1), APRIL_2, "year_must_be_plausible"),
    ],
)
def test_a_period_is_of_days_that_have_come(first_day: date, last_day: date, code: str) -> None:
    asked(FIVE_HOURS, issue(first_day=first_day, last_day=last_day)).refused(code)


def test_today_is_the_communitys_day() -> None:
    late = at("04-02 23:30")  # the afternoon in Greenwich
    told = asked(FIVE_HOURS, issue(last_day=APRIL_2), when=late)
    assert told.events[0].occurred_on == APRIL_2


# -- by whom -----------------------------------------------------------------------------------


def test_nobody_issues_or_voids_her_own_certificate_or_a_relations() -> None:
    issued = (*TWO_HOURS, asked(TWO_HOURS, issue()))
    for story, command in ((TWO_HOURS, issue()), (issued, void())):
        asked(story, command, by=CHEN).refused("confirmer_must_not_be_the_volunteer")
        for sheet in (relative(CHEN, of=WU), relative(WU, of=CHEN)):
            asked((*story, sheet), command, by=WU).refused("confirmer_must_not_be_related")


def test_whoever_confirmed_the_service_may_certify_it() -> None:
    assert asked(TWO_HOURS, issue(), by=LEADER).decision, "who records certifies"


# -- numbers -----------------------------------------------------------------------------------


def test_numbers_of_a_communitys_year_have_no_gaps_and_are_never_given_again() -> None:
    story: Story = TWO_HOURS
    for number in range(1, 4):
        name = CertificateId(f"00000000-0000-4000-8000-00000000000{number}")
        told = asked(story, issue(certificate=name))
        assert told.events[0].number == told.events[1].number == f"jinning-2026-000{number}"
        asked((*story, told), issue(certificate=name)).refused(
            "certificate_must_be_new", certificate=name
        )
        story = then((*story, told), void(name), when=APRIL)
    next_year = asked(story, issue(certificate=PAPER), when=APRIL.replace(year=2027))
    assert next_year.events[0].number == "jinning-2027-0001"


def test_the_register_has_its_own_numbers_in_each_community() -> None:
    story = (*TWO_HOURS, asked(TWO_HOURS, issue()))
    ledger = given(*story).ledger
    assert ledger[certificates.register(JINNING, 2026)].issued == 1
    assert ledger[certificates.register(XIANHU, 2026)].issued == 0


# -- voiding -----------------------------------------------------------------------------------


def test_a_certificate_is_voided_with_a_reason_and_stays_void() -> None:
    issued = (*TWO_HOURS, asked(TWO_HOURS, issue()))
    told = asked(issued, void()).then(
        CertificateVoided(
            PAPER, FIRST, CHEN, JINNING, VoidReason.issued_by_mistake, LEADER, APRIL_2
        )
    )
    asked((*issued, told), void()).refused(
        "certificate_must_not_be_voided_twice", certificate=PAPER
    )


def test_what_nobody_issued_is_not_voided_and_lies_in_no_community() -> None:
    asked(TWO_HOURS, void()).refused("certificate_must_be_known", certificate=PAPER)
    ledger = given(*TWO_HOURS).ledger
    assert certificates.place(void(), ledger) is None
    assert certificates.place(issue(), ledger) == JINNING
    ledger = given(*TWO_HOURS, asked(TWO_HOURS, issue())).ledger
    assert certificates.place(void(), ledger) == JINNING


# -- rights, deaths, two ids -------------------------------------------------------------------


def test_whoever_has_her_data_only_kept_is_certified_what_they_are_kept_for() -> None:
    issued = (*TWO_HOURS, asked(TWO_HOURS, issue()))
    restrict = RestrictPerson(CHEN, RestrictionReason.accuracy_contested)
    erase = ErasePerson(CHEN, ErasureBasis.participation_ended)
    for command in (restrict, erase):
        kept = then(issued, command, when=APRIL)
        assert given(*kept).ledger[people.stream(CHEN)].rights.restricted
        assert minutes(asked(kept, issue(certificate=ANOTHER_PAPER))) == {"checked": 120}
        assert asked(kept, void()).decision


def test_an_erasure_leaves_a_certificate_as_it_is() -> None:
    issued = (*TWO_HOURS, asked(TWO_HOURS, issue()))
    over = PersonErased(CHEN, ErasureBasis.participation_ended, APRIL_2)
    erased = (*issued, (people.stream(CHEN), over))
    asked(erased, issue(certificate=ANOTHER_PAPER)).refused("person_must_not_be_erased")
    kept = given(*erased).ledger[certificates.stream(PAPER)]
    assert kept.issued is not None
    assert not kept.voided
    assert asked(erased, void()).decision


def test_a_certificate_keeps_no_papers_longer_than_the_service_does() -> None:
    issued = (*TWO_HOURS, asked(TWO_HOURS, issue(), when=APRIL.replace(year=2030)))
    erase = ErasePerson(CHEN, ErasureBasis.participation_ended)
    waits = asked(issued, erase, by=WU, when=APRIL.replace(year=2036))
    assert waits.events[0].until == date(2036, 12, 31)
    assert isinstance(
        asked(issued, erase, by=WU, when=APRIL.replace(year=2037)).events[0], PersonErased
    )


def test_of_the_dead_it_is_certified_what_they_served() -> None:
    died = then(FIVE_HOURS, RecordDeath(CHEN, date(2026, 3, 3)), when=at("03-20 09:00"))
    assert minutes(asked(died, issue())) == {"checked": 120}, "service after the death is reversed"


def test_what_was_served_under_both_ids_is_certified_under_the_one() -> None:
    story = confirmed(TWO_HOURS, "patrol", "03-04", 1, who=WU)
    one = then(story, MergePersons(CHEN, WU), when=at("03-10 09:00"))
    asked(one, issue(person=WU)).refused("person_must_not_be_a_duplicate", kept_as=CHEN)
    told = asked(one, issue())
    assert minutes(told) == {"checked": 180}
    assert told.events[0].ids == (CHEN, WU)
    two = (*story, merged(), separated())
    assert minutes(asked(two, issue())) == {"checked": 120}


def test_what_stands_under_both_ids_is_not_certified_twice() -> None:
    twice = (*TWO_HOURS, *presence("kitchen", "03-02", 2, who=WU))
    twice = then(twice, service.ConfirmService(KITCHEN, WU), when=at("03-02 20:00"))
    both = opened(opened(JINNING_EVENT), who=WU)
    beside = opened(TWO_HOURS, date(2026, 3, 1))
    for story, day in ((twice, date(2026, 3, 2)), (both, NEW_YEAR)):
        asked((*story, merged()), issue(first_day=None)).refused(
            "certificate_must_not_count_twice", person=CHEN, day=day
        )
    assert minutes(asked((*beside, merged()), issue(first_day=None))) == {
        "checked": 120,
        "imported": 600,
    }


def test_opening_minutes_under_one_id_hold_the_records_under_the_other() -> None:
    story = opened(TWO_HOURS, date(2026, 3, 2), who=WU)
    asked((*story, merged()), issue(first_day=None)).refused(
        "certificate_must_not_count_twice", day=date(2026, 3, 2)
    )


def test_shifts_that_touch_are_two_and_count() -> None:
    morning = confirmed(JINNING_EVENT, "morning", "03-02", 2)
    begin, end = at("03-02 11:00"), at("03-02 12:00")
    noon = ShiftId("noon")
    touching = (
        *morning,
        scheduled(begin, end, noon, unit=MUTUAL_AID),
        came(begin, noon, WU),
        left(end, noon, WU),
    )
    touching = then(touching, service.ConfirmService(noon, WU), when=at("03-02 20:00"))
    assert minutes(asked((*touching, merged()), issue())) == {"checked": 180}


def test_whoever_lives_elsewhere_is_certified_where_she_served() -> None:
    guest = PersonId("00000000-0000-4000-8000-000000000007")
    story = confirmed((*JINNING_EVENT, person(guest)), "kitchen", "03-02", 1, who=guest)
    assert minutes(asked(story, issue(person=guest))) == {"checked": 60}
