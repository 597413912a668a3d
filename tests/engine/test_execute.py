"""One road: whatever is asked is decided once, written once, and answered the same for ever."""

from datetime import timedelta

import psycopg

from ledger.deciding.answers import Accepted, Declined, Unit
from ledger.domain.authority import Authority, Role
from ledger.domain.book import CreateLedger, LedgerKind
from ledger.domain.meals import ClaimMeal
from ledger.domain.values import CommunityId
from ledger.engine import Ledger
from tests.builders import (
    CANTEEN,
    CLERK,
    JINNING,
    accepted,
    declined,
    found,
    open_ledger,
    person,
    registration,
    unit,
)
from tests.engine.town import MONDAY, NOON, XIANHU, events, lunch, newcomer

# -- keys --------------------------------------------------------------------------------------


def test_the_same_key_and_request_get_the_first_answer(ledger: Ledger, database: str) -> None:
    first = accepted(ledger.execute([lunch(1, key="a")])[0])
    before = events(database)
    again = accepted(ledger.execute([lunch(1, key="a")])[0])
    assert again.replayed
    assert (again.events, again.position, again.recorded_at) == (
        first.events,
        first.position,
        first.recorded_at,
    )
    assert events(database) == before


def test_the_first_answer_is_given_to_another_process_too(ledger: Ledger, rival: Ledger) -> None:
    first = accepted(ledger.execute([lunch(1, key="a")])[0])
    again = accepted(rival.execute([lunch(1, key="a")])[0])
    assert (again.replayed, again.events) == (True, first.events)


def test_a_key_is_good_for_one_request(ledger: Ledger, database: str) -> None:
    accepted(ledger.execute([lunch(1, key="a")])[0])
    before = events(database)
    declined(ledger.execute([lunch(2, key="a")])[0], "key_must_not_be_used_for_another_request")
    assert events(database) == before


def test_another_actor_may_use_the_same_key(ledger: Ledger) -> None:
    accepted(ledger.execute([lunch(1, key="a")])[0])
    other = unit(ClaimMeal(person(2), CANTEEN, MONDAY), by=person(3), key="a", at=NOON)
    assert not accepted(ledger.execute([other])[0]).replayed


def test_a_refused_command_may_be_sent_again_after_the_remedy(ledger: Ledger) -> None:
    declined(ledger.execute([lunch(7, key="a")])[0], "person_must_be_known")
    accepted(ledger.execute([unit(registration(7), at=NOON)])[0])
    assert not accepted(ledger.execute([lunch(7, key="a")])[0]).replayed


def test_twice_in_one_batch_is_once(ledger: Ledger, database: str) -> None:
    before = events(database)
    first, second, third = ledger.execute([lunch(1, key="a"), lunch(1, key="a"), lunch(2, key="a")])
    assert accepted(second).events == accepted(first).events
    assert accepted(second).replayed
    other = declined(third, "key_must_not_be_used_for_another_request")
    assert other.position == accepted(first).position
    assert events(database) == before + 1


def test_in_one_batch_a_key_is_for_one_request_even_if_that_is_refused(ledger: Ledger) -> None:
    first, second = ledger.execute([lunch(7, key="a"), lunch(1, key="a")])
    declined(first, "person_must_be_known")
    declined(second, "key_must_not_be_used_for_another_request")
    accepted(ledger.execute([lunch(1, key="a")])[0])


def test_known_keys_in_a_batch_do_not_disturb_the_others(ledger: Ledger) -> None:
    accepted(ledger.execute([lunch(2, key="b")])[0])
    answers = ledger.execute([lunch(1, key="a"), lunch(2, key="b"), lunch(3, key="c")])
    assert [accepted(answer).replayed for answer in answers] == [False, True, False]


# -- groups and dry runs -----------------------------------------------------------------------


def test_a_group_is_accepted_whole_or_not_at_all(ledger: Ledger, database: str) -> None:
    before = events(database)
    group = (
        ClaimMeal(person(1), CANTEEN, MONDAY),
        ClaimMeal(person(2), CANTEEN, MONDAY),
        ClaimMeal(person(1), CANTEEN, MONDAY),
    )
    answer = declined(
        ledger.execute([unit(*group, at=NOON)])[0], "day_must_not_have_two_subsidised_meals"
    )
    assert answer.place == 2
    assert events(database) == before
    assert len(accepted(ledger.execute([unit(*group[:2], at=NOON)])[0]).events) == 2


def test_a_refused_group_leaves_no_trace_for_the_commands_behind_it(ledger: Ledger) -> None:
    twice = unit(*[ClaimMeal(person(1), CANTEEN, MONDAY)] * 2, at=NOON)
    refused, behind = ledger.execute([twice, lunch(1)])
    assert isinstance(refused, Declined)
    accepted(behind)


def test_a_later_command_of_a_batch_sees_what_the_earlier_ones_did(ledger: Ledger) -> None:
    answers = ledger.execute([unit(registration(7), at=NOON), lunch(7), lunch(7)])
    accepted(answers[0])
    accepted(answers[1])
    declined(answers[2], "day_must_not_have_two_subsidised_meals")


def test_a_dry_run_answers_alike_and_writes_nothing(ledger: Ledger, database: str) -> None:
    before = events(database)
    batch = [unit(registration(7), at=NOON), lunch(7, key="a"), lunch(7)]
    rehearsed = ledger.execute(batch, dry_run=True)
    assert [type(answer) for answer in rehearsed] == [Accepted, Accepted, Declined]
    assert accepted(rehearsed[1]).events[0].position is None
    assert events(database) == before
    assert not accepted(ledger.execute(batch)[1]).replayed


def test_a_refusal_is_true_at_its_place_in_the_batch(ledger: Ledger) -> None:
    refused, registered, fed = ledger.execute([lunch(7), newcomer(7), lunch(7)])
    position = declined(refused, "person_must_be_known").position
    assert position == (accepted(registered).events[0].position or 0) - 1
    again = ledger.execute([lunch(7)])[0]
    assert declined(again, "day_must_not_have_two_subsidised_meals").position == (
        accepted(fed).position
    )


# -- who asks, and when ------------------------------------------------------------------------


def test_nothing_is_written_before_the_ledger_is_created(database: str) -> None:
    with open_ledger(database) as ledger:
        declined(ledger.execute([unit(XIANHU)])[0], "ledger_must_be_created_first")


def test_a_ledger_is_created_once(database: str) -> None:
    with open_ledger(database) as ledger:
        first = accepted(ledger.create(LedgerKind.live))
        assert accepted(ledger.create(LedgerKind.live)).position == first.position
        declined(ledger.create(LedgerKind.demo), "ledger_must_be_created_only_once")


def test_only_the_system_creates_a_ledger(database: str) -> None:
    with open_ledger(database) as ledger:
        answer = ledger.execute([unit(CreateLedger(LedgerKind.demo))])[0]
        declined(answer, "command_must_be_given_at_the_machine")


def test_a_live_ledger_keeps_its_own_time(database: str) -> None:
    with open_ledger(database) as ledger:
        found(ledger, kind=LedgerKind.live)
        declined(
            ledger.execute([unit(XIANHU, at=NOON)])[0], "ledger_must_be_simulated_to_set_the_clock"
        )


def test_a_role_is_needed(ledger: Ledger) -> None:
    clerk = Authority.alike(CLERK, frozenset({Role.canteen_clerk}), None)
    declined(
        ledger.execute([Unit(clerk, "a", (XIANHU,), NOON)])[0], "actor_must_hold_a_role_for_this"
    )


def test_a_role_reaches_no_further_than_its_communities(ledger: Ledger) -> None:
    command = ClaimMeal(person(1), CANTEEN, MONDAY)
    elsewhere = Authority.alike(
        CLERK, frozenset({Role.canteen_clerk}), frozenset({CommunityId("xilian")})
    )
    here = Authority.alike(CLERK, frozenset({Role.canteen_clerk}), frozenset({JINNING}))
    answer = ledger.execute([Unit(elsewhere, "a", (command,), NOON)])[0]
    assert isinstance(answer, Declined)
    assert answer.refused.code.status == 404
    accepted(ledger.execute([Unit(here, "a", (command,), NOON)])[0])


# -- what is recorded --------------------------------------------------------------------------


def test_no_name_birth_date_or_class_stands_in_any_event_or_key(
    ledger: Ledger, database: str
) -> None:
    accepted(ledger.execute([lunch(1)])[0])
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT convert_from(state, 'UTF8') FROM ledger.stored_events")
        text = "".join(state for (state,) in rows) + str(
            connection.execute("TABLE ledger.command_keys").fetchall()
        )
    assert "第1人" not in text
    assert "1946-05" not in text  # four digits alone may stand in a digest
    assert "hardship" not in text.replace('"hardship":false', "").replace('"hardships":[]', "")


def test_recorded_time_is_never_before_the_decision_and_always_rises(
    ledger: Ledger, database: str
) -> None:
    answers = ledger.execute([lunch(1), lunch(2, day=MONDAY - timedelta(days=1)), lunch(3)])
    moments = [accepted(answer).recorded_at for answer in answers]
    assert moments[0] == NOON
    assert moments == sorted(set(moments), key=lambda moment: moment or NOON)
