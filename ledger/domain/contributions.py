"""Contributions (居民贡献): what residents promise and give of their own will.

Cash goes into a fund, whose own receipt moves the money and names the contribution as its source;
goods, labour, ideas and premises are counted and not valued. Labour is no volunteer service: nobody
certifies it. How much somebody gave is shown to everybody only if she wishes it. A promise is taken
back at any time by whoever made it; what was recorded, by its author within ten minutes, and later
by another person. Cash is then taken out of the fund first, by the reversal of its receipt.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias, assert_never

from ledger.domain import (
    communities,
    contribution_rules,
    fund_rules,
    funds,
    identity,
    receipts,
)
from ledger.domain.community_records import Community
from ledger.domain.contribution_records import (
    AmountVisibilitySet,
    Contribution,
    ContributionPledged,
    ContributionRecorded,
    ContributionWithdrawn,
    Gift,
    PledgeWithdrawn,
    Stage,
)
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.fund_records import ReceiptReversalReason
from ledger.domain.funds import ReceiveMoney
from ledger.domain.lots import ReceiptKind
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, ContributionId, Count, PersonId, Slug

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PledgeContribution:
    """Write down what somebody promises to give: a person, an organisation, or nobody named."""

    contribution: ContributionId
    community: CommunityId
    gift: Gift
    person: PersonId | None = None
    organisation: Slug | None = None
    amount_public: bool = False


@dataclass(frozen=True, slots=True)
class RecordContribution:
    """Enter what was given, with a promise or without one."""

    contribution: ContributionId
    community: CommunityId
    gift: Gift
    given_on: date
    person: PersonId | None = None
    organisation: Slug | None = None
    amount_public: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawContribution:
    """Take back a promise, or what was recorded; a giver who takes hers back names herself."""

    contribution: ContributionId
    person: PersonId | None = None


@dataclass(frozen=True, slots=True)
class SetAmountVisibility:
    """Let everybody see amount and masked name, or not; who gave and does it names herself."""

    contribution: ContributionId
    amount_public: bool
    person: PersonId | None = None


ContributionCommand: TypeAlias = (
    PledgeContribution | RecordContribution | WithdrawContribution | SetAmountVisibility
)


@lru_cache(maxsize=1024)
def stream(contribution: ContributionId) -> Stream[Contribution]:
    """The stream of a contribution."""
    return Stream(f"contribution-{contribution}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: ContributionCommand, known: Known) -> CommunityId | None:
    """The community that it is given to; None for a contribution nobody entered."""
    if isinstance(command, PledgeContribution | RecordContribution):
        return command.community
    return known[stream(command.contribution)].community


def needs(command: ContributionCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The contribution, its community, the giver, and the fund that takes the cash."""
    yield stream(command.contribution)
    contribution = known.get(stream(command.contribution))
    home, gift = None, None
    if isinstance(command, PledgeContribution | RecordContribution):
        home, gift = command.community, command.gift
        if command.person is not None:
            yield from identity.streams_of(command.person, known)
    elif contribution is not None:
        home, gift = contribution.community, contribution.gift
        yield from identity.streams_of(context.actor, known)
    if home is not None:
        yield communities.stream(home)
    if gift is not None and gift.fund is not None:
        yield funds.stream(gift.fund)


def decide(command: ContributionCommand, known: Known, context: Context) -> Outcome:
    """What is entered belongs to a known community; everything else needs what was entered."""
    home = place(command, known)
    if home is None:
        return Refused(Code.contribution_must_be_known, contribution=command.contribution)
    community = known[communities.stream(home)]
    if community.name is None:
        return Refused(Code.community_must_be_known, community=home)
    match command:
        case PledgeContribution():
            return _pledge(command, community, known, context)
        case RecordContribution():
            return _record(command, community, known, context)
        case WithdrawContribution():
            return _withdraw(command, home, community, known, context)
        case SetAmountVisibility():
            return _show(command, home, community, known, context)
        case _:
            assert_never(command)


def _entering_refusal(
    command: PledgeContribution | RecordContribution, day: date, known: Known
) -> Refused | None:
    return first_refusal(
        contribution_rules.gift_is_whole(command.gift),
        contribution_rules.fund_is_the_communitys(command.gift, command.community, known),
        contribution_rules.giver_is_known(command.person, command.organisation, day, known),
    )


def _pledge(
    command: PledgeContribution, community: Community, known: Known, context: Context
) -> Outcome:
    today = community.day_of(context)
    refused = first_refusal(
        _entering_refusal(command, today, known),
        contribution_rules.is_new(command.contribution, known[stream(command.contribution)]),
        contribution_rules.can_be_promised(command.gift),
    )
    event = ContributionPledged(
        command.contribution,
        command.community,
        command.person,
        command.organisation,
        command.gift,
        command.amount_public,
        context.actor,
        today,
    )
    return refused or ((stream(command.contribution), event),)


def _record(
    command: RecordContribution, community: Community, known: Known, context: Context
) -> Outcome:
    giver, day = (command.person, command.organisation), command.given_on
    refused = first_refusal(
        _entering_refusal(command, day, known),
        contribution_rules.fits_its_pledge(
            command.contribution,
            known[stream(command.contribution)],
            command.community,
            giver,
            command.gift,
        ),
        fund_rules.day_has_come(day, community, context),
    )
    if refused is not None:
        return refused
    here, receipt = stream(command.contribution), _receipt(command.gift, known)
    event = ContributionRecorded(
        command.contribution,
        command.community,
        command.person,
        command.organisation,
        command.gift,
        command.amount_public,
        receipt,
        context.actor,
        context.decided_at,
        day,
        community.books(day),
    )
    twin = contribution_rules.vouched_for(command.contribution, command.person, command.gift, day)
    received = _received(command, known, context)
    return received if isinstance(received, Refused) else (*received, *twin, (here, event))


def _receipt(gift: Gift, known: Known) -> Count | None:
    return None if gift.fund is None else known[funds.stream(gift.fund)].next_receipt


def _received(command: RecordContribution, known: Known, context: Context) -> Outcome:
    """The money comes in as any other does; everything else moves nothing."""
    fund, amount_fen = command.gift.fund, command.gift.amount_fen
    if fund is None or amount_fen is None:
        return ()
    source, kind = Slug(command.contribution), ReceiptKind.contribution
    receive = ReceiveMoney(fund, kind, source, command.given_on, amount_fen)
    return funds.decide(receive, known, context)


def _withdraw(
    command: WithdrawContribution,
    home: CommunityId,
    community: Community,
    known: Known,
    context: Context,
) -> Outcome:
    name, contribution = command.contribution, known[stream(command.contribution)]
    refused = first_refusal(
        contribution_rules.still_stands(name, contribution),
        contribution_rules.speaks_for_herself(command.person, contribution),
    )
    if refused is not None:
        return refused
    if contribution.stage is Stage.pledged:
        withdrawn = PledgeWithdrawn(name, home, community.day_of(context))
        hers = contribution_rules.pledge_is_hers(contribution, known, context)
        return hers or ((stream(name), withdrawn),)
    late = contribution_rules.undone_in_time_or_by_another(
        contribution, command.person, known, context
    )
    return late or _undo(command, home, community, known, context)


def _undo(
    command: WithdrawContribution,
    home: CommunityId,
    community: Community,
    known: Known,
    context: Context,
) -> Outcome:
    here = stream(command.contribution)
    contribution = known[here]
    reversed_ = _taken_out(contribution, known, context)
    if isinstance(reversed_, Refused):
        return reversed_
    event = ContributionWithdrawn(
        command.contribution,
        home,
        contribution.person,
        contribution.gift,
        contribution.receipt,
        *contribution_rules.when_it_went(contribution, reversed_, community, known),
    )
    return (*reversed_, (here, event))


def _taken_out(contribution: Contribution, known: Known, context: Context) -> Outcome:
    """Money that was spent meanwhile cannot be taken out again, so the contribution stands."""
    standing = contribution_rules.standing_receipt(contribution, known)
    if standing is None:
        return ()
    reverse = ReverseReceipt(*standing, ReceiptReversalReason.entered_by_mistake)
    return receipts.decide(reverse, known, context)


def _show(
    command: SetAmountVisibility,
    home: CommunityId,
    community: Community,
    known: Known,
    context: Context,
) -> Outcome:
    name, contribution = command.contribution, known[stream(command.contribution)]
    refused = first_refusal(
        contribution_rules.still_stands(name, contribution),
        contribution_rules.speaks_for_herself(command.person, contribution),
    )
    event = AmountVisibilitySet(name, home, command.amount_public, community.day_of(context))
    return refused or ((stream(name), event),)
