"""The registers read off the log in the slowest way, from the events that are known.

Each answer is what a reader would note down who went through the log with a pencil.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta, timezone
from typing import Any, Final

from ledger.domain.community_records import UnitRegistered
from ledger.domain.contribution_records import (
    AmountVisibilitySet,
    ContributionPledged,
    ContributionRecorded,
    ContributionWithdrawn,
    IdeaAnswered,
    PledgeWithdrawn,
)
from ledger.domain.councils import AttendanceWithdrawn, MeetingAttended, MeetingRecorded
from ledger.domain.disbursement_records import DisbursementRequested
from ledger.domain.grant_records import RoleGranted, RoleRevoked
from ledger.domain.handovers import LogHandedOver
from ledger.domain.meal_records import MealClaimed, MealReversed
from ledger.domain.objection_records import ObjectionAnswered, ObjectionRaised
from ledger.domain.periods import PeriodClosed, PeriodReopened, ReopeningProposed
from ledger.domain.policy_records import PolicyPublished, PolicyWithdrawn
from ledger.domain.purpose_records import PurposeChangeRequested
from ledger.domain.resolution_records import ResolutionRecorded, ResolutionRevoked
from ledger.domain.service_records import (
    LateServiceRecorded,
    ServiceCredited,
    ServiceHeld,
    ServiceRefused,
    ServiceReinstated,
    ServiceReopened,
    ServiceReversed,
)
from ledger.domain.values import month_of
from ledger.store.codec import Recorded

SHANGHAI: Final = timezone(timedelta(hours=8))

Known = Sequence[Recorded]


def of(known: Known, *kinds: type) -> list[Recorded]:
    return [at for at in known if isinstance(at.event, kinds)]


# -- to whom the log went ----------------------------------------------------------------------


def handovers(known: Known) -> list[tuple[int, Any, Any, Any]]:
    """Each with its id, who gave it and who got it, the latest first."""
    found = reversed(of(known, LogHandedOver))
    return [(at.position, at.event.handover, at.actor, at.event.auditor) for at in found]


# -- units, resolutions, policies, councils, periods -------------------------------------------


def grants(known: Known) -> dict[tuple[str, str, str | None], tuple[int, date | None]]:
    """Each role that a person holds at a place, since which position and to which day."""
    held: dict[tuple[str, str, str | None], tuple[int, date | None]] = {}
    for at in of(known, RoleGranted, RoleRevoked):
        key = at.event.person, at.event.role, at.event.community
        held.pop(key, None)
        if isinstance(at.event, RoleGranted):
            held[key] = at.position, at.event.until
    return held


def units(known: Known, community: str) -> dict[str, tuple[str, str, str | None]]:
    """What each organising unit is called, what it is, and the unit above it."""
    return {
        at.event.unit: (at.event.name, at.event.kind, at.event.belongs_to)
        for at in of(known, UnitRegistered)
        if at.event.unit.startswith(f"{community}/")
    }


def resolutions(known: Known) -> dict[str, tuple[int, date | None]]:
    """Where each was recorded, and the day on which it was revoked."""
    found: dict[str, tuple[int, date | None]] = {}
    for at in of(known, ResolutionRecorded, ResolutionRevoked):
        if isinstance(at.event, ResolutionRecorded):
            found[at.event.resolution] = at.position, None
        else:
            found[at.event.resolution] = found[at.event.resolution][0], at.event.occurred_on
    return found


def citing(known: Known, resolution: str) -> list[tuple[str, int, str]]:
    """Which version of which policy cites it, and for whom."""
    return [
        (at.event.site, at.event.version, cited.payer.path)
        for at in of(known, PolicyPublished)
        for cited in sorted(at.event.resolutions, key=lambda each: str(each.payer.path))
        if cited.resolution == resolution
    ]


def requested(known: Known, resolution: str) -> list[tuple[int, int]]:
    """Where money was asked for under it, and how much."""
    return [
        (at.position, at.event.amount_fen)
        for at in of(known, DisbursementRequested, PurposeChangeRequested)
        if at.event.resolution == resolution
    ]


def versions(known: Known, site: str) -> list[tuple[date, date | None]]:
    """From when to when each version of a canteen's policy is valid."""
    found: list[tuple[date, date | None]] = []
    for at in of(known, PolicyPublished, PolicyWithdrawn):
        if at.event.site != site:
            continue
        if isinstance(at.event, PolicyPublished):
            found.append((at.event.valid_from, at.event.valid_until))
        else:
            number = at.event.version - 1
            found[number] = found[number][0], at.event.valid_until
    return found


def meetings(known: Known, community: str) -> dict[str, tuple[date, int]]:
    """The day of each meeting, and how many came."""
    came = Counter(at.event.meeting for at in of(known, MeetingAttended))
    came.subtract(at.event.meeting for at in of(known, AttendanceWithdrawn))
    return {
        at.event.meeting: (at.event.occurred_on, came[at.event.meeting])
        for at in of(known, MeetingRecorded)
        if at.event.community == community
    }


def reopenings(known: Known) -> dict[int, tuple[Any, ...]]:
    """Of each proposal the month, and by whom it was reopened and closed again."""
    found: dict[int, tuple[Any, ...]] = {}
    for at in of(known, ReopeningProposed):
        name = at.event.community, at.event.month
        after = [
            each
            for each in known
            if each.position > at.position
            and (getattr(each.event, "community", None), getattr(each.event, "month", None)) == name
        ]
        again = of(after, PeriodReopened)[:1]
        closed = [
            each for each in of(after, PeriodClosed) if again and each.position > again[0].position
        ]
        by = again[0].event.reopened_by if again else None
        found[at.position] = (*name, at.event.proposed_by, by, closed[0].actor if closed else None)
    return found


# -- contributions -----------------------------------------------------------------------------


def ended(known: Known) -> set[str]:
    return {at.event.contribution for at in of(known, PledgeWithdrawn, ContributionWithdrawn)}


def shown(known: Known) -> dict[str, bool]:
    """Whether each amount may be shown, as was said last."""
    wishes = of(known, ContributionPledged, ContributionRecorded, AmountVisibilitySet)
    return {at.event.contribution: at.event.amount_public for at in wishes}


def contributions(known: Known, community: str) -> dict[str, tuple[Any, ...]]:
    """What stands: its kind, giver and amount, whether it may be shown, and the last answer."""
    said = {at.event.contribution: at.event.answer for at in of(known, IdeaAnswered)}
    gone, may = ended(known), shown(known)
    return {
        it.contribution: (
            *(it.gift.kind, it.person, it.gift.amount_fen, may[it.contribution]),
            said.get(it.contribution),
        )
        for it in (at.event for at in of(known, ContributionRecorded))
        if it.community == community and it.contribution not in gone
    }


def pledges(known: Known, community: str) -> dict[str, tuple[Any, ...]]:
    """What was promised and neither given nor taken back."""
    over = ended(known) | {at.event.contribution for at in of(known, ContributionRecorded)}
    may = shown(known)
    return {
        it.contribution: (it.gift.kind, it.person, it.gift.amount_fen, may[it.contribution])
        for it in (at.event for at in of(known, ContributionPledged))
        if it.community == community and it.contribution not in over
    }


def sums(
    seen: Known, known: Known, community: str, within: Callable[[Any], bool]
) -> dict[str, tuple[int, int, int, int]]:
    """By kind how many a season has, their amounts, those that may be shown, and labour."""
    may = shown(known)
    totals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for at in of(seen, ContributionRecorded, ContributionWithdrawn):
        it = at.event
        if it.community == community and within(it):
            sign = 1 if isinstance(it, ContributionRecorded) else -1
            fen = sign * (it.gift.amount_fen or 0)
            labour = sign * (it.gift.labour_minutes or 0)
            for place, amount in enumerate((sign, fen, fen * may[it.contribution], labour)):
                totals[it.gift.kind][place] += amount
    return {kind: (one, two, three, four) for kind, (one, two, three, four) in totals.items()}


def waiting_ideas(known: Known, community: str) -> list[tuple[date, str, int]]:
    """Ideas without an answer, and for how many days by the day of the last event known."""
    answered = ended(known) | {at.event.contribution for at in of(known, IdeaAnswered)}
    today = known[-1].recorded_at.astimezone(SHANGHAI).date() if known else date.min
    return sorted(
        (it.occurred_on, it.contribution, (today - it.occurred_on).days)
        for it in (at.event for at in of(known, ContributionRecorded))
        if it.gift.kind == "idea" and it.community == community and it.contribution not in answered
    )


# -- what waits, and who undid -----------------------------------------------------------------

DECIDED = (
    *(ServiceCredited, ServiceHeld, ServiceRefused, ServiceReversed, ServiceReinstated),
    ServiceReopened,
)


def held(known: Known, community: str) -> dict[int, tuple[str, str, Any]]:
    """Where the last decision is a hold: the shift, the person, and who brought evidence since."""
    last: dict[tuple[str, str], Recorded] = {}
    evidence: dict[tuple[str, str], str] = {}
    for at in of(known, *DECIDED, LateServiceRecorded):
        name = at.event.shift, at.event.person
        if isinstance(at.event, LateServiceRecorded):
            evidence[name] = at.actor
        elif not isinstance(at.event, ServiceReopened):
            last[name] = at
            evidence.pop(name, None)
    return {
        at.position: (*name, evidence.get(name))
        for name, at in last.items()
        if isinstance(at.event, ServiceHeld) and at.event.community == community
    }


def objections(known: Known, community: str) -> dict[int, date]:
    """Where each open one was raised, and up to when it is to be answered."""
    found: dict[tuple[str, str], tuple[int, date]] = {}
    for at in of(known, ObjectionRaised, ObjectionAnswered):
        if at.event.community == community:
            name = at.event.shift, at.event.person
            found.pop(name, None)
            if isinstance(at.event, ObjectionRaised):
                found[name] = at.position, at.event.answer_by
    return dict(found.values())


def clerks(seen: Known, canteen: str, month: str) -> dict[str, tuple[int, int]]:
    """How many meals each recorded, and how many of these she took back herself."""
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    by: dict[tuple[str, str, int], str] = {}
    undone: set[tuple[str, str, int]] = set()
    for at in of(seen, MealClaimed, MealReversed):
        it = at.event
        name = it.person, month_of(it.occurred_on), it.claim
        if it.canteen != canteen or month_of(it.occurred_on) != month:
            continue
        if isinstance(it, MealClaimed):
            by[name] = it.claimed_by
            found[it.claimed_by][0] += 1
        elif by[name] == at.actor and name not in undone:
            undone.add(name)
            found[at.actor][1] += 1
    return {clerk: (claims, back) for clerk, (claims, back) in found.items()}
