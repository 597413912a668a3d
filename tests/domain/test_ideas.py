"""Ideas: each is answered, and the answer may change as things go on."""

from itertools import pairwise

import pytest

from ledger.domain import ideas
from ledger.domain.contribution_records import AnswerReason, IdeaAnswer, IdeaAnswered
from ledger.domain.ideas import AnswerIdea
from tests.domain.contribution_stories import CASH, CLERK, IDEA, NAME, here, recorded, undoing
from tests.domain.fund_stories import JINNING, TODAY

WORTH_IT = AnswerReason.worth_doing


def answer(word: IdeaAnswer = IdeaAnswer.accepted, why: AnswerReason = WORTH_IT) -> AnswerIdea:
    return AnswerIdea(NAME, word, why)


def test_an_idea_is_answered_with_a_reason() -> None:
    told = here(*recorded(IDEA)).when(answer(IdeaAnswer.declined, AnswerReason.no_money))
    told.then(IdeaAnswered(NAME, JINNING, IdeaAnswer.declined, AnswerReason.no_money, TODAY))
    assert told.decision[0][0] == "contribution-gift-0302"


def test_an_answer_may_be_followed_by_another_one_and_not_by_the_same() -> None:
    history = [*recorded(IDEA)]
    words = (IdeaAnswer.declined, IdeaAnswer.accepted, IdeaAnswer.being_done, IdeaAnswer.declined)
    for before, after in pairwise(words):
        history += here(*history).when(answer(before)).decision
        here(*history).when(answer(before)).refused(
            "idea_must_not_be_answered_alike_twice", answer=before
        )
        assert here(*history).when(answer(after)).events


def test_only_an_idea_is_answered() -> None:
    here(*recorded(CASH)).when(answer()).refused(
        "contribution_must_be_an_idea", contribution=NAME, kind="cash"
    )


def test_what_was_undone_is_not_answered() -> None:
    undone = undoing(*recorded(IDEA), by=CLERK).decision
    here(*recorded(IDEA), *undone).when(answer()).refused("contribution_must_stand")


@pytest.mark.parametrize("word", IdeaAnswer)
def test_what_nobody_entered_is_not_answered(word: IdeaAnswer) -> None:
    here().when(answer(word)).refused("contribution_must_be_known", contribution=NAME)
    assert ideas.place(answer(word), here(*recorded(IDEA)).ledger) == JINNING
