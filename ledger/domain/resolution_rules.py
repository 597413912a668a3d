"""What a resolution must satisfy: it was carried, and its body may decide about that money.

Each rule reads the resolution as it would be recorded, and yields what it objects to.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

from ledger.domain import communities, funds, sites
from ledger.domain.councils import Body
from ledger.domain.decisions import Known, Refused
from ledger.domain.refusals import Code
from ledger.domain.resolution_records import ResolutionRecorded
from ledger.domain.sites import SiteKind
from ledger.domain.tiers import Payer, PayerKind
from ledger.domain.values import CooperativeId, FundId

ALLOWANCES_MOST: Final = 100
"""Far more than any resolution decides, and one entry of the log."""

OF_MEMBERS: Final = (PayerKind.cooperative, PayerKind.cooperative_of_the_eater)
"""Payers whose money belongs to the members of a cooperative, who alone decide about it."""

Objections: TypeAlias = Iterator[Refused]


def was_carried(draft: ResolutionRecorded) -> Objections:
    """More for than against: a tie carries nothing."""
    votes = draft.votes
    if votes.in_favour <= votes.against:
        yield Refused(
            Code.votes_must_carry_the_resolution, in_favour=votes.in_favour, against=votes.against
        )


def was_discussed_before(draft: ResolutionRecorded) -> Objections:
    """Important matters are discussed first and decided then, on the same day at the earliest."""
    if draft.discussed_on is not None and draft.discussed_on > draft.occurred_on:
        yield Refused(
            Code.discussion_must_come_before_the_decision,
            discussed_on=draft.discussed_on,
            decided_on=draft.occurred_on,
        )


def fits_one_entry(draft: ResolutionRecorded) -> Objections:
    """An entry of the log has a size, so a resolution has a number of allowances."""
    allowances = len(draft.subsidies) + len(draft.payments) + len(draft.purpose_changes)
    if allowances > ALLOWANCES_MOST:
        yield Refused(
            Code.allowances_must_fit_one_entry,
            allowances=allowances,
            allowances_most=ALLOWANCES_MOST,
        )


def amounts_are_real(draft: ResolutionRecorded) -> Objections:
    """An allowance of nothing allows nothing; a move from a fund to itself changes nothing."""
    amounts = [allowed.amount_most_fen for allowed in draft.payments]
    amounts += [allowed.amount_most_fen for allowed in draft.purpose_changes]
    if 0 in amounts:
        yield Refused(Code.amount_must_be_positive, amount_fen=0)
    for change in draft.purpose_changes:
        if change.from_fund == change.to_fund:
            yield Refused(Code.funds_must_differ, fund=change.from_fund)


def funds_are_the_communitys(draft: ResolutionRecorded, known: Known) -> Objections:
    """Nobody decides about another community's money, nor is told what it has."""
    for fund in funds_of(draft):
        if known[funds.stream(fund)].community != draft.community:
            yield Refused(Code.fund_must_be_known, fund=fund)


def funds_of(asked: ResolutionRecorded) -> Iterator[FundId]:
    """Every fund that it speaks of."""
    yield from (allowed.fund for allowed in asked.payments)
    for change in asked.purpose_changes:
        yield from (change.from_fund, change.to_fund)
    for allowed in asked.subsidies:
        if allowed.payer.kind is PayerKind.fund and allowed.payer.name is not None:
            yield FundId(allowed.payer.name)


def payers_can_agree(draft: ResolutionRecorded, known: Known) -> Objections:
    """A payer has a name where its kind has one; nobody decides for the eater."""
    for allowed in draft.subsidies:
        payer = allowed.payer
        if payer.kind is PayerKind.eater:
            yield Refused(Code.payer_must_be_one_who_can_agree, payer=payer.path)
        elif not _is_well_named(payer):
            yield Refused(Code.payer_must_be_named_as_its_kind_is, payer=payer.path)
        elif payer.kind is PayerKind.cooperative:
            yield from _cooperative_is_known(CooperativeId(payer.name or ""), draft, known)


def _is_well_named(payer: Payer) -> bool:
    match payer.kind:
        case PayerKind.cooperative_of_the_eater:
            return payer.name is None
        case PayerKind.cooperative:
            return payer.name is not None and "/" in payer.name
        case _:
            return payer.name is not None and "/" not in payer.name


def canteens_are_known(draft: ResolutionRecorded, known: Known) -> Objections:
    """A canteen of the community; the members of a cooperative also eat elsewhere."""
    for allowed in draft.subsidies:
        canteen = known[sites.stream(allowed.canteen)]
        abroad = canteen.community is not None and allowed.payer.kind in OF_MEMBERS
        if canteen.community != draft.community and not abroad:
            yield Refused(Code.site_must_be_known, site=allowed.canteen)
        elif canteen.kind is not SiteKind.canteen:
            yield Refused(Code.site_must_be_a_canteen, site=allowed.canteen)


def body_may_decide(draft: ResolutionRecorded, known: Known) -> Objections:
    """The members of a cooperative decide about its money, and about no other."""
    if draft.cooperative is not None:
        yield from _cooperative_is_known(draft.cooperative, draft, known)
        yield from _cooperative_is_that_of_its_members(draft, draft.cooperative)
    for allowed in draft.subsidies:
        if (allowed.payer.kind in OF_MEMBERS) is not _is_of_members(draft):
            yield _cannot_decide(draft, allowed.payer)
    if _is_of_members(draft) and (draft.payments or draft.purpose_changes):
        yield _cannot_decide(draft, Payer(PayerKind.fund))


def _cooperative_is_known(
    cooperative: CooperativeId, draft: ResolutionRecorded, known: Known
) -> Objections:
    home = known[communities.stream(draft.community)]
    if cooperative not in home.cooperatives:
        yield Refused(Code.cooperative_must_be_known, cooperative=cooperative)


def _is_of_members(draft: ResolutionRecorded) -> bool:
    return draft.body is Body.cooperative_members_assembly


def _cooperative_is_that_of_its_members(
    draft: ResolutionRecorded, alone: CooperativeId
) -> Objections:
    """One that is chosen decided alone; an assembly that names none is of the members of all."""
    if not _is_of_members(draft):
        yield Refused(
            Code.cooperative_must_be_chosen_for_its_members_alone,
            cooperative=alone,
            body=draft.body,
        )
        return
    for allowed in draft.subsidies:
        payer = allowed.payer
        if payer.kind in OF_MEMBERS and CooperativeId(payer.name or "") != alone:
            yield Refused(
                Code.members_must_decide_on_their_own_cooperative,
                cooperative=alone,
                payer=payer.path,
            )


def _cannot_decide(draft: ResolutionRecorded, payer: Payer) -> Refused:
    return Refused(Code.money_must_be_decided_on_by_its_own_body, payer=payer.path, body=draft.body)
