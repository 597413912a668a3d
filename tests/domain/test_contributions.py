"""Contributions: promised or not, given by somebody or by nobody named, and undone in time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.domain import communities, contributions, people, postings
from ledger.domain.community_records import MonthClosed
from ledger.domain.contribution_records import (
    AmountVisibilitySet,
    ContributionPledged,
    ContributionRecorded,
    ContributionWithdrawn,
    Gift,
    IdeaTopic,
    PledgeWithdrawn,
)
from ledger.domain.contributions import (
    SetAmountVisibility,
    WithdrawContribution,
)
from ledger.domain.decisions import Happening
from ledger.domain.fund_records import MoneyReceived, ReceiptReversalReason, ReceiptReversed
from ledger.domain.lots import ReceiptKind
from ledger.domain.person_records import DeathRecorded
from ledger.domain.postings import Posting, Unit
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.rights_records import CashGiven
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    FundId,
    Minutes,
    PersonId,
    Slug,
)
from tests.domain.contribution_stories import (
    CASH,
    CHAIRS,
    CHEN,
    CLERK,
    IDEA,
    LABOUR,
    MARCH,
    NAME,
    ROOM,
    WU,
    facts,
    here,
    pledge,
    pledged,
    record,
    recorded,
    undoing,
)
from tests.domain.fund_stories import GENERAL, JINNING, THEIRS, TODAY, XIANHU, YOUTH, move, pay
from tests.story import NOON

TOMORROW = TODAY + timedelta(days=1)


# -- recording ---------------------------------------------------------------------------------


def test_cash_comes_into_the_fund_as_its_own_receipt_which_names_the_contribution() -> None:
    money, twin, given = recorded()
    assert twin == (people.stream(CHEN), CashGiven(CHEN, NAME, TODAY))
    assert money == (
        "fund-general",
        MoneyReceived(
            GENERAL,
            ReceiptKind.contribution,
            Slug(NAME),
            None,
            Fen(20_000),
            Count(1),
            TODAY,
            MARCH,
        ),
    )
    assert given == (
        "contribution-gift-0302",
        ContributionRecorded(
            NAME,
            JINNING,
            CHEN,
            None,
            CASH,
            amount_public=False,
            receipt=Count(1),
            recorded_by=CLERK,
            recorded_at=NOON,
            occurred_on=TODAY,
            booked_in=MARCH,
        ),
    )


def test_the_receipt_moves_the_money_and_the_contribution_nothing() -> None:
    (_, money), (_, twin), (_, given) = recorded()
    assert postings.of(money) == (
        Posting("fund/general", Unit.fen, 20_000),
        Posting("outside/contribution/gift-0302", Unit.fen, -20_000),
    )
    assert postings.of(twin) == postings.of(given) == ()


@pytest.mark.parametrize("gift", [CHAIRS, LABOUR, IDEA, ROOM])
def test_what_is_not_cash_is_counted_and_moves_nothing(gift: Gift) -> None:
    (event,) = facts(recorded(gift))
    assert (event.contribution, event.gift, event.receipt) == (NAME, gift, None)


@pytest.mark.parametrize(
    "giver", [{"person": None, "organisation": Slug("book-shop")}, {"person": None}]
)
def test_an_organisation_gives_or_somebody_who_is_not_named(giver: dict[str, Any]) -> None:
    event = facts(recorded(**giver))[-1]
    assert (event.person, event.organisation) == (None, giver.get("organisation"))


def test_the_giver_decides_at_once_whether_the_amount_is_public() -> None:
    assert facts(recorded(amount_public=True))[-1].amount_public


def test_what_comes_out_after_the_month_was_closed_is_booked_in_the_next() -> None:
    closed: Happening = (communities.stream(JINNING), MonthClosed(MARCH, TODAY))
    months = [event.booked_in for event in facts(recorded(CASH, closed, person=None))]
    assert months == ["2026-04", "2026-04"]


REFUSALS: list[tuple[str, dict[str, Any]]] = [
    ("community_must_be_known", {"community": CommunityId("nowhere"), "gift": CHAIRS}),
    ("gift_must_say_what_its_kind_asks", {"gift": replace(CASH, fund=None)}),
    ("gift_must_say_what_its_kind_asks", {"gift": replace(CASH, amount_fen=None)}),
    ("gift_must_say_what_its_kind_asks", {"gift": replace(CASH, topic=IdeaTopic.youth)}),
    ("gift_must_say_what_its_kind_asks", {"gift": replace(CHAIRS, amount_fen=Fen(1))}),
    ("gift_must_say_what_its_kind_asks", {"gift": replace(ROOM, fund=GENERAL)}),
    ("gift_must_say_what_its_kind_asks", {"gift": replace(LABOUR, labour_minutes=None)}),
    ("gift_must_say_what_its_kind_asks", {"gift": replace(IDEA, topic=None)}),
    ("amount_must_be_positive", {"gift": replace(CASH, amount_fen=Fen(0))}),
    ("minutes_must_be_positive", {"gift": replace(LABOUR, labour_minutes=Minutes(0))}),
    ("fund_must_be_known", {"gift": replace(CASH, fund=FundId("no-fund"))}),
    ("fund_must_be_known", {"gift": replace(CASH, fund=THEIRS)}),
    ("giver_must_be_one", {"organisation": Slug("book-shop")}),
    ("person_must_be_known", {"person": WU}),
]


@pytest.mark.parametrize(("code", "changes"), REFUSALS)
@pytest.mark.parametrize("command", [record, pledge])
def test_what_a_contribution_must_satisfy(command: Any, code: str, changes: dict[str, Any]) -> None:
    here().when(command(**changes)).refused(code)


@pytest.mark.parametrize("gift", [CASH, CHAIRS])
def test_nothing_was_given_tomorrow(gift: Gift) -> None:
    here().when(record(gift, given_on=TOMORROW)).refused("day_must_not_be_in_the_future")


def test_the_giver_was_registered_and_alive_on_the_day() -> None:
    early = date(2025, 12, 31)
    here().when(record(given_on=early)).refused("person_must_be_registered_on_the_day")
    before = TODAY - timedelta(days=1)
    died: Happening = (people.stream(CHEN), DeathRecorded(CHEN, before, before))
    here(died).when(record()).refused("person_must_be_alive_on_the_day")
    here(died).when(pledge()).refused("person_must_be_alive_on_the_day")


def test_a_contribution_is_entered_once() -> None:
    here(*recorded()).when(record()).refused("contribution_must_be_new", contribution=NAME)


# -- promises ----------------------------------------------------------------------------------


def test_a_promise_moves_nothing_until_it_is_kept() -> None:
    ((stream, event),) = pledged(amount_public=True)
    assert stream == contributions.stream(NAME)
    assert event == ContributionPledged(
        NAME, JINNING, CHEN, None, CASH, amount_public=True, pledged_by=CLERK, occurred_on=TODAY
    )
    assert len(here(*pledged()).when(record(), by=CLERK).events) == 3


def test_whoever_promised_may_give_more_or_less() -> None:
    more = replace(CASH, amount_fen=Fen(30_000))
    assert here(*pledged()).when(record(more)).events[-1].gift == more


def test_a_promise_to_one_purpose_is_not_kept_to_another() -> None:
    for_the_youth = pledged(replace(CASH, fund=YOUTH))
    here(*for_the_youth).when(record(CASH)).refused("contribution_must_fit_its_pledge")
    assert here(*for_the_youth).when(record(replace(CASH, fund=YOUTH))).events


@pytest.mark.parametrize(
    "changes",
    [{"person": None}, {"person": None, "organisation": Slug("book-shop")}, {"gift": CHAIRS},
     {"community": XIANHU, "gift": replace(CASH, fund=THEIRS)},
     {"gift": replace(CASH, fund=YOUTH)}],
)  # fmt: skip
def test_what_is_given_is_what_was_promised(changes: dict[str, Any]) -> None:
    here(*pledged()).when(record(**changes)).refused(
        "contribution_must_fit_its_pledge", contribution=NAME, kind="cash"
    )


def test_nothing_is_promised_twice_and_an_idea_never() -> None:
    for before in (pledged(), recorded()):
        here(*before).when(pledge()).refused("contribution_must_be_new")
    here().when(pledge(IDEA)).refused("idea_must_be_recorded_at_once")


@pytest.mark.parametrize(("by", "person"), [(CHEN, CHEN), (CLERK, None)])
def test_a_promise_is_taken_back_at_any_time_by_its_giver_or_whoever_wrote_it_down(
    by: PersonId, person: PersonId | None
) -> None:
    command, next_year = WithdrawContribution(NAME, person), datetime(2027, 3, 2, tzinfo=UTC)
    told = here(*pledged()).when(command, by=by, at=next_year)
    told.then(PledgeWithdrawn(NAME, JINNING, date(2027, 3, 2)))
    gone = here(*pledged(), *told.decision)
    gone.when(command, by=by).refused("contribution_must_stand", contribution=NAME)
    gone.when(record()).refused("contribution_must_be_new")


def test_nobody_takes_back_what_somebody_else_promised() -> None:
    story = here(*pledged())
    story.when(WithdrawContribution(NAME), by=WU).refused("pledge_must_be_withdrawn_by_its_giver")
    story.when(WithdrawContribution(NAME, WU), by=WU).refused("giver_must_be_the_contributions")


# -- undoing -----------------------------------------------------------------------------------


def test_undone_cash_is_taken_out_of_the_fund_by_the_reversal_of_its_receipt() -> None:
    undoing(*recorded()).then(
        ReceiptReversed(
            GENERAL,
            Count(1),
            ReceiptKind.contribution,
            Slug(NAME),
            Fen(20_000),
            ReceiptReversalReason.entered_by_mistake,
            CLERK,
            TODAY,
            MARCH,
        ),
        ContributionWithdrawn(NAME, JINNING, CHEN, CASH, Count(1), TODAY, MARCH),
    )


@pytest.mark.parametrize("gift", [CASH, CHAIRS, LABOUR, IDEA, ROOM])
@pytest.mark.parametrize(
    ("minutes", "seconds", "undone"), [(9, 59, True), (10, 0, True), (10, 1, False)]
)
def test_its_author_undoes_it_for_ten_minutes(
    gift: Gift, minutes: int, seconds: int, *, undone: bool
) -> None:
    told = undoing(*recorded(gift), minutes=minutes, seconds=seconds)
    if undone:
        assert isinstance(told.events[-1], ContributionWithdrawn)
    else:
        until = NOON + timedelta(minutes=10)
        told.refused("undo_must_be_within_ten_minutes", until=until)


@pytest.mark.parametrize("by", [CHEN, WU])
@pytest.mark.parametrize("minutes", [1, 60])
def test_nobody_else_takes_back_cash_that_is_in_the_fund(by: PersonId, minutes: int) -> None:
    undoing(*recorded(), by=by, minutes=minutes).refused("undo_must_be_by_its_author")


@pytest.mark.parametrize("gift", [CHAIRS, LABOUR, IDEA, ROOM])
def test_what_is_no_money_is_taken_back_later_by_another_person(gift: Gift) -> None:
    day = 24 * 60
    undoing(*recorded(gift), by=WU, minutes=day).then(
        ContributionWithdrawn(NAME, JINNING, CHEN, gift, None, TODAY, MARCH)
    )
    undoing(*recorded(gift), by=CLERK, minutes=day).refused("undo_must_be_within_ten_minutes")


def test_a_giver_takes_back_what_she_promised_and_not_what_was_recorded() -> None:
    herself = WithdrawContribution(NAME, CHEN)
    here(*recorded(CHAIRS)).when(herself, by=CHEN).refused("undo_must_be_by_its_author")


@pytest.mark.parametrize("by", [CLERK, WU])
def test_once_its_receipt_is_reversed_the_contribution_goes_too_and_moves_nothing(
    by: PersonId,
) -> None:
    reverse = ReverseReceipt(GENERAL, Count(1), ReceiptReversalReason.not_honoured)
    gone = here(*recorded()).when(reverse).decision
    undoing(*recorded(), *gone, by=by, minutes=60).then(
        ContributionWithdrawn(NAME, JINNING, CHEN, CASH, Count(1), TODAY, MARCH)
    )


def test_cash_that_was_spent_or_moved_meanwhile_stays() -> None:
    for command in (pay(GENERAL, 1, purpose=Slug("tea")), move(GENERAL, FundId("meals"), 1)):
        spent = here(*recorded()).when(command).decision
        undoing(*recorded(), *spent).refused("receipt_must_be_unspent", fund=GENERAL, receipt=1)


def test_it_is_undone_once_and_its_name_is_used_up() -> None:
    undone = undoing(*recorded()).decision
    undoing(*recorded(), *undone).refused("contribution_must_stand")
    here(*recorded(), *undone).when(record()).refused("contribution_must_be_new")


# -- who may see the amount --------------------------------------------------------------------


@pytest.mark.parametrize(("by", "person"), [(CHEN, CHEN), (CLERK, None)])
@pytest.mark.parametrize("before", [pledged(), recorded()])
def test_the_giver_may_change_her_mind_about_showing_the_amount(
    before: tuple[Happening, ...], by: PersonId, person: PersonId | None
) -> None:
    command = SetAmountVisibility(NAME, amount_public=True, person=person)
    told = here(*before).when(command, by=by)
    told.then(AmountVisibilitySet(NAME, JINNING, amount_public=True, occurred_on=TODAY))


def test_nobody_shows_the_amount_of_another_giver() -> None:
    command = SetAmountVisibility(NAME, amount_public=True, person=WU)
    here(*recorded()).when(command, by=WU).refused("giver_must_be_the_contributions")


def test_what_was_withdrawn_shows_nothing() -> None:
    command = SetAmountVisibility(NAME, amount_public=True)
    undone = undoing(*recorded()).decision
    here(*recorded(), *undone).when(command).refused("contribution_must_stand")


@pytest.mark.parametrize(
    "command", [WithdrawContribution(NAME), SetAmountVisibility(NAME, amount_public=True)]
)
def test_what_nobody_entered_is_not_there(command: Any) -> None:
    here().when(command).refused("contribution_must_be_known", contribution=NAME)
    assert contributions.place(command, here().ledger) is None
    assert contributions.place(command, here(*pledged()).ledger) == JINNING
