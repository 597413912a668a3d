"""What a canteen has had of one payer for one meal, after all that befell the two.

A share goes to the canteen with the settlement that pays it, and comes back with the one that takes
it back, or as cash; it is given up, and paid again where the meal stands again. So whether money
is still with the canteen is not seen from the meal's first settlement, nor from its last recovery.
"""

from collections.abc import Iterator

from ledger.domain import canteens
from ledger.domain.canteen_records import CanteenMonth
from ledger.domain.decisions import Known
from ledger.domain.meal_records import Claim
from ledger.domain.recovery_records import ClaimName, Recovery, RecoveryEnd
from ledger.domain.values import Count, Month, PayerPath, PersonId, month_of, next_month


def name_of(claim: Claim) -> ClaimName:
    """How recoveries name the claim."""
    return ClaimName(month_of(claim.served_on), claim.number)


def is_with_the_canteen(person: PersonId, claim: Claim, payer: PayerPath, known: Known) -> bool:
    """Whether settlements have given the canteen the share, or will, and it is not back.

    A month settles what it had when its claims were closed, whatever befalls the meal before it is
    approved.
    """
    times = 0
    for number, month in enumerate((claim.settles_in, *claim.changes)):
        times += (-1) ** number * _is_closed(claim, month, known)
    for month, state in _months(claim, known):
        for _, recovery in _about(person, claim, payer, state):
            match recovery.end:
                case RecoveryEnd.repaid:
                    times += state.closed - 1
                case RecoveryEnd.written_off:
                    times += state.closed
                case RecoveryEnd.carried:
                    times += state.closed - _is_closed(claim, next_month(month), known)
                case RecoveryEnd.offset | None:
                    pass
        times -= state.closed * _reversals(person, claim, payer, state)
    return times > 0


def given_up(
    person: PersonId, claim: Claim, payer: PayerPath, known: Known
) -> tuple[Month, Count] | None:
    """The recovery by which the payer bears the share though the meal does not stand."""
    found: list[tuple[Month, Count]] = []
    reversals = 0
    for month, state in _months(claim, known):
        for number, recovery in _about(person, claim, payer, state):
            if recovery.end is RecoveryEnd.written_off:
                found.append((month, number))
        reversals += _reversals(person, claim, payer, state)
    return found[-1] if len(found) > reversals else None


def _about(
    person: PersonId, claim: Claim, payer: PayerPath, state: CanteenMonth
) -> Iterator[tuple[Count, Recovery]]:
    name = name_of(claim)
    for number, recovery in state.recoveries.items():
        if recovery.names(person, name, payer):
            yield number, recovery


def _reversals(person: PersonId, claim: Claim, payer: PayerPath, state: CanteenMonth) -> int:
    name = name_of(claim)
    return sum(
        (each.person, each.payer) == (person, payer) and name in each.claims for each in state.had
    )


def _months(claim: Claim, known: Known) -> Iterator[tuple[Month, CanteenMonth]]:
    """The canteen's months from the claim's settlement to the one that is open."""
    month = claim.settles_in
    while True:
        state = known[canteens.stream(claim.canteen, month)]
        yield month, state
        if not state.closed:
            return
        month = next_month(month)


def _is_closed(claim: Claim, month: Month, known: Known) -> bool:
    return known[canteens.stream(claim.canteen, month)].closed
