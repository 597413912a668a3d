"""Certificates: what each said, and since when the ledger says otherwise."""

from dataclasses import fields
from datetime import date

import pytest

from ledger.domain.certificate_records import (
    CertificateIssued,
    CertificateNumbered,
    CertificateVoided,
    GradedMinutes,
    VoidReason,
)
from ledger.domain.community_records import CommunityRegistered
from ledger.domain.person_records import PersonRegistered
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
    Title,
    UnitId,
    ZoneName,
)
from ledger.projections import certificate_records, certificates, service_records
from ledger.projections.certificates import Certificate, PublicCertificate, Validity
from ledger.projections.detectors import Pattern
from ledger.projections.exceptions import exceptions
from ledger.projections.view import NOW, View
from tests.builders import CLERK
from tests.projections.by_hand import Log, rows_differ
from tests.projections.detecting import MODELS as DETECTED
from tests.projections.identity_events import merged, separated
from tests.projections.plain_registers import SHANGHAI
from tests.projections.real_log import recorded_at, written
from tests.projections.service_events import (
    CHEN,
    JINNING,
    MARCH_2,
    MUTUAL_AID,
    NEW_YEAR,
    PATROL,
    WU,
    credited,
    opening,
    opening_reversed,
    reinstated,
    reversed_,
)

MODELS = (certificate_records.MODEL, service_records.MODEL)
HOME = CommunityRegistered(
    JINNING, Title("金宁"), Title("丹灶"), ZoneName("Asia/Shanghai"), NEW_YEAR
)
PAPER = CertificateId("00000000-0000-4000-8000-0000000000c1")
MARCH_31 = date(2026, 3, 31)
XIANHU = CommunityId("xianhu")


def issued(
    number: int = 1,
    *,
    ids: tuple[PersonId, ...] = (CHEN,),
    where: CommunityId = JINNING,
    unit: UnitId | None = MUTUAL_AID,
    first_day: date | None = None,
) -> CertificateIssued:
    return CertificateIssued(
        certificate=CertificateId(f"00000000-0000-4000-8000-0000000000c{number}"),
        number=CertificateNumber(f"{where}-2026-000{number}"),
        person=ids[0],
        ids=ids,
        community=where,
        unit=unit,
        first_day=first_day,
        last_day=MARCH_31,
        records=Count(1),
        minutes=(GradedMinutes(EvidenceGrade.checked, Minutes(120)),),
        digest=Digest("0f" * 32),
        issued_by=CLERK,
        occurred_on=MARCH_31,
    )


def voided(number: int = 1) -> CertificateVoided:
    it = issued(number)
    reason = VoidReason.records_corrected
    return CertificateVoided(
        it.certificate, it.number, it.person, it.community, reason, CLERK, MARCH_31
    )


def told(database: str, *events: object, view: View = NOW) -> Certificate:
    with written(database, MODELS, HOME, *events) as connection:
        found = certificates.certificate(connection, PAPER, view)
    assert found is not None
    return found


def test_a_certificate_is_told_as_it_was_issued(database: str) -> None:
    it, event = told(database, credited(), issued()), issued()
    assert (it.number, it.person, it.unit) == (event.number, CHEN, MUTUAL_AID)
    assert (it.minutes, it.service_minutes, it.records) == (event.minutes, 120, 1)
    assert (it.validity, it.differs_since, it.voided_on) == (Validity.valid, None, None)


def test_of_whose_it_is_the_public_is_told_nothing(database: str) -> None:
    it = told(database, credited(), issued(), voided())
    assert CHEN not in str(it.public)
    assert CLERK not in str(it.public)
    named = {field.name for field in fields(PublicCertificate)}
    assert not named & {"person", "certificate", "issued_by", "voided_by", "digest"}


def test_what_it_counts_was_taken_back_so_it_differs_since_that_day(database: str) -> None:
    it = told(database, credited(), issued(), reversed_())
    assert (it.validity, it.differs_since) == (Validity.differs, MARCH_2)
    day = recorded_at(4).astimezone(SHANGHAI).date()
    assert it.differs_since == day


def test_the_day_is_the_communitys_own(database: str) -> None:
    later = (credited(60, PATROL), credited(60, ShiftId("sweep")))
    it = told(database, credited(), issued(), *later, reversed_())
    assert recorded_at(6).date() == MARCH_2, "in Greenwich"
    assert it.differs_since == date(2026, 3, 3), "in Shanghai it is two in the morning"


def test_as_known_before_it_is_as_it_was(database: str) -> None:
    events = (credited(), issued(), reversed_(), voided())
    with written(database, MODELS, HOME, *events) as connection:
        for known, validity in ((3, "valid"), (4, "differs"), (5, "void")):
            found = certificates.certificate(connection, PAPER, View(known=known))
            assert found is not None
            assert found.validity == validity
        assert certificates.certificate(connection, PAPER, View(known=2)) is None


def test_what_stands_again_as_it_was_differs_no_more(database: str) -> None:
    dead = (credited(), issued(), reversed_(), reinstated())
    assert told(database, *dead).validity is Validity.valid


def test_what_is_credited_anew_with_other_minutes_differs_since_it_was_taken_back(
    database: str,
) -> None:
    it = told(database, credited(), issued(), reversed_(), separated(WU)[0], credited(90))
    assert (it.validity, it.differs_since) == (Validity.differs, MARCH_2)


def test_of_another_grade_it_differs_too(database: str) -> None:
    anew = credited(grade=EvidenceGrade.attested)
    assert told(database, credited(), issued(), reversed_(), anew).validity is Validity.differs


def test_what_is_credited_or_taken_back_beside_it_makes_it_no_less_true(database: str) -> None:
    late = credited(60, PATROL)
    taken_back = reversed_(60, PATROL)
    assert told(database, credited(), issued(), late, taken_back).validity is Validity.valid


@pytest.mark.parametrize(
    "beside",
    [
        issued(first_day=date(2026, 3, 3)),
        issued(unit=None),
        issued(ids=(WU,)),
        issued(where=XIANHU),
    ],
    ids=["another day", "another unit", "another person", "another community"],
)
def test_only_what_it_counts_matters(database: str, beside: CertificateIssued) -> None:
    elsewhere = CommunityRegistered(
        XIANHU, Title("仙湖"), Title("丹灶"), ZoneName("Asia/Shanghai"), NEW_YEAR
    )
    it = told(database, elsewhere, credited(), beside, reversed_())
    assert it.validity is Validity.valid


@pytest.mark.parametrize(
    ("after", "validity"),
    [
        ((), "valid"),
        ((opening_reversed(60, "patrol"),), "valid"),
        ((opening_reversed(120),), "differs"),
        ((opening_reversed(120), opening(90)), "differs"),
        ((opening_reversed(120), opening(120)), "valid"),
    ],
)
def test_opening_minutes_of_the_unit_that_were_wrong_make_it_differ(
    database: str, after: tuple[object, ...], validity: str
) -> None:
    history = (opening(60, "patrol"), opening(120), issued(), *after)
    assert told(database, *history).validity == validity


def test_ids_that_turn_out_to_be_two_persons_make_it_differ_for_good(database: str) -> None:
    both = issued(ids=(CHEN, WU))
    people = (PersonRegistered(who, JINNING, Count(1), "c", NEW_YEAR) for who in (CHEN, WU))
    history = (*people, *merged(WU), credited(who=WU), both, *separated(WU), *merged(WU))
    it = told(database, *history)
    assert it.validity is Validity.differs


def test_what_is_void_stays_void_whatever_its_records_say(database: str) -> None:
    it = told(database, credited(), issued(), reversed_(), voided())
    assert (it.validity, it.differs_since) == (Validity.void, MARCH_2)
    assert (it.voided_on, it.voided_by, it.reason) == (MARCH_31, CLERK, "records_corrected")


def test_a_register_is_told_newest_first_by_page_by_community_and_by_person(database: str) -> None:
    events = (issued(1), issued(2, ids=(WU,)), issued(3))
    with written(database, MODELS, HOME, *events) as connection:
        first, second = certificates.register(connection, community=JINNING, limit=2)
        assert [first.number, second.number] == ["jinning-2026-0003", "jinning-2026-0002"]
        (last,) = certificates.register(connection, after=second.position)
        assert last.number == "jinning-2026-0001"
        of_wu = certificates.register(connection, persons=(WU,))
        assert [each.number for each in of_wu] == ["jinning-2026-0002"]
        assert certificates.register(connection, community=XIANHU) == ()
        assert certificates.register(connection, reach={XIANHU}) == ()
        assert len(certificates.register(connection, reach={JINNING})) == 3


def test_a_number_finds_its_certificate(database: str) -> None:
    with written(database, MODELS, HOME, issued(1), issued(2)) as connection:
        found = certificates.of_number(connection, CertificateNumber("jinning-2026-0001"))
        assert found is not None
        assert found.certificate == PAPER
        assert certificates.of_number(connection, CertificateNumber("jinning-2026-0003")) is None


def test_an_auditor_finds_what_differs_until_it_is_void(database: str) -> None:
    pattern = Pattern.certificate_outdated
    history = (HOME, credited(), issued(), issued(2, ids=(WU,)), reversed_())
    with written(database, DETECTED, *history, voided()) as connection:
        (finding,) = exceptions(connection, View(known=5), pattern=pattern)
        assert (finding.community, finding.subject, finding.others) == (JINNING, JINNING, (PAPER,))
        assert (finding.since, finding.score, finding.evidence) == (MARCH_2, 1, (5, 3))
        assert finding.facts == {"number": "jinning-2026-0001", "day": "2026-03-02"}
        assert "{" not in finding.sentence_zh + finding.sentence_en
        assert exceptions(connection, View(known=5), pattern=pattern, reach={XIANHU}) == ()
        for known in (4, 6):
            assert exceptions(connection, View(known=known), pattern=pattern) == ()


TWIN = CertificateNumbered(PAPER, CertificateNumber("jinning-2026-0001"), JINNING, MARCH_31)
HISTORY = (
    *merged(WU),
    issued(ids=(CHEN, WU)),
    TWIN,
    *separated(WU),
    *merged(WU),
    issued(2, ids=(CHEN, WU)),
    *separated(WU),
    voided(2),
)


@pytest.mark.parametrize("cut", range(1, len(HISTORY)))
def test_rows_do_not_depend_on_where_a_run_is_cut(database: str, cut: int) -> None:
    log = Log()
    log.add(*HISTORY)
    assert not rows_differ(database, certificate_records.MODEL, log.events, [cut])
