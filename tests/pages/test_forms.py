"""Fields of a form, as a command of the catalogue."""

from datetime import UTC, date, datetime

import pytest

from api.pages.forms import Form, command_of, new_key
from ledger.domain.attendance import CheckIn
from ledger.domain.communities import SetApprovalBands
from ledger.domain.disbursements import PayDisbursement
from ledger.domain.facts import Contact, FactSheet, Residence
from ledger.domain.people import RegisterPerson
from ledger.domain.sites import SetServiceDays, Weekday
from ledger.domain.values import CommunityId, Count, Fen, FundId, ShiftId
from ledger.exchange.faults import Malformed
from tests.builders import person

PAYMENT = {"fund": "jinning-meals", "disbursement": "3", "paid_on": "2026-03-02"}


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("12.50", 1250), ("12.5", 1250), ("12", 1200), ("1,234.00", 123_400), (" 7 ", 700)],
)
def test_yuan_are_typed_as_people_write_them(typed: str, fen: int) -> None:
    command = command_of("disbursements/pay", PAYMENT | {"amount_yuan": typed})
    assert command == PayDisbursement(FundId("jinning-meals"), Count(3), date(2026, 3, 2), Fen(fen))


@pytest.mark.parametrize("typed", ["12.505", "十二", "12元", "--", "NaN"])
def test_what_is_no_amount_is_named_as_it_was_typed(typed: str) -> None:
    wrong = command_of("disbursements/pay", PAYMENT | {"amount_yuan": typed})
    assert isinstance(wrong, Malformed)
    (fault,) = wrong.faults
    assert (fault.pointer, fault.value) == ("/amount_yuan", typed)


def test_what_is_left_empty_was_not_given() -> None:
    command = command_of("disbursements/pay", PAYMENT | {"amount_yuan": ""})
    assert isinstance(command, PayDisbursement)
    assert command.amount_fen is None


def test_a_day_may_be_written_in_chinese() -> None:
    command = command_of("disbursements/pay", PAYMENT | {"paid_on": "2026年3月2日"})
    assert isinstance(command, PayDisbursement)
    assert command.paid_on == date(2026, 3, 2)


def test_a_time_without_an_offset_is_the_time_of_the_place() -> None:
    given = {"shift": "sweep-0106", "person": person(1), "at": "2026-01-06T09:00"}
    assert command_of("attendance/check-in", given) == CheckIn(
        ShiftId("sweep-0106"), person(1), datetime(2026, 1, 6, 1, tzinfo=UTC)
    )


def test_every_fault_is_told_at_once() -> None:
    wrong = command_of("disbursements/pay", {"amount_yuan": "x", "paid_on": "31.2.2026"})
    assert isinstance(wrong, Malformed)
    assert {fault.pointer for fault in wrong.faults} == {"/amount_yuan", "/paid_on"}


def test_a_field_that_the_command_does_not_have_changes_nothing() -> None:
    command = command_of("disbursements/pay", PAYMENT | {"actor": person(9), "sure": "1"})
    assert isinstance(command, PayDisbursement)


def test_each_form_has_a_key_of_its_own() -> None:
    assert Form().key != Form().key
    assert len(new_key()) <= 80


def test_what_lies_inside_has_the_way_to_it_in_its_name() -> None:
    given = {
        "person": person(1),
        "community": "jinning",
        "contact.name": "何例",
        "contact.phone": "",
        "facts.born_on": "1950-03-02",
        "facts.habitual.0.community": "jinning",
        "facts.habitual.0.since": "2020-01-01",
        "facts.habitual.1.community": "",
        "facts.habitual.1.since": "",
    }
    assert command_of("people/register", given) == RegisterPerson(
        person(1),
        CommunityId("jinning"),
        Contact("何例"),
        FactSheet(
            date(1950, 3, 2), habitual=(Residence(CommunityId("jinning"), date(2020, 1, 1)),)
        ),
    )


def test_rows_of_money_and_boxes_are_read_as_they_are_typed() -> None:
    bands = {
        "community": "jinning",
        "valid_from": "2026-04-01",
        "bands.0.up_to_yuan": "5,000",
        "bands.0.approvers": "1",
        "bands.0.resolution": "false",
        "bands.1.up_to_yuan": "",
        "bands.1.approvers": "2",
        "bands.1.resolution": "true",
    }
    command = command_of("communities/set-approval-bands", bands)
    assert isinstance(command, SetApprovalBands)
    assert [each.up_to_fen for each in command.bands] == [500_000, None]
    days = {"site": "x", "weekdays.0": "0", "weekdays.4": "4", "valid_from": "2026-04-01"}
    command = command_of("sites/set-service-days", days | {"exceptions.0.day": ""})
    assert isinstance(command, SetServiceDays)
    assert command.weekdays == (Weekday.monday, Weekday.friday)
    assert command.exceptions == ()


@pytest.mark.parametrize(
    ("field", "typed"),
    [("facts.born_on", "1950-13-02"), ("contact.phone", "x" * 70), ("contact.name", "")],
)
def test_a_fault_inside_is_told_at_its_own_field(field: str, typed: str) -> None:
    given = {"person": person(1), "community": "jinning", "facts.born_on": "1950-03-02"}
    given |= {"contact.name": "何例", "contact.phone": "1", field: typed}
    wrong = command_of("people/register", given)
    assert isinstance(wrong, Malformed)
    assert [fault.pointer for fault in wrong.faults] == [f"/{field}"]


def test_a_fault_of_a_note_is_told_at_the_field_of_the_note() -> None:
    given = {"person": person(1), "shift": "s-1", "reason": "other", "note": "x" * 501}
    wrong = command_of("objections/raise", given)
    assert isinstance(wrong, Malformed)
    assert "/note" in {fault.pointer for fault in wrong.faults}


@pytest.mark.parametrize(
    ("name", "field", "zh", "en"),
    [
        ("disbursements/pay", "paid_on", "付款日期：须填写。", "Paid on: this must be filled in."),
        ("shifts/schedule", "activity", "服务内容：须填写。", "What is done: this must be"),
        ("stars/grant", "star", "此处须填写。", "This must be filled in."),
        ("objections/raise", "reason", "哪里有误：须填写。", "What is wrong: this must be"),
        ("objections/answer", "answer", "答复：须填写。", "Answer: this must be"),
        ("accounts/disable", "reason", "停用原因：须填写。", "Why nobody is to be let in: this"),
        ("attendance/correct", "check_in", "到达时间：须填写。", "Came: this must be"),
    ],
)
def test_what_is_wrong_is_told_as_the_page_calls_it(
    name: str, field: str, zh: str, en: str
) -> None:
    wrong = command_of(name, {"fund": "x", "shift": "s-1"})
    assert isinstance(wrong, Malformed)
    (fault,) = (each for each in wrong.faults if each.pointer == f"/{field}")
    assert fault.zh == zh
    assert en in fault.en
    assert not any("_" in each.zh + each.en for each in wrong.faults)


@pytest.mark.parametrize(
    ("name", "typed", "zh", "en"),
    [
        ("disbursements/pay", {"paid_on": "31.2.2026"}, "付款日期：应为存在的日期", "Paid on: th"),
        (
            "attendance/check-in",
            {"code": "12"},
            "现场屏幕上的九位数字：应为屏幕上",
            "Nine digits on the display: th",
        ),
        ("stars/grant", {"star": "x"}, "此处应为", "This must be"),
    ],
)
def test_what_does_not_fit_names_its_field_too(
    name: str, typed: dict[str, str], zh: str, en: str
) -> None:
    wrong = command_of(name, typed)
    assert isinstance(wrong, Malformed)
    (fault,) = (each for each in wrong.faults if each.pointer.removeprefix("/") in typed)
    assert fault.zh.startswith(zh)
    assert fault.en.startswith(en)


def test_an_amount_beyond_all_bounds_is_told_in_what_it_was_typed_in() -> None:
    wrong = command_of("disbursements/pay", PAYMENT | {"amount_yuan": "99999999999"})
    assert isinstance(wrong, Malformed)
    assert [each.zh for each in wrong.faults] == [
        "金额：金额不能小于零，也不能超过 10,000,000,000 元。"
    ]


def test_the_number_of_a_meeting_is_told_what_it_is_made_of() -> None:
    wrong = command_of("councils/record-meeting", {"meeting": "JN 会议"})
    assert isinstance(wrong, Malformed)
    (fault,) = (each for each in wrong.faults if each.pointer == "/meeting")
    assert "小写字母" in fault.zh
