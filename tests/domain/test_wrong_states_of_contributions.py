"""What a contribution and an idea answer to each command, at each of their stages."""

from datetime import timedelta
from typing import Any

from ledger.domain import contributions, funds
from ledger.domain.contribution_records import AnswerReason, Gift, IdeaAnswer, Stage
from ledger.domain.contributions import SetAmountVisibility, WithdrawContribution
from ledger.domain.fund_records import ReceiptReversalReason
from ledger.domain.ideas import AnswerIdea
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.values import Count
from tests.domain.contribution_stories import CASH, CLERK, IDEA, NAME, here, pledge, record
from tests.domain.fund_stories import GENERAL
from tests.domain.states import Cell, Machine, Row, each_cell, must_answer, must_be_total
from tests.story import NOON, SOMEBODY, Given, Ledger

withdraw = WithdrawContribution(NAME)
show = SetAmountVisibility(NAME, amount_public=True)
answer = AnswerIdea(NAME, IdeaAnswer.accepted, AnswerReason.worth_doing)
take_out = ReverseReceipt(GENERAL, Count(1), ReceiptReversalReason.entered_by_mistake)


def contribution(*commands: Any) -> Row:
    """What the clerk did at noon; a minute later somebody gives the command."""

    def reach() -> Given:
        story = here()
        for command in commands:
            for happening in story.when(command, by=CLERK).decision:
                story.ledger.fold(happening)
        return story

    return Row(reach, NOON + timedelta(minutes=1))


def stage_of_the_contribution(ledger: Ledger) -> str:
    it = ledger[contributions.stream(NAME)]
    if it.stage is not Stage.recorded:
        return it.stage
    if it.answer is not None:
        return "recorded.answered"
    if it.receipt in ledger[funds.stream(GENERAL)].reversed_receipts:
        return "recorded.taken_out"
    return f"recorded.{it.gift.kind}"


def of(gift: Gift) -> tuple[tuple[object, Any], ...]:
    return (
        (pledge(gift), SOMEBODY),
        (record(gift), SOMEBODY),
        (withdraw, CLERK),
        (show, SOMEBODY),
        (answer, SOMEBODY),
    )


WORDS = {
    "new": "contribution_must_be_new",
    "known": "contribution_must_be_known",
    "stand": "contribution_must_stand",
}
GIVEN = Machine(
    nouns=("contributions", "ideas"),
    stage_of=stage_of_the_contribution,
    rows={
        "new": contribution(),
        "pledged": contribution(pledge(CASH)),
        "recorded.cash": contribution(record(CASH)),
        "recorded.taken_out": contribution(record(CASH), take_out),
        "withdrawn.pledged": contribution(pledge(CASH), withdraw),
        "withdrawn.recorded": contribution(record(CASH), withdraw),
    },
    asked=of(CASH),
    words=WORDS | {"idea": "contribution_must_be_an_idea"},
    table="""
                        pledge    record          withdraw    set-amount-visibility  answer
    new                 >pledged  >recorded.cash  known       known                  known
    pledged             new       >recorded.cash  >withdrawn  >pledged               idea
    recorded.cash       new       new             >withdrawn  >recorded.cash         idea
    recorded.taken_out  new       new             >withdrawn  >recorded.taken_out    idea
    withdrawn.pledged   new       new             stand       stand                  stand
    withdrawn.recorded  new       new             stand       stand                  stand
    """,
)
THOUGHT = Machine(
    nouns=("contributions", "ideas"),
    stage_of=stage_of_the_contribution,
    rows={
        "new": contribution(),
        "recorded.idea": contribution(record(IDEA)),
        "recorded.answered": contribution(record(IDEA), answer),
        "withdrawn": contribution(record(IDEA), withdraw),
    },
    asked=of(IDEA),
    words=WORDS
    | {
        "once": "idea_must_be_recorded_at_once",
        "alike": "idea_must_not_be_answered_alike_twice",
    },
    table="""
                       pledge  record          withdraw    set-amount-visibility  answer
    new                once    >recorded.idea  known       known                  known
    recorded.idea      new     new             >withdrawn  >recorded.idea         >recorded.answered
    recorded.answered  new     new             >withdrawn  >recorded.answered     alike
    withdrawn          new     new             stand       stand                  stand
    """,
)


@each_cell(GIVEN)
def test_a_contribution_is_promised_given_and_withdrawn_once(cell: Cell) -> None:
    must_answer(GIVEN, cell)


@each_cell(THOUGHT)
def test_an_idea_is_told_and_answered_and_never_promised(cell: Cell) -> None:
    must_answer(THOUGHT, cell)


def test_the_tables_of_contributions_are_total() -> None:
    must_be_total(GIVEN, Stage)
    must_be_total(THOUGHT, [stage for stage in Stage if stage is not Stage.pledged])
