"""What the approval of a settlement makes of the recoveries in it: they are offset, or go on.

Where a payer's part of the settlement is not below zero, all that was to come back to her was taken
off it. Where it is below zero, the settlement was not large enough: what it covers ends as offset,
the oldest recovery first, and every other is carried whole into the next settlement, in which it
can be repaid, given up or offset like one that is raised there.
"""

from collections.abc import Iterator

from ledger.domain import canteens, settlement_rules
from ledger.domain.decisions import Context, Happening, Known
from ledger.domain.recovery_records import (
    ClaimName,
    Recovery,
    RecoveryEnd,
    RecoveryRaised,
    RecoverySettled,
)
from ledger.domain.settlement_rules import Seen
from ledger.domain.settlement_state import Stage
from ledger.domain.values import Count, Month, PayerPath, next_month


def approved(seen: Seen, known: Known, context: Context) -> Iterator[Happening]:
    """How each open recovery of the approved month ends, and those that go on in the next one."""
    going_on = _not_covered(seen) if _next_is_to_come(seen, known) else frozenset()
    following = canteens.stream(seen.canteen, next_month(seen.at))
    payee = settlement_rules.payee(seen.canteen, seen.today, known)
    number = len(known[following].recoveries)
    for name, recovery in seen.month.recoveries.items():
        if not recovery.open:
            continue
        end = RecoveryEnd.carried if name in going_on else RecoveryEnd.offset
        settled = RecoverySettled(
            *seen.name,
            name,
            end,
            recovery.payer,
            payee,
            recovery.amount_fen,
            context.actor,
            seen.today,
            seen.books,
        )
        yield seen.stream, settled
        if end is RecoveryEnd.carried:
            number += 1
            yield following, _again(Count(number), recovery, seen)


def _next_is_to_come(seen: Seen, known: Known) -> bool:
    """Where a policy once opened a month before closed claims, it settles after the next one."""
    following = known[canteens.stream(seen.canteen, next_month(seen.at))]
    return following.settlement.stage in (Stage.none, Stage.returned)


def _not_covered(seen: Seen) -> frozenset[Count]:
    """The recoveries that the payers' parts were too small for."""
    found: set[Count] = set()
    for due in seen.dues:
        found |= _not_covered_by(due.payer, due.due_fen, seen)
    return frozenset(found)


def _not_covered_by(payer: PayerPath, due_fen: int, seen: Seen) -> set[Count]:
    open_ones = {
        number: recovery.amount_fen
        for number, recovery in seen.month.recoveries.items()
        if recovery.open and recovery.payer == payer
    }
    left_fen = sum(open_ones.values()) + min(due_fen, 0)
    found: set[Count] = set()
    for number in sorted(open_ones):
        left_fen -= open_ones[number]
        if left_fen < 0:
            found.add(number)
    return found


def _again(number: Count, recovery: Recovery, seen: Seen) -> RecoveryRaised:
    def in_order(claim: ClaimName) -> tuple[Month, Count]:
        return claim.month, claim.claim

    return RecoveryRaised(
        seen.canteen,
        seen.home,
        next_month(seen.at),
        number,
        recovery.person,
        recovery.payer,
        tuple(sorted(recovery.claims, key=in_order)),
        recovery.amount_fen,
        recovery.adjusts,
        seen.today,
    )
