"""Purposes: restricted money serves another purpose only as a body resolved, and by two persons.

Money moves freely within one purpose and from unrestricted money (see `funds`). Any other move is a
change of purpose: one person asks for it and names the resolution that allows it, another approves
it, and the money moves with the approval. Lots move along, so donors see where their gifts went.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, assert_never

from ledger.domain import allowances, communities, fund_moves, fund_rules, funds, resolutions
from ledger.domain.community_records import Community
from ledger.domain.decisions import (
    Context,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.fund_moves import MoveBetweenFunds
from ledger.domain.fund_state import Fund
from ledger.domain.purpose_records import (
    ChangeStage,
    PurposeChange,
    PurposeChangeApproved,
    PurposeChangeRefused,
    PurposeChangeRequested,
)
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, Count, Fen, FundId, ResolutionId

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestPurposeChange:
    """Ask that money of one fund serve the purpose of another, as the resolution allows."""

    from_fund: FundId
    to_fund: FundId
    amount_fen: Fen
    resolution: ResolutionId


@dataclass(frozen=True, slots=True)
class ApprovePurposeChange:
    """Let the money move."""

    from_fund: FundId
    change: Count


@dataclass(frozen=True, slots=True)
class RefusePurposeChange:
    """Let the money stay."""

    from_fund: FundId
    change: Count


PurposeCommand: TypeAlias = RequestPurposeChange | ApprovePurposeChange | RefusePurposeChange


# -- deciding ----------------------------------------------------------------------------------


def place(command: PurposeCommand, known: Known) -> CommunityId | None:
    """The community of the fund that gives; None for a fund nobody opened."""
    return known[funds.stream(command.from_fund)].community


def needs(command: PurposeCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """Both funds, their community, and what is cited."""
    here = funds.stream(command.from_fund)
    yield here
    giving = known.get(here)
    if giving is None or giving.community is None:
        return
    yield communities.stream(giving.community)
    asked = _asked(command, giving)
    if asked is not None:
        yield funds.stream(asked.to_fund)
        yield resolutions.stream(asked.resolution)


def _asked(command: PurposeCommand, giving: Fund) -> RequestPurposeChange | PurposeChange | None:
    if isinstance(command, RequestPurposeChange):
        return command
    return giving.changes.get(command.change)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The fund that gives, its community, and what day it is there."""

    name: FundId
    fund: Fund
    home: CommunityId
    community: Community
    today: date

    @property
    def stream(self) -> Stream[Fund]:
        return funds.stream(self.name)


def decide(command: PurposeCommand, known: Known, context: Context) -> Outcome:
    """A request begins; everything else needs one that nobody has decided yet."""
    giving = known[funds.stream(command.from_fund)]
    if giving.community is None:
        return Refused(Code.fund_must_be_known, fund=command.from_fund)
    community = known[communities.stream(giving.community)]
    today = community.day_of(context)
    seen = _Seen(command.from_fund, giving, giving.community, community, today)
    if isinstance(command, RequestPurposeChange):
        return _request(command, seen, known, context)
    asked = giving.changes.get(command.change)
    if asked is None:
        record = f"{command.from_fund}/{command.change}"
        return Refused(Code.record_must_be_known, record=record)
    match command:
        case ApprovePurposeChange():
            return _approve(command.change, asked, seen, known, context)
        case RefusePurposeChange():
            return _refuse(command.change, asked, seen, context)
        case _:
            assert_never(command)


def _request(command: RequestPurposeChange, seen: _Seen, known: Known, context: Context) -> Outcome:
    if known[funds.stream(command.to_fund)].community != seen.home:  # not told what others have
        return Refused(Code.fund_must_be_known, fund=command.to_fund)
    number = Count(len(seen.fund.changes) + 1)
    refused = first_refusal(
        fund_rules.amount_is_positive(command.amount_fen),
        fund_rules.funds_differ(command.from_fund, command.to_fund),
        *_unless_movable(number, command, seen, known),
    )
    event = PurposeChangeRequested(
        command.from_fund,
        command.to_fund,
        seen.home,
        number,
        command.amount_fen,
        command.resolution,
        context.actor,
        seen.today,
    )
    return refused or ((seen.stream, event),)


def _unless_movable(
    number: Count, asked: RequestPurposeChange | PurposeChange, seen: _Seen, known: Known
) -> Iterator[Refused | None]:
    """The resolution allows it with all that moved or may move under it, and the money is there."""
    others = (
        each.amount_fen
        for other, each in seen.fund.changes.items()
        if other != number
        and each.stage is not ChangeStage.refused
        and (each.resolution, each.to_fund) == (asked.resolution, asked.to_fund)
    )
    yield allowances.purpose_change_refusal(
        asked.resolution,
        known[resolutions.stream(asked.resolution)],
        home=seen.home,
        from_fund=seen.name,
        to_fund=asked.to_fund,
        amount_fen=Fen(sum(others) + asked.amount_fen),
        day=seen.today,
    )
    receiving = known[funds.stream(asked.to_fund)]
    yield fund_rules.fund_covers(seen.name, seen.fund, asked.amount_fen)
    drawn = fund_rules.drawn(seen.fund, asked.amount_fen, seen.today, seen.community)
    yield fund_rules.lots_fit(seen.name, drawn)
    yield fund_rules.fund_stays_below_the_limit(asked.to_fund, receiving, asked.amount_fen)


def _approve(
    number: Count, asked: PurposeChange, seen: _Seen, known: Known, context: Context
) -> Outcome:
    refused = first_refusal(
        _unless_another(number, asked, context),
        _unless_undecided(number, asked),
        *_unless_movable(number, asked, seen, known),
    )
    if refused is not None:
        return refused
    approved = PurposeChangeApproved(
        seen.name,
        asked.to_fund,
        number,
        asked.amount_fen,
        seen.fund.next_voucher,
        context.actor,
        seen.today,
    )
    move = MoveBetweenFunds(seen.name, asked.to_fund, asked.amount_fen, seen.today)
    moved = fund_moves.moved(move, known, seen.community, by=context.actor)
    return ((seen.stream, approved), *moved)


def _refuse(number: Count, asked: PurposeChange, seen: _Seen, context: Context) -> Outcome:
    event = PurposeChangeRefused(seen.name, asked.to_fund, number, context.actor, seen.today)
    return _unless_undecided(number, asked) or ((seen.stream, event),)


def _unless_another(number: Count, asked: PurposeChange, context: Context) -> Refused | None:
    if context.actor != asked.requested_by:
        return None
    return Refused(Code.change_must_be_approved_by_another, number=number)


def _unless_undecided(number: Count, asked: PurposeChange) -> Refused | None:
    if asked.stage is ChangeStage.requested:
        return None
    return Refused(Code.change_must_not_be_decided_twice, number=number, stage=asked.stage.value)
