"""What a contribution must satisfy: each rule gives its refusal, or None."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from ledger.domain import funds, identity, people, standing
from ledger.domain.community_records import Community
from ledger.domain.contribution_records import Contribution, ContributionKind, Gift, Stage
from ledger.domain.decisions import Context, Decision, Known, Refused
from ledger.domain.fund_records import ReceiptReversed
from ledger.domain.refusals import Code
from ledger.domain.rights_records import CashGiven
from ledger.domain.values import (
    CommunityId,
    ContributionId,
    Count,
    FundId,
    Month,
    PersonId,
    Slug,
)

UNDO: Final = timedelta(minutes=10)

ASKED: Final[Mapping[ContributionKind, tuple[str, ...]]] = MappingProxyType(
    {
        ContributionKind.cash: ("fund", "amount_fen"),
        ContributionKind.goods: (),
        ContributionKind.labour: ("labour_minutes",),
        ContributionKind.idea: ("topic",),
        ContributionKind.premises: (),
    }
)
"""What each kind says of itself, and no other does."""


def gift_is_whole(gift: Gift) -> Refused | None:
    """Every kind says what it is asked, more than nothing, and no more."""
    asked = ASKED[gift.kind]
    said = ("fund", "amount_fen", "labour_minutes", "topic")
    if any((getattr(gift, name) is None) == (name in asked) for name in said):
        return Refused(
            Code.gift_must_say_what_its_kind_asks, kind=gift.kind, asked=", ".join(asked) or "-"
        )
    if gift.amount_fen == 0:
        return Refused(Code.amount_must_be_positive, amount_fen=0)
    if gift.labour_minutes == 0:
        return Refused(Code.minutes_must_be_positive, service_minutes=0)
    return None


def fund_is_the_communitys(gift: Gift, home: CommunityId, known: Known) -> Refused | None:
    """Cash goes into a fund of the community; what another community has is not told."""
    if gift.fund is None or known[funds.stream(gift.fund)].community == home:
        return None
    return Refused(Code.fund_must_be_known, fund=gift.fund)


def giver_is_known(
    person: PersonId | None, organisation: Slug | None, day: date, known: Known
) -> Refused | None:
    """A registered person, living on that day, or an organisation, or nobody who is named."""
    if person is None:
        return None
    if organisation is not None:
        return Refused(Code.giver_must_be_one)
    if known[people.stream(person)].registered_on is None:
        return Refused(Code.person_must_be_known, person=person)
    return standing.unless_living_member(person, day, known)


def is_new(name: ContributionId, contribution: Contribution) -> Refused | None:
    """A promise is entered before anything else."""
    if contribution.stage is Stage.new:
        return None
    return Refused(Code.contribution_must_be_new, contribution=name)


def can_be_promised(gift: Gift) -> Refused | None:
    """Whoever has an idea tells it."""
    if gift.kind is not ContributionKind.idea:
        return None
    return Refused(Code.idea_must_be_recorded_at_once)


def fits_its_pledge(
    name: ContributionId,
    pledge: Contribution,
    home: CommunityId,
    giver: tuple[PersonId | None, Slug | None],
    gift: Gift,
) -> Refused | None:
    """Whoever promised gives what she promised and to what she promised it, more or less of it."""
    if pledge.stage is Stage.new:
        return None
    if pledge.stage is not Stage.pledged:
        return Refused(Code.contribution_must_be_new, contribution=name)
    giver_then, then = (pledge.person, pledge.organisation), pledge.gift
    promised = pledge.community, giver_then, then.kind, then.fund
    if promised == (home, giver, gift.kind, gift.fund):
        return None
    return Refused(Code.contribution_must_fit_its_pledge, contribution=name, kind=then.kind)


def still_stands(name: ContributionId, contribution: Contribution) -> Refused | None:
    """What was withdrawn is over."""
    if contribution.stage is not Stage.withdrawn:
        return None
    return Refused(Code.contribution_must_stand, contribution=name)


def pledge_is_hers(pledge: Contribution, known: Known, context: Context) -> Refused | None:
    """A promise is taken back by whoever made it, or wrote it down for her."""
    if not {pledge.person, pledge.entered_by}.isdisjoint(identity.ids(context.actor, known)):
        return None
    return Refused(Code.pledge_must_be_withdrawn_by_its_giver)


def undone_in_time_or_by_another(
    contribution: Contribution, person: PersonId | None, known: Known, context: Context
) -> Refused | None:
    """Whoever entered it may take it back for ten minutes (DOMAIN 6, undo); later, another person.

    While money stands behind it nobody but its author: the receipt is reversed first, by whoever
    may do that. A giver who acts for herself has promised, and entered nothing.
    """
    if contribution.receipt is not None and standing_receipt(contribution, known) is None:
        return None
    if context.actor != contribution.entered_by:
        bound = person is not None or contribution.receipt is not None
        return Refused(Code.undo_must_be_by_its_author) if bound else None
    until = contribution.entered_at + UNDO
    if context.decided_at > until:
        return Refused(Code.undo_must_be_within_ten_minutes, until=until)
    return None


def standing_receipt(contribution: Contribution, known: Known) -> tuple[FundId, Count] | None:
    """The fund and the receipt of cash that was not reversed yet."""
    fund, receipt = contribution.gift.fund, contribution.receipt
    if fund is None or receipt is None:
        return None
    gone = receipt in known[funds.stream(fund)].reversed_receipts
    return None if gone else (fund, receipt)


def speaks_for_herself(person: PersonId | None, contribution: Contribution) -> Refused | None:
    """Who acts as the giver is the giver; the office acts on the giver's word."""
    if person in (None, contribution.person):
        return None
    return Refused(Code.giver_must_be_the_contributions)


def when_it_went(
    contribution: Contribution, taken_out: Decision, community: Community, known: Known
) -> tuple[date, Month]:
    """The day and month: of its money, where that goes now or is gone already; or as it came."""
    for _, event in taken_out:
        if isinstance(event, ReceiptReversed):
            return event.occurred_on, event.booked_in
    fund, receipt = contribution.gift.fund, contribution.receipt
    if fund is not None and receipt is not None:
        reversed_ = known[funds.stream(fund)].reversed_receipts.get(receipt)
        if reversed_ is not None:
            return reversed_.occurred_on, reversed_.booked_in
    return contribution.given_on, community.books_mirror_of(contribution.booked_in)


def vouched_for(name: ContributionId, person: PersonId | None, gift: Gift, day: date) -> Decision:
    """A gift in cash has a voucher with the giver's name on it, which is kept for long."""
    if person is None or gift.fund is None:
        return ()
    return ((people.stream(person), CashGiven(person, name, day)),)
