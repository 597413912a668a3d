"""Comparisons: figures then and now, and each entry that came later about what was past then."""

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from ledger.audit.comparing import FIGURES, Difference, compare
from ledger.domain import postings
from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import local_day, month_of
from ledger.store.codec import Recorded
from tests.projections.history_views import Start


@pytest.fixture(scope="module", params=[7, 43])
def log(request: pytest.FixtureRequest, town: Start) -> Iterator[list[Recorded]]:
    with town.told(Random(request.param), 200) as (_, events):
        yield events


def sizes(log: list[Recorded]) -> list[int]:
    dice = Random(3)
    return [1, len(log) // 2, len(log), *(dice.randrange(1, len(log)) for _ in range(5))]


def test_every_figure_is_what_the_rule_book_moved(log: list[Recorded]) -> None:
    """Worked out once more, from which entries were known and which are about the past."""
    seen = 0
    for size in sizes(log):
        found = compare(log, size)
        then: Counter[tuple[str, str]] = Counter()
        now: Counter[tuple[str, str]] = Counter()
        for at in log:
            known = at.position <= size
            if not known and at.event.occurred_on > found.known_until:
                continue
            for account, _, amount in postings.of(at.event):
                signed = -amount if account.startswith("community/") else amount
                key = account, month_of(at.event.occurred_on)
                now[key] += signed
                then[key] += signed if known else 0
        for each in found.changed:
            key = each.figure, each.month
            assert (each.then, each.now) == (then[key], now[key])
            assert each.now - each.then == sum(entry.amount for entry in each.entries)
            seen += len(each.entries)
        told = {(each.figure, each.month) for each in found.changed}
        moved = {key for key in now if now[key] != then[key] and key[0].split("/")[0] in FIGURES}
        assert {key for key in moved if not key[0].endswith("/reservation")} <= told
    assert seen > 0


def test_what_is_told_came_later_and_is_about_the_past(log: list[Recorded]) -> None:
    for size in sizes(log):
        found = compare(log, size)
        assert found.known_until == local_day(log[size - 1].recorded_at, SHANGHAI)
        for each in found.changed:
            for entry in each.entries:
                at = log[entry.position - 1]
                assert entry.position > size
                assert entry.occurred_on == at.event.occurred_on <= found.known_until
                assert (entry.event, entry.recorded_on) == (
                    at.name,
                    local_day(at.recorded_at, SHANGHAI),
                )


def test_every_later_entry_is_told_once_or_counted(log: list[Recorded]) -> None:
    for size in sizes(log):
        found = compare(log, size)
        told = {entry.position for each in found.changed for entry in each.entries}
        later = len(log) - size
        assert len(told) + sum(found.others.values()) + found.ahead == later
        assert (found.size_then, found.size_now) == (size, len(log))


def test_no_person_is_in_a_figure(log: list[Recorded]) -> None:
    kinds: set[str] = set()
    for size in sizes(log):
        kinds |= {each.figure.split("/")[0] for each in compare(log, size).changed}
    assert kinds <= {*FIGURES}
    assert {"due", "fund", "community"} <= kinds


def test_a_log_that_did_not_go_on_has_nothing_new(log: list[Recorded]) -> None:
    found = compare(log, len(log))
    assert (found.changed, found.others, found.ahead) == ((), {}, 0)


def test_of_no_log_nothing_is_known() -> None:
    found = compare([], 0)
    assert isinstance(found, Difference)
    assert (found.size_now, found.changed) == (0, ())
