"""The policies of a case, and the resolutions that they cite.

The community's share of a meal is borne by its fund for canteens, or by its unrestricted one where
the case names no such fund. The format gives a resolution no day, no votes and no document, so
these are invented: the day is in the month that its number tells, and a policy is published once
all that it cites is on record.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from hashlib import sha256
from typing import Final

from ledger.demo import names
from ledger.demo.rows import Case, CaseError, Policy, Rule, on_the_clock
from ledger.domain.councils import Body
from ledger.domain.policies import PublishPolicy
from ledger.domain.resolution_records import SubsidyAllowed, Votes
from ledger.domain.resolutions import RecordResolution
from ledger.domain.sites import Weekday
from ledger.domain.tiers import (
    CitedResolution,
    Condition,
    Payer,
    PayerKind,
    ShareLine,
    Sitting,
    Tier,
)
from ledger.domain.values import (
    BasisPoints,
    Count,
    Fen,
    PayerName,
    ResolutionId,
    RuleCode,
    Sha256,
)

UNRESTRICTED_ROW: Final = "UNRESTRICTED"
CANTEEN_ROW: Final = "RESTRICTED:CANTEEN"
MEMBERS: Final = Payer(PayerKind.cooperative_of_the_eater)
CARRIED: Final = Votes(Count(9), Count(0))
MATCHES: Final = ("hardship", "hukou", "resident", "coop_member")
NUMBERED: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])(?!\d)")
"""The month in the number of a resolution: `XH-YST-2026-03`."""
SESSION: Final = 15
"""The day of its month on which a body meets."""
EVENING: Final = time(20)


def commands(case: Case, began: datetime) -> Iterator[tuple[Policy, datetime, object]]:
    """Each version, and before it the resolutions that no version before it cited; and when."""
    recorded = set[ResolutionId]()
    for policy in versions(case):
        at = began
        for command in _resolved(case, policy, began.date()):
            evening = on_the_clock(datetime.combine(command.decided_on, EVENING))
            at = max(at, evening)
            if command.resolution not in recorded:
                recorded.add(command.resolution)
                yield policy, max(began, evening), command
        yield policy, at, _published(case, policy)


def versions(case: Case) -> list[Policy]:
    """The versions in the order in which they are published: the ledger numbers them so."""
    return sorted(case.policies, key=lambda policy: (policy.community, policy.effective_from))


def _resolved(case: Case, policy: Policy, first: date) -> Iterator[RecordResolution]:
    """The council hall agrees to the fund's share, the members to that of the cooperatives."""
    bodies = (Body.council_hall, Body.cooperative_members_assembly)
    for cited, body in zip(_cited(case, policy), bodies, strict=True):
        day = _decided(cited.resolution, policy.effective_from) or first
        document = Sha256(sha256(cited.resolution.encode()).hexdigest())
        allowed = (SubsidyAllowed(names.canteen(policy.community), cited.payer),)
        home = names.community(policy.community)
        yield RecordResolution(
            cited.resolution, home, body, day, CARRIED, document, subsidies=allowed
        )


def _decided(resolution: ResolutionId, needed: date) -> date | None:
    """The day that the number implies; None where it tells none before the policy begins."""
    if told := NUMBERED.search(resolution):
        day = date(int(told[1]), int(told[2]), SESSION)
        return day if day < needed else None
    return None


def _cited(case: Case, policy: Policy) -> tuple[CitedResolution, CitedResolution]:
    community, members = names.resolutions(policy.community, policy.resolution)
    return CitedResolution(_payer(case, policy), community), CitedResolution(MEMBERS, members)


def _payer(case: Case, policy: Policy) -> Payer:
    fund = names.fund(policy.community, paying_fund(case, policy.community))
    return Payer(PayerKind.fund, PayerName(fund))


def _published(case: Case, policy: Policy) -> PublishPolicy:
    payer = _payer(case, policy)
    return PublishPolicy(
        names.canteen(policy.community),
        policy.effective_from,
        policy.effective_to,
        Fen(policy.price),
        tuple(Weekday(day) for day in policy.weekdays),
        tuple(Sitting),
        Count(policy.max_subsidised_meals_per_day),
        Count(31),
        tuple(_tier(rule, policy, payer) for rule in policy.rules),
        _cited(case, policy),
        gap_is_meant=True,
    )


def paying_fund(case: Case, home: str) -> str:
    """The restriction of the fund that bears the community's share of its canteen's meals."""
    held = {row.restriction for row in case.fund if row.community == home}
    return CANTEEN_ROW if CANTEEN_ROW in held else UNRESTRICTED_ROW


def _tier(rule: Rule, policy: Policy, payer: Payer) -> Tier:
    lines = [(payer, rule.community), (MEMBERS, rule.coop)]
    return Tier(
        Count(rule.order),
        RuleCode(rule.code),
        _condition(rule, policy),
        tuple(_line(who, share, policy) for who, share in lines if share),
    )


def _line(payer: Payer, share: int, policy: Policy) -> ShareLine:
    if policy.basis_points:
        return ShareLine(payer, basis_points=BasisPoints(share))
    return ShareLine(payer, fixed_fen=Fen(share))


def _condition(rule: Rule, policy: Policy) -> Condition:
    """What is asked; a tier cannot ask that something is not so, and the format does not say it."""
    asked = dict(rule.match)
    age = asked.pop("min_age", None)
    for key, wanted in asked.items():
        if key not in MATCHES or wanted is not True:
            where = f"{policy.cited} {rule.code}: {key}={wanted}"
            raise CaseError(f"No tier can match on {where}. 档次不支持条件 {where}。")
    return Condition(
        age_least=None if age is None else Count(age),
        hardship="hardship" in asked,
        registered="hukou" in asked,
        habitual="resident" in asked,
        cooperative_member="coop_member" in asked,
    )
