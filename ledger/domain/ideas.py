"""Ideas: what residents propose or complain of is a contribution, and each is answered.

An answer says what becomes of the idea, and why. It may be followed by another one: what was
accepted is being done later, what was declined may be taken up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ledger.domain import communities, contribution_rules, contributions
from ledger.domain.contribution_records import (
    AnswerReason,
    Contribution,
    ContributionKind,
    IdeaAnswer,
    IdeaAnswered,
)
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, ContributionId


@dataclass(frozen=True, slots=True)
class AnswerIdea:
    """Say what becomes of an idea, and why."""

    contribution: ContributionId
    answer: IdeaAnswer
    reason: AnswerReason


IdeaCommand: TypeAlias = AnswerIdea


def place(command: IdeaCommand, known: Known) -> CommunityId | None:
    """The community that the idea was given to; None for one that nobody entered."""
    return known[contributions.stream(command.contribution)].community


def needs(command: IdeaCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The idea and its community."""
    yield contributions.stream(command.contribution)
    idea = known.get(contributions.stream(command.contribution))
    if idea is not None and idea.community is not None:
        yield communities.stream(idea.community)


def decide(command: IdeaCommand, known: Known, context: Context) -> Outcome:
    """Answer an idea that stands, otherwise than before."""
    here, name = contributions.stream(command.contribution), command.contribution
    idea = known[here]
    if idea.community is None:
        return Refused(Code.contribution_must_be_known, contribution=name)
    refused = first_refusal(
        contribution_rules.still_stands(name, idea),
        _unless_an_idea(name, idea),
        _unless_otherwise(command, idea),
    )
    today = known[communities.stream(idea.community)].day_of(context)
    event = IdeaAnswered(name, idea.community, command.answer, command.reason, today)
    return refused or ((here, event),)


def _unless_an_idea(name: ContributionId, contribution: Contribution) -> Refused | None:
    kind = contribution.gift.kind
    if kind is ContributionKind.idea:
        return None
    return Refused(Code.contribution_must_be_an_idea, contribution=name, kind=kind)


def _unless_otherwise(command: AnswerIdea, idea: Contribution) -> Refused | None:
    if command.answer is not idea.answer:
        return None
    return Refused(Code.idea_must_not_be_answered_alike_twice, answer=command.answer)
