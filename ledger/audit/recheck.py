"""Recheck: a canteen's month worked out anew from the log, and every difference explained.

Payer by payer, one figure leads to the next:

    priced     what the policy of each meal's day gives              → what was claimed
    settled    the month's meals, as they stand now                  → what settles in the month
    asked      what settles in the month                             → the shares that are asked for
    due        those shares                                          → what is due
    approved   what is due                                           → what was approved
    paid       what was approved                                     → what was paid and stands
    vouchers   what a fund paid, as the settlement says              → what left the fund

Where two figures differ, what happened says why: a claim that came late, a reversal of a month that
was settled already, money that was repaid or carried over, a payment that is still to come. What is
left unexplained is nothing, in a true ledger. A version of a policy that was withdrawn or replaced
explains nothing: that may only be done ahead, so no meal's day has another version now than then.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, get_args

from ledger.audit import settlement_grounds
from ledger.audit.differences import Cause, Comparison, Question, Reason, compared, reason
from ledger.audit.flaws import Flaw
from ledger.audit.grounds import of_kind
from ledger.audit.hands import Hands
from ledger.audit.meal_checks import MealChecks
from ledger.audit.settlement_grounds import ClaimName, PayerSide, SettlementTrail, claim_name
from ledger.audit.splits import repriced
from ledger.domain import canteens, policy_records, settlement_rules
from ledger.domain.canteen_records import CanteenMonth, evolve
from ledger.domain.meal_records import MealClaimed, MealEvent, MealReversed
from ledger.domain.policy_records import Timeline
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementPaymentReversed,
    SettlementSubmitted,
)
from ledger.domain.values import Month, PayerPath, SiteId, fund_of, month_of, previous_month
from ledger.store.codec import Recorded

MEALS: Final = get_args(MealEvent)


@dataclass(frozen=True, slots=True)
class Recheck:
    """A canteen's month, worked out anew; `flaws` say what is wrong with single entries.

    It is `explained` if there are none, and no fen is left over.
    """

    canteen: SiteId
    month: Month
    presented: bool
    claims: int
    comparisons: tuple[Comparison, ...]
    flaws: tuple[Flaw, ...]
    unexplained_fen: int
    explained: bool


def recheck(events: Sequence[Recorded], canteen: SiteId, month: Month) -> Recheck:
    """The month worked out anew, from events that hold what `settlement_grounds` picks.

    Raises LookupError where an entry takes back what is not there.
    """
    picks = settlement_grounds.picks(canteen, month)
    events = [at for at in events if picks(at)]
    meals = [at for at in events if isinstance(at.event, MEALS)]
    here = [at for at in meals if at.event.settles_in == month]
    claims = settlement_grounds.claims(events, canteen, month)
    trail = settlement_grounds.trail(events, canteen, month, claims)
    found = [*_priced(events, here, canteen), *_stands(here), *_settled(meals, month)]
    if trail is not None:
        found += _presented(events, here, trail)
    left_fen = sum(abs(each.unexplained_fen) for each in found)
    flaws = (*_flaws(events, canteen, month), *(trail.duties if trail else ()))
    return Recheck(
        canteen,
        month,
        trail is not None,
        sum(isinstance(at.event, MealClaimed) for at in here),
        tuple(sorted(found, key=lambda each: (each.payer, list(Question).index(each.question)))),
        tuple(sorted(flaws, key=lambda flaw: flaw.position)),
        left_fen,
        not left_fen and not flaws,
    )


def _flaws(events: Iterable[Recorded], canteen: SiteId, month: Month) -> Iterator[Flaw]:
    """What `verify` checks too, of this month; limits of a day are asked of its canteen alone."""
    checks, hands = MealChecks(), Hands()
    own = canteens.stream(canteen, month)
    claimed: dict[ClaimName, MealClaimed] = {}
    gone: set[ClaimName] = set()
    for at in events:
        if isinstance(at.event, MEALS):
            found = [*checks.look(at, hands, {}), *_undone(at, claimed, gone)]
            if month in {at.event.settles_in, month_of(at.event.occurred_on)}:
                yield from found
        elif at.stream in {own, policy_records.stream(canteen)}:
            yield from checks.look(at, hands, {})


def _undone(
    at: Recorded, claimed: dict[ClaimName, MealClaimed], gone: set[ClaimName]
) -> Iterator[Flaw]:
    """A claim is taken back whole, once, and stands again only after that."""
    name = claim_name(at.event)
    if isinstance(at.event, MealClaimed):
        claimed[name] = at.event
        return
    if isinstance(at.event, MealReversed) is (name in gone):
        en = "The claim was taken back already, or stands."
        yield Flaw(at.position, en, "该核销此前已冲销，或并未冲销。")
    gone ^= {name}
    one, other = ((each.shares, each.copayment_fen) for each in (at.event, claimed[name]))
    if one != other:
        en = "It takes back or lets stand other amounts than were claimed."
        yield Flaw(at.position, en, "冲销或恢复的金额与原核销不同。")


# -- meals ---------------------------------------------------------------------------------------


def _priced(
    events: Iterable[Recorded], here: Iterable[Recorded], canteen: SiteId
) -> Iterator[Comparison]:
    """Each claim once more, by the policy as it was known when the claim was made."""
    expected, claimed = Counter[PayerPath](), Counter[PayerPath]()
    positions, timeline = {at.position for at in here}, Timeline()
    for at in events:
        if at.stream == policy_records.stream(canteen):
            timeline = policy_records.evolve(timeline, at.event)
        elif at.position in positions and isinstance(at.event, MealClaimed):
            claimed.update(_shares(at))
            version = timeline.version_on(at.event.occurred_on)
            split = None if version is None else repriced(at.event, version)
            for share in () if split is None else split.shares:
                expected[share.payer] += share.amount_fen
    for payer in {*expected, *claimed}:
        yield compared(Question.priced, payer, expected[payer], claimed[payer])


def _stands(here: Iterable[Recorded]) -> Iterator[Comparison]:
    """The claims that settle in the month, against what of them settles after all."""
    claimed, settled = Counter[PayerPath](), Counter[PayerPath]()
    changed: defaultdict[Cause, list[Recorded]] = defaultdict(list)
    for at in here:
        settled.update(_shares(at))
        if isinstance(at.event, MealClaimed):
            claimed.update(_shares(at))
        else:
            is_gone = isinstance(at.event, MealReversed)
            changed[Cause.taken_back if is_gone else Cause.standing_again].append(at)
    for payer in {*claimed, *settled}:
        why = (_changed(cause, each, payer) for cause, each in changed.items())
        yield compared(Question.stands, payer, claimed[payer], settled[payer], *why)


def _changed(cause: Cause, entries: Iterable[Recorded], payer: PayerPath) -> Reason:
    mine = [at for at in entries if payer in _shares(at)]
    return reason(cause, sum(_shares(at)[payer] for at in mine), (at.position for at in mine))


def _settled(meals: Iterable[Recorded], month: Month) -> Iterator[Comparison]:
    """What was eaten in the month, against what settles in it."""
    eaten, settled = Counter[PayerPath](), Counter[PayerPath]()
    reasons: defaultdict[Cause, list[Recorded]] = defaultdict(list)
    for at in meals:
        own, here = month_of(at.event.occurred_on) == month, at.event.settles_in == month
        eaten.update(_shares(at) if own else {})
        settled.update(_shares(at) if here else {})
        if own != here:
            reasons[_cause(at, own=own)].append(at)
    for payer in {*eaten, *settled}:
        why = (_moved(cause, each, payer, month) for cause, each in reasons.items())
        yield compared(Question.settled, payer, eaten[payer], settled[payer], *why)


def _cause(at: Recorded, *, own: bool) -> Cause:
    match at.event:
        case MealClaimed():
            return Cause.claimed_late if own else Cause.earlier_claimed
        case MealReversed():
            return Cause.reversed_later if own else Cause.earlier_reversed
        case _:
            return Cause.reinstated_later if own else Cause.earlier_reinstated


def _moved(cause: Cause, entries: Iterable[Recorded], payer: PayerPath, month: Month) -> Reason:
    """What settles elsewhere is missing here; what is of an earlier month is added."""
    mine = [at for at in entries if payer in _shares(at)]
    sums = sum(
        _shares(at)[payer] if at.event.settles_in == month else -_shares(at)[payer] for at in mine
    )
    return reason(cause, sums, (at.position for at in mine))


def _shares(at: Recorded) -> dict[PayerPath, int]:
    """What the entry gives or takes from the canteen, by payer."""
    sign = -1 if isinstance(at.event, MealReversed) else 1
    return {share.payer: sign * share.amount_fen for share in at.event.shares}


# -- the settlement ------------------------------------------------------------------------------


def _presented(
    events: Sequence[Recorded], here: Iterable[Recorded], trail: SettlementTrail
) -> Iterator[Comparison]:
    settles = Counter[PayerPath]()
    for at in here:
        settles.update(_shares(at))
    sides = {side.due.payer: side for side in trail.payers}
    for payer in settles.keys() - sides.keys():
        yield compared(Question.asked, payer, settles[payer], 0)
    own = [at for at in events if at.stream == canteens.stream(trail.canteen, trail.month)]
    repaid, carried = _taken_over(events, own, trail)
    for payer, side in sides.items():
        due = side.due
        yield compared(Question.asked, payer, settles[payer], due.shares_fen)
        why = (
            reason(Cause.repaid, repaid.get(payer, 0)),
            reason(Cause.carried, carried.get(payer, 0)),
        )
        yield compared(Question.due, payer, due.shares_fen, due.due_fen, *why)
        yield _approved(side, own)
        yield _paid(side, own)
        if fund_of(payer) is not None:
            left_fen = sum(voucher.amount_fen for voucher in side.vouchers)
            yield compared(Question.vouchers, payer, side.paid_fen, left_fen)


def _taken_over(
    events: Iterable[Recorded], own: Iterable[Recorded], trail: SettlementTrail
) -> tuple[Mapping[PayerPath, int], Mapping[PayerPath, int]]:
    """What was repaid, and what was carried over, when the month was presented last."""
    until = max(at.position for at in own if isinstance(at.event, SettlementSubmitted))
    earlier = canteens.stream(trail.canteen, previous_month(trail.month))
    here = _month(at for at in own if at.position < until)
    before = _month(at for at in events if at.stream == earlier and at.position < until)
    return settlement_rules.repaid(here), settlement_rules.carried(before, here)


def _month(events: Iterable[Recorded]) -> CanteenMonth:
    return reduce(lambda month, at: evolve(month, at.event), events, CanteenMonth())


def _approved(side: PayerSide, own: Iterable[Recorded]) -> Comparison:
    due, waits = side.due, not of_kind(own, SettlementApproved)
    why = (
        reason(Cause.owed_back, max(-due.due_fen, 0)),
        reason(Cause.not_approved, -due.payable_fen if waits else 0),
    )
    return compared(Question.approved, due.payer, due.due_fen, side.approved_fen, *why)


def _paid(side: PayerSide, own: Iterable[Recorded]) -> Comparison:
    """More than was approved is explained by nothing."""
    payer = side.due.payer
    back = [at for at in own if isinstance(at.event, SettlementPaymentReversed)]
    positions = [at.position for at in back if at.event.payer == payer]
    missing = min(side.paid_fen - side.approved_fen, 0)
    why = reason(Cause.not_paid, missing, positions)
    return compared(Question.paid, payer, side.approved_fen, side.paid_fen, why)
