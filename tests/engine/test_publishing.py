"""Publishing while the town goes on: the figures are the ledger's at the position named."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from pydantic import SecretStr

from ledger.deciding.answers import Accepted, Answer, Declined, Unit
from ledger.domain.book import LedgerKind
from ledger.domain.notice_records import NoticePublished
from ledger.domain.notices import PublishNotice
from ledger.domain.periods import ClosePeriod, ProposeReopen, ReopenPeriod, ReopenReason
from ledger.domain.values import Digest, Month, NoticeId, Position
from ledger.projections.public_months import Draft, draft
from ledger.running import Running, running
from ledger.settings import Settings
from tests.builders import JINNING, START, accepted, declined, found, open_ledger, person, unit
from tests.engine.serial import log_of
from tests.engine.town import NOON, around_the_first_append, lunch

FEBRUARY, MARCH = Month("2026-02"), Month("2026-03")
NOTICE = NoticeId("jinning-2026-02")
EATERS = 6
WAIT_SECONDS = 10


@pytest.fixture
def opened(database: str, tmp_path: Path) -> Iterator[Running]:
    """A ledger as it is served, in which six people ate in February and the month was closed."""
    settings = Settings(database_url=SecretStr(database), key_dir=tmp_path / "keys")
    with running(settings, kind=LedgerKind.test, began=START) as opened:
        found(opened.ledger, people=EATERS)
        eaten = [lunch(number, day=date(2026, 2, 27)) for number in range(EATERS)]
        for answer in opened.ledger.execute([*eaten, closing()]):
            accepted(answer)
        yield opened


def closing() -> Unit:
    return unit(ClosePeriod(JINNING, FEBRUARY), at=NOON)


def reopening() -> tuple[Unit, Unit]:
    proposed = ProposeReopen(JINNING, FEBRUARY, ReopenReason.entries_found_wrong)
    return unit(proposed, at=NOON), unit(ReopenPeriod(JINNING, FEBRUARY), by=person(90), at=NOON)


def tail(opened: Running) -> Position:
    return Position(opened.ledger.recorder.max_notification_id() or 0)


def drafted(opened: Running, position: Position, month: Month = FEBRUARY) -> Draft:
    """The draft of the month, once the read models have come to the position."""
    assert opened.watch is not None
    assert opened.watch.wait_for(position, WAIT_SECONDS)
    with psycopg.connect(opened.url) as connection:
        return draft(connection, JINNING, month, position)


def publishing(
    position: Position, digest: Digest, name: NoticeId = NOTICE, month: Month = FEBRUARY
) -> Unit:
    command = PublishNotice(name, JINNING, month, position, digest, date(2026, 4, 30))
    return unit(command, at=NOON)


def test_the_draft_is_what_is_published(opened: Running) -> None:
    here = tail(opened)
    seen = drafted(opened, here)
    assert (seen.figures.meals.diners, seen.figures.meals.meals) == (EATERS, EATERS)
    (answer,) = opened.ledger.execute([publishing(here, seen.digest)])
    event = accepted(answer).events[0].event
    assert (event.at_position, event.digest) == (here, seen.digest)


def test_what_is_written_afterwards_changes_nothing_about_the_position(opened: Running) -> None:
    here = tail(opened)
    digest = drafted(opened, here).digest
    for number in range(EATERS):
        accepted(opened.ledger.execute([lunch(number)])[0])
    assert drafted(opened, tail(opened)).digest == digest, "February is closed"
    assert drafted(opened, here).digest == digest
    accepted(opened.ledger.execute([publishing(here, digest)])[0])


def test_a_position_that_is_not_folded_yet_is_waited_for(opened: Running) -> None:
    """The lunch and the notice come at once; the notice names the position of the lunch."""
    digest = drafted(opened, tail(opened)).digest
    position = accepted(opened.ledger.execute([lunch(0)])[0]).position
    accepted(opened.ledger.execute([publishing(Position(position), digest)])[0])


def test_a_position_in_the_future_is_refused_and_nothing_is_written(opened: Running) -> None:
    here = tail(opened)
    digest = drafted(opened, here).digest
    (answer,) = opened.ledger.execute([publishing(Position(here + 1), digest)])
    declined(answer, "figures_must_have_been_counted")
    assert tail(opened) == here
    accepted(opened.ledger.execute([lunch(0)])[0])
    accepted(opened.ledger.execute([publishing(Position(here + 1), digest)])[0])


def test_a_digest_of_another_month_or_of_nothing_is_refused(opened: Running) -> None:
    here = tail(opened)
    for digest in (drafted(opened, here, MARCH).digest, Digest("0" * 64)):
        (answer,) = opened.ledger.execute([publishing(here, digest)])
        declined(answer, "digest_must_be_the_ledgers")


def test_a_position_before_the_closing_is_refused(opened: Running) -> None:
    before = Position(tail(opened) - 2)
    (answer,) = opened.ledger.execute([publishing(before, drafted(opened, before).digest)])
    declined(answer, "position_must_follow_the_closing")


def test_a_month_that_is_reopened_between_draft_and_notice_is_not_published(
    opened: Running, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process reopens it when the notice was decided and is on its way to the log."""
    here = tail(opened)
    digest = drafted(opened, here).digest
    with open_ledger(database, tmp_path / "keys") as rival:

        def reopen() -> None:
            for each in reopening():
                accepted(rival.execute([each])[0])

        around_the_first_append(opened.ledger, monkeypatch, before=reopen)
        (answer,) = opened.ledger.execute([publishing(here, digest)])
    declined(answer, "notice_must_be_of_a_closed_month")


def test_a_month_that_is_closed_again_is_published_from_a_new_draft(opened: Running) -> None:
    here = tail(opened)
    digest = drafted(opened, here).digest
    late = lunch(0, day=date(2026, 2, 26))
    for each in (*reopening(), late, closing()):
        accepted(opened.ledger.execute([each])[0])
    (answer,) = opened.ledger.execute([publishing(here, digest)])
    declined(answer, "position_must_follow_the_closing")
    now = tail(opened)
    again = drafted(opened, now)
    assert (again.figures.meals.meals, again.figures.reopenings) == (EATERS + 1, 1)
    accepted(opened.ledger.execute([publishing(now, again.digest)])[0])


def test_of_many_who_publish_under_one_id_one_does(
    opened: Running, database: str, tmp_path: Path
) -> None:
    here = tail(opened)
    digest = drafted(opened, here).digest
    together = Barrier(8)

    with open_ledger(database, tmp_path / "keys") as rival:
        ledgers = (opened.ledger, opened.ledger, rival, rival) * 2

        def publish(number: int) -> Answer:
            together.wait()
            return ledgers[number].execute([publishing(here, digest)])[0]

        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(publish, range(8)))
    assert sum(isinstance(answer, Accepted) for answer in answers) == 1
    for answer in answers:
        if isinstance(answer, Declined):
            declined(answer, "notice_must_be_new")
    log = log_of(opened.ledger.recorder)
    assert len([at for at in log if isinstance(at.event, NoticePublished)]) == 1


def test_without_read_models_nothing_is_published(database: str, tmp_path: Path) -> None:
    with open_ledger(database, tmp_path / "keys") as ledger:
        found(ledger, people=1)
        accepted(ledger.execute([closing()])[0])
        (answer,) = ledger.execute([publishing(Position(3), Digest("0" * 64))])
        declined(answer, "figures_must_have_been_counted")
