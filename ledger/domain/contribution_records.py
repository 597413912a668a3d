"""What is remembered of a contribution: who promised or gave what, and what became of it.

Nothing is valued: cash has its amount and labour its minutes, everything else is only counted. An
event names the giver by id or as an organisation, or not at all, and never says an idea in words.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from ledger.domain.values import (
    CommunityId,
    ContributionId,
    Count,
    Fen,
    FundId,
    Minutes,
    Month,
    PersonId,
    Slug,
)


class ContributionKind(StrEnum):
    """What residents give of their own will (居民贡献)."""

    cash = "cash"
    goods = "goods"
    labour = "labour"  # beside volunteer service, whose minutes it never becomes
    idea = "idea"  # 金点子、问题表达
    premises = "premises"


class IdeaTopic(StrEnum):
    """What an idea is about."""

    elders = "elders"
    youth = "youth"
    environment = "environment"
    safety = "safety"
    culture = "culture"
    housing = "housing"
    other = "other"


class IdeaAnswer(StrEnum):
    """What the community says to an idea."""

    accepted = "accepted"
    being_done = "being_done"
    declined = "declined"


class AnswerReason(StrEnum):
    """Why it says so."""

    worth_doing = "worth_doing"
    done_already = "done_already"
    no_money = "no_money"
    not_ours_to_decide = "not_ours_to_decide"
    against_the_rules = "against_the_rules"
    other = "other"


@dataclass(frozen=True, slots=True)
class Gift:
    """What is given. Cash says its fund and amount, labour its minutes, an idea its topic."""

    kind: ContributionKind
    fund: FundId | None = None
    amount_fen: Fen | None = None
    labour_minutes: Minutes | None = None
    topic: IdeaTopic | None = None


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ContributionPledged:
    """Somebody promised to give; without person and organisation she is not named."""

    contribution: ContributionId
    community: CommunityId
    person: PersonId | None
    organisation: Slug | None
    gift: Gift
    amount_public: bool
    pledged_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class PledgeWithdrawn:
    """A promise was taken back."""

    contribution: ContributionId
    community: CommunityId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ContributionRecorded:
    """It was given. Of cash it is the twin of the `MoneyReceived` that `receipt` numbers."""

    contribution: ContributionId
    community: CommunityId
    person: PersonId | None
    organisation: Slug | None
    gift: Gift
    amount_public: bool
    receipt: Count | None
    recorded_by: PersonId
    recorded_at: datetime
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class ContributionWithdrawn:
    """It was entered by mistake. Of cash it is the twin of the `ReceiptReversed` of `receipt`."""

    contribution: ContributionId
    community: CommunityId
    person: PersonId | None
    gift: Gift
    receipt: Count | None
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class IdeaAnswered:
    """The community said what becomes of the idea."""

    contribution: ContributionId
    community: CommunityId
    answer: IdeaAnswer
    reason: AnswerReason
    occurred_on: date


@dataclass(frozen=True, slots=True)
class AmountVisibilitySet:
    """Whether the amount may be shown to everybody, and her masked name, as the giver wishes."""

    contribution: ContributionId
    community: CommunityId
    amount_public: bool
    occurred_on: date


ContributionEvent: TypeAlias = (
    ContributionPledged
    | PledgeWithdrawn
    | ContributionRecorded
    | ContributionWithdrawn
    | IdeaAnswered
    | AmountVisibilitySet
)

# -- state -------------------------------------------------------------------------------------

_NOBODY: Final = PersonId("")
_NO_MONTH: Final = Month("")
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Stage(StrEnum):
    """How far a contribution has come."""

    new = "new"
    pledged = "pledged"
    recorded = "recorded"
    withdrawn = "withdrawn"


@dataclass(frozen=True, slots=True)
class Contribution:
    """What decisions ask of a contribution; `entered_by` wrote it down, as it stands now."""

    stage: Stage = Stage.new
    community: CommunityId | None = None
    person: PersonId | None = None
    organisation: Slug | None = None
    gift: Gift = Gift(ContributionKind.idea)
    entered_by: PersonId = _NOBODY
    entered_at: datetime = _NEVER
    receipt: Count | None = None
    given_on: date = date.min
    booked_in: Month = _NO_MONTH
    answer: IdeaAnswer | None = None


# -- evolving ----------------------------------------------------------------------------------


def evolve(contribution: Contribution, event: ContributionEvent) -> Contribution:
    """Whether an amount may be shown is for reports only, so the state does not keep it."""
    match event:
        case ContributionPledged():
            return Contribution(
                Stage.pledged,
                event.community,
                event.person,
                event.organisation,
                event.gift,
                event.pledged_by,
            )
        case ContributionRecorded():
            return Contribution(
                Stage.recorded,
                event.community,
                event.person,
                event.organisation,
                event.gift,
                event.recorded_by,
                event.recorded_at,
                event.receipt,
                event.occurred_on,
                event.booked_in,
            )
        case PledgeWithdrawn() | ContributionWithdrawn():
            return replace(contribution, stage=Stage.withdrawn)
        case IdeaAnswered():
            return replace(contribution, answer=event.answer)
        case AmountVisibilitySet():
            return contribution
        case _:
            assert_never(event)
