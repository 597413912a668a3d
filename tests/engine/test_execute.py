"""One road: whatever is asked is decided once, written once, and answered the same for ever."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Literal

from ledger.deciding import drafting
from ledger.deciding.answers import Accepted, Broken, Declined, Unit
from ledger.domain.book import CreateLedger, LedgerKind
from ledger.domain.catalogue import VERB_OF_COMMAND
from ledger.domain.communities import RegisterCommunity
from ledger.domain.decisions import Context, Known, Stream
from ledger.domain.meals import ClaimMeal
from ledger.domain.people import RecordFacts
from ledger.domain.permissions import Authority, Role
from ledger.domain.values import CommunityId, Title
from ledger.engine import Ledger
from ledger.store import codec
from ledger.store.recorder import Appended, Batch
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

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
XIANHU = RegisterCommunity(CommunityId("xianhu"), Title("仙湖社区"), Title("丹灶镇"))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def ledger(database: str, keys: Path) -> Iterator[Ledger]:
    """A town with five people on a simulated ledger."""
    with open_ledger(database, keys) as ledger:
        found(ledger, people=5)
        yield ledger


@pytest.fixture
def rival(ledger: Ledger, database: str, keys: Path) -> Iterator[Ledger]:
    """Another process's ledger on the same database, which has read everything by now."""
    with open_ledger(database, keys) as rival:
        for number in range(5):
            rival.execute([lunch(number)], dry_run=True)
        yield rival


def lunch(number: int, *, day: date = MONDAY, key: str | None = None) -> Unit:
    at = NOON + timedelta(days=(day - MONDAY).days)
    return unit(ClaimMeal(person(number), CANTEEN, day), key=key, at=at)


def events(database: str) -> int:
    with psycopg.connect(database) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM ledger.stored_events").fetchall()
    return int(count)


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
    declined(third, "key_must_not_be_used_for_another_request")
    assert events(database) == before + 1


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


# -- others ------------------------------------------------------------------------------------


def test_what_another_process_wrote_is_seen_by_acceptances(ledger: Ledger, rival: Ledger) -> None:
    accepted(ledger.execute([lunch(1)])[0])
    declined(rival.execute([lunch(1)])[0], "day_must_not_have_two_subsidised_meals")


def test_what_another_process_wrote_is_seen_by_refusals(ledger: Ledger, rival: Ledger) -> None:
    declined(rival.execute([lunch(7)])[0], "person_must_be_known")
    accepted(ledger.execute([unit(registration(7), at=NOON)])[0])
    accepted(rival.execute([lunch(7)])[0])


def test_what_another_process_wrote_is_seen_by_dry_runs(ledger: Ledger, rival: Ledger) -> None:
    declined(rival.execute([lunch(7)], dry_run=True)[0], "person_must_be_known")
    accepted(ledger.execute([unit(registration(7), at=NOON)])[0])
    accepted(rival.execute([lunch(7)], dry_run=True)[0])


def test_facts_recorded_elsewhere_price_the_next_meal(ledger: Ledger, rival: Ledger) -> None:
    young = registration(1, born_on=date(1980, 1, 1)).facts
    accepted(ledger.execute([unit(RecordFacts(person(1), young), at=NOON)])[0])
    (claimed,) = accepted(rival.execute([lunch(1)])[0]).events
    assert (claimed.event.facts_version, claimed.event.shares) == (2, ())


def test_facts_recorded_in_the_same_batch_price_the_next_meal(ledger: Ledger) -> None:
    young = registration(1, born_on=date(1980, 1, 1)).facts
    recorded = unit(RecordFacts(person(1), young), at=NOON)
    _, answer = ledger.execute([recorded, lunch(1)])
    (claimed,) = accepted(answer).events
    assert (claimed.event.facts_version, claimed.event.shares) == (2, ())


def test_a_restored_database_makes_everything_known_be_read_again(
    ledger: Ledger, rival: Ledger, database: str
) -> None:
    accepted(ledger.execute([lunch(1)])[0])
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE ledger.book SET epoch = gen_random_uuid()")
    for each in (ledger, rival):
        declined(each.execute([lunch(1)])[0], "day_must_not_have_two_subsidised_meals")
        declined(
            each.execute([lunch(1)], dry_run=True)[0], "day_must_not_have_two_subsidised_meals"
        )
    accepted(ledger.execute([lunch(2)])[0])


def test_only_what_reads_a_moved_stream_is_decided_again(
    ledger: Ledger, rival: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.execute([lunch(number) for number in (1, 2, 3)], dry_run=True)
    young = registration(2, born_on=date(1980, 1, 1)).facts
    accepted(rival.execute([unit(RecordFacts(person(2), young), at=NOON)])[0])
    decided = []
    decide = drafting.Drafter.draft

    def noted(drafter: drafting.Drafter, asked: drafting.Asked, now: datetime) -> drafting.Draft:
        decided.append(asked.unit.key)
        return decide(drafter, asked, now)

    monkeypatch.setattr(drafting.Drafter, "draft", noted)
    answers = ledger.execute([lunch(1, key="1"), lunch(2, key="2"), lunch(3, key="3")])
    assert decided == ["1", "2", "3", "2"]
    assert [bool(accepted(each).events[0].event.shares) for each in answers] == [True, False, True]


def test_who_loses_every_race_is_told_to_come_again(
    ledger: Ledger, rival: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = ledger.recorder.append
    facts = registration(1).facts

    def overtaken(batch: Batch) -> Appended:
        accepted(rival.execute([unit(RecordFacts(person(1), facts), at=NOON)])[0])
        return append(batch)

    monkeypatch.setattr(ledger.recorder, "append", overtaken)
    declined(ledger.execute([lunch(1)])[0], "write_must_win_its_race")
    monkeypatch.undo()
    accepted(ledger.execute([lunch(1)])[0])


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
    clerk = Authority(CLERK, frozenset({Role.canteen_clerk}), None)
    declined(
        ledger.execute([Unit(clerk, "a", (XIANHU,), NOON)])[0], "actor_must_hold_a_role_for_this"
    )


def test_a_role_reaches_no_further_than_its_communities(ledger: Ledger) -> None:
    command = ClaimMeal(person(1), CANTEEN, MONDAY)
    elsewhere = Authority(
        CLERK, frozenset({Role.canteen_clerk}), frozenset({CommunityId("xilian")})
    )
    here = Authority(CLERK, frozenset({Role.canteen_clerk}), frozenset({JINNING}))
    answer = ledger.execute([Unit(elsewhere, "a", (command,), NOON)])[0]
    assert isinstance(answer, Declined)
    assert answer.refused.code.status == 404
    accepted(ledger.execute([Unit(here, "a", (command,), NOON)])[0])


# -- what goes wrong inside --------------------------------------------------------------------


def test_a_command_that_breaks_a_rule_of_ours_harms_no_other(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = codec.encode

    def breaking(event: object, **rest: object) -> bytes:
        if getattr(event, "person", None) == person(2):
            raise ValueError("as if a rule had a fault")
        return encode(event, **rest)  # type: ignore[arg-type]  # - handed on as it came

    monkeypatch.setattr(drafting, "encode", breaking)
    answers = ledger.execute([lunch(1), lunch(2), lunch(3)])
    assert [type(answer) for answer in answers] == [Accepted, Broken, Accepted]
    monkeypatch.undo()
    accepted(ledger.execute([lunch(2)])[0])


def test_a_command_that_cannot_say_what_it_needs_harms_no_other(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = VERB_OF_COMMAND[ClaimMeal].needs

    def breaking(command: ClaimMeal, known: Known, context: Context) -> Iterable[Stream[Any]]:
        if command.person == person(2):
            raise OverflowError("as if a date had run out of the calendar")
        return needs(command, known, context)

    broken = replace(VERB_OF_COMMAND[ClaimMeal], needs=breaking)
    monkeypatch.setattr(drafting, "VERB_OF_COMMAND", {**VERB_OF_COMMAND, ClaimMeal: broken})
    answers = ledger.execute([lunch(1), lunch(2), lunch(3)])
    assert [type(answer) for answer in answers] == [Accepted, Broken, Accepted]


def test_an_append_that_fails_is_tried_one_by_one(ledger: Ledger, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            SQL(
                "ALTER TABLE ledger.stored_events ADD CONSTRAINT she_never_eats "
                "CHECK (originator_id <> {})"
            ).format(Literal(f"meals-{person(2)}-2026-03"))
        )
    answers = ledger.execute([lunch(1), lunch(2), lunch(3)])
    assert [type(answer) for answer in answers] == [Accepted, Broken, Accepted]


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
    assert "1946" not in text
    assert "hardship" not in text.replace('"hardship":false', "").replace('"hardships":[]', "")


def test_recorded_time_is_never_before_the_decision_and_always_rises(
    ledger: Ledger, database: str
) -> None:
    answers = ledger.execute([lunch(1), lunch(2, day=MONDAY - timedelta(days=1)), lunch(3)])
    moments = [accepted(answer).recorded_at for answer in answers]
    assert moments[0] == NOON
    assert moments == sorted(set(moments), key=lambda moment: moment or NOON)


def test_more_units_than_one_append_takes_are_all_answered_in_order(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.engine.UNITS_MOST", 2)
    answers = ledger.execute([lunch(number) for number in (1, 2, 2, 3, 4)])
    assert [isinstance(answer, Accepted) for answer in answers] == [True, True, False, True, True]
