"""The register of settlements: what waits for whom, since when, and what is still to be paid."""

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain.settlement_records import DayOverPlates, ReturnReason
from ledger.domain.values import Count, Fen, Month
from ledger.projections import canteens, recoveries, settlements
from ledger.projections.asking import PAGE_MOST
from ledger.projections.canteens import CanteenDay
from ledger.projections.settlement_records import MODEL, SettlementStage
from ledger.projections.settlements import Settlement, SettlementLine
from ledger.projections.view import Basis, View
from tests.projections.by_hand import LEADER, Having, Log, folded, rows_differ
from tests.projections.meal_events import CANTEEN, COOPERATIVE, FUND
from tests.projections.random_settlements import Name, Plain, happened, plain
from tests.projections.service_events import APRIL, JINNING, MARCH, MARCH_2
from tests.projections.settlement_events import (
    XIANHU,
    XIANHU_CANTEEN,
    approved,
    checked,
    due,
    ended,
    lifted,
    paid,
    plates,
    raised,
    returned,
    submitted,
    takings,
)

MARCH_3 = date(2026, 3, 3)


def april(day: int) -> date:
    return date(2026, 4, day)


def line(connection: Connection[Any], **asked: Any) -> SettlementLine:
    (found,) = settlements.register(connection, **asked)
    return found


def one(connection: Connection[Any], **asked: Any) -> Settlement:
    found = settlements.settlement(connection, CANTEEN, MARCH, **asked)
    assert found is not None
    return found


# -- the register --------------------------------------------------------------------------------


def test_what_was_presented_waits_since_that_day(having: Having) -> None:
    found = line(having(submitted(on=april(2))), day=april(9))
    assert (found.stage, found.submission, found.meals) == ("submitted", 1, 3)
    assert (found.payable_fen, found.paid_fen, found.left_fen) == (1200, 0, 1200)
    assert (found.waiting_since, found.days_waiting) == (april(2), 7)


def test_days_are_not_counted_up_to_a_day_that_nobody_names(having: Having) -> None:
    found = line(having(submitted()))
    assert (found.waiting_since, found.days_waiting) == (april(2), None)


def test_each_step_begins_the_waiting_anew(having: Having) -> None:
    steps = (submitted(on=april(2)), checked(on=april(4)), approved(on=april(7)))
    connection = having(*steps, paid(400, on=april(8)))
    waits = [line(connection, day=april(9), view=View(known=known)) for known in (1, 2, 3, 4)]
    assert [(each.stage, each.days_waiting) for each in waits] == [
        ("submitted", 7),
        ("checked", 5),
        ("approved", 2),
        ("approved", 2),
    ]
    assert [each.left_fen for each in waits] == [1200, 1200, 1200, 800]


def test_what_is_paid_to_the_last_fen_waits_for_nothing(having: Having) -> None:
    found = line(having(submitted(), approved(), paid(900), paid(300, COOPERATIVE)), day=april(9))
    assert (found.paid_fen, found.left_fen) == (1200, 0)
    assert (found.waiting_since, found.days_waiting) == (None, None)


def test_a_payer_whom_the_canteen_owes_takes_nothing_off_what_others_pay(having: Having) -> None:
    dues = (due(COOPERATIVE, -500), due(FUND, 900))
    assert line(having(submitted(dues=dues))).payable_fen == 900


def test_of_several_submissions_the_last_one_counts(having: Having) -> None:
    again = submitted(2, dues=(due(FUND, 700),), on=april(6))
    connection = having(submitted(), returned(on=april(5)), again)
    assert (line(connection).submission, line(connection).payable_fen) == (2, 700)
    back = line(connection, view=View(known=2))
    assert (back.stage, back.submission, back.waiting_since) == ("returned", 1, april(5))
    assert settlements.register(connection, view=View(known=0)) == ()


def test_what_had_not_happened_by_the_day_is_not_told(having: Having) -> None:
    """Presented on the 2nd and again on the 6th, approved on the 7th, paid on the 8th."""
    again = submitted(2, dues=(due(FUND, 700),), on=april(6))
    presented = (submitted(), returned(on=april(5)), again, checked(2, on=april(6)))
    connection = having(*presented, approved(2, on=april(7)), paid(700, on=april(8)))
    told = [line(connection, view=View(as_of=april(day))) for day in (2, 5, 6, 7, 8)]
    assert [(each.stage, each.submission, each.payable_fen) for each in told] == [
        ("submitted", 1, 1200),
        ("returned", 1, 1200),
        ("checked", 2, 700),
        ("approved", 2, 700),
        ("approved", 2, 700),
    ]
    assert [each.paid_fen for each in told] == [0, 0, 0, 0, 700]
    assert settlements.register(connection, view=View(as_of=april(1))) == ()


def test_a_payment_entered_late_was_made_before_it_was_known(having: Having) -> None:
    """Made on the 8th, entered after another of the 9th: what is asked picks its own out of it."""
    steps = (submitted(), checked(), approved(), paid(200, on=april(9)), paid(500, on=april(8)))
    connection = having(*steps)
    for view, fen in (
        (View(april(8), known=5), 500),
        (View(april(8), known=4), 0),
        (View(april(9), known=4), 200),
        (View(april(9), known=5), 700),
        (View(april(9), known=5, basis=Basis.booked), 700),
    ):
        found = one(connection, view=view)
        (owed,) = [each for each in found.dues if each.payer == FUND]
        paid_fen = sum(each.amount_fen for each in found.payments)
        assert (found.line.paid_fen, owed.paid_fen, paid_fen) == (fen, fen, fen), view


def test_days_are_counted_up_to_the_day_that_is_asked_about(having: Having) -> None:
    connection = having(submitted(on=april(2)), raised(on=april(3)))
    view = View(as_of=april(6))
    assert line(connection, view=view).days_waiting == 4
    assert line(connection, view=view, day=april(9)).days_waiting == 7
    (back,) = recoveries.recoveries(connection, view=view)
    assert back.days_open == 3


EVERYWHERE = (
    submitted(month=APRIL),
    submitted(at=XIANHU_CANTEEN),
    submitted(),
    checked(),
    submitted(at=XIANHU_CANTEEN, month=APRIL),
)


def test_the_newest_month_comes_first_and_pages_go_on_where_the_last_one_ended(
    having: Having,
) -> None:
    connection = having(*EVERYWHERE)
    found: list[SettlementLine] = []
    while page := settlements.register(connection, limit=1, after=found[-1].key if found else None):
        found += page
    assert [each.key for each in found] == [
        (APRIL, CANTEEN),
        (APRIL, XIANHU_CANTEEN),
        (MARCH, CANTEEN),
        (MARCH, XIANHU_CANTEEN),
    ]


def test_the_register_is_asked_by_community_canteen_stage_and_reach(having: Having) -> None:
    connection = having(*EVERYWHERE)
    for asked, number in (
        ({"community": JINNING}, 2),
        ({"canteen": XIANHU_CANTEEN}, 2),
        ({"community": JINNING, "canteen": XIANHU_CANTEEN}, 0),
        ({"stage": SettlementStage.checked}, 1),
        ({"stage": SettlementStage.checked, "view": View(known=3)}, 0),
        ({"reach": {XIANHU}}, 2),
        ({"reach": set()}, 0),
    ):
        assert len(settlements.register(connection, **asked)) == number, asked


# -- one settlement ------------------------------------------------------------------------------


def test_a_month_that_was_never_presented_is_not_there(having: Having) -> None:
    connection = having(submitted(month=APRIL), raised())
    assert settlements.settlement(connection, CANTEEN, MARCH) is None
    assert settlements.settlement(connection, XIANHU_CANTEEN, APRIL) is None


def test_a_settlement_says_what_each_payer_owes_and_has_paid(having: Having) -> None:
    dues = (due(COOPERATIVE, 300, carried=-400), due(FUND, 900, repaid=50))
    found = one(having(submitted(dues=dues), approved(dues=dues), paid(500), paid(100)))
    told = [(each.payer, each.due_fen, each.payable_fen, each.left_fen) for each in found.dues]
    assert told == [(COOPERATIVE, -100, 0, 0), (FUND, 950, 950, 350)]
    assert [(each.shares_fen, each.repaid_fen, each.carried_fen) for each in found.dues] == [
        (300, 0, -400),
        (900, 50, 0),
    ]
    assert [(each.payer, each.amount_fen) for each in found.payments] == [(FUND, 500), (FUND, 100)]


def test_a_settlement_shows_how_its_claims_agree_with_the_plates(having: Having) -> None:
    over = DayOverPlates(MARCH_2, Count(9), Count(8))
    found = one(having(submitted(), returned(), submitted(2, over=(over,), without=3)))
    assert found.days_over_plates == (over,)
    assert found.submission.days_without_plates == 3
    assert found.submission.digest == f"{2:064x}"
    assert (found.submission.entries, found.submission.price_fen) == (4, 4500)


def test_every_step_says_who_took_it_about_which_submission_and_why(having: Having) -> None:
    connection = having(submitted(), returned(), submitted(2), checked(2), approved(2))
    steps = one(connection).steps
    assert [(each.stage, each.submission, each.reason) for each in steps] == [
        ("submitted", 1, None),
        ("returned", 1, ReturnReason.plates_differ),
        ("submitted", 2, None),
        ("checked", 2, None),
        ("approved", 2, None),
    ]
    assert {each.taken_by for each in steps} == {LEADER}
    assert len(one(connection, view=View(known=2)).steps) == 2


def test_a_settlement_names_the_recoveries_that_make_it_smaller(having: Having) -> None:
    found = one(having(raised(), raised(month=APRIL), submitted()), day=april(5))
    assert [(each.month, each.days_open) for each in found.recoveries] == [(MARCH, 3)]


def test_a_settlement_names_all_its_recoveries_however_many(having: Having) -> None:
    """More than the register has on one page: a rate was wrong, and a month was withdrawn."""
    many = [raised(number) for number in range(1, PAGE_MOST + 2)]
    assert len(one(having(*many, submitted())).recoveries) == PAGE_MOST + 1


# -- recoveries ----------------------------------------------------------------------------------


def test_what_was_lifted_does_not_come_back_and_what_has_an_end_is_closed(having: Having) -> None:
    connection = having(raised(on=april(2)), lifted(on=april(3)), ended(fen=600, on=april(9)))
    told = [
        recoveries.recoveries(connection, day=april(10), view=View(known=known))[0]
        for known in (1, 2, 3)
    ]
    assert [(each.lifted_fen, each.left_fen, each.days_open) for each in told] == [
        (0, 1200, 8),
        (600, 600, 8),
        (600, 0, None),
    ]
    assert [(each.ended, each.ended_on) for each in told] == [
        (None, None),
        (None, None),
        ("repaid", april(9)),
    ]
    assert (told[0].meals, told[0].adjusts, told[2].ended_by) == (2, "2026-02", LEADER)


def test_a_recovery_is_open_as_of_a_day_before_its_end(having: Having) -> None:
    connection = having(raised(on=april(2)), lifted(on=april(4)), ended(fen=600, on=april(9)))
    told = [
        [
            (each.lifted_fen, each.left_fen, each.ended)
            for each in recoveries.recoveries(connection, view=View(as_of=april(day)))
        ]
        for day in (1, 2, 4, 8, 9)
    ]
    assert told == [
        [],
        [(0, 1200, None)],
        [(600, 600, None)],
        [(600, 600, None)],
        [(600, 0, "repaid")],
    ]


def test_what_was_lifted_altogether_is_open_no_more(having: Having) -> None:
    connection = having(raised(), lifted(), lifted(claim=2))
    assert len(recoveries.recoveries(connection, only_open=True, view=View(known=2))) == 1
    assert recoveries.recoveries(connection, only_open=True) == ()
    (found,) = recoveries.recoveries(connection)
    assert (found.left_fen, found.ended, found.days_open) == (0, None, None)


def test_recoveries_come_oldest_first_and_page_by_page(having: Having) -> None:
    connection = having(raised(2), raised(1, at=XIANHU_CANTEEN), ended(2), raised(1))
    for asked, positions in (
        ({}, [1, 2, 4]),
        ({"only_open": True}, [2, 4]),
        ({"community": JINNING}, [1, 4]),
        ({"canteen": XIANHU_CANTEEN}, [2]),
        ({"month": Month("2026-05")}, []),
        ({"reach": {XIANHU}}, [2]),
        ({"after": 1, "limit": 1}, [2]),
        ({"view": View(known=2)}, [1, 2]),
    ):
        found = recoveries.recoveries(connection, **asked)
        assert [each.position for each in found] == positions, asked


# -- plates and takings --------------------------------------------------------------------------


def test_of_several_attestations_the_last_counts_and_takings_add_up(having: Having) -> None:
    connection = having(
        *(plates(30, MARCH_2), plates(34, MARCH_2), plates(9, MARCH_2, XIANHU_CANTEEN)),
        *(takings(700, MARCH_2), takings(500, MARCH_3), takings(20, MARCH_3)),
        *(plates(1, date(2026, 2, 28)), plates(1, april(1)), takings(1, april(1))),
    )
    monday = CanteenDay(MARCH_2, Count(34), LEADER, Count(2), Fen(700), Count(1))
    tuesday = CanteenDay(MARCH_3, None, None, Count(0), Fen(520), Count(2))
    assert canteens.days(connection, CANTEEN, MARCH) == (monday, tuesday)
    (before,) = canteens.days(connection, CANTEEN, MARCH, known=1)
    assert before == CanteenDay(MARCH_2, Count(30), LEADER, Count(1), Fen(0), Count(0))


# -- any history, at any position ----------------------------------------------------------------


def test_every_register_says_what_the_rules_remember(database: str) -> None:
    @settings(max_examples=60)
    @given(st.randoms(use_true_random=True), st.integers(0, 80))
    def law(dice: Random, turns: int) -> None:
        events = happened(dice, turns)
        with folded(database, MODEL, *events) as connection:
            for known in (len(events), dice.randint(0, len(events))):
                compare(connection, plain(events[:known]), View(known=known))
                compare_days(connection, plain(events[:known]), known)
                day = date(2026, 5, 1) + timedelta(days=dice.randint(-1, turns))
                happened_by = [each for each in events[:known] if each.occurred_on <= day]
                compare(connection, plain(happened_by), View(day, known))

    law()


def compare(connection: Connection[Any], expected: dict[Name, Plain], view: View) -> None:
    told = {
        (each.canteen, each.month): (
            *(each.stage, each.submission, each.payable_fen, each.paid_fen, each.left_fen),
            each.waiting_since,
        )
        for each in settlements.register(connection, view=view)
    }
    presented = {name: each for name, each in expected.items() if each.last_step_on}
    assert told == {name: each.figures for name, each in presented.items()}
    for name, each in expected.items():
        compare_month(connection, name, each, view)


def compare_month(connection: Connection[Any], name: Name, expected: Plain, view: View) -> None:
    found = settlements.settlement(connection, *name, view=view)
    remembered = expected.month.settlement
    left = {} if found is None else {due.payer: due.left_fen for due in found.dues}
    assert left == {
        payer: remembered.left_fen(payer, date.max) for payer in remembered.payers or ()
    }
    canteen, month = name
    back = recoveries.recoveries(connection, canteen=canteen, month=month, view=view)
    assert {each.recovery: each.left_fen for each in back} == {
        number: recovery.amount_fen if recovery.open else 0
        for number, recovery in expected.month.recoveries.items()
    }
    for recovery in back:
        had = [each.amount_fen for each in expected.month.had if each.recovery == recovery.recovery]
        assert recovery.reversed_fen == sum(had)


def compare_days(connection: Connection[Any], expected: dict[Name, Plain], known: int) -> None:
    for (canteen, month), each in expected.items():
        days = canteens.days(connection, canteen, month, known=known)
        assert {it.day: it.plates for it in days if it.attestations} == each.month.plates
        assert sum(it.attestations for it in days) == each.attestations
        assert sum(it.takings_fen for it in days) == each.takings_fen
        assert sum(it.countings for it in days) == each.countings
        told = canteens.countings(connection, canteen, month, known=known)
        first = {it.counting: (it.day, it.amount_fen) for it in told if it.reason is None}
        back = {it.counting: (it.day, -it.amount_fen) for it in told if it.reason}
        counted = [(it.occurred_on, it.amount_fen) for it in each.month.countings]
        assert first == dict(enumerate(counted, start=1))
        assert back == {number: first[number] for number in each.month.uncounted}


def test_rows_do_not_depend_on_where_a_run_is_cut(database: str) -> None:
    @settings(max_examples=40)
    @given(st.randoms(use_true_random=True), st.sets(st.integers(1, 40)))
    def cut(dice: Random, cuts: set[int]) -> None:
        log = Log()
        log.add(*happened(dice, 80))
        assert not rows_differ(database, MODEL, log.events, cuts)

    cut()
